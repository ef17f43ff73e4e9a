"""Law texts as people have them → versions of laws in the user's library."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path, PurePosixPath

from jietan.errors import InputError
from jietan.language.normalize import fold
from jietan.language.numerals import parse_article
from jietan.language.wording_of_numbers import format_article
from jietan.law.document import Paragraph, read_data
from jietan.law.imprint import effective_date, full_date, level_of, named_date, read_imprint, region_of
from jietan.law.names import short_name
from jietan.law.outline import group_paragraphs
from jietan.law.parse import Draft, parse_paragraphs
from jietan.law.sources import Source, count_entries, expand, find_files
from jietan.law.store import LawStore
from jietan.law.versions import LawText, LawVersion, status_of
from jietan.log import track

__all__ = ["Outcome", "add_paths", "read_source"]

_SHAPE = '每行一个 JSON 对象：{"law": "…", "article": "第一条", "text": "…"}，可以另有 chapter、level、category、version_date、status'
_DRAFT = re.compile(r"草案|征求意见|送审|审议|讨论|初稿|二审|三审|修订稿|建议稿|表决稿")
_TRIAL = re.compile(r"试行|暂行")
_CONTROL = dict.fromkeys((*range(9), *range(11, 32), 127, 0xFEFF, 0x200B))
_SHOWN = 3
_LONGEST_NAME, _LONGEST_LABEL = 200, 40
#: What damaged files raise inside the libraries that read them.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, LookupError, AttributeError, TypeError)


@dataclass(frozen=True)
class Outcome:
    """What became of one law of one file.

    Attributes:
        source: The file, with the folders and archives around it.
        result: ``"added"``, ``"replaced"``, ``"same"`` (there already) or ``"failed"``.
        law: Its name; empty where the file could not be read.
        version_date: 2021-04-29, or empty.
        n_articles: Number of articles.
        notes: What a person should check, or for a failure the reason, in Chinese.
    """

    source: str
    result: str
    law: str = ""
    version_date: str = ""
    n_articles: int = 0
    notes: tuple[str, ...] = ()


def _before_text(draft: Draft, paragraphs: Sequence[Paragraph]) -> list[str]:
    """The lines before the first article."""
    first = draft.articles[0].place
    return [p.text.strip() for p in takewhile(lambda p: p.place != first, paragraphs)]


def _title(draft: Draft, lines: Sequence[str], name: str) -> str:
    """The name of the law: the lines that say what the file is called, else what looks like a title."""
    stem = re.sub(r"[(（\[【_\-\s]*(?:19|20)\d{2}[-_.年]?\d{2}[-_.月]?\d{2}日?[)）\]】\s]*$", "", PurePosixPath(name).stem)
    compact = [re.sub(r"\s", "", line) for line in lines if line]
    for start in range(len(compact)):
        for end in range(start + 1, min(start + 4, len(compact) + 1)):
            joined = "".join(compact[start:end])
            if short_name(joined) == short_name(stem):
                return joined
    trial = _TRIAL.search(draft.version)
    return f"{draft.title}（{trial[0]}）" if trial else draft.title


def _texts(draft: Draft) -> tuple[LawText, ...]:
    found = []
    for article in draft.articles:
        paragraphs = list(article.paragraphs)
        if article.caption:
            paragraphs[:1] = [f"（{article.caption}）{paragraphs[0] if paragraphs else ''}"]
        found.append(LawText(article.article, article.chapter, tuple(filter(None, (p.translate(_CONTROL) for p in paragraphs)))))
    return tuple(found)


def _refuse_macros(data: bytes, name: str) -> None:
    """Refuse a Word file that carries macros.

    Raises:
        InputError: It does.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(entry.lower().endswith("vbaproject.bin") for entry in archive.namelist()):
            raise InputError("文件含有宏，没有读取", where=name, todo="请用 Word 另存为不含宏的 docx")


def _paragraphs(source: Source) -> list[Paragraph]:
    try:
        if source.name.lower().endswith(".docx") and zipfile.is_zipfile(io.BytesIO(source.data)):
            _refuse_macros(source.data, source.name)
        return read_data(source.data, source.name)
    except _DAMAGE as error:
        raise InputError(f"文件已损坏，读不出来（{type(error).__name__}）", where=source.name, todo="请重新下载或者另存一份") from error


def _parse(paragraphs: list[Paragraph], name: str) -> Draft:
    try:
        return parse_paragraphs(paragraphs, PurePosixPath(name).name)
    except InputError as error:
        todo = "请确认是法规的正文，每一条另起一段、以“第×条”开头；决定、通知、修正案里没有条文，请加入修改后的完整文本"
        raise InputError("没有找到条文", where=name, todo=todo) from error


