"""The suggestions of the page: the change word by word, where each word comes from, support, score and conflicts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from jietan.export.html.evidence import Evidence
from jietan.export.sheets.suggestions import opposed, original_of
from jietan.export.view import View
from jietan.export.wording import OPERATIONS, REVIEW, changes, place, printable, score_label

__all__ = ["proposals", "score_columns"]

_OPINION = re.compile(r"opinion:(.+)\[(\d+):(\d+)\]$")
_CITED = re.compile(r"（([^（）]+)）")
_KINDS = {"draft": "草案原文", "grammar": "立法用语", "lexicon": "词表换词", "opinion": "居民原话", "reviewer": "审核人改写"}


def score_columns(view: View) -> list[str]:
    """Return the components of the score, in the order of the table."""
    return [n for n in view.rows("suggestions").names if n.startswith("score_")]


def _source(view: View, evidence: Evidence, kind: str) -> list[Any]:
    """What a piece rests on: kind, note, and the number of the opinion (-1 for none)."""
    match = _OPINION.match(kind)
    if match and match[1] in view.opinion_at:
        row = view.opinion(match[1])
        start, end = int(row["start"]) + int(match[2]), int(row["start"]) + int(match[3])
        words = printable(view.masker.text(row["comment_id"], start, end))
        note = f"意见 {printable(row['comment_id'])}“{words}”"
        return [_KINDS["opinion"], note, evidence.opinion_numbers[match[1]]]
    name, _, rest = kind.partition(":")
    return [_KINDS.get(name, name), printable(rest), -1]


def _pieces(row: dict[str, Any]) -> tuple[list[tuple[str, str]], list[str]]:
    """Pieces of the proposed text with their sources, and the exchanges of words, which are no pieces."""
    pairs = [p.partition("→") for p in row.get("provenance") or () if "→" in p]
    exchanged = [f"{kind.removeprefix('lexicon:')}→{text}" for kind, _, text in pairs if kind.startswith("lexicon:")]
    return [(kind, text) for kind, _, text in pairs if not kind.startswith("lexicon:")], exchanged


def _marked(view: View, row: dict[str, Any]) -> tuple[list[list[Any]], list[str]]:
    """The change as [operation, words, source]; a word's source is known where the pieces give the text exactly."""
    text = view.suggestion_text(row, "proposed_text")
    pieces, exchanged = _pieces(row)
    owners = [kind for kind, words in pieces for _ in printable(words)]
    known = bool(text) and "".join(printable(words) for _, words in pieces) == text
    out: list[list[Any]] = []
    at = 0
    for op, words in changes(row, text):
        if op in ("cut", "note") or not known:
            out.append([op, words, ""])
            continue
        for kind, group in groupby(zip(words, owners[at : at + len(words)], strict=True), key=itemgetter(1)):
            out.append([op, "".join(char for char, _ in group), kind])
        at += len(words)
    return out, exchanged


def _reason(view: View, row: dict[str, Any], evidence: Evidence) -> list[Any]:
    """The reason, cut where it cites a comment: texts, and [comment, its number]."""
    out: list[Any] = []
    for i, part in enumerate(_CITED.split(view.suggestion_text(row, "reason"))):
        cited = evidence.comment_numbers.get(part) if i % 2 else None
        if cited is not None:
            out.append([part, cited])
        elif part:
            out.append(f"（{part}）" if i % 2 else part)
    return out


def _one(view: View, row: dict[str, Any], evidence: Evidence, themes: dict[str, int], scores: Sequence[str]) -> dict[str, Any]:
    comments = view.comments_of(row["evidence"])
    streets = Counter(evidence.street_of(c) for c in comments)
    marks, exchanged = _marked(view, row)
    kinds = list(dict.fromkeys(kind for _, _, kind in marks if kind))
    return {
        "id": row["suggestion_id"],
        "rank": int(row["rank"]),
        "low": int(row["rank_low"]),
        "high": int(row["rank_high"]),
        "place": place(row, view.draft_law),
        "article": row["article"] or row["after_article"] or "",
        "theme": themes.get(row["theme_id"] or "", -1),
        "op": OPERATIONS.get(row["operation"], row["operation"]),
        "drafted": bool(row["drafted"]),
        "status": REVIEW.get(row["status"], row["status"]) if row["status"] != "draft" else "",
        "title": view.suggestion_text(row, "title") or view.theme_titles.get(row["theme_id"] or "", ""),
        "reviewed": view.reviewed(row),
        "original": original_of(row),
        "marks": [[op, words, kinds.index(kind) if kind else -1] for op, words, kind in marks],
        "sources": [_source(view, evidence, kind) for kind in kinds],
        "exchanged": exchanged,
        "reason": _reason(view, row, evidence),
        "n": [int(row[k]) for k in ("n_opinions", "n_comments", "n_people", "n_points")],
        "streets": sorted(([s, n] for s, n in streets.items()), key=lambda p: (-p[1], p[0])),
        "copies": sum(view.comment(c)["campaign_id"] is not None for c in comments),
        "score": round(float(row["score"]), 4),
        "parts": [round(float(row[c]), 4) for c in scores],
        "why": printable(row.get("why")),
        "conflicts": [],
        "follow": list(row.get("follow") or ()),
        "higher": list(row.get("higher_law") or ()),
        "beyond": row.get("beyond") or "",
        "ops": evidence.opinions(row["evidence"]),
    }


def _rejected(view: View, row: dict[str, Any], evidence: Evidence) -> dict[str, Any]:
    """What a reviewer rejected, in short."""
    return {
        "rank": int(row["rank"]),
        "place": place(row, view.draft_law),
        "title": view.suggestion_text(row, "title"),
        "n": int(row["n_people"]),
        "reviewed": view.reviewed(row),
        "ops": evidence.opinions(row["evidence"]),
    }


def proposals(view: View, evidence: Evidence, themes: dict[str, int], limit: int) -> dict[str, Any]:
    """Return the first suggestions by rank and the names of the score's components.

    Args:
        view: The run.
        evidence: Numbers of opinions and comments.
        themes: Number of each theme in the page.
        limit: How many suggestions at most.
    """
    ranks = {s["suggestion_id"]: int(s["rank"]) for s in view.proposals}
    scores = score_columns(view)
    rows = []
    for row in view.proposals[:limit]:
        found = _one(view, row, evidence, themes, scores)
        found["conflicts"] = sorted([ranks[c], said] for c, said in opposed(view, row) if c in ranks)
        rows.append(found)
    return {
        "rows": rows,
        "total": len(view.proposals),
        "scores": [score_label(c) for c in scores],
        "rejected": [_rejected(view, row, evidence) for row in view.rejected],
    }
