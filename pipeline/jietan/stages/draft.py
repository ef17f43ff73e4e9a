"""Draft: each ask within a theme becomes a suggestion, with the text it would change and the people behind it.

What can be stated exactly is drafted: a deletion, an amount, a modal word, keeping the text. Anything else is given as a
立法要点: the residents' own sentence, marked as not yet drafted.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jietan.counts import Census
from jietan.grouping import average_linkage, mean_rows
from jietan.language.asks import Ask, read_ask
from jietan.language.cues import CUES
from jietan.law.amend import change_amounts, change_modality
from jietan.law.outline import items
from jietan.runfolder import Vectors
from jietan.settings import DraftSettings
from jietan.tables import conform, empty, records

__all__ = ["draft"]

_MATTER = 0.6  # distance beyond which two asks about one article are two matters
_SHOWN = 12
_ASKING = ("suggest", "hope", "please_rule", "should", "must_not", "change_to", "delete", "add", "clarify", "allow")
_KEEP, _DELETE, _CLARIFY, _CHANGE = "保留", "删除", "释明", "修改"
_CHANGES = ("增加", "修改", "细化")
_NAMES_CHANGE = ("suggest", "hope", "please_rule", "should", "change_to", "number_ask", "keep", "must", "better", "oppose")
_SIDE_WORDS = {_KEEP: "维持现有规定", _DELETE: "删除有关规定", _CLARIFY: "对有关规定作出说明", _CHANGE: "修改有关规定"}


@dataclass(frozen=True)
class _Opinion:
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


def _bucket(o: _Opinion) -> str:
    if o.stance == "support" or o.operation == _KEEP:
        return _KEEP
    if o.operation == _DELETE:
        return _DELETE
    if o.kind == "问题" or o.operation == _CLARIFY:
        return _CLARIFY
    return _CHANGE


def _asks(opinions: list[_Opinion], vectors: Vectors) -> list[tuple[str, list[_Opinion]]]:
    """Part a theme by what is asked: side, article, matter, and amount; demands without an amount join the largest part."""
    by_unit: dict[str, list[_Opinion]] = defaultdict(list)
    for o in opinions:
        by_unit[o.unit_id].append(o)
    aims: dict[tuple[str, str], list[list[_Opinion]]] = defaultdict(list)
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
            out += [(bucket, part) for part in _by_amount(inside, bucket == _CHANGE)]
    return out


def _by_amount(units: list[list[_Opinion]], counted: bool) -> list[list[_Opinion]]:
    parts: list[list[_Opinion]] = []
    held: list[dict[str, float]] = []
    for unit in sorted(units, key=lambda u: (not any(o.ask.amounts for o in u), -len(u), u[0].opinion_id)):
        wanted = {k: v for o in unit for k, v in o.ask.amounts} if counted else {}
        for part, amounts in zip(parts, held, strict=True):
            agree = all(amounts.get(k, v) == v for k, v in wanted.items()) and (not wanted or set(wanted) & set(amounts) or not amounts)
            if agree and not any(a.ask.opposes(b.ask) for a in unit for b in part):
                part += unit
                amounts.update(wanted)
                break
        else:
            parts.append(list(unit))
            held.append(dict(wanted))
    return parts


def _aim(unit: list[_Opinion]) -> str:
    """The article a unit is about, empty where it asks for a new one."""
    if sum(o.new_article for o in unit) * 2 > len(unit):
        return ""
    return Counter(o.link["article"] for o in unit if o.link).most_common(1)[0][0] if any(o.link for o in unit) else ""


def _target(part: list[_Opinion]) -> dict[str, Any] | None:
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


def _provision_text(article: Any, paragraph: int | None, item: str | None) -> str:  # noqa: ANN401
    paragraphs = list(article.paragraphs)
    text = str(article.text)
    if paragraph is not None and 1 <= paragraph <= len(paragraphs):
        text = str(paragraphs[paragraph - 1])
    if item is not None:
        for label, words in items(text):
            if label == item:
                return words
    return text


def _telling(part: list[_Opinion], vectors: Vectors) -> list[_Opinion]:
    """Order the members: the most central first, those that ask in so many words helped, fragments and personal data held back."""
    rows = vectors.rows([o.opinion_id for o in part])
    near = rows @ rows.mean(axis=0)

    def worth(k: int) -> float:
        o = part[k]
        asks = sum(CUES[name].search(o.text) is not None for name in _ASKING)
        size = len(o.text.strip("，。；、！？ \n"))
        return float(near[k]) + 0.1 * min(asks, 2) + 0.1 * (o.kind == "建议") - 0.3 * (size < 8) - 0.1 * (size > 60) - (not o.clean)

    return [part[k] for k in sorted(range(len(part)), key=lambda k: (-round(worth(k), 6), part[k].opinion_id))]


_REFUSES = re.compile(r"不赞成|不同意|不支持|反对|不要改|别改|不必改|不用改")
_WHOLE = re.compile(r"[“\"「『]([^“”\"「」『』]{1,40})[”\"」』]")
_SURE = 0.5


def _struck(original: str, part: list[_Opinion]) -> str | None:
    """The text without the words that the asks quote, where they stand in it exactly once; "" for the whole of it.

    The whole provision is struck only where the ask points at it with some certainty; None where that is not clear.
    """
    quotes = Counter(q for o in part for q in _WHOLE.findall(o.text) if original.count(q) == 1 and q != original)
    if quotes:
        quote = min(quotes, key=lambda q: (-quotes[q], q))
        return original.replace(quote, "")
    if any(_WHOLE.search(o.text) for o in part[:1]):
        return None
    sure = [
        o
        for o in part
        if CUES["delete"].search(o.text) and o.link and (o.link["basis"] == "explicit" or o.link["confidence"] >= _SURE)
    ]
    return "" if 2 * len(sure) >= len(part) else None


def _kept(part: list[_Opinion]) -> bool:
    """Say whether most members ask in so many words to keep the text."""
    return 2 * sum(CUES["support"].search(o.text) is not None or CUES["keep"].search(o.text) is not None for o in part) >= len(part)


def _changed(original: str, part: list[_Opinion]) -> str | None:
    """The change that most of the members who name one agree on, if they are a fair part of all; who names it leads."""
    asking = [o for o in part if any(CUES[name].search(o.text) for name in _NAMES_CHANGE) and not _REFUSES.search(o.text)]
    for change in (change_amounts, change_modality):
        found = Counter(t for o in asking if (t := change(original, o.text)))
        if found:
            best = min(found, key=lambda t: (-found[t], t))
            if 2 * found[best] < found.total() or 4 * found[best] < len(part):
                return None
            part.sort(key=lambda o: o not in asking or change(original, o.text) != best)
            return best
    return None


def _propose(bucket: str, part: list[_Opinion], original: str | None) -> tuple[str, bool, str]:
    """Return the proposed text, whether it is drafted, and the operation; the most telling members come first."""
    named = Counter(o.operation for o in part if o.operation in _CHANGES).most_common(1)
    operation = named[0][0] if named and bucket == _CHANGE else bucket
    if original is not None:
        if bucket == _KEEP and _kept(part):
            return original, True, _KEEP
        text = _struck(original, part) if bucket == _DELETE else _changed(original, part) if bucket == _CHANGE else None
        if text is not None:
            return text, True, _CHANGE if bucket == _CHANGE or text else _DELETE
    return part[0].text.strip("，。；、 \n"), False, operation


def _grounds(part: list[_Opinion], reasons: dict[str, list[_Opinion]], count: int = 2) -> list[_Opinion]:
    """Grounds given with these asks, longest first up to a readable length."""
    found: dict[str, _Opinion] = {}
    for o in part:
        for r in reasons.get(o.opinion_id, []):
            if r.clean and 8 <= len(r.text) <= 120:
                found.setdefault(r.text, r)
    return sorted(found.values(), key=lambda r: (-len(r.text), r.opinion_id))[:count]


def _reason(bucket: str, part: list[_Opinion], others: dict[str, list[_Opinion]], census: Census, grounds: list[_Opinion]) -> str:
    voices = census.count(o.opinion_id for o in part)
    where = f"，来自{voices.points}个采集点" if voices.points else ""
    text = f"{voices.comments}件意见（{voices.people}人{where}）要求{_SIDE_WORDS[bucket]}"
    if census.in_campaign(o.opinion_id for o in part):
        text += "，其中有集中投递的联名信"
    text += "。"
    for name, members in others.items():
        if members:
            text += f"同一事项另有{census.count(o.opinion_id for o in members).people}人要求{_SIDE_WORDS[name]}。"
    if grounds:
        text += "提出的理由：" + "；".join(f"“{g.text.strip('，。；、 ')}”（{g.comment_id}）" for g in grounds) + "。"
    return text


def _title(part: list[_Opinion]) -> str:
    text = part[0].text.strip("，。；、！？ \n")
    return text if len(text) <= 40 else text[:39] + "…"


def _opinions(spans: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> list[_Opinion]:
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
            _Opinion(
                s.opinion_id, s.comment_id, s.start, s.text, kind, stance, operation, units[s.opinion_id], read_ask(s.text),
                link_of.get(s.opinion_id), bool(gaps[s.opinion_id]), clean,
            )
        )
    return out


def _reasons(opinions: list[_Opinion]) -> dict[str, list[_Opinion]]:
    """Map each ask to the grounds that stand nearest to it in its comment."""
    places = sorted(range(len(opinions)), key=lambda k: (opinions[k].comment_id, opinions[k].start))
    asks: dict[str, list[_Opinion]] = defaultdict(list)
    for k in places:
        if opinions[k].kind != "理由":
            asks[opinions[k].comment_id].append(opinions[k])
    found: dict[str, list[_Opinion]] = defaultdict(list)
    for k in places:
        o = opinions[k]
        if o.kind == "理由" and asks[o.comment_id]:
            nearest = min(asks[o.comment_id], key=lambda a: (abs(a.start - o.start), a.start))
            found[nearest.opinion_id].append(o)
    return found


def _idle(part: list[_Opinion]) -> bool:
    """Say whether nothing in a single person's words asks for anything; it stays in its theme and makes no suggestion."""
    return not any(len(o.text) >= 8 and any(CUES[name].search(o.text) for name in (*_ASKING, *_NAMES_CHANGE)) for o in part)


