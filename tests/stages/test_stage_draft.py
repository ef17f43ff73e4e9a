import sys

import pandas as pd
import pytest

from jietan import concerns, drafter, traits
from jietan.concerns import load_concerns
from jietan.parallel import using
from jietan.settings import DraftSettings, RankSettings
from jietan.stages.draft import draft
from jietan.stages.rank import rank
from jietan.tables import conform, empty
from stage_tables import Elsewhere, census, labels, membership, provisions, received, vectors, whole_spans

DRAFT = provisions([["摊位应当在二十一时前收摊。", "公示期为七日。"], ["区人民政府可以给予补助。"]])
TEXTS = [
    "公示期应当改为三十日",
    "公示七天太短，要三十天",
    "公示期改成十五日",
    "公示七天正好，不要改",
    "请删除第一条第二款",
    "应当增加垃圾分类的规定",
]
STANCE = ["modify", "modify", "modify", "support", "oppose", "modify"]
OPERATION = ["修改", "修改", "修改", "保留", "删除", "增加"]


def suggest(texts=TEXTS, pii=(), units=("U0", "U0", "U1", "U2", "U3", "U4"), theme="T1", triage="legislative", basis="retrieved"):
    frame = received(texts, point=[f"点{i % 2}" for i in range(len(texts))])
    spans = whole_spans(frame)
    new = [o == "增加" for o in OPERATION]
    first = {"rank": 1, "source": "draft", "law": "测试市街巷条例", "article_id": "测试市街巷条例#第一条", "article": "第一条"}
    last = {"paragraph": 2, "item": None, "basis": basis, "score": 1.0, "confidence": 0.8}
    rows = [{"opinion_id": o, **first, **last} for o in spans["opinion_id"]]
    links = conform(pd.DataFrame(rows), "links")
    tables = {
        "labels": labels(spans, stance=STANCE, operation=OPERATION),
        "membership": membership(spans, list(units)),
        "links": links,
        "gaps": conform(pd.DataFrame({"opinion_id": spans["opinion_id"], "new_article": new, "absence": [float(n) for n in new]}), "gaps"),
        "placements": conform(pd.DataFrame({"opinion_id": spans["opinion_id"], "theme_id": theme}), "placements"),
        "triage": conform(pd.DataFrame({"comment_id": frame["comment_id"], "triage": triage, "triage_probability": 1.0}), "triage"),
        "pii": conform(pd.DataFrame(list(pii), columns=["comment_id", "start", "end", "type", "text_masked"]), "pii"),
    }
    voices = census(frame, spans)
    drafts = draft(spans, DRAFT, tables, vectors(spans), voices, DraftSettings())
    tables |= {"received": frame, "spans": spans, "provisions": DRAFT}
    tables |= {name: empty(name) for name in ("related", "higher", "citations")}
    return drafts, rank(drafts, tables, voices, load_concerns(), RankSettings(), 7), spans


def by_evidence(drafts, spans, row):
    opinion = spans["opinion_id"].iloc[row]
    return next(r for r in drafts.itertuples() if opinion in r.evidence)


def test_other_processes_draft_the_same(monkeypatch):
    own, *_ = suggest()
    monkeypatch.setattr(drafter, "_GROUPS", 1)
    engine = Elsewhere()
    with using(engine):
        there, *_ = suggest()
    assert engine.batches > 4
    pd.testing.assert_frame_equal(own, there)


def test_different_amounts_one_way_are_one_suggestion_with_their_distribution():
    drafts, _, spans = suggest()
    longer = by_evidence(drafts, spans, 0)
    assert longer.suggestion_id == by_evidence(drafts, spans, 2).suggestion_id
    assert (longer.original_text, longer.proposed_text, longer.drafted) == ("公示期为七日。", "公示期为三十日。", True)
    assert "“三十日”2人；“十五日”1人" in longer.reason
    assert longer.n_people == 3


def test_more_and_less_are_different_suggestions():
    drafts, _, spans = suggest(["公示期应当改为三十日", "公示七天太短，要三十天", "公示期应当改成三日", *TEXTS[3:]])
    longer, shorter = by_evidence(drafts, spans, 0), by_evidence(drafts, spans, 2)
    assert (longer.proposed_text, shorter.proposed_text) == ("公示期为三十日。", "公示期为三日。")
    assert (longer.n_people, shorter.n_people) == (2, 1)
    assert "“三十日”2人；“三日”1人" in shorter.reason


