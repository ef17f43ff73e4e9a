"""Make a large consultation with known duplicates, campaigns and themes, for measuring how the program scales.

Usage::

    python benchmarks/generate.py N OUT.csv [--data FOLDER] [--seed N]

``OUT`` ends in ``.csv`` (utf-8 with a BOM, as offices exchange it) or ``.parquet``. Beside it ``OUT.truth.parquet`` says of every
row where it came from: ``id``, ``part`` (``campaign``, ``repeat``, ``slogan``, ``letter`` or ``own``), ``theme``, ``campaign`` and
``duplicate_of``. The same N, data and seed give the same bytes.

What the words come from, in parts that are drawn for each comment:

- ``consultation_a`` of the checkout, always: the asks and grounds of each labelled theme, cut into clauses.
- ``endorsements_tw.jsonl.gz`` in ``FOLDER`` (default ``../shared/data`` beside the checkout): reasons for endorsing a
  proposal; each proposal is a theme. Real words of many people, short and repetitive.
- ``messages.jsonl.gz`` in the same place: long letters to a city. A letter keeps its title; its sentences come from two letters
  with the same label, and masked places (A3区) are drawn anew.

A part whose file is not there is left out with a note, and the rest takes its share.

What is made of them (shares of the rows in ``SHARES``):

- ``campaign``: copies of a letter. A letter is four to eight clauses of one theme; sizes fall off as a power law from a tenth of
  all copies to three. Each copy has its own greeting or none and its own sender; one in five loses or doubles a character; one
  in twenty adds a sentence of its own.
- ``repeat``: the same person sends an earlier comment again, word for word.
- ``slogan``: one short clause, word for word as others wrote it.
- ``letter``: a long letter, as above; where there are no messages, a long comment of ten to thirty clauses.
- ``own``: one to six clauses of one theme in an order of their own. Two comments seldom share a whole sentence, so nothing here is
  easier than real comments are.

Themes are drawn with weights 1/(rank + 5). All names, addresses (@example.com) and places are invented.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpora" / "consultation_a"
DATA = ROOT.parent / "shared" / "data"
SEED = 20
#: Shares of the rows, and of the sources that ``campaign``, ``slogan`` and ``own`` draw their themes from.
SHARES = {"campaign": 0.15, "repeat": 0.03, "slogan": 0.07, "letter": 0.05, "own": 0.70}
SOURCES = {"sample": 0.5, "endorsements": 0.5}
COLUMNS = ("编号", "采集点", "街镇", "提交时间", "途径", "提交人", "联系方式", "意见内容", "点赞数")
_CHANNELS = ("网站", "微信小程序", "群众来信", "座谈会", "电话")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英建国文辉玲红波宁淑珍海燕志新晓东"
_GREETINGS = ("", "", "", "各位领导：您好！", "尊敬的立法机关：", "领导好，", "市人大的同志：")
_CLOSINGS = ("", "", "", "谢谢！", "望采纳。", "此致敬礼！")
_CLAUSE = re.compile(r"[^，。；！？,;!?\n]+[，。；！？,;!?]?")
_PLACE = re.compile(r"[A-Z]\d{0,2}(?=[市区县])")
_SHORTEST, _SLOGAN, _PARA = 4, 24, 12
_FEW = 3
_DAYS = 92


class Pool(NamedTuple):
    """Themes to draw from.

    Attributes:
        names: Name of each theme.
        clauses: Its clauses.
    """

    names: list[str]
    clauses: list[list[str]]


class Material(NamedTuple):
    """All that comments are made of.

    Attributes:
        pools: Themes by source, in the order of ``SOURCES``.
        letters: (title, sentences, label) of long letters; may be empty.
        notes: What was not there.
    """

    pools: dict[str, Pool]
    letters: list[tuple[str, list[str], str]]
    notes: list[str]


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        for line in lines:
            yield json.loads(line)


def _pool(texts: Iterator[tuple[str, str]]) -> Pool:
    """Gather the clauses of texts that come with the name of their theme."""
    found: dict[str, dict[str, None]] = {}
    for theme, text in texts:
        own = found.setdefault(theme, {})
        own |= dict.fromkeys(c.strip() for c in _CLAUSE.findall(text) if len(c.strip()) >= _SHORTEST)
    kept = {theme: list(clauses) for theme, clauses in found.items() if len(clauses) >= _PARA}
    order = sorted(kept, key=lambda theme: (-len(kept[theme]), theme))
    return Pool(order, [kept[theme] for theme in order])


def _sample() -> Iterator[tuple[str, str]]:
    for row in _read_lines(SAMPLE / "gold.jsonl"):
        for opinion in row["opinions"]:
            if opinion.get("theme_id"):
                yield opinion["theme_id"], opinion["text"]


def load_material(data: Path) -> Material:
    """Read what comments are made of.

    Args:
        data: Folder with ``endorsements_tw.jsonl.gz`` and ``messages.jsonl.gz``; either may be missing.
    """
    pools, letters, notes = {"sample": _pool(_sample())}, [], []
    endorsements, messages = data / "endorsements_tw.jsonl.gz", data / "messages.jsonl.gz"
    if endorsements.exists():
        pools["endorsements"] = _pool((r["proposal_id"], r["text_simplified"]) for r in _read_lines(endorsements))
    if messages.exists():
        for r in sorted(_read_lines(messages), key=lambda r: str(r["id"])):
            sentences = [s.strip() for s in re.split(r"(?<=[。！？!?\n])", r["text"]) if s.strip()]
            letters.append((r["title"].strip(), sentences, r["label1"] or ""))
    notes += [f"没有 {p.name}，不用" for p in (endorsements, messages) if not p.exists()]
    return Material(pools, letters, notes)


def _weights(count: int) -> np.ndarray[Any, Any]:
    weights = 1 / (np.arange(count) + 5)
    return weights / weights.sum()


class Maker:
    """Makes comments from material.

    Args:
        material: What they are made of.
        seed: Seeds every draw.
    """

    def __init__(self, material: Material, seed: int) -> None:
        """Prepare the weights of the themes."""
        self._material = material
        self._rng = np.random.default_rng(seed)
        present = [s for s in SOURCES if s in material.pools]
        total = sum(SOURCES[s] for s in present)
        self._shares = [(s, SOURCES[s] / total) for s in present]
        self._cumulated = {s: _weights(len(material.pools[s].names)).cumsum() for s in present}
        self._alike: dict[str, list[int]] = {}
        for number, (_, _, label) in enumerate(material.letters):
            self._alike.setdefault(label, []).append(number)

    def _one(self, of: Sequence[Any]) -> Any:  # noqa: ANN401  (an item of any kind)
        return of[int(self._rng.random() * len(of))]

    def _theme(self) -> tuple[str, list[str]]:
        draw = self._rng.random()
        for source, share in self._shares:
            if draw < share or source == self._shares[-1][0]:
                break
            draw -= share
        pool = self._material.pools[source]
        k = min(len(pool.names) - 1, int(self._cumulated[source].searchsorted(self._rng.random())))
        return f"{source}:{pool.names[k]}", pool.clauses[k]

    def _clauses(self, clauses: Sequence[str], low: int, high: int) -> str:
        chosen = [self._one(clauses) for _ in range(int(self._rng.integers(low, high + 1)))]
        text = "".join(c if c[-1] in "，。；！？,;!?" else c + "，" for c in chosen)
        return text.rstrip("，,；;") + ("" if text[-1] in "。！？!?" else "。")

    def own(self) -> tuple[str, str]:
        """Return a comment of one to six clauses, and its theme."""
        theme, clauses = self._theme()
        return self._clauses(clauses, 1, 6), theme

    def slogan(self) -> tuple[str, str]:
        """Return a short clause as it stands, and its theme."""
        theme, clauses = self._theme()
        few = [c for c in clauses[:60] if len(c) <= _SLOGAN] or clauses[:1]
        return self._one(few).rstrip("，,；;"), theme

    def letter(self) -> tuple[str, str]:
        """Return a long letter, and its theme."""
        if not self._material.letters:
            theme, clauses = self._theme()
            return self._clauses(clauses, 10, 30), theme
        title, sentences, label = self._one(self._material.letters)
        other = self._material.letters[self._one(self._alike[label])][1]
        kept = [s for s in sentences if self._rng.random() < 0.7] + [s for s in other if self._rng.random() < 0.3]
        places: dict[str, str] = {}

        def place(found: re.Match[str]) -> str:
            return places.setdefault(found[0], chr(65 + int(self._rng.integers(26))) + str(int(self._rng.integers(1, 40))))

        return _PLACE.sub(place, title + "\n" + "".join(kept or sentences)), f"letters:{label or '其他'}"

    def campaign_letter(self) -> tuple[str, str]:
        """Return the letter of a campaign, and its theme."""
        theme, clauses = self._theme()
        while len(text := self._clauses(clauses, 4, 8)) < 50:
            pass
        return text, theme

    def copy_of(self, letter: str) -> str:
        """Return a copy with what its sender made of it."""
        draw = self._rng.random()
        if draw < 0.2:
            at = int(self._rng.integers(1, len(letter) - 1))
            letter = letter[:at] + (letter[at + 1 :] if draw < 0.1 else letter[at] + letter[at:])
        added = self.own()[0] if self._rng.random() < 0.05 else ""
        return self._one(_GREETINGS) + letter + added + self._one(_CLOSINGS)

    def person(self) -> tuple[str, str]:
        """Return a name and an address, both invented; one in ten gives neither."""
        if self._rng.random() < 0.1:
            return "匿名", ""
        name = self._one(_SURNAMES) + self._one(_GIVEN) + (self._one(_GIVEN) if self._rng.random() < 0.6 else "")
        return name, f"u{int(self._rng.integers(10**7))}@example.com" if self._rng.random() < 0.3 else ""

    def place(self) -> list[str]:
        """Return a point and its street."""
        k = int(self._rng.random() ** 2 * 2000)
        return [f"第{k + 1}信息采集点", f"{k // 10 + 1}号街道"]

    def when(self) -> list[str]:
        """Return a date and a channel."""
        day = pd.Timestamp(2025, 6, 1) + pd.Timedelta(days=int(self._rng.integers(_DAYS)))
        return [day.strftime("%Y-%m-%d"), self._one(_CHANNELS)]


def _campaign_sizes(total: int) -> list[int]:
    """Sizes of campaigns that fall off as a power law and add up to so many copies, or a few less than three."""
    sizes: list[int] = []
    left, rank = total, 1
    while left >= _FEW:
        sizes.append(max(_FEW, min(left, int(total / 10 / rank**0.8))))
        left -= sizes[-1]
        rank += 1
    return sizes


def generate(count: int, material: Material, seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make comments.

    Args:
        count: How many.
        material: What they are made of, from :func:`load_material`.
        seed: Seeds every draw.

    Returns:
        The comments with the columns ``COLUMNS``, all text, in an order of chance; and where each came from.
    """
    make = Maker(material, seed)
    rows: list[list[str]] = []
    truth: list[tuple[str, str, str | None, int | None]] = []

    def add(part: str, text: str, theme: str, campaign: str | None = None, earlier: int | None = None) -> None:
        place, when = make.place(), make.when()
        who = list(make.person())
        if earlier is not None:
            place, who = rows[earlier][:2], rows[earlier][4:6]
        rows.append([*place, *when, *who, text, str(int(1 / (1 - make._rng.random())) - 1)])
        truth.append((part, theme, campaign, earlier))

    for number, size in enumerate(_campaign_sizes(int(count * SHARES["campaign"]))):
        letter, theme = make.campaign_letter()
        for _ in range(size):
            add("campaign", make.copy_of(letter), theme, f"K{number}")
    for part, draw in (("slogan", make.slogan), ("letter", make.letter)):
        for _ in range(int(count * SHARES[part])):
            add(part, *draw())
    repeats = int(count * SHARES["repeat"])
    first_own = len(rows)
    for _ in range(count - repeats - len(rows)):
        add("own", *make.own())
    for k in make._rng.integers(first_own, len(rows), repeats).tolist():
        while rows[k][4] == "匿名":  # nobody can tell that an anonymous comment came from the same person
            k = first_own + (k - first_own + 1) % (count - repeats - first_own)
        add("repeat", rows[k][6], truth[k][1], earlier=k)
    order = make._rng.permutation(len(rows))
    ids = np.empty(len(rows), object)
    ids[order] = [f"G{k:07d}" for k in range(1, len(rows) + 1)]
    comments = pd.DataFrame(rows, columns=COLUMNS[1:])
    comments.insert(0, COLUMNS[0], ids)
    known = pd.DataFrame(truth, columns=["part", "theme", "campaign", "duplicate_of"])
    known.insert(0, "id", ids)
    known["duplicate_of"] = [ids[int(k)] if pd.notna(k) else None for k in known["duplicate_of"]]
    return comments.iloc[order].reset_index(drop=True), known.iloc[order].reset_index(drop=True)


