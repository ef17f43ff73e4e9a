"""Write the tables as csv and the suggestions as json, masked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from jietan.export.figures import figures, period
from jietan.export.files import write
from jietan.export.lines import lines
from jietan.export.method import CAUTIONS, run_facts
from jietan.export.quotes import Quote, pick, quote
from jietan.export.rows import Rows
from jietan.export.sheets.suggestions import opposed
from jietan.export.view import View
from jietan.export.wording import NOTICE, changes, place
from jietan.garbage import give_back
from jietan.parallel import LEAST, end_workers, here_if, spread
from jietan.stored import Stored
from jietan.tables import CONTRACT_TABLES, TABLES

__all__ = ["write_json", "write_tables"]

_Row = dict[str, Any]
_QUOTES_OF_THEME = 5
#: Rows of a table that are made at a time.
_TOGETHER = 50_000


def _names(table: str, rows: Rows) -> list[str]:
    """Columns that may leave: those of the contract, the score's components and the sentence on the rank; others could hold raw text."""
    known = TABLES[table].column_names
    return known + [n for n in rows.names if n not in known and (n.startswith("score_") or n == "why")]


class _Columns(dict[str, list[Any]]):
    """Columns of a table as lists, each made when it is first looked at."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, name: str) -> list[Any]:
        self[name] = self._rows.column(name)
        return self[name]

    def every(self) -> dict[str, list[Any]]:
        """Return all columns."""
        return {name: self[name] for name in self._rows.names}


def _comments(view: View, columns: _Columns) -> None:
    masker, ids = view.masker, columns["comment_id"]
    personal = set(masker.personal(ids))
    columns["text"] = [masker.text(c) if c in personal else t for c, t in zip(ids, columns["text"], strict=True)]
    files = {f: PurePath(f).name for f in set(columns["source_file"])}
    columns["source_file"] = [files[f] for f in columns["source_file"]]
    for name in ("article_hint", "stance_hint"):
        columns[name] = [masker.scrub(t, [c]) if c in personal else t for c, t in zip(ids, columns[name], strict=True)]


def _opinions(view: View, columns: _Columns) -> None:
    masker, ids = view.masker, columns["comment_id"]
    personal = set(masker.personal(ids))
    rows = zip(ids, columns["start"], columns["end"], columns["text"], strict=True)
    columns["text"] = [masker.text(c, start, end) if c in personal else t for c, start, end, t in rows]


def _theme(view: View, row: _Row) -> None:
    row["title"] = view.theme_titles[row["theme_id"]]
    row["keywords"] = [view.masker.scrub(k, view.personal_of_theme.get(row["theme_id"], ())) for k in row["keywords"]]


def _naming(view: View, row: _Row) -> None:
    for name in ("part", "detail"):
        row[name] = view.masker.scrub(row[name], view.personal_of_theme.get(row["theme_id"], ()))


def _demands(view: View, columns: _Columns) -> None:
    masker, ids = view.masker, columns["comment_id"]
    personal = set(masker.personal(ids))
    rows = zip(ids, columns["start"], columns["end"], columns["said"], strict=True)
    columns["said"] = [masker.text(c, int(a), int(b)) if c in personal and a is not None else t for c, a, b, t in rows]
    columns["words"] = [masker.scrub(t, [c]) if c in personal else t for c, t in zip(ids, columns["words"], strict=True)]


def _suggestion(view: View, row: _Row) -> None:
    for name in ("title", "proposed_text", "reason"):
        row[name] = view.suggestion_text(row, name)
    if "differs" in row:
        row["differs"] = [said for _, said in opposed(view, row)]


def _reject(view: View, row: _Row) -> None:
    row["source_file"] = PurePath(row["source_file"] or "").name
    if row["comment_id"] in view.comment_at:
        row["reason"] = view.masker.scrub(row["reason"], [row["comment_id"]])


def _each(change: Callable[[View, _Row], None]) -> Callable[[View, _Columns], None]:
    """Make what changes one row change the columns of many."""

    def change_all(view: View, columns: _Columns) -> None:
        every = columns.every()
        rows = [dict(zip(every, values, strict=True)) for values in zip(*every.values(), strict=True)]
        for row in rows:
            change(view, row)
        for name in every:
            columns[name] = [row[name] for row in rows]

    return change_all


_MASKED: dict[str, Callable[[View, _Columns], None]] = {
    "comments": _comments,
    "opinions": _opinions,
    "themes": _each(_theme),
    "namings": _each(_naming),
    "demands": _demands,
    "suggestions": _each(_suggestion),
    "rejects": _each(_reject),
}


def _table(path: Path, view: View, name: str) -> None:
    mask, names = _MASKED.get(name), list[str]()
    with path.open("wb") as file:
        for rows in view.pieces(name, _TOGETHER):
            if not names:
                names = _names(name, rows)
                file.write(",".join(names).encode("utf-8-sig") + b"\r\n")
            columns = _Columns(rows)
            if mask:
                mask(view, columns)
            file.write(lines([columns[n] if n in columns else rows.whole(n) for n in names]))


def write_tables(view: View, folder: Path) -> list[Path]:
    """Write one csv file per contract table.

    Texts are masked, lists are joined, and a cell that a spreadsheet would take for a formula gets an apostrophe.

    Args:
        view: The run.
        folder: Where the files go.

    Returns:
        The files, in the order of the tables.
    """
    if isinstance(view.tables, Stored) and view.tables.count("comments") >= LEAST:
        lean = replace(view, vectors=None, remarks=dict(view.remarks))  # each process reads what its tables need
        give_back()
        with here_if(True):
            written = spread(partial(_write, view=lean, folder=folder), CONTRACT_TABLES, "导出表格", 1, least=1)
        end_workers()  # each still has the memory of the tables that it wrote
        return written
    return _write(CONTRACT_TABLES, view, folder)


def _write(names: Sequence[str], view: View, folder: Path) -> list[Path]:
    return [write(folder / f"{name}.csv", partial(_table, view=view, name=name)) for name in names]


def _quotes(found: Iterable[Quote]) -> list[_Row]:
    return [
        {
            "opinion_id": q.opinion_id,
            "comment_id": q.comment_id,
            "text": q.text,
            "kind": q.kind,
            "point": q.point or None,
            "street": q.street or None,
            "submitter": q.submitter,
            "submitted_at": q.submitted_at or None,
        }
        for q in found
    ]


def _json_suggestion(view: View, row: _Row) -> _Row:
    known = TABLES["suggestions"].column_names
    out = {k: v for k, v in row.items() if k in known or k == "why" or k.startswith("score_")}
    _suggestion(view, out)
    out["place"] = place(row, view.draft_law)
    out["reviewed"] = view.reviewed(row)
    out["theme"] = view.theme_titles.get(row["theme_id"] or "")
    out["comments"] = view.comments_of(row["evidence"])
    out["changes"] = [{"op": op, "text": text} for op, text in changes(row, out["proposed_text"])]
    out["quotes"] = _quotes(quote(view, o) for o in row["evidence"])
    return out


def _json_theme(view: View, row: _Row) -> _Row:
    out = {k: v for k, v in row.items() if k in TABLES["themes"].column_names}
    _theme(view, out)
    out["quotes"] = _quotes(pick(view, row["exemplars"], _QUOTES_OF_THEME))
    return out


def _default(value: Any) -> Any:  # noqa: ANN401
    return value.tolist() if hasattr(value, "tolist") else str(value)


def write_json(path: Path, view: View) -> None:
    """Write suggestions with their evidence, themes, figures and what is known of the run.

    Args:
        path: File to write.
        view: The run.
    """
    content = {
        "notice": NOTICE,
        "cautions": list(CAUTIONS),
        "draft_title": view.title or None,
        "period": period(view) or None,
        "run": run_facts(view.run_info),
        "figures": figures(view).to_dict(),
        "suggestions": [_json_suggestion(view, s) for s in view.suggestions],
        "themes": [_json_theme(view, t) for t in view.themes],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2, default=_default) + "\n", encoding="utf-8")
