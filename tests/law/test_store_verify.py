import pytest

from jietan.law.library import load_library
from jietan.law.store import LawStore
from jietan.law.verify import verify
from jietan.law.versions import STATUSES, LawText, LawVersion

FIRST = "放飞风筝应当避开架空线路。"
SECOND = "有下列情形之一的，不得放飞：\n（一）大风预警期间；\n（二）人群密集的场所。"


def _law(name, date, *texts, **more):
    return LawVersion(name, date, tuple(LawText(label, None, paragraphs) for label, *paragraphs in texts), **more)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIETAN_LIBRARY", str(tmp_path_factory.mktemp("own") / "a.db"))
        LawStore().add(
            [
                _law("某市放风筝条例", "2020-01-01", ("第一条", FIRST), ("第二条", "旧。"), ("第三条", "删去的。")),
                _law("某市放风筝条例", "2022-01-01", ("第一条", FIRST, SECOND), ("第二条", "可以处五十元以上二百元以下罚款。")),
                _law("某市旧风筝办法", "1999-01-01", ("第一条", "旧。"), declared="已废止"),
                _law("某市新风筝规定", "2098-01-01", ("第一条", "新。"), effective="2099-01-01"),
            ],
            "a",
        )
        return load_library(STATUSES)


def marks(text, library):
    return [(check.ok, check.reason) for check in verify(text, library)]


@pytest.mark.parametrize(
    "text",
    [
        "《某市放风筝条例》第一条",
        "根据《某市放风筝条例》第一条第二款第二项，不得放飞。",
        "《某市放风筝条例》第二条规定：“可以处五十元以上二百元以下罚款。”",
        "《某市放风筝条例》第2条中的「二百元以下罚款」",
        "“应当避开架空线路”（《某市放风筝条例》第一条）",
        "《某市放风筝条例》第一条规定“放飞风筝……避开架空线路”、“大风预警期间”。",
        "建议将《某市放风筝条例》第二条改为“可以处一千元罚款”。",
        "《某市放风筝条例》第二条规定：“可以處五十元以上二百元以下罰款”。",
    ],
)
def test_citations_that_hold(library, text):
    ((ok, reason),) = marks(text, library)
    assert ok, reason
    assert "现行有效（2022-01-01 的版本）" in reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《某市放纸鸢条例》第一条", "法规库里没有《某市放纸鸢条例》，未能核对；最接近的是"),
        ("《某市放风筝条例》第三条", "没有第三条；最接近的是第二条、第一条；2020-01-01 的版本有这一条"),
        ("《某市放风筝条例》第一条第三款", "没有第三款"),
        ("《某市放风筝条例》第一条第二款第五项", "没有第（五）项"),
        ("《某市旧风筝办法》第一条", "不是现行有效的法规（已废止，1999-01-01）"),
        ("《某市新风筝规定》第一条", "尚未生效，自 2099-01-01 起施行"),
        ("《某市放风筝条例》第二条：“可以处五十元以上三百元以下罚款”", "引文第 9 字起与条文不同：引文“…可以处五十元以上三百元以下…”，"),
        ("《某市放风筝条例》第二条：“应当避开架空线路”", "不在第二条，在第一条"),
        ("《某市放风筝条例》第一条第二款：“应当避开架空线路”", "不在所引的款、项里"),
        ("《某市放风筝条例》第二条：“养犬应当办理登记并挂牌”", "引文与条文不符"),
        ("第五条规定了什么", "不知道“第五条”指哪部法"),
    ],
)  # fmt: skip
def test_citations_that_do_not(library, text, expected):
    ((ok, reason),) = marks(text, library)
    assert ok is False
    assert expected in reason


def test_each_citation_has_its_own_line(library):
    text = "《某市放风筝条例》第一条、第二条规定“可以处五十元以上二百元以下罚款”，本条例第九条、第十条另有规定。消防法第二十八条也是。"
    checks = verify(text, library)
    assert [check.ok for check in checks] == [True, True, None, None, True]
    assert "1 处引文" in checks[1].reason
    assert checks[4].citation == "《中华人民共和国消防法》第二十八条"
    assert marks("大家好。", library) == []
