"""A whole run over absurd comments: each ends as a comment with opinions or among the rejects, and every span is exact."""

from __future__ import annotations

import json
import re
import time

import docx
import openpyxl

import jietan
from jietan.settings import Settings

ODD = [
    *(
        "😀👍🎉",
        "\u200b\u202e\u2066",
        "9" * 30_000,
        "啊" * 60_000,
        "<script>alert('x')</script><b>建议</b>增设路灯",
        "\x00\x01建议删除第三条\x7f",
    ),
    *("QUJDREVGR0hJSktMTU5PUA==" * 400, "\u202e建议增设\u200b路灯", "，。！？", "建议" + "很" * 20_000 + "好", "（" * 9_000, "1." * 9_000),
]


def test_nothing_is_lost(tmp_path):
    texts = ODD + ["请把路灯修好。"] * 3000
    source = tmp_path / "意见.jsonl"
    lines = [json.dumps({"编号": f"n{i:05d}", "意见内容": text}, ensure_ascii=False) for i, text in enumerate(texts)]
    source.write_text("\n".join(lines), "utf-8")
    started = time.perf_counter()
    run = jietan.run([source], out=tmp_path / "out", settings=Settings.model_validate({"embed": {"model": "jietan-static-zh"}}))
    assert time.perf_counter() - started < 90
    kept = dict(zip(run.comments["comment_id"], run.comments["text"], strict=True))
    rejected = set(run.rejects["comment_id"].dropna())
    places = set(run.comments["source_row"]) | set(run.rejects["source_row"].dropna())
    assert len(places) == len(texts)
    assert set(kept) <= set(run.opinions["comment_id"]) | rejected
    for row in run.opinions.itertuples():
        assert kept[row.comment_id][row.start : row.end] == row.text
    for row in run.pii.itertuples():
        assert 0 <= row.start < row.end <= len(kept[row.comment_id])


def test_every_export_opens(tmp_path):
    odd = {
        "半个": "\ud800建议删除第三条",
        "零宽": "联系电话1\u200b9\u200b9\u200b0\u200b0\u200b0\u200b0\u200b5301，建议增设路灯",
        "网页": "<script>alert('x')</script><img src=x onerror=alert(1)>建议增设路灯",
        "控制": "\x00\x01\x0b建议删除第三条\x7f\ufffe\uffff",
        "编码": "QUJDREVGR0hJSktMTU5PUA==" * 400,
        "公式": "=1+1 建议增设路灯",
        "表情": "😀👍🎉",
    }
    source = tmp_path / "意见.jsonl"
    source.write_text("\n".join(json.dumps({"编号": k, "意见内容": v}) for k, v in odd.items()), "utf-8")
    formats = ["xlsx", "docx", "html", "csv", "json"]
    settings = Settings.model_validate({"embed": {"model": "jietan-static-zh"}, "export": {"formats": formats}})
    run = jietan.run([source], out=tmp_path / "out", settings=settings)
    reasons = dict(zip(run.rejects["comment_id"], run.rejects["reason"], strict=True))
    assert set(odd) == set(run.comments["comment_id"]) | set(reasons)
    assert "残缺的字符" in reasons["半个"]
    assert run.pii["text_masked"].tolist() == ["199****5301"]
    opened = set()
    for path in (path for path in (tmp_path / "out" / "exports").rglob("*") if path.is_file()):
        opened.add(path.suffix)
        if path.suffix == ".xlsx":
            assert openpyxl.load_workbook(path).sheetnames
        elif path.suffix == ".docx":
            assert docx.Document(str(path)).paragraphs
        else:
            text = path.read_text("utf-8-sig")
            assert "<script>alert('x')" not in text or path.suffix != ".html"
            shown = re.sub(r"\b[0-9a-f]{64}\b", "", text)  # fingerprints of files
            assert "5301" not in shown.replace("199****5301", "")
            if path.suffix == ".json":
                json.loads(text)
    assert opened == {f".{kind}" for kind in formats}
