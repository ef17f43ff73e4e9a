"""The explanation as Markdown and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from jietan.export.explanation import contents
from jietan.export.wording import printable
from jietan.loop.explain import Explanation
from jietan.loop.explain.explanation import Card, Line

__all__ = ["as_json", "markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(text))


def _overview(explanation: Explanation) -> Iterator[str]:
    rows = contents.overview(explanation)
    if rows:
        yield "## 一页看懂：草案对谁有什么要求\n"
        yield "| 谁 | 草案怎么说 |"
        yield "|---|---|"
        for row in rows:
            told = [
                f"**{part.heading}**：" + "；".join(f"{_escaped(p.text)}〔{p.line.citation}〕" for p in part.points) + part.more
                for part in row.parts
            ]
            told += [f"**违反了看**：{'、'.join(row.breaches)}"] if row.breaches else []
            yield f"| {_escaped(row.who)} | {'<br>'.join(told)} |"
        yield ""
    if public := contents.authorities(explanation):
        yield "**政府和部门的职责**：" + "；".join(f"{_escaped(who)}（{places}）" for who, places in public) + "。\n"


def _line(line: Line, card: Card) -> Iterator[str]:
    place = contents.steps(line, card)
    yield f"- {_escaped(line.text)}" + (f"〔{place}〕" if place else "")
    for item in line.items:
        yield f"  - {_escaped(item.text)}〔{contents.steps(item, card)}〕"


def _card(card: Card) -> Iterator[str]:
    yield f"### {card.article}\n"
    if card.chapter:
        yield f"*{_escaped(card.chapter)}*\n"
    if told := [f"**{name}**：{_escaped(values)}" for name, values in contents.facts(card)]:
        yield "　".join(told) + "\n"
    for group in contents.groups(card):
        yield f"**{group.heading}**\n"
        for line in group.lines:
            yield from _line(line, card)
        yield ""
    if missing := contents.no_consequence(card):
        yield f"{missing}\n"
    if card.questions:
        yield "**想请大家谈一谈**\n"
        yield from (f"{number}. {_escaped(question.text)}" for number, question in enumerate(card.questions, 1))
        yield ""
    if card.names:
        yield "平常的叫法：" + "，".join(f"{name}就是“{said}”" for name, said in card.names) + "。\n"
    yield "> " + "\n>\n> ".join(_escaped(p).replace("\n", "\n>\n> ") for p in card.paragraphs) + "\n"


def markdown(explanation: Explanation) -> str:
    """Return the explanation as Markdown.

    Args:
        explanation: The draft explained.
    """
    lines = [f"# {contents.title(explanation)}逐条解读\n", f"{contents.subtitle(explanation)}。{contents.NOTICE}。\n"]
    lines += [f"请核对：{note}\n" for note in explanation.notes]
    lines += _overview(explanation)
    lines.append("## 逐条解读\n")
    for card in explanation.cards:
        lines += _card(card)
    return "\n".join(lines)


def _json_line(line: Line) -> dict[str, Any]:
    norm = line.norm
    return {
        "article": line.article,
        "paragraph": norm.paragraph,
        "item": norm.item,
        "kind": norm.kind,
        "start": norm.span[0],
        "end": norm.span[1],
        "who": line.who or None,
        "plain": line.text,
        "source": line.plain.source,
        "items": [_json_line(item) for item in line.items],
    }


def as_json(explanation: Explanation) -> str:
    """Return the explanation as JSON: every sentence with the place of its source in the article's text.

    Args:
        explanation: The draft explained.
    """
    cards = [
        {
            "law": card.law,
            "article": card.article,
            "chapter": card.chapter,
            "text": card.text,
            "binds": card.binds,
            "serves": card.serves,
            "times": [{"words": words, "start": span[0], "end": span[1]} for words, span in card.times],
            "lines": [_json_line(line) for line in card.lines],
            "otherwise": [_json_line(line) for line in card.otherwise],
            "questions": [{"text": q.text, "about": q.about, "start": q.span[0], "end": q.span[1]} for q in card.questions],
            "names": [{"legal": name, "colloquial": said} for name, said in card.names],
        }
        for card in explanation.cards
    ]
    return json.dumps({"title": explanation.title, "notes": explanation.notes, "cards": cards}, ensure_ascii=False, indent=1) + "\n"
