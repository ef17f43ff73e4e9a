"""Train jietan-names-zh: which piece of a text is somebody's name.

Usage::

    python models/jietan-names-zh/train.py DATA_DIR

Positives are sentences put together from ``contexts.txt`` (what stands before and behind a name) and names made of the
surnames and given names of the segmenter's dictionary; negatives are the candidates of ``corpora/training`` and of
``DATA_DIR``: ``statutes_shanghai``, ``endorsements_tw`` and ``polis_comments_tw`` (JSON lines, gzip, with a ``text``);
the few that the dictionary knows as names are left out.
Writes ``weights.json`` beside this file. Deterministic.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from jietan.language.normalize import fold
from jietan.language.personal_evidence import FEATURES, NameModel, candidates, features_of
from jietan.language.personal_surnames import COMMON, COMPOUND, WORDLIKE, is_word

Tables = dict[str, dict[str, float]]
HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "corpora" / "training"
CERTAIN = "王李张刘陈杨赵黄吴徐孙胡朱郭罗梁宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕苏卢蒋蔡贾魏薛潘杜戴钟汪姜范姚谭廖邹陆"
NAMES = re.compile(rf"^[{CERTAIN}](.)(.?) \d+ nr$", re.M)
KNOWN = re.compile(r"^(\S{2,4}) \d+ nr", re.M)
TEXT = re.compile(r"^(\S+) (\d{3,}) (?!nr)", re.M)
#: Forms of address, kin, offices and places that the dictionary lists behind a surname.
NO_GIVEN = re.compile(
    "[大小老]?[人公君后爷妃帝王师爹妈婶嫂娘哥姐弟妹叔伯舅姑姨婆侠爵督司令帅长官员板柜监部]$|^[家大老太尚总御侍师先夫相将皇政教道庄县].?$|[家村庄沟湾屯镇店坡岭桥塘寨堡垭山河]$"
)
SENTENCES = 9000
ENOUGH, DOUBT = 0.5, 2.0  # chosen on corpora/training, where the texts name hardly anybody
SEEN = 4
DRAWN = 6000  # texts of each file
LEAST = -1.0
SEED = 20250601


def blank(found: Tables, words: frozenset[str]) -> NameModel:
    """Return a model with tables and without weights."""
    return NameModel(**found, seen=words, weights=(0.0,) * len(FEATURES), bias=0.0, enough=math.inf, least_odds=LEAST)


def tables() -> Tables:
    """Count the characters of given names against those of ordinary text."""
    first, last, only, many, ordinary = (Counter[str]() for _ in range(5))
    entries = files("jieba").joinpath("dict.txt").read_text("utf-8")
    for char, following in NAMES.findall(entries):
        if NO_GIVEN.search(char + following):
            continue
        if following:
            first[char] += 1
            last[following] += 1
            many[char + following] += 1
        else:
            only[char] += 1
    for word, count in TEXT.findall(entries):
        for char in word:
            ordinary[char] += int(count)
    total = sum(ordinary.values())

    def against(names: Counter[str]) -> dict[str, float]:
        size = sum(names.values()) + 2000
        return {c: round(math.log((n + 0.5) / size) - math.log(ordinary[c] / total + 2e-6), 2) for c, n in sorted(names.items())}

    single = Counter({c: only[c] + last[c] // 4 for c in {*only, *last} if only[c] or last[c] >= 4})
    kept = {name: round(math.log(n), 2) for name, n in sorted(many.items()) if n > 1}
    return {"first": against(first), "last": against(last), "only": against(single), "many": kept}


def names(found: Tables, rng: random.Random) -> Iterator[str]:
    """Yield made-up names, for ever."""
    common, rare, double = (
        sorted(COMMON),
        sorted(
            set(
                "岑闵宣瞿习尧藤英尤窦云昌凤酆鲍费廉穆湛禹狄贝伏茅庞舒童盛刁虞昝管裘贲郁杭诸左钮嵇滑翁荀羊於甄芮储靳汲邴糜巫乌巴牧宓蓬郗班仰仲伊宫仇栾甘钭戎祖符景詹束叶幸韶郜蓟薄印宿怀蒲邰鄂索籍蔺屠蒙乔胥莘贡劳姬扶郦雍璩濮寿扈燕冀郏浦农柴充慕茹宦艾戈暨衡弘匡寇冼麦苟冉仝阳党单简苗花"
            )
        ),
        sorted(COMPOUND),
    )
    heads = [c for c, v in found["first"].items() if v > -1.5]
    tails = [c for c, v in found["last"].items() if v > -1.5]
    singles = [c for c, v in found["only"].items() if v > -0.5]
    pairs = sorted(found["many"])
    while True:
        kind = rng.random()
        surname = rng.choice(common if kind < 0.6 else rare if kind < 0.95 else double)
        kind = rng.random()
        if kind < 0.2:
            yield surname + rng.choice(singles)
        elif kind < 0.6:
            yield surname + rng.choice(pairs)
        else:
            yield surname + rng.choice(heads) + rng.choice(tails)


def contexts() -> tuple[list[str], list[str], list[str]]:
    """Read what stands before a name, what stands behind one, and whole sentences with <N>."""
    sections: dict[str, list[str]] = {}
    for line in (HERE / "contexts.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            sections[line[1:].strip()] = current = []
        elif line:
            current.append(line.replace("\\n", "\n").replace("␣", " "))
    return sections["前"], sections["后"], sections["整句"]


def sentences(found: Tables) -> Iterator[tuple[str, set[tuple[int, int]]]]:
    """Yield sentences with the places of their names."""
    rng = random.Random(SEED)  # noqa: S311
    made = names(found, rng)
    before, behind, whole = contexts()
    for _ in range(SENTENCES):
        form = rng.choice(whole) if rng.random() < 0.4 else rng.choice(before) + "<N>" + rng.choice(behind)
        text, places = "", set()
        for part in re.split("(<N>)", form):
            if part == "<N>":
                name = next(made)
                places.add((len(text), len(text) + len(name)))
                part = name
            text += part
        yield fold(text), places


def negatives(data: Path) -> Iterator[str]:
    """Yield texts that name hardly anybody."""
    for name in ("statutes_shanghai", "endorsements_tw", "polis_comments_tw"):
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
            texts = [str(json.loads(line).get("text") or "") for line in stream]
        for text in random.Random(SEED).sample(texts, min(len(texts), DRAWN)):  # noqa: S311
            yield fold(text)
    for path in sorted([*CORPUS.glob("consultations/*.txt"), *CORPUS.glob("messages/*.txt")]):
        for line in path.read_text("utf-8").splitlines():
            yield fold(re.sub(r"\{[^|{}]*\||[{}]", "", line))


def seen(data: Path, found: Tables) -> frozenset[str]:
    """Return what looks like a name with an unusual surname and stands in several public texts: 安置房, 红绿灯."""
    model = blank(found, frozenset())
    texts: Counter[str] = Counter()
    for text in public(data):
        plain = fold(text)
        texts.update({plain[a:b] for a, b in candidates(plain, model) if plain[a] in WORDLIKE or b - a == 2})
    return frozenset(piece for piece, count in texts.items() if count >= SEEN and not is_word(piece) and piece[:2] not in COMPOUND)


def public(data: Path) -> Iterator[str]:
    """Yield every text of ``DATA_DIR``."""
    for name in ("statutes_shanghai", "endorsements_tw", "polis_comments_tw"):
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
            for line in stream:
                yield str(json.loads(line).get("text") or "")


class Examples:
    """Rows of features with their answers."""

    def __init__(self, model: NameModel) -> None:
        """Read features with the tables of ``model``."""
        self.model = model
        self.rows: list[np.ndarray] = []
        self.answers: list[bool] = []

    def add(self, text: str, start: int, end: int, *, answer: bool) -> None:
        """Add one candidate."""
        row = np.zeros(len(FEATURES))
        for at, value in features_of(text, start, end, self.model):
            row[at] = value
        self.rows.append(row)
        self.answers.append(answer)

    def add_sentences(self, found: Tables) -> None:
        """Add the made-up sentences: their names, and what overlaps a name."""
        for text, places in sentences(found):
            for start, end in candidates(text, self.model):
                if any(a < end and start < b for a, b in places):
                    self.add(text, start, end, answer=(start, end) in places)

    def add_texts(self, data: Path) -> None:
        """Add texts that name hardly anybody, as they are and behind words that announce a name."""
        rng, before = random.Random(SEED), contexts()[0]  # noqa: S311
        known = {*KNOWN.findall(files("jieba").joinpath("dict.txt").read_text("utf-8"))}
        for text in negatives(data):
            for start, end in candidates(text, self.model):
                if text[start:end] not in known or text[start] in WORDLIKE:
                    self.add(text, start, end, answer=False)
            for clause in re.split(r"[,，。;；!！?？:：、\s]", text):
                self._add_announced(rng.choice(before), clause)

    def _add_announced(self, head: str, clause: str) -> None:
        for start, end in candidates(head + clause, self.model):
            if start == len(head):
                self.add(head + clause, start, end, answer=False)


def main() -> None:
    """Train and write the weights."""
    data, found = Path(sys.argv[1]), tables()
    examples = Examples(blank(found, seen(data, found)))
    examples.add_sentences(found)
    examples.add_texts(data)
    rows, answers = np.array(examples.rows), np.array(examples.answers)
    fitted = LogisticRegression(C=1.0, max_iter=2000).fit(rows, answers)
    scores = fitted.decision_function(rows)
    for enough in (0.0, ENOUGH, 1.0, 2.0):
        recall, false = (scores[answers] > enough).mean(), scores[~answers] > enough
        print(f"{enough}: {recall:.3f} of {answers.sum()} found, {false.sum()} of {len(false)} false")
    stored = {
        "features": FEATURES,
        "weights": {name: round(float(w), 3) for name, w in zip(FEATURES, fitted.coef_[0], strict=True)},
        "bias": round(float(fitted.intercept_[0]), 3),
        "enough": ENOUGH,
        "doubt": DOUBT,
        "least_odds": LEAST,
        "trained_on": hashlib.sha256((HERE / "contexts.txt").read_bytes()).hexdigest(),
        "seen": sorted(examples.model.seen),
        **found,
    }
    (HERE / "weights.json").write_text(json.dumps(stored, ensure_ascii=False, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
