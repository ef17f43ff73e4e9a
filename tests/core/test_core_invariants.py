import pandas as pd
import pytest

from jietan.errors import InvariantError
from jietan.invariants import check
from jietan.tables import CONTRACT_TABLES, empty


@pytest.fixture
def tables(small_run):
    return {name: small_run.table(name).copy() for name in CONTRACT_TABLES}


def broken(tables):
    with pytest.raises(InvariantError) as caught:
        check(tables)
    assert caught.value.exit_code == 1
    return str(caught.value)


def test_a_finished_run_keeps_every_promise(tables):
    check(tables)


def test_tables_without_rows_keep_every_promise():
    check({name: empty(name) for name in CONTRACT_TABLES})


def test_evidence_that_is_no_opinion_is_named(tables):
    unit = tables["units"]["unit_id"].iloc[0]
    tables["units"].loc[0, "representative"] = "没有:0"
    assert f"{unit} 依据的观点不在观点表里" in broken(tables)


def test_a_lost_comment_is_named(tables):
    gone = tables["opinions"]["comment_id"].iloc[0]
    tables["opinions"] = tables["opinions"][tables["opinions"]["comment_id"] != gone]
    tables["pii"] = tables["pii"].iloc[:0]
    assert gone in broken(tables)


def test_a_shifted_span_is_named(tables):
    tables["opinions"].loc[0, "start"] += 1
    assert tables["opinions"]["opinion_id"].iloc[0] in broken(tables)


def test_a_wrong_count_is_named(tables):
    tables["suggestions"].loc[0, "n_people"] += 1
    assert tables["suggestions"]["suggestion_id"].iloc[0] in broken(tables)


def test_a_wrong_theme_count_is_named(tables):
    tables["themes"].loc[0, "n_comments"] += 1
    assert tables["themes"]["theme_id"].iloc[0] in broken(tables)


def test_an_article_that_does_not_exist_is_named(tables):
    tables["links"].loc[0, "article_id"] = "没有#第一条"
    assert "没有#第一条" in broken(tables)


def test_scores_that_do_not_add_up_are_named(tables):
    tables["suggestions"].loc[0, "score"] += 0.1
    assert "得分" in broken(tables)


def test_an_invented_quote_is_named(tables):
    comment = tables["comments"]["comment_id"].iloc[0]
    tables["suggestions"].loc[0, "reason"] = f"“谁也没说过的话”（{comment}）"
    assert "引文" in broken(tables)


def test_an_invented_point_is_named(tables):
    tables["suggestions"].loc[0, ["drafted", "proposed_text"]] = [False, "谁也没要求过的事"]
    assert "立法要点" in broken(tables)


def test_many_faults_are_cut_to_ten(tables):
    tables["opinions"]["start"] += 1
    tables["opinions"] = pd.DataFrame(tables["opinions"])
    assert "等 " in broken(tables)
