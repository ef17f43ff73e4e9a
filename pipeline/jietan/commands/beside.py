"""Write some of the export's formats in a second process, which makes ready while this one still works on the run.

Most of what a page or a report of a few hundred comments costs is loading the libraries that write it; the second core does
that meanwhile. What the second process does not write, for whatever reason, is written here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from jietan.errors import JietanError

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["Beside"]

#: What writing the formats imports when it comes to it.
_LOADED = ("sklearn.manifold", "sklearn.decomposition", "jietan.export.flat", "jietan.export.html.chart", "jietan.export.report")


class Beside:
    """A process that writes exports, from the beginning of a ``with`` block to its end.

    Args:
        wanted: Whether there is anything for it to do; without it everything is written in this process.
    """

    def __init__(self, wanted: bool) -> None:
        """Start nothing yet."""
        self._wanted = wanted
        self._process: subprocess.Popen[bytes] | None = None
        self._writing = False

    def __enter__(self) -> Self:
        """Start it, where this machine has a core for it."""
        from joblib import cpu_count

        if self._wanted and cpu_count() > 1:
            with suppress(OSError):  # a machine that lets no further process start does without
                command = [sys.executable, "-P", "-m", "jietan.commands.beside"]
                pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
                self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing)  # noqa: S603 - our own module
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End it, but for a file that it is writing."""
        if self._process:
            if not self._writing:
                self._process.kill()
            self._process.communicate()

    def export(self, run: Run) -> list[Path]:
        """Write the formats of the run's settings; see `jietan.Run.export`.

        Args:
            run: A finished run. One of many comments is written here: its tables would be in memory twice.

        Returns:
            The files written, in the order of the formats.
        """
        from jietan.parallel import LEAST

        first, *others = dict.fromkeys(run.settings.export.formats)
        process = self._process if others and run.manifest["counts"]["comments"] < LEAST else None
        if process is None or process.stdin is None or process.stdout is None:
            return run.export()
        with suppress(OSError):  # it has ended, which shows in its answer
            process.stdin.write(json.dumps({"run": str(run.folder), "formats": others}).encode() + b"\n")
            process.stdin.flush()
            self._writing = True
        written = run.export([first])
        answer = process.stdout.readline()
        self._writing = False
        return written + ([Path(path) for path in json.loads(answer)] if answer else run.export(others))


def main() -> None:
    """Load what writing takes, wait for a run, write it and say which files; nothing is said of what cannot be written."""
    from importlib import import_module

    from jietan.api import Run
    from jietan.garbage import search_seldom

    search_seldom()
    for name in _LOADED:
        import_module(name)

    asked = sys.stdin.readline()
    if asked:
        job = json.loads(asked)
        with suppress(JietanError):
            sys.stdout.write(json.dumps([str(path) for path in Run.load(job["run"]).export(job["formats"])]) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
