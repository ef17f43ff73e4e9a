"""Any other SentenceTransformer folder, through sentence-transformers (imported only when such a model is used)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jietan.embedders.base import Kind, Vectors, file_fingerprint, prepare, unit_rows
from jietan.embedders.static import read_modules
from jietan.errors import ModelError

__all__ = ["TransformerEmbedder"]

_NOT_VECTORS = {".md", ".png", ".py", ".gitattributes", ".gitignore"}
_MANY = 2000
_PICKLES = {".bin", ".pt", ".pth", ".pkl", ".ckpt"}


class TransformerEmbedder:
    """A SentenceTransformer model in a local folder.

    Equal texts are embedded once, in a fixed order, so the order of the input changes nothing; which other texts are
    in the same call can still change the last bits of a vector (padding), as with every such model.

    Args:
        folder: The model folder.
        name: The name it was asked for by.
        simplify: Convert traditional characters before tokenising.

    Raises:
        ModelError: The folder is damaged, has pickled weights only, or asks for code of its own.
    """

    def __init__(self, folder: Path, *, name: str, simplify: bool = True) -> None:
        """Check the folder, then load it, on a GPU where torch sees one."""
        _check(folder)
        import torch
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(
                str(folder),
                device="cuda" if torch.cuda.is_available() else "cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
            found = self._model.encode(["街谈"], show_progress_bar=False).shape[-1]
            if found != self._model.get_embedding_dimension():
                raise ValueError(f"{self._model.get_embedding_dimension()} dimensions declared, {found} found")
        except Exception as error:  # many libraries, many kinds of errors; all mean a folder that cannot be used
            raise ModelError(
                f"模型无法载入（{type(error).__name__}: {error}）",
                where=str(folder),
                todo="请重新取得这个模型文件夹，或者使用随程序附带的 jietan-static-zh",
            ) from error
        self._name, self._simplify = name, simplify
        self._fingerprint = file_fingerprint(_vector_files(folder), simplify=simplify)

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
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def fingerprint(self) -> str:
        """sha256 over the model's files and options."""
        return self._fingerprint

    def encode(self, texts: Sequence[str], *, kind: Kind = "query") -> Vectors:
        """Embed texts; see `jietan.embedders.Embedder.encode`. Prompts of the model for ``kind`` are applied."""
        ready = prepare(texts, simplify=self._simplify)
        distinct = sorted({t for t in ready if t.strip()}, key=lambda t: (len(t), t))
        out = np.zeros((len(ready), self.dimension), dtype=np.float32)
        if not distinct:
            return out
        run = self._model.encode_query if kind == "query" else self._model.encode_document
        watched = len(distinct) >= _MANY and sys.stderr.isatty()
        vectors = unit_rows(np.asarray(run(distinct, show_progress_bar=watched, convert_to_numpy=True), dtype=np.float32))
        place = {t: i for i, t in enumerate(distinct)}
        for row, text in enumerate(ready):
            if text in place:
                out[row] = vectors[place[text]]
        return out


def _check(folder: Path) -> None:
    for module in read_modules(folder):
        if not module["type"].startswith("sentence_transformers."):
            raise ModelError(
                f"模型要求运行自带的程序代码（{module['type']}），为安全起见不予载入",
                where=str(folder),
                todo="请换用只由 sentence_transformers 自带部件组成的模型",
            )
    for path in folder.rglob("*"):
        if path.suffix in _PICKLES and not list(path.parent.glob("*.safetensors")):
            raise ModelError(
                f"模型只有 pickle 格式的权重（{path.name}），为安全起见不予载入",
                where=str(folder),
                todo="请把它另存为 safetensors 格式，或者换用随程序附带的 jietan-static-zh",
            )


def _vector_files(folder: Path) -> list[tuple[str, Path]]:
    files = [p for p in folder.rglob("*") if p.is_file() and p.suffix not in _NOT_VECTORS]
    named = [(p.relative_to(folder).as_posix(), p) for p in files]
    return [(n, p) for n, p in named if not any(part.startswith(".") for part in n.split("/"))]
