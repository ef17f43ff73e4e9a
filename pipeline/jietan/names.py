"""Names of what a run finds: short hashes of what they stand for, the same in every run."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

__all__ = ["named_after"]

_WHOLE = 24


def named_after(prefix: str, keys: Sequence[str], digits: int) -> list[str]:
    """Name things after hashes of their keys.

    Args:
        prefix: How each name begins.
        keys: What each stands for, no two alike.
        digits: So many hex digits follow; more only where two would have one name, as some of many thousands do.

    Returns:
        The names, which do not depend on the order of the keys, no two alike.
    """
    hashes = [hashlib.sha256(key.encode("utf-8")).hexdigest() for key in keys]
    often = Counter(found[:digits] for found in hashes)
    return [prefix + found[: digits if often[found[:digits]] == 1 else _WHOLE] for found in hashes]
