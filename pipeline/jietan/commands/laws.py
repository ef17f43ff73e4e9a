"""``jietan laws``: the library of laws."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import batched  # placeholder
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
