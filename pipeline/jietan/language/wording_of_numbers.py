"""Numbers written as statutes write them."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["format_article", "format_item", "format_number", "format_percent"]

#: From here on numbers have no words; below this Python writes them with an exponent.
_NAMELESS, _SMALL = 10**16, 1e-4


@lru_cache(maxsize=4096)
def format_number(value: float) -> str:
    """Write a number in Chinese as statutes do.

    Args:
        value: Zero or more.

    Returns:
        For example 十二, 一百零二, 零点五; figures from 10^16 on, for which there are no words.

    Raises:
        ValueError: The value is negative.
    """
    if value < 0:
        raise ValueError("条文中的数字不能为负")
    from cn2an import an2cn  # takes a while to load

    if not value < _NAMELESS:
        return f"{value:.0f}"
    if float(value).is_integer():
        return str(an2cn(int(value)))
    return str(an2cn(f"{value:.12f}".rstrip("0") if value < _SMALL else value))


def format_percent(value: float) -> str:
    """Write a fraction as statutes do: 0.3 → 百分之三十."""
    return "百分之" + format_number(round(value * 100, 8))


@lru_cache(maxsize=4096)
def format_article(number: int, sub: int = 0) -> str:
    """Write an article number in its canonical form: (18, 1) → 第十八条之一."""
    return f"第{format_number(number)}条" + (f"之{format_number(sub)}" if sub else "")


@lru_cache(maxsize=4096)
def format_item(number: int) -> str:
    """Write an item number in its canonical form: 3 → （三）."""
    return f"（{format_number(number)}）"
