"""Scores of a run against a gold consultation."""
