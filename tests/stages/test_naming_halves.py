"""Names of themes that are about two things."""

import numpy as np

from jietan.naming.candidates import Candidate
from jietan.naming.choosing import Phrase
from jietan.naming.halves import halves, two_names
from jietan.naming.titles import LONGEST, title_of_two
from jietan.naming.tokens import Token

EVERY = np.arange(6)
PLACES = np.stack([np.eye(4, dtype=np.float32)[k // 3] + 0.1 * np.eye(4, dtype=np.float32)[3] * (k % 3) for k in EVERY])


def cut(asks, unit, places=PLACES):
    found = halves(np.array(asks), np.array(unit), lambda wanted: places[wanted])
    return found and tuple(half.tolist() for half in found)


def phrase(text, score, words=None, apart=False):
    tokens = tuple(Token(w, "N") for w in (words or [text]))
    return Phrase(Candidate(tokens, text, (), (), 0.0, apart), score)


def test_two_meanings_are_two_halves_whatever_the_order():
    assert cut(EVERY, EVERY) == ([0, 1, 2], [3, 4, 5])
    assert cut([5, 3, 1, 4, 2, 0], EVERY) == cut(EVERY, EVERY)


def test_units_stay_together_and_few_units_are_not_cut():
    assert cut(EVERY, EVERY // 2) is None
    found = cut(EVERY, [7, 1, 2, 7, 4, 5])
    assert found is None or any({0, 3} <= set(half) for half in found)


def test_a_small_rest_is_no_half():
    places = np.concatenate([PLACES[:4], np.repeat(PLACES[:1], 9, axis=0)])
    assert cut(range(13), range(13), places) is None


def test_two_good_names_beat_one_that_is_worse():
    pair = two_names([phrase("物业", 0.4)], [phrase("搬移车辆", 0.6)], [phrase("防火巡查", 0.5)], LONGEST)
    assert title_of_two(*pair, {}).text == "搬移车辆与防火巡查"
    assert [p.text for p in title_of_two(*pair, {}).parts] == ["搬移车辆", "防火巡查"]


def test_one_name_stays_where_the_halves_have_none_of_their_own():
    whole, large = [phrase("夜间充电", 0.5)], [phrase("夜间充电", 0.6)]
    assert two_names(whole, large, [phrase("充电设施", 0.6)], LONGEST) is None
    assert two_names(whole, large, [phrase("防火巡查", 0.3)], LONGEST) is None
    assert two_names(whole, large, [phrase("防火", 0.6, apart=True)], LONGEST) is None
    assert two_names([phrase("夜间充电", 0.9)], large, [phrase("防火巡查", 0.6)], LONGEST) is None
    assert two_names(whole, large, [phrase("电动自行车强制责任保险制度", 0.6)], LONGEST) is None
    assert two_names(whole, [], [], LONGEST) is None
