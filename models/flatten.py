"""Turn boosted trees of scikit-learn into plain lists of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from jietan.trees import Trees


def flatten(model: Any, used: Any) -> Trees:  # noqa: ANN401  (scikit-learn has no types for either)
    """Return a fitted model as plain lists; thresholds lie between the values of the features, which have four digits."""
    out = Trees(round(float(model._baseline_prediction.ravel()[0]), 5), [], [], [], [], [], [])
    for (tree,) in model._predictors:
        start = len(out.feature)
        out.roots.append(start)
        for node in tree.nodes:
            leaf = bool(node["is_leaf"])
            out.feature.append(-1 if leaf else int(used[node["feature_idx"]]))
            out.threshold.append(0.0 if leaf else float(np.format_float_positional(node["num_threshold"], 5, unique=False)))
            out.low.append(0 if leaf else start + int(node["left"]))
            out.high.append(0 if leaf else start + int(node["right"]))
            out.value.append(round(float(node["value"]), 5) if leaf else 0.0)
    return out
