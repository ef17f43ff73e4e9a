"""The papers and start scripts of the folder for a PC without a network; the wheels themselves need one."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture(scope="module")
def bundle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bundle", ROOT / "tools" / "bundle.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["bundle"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["win_amd64", "manylinux_x86_64", "manylinux_aarch64"])
def test_papers_speak_of_their_own_platform(bundle: ModuleType, tmp_path: Path, name: str) -> None:
    platform = bundle.PLATFORMS[name]
    bundle.write_papers(tmp_path, platform, "1.2.3", "3.12")
    paper = (tmp_path / "开始使用.txt").read_text("utf-8-sig")
    script = (tmp_path / platform.start).read_bytes().decode("utf-8")
    other = "start.sh" if platform.start == "start.bat" else "start.bat"
    assert platform.start in paper
    assert other not in paper
    assert "1.2.3" in paper
    assert "3.12" in paper
    for text in (paper, script):
        assert not {"@VERSION@", "@PYTHON@", "@START@", "@RUN@", "[LINUX]", "[WINDOWS]"} & set(text.replace("\r", "").split())
        assert "@PYTHON@" not in text
        assert "[LINUX]" not in text
        assert "[WINDOWS]" not in text
    assert ("\r\n" in script) == name.startswith("win")
    assert "--no-index" in script
    assert "--require-hashes" in script


def test_a_newcomer_finds_the_files_of_the_tutorial(bundle: ModuleType, tmp_path: Path) -> None:
    bundle.write_practice(tmp_path)
    tutorial = "".join(p.read_text("utf-8") for p in (ROOT / "docs" / "tutorial").glob("*.md"))
    names = {p.name for p in (tmp_path / "练习").iterdir()}
    assert names >= {"意见.xlsx", "草案.docx", "通过文本.docx"}
    assert all(name in tutorial for name in names)


def test_only_what_other_models_need_is_left_out(bundle: ModuleType) -> None:
    wanted = bundle._wanted()
    assert not [line for line in wanted if line.startswith(("torch", "sentence-transformers"))]
    assert {"pandas>=2.2", "onnxruntime>=1.20", "jieba>=0.42.1"} <= set(wanted)


def _linux(bundle: ModuleType, folder: Path, python: str) -> Path:
    bundle.write_papers(folder, bundle.PLATFORMS["manylinux_x86_64"], "1.2.3", python)
    return folder / "start.sh"


@pytest.mark.skipif(os.name == "nt", reason="the start script of Linux")
def test_without_the_right_python_it_says_which(bundle: ModuleType, tmp_path: Path) -> None:
    script = _linux(bundle, tmp_path, "3.99")
    done = subprocess.run(["sh", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "需要 Python 3.99" in done.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.skipif(os.name == "nt", reason="the start script of Linux")
def test_a_wheel_that_was_changed_is_not_installed(bundle: ModuleType, tmp_path: Path) -> None:
    script = _linux(bundle, tmp_path, HERE)
    (tmp_path / "wheels").mkdir()
    name = "jietan-1.2.3-py3-none-any.whl"
    (tmp_path / "wheels" / name).write_bytes(b"changed")
    (tmp_path / "wheels.txt").write_text(f"./wheels/{name} --hash=sha256:{'0' * 64}\n", "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(["sh", script], capture_output=True, text=True, check=False, env={**os.environ, "PATH": path})
    assert done.returncode
    assert not (tmp_path / "venv" / "installed").exists()
    assert not shutil.which("jietan", path=str(tmp_path / "venv" / "bin"))