def _read_document(source: Source) -> LawVersion:
    paragraphs = _paragraphs(source)
    draft = _parse(paragraphs, source.name)
    lines = _before_text(draft, paragraphs)
    law = _title(draft, lines, source.name).translate(_CONTROL)
    if _DRAFT.search(draft.version) or re.search(r"[(（].*(?:草案|征求意见稿|送审稿).*[)）]$", law):
        raise InputError(
            f"《{law}》是草案（{draft.version or '标题注明'}），法规库只收已经公布的法规",
            where=source.name,
            todo="请加入公布的文本；草案用 --draft 给出",
        )
    if len(law) > _LONGEST_NAME:
        raise InputError("法规的名称太长，认不出标题", where=source.name, todo="请把名称单独写成第一行")
    imprint, texts = read_imprint(lines), _texts(draft)
    note, folders = "\n".join(lines), str(PurePosixPath(source.name).parent)
    region = region_of(law, note, folders)
    return LawVersion(
        law,
        imprint.version_date or named_date(PurePosixPath(source.name).name),
        texts,
        effective=imprint.effective or effective_date(["\n".join(t.paragraphs) for t in texts]),
        level=level_of(law, note, folders, region),
        region=region,
        history=imprint.history,
        problems=tuple(draft.problems),
    )


@dataclass
class _Group:
    """The lines of one version of one law in a JSON lines file."""

    first: dict[str, object]
    declared: str
    texts: list[LawText] = field(default_factory=list)


