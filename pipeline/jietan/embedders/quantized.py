"""The accurate encoder that ships: integer matrix products through onnxruntime, one text at a time, without torch.

The folder is a SentenceTransformer folder with one file more, ``graph.onnx``, the model without its weights. The
weights come from ``model.safetensors`` (eight-bit floats), so the folder holds them once; ``ranges.safetensors`` says how
large the inputs of each matrix get.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from jietan.embedders.base import Kind, Vectors, file_fingerprint, prepare, unit_rows
from jietan.embedders.static import read_tokenizer
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
_MANY = 2000
_LINEAR = {"ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense"}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def is_quantized_folder(folder: Path) -> bool:
    """Tell whether a folder can be read here."""
    return (folder / GRAPH).is_file()


def _eight_bit_floats() -> Vectors:
    """The 256 values of the format e4m3fn: sign, four bits of exponent (bias 7), three of mantissa."""
    codes = np.arange(256)
    exponent, mantissa = (codes >> 3) & 15, codes & 7
    values = np.where(exponent == 0, mantissa / 8 * 2.0**-6, (1 + mantissa / 8) * 2.0 ** (exponent - 7.0))
    values = np.where((codes & 127) == 127, np.nan, values)
    return np.asarray(np.where(codes < 128, values, -values), dtype=np.float32)


def read_weights(path: Path) -> dict[str, Vectors]:
    """Read a safetensors file of float32 and eight-bit float tensors.

    Raises:
        ModelError: The file is missing, damaged, or of other types.
    """
    try:
        data = path.read_bytes()
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + size])
        table, out = _eight_bit_floats(), {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            start, end = (8 + size + x for x in entry["data_offsets"])
            part = memoryview(data)[start:end]
            if entry["dtype"] not in ("F32", "F8_E4M3"):
                raise ValueError(entry["dtype"])
            flat = np.frombuffer(part, np.float32) if entry["dtype"] == "F32" else table[np.frombuffer(part, np.uint8)]
            out[name] = flat.reshape(entry["shape"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"模型的 {path.name} 损坏（{error!r}）", where=str(path.parent), todo=_ADVICE) from error
    return out


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
        self._fingerprint = file_fingerprint([(n, folder / n) for n in _FILES], simplify=simplify)

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
        """Embed texts; see `jietan.embedders.Embedder.encode`. Equal texts are computed once."""
        ready = prepare(texts, simplify=self._simplify)
        # Long ones first: the threads end together.
        distinct = sorted({t for t in ready if t.strip()}, key=lambda t: (-len(t), t))
        place = {t: i for i, t in enumerate(distinct)}
        coded = self._tokenizer.encode_batch([self._prompts[kind] + t for t in distinct])
        rows = np.zeros((len(distinct) + 1, self._dimension), dtype=np.float32)
        with ThreadPoolExecutor(os.process_cpu_count() if hasattr(os, "process_cpu_count") else len(os.sched_getaffinity(0))) as pool:
            done = pool.map(self._one, (c.ids for c in coded))
            watched = track(done, "计算向量", total=len(distinct)) if len(distinct) >= _MANY else done
            for i, row in enumerate(watched):
                rows[i] = row
        return unit_rows(rows)[[place.get(t, len(distinct)) for t in ready]]

    def _one(self, ids: list[int]) -> Vectors:
        tokens = self._words[ids] + self._places[: len(ids)]
        (vector,) = self._run.run(None, {"tokens": tokens})
        return np.asarray(vector[0], dtype=np.float32)
