"""The tables of a run: checked against what is declared in :mod:`jietan.contract`, brought into order, stored.

Ids are strings, never row positions. Offsets are code points into ``comments.text``. Lists are real list columns. Extra
columns are welcome; the listed ones are the contract that other programs read.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Sequence
from sys import intern
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
import pyarrow.compute as compute

from jietan.contract import ALL, KINDS, OPERATIONS, STANCES, TRIAGE, Column, Table

__all__ = [
    "CLOSING_TABLES",
    "CONTRACT_TABLES",
    "KINDS",
    "OPERATIONS",
    "STANCES",
    "TABLES",
    "TRIAGE",
    "Column",
    "Table",
    "conform",
    "empty",
    "listed",
    "mapped",
    "places",
    "records",
    "shared",
    "to_arrow",
]

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


TABLES = MappingProxyType({t.name: t for t in ALL})
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

#: Rows that are lists at a time.
_ROWS = 1 << 14
_DTYPE = {"str": "str", "float": "float64", "bool": "bool"}


def _schema(table: Table, *, unique: bool) -> pa.DataFrameSchema:
    columns = {}
    for c in table.columns:
        checks = [pa.Check.isin(c.allowed)] if c.allowed else []
        dtype: str | None = None
        if c.kind == "int":
            dtype = "Int64" if c.nullable else "int64"
        elif c.kind in _DTYPE and not (c.kind == "str" and c.nullable):
            dtype = _DTYPE[c.kind]
        columns[c.name] = pa.Column(dtype, checks=checks, nullable=c.nullable)
    return pa.DataFrameSchema(columns, unique=list(table.key) if unique else None)


_SCHEMAS = {t.name: _schema(t, unique=t.unique) for t in ALL}
#: The same for rows whose keys rise, so that none repeats.
_RISING = {t.name: _schema(t, unique=False) for t in ALL}


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
    """Iterate over the rows of a table as named tuples, several times faster than ``itertuples`` where there are strings."""
    row = namedtuple("Row", map(str, frame.columns), rename=True)  # type: ignore[misc]
    for start in range(0, len(frame), _ROWS):
        part = frame.iloc[start : start + _ROWS]
        yield from map(row._make, zip(*(part.iloc[:, k].tolist() for k in range(part.shape[1])), strict=True))


def listed(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    """Iterate over some columns of a table, much faster than over the columns themselves."""
    return zip(*(frame[name].tolist() for name in names), strict=True)


def shared(values: pd.Series[Any]) -> list[Any]:
    """List the texts of a column; equal ones are one object, here and wherever else they are listed so."""
    codes, known = pd.factorize(values)
    texts: list[Any] = [*map(intern, known.tolist()), None]  # the last for what is missing
    return [texts[code] for code in codes.tolist()]


def mapped(frame: pd.DataFrame, key: str, value: str) -> dict[str, Any]:
    """Return one column of texts by another, of which each text takes memory once however many mappings hold it."""
    return dict(zip(shared(frame[key]), shared(frame[value]), strict=True))


def places(wanted: pd.Series[Any] | Sequence[str], ids: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the row of each of many ids in a column; of several rows one, -1 where there is none."""
    first, second = (arrow.array(texts, type=arrow.large_string(), from_pandas=True) for texts in (wanted, ids))
    found: np.ndarray[Any, np.dtype[np.int64]] = compute.index_in(first, value_set=second).fill_null(-1).to_numpy().astype(np.int64)
    return found


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
    out = frame.copy(deep=False)  # columns are replaced, never changed
    for column in table.columns:
        if column.name in out:
            out[column.name] = _cast(out[column.name], column)
    if table.unique and _rises(out, table.key):  # as most tables are made; sorting a large one would copy it
        return _RISING[name].validate(out, inplace=True)[table.column_names + extra].reset_index(drop=True)
    out = _SCHEMAS[name].validate(out, inplace=True)
    out = out.sort_values(list(table.key), kind="stable", na_position="first", ignore_index=True)
    return out[table.column_names + extra]


def _rises(frame: pd.DataFrame, key: tuple[str, ...]) -> bool:
    """Say whether each row's key is larger than that of the row before; False where a part of one is missing."""
    if not set(key) <= {*frame.columns}:
        return False
    rising = np.zeros(max(0, len(frame) - 1), np.bool_)
    for name in reversed(key):
        before, after = frame[name].array[:-1], frame[name].array[1:]
        rising = np.asarray(before < after, np.bool_) | (np.asarray(before == after, np.bool_) & rising)
    return bool(rising.all())


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
