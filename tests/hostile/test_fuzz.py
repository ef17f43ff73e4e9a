"""Any text and any file: no traceback, no hang, no row lost. ``benchmarks/fuzz.py`` does the same for many more."""

import csv
import io
import json
import random

import fuzz_inputs as inputs
import fuzz_targets as targets
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jietan.errors import InputError
from jietan.reading import read_files
from jietan.review.decisions import Decision
from jietan.review.ledger import LEDGER, append, read_ledger

quick = settings(max_examples=150, deadline=10_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
fewer = settings(quick, max_examples=60)
ANY = st.text(max_size=80)
TEXTS = st.lists(st.one_of(st.sampled_from(inputs.PIECES), st.sampled_from(inputs.SENTENCES), ANY), max_size=12).map("".join)
SEEDS = st.integers(0, 2**32).map(random.Random)
NOT_HALF = st.lists(st.one_of(st.sampled_from(inputs.PIECES), st.text(st.characters(exclude_categories=["Cs"]))), max_size=6).map("".join)


@pytest.fixture(scope="module")
def split():
    return targets.splitter()


@pytest.mark.parametrize("target", [targets.citations, targets.numerals, targets.personal, targets.normal], ids=lambda f: f.__name__)
def test_texts(target):
    quick(given(TEXTS)(lambda text: target(text)))()


def test_splitter(split):
    fewer(given(TEXTS)(lambda text: split(text)))()


@pytest.fixture(scope="module")
def draft():
    return targets.drafting()


def test_drafting(draft):
    quick(given(SEEDS)(lambda rng: draft(rng)))()


@fewer
@given(
    st.integers(1, 400),
    st.sampled_from(["条", "款", "项", "第", "之一", "（", "《", "“", "1", "一", "前款", "、", "第一条第一款第（一）项"]),
)
def test_citations_nested_without_end(times, unit):
    targets.citations(f"第十八条{unit * times}第二款")


@quick
@given(SEEDS)
def test_tables_of_every_format_lose_no_row(tmp_path, rng):
    targets.whole_table(rng, tmp_path)


@quick
@given(SEEDS)
def test_damaged_files(tmp_path, rng):
    targets.broken_file(rng, tmp_path)


@fewer
@given(SEEDS)
def test_law_texts(tmp_path, rng):
    targets.law_file(rng, tmp_path)


@quick
@given(SEEDS)
def test_side_tables(tmp_path, rng):
    targets.side_file(rng, tmp_path)


@settings(fewer, max_examples=25)
@given(SEEDS)
def test_review_workbooks(review, tmp_path, rng):
    review(rng, tmp_path)


@pytest.fixture(scope="module")
def review(small_run, tmp_path_factory):
    return targets.reviewer(small_run, small_run.review.export(tmp_path_factory.mktemp("审核") / "审核表.xlsx").read_bytes())


@quick
@given(st.lists(st.lists(NOT_HALF.filter(lambda s: "\0" not in s), min_size=3, max_size=3), min_size=1, max_size=6))
def test_csv_gives_each_text_as_it_is_or_a_reason(tmp_path, rows):
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([["编号", "意见内容", "街镇"], *rows])
    path = tmp_path / "意见.csv"
    path.write_bytes(stream.getvalue().encode("utf-8-sig"))
    try:
        found = read_files([path])
    except InputError:
        return
    texts = {row.source_row: row.text for row in found.rows}
    rejected = {reject.source_row for reject in found.rejects}
    for number, row in enumerate(rows, start=2):
        assert number in rejected or texts.get(number) == row[1] or not "".join(row).strip()


@quick
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["编号", "意见内容", "备注"]), st.one_of(ANY, st.floats(), st.none(), st.lists(ANY))), min_size=1
    )
)
def test_every_line_of_json_is_found_again(tmp_path, items):
    path = tmp_path / "意见.jsonl"
    lines = [{"编号": "头", "意见内容": "好", "备注": ""}, *items]
    path.write_text("\n".join(json.dumps(item) for item in lines), "utf-8")
    found = read_files([path])
    numbers = {row.source_row for row in found.rows} | {reject.source_row for reject in found.rejects}
    for number, item in enumerate(lines, start=1):
        blank = not any(str(value).strip() for value in item.values() if value is not None)
        assert number in numbers or blank


@quick
@given(NOT_HALF.filter(str.strip), NOT_HALF)
def test_the_ledger_keeps_any_words(tmp_path, value, why):
    (tmp_path / LEDGER).unlink(missing_ok=True)
    made = [Decision(kind="note", value=value, by="张工", at="2025-06-05T10:00:00+08:00", why=why)] * 2
    append(tmp_path, made)
    assert read_ledger(tmp_path) == made


@quick
@given(SEEDS)
def test_damaged_ledgers(tmp_path, rng):
    targets.ledger(rng, tmp_path)
