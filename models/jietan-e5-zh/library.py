"""Compute the vectors of the bundled library's articles, which ship beside the model.

Usage (about four minutes on two cores)::

    python models/jietan-e5-zh/library.py
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from jietan.embedders import load_embedder
from jietan.law.library import load_library
from jietan.law.vectors import ArticleVectors

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Write library.npz."""
    target = HERE / "library.npz"
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # Only the bundled laws: what the user of this machine has added does not ship.
        os.environ["JIETAN_LIBRARY"] = str(Path(folder) / "none.db")
        vectors = ArticleVectors(load_library().articles, load_embedder(HERE), cache=Path(folder))
        vectors.compute()
        vectors.own.compact()
        (made,) = Path(folder).glob("vectors-*.npz")
        target.write_bytes(made.read_bytes())
    target.chmod(0o644)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
