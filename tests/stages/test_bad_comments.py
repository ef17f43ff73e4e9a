"""A whole run over absurd comments: each ends as a comment with opinions or among the rejects, and every span is exact."""

from __future__ import annotations

import json
import time

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
