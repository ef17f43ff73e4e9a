"""Random decisions of all kinds: a ledger gives the same tables again, survives a further batch, and can be taken back."""

import os
import random
from contextlib import suppress

import pytest

import jietan
from jietan.api import Run
from jietan.errors import SettingsError
from jietan.export.wording import TRIAGE
from jietan.loop.confirming import DISPOSITIONS
from jietan.review.decisions import DECISION_WORDS, OUTCOMES
from jietan.review.ledger import LEDGER, read_ledger, standing
from jietan.tables import KINDS, OPERATIONS, STANCES
from run_copies import open_copy, table_bytes, theme_members

_CHANGING = set(DECISION_WORDS) - {"undo"}
#: Decisions about suggestions: made first, so that the others bear on suggestions that were decided about.
_ABOUT_SUGGESTIONS = {"accept": "status", "reject": "status", "edit_text": "proposed_text", "edit_reason": "reason", "edit_title": "title"}
#: ``make decisions`` draws more.
_SEEDS = range(int(os.environ.get("JIETAN_SEEDS", "1")))


class NothingLeft(Exception):
    """Everything of a kind was decided about."""


class Chooser:
    """Makes decisions about random objects."""

    def __init__(self, run, seed, apart):
        self.rng, self.apart = random.Random(seed), apart  # noqa: S311
        opinions = run.opinions
        asks = opinions[(opinions["kind"] != "理由") & opinions["theme_id"].notna()]
        self.pools = {
            "theme": sorted(set(run.themes.dropna(subset="parent_id")["theme_id"])),
            "unit": sorted(set(asks["unit_id"])),
            "suggestion": sorted(run.suggestions["suggestion_id"]),
            "comment": sorted(run.comments["comment_id"]),
            "ask": sorted(asks["opinion_id"]),
            "article": sorted(run.articles[run.articles["source"] == "draft"]["article"]),
        }
        self.members = theme_members(run)
        unit_of = dict(zip(opinions["opinion_id"], opinions["unit_id"], strict=True))
        of_unit = opinions.groupby("unit_id")["opinion_id"].agg(set).to_dict()
        owner = dict(zip(opinions["opinion_id"], opinions["comment_id"], strict=True))
        self.touched = {u: {u, *of_unit[u], *(owner[o] for o in of_unit[u])} for u in self.pools["unit"]}
        self.touched |= {o: {o, unit_of[o], owner[o]} for o in self.pools["ask"]}
        evidence = dict(zip(run.suggestions["suggestion_id"], run.suggestions["evidence"], strict=True))
        self.touched |= {s: {s, *e, *(unit_of[o] for o in e), *(owner[o] for o in e)} for s, e in evidence.items()}
        self.used = set()

    def pick(self, kind, count=1):
        """Some objects; no object twice where decisions are to be apart."""
        free = [x for x in self.pools[kind] if not self.apart or not self.touched.get(x, {x}) & self.used]
        if len(free) < count:
            raise NothingLeft
        chosen = self.rng.sample(free, count)
        self.used |= set().union(*(self.touched.get(x, {x}) for x in chosen))
        if kind == "theme":
            self.used |= {o for t in chosen for o in self.members.get(t, ())}
        return chosen

    def opinion(self):
        """An ask, whose theme is decided about in no other way where decisions are to be apart."""
        (found,) = self.pick("ask")
        self.used |= {t for t, members in self.members.items() if found in members}
        return found

    def decide(self, review, kind):
        """One decision of a kind."""
        review.by = self.rng.choice(["甲", "乙"])
        one = {
            "set_triage": lambda: review.set_triage(*self.pick("comment"), self.rng.choice(sorted(TRIAGE))),
            "set_kind": lambda: review.set_label(*self.pick("ask"), kind=self.rng.choice(KINDS[:4])),
            "set_stance": lambda: review.set_label(*self.pick("ask"), stance=self.rng.choice(STANCES)),
            "set_operation": lambda: review.set_label(*self.pick("ask"), operation=self.rng.choice(OPERATIONS)),
            "merge_units": lambda: review.merge_units(*self.pick("unit", 2)),
            "split_unit": lambda: review.split_unit(self.pick("ask")),
            "set_article": lambda: review.set_article(self.pick("ask"), self.rng.choice([*self.pools["article"], ""])),
            "merge_themes": lambda: review.merge(*self.pick("theme", 2)),
            "split_theme": lambda: review.split([self.opinion()], title=self.rng.choice(["", "另一件事"])),
            "move_to_theme": lambda: review.move([self.opinion()], *self.pick("theme")),
            "move_to_tail": lambda: review.move([self.opinion()], None),
            "rename_theme": lambda: review.rename(*self.pick("theme"), f"名称{self.rng.randrange(100)}"),
            "lock_theme": lambda: review.lock(*self.pick("theme")),
            "accept": lambda: review.accept(*self.pick("suggestion")),
            "reject": lambda: review.reject(*self.pick("suggestion"), why="已有规定"),
            "edit_text": lambda: review.edit(*self.pick("suggestion"), text=f"条文{self.rng.randrange(100)}。"),
            "edit_reason": lambda: review.edit(*self.pick("suggestion"), reason=f"“理由”（LJ-0001）{self.rng.randrange(100)}。"),
            "edit_title": lambda: review.edit(*self.pick("suggestion"), title=f"诉求{self.rng.randrange(100)}"),
            "set_outcome": lambda: review.set_outcome(*self.pick("suggestion"), self.rng.choice(OUTCOMES), why="另有安排"),
            "note": lambda: review.note("记一笔", about=self.pick("comment")[0]),
        }
        one[kind]()


