"""``jietan lint``: check the drafting of a law text."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jietan.commands.screen import clean, say, warn
from jietan.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

    from jietan.law.style import Finding

__all__ = ["lint"]

_FORMATS = ("text", "json", "csv")
_WORDS = {"error": "错误", "warning": "警告", "note": "提示"}
_COLUMNS = ("law", "article", "paragraph", "item", "start", "end", "severity", "rule", "title", "message", "text", "fix", "source")
_FIXED = (".md", ".txt")
_SHOWN = 24


@dataclass(frozen=True)
class _Checked:
    """One law of the file: its name and level, its articles as read, and what was found."""

    law: str
    level: str
    articles: pd.DataFrame
    findings: list[Finding]

    def text(self, finding: Finding) -> str:
        """The words that a finding is about."""
        rows = self.articles[self.articles["article"] == finding.article]
        return str(rows["text"].iloc[0])[finding.start : finding.end] if len(rows) else ""


def lint(
    file: Annotated[Path, typer.Argument(metavar="文件", help="草案：docx、md、txt、html 或者文字版 PDF", show_default=False)],
    level: Annotated[
        str | None,
        typer.Option("--level", metavar="层级", help="地方性法规、地方政府规章、法律等；不写时由题目推断", show_default=False),
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="格式", help="text、json 或者 csv，默认 text", show_default=False)] = "text",
    fixed: Annotated[
        Path | None,
        typer.Option("--fix", metavar="文件", help="把能机械改正的改好，写到这个 md 或者 txt 文件，原文件不动", show_default=False),
    ] = None,
) -> None:
    """Print what is wrong with the drafting; exit 1 where there is an error."""
    _refuse(level, form, fixed, file)
    checked, problems = _check(file, level)
    for problem in problems:
        warn(f"注意：{problem}")
    {"text": _print_text, "json": _print_json, "csv": _print_csv}[form](checked)
    if fixed is not None:
        _write_fixed(fixed, checked)
    if any(finding.severity == "error" for law in checked for finding in law.findings):
        raise typer.Exit(1)


def _refuse(level: str | None, form: str, fixed: Path | None, file: Path) -> None:
    """Refuse options that cannot be followed, before anything is read."""
    from jietan.law.imprint import LEVELS

    if level is not None and level not in LEVELS:
        raise SettingsError(f"没有“{level}”这个层级", where="--level", todo=f"可用的是{'、'.join(LEVELS)}")
    if form not in _FORMATS:
        raise SettingsError(f"没有“{form}”这种格式", where="--format", todo=f"可用的是{'、'.join(_FORMATS)}")
    if fixed is not None and fixed.suffix.lower() not in _FIXED:
        raise SettingsError(f"{fixed.name} 不是 md 或者 txt 文件", where="--fix", todo="例如 --fix 改正稿.md")
    if fixed is not None and fixed.resolve() == file.resolve():
        raise SettingsError("改正稿不能写到原文件上", where="--fix", todo="请另取一个名称")


def _check(file: Path, level: str | None) -> tuple[list[_Checked], list[str]]:
    """Read a file and check each law in it; of one that amends laws only the articles that it changes count."""
    from jietan.law.style import infer_level, lint_articles
    from jietan.stages.parse import parse

    articles, title, problems = parse(file)
    amended = "amended_item" in articles
    contents = None if amended else _has_contents(file)
    checked = []
    for law, rows in articles.groupby("law", sort=False):
        name = str(law) if amended else title
        found = lint_articles(rows, level=level, title=name, contents=contents)
        if amended:
            changed = set(rows["article"][rows["amended_item"].notna()])
            found = [finding for finding in found if finding.article in changed]
        checked.append(_Checked(name, level or infer_level(name), rows, found))
    return checked, [problem for problem in problems if amended or not problem.startswith(("第", "条文从"))]


def _has_contents(file: Path) -> bool:
    from jietan.law.document import read_paragraphs

    return any("".join(paragraph.text.split()).strip("*#") == "目录" for paragraph in read_paragraphs(file))


def _print_text(checked: list[_Checked]) -> None:
    for law in checked:
        say(f"《{law.law}》（{law.level or '层级不明'}，{len(law.articles)} 条）")
        label: str | None = None
        for finding in law.findings:
            if finding.article != label:
                label = finding.article
                say(f"\n{label or '整部草案'}")
            say(f"  {_line(law, finding)}")
        say()
    counts = {word: sum(f.severity == name for law in checked for f in law.findings) for name, word in _WORDS.items()}
    say("共" + "，".join(f"{word} {count} 处" for word, count in counts.items()))
    if not all(law.level for law in checked):
        warn("由题目看不出层级，没有检查立法权限；是地方性法规的，请加 --level 地方性法规")


def _line(law: _Checked, finding: Finding) -> str:
    """One finding: severity, 款 and 项, the words, what is wrong, the rule and the correction."""
    from jietan.language.numerals import parse_item
    from jietan.language.wording_of_numbers import format_number
    from jietan.law.style import RULES

    place = f"第{format_number(finding.paragraph)}款" if finding.paragraph else ""
    place += f"第{format_number(parse_item(finding.item))}项" if finding.item else ""
    words = law.text(finding).replace("\n", " ")
    words = words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
    quoted = f"“{words}”" if words else ""
    source = RULES[finding.rule].source
    basis = finding.rule if source in finding.message else f"{finding.rule}，{source}"
    fix = "" if finding.fix is None or (finding.fix and finding.fix in finding.message) else f"（改为“{finding.fix}”）"
    where = f"{place}{quoted}"
    return f"[{_WORDS[finding.severity]}] {where}{'：' if where else ''}{finding.message}{fix}〔{basis}〕"


def _rows(checked: list[_Checked]) -> list[dict[str, Any]]:
    from jietan.law.style import RULES

    rows = []
    for law in checked:
        for finding in law.findings:
            rule = RULES[finding.rule]
            row = {**asdict(finding), "law": law.law, "title": rule.title, "source": rule.source, "text": law.text(finding)}
            rows.append({name: row[name] for name in _COLUMNS})
    return rows


def _print_json(checked: list[_Checked]) -> None:
    laws = [{"law": law.law, "level": law.level, "articles": len(law.articles)} for law in checked]
    say(json.dumps({"laws": laws, "findings": _rows(checked)}, ensure_ascii=False, indent=1))


def _print_csv(checked: list[_Checked]) -> None:
    from jietan.export.wording import FORMULA_STARTS

    def cell(value: Any) -> Any:  # noqa: ANN401
        return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value

    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows([cell(row[name]) for name in _COLUMNS] for row in _rows(checked))
    say(out.getvalue().rstrip("\n"))


def _corrected(law: _Checked) -> tuple[list[str], int, list[str]]:
    """The lines of a law with its mechanical corrections.

    Returns:
        Title, headings and articles; how many places were changed; the labels that stand twice and were left.
    """
    from jietan.law.style import fix

    lines, count = [law.law], 0
    headings: list[str] = []
    twice = set(law.articles["article"][law.articles["article"].duplicated()])
    for label, chapter, text in zip(law.articles["article"], law.articles["chapter"], law.articles["text"], strict=True):
        path = chapter.split(" / ") if isinstance(chapter, str) else []
        lines += [heading for depth, heading in enumerate(path) if path[: depth + 1] != headings[: depth + 1]]
        headings = path
        mine = [f for f in law.findings if f.article == label and f.fix is not None and label not in twice]
        count += len(mine)
        lines.append(f"{label}\u3000{fix(str(text), mine)}")
    return lines, count, sorted(twice)


def _write_fixed(target: Path, checked: list[_Checked]) -> None:
    """Write the corrected text: titles, headings and articles, a paragraph each."""
    from jietan.export.files import write

    lines: list[str] = []
    changed = 0
    for law in checked:
        more, count, twice = _corrected(law)
        lines += more
        changed += count
        if twice:
            warn(f"注意：{'、'.join(twice)}出现了不止一次，没有改")
    gap = "\n\n" if target.suffix.lower() == ".md" else "\n"
    body = gap.join(gap.join(line.split("\n")) for line in lines) + "\n"
    write(target, lambda path: _save(path, body))
    warn(f"改正了 {changed} 处，写在 {clean(str(target.resolve()))}（只含题目、章节标题和条文）")


def _save(path: Path, body: str) -> None:
    path.write_text(body, "utf-8")
