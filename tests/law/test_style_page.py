"""docs/lint.md lists the rules as the code has them; run this file to write the table again after a change."""

from pathlib import Path

from jietan.law.style import RULES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "lint.md"
_MARK = "<!-- rules -->\n"
_SEVERITIES = {"error": "错误", "warning": "警告", "note": "提示"}


def table():
    """Return the table of the rules."""
    rows = [f"| `{r.id}` | {r.title} | {_SEVERITIES[r.severity]} | {'是' if r.mechanical else ''} | {r.source} |" for r in RULES.values()]
    return "\n| 规则 | 要求 | 轻重 | 可改 | 依据 |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"


def test_page_lists_the_rules():
    assert PAGE.read_text("utf-8").split(_MARK)[1] == table()


def test_ids_are_unique_and_in_kebab_case():
    assert len(RULES) > 60
    assert all(name == name.lower() and " " not in name for name in RULES)


if __name__ == "__main__":
    PAGE.write_text(PAGE.read_text("utf-8").split(_MARK)[0] + _MARK + table(), "utf-8")
