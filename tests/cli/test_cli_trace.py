import pandas as pd
import pytest

import jietan
from jietan.api import Run
from jietan.errors import InputError
from jietan.tables import conform
from jietan.trace import TraceLine, trace, view_of
from run_copies import copy_of


def _texts(lines, label):
    return [line.text for line in lines if line.label == label]


def test_an_ordinary_comment(sample_run):
    row = sample_run.comments.set_index("comment_id").loc["LJ-0001"]
    lines = trace(sample_run, "LJ-0001")
    assert all(isinstance(line, TraceLine) for line in lines)
    assert _texts(lines, "读取") == ["comments.csv 第 2 行，编号 LJ-0001，列：意见内容"]
    assert row["point"] in _texts(lines, "来源")[0]
    assert _texts(lines, "脱敏")[0].startswith("导出时隐去")
    assert _texts(lines, "分流") == [f"立法意见（概率 {row['triage_probability']:.2f}）"]
    assert _texts(lines, "重复件") == ["不是重复件"]
    assert _texts(lines, "集中投递") == ["不属于集中投递"]
    assert "jietan-e5-zh" in _texts(lines, "所用模型")[0]


def test_every_opinion_with_all_that_became_of_it(sample_run):
    opinions = sample_run.opinions.query("comment_id == 'LJ-0001'")
    lines = trace(sample_run, "LJ-0001")
    for opinion in opinions.itertuples():
        own = [line for line in lines if line.opinion_id == opinion.opinion_id]
        assert [line.stage for line in own[:3]] == ["split", "classify", "merge"]
        assert {line.stage for line in own} == {"split", "classify", "merge", "link", "cluster", "rank"}
        assert f"性质 {opinion.kind}（概率 {opinion.kind_probability:.2f}）" in own[1].text
        links = sample_run.links.query("opinion_id == @opinion.opinion_id")
        shown = [line.text for line in own if line.stage == "link"]
        assert len(shown) == len(links) + bool(opinion.new_article)
        for text, link in zip(shown, links.sort_values("rank").itertuples(), strict=False):
            assert link.article in text
            assert f"把握 {link.confidence:.2f}" in text
            assert ("点名" in text) == (link.basis == "explicit")


def test_opinions_stand_in_order_and_by_themselves(sample_run):
    names = [line.opinion_id for line in trace(sample_run, "LJ-0001") if line.opinion_id]
    order = list(dict.fromkeys(names))
    assert names == sorted(names, key=order.index)
    assert order == sample_run.opinions.query("comment_id == 'LJ-0001'")["opinion_id"].tolist()


def test_suggestions_with_their_rank(sample_run):
    best = sample_run.suggestions.iloc[0]
    opinion = best["evidence"][0]
    lines = [line.text for line in trace(sample_run, opinion.rsplit(":", 1)[0]) if line.opinion_id == opinion]
    assert any(text.startswith("第 1 名（换权重时第 ") and best["suggestion_id"] in text for text in lines)


def test_units_say_how_many_others(sample_run):
    unit = sample_run.units.sort_values("n_opinions").iloc[-1]
    comment = unit["representative"].rsplit(":", 1)[0]
    texts = _texts(trace(sample_run, comment), "同一诉求")
    assert any(f"另有 {unit['n_opinions'] - 1} 个观点诉求相同，共 {unit['n_people']} 人" in t and "它是代表" in t for t in texts)


def test_campaigns_and_duplicates(sample_run):
    comments = sample_run.comments
    letter = comments[comments["campaign_id"].notna()].iloc[0]
    size = (comments["campaign_id"] == letter["campaign_id"]).sum()
    assert f"与另外 {size - 1} 件是同一封信" in _texts(trace(sample_run, letter["comment_id"]), "集中投递")[0]
    shown = {name: trace(sample_run, name) for name in comments.loc[comments["campaign_id"] == letter["campaign_id"], "comment_id"]}
    common = {_texts(lines, "信的共同文字")[0] for lines in shown.values()}
    assert len(common) == 1
    assert len(next(iter(common))) > 40
    added = {name: _texts(lines, "这一件另外写了")[0] for name, lines in shown.items()}
    assert len(set(added.values())) > 1
    assert all(words and words not in next(iter(common)) for words in added.values())
    copy = comments[comments["duplicate_of"].notna()].iloc[0]
    assert f"与 {copy['duplicate_of']} 是同一人" in _texts(trace(sample_run, copy["comment_id"]), "重复件")[0]
    assert copy["comment_id"] in _texts(trace(sample_run, copy["duplicate_of"]), "重复件")[0]


