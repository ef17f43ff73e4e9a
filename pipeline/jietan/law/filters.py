"""Which articles a search looks at: by law, level, region, status, or the day on which they were in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from jietan.errors import InputError
from jietan.law.imprint import LEVELS, effective_date, full_date
from jietan.law.library import Library, load_library
from jietan.law.names import canonical_name, short_name
from jietan.law.versions import AMENDED, IN_FORCE, REPEALED, STATUSES, status_of

__all__ = ["ALL", "NATIONAL", "NO_LEVEL", "Filters", "Selection", "select"]

#: Words for all statuses, for laws of the whole country, and for laws whose level is not known.
ALL, NATIONAL, NO_LEVEL = "全部", "全国", "层级不明"
_OLD = (AMENDED, "已被修改", "历史版本")
_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Filters:
    """What to look at; empty means everything, several values of one kind mean any of them.

    Attributes:
        laws: Words in the name of a law, or its usual short form.
        levels: Some of ``imprint.LEVELS``, or :data:`NO_LEVEL`.
        regions: Words in the name of a region, or :data:`NATIONAL`.
        statuses: Statuses as a person writes them, or :data:`ALL`; empty for what is in force.
        on: A day, 2020-01-01: of each law the version then in force, whatever its status now.
    """

    laws: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    on: str = ""


@dataclass(frozen=True)
class Selection:
    """What is left.

    Attributes:
        library: Laws with all articles of the statuses that may be needed.
        among: Which of its articles are to be searched; None for all.
        remarks: What a person should know about the choice, in Chinese.
    """

    library: Library
    among: _Mask | None = None
    remarks: tuple[str, ...] = ()


def _statuses(words: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for word in words or (IN_FORCE,):
        status = status_of(word)
        if word.strip() == ALL:
            found += STATUSES
        elif status is None:
            raise InputError(f"--status 不认识（{word}）", todo="应为 现行有效、已修改、已废止、尚未生效、全部 之一")
        else:
            found += _OLD if status == AMENDED else (status,)
    return tuple(status for status in STATUSES if status in found)


def _check_words(filters: Filters) -> None:
    for level in filters.levels:
        if level not in (*LEVELS, NO_LEVEL):
            raise InputError(f"--level 不认识（{level}）", todo=f"应为 {'、'.join((*LEVELS, NO_LEVEL))} 之一")
    if filters.on and not full_date(filters.on):
        raise InputError(f"--on 不是日期（{filters.on}）", todo="例如 --on 2020-01-01")
    if filters.on and filters.statuses:
        raise InputError("--on 和 --status 不能同时用", todo="--on 找那一天施行的版本，不论现在的状态")


def _places(library: Library) -> pd.DataFrame:
    """Level and region of each article, in the order of the library."""
    versions = library.versions.drop_duplicates(["law", "version", "status"])
    keys = library.articles[["law", "version", "status"]]
    return keys.merge(versions[["law", "version", "status", "level", "region"]], how="left", on=["law", "version", "status"]).fillna("")


def _name_mask(library: Library, words: Sequence[str]) -> _Mask:
    laws = library.articles["law"]
    short = {law: short_name(law) for law in laws.unique()}
    wanted: set[str] = set()
    for word in words:
        plain = short_name(word)
        found = {law for law, name in short.items() if plain and plain in name} or {
            law for law, name in short.items() if name == canonical_name(word)
        }
        if not found:
            near = "、".join(f"《{name}》" for name in library.similar(word))
            todo = f"名称相近的有{near}" if near else "收录的法规见 jietan laws list"
            raise InputError(f"要检索的法规里没有名称含“{word}”的", todo=todo)
        wanted |= found
    return laws.isin(wanted).to_numpy()


def _level_mask(places: pd.DataFrame, levels: Sequence[str]) -> _Mask:
    there = places["level"].replace("", NO_LEVEL)
    mask: _Mask = there.isin(levels).to_numpy()
    if not mask.any():
        known = "、".join(level for level in (*LEVELS, NO_LEVEL) if (there == level).any())
        raise InputError(f"要检索的法规里没有{'、'.join(levels)}", todo=f"现有的是{known}；用 jietan laws add 可以加入")
    return mask


def _region_mask(places: pd.DataFrame, regions: Sequence[str]) -> _Mask:
    there = places["region"].replace("", NATIONAL)
    known = sorted(there.unique())
    matching = {region: [name for name in known if region.strip() and region.strip() in name] for region in regions}
    for region, found in matching.items():
        if not found:
            more = "等" if len(known) > 10 else ""
            raise InputError(f"要检索的法规里没有“{region}”的", todo=f"现有的是{'、'.join(known[:10])}{more}")
    return there.isin({name for found in matching.values() for name in found}).to_numpy()


def _starts(articles: pd.DataFrame) -> pd.DataFrame:
    """One row per version: its law, the first of its rows, the day from which it was in force, and its status."""
    stems = articles["article_id"].str.partition("#")[0]
    rows = []
    for stem, part in articles.groupby(stems, sort=True):
        version = str(part["version"].iloc[0])
        said = effective_date(part["text"].tolist())
        rows.append((stem, short_name(str(part["law"].iloc[0])), version, max(version, said) if version else "", part["status"].iloc[0]))
    return pd.DataFrame(rows, columns=["stem", "short", "version", "start", "status"])


def _effective(starts: pd.DataFrame, versions: pd.DataFrame) -> pd.DataFrame:
    """Put in the days of effect that the source names."""
    named = zip(versions["law"].map(short_name), versions["version"], versions["effective"], strict=True)
    stated = {(short, version): effective for short, version, effective in named if effective}
    rows = zip(starts["short"], starts["version"], starts["start"], strict=True)
    given = [str(stated.get((short, version), start)) for short, version, start in rows]
    return starts.assign(start=given)


def _on_day(library: Library, day: str) -> tuple[_Mask, list[str]]:
    """The articles in force on a day, and what is doubtful about them."""
    articles = library.articles
    starts = _effective(_starts(articles), library.versions)
    undated = int((starts["start"] == "").sum())
    then = starts[(starts["start"] != "") & (starts["start"] <= day)].sort_values(["short", "start", "version"], kind="stable")
    kept = then.drop_duplicates("short", keep="last")
    if kept.empty:
        raise InputError(f"没有收录 {day} 已经施行的版本", todo="收录的版本和日期见 jietan laws list --all")
    repealed = int((kept["status"] == REPEALED).sum())
    remarks = []
    if repealed:
        remarks.append(f"有 {repealed} 部后来废止，废止的日期没有收录，{day} 是否仍有效请核对")
    if undated:
        remarks.append(f"有 {undated} 个版本没有日期，不在检索之内")
    mask: _Mask = articles["article_id"].str.partition("#")[0].isin(set(kept["stem"])).to_numpy()
    return mask, remarks


def _combine(masks: Iterable[_Mask | None], size: int) -> _Mask | None:
    given = [mask for mask in masks if mask is not None]
    if not given:
        return None
    both: _Mask = np.all([np.ones(size, bool), *given], axis=0)
    if not both.any():
        raise InputError("没有同时符合这几个条件的法规", todo="请去掉一个条件再试；收录的法规见 jietan laws list")
    return both


def select(filters: Filters) -> Selection:
    """Load the laws and say which articles a search looks at.

    Raises:
        InputError: A filter is not understood, or nothing is left; the message names what there is.
    """
    _check_words(filters)
    library = load_library(STATUSES if filters.on else _statuses(filters.statuses))
    size = len(library.articles)
    if not size:
        raise InputError(f"没有{'、'.join(filters.statuses)}的法规", todo="收录的法规和状态见 jietan laws list --all")
    masks: list[_Mask | None] = []
    remarks: list[str] = []
    if filters.on:
        mask, remarks = _on_day(library, full_date(filters.on))
        masks.append(mask)
    if filters.statuses and IN_FORCE not in _statuses(filters.statuses):
        # A law marked 已被修改 of which there is no newer text counts as in force.
        masks.append(library.articles["article_id"].str.contains("@.*#").to_numpy())
    if filters.laws:
        masks.append(_name_mask(library, filters.laws))
    if filters.levels or filters.regions:
        places = _places(library)
        masks.append(_level_mask(places, filters.levels) if filters.levels else None)
        masks.append(_region_mask(places, filters.regions) if filters.regions else None)
    return Selection(library, _combine(masks, size), tuple(remarks))
