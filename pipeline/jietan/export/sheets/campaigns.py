"""Sheet 联名信: the common text of each letter, and what its copies add."""

from __future__ import annotations

from collections.abc import Iterator

from jietan.export.letters import added_words, letters
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.wording import printable

__all__ = ["campaigns_sheet"]

_COLUMNS = (
    Col("联名信", 12, "联名信的编号", "center"),
    Col("件数", 8, "内容是这封信的意见", "number"),
    Col("人数", 8, "不同的提交人；匿名的一件算一人", "number"),
    Col("采集点数", 9, "来自几个采集点", "number"),
    Col("类别", 10, "共同文字，或者某一件另外添加的话", "center"),
    Col("意见编号", 12, "添加这些话的来件；共同文字不填", "center"),
    Col("文字", 80, "半数以上的件都有的句子；或者信以外另写的句子，个人信息已经脱敏"),
)


def campaigns_sheet(view: View) -> Sheet:
    """Return the sheet of letters that many sent."""

    def rows() -> Iterator[list[Cell]]:
        for letter in letters(view):
            counts: list[Cell] = [printable(letter.campaign_id), len(letter.comments), letter.n_people, letter.n_points]
            yield [*counts, "共同文字", "", printable(letter.text) or "（没有半数以上的件都有的整句）"]
            for name in letter.comments:
                if words := added_words(view, letter, name):
                    yield [*counts, "另外添加", printable(name), printable(words)]

    return Sheet("联名信", "集中投递的每一封信：共同的文字，和各件另外添加的话", _COLUMNS, rows, frozen=1)
