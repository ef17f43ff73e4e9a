"""Delivery: which suggestions are handed in, and in what order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jietan.errors import SettingsError
from jietan.language.numerals import parse_item

if TYPE_CHECKING:
    from jietan.export.view import View

__all__ = ["chosen", "described"]

_LAST = 10**9
_SHOWN = 5


def _item(label: str | None) -> int:
    try:
        return parse_item(label) if label else 0
    except ValueError:
        return _LAST


def _along(view: View) -> Callable[[dict[str, Any]], tuple[int, ...]]:
    """Order along the draft: new articles behind the one they follow; what has no place comes last."""
    places = {r["article"]: int(r["position"]) for r in view.articles if r["source"] == "draft"}

    def key(row: dict[str, Any]) -> tuple[int, ...]:
        at = places.get(row["article"] or row["after_article"] or "", _LAST)
        return at, row["article"] is None, int(row["paragraph"] or 0), _item(row["item"]), int(row["rank"])

    return key


def _missing(what: str, wanted: str, known: list[str]) -> SettingsError:
    listed = "、".join(known[:_SHOWN]) + ("等" if len(known) > _SHOWN else "")
    return SettingsError(
        f"没有哪条建议属于{what}“{wanted}”", where=f"export.{'theme' if what == '主题' else 'street'}", todo=f"可用的：{listed or '没有'}"
    )


def _about(view: View, wanted: str) -> set[str]:
    """Suggestions of the themes of this id, or whose name or upper theme's name holds these words."""
    parents = dict(zip(view.themes.column("theme_id"), view.themes.column("parent_id"), strict=True))

    def fits(theme: str | None) -> bool:
        if theme is None:
            return False
        return wanted == theme or wanted in view.theme_titles.get(theme, "") or fits(parents.get(theme))

    found = {s["suggestion_id"] for s in view.suggestions if fits(s["theme_id"])}
    if not found:
        raise _missing("主题", wanted, sorted(set(view.theme_titles.values())))
    return found


def _from(view: View, wanted: str) -> set[str]:
    """Suggestions that someone of this street supports."""
    streets = {c: s or "" for c, s in zip(view.comments.column("comment_id"), view.comments.column("street"), strict=True)}
    found = {s["suggestion_id"] for s in view.suggestions if any(wanted in streets[c] for c in view.comments_of(s["evidence"]))}
    if not found:
        raise _missing("街镇", wanted, sorted({s for s in streets.values() if s}))
    return found


def chosen(view: View) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the suggestions to hand in, in their order, and all others by rank; together they are all.

    Raises:
        SettingsError: No suggestion belongs to the theme or the street that is asked for.
    """
    want = view.settings.export
    kept = {s["suggestion_id"] for s in view.suggestions}
    if want.theme and kept:
        kept &= _about(view, want.theme)
    if want.street and kept:
        kept &= _from(view, want.street)
    if want.operation:
        kept &= {s["suggestion_id"] for s in view.suggestions if s["operation"] == want.operation}
    first = [s for s in view.suggestions if s["suggestion_id"] in kept][: want.first or None]
    taken = {s["suggestion_id"] for s in first}
    if want.order == "article":
        first.sort(key=_along(view))
    return first, [s for s in view.suggestions if s["suggestion_id"] not in taken]


def described(view: View) -> str:
    """Return in words what was chosen, empty where it is everything by rank."""
    want = view.settings.export
    parts = [f"{label}“{value}”" for label, value in (("主题", want.theme), ("街镇", want.street), ("操作", want.operation)) if value]
    parts += [f"名次最前的{want.first}条"] if want.first else []
    text = f"只列{'、'.join(parts)}，其余见《意见汇总表》“其余建议”表；" if parts else ""
    return text + ("按条文顺序排列，序号仍为名次。" if want.order == "article" else "按名次排列。" if parts else "")
