"""What a reader of the scores has to know besides the figures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from jietan.errors import RunFolderError
from jietan.evaluate.matching import Comparison

__all__ = ["missing_table_notes", "training_notes"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", protected_namespaces=())

    name: str
    trained_on: list[str] | None = None


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="ignore")

    models: list[_Model] | None = None


def _manifest(path: Path) -> _Manifest:
    try:
        return _Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise RunFolderError("manifest.json 读不出来或者格式不对", where=str(path), todo="请重新运行 jietan run") from error


def _listed(names: Iterable[str]) -> str:
    return "、".join(sorted(set(names)))


def training_notes(run_folder: Path, fingerprint: str) -> list[str]:
    """Say whether a model of the run has seen the answers it is scored on.

    Args:
        run_folder: The run, whose ``manifest.json`` lists its models and the SHA-256 of the labels they learnt from.
        fingerprint: SHA-256 of the ``gold.jsonl`` scored against.

    Returns:
        Notes in Chinese.

    Raises:
        RunFolderError: The manifest exists and cannot be read.
    """
    path = run_folder / "manifest.json"
    if not path.exists():
        return ["运行文件夹里没有 manifest.json，不知道所用模型是否用这份标注训练过；训练过的话，得分偏高。"]
    models = _manifest(path).models
    if models is None:
        return ["manifest.json 没有登记所用模型，不知道它们是否用这份标注训练过；训练过的话，得分偏高。"]
    notes = []
    if seen := [m.name for m in models if fingerprint in (m.trained_on or ())]:
        notes.append(f"模型 {_listed(seen)} 是用这份标注训练的，以下得分偏高，不能说明它在没见过的意见上的表现。")
    if silent := [m.name for m in models if m.trained_on is None]:
        notes.append(f"模型 {_listed(silent)} 没有登记训练数据，不知道是否用这份标注训练过；训练过的话，得分偏高。")
    return notes


def missing_table_notes(comparison: Comparison) -> list[str]:
    """Say which figures are absent because the run does not have the table."""
    run = comparison.run
    tables = {"pii": run.masks, "links": run.links, "suggestions": run.suggestions, "outcomes": run.outcomes}
    figures = {"pii": "pii", "links": "link", "suggestions": "suggestions 和 rank", "outcomes": "outcome"}
    return [f"没有 tables/{name}.parquet，不计 {figures[name]} 各项。" for name, table in tables.items() if table is None]