def _json_lines(data: bytes, name: str, *, progress: bool) -> Iterator[tuple[int, str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("不是 UTF-8 编码", where=name, todo="请用 UTF-8 编码另存") from error
    lines = text.split("\n")
    yield from enumerate(track(lines, "读取条文") if progress else lines, 1)


def _object(line: str) -> dict[str, object]:
    """One line as an object with all that is needed.

    Raises:
        ValueError: What is wrong, in Chinese.
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("不是有效的 JSON") from error
    if not isinstance(row, dict):
        raise ValueError("不是 JSON 对象")
    if isinstance(row.get("article"), int):
        row["article"] = str(row["article"])
    missing = [key for key in ("law", "article", "text") if not isinstance(row.get(key), str) or not str(row[key]).strip()]
    if missing:
        raise ValueError(f"缺少 {'、'.join(missing)}")
    if any("\ud800" <= c <= "\udfff" for key in ("law", "article", "text", "chapter") for c in str(row.get(key) or "")):
        raise ValueError("含有无效的字符")
    if len(str(row["law"])) > _LONGEST_NAME:
        raise ValueError("law 太长")
    if len(str(row["article"])) > _LONGEST_LABEL:
        raise ValueError("article 太长")
    return row


def _label(label: str) -> str:
    """An article's label in canonical form; 序言 and the like stay as they are."""
    plain = fold(label).strip()
    for text in (plain, f"第{plain}条"):
        try:
            return format_article(*parse_article(text))
        except ValueError:
            continue
    return label.strip()


def _json_text(row: dict[str, object]) -> LawText:
    label = _label(str(row["article"]))
    text = str(row["text"]).translate(_CONTROL).strip()
    text = text.removeprefix(label).lstrip(" \u3000\t") if text.startswith((f"{label}\u3000", f"{label} ")) else text
    lines = text.split("\n")
    chapter = row.get("chapter")
    paragraphs = group_paragraphs(lines) if len(lines) > 1 else lines
    return LawText(label, chapter.strip() or None if isinstance(chapter, str) else None, tuple(paragraphs))


def _json_version(row: dict[str, object]) -> tuple[str, str]:
    """Version date and status of a line.

    Raises:
        ValueError: They cannot be understood.
    """
    date, status = row.get("version_date") or "", row.get("status") or ""
    found = full_date(str(date))
    if date and not found:
        raise ValueError(f"version_date 不是日期（{str(date)[:20]}）")
    declared = status_of(str(status)) if status else ""
    if declared is None:
        raise ValueError(f"status 不认识（{str(status)[:20]}），应为 现行有效、已修改、已废止、尚未生效")
    return found, declared


def _finish(law: str, date: str, group: _Group) -> LawVersion:
    hint = "/".join(str(group.first.get(key) or "") for key in ("level", "category"))
    region = region_of(law, "", str(group.first.get("category") or ""))
    repeated = [label for label, count in Counter(text.label for text in group.texts).items() if count > 1]
    problems = (f"{'、'.join(repeated[:_SHOWN])}{'等' if len(repeated) > _SHOWN else ''}出现不止一次，请核对序号",) if repeated else ()
    effective = effective_date(["\n".join(t.paragraphs) for t in group.texts])
    level = level_of(law, "", hint, region)
    return LawVersion(law, date, tuple(group.texts), group.declared, effective, level, region, (), problems)


def _read_json_lines(source: Source, *, progress: bool) -> list[LawVersion]:
    groups: dict[tuple[str, str], _Group] = {}
    names: dict[str, str] = {}
    wrong: list[str] = []
    for number, line in _json_lines(source.data, source.name, progress=progress):
        if not line.strip():
            continue
        try:
            row = _object(line)
            date, declared = _json_version(row)
        except ValueError as error:
            wrong.append(f"第 {number} 行{error}")
            continue
        name = str(row["law"])
        law = names.setdefault(name, re.sub(r"[《》\s]", "", name.translate(_CONTROL)))
        groups.setdefault((law, date), _Group(row, declared)).texts.append(_json_text(row))
    if wrong:
        more = f"……共 {len(wrong)} 行" if len(wrong) > _SHOWN else ""
        raise InputError("；".join(wrong[:_SHOWN]) + more + "。整个文件没有加入", where=source.name, todo=_SHAPE)
    if not groups:
        raise InputError("文件里没有条文", where=source.name, todo=_SHAPE)
    return [_finish(law, date, group) for (law, date), group in groups.items()]


def read_source(source: Source, *, declared: str = "", date: str = "", progress: bool = False) -> list[LawVersion]:
    """Read the laws of one file.

    Args:
        source: The file; its ``error`` is raised.
        declared: Status to give to what says none itself.
        date: Version date to give to what says none itself.
        progress: Whether a long file shows how far it is.

    Returns:
        One version for each law; from JSON lines one for each law and version date.

    Raises:
        InputError: The file cannot be used; nothing of it can.
    """
    if source.error:
        raise source.error
    lines = source.name.lower().endswith(".jsonl")
    found = _read_json_lines(source, progress=progress) if lines else [_read_document(source)]
    return [_complete(law, declared, date) for law in found]


def _complete(law: LawVersion, declared: str, date: str) -> LawVersion:
    """Fill in what the user said for all."""
    law = replace(law, declared=law.declared or declared, version_date=law.version_date or date)
    if law.effective and law.version_date and law.effective < law.version_date:
        law = replace(law, effective="")
    return law


class _Batch:
    """Adds files one by one, and notices two texts of one law and version."""

    def __init__(self, store: LawStore) -> None:
        self._store = store
        self._seen: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, laws: Sequence[LawVersion], source: str) -> Iterator[Outcome]:
        fresh: list[LawVersion] = []
        for law in laws:
            before = self._seen.setdefault((law.short, law.version_date), (source, law.digest))
            if before == (source, law.digest):
                fresh.append(law)
            elif before[1] == law.digest:
                yield Outcome(source, "same", law.law, law.version_date, len(law.articles), (f"与 {before[0]} 相同",))
            else:
                shown = law.version_date or "没有版本日期"
                reason = f"与 {before[0]} 同名同版本（{shown}）而内容不同，没有加入；是不同版本的，请写明日期后再加"
                yield Outcome(source, "failed", law.law, law.version_date, len(law.articles), (reason,))
        results = self._store.add(fresh, source) if fresh else []
        for law, result in zip(fresh, results, strict=True):
            yield Outcome(source, result, law.law, law.version_date, len(law.articles), law.problems)


def add_paths(paths: Iterable[Path], store: LawStore, *, declared: str = "", date: str = "") -> list[Outcome]:
    """Add files and folders to the user's library, each file whole or not at all.

    Args:
        paths: Files (docx, md, txt, html, text PDF, jsonl, zip of these) and folders of any depth.
        store: Where they go.
        declared: Status for what says none itself: 现行有效, 已修改, 已废止, 尚未生效.
        date: Version date for what says none itself.

    Returns:
        One outcome for each law, and one for each file that could not be used. What was finished before an
        interruption stays.

    Raises:
        InputError: A path does not exist, or the library's file is damaged or cannot be written.
    """
    files = find_files(list(paths))
    store.check()
    batch, outcomes = _Batch(store), list[Outcome]()
    total = sum(count_entries(path) for path, _ in files)
    sources = (source for path, name in files for source in expand(path, name))
    for source in track(sources, "加入法规", total) if total > 1 else sources:
        try:
            laws = read_source(source, declared=declared, date=date, progress=total == 1)
        except InputError as error:
            outcomes.append(Outcome(source.name, "failed", notes=(str(error),)))
        else:
            outcomes.extend(batch.add(laws, source.name))
    return outcomes
