"""No raw piece of personal data of a whole run stands in any export."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from lxml import etree

from jietan.export import export
from jietan.language.normalize import fold
from jietan.settings import Settings
from jietan.tables import CONTRACT_TABLES


def _texts(paths: list[Path]) -> Iterator[tuple[str, str]]:
    """Every file, and every part of an Office file both as stored and as read, where words are not cut by formatting."""
    for path in paths:
        if path.suffix not in (".xlsx", ".docx"):
            yield path.name, path.read_text("utf-8-sig")
            continue
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                data = archive.read(name)
                yield f"{path.name}/{name}", unescape(data.decode("utf-8", "replace"))
                if name.endswith(".xml"):
                    yield f"{path.name}/{name}", "".join(etree.fromstring(data).itertext())


@pytest.fixture(scope="module")
def originals(sample_run):
    texts = dict(zip(sample_run.comments["comment_id"], sample_run.comments["text"], strict=True))
    found = {(row.type, texts[row.comment_id][row.start : row.end]) for row in sample_run.pii.itertuples()}
    assert {"name", "phone", "address", "id_card"} <= {kind for kind, _ in found}
    return sorted(found)


@pytest.fixture(scope="module")
def written(sample_run, tmp_path_factory):
    tables = {name: sample_run.table(name) for name in CONTRACT_TABLES}
    info = {k: sample_run.manifest[k] for k in ("version", "started", "counts", "models", "notes")}
    settings = Settings.model_validate({"export": {"formats": ["xlsx", "docx", "html", "csv", "json"]}})
    return export(tables, settings, tmp_path_factory.mktemp("exports"), draft_title="草案", run_info=info)


def test_no_export_of_a_run_holds_what_was_masked(written, originals):
    assert {p.suffix for p in written} == {".xlsx", ".docx", ".html", ".csv", ".json"}
    for where, text in _texts(written):
        folded = fold(text)
        for kind, original in originals:
            if kind == "honorific" or len(original) < 3:
                continue  # 老张 and 王强 also stand in other people's words
            assert original not in text, (where, original)
            assert fold(original) not in folded, (where, original)


def test_submitters_numbers_stay_inside(written, sample_rows):
    place = sample_rows[0].index("联系方式")
    numbers = {row[place].strip() for row in sample_rows[1:]} - {""}
    assert numbers
    for where, text in _texts(written):
        for number in numbers:
            assert number not in text, (where, number)
