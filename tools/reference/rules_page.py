"""The page of the rules of ``jietan lint``."""

from __future__ import annotations

from wording import table

from jietan.law.style import RULES

__all__ = ["page"]

_HEAD = """# 立法技术规则

`jietan lint` 逐条检查的规则。怎样用，见[草案的立法技术检查](../lint.md)；
怎样增加一条，见[参与开发](../../CONTRIBUTING.md#增加一条立法技术规则)。“可改”的，`--fix` 能机械改正。

"""
_SEVERITIES = {"error": "错误", "warning": "警告", "note": "提示"}


def page() -> str:
    """Return the page."""
    rows = [(f"`{r.id}`", r.title, _SEVERITIES[r.severity], "是" if r.mechanical else "", r.source) for r in RULES.values()]
    return _HEAD + table(("规则", "要求", "轻重", "可改", "依据"), rows)
