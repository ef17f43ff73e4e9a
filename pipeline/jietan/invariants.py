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
    comments = t["comments"]["comment_id"]
    kept = comments.isin(t["opinions"]["comment_id"]) | comments.isin(t["rejects"]["comment_id"].dropna())
    for comment in comments[~kept]:
        yield f"意见 {comment} 既没有观点，也不在未处理表里"


def _spans(t: Tables) -> Iterable[str]:
    texts = dict(zip(t["comments"]["comment_id"], t["comments"]["text"], strict=True))
    for opinion, comment, start, end, text in listed(t["opinions"], "opinion_id", "comment_id", "start", "end", "text"):
        if texts.get(comment, "")[start:end] != text:
            yield f"观点 {opinion} 与原文不符"
    for row in records(t["demands"]):
        if not pd.isna(row.start) and texts.get(row.comment_id, "")[int(row.start) : int(row.end)] != row.said:
            yield f"观点 {row.opinion_id} 的要求与原文不符"
    for row in records(t["pii"]):
        if not 0 <= row.start < row.end <= len(texts.get(row.comment_id, "")):
            yield f"个人信息位置 {row.comment_id}:{row.start}-{row.end} 超出原文"


def _quotes(t: Tables) -> Iterable[str]:
    texts = dict(zip(t["comments"]["comment_id"], t["comments"]["text"], strict=True))
    spans = dict(zip(t["opinions"]["opinion_id"], t["opinions"]["text"], strict=True))
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
    known = set(t["opinions"]["opinion_id"])
    for table, key, column in (
        ("suggestions", "suggestion_id", "evidence"),
        ("suggestions", "suggestion_id", "exemplars"),
        ("themes", "theme_id", "exemplars"),
        ("units", "unit_id", "representative"),
    ):
        for row in records(t[table]):
            value = getattr(row, column)
            if not set([value] if isinstance(value, str) else value) <= known:
                yield f"{getattr(row, key)} 依据的观点不在观点表里"


def _counts(t: Tables) -> Iterable[str]:
    census = Census(t["comments"], t["opinions"], t["comments"])
    known = set(t["opinions"]["opinion_id"])
    members: dict[str, list[str]] = {}
    for opinion, theme in zip(t["opinions"]["opinion_id"], t["opinions"]["theme_id"], strict=True):
        if isinstance(theme, str):
            members.setdefault(theme, []).append(opinion)
    parents = dict(zip(t["themes"]["theme_id"], t["themes"]["parent_id"], strict=True))
    for theme in list(members):
        if isinstance(parents.get(theme), str):
            members.setdefault(parents[theme], []).extend(members[theme])
    for table, key, evidence in (
        (t["suggestions"], "suggestion_id", lambda r: list(r.evidence)),
        (t["themes"], "theme_id", lambda r: members.get(r.theme_id, [])),
    ):
        for row in records(table):
            found = census.count(o for o in evidence(row) if o in known).columns()
            if any(getattr(row, name) != value for name, value in found.items()):
                yield f"{getattr(row, key)} 的计数与依据不符"


def _articles(t: Tables) -> Iterable[str]:
    known = set(t["articles"]["article_id"])
    links = t["links"]
    for opinion, article in listed(links[~links["article_id"].isin(known)], "opinion_id", "article_id"):
        yield f"观点 {opinion} 指向不存在的条文 {article}"
    labels = set(zip(t["articles"]["law"], t["articles"]["article"], strict=True))
    for row in records(t["suggestions"]):
        for label in (row.article, row.after_article):
            if isinstance(label, str) and (row.law, label) not in labels:
                yield f"建议 {row.suggestion_id} 指向不存在的条文 {label}"


def _sums(t: Tables) -> Iterable[str]:
    frame = t["suggestions"]
    parts = [c for c in frame.columns if c.startswith("score_")]
    if len(frame):
        for name, gap in zip(frame["suggestion_id"], (frame[parts].sum(axis=1) - frame["score"]).abs(), strict=True):
            if gap > 1e-6:
                yield f"建议 {name} 的得分与分项之和不符"


def check(tables: Tables) -> None:
    """Check all promises of a finished run.

    Args:
        tables: The contract's tables by name.

    Raises:
        InvariantError: A promise is broken; the message names the first ten rows.
    """
    broken = [m for rule in (_lost, _spans, _evidence, _quotes, _counts, _articles, _sums) for m in rule(tables)]
    if broken:
        more = f"等 {len(broken)} 处" if len(broken) > 10 else ""
        raise InvariantError("运行结果自检未通过：" + "；".join(broken[:10]) + more, todo="请把此信息告诉开发者，结果不要使用")
