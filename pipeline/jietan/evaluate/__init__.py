"""Scores of a run against a consultation whose answers are known."""

from jietan.evaluate.scores import Scores, evaluate, format_scores

__all__ = ["Scores", "evaluate", "format_scores"]
