"""Every table of a run, in flow order: its columns, their types, and which may be missing.

Ids are strings, never row positions. Offsets are code points into ``comments.text``. Lists are real list columns. Extra
columns are welcome; the listed ones are the contract that other programs read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow

__all__ = ["CLOSING_TABLES", "CONTRACT_TABLES", "TABLES", "Column", "Table", "conform", "empty", "listed", "records", "to_arrow"]

_ARROW = {
    "str": arrow.string(),
    "int": arrow.int64(),
    "float": arrow.float64(),
    "bool": arrow.bool_(),
    "list": arrow.list_(arrow.string()),
    "parts": arrow.list_(
        arrow.struct([("column", arrow.string()), ("start", arrow.int64()), ("end", arrow.int64())]),
    ),
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        name: Column name.
        kind: ``str``, ``int``, ``float``, ``bool``, ``list`` (of strings) or ``parts`` (of text parts).
        nullable: Whether a value may be missing.
        allowed: The only values allowed, where the set is closed.
    """

    name: str
    kind: str
    nullable: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: its columns in order and the key its rows are sorted by."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    unique: bool = True

    @property
    def column_names(self) -> list[str]:
        """Names of the contract columns, in order."""
        return [c.name for c in self.columns]


TRIAGE = ("legislative", "governance", "personal", "off_topic", "empty")
KINDS = ("建议", "支持", "反对", "问题", "理由")
STANCES = ("support", "oppose", "modify", "neutral")
OPERATIONS = ("增加", "修改", "删除", "细化", "保留", "释明", "none")


def _columns(spec: str) -> tuple[Column, ...]:
    """Parse ``name:kind`` pairs; a question mark after the kind allows missing values."""
    out = []
    for item in spec.split():
        name, kind = item.split(":")
        out.append(Column(name, kind.rstrip("?"), kind.endswith("?"), _CLOSED.get(name, ())))
    return tuple(out)


_CLOSED = {
    "triage": TRIAGE,
    "kind": KINDS,
    "stance": STANCES,
    "operation": OPERATIONS,
    "basis": ("explicit", "retrieved", "decided"),
    "citation_status": ("exists", "no_law", "no_article", "no_paragraph", "no_item"),
    "status": (),
    "outcome": ("full", "partial", "no"),
    "proposal": ("full", "partial", "no", "existing", "elsewhere"),
}

_RECEIVED = (
    "comment_id:str text:str text_parts:parts point:str? street:str? submitted_at:str? channel:str? submitter_key:str? "
    "submitter_masked:str? article_hint:str? stance_hint:str? likes:int? source_file:str source_row:int"
)
_ARTICLE = "article_id:str law:str article:str chapter:str? text:str source:str paragraphs:list position:int"
_SPAN = "opinion_id:str comment_id:str start:int end:int text:str"
_SUGGESTION = (
    "theme_id:str? unit_ids:list law:str? article:str? after_article:str? paragraph:int? item:str? operation:str "
    "title:str original_text:str? proposed_text:str drafted:bool reason:str evidence:list exemplars:list n_opinions:int "
    "n_comments:int n_people:int n_points:int"
)

