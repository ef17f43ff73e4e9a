"""Drafts and statutes: parsing, citations, the library, search."""
