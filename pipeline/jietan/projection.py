"""A flat picture of vectors: near points mean alike. The same vectors in the same order give the same picture."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["project"]

_COMPONENTS = 30
_ITERATIONS = 500
_FEW = 12


def _scaled(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Bring the points into the unit square, keeping proportions, the middle in the middle."""
    low, high = points.min(axis=0), points.max(axis=0)
    size = float((high - low).max()) or 1.0
    return np.asarray((points - (low + high) / 2) / size + 0.5)


def project(vectors: np.ndarray[Any, Any], seed: int) -> np.ndarray[Any, Any]:
    """Project vectors to the plane by PCA, then t-SNE where there are enough of them.

    Args:
        vectors: float array of shape (n, d), ordered by something that does not change.
        seed: Seed of the projection.

    Returns:
        float array of shape (n, 2) in 0..1, rounded to four places.
    """
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    n = len(vectors)
    if n < 3 or not np.ptp(vectors, axis=0).any():
        return np.column_stack([(np.arange(n) + 1) / (n + 1), np.full(n, 0.5)]).reshape(n, 2).round(4)
    with threadpool_limits(1):  # sums of several threads would come in an order of their own
        kept = min(_COMPONENTS, n - 1, vectors.shape[1])
        reduced = PCA(kept, svd_solver="full", random_state=seed).fit_transform(vectors.astype(np.float64))
        if n > _FEW:
            tsne = TSNE(2, perplexity=min(30, (n - 1) / 3), init="pca", random_state=seed, max_iter=_ITERATIONS)
            reduced = tsne.fit_transform(reduced)
        flat = np.column_stack([reduced, np.zeros((n, 2))])[:, :2]
    return _scaled(flat).round(4)
