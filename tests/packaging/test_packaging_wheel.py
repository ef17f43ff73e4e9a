"""The wheel: what is in it, and that it works away from the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from wheel_environment import ROOT, build_wheel, environment, executable, install

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(1200)]

_LARGEST = 64 << 20
_PLACES = {"pipeline/jietan/": "jietan/", "models/": "jietan/_data/models/", "corpora/": "jietan/_data/corpora/"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as package:
        return package.namelist()


@pytest.fixture(scope="module")
def installed(wheel):
    install(wheel)
    return executable("jietan")


def _clean_environment(home):
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JIETAN", "VIRTUAL_ENV", "COV"))}
    return keep | {"JIETAN_HOME": str(home), "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "PYTHONUTF8": "1"}


def _run(*command, home, cwd="/"):
    return subprocess.run(command, cwd=cwd, env=_clean_environment(home), capture_output=True, text=True, encoding="utf-8", check=False)


def test_wheel_holds_the_package_its_models_and_corpora(names):
    for needed in (
        "jietan/__init__.py",
        "jietan/cli.py",
        "jietan/py.typed",
        "jietan/_data/models/jietan-e5-zh/model.safetensors",
        "jietan/_data/models/jietan-e5-zh/graph.onnx",
        "jietan/_data/models/jietan-e5-zh/library.npz",
        "jietan/_data/models/jietan-static-zh/model.safetensors",
        "jietan/_data/models/jietan-static-zh/tokenizer.json",
        "jietan/_data/models/jietan-labels-zh/weights.json",
        "jietan/_data/models/jietan-asks-zh/weights.json",
        "jietan/_data/models/jietan-names-zh/weights.json",
        "jietan/_data/corpora/consultation_a/comments.csv",
        "jietan/_data/corpora/consultation_a/draft.docx",
        "jietan/_data/corpora/consultation_a/gold.jsonl",
        "jietan/_data/corpora/lexicon/colloquial_legal.tsv",
    ):
        assert needed in names


def test_wheel_holds_nothing_else(names):
    for name in names:
        path = PurePosixPath(name)
        assert path.parts[0] == "jietan" or path.parts[0].endswith(".dist-info"), name
        assert path.parts[:2] != ("jietan", "_data") or path.parts[2] in ("models", "corpora"), name
        assert not {"tests", "benchmarks", "notebooks", "runs", "__pycache__"} & set(path.parts), name
        assert "heldout" not in name, name
        assert not any(part.startswith(".") for part in path.parts), name
        assert path.suffix not in (".pyc", ".pkl", ".pickle", ".joblib", ".log", ".tmp"), name


def test_wheel_holds_the_files_that_git_knows(names):
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard", *_PLACES],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = [f for f in listed.stdout.split("\0") if f and (ROOT / f).exists()]
    expected = {there + f.removeprefix(here) for f in files for here, there in _PLACES.items() if f.startswith(here)}
    assert {n for n in names if n.startswith("jietan/")} == expected


def test_wheel_of_the_source_package_is_the_same_to_the_byte(wheel, tmp_path):
    """The source package lacks nothing, and when, where and from what the wheel is built changes nothing."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]  # the wheel from the source package
    subprocess.run(command, cwd="/", capture_output=True, check=True)
    assert [p.suffix for p in sorted(tmp_path.iterdir())] == [".whl", ".gz"]
    (again,) = tmp_path.glob("*.whl")
    assert again.read_bytes() == wheel.read_bytes()


def test_wheel_stays_small(wheel):
    assert wheel.stat().st_size < _LARGEST


def test_wheel_installs_outside_the_checkout_with_everything_it_needs(installed, tmp_path):
    python = str(executable("python"))
    checked = _run(python, "-m", "pip", "check", home=tmp_path)
    assert checked.returncode == 0, checked.stdout
    code = "import jietan; from jietan.resources import model_path; "
    code += "print(jietan.__file__, model_path('jietan-static-zh'), jietan.__version__, sep='\\n')"
    found = _run(python, "-c", code, home=tmp_path)
    assert found.returncode == 0, found.stderr
    package, model, version = found.stdout.splitlines()
    assert Path(package).is_relative_to(environment())
    assert Path(model).is_relative_to(environment())
    assert ROOT not in Path(package).parents
    assert version in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_demo_runs_from_the_root_folder_with_the_wheel(installed, tmp_path):
    done = _run(str(installed), "demo", "--out", str(tmp_path / "demo"), home=tmp_path / "home")
    assert done.returncode == 0, done.stdout + done.stderr
    exports = tmp_path / "demo" / "exports"
    assert (exports / "意见汇总表.xlsx").stat().st_size > 10_000
    assert (exports / "立法建议报告.docx").stat().st_size > 10_000
    assert str(exports) in done.stdout.replace("\n", "")
    assert (tmp_path / "home" / "salt").exists()
    assert str(ROOT) not in (tmp_path / "demo" / "manifest.json").read_text("utf-8")


def test_core_run_imports_no_torch(installed, tmp_path):
    code = (
        "import sys, jietan, pathlib; from jietan.resources import corpus_path; c = corpus_path('consultation_a'); "
        "rows = (c / 'comments.csv').read_text('utf-8-sig').splitlines(keepends=True)[:30]; "
        "p = pathlib.Path('few.csv'); p.write_text(''.join(rows), 'utf-8'); "
        "jietan.run(p, draft=c / 'draft.md', out='run', export=False); print('torch' in sys.modules)"
    )
    done = _run(str(executable("python")), "-c", code, home=tmp_path, cwd=tmp_path)
    assert done.stdout.strip() == "False", done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="make")
def test_make_demo_says_where_the_results_are(tmp_path):
    env = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")} | {"JIETAN_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        ["make", "--no-print-directory", "demo", f"ARGS=--out {tmp_path / 'demo'}"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "demo" / "exports" / "立法建议报告.docx").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="make")
def test_make_says_what_to_install_without_python(tmp_path):
    env = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    done = subprocess.run(
        ["make", "--no-print-directory", "demo", "PYTHON=", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "需要 Python 3.11" in done.stderr
    assert not (tmp_path / "venv").exists()
