"""Arrays that are slow to compute, kept in the user's cache folder; losing them costs only time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from jietan.log import get_logger

__all__ = ["cache_folder", "content_key", "load_arrays", "prune", "save_arrays"]

_LOG = get_logger(__name__)


def cache_folder() -> Path:
    """Return the folder for caches: ``$JIETAN_CACHE``, else the platform's own place. It need not exist."""
    if explicit := os.environ.get("JIETAN_CACHE"):
        return Path(explicit)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "jietan" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "jietan"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jietan"


def content_key(parts: Iterable[str]) -> str:
    """Return a key of 24 hex digits for a sequence of strings."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()[:24]


def load_arrays(path: Path) -> tuple[dict[str, np.ndarray], list[str]] | None:
    """Read what :func:`save_arrays` wrote.

    Args:
        path: An ``.npz`` file.

    Returns:
        The arrays and the words, or None where the file is missing or damaged. Nothing is unpickled.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        words = json.loads(arrays.pop("words").tobytes().decode("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        _LOG.info("缓存文件已损坏，将重新计算：%s", path)
        return None
    return arrays, [str(word) for word in words]


def save_arrays(path: Path, arrays: Mapping[str, np.ndarray], words: list[str]) -> bool:
    """Write arrays and words under a temporary name, then rename.

    Args:
        path: An ``.npz`` file; its folder is made.
        arrays: Arrays of numbers.
        words: Strings to keep with them.

    Returns:
        False where the place cannot be written, which is not an error.
    """
    text = np.frombuffer(json.dumps(words, ensure_ascii=False).encode("utf-8"), dtype=np.uint8)
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as stream:
            named: dict[str, Any] = {**arrays, "words": text}
            np.savez(stream, **named)
        os.replace(temporary, path)
    except OSError as error:
        _LOG.info("缓存文件夹不能写入，下次还要重新计算：%s", error)
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        return False
    return True


def prune(folder: Path, newest: Path, keep: int) -> None:
    """Remove the oldest files that are named like the newest (a content key), so that the cache does not grow for ever.

    Args:
        folder: The cache.
        newest: The file just written; it stays.
        keep: How many stay in all.
    """
    found = []
    for path in folder.glob("?" * len(newest.name)):
        if path != newest and re.fullmatch(r"[0-9a-f]{24}\.npz", path.name):
            try:
                found.append((-path.stat().st_mtime, path))
            except OSError:  # another process was quicker
                continue
    for _, path in sorted(found)[keep - 1 :]:
        path.unlink(missing_ok=True)
