"""A draft in any common format → its articles, exactly as written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from jietan.errors import InputError
from jietan.language.normalize import fold
from jietan.language.wording_of_numbers import format_article
from jietan.law.document import Paragraph, read_paragraphs
from jietan.law.names import short_name
from jietan.law.outline import Line, group_paragraphs, items, scan

__all__ = ["Article", "Draft", "items", "parse_paragraphs", "read_draft", "short_name"]

_LAW_NAME = re.compile(r"(?:法|典|条例|办法|规定|细则|规则|决定|规程|章程|解释|规范|准则|标准|制度)$")
_STATUS = re.compile(r"\s*[(]([^()]*(?:草案|征求意见|修订|修正|送审|表决|审议|讨论|初稿|二审|三审|稿|试行|暂行)[^()]*)[)]\s*$")
_AFTER_TEXT = re.compile(
    r"^(?:附件|附表|附录|附图|附\s*[:：]|附\s*\d|说明|起草说明|编制说明|抄送|联系人|公开方式|.{0,60}(?:的说明|的解读|对照表|反馈表|"
    r"意见表|征求意见表|的公告|的通知)\s*$|[-—=*_]{3,}$)"
)
_CAPTION = re.compile(r"^(?:[(]([^()。;:,]{2,24})[)]|【([^【】]{2,24})】|\[([^\[\]]{2,24})\])\s*")
_SHOWN = 5
_NUMERAL_ONLY = re.compile(r"^[一二三四五六七八九十百\d]+$")


@dataclass(frozen=True)
class Article:
    """One article (条).

    Attributes:
        article_id: ``{short law name}#{article}``, unique within the law.
        law: Name of the law it belongs to.
        article: Canonical label: 第十二条, 第十八条之一.
        number: (12, 0), (18, 1).
        chapter: 编, 章 and 节 joined by `` / ``, or None.
        text: The text without its label, 款 and 项 on lines of their own.
        paragraphs: The 款; each holds its 项 on further lines.
        place: Where it stands in the file.
        caption: 条标 in brackets behind the label, such as 立法目的; empty for none.
    """

    article_id: str
    law: str
    article: str
    number: tuple[int, int]
    chapter: str | None
    text: str
    paragraphs: list[str]
    place: str
    caption: str = ""


@dataclass(frozen=True)
class Draft:
    """A law text that was read.

    Attributes:
        title: Name without the bracket that tells its state.
        articles: Articles in the order of the text.
        problems: What a person should check, in Chinese, each with its place.
        version: The bracket behind the title, such as 草案征求意见稿; empty for none.
        preamble: Paragraphs before the text that are neither its title nor its table of contents.
    """

    title: str
    articles: list[Article]
    problems: list[str]
    version: str = ""
    preamble: list[str] = field(default_factory=list)


def _runs(lines: list[Line]) -> list[list[int]]:
    """Groups of article lines; a new 第一条 starts a new group."""
    runs: list[list[int]] = []
    for index, line in enumerate(lines):
        if line.kind != "article":
            continue
        if not runs or line.number == (1, 0):
            runs.append([])
        runs[-1].append(index)
    return runs


def _is_tail(line: Line) -> bool:
    """Whether a line behind the last article no longer belongs to it."""
    if line.kind == "heading" or _AFTER_TEXT.match(line.text):
        return True
    return not line.text.endswith(tuple("。；：;:.”）)")) or line.text.startswith(("（联系", "(联系"))


def _last_line(lines: list[Line], run: list[int], limit: int) -> int:
    end = run[-1] + 1
    if not lines[run[-1]].text and end < limit and lines[end].kind == "text":
        end += 1
    while end < limit and not _is_tail(lines[end]):
        end += 1
    return end


def _names(lines: list[Line]) -> list[tuple[str, str]]:
    """Lines that can be the title, as (name, version); those the file itself marks come last."""
    found = []
    for line in sorted((line for line in lines if line.kind == "text"), key=lambda line: line.is_title):
        plain = fold(line.text)
        status = _STATUS.search(plain)
        name = line.text[: status.start()] if status else line.text
        name = re.sub(r"\s+", "", name.strip().strip("《》"))
        fits = 3 <= len(name) <= 60 and not re.search(r"[。，；！？：,;:《》]", name)
        if fits and _LAW_NAME.search(name) and not name.startswith(("根据", "按照", "关于公开", "关于征求")):
            found.append((name, status[1] if status else ""))
    return found


def _title(lines: list[Line], fallback: str) -> tuple[str, str]:
    names = _names(lines)
    if names:
        name, version = names[-1]
    else:
        quoted = [match for line in lines for match in re.findall(r"《([^《》]{3,60})》", line.text)]
        marked = [line.text for line in lines if line.is_title]
        name = (quoted or marked or [fallback])[0]
        status = _STATUS.search(fold(name))
        name, version = (name[: status.start()], status[1]) if status else (name, "")
    for line in lines if not version else ():
        status = _STATUS.fullmatch(fold(line.text))
        version = status[1] if status else version
    return name, version


def _caption(text: str) -> tuple[str, str]:
    match = _CAPTION.match(fold(text))
    if match is None:
        return "", text
    inner = next(filter(None, match.groups()))
    if _NUMERAL_ONLY.match(inner):
        return "", text
    return text[match.start() + 1 : match.start() + 1 + len(inner)], text[match.end() :]


def _enter(chapter: list[str], line: Line) -> None:
    chapter[line.level] = line.text
    chapter[line.level + 1 :] = [""] * (len(chapter) - line.level - 1)


def _build(lines: list[Line], law: str, chapter: list[str]) -> list[Article]:
    """Articles of the lines from the first article to the last line of the last one."""
    articles: list[Article] = []
    bodies: list[tuple[Line, str | None, list[str]]] = []
    for line in lines:
        if line.kind == "heading":
            _enter(chapter, line)
        elif line.kind == "article":
            bodies.append((line, " / ".join(filter(None, chapter)) or None, [line.text]))
        elif bodies:
            bodies[-1][2].append(line.text)
    seen: dict[str, int] = {}
    for line, heading, body in bodies:
        caption, first = _caption(body[0])
        rest = [first, *body[1:]]
        if not any(rest):
            caption, rest = "", body
        paragraphs = group_paragraphs(rest)
        label = format_article(*line.number)
        seen[label] = seen.get(label, 0) + 1
        again = f"@{seen[label]}" if seen[label] > 1 else ""
        text = "\n".join(paragraphs)
        article_id = f"{short_name(law)}#{label}{again}"
        articles.append(Article(article_id, law, label, line.number, heading, text, paragraphs, line.place, caption))
    return articles


def _numbering_problems(articles: list[Article]) -> list[str]:
    problems: list[str] = []
    places: dict[str, str] = {}
    last: Article | None = None
    for article in articles:
        if article.article in places:
            problems.append(f"{article.article}出现两次（{places[article.article]}、{article.place}），请核对序号")
        elif last is not None and article.number < last.number:
            problems.append(f"{article.article}（{article.place}）排在{last.article}之后，序号倒退，请核对")
        elif last is not None and article.number[0] > last.number[0] + 1:
            first, end = last.number[0] + 1, article.number[0] - 1
            missing = format_article(first) + (f"至{format_article(end)}" if end > first else "")
            problems.append(f"{last.article}之后是{article.article}（{article.place}），缺{missing}")
        elif last is not None and article.number[1] > 1 and article.number != (last.number[0], last.number[1] + 1):
            problems.append(f"{last.article}之后是{article.article}（{article.place}），中间的“之”号不连续")
        if not article.text:
            problems.append(f"{article.article}（{article.place}）没有内容")
        places.setdefault(article.article, article.place)
        last = article
    if articles and articles[0].number != (1, 0):
        problems.insert(0, f"条文从{articles[0].article}（{articles[0].place}）开始，没有第一条")
    return problems


def _opening_chapter(lines: list[Line]) -> list[str]:
    """Headings in force before the first article; those of a table of contents alone do not count."""
    chapter = [""] * 4
    last: Line | None = None
    for line in lines:
        if line.kind == "heading":
            _enter(chapter, line)
            last = line
    return chapter if last is not None and last.number[0] == 1 else [""] * 4


def parse_paragraphs(paragraphs: list[Paragraph], where: str) -> Draft:
    """Find the articles among the paragraphs of a file.

    Args:
        paragraphs: All paragraphs in order: notices, table of contents, text, attachments.
        where: Name of the file, for messages and as a last resort for the title.

    Returns:
        The longest run of articles that starts at 第一条; other runs are named in ``problems``.

    Raises:
        InputError: There is no article.
    """
    lines = scan(paragraphs)
    runs = _runs(lines)
    if not runs:
        raise InputError(
            "没有找到条文（以“第一条”“第1条”等开头的段落）",
            where=where,
            todo="请确认文件是法规草案的正文，每一条另起一段，并且以“第×条”开头；修正案或者修改决定须在标题里写明修改哪一部法规",
        )
    sizes = [(len(run), sum(len(line.text) for line in lines[run[0] : run[-1] + 1])) for run in runs]
    best = max(range(len(runs)), key=lambda index: (*sizes[index], -index))
    run = runs[best]
    limit = runs[best + 1][0] if best + 1 < len(runs) else len(lines)
    before, end = lines[: run[0]], _last_line(lines, run, limit)
    title, version = _title([line for line in before if line.kind == "text"], Path(where).stem)
    articles = _build(lines[run[0] : end], title, _opening_chapter(before))
    others = [(lines[other[0]].place, len(other)) for other in runs if other is not run and not _is_contents(lines, other)]
    problems = [*_numbering_problems(articles), *_left_out(others)]
    preamble = [line.text for line in before if line.kind == "text" and not _is_front_matter(line.text, title)]
    return Draft(title, articles, problems, version, preamble)


def _left_out(others: list[tuple[str, int]]) -> list[str]:
    """Say which groups of articles were not read: each of a few, of more their number."""
    todo = "没有读入；如果需要请另存为单独的文件"
    said = [f"文件中另有一组从{place}开始的条文（{count}条），{todo}" for place, count in others[:_SHOWN]]
    more = others[_SHOWN:]
    return [*said, f"文件中还有{len(more)}组这样的条文（共{sum(count for _, count in more)}条），{todo}"] if more else said


def _is_front_matter(text: str, title: str) -> bool:
    compact = re.sub(r"\s+", "", text)
    return compact.startswith(title) or compact == "目录" or _STATUS.fullmatch(fold(text)) is not None


def _is_contents(lines: list[Line], run: list[int]) -> bool:
    """Whether a run of article lines is a table of contents."""
    return all(len(lines[index].text) <= 30 and not lines[index].text.endswith("。") for index in run)


def read_draft(path: str | Path) -> Draft:
    """Read a draft or an adopted text.

    Args:
        path: A .docx, .md, .txt, .html or text .pdf file.

    Returns:
        Title, articles and what should be checked.

    Raises:
        InputError: The file cannot be read, is a scan, or has no article.
    """
    return parse_paragraphs(read_paragraphs(path), Path(path).name)