def decided(run, seed, times=1, apart=False):
    """Make decisions of every kind in random order."""
    chooser = Chooser(run, seed, apart)
    kinds = sorted(_CHANGING) * times
    chooser.rng.shuffle(kinds)
    kinds.sort(key=lambda k: k not in {*_ABOUT_SUGGESTIONS, "set_outcome"})
    with run.review.batch() as review:
        for kind in kinds:
            with suppress(NothingLeft):
                chooser.decide(review, kind)
    return read_ledger(run.folder)


def holds(run, decision):
    """Say whether the tables show a decision."""
    opinions = run.opinions.set_index("opinion_id")
    members = [o for ref in decision.objects for o in getattr(ref, "members", ())]
    names = [getattr(ref, "opinion_id", None) or getattr(ref, "comment_id", None) or ref.id for ref in decision.objects]
    if decision.kind in ("set_kind", "set_stance", "set_operation"):
        return opinions.loc[names[0], decision.kind.removeprefix("set_")] == decision.value
    if decision.kind == "set_outcome":
        row = run.outcomes.set_index("suggestion_id").loc[decision.objects[0].id]
        return row["confirmed"] and decision.value in (row["outcome"], {v: k for k, v in DISPOSITIONS.items()}.get(row["disposition"]))
    if decision.kind in _ABOUT_SUGGESTIONS:
        found = [r for r in run.suggestions.to_dict("records") if set(r["evidence"]) & set(members)]
        column = _ABOUT_SUGGESTIONS[decision.kind]
        wanted = {"accept": ("accepted", "edited"), "reject": ("rejected",)}.get(decision.kind, (decision.value,))
        return any(row[column] in wanted for row in found)
    checks = {
        "set_triage": lambda: run.comments.set_index("comment_id").loc[names[0], "triage"] == decision.value,
        "set_article": lambda: (
            bool(opinions.loc[names[0], "new_article"])
            if not decision.place[0]
            else run.links[run.links["opinion_id"] == names[0]].sort_values("rank")["article"].iloc[0] == decision.place[0]
        ),
        "merge_units": lambda: opinions.loc[members, "unit_id"].nunique() == 1,
        "split_unit": lambda: set(opinions.index[opinions["unit_id"] == opinions.loc[names[0], "unit_id"]]) == {names[0]},
        "merge_themes": lambda: set(asked(opinions, members)["theme_id"]) == {names[0]},
        "split_theme": lambda: asked(opinions, names)["theme_id"].iloc[0] in set(run.themes["theme_id"]),
        "move_to_theme": lambda: opinions.loc[names[0], "theme_id"] == decision.into.id,
        "move_to_tail": lambda: opinions.loc[names, "theme_id"].isna().all(),
        "rename_theme": lambda: run.themes.set_index("theme_id").loc[names[0], "title"] == decision.value,
        "lock_theme": lambda: set(asked(opinions, members)["theme_id"]) == {names[0]},
    }
    return checks[decision.kind]()


def lost(run, final):
    """Decisions that the tables do not show, or that do not stand."""
    jietan.outcome(run, final)
    states = run.review.status().set_index("id")["state"]
    return [(d.kind, states[d.id]) for d in read_ledger(run.folder) if states[d.id] != "有效" or (d.kind != "note" and not holds(run, d))]


def asked(opinions, names):
    """Asks among opinions; grounds stand where their ask stands."""
    rows = opinions.loc[names]
    return rows[rows["kind"] != "理由"]


@pytest.mark.parametrize("seed", _SEEDS)
def test_all_kinds_survive_a_tenth_more_comments(small_run, fast, sample_folder, sample_rows, write_csv, tmp_path, seed):
    run, final = open_copy(small_run, tmp_path / "run"), sample_folder / "final.docx"
    made = decided(run, seed, apart=True)
    assert len({d.kind for d in made}) >= len(_CHANGING) - 2
    assert lost(run, final) == []
    more = write_csv(tmp_path / "第二批.csv", [sample_rows[0], *sample_rows[41:45]])
    again = jietan.run(more, draft=sample_folder / "draft.docx", out=run.folder, append=True, settings=fast, export=False)
    assert lost(again, final) == []


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_ledger_gives_the_same_tables_again_and_none_when_taken_back(small_run, tmp_path, seed):
    run, other = open_copy(small_run, tmp_path / "run"), open_copy(small_run, tmp_path / "other")
    made = decided(run, seed + 1, times=3)
    assert {d.kind for d in made} == _CHANGING
    (other.folder / LEDGER).write_bytes((run.folder / LEDGER).read_bytes())
    other.refresh()
    assert table_bytes(other.folder) == table_bytes(run.folder)
    assert {e.state for e in standing(made)} <= {"stands", "superseded", "conflict"}
    with run.review.batch() as review:
        for decision in made:
            review.undo(decision.id)
    assert table_bytes(run.folder) == table_bytes(small_run.folder)
    assert set(run.review.status()["state"][: len(made)]) == {"已撤销"}


def test_decisions_one_after_another_are_as_those_made_at_once(small_run, tmp_path):
    """What is decided about what earlier decisions made stands too."""
    run = open_copy(small_run, tmp_path / "run")
    rng = random.Random(3)  # noqa: S311
    for step in range(2):
        chooser = Chooser(run, rng.random(), False)
        with run.review.batch() as review:
            for kind in rng.sample(sorted(_CHANGING), 8):
                chooser.decide(review, kind)
        status = run.review.status()
        gone = status[status["state"] == "不再适用"]
        assert gone["remark"].all(), step  # a reason is given wherever other decisions took away what one was about
        assert len(gone) * 4 <= len(status), step
    tables = table_bytes(run.folder)
    run.refresh()
    assert table_bytes(run.folder) == tables
    with pytest.raises(SettingsError):
        run.review.undo("D0")
    assert Run.load(run.folder).review.status().equals(run.review.status())
