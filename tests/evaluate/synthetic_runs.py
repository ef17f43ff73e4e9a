"""Runs made by damaging the sample's answers at random: every figure moves, and none needs the pipeline."""

import importlib.util
import json
import random
import sys
from pathlib import Path

import pandas as pd

from jietan.tables import KINDS, OPERATIONS, STANCES, TRIAGE

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT / "corpora" / "consultation_a"
OUTCOMES = ("full", "partial", "no")


def load_script(path, name):
    """Import a file that is in no package; scripts that import it by that name get the same module."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_gold(folder=GOLD):
    return [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]


def read_texts(folder=GOLD):
    frame = pd.read_csv(folder / "comments.csv", encoding="utf-8-sig", dtype=str, keep_default_na=False)
    return dict(zip(frame["意见编号"], frame["意见内容"], strict=True))


def write_tables(folder, **tables):
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        pd.DataFrame(frame).to_parquet(folder / "tables" / f"{name}.parquet")
    return folder


class Damage:
    """Copies the answers into tables, each value wrong with probability ``level``."""

    def __init__(self, seed, level):
        self.random, self.level = random.Random(seed), level  # noqa: S311
        self.texts, self.gold = read_texts(), read_gold()
        self.themes = sorted(json.loads((GOLD / "themes.json").read_text("utf-8")))
        self.articles = sorted({t["article"] for g in self.gold for o in g["opinions"] for t in o["targets"]})

    def hit(self, share=1.0):
        return self.random.random() < self.level * share

    def wrong(self, value, choices):
        return self.random.choice(list(choices)) if self.hit() else value

    def comments(self):
        rows = [
            {
                "comment_id": g["comment_id"],
                "text": self.texts[g["comment_id"]],
                "triage": self.wrong(g["triage"], TRIAGE),
                "submitter_key": self.random.choice([None, "", *(f"k{i}" for i in range(300))]),
                "campaign_id": self.wrong(g["campaign_id"], [None, "C1", "C9"]),
                "duplicate_of": self.wrong(g["duplicate_of"], [None] * 9 + ["LJ-0001"]),
            }
            for g in self.gold
            if not self.hit(0.1)
        ]
        lost = sorted(set(self.texts) - {r["comment_id"] for r in rows})
        self.rejected = [{"comment_id": c, "stage": "read", "reason": "测试"} for c in lost[::2]]
        return rows

    def spans(self, comment):
        spans = [(o["start"], o["end"], o) for o in comment["opinions"] if not self.hit(0.3)]
        if len(spans) > 1 and self.hit():
            (a, _, first), (_, b, _) = spans[:2]
            spans[:2] = [(a, b, first)]
        size = len(self.texts[comment["comment_id"]])
        if size > 2 and self.hit(0.5):
            spans.append((size // 2, size, {"kind": "理由", "stance": "neutral", "operation": "none", "targets": []}))
        return [(self.moved(a, size), self.moved(b, size), o) for a, b, o in spans]

    def moved(self, place, size):
        return min(size, max(0, place + self.random.randint(-9, 9))) if self.hit() else place

    def opinions(self):
        self.answers, rows = {}, []
        for g in self.gold:
            for a, b, o in self.spans(g):
                text = self.texts[g["comment_id"]][a:b]
                if a >= b:
                    continue
                name = f"o{len(rows)}"
                self.answers[name] = o
                rows.append(
                    {
                        "opinion_id": name,
                        "comment_id": g["comment_id"],
                        "start": a,
                        "end": b,
                        "text": "不是原文" if self.hit(0.05) else text,
                        "kind": self.wrong(o["kind"], KINDS),
                        "stance": self.wrong(o["stance"], STANCES),
                        "operation": self.wrong(o["operation"], OPERATIONS),
                        "new_article": self.wrong(bool(o.get("new_article")), [True, False]),
                        "unit_id": self.wrong(o.get("position_id") or name, [None, "T01a", "T05b", "u1"]),
                        "theme_id": self.wrong(o.get("theme_id"), [None, "", *self.themes]),
                    }
                )
        return rows

    def links(self):
        rows = []
        for name, o in self.answers.items():
            targets = [] if self.hit(0.3) else [(t["article"], t["paragraph"]) for t in o["targets"]]
            others = [(self.random.choice(self.articles), self.random.choice([None, 1, 2])) for _ in range(2)]
            got = others + targets if self.hit() else targets + others
            for rank, (article, paragraph) in enumerate(got if targets or self.hit() else [], start=1):
                source = "library" if self.hit(0.2) else "draft"
                row = {"opinion_id": name, "rank": rank, "source": source, "article": article, "paragraph": paragraph}
                rows.append(row)
        self.random.shuffle(rows)
        frame = pd.DataFrame(rows, columns=["opinion_id", "rank", "source", "article", "paragraph"])
        return frame.astype({"paragraph": "Int64"})

    def masks(self):
        rows = []
        for g in self.gold:
            for s in g["pii"]:
                if not self.hit(0.5):
                    end = s["end"] - self.random.choice([0, 0, 1])
                    rows.append({"comment_id": g["comment_id"], "start": s["start"], "end": end, "type": s["type"]})
            if self.hit(0.2):
                kind = self.random.choice(["name", "honorific"])
                rows.append({"comment_id": g["comment_id"], "start": 0, "end": 3, "type": kind})
        return pd.DataFrame(rows, columns=["comment_id", "start", "end", "type"])

    def suggestions(self):
        groups = {}
        for name, o in self.answers.items():
            groups.setdefault(self.wrong(o.get("position_id") or name, ["T05a", "T10b", None]), []).append(name)
        rows = []
        for evidence in groups.values():
            targets = [t["article"] for o in evidence for t in self.answers[o]["targets"]] or [None]
            gap = self.random.choice([0.0, 0.5]) if self.hit() else 0.0
            rows.append(
                {
                    "suggestion_id": f"s{len(rows)}",
                    "article": self.wrong(targets[0], self.articles),
                    "operation": self.wrong("修改" if targets[0] else "增加", OPERATIONS),
                    "evidence": evidence,
                    "score": len(evidence) + gap,
                    "score_people": float(len(evidence)),
                }
            )
        self.random.shuffle(rows)
        rows.sort(key=lambda r: 0 if self.hit() else -r["score"])
        return [r | {"rank": rank} for rank, r in enumerate(rows, start=1)]


def damaged_run(folder, seed, level, without=()):
    """Write a run of the sample; at level 0 it is the answers themselves."""
    damage = Damage(seed, level)
    tables = {"comments": damage.comments(), "opinions": damage.opinions()}
    tables |= {"links": damage.links(), "pii": damage.masks(), "suggestions": damage.suggestions()}
    if damage.rejected:
        tables["rejects"] = damage.rejected
    chosen = [s["suggestion_id"] for s in tables["suggestions"] if not damage.hit(0.3)]
    tables["outcomes"] = [{"suggestion_id": s, "outcome": damage.random.choice(OUTCOMES)} for s in chosen]
    return write_tables(folder, **{n: t for n, t in tables.items() if n not in without})
