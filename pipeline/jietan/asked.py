"""Asked: what the opinions of a theme ask for, parted by side, place, matter and amount."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jietan.grouping import average_linkage, mean_rows
from jietan.language.asks import Ask, read_ask
from jietan.language.cues import CUES
from jietan.runfolder import Vectors
from jietan.tables import records

__all__ = [
    "ASKING",
    "CHANGE",
    "CLARIFY",
    "DELETE",
    "KEEP",
    "NAMES_CHANGE",
    "Opinion",
    "part_asks",
    "read_opinions",
    "reasons_of",
    "target",
    "telling",
]

_AS_IT_IS = re.compile(r"(?:不必|不用|不要|无需|别)再?(?:修改|改动|改|动)(?=[，。；！,;]|了|$)")
_MATTER = 0.46  # distance beyond which two asks about one article are two matters
ASKING = ("suggest", "hope", "please_rule", "should", "must_not", "change_to", "delete", "add", "clarify", "allow")
NAMES_CHANGE = ("suggest", "hope", "please_rule", "should", "change_to", "number_ask", "keep", "must", "better", "oppose")
KEEP, DELETE, CLARIFY, CHANGE = "保留", "删除", "释明", "修改"


@dataclass(frozen=True)
class Opinion:
    """One opinion with all that the stages before found out about it.

    Attributes:
        opinion_id: Its id.
        comment_id: Its comment.
        start: Offset in the comment.
        text: Its words.
        kind: Kind.
        stance: Stance.
        operation: Operation.
        unit_id: Its unit of the same ask.
        ask: Its guarded features.
        link: Its first link to the draft, or None.
        new_article: Whether it asks for a rule that the draft does not have.
        clean: Whether it holds no personal data.
    """

    opinion_id: str
    comment_id: str
    start: int
    text: str
    kind: str
    stance: str
    operation: str
    unit_id: str
    ask: Ask
    link: dict[str, Any] | None
    new_article: bool
    clean: bool


def _bucket(o: Opinion) -> str:
    if o.stance == "support" or o.operation == KEEP or _AS_IT_IS.search(o.text):
        return KEEP
    if o.operation == DELETE:
        return DELETE
    if o.kind == "问题" or o.operation == CLARIFY:
        return CLARIFY
    return CHANGE


def part_asks(opinions: list[Opinion], vectors: Vectors) -> list[tuple[str, list[Opinion]]]:
    """Part a theme by what is asked: side, article, matter, and amount; demands without an amount join the largest part."""
    by_unit: dict[str, list[Opinion]] = defaultdict(list)
    for o in opinions:
        by_unit[o.unit_id].append(o)
    aims: dict[tuple[str, str], list[list[Opinion]]] = defaultdict(list)
    for _, unit in sorted(by_unit.items()):
        bucket = Counter(_bucket(o) for o in unit).most_common(1)[0][0]
        aims[bucket, _aim(unit)].append(unit)
    out = []
    for (bucket, _), units in sorted(aims.items()):
        place = iter(range(sum(map(len, units))))
        rows = vectors.rows([o.opinion_id for unit in units for o in unit])
        matters = average_linkage(mean_rows(rows, [[next(place) for _ in unit] for unit in units]), (_MATTER,))[0]
        for matter in sorted(set(matters)):
            inside = [u for u, m in zip(units, matters, strict=True) if m == matter]
            out += [(bucket, part) for part in _by_amount(inside, bucket == CHANGE)]
    return out


def _by_amount(units: list[list[Opinion]], counted: bool) -> list[list[Opinion]]:
    parts: list[list[Opinion]] = []
    held: list[dict[str, float]] = []
    for unit in sorted(units, key=lambda u: (not any(o.ask.amounts for o in u), -len(u), u[0].opinion_id)):
        wanted = {k: v for o in unit for k, v in o.ask.amounts} if counted else {}
        leaning = bool(wanted) or any(o.ask.wants for o in unit)  # 太长 without a number goes with those who name one
        for part, amounts in zip(parts, held, strict=True):
            agree = all(amounts.get(k, v) == v for k, v in wanted.items()) and (not wanted or set(wanted) & set(amounts) or not amounts)
            agree = agree and (leaning or not amounts)
            if agree and not any(a.ask.opposes(b.ask) for a in unit for b in part):
                part += unit
                amounts.update(wanted)
                break
        else:
            parts.append(list(unit))
            held.append(dict(wanted))
    return parts


def _aim(unit: list[Opinion]) -> str:
    """The article a unit is about, empty where it asks for a new one."""
    if sum(o.new_article for o in unit) * 2 > len(unit):
        return ""
    return Counter(o.link["article"] for o in unit if o.link).most_common(1)[0][0] if any(o.link for o in unit) else ""


def target(part: list[Opinion]) -> dict[str, Any] | None:
    """The article most of the opinions point at, by confidence; None where most ask for a new one."""
    if sum(o.new_article for o in part) * 2 > len(part):
        return None
    weight: Counter[str] = Counter()
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for o in part:
        if o.link:
            weight[o.link["article"]] += o.link["confidence"]
            rows[o.link["article"]].append(o.link)
    if not weight:
        return None
    best = min(weight, key=lambda a: (-round(weight[a], 6), a))
    places = Counter((r["paragraph"], r["item"]) for r in rows[best])
    (paragraph, item), _ = min(places.items(), key=lambda p: (-p[1], str(p[0])))
    return {**rows[best][0], "paragraph": paragraph, "item": item}


def telling(part: list[Opinion], vectors: Vectors) -> list[Opinion]:
    """Order the members: the most central first, those that ask in so many words helped, fragments and personal data held back."""
    rows = vectors.rows([o.opinion_id for o in part])
    near = rows @ rows.mean(axis=0)

    def worth(k: int) -> float:
        o = part[k]
        asks = sum(CUES[name].search(o.text) is not None for name in ASKING)
        size = len(o.text.strip("，。；、！？ \n"))
        return float(near[k]) + 0.1 * min(asks, 2) + 0.1 * (o.kind == "建议") - 0.3 * (size < 8) - 0.1 * (size > 60) - (not o.clean)

    return [part[k] for k in sorted(range(len(part)), key=lambda k: (-round(worth(k), 6), part[k].opinion_id))]


def read_opinions(spans: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> list[Opinion]:
    """Join the tables ``labels``, ``membership``, ``links``, ``gaps`` and ``pii`` to the spans."""
    labels = tables["labels"].set_index("opinion_id")
    units = dict(zip(tables["membership"]["opinion_id"], tables["membership"]["unit_id"], strict=True))
    gaps = dict(zip(tables["gaps"]["opinion_id"], tables["gaps"]["new_article"], strict=True))
    links = tables["links"]
    first = links[links["source"] == "draft"].drop_duplicates("opinion_id")
    link_of: dict[str, dict[str, Any]] = {
        r["opinion_id"]: {str(k): None if pd.isna(v) else v for k, v in r.items()} for r in first.to_dict("records")
    }
    personal: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for c, a, b in zip(tables["pii"]["comment_id"], tables["pii"]["start"], tables["pii"]["end"], strict=True):
        personal[c].append((a, b))
    out = []
    for s, kind, stance, operation in zip(
        records(spans), *(labels.loc[spans["opinion_id"], c] for c in ("kind", "stance", "operation")), strict=True
    ):
        clean = not any(a < s.end and b > s.start for a, b in personal[s.comment_id])
        out.append(
            Opinion(
                s.opinion_id,
                s.comment_id,
                s.start,
                s.text,
                kind,
                stance,
                operation,
                units[s.opinion_id],
                read_ask(s.text),
                link_of.get(s.opinion_id),
                bool(gaps[s.opinion_id]),
                clean,
            )
        )
    return out


def reasons_of(opinions: list[Opinion]) -> dict[str, list[Opinion]]:
    """Map each ask to the grounds that stand nearest to it in its comment."""
    places = sorted(range(len(opinions)), key=lambda k: (opinions[k].comment_id, opinions[k].start))
    asks: dict[str, list[Opinion]] = defaultdict(list)
    for k in places:
        if opinions[k].kind != "理由":
            asks[opinions[k].comment_id].append(opinions[k])
    found: dict[str, list[Opinion]] = defaultdict(list)
    for k in places:
        o = opinions[k]
        if o.kind == "理由" and asks[o.comment_id]:
            nearest = min(asks[o.comment_id], key=lambda a: (abs(a.start - o.start), a.start))
            found[nearest.opinion_id].append(o)
    return found
