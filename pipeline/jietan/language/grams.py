"""Runs of one to three characters of a folded text, the other half of what the linear models see beside the cues.

Numbers are written 0, and ^ and $ mark the ends, so that what is learnt about 不超过三十日 holds for 不超过六十日.
"""

from __future__ import annotations

import itertools
import re

__all__ = ["grams"]

_NUMBER = re.compile(
    r"[0-9]+(?:\.[0-9]+)?|(?<=第)[零一二三四五六七八九十百]+"
    r"|(?<![零一二两三四五六七八九十百千万])[零一二两三四五六七八九十百千万]+(?=元|天|日|年|月|小时|分钟|米|公里|倍|人|户|岁|条|款|项|周|次|块|%|点|个|平)"
)


def grams(folded: str) -> set[str]:
    """Return the runs of one to three characters of a text.

    Args:
        folded: Text that went through ``fold``.
    """
    text = f"^{_NUMBER.sub('0', folded.lower())}$"
    return {*text, *map("".join, itertools.pairwise(text)), *map("".join, zip(text, text[1:], text[2:], strict=False))}
