"""The report of the invented consultation, and what its page holds."""

import hashlib
import json
import re

import numpy as np

from export_fixture import INFO, TITLE, tables
from jietan.export import export
from jietan.settings import Settings
from jietan.vectors import Vectors

HOSTILE = '</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">\'\u2028<!--😀 &amp;'


def vectors_of(frames):
    """A vector for every opinion, the same every time."""
    ids = list(frames["opinions"]["opinion_id"])
    seeds = [int(hashlib.sha256(i.encode()).hexdigest()[:8], 16) for i in ids]
    return Vectors(ids, np.array([np.random.default_rng(s).normal(size=8) for s in seeds], np.float32).reshape(len(ids), 8))


def write_page(folder, frames=None, title=TITLE, **settings):
    """Write report.html and return the files."""
    frames = tables() if frames is None else frames
    options = Settings.model_validate({"export": {"formats": ["html"]}} | settings)
    vectors = (lambda: vectors_of(frames)) if "opinions" in frames else None
    return export(frames, options, folder, draft_title=title, run_info=INFO, vectors=vectors)


def island(text, name):
    """Return the JSON held by an element of the page."""
    return json.loads(re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)[1])


def expand(deltas):
    """Return the numbers of a reference."""
    return np.cumsum(deltas).tolist() if deltas else []


def hostile_tables():
    """The consultation with a comment that attacks the page that shows it."""
    frames = tables()
    comments, opinions = frames["comments"], frames["opinions"]
    at = comments.index[comments["comment_id"] == "QH-008"][0]
    text = HOSTILE + comments.loc[at, "text"]
    comments.loc[at, "text"] = text
    comments.loc[at, "submitter_masked"] = "<b>郑*</b>"
    comments.loc[at, "point"] = "<i>湖心亭</i>"
    own = opinions.index[opinions["comment_id"] == "QH-008"][0]
    opinions.loc[own, ["start", "end"]] = [0, len(text)]
    opinions.loc[own, "text"] = text
    return frames
