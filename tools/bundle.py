"""Gather everything into a folder for a PC without a network: wheels, a start script, 开始使用.txt.

Usage::

    python tools/bundle.py [--out FOLDER] [--platform NAME ...] [--python 3.11]

Needs the extra ``bundle`` and a network; the PC that gets the folder needs Python of the same version alone. Written is one
folder for each platform, ``jietan-VERSION-PLATFORM``, with the hash of every wheel in ``wheels.txt``.

The two models that ship need no torch, so the bundle leaves out sentence-transformers and torch, which only other models
need, and is a fifth of the size.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PLATFORMS", "Platform", "bundle", "main", "write_papers", "write_practice"]

ROOT = Path(__file__).resolve().parents[1]
_HERE = Path(__file__).resolve().parent / "bundle"
#: Only other models than those that ship need it, and it draws torch.
_LEFT_OUT = ("sentence-transformers",)
#: No wheels, but pure Python.
_SOURCES = ("jieba==", "proces==")
#: Files of the sample, and their names in the tutorial.
_PRACTICE = {"comments.xlsx": "意见.xlsx", "draft.docx": "草案.docx", "final.docx": "通过文本.docx", "points.csv": "采集点.csv"}
_PIP = (sys.executable, "-m", "pip")


@dataclass(frozen=True)
class Platform:
    """A kind of PC.

    Args:
        name: What wheels for it are called.
        resolver: What uv calls it.
        tags: Names of wheels that run there.
    """

    name: str
    resolver: str
    tags: tuple[str, ...]

    @property
    def start(self) -> str:
        """The start script's name."""
        return "start.bat" if self.name.startswith("win") else "start.sh"


def _linux(machine: str) -> tuple[str, ...]:
    return (*(f"manylinux_2_{minor}_{machine}" for minor in range(28, 16, -1)), f"manylinux2014_{machine}")


PLATFORMS = {
    p.name: p
    for p in (
        Platform("win_amd64", "x86_64-pc-windows-msvc", ("win_amd64",)),
        Platform("manylinux_x86_64", "x86_64-manylinux_2_28", (*_linux("x86_64"), "manylinux2010_x86_64", "manylinux1_x86_64")),
        Platform("manylinux_aarch64", "aarch64-manylinux_2_28", _linux("aarch64")),
    )
}


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")


def _wanted() -> list[str]:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    return [line for line in listed if not line.startswith(_LEFT_OUT)]


def _pins(platform: Platform, python: str, work: Path) -> list[str]:
    """Resolve what the program needs on a platform to exact versions."""
    (work / "wanted.in").write_text("\n".join(_wanted()), "utf-8")
    target = work / f"{platform.name}.txt"
    places = ("--python-platform", platform.resolver, "--python-version", python)
    _run(
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--no-header",
        "--no-annotate",
        *places,
        str(work / "wanted.in"),
        "-o",
        str(target),
    )
    return target.read_text("utf-8").split()


def _fetch(pins: list[str], platform: Platform, python: str, wheels: Path, built: Path) -> None:
    """Download a wheel for every pin; what comes as source alone is built here, for every machine."""
    fits = [f"--platform={tag}" for tag in (*platform.tags, "any")]
    fits += ["--implementation=cp", f"--python-version={python}", "--only-binary=:all:"]
    sources = [pin for pin in pins if pin.startswith(_SOURCES)]
    _run(*_PIP, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(built), *sources)
    _run(*_PIP, "download", "--quiet", "--no-deps", "--dest", str(wheels), "--find-links", str(built), *fits, *pins)


def _hashes(wheels: Path) -> str:
    lines = [f"./wheels/{w.name} --hash=sha256:{hashlib.sha256(w.read_bytes()).hexdigest()}" for w in sorted(wheels.iterdir())]
    return "\n".join(lines) + "\n"


def write_papers(folder: Path, platform: Platform, version: str, python: str) -> None:
    """Write the start script and 开始使用.txt.

    Args:
        folder: Where to.
        platform: Of which PC.
        version: The program's.
        python: That of Python.
    """
    windows = platform.start.endswith(".bat")
    for name in (platform.start, "开始使用.txt"):
        text = (_HERE / name).read_text("utf-8")
        text = re.sub(rf"(?m)^\[{'LINUX' if windows else 'WINDOWS'}\].*\n", "", text)
        words = {"[WINDOWS]": "", "[LINUX]": "", "@VERSION@": version, "@PYTHON@": python}
        for word, meant in (words | {"@START@": platform.start, "@RUN@": "start.bat" if windows else "sh start.sh"}).items():
            text = text.replace(word, meant)
        (folder / name).write_bytes(
            text.replace("\n", "\r\n" if windows else "\n").encode("utf-8-sig" if name.endswith(".txt") else "utf-8")
        )
    (folder / platform.start).chmod(0o755)


def write_practice(folder: Path) -> None:
    """Write what a newcomer practises with: the sample under the names that the tutorial uses, and the manual where it was built."""
    practice = folder / "练习"
    practice.mkdir()
    for source, name in _PRACTICE.items():
        shutil.copy2(ROOT / "corpora" / "consultation_a" / source, practice / name)
    if (ROOT / "site" / "index.html").exists():
        shutil.copytree(ROOT / "site", folder / "手册")


def bundle(platform: Platform, python: str, out: Path, work: Path) -> Path:
    """Write the folder for one platform.

    Args:
        platform: Which.
        python: Version of Python on the PC, such as ``3.11``.
        out: Where the folder goes; one of the same name is replaced.
        work: A folder for what is made on the way, with the program's own wheel in ``work/own``.

    Returns:
        The folder.

    Raises:
        SystemExit: A package has no wheel for the platform, or the registry cannot be reached.
    """
    (own,) = (work / "own").glob("*.whl")
    version = own.name.split("-")[1]
    folder = out / f"jietan-{version}-{platform.name}"
    shutil.rmtree(folder, ignore_errors=True)
    wheels, built = folder / "wheels", work / "built"
    wheels.mkdir(parents=True)
    built.mkdir(exist_ok=True)
    _fetch(_pins(platform, python, work), platform, python, wheels, built)
    shutil.copy2(own, wheels)
    (folder / "wheels.txt").write_text(_hashes(wheels), "utf-8")
    write_papers(folder, platform, version, python)
    write_practice(folder)
    shutil.copy2(ROOT / "LICENSE", folder)
    return folder


def main() -> None:
    """Write the folders asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "bundle", help="where the folders go")
    parser.add_argument("--platform", action="append", choices=PLATFORMS, help="one of the platforms; all of them otherwise")
    parser.add_argument("--python", default="3.11", help="version of Python on the PC")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(work / "own"), str(ROOT))
        for name in given.platform or PLATFORMS:
            folder = bundle(PLATFORMS[name], given.python, given.out, work)
            size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
            print(f"{folder}  {size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
