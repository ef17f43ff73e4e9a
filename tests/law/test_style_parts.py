"""Looking for errors, or for the limits of local law, alone finds what the whole lint finds of them."""

import pytest

import test_style_competence as competence
import test_style_words as words
from jietan.law.style import lint_errors, lint_limits, lint_text
from jietan.law.style.competence import REASONS

TITLE = "临江市养犬管理条例"
TEXTS = sorted(
    {
        *(text for case in words._CASES for text in (case[1], case[2] or "", *case[3])),
        *(text for case in competence._CASES for text in (case[1], *case[2])),
        "第一项：\n（一）甲；\n（三）乙。",
        "业主应该登记，，罚款30元，并处百元以上十元以下。",
        "",
    }
)


@pytest.mark.parametrize("title", [TITLE, "", "临江市停车管理办法", "中华人民共和国某某法"])
def test_errors_alone(title):
    found = [finding for text in TEXTS for finding in lint_errors(text, title=title)]
    assert found == [finding for text in TEXTS for finding in lint_text(text, title=title) if finding.severity == "error"]
    assert len(found) > 20


@pytest.mark.parametrize("level", ["地方性法规", "地方政府规章"])
def test_limits_alone(level):
    found = [finding for text in TEXTS for finding in lint_limits(text, level)]
    assert found == [finding for text in TEXTS for finding in lint_text(text, level=level) if finding.rule in REASONS]
    assert len(found) > 20
    assert not any(lint_limits(text, "法律") for text in TEXTS)
