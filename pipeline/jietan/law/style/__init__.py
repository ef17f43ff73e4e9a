"""The lint of legislative drafting (立法技术规范) and of the limits of local law."""

from __future__ import annotations

from jietan.law.style.check import RULES, fix, infer_level, lint_articles, lint_errors, lint_limits, lint_text
from jietan.law.style.model import Finding, Rule, Severity

__all__ = ["RULES", "Finding", "Rule", "Severity", "fix", "infer_level", "lint_articles", "lint_errors", "lint_limits", "lint_text"]
