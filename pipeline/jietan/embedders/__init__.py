"""The only place that knows model formats.

::

    load_embedder("jietan-static-zh")   the encoder that ships (no torch, no network)
    load_embedder(Path("模型文件夹"))      any SentenceTransformer folder
    load_embedder("组织/模型名")          a SentenceTransformer model already downloaded on this machine
"""

from __future__ import annotations

from jietan.embedders.base import Embedder, Kind, Vectors
from jietan.embedders.catalog import DEFAULT_MODEL, list_models, load_embedder

__all__ = ["DEFAULT_MODEL", "Embedder", "Kind", "Vectors", "list_models", "load_embedder"]
