"""Which models ship, and how a name becomes an embedder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jietan.embedders.base import Embedder
from jietan.embedders.static import StaticEmbedder, is_static_folder
from jietan.errors import ModelError
from jietan.resources import model_path

__all__ = ["DEFAULT_MODEL", "list_models", "load_embedder"]

DEFAULT_MODEL = "jietan-static-zh"
_SHIPPED = (DEFAULT_MODEL,)
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?")


def load_embedder(model: str | Path = DEFAULT_MODEL, *, simplify: bool = True) -> Embedder:
    """Load an encoder. Nothing is ever downloaded.

    Args:
        model: A shipped model's name (see `list_models`), a SentenceTransformer folder, or the id of a
            SentenceTransformer model that has already been downloaded on this machine.
        simplify: Convert traditional characters to simplified ones before tokenising.

    Returns:
        The embedder.

    Raises:
        ModelError: There is no such model here, or it is damaged.
    """
    name = str(model)
    folder = model_path(name) if name in _SHIPPED else _find_folder(name)
    if is_static_folder(folder):
        return StaticEmbedder(folder, name=name, simplify=simplify)
    from jietan.embedders.transformer import TransformerEmbedder

    return TransformerEmbedder(folder, name=name, simplify=simplify)


def list_models() -> list[dict[str, Any]]:
    """List the models that ship.

    Returns:
        One dict per model: name, path, dimension, size_bytes, licence, description, fingerprint, default.

    Raises:
        ModelError: A shipped model is missing or damaged.
    """
    return [_describe(name) for name in _SHIPPED]


def _describe(name: str) -> dict[str, Any]:
    folder = model_path(name)
    embedder = load_embedder(name)
    try:
        record = json.loads((folder / "training.json").read_text("utf-8"))
        licence, description = str(record["licence"]), str(record["description"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"模型的 training.json 缺失或者损坏（{error}）", where=str(folder), todo="请重新安装 jietan") from error
    return {
        "name": name,
        "path": str(folder),
        "dimension": embedder.dimension,
        "size_bytes": sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()),
        "licence": licence,
        "description": description,
        "fingerprint": embedder.fingerprint,
        "default": name == DEFAULT_MODEL,
    }


def _find_folder(name: str) -> Path:
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if _HUB_ID.fullmatch(name):
        for repo in (name,) if "/" in name else (f"sentence-transformers/{name}", name):
            if (found := _downloaded(repo)) is not None:
                return found
    raise ModelError(
        f"找不到模型“{name}”：它不是随程序附带的模型，不是这台电脑上的文件夹，也没有下载过",
        todo=f"随程序附带的有：{'、'.join(_SHIPPED)}；程序不会自动联网下载，请先把模型下载成文件夹，再给出文件夹的路径",
    )


def _downloaded(repo: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(repo, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError, OSError):
        return None
