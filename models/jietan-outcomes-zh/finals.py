"""Make whole consultations of corpora/training: the draft, an invented adopted text, the comments and the answers."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from jietan.language.numerals import NUMBER
from jietan.language.wording_of_numbers import format_number

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "jietan-e5-zh")]
from markup import Comment, Consultation, read_consultation  # noqa: E402

ITEM = re.compile(r"^（[一二三四五六七八九十]+）", re.M)
CITED = re.compile(rf"(?<=第)({NUMBER})(?=条)")


#: Kind (replace, append, after, strike), article, words of the draft, words of the adopted text.
Edit = tuple[str, str, str, str]


class Final(NamedTuple):
    """One file of corpora/training/finals.

    Attributes:
        outcomes: Position → full or partial; any other that asks for a change is not taken up.
        edits: What the adopted text changes, in order.
    """

    outcomes: dict[str, str]
    edits: list[Edit]


def read_final(path: Path) -> Final:
    """Read the changes of an adopted text.

    Raises:
        ValueError: A line is none of the kinds that the README of the folder lists.
    """
    outcomes: dict[str, str] = {}
    edits = []
    for line in path.read_text("utf-8").splitlines():
        head, _, rest = line.partition(" ")
        if head in ("@full", "@partial"):
            outcomes |= dict.fromkeys(rest.split(), head[1:])
        elif head == "后":
            article, _, words = rest.partition("：")
            edits.append(("after", article, "", words))
        elif head == "删":
            edits.append(("strike", rest.strip(), "", ""))
        elif rest.startswith("+ "):
            edits.append(("append", head, "", rest[2:]))
        elif rest.startswith("| ") and rest.count(" | ") == 1:
            old, new = rest[2:].split(" | ")
            edits.append(("replace", head, old, new.strip()))
        else:
            raise ValueError(f"{path.name}: {line}")
    return Final(outcomes, [(kind, article, old, new.replace("\\n", "\n")) for kind, article, old, new in edits])


def adopt(draft: Sequence[tuple[str, str]], edits: Sequence[Edit]) -> list[tuple[str, str]]:
    """Apply the changes and number the articles anew.

    Args:
        draft: (label, text) of each article.
        edits: As :class:`Final` has them.

    Raises:
        ValueError: Words to be replaced are not in the article exactly once.
    """
    texts = [[label, text] for label, text in draft]
    for kind, article, old, new in edits:
        at = next(k for k, (label, _) in enumerate(texts) if label == article)
        if kind == "after":
            texts.insert(at + 1, ["", new])
        elif kind == "strike":
            del texts[at]
        elif kind == "append":
            texts[at][1] += "\n" + new
        elif texts[at][1].count(old) == 1:
            texts[at][1] = texts[at][1].replace(old, new)
        else:
            raise ValueError(f"{article}: {old}")
    moved = {label: format_number(n) for n, (label, _) in enumerate(texts, 1) if label}

    def cited(match: re.Match[str]) -> str:
        return moved.get(f"第{match[1]}条", match[1])

    return [(f"第{format_number(n)}条", CITED.sub(cited, text)) for n, (_, text) in enumerate(texts, 1)]


def markdown(title: str, articles: Sequence[tuple[str, str]]) -> str:
    """Write articles as a draft that the program reads."""
    parts = [f"# {title}", *(f"**{label}**　" + "\n　　".join(text.split("\n")) for label, text in articles)]
    return "\n\n".join(parts) + "\n"


def _answers(name: str, comment: Comment) -> dict[str, object]:
    opinions = [
        {
            "start": o.start,
            "end": o.end,
            "text": o.text,
            "kind": o.kind,
            "stance": o.stance,
            "targets": [t._asdict() for t in o.targets],
            "operation": o.operation,
            "theme_id": o.theme,
            "position_id": o.position,
        }
        | ({"new_article": True} if o.new_article else {})
        for o in comment.opinions
    ]
    rest: dict[str, object] = {"campaign_id": None, "duplicate_of": None, "pii": []}
    return {"comment_id": name, "triage": comment.triage, "opinions": opinions} | rest


def _themes(consultation: Consultation, final: Final) -> dict[str, object]:
    out: dict[str, object] = {}
    for theme, title in consultation.themes.items():
        said = [o for c in consultation.comments for o in c.opinions if o.theme == theme]
        positions = {
            p: {"type": kind, "label": what, "adopted": final.outcomes.get(p, "no") if kind == "change" else None}
            for p, (kind, what) in consultation.positions.items()
            if p.startswith(theme)
        }
        articles = sorted({t.article for o in said for t in o.targets})
        new = any(o.new_article for o in said)
        out[theme] = {"title": title, "target_articles": articles, "new_article": new, "positions": positions}
    return out


def write_consultation(consultation: Path, final: Path, statutes: Mapping[str, Sequence[tuple[str, str]]], out: Path) -> str:
    """Write draft.md, final.md, comments.csv, gold.jsonl, themes.json and pairs.jsonl.

    Args:
        consultation: A file of corpora/training/consultations.
        final: The file of the same name in corpora/training/finals.
        statutes: Law → (label, text) of its articles; they stand for the draft.
        out: Folder to write.

    Returns:
        The law that stands for the draft.
    """
    read, adopted = read_consultation(consultation), read_final(final)
    unknown = set(adopted.outcomes) - set(read.positions)
    if unknown:
        raise ValueError(f"{final.name}: {sorted(unknown)}")
    out.mkdir(parents=True, exist_ok=True)
    draft = statutes[read.law]
    (out / "draft.md").write_text(markdown(read.law, draft), "utf-8")
    (out / "final.md").write_text(markdown(read.law, adopt(draft, adopted.edits)), "utf-8")
    names = [f"{read.name}-{k:04d}" for k in range(1, len(read.comments) + 1)]
    with (out / "comments.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["意见编号", "意见内容"])
        writer.writerows((name, c.text) for name, c in zip(names, read.comments, strict=True))
    answers = [_answers(name, c) for name, c in zip(names, read.comments, strict=True)]
    (out / "gold.jsonl").write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in answers), "utf-8")
    (out / "themes.json").write_text(json.dumps(_themes(read, adopted), ensure_ascii=False, indent=1), "utf-8")
    (out / "pairs.jsonl").write_text("", "utf-8")
    return read.law
