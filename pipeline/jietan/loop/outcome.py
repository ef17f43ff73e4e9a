"""What became of each suggestion in the adopted text: the table ``outcomes``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from jietan.embedders import Embedder, load_embedder
from jietan.errors import InputError, RunFolderError
from jietan.law.diff import Mark
from jietan.loop.adoption import Judge, Verdict
from jietan.loop.asking import Ask
from jietan.loop.confirming import confirmed
from jietan.loop.existing import Existing, Said
from jietan.loop.revisions import Clause, Revision, clauses_of, revise
from jietan.review.ledger import decided
from jietan.runfolder import file_hash
from jietan.stages.parse import parse
from jietan.tables import conform, records

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["TABLES", "Asks", "outcome", "outcomes_of", "targets", "told"]

#: Share of the draft's clauses that an adopted text of the same law has at least.
_SAME_LAW = 0.2
_LONGEST = 60
#: Tables of a run that are read.
TABLES = ("suggestions", "opinions", "comments", "articles", "links", "demands")
#: Parts of a demand that say what it is about.
_PARTS = ("主体", "事项", "行为", "对象", "条件")
#: How sure a proposal of 已有规定 is; few could be counted.
_EXISTING = 0.5


def targets(row: Any, clauses: Iterable[Clause]) -> tuple[tuple[Clause, ...], bool]:  # noqa: ANN401  (a row of the table)
    """Return the clauses that a suggestion aims at, and whether they are less than an article of several.

    Args:
        row: A row of ``suggestions``.
        clauses: Clauses of the draft.
    """
    own = [c for c in clauses if c.owner == row.article]
    paragraph = None if pd.isna(row.paragraph) else int(row.paragraph)
    item = row.item if isinstance(row.item, str) else None
    meant = [c for c in own if paragraph in (None, c.paragraph) and item in (None, c.item)]
    return tuple(meant), len(meant) < len(own) or len(own) == 1


class Asks:
    """Puts together what suggestions ask for.

    Args:
        tables: ``opinions``, ``links`` and ``demands`` of a run.
        clauses: Clauses of the draft.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], clauses: tuple[Clause, ...]) -> None:
        """Look up the words, the place and the demands of each opinion."""
        self._clauses = clauses
        self._words = dict(zip(tables["opinions"]["opinion_id"], tables["opinions"]["text"], strict=True))
        links = tables["links"]
        first = links[(links["source"] == "draft") & (links["rank"] == 1)]
        self._article = dict(zip(first["opinion_id"], first["article"], strict=True))
        self._demanded: dict[str, tuple[str, ...]] = {}
        parts = tables["demands"]
        for part in records(parts[parts["part"].isin(_PARTS)]):
            self._demanded[part.opinion_id] = (*self._demanded.get(part.opinion_id, ()), part.words)

    def of(self, row: Any) -> Ask:  # noqa: ANN401  (a row of the table)
        """Return what a suggestion asks for.

        Args:
            row: A row of ``suggestions``.
        """
        aimed, exact = targets(row, self._clauses)
        order = list(dict.fromkeys([*row.exemplars, *row.evidence]))
        drafted = bool(row.drafted) and row.operation != "删除"
        places = Counter(self._article[o] for o in order if o in self._article)
        demanded = dict.fromkeys(words for o in order for words in self._demanded.get(o, ()))
        return Ask(
            row.operation,
            tuple(dict.fromkeys(self._words[o] for o in order)),
            aimed,
            exact,
            row.original_text if isinstance(row.original_text, str) else "",
            row.proposed_text if drafted else None,
            tuple(demanded),
            {article: n / len(order) for article, n in places.items()},
        )

    def one(self, row: Any, opinion: str) -> Ask:  # noqa: ANN401  (a row of the table)
        """Return one of the opinions of a suggestion as an ask of its own.

        Args:
            row: A row of ``suggestions``.
            opinion: Its id.
        """
        aimed, exact = targets(row, self._clauses)
        own = self._article.get(opinion)
        linked = {own: 1.0} if own else {}
        return Ask(row.operation, (self._words[opinion],), aimed, exact, demanded=self._demanded.get(opinion, ()), linked=linked)


def _shown(marks: Iterable[Mark]) -> str:
    """The change in a drafter's words: “四十八”改为“二十四”, 增加“…”, 删去“…”."""
    out: list[str] = []
    gone = ""
    for operation, text in [*marks, ("equal", "")]:
        short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        if operation == "delete":
            gone = short
        elif operation == "insert":
            out.append(f"“{gone}”改为“{short}”" if gone else f"增加“{short}”")
            gone = ""
        elif gone:
            out.append(f"删去“{gone}”")
            gone = ""
    return "，".join(out)


def told(revision: Revision) -> str:
    """Say one change with its places: 第二十一条第二项（通过文本第二十二条第二项）：….

    Args:
        revision: The change.
    """
    old, new = ("、".join(c.label for c in side) for side in (revision.old, revision.new))
    if not old:
        return f"新增{new}：{_shown(revision.marks)}"
    if not new:
        return f"{old}：{_shown(revision.marks)}"
    place = old if old == new else f"{old}（通过文本{new}）"
    return f"{place}：{_shown(revision.marks)}"


