"""Names and contacts of the people who sent comments, read again from the files they came in; nothing of them is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from jietan.errors import InputError
from jietan.language.personal import is_anonymous
from jietan.reading import read_files
from jietan.runfolder import file_hash

__all__ = ["Contact", "read_contacts"]


@dataclass(frozen=True)
class Contact:
    """Who sent a comment, as the source file says.

    Attributes:
        name: Name, or None where it names nobody.
        address: Telephone number, e-mail or whatever the file holds, or None.
    """

    name: str | None
    address: str | None


_Key = tuple[str, int, str]


def _known(path: Path, manifest: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
    """Name under which a run has read a file, and how its columns were understood."""
    if not path.is_file():
        raise InputError("没有这个意见文件", where=str(path), todo="请写明当初交给 jietan run 的意见文件")
    digest = file_hash(path)
    for batch in manifest["batches"]:
        for entry in batch["files"]:
            if entry["sha256"] == digest:
                return str(entry["name"]), batch["map"]
    raise InputError(
        "这个文件不是这次运行读过的意见文件，或者读过以后改动过",
        where=str(path),
        todo="请给出当初交给 jietan run 的那份文件：" + "、".join(e["name"] for b in manifest["batches"] for e in b["files"]),
    )


def read_contacts(files: Iterable[Path], manifest: Mapping[str, Any], comments: pd.DataFrame) -> dict[str, Contact]:
    """Read names and contacts again.

    Args:
        files: Files that the run has read.
        manifest: Manifest of the run, which knows the files by their hashes.
        comments: Table ``comments``.

    Returns:
        Contacts by comment; a comment that two rows of a file fit has none.

    Raises:
        InputError: A file is missing, or is not one that the run has read.
    """
    places: dict[_Key, list[str]] = {}
    for comment, file, row, text in zip(*(comments[c] for c in ("comment_id", "source_file", "source_row", "text")), strict=True):
        places.setdefault((str(file), int(row), str(text)), []).append(str(comment))
    found: dict[str, set[Contact]] = {}
    for path in files:
        name, mapping = _known(path, manifest)
        for row in read_files([path], column_map=mapping or None).rows:
            who = row.fields.get("submitter")
            contact = Contact(None if is_anonymous(who) else who, row.fields.get("contact"))
            for comment in places.get((name, row.source_row, row.text), ()):
                found.setdefault(comment, set()).add(contact)
    return {comment: next(iter(held)) for comment, held in found.items() if len(held) == 1}
