"""Whole batches of invented sentences in many registers: how much is found, and how little is found that is none."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from jietan.language.personal import find_personal

FOLDER = Path(__file__).with_name("personal_fresh")
#: Share of spans found and of found characters that are right, at least.
BATCHES = {"街坊来信": (0.88, 0.98), "会议与热线": (0.86, 0.98), "代表与村组": (0.75, 0.98), "征求意见": (0.95, 0.98)}
#: Of these everything must be found.
NUMBERED = {"phone", "id_card", "bank_card", "email", "plate", "wechat", "credit_code"}


def _lines(name: str) -> list[str]:
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]


def _parse(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    text, spans = "", []
    for piece in re.split(r"(【[^】]*】)", marked):
        if piece.startswith("【"):
            words, kind = piece[1:-1].rsplit("|", 1)
            spans.append((len(text), len(text) + len(words), kind))
            piece = words
        text += piece
    return text, spans


@pytest.mark.parametrize("name", BATCHES)
def test_most_is_found_and_hardly_anything_else(name: str) -> None:
    total, hit = Counter(), Counter()
    right = wrong = 0
    for marked in _lines(name):
        text, wanted = _parse(marked)
        found = {at for span in find_personal(text) for at in range(span.start, span.end)}
        personal = {at for start, end, _ in wanted for at in range(start, end)}
        right, wrong = right + len(found & personal), wrong + len(found - personal)
        for start, end, kind in wanted:
            span = set(range(start, end))
            total[kind] += 1
            hit[kind] += len(span & found) >= 0.9 * len(span)
    recall, precision = BATCHES[name]
    assert {kind: hit[kind] for kind in NUMBERED & total.keys()} == {kind: total[kind] for kind in NUMBERED & total.keys()}
    assert hit.total() >= recall * total.total(), hit
    assert right >= precision * (right + wrong)


@pytest.mark.parametrize("name", ["平常话", "平常话二"])
def test_ordinary_sentences_hold_nothing_personal(name: str) -> None:
    found = [(text[span.start : span.end], text) for text in _lines(name) for span in find_personal(text)]
    assert found == []
