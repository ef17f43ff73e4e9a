import csv

import pytest

from jietan.law.wording import reworded
from jietan.resources import corpus_path


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("装上充电桩", "安装充电桩"),
        ("提前三日讲一声", "提前三日告知"),
        ("头一回停错的", "首次停错的"),
        ("安装设备", "安装设备"),
        ("保留“装上”二字", "保留“装上”二字"),
        ("收垃圾费", "收取垃圾费"),
        ("收垃圾", "收垃圾"),
    ],
)
def test_writes_everyday_words_as_rules_do(said, written):
    assert reworded(said)[0] == written


def test_says_which_entries_were_used():
    assert reworded("头一回装上的")[1] == [("头一回", "首次"), ("装上", "安装")]


def test_no_entry_leads_to_another():
    with corpus_path("lexicon/wording.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) > 300
    assert len({(r["spoken"], r["next"]) for r in rows}) == len(rows)
    assert [r["written"] for r in rows if r["written"] and reworded(r["written"])[0] != r["written"] and not r["next"]] == []
