"""Turn the labelled consultations of corpora/training that no model learns from into folders that quality.py measures.

Usage::

    python benchmarks/apart.py DATA_DIR OUT_DIR
    python benchmarks/quality.py --gold OUT_DIR/市容 OUT_DIR/社会信用

``DATA_DIR`` holds statutes_shanghai.jsonl.gz, whose regulations stand for the drafts.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "models" / "jietan-e5-zh"))

from lessons import KEPT_APART, TRAINING, read_jsonl  # noqa: E402
from markup import Consultation, Opinion, read_consultation  # noqa: E402


def _opinion(o: Opinion) -> dict[str, Any]:
    targets = [{"article": t.article, "paragraph": t.paragraph, "item": t.item} for t in o.targets]
    row = {"start": o.start, "end": o.end, "text": o.text, "kind": o.kind, "stance": o.stance, "targets": targets}
    row |= {"operation": o.operation, "theme_id": o.theme, "position_id": o.position}
    return row | ({"new_article": True} if o.new_article else {})


def _themes(consultation: Consultation) -> dict[str, Any]:
    opinions = [o for c in consultation.comments for o in c.opinions]
    out = {}
    for theme, title in consultation.themes.items():
        own = [o for o in opinions if o.theme == theme]
        positions = {p: {"label": what, "type": kind} for p, (kind, what) in consultation.positions.items() if p.startswith(theme)}
        out[theme] = {
            "title": title,
            "target_articles": sorted({t.article for o in own for t in o.targets}),
            "new_article": any(o.new_article for o in own),
            "adopted": None,
            "positions": positions,
        }
    return out


def write_folder(consultation: Consultation, statutes: list[dict[str, Any]], folder: Path) -> None:
    """Write comments.csv, draft.md, gold.jsonl, themes.json and an empty pairs.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    articles = [s for s in statutes if s["law"] == consultation.law]
    lines = [f"# {consultation.law}", "（草案征求意见稿）"]
    chapter = None
    for a in articles:
        if a["chapter"] and a["chapter"] != chapter:
            chapter = a["chapter"]
            lines.append(f"## {chapter}")
        lines.append(f"**{a['article']}**　" + "\n\n".join(a["text"].split("\n")))
    (folder / "draft.md").write_text("\n\n".join(lines) + "\n", "utf-8")
    names = [f"{consultation.name}-{i:04d}" for i in range(1, len(consultation.comments) + 1)]
    with (folder / "comments.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["编号", "姓名", "联系方式", "意见内容"])
        writer.writerows([name, "", "", c.text] for name, c in zip(names, consultation.comments, strict=True))
    with (folder / "gold.jsonl").open("w", encoding="utf-8") as file:
        for name, c in zip(names, consultation.comments, strict=True):
            row = {"comment_id": name, "triage": c.triage, "opinions": [_opinion(o) for o in c.opinions]}
            row |= {"campaign_id": None, "duplicate_of": None, "pii": []}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    (folder / "themes.json").write_text(json.dumps(_themes(consultation), ensure_ascii=False, indent=1) + "\n", "utf-8")
    (folder / "pairs.jsonl").write_text("", "utf-8")


def main() -> int:
    """Write one folder for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    statutes = read_jsonl(args.data / "statutes_shanghai.jsonl.gz")
    for name in KEPT_APART:
        write_folder(read_consultation(TRAINING / "consultations" / f"{name}.txt"), statutes, args.out / name)
        print(args.out / name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
