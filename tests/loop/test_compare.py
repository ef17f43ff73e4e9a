"""``jietan compare``: two rounds of the sample, and folders that cannot be compared."""

import csv
import json
import re
from pathlib import Path

import openpyxl
import pytest

import jietan
from jietan.api import Run
from jietan.cli import main
from jietan.errors import RunFolderError
from jietan.loop.compare import CHANGES, COLUMNS
from run_copies import copy_of

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "themes.md"


@pytest.fixture(scope="module")
def found(small_run, sample_run):
    return jietan.compare(small_run, sample_run.folder)


def test_every_theme_stands_in_one_row(found, small_run, sample_run):
    assert sorted(found["theme_before"].dropna()) == sorted(small_run.themes["theme_id"])
    assert sorted(found["theme_after"].dropna()) == sorted(sample_run.themes["theme_id"])
    assert set(found["change"]) <= set(CHANGES)


def test_numbers_are_those_of_the_tables(found, small_run, sample_run):
    for side, run in (("before", small_run), ("after", sample_run)):
        known = run.themes.set_index("theme_id")
        people = run.table("sides").set_index(["theme_id", "stance"])["n_people"]
        for row in found.dropna(subset=f"theme_{side}").to_dict("records"):
            theme = row[f"theme_{side}"]
            assert [row[f"{n}_{side}"] for n in ("people", "comments", "points")] == known.loc[
                theme, ["n_people", "n_comments", "n_points"]
            ].tolist()
            assert [row[f"{s}_{side}"] for s in ("support", "oppose", "modify")] == [
                people.get((theme, s), 0) for s in ("support", "oppose", "modify")
            ]


def test_changes_follow_the_number_of_people(found):
    for row in found.to_dict("records"):
        difference = row["people_after"] - row["people_before"]
        wanted = {"grew": difference > 0, "appeared": difference > 0, "shrank": difference < 0, "vanished": difference < 0}
        assert wanted.get(row["change"], difference == 0)


def test_the_other_way_round_is_the_mirror(found, small_run, sample_run):
    mirror = {"appeared": "vanished", "vanished": "appeared", "grew": "shrank", "shrank": "grew", "unchanged": "unchanged"}
    back = jietan.compare(sample_run, small_run)
    pairs = {(a, b, mirror[c]) for a, b, c in zip(found["theme_before"], found["theme_after"], found["change"], strict=True)}
    assert {(a, b, c) for a, b, c in zip(back["theme_after"], back["theme_before"], back["change"], strict=True)} == pairs


def test_a_copy_of_a_round_is_unchanged(small_run, tmp_path):
    same = jietan.compare(small_run, copy_of(small_run, tmp_path / "copy"))
    assert set(same["change"]) == {"unchanged"}
    assert (same["theme_before"] == same["theme_after"]).all()
    assert (same["similarity"] == 1).all()


def test_columns_are_described():
    page = _PAGE.read_text("utf-8").split("\n## 两轮对照\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`\w+`(?:、`\w+`)*) \|", page, re.MULTILINE)
    assert [name for row in rows for name in re.findall(r"`(\w+)`", row)] == list(COLUMNS)


def test_letters_without_a_draft(tmp_path, write_csv):
    rows = [["编号", "标题", "内容"]]
    rows += [[f"A{k}", f"锦绣家园{w}路灯不亮", f"锦绣家园小区{w}的路灯坏了三个月没人修。"] for k, w in enumerate(("东门", "西门", "南门"))]
    later = [rows[0], *([f"B{k}", *r[1:]] for k, r in enumerate(rows[1:3])), ["B9", "城西汽车站班车太少", "城西汽车站晚上没有班车。"]]
    runs = [
        jietan.run(write_csv(tmp_path / f"{k}.csv", body), out=tmp_path / f"run{k}", export=False) for k, body in enumerate((rows, later))
    ]
    assert {len(r.themes) for r in runs} == {2}
    fine = jietan.compare(*runs).query("level == 'theme'")
    assert list(zip(fine["change"], fine["people_before"], fine["people_after"], strict=True)) == [("shrank", 3, 2)]


def test_what_cannot_be_compared(small_run, tmp_path):
    with pytest.raises(RunFolderError, match="同一个运行文件夹"):
        jietan.compare(small_run, small_run.folder)
    with pytest.raises(RunFolderError, match="不是 jietan 的运行文件夹"):
        jietan.compare(small_run, tmp_path)
    other = copy_of(small_run, tmp_path / "other")
    manifest = json.loads((other / "manifest.json").read_text("utf-8"))
    manifest["models"][0] |= {"name": "另一个模型", "fingerprint": "0"}
    (other / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(RunFolderError, match=r"jietan-e5-zh、另一个模型.*embed\.model"):
        jietan.compare(small_run, other)
    bare = Run.load(copy_of(small_run, tmp_path / "bare"))
    bare._tables["themes"] = bare.themes.iloc[:0]
    with pytest.raises(RunFolderError, match="没有主题"):
        jietan.compare(small_run, bare)


@pytest.mark.parametrize("name", ["两轮.xlsx", "两轮.csv"])
def test_command_prints_and_writes(found, small_run, sample_run, tmp_path, capsys, name):
    out = tmp_path / name
    with pytest.raises(SystemExit) as ended:
        main(["compare", str(small_run.folder), str(sample_run.folder), "--out", str(out), "--top", "20"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    grown = (found["level"] == "theme") & (found["change"] == "grew")
    assert f"增多 {grown.sum()} 个" in shown
    assert "→" in shown
    assert "另有" in shown
    if out.suffix == ".xlsx":
        rows = [[str(c.value or "") for c in row] for row in openpyxl.load_workbook(out)["两轮对照"].iter_rows()]
    else:
        with out.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    assert len(rows) == len(found) + 1
    assert [row[1] for row in rows[1:]] == [CHANGES[c] for c in found["change"]]


def test_another_kind_of_file_is_refused(small_run, sample_run, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["compare", str(small_run.folder), str(sample_run.folder), "--out", str(tmp_path / "两轮.docx")])
    assert ended.value.code == 2
    assert ".xlsx 或者 .csv" in capsys.readouterr().err
