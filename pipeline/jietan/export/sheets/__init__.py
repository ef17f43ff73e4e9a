"""The sheets of 意见汇总表.xlsx: what stands in which cell, without any office format."""

from __future__ import annotations

from jietan.export.sheets.articles import articles_sheet
from jietan.export.sheets.campaigns import campaigns_sheet
from jietan.export.sheets.demands import demands_sheet
from jietan.export.sheets.law import citations_sheet, higher_law_sheet
from jietan.export.sheets.legend import legend_sheet
from jietan.export.sheets.lists import letters_sheet, long_tail_sheet, referrals_sheet, unprocessed_sheet
from jietan.export.sheets.namings import namings_sheet
from jietan.export.sheets.opinions import opinions_sheet
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.sheets.suggestions import others_sheet, rejected_sheet, suggestions_sheet
from jietan.export.sheets.themes import themes_sheet
from jietan.export.view import View

__all__ = ["Cell", "Col", "Sheet", "sheets"]


def sheets(view: View) -> list[Sheet]:
    """Return the sheets of the workbook in order; the rows are made while they are read."""
    out = [
        suggestions_sheet(view),
        *([others_sheet(view)] if view.others else []),
        *([rejected_sheet(view)] if view.rejected else []),
        themes_sheet(view),
        opinions_sheet(view),
        articles_sheet(view),
        higher_law_sheet(view),
        citations_sheet(view),
        long_tail_sheet(view),
        referrals_sheet(view),
        unprocessed_sheet(view),
        letters_sheet(view),
        campaigns_sheet(view),
        namings_sheet(view),
        demands_sheet(view),
    ]
    return [*out, legend_sheet(view, out)]
