"""The generators and targets of ``benchmarks/fuzz.py`` are what these tests use too."""

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))


@pytest.fixture(autouse=True)
def _no_conversion(monkeypatch):
    """Old Word files are not converted: starting LibreOffice takes seconds."""
    monkeypatch.setattr("jietan.reading.reader.find_soffice", lambda: None)
