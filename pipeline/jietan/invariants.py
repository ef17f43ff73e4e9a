"""What every finished run promises, checked row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from jietan.counts import Census
from jietan.errors import InvariantError
from jietan.tables import listed, records

__all__ = ["check"]

_OPINION = re.compile(r"opinion:(.+)\[\d+:\d+\]→")
Tables = Mapping[str, pd.DataFrame]
_QUOTE = re.compile(r"“([^“”]+)”（([^（）]+)）")


def _lost(t: Tables) -> Iterable[str]:
    kept = {*t["opinions"]["comment_id"].tolist(), *t["rejects"]["comment_id"].tolist()}
    for comment in t["comments"]["comment_id"].tolist():
        if comment not in kept:
            yield f"意见 {comment} 既没有观点，也不在未处理表里"


def _spans(t: Tables) -> Iterable[str]:
    texts = dict(listed(t["comments"], "comment_id", "text"))
    for opinion, comment, start, end, text in listed(t["opinions"], "opinion_id", "comment_id", "start", "end", "text"):
        if texts.get(comment, "")[start:end] != text:
            yield f"观点 {opinion} 与原文不符"
    said = t["demands"][t["demands"]["start"].notna()]
    for opinion, comment, start, end, text in listed(said, "opinion_id", "comment_id", "start", "end", "said"):
        if texts.get(comment, "")[int(start) : int(end)] != text:
            yield f"观点 {opinion} 的要求与原文不符"
    for comment, start, end in listed(t["pii"], "comment_id", "start", "end"):
        if not 0 <= start < end <= len(texts.get(comment, "")):
            yield f"个人信息位置 {comment}:{start}-{end} 超出原文"


def _quotes(t: Tables) -> Iterable[str]:
    texts = dict(listed(t["comments"], "comment_id", "text"))
    spans = dict(listed(t["opinions"], "opinion_id", "text"))
    for row in records(t["suggestions"]):
        if row.status in ("edited", "rejected"):
            continue  # may be a person's words
        for quote, comment in _QUOTE.findall(row.reason):
            if comment in texts and quote not in texts[comment]:
                yield f"建议 {row.suggestion_id} 的引文在意见 {comment} 中找不到"
        if not row.drafted and not any(row.proposed_text in spans.get(o, "") for o in row.evidence) and not _rests(row):
            yield f"建议 {row.suggestion_id} 的立法要点不是原话"


def _rests(row: Any) -> bool:  # noqa: ANN401
    """Say whether a 立法要点 in legislative wording names, piece by piece, the words of the evidence that it comes from."""
    pieces = [p for p in getattr(row, "provenance", ()) if not p.startswith("lexicon:")]
    sources = [_OPINION.match(p) for p in pieces if p.startswith("opinion:")]
    known = {m[1] for m in sources if m}
    return bool(known) and known <= set(row.evidence) and "".join(p.split("→", 1)[-1] for p in pieces) == row.proposed_text


def _evidence(t: Tables) -> Iterable[str]:
    known = set(t["opinions"]["opinion_id"].tolist())
    for table, key, column in (
        ("suggestions", "suggestion_id", "evidence"),
        ("suggestions", "suggestion_id", "exemplars"),
        ("themes", "theme_id", "exemplars"),
        ("units", "unit_id", "representative"),
    ):
        for name, value in listed(t[table], key, column):
            if not known.issuperset([value] if isinstance(value, str) else value):
                yield f"{name} 依据的观点不在观点表里"


def _counts(t: Tables) -> Iterable[str]:
    census = Census(t["comments"], t["opinions"], t["comments"])
    known = set(t["opinions"]["opinion_id"].tolist())
    members: dict[str, list[str]] = {}
    for opinion, theme in listed(t["opinions"], "opinion_id", "theme_id"):
        if isinstance(theme, str):
            members.setdefault(theme, []).append(opinion)
    parents = dict(listed(t["themes"], "theme_id", "parent_id"))
    for theme in list(members):
        if isinstance(parents.get(theme), str):
            members.setdefault(parents[theme], []).extend(members[theme])
    said = t["suggestions"]["evidence"].tolist(), [members.get(theme, ()) for theme in t["themes"]["theme_id"].tolist()]
    for table, key, evidence in (("suggestions", "suggestion_id", said[0]), ("themes", "theme_id", said[1])):
        found = census.tally([[o for o in opinions if o in known] for opinions in evidence]).columns()
        counted = zip(*(numbers.tolist() for numbers in found.values()), strict=True)
        for right, (name, *numbers) in zip(counted, listed(t[table], key, *found), strict=True):
            if [*right] != numbers:
                yield f"{name} 的计数与依据不符"


def _articles(t: Tables) -> Iterable[str]:
    known = set(t["articles"]["article_id"].tolist())
    for opinion, article in listed(t["links"], "opinion_id", "article_id"):
        if article not in known:
            yield f"观点 {opinion} 指向不存在的条文 {article}"
    labels = set(listed(t["articles"], "law", "article"))
    for name, law, *pointed in listed(t["suggestions"], "suggestion_id", "law", "article", "after_article"):
        for label in pointed:
            if isinstance(label, str) and (law, label) not in labels:
                yield f"建议 {name} 指向不存在的条文 {label}"


def _sums(t: Tables) -> Iterable[str]:
    frame = t["suggestions"]
    parts = [c for c in frame.columns if c.startswith("score_")]
    if len(frame):
        for name, gap in zip(frame["suggestion_id"].tolist(), (frame[parts].sum(axis=1) - frame["score"]).abs().tolist(), strict=True):
            if gap > 1e-6:
                yield f"建议 {name} 的得分与分项之和不符"


def check(tables: Tables) -> None:
    """Check all promises of a finished run.

    Args:
        tables: The contract's tables by name.

    Raises:
        InvariantError: A promise is broken; the message names the first ten rows.
    """
    held = [tables.get(name) for name in ("comments", "opinions", "suggestions")]  # several rules look at these
    broken = [m for rule in (_lost, _spans, _evidence, _quotes, _counts, _articles, _sums) for m in rule(tables)]
    del held
    if broken:
        more = f"等 {len(broken)} 处" if len(broken) > 10 else ""
        raise InvariantError("运行结果自检未通过：" + "；".join(broken[:10]) + more, todo="请把此信息告诉开发者，结果不要使用")
