"""Explaining a draft before opinions are gathered: cards in plain words, an overview by audience, questions to ask."""

from jietan.loop.explain.explanation import Explanation, explain

__all__ = ["Explanation", "explain"]