def test_keeping_and_deleting_are_exact():
    drafts, _, spans = suggest()
    keep, delete = by_evidence(drafts, spans, 3), by_evidence(drafts, spans, 4)
    assert (keep.operation, keep.proposed_text) == ("保留", "公示期为七日。")
    assert (delete.operation, delete.proposed_text, delete.original_text) == ("删除", "", "公示期为七日。")


def test_a_new_rule_has_a_place_and_the_residents_words():
    drafts, _, spans = suggest()
    new = by_evidence(drafts, spans, 5)
    assert (new.operation, new.article, new.after_article, new.drafted) == ("增加", None, "第一条", False) or pd.isna(new.article)
    assert new.proposed_text in TEXTS[5]


def test_scores_add_up_and_conflicts_are_named():
    _, ranked, spans = suggest()
    parts = [c for c in ranked.columns if c.startswith("score_")]
    assert len(parts) == 8
    assert (ranked[parts].sum(axis=1) - ranked["score"]).abs().max() < 1e-6
    assert ranked["rank"].tolist() == list(range(1, len(ranked) + 1))
    assert ((ranked["rank_low"] <= ranked["rank"]) & (ranked["rank"] <= ranked["rank_high"])).all()
    keep, delete = by_evidence(ranked, spans, 3), by_evidence(ranked, spans, 4)
    assert delete.suggestion_id in keep.conflicts_with
    assert keep.suggestion_id in delete.conflicts_with


def test_personal_words_are_not_quoted_when_others_say_the_same():
    texts = ["公示期应当改为三十日，我叫张某某", *TEXTS[1:]]
    drafts, _, spans = suggest(texts, pii=[("c000", 13, 16, "name", "张**")])
    assert "张某某" not in by_evidence(drafts, spans, 0).title


def test_opposite_demands_are_never_one_suggestion():
    texts = ["应当允许在巷口摆摊", "不应当允许在巷口摆摊", *TEXTS[2:]]
    drafts, _, spans = suggest(texts, units=("U0", "U5", "U1", "U2", "U3", "U4"))
    for row in drafts.itertuples():
        assert not {spans["opinion_id"].iloc[0], spans["opinion_id"].iloc[1]} <= set(row.evidence)


def test_the_most_telling_opinion_gives_the_title():
    drafts, _, spans = suggest()
    texts = dict(zip(spans["opinion_id"], spans["text"], strict=True))
    for row in drafts.itertuples():
        assert set(row.exemplars) <= set(row.evidence)
        assert row.title in texts[row.exemplars[0]]


def test_what_is_not_said_is_not_drafted():
    texts = ["公示期应当改为三十日", "不赞成改为三十日，七日挺好", *TEXTS[2:4], "违反规定的罚款实在太轻了", TEXTS[5]]
    drafts, _, spans = suggest(texts, units=("U0", "U5", "U1", "U2", "U3", "U4"))
    refuses, light = by_evidence(drafts, spans, 1), by_evidence(drafts, spans, 4)
    assert refuses.proposed_text != "公示期为三十日。"
    assert not light.drafted
    assert light.proposed_text == texts[4]


def test_no_clause_without_its_source():
    drafts, _, spans = suggest()
    texts = dict(zip(spans["opinion_id"], spans["text"], strict=True))
    for row in drafts.itertuples():
        pieces = [p.split("→", 1) for p in row.provenance if not p.startswith("lexicon:")]
        assert "".join(words for _, words in pieces) == row.proposed_text
        for source, words in pieces:
            kind, _, rest = source.partition(":")
            assert kind in ("draft", "opinion", "grammar")
            if kind == "opinion":
                opinion, _, span = rest.rpartition("[")
                start, end = map(int, span.rstrip("]").split(":"))
                assert opinion in row.evidence
                assert texts[opinion][start:end]
            if kind == "draft":
                assert words in str(row.original_text)


def test_contrary_demands_of_one_theme_and_a_draft_without_chapters():
    texts = ["摊位应当允许摆到二十三时", "摊位应当改为十九时前收摊", "摊位不得允许摆到二十三时", *TEXTS[3:]]
    drafts, _, spans = suggest(texts, units=("U0", "U1", "U5", "U2", "U3", "U4"))
    assert set(spans["opinion_id"]) >= {o for e in drafts["evidence"] for o in e}
    for row in drafts.itertuples():
        assert not {spans["opinion_id"].iloc[0], spans["opinion_id"].iloc[2]} <= set(row.evidence)


