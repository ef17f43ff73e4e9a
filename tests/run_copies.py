"""Copies of runs that a test may change, and what is in them."""

import hashlib
import shutil

import pandas as pd

from jietan.tables import CONTRACT_TABLES


def copy_of(run, target):
    """Copy a run folder."""
    shutil.copytree(run.folder, target)
    return target


def open_copy(run, target):
    """Open a copy of a run, with the models that are loaded already."""
    found = type(run).load(copy_of(run, target))
    found._models = run._models
    return found


def contents(folder):
    """Return the hash of every file below a folder."""
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def table_bytes(folder):
    """Return the bytes of every table of a run, vectors included."""
    paths = [*(folder / "tables" / f"{name}.parquet" for name in CONTRACT_TABLES), folder / "vectors.npy", folder / "vectors_ids.parquet"]
    return {path.name: path.read_bytes() for path in paths}


def theme_members(run):
    """Return the asks of every finest theme; grounds stand where their ask stands."""
    asks = run.opinions[run.opinions["kind"] != "理由"]
    return asks.dropna(subset="theme_id").groupby("theme_id")["opinion_id"].agg(set).to_dict()


def assert_survivors_keep_ids(before, now):
    """Check that themes most of whose opinions are together still, and most of what was in the new one before, keep their ids."""
    known = set().union(*before.values())
    survivors = 0
    for theme, members in before.items():
        best = max(sorted(now), key=lambda t: len(now[t] & members))
        shared = len(now[best] & members)
        if 2 * shared > len(members) and 2 * shared > len(now[best] & known):
            survivors += 1
            assert best == theme
    assert survivors * 2 > len(before)


def without_rows(folder, name):
    """Return a table without the place of its comments in the file, in an order that does not depend on it."""
    frame = pd.read_parquet(folder / "tables" / f"{name}.parquet")
    if name == "rejects":
        frame = frame.sort_values(["stage", "source_file", "comment_id", "reason"], ignore_index=True)
    return frame.drop(columns="source_row", errors="ignore")
