"""Whole runs over what is hard to draft: no chapters, a list of ten, quotes in quotes, contrary asks, what no body may legislate."""

from __future__ import annotations

import json

import docx
import pytest

import jietan
from jietan.law.style import lint_text
from jietan.settings import Settings

TITLE = "青禾市街巷管理条例（草案）"
ITEMS = [
    f"在街巷内{act}" for act in ("堆放杂物", "私拉电线", "饲养家禽", "焚烧垃圾", "洗车修车", "摆摊设点", "张贴广告", "燃放爆竹", "露天烧烤")
]
LISTED = (
    "禁止下列行为：\n"
    + "\n".join(f"（{n}）{i}；" for n, i in zip("一二三四五六七八九", ITEMS, strict=True))
    + "\n（十）其他影响通行的行为。"
)
ARTICLES = [
    "为了加强街巷管理，根据有关法律，制定本条例。",
    "街道办事处应当对街巷照明进行维护，“智慧路灯（含‘一键报警’功能）”应当保持完好。",
    LISTED,
    "商户应当在每日二十二时前停止营业，街道办事处可以限制夜间营业。",
    "违反本条例第四条规定的，由城市管理行政执法部门处二百元以上一千元以下罚款。",
]
ASKS = {
    "停止营业": [
        "第四条停止营业的时间太早，建议改为每日二十四时前停止营业。",
        "商户停止营业应当改到每日二十四时。",
        "第四条二十二时太早，改为二十四时。",
    ],
    "早关": ["第四条二十二时太晚，建议改为每日二十时前停止营业。", "商户停止营业的时间应当改为每日二十时。"],
    "拘留": ["第三条建议增加规定：违反的处三年以下有期徒刑。", "建议第三条规定，屡次违反的判处有期徒刑一年。"],
    "引号": [
        "第二条“智慧路灯（含‘一键报警’功能）”建议改为“智慧路灯（含‘一键呼叫’功能）”。",
        "第二条的“智慧路灯（含‘一键报警’功能）”应当删去“（含‘一键报警’功能）”。",
    ],
    "增项": ["第三条建议增加一项，禁止在街巷内停放三轮车。", "第三条应当写明禁止在街巷内停放三轮车。", "请禁止在街巷内停放三轮车。"],
}


@pytest.fixture(scope="module")
def hard(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hard")
    draft = docx.Document()
    draft.add_paragraph(TITLE)
    for number, article in zip("一二三四五", ARTICLES, strict=True):
        first, *rest = article.split("\n")
        draft.add_paragraph(f"第{number}条　{first}")
        for line in rest:
            draft.add_paragraph(line)
    draft.save(str(folder / "草案.docx"))
    asks = [text for texts in ASKS.values() for text in texts]
    lines = [json.dumps({"编号": f"H{k:02d}", "意见内容": text, "姓名": f"居民{k}"}, ensure_ascii=False) for k, text in enumerate(asks)]
    (folder / "意见.jsonl").write_text("\n".join(lines), "utf-8")
    formats = ["xlsx", "docx", "html", "csv", "json", "official"]
    settings = Settings.model_validate({"embed": {"model": "jietan-static-zh"}, "export": {"formats": formats}})
    run = jietan.run([folder / "意见.jsonl"], draft=folder / "草案.docx", out=folder / "out", settings=settings)
    return run, folder / "out"


def of(run, words):
    texts = dict(zip(run.opinions["opinion_id"], run.opinions["text"], strict=True))
    found = [row for row in run.suggestions.to_dict("records") if any(words in texts[o] for o in row["evidence"])]
    assert found, words
    return found


def test_a_draft_without_chapters_is_read_whole(hard):
    run, _ = hard
    own = run.articles[run.articles["source"] == "draft"]
    assert own["article"].tolist() == [f"第{n}条" for n in "一二三四五"]
    assert own["chapter"].isna().all()


def test_contrary_asks_are_two_suggestions_that_name_each_other(hard):
    run, _ = hard
    late, early = of(run, "二十四时")[0], of(run, "二十时")[0]
    assert late["suggestion_id"] != early["suggestion_id"]
    assert early["suggestion_id"] in late["conflicts_with"]
    assert "二十四时" in late["proposed_text"]
    assert "二十时" in early["proposed_text"]


def test_what_no_body_of_a_city_may_lay_down_is_marked(hard):
    run, out = hard
    rows = of(run, "有期徒刑")
    assert all(row["beyond"] for row in rows)
    assert not any(row["drafted"] and "有期徒刑" in row["proposed_text"] for row in rows)
    letter = "\n".join(c.text for t in docx.Document(str(out / "exports/公文/报送函.docx")).tables for r in t.rows for c in r.cells)
    assert "有期徒刑" not in letter


def test_a_list_of_ten_gets_its_entry_before_the_one_that_covers_the_rest(hard):
    run, _ = hard
    row = next(r for r in of(run, "停放三轮车") if r["drafted"])
    assert row["proposed_text"].endswith("（十）在街巷内停放三轮车；\n（十一）其他影响通行的行为。")


def test_quotes_inside_quotes_stay_paired(hard):
    run, _ = hard
    for row in of(run, "一键报警"):
        for opening, closing in ("“”", "‘’", "（）"):
            assert row["proposed_text"].count(opening) == row["proposed_text"].count(closing)


def test_every_proposed_text_is_sound_and_every_word_has_a_source(hard):
    run, _ = hard
    drafted = run.suggestions[run.suggestions["drafted"] & (run.suggestions["operation"] != "删除")]
    assert len(drafted) >= 3
    for row in drafted.to_dict("records"):
        known = {f.rule for f in lint_text(row["original_text"] or "", title=TITLE) if f.severity == "error"}
        assert {f.rule for f in lint_text(row["proposed_text"], title=TITLE) if f.severity == "error"} <= known
        pieces = [p for p in row["provenance"] if not p.startswith("lexicon:")]
        assert "".join(p.split("→", 1)[1] for p in pieces) == row["proposed_text"]


def test_every_export_opens(hard):
    _, out = hard
    made = {p.suffix for p in (out / "exports").rglob("*") if p.is_file()}
    assert {".xlsx", ".docx", ".html", ".csv", ".json"} <= made
