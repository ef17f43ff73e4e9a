"""Which models ship, and how a name becomes an embedder."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

from jietan.embedders.base import Embedder
from jietan.embedders.quantized import QuantizedEmbedder, is_quantized_folder
from jietan.embedders.static import StaticEmbedder, is_static_folder
from jietan.errors import ModelError
from jietan.resources import model_path

__all__ = ["DEFAULT_MODEL", "list_models", "load_embedder", "load_same"]

DEFAULT_MODEL = "jietan-e5-zh"
_SHIPPED = ("jietan-e5-zh", "jietan-static-zh")
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
    _verify(folder)
    if is_static_folder(folder):
        return StaticEmbedder(folder, name=name, simplify=simplify)
    if is_quantized_folder(folder) and not _has_gpu():
        return QuantizedEmbedder(folder, name=name, simplify=simplify)
    from jietan.embedders.transformer import TransformerEmbedder

    return TransformerEmbedder(folder, name=name, simplify=simplify)


@lru_cache(maxsize=2)
def load_same(name: str, simplify: bool, fingerprint: str) -> Embedder:
    """Load the model that another process has.

    Args:
        name: As for `load_embedder`.
        simplify: Likewise.
        fingerprint: That of the other's model.

    Raises:
        ModelError: There is no such model here, or it is another one.
    """
    embedder = load_embedder(name, simplify=simplify)
    if embedder.fingerprint != fingerprint:
        raise ModelError("各处的向量模型不是同一个", where=name, todo="请在每台机器上安装同一版本的 jietan 和同一个模型文件夹")
    return embedder


def _has_gpu() -> bool:
    """Tell whether torch sees a GPU; torch is imported only where a driver is there."""
    if shutil.which("nvidia-smi") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())


def _record(folder: Path) -> dict[str, Any]:
    """Read training.json, which the models made by this project's recipes have."""
    try:
        found = json.loads((folder / "training.json").read_text("utf-8"))
        return {"weights": {}} | dict(found)
    except FileNotFoundError:
        return {"weights": {}}
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"模型的 training.json 损坏（{error}）", where=str(folder), todo="请重新安装 jietan") from error


def _verify(folder: Path) -> None:
    """Compare the weights with the hashes recorded when they were made."""
    for name, wanted in _record(folder)["weights"].items():
        path = folder / name
        if not path.is_file():
            raise ModelError(f"模型缺少 {name}", where=str(folder), todo="请重新安装 jietan，或者重新取得这个模型文件夹")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != wanted:
                raise ModelError(
                    f"模型的 {name} 损坏或者被改动过，与 training.json 记录的 sha256 不符",
                    where=str(folder),
                    todo="请重新安装 jietan；自己重新训练的模型，请连同新的 training.json 一起使用",
                )


def list_models() -> list[dict[str, Any]]:
    """List the models that ship.

    Returns:
        One dict per model: name, path, dimension, size_bytes, licence, description, figures (from scores.json),
        fingerprint, default.

    Raises:
        ModelError: A shipped model is missing or damaged.
    """
    return [_describe(name) for name in _SHIPPED]


def _describe(name: str) -> dict[str, Any]:
    folder = model_path(name)
    embedder = load_embedder(name)
    record = _record(folder)
    if not {"licence", "description"} <= set(record):
        raise ModelError("模型的 training.json 缺失或者损坏", where=str(folder), todo="请重新安装 jietan")
    scores = folder / "scores.json"
    return {
        "name": name,
        "path": str(folder),
        "dimension": embedder.dimension,
        "size_bytes": sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()),
        "licence": str(record["licence"]),
        "description": str(record["description"]),
        "figures": json.loads(scores.read_text("utf-8")) if scores.is_file() else {},
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