_ALL = (
    Table("received", _columns(_RECEIVED + " named:list"), ("comment_id",)),
    Table("provisions", _columns(_ARTICLE), ("source", "position", "article_id")),
    Table("cited", _columns(_ARTICLE), ("source", "position", "article_id")),
    Table("articles", _columns(_ARTICLE), ("source", "position", "article_id")),
    Table("higher", _columns(_ARTICLE), ("source", "position", "article_id")),
    Table(
        "related",
        _columns("theme_id:str rank:int law:str article_id:str article:str basis:str n_comments:int score:float"),
        ("theme_id", "rank"),
    ),
    Table(
        "pii",
        _columns("comment_id:str start:int end:int type:str text_masked:str"),
        ("comment_id", "start", "end", "type"),
    ),
    Table("spans", _columns(_SPAN), ("comment_id", "start", "end")),
    Table("triage", _columns("comment_id:str triage:str triage_probability:float"), ("comment_id",)),
    Table(
        "labels",
        _columns(
            "opinion_id:str kind:str kind_probability:float stance:str stance_probability:float operation:str operation_probability:float"
        ),
        ("opinion_id",),
    ),
    Table("copies", _columns("comment_id:str campaign_id:str? duplicate_of:str?"), ("comment_id",)),
    Table("membership", _columns("opinion_id:str unit_id:str"), ("opinion_id",)),
    Table(
        "links",
        _columns(
            "opinion_id:str rank:int source:str law:str article_id:str article:str paragraph:int? item:str? "
            "basis:str score:float confidence:float"
        ),
        ("opinion_id", "rank"),
    ),
    Table(
        "demands",
        _columns("opinion_id:str comment_id:str demand:int position:int part:str start:int? end:int? said:str words:str notes:list"),
        ("opinion_id", "demand", "position"),
    ),
    Table("gaps", _columns("opinion_id:str new_article:bool absence:float"), ("opinion_id",)),
    Table(
        "citations",
        _columns(
            "comment_id:str start:int end:int text:str source:str? law:str? article_id:str? article:str? paragraph:int? item:str? "
            "citation_status:str candidates:list content_differs:bool better_article_id:str? note:str"
        ),
        ("comment_id", "start", "end", "law", "article", "paragraph", "item"),
        unique=False,
    ),
    Table("stability", _columns("repeat:int n_comments:int ari:float together:float"), ("repeat",)),
    Table("earlier", _columns("opinion_id:str theme_id:str? parent_id:str? suggestion_ids:list"), ("opinion_id",)),
    Table("placements", _columns("opinion_id:str theme_id:str?"), ("opinion_id",)),
    Table(
        "themes",
        _columns(
            "theme_id:str parent_id:str? title:str keywords:list n_units:int n_opinions:int n_comments:int n_people:int "
            "n_points:int n_support:int n_oppose:int n_modify:int n_neutral:int exemplars:list summary:list conflicts:list"
        ),
        ("theme_id",),
    ),
    Table(
        "sides",
        _columns("theme_id:str stance:str n_opinions:int n_people:int n_points:int exemplar:str"),
        ("theme_id", "stance"),
    ),
    Table(
        "namings",
        _columns("theme_id:str position:int part:str role:str source:str detail:str weight:float opinion_ids:list"),
        ("theme_id", "position"),
    ),
    Table("drafts", _columns("suggestion_id:str " + _SUGGESTION), ("suggestion_id",)),
    Table("held", _columns("suggestion_id:str " + _SUGGESTION), ("suggestion_id",)),
    Table(
        "comments",
        _columns(_RECEIVED + " campaign_id:str? duplicate_of:str? triage:str triage_probability:float"),
        ("comment_id",),
    ),
    Table(
        "opinions",
        _columns(
            _SPAN + " kind:str stance:str operation:str unit_id:str new_article:bool theme_id:str? "
            "kind_probability:float stance_probability:float operation_probability:float"
        ),
        ("comment_id", "start", "end"),
    ),
    Table(
        "units",
        _columns("unit_id:str representative:str n_opinions:int n_comments:int n_people:int n_points:int in_campaign:bool"),
        ("unit_id",),
    ),
    Table(
        "suggestions",
        _columns(
            "suggestion_id:str rank:int rank_low:int rank_high:int " + _SUGGESTION + " score:float conflicts_with:list "
            "differs:list follow:list higher_law:list beyond:str status:str"
        ),
        ("rank",),
    ),
    Table("final", _columns(_ARTICLE), ("source", "position", "article_id")),
    Table(
        "outcomes",
        _columns(
            "suggestion_id:str outcome:str disposition:str? final_articles:list evidence:list confidence:float ground:str "
            "proposal:str confirmed:bool reason:str"
        ),
        ("suggestion_id",),
    ),
    Table("points", _columns("name:str level:str parent:str? street:str? position:int"), ("position",)),
    Table(
        "rejects",
        _columns("comment_id:str? source_file:str? source_row:int? stage:str reason:str"),
        ("stage", "source_file", "source_row", "comment_id", "reason"),
        unique=False,
    ),
)

