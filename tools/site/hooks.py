"""What the manual needs beyond mkdocs: pages from the root of the tree, and Chinese text set as Chinese.

Loaded by mkdocs (``hooks`` in ``mkdocs.yml``):

- ``CONTRIBUTING.md`` and ``CHANGELOG.md`` stand in the root, where people look for them, and are pages of the manual too;
- a link to a file of the tree that is no page (a model's MODEL.md, a folder) becomes its path, since the site has no such file; a link to
  nothing stays, and fails the strict build;
- a line break inside a Chinese paragraph leaves no gap.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

__all__ = ["ROOT", "ROOT_PAGES", "join_chinese", "on_files", "on_page_content", "on_page_markdown", "plain_links"]

ROOT = Path(__file__).resolve().parents[2]
ROOT_PAGES = ("CONTRIBUTING.md", "CHANGELOG.md")

_FENCE = re.compile(r"^( *)(```+).*?^\1\2 *$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[([^\]]+)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")
_WIDE = "\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_BREAK = re.compile(rf"(?<=[{_WIDE}])((?:</\w+>)*)\n *((?:<\w+[^>]*>)*)(?=[{_WIDE}])")
_PRE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)


def join_chinese(html: str) -> str:
    """Take the line breaks between two Chinese characters out of some HTML, except in preformatted text."""
    parts = _PRE.split(html)
    return "".join(part if i % 2 else _BREAK.sub(r"\1\2", part) for i, part in enumerate(parts))


def plain_links(markdown: str, page: str, pages: set[str]) -> str:
    """Point links of a page into the site.

    Args:
        markdown: Text of the page.
        page: Its path below ``docs/``; that of a page from the root is its name.
        pages: Paths of all files of the site, below ``docs/``.

    Returns:
        The text, with links from the root leading to the pages of the site, and links to other files of the tree as their paths.
    """
    rooted = page in ROOT_PAGES

    def one(found: re.Match[str]) -> str:
        mark, words, target, anchor = found[1], found[2], found[3], found[4] or ""
        path = posixpath.normpath(posixpath.join("" if rooted else posixpath.join("docs", posixpath.dirname(page)), target))
        inside = path.removeprefix("docs/") if path.startswith("docs/") else path if path in ROOT_PAGES else ""
        if inside in pages:
            return f"{mark}[{words}]({posixpath.relpath(inside, posixpath.dirname(page) or '.')}{anchor})"
        if mark or not (ROOT / path).exists():
            return found[0]
        code = f"`{path}`"
        return code if words.strip("`") in (path, posixpath.basename(path), target) else f"{words}（{code}）"

    parts, end = [], 0
    for fence in _FENCE.finditer(markdown):
        parts += [_LINK.sub(one, markdown[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, _LINK.sub(one, markdown[end:])])


def on_files(files: Any, *, config: Any) -> Any:  # noqa: ANN401  (mkdocs' types are not installed where the program is checked)
    """Add the pages from the root."""
    for name in ROOT_PAGES:
        if (ROOT / name).exists():
            files.append(File.generated(config, name, content=(ROOT / name).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:  # noqa: ANN401
    """Point the links of a page into the site; the first page needs no menu of itself beside it."""
    if page.file.src_uri == "index.md":
        page.meta["hide"] = ["navigation"]
    return plain_links(markdown, page.file.src_uri, {f.src_uri for f in files})


def on_page_content(html: str, *, page: Any, config: Any, files: Any) -> str:  # noqa: ANN401
    """Set Chinese paragraphs without gaps."""
    return join_chinese(html)
