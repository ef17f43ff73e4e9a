"""Proof by search: pieces that only a person wrote are looked for in every file of a folder, packed ones unpacked."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as parquet

__all__ = ["LENGTH", "pieces_of", "residue"]

#: Characters of a piece.
LENGTH = 8


def pieces_of(texts: Iterable[str], others: Collection[str]) -> list[str]:
    """Return every piece of eight characters that stands in some texts and in no other.

    Args:
        texts: What a person wrote.
        others: Everything else that may hold the same words: other people's comments, articles.

    Returns:
        The pieces in order; a text of fewer characters is a piece itself where it has five or more.
    """
    found: set[str] = set()
    for text in texts:
        found |= {text[at : at + LENGTH] for at in range(max(1, len(text) - LENGTH + 1))}
    whole = "\x1f".join(others)
    return sorted(piece for piece in found if len(piece.strip()) >= LENGTH - 3 and piece not in whole)


def _contents(path: Path) -> Iterator[bytes]:
    """What a file holds: a table's values, the parts of a package, the bytes themselves."""
    if path.suffix == ".parquet":
        table = parquet.read_table(path)
        yield "\n".join(str(column) for column in table.to_pydict().values()).encode("utf-8", "surrogatepass")
        yield "\n".join(map(_plain, table.to_pylist())).encode("utf-8", "surrogatepass")
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            yield from (package.read(name) for name in package.namelist())
    elif path.suffix == ".gz":
        yield gzip.decompress(path.read_bytes())
    yield path.read_bytes()


def _plain(value: object) -> str:
    """All texts inside a row, one after another."""
    if isinstance(value, dict):
        return "\n".join(map(_plain, value.values()))
    return "\n".join(map(_plain, value)) if isinstance(value, list) else str(value)


def residue(folder: Path, pieces: Collection[str]) -> dict[str, list[str]]:
    """Look for pieces in every file below a folder.

    Args:
        folder: Where to look.
        pieces: What to look for.

    Returns:
        Name of each file that holds any, with those that it holds.
    """
    wanted = [(piece, _forms(piece)) for piece in pieces]
    found: dict[str, list[str]] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        held = list(_contents(path))
        here = [piece for piece, forms in wanted if any(form in content for form in forms for content in held)]
        if here:
            found[path.relative_to(folder).as_posix()] = here
    return found


def _forms(piece: str) -> set[bytes]:
    r"""The bytes that a piece can be: in UTF-8, in UTF-16, and as ``\u5efa`` in JSON."""
    marked = piece.encode("utf-8", "surrogatepass"), piece.encode("utf-16-le", "surrogatepass")
    return {*marked, piece.encode("ascii", "backslashreplace")}
