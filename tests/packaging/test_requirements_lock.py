"""``requirements.lock`` names a version and hashes for everything that ``pyproject.toml`` needs, and no registry."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@pytest.fixture(scope="module")
def locked():
    """Requirements of the file with the number of hashes of each, by name."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    bare = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    found = {}
    for entry in bare.replace("\\\n", " ").splitlines():
        if entry.strip():
            requirement = Requirement(entry.split(" --hash")[0].strip())
            found.setdefault(canonicalize_name(requirement.name), []).append((requirement, len(_HASH.findall(entry))))
    return found


def _wanted():
    return [Requirement(line) for line in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]]


def test_every_version_is_exact_and_has_hashes(locked):
    assert len(locked) > 50
    for entries in locked.values():
        for requirement, hashes in entries:
            assert [s.operator for s in requirement.specifier] == ["=="], requirement
            assert hashes, requirement
            assert requirement.url is None


def test_no_registry_is_named():
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert not re.search(r"://|--(?:extra-)?index|--find-links|--trusted|file:", text)


def _version(requirement):
    return next(iter(requirement.specifier)).version


def test_what_the_project_asks_for_is_in_it(locked):
    for wanted in _wanted():
        entries = locked[canonicalize_name(wanted.name)]
        assert all(wanted.specifier.contains(_version(requirement), prereleases=True) for requirement, _ in entries), wanted
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            pin = Requirement(line)
            assert all(pin.specifier.contains(_version(requirement)) for requirement, _ in locked[canonicalize_name(pin.name)])


def test_everything_that_those_need_is_in_it_too(locked):
    """Followed through what is installed here, with the extras that are asked for."""
    todo, seen = [(r, e) for r in _wanted() for e in ({""} | r.extras)], set()
    while todo:
        requirement, extra = todo.pop()
        name = canonicalize_name(requirement.name)
        if (name, extra) in seen or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
            continue
        seen.add((name, extra))
        assert name in locked, f"{requirement}: make lock"
        for line in importlib.metadata.distribution(name).requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                todo += [(Requirement(str(needed).partition(";")[0]), e) for e in {""} | needed.extras]
    assert len(seen) > 50
