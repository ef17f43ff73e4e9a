"""Read safetensors files without torch, also the small kinds of floats that numpy does not know."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from jietan.embedders.base import Vectors
from jietan.errors import ModelError

__all__ = ["read_weights"]

_ADVICE = "请重新安装 jietan，或者重新取得这个模型文件夹；也可以换用另一个模型"


def _eight_bit_floats() -> Vectors:
    """The 256 values of the format e4m3fn: sign, four bits of exponent (bias 7), three of mantissa."""
    codes = np.arange(256)
    exponent, mantissa = (codes >> 3) & 15, codes & 7
    values = np.where(exponent == 0, mantissa / 8 * 2.0**-6, (1 + mantissa / 8) * 2.0 ** (exponent - 7.0))
    values = np.where((codes & 127) == 127, np.nan, values)
    return np.asarray(np.where(codes < 128, values, -values), dtype=np.float32)


def _floats(kind: str, data: memoryview) -> Vectors:
    if kind == "F8_E4M3":
        return np.asarray(_eight_bit_floats()[np.frombuffer(data, np.uint8)])
    if kind == "BF16":
        return np.asarray((np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32))
    return np.frombuffer(data, {"F64": "<f8", "F32": "<f4", "F16": "<f2"}[kind]).astype(np.float32)


def read_weights(path: Path) -> dict[str, Vectors]:
    """Read a safetensors file; floats of all sizes become float32 (the library's own numpy reader knows no small ones).

    Raises:
        ModelError: The file is missing, damaged, or of other types.
    """
    try:
        data = path.read_bytes()
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + size])
        out: dict[str, Vectors] = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            start, end = (8 + size + x for x in entry["data_offsets"])
            part = memoryview(data)[start:end]
            out[name] = _floats(entry["dtype"], part).reshape(entry["shape"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"模型的 {path.name} 损坏（{error!r}）", where=str(path.parent), todo=_ADVICE) from error
    return out
