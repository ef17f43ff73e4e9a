"""The wheel, built from this checkout and installed with all it depends on into an environment of its own.

The environment lies in the folder for temporary files, outside the checkout, and is kept until a dependency changes.
Run as a script it is prepared beforehand, so that the tests need no network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["ROOT", "build_wheel", "environment", "executable", "install"]

ROOT = Path(__file__).resolve().parents[2]
_DECIDING = ("pyproject.toml", "constraints.txt")


def environment() -> Path:
    """Return where the environment lies."""
    checkout = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"jietan-wheel-{os.environ.get('USER', 'user')}-{checkout}"


def executable(name: str) -> Path:
    """Return a command of the environment."""
    folder = environment() / ("Scripts" if os.name == "nt" else "bin")
    return folder / (f"{name}.exe" if os.name == "nt" else name)


def build_wheel(folder: Path) -> Path:
    """Build the wheel of this checkout into a folder."""
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path) -> None:
    """Install a wheel into the environment; what it depends on only where that has changed."""
    place, stamp = environment(), environment() / "jietan.stamp"
    wanted = hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in _DECIDING)).hexdigest() + sys.version
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        _run(str(executable("python")), "-m", "pip", "install", "--no-index", "--no-deps", "--force-reinstall", str(wheel))
        return
    shutil.rmtree(place, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(place))
    _run(str(executable("python")), "-m", "pip", "install", "-c", str(ROOT / "constraints.txt"), str(wheel))
    stamp.write_text(wanted, "utf-8")


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=tempfile.gettempdir(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")


if __name__ == "__main__":
    if sys.argv[1:] == ["remove"]:
        shutil.rmtree(environment(), ignore_errors=True)
        sys.exit()
    with tempfile.TemporaryDirectory() as built:
        install(build_wheel(Path(built)))
