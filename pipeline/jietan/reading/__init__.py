"""Comment files of every format to rows, before any analysis."""
