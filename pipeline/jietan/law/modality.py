"""Modality: the word of a clause that says what shall, may or must not be, formal or everyday."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

__all__ = ["Modal", "Modality", "find_modal"]

Modality = Literal["应当", "不得", "可以", "禁止"]


class Modal(NamedTuple):
    """A modal word.

    Attributes:
        start: Offset of its first code point in the clause.
        end: Offset behind its last.
        modality: What it says.
        mild: Whether it is 别 or 不能, which as often warn in passing as forbid.
    """

    start: int
    end: int
    modality: Modality
    mild: bool = False


_ACTS = "有由先给配装设把将让提按用写办交派建安贴挂留查出全每在经报定向对为以从公统保做划赔"
_NUMBER = "0-9零一二三四五六七八九十两半百"
_OFTEN = "每年|每月|每季度?|每半年|每周|每日|每天|每学期|每学年|每小时|每晚|每两年|每三年|每隔|定期"
_MODAL = re.compile(
    r"(?P<no>(?:一律|绝对|坚决|统统|也|都|就|再也?)*(?:不得(?!不)|不许|不准|不应当|不应该|不该|不能(?!不)|不可以|不允许|(?<!法律)禁止|严禁|一律不|"
    r"^(?:别|不要|甭|勿|莫)(?=[^的人处墅致称样])|(?<=[一-龥]{2})别(?=[给让把将收用在往])))|"
    r"(?P<must>(?<!不)(?:应当|应该|必须|务必|理应|一律)|"
    r"(?<![对反响适供相报答回效顺不理因感照内])应(?![该当用急届收付试聘诉邀声征对有变酬和战考援])(?=[一-龥]{2})|(?<![适便相合不事权时制])宜(?![居人昌春])(?=[一-龥]{2})|"
    rf"(?:[都也须总必]|至少|起码)得(?=[{_ACTS}])|(?<![取获不觉记懂晓值使显舍免算说弄搞看来做变赢博难懒懂])得(?=[有由先把将给配装设派经提]))|"
    r"(?P<may>(?<!不)(?:可以|允许|准许))|(?P<weak>(?<![需重必主只想就不还也])(?:要|须|该)(?!是|么|求|素|点|塞|人|紧|不)|"
    rf"[也还](?:要|得|须)(?=至少|最少|起码)|都要(?=[{_ACTS}])|[均都]应(?=有|当))|"
    rf"(?P<bare>(?<=前)(?=先)|(?<=[一-龥]{{2}})(?=(?:(?:至少|起码|最晚|最少)提前|提前[{_NUMBER}]+(?:[天日周年]|个|小时|分钟))|(?:{_OFTEN})(?!都))|^(?=(?:至少|起码|最少)?提前[{_NUMBER}]+(?:[天日周年]|个|小时|分钟)))"
)


_MILD = re.compile(r"别|不要|甭|勿|莫|不能|不该|不应|不可以")
#: Verbs of duty, with which a clause behind 建议 says what shall be done.
_VERBS = (
    "安装|装上|装好|加装|配备|配上|配齐|设置|设立|设|建立|建设|建|提供|公开|公示|公布|张贴|贴上|提前|定期|开放|免费|保留|保存|留存|预留|留出|划出|划定|"
    "统一|明码标价|标明|注明|告知(?!书)|通知(?!书)|书面|登记|备案|报备|投保|购买|承担|负责|给予|发放|支付|赔偿|补偿|退还|缴纳|接受|参加|组织|开展|举行|召开|听取|征求|制定|建档|培训|检查|检测|检验|"
    "巡查|清理|清运|维修|维护|更换|拆除|禁止|取消|允许|纳入|列入|计入|实行|执行|实施|采用|使用|签订|签署|出具|出示|安排|指定|委托|聘请|增设|增加"
)
_BARE = re.compile(rf"^(?!{_VERBS}|[先再也并只不])(?P<thing>[^，的把将由请应在对按从为向]{{2,10}}?)(?:都|也|均|一律|全部|必)?(?={_VERBS})")


def find_modal(clause: str, led: bool = False) -> Modal | None:
    """Find the first modal word of a clause.

    Args:
        clause: Folded words without what leads up to the demand.
        led: Whether something did lead up to it, 建议 or 要求: then a verb behind a noun needs no modal word.
    """
    match = _MODAL.search(clause)
    if match is None:
        bare = _BARE.match(clause) if led else None
        return Modal(bare.end("thing"), bare.end("thing"), "应当") if bare else None
    if match["no"]:
        return Modal(*match.span(), "不得" if "禁" not in match["no"] else "禁止", _MILD.search(match["no"]) is not None)
    return Modal(*match.span(), "可以" if match["may"] else "应当")
