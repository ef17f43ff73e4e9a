"""Sets of letters, words and amounts as sparse rows."""

import numpy as np
import pytest

from jietan import bags
from jietan.bags import Bags, Wording
from jietan.language.asks import read_ask

TEXTS = ["公示期改为三十日", "", "灯", "公示期公示期", "\ud800路灯\U0001f6b2要亮", "路灯要增加几盏", "公示期改为六十日，路灯也要亮"]


def shared(sets, weighted):
    """What each two sets have in common, by their definition."""
    often = {x: sum(x in s for s in sets) for s in sets for x in s}
    weight = {x: np.log((len(sets) + 50) / (n + 0.5)) if weighted else 1.0 for x, n in often.items()}
    return [[sum(weight[x] for x in a & b) for b in sets] for a in sets]


@pytest.mark.parametrize("rows", [2, 1 << 16])
def test_letters_pairs_and_words_are_those_of_the_texts(monkeypatch, rows):
    monkeypatch.setattr(bags, "_ROWS", rows)
    letters = [read_ask(text).said if text.isprintable() else text for text in TEXTS]
    made = Wording(TEXTS, letters)
    i, j = (x.ravel() for x in np.indices((len(TEXTS), len(TEXTS))))
    pairs, singles = [{t[k : k + 2] for k in range(len(t) - 1)} for t in letters], [set(t) for t in letters]
    assert made.pairs.shared(i, j) == pytest.approx(np.ravel(shared(pairs, weighted=True)))
    assert made.letters.shared(i, j) == pytest.approx(np.ravel(shared(singles, weighted=True)))
    assert made.pairs.sizes.tolist() == [*map(len, pairs)]
    assert made.pairs.common(i, j).tolist() == [len(a & b) for a in pairs for b in pairs]
    assert np.expm1(made.length).round().tolist() == [*map(len, letters)]
    assert np.expm1(made.count).round().tolist()[:3] == [len(bags.content_words(t)) for t in TEXTS[:3]]


def test_bags_of_lists_may_be_empty_and_hold_anything_that_is_hashable():
    made = Bags.of([[("日", 3.0), ("日", 3.0)], [], [("日", 3.0), "甲"]])
    assert made.sizes.tolist() == [1, 0, 2]
    assert made.shared(np.array([0, 0]), np.array([1, 2])).tolist() == [0.0, 1.0]
    assert Bags.of([]).sizes.tolist() == []
    assert Bags.of([[], []]).totals.tolist() == [0.0, 0.0]
