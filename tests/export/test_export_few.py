import re

import pytest
from docx import Document

from export_fixture import INFO, TITLE, tables
from jietan.export.method import provenance
from jietan.export.report import write_report
from jietan.export.view import View
from jietan.settings import Settings


def text_of(path, frames):
    write_report(path, View(frames, Settings(), TITLE, INFO))
    document = Document(str(path))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def few(n):
    frames = tables()
    kept = frames["comments"]["comment_id"].head(n).tolist()
    for name in ("comments", "opinions", "pii"):
        frames[name] = frames[name][frames[name]["comment_id"].isin(kept)]
    opinions = set(frames["opinions"]["opinion_id"])
    for name in ("links",):
        frames[name] = frames[name][frames[name]["opinion_id"].isin(opinions)]
    suggestions = frames["suggestions"]
    own = suggestions["evidence"].map(lambda e: [o for o in e if o in opinions])
    suggestions = suggestions.assign(evidence=own, exemplars=own, n_people=own.map(len))
    frames["suggestions"] = suggestions[own.map(len) > 0]
    return frames


@pytest.mark.parametrize("n", [1, 5])
def test_a_handful_of_comments_is_told_in_words(tmp_path, n):
    text = text_of(tmp_path / "a.docx", few(n))
    before, _, _ = text.partition("附录")
    assert f"意见只有{n}件" in text
    assert "人提出" in text
    for word in ("得分", "名次", "排名", "占全部", "百分之", "正反"):
        assert word not in before, word
    assert not re.search(r"\d%", text)
    assert "主要主题" not in text


def test_models_are_named_without_what_they_were_trained_on():
    models = [{"name": "甲", "fingerprint": "0123456789abcdef", "trained_on": ["f" * 64]}]
    made = dict(provenance(View(tables(), Settings(), TITLE, INFO | {"models": models})))
    assert made["模型"] == "甲（0123456789ab）"


def test_more_comments_are_counted(tmp_path):
    text = text_of(tmp_path / "a.docx", tables())
    assert "名次" in text
    assert "意见只有" not in text
