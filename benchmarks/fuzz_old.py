"""Binary workbooks for the fuzz suite: a small xls as LibreOffice writes it, and xlsb made record by record.

Everything in them is invented. The layout of xlsb follows [MS-XLSB], that of the one record of xls which is moved [MS-XLS].
"""

from __future__ import annotations

import base64
import random
import struct
import zlib
from collections.abc import Sequence

from fuzz_inputs import damaged, package, rows

#: Three comments with 编号, 意见内容, 提交日期, 点赞数.
_XLS = (
    "c-rk)Z){Ul6hHU9wtFpOePe7Y=%^FQ*gCVp2WNC_W1ymJjDeBh0(RTmoa@$Q40ZmafJ;PJf+5i_L_;!Sj0QC(7^3L*%|wmF1cQ7qVB!aYiN$CLhOPeYdG~d-"
    ">Eb%4iMrFAckey#op;W==kM*=uktS*e}Bm(N`reyr^$quJSj8*^g0WZNK>@QL?Ypk6Z7z|f(bQB8@gaWH&EI<2WTkU`qVfN|2=4-D1L(!pbgZAae#&>8z_Ru"
    "q`q$^Jd-ngZl*9VfA;ca{+4-M2WE<YneS!%F97BO7XtHue!B!vK5!AR0Js=f$UZ@I6Yyr>Ex;wfrNCQ(w*iZR%YXsk?Z6VH({eRRT#0$9T9?h|pT7;f2CV3D"
    "(?<)xkS1r_UxG)x=Nf0f_#W6w{n9rY!jbmCKLzVphp>=3jKN83FcWkP)I55ZsUP#ThP@9^M}cbP(c85;)_sJpC49{z$^RkqTwqES{PHsyJ$sL+AaIL%<iBnT"
    "QzZQ^&E?(7G`Xf|;v5`BL~O+~eY6|126~VlVoC!QyK-q%#^n80pEVGU6ua{2gp9`_Kx;*BZ)-(I$3+gnQTjCzND20_fTT-FO#fwObS+Cd{qN|b*t<;oTy8%f"
    "Pp7Y%h8~)RUN#Ngo00Bz^fA))JYmyaQ}m-67BNc5(TwRl=EpodE{eH$EQsasxH#rcJjOvYj1sU_RtJ=dXr$vX-YD=J7Y2}M+lZhmv_sZ~cnb^i#AW`Mf}L|h"
    "Dz2dgaT&RvLSuvW3Dg;5Ow{38N5xl7yV4l&a08XZxP~CPLC<g{@^R3JqP^F)LIr<#{NV7G(~n|$wtcke2WwfEPU3X`&XIl#a_g(SBtp-6o5Eec?L2wt_3fV="
    "`e`KEFYm1Ok&v{P+ji_-+tc`JWy|5F7oKd`BJZuqA+dABY|Bm5v|ibD#@h5!0&;zH%4Ju<cB2qDW&A=lYEn5nrJ8?8sku<O1Dhk0P(E*niO;_A*43{Y+nQ^4"
    "F+DbAJX)c#!Nfk?8F!U2M>${j^RtU-xh$Q*hG5CI?p|wmpvihF&=Tzp_k~)lu04_PKuNG_b+En=ei!`H=bFP^Rv_4XfCaqB*C3Qx!*IEFWy-u1^8*#<_g9>c"
    "*RD#LA4i_`;u8h`_ESiNgu~;Ef*!`Z4SJsU5E<C*=TWXD*P8`XYYo34-_%-{=TXnp8rvfdF7T^u&m-k(>S}1FGq*Fa@H0(hplKOsdKztlz0R?-y%Jc7<VwRz"
    "ORjXRbhQ%PExD2_$tUCJ3@VoZPZ53dxrQh5m`^^VF^5NSXv~qLI5g(Cz#OZS96ECtibH1(uj0^|<2&ZCJG~#NS<d4R*lrj%R7^@G{iMe$ZH?olO!vmk3_YYq"
    "KIW4=@@v*=i|CZcF2qFl!V`$QJwNN_2mo{;pu3FJ7YV0t_06L973d6gpWOqShGwTY`__H3=WOh5ABgUbb`AzMJl$?Z0(ak4u`S$YMIsh&@Vf5K&g#F?dkZ_g"
    "%^D^X#9ol$y>xN-ji0Y?e%yTf6@$uGe(<fd%X2EB$oti*Kd)1Jw@LNs+f}dLq5AcH)#G2DuzPPguT*>v%w(R8{*t1d`|{keJC~YAUxWUk>nGRCPAHAms?G^c"
    "T`*I0osK>aa|d&I{%1R-#b72LnGwcRus;In1JpxptVd7Q`r8@N&iaWg&ecZ@C(armw-+(889F>MEBSiL8GI%@cK|mg<9svD1lFwWC+kDD=l>Pztj;GBoG<p^"
    "`+ITjkhb3lFX&{ONXj72EKyLVhf*cqoyGp6A)$AY^4CK`JL_Pv2WF>F^(?-B6>xC={~w0m0j*h0Is"
)
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINK = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" {}/></Relationships>'
_LABEL = b"\xfd\x00\x0a\x00"  # LABELSST of ten bytes: row, column, format, string


