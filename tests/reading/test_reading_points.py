"""The table of collection points: its hierarchy, and everything that can be wrong with it."""

import openpyxl
import pytest

from jietan.errors import InputError
from jietan.reading.points import read_points


def _file(tmp_path, *rows, head="名称,类型,上级"):
    path = tmp_path / "采集点.csv"
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def test_the_sample(sample_folder):
    found = read_points(sample_folder / "points.csv")
    assert len(found.streets) == 12
    assert len(found.points) == 34
    streets = {place.name: found.street_of(place) for place in found.points}
    assert streets["渔歌小学信息采集点"] == "江湾区渔歌街道"  # below a 家
    assert found.find("柳港村 信息采集点", "江湾区柳港镇").kind == "点"
    assert found.find("没有的点") is None
    assert found.nearest("柳港村采集点") == "柳港村信息采集点"


def test_points_of_one_name_in_two_streets(tmp_path):
    found = read_points(_file(tmp_path, "甲街道,街镇,", "乙街道,街镇,", "便民中心,点,甲街道", "便民中心,点,乙街道"))
    assert found.street_of(found.find("便民中心", "乙街道")) == "乙街道"
    assert found.find("便民中心") is None


def test_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (["类型", "名称", "上级", "备注"], ["街镇", "甲街道", None, "x"], ["站", "甲站", "甲街道", None]):
        book.active.append(row)
    book.save(tmp_path / "采集点.xlsx")
    assert [place.name for place in read_points(tmp_path / "采集点.xlsx").points] == ["甲站"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("甲,家,乙", "乙,站,丙", "丙,点,甲"), "丙→甲→乙→丙互为上级"),
        (("甲,点,甲",), "甲→甲互为上级"),
        (("甲街道,街镇,", "甲点,点,甲街"), "第 3 行甲点的上级“甲街”不在表里，最接近的是甲街道"),
        (("甲街道,街镇,", "甲点,点,甲街道", "甲点,站,甲街道"), "第 4 行甲点与第 3 行重复"),
        (("甲街道,街镇,", "乙点,点,甲街道", "甲街道,街镇,"), "第 4 行甲街道与第 2 行重复"),
        (("甲街道,街道,",), "第 2 行甲街道的类型“街道”不是联系点、街镇、家、站、点中的一种"),
        (("甲街道,街镇,", "甲点,点,甲街道", "乙站,站,甲点"), "第 4 行乙站是站，上级是点，应当是街镇、联系点、家"),
        (("甲点,点,",), "第 2 行甲点是点，上级没有写，应当是街镇、联系点、家、站"),
        (("甲街道,街镇,",), "一个采集点（家、站、点）也没有"),
        ((",点,甲街道",), "第 2 行没有写名称"),
        ((), "一行也没有"),
        (
            ("甲街道,街镇,", "乙街道,街镇,", "家,家,甲街道", "家,家,乙街道", "点,点,家"),
            "第 6 行点的上级“家”在表里有 2 行，分不清是哪一个",
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path, rows, expected):
    with pytest.raises(InputError) as error:
        read_points(_file(tmp_path, *rows))
    assert expected in str(error.value)


def test_other_columns_and_other_files(tmp_path):
    with pytest.raises(InputError, match="缺少 名称 或者 类型 或者 上级 列（看到的列：点位、街镇）"):
        read_points(_file(tmp_path, "甲,乙", head="点位,街镇"))
    path = tmp_path / "采集点.pdf"
    path.write_bytes(b"%PDF-1.4")
    with pytest.raises(InputError, match="应当是 xlsx 或者 csv"):
        read_points(path)