def _place(link: dict[str, Any] | None, part: list[_Opinion], articles: dict[str, Any]) -> dict[str, Any]:
    """Columns that say where the suggestion aims; a new article comes after the article its opinions are nearest to."""
    if link is not None:
        number = link["paragraph"]
        original = _provision_text(articles[link["article_id"]], None if number is None else int(number), link["item"])
        return {
            "law": link["law"], "article": link["article"], "after_article": None,
            "paragraph": number, "item": link["item"], "original_text": original,
        }
    near = Counter(o.link["article"] for o in part if o.link)
    law = next((o.link["law"] for o in part if o.link), None)
    after = min(near, key=lambda a: (-near[a], a)) if near else None
    return {"law": law, "article": None, "after_article": after, "paragraph": None, "item": None, "original_text": None}


def _suggestion(
    bucket: str,
    part: list[_Opinion],
    others: dict[str, list[_Opinion]],
    reasons: dict[str, list[_Opinion]],
    articles: dict[str, Any],
    census: Census,
) -> dict[str, Any]:
    place = _place(_target(part), part, articles)
    proposed, drafted, operation = _propose(bucket, part, place["original_text"])
    ids = sorted(o.opinion_id for o in part)
    return {
        "suggestion_id": "S" + hashlib.sha256("\x1f".join(ids).encode("utf-8")).hexdigest()[:8],
        "unit_ids": sorted({o.unit_id for o in part}),
        **place,
        "operation": "增加" if place["article"] is None and not drafted else operation,
        "title": _title(part),
        "proposed_text": proposed,
        "drafted": drafted,
        "reason": _reason(bucket, part, others, census, _grounds(part, reasons)),
        "evidence": ids,
        "exemplars": [o.opinion_id for o in part[:_SHOWN]],
        **census.count(ids).columns(),
    }