def _row(suggestion_id: str, verdict: Verdict, homes: tuple[str, ...], disposition: str | None) -> dict[str, Any]:
    articles = dict.fromkeys(c.owner for r in verdict.revisions for c in r.new)
    if verdict.ground == "所指的规定没有改动" and verdict.outcome == "full":
        articles = dict.fromkeys(homes)
    return {
        "suggestion_id": suggestion_id,
        "outcome": verdict.outcome,
        "disposition": None,
        "proposal": disposition or verdict.outcome,
        "confirmed": False,
        "reason": "",
        "final_articles": list(articles),
        "evidence": [told(r) for r in verdict.revisions],
        "confidence": verdict.confidence,
        "ground": verdict.ground,
    }


def _may_exist(ask: Ask, verdict: Verdict) -> bool:
    """Whether what was not taken up may be there already."""
    return verdict.outcome == "no" and not verdict.revisions and ask.operation in ("增加", "修改", "细化", "释明")


def _as_existing(said: Said) -> dict[str, Any]:
    return {
        "proposal": "existing",
        "final_articles": [said.article] if said.article else [],
        "evidence": [said.line],
        "confidence": _EXISTING,
        "ground": "草案或者上位法已有规定",
    }


def outcomes_of(tables: dict[str, pd.DataFrame], final: pd.DataFrame, embedder: Embedder) -> pd.DataFrame:
    """Compare suggestions with the adopted text.

    Args:
        tables: The tables of a run named in :data:`TABLES`.
        final: Articles of the adopted text, a table as ``articles``.
        embedder: Encoder for asks in other words than the text's.

    Returns:
        Table ``outcomes``: a proposal for each suggestion, for a person to confirm.

    Raises:
        InputError: The text is of another law.
    """
    articles = tables["articles"]
    draft = tuple(clauses_of(records(articles[articles["source"] == "draft"].sort_values("position"))))
    revisions = revise(draft, clauses_of(records(final.sort_values("position"))))
    if revisions.kept_share < _SAME_LAW:
        raise InputError(
            f"这份文本与草案只有百分之{revisions.kept_share * 100:.0f}的款、项对得上，看上去不是同一部法规",
            todo="请检查给的文件；确实全部重写的，请逐条人工对照",
        )
    judge = Judge(revisions, embedder)
    asks = Asks(tables, draft)
    owners = dict(zip(tables["opinions"]["opinion_id"], tables["opinions"]["comment_id"], strict=True))
    triage = dict(zip(tables["comments"]["comment_id"], tables["comments"]["triage"], strict=True))
    rows = []
    existing = Existing(list(dict.fromkeys(revisions.stands.values())), embedder)
    for row in records(tables["suggestions"]):
        ask = asks.of(row)
        verdict = judge.judge(ask)
        passed = sum(triage[owners[o]] in ("governance", "personal") for o in row.evidence)
        routed = 2 * passed > len(row.evidence)
        elsewhere = "elsewhere" if routed and verdict.outcome == "no" and not verdict.revisions else None
        said = existing.find(ask.texts, list(row.higher_law)) if _may_exist(ask, verdict) and not elsewhere else None
        made = _row(row.suggestion_id, verdict, revisions.homes.get(row.article, ()), elsewhere)
        rows.append(made | _as_existing(said) if said else made)
    return conform(confirmed(pd.DataFrame(rows), tables["suggestions"], ()), "outcomes")


def outcome(run: Run, final: str | Path) -> pd.DataFrame:
    """Propose for every suggestion of a run whether the adopted text took it up, and keep that in the run folder.

    Args:
        run: A finished run with a draft.
        final: The adopted text, in any format that a draft may have.

    Returns:
        Table ``outcomes``, also written to ``tables/outcomes.parquet``; the adopted text's articles go to ``tables/final.parquet``.

    Raises:
        InputError: The text cannot be read, or is of another law.
        RunFolderError: The run had no draft.
    """
    path = Path(final)
    articles = run.articles
    if not (articles["source"] == "draft").any():
        raise RunFolderError("这次运行没有草案，无法对照通过文本", where=str(run.folder), todo="请用 --draft 给出草案重新运行")
    adopted, title, problems = parse(path, "final")
    tables = {name: run.table(name) for name in TABLES}
    found = outcomes_of(tables, adopted, load_embedder(run.settings.embed.model))
    found = confirmed(found, tables["suggestions"], decided(run.folder))
    counted = Counter(found["outcome"])
    about = {
        "final": {"name": path.name, "sha256": file_hash(path), "title": title, "problems": problems},
        "counts": {name: counted[name] for name in ("full", "partial", "no")},
        "key": run.suggestions_key,
    }
    run.keep({"final": adopted, "outcomes": found}, outcome=about)
    return found