TABLES = MappingProxyType({t.name: t for t in _ALL})
CONTRACT_TABLES = (
    "comments",
    "pii",
    "opinions",
    "links",
    "citations",
    "demands",
    "articles",
    "units",
    "themes",
    "sides",
    "namings",
    "related",
    "suggestions",
    "rejects",
)

#: Tables of the contract that are written after a run, by ``jietan outcome`` and ``jietan points``.
CLOSING_TABLES = ("final", "outcomes", "points")

_DTYPE = {"str": "str", "float": "float64", "bool": "bool"}


def _schema(table: Table) -> pa.DataFrameSchema:
    columns = {}
    for c in table.columns:
        checks = [pa.Check.isin(c.allowed)] if c.allowed else []
        dtype: str | None = None
        if c.kind == "int":
            dtype = "Int64" if c.nullable else "int64"
        elif c.kind in _DTYPE and not (c.kind == "str" and c.nullable):
            dtype = _DTYPE[c.kind]
        columns[c.name] = pa.Column(dtype, checks=checks, nullable=c.nullable)
    return pa.DataFrameSchema(columns, unique=list(table.key) if table.unique else None)


_SCHEMAS = {t.name: _schema(t) for t in _ALL}


def _cast(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if column.kind in ("list", "parts"):
        return values.map(list).astype(object)
    if column.kind == "int" and column.nullable:
        return values.astype("Int64")
    dtype: Any = {"int": "int64", **_DTYPE}[column.kind]
    return values.astype(dtype)


def empty(name: str) -> pd.DataFrame:
    """Return a table without rows that has every column of the contract."""
    table = TABLES[name]
    return pd.DataFrame({c.name: _cast(pd.Series([], dtype=object), c) for c in table.columns})


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """Iterate over the rows of a table as named tuples."""
    return iter(frame.itertuples(index=False))


def listed(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    """Iterate over some columns of a table, much faster than over the columns themselves."""
    return zip(*(frame[name].tolist() for name in names), strict=True)


def conform(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Check a frame against its contract and bring it into the one order it is stored in.

    Args:
        frame: Rows with at least the columns of the contract; further columns stay behind them.
        name: Name of the table.

    Returns:
        A new frame with cast columns, sorted by the table's key, with a fresh index.

    Raises:
        pandera.errors.SchemaError: A column is missing, has a wrong type or a value outside its set, or a key repeats.
    """
    table = TABLES[name]
    if frame.empty and not len(frame.columns):
        return empty(name)
    extra = [c for c in frame.columns if c not in table.column_names]
    out = frame.copy()
    for column in table.columns:
        if column.name in out:
            out[column.name] = _cast(out[column.name], column)
    out = _SCHEMAS[name].validate(out)
    out = out.sort_values(list(table.key), kind="stable", na_position="first", ignore_index=True)
    return out[table.column_names + extra]


def to_arrow(frame: pd.DataFrame, name: str) -> arrow.Table:
    """Return the Arrow table that is written to parquet, with the contract's types."""
    table = TABLES[name]
    known = {c.name: _ARROW[c.kind] for c in table.columns}
    arrays, names = [], []
    for column in frame.columns:
        arrays.append(_arrow_array(frame[column], known.get(column)))
        names.append(column)
    return arrow.table(arrays, names=names)


def _arrow_array(values: pd.Series[Any], kind: arrow.DataType | None) -> arrow.Array:
    if kind is not None and values.dtype == object:
        return arrow.array([None if _missing(v) else v for v in values.tolist()], type=kind)
    found = arrow.array(values, type=kind, from_pandas=True)
    return found.combine_chunks() if isinstance(found, arrow.ChunkedArray) else found


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)
