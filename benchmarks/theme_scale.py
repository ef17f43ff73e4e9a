"""Time and memory of the stage that finds and describes themes, on made-up opinions up to a million, vectors given.

Usage::

    python benchmarks/theme_scale.py [--sizes N ...] [--loads letters asks] [--shuffled]

Two loads, made up from a fixed seed out of invented places, troubles and words, so that anyone can repeat this:

- ``letters``: letters without a draft, four and a half opinions each on average, as in real messages. Seven in ten matters
  are raised by one letter, there are some hundred kinds of problems, and the texts run to two hundred characters.
- ``asks``: opinions on a draft of sixty articles, of which a fifth are asks of their own and the others repeat one.

Each size runs in a process of its own on at most two cores; seconds are those of the stage alone, and the peak of memory
is that of the process, the tables and vectors that it is given included. The last line gives the exponent of growth between
the smallest and the largest size. ``--shuffled`` also runs every size with its rows in another order and says whether the
themes are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Matrix = np.ndarray[Any, Any]
ROOT = Path(__file__).resolve().parents[1]
SIZES = (10_000, 50_000, 200_000, 1_000_000)
LOADS = ("letters", "asks")
SEED, DIMENSIONS = 7, 384
PER_LETTER, PER_ASK, ARTICLES = 4.5, 5, 60
_NAMES = "清松柏云岚澄青金锦瑞福康安宁和平文华东西南北新长泰丰祥润秀翠江河湖海山泉林园星月春秋阳光明德仁义信兴盛荣"
_ENDS = ("小区", "花园", "家园", "路", "街", "村", "社区", "中学", "广场", "大道")
_THINGS = (
    "路灯 垃圾站 电梯 停车位 供水 暖气 物业费 学区 公交车 下水道 变电站 广场舞 搅拌站 拆迁款 工资 医保 社保 养老金 房产证 天然气".split()
)
_THINGS += "斑马线 红绿灯 地铁口 菜市场 烧烤摊 充电桩 健身器材 绿化带 河道 扬尘".split()
_THINGS += "噪音 油烟 违建 群租房 幼儿园 校车 补习班 快递柜 网约车 共享单车".split()
_TROUBLES = "不亮 损坏 太少 收费高 没人管 拖欠 扰民 被占 停用 迟迟不修 不合格 办不下来 不公开 规划不合理 长期积水 有安全隐患".split()
_OPENINGS = ("反映", "咨询", "投诉", "关于", "建议解决", "请求处理", "")
_TAILS = ("问题", "的问题", "一事", "", "请领导过问")


def _words(rng: np.random.Generator, count: int) -> list[str]:
    characters = [chr(c) for c in rng.choice(np.arange(0x4E00, 0x9000), 900, replace=False)]
    return ["".join(characters[k] for k in row) for row in rng.integers(0, len(characters), (count, 2))]


def _unit(rows: Matrix) -> Matrix:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _near(centres: Matrix, owner: Matrix, share: float, rng: np.random.Generator) -> Matrix:
    """Rows that share so much of their length with a centre, in blocks, as a million do not fit twice."""
    out = np.empty((len(owner), centres.shape[1]), np.float32)
    for at in range(0, len(owner), 50_000):
        rows = owner[at : at + 50_000]
        noise = _unit(rng.standard_normal((len(rows), centres.shape[1]), np.float32))
        out[at : at + 50_000] = _unit(share**0.5 * centres[rows] + (1 - share) ** 0.5 * noise)
    return out


def _kinds(rng: np.random.Generator) -> Matrix:
    common = _unit(rng.standard_normal((1, DIMENSIONS), np.float32))
    return _near(common, np.zeros(len(_THINGS) * len(_TROUBLES), np.int64), 0.3, rng)


def _letter_texts(n: int, rng: np.random.Generator) -> tuple[list[str], Matrix, Matrix]:
    """Letters, their matters and the kind of each matter."""
    matter_of = np.sort(np.concatenate([np.arange(k := int(0.7 * n)), rng.integers(0, max(1, k), n - k)]))
    kind_of = rng.integers(0, len(_THINGS) * len(_TROUBLES), k)
    names = ["".join(_NAMES[c] for c in row) for row in rng.integers(0, len(_NAMES), (k, 2))]
    ends, counties = rng.integers(0, len(_ENDS), k), rng.integers(1, 10, k)
    vocabulary = np.array(_words(rng, 6000))
    weights = 1 / np.arange(20, 20 + len(vocabulary))
    drawn = rng.choice(len(vocabulary), (n, 80), p=weights / weights.sum())
    lengths, round_about = rng.integers(30, 80, n), rng.integers(0, 1000, (n, 2))
    texts = []
    for letter, matter in enumerate(matter_of.tolist()):
        thing, trouble = divmod(int(kind_of[matter]), len(_TROUBLES))
        a, b = round_about[letter]
        place = f"A{counties[matter]}县{names[matter]}{_ENDS[ends[matter]]}"
        title = f"{_OPENINGS[a % len(_OPENINGS)]}{place}{_THINGS[thing]}{_TROUBLES[trouble]}{_TAILS[b % len(_TAILS)]}"
        words = vocabulary[drawn[letter, : lengths[letter]]].tolist()
        sentences = ["".join(words[k : k + 9]) for k in range(0, len(words), 9)]
        texts.append(f"{title}\n{place}的{_THINGS[thing]}{_TROUBLES[trouble]}。{'。'.join(sentences)}。")
    return texts, matter_of, kind_of


def _comments(texts: list[str]) -> pd.DataFrame:
    from jietan.tables import conform, empty

    frame = empty("received").reindex(range(len(texts)))
    ids = [f"c{k:07d}" for k in range(len(texts))]
    parts = [[{"column": "意见内容", "start": 0, "end": len(t)}] for t in texts]
    known = {"comment_id": ids, "text": texts, "text_parts": parts, "source_file": "a.csv", "source_row": range(2, len(texts) + 2)}
    return conform(frame.assign(**known, named=[[] for _ in texts]), "received")


def _opinions(texts: list[str], counts: Matrix) -> pd.DataFrame:
    """Each comment cut into so many opinions."""
    from jietan.tables import conform

    rows = []
    for k, (text, count) in enumerate(zip(texts, counts.tolist(), strict=True)):
        step = max(1, math.ceil(len(text) / count))
        for start in range(0, len(text), step):
            end = min(len(text), start + step)
            rows.append((f"c{k:07d}:{start}-{end}", f"c{k:07d}", start, end, text[start:end], False))
    return conform(pd.DataFrame(rows, columns=["opinion_id", "comment_id", "start", "end", "text", "reason"]), "spans")


def _tables(received: pd.DataFrame, spans: pd.DataFrame, units: list[str], triage: str) -> dict[str, pd.DataFrame]:
    from jietan.tables import conform, empty

    ids, comments = spans["opinion_id"], received["comment_id"]
    certain = {f"{name}_probability": 1.0 for name in ("kind", "stance", "operation")}
    labels = pd.DataFrame({"opinion_id": ids, "kind": "建议", "stance": "modify", "operation": "修改", **certain})
    return {
        "received": received,
        "spans": spans,
        "labels": conform(labels, "labels"),
        "membership": conform(pd.DataFrame({"opinion_id": ids, "unit_id": units}), "membership"),
        "links": empty("links"),
        "triage": conform(pd.DataFrame({"comment_id": comments, "triage": triage, "triage_probability": 1.0}), "triage"),
        "provisions": empty("provisions"),
        "copies": conform(pd.DataFrame({"comment_id": comments, "campaign_id": None, "duplicate_of": None}), "copies"),
    }


def letters(n: int) -> dict[str, Any]:
    """Make up letters without a draft that hold so many opinions together."""
    from jietan.vectors import Vectors

    rng = np.random.default_rng(SEED)
    texts, matter_of, kind_of = _letter_texts(max(1, round(n / PER_LETTER)), rng)
    received = _comments(texts)
    spans = _opinions(texts, rng.integers(1, int(2 * PER_LETTER), len(texts)))
    tables = _tables(received, spans, [f"U{k}" for k in range(len(spans))], "governance")
    matters = _near(_kinds(rng), kind_of, 0.6, rng)
    heads = _near(matters, matter_of, 0.85, rng)
    at = spans["comment_id"].str[1:].astype(int).to_numpy()
    vectors = Vectors(spans["opinion_id"].tolist(), _near(heads, at, 0.6, rng))
    return {"tables": tables, "vectors": vectors, "heads": Vectors(received["comment_id"].tolist(), heads)}


def asks(n: int) -> dict[str, Any]:
    """Make up opinions on a draft, each a comment of its own; so many of them that a fifth are asks of their own."""
    from jietan.tables import conform
    from jietan.vectors import Vectors

    rng = np.random.default_rng(SEED)
    k = max(1, n // PER_ASK)
    unit_of = np.sort(np.concatenate([np.arange(k), rng.integers(0, k, n - k)]))
    kind_of = rng.integers(0, len(_THINGS) * len(_TROUBLES), k)
    vocabulary = _words(rng, 6000)
    drawn = rng.integers(0, len(vocabulary), (n, 8))
    texts = []
    for row, unit in enumerate(unit_of.tolist()):
        thing, trouble = divmod(int(kind_of[unit]), len(_TROUBLES))
        texts.append(f"建议明确{_THINGS[thing]}{_TROUBLES[trouble]}怎么办，" + "".join(vocabulary[w] for w in drawn[row]))
    received = _comments(texts)
    spans = _opinions(texts, np.ones(n, np.int64))
    tables = _tables(received, spans, [f"U{u}" for u in unit_of], "legislative")
    units = _near(_kinds(rng), kind_of, 0.6, rng)
    ids = spans["opinion_id"].tolist()
    names = [f"某条例#第{a + 1}条" for a in range(ARTICLES)]
    linked = {"opinion_id": ids, "article_id": [names[kind_of[u] % ARTICLES] for u in unit_of], "law": "某条例", "source": "draft"}
    guessed = {"rank": 1, "article": "某条", "paragraph": None, "item": None, "basis": "retrieved", "score": 1.0, "confidence": 0.8}
    tables["links"] = conform(pd.DataFrame({**linked, **guessed}), "links")
    law = {"article_id": names, "law": "某条例", "article": [a.split("#")[1] for a in names], "chapter": None, "source": "draft"}
    words = [f"{_THINGS[a % len(_THINGS)]}应当规范管理。" for a in range(ARTICLES)]
    tables["provisions"] = conform(
        pd.DataFrame({**law, "text": words, "paragraphs": [[w] for w in words], "position": range(ARTICLES)}), "provisions"
    )
    vectors = Vectors(ids, _near(units, unit_of, 0.85, rng))
    return {"tables": tables, "vectors": vectors, "heads": Vectors([], np.zeros((0, DIMENSIONS), np.float32))}


def _shuffled(load: dict[str, Any]) -> dict[str, Any]:
    order = np.random.default_rng(SEED + 1)
    return load | {"tables": {n: t.iloc[order.permutation(len(t))].reset_index(drop=True) for n, t in load["tables"].items()}}


def child(name: str, size: int, shuffled: bool) -> None:
    """Make a load up, run the stage and write what it took."""
    from jietan.counts import Census
    from jietan.letters import Letters
    from jietan.settings import ClusterSettings
    from jietan.stages.cluster import cluster
    from jietan.tables import empty

    load = {"letters": letters, "asks": asks}[name](size)
    load = _shuffled(load) if shuffled else load
    t, own = load["tables"], Letters(load["tables"]["received"], load["heads"], empty("pii"))
    census = Census(t["received"], t["spans"], t["copies"])
    given = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, cpu = time.perf_counter(), time.process_time()
    inputs = (t["spans"], t["labels"], t["membership"], t["links"], load["vectors"], t["triage"], t["provisions"], census)
    found = cluster(*inputs, ClusterSettings(), letters=own)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kilo = 2**20 if sys.platform == "darwin" else 2**10
    digest = hashlib.sha256(found.placements.to_csv(index=False).encode()).hexdigest()
    themes = found.themes["parent_id"]
    cost = {
        "rows": len(t["spans"]),
        "comments": len(t["received"]),
        "seconds": seconds,
        "cpu": cpu,
        "given": given / kilo,
        "peak": peak / kilo,
    }
    print(json.dumps(cost | {"fine": int(themes.notna().sum()), "upper": int(themes.isna().sum()), "digest": digest}))


def measured(name: str, size: int, shuffled: bool = False) -> dict[str, Any]:
    """Run one size of one load in a process of its own.

    Raises:
        SystemExit: The process failed; its output is shown.
    """
    cores = {"LOKY_MAX_CPU_COUNT": "2", "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    command = [sys.executable, __file__, "--child", name, str(size), str(int(shuffled))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | cores)
    if done.returncode:
        raise SystemExit(f"{name} {size} 失败：\n{done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Measure each load at each size and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="观点数")
    parser.add_argument("--loads", nargs="+", choices=LOADS, default=LOADS, help="测哪几种")
    parser.add_argument("--shuffled", action="store_true", help="另外打乱行序再做一次")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child[0], int(args.child[1]), args.child[2] == "1")
        return
    print("| load | opinions | comments | themes | upper | s | CPU s | MB given | MB peak |\n|---|---|---|---|---|---|---|---|---|")
    for name in args.loads:
        costs = []
        for size in args.sizes:
            c = measured(name, size)
            costs.append(c)
            figures = [c["rows"], c["comments"], c["fine"], c["upper"], *(f"{c[k]:.0f}" for k in ("seconds", "cpu", "given", "peak"))]
            print(f"| {name} | {' | '.join(map(str, figures))} |", flush=True)
            if args.shuffled:
                print("  打乱后相同：" + ("是" if measured(name, size, shuffled=True)["digest"] == c["digest"] else "否"), flush=True)
        if len(costs) > 1:
            first, last = costs[0], costs[-1]
            print(f"  growth: {math.log(last['seconds'] / first['seconds']) / math.log(last['rows'] / first['rows']):.2f}", flush=True)


if __name__ == "__main__":
    main()
