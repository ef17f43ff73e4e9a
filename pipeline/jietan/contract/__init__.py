"""Every table of a run as declared; the page of the manual on the tables is made from here."""

from jietan.contract.column import KINDS, OPERATIONS, STANCES, TRIAGE, Column, Table
from jietan.contract.opinions import OPINIONS_TABLES
from jietan.contract.suggestions import SUGGESTIONS_TABLES

__all__ = ["ALL", "KINDS", "OPERATIONS", "STANCES", "TRIAGE", "Column", "Table"]

ALL = (*OPINIONS_TABLES, *SUGGESTIONS_TABLES)