def test_the_same_opinions_give_the_same_suggestions():
    first, _, _ = suggest()
    again, _, _ = suggest()
    assert first.equals(again)


def test_asks_of_the_long_tail_are_drafted_where_they_are_concrete():
    texts = ["公示期七天太短，改成三十天", "希望多替老百姓想想", *TEXTS[2:]]
    drafts, _, spans = suggest(texts, units=("U0", "U5", "U1", "U2", "U3", "U4"), theme=None)
    longer = by_evidence(drafts, spans, 0)
    assert longer.drafted
    assert "“三十日”1人" in longer.reason
    assert drafts["theme_id"].isna().all()
    assert not any(spans["opinion_id"].iloc[1] in evidence for evidence in drafts["evidence"])


def test_what_is_to_be_passed_on_makes_no_suggestion_from_the_long_tail():
    assert suggest(theme=None, triage="governance")[0].empty


def test_taking_something_else_away_strikes_no_provision():
    drafts, _, spans = suggest([*TEXTS[:4], "本来七点就停工了，再去掉周末工期翻倍", TEXTS[5]])
    found = by_evidence(drafts, spans, 4)
    assert not (found.drafted and found.operation == "删除")


def test_another_matter_of_the_article_does_not_swell_the_number_of_those_who_name_an_amount():
    texts = ["公示期应当改为三十日", "公示七天太短，要三十天", "公示期应当延长", "公示应当贴在每个单元门口", *TEXTS[4:]]
    drafts, _, spans = suggest(texts, units=("U0", "U0", "U1", "U5", "U3", "U4"))
    longer = by_evidence(drafts, spans, 0)
    assert longer.suggestion_id == by_evidence(drafts, spans, 2).suggestion_id
    assert longer.suggestion_id != by_evidence(drafts, spans, 3).suggestion_id


def test_one_alone_need_not_be_drafted_again(monkeypatch):
    units = ("U0", "U0", "U1", "U2", "U3", "U4")
    for theme in ("T1", None):
        own, *_ = suggest(units=units, theme=theme)
        stage = sys.modules["jietan.stages.draft"]  # the package names the function so too
        again = stage._anew
        with monkeypatch.context() as patch:
            patch.setattr(stage, "_anew", lambda groups, _, *more, again=again: again(groups, groups, *more))
            every, *_ = suggest(units=units, theme=theme)
        assert len(own) > 2
        pd.testing.assert_frame_equal(own, every)


def test_other_processes_rank_the_same(monkeypatch):
    _, own, _ = suggest()
    monkeypatch.setattr(traits, "_BATCH", 1)
    monkeypatch.setattr(concerns, "_TEXTS", 2)
    engine = Elsewhere()
    with using(engine):
        _, there, _ = suggest()
    assert engine.batches > len(own)
    pd.testing.assert_frame_equal(there, own)


def test_the_reason_for_a_rank_is_counted_from_its_evidence():
    _, ranked, spans = suggest()
    keep = by_evidence(ranked, spans, 3)
    assert keep.why.startswith("1人提出，来自1个采集点")
    assert "主张相反" in keep.why
    assert by_evidence(ranked, spans, 0).why.startswith("3人提出，来自2个采集点")


def test_a_contested_ask_has_less_balance_and_the_shares_make_the_weighted_count():
    _, ranked, spans = suggest()
    contested, free = by_evidence(ranked, spans, 4), by_evidence(ranked, spans, 5)
    assert contested.score_balance < free.score_balance
    frame = received(["甲", "甲", "甲", "乙"])
    own = whole_spans(frame)
    voices = census(frame, own, ["C1", "C1", "C1", None])
    assert sum(voices.shares([own["opinion_id"].tolist()]).data) == pytest.approx(voices.count(own["opinion_id"]).weighted)


def test_words_for_another_paragraph_of_the_article_find_it():
    drafts, _, spans = suggest(["摊位二十一时就收摊太早，延长到二十二时", *TEXTS[1:]], units=("U9", "U0", "U1", "U2", "U3", "U4"))
    found = by_evidence(drafts, spans, 0)
    assert (found.paragraph, found.proposed_text) == (1, "摊位应当在二十二时前收摊。")


def test_a_length_of_time_told_in_passing_changes_no_other_paragraph():
    drafts, _, spans = suggest(["双休日摊位吵了一天，建议摊位避开双休日", *TEXTS[1:]], units=("U9", "U0", "U1", "U2", "U3", "U4"))
    assert not by_evidence(drafts, spans, 0).drafted