def test_long_tail_and_grounds_say_why_there_is_no_suggestion(sample_run):
    opinions = sample_run.opinions
    tail = opinions[opinions["theme_id"].isna() & (opinions["kind"] != "理由")].iloc[0]
    lines = [line for line in trace(sample_run, tail["comment_id"]) if line.opinion_id == tail["opinion_id"]]
    assert _texts(lines, "主题")[0].startswith("长尾意见")
    assert _texts(lines, "立法建议") == ["没有：长尾意见不起草建议，列在汇总表的“长尾意见”表"]
    ground = opinions[(opinions["kind"] == "理由") & opinions["theme_id"].notna()].iloc[0]
    lines = [line for line in trace(sample_run, ground["comment_id"]) if line.opinion_id == ground["opinion_id"]]
    assert _texts(lines, "同一诉求") == ["只讲理由，不与别的观点归并"]
    assert _texts(lines, "立法建议")[0].startswith("没有：理由不单独形成建议")


def test_rejects_say_where_and_why(sample_run):
    reject = sample_run.rejects.iloc[0]
    lines = trace(sample_run, reject["comment_id"])
    assert lines[-1].stage == "rejects"
    assert reject["reason"] in lines[-1].text
    assert f"{reject['source_file']} 第 {reject['source_row']} 行" in lines[-1].text


def test_what_was_never_read_can_be_traced(tmp_path, small_run):
    out = copy_of(small_run, tmp_path / "out")
    path = out / "tables" / "rejects.parquet"
    row = {"comment_id": "X-9", "source_file": "另.csv", "source_row": 7, "stage": "read", "reason": "没有意见内容", "batch": 0}
    conform(pd.concat([pd.read_parquet(path), pd.DataFrame([row])]), "rejects").to_parquet(path)
    lines = trace(Run.load(out), "X-9")
    assert [line.text for line in lines] == ["另.csv 第 7 行，在“读取”一步：没有意见内容"]


def test_no_personal_data_is_shown(sample_run):
    texts = dict(zip(sample_run.comments["comment_id"], sample_run.comments["text"], strict=True))
    found = sample_run.pii
    for comment, rows in list(found.groupby("comment_id"))[:20]:
        shown = "\n".join(line.text for line in trace(sample_run, str(comment)))
        for row in rows.itertuples():
            original = texts[row.comment_id][row.start : row.end]
            assert original == row.text_masked or original not in shown


def test_names_in_exports_do_not_unmask_the_trace(tmp_path, small_comments, sample_folder):
    from jietan.settings import load_settings

    out = tmp_path / "named"
    settings = load_settings(overrides=["export.names=true"])
    run = jietan.run(small_comments, draft=sample_folder / "draft.docx", out=out, settings=settings, export=False)
    assert not view_of(run).settings.export.names


@pytest.mark.parametrize(
    ("wanted", "close"),
    [("LJ-001", "LJ-0010"), ("lj-0001", "LJ-0001"), ("0386", "LJ-0386"), (" LJ-0042 ", "LJ-0042"), ("LJ-9001", "LJ-0")],
)
def test_unknown_ids_get_the_closest(sample_run, wanted, close):
    with pytest.raises(InputError, match=r"这次运行里没有编号为") as caught:
        trace(sample_run, wanted)
    assert close in caught.value.todo


def test_every_comment_can_be_traced(small_run):
    for comment in small_run.comments["comment_id"]:
        lines = trace(small_run, comment)
        opinions = (small_run.opinions["comment_id"] == comment).sum()
        assert sum(line.label.startswith("观点 ") for line in lines) == opinions
        assert opinions or lines[-1].stage == "rejects"
        assert all("None" not in line.text and "nan" not in line.text for line in lines)


def test_without_a_draft(tmp_path, write_csv, sample_rows):
    run = jietan.run(write_csv(tmp_path / "几件.csv", sample_rows[:6]), out=tmp_path / "out", export=False)
    for comment in run.comments["comment_id"]:
        for text in _texts(trace(run, comment), "立法建议"):
            assert text == "没有：没有给出草案，不起草建议"


def test_the_command(call, sample_run):
    shown = call("trace", sample_run.folder, "LJ-0001")
    assert shown.code == 0
    lines = shown.out.rstrip("\n").split("\n")
    assert len(lines) == len(trace(sample_run, "LJ-0001"))
    assert lines[0].startswith("读取：comments.csv 第 2 行")
    assert any(line.startswith("    对应条文：草案第") for line in lines)
    assert "最接近的编号：LJ-0001" in call("trace", sample_run.folder, "LJ0001").paragraph()


def test_a_place_that_a_reviewer_named_is_said_in_chinese(tmp_path, small_run):
    """It read “decided” in the midst of the Chinese."""
    run = Run.load(copy_of(small_run, tmp_path / "out"))
    opinion = run.opinions.query("kind == '建议'").iloc[0]
    run.review.set_article([opinion["opinion_id"]], "第三条")
    lines = [line.text for line in trace(run, opinion["comment_id"]) if line.opinion_id == opinion["opinion_id"] and line.stage == "link"]
    assert lines[0].startswith("草案第三条（审核人指定，把握 1.00")
