"""The command line, called in this process or in one of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from jietan.cli import main


@dataclass(frozen=True)
class Result:
    """How a command line ended."""

    code: int
    out: str
    err: str

    def paragraph(self):
        """Return the one paragraph of an error a user can act on."""
        assert self.code == 2, self
        assert "Traceback" not in self.err
        lines = self.err.strip().split("\n")
        assert len(lines) == 1, self.err
        assert lines[0].startswith("错误：")
        assert lines[0].endswith("。")
        return lines[0]


@pytest.fixture
def call(capsys, monkeypatch):
    """Run a command line in this process, and in it alone."""
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")

    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        return Result(ended.value.code, printed.out, printed.err)

    return run


@pytest.fixture
def spawn():
    """Run a command line in a process of its own, as bytes decoded from UTF-8."""

    def run(*words, cwd=None, **environment):
        done = subprocess.run(
            [sys.executable, "-m", "jietan", *map(str, words)],
            capture_output=True,
            cwd=cwd,
            env={**os.environ, **environment},
            check=False,
        )
        return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return run
