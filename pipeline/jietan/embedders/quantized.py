"""The accurate encoder that ships: integer matrix products through onnxruntime, texts of one length at a time, without torch.

The folder is a SentenceTransformer folder with one file more, ``graph.onnx``, the model without its weights. The
weights come from ``model.safetensors`` (eight-bit floats), so the folder holds them once; ``ranges.safetensors`` says how
large the inputs of each matrix get.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from jietan.embedders.base import Kind, Vectors, file_fingerprint, prepare, unit_rows
from jietan.embedders.static import read_tokenizer
from jietan.embedders.weights import read_weights
from jietan.errors import ModelError
from jietan.log import track

__all__ = ["QuantizedEmbedder", "is_quantized_folder"]

GRAPH = "graph.onnx"
RANGES = "ranges.safetensors"
_FILES = (
    GRAPH,
    RANGES,
    "model.safetensors",
    "2_Dense/model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "config.json",
    "config_sentence_transformers.json",
)
_ADVICE = "请重新安装 jietan，或者重新取得这个模型文件夹"
#: Whole steps to either side of zero. With more, the sum of two products overflows sixteen bits on processors without
#: VNNI, and vectors differ between machines; unsigned weights would avoid that at a third of the speed.
_STEPS = 64
_MANY, _REMEMBERED = 2000, 50_000
#: Tokens of the texts of one length that are computed together; more do not stay in the processor's cache.
_TOGETHER = 256
_LINEAR = {"ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense"}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def is_quantized_folder(folder: Path) -> bool:
    """Tell whether a folder can be read here."""
    return (folder / GRAPH).is_file()


def _integers(name: str, weight: Vectors, bias: Vectors, largest: Vectors) -> dict[str, np.ndarray[Any, Any]]:
    """Round a matrix (out, in) to integers, one scale for each output.

    Inputs are divided and weights multiplied channel by channel, so that large inputs and large weights share the loss.
    """
    strength = np.maximum(np.abs(weight).max(axis=0), 1e-5)
    factor = np.sqrt(np.maximum(largest, 1e-5) / strength).astype(np.float32)
    factor = np.clip(factor, 1e-2, 1e2)
    weight = weight * factor
    scale = np.abs(weight).max(axis=1) / _STEPS
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    whole = np.rint(weight / scale[:, None]).astype(np.int8)
    return {f"{name}.q": np.ascontiguousarray(whole.T), f"{name}.scale": scale, f"{name}.bias": bias, f"{name}.ease": 1 / factor}


def _graph_weights(
    w: dict[str, Vectors], projection: dict[str, Vectors], ranges: dict[str, Vectors], layers: int
) -> dict[str, np.ndarray[Any, Any]]:
    out: dict[str, np.ndarray[Any, Any]] = {
        "eln.weight": w["embeddings.LayerNorm.weight"],
        "eln.bias": w["embeddings.LayerNorm.bias"],
        "projection.weight": np.ascontiguousarray(projection["linear.weight"].T),
        "projection.bias": projection["linear.bias"],
    }
    for i in range(layers):
        at = f"encoder.layer.{i}."
        parts = [f"{at}attention.self.{x}" for x in ("query", "key", "value")]
        qkv, bias = (np.concatenate([w[f"{p}.{kind}"] for p in parts]) for kind in ("weight", "bias"))
        out |= _integers(f"l{i}.qkv", qkv, bias, ranges[f"l{i}.qkv"])
        for short, long in _LINEAR.items():
            out |= _integers(f"l{i}.{short}", w[f"{at}{long}.weight"], w[f"{at}{long}.bias"], ranges[f"l{i}.{short}"])
        for short, long in _NORMS.items():
            out |= {f"l{i}.{short}.{kind}": w[f"{at}{long}.{kind}"] for kind in ("weight", "bias")}
    return out


def _session(graph: Path, weights: dict[str, np.ndarray[Any, Any]]) -> Any:  # noqa: ANN401  (onnxruntime has no types)
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(v)) for v in weights.values()]
    options.add_external_initializers(list(weights), values)
    return onnxruntime.InferenceSession(graph.read_bytes(), options, providers=["CPUExecutionProvider"])


class QuantizedEmbedder:
    """A BERT encoder with mean pooling and a projection, in eight-bit integers.

    Args:
        folder: A folder for which `is_quantized_folder` holds.
        name: The name it was asked for by.
        simplify: Convert traditional characters before tokenising.

    Raises:
        ModelError: A file is missing or damaged.
    """

    def __init__(self, folder: Path, *, name: str, simplify: bool = True) -> None:
        """Read everything and prepare the session."""
        missing = [n for n in _FILES if not (folder / n).is_file()]
        if missing:
            raise ModelError(f"模型缺少 {'、'.join(missing)}", where=str(folder), todo=_ADVICE)
        self._tokenizer = read_tokenizer(folder / "tokenizer.json")
        weights = read_weights(folder / "model.safetensors")
        projection, ranges = read_weights(folder / "2_Dense" / "model.safetensors"), read_weights(folder / RANGES)
        try:
            layers = int(json.loads((folder / "config.json").read_text("utf-8"))["num_hidden_layers"])
            self._prompts = dict(json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))["prompts"])
            self._words = weights["embeddings.word_embeddings.weight"]
            place = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
            self._places, self._dimension = place, len(projection["linear.bias"])
            self._run = _session(folder / GRAPH, _graph_weights(weights, projection, ranges, layers))
        except Exception as error:  # onnxruntime raises many kinds; all mean a folder that cannot be used
            raise ModelError(f"模型无法载入（{type(error).__name__}: {error}）", where=str(folder), todo=_ADVICE) from error
        self._tokenizer.enable_truncation(int(json.loads((folder / "tokenizer_config.json").read_text("utf-8"))["model_max_length"]))
        self._name, self._simplify = name, simplify
        self._memory: dict[str, Vectors] = {"": np.zeros(self._dimension, np.float32)}
        self._fingerprint = file_fingerprint([(n, folder / n) for n in _FILES], simplify=simplify)

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
        return self._dimension

    @property
    def fingerprint(self) -> str:
        """sha256 over the files that decide the vectors, and the options."""
        return self._fingerprint

    def encode(self, texts: Sequence[str], *, kind: Kind = "query") -> Vectors:
        """Embed texts; see `jietan.embedders.Embedder.encode`. Equal texts are computed once, also in later calls."""
        full = [self._prompts[kind] + t if t.strip() else "" for t in prepare(texts, simplify=self._simplify)]
        new = sorted(set(full) - self._memory.keys())
        if len(self._memory) + len(new) > _REMEMBERED:
            self._memory = {"": self._memory[""]}
            new = sorted(set(full) - {""})
        self._memory |= zip(new, self._compute(new), strict=True)
        return np.array([self._memory[t] for t in full], dtype=np.float32).reshape(len(full), self._dimension)

    def _compute(self, texts: list[str]) -> Vectors:
        from joblib import cpu_count

        coded = [c.ids for c in self._tokenizer.encode_batch(texts)]
        rows = np.zeros((len(texts), self._dimension), dtype=np.float32)
        groups = _groups([len(ids) for ids in coded])
        with ThreadPoolExecutor(cpu_count()) as pool:
            done = pool.map(lambda group: self._several([coded[i] for i in group]), groups)
            for group, vectors in zip(groups, track(done, "计算向量", total=len(groups)) if len(texts) >= _MANY else done, strict=True):
                rows[group] = vectors
        return unit_rows(rows)

    def _several(self, texts: list[list[int]]) -> Vectors:
        """Embed texts of one length; not one bit of a row depends on the others."""
        ids = np.array(texts)
        (vectors,) = self._run.run(None, {"tokens": self._words[ids] + self._places[: ids.shape[1]]})
        return np.asarray(vectors, dtype=np.float32)


def _groups(lengths: list[int]) -> list[list[int]]:
    """Put texts of the same number of tokens together, the longest first: then the threads end together."""
    places: dict[int, list[int]] = {}
    for i, length in enumerate(lengths):
        places.setdefault(length, []).append(i)
    out = []
    for length in sorted(places, reverse=True):
        size = max(1, _TOGETHER // max(1, length))
        out += [places[length][at : at + size] for at in range(0, len(places[length]), size)]
    return out