def xls() -> bytes:
    """Return the xls."""
    return zlib.decompress(base64.b85decode(_XLS))


def far_xls(row: int, column: int) -> bytes:
    """Return the xls with its last cell moved to a row and a column, from 0."""
    data = bytearray(xls())
    struct.pack_into("<HH", data, data.rfind(_LABEL) + len(_LABEL), row, column)
    return bytes(data)


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    size, left = b"", len(data)
    while left > 127:
        size, left = size + bytes([left & 127 | 128]), left >> 7
    return head + size + bytes([left]) + data


def _wide(text: str) -> bytes:
    raw = text.encode("utf-16-le", "replace")
    return struct.pack("<I", len(raw) // 2) + raw


def xlsb(cells: Sequence[Sequence[str]], *, first_row: int = 0, first_column: int = 0) -> bytes:
    """Return an xlsb of one worksheet, its cells beginning at a row and a column, from 0."""
    book = [(131, b""), (143, b""), (156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("意见")), (144, b""), (132, b"")]
    corner = first_row, first_row + len(cells) - 1, first_column, first_column + max(map(len, cells)) - 1
    sheet = [(129, b""), (148, struct.pack("<IIII", *corner)), (145, b"")]
    for r, row in enumerate(cells, first_row):
        sheet.append((0, struct.pack("<I", r) + bytes(13)))
        sheet += [(6, struct.pack("<II", c, 0) + _wide(text)) for c, text in enumerate(row, first_column)]
    sheet += [(146, b""), (130, b"")]
    return package(
        {
            "[Content_Types].xml": b"<Types/>",
            "_rels/.rels": _LINK.format(f'Type="{_KINDS}/officeDocument" Target="xl/workbook.bin"').encode(),
            "xl/_rels/workbook.bin.rels": _LINK.format(f'Type="{_KINDS}/worksheet" Target="worksheets/sheet1.bin"').encode(),
            "xl/workbook.bin": b"".join(_record(*r) for r in book),
            "xl/worksheets/sheet1.bin": b"".join(_record(*r) for r in sheet),
        }
    )


def old_workbook(rng: random.Random) -> tuple[str, bytes]:
    """Return the extension and the bytes of a damaged xls or xlsb, at times with a cell far away."""
    far = rng.choice((0, 0, 1, 255, 65_535)), rng.choice((0, 0, 1, 255, 16_383))
    if rng.random() < 0.5:
        data = far_xls(*far) if any(far) else xls()
        return ".xls", damaged(rng, data) if rng.random() < 0.8 else data
    data = xlsb([["编号", "意见内容"], *(row[:2] for row in rows(rng))], first_row=far[0], first_column=far[1])
    return ".xlsb", damaged(rng, data) if rng.random() < 0.8 else data
