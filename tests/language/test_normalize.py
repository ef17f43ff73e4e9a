from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.language.normalize import fold, normalize, normalize_with_map, to_simplified

TEXT = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("條例電動車　 \n\t第２０條①ＡＢc於後乾㎡…\u200b")))


def test_width_case_script_blanks():
    assert normalize("  第２０條　ＡＢＣ\n\n電動自行車 ") == "第20条 abc 电动自行车"


@settings(deadline=None)
@given(TEXT)
def test_map_agrees(text):
    plain, places = normalize_with_map(text)
    assert plain == normalize(text)
    assert len(plain) == len(places)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)


@settings(deadline=None)
@given(TEXT)
def test_fold_keeps_offsets(text):
    assert len(fold(text)) == len(text)
    assert len(to_simplified(text)) == len(text)


def test_circled_numbers_are_no_digits():
    assert fold("②5元") == "②5元"
