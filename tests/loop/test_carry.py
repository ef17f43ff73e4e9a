"""``jietan carry``: a run beside a later reading of its draft."""

import openpyxl
import pytest

from jietan.api import Run
from jietan.cli import main
from jietan.errors import InputError, RunFolderError
from jietan.language.wording_of_numbers import format_number
from jietan.loop.carry import STATES, carry
from jietan.loop.outcome import outcome
from jietan.review.decisions import Decision
from run_copies import contents, copy_of

_ADDED = "**第一条**　为了给后面的条文让出序号，设立电动自行车文明停放宣传周。\n\n"


def _renumbered(sample_folder, folder):
    """The draft with an article put before all others, and every number one higher."""
    from jietan.language.wording_of_numbers import format_number

    text = (sample_folder / "draft.md").read_text("utf-8")
    for number in range(60, 0, -1):
        text = text.replace(f"**第{format_number(number)}条**", f"**第{format_number(number + 1)}条**")
    path = folder / "二审稿.md"
    path.write_text(text.replace("**第二条**", _ADDED + "**第二条**", 1), "utf-8")
    return path


def _rows(path, name, header=1):
    sheet = openpyxl.load_workbook(path)[name]
    head, *rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=header)]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
def run(small_run, tmp_path):
    return Run.load(copy_of(small_run, tmp_path / "run"))


def test_everything_is_carried_to_the_final_text(run, sample_folder, tmp_path):
    before = contents(run.folder)
    found = carry(run, sample_folder / "final.docx", tmp_path / "out")
    assert contents(run.folder) == before
    rows = _rows(found.paths[0], "建议", header=2)
    assert {r["建议编号"] for r in rows} == set(run.suggestions["suggestion_id"])
    assert found.counts == {s: sum(r["状态"] == s for r in rows) for s in STATES.values()}
    assert [r["状态"] for r in rows] == sorted((r["状态"] for r in rows), key=list(STATES.values())[::-1].index)
    opinions = _rows(found.paths[0], "意见")
    texts = "\n".join(run.comments["text"])
    assert len(opinions) == int((run.opinions["kind"] != "理由").sum())
    assert all(r["原话"] in texts or "*" in r["原话"] for r in opinions)
    assert sum(found.changed.values()) == len(_rows(found.paths[0], "条文"))
    assert found.changed["新增"] == 2


def test_numbers_alone_are_no_change(run, sample_folder, tmp_path):
    opinion = run.opinions["opinion_id"].iloc[0]
    run.review.set_article([opinion], "第十六条", None, "（四）")
    run.review.set_article([run.opinions["opinion_id"].iloc[1]], "")
    found = carry(run, _renumbered(sample_folder, tmp_path), tmp_path / "out")
    assert {"未变": found.changed["未变"], "有修改": found.changed["有修改"], "删去": found.changed["删去"]} == dict.fromkeys(
        ("未变", "有修改", "删去"), 0
    )
    assert found.changed["新增"] == 1
    lines = [Decision.model_validate_json(line) for line in found.paths[1].read_text("utf-8").splitlines()]
    assert [d.place for d in lines] == [("第十七条", None, "（四）"), ("", None, None)]
    assert {r["条款变化"] for r in _rows(found.paths[0], "意见")} <= {"序号变", None}
    kept = set(run.suggestions.loc[run.suggestions["operation"] == "保留", "suggestion_id"])
    settled = {r["建议编号"] for r in _rows(found.paths[0], "建议", header=2) if r["状态"] == "已解决"}
    assert kept <= settled


def test_a_text_of_another_law(run, tmp_path):
    other = tmp_path / "其他.md"
    other.write_text("# 青禾市图书馆条例\n\n第一条　市图书馆每日免费开放。\n第二条　读者应当爱护图书。\n", "utf-8")
    with pytest.raises(InputError, match="不是同一部法规"):
        carry(run, other, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command(run, sample_folder, capsys):
    with pytest.raises(SystemExit) as end:
        main(["carry", str(run.folder), "--draft", str(sample_folder / "final.md")])
    assert end.value.code == 0
    assert "待解决" in capsys.readouterr().out
    assert (run.folder.parent / "run-二审" / "二审对照.xlsx").exists()


def test_a_run_against_the_later_text_goes_on_with_everything(run, sample_folder, tmp_path, capsys):
    opinion = run.opinions.loc[run.opinions["kind"] != "理由", "opinion_id"].iloc[0]
    run.review.set_article([opinion], "第十六条", None, "（四）")
    later = _renumbered(sample_folder, tmp_path)
    before = contents(run.folder)
    with pytest.raises(SystemExit) as end:
        main(["carry", str(run.folder), "--draft", str(later), "--out", str(tmp_path / "out"), "--run", str(tmp_path / "二审")])
    assert end.value.code == 0
    assert "二审" in capsys.readouterr().out
    assert contents(run.folder) == before
    after = Run.load(tmp_path / "二审")
    assert list(after.comments["comment_id"]) == list(run.comments["comment_id"])
    assert list(after.opinions["opinion_id"]) == list(run.opinions["opinion_id"])
    assert set(after.themes["theme_id"]) & set(run.themes["theme_id"])
    assert set(after.suggestions["suggestion_id"]) & set(run.suggestions["suggestion_id"])
    moved = {f"第{format_number(n)}条": f"第{format_number(n + 1)}条" for n in range(1, 60)}
    first, then = (
        frame[(frame["source"] == "draft") & (frame["rank"] == 1)].set_index("opinion_id")["article"] for frame in (run.links, after.links)
    )
    named = run.links[(run.links["source"] == "draft") & (run.links["rank"] == 1) & (run.links["basis"] == "explicit")]["opinion_id"]
    assert len(named) > 3
    assert all(then[o] == moved[first[o]] for o in named)
    assert then[opinion] == "第十七条"
    assert any((tmp_path / "二审" / "exports").iterdir())
    after.review.set_article([named.iloc[0]], "第三条", why="人工改")
    assert after.links.set_index(["opinion_id", "rank"]).loc[(named.iloc[0], 1), "article"] == "第三条"
    outcome(after, sample_folder / "final.docx")
    assert set(after.outcomes["suggestion_id"]) == set(after.suggestions["suggestion_id"])


def test_a_run_is_never_made_into_a_folder_that_holds_something(run, sample_folder, tmp_path):
    for folder in (run.folder, tmp_path):
        with pytest.raises(RunFolderError, match="已有内容"):
            carry(run, sample_folder / "final.docx", tmp_path / "out", folder)
    assert not (tmp_path / "out").exists()
