"""Controls for a notebook: every decision by keyboard, with its effect on the tables at once; plain ipywidgets."""

from __future__ import annotations

from jietan.review.controls.suggestions import SuggestionControls
from jietan.review.controls.themes import ThemeControls

__all__ = ["SuggestionControls", "ThemeControls"]
