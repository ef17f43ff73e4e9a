"""``jietan outcome`` on the sample and on texts that do not fit."""

import re

import pytest

from jietan.api import Run
from jietan.cli import main
from jietan.embedders import load_embedder
from jietan.errors import InputError, RunFolderError
from jietan.loop.outcome import TABLES, outcome, outcomes_of
from jietan.stages.parse import parse
from run_copies import copy_of


@pytest.fixture(scope="module")
def closed(sample_run, sample_folder, tmp_path_factory):
    run = Run.load(copy_of(sample_run, tmp_path_factory.mktemp("closed") / "run"))
    outcome(run, sample_folder / "final.docx")
    return run


def test_every_suggestion_has_an_outcome_and_every_article_exists(closed):
    found, final = closed.outcomes, set(closed.table("final")["article"])
    assert sorted(found["suggestion_id"]) == sorted(closed.suggestions["suggestion_id"])
    assert all(set(articles) <= final for articles in found["final_articles"])
    assert closed.manifest["outcome"]["counts"] == {k: int((found["outcome"] == k).sum()) for k in ("full", "partial", "no")}
    assert all(len(e) for e, o in zip(found["evidence"], found["outcome"], strict=True) if o == "partial")


def test_quoted_words_stand_in_draft_or_final(closed):
    bare = re.compile(r"\s+")
    words = "".join(closed.articles["text"]) + "".join(closed.table("final")["text"])
    known = bare.sub("", words)
    for line in (e for evidence in closed.outcomes["evidence"] for e in evidence):
        for quote in re.findall(r"“([^“”]+)”", line):
            assert bare.sub("", quote.removesuffix("…")) in known


def test_the_same_again(closed, sample_folder):
    before = (closed.folder / "tables" / "outcomes.parquet").read_bytes()
    outcome(closed, sample_folder / "final.docx")
    assert (closed.folder / "tables" / "outcomes.parquet").read_bytes() == before


def test_nothing_changed(small_run, sample_folder, tmp_path):
    run = Run.load(copy_of(small_run, tmp_path / "run"))
    found = outcome(run, sample_folder / "draft.docx").merge(run.suggestions, on="suggestion_id")
    assert set(found.loc[found["operation"] != "保留", "outcome"]) <= {"no"}
    assert set(found.loc[found["operation"] == "保留", "outcome"]) <= {"full"}


def test_a_text_of_another_law(small_run, tmp_path):
    run = Run.load(copy_of(small_run, tmp_path / "run"))
    other = tmp_path / "其他.md"
    other.write_text("# 青禾市图书馆条例\n\n第一条　市图书馆每日免费开放。\n第二条　读者应当爱护图书。\n", "utf-8")
    with pytest.raises(InputError, match="不是同一部法规"):
        outcome(run, other)
    with pytest.raises(RunFolderError, match="jietan outcome"):
        _ = run.outcomes


def test_the_command(small_run, sample_folder, tmp_path, capsys):
    folder = copy_of(small_run, tmp_path / "run")
    with pytest.raises(SystemExit) as end:
        main(["outcome", str(folder), "--final", str(sample_folder / "final.md")])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert "未采纳" in said
    assert "逐条核对" in said
    with pytest.raises(SystemExit) as end:
        main(["outcome", str(folder), "--final", str(tmp_path / "没有.docx")])
    assert end.value.code == 2


def test_what_mostly_comes_from_messages_to_pass_on_is_proposed_for_that(sample_run, sample_folder):
    run = Run.load(sample_run.folder)
    tables = {name: run.table(name) for name in TABLES}
    final = parse(sample_folder / "draft.docx", "final")[0]
    owner = dict(zip(run.opinions["opinion_id"], run.opinions["comment_id"], strict=True))
    asks = run.suggestions[run.suggestions["operation"] != "保留"]
    suggestion = next(r for r in asks.itertuples() if len({owner[o] for o in r.evidence}) > 2)
    comments = sorted({owner[o] for o in suggestion.evidence})
    for passed, elsewhere in ((comments[:1], False), (comments[1:], True)):
        triage = tables["comments"]["triage"].mask(tables["comments"]["comment_id"].isin(passed), "governance")
        found = outcomes_of(tables | {"comments": tables["comments"].assign(triage=triage)}, final, load_embedder("jietan-static-zh"))
        row = found.set_index("suggestion_id").loc[suggestion.suggestion_id]
        assert (row["proposal"] == "elsewhere") == elsewhere
