"""The default templates: Word documents set as official papers are, with marks to be filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jietan.export.official.closing import CLOSING_LAYOUTS
from jietan.export.official.pieces import BODY, HEAD, MARKED, mark, paper, say, signature, table, title

__all__ = ["LAYOUTS"]


def _letter() -> Any:  # noqa: ANN401
    document = paper()
    title(document, "关于报送{{ 草案 }}征求意见情况的函")
    say(document, "（收文单位）：", indent=False)
    points = "{% if 采集点数 %}，来自{{ 采集点数 }}个信息采集点{% endif %}"
    when = "{% if 征集时间 %}{{ 征集时间 }}，{% endif %}"
    say(document, f"{when}我单位就{{{{ 草案 }}}}征求意见，共收到意见{{{{ 意见件数 }}}}件，提意见的有{{{{ 人数 }}}}人{points}。")
    say(document, "经整理，形成立法建议{{ 建议条数 }}条，现随函报送（见附件）。")
    say(
        document,
        "提意见的人不是随机抽取的，人数多少不等于投票结果，请一并参阅原话。",
    )
    mark(document, "if 联系人")
    say(document, "联系人：{{ 联系人 }}")
    mark(document, "endif")
    say(document, "附件：立法建议表（{{ 标注 }}）")
    signature(document)
    document.add_page_break()
    say(document, "附件", name=HEAD, indent=False)
    title(document, "立法建议表")
    say(document, "“建议修改为”一栏，下划线是增加的字，删除线是删去的字。", indent=False)
    columns = (
        ("序号", "{{ x.序号 }}", 11),
        ("条款", "{{ x.条款 }}", 20),
        ("原文", "{{ x.原文 }}", 34),
        ("建议修改为", MARKED, 42),
        ("理由", "{{ x.理由 }}", 49),
    )
    table(document, columns, "for x in 建议")
    return document


def _deputies() -> Any:  # noqa: ANN401
    document = paper()
    title(document, "代表建议（稿）")
    say(document, "下列{{ 事项数 }}件事项不需要通过立法解决，供代表选用。{{ 标注 }}。")
    mark(document, "for x in 事项")
    say(document, "{{ x.序号 }}．关于{{ x.案由 }}的建议", name=HEAD)
    say(document, "领衔代表：　　　　　　　附议代表：　　　　　　　")
    say(document, "情况和理由：群众来件{{ x.件数 }}件，{{ x.人数 }}人，来自{{ x.采集点 }}。", name=BODY)
    for field, label in (("情况", ""), ("建议", "具体建议（群众原话）：")):
        mark(document, f"if x.{field}")
        if label:
            say(document, label)
        mark(document, f"for y in x.{field}")
        say(document, "{{ y }}")
        mark(document, "endfor")
        mark(document, "endif")
    say(document, "建议承办单位：　　　　　　　{% if x.提到的单位 %}（来件提到{{ x.提到的单位 }}）{% endif %}")
    mark(document, "endfor")
    signature(document)
    return document


def _referrals() -> Any:  # noqa: ANN401
    document = paper(wide=True)
    title(document, "转办清单")
    say(document, "下列{{ 总件数 }}件来件不属于立法意见，按信息采集点列出，请转有关部门办理并答复。")
    mark(document, "for g in 组")
    say(document, "{{ g.采集点 }}（{{ g.件数 }}件）", name=HEAD, indent=False).paragraph_format.keep_with_next = True
    columns = (
        ("意见编号", "{{ x.意见编号 }}", 26),
        ("日期", "{{ x.日期 }}", 30),
        ("提交人", "{{ x.提交人 }}", 22),
        ("内容", "{{ x.内容 }}", 81),
        ("类别", "{{ x.类别 }}", 22),
        ("提到的单位", "{{ x.提到的单位 }}", 22),
        ("承办单位", "", 20),
        ("办理情况", "", 20),
    )
    table(document, columns, "for x in g.件")
    mark(document, "endfor")
    signature(document)
    return document


#: Name of a paper to what lays out its default template.
LAYOUTS: dict[str, Callable[[], Any]] = {"报送函": _letter, "代表建议": _deputies, "转办清单": _referrals, **CLOSING_LAYOUTS}
