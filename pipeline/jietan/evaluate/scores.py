"""All scores of a run against a labelled consultation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jietan.evaluate.gold import load_gold
from jietan.evaluate.labels import count_figures, opinion_label_figures, split_figures, triage_figures
from jietan.evaluate.linking import link_figures
from jietan.evaluate.matching import Comparison
from jietan.evaluate.merging import copy_figures, merge_figures, theme_figures
from jietan.evaluate.notes import missing_table_notes, training_notes
from jietan.evaluate.privacy import pii_figures
from jietan.evaluate.suggesting import outcome_figures, suggestion_figures
from jietan.evaluate.tables import load_tables

__all__ = ["Scores", "evaluate", "format_scores"]

_PARTS: tuple[Callable[[Comparison], dict[str, float]], ...] = (
    count_figures,
    triage_figures,
    pii_figures,
    split_figures,
    opinion_label_figures,
    link_figures,
    merge_figures,
    copy_figures,
    theme_figures,
    suggestion_figures,
    outcome_figures,
)


@dataclass(frozen=True)
class Scores:
    """What a run scores.

    Args:
        figures: Name to figure, in the order in which they are shown. Every figure is in 0..1 and higher is better,
            except ``n_*``, ``*.n``, ``lost_*`` and ``*_violations`` (counts), ``merge.false_rate`` and
            ``suggestions.repeat_rate`` (lower is better).
        notes: What a reader has to know besides, in Chinese.
    """

    figures: dict[str, float]
    notes: list[str]


def evaluate(run_folder: Path, gold: Path) -> Scores:
    """Score the tables of a run against a consultation whose answers are known.

    Figures whose table or column the run does not have are left out, and a note says so.

    Args:
        run_folder: A run folder, or any folder with ``tables/comments.parquet`` and ``tables/opinions.parquet``.
        gold: Folder with ``gold.jsonl``, ``themes.json`` and ``pairs.jsonl``.

    Returns:
        Figures and notes.

    Raises:
        InputError: A labels file is missing or malformed.
        RunFolderError: A required table is missing, or a file of the run cannot be read.
    """
    answers = load_gold(gold)
    comparison = Comparison(answers, load_tables(run_folder))
    figures: dict[str, float] = {}
    for part in _PARTS:
        figures |= part(comparison)
    notes = training_notes(run_folder, answers.fingerprint) + missing_table_notes(comparison)
    return Scores(figures, notes)


def format_scores(figures: Mapping[str, float]) -> str:
    """Return one line per figure: the name in 36 columns, then the figure with three decimals."""
    return "\n".join(f"{name:36s} {value:.3f}" for name, value in figures.items())
