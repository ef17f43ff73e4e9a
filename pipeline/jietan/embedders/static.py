"""Read a SentenceTransformer folder of the StaticEmbedding kind without torch: a tokenizer and a table of rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jietan.embedders.base import Kind, Vectors, file_fingerprint, prepare, unit_rows
from jietan.embedders.weights import read_weights
from jietan.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["StaticEmbedder", "is_static_folder", "read_modules", "read_tokenizer"]

#: Texts cut into tokens at once, and texts whose rows are added up at once: these rows fit into the processor's own memory.
_BATCH, _SUMMED = 4096, 64
_ADVICE = "请重新安装 jietan，或者重新取得这个模型文件夹；也可以换用另一个模型"


def read_modules(folder: Path) -> list[dict[str, Any]]:
    """Read ``modules.json``, the list of parts of a SentenceTransformer folder.

    Raises:
        ModelError: The file is missing or is not such a list.
    """
    path = folder / "modules.json"
    if not path.is_file():
        raise ModelError(
            "这个文件夹不是 SentenceTransformer 模型，缺少 modules.json",
            where=str(folder),
            todo="请指明含有 modules.json 的模型文件夹，或者使用随程序附带的 jietan-static-zh",
        )
    try:
        modules = json.loads(path.read_text("utf-8"))
        for module in modules:
            module["type"], module["path"] = str(module["type"]), str(module["path"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"模型的 modules.json 损坏（{error}）", where=str(folder), todo=_ADVICE) from error
    if not modules:
        raise ModelError("模型的 modules.json 是空的", where=str(folder), todo=_ADVICE)
    return list(modules)


def is_static_folder(folder: Path) -> bool:
    """Tell whether a folder holds a StaticEmbedding, alone or followed by Normalize."""
    kinds = [m["type"].rsplit(".", 1)[-1] for m in read_modules(folder)]
    return kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])


class StaticEmbedder:
    """Sum of one row per token, scaled to length 1.

    Args:
        folder: A SentenceTransformer folder for which `is_static_folder` holds.
        name: The name it was asked for by.
        simplify: Convert traditional characters before tokenising.

    Raises:
        ModelError: A file is missing or damaged.
    """

    def __init__(self, folder: Path, *, name: str, simplify: bool = True) -> None:
        """Read tokenizer and rows."""
        part = folder / read_modules(folder)[0]["path"]
        self._tokenizer = read_tokenizer(part / "tokenizer.json")
        self._rows = _read_rows(part / "model.safetensors")
        if len(self._rows) != self._tokenizer.get_vocab_size():
            raise ModelError(
                f"模型损坏：词表有 {self._tokenizer.get_vocab_size()} 项，向量却有 {len(self._rows)} 行",
                where=str(folder),
                todo=_ADVICE,
            )
        self._name, self._simplify = name, simplify
        files = [(n, part / n) for n in ("tokenizer.json", "model.safetensors")]
        self._fingerprint = file_fingerprint(files, simplify=simplify)

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process by name."""
        from jietan.embedders.catalog import load_same

        return load_same, (self._name, self._simplify, self._fingerprint)

    @property
    def name(self) -> str:
        """The name the model was asked for by."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._rows.shape[1])

    @property
    def fingerprint(self) -> str:
        """sha256 over tokenizer, rows and options."""
        return self._fingerprint

    def encode(self, texts: Sequence[str], *, kind: Kind = "query") -> Vectors:
        """Embed texts; see `jietan.embedders.Embedder.encode`. ``kind`` makes no difference here."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            out[start : start + _BATCH] = self._encode_batch(texts[start : start + _BATCH])
        return out

    def _encode_batch(self, texts: Sequence[str]) -> Vectors:
        ready = prepare(texts, simplify=self._simplify)
        ids = [e.ids for e in self._tokenizer.encode_batch_fast(ready, add_special_tokens=False)]
        return unit_rows(np.concatenate([self._sums(ids[at : at + _SUMMED]) for at in range(0, len(ids), _SUMMED)]))

    def _sums(self, ids: Sequence[Sequence[int]]) -> Vectors:
        out = np.zeros((len(ids), self.dimension), dtype=np.float32)
        sizes = np.array([len(i) for i in ids], dtype=np.int64)
        filled = np.flatnonzero(sizes)
        if len(filled):
            flat = np.fromiter(chain.from_iterable(ids), dtype=np.int64, count=int(sizes.sum()))
            starts = np.concatenate(([0], np.cumsum(sizes[filled])[:-1]))
            # reduceat adds up each text by itself: its sum does not depend on its neighbours.
            out[filled] = np.add.reduceat(self._rows[flat], starts, axis=0)
        return out


def read_tokenizer(path: Path) -> Tokenizer:
    """Read a tokenizer.json.

    Raises:
        ModelError: The file is missing or damaged.
    """
    from tokenizers import Tokenizer

    if not path.is_file():
        raise ModelError("模型缺少 tokenizer.json", where=str(path.parent), todo=_ADVICE)
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise ModelError(f"模型的 tokenizer.json 损坏（{error}）", where=str(path.parent), todo=_ADVICE) from error
    tokenizer.no_padding()
    return tokenizer


def _read_rows(path: Path) -> Vectors:
    if not path.is_file():
        raise ModelError("模型缺少 model.safetensors", where=str(path.parent), todo=_ADVICE)
    rows = read_weights(path).get("embedding.weight", np.zeros(0, np.float32))
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise ModelError("模型的 model.safetensors 损坏：向量表的形状或数值不对", where=str(path.parent), todo=_ADVICE)
    return rows
