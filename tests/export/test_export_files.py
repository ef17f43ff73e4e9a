import json
import zipfile

import pytest

from export_fixture import INFO, TITLE, messages, originals, tables
from jietan.errors import RunFolderError, SettingsError
from jietan.export import export
from jietan.runfolder import RunFolder
from jietan.settings import ExportSettings, Settings
from jietan.stored import Stored
from jietan.tables import CONTRACT_TABLES


def run(folder, frames=None, title=TITLE, info=INFO, **options):
    return export(
        tables() if frames is None else frames,
        Settings.model_validate(options),
        folder,
        draft_title=title,
        run_info=info,
    )


def contents(paths):
    for path in paths:
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name).decode("utf-8", "replace")
        else:
            yield path.name, path.read_text("utf-8")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return run(tmp_path_factory.mktemp("exports"))


def test_the_files(written):
    assert [p.name for p in written] == [
        "意见汇总表.xlsx",
        "立法建议报告.docx",
        "report.html",
        *(f"{t}.csv" for t in CONTRACT_TABLES),
        "建议.json",
    ]
    folder = written[0].parent
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        ["意见汇总表.xlsx", "立法建议报告.docx", "report.html", "表格csv", "建议.json"]
    )
    assert not [p for p in (folder / "表格csv").iterdir() if p.suffix != ".csv" or p.name.startswith(".")]


def test_no_personal_data_and_no_salt_anywhere(written):
    for name, text in contents(written):
        for original in [*originals(), INFO["salt"]]:
            assert original not in text, (name, original)


def test_names_are_kept_where_the_office_asks_for_them(tmp_path):
    text = "".join(t for _, t in contents(run(tmp_path, export={"names": True})))
    for original in originals():
        assert original in text


def test_same_inputs_same_bytes(written, tmp_path):
    for first, second in zip(written, run(tmp_path), strict=True):
        assert first.read_bytes() == second.read_bytes(), first.name


def test_formats_are_chosen_and_checked(tmp_path):
    assert [p.name for p in run(tmp_path, export={"formats": ["json", "json"]})] == ["建议.json"]
    settings = Settings()
    chosen = settings.export.model_copy(update={"formats": ("pptx",)})
    with pytest.raises(SettingsError, match="pptx"):
        export(tables(), settings.model_copy(update={"export": chosen}), tmp_path, draft_title="", run_info=INFO)
    with pytest.raises(ValueError, match="pptx"):
        run(tmp_path, export={"formats": ["pptx"]})


def test_a_file_that_cannot_be_written(tmp_path):
    (tmp_path / "建议.json" / "x").mkdir(parents=True)
    with pytest.raises(RunFolderError, match=r"建议\.json"):
        run(tmp_path, export={"formats": ["json"]})
    assert [p.name for p in tmp_path.iterdir()] == ["建议.json"]


@pytest.mark.parametrize("frames", [messages(), {"comments": tables()["comments"]}, {}], ids=["messages", "bare", "none"])
def test_little_or_nothing(tmp_path, frames):
    paths = run(tmp_path, frames, title="", info={})
    assert all(p.stat().st_size for p in paths)
    assert json.loads(paths[-1].read_text("utf-8"))["suggestions"] == []


def test_json(written):
    content = json.loads(written[-1].read_text("utf-8"))
    assert content["notice"] == "建议稿，供参考"
    assert content["period"] == "2031年4月2日至2031年4月12日"
    assert content["run"]["version"] == "0.1.0"
    first = content["suggestions"][0]
    assert (first["place"], first["comments"]) == ("第八条第一款", ["QH-001", "QH-002"])
    assert [q["opinion_id"] for q in first["quotes"]] == first["evidence"]
    assert first["score_people"] + first["score_points"] == pytest.approx(first["score"])
    assert content["suggestions"][2]["article"] is None
    assert content["figures"]["triage"]["governance"] == 1
    assert content["figures"]["campaigns"] == [{"campaign_id": "C1", "n_comments": 3, "n_people": 3}]


def test_csv(written):
    import csv

    def read(name):
        path = next(p for p in written if p.name == f"{name}.csv")
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    opinions = {r["opinion_id"]: r for r in read("opinions")}
    assert opinions["o14"]["text"] == "'=1+1 算算有多少人受影响"
    assert opinions["o09"]["text"] == "我家周*海遛狗十年"
    assert "raw_copy" not in opinions["o09"]
    suggestions = read("suggestions")
    assert suggestions[0]["evidence"] == "o01；o02；o04"
    assert suggestions[0]["score_people"]
    assert suggestions[2]["article"] == ""
    assert suggestions[4]["drafted"] == "false"
    comments = read("comments")
    assert {r["source_file"] for r in [*comments, *read("rejects")]} == {"意见.xlsx"}
    assert len(comments) == 15
    assert comments[0]["text_parts"].startswith("内容[0-")
    for r in [*opinions.values(), *suggestions, *comments]:
        assert not [v for v in r.values() if v.startswith(("=", "+", "-", "@"))]


def test_long_tables_are_read_by_parts_to_the_same_files(tmp_path, monkeypatch):
    formats = ["csv", "json", "html", "xlsx", "docx", "official", "brief"]
    whole = run(tmp_path / "whole", export={"formats": formats})
    monkeypatch.setattr("jietan.export.rows._HELD", 0)
    monkeypatch.setattr("jietan.export.rows._TOGETHER", 2)
    monkeypatch.setattr("jietan.export.flat._TOGETHER", 3)
    parts = run(tmp_path / "parts", export={"formats": formats})
    assert len(tables()["opinions"]) > 6
    assert [(p.name, p.read_bytes()) for p in parts] == [(p.name, p.read_bytes()) for p in whole]


def test_tables_of_many_comments_are_written_by_several_processes_to_the_same_files(sample_run, tmp_path, monkeypatch):
    known = {"draft_title": TITLE, "run_info": INFO, "vectors": lambda: sample_run.vectors}

    def write(folder):
        stored = Stored(RunFolder.open(sample_run.folder))
        return export(stored, sample_run.settings.model_copy(update={"export": ExportSettings(formats=("csv",))}), folder, **known)

    alone = write(tmp_path / "alone")
    monkeypatch.setattr("jietan.export.flat.LEAST", 1)
    several = write(tmp_path / "several")
    assert [(p.name, p.read_bytes()) for p in several] == [(p.name, p.read_bytes()) for p in alone]
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match="写不了导出文件"):
        write(tmp_path / "file")
