"""Small consultations whose figures can be worked out by hand."""

import json

import pytest

from jietan.errors import InputError, RunFolderError
from jietan.evaluate import evaluate
from synthetic_runs import write_tables

TEXT = "应当延长到六十日。不得罚款。因为太重。请增加一条。"
SPANS = {"a": (0, 9), "b": (9, 14), "why": (14, 19), "new": (19, 25)}


def label(name, kind, theme, position, articles=(), **more):
    start, end = SPANS[name]
    targets = [{"article": a, "paragraph": p, "item": None} for a, p in articles]
    base = {"start": start, "end": end, "text": TEXT[start:end], "kind": kind, "stance": "modify", "operation": "修改"}
    return base | {"targets": targets, "theme_id": theme, "position_id": position} | more


def comment(name, opinions, triage="legislative", **more):
    return {"comment_id": name, "triage": triage, "opinions": opinions, "pii": []} | more


LONG = label("a", "建议", "T1", "T1a", [("第三条", 2)])
FINE = label("b", "反对", "T2", "T2a", [("第九条", None)], operation="删除")
WHY = label("why", "理由", "T2", "T2a", [], operation="none")
NEW = label("new", "建议", "T3", "T3a", [], operation="增加", new_article=True)
COMMENTS = [
    comment("1", [LONG, FINE, WHY, NEW], pii=[{"start": 0, "end": 10, "type": "name"}]),
    comment("2", [LONG, FINE, WHY, NEW], campaign_id="C1"),
    comment("3", [LONG], campaign_id="C1", duplicate_of="2"),
    comment("4", [], triage="off_topic"),
]
POSITIONS = {"T1": ["full"], "T2": ["no"], "T3": [None]}
THEMES = {
    name: {
        "target_articles": articles,
        "new_article": not articles,
        "adopted": adopted[0],
        "positions": {f"{name}a": {"type": "change", "adopted": adopted[0]}},
    }
    for (name, adopted), articles in zip(POSITIONS.items(), (["第三条"], ["第九条"], []), strict=True)
}
PAIRS = [
    {"a": "1", "b": "2", "same_opinion": True, "note": ""},
    {"a": "2", "b": "3", "same_opinion": True, "note": ""},
    {"a": "1", "a_opinion": 0, "b": "2", "b_opinion": 1, "same_opinion": False, "note": "陷阱：测试"},
    {"a": "1", "b": "4", "same_opinion": False, "note": "无关"},
]


@pytest.fixture
def gold(tmp_path):
    folder = tmp_path / "gold"
    folder.mkdir()
    (folder / "gold.jsonl").write_text("\n".join(json.dumps(c, ensure_ascii=False) for c in COMMENTS), "utf-8")
    (folder / "pairs.jsonl").write_text("\n".join(json.dumps(p, ensure_ascii=False) for p in PAIRS), "utf-8")
    (folder / "themes.json").write_text(json.dumps(THEMES, ensure_ascii=False), "utf-8")
    return folder


def found(name, comment_id, span, **more):
    start, end = span if isinstance(span, tuple) else SPANS[span]
    base = {"opinion_id": name, "comment_id": comment_id, "start": start, "end": end, "text": TEXT[start:end]}
    labels = {"kind": "建议", "stance": "modify", "operation": "修改", "new_article": False}
    return base | labels | {"unit_id": f"u-{name}", "theme_id": None} | more


def write_run(folder, opinions, **tables):
    texts = [{"comment_id": c["comment_id"], "text": TEXT, "triage": "legislative"} for c in COMMENTS]
    return write_tables(folder, comments=texts, opinions=opinions, **tables)


@pytest.fixture
def figures(tmp_path, gold):
    def score(opinions, **tables):
        return evaluate(write_run(tmp_path / "run", opinions, **tables), gold).figures

    return score


OPINIONS = [
    found("1a", "1", "a", unit_id="u1", theme_id="X"),
    found("1b", "1", "b", unit_id="u2", theme_id="Y", operation="删除", kind="反对"),
    found("1w", "1", "why", kind="建议"),
    found("2a", "2", (0, 14), unit_id="u1", theme_id="X"),
    found("3a", "3", "a", unit_id="u1", theme_id="X"),
    found("3x", "3", "new", kind="理由"),
    found("4x", "4", "a"),
]


