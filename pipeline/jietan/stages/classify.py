"""Classify: what a comment is for, and what each opinion wants and where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.classifiers import LabelModels, Rows
from jietan.features import Matrix, comment_features, message_features, opinion_features
from jietan.language.cues import CUES
from jietan.language.normalize import fold
from jietan.language.segment import content_words
from jietan.parallel import numbered, spread
from jietan.tables import conform, records

__all__ = ["choose_labels", "classify", "triage_of"]

# An opinion on the draft sent elsewhere is a voice lost; a stray one kept costs the reader a glance.
_FAVOUR = 2.0
#: A comment called off topic less surely than this, which shares so many words with one article, is on the draft.
_DOUBTFUL, _SHARED = 0.75, 3
#: What sells nothing is off topic only where that is likelier than not, and where it asks for something only where it is sure.
_UNSURE, _ASKS_SURE = 0.5, 0.9
_ASKS_FOR = ("suggest", "please_rule", "delete", "change_to")


_WHAT = re.compile(
    r"(?:是指|指的是|算不算|是否属于|是否包括|是否适用|包括哪些|由谁|如何认定|怎么认定|怎样认定|什么叫|何为)[^。!]{0,40}[?]"
    r"|请(?:予)?释明"
)
_DEMANDS = ("suggest", "hope", "can_we", "should", "must", "add", "delete", "change_to", "rhetoric", "must_not")
#: A whole provision is to go: 删除第九条第二款, 第九条建议删去.
_PROVISION = r"第[0-9一二三四五六七八九十百]{1,4}条(?:之[一二三四五六七八九])?(?:第[(]?[0-9一二三四五六七八九十]{1,3}[)]?[款项目]){0,2}"
_STRIKES = r"(?:删除|删去|删掉|去掉|拿掉|取消|撤销|废除)"
_DELETES = re.compile(
    rf"(?<!不){_STRIKES}(?:草案|条例)?{_PROVISION}(?=[,。;!]|$)"
    rf"|{_PROVISION}[,]?(?:建议|应当|应|请|可以|宜)?(?:予以)?{_STRIKES}(?=[,。;!]|$)"
)
#: A limit that is to go changes what the provision covers, and does not strike it.
_UNLIMITS = re.compile(rf"{_STRIKES}[^,。;]{{0,4}}限定|限定语?[^,。;]{{0,4}}{_STRIKES}")
#: What is there is to be otherwise: 不应由甲承担,应当由乙承担; 改为三十日; 写成“应当”.
_INSTEAD = re.compile(r"不(?:应当?|宜|该)[^。;]{0,16},而?应[当该]|改[为成到]|写成[“\"「]?应当")

#: What goes together: support keeps the text, a question wants an explanation, mere opposition asks for no change.
_TRIPLES = (
    ("建议", "modify", "增加"),
    ("建议", "modify", "修改"),
    ("建议", "modify", "细化"),
    ("建议", "support", "保留"),
    ("建议", "oppose", "删除"),
    ("支持", "support", "保留"),
    ("问题", "neutral", "释明"),
    ("反对", "oppose", "none"),
)
_LABELS = ("kind", "stance", "operation")
_BATCH = 500


class _Place(NamedTuple):
    """Where an opinion stands in its comment, and whether the splitter took it for grounds."""

    start: int
    end: int
    reason: bool
    opinion_id: str


def triage_of(
    texts: Sequence[str], draft: Sequence[frozenset[str]], models: LabelModels, folded: Sequence[str] | None = None
) -> tuple[list[str], list[float]]:
    """Say what comments are for.

    Args:
        texts: The comments.
        draft: Content words of each article of the draft; empty without a draft.
        models: Linear models.
        folded: The comments, folded; folded here where they are not given.

    Returns:
        For each comment its class and the probability of it.
    """
    if not len(texts):
        return [], []
    folded = [fold(t) for t in texts] if folded is None else folded
    pairs = list(zip(texts, folded, strict=True))
    model = models["triage" if draft else "triage_no_draft"]
    matrix = np.stack([comment_features(t, draft, f) if draft else message_features(t, f) for t, f in pairs])
    weights = np.ones(len(model.classes), np.float32)
    weights[model.classes.index("legislative")] = _FAVOUR if draft else 1.0
    probabilities = model.probabilities(matrix, own=models.rows_of(folded)) * weights
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    empty = [not any(c.isalnum() for c in t) for t in texts]
    names = ["empty" if e else model.classes[k] for k, e in zip(probabilities.argmax(axis=1), empty, strict=True)]
    for k, (name, p) in enumerate(zip(names, probabilities.max(axis=1), strict=True)):
        if name != "off_topic" or CUES["advert"].search(folded[k]) is not None:
            continue
        if p < _DOUBTFUL and _speaks_of(folded[k], draft):
            names[k], probabilities[k] = "legislative", probabilities[k, model.classes.index("legislative")]
        elif p < (_ASKS_SURE if any(CUES[cue].search(folded[k]) for cue in _ASKS_FOR) else _UNSURE):
            order = [c for c in probabilities[k].argsort()[::-1].tolist() if model.classes[c] not in ("off_topic", "empty")]
            names[k], probabilities[k] = model.classes[order[0]], probabilities[k, order[0]]
    return names, [1.0 if e else round(float(p), 4) for p, e in zip(probabilities.max(axis=1), empty, strict=True)]


def _speaks_of(folded: str, draft: Sequence[frozenset[str]]) -> bool:
    """Say whether a comment shares three longer words with one article."""
    words = {word for word in content_words(folded) if len(word) > 1}
    return any(len(words & article) >= _SHARED for article in draft)


def _asks_plainly(text: str) -> bool:
    """Say whether an opinion is a question and nothing else: too few stand in the training data for the model to learn."""
    folded = fold(text)
    return _WHAT.search(folded) is not None and not any(CUES[name].search(folded) for name in _DEMANDS)


def _plain(text: str, chosen: tuple[str, str, str]) -> tuple[str, str, str]:
    """Return the labels of an opinion that its words leave no doubt of, else what the models chose."""
    folded = fold(text)
    if _asks_plainly(text):
        return "问题", "neutral", "释明"
    if _DELETES.search(folded):
        return "建议", "oppose", "删除"
    if (chosen[2] == "删除" and _UNLIMITS.search(folded)) or (chosen[2] == "增加" and _INSTEAD.search(folded)):
        return "建议", "modify", "修改"
    return chosen


def choose_labels(texts: Sequence[str], features: Matrix, rows: Sequence[Rows], models: LabelModels) -> list[dict[str, Any]]:
    """Choose the three labels of opinions, such that they agree.

    Grounds ask for no change. Otherwise the three that go together and are likeliest together.

    Args:
        texts: The opinions.
        features: Their features, shape (opinions, features).
        rows: Their runs of characters.
        models: Linear models.

    Returns:
        For each opinion kind, stance and operation, and the probability of each.
    """
    found = {name: models[name].probabilities(features, own=rows) for name in _LABELS}
    place = {name: {c: k for k, c in enumerate(models[name].classes)} for name in _LABELS}
    logs = {name: np.log(found[name] + np.float32(1e-6)) for name in _LABELS}
    together = np.stack([sum(logs[n][:, place[n][c]] for n, c in zip(_LABELS, triple, strict=True)) for triple in _TRIPLES], axis=1)
    out = []
    for i, text in enumerate(texts):
        chosen = _TRIPLES[int(together[i].argmax())]
        if found["kind"][i].argmax() == place["kind"]["理由"]:
            chosen = ("理由", models["stance"].classes[int(found["stance"][i].argmax())], "none")
        else:
            chosen = _plain(text, chosen)
        row: dict[str, Any] = dict(zip(_LABELS, chosen, strict=True))
        out.append(row | {f"{n}_probability": round(float(found[n][i, place[n][row[n]]]), 4) for n in _LABELS})
    return out


def _labels_of(comments: Sequence[tuple[str, str, list[_Place]]], models: LabelModels) -> list[dict[str, Any]]:
    """Label the opinions of comments with at least one each.

    Args:
        comments: Text, folded text and opinions of each comment.
        models: Linear models.
    """
    if not comments:
        return []
    texts = [text[p.start : p.end] for text, _, places in comments for p in places]
    rows = models.rows_of([folded[p.start : p.end] for _, folded, places in comments for p in places])
    features = np.vstack([opinion_features(text, [p[:3] for p in places], folded) for text, folded, places in comments])
    found = choose_labels(texts, features, rows, models)
    names = [p.opinion_id for _, _, places in comments for p in places]
    return [{"opinion_id": name} | row for name, row in zip(names, found, strict=True)]


def _classify(
    comments: Sequence[tuple[str, str, list[_Place]]], draft: Sequence[frozenset[str]], models: LabelModels
) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Label some comments: of each, given with id, text and opinions, its row of ``triage`` and its rows of ``labels``."""
    texts = [text for _, text, _ in comments]
    folded = [fold(text) for text in texts]
    triage = zip([name for name, _, _ in comments], *triage_of(texts, draft, models, folded), strict=True)
    rows = [dict(zip(("comment_id", "triage", "triage_probability"), row, strict=True)) for row in triage]
    own = [places for _, _, places in comments]
    labels = iter(_labels_of([c for c in zip(texts, folded, own, strict=True) if c[2]], models))
    return [(row, list(islice(labels, len(places)))) for row, places in zip(rows, own, strict=True)]


