"""A person is taken out of a run: nothing of theirs is left in any file, and the rest is consistent."""

import sqlite3
import zipfile

import pandas as pd
import pytest

import jietan
from jietan.api import Run
from jietan.cli import main
from jietan.errors import InputError
from jietan.forgetting import comments_of, forget, pieces_of, residue
from jietan.loop.archive import add
from jietan.loop.archive.store import open_archive
from jietan.loop.outcome import outcome
from jietan.resources import corpus_path
from jietan.review.ledger import read_ledger
from jietan.settings import Settings

_HEAD = ["编号", "意见内容", "街镇", "提交日期", "提交人", "联系方式"]
_PERSON = ("冷疏影", "19900005301")
_WORDS = [
    "我是冷疏影，建议把电动自行车停放点的收费降到每月十二元整，我家门口那棵香樟树下面最需要。",
    "第十八条的罚款太重，香樟树下的停放点还没有建好就罚，应当先提醒再罚。",
]


def _rows(sample_rows):
    heads = sample_rows[0]
    at = {name: heads.index(name) for name in ("意见编号", "意见内容", "提交日期")}
    others = [
        [r[at["意见编号"]], r[at["意见内容"]], "望潮街道", r[at["提交日期"]], f"甲{k}", f"1990000{k:04d}"]
        for k, r in enumerate(sample_rows[1:25])
    ]
    theirs = [[f"LX-{k}", text, "望潮街道", "2025-06-05", *_PERSON] for k, text in enumerate(_WORDS)]
    namesake = [["TM-1", "同名的另一个人，只想说支持这部条例早日出台实施。", "河湾街道", "2025-06-06", _PERSON[0], ""]]
    mention = [["TJ-1", "邻居冷疏影说得对，停放点应当多建几个，晚上也要有灯。", "河湾街道", "2025-06-06", "乙", "19900009999"]]
    return [_HEAD, *others[:10], *theirs, *namesake, *mention, *others[10:]]


@pytest.fixture(scope="module")
def made(tmp_path_factory, sample_rows, write_csv, sample_folder):
    """A run with every export, decisions, an outcome and an archive."""
    folder = tmp_path_factory.mktemp("删去")
    formats = ["xlsx", "docx", "html", "csv", "json", "official"]
    settings = Settings.model_validate({"embed": {"model": "jietan-static-zh"}, "export": {"formats": formats}})
    source = write_csv(folder / "意见.csv", _rows(sample_rows))
    run = jietan.run(source, draft=sample_folder / "draft.docx", out=folder / "运行", settings=settings)
    outcome(run, sample_folder / "final.docx")
    add(run, folder / "台账.db", "一")
    with run.review.batch() as review:
        review.note("来电说香樟树下面最需要", about="LX-0")
        review.note("与本人核实过", about="LX-1")
        kept = review.note("不相干的备注")
        review.set_triage("LX-1", "legislative", why="写明了条文")
        first = run.opinions[run.opinions["comment_id"] == "TJ-1"].iloc[0]["opinion_id"]
        review.set_label(first, stance="support", why="原话是香樟树下面最需要的意思")
    run.review.export()
    return Run.load(run.folder), folder, kept


def test_who_is_meant(made):
    run, _, _ = made
    for who in ("LX-0", "LX-1", _PERSON[1], run.comments.set_index("comment_id").loc["LX-0", "submitter_key"]):
        assert set(comments_of(run, [who])["comment_id"]) == {"LX-0", "LX-1"}
    assert set(comments_of(run, [_PERSON[0]])["comment_id"]) == {"TM-1"}  # the others gave a telephone number
    assert set(comments_of(run, ["TM-1", "LX-0"])["comment_id"]) == {"TM-1", "LX-0", "LX-1"}
    with pytest.raises(InputError, match="没有“没有此人”的意见"):
        comments_of(run, ["没有此人"])


def test_a_name_of_two_people_is_not_guessed(tmp_path, write_csv):
    rows = [
        _HEAD,
        *([f"{k}", f"建议增设路灯，第{k}处。", street, "2025-06-05", "冷疏影", ""] for k, street in enumerate(["甲街道", "乙街道"])),
    ]
    settings = Settings.model_validate({"embed": {"model": "jietan-static-zh"}})
    run = jietan.run(write_csv(tmp_path / "意见.csv", rows), out=tmp_path / "运行", settings=settings, export=False)
    with pytest.raises(InputError, match=r"有 2 个人都可能是“冷疏影”：.*甲街道.*乙街道"):
        comments_of(run, ["冷疏影"])
    emptied = forget(run, ["0", "1"], tmp_path / "没有.db")
    assert emptied.left == ()
    assert Run.load(run.folder).comments.empty