def test_matching_splitting_and_labels(figures):
    got = figures(OPINIONS)
    assert got["n_comments"] == 4
    assert got["n_opinions"] == 7
    assert got["span_violations"] == got["lost_comments"] == 0
    assert got["triage.accuracy"] == pytest.approx(3 / 4)
    assert got["triage.macro_f1"] == pytest.approx((6 / 7 + 0) / 2)
    # 4 of 7 labelled asks found; the matched reason and the one stray reason cost nothing, nor does comment 4
    assert got["split.recall"] == pytest.approx(4 / 7)
    assert got["split.precision"] == 1.0
    assert got["kind.accuracy"] == pytest.approx(4 / 5)
    assert got["operation.accuracy"] == 1.0


def test_a_broken_span_and_a_lost_comment_are_counted(tmp_path, gold):
    opinions = [found("1a", "1", "a", text="改写过的话")]
    run = write_run(tmp_path / "run", opinions)
    write_tables(run, comments=[{"comment_id": "1", "text": TEXT, "triage": None}])
    write_tables(run, rejects=[{"comment_id": "2", "reason": "测试"}, {"comment_id": None, "reason": "空行"}])
    got = evaluate(run, gold).figures
    assert got["lost_comments"] == 2
    assert got["span_violations"] == 1
    assert got["triage.accuracy"] == 0


def test_calling_everything_a_reason_costs_precision(figures):
    stray = [found(f"s{i}", "3", (20 + i, 21 + i), kind="理由") for i in range(3)]
    got = figures([found("3a", "3", "a"), *stray])
    assert got["split.precision"] == pytest.approx(1 / 3)


def test_merging(figures):
    got = figures(OPINIONS)
    assert got["merge.recall_copies"] == got["merge.recall_restated"] == got["merge.recall"] == 1.0
    assert got["merge.false_rate"] == 0.0
    assert got["merge.n_trap_pairs"] == 1
    assert got["merge.trap_violations"] == 0
    assert got["merge.bcubed.f1"] == 1.0
    wrong = [o | {"unit_id": "u"} for o in [*OPINIONS, found("2b", "2", "b")]]
    wrong[3] = found("2a", "2", "a", unit_id="u")
    got = figures(wrong)
    assert got["merge.trap_violations"] == 1
    assert got["merge.false_rate"] == 1.0
    # five matched asks in one unit: three of T1a, two of T2a
    assert got["merge.bcubed.precision"] == pytest.approx((9 / 5 + 4 / 5) / 5)


def test_themes_put_the_long_tail_apart(figures):
    got = figures(OPINIONS)
    assert got["themes.covered"] == 1.0
    assert got["themes.ari"] == pytest.approx(1.0)
    got = figures([o | {"theme_id": ""} for o in OPINIONS])
    assert got["themes.covered"] == 0.0
    assert got["themes.bcubed.precision"] == 1.0
    assert got["themes.bcubed.recall"] == pytest.approx((3 * (1 / 3) + 1) / 4)


def link(opinion, rank, article, paragraph=None, source="draft"):
    return {"opinion_id": opinion, "rank": rank, "source": source, "article": article, "paragraph": paragraph}


def test_links(figures):
    links = [
        link("1a", 2, "第九条"),
        link("1a", 1, "第三条", 2),
        link("1b", 1, "第一条", 1),
        link("1b", 2, "第九条"),
        link("2a", 1, "第三条", 1),
        link("3a", 1, "第三条", 2, "library"),
    ]
    got = figures([*OPINIONS, found("1n", "1", "new", new_article=True)], links=links)
    assert got["link.accuracy_at_1"] == pytest.approx(2 / 4)
    assert got["link.recall_at_3"] == pytest.approx(3 / 4)
    assert got["link.paragraph_accuracy"] == pytest.approx(1 / 2)
    # the one gap is seen; comment 3 has no link with the draft, which counts as an invented one
    assert got["link.new_article.recall"] == 1.0
    assert got["link.new_article.precision"] == pytest.approx(1 / 2)


def test_personal_data(figures):
    masks = [
        {"comment_id": "1", "start": 0, "end": 9, "type": "name"},
        {"comment_id": "1", "start": 12, "end": 15, "type": "honorific"},
        {"comment_id": "2", "start": 0, "end": 3, "type": "phone"},
    ]
    got = figures(OPINIONS, pii=masks)
    assert got["pii.recall.name"] == got["pii.recall"] == 1.0
    assert got["pii.char_precision"] == pytest.approx(9 / 12)
    assert figures(OPINIONS, pii=[masks[0] | {"end": 8}])["pii.recall"] == 0.0


