"""References inside a draft: the 条, 款 and 项 that it names exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jietan.law.citation import Citation
from jietan.law.cite import find_citations
from jietan.law.names import short_name
from jietan.law.relative import resolve_relative
from jietan.law.resolve import Resolution, describe, resolve_citations
from jietan.law.style.draft import Draft, Found
from jietan.law.style.model import FIRST, Rule

__all__ = ["RULES", "check", "cited_in", "cited_within"]

ARTICLE = Rule("ref-article", "引用的条存在", "error", f"{FIRST}6")
PARAGRAPH = Rule("ref-paragraph", "引用的款存在", "error", f"{FIRST}6")
ITEM = Rule("ref-item", "引用的项存在", "error", f"{FIRST}9")
RELATIVE = Rule("ref-before", "“前款”“前条”之前有款、条", "error", f"{FIRST}6")
ONLY = Rule("ref-only-paragraph", "只有一款的条，引用时不写“第一款”", "note", f"{FIRST}6", mechanical=True)
SELF = Rule("ref-own-article", "引用所在的条写“本条”", "note", f"{FIRST}6")
RULES = (ARTICLE, PARAGRAPH, ITEM, RELATIVE, ONLY, SELF)

_BY_STATUS = {"no_article": ARTICLE, "no_paragraph": PARAGRAPH, "no_item": ITEM}


def cited_in(draft: Draft, row: int) -> list[Citation]:
    """The citations in an article; offsets count in its text, relative ones are counted from where they stand."""
    article, text = draft.articles[row], draft.texts[row]
    if not any(mark in article.text for mark in ("第", "前", "本条", "本款")):
        return []
    spans: dict[int, tuple[int, int]] = {}
    for line in text.layout.lines:
        start, _ = spans.get(line.paragraph, (line.start, line.end))
        spans[line.paragraph] = (start, line.end)
    found = []
    for paragraph, (start, end) in spans.items():
        place = Citation(0, 0, "", draft.title, article.label, paragraph) if article.number != (0, 0) else None
        for citation in resolve_relative(find_citations(article.text[start:end], draft.title), place):
            at = [place + start for place in (citation.start, citation.end, citation.law_start)]
            found.append(replace(citation, start=at[0], end=at[1], law_start=at[2]))
    return found


def cited_within(draft: Draft) -> dict[str, list[tuple[int, Citation]]]:
    """By label of the cited article the citations of the draft's own articles, each with the row of the article it stands in."""
    out: dict[str, list[tuple[int, Citation]]] = {}
    for row in range(len(draft.articles)):
        for cited in cited_in(draft, row):
            if cited.article and (cited.law is None or short_name(cited.law) == short_name(draft.title)):
                out.setdefault(cited.article, []).append((row, cited))
    return out


def _dangling(draft: Draft, row: int, checked: Resolution) -> Iterator[Found]:
    cited = checked.citation
    rule = _BY_STATUS.get(checked.status)
    if rule is ITEM and cited.kind == "relative" and (cited.item or "") in draft.articles[row].text:
        return
    if rule is not None and checked.source == "draft":
        yield row, draft.texts[row].finding(rule, describe(checked), (cited.start, cited.end))
    elif checked.status == "open" and cited.base.startswith(("前", "上")) and cited.level in ("款", "条"):
        message = f"“{cited.text}”之前没有{'款' if cited.level == '款' else '条'}"
        yield row, draft.texts[row].finding(RELATIVE, message, (cited.start, cited.end))


def _style(draft: Draft, row: int, checked: Resolution) -> Iterator[Found]:
    cited, article = checked.citation, draft.articles[row]
    if checked.source != "draft" or cited.kind != "article" or checked.status != "exists":
        return
    span = (cited.start, cited.end)
    target = draft.articles[draft.by_label[cited.article or ""]]
    if cited.paragraph == 1 and len(target.paragraphs) == 1 and cited.text.count("第一款") == 1:
        fix = cited.text.replace("第一款", "")
        yield row, draft.texts[row].finding(ONLY, f"{cited.article}只有一款，引用时不写“第一款”", span, fix or None)
    if cited.article == article.label:
        yield row, draft.texts[row].finding(SELF, f"引用所在的{article.label}，写“本条”", span)


def check(draft: Draft) -> Iterator[Found]:
    """Check the references of a draft."""
    cited = [(row, citation) for row in range(len(draft.articles)) for citation in cited_in(draft, row)]
    for (row, _), checked in zip(cited, resolve_citations([citation for _, citation in cited], draft.rows), strict=True):
        yield from _dangling(draft, row, checked)
        yield from _style(draft, row, checked)
