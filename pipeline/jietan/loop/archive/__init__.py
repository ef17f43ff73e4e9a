"""The archive of consultations: runs, outcomes and replies of many of them, to be searched and compared."""

from jietan.loop.archive.asking import GROUPS, Filters, Hit, compare, listing, search
from jietan.loop.archive.filling import add, remove
from jietan.loop.archive.store import archive_path

__all__ = ["GROUPS", "Filters", "Hit", "add", "archive_path", "compare", "listing", "remove", "search"]
