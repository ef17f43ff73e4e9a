"""Where models and corpora lie: an explicit folder, the installed wheel, or a checkout."""

from __future__ import annotations

import os
from pathlib import Path

from jietan.errors import ModelError

__all__ = ["corpus_path", "model_path", "model_weights", "resource_path"]

_PACKAGE = Path(__file__).resolve().parent


def _roots() -> list[Path]:
    roots = []
    if explicit := os.environ.get("JIETAN_DATA"):
        roots.append(Path(explicit))
    roots.append(_PACKAGE / "_data")
    roots.append(_PACKAGE.parent.parent)
    return roots


def resource_path(kind: str, name: str) -> Path:
    """Find a file or folder that ships with the project.

    Args:
        kind: ``"models"`` or ``"corpora"``.
        name: Path below that folder.

    Returns:
        The first existing path among ``$JIETAN_DATA``, the wheel's ``_data`` and the checkout.

    Raises:
        ModelError: Nothing of that name ships.
    """
    for root in _roots():
        path = root / kind / name
        if path.exists():
            return path
    raise ModelError(f"找不到随程序附带的文件 {kind}/{name}", todo="请重新安装 jietan，或者用环境变量 JIETAN_DATA 指明所在文件夹")


def model_path(name: str) -> Path:
    """Return the folder of a shipped model."""
    return resource_path("models", name)


def model_weights(name: str, what: str) -> tuple[bytes, str]:
    """Return the weights of a small model and the folder they lie in.

    Args:
        name: Name below ``models/``, or a folder.
        what: The model in Chinese, for messages.

    Raises:
        ModelError: The folder or its weights.json is missing.
    """
    folder = Path(name) if Path(name).is_dir() else model_path(name)
    try:
        return (folder / "weights.json").read_bytes(), str(folder)
    except OSError as error:
        raise ModelError(f"{what}缺失或已损坏", where=str(folder), todo="请重新安装 jietan") from error


def corpus_path(name: str) -> Path:
    """Return a shipped corpus file or folder."""
    return resource_path("corpora", name)
