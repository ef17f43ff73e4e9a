"""Score the models on each domain when they were trained on the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
from examples import MESSAGES, Document, has_opinions

from jietan.classifiers import LabelModels
from jietan.evaluate.matching import match_spans
from jietan.evaluate.measures import macro_f1, mean, precision_recall
from jietan.features import opinion_features
from jietan.language.normalize import fold
from jietan.stages.classify import choose_labels, triage_of
from jietan.stages.split import split_text

LABELS = ("kind", "stance", "operation")
_GRID = np.round(np.arange(0.5, 2.01, 0.05), 2)


class _Span:
    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end


class _Tally:
    """What came out for some documents: pairs of label and answer, and counts of spans."""

    def __init__(self) -> None:
        self.pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.surety: dict[str, list[tuple[list[str], Any, str]]] = defaultdict(list)
        self.hits = self.found = self.wanted = 0

    def _spans(self, document: Document, spans: list[tuple[int, int, bool]]) -> list[tuple[int, int]]:
        """Count as the evaluation does: stray grounds cost only beyond one for each ask."""
        matches = match_spans(document.opinions, [_Span(a, b) for a, b, _ in spans])
        grounds = {j for i, j in matches if document.opinions[i].kind == "理由"}
        matched = {j for _, j in matches}
        asks = [j for j, s in enumerate(spans) if not s[2] and j not in grounds]
        stray = [j for j, s in enumerate(spans) if s[2] and j not in matched]
        self.wanted += sum(o.kind != "理由" for o in document.opinions)
        self.hits += len(matches) - len(grounds)
        self.found += len(asks) + max(0, len(stray) - max(1, len(asks)))
        self.found += sum(spans[j][2] for j in matched - grounds)
        return matches

    def add(self, document: Document, models: LabelModels) -> None:
        """Split and label one document."""
        if document.draft:
            self.pairs["triage"].append((document.triage, triage_of([document.text], document.draft, models)[0][0]))
        self.pairs["triage_no_draft"].append((document.triage, triage_of([document.text], [], models)[0][0]))
        spans = split_text(document.text, models) if has_opinions(document) else []
        if not spans:
            return
        folded = fold(document.text)
        rows = [models.rows(folded[a:b]) for a, b, _ in spans]
        features = opinion_features(document.text, spans)
        labels = choose_labels([document.text[a:b] for a, b, _ in spans], features, rows, models)
        probabilities = {name: models[name].probabilities(features, own=rows) for name in LABELS}
        for i, j in self._spans(document, spans):
            gold = document.opinions[i]
            if not document.draft:
                continue
            for name in LABELS if gold.kind != "理由" else ("kind",):
                self.pairs[name].append((getattr(gold, name), str(labels[j][name])))
                self.surety[name].append((list(models[name].classes), probabilities[name][j], getattr(gold, name)))

    def figures(self) -> dict[str, float]:
        """Return macro F1 of every label and F1 of the split."""
        out = {name: macro_f1([g for g, _ in p], [f for _, f in p]) for name, p in self.pairs.items()}
        out["split"] = precision_recall(self.hits, self.found - self.hits, self.wanted - self.hits)["f1"]
        return {name: round(value, 3) for name, value in sorted(out.items())}


def _temperature(surety: list[tuple[list[str], Any, str]]) -> float:
    """Return the temperature under which the right answers are likeliest."""
    costs = []
    for t in _GRID:
        powered = [(classes, np.power(p, 1 / t), gold) for classes, p, gold in surety if gold in classes]
        costs.append(mean(-float(np.log(p[classes.index(gold)] / p.sum())) for classes, p, gold in powered))
    return float(_GRID[int(np.argmin(costs))])


def _folds(domains: set[str]) -> list[set[str]]:
    """Return which domains are left out together: a consultation by itself, the messages in three parts."""
    messages = sorted(d for d in domains if d.startswith(MESSAGES))
    return [{d} for d in sorted(domains.difference(messages))] + [set(messages[k::3]) for k in range(3)]


def leave_out(documents: list[Document], without: Callable[[set[str]], LabelModels]) -> tuple[dict[str, Any], dict[str, float]]:
    """Score each domain by models that never saw it.

    Args:
        documents: All labelled comments.
        without: Trains on all domains but some.

    Returns:
        Figures of each domain, of all consultations and of all messages together, and the temperatures of the opinions'
        models on the consultations.
    """
    together, messages, scores = _Tally(), _Tally(), {}
    for left_out in _folds({d.domain for d in documents}):
        models = without(left_out)
        for domain in sorted(left_out):
            own = _Tally()
            for document in (d for d in documents if d.domain == domain):
                own.add(document, models)
                (messages if domain.startswith(MESSAGES) else together).add(document, models)
            scores[domain] = own.figures()
            print(domain, scores[domain], flush=True)
    scores |= {"together": together.figures(), "messages": messages.figures()}
    print("together", scores["together"], "messages", scores["messages"])
    return scores, {name: _temperature(together.surety[name]) for name in LABELS}
