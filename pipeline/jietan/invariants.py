"""What every finished run promises, checked row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from jietan.counts import Census, Grouped, Numbers
from jietan.distinct import distinct
from jietan.errors import InvariantError
from jietan.stored import Stored
from jietan.tables import listed, places, records

__all__ = ["check"]

_OPINION = re.compile(r"opinion:(.+)\[\d+:\d+\]→")
Tables = Mapping[str, pd.DataFrame]
_QUOTE = re.compile(r"“([^“”]+)”（([^（）]+)）")
#: What is looked at of large tables, most of it by several rules.
_LOOKED = {
    "comments": ("comment_id", "text", "submitter_key", "point", "street", "campaign_id", "duplicate_of"),
    "opinions": ("opinion_id", "comment_id", "start", "end", "text", "theme_id"),
    "links": ("opinion_id", "article_id"),
    "demands": ("opinion_id", "comment_id", "start", "end", "said"),
    "units": ("unit_id", "representative"),
}


def _lost(t: Tables) -> Iterable[str]:
    comments = t["comments"]["comment_id"]
    kept = [places(comments, t[name]["comment_id"]) >= 0 for name in ("opinions", "rejects")]
    for comment in comments[~(kept[0] | kept[1])].tolist():
        yield f"意见 {comment} 既没有观点，也不在未处理表里"


def _unlike(texts: Sequence[str], rows: Numbers, cuts: pd.DataFrame, said: str) -> list[str]:
    """The opinions whose words do not stand where they are said to, in the texts of their comments."""
    found = zip(
        rows.tolist(), cuts["start"].astype("int64").tolist(), cuts["end"].astype("int64").tolist(), cuts[said].tolist(), strict=True
    )
    wrong = [k for k, (row, start, end, text) in enumerate(found) if texts[row][start:end] != text]
    return list(cuts["opinion_id"].iloc[wrong])


def _spans(t: Tables) -> Iterable[str]:
    ids, texts = t["comments"]["comment_id"], [*t["comments"]["text"].tolist(), ""]  # the last for what is no comment
    for opinion in _unlike(texts, places(t["opinions"]["comment_id"], ids), t["opinions"], "text"):
        yield f"观点 {opinion} 与原文不符"
    said = t["demands"][t["demands"]["start"].notna()]
    for opinion in _unlike(texts, places(said["comment_id"], ids), said, "said"):
        yield f"观点 {opinion} 的要求与原文不符"
    rows = places(t["pii"]["comment_id"], ids).tolist()
    for row, (comment, start, end) in zip(rows, listed(t["pii"], "comment_id", "start", "end"), strict=True):
        if not 0 <= start < end <= len(texts[row]):
            yield f"个人信息位置 {comment}:{start}-{end} 超出原文"


def _quotes(t: Tables) -> Iterable[str]:
    frame = t["suggestions"]
    kept = frame[~frame["status"].isin(["edited", "rejected"])]  # the others may be a person's words
    quotes = [(name, *found) for name, reason in listed(kept, "suggestion_id", "reason") for found in _QUOTE.findall(reason)]
    rows = places([comment for _, _, comment in quotes], t["comments"]["comment_id"])
    texts = t["comments"]["text"].iloc[rows].tolist() if len(rows) else []
    for (name, quote, comment), row, text in zip(quotes, rows.tolist(), texts, strict=True):
        if row >= 0 and quote not in text:
            yield f"建议 {name} 的引文在意见 {comment} 中找不到"
    points = kept[~kept["drafted"].astype(bool)]
    evidence, spans = points["evidence"].tolist(), [*t["opinions"]["text"].tolist(), ""]  # the last for what is no opinion
    grounds = iter(places(list(chain.from_iterable(evidence)), t["opinions"]["opinion_id"]).tolist())
    for row, opinions in zip(records(points), evidence, strict=True):
        said = [spans[next(grounds)] for _ in opinions]
        if not any(row.proposed_text in text for text in said) and not _rests(row):
            yield f"建议 {row.suggestion_id} 的立法要点不是原话"


def _rests(row: Any) -> bool:  # noqa: ANN401
    """Say whether a 立法要点 in legislative wording names, piece by piece, the words of the evidence that it comes from."""
    pieces = [p for p in getattr(row, "provenance", ()) if not p.startswith("lexicon:")]
    sources = [_OPINION.match(p) for p in pieces if p.startswith("opinion:")]
    known = {m[1] for m in sources if m}
    return bool(known) and known <= set(row.evidence) and "".join(p.split("→", 1)[-1] for p in pieces) == row.proposed_text


def _evidence(t: Tables) -> Iterable[str]:
    names, values = list[str](), list[Sequence[str]]()
    for table, key, column in (
        ("suggestions", "suggestion_id", "evidence"),
        ("suggestions", "suggestion_id", "exemplars"),
        ("themes", "theme_id", "exemplars"),
        ("units", "unit_id", "representative"),
    ):
        for name, value in listed(t[table], key, column):
            names.append(name)
            values.append([value] if isinstance(value, str) else value)
    rows = places(list(chain.from_iterable(values)), t["opinions"]["opinion_id"])
    of = np.repeat(np.arange(len(values)), np.fromiter(map(len, values), np.int64, len(values)))
    for k in distinct(of[rows < 0]).tolist():
        yield f"{names[k]} 依据的观点不在观点表里"


def _themed(t: Tables) -> Grouped:
    """The opinions of each theme; a parent holds those of its children too."""
    themes = t["themes"]["theme_id"]
    theme, parent = places(t["opinions"]["theme_id"], themes), places(t["themes"]["parent_id"], themes)
    rows, own = np.flatnonzero(theme >= 0), theme[theme >= 0]
    above = parent[own]
    rows, own = np.concatenate([rows, rows[above >= 0]]), np.concatenate([own, above[above >= 0]])
    return Grouped(rows[np.argsort(own, kind="stable")], np.bincount(own, minlength=len(themes)))


def _counts(t: Tables) -> Iterable[str]:
    census = Census(t["comments"], t["opinions"], t["comments"])
    for table, key, groups in (
        ("suggestions", "suggestion_id", census.grouped(t["suggestions"]["evidence"].tolist())),
        ("themes", "theme_id", _themed(t)),
    ):
        found = census.tally(groups).columns()
        wrong = np.any([numbers != t[table][name].to_numpy() for name, numbers in found.items()], axis=0)
        for name in t[table][key][wrong].tolist():
            yield f"{name} 的计数与依据不符"


def _articles(t: Tables) -> Iterable[str]:
    wrong = t["links"][~t["links"]["article_id"].isin(t["articles"]["article_id"])]
    for opinion, article in listed(wrong, "opinion_id", "article_id"):
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
    some = {n: tables.some(n, looked) if isinstance(tables, Stored) else tables[n] for n, looked in _LOOKED.items()}
    whole = {n: tables[n] for n in ("suggestions", "themes", "articles", "rejects", "pii")}
    broken = [m for rule in (_lost, _spans, _evidence, _quotes, _counts, _articles, _sums) for m in rule(some | whole)]
    if broken:
        more = f"等 {len(broken)} 处" if len(broken) > 10 else ""
        raise InvariantError("运行结果自检未通过：" + "；".join(broken[:10]) + more, todo="请把此信息告诉开发者，结果不要使用")
