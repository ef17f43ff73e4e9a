"""Small tables for the tests of single stages; all text is invented."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd

from jietan.counts import Census
from jietan.embedders import load_embedder
from jietan.tables import conform
from jietan.vectors import Vectors


def received(texts, **columns):
    n = len(texts)
    rows = [
        {
            "comment_id": f"c{i:03d}",
            "text": t,
            "text_parts": [{"column": "意见内容", "start": 0, "end": len(t)}],
            "point": columns.get("point", [None] * n)[i],
            "street": None,
            "submitted_at": columns.get("submitted_at", [None] * n)[i],
            "channel": None,
            "submitter_key": columns.get("submitter_key", [None] * n)[i],
            "submitter_masked": None,
            "article_hint": columns.get("article_hint", [None] * n)[i],
            "stance_hint": None,
            "named": [],
            "likes": None,
            "source_file": "a.csv",
            "source_row": i + 2,
        }
        for i, t in enumerate(texts)
    ]
    return conform(pd.DataFrame(rows), "received")


def whole_spans(frame):
    rows = [
        {"opinion_id": f"{c}:0-{len(t)}", "comment_id": c, "start": 0, "end": len(t), "text": t, "reason": False}
        for c, t in zip(frame["comment_id"], frame["text"], strict=True)
    ]
    return conform(pd.DataFrame(rows), "spans")


def labels(spans, kind="建议", stance="modify", operation="修改"):
    n = len(spans)

    def column(value):
        return value if isinstance(value, list) else [value] * n

    return conform(
        pd.DataFrame(
            {
                "opinion_id": spans["opinion_id"],
                "kind": column(kind),
                "kind_probability": 1.0,
                "stance": column(stance),
                "stance_probability": 1.0,
                "operation": column(operation),
                "operation_probability": 1.0,
            }
        ),
        "labels",
    )


def vectors(spans):
    return Vectors(spans["opinion_id"].tolist(), load_embedder("jietan-static-zh").encode(spans["text"].tolist()))


def random_vectors(ids, seed=0):
    matrix = np.random.default_rng(seed).normal(size=(len(ids), 16)).astype(np.float32)
    return Vectors(list(ids), matrix / np.linalg.norm(matrix, axis=1, keepdims=True))


def copies(frame, campaign=None):
    ids = frame["comment_id"]
    return conform(
        pd.DataFrame({"comment_id": ids, "campaign_id": campaign or [None] * len(ids), "duplicate_of": [None] * len(ids)}),
        "copies",
    )


def membership(spans, units):
    return conform(pd.DataFrame({"opinion_id": spans["opinion_id"], "unit_id": units}), "membership")


def provisions(paragraphs, law="测试市街巷条例"):
    numbers = "一二三四五六七八九十"
    rows = [
        {
            "article_id": f"{law}#第{numbers[i]}条",
            "law": law,
            "article": f"第{numbers[i]}条",
            "chapter": None,
            "text": "\n".join(p),
            "source": "draft",
            "paragraphs": p,
            "position": i,
        }
        for i, p in enumerate(paragraphs)
    ]
    return conform(pd.DataFrame(rows), "provisions")


def census(frame, spans, campaign=None):
    return Census(frame, spans, copies(frame, campaign))


class Elsewhere:
    """An engine that sends all it gets through a pickle, as other processes see it."""

    def __init__(self):
        self.batches = 0

    def map(self, function, batches):
        for batch in batches:
            self.batches += 1
            there, sent = through_pickle(function), through_pickle(batch)
            yield through_pickle(there(sent))


def through_pickle(value):
    """What arrives of a value in another process."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301  (what this test made itself)
