"""What the text says already."""

from types import SimpleNamespace

import pytest

from jietan.embedders import load_embedder
from jietan.loop.existing import Existing
from jietan.loop.revisions import clauses_of

LAW = [
    ("第二条", ["公园每日开放时间为六时至二十时。"]),
    ("第三条", ["公园内的游船应当每年检验一次，检验不合格的不得使用。"]),
    ("第四条", ["公园管理单位可以在公园内设置母婴室。", "母婴室应当配备洗手台和护理台。"]),
]
HIGHER = ["《某某管理条例》第九条：“游乐设施应当在显著位置标明乘客须知和安全注意事项。”"]


@pytest.fixture(scope="module")
def existing():
    clauses = clauses_of(SimpleNamespace(article=a, paragraphs=p) for a, p in LAW)
    return Existing(clauses, load_embedder("jietan-static-zh"))


def test_what_stands_in_the_text_is_found_with_its_place(existing):
    said = existing.find(["公园的游船应当每年检验一次"], [])
    assert said.article == "第三条"
    assert said.line == "第三条：“公园内的游船应当每年检验一次，检验不合格的不得使用”"


def test_what_stands_in_higher_law_is_found(existing):
    said = existing.find(["游乐设施应当在显著位置标明安全注意事项"], HIGHER)
    assert (said.article, said.line) == (None, HIGHER[0])


@pytest.mark.parametrize(
    "words", ["公园的游船应当每年检验二次", "公园的游船每年检验一次太少，应当提高", "建议公园增加路灯", "公园应当免费开放", ""]
)
def test_another_amount_a_change_and_another_matter_are_not(existing, words):
    assert existing.find([words] if words else [], HIGHER) is None


def test_without_any_clause_there_is_nothing():
    assert Existing([], load_embedder("jietan-static-zh")).find(["公园的游船应当每年检验一次"], []) is None
