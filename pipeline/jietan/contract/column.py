"""What a table of a run is declared with: its columns, their types and meanings, and the order of its rows."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KINDS", "OPERATIONS", "STANCES", "TRIAGE", "Column", "Table", "columns"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        name: Column name.
        kind: ``str``, ``int``, ``float``, ``bool``, ``list`` (of strings) or ``parts`` (of text parts).
        nullable: Whether a value may be missing.
        allowed: The only values allowed, where the set is closed.
        about: What it holds, in Chinese.
    """

    name: str
    kind: str
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its columns in order and the key its rows are sorted by.

    Args:
        name: Name of the table and of its file.
        columns: The columns of the contract.
        key: Columns that the rows are sorted by.
        about: What a row is, in Chinese, without a full stop.
        unique: Whether no two rows have the same key.
        note: What else a reader must know, in Chinese.
        extra: Columns that stand behind those of the contract and are not checked.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    about: str
    unique: bool = True
    note: str = ""
    extra: tuple[Column, ...] = ()

    @property
    def column_names(self) -> list[str]:
        """Names of the contract columns, in order."""
        return [c.name for c in self.columns]


TRIAGE = ("legislative", "governance", "personal", "off_topic", "empty")
KINDS = ("建议", "支持", "反对", "问题", "理由")
STANCES = ("support", "oppose", "modify", "neutral")
OPERATIONS = ("增加", "修改", "删除", "细化", "保留", "释明", "none")

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


def columns(spec: str) -> tuple[Column, ...]:
    """Read the columns of a table.

    Args:
        spec: A line ``name:kind meaning`` for each, a question mark after the kind allowing missing values; further lines of the
            meaning are set in.
    """
    items: list[str] = []
    for line in spec.splitlines():
        if line.startswith(" "):
            items[-1] += line.strip()
        elif line:
            items.append(line)
    out = []
    for item in items:
        head, _, about = item.partition(" ")
        name, kind = head.split(":")
        out.append(Column(name, kind.rstrip("?"), kind.endswith("?"), _CLOSED.get(name, ()), about))
    return tuple(out)