def write(comments: pd.DataFrame, truth: pd.DataFrame, out: Path) -> None:
    """Write comments as csv or parquet, and beside them where they came from."""
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".parquet":
        comments.to_parquet(out, index=False)
    else:
        comments.to_csv(out, index=False, encoding="utf-8-sig", quoting=csv.QUOTE_MINIMAL)
    truth.to_parquet(out.with_suffix(".truth.parquet"), index=False)


def main() -> None:
    """Write a consultation and say what is in it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", type=int, help="多少件")
    parser.add_argument("out", type=Path, help="写到哪里，.csv 或者 .parquet")
    parser.add_argument("--data", type=Path, default=DATA, help="endorsements_tw、messages 所在的文件夹")
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args()
    material = load_material(args.data)
    comments, truth = generate(args.count, material, args.seed)
    write(comments, truth, args.out)
    for note in material.notes:
        print(note)
    text = comments[COLUMNS[7]]
    print(f"{len(comments)} 件，其中不同的文字 {text.nunique()} 种，平均 {text.str.len().mean():.0f} 字；", end="")
    print(f"联名信 {truth['campaign'].nunique()} 封，重复件 {truth['duplicate_of'].notna().sum()} 件，主题 {truth['theme'].nunique()} 个")


if __name__ == "__main__":
    main()
