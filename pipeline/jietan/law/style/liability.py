"""Duties and liability: whether each fits the other. All of it is for a person to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jietan.law.citation import Citation
from jietan.law.names import short_name
from jietan.law.style.draft import Draft, Found
from jietan.law.style.model import Rule, sentence
from jietan.law.style.references import cited_in

__all__ = ["RULES", "check"]

NO_LIABILITY = Rule("duty-without-liability", "义务有相应的法律责任", "note", "条文之间的衔接")
NO_DUTY = Rule("liability-without-duty", "法律责任指向的条文规定了义务", "warning", "条文之间的衔接")
MISMATCH = Rule("liability-mismatch", "法律责任写的行为与所引的条文一致", "note", "条文之间的衔接")
RULES = (NO_LIABILITY, NO_DUTY, MISMATCH)

_LIABILITY = re.compile("法律责任|罚则|处罚")
_OUTSIDE = re.compile("法律责任|罚则|处罚|附则|总则")
_DUTY = re.compile(r"应当|不得|必须|禁止|严禁|不准|须|有权|应|负责|由|实行|经|许可|批准|配合|可以要求")
_DUTY_OF = re.compile(r"(?:^|(?<=[。；\n]))(?:[^，。；：\n]{0,30}，)?([^，。；：\n]{2,24}?)(?:应当|不得|必须)")
_PUBLIC = re.compile(
    r"政府|部门|机关|办事处|委员会|派出所|救援|国务院|法院|检察院|国家|有关单位|学校|新闻|警察|执法|公务|工作人员|下列|相关|上述|前款"
)
_PERSON = re.compile(r"(?:人|者|单位|企业|公司|业主|用户|商户|平台|人员|经营户|家长|医院|商|方)$")
_DEED = re.compile(r"规定，?(?P<deed>[^，。；：\n]{4,40}?)的(?=[，：])")
_LETTERS = re.compile(r"[\u4e00-\u9fff]")
_CONTENTLESS = re.compile(
    r"^的|有下列|之一|属于|行为$|权利人|未按|未报|记录|构成|造成|情节|拒不|逾期|规定|法律|未按照规定|未履行|不履行|未依法"
)
_FEW = 0.3


def _is_liability(draft: Draft, row: int) -> bool:
    return bool(_LIABILITY.search(draft.articles[row].chapter))


def _is_own(draft: Draft, citation: Citation) -> bool:
    return citation.article is not None and (citation.law is None or short_name(citation.law) == short_name(draft.title))


def _violations(draft: Draft) -> Iterator[tuple[int, Citation]]:
    """Liability articles and the articles of the draft whose breach they name."""
    for row, article in enumerate(draft.articles):
        if "违反" not in article.text:
            continue
        for citation in cited_in(draft, row):
            start, _ = sentence(article.text, citation.start)
            before = article.text[start : citation.start]
            at = before.rfind("违反")
            if at >= 0 and not re.search(r"[，；：]", before[at:]) and _is_own(draft, citation):
                yield row, citation


def _target(draft: Draft, citation: Citation) -> str:
    row = draft.by_label.get(citation.article or "")
    if row is None:
        return ""
    parts = draft.articles[row].paragraphs
    if citation.paragraph and citation.paragraph <= len(parts):
        return parts[citation.paragraph - 1]
    return draft.articles[row].text


def _pairs(text: str) -> set[str]:
    letters = "".join(_LETTERS.findall(text))
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def _deed(draft: Draft, row: int, citations: list[Citation]) -> Iterator[Found]:
    """Compare the deed named behind the last citation of a sentence with what the cited provisions say."""
    text = draft.articles[row].text
    last = max(citations, key=lambda citation: citation.end)
    match = _DEED.search(text, last.end, sentence(text, last.end)[1])
    if match is None or match.start() - last.end > 1 or _CONTENTLESS.search(match["deed"]):
        return
    wanted = _pairs(match["deed"].removeprefix("未").removeprefix("擅自"))
    held = _pairs("".join(draft.articles[draft.by_label[c.article or ""]].text for c in citations if c.article in draft.by_label))
    if held and wanted and len(wanted & held) / len(wanted) < _FEW:
        labels = "、".join(dict.fromkeys(citation.article or "" for citation in citations))
        message = f"这里写的行为“{match['deed']}”在{labels}里没有相近的文字，请核对引用的条文"
        yield row, draft.texts[row].finding(MISMATCH, message, match.span("deed"))


def _targets(draft: Draft) -> Iterator[Found]:
    groups: dict[tuple[int, int], list[Citation]] = {}
    for row, citation in _violations(draft):
        target = _target(draft, citation)
        if target and not _DUTY.search(target):
            message = f"{citation.text}没有规定“应当”“不得”等义务，请核对引用的条文"
            yield row, draft.texts[row].finding(NO_DUTY, message, (citation.start, citation.end))
        groups.setdefault((row, sentence(draft.articles[row].text, citation.start)[0]), []).append(citation)
    for (row, _), citations in groups.items():
        yield from _deed(draft, row, citations)


def _addressees(text: str) -> dict[str, tuple[int, int]]:
    """Who has a duty in an article, and where; the public side, which answers for its duties in general, is left out."""
    found: dict[str, tuple[int, int]] = {}
    for match in _DUTY_OF.finditer(text):
        if _PERSON.search(match[1]) and not _PUBLIC.search(match[1]) and not re.match("对|在|因|经|自|从|向|由|为", match[1]):
            found.setdefault(match[1], match.span(1))
    return found


def _uncovered(draft: Draft) -> Iterator[Found]:
    rows = [row for row in range(len(draft.articles)) if _is_liability(draft, row)]
    if not rows:
        return
    liable = "".join(draft.articles[row].text for row in rows)
    covered = {citation.article for row in rows for citation in cited_in(draft, row) if _is_own(draft, citation)}
    for row, article in enumerate(draft.articles):
        if article.label in covered or _OUTSIDE.search(article.chapter) or "违反" in article.text:
            continue
        for subject, span in _addressees(article.text).items():
            if not any(part in liable for part in re.split(r"、|和|或者|以及", subject)):
                message = "这里设定了义务，法律责任里没有提到这一义务人，请确认是否需要规定责任"
                yield row, draft.texts[row].finding(NO_LIABILITY, message, span)


def check(draft: Draft) -> Iterator[Found]:
    """Check that duties and liability fit."""
    yield from _targets(draft)
    yield from _uncovered(draft)