def test_without_yes_nothing_is_changed(made, capsys):
    run, folder, _ = made
    before = {path: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}
    with pytest.raises(SystemExit) as ended:
        main(["forget", str(run.folder), "LX-0", "--file", str(folder / "台账.db")])
    assert not ended.value.code
    said = capsys.readouterr().out
    assert "LX-1" in said
    assert "没有删除。确认请加 --yes" in said
    assert before == {path: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}


def _bytes_of(path):
    """All that a file holds, unpacked; written apart from the search of the program."""
    out = path.read_bytes()
    if path.suffix == ".parquet":
        out += pd.read_parquet(path).to_json(force_ascii=False, orient="values").encode()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            out += b"".join(package.read(name) for name in package.namelist())
    return out


def test_nothing_of_a_person_is_left(made, capsys):
    run, folder, kept = made
    others = [text for text, name in zip(run.comments["text"], run.comments["comment_id"], strict=True) if name not in ("LX-0", "LX-1")]
    known = "".join([*others, *run.articles["text"]])
    pieces = {word[k : k + 8] for word in _WORDS for k in range(len(word) - 7)}
    unique = {piece for piece in pieces if piece not in known}
    key = run.comments.set_index("comment_id").loc["LX-0", "submitter_key"]
    wanted = [*unique, key, "LX-0", "LX-1", _PERSON[1]]
    assert len(unique) > 40
    held = {piece for path in run.folder.rglob("*") if path.is_file() for piece in wanted if piece.encode() in _bytes_of(path)}
    assert key in held
    assert len(held & unique) > 40
    number = len(run.comments)

    with pytest.raises(SystemExit) as ended:
        main(["forget", str(run.folder), _PERSON[1], "--yes", "--file", str(folder / "台账.db")])
    assert not ended.value.code
    said = capsys.readouterr()
    assert "已删去 2 件意见" in said.out
    assert "已核对" in said.out
    assert "意见.csv" in said.err
    assert "jietan outcome" in said.err

    after = Run.load(run.folder)
    for path in (p for p in after.folder.rglob("*") if p.is_file()):
        content = _bytes_of(path)
        assert not [piece for piece in wanted if piece.encode() in content or piece.encode("utf-16-le") in content], path
    assert len(after.comments) == number - 2
    assert after.manifest["counts"]["comments"] == number - 2
    assert set(after.vectors.ids) == set(after.opinions["opinion_id"])
    assert {path.suffix for path in (after.folder / "exports").rglob("*")} >= {".xlsx", ".docx", ".html", ".csv", ".json"}
    spans = after.pii[(after.pii["comment_id"] == "TJ-1") & (after.pii["type"] == "name")]
    assert len(spans) == 1  # what others say of the person stays masked

    decisions = read_ledger(after.folder)
    assert [d.value for d in decisions] == ["不相干的备注", "support"]
    assert decisions[0].id == kept
    assert decisions[1].why == ""

    raw = (folder / "台账.db").read_bytes()
    assert not [piece for piece in wanted if piece.encode() in raw]
    with open_archive(folder / "台账.db") as db:
        assert db.execute("SELECT count(*) FROM comments").fetchone()[0] == number - 2
    draft = corpus_path("consultation_a") / "draft.docx"
    again = jietan.run(folder / "意见.csv", draft=draft, out=after.folder, export=False, settings=after.settings)
    assert len(again.comments) == number - 2  # a file that was read is not read again


def test_others_in_the_archive_are_named(made, tmp_path):
    run, _, _ = made
    path = tmp_path / "台账.db"
    add(run, path, "这次")
    with sqlite3.connect(path) as db:
        person = db.execute("SELECT person FROM comments WHERE person NOT LIKE '匿名%'").fetchone()[0]
        db.execute("INSERT INTO consultations SELECT 9, 'k', '以前', title, first_day, last_day, salt, 0, added_at FROM consultations")
        db.execute(
            "INSERT INTO comments SELECT 9, comment_id, person, point, street, day, triage, text FROM comments WHERE person = ?", (person,)
        )
    assert forget(run, [person], path).elsewhere == ("以前",)


def test_the_search_finds_what_is_packed(tmp_path):
    words = "只有这一个人写过的话"
    pd.DataFrame({"a": [[words]], "b": [{"x": words}]}).to_parquet(tmp_path / "a.parquet")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.xml", words)
    (tmp_path / "c.json").write_text(words.encode("unicode_escape").decode(), "ascii")
    (tmp_path / "d.txt").write_text("别的话", "utf-8")
    found = residue(tmp_path, pieces_of([words], ["别的话"]))
    assert list(found) == ["a.parquet", "b.xlsx", "c.json"]
    assert pieces_of(["别的话", "别人也写过的话"], ["别的话，别人也写过的话"]) == []
