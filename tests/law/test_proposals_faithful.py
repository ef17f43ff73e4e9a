"""A proposal never says what nobody, or one of many, said."""

from jietan.language.lexicon import Lexicon
from jietan.law.proposals import change, point, votes
from jietan.law.proposed import Provision, Voice
from jietan.law.vocabulary import Vocabulary

WORDS = Vocabulary(["架空层不得设置充电设施。"], Lexicon(()))


def test_not_to_permit_is_never_written_as_forbidding_to_permit():
    found = point("修改", [Voice("O1", "不应当允许在架空层设置充电设施。")], WORDS, "测试条例")
    assert "禁止允许" not in found.text
    assert not found.drafted


def test_one_voice_of_three_does_not_make_the_change_of_all():
    provision = Provision("每户登记的车辆不超过二辆。", "第一条", "测试条例")
    cast = votes(provision, [Voice("O1", "建议改成不超过一辆。")], WORDS)
    assert change(provision, cast, 1).text == "每户登记的车辆不超过一辆。"
    assert change(provision, cast, 3) is None
