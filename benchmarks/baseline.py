"""The plain baseline that every figure of docs/scores.md is shown against.

Usage::

    python benchmarks/baseline.py [GOLD_DIR] [--out RUN]

``GOLD_DIR`` (default: the sample in ``corpora/consultation_a``) holds ``comments.csv``, ``draft.md`` and the answers.
What it does is what a first afternoon's script does, with no model and no knowledge of the subject:

* every sentence (cut after 。！？； and line breaks) is an opinion, of kind 建议, stance modify, operation 修改;
* every comment is legislative; a comment whose text occurred before is a duplicate of the first one;
* sentences are the same ask only when their text is equal;
* themes are k-means on TF-IDF of characters and character pairs, as many as the square root of the sentences;
* articles are the three nearest by the same TF-IDF;
* one suggestion per theme and nearest article, ordered by people.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer

from jietan.evaluate import evaluate, format_scores

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpora" / "consultation_a"
SEED = 0
SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]*")
ARTICLE = re.compile(r"\*\*(第[^*]{1,12}?条(?:之[一二三四五六七八九十]+)?)\*\*(.*?)(?=\n\n|\Z)", re.S)
COLUMNS = {
    "comment_id": r"编号|序号",
    "text": r"内容",
    "name": r"提交人|姓名",
    "contact": r"联系方式|手机|电话",
}


def _columns(frame: pd.DataFrame) -> dict[str, str]:
    found = {field: [c for c in frame.columns if re.search(pattern, c)] for field, pattern in COLUMNS.items()}
    if absent := [field for field, columns in found.items() if not columns]:
        raise SystemExit(f"comments.csv 里找不到这些字段：{'、'.join(absent)}；现有列：{'、'.join(frame.columns)}")
    return {field: columns[0] for field, columns in found.items()}


def read_comments(path: Path) -> pd.DataFrame:
    """Read a consultation's comments into id, text, hashed submitter and duplicates."""
    source = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    columns = _columns(source)
    frame = pd.DataFrame({"comment_id": source[columns["comment_id"]], "text": source[columns["text"]]})
    who = source[columns["name"]].str.strip() + "|" + source[columns["contact"]].str.strip()
    keys = [None if w.split("|")[0] in ("", "匿名") else hashlib.sha256(w.encode()).hexdigest()[:16] for w in who]
    frame["submitter_key"] = keys
    frame["triage"] = "legislative"
    first = frame.groupby("text")["comment_id"].transform("first")
    frame["duplicate_of"] = first.where(first != frame["comment_id"], None)
    return frame


def read_articles(path: Path) -> dict[str, str]:
    """Read the articles of a draft in Markdown: 第一条 to its text."""
    return {m[1]: m[2].strip() for m in ARTICLE.finditer(path.read_text("utf-8"))}


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for match in SENTENCE.finditer(text):
        piece = match[0]
        if piece.strip():
            yield match.start() + len(piece) - len(piece.lstrip()), match.start() + len(piece.rstrip())


def split(comments: pd.DataFrame) -> pd.DataFrame:
    """Cut every comment at sentence ends."""
    rows = [
        {"comment_id": name, "start": start, "end": end, "text": text[start:end]}
        for name, text in zip(comments["comment_id"], comments["text"], strict=True)
        for start, end in _sentences(text)
    ]
    frame = pd.DataFrame(rows, columns=["comment_id", "start", "end", "text"])
    frame.insert(0, "opinion_id", [f"o{i:05d}" for i in range(len(frame))])
    frame = frame.assign(kind="建议", stance="modify", operation="修改", new_article=False)
    frame["unit_id"] = [f"u{code:05d}" for code in pd.factorize(frame["text"])[0]]
    return frame


def place(opinions: pd.DataFrame, articles: dict[str, str]) -> pd.DataFrame:
    """Give opinions a theme each, and return their links with the articles."""
    names = list(articles)
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    vectors = vectorizer.fit_transform([*opinions["text"], *articles.values()])
    sentences, provisions = vectors[: len(opinions)], vectors[len(opinions) :]
    n_themes = max(2, round(float(np.sqrt(len(opinions)))))
    themes = KMeans(n_clusters=n_themes, n_init=4, random_state=SEED).fit_predict(sentences)
    opinions["theme_id"] = [f"t{theme:03d}" for theme in themes]
    likeness = (sentences @ provisions.T).toarray()
    best = np.argsort(-likeness, axis=1, kind="stable")[:, :3]
    rows = [
        {"opinion_id": name, "rank": rank, "source": "draft", "article": names[j], "paragraph": None}
        for name, order in zip(opinions["opinion_id"], best, strict=True)
        for rank, j in enumerate(order, start=1)
    ]
    return pd.DataFrame(rows).astype({"paragraph": "Int64"})


def suggest(comments: pd.DataFrame, opinions: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Write one suggestion per theme and nearest article, by people behind it."""
    nearest = links[links["rank"] == 1].set_index("opinion_id")["article"]
    people = comments.set_index("comment_id")["submitter_key"]
    who = opinions["comment_id"].map(people)
    rows = opinions.assign(article=opinions["opinion_id"].map(nearest), person=who.fillna(opinions["comment_id"]))
    out: list[dict[str, Any]] = []
    for (theme, article), group in rows.groupby(["theme_id", "article"], sort=True):
        score = float(group["person"].nunique())
        place_of: dict[str, Any] = {"theme_id": theme, "article": article, "operation": "修改"}
        out.append(place_of | {"evidence": list(group["opinion_id"]), "score": score, "score_people": score})
    out.sort(key=lambda r: (-r["score"], r["theme_id"], r["article"]))
    return pd.DataFrame([{"suggestion_id": f"s{i:04d}", "rank": i} | r for i, r in enumerate(out, start=1)])


def build(gold: Path, out: Path) -> Path:
    """Run the baseline on a consultation.

    Args:
        gold: Folder with ``comments.csv`` and ``draft.md``; the answers in it are not read.
        out: Run folder to write ``tables/*.parquet`` into.

    Returns:
        ``out``.
    """
    comments, articles = read_comments(gold / "comments.csv"), read_articles(gold / "draft.md")
    opinions = split(comments)
    links = place(opinions, articles)
    tables = {"comments": comments, "opinions": opinions, "links": links, "suggestions": suggest(comments, opinions, links)}
    (out / "tables").mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.to_parquet(out / "tables" / f"{name}.parquet")
    (out / "manifest.json").write_text('{"models": []}\n', "utf-8")
    return out


def figures(gold: Path) -> dict[str, float]:
    """Return the baseline's scores on a consultation."""
    with tempfile.TemporaryDirectory() as folder:
        return evaluate(build(gold, Path(folder)), gold).figures


def main() -> None:
    """Print the baseline's scores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("gold", type=Path, nargs="?", default=SAMPLE, help="有 comments.csv、draft.md 和标注的文件夹")
    parser.add_argument("--out", type=Path, help="把基线的各表留在这个文件夹")
    args = parser.parse_args()
    if args.out is None:
        print(format_scores(figures(args.gold)))
    else:
        scores = evaluate(build(args.gold, args.out), args.gold)
        print(format_scores(scores.figures))


if __name__ == "__main__":
    main()
