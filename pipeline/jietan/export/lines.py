"""Lines of a csv file, made of whole columns, which is several times faster than cell by cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute

from jietan.export.wording import FORMULA_STARTS, printable

__all__ = ["cell", "lines"]

_QUOTED = re.compile('[",\r\n]')
#: Texts that do not stand in a file as they are, in the syntax of RE2: formulas, what is quoted, and what is not printable.
_SPECIAL = (
    rf'^[{re.escape("".join(FORMULA_STARTS))}]|[",\r\n\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{{9f}}\x{{fdd0}}-\x{{fdef}}\x{{fffe}}\x{{ffff}}]'
)
_TEXT = arrow.large_string()


def cell(value: Any) -> str | int | float:  # noqa: ANN401  (a cell may hold a value of any type)
    """Return a value as it may stand in a csv file: lists joined, and what a spreadsheet would take for a formula made text.

    Args:
        value: A value of a table.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list):
        value = "；".join(_part(v) for v in value)
    text = printable(str(value))
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def _part(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        return f"{value.get('column', '')}[{value.get('start', '')}-{value.get('end', '')}]"
    return str(value)


def _quoted(value: Any) -> str:  # noqa: ANN401
    found = str(cell(value))
    return '"' + found.replace('"', '""') + '"' if _QUOTED.search(found) else found


def _texts(values: pd.Series[Any] | Sequence[Any]) -> arrow.Array:
    """Texts as they stand in the file; missing ones are null."""
    try:
        found = arrow.array(values, type=_TEXT, from_pandas=True)
    except (arrow.ArrowInvalid, arrow.ArrowTypeError, UnicodeEncodeError):  # other values than texts, or half of a surrogate pair
        return arrow.array([None if v is None else _quoted(v) for v in values], type=_TEXT)
    if isinstance(found, arrow.ChunkedArray):
        found = found.combine_chunks()
    special = compute.match_substring_regex(found, _SPECIAL).fill_null(False)
    if not special.true_count:
        return found
    return compute.replace_with_mask(found, special, arrow.array(map(_quoted, found.filter(special).to_pylist()), type=_TEXT))


def _cells(values: pd.Series[Any] | Sequence[Any]) -> arrow.Array:
    if isinstance(values, pd.Series) and pd.api.types.is_float_dtype(values.dtype):
        places, bits = pd.factorize(values.to_numpy(np.float64, na_value=np.nan).view(np.int64))  # which tells 0.0 and -0.0 apart
        shown = [None if v != v else repr(v) for v in bits.view(np.float64).tolist()]
        return arrow.array(shown, type=_TEXT).take(arrow.array(places))
    if isinstance(values, pd.Series) and pd.api.types.is_numeric_dtype(values.dtype):  # whole numbers, and true or false
        return arrow.array(values, from_pandas=True).cast(_TEXT)
    return _texts(values)


def lines(columns: Sequence[pd.Series[Any] | Sequence[Any]]) -> memoryview:
    """Return the lines of a csv file in UTF-8, as the ``csv`` module writes them.

    Args:
        columns: At least two, of one length; what is missing in a list is None.
    """
    rows = compute.binary_join_element_wise(*map(_cells, columns), arrow.scalar(",", _TEXT), null_handling="replace", null_replacement="")
    found = compute.binary_join_element_wise(rows, arrow.scalar("", _TEXT), arrow.scalar("\r\n", _TEXT))
    size = compute.sum(compute.binary_length(found)).as_py() or 0
    return memoryview(found.buffers()[2] or b"")[:size]