def classify(received: pd.DataFrame, spans: pd.DataFrame, articles: pd.DataFrame, models: LabelModels) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Label comments and opinions.

    Args:
        received: Comments as received.
        spans: Opinions' spans, with ``reason``.
        articles: Articles of the draft; may be empty.
        models: Linear models.

    Returns:
        The tables ``triage`` and ``labels``.
    """
    draft = [frozenset(content_words(t)) for t in articles["text"]]
    places: dict[str, list[_Place]] = {}
    for row in records(spans):
        places.setdefault(str(row.comment_id), []).append(_Place(row.start, row.end, row.reason, row.opinion_id))
    ids, texts = received["comment_id"].tolist(), received["text"].tolist()
    shapes = (tuple((p.start, p.end, p.reason) for p in places.get(name, ())) for name in ids)
    distinct, at = numbered(zip(texts, shapes, strict=True))
    todo = [("", text, [_Place(*place, "") for place in shape]) for text, shape in distinct]
    found = spread(partial(_classify, draft=draft, models=models), todo, "标注观点", _BATCH)
    triage = {"comment_id": ids} | {c: [found[k][0][c] for k in at] for c in ("triage", "triage_probability")}
    columns = [c for n in _LABELS for c in (n, f"{n}_probability")]
    names = [p.opinion_id for name in ids for p in places.get(name, ())]
    labels = {"opinion_id": names} | {c: [row[c] for k in at for row in found[k][1]] for c in columns}
    table = pd.DataFrame(labels).set_index("opinion_id").reindex(spans["opinion_id"]).reset_index()
    return conform(pd.DataFrame(triage), "triage"), conform(table, "labels")
