"""What hostile inputs are thrown at; each target raises where a promise is broken.

An error that a user can act on (``JietanError``) is a proper answer. Anything else that is raised, a span that lies outside its
text, or a row that is found neither among the comments nor among the rejects with a reason, is a fault.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import fuzz_inputs as inputs
import fuzz_old

from jietan.errors import InputError, JietanError
from jietan.language.clauses import find_clauses
from jietan.language.normalize import fold, normalize, normalize_with_map
from jietan.language.numerals import find_quantities, parse_article, parse_item, parse_number
from jietan.language.personal import find_personal, submitter_masked
from jietan.language.wording_of_numbers import format_article
from jietan.law.cite import find_citations
from jietan.reading import reader
from jietan.reading.model import ReadResult


class Lost(AssertionError):
    """A row that is found nowhere again."""


def no_conversion() -> None:
    """Let no old Word file start LibreOffice, which takes seconds."""
    reader.find_soffice = lambda: None  # type: ignore[assignment]


# texts -------------------------------------------------------------------------------------------------------------


def citations(text: str) -> None:
    """The citation grammar: spans lie in the text and hold what they say."""
    for draft_law in (None, "望潮市电动自行车管理条例"):
        for found in find_citations(text, draft_law):
            assert 0 <= found.law_start <= found.start < found.end <= len(text), found
            assert found.text == text[found.start : found.end], found
            if found.article:
                assert format_article(*parse_article(found.article)) == found.article


def numerals(text: str) -> None:
    """Numbers, amounts, labels."""
    quantities = find_quantities(text)
    assert all(0 <= q.start < q.end <= len(text) and q.text == text[q.start : q.end] for q in quantities)
    assert all(left.end <= right.start or left.start >= right.start for left, right in itertools.pairwise(quantities))
    for read in (parse_number, parse_article, parse_item):
        for part in (text, text[:12]):
            try:
                read(part)
            except ValueError:
                continue


def personal(text: str) -> None:
    """Redaction: spans lie in the text, each has something to print instead."""
    spans = find_personal(text)
    assert all(0 <= span.start < span.end <= len(text) and span.masked for span in spans)
    submitter_masked(text[:60])


def normal(text: str) -> None:
    """Folding keeps the length, normalizing agrees with its own map."""
    assert len(fold(text)) == len(text)
    assert normalize_with_map(text)[0] == normalize(text)


def splitter() -> Callable[[str], None]:
    """Return the target that splits texts into opinions; loads the models."""
    from jietan.classifiers import load_models
    from jietan.stages.split import split_text

    models = load_models("jietan-labels-zh")

    def split(text: str) -> None:
        clauses = find_clauses(text)
        assert all(0 <= clause.start < clause.end <= len(text) for clause in clauses)
        opinions = split_text(text, models)
        assert bool(opinions) == any(char.isalnum() for c in clauses for char in text[c.start : c.end])
        assert all(0 <= start < end <= len(text) for start, end, _ in opinions)
        assert all(left[1] <= right[0] for left, right in itertools.pairwise(opinions))

    return split


#: What residents say about a provision: its own words, and numbers and words that nobody foresaw.
_SAID = (
    *(
        "建议把{own}改为{new}",
        "{own}太{way}了，应当{new}",
        "{own}改成{new}，{other}",
        "{own}应当不超过{new}",
        "删除“{own}”",
        "建议增加一款：{other}",
    ),
    *("{own}后面加上{other}", "“{own}”是指{other}", "{own}由{new}提高到{new}", "{other}的，处{new}罚款"),
)
_AMOUNT = "一二两三四五六七八九十百千万亿零〇半廿壹点分之几多"


def _of_provision(rng: random.Random, provision: str) -> str:
    """What somebody may say about a provision."""

    def new() -> str:
        number = "".join(rng.choice(_AMOUNT) for _ in range(rng.randint(1, 5))) if rng.random() < 0.7 else str(rng.randint(0, 10**9))
        return number + rng.choice(("元", "日", "个工作日", "个月", "米", "%", "倍", "人", "次", "时", "元以上", ""))

    at = rng.randrange(len(provision))
    own = provision[at : at + rng.randint(1, 20)] if rng.random() < 0.8 else new()
    words = rng.choice(_SAID).format(own=own, new=new(), way=rng.choice("高低长短少多"), other=inputs.text(rng)[:60] or "灯")
    return words if rng.random() < 0.8 else words + inputs.text(rng)[:200]


def drafting() -> Callable[[random.Random], None]:
    """Return the target that drafts from what residents may say of the provisions of a draft: every text is the sum of its pieces."""
    from jietan.language.lexicon import load_lexicon
    from jietan.law import additions, proposals
    from jietan.law.proposed import Provision, Voice, is_sound
    from jietan.law.vocabulary import Vocabulary
    from jietan.resources import corpus_path
    from jietan.stages.parse import parse

    articles = parse(corpus_path("consultation_a") / "draft.md")[0]
    vocabulary = Vocabulary(articles["text"].tolist(), load_lexicon())
    law = articles["law"].iloc[0]
    provisions = [
        Provision(str(p), label, law) for label, found in zip(articles["article"], articles["paragraphs"], strict=True) for p in found
    ]

    def draft(rng: random.Random) -> None:
        provision = rng.choice(provisions)
        voices = [Voice(f"o{k}", _of_provision(rng, provision.text)) for k in range(rng.randint(1, 4))]
        cast = proposals.votes(provision, voices, vocabulary)
        assert {v.voice.opinion_id for v in cast} <= {v.opinion_id for v in voices}
        made = [
            proposals.change(provision, cast, len(voices)),
            proposals.delete(provision, voices, rng.random() < 0.5),
            additions.define(provision, voices),
            additions.extend(provision, voices, vocabulary),
            additions.add([provision.text], 0, provision, voices, vocabulary),
            additions.add((), 0, Provision("", "", law), voices, vocabulary),
            proposals.point(rng.choice(("修改", "删除", "增加")), voices, vocabulary, law, provision.text),
        ]
        for found in made:
            if found is not None:
                assert found.text == "".join(piece.words for piece in found.pieces), found
                assert not found.drafted or found.operation == "删除" or is_sound(found.text, provision.text, law), found

    return draft


# files -------------------------------------------------------------------------------------------------------------


def read(path: Path) -> ReadResult | None:
    """Read a file of comments; None where it was refused."""
    try:
        found = reader.read_files([path])
    except InputError:
        return None
    assert found.rows or found.rejects or found.notes, "nothing said about the file"
    assert all(reject.reason for reject in found.rejects)
    for row in found.rows:
        assert all(0 <= part["start"] <= part["end"] <= len(row.text) for part in row.text_parts)
    return found


def find_again(table: inputs.Table, found: ReadResult) -> int:
    """Return how many rows the table holds; every one is found again at its number, with its text where it was read.

    Raises:
        Lost: One is not.
    """
    read_at: dict[int, str] = {}
    for row in found.rows:
        read_at[row.source_row] = read_at.get(row.source_row, "") + row.text
    everything = "\n".join(read_at.values())
    rejected = {reject.source_row for reject in found.rejects}
    whole = None in rejected and not found.rows
    for number, text in table.expected.items():
        if whole or number in rejected:
            continue
        marker = text[: inputs.MARKER]
        # plain text joins the lines of a paragraph, which then stands at the number of the first
        here = everything if table.name.endswith(".txt") else read_at.get(number, "")
        if marker not in here or (table.exact and here != text):
            raise Lost(f"row {number} ({marker}) of {table.name}: {len(found.rows)} rows, {len(found.rejects)} rejects")
    return len(table.expected)


def whole_table(rng: random.Random, folder: Path) -> int:
    """A valid table in some format: no row lost. Returns the number of rows looked for."""
    table = inputs.table(rng)
    path = folder / table.name
    path.write_bytes(table.data)
    found = read(path)
    return find_again(table, found) if found is not None else 0


def broken_file(rng: random.Random, folder: Path) -> None:
    """A damaged file of comments, or one under the wrong extension."""
    table = inputs.table(rng)
    data = inputs.damaged(rng, table.data) if rng.random() < 0.9 else table.data
    suffix = (
        Path(table.name).suffix
        if rng.random() < 0.8
        else rng.choice((".csv", ".txt", ".json", ".html", ".docx", ".xlsx", ".doc", ".gz", ""))
    )
    path = folder / f"坏{suffix}"
    path.write_bytes(data)
    read(path)


def old_file(rng: random.Random, folder: Path) -> None:
    """A damaged xls or xlsb; each is read in a process of its own."""
    suffix, data = fuzz_old.old_workbook(rng)
    path = folder / f"旧{suffix}"
    path.write_bytes(data)
    read(path)


def accept(call: Callable[[], object]) -> None:
    """Call; an error for the user is a proper answer."""
    with suppress(JietanError):
        call()


# what goes with a run ----------------------------------------------------------------------------------------------


def side_file(rng: random.Random, folder: Path) -> None:
    """Tables that offices give beside the comments: collection points and known themes, whole or damaged."""
    from jietan.reading.points import KINDS, read_points
    from jietan.seeds import read_seeds

    heads, read = rng.choice(((["名称", "类型", "上级"], read_points), (["主题", "上级主题", "说明"], read_seeds)))
    names = [inputs.text(rng)[:50] for _ in range(rng.randint(0, 6))]
    held = [[rng.choice([*names, "甲"]), rng.choice((*KINDS, "别的")), rng.choice([*names, "", "乙"])] for _ in range(rng.randint(0, 9))]
    suffix = rng.choice((".csv", ".xlsx", ".txt"))
    data = inputs.grid_file(rng, [heads, *held], suffix)
    path = folder / f"表{suffix}"
    path.write_bytes(inputs.damaged(rng, data) if rng.random() < 0.5 else data)
    accept(lambda: read(path))


def ledger(rng: random.Random, folder: Path) -> None:
    """The ledger: what was acknowledged is read again whatever follows it, and a damaged line is named."""
    from jietan.review.decisions import CommentRef, Decision
    from jietan.review.ledger import LEDGER, append, read_ledger

    path = folder / LEDGER
    path.unlink(missing_ok=True)
    note = inputs.text(rng).strip() or "备注"
    refs = (CommentRef(comment_id=inputs.text(rng)[:30] or "a", sha="0" * 12),)
    made = [
        Decision(kind="note", value=note, objects=refs, by="张工", at="2025-06-05T10:00:00+08:00", why=inputs.text(rng)) for _ in range(2)
    ]
    append(folder, made)
    assert read_ledger(folder) == made
    whole = path.read_bytes()
    if rng.random() < 0.5:  # a power failure in the middle of the next line
        path.write_bytes(whole + whole[: rng.randrange(len(whole) // 2)].rstrip(b"\n").rpartition(b"\n")[2])
        assert read_ledger(folder) == made
        append(folder, made[:1])
        assert read_ledger(folder) == [*made, made[0]]
    path.write_bytes(inputs.damaged(rng, whole))
    accept(lambda: read_ledger(folder))
    accept(lambda: append(folder, made[:1]))


_LAW = (
    *("望潮市风筝条例", "（2025年6月5日望潮市人民代表大会常务委员会通过）", "第一章　总则", "第一条　为了规范放飞，制定本条例。"),
    "第二条　放飞风筝应当避开线路。\n有下列情形之一的，不得放飞：\n（一）大风；\n（二）人群密集。",
    "第三条　违反规定的，处五十元以上二百元以下罚款。",
    "第四条　本条例自2025年8月1日起施行。",
)


def law_file(rng: random.Random, folder: Path) -> None:
    """Law texts for the library and drafts, whole or damaged, with hostile lines between the articles."""
    from jietan.law.importing import add_paths
    from jietan.law.parse import read_draft
    from jietan.law.store import LawStore

    lines = [line for part in _LAW for line in ([part, inputs.text(rng)] if rng.random() < 0.4 else [part])]
    suffix = rng.choice((".txt", ".md", ".html", ".docx", ".jsonl", ".zip"))
    data = inputs.law_data(rng, lines, suffix)
    path = folder / f"望潮市风筝条例{suffix}"
    path.write_bytes(inputs.damaged(rng, data) if rng.random() < 0.6 else data)
    if suffix in (".jsonl", ".zip") or rng.random() < 0.3:
        outcomes = add_paths([path], LawStore(folder / "库.db"))
        assert outcomes, "nothing said about the file"
        assert all(o.law or o.notes for o in outcomes)
    else:
        accept(lambda: read_draft(path))


def reviewer(run: object, exported: bytes) -> Callable[[random.Random, Path], None]:
    """Return the target that gives back a review workbook, damaged or with hostile cells; nothing is decided.

    Args:
        run: A finished run.
        exported: Its review workbook.
    """

    def review(rng: random.Random, folder: Path) -> None:
        path = folder / "审核表.xlsx"
        path.write_bytes(inputs.rewritten(rng, exported) if rng.random() < 0.7 else inputs.damaged(rng, exported))
        accept(lambda: run.review.take_in(path, check=True))  # type: ignore[attr-defined]

    return review
