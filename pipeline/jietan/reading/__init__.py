"""Comment files of every format to rows, before any analysis."""

from jietan.reading.model import FIELD_NAMES, ReadResult, Reject, Row, TextPart
from jietan.reading.reader import read_files

__all__ = ["FIELD_NAMES", "ReadResult", "Reject", "Row", "TextPart", "read_files"]