def test_copies(tmp_path, gold):
    run = write_run(tmp_path / "run", OPINIONS)
    rows = [("1", "L", None), ("2", "L", None), ("3", "L", "2"), ("4", None, "1")]
    names = ["comment_id", "campaign_id", "duplicate_of"]
    write_tables(run, comments=[dict(zip(names, r, strict=True)) | {"text": TEXT} for r in rows])
    got = evaluate(run, gold).figures
    assert got["campaign_id.precision"] == pytest.approx(1 / 3)
    assert got["campaign_id.recall"] == 1.0
    assert got["duplicate_of.precision"] == pytest.approx(1 / 2)
    assert got["duplicate_of.f1"] == pytest.approx(2 / 3)


def suggestion(rank, article, operation, evidence, score, **parts):
    base = {"suggestion_id": f"s{rank}", "rank": rank, "article": article, "operation": operation}
    return base | {"evidence": evidence, "score": score} | parts


def test_suggestions_and_outcomes(figures):
    suggestions = [
        suggestion(1, "第三条", "修改", ["1a", "2a", "3a"], 1.0, score_people=0.5, score_points=0.5),
        suggestion(2, "第三条", "删除", ["1b", "2a"], 0.9, score_people=0.5, score_points=0.5),
        suggestion(3, None, "增加", ["nobody"], 0.1, score_people=0.1, score_points=0.0),
    ]
    outcomes = [{"suggestion_id": "s1", "outcome": "full"}, {"suggestion_id": "s2", "outcome": "partial"}]
    got = figures(OPINIONS, suggestions=suggestions, outcomes=outcomes)
    assert got["suggestions.theme_coverage"] == 1.0  # only T1 has two people behind it
    assert got["suggestions.article_accuracy"] == pytest.approx(1 / 2)
    assert got["suggestions.score_sum_violations"] == 1
    assert got["suggestions.purity"] == pytest.approx((1 + 1 / 2) / 2)
    assert got["suggestions.repeat_rate"] == 0.0
    assert got["suggestions.position_coverage"] == 1.0
    # T1: one person and a campaign of two letters make 3 voices; T2: one
    assert got["rank.ndcg_at_20_by_voices"] == pytest.approx(1.0)
    assert got["outcome.n"] == 2
    assert got["outcome.accuracy"] == pytest.approx(1 / 2)
    assert got["outcome.macro_f1"] == pytest.approx(1 / 2)


def test_a_wrong_order_lowers_the_rank_figure(figures):
    suggestions = [
        suggestion(1, "第九条", "删除", ["1b"], 1.0),
        suggestion(2, "第三条", "修改", ["1a", "2a", "3a"], 0.5),
    ]
    # gains log2(1 + 1) = 1 and log2(1 + 3) = 2; the second place counts 1 / log2(3)
    second = 0.6309297535714575
    got = figures(OPINIONS, suggestions=suggestions)
    assert got["rank.ndcg_at_20_by_voices"] == pytest.approx((1 + 2 * second) / (2 + 1 * second))
    assert "suggestions.score_sum_violations" not in got
    assert "outcome.n" not in got


@pytest.mark.parametrize("name", ["gold.jsonl", "themes.json", "pairs.jsonl"])
def test_a_missing_labels_file_is_named(name, tmp_path, gold):
    run = write_run(tmp_path / "run", OPINIONS)
    (gold / name).unlink()
    with pytest.raises(InputError, match=name):
        evaluate(run, gold)


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("gold.jsonl", '{"comment_id": "1"}', "第 1 行"),
        ("gold.jsonl", "", "没有一条意见"),
        ("gold.jsonl", "不是 JSON", "第 1 行"),
        ("themes.json", "{", "themes.json"),
        ("pairs.jsonl", '\n{"a": "1", "b": "99", "same_opinion": true}', "99"),
    ],
)
def test_a_malformed_labels_file_is_explained(name, content, where, tmp_path, gold):
    run = write_run(tmp_path / "run", OPINIONS)
    (gold / name).write_text(content, "utf-8")
    with pytest.raises(InputError, match=where):
        evaluate(run, gold)


def test_a_folder_that_is_no_run_is_refused(tmp_path, gold):
    with pytest.raises(RunFolderError, match=r"comments\.parquet"):
        evaluate(tmp_path, gold)


def test_a_damaged_table_is_named(tmp_path, gold):
    run = write_run(tmp_path / "run", OPINIONS)
    (run / "tables" / "links.parquet").write_bytes(b"PAR1 broken")
    with pytest.raises(RunFolderError, match=r"links\.parquet"):
        evaluate(run, gold)