def draft(
    spans: pd.DataFrame, articles: pd.DataFrame, tables: dict[str, pd.DataFrame], vectors: Vectors, census: Census, settings: DraftSettings
) -> pd.DataFrame:
    """Write suggestions.

    Args:
        spans: Opinions' spans.
        articles: Articles of the draft; without any there are no suggestions.
        tables: ``labels``, ``membership``, ``links``, ``gaps``, ``placements`` and ``pii``.
        vectors: Vectors of the opinions.
        census: Counts voices.
        settings: ``draft`` settings.

    Returns:
        The table ``drafts``. ``proposed_text`` is empty for a deletion; where ``drafted`` is false it is a 立法要点 in
        the resident's own words, a span of the evidence.
    """
    if spans.empty or articles.empty:
        return empty("drafts")
    theme_of = dict(zip(tables["placements"]["opinion_id"], tables["placements"]["theme_id"], strict=True))
    opinions = _opinions(spans, tables)
    themes: dict[str, list[_Opinion]] = defaultdict(list)
    for o in opinions:
        theme = theme_of.get(o.opinion_id)
        if o.kind != "理由" and isinstance(theme, str):
            themes[theme].append(o)
    reasons = _reasons(opinions)
    known = {a.article_id: a for a in records(articles)}
    out = []
    for theme, inside in sorted(themes.items()):
        parts = _asks(inside, vectors)
        for bucket, members in parts:
            part = _telling(members, vectors)
            people = census.count(o.opinion_id for o in part).people
            if people >= settings.min_people and not (people == 1 and _idle(part)):
                others = {n: [o for b, p in parts if b == n for o in p] for n in (_KEEP, _DELETE, _CHANGE) if n != bucket}
                row = _suggestion(bucket, part, others, reasons, known, census)
                out.append({"theme_id": theme, **row})
    return conform(pd.DataFrame(out), "drafts") if out else empty("drafts")
