"""Read: rows of comment files become the table of comments as received."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from jietan.errors import RunFolderError
from jietan.language.normalize import normalize
from jietan.language.personal import find_named, is_anonymous, names_in, submitter_masked
from jietan.parallel import spread
from jietan.reading import ReadResult, Row, read_files
from jietan.runfolder import write_atomically
from jietan.tables import conform

__all__ = ["load_salt", "read", "submitter_key", "unify"]

#: Rows that a process looks at together; each batch brings the names along.
_ROWS = 5000
_COPIED = ("point", "street", "submitted_at", "channel", "article_hint", "stance_hint")


def load_salt(path: str = "") -> bytes:
    """Return the user's own salt, made on first use and kept outside every run folder.

    Args:
        path: File that holds the salt; empty for ``salt`` in ``$JIETAN_HOME`` or ``~/.jietan``.

    Raises:
        RunFolderError: The file cannot be made or read.
    """
    file = Path(path) if path else Path(os.environ.get("JIETAN_HOME") or Path.home() / ".jietan") / "salt"
    if not file.exists():

        def write(temporary: Path) -> None:
            temporary.write_text(secrets.token_hex(16), "ascii")

        write_atomically(file, write)
        file.chmod(0o600)
    try:
        return file.read_bytes().strip()
    except OSError as error:
        raise RunFolderError("读不了提交人指纹的盐文件", where=str(file), todo="请检查权限") from error


def submitter_key(fields: Mapping[str, str | None], salt: bytes) -> str | None:
    """Hash who submitted: the contact where one is given, else the name with its street.

    Args:
        fields: ``contact``, ``submitter`` and ``street`` of a row.
        salt: The user's own.

    Returns:
        Sixteen hex digits; None where the row names nobody.
    """
    contact = normalize(fields.get("contact") or "").replace(" ", "").replace("-", "")
    name = fields.get("submitter")
    if contact and not is_anonymous(contact):
        who = f"contact:{contact}"
    elif name and not is_anonymous(name):
        who = f"name:{normalize(name)}|{normalize(fields.get('street') or '')}"
    else:
        return None
    return hmac.new(salt, who.encode("utf-8"), hashlib.sha256).hexdigest()[:16]


def _likes(value: str | None) -> int | None:
    return int(value) if value and value.isdigit() else None


def _described(rows: Sequence[Row], salt: bytes, names: frozenset[str]) -> list[dict[str, Any]]:
    """What is worked out of some rows; their texts stay where they are."""
    return [
        {
            "submitter_key": submitter_key(row.fields, salt),
            "submitter_masked": submitter_masked(row.fields.get("submitter")),
            "named": [f"{start}-{end}" for start, end in find_named(row.text, names)],
            "likes": _likes(row.fields.get("likes")),
        }
        for row in rows
    ]


def _record(row: Row, described: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {name: row.fields.get(name) for name in _COPIED}
    record |= {"comment_id": row.comment_id, "text": row.text, "text_parts": row.text_parts}
    return record | described | {"source_file": row.source_file, "source_row": row.source_row}


def _content(record: Mapping[str, Any]) -> str:
    """What orders two rows of the same id: everything but their place in the file."""
    return "\x1f".join(str(record[k] or "") for k in ("text", "submitter_key", "point", "submitted_at", "channel", "street", "likes"))


def unify(records: Sequence[dict[str, Any]], taken: frozenset[str] = frozenset()) -> None:
    """Give every record an id of its own, in place.

    An id that several rows share becomes ``id@`` and eight digits of the text's hash; a row without an id gets a hash of
    its text. What still collides, being the same text again, is numbered in the order of its other fields, so that the
    order of the rows never matters.

    Args:
        records: Rows with ``comment_id`` (or None) and ``text``.
        taken: Ids that earlier batches hold.
    """
    counts = Counter(str(r["comment_id"]) for r in records if r["comment_id"])
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        digest = hashlib.sha256(record["text"].encode("utf-8")).hexdigest()
        name = record["comment_id"]
        if not name:
            groups[digest[:16]].append(record)
        elif counts[name] > 1 or name in taken:
            groups[f"{name}@{digest[:8]}"].append(record)
        else:
            groups[name].append(record)
    used = set(taken)
    for name, members in sorted(groups.items()):
        number = 1
        for record in sorted(members, key=_content):
            wanted = name
            while wanted in used:
                number += 1
                wanted = f"{name}-{number}"
            used.add(wanted)
            record["comment_id"] = wanted


def read(
    files: Sequence[Path], column_map: Mapping[str, str], salt: bytes, taken: frozenset[str] = frozenset()
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Read comment files.

    Args:
        files: Comment files of any supported format.
        column_map: Canonical field to column name, where the headers do not tell.
        salt: Secret that makes ``submitter_key`` a fingerprint nobody else can compute.
        taken: Comment ids that are already in the run.

    Returns:
        The tables ``received`` and ``rejects``, and remarks for the user.

    Raises:
        InputError: A file cannot be read, or has no text column.
    """
    result: ReadResult = read_files(files, column_map=column_map or None)
    # who submitted is known here and nowhere later: the names are masked wherever others mention them
    names = frozenset(name for cell in {row.fields.get("submitter") for row in result.rows} for name in names_in(cell))
    described = spread(partial(_described, salt=salt, names=names), result.rows, "读取意见", _ROWS)
    records = [_record(row, found) for row, found in zip(result.rows, described, strict=True)]
    del described
    unify(records, taken)
    received = conform(pd.DataFrame(records), "received")
    rejects = pd.DataFrame(
        [
            {
                "comment_id": r.comment_id,
                "source_file": r.source_file,
                "source_row": r.source_row,
                "stage": "read",
                "reason": r.reason,
            }
            for r in result.rejects
        ]
    )
    return received, conform(rejects, "rejects"), list(result.notes)
