"""The grammar of amending clauses: 将第三条第二款中的“A”修改为“B”；增加一条，作为第五条：“…”；删去第七条. Reads no files.

Numbers of what is changed are those of the law as it stands; numbers behind 作为 and 改为 are those it gets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from jietan.language.normalize import fold
from jietan.language.numerals import parse_number
from jietan.law.orders import Action, Place

__all__ = ["read_clauses", "set_quotes_aside"]


_NUM = r"[\d零〇一二两三四五六七八九十百千]+"
_ART, _PAR, _ITEM = rf"第{_NUM}条(?:之{_NUM})?", rf"第{_NUM}款", rf"第\(?{_NUM}\)?项"
_LAW = r"(?:修改后的?)?(?:《[^《》]*》|本?(?:条例|办法|规定|决定|细则|规则|解释|法)|刑法|宪法|民法典)?"
_REF = rf"(?:原|{_LAW}原?)?(?:{_ART}(?:{_PAR})?(?:{_ITEM})?|{_PAR}(?:{_ITEM})?|{_ITEM})"
_REFS = rf"{_REF}(?:(?:、|和|及|与|至|到|以及){_REF})*"
_Q = "[\ue000-\uf8ff]"
_QS = rf"{_Q}(?:[、和及与\s]*{_Q})*"
_INTO = r"(?:(?:分别|依次|顺次|相应|一并|统一|均|都)*地?(?:修改|修订|更改|变更|调整|替换|表述|改)?(?:为|成)|改作)"
_LEAD = r"(?:(?:将|把|对|在|原|其|并|再|另|同时|其中|另外|此外|该条|本条)[,、]?)*"
_SCOPE = rf"(?:(?P<refs>{_REFS})|(?P<whole>(?:全文|各条|《[^《》]*》|本?(?:条例|办法|规定|细则|规则|解释|法))(?=中|里|的)))?(?:中|里)?的?"
_APART = r"(?:单[列独](?:作?为|成)?(?:一条)?,?)?"
_CUT = r"(?:予以)?删[去除掉]"

_SINGLE_PLACE = re.compile(rf"(?P<article>{_ART})?(?P<paragraph>{_PAR})?(?P<item>{_ITEM})?")
_JOINED = re.compile(rf"(、|和|及|与|至|到|以及|^)(?:原|{_LAW}原?)({_ART}(?:{_PAR})?(?:{_ITEM})?|{_PAR}(?:{_ITEM})?|{_ITEM})")
_FILLER = re.compile(
    r"(?:[\s,;。:、]|(?:并|和|以及|同时|其中|另外|此外)(?=[\s,])"
    r"|(?:(?<=\n)|^)\s*(?:\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、]))+"
)
_NO_CHANGE = re.compile(
    r"(?:序号|顺序|条序|条款项?|编号)[^;。]{0,16}(?:调整|顺延|变动|修改|排列)|重新公布|(?:决定|修正案)[^;。]{0,20}(?:施行|生效|通过)|"
    r"^[^第\ue000-\uf8ff]{0,40}(?:作|做|进行)(?:出|了)?(?:如下|以下|相应)?(?:的?修[改正]|调整)$|^(?:附件|说明)"
)


def _number(text: str | None) -> int | None:
    found = re.search(_NUM, text or "")
    return int(parse_number(found[0])) if found else None


def _article_number(text: str | None) -> tuple[int, int] | None:
    numbers = re.findall(_NUM, text or "")
    return (int(parse_number(numbers[0])), int(parse_number(numbers[1])) if len(numbers) > 1 else 0) if numbers else None


def _up_to(first: Place, last: Place) -> list[Place]:
    """What lies between two places of one kind, and the last one."""
    if first.item and last.item:
        return [replace(last, item=n) for n in range(first.item + 1, last.item + 1)]
    if first.paragraph and last.paragraph:
        return [replace(last, paragraph=n) for n in range(first.paragraph + 1, last.paragraph + 1)]
    if first.article and last.article and not first.article[1] and not last.article[1]:
        return [Place((n, 0)) for n in range(first.article[0] + 1, last.article[0] + 1)]
    return [last]


def _places(text: str | None, context: Place | None) -> tuple[Place, ...]:
    """Read 第三条第一款、第二款和第五条至第七条; what is left out is that of the one before."""
    found: list[Place] = []
    before = context
    for joint, reference in _JOINED.findall(text or ""):
        match = _SINGLE_PLACE.match(reference)
        parts = match.groupdict() if match else {}
        article, paragraph, item = _article_number(parts.get("article")), _number(parts.get("paragraph")), _number(parts.get("item"))
        if article is None and before is not None:
            article = before.article
            paragraph = before.paragraph if paragraph is None else paragraph
        place = Place(article, paragraph, item)
        found += _up_to(found[-1], place) if joint in ("至", "到") and found else [place]
        before = found[-1]
    return tuple(found)


def set_quotes_aside(text: str) -> tuple[str, list[str], bool]:
    """Take the quotations out of an item.

    A mark at the start of a line inside a quotation continues it, as is usual where a quotation has several paragraphs.

    Args:
        text: Words of the item, paragraphs on lines of their own; quotation marks “ ” or straight.

    Returns:
        The words with one private-use character for each quotation, the quotations, and whether every one was closed.
    """
    outside: list[str] = []
    quotes: list[str] = []
    inside: list[str] = []
    depth = 0
    for at, char in enumerate(text):
        starts_line = not text[:at].rpartition("\n")[2].strip()
        mark = char
        if char in '"＂':
            mark = "“" if not depth or starts_line else "”"
        if mark == "“":
            if depth and not starts_line:
                inside.append(mark)
            depth += not (depth and starts_line)
        elif mark == "”" and depth:
            depth -= 1
            if depth:
                inside.append(mark)
            else:
                outside.append(chr(0xE000 + len(quotes)))
                quotes.append("".join(inside).strip())
                inside = []
        else:
            (inside if depth else outside).append(mark)
    if depth:
        outside.append(chr(0xE000 + len(quotes)))
        quotes.append("".join(inside).strip())
    return "".join(outside), quotes, not depth


class _Reader:
    """Walks through the clauses of one item, remembering which provision they are about."""

    def __init__(self, plain: str, quotes: list[str]) -> None:
        self.plain, self.quotes = plain, quotes
        self.context: tuple[Place, ...] = ()
        self.actions: list[Action] = []
        self.unread: list[str] = []
        self.awaited = ""

    def quoted(self, marks: str | None) -> tuple[str, ...]:
        return tuple(self.quotes[ord(mark) - 0xE000] for mark in re.findall(_Q, marks or ""))

    def targets(self, text: str | None) -> tuple[Place, ...]:
        found = _places(text, self.context[-1] if self.context else None)
        if found:
            self.context = found
        return found or self.context

    def add(self, action: Action) -> None:
        if action.kind in ("replace", "insert", "merge", "split"):
            self.awaited = ""
        self.actions.append(action)

    def shown(self, text: str) -> str:
        return re.sub(_Q, lambda m: "“" + self.quotes[ord(m[0]) - 0xE000].split("\n")[0][:20] + "”", text).strip()

    def read(self) -> None:
        at = skipped = 0
        while at < len(self.plain):
            filler = _FILLER.match(self.plain, at)
            begin = filler.end() if filler else at
            end = self._clause(begin)
            if end:
                self._leave_out(self.plain[skipped:at])
                at = skipped = end
                continue
            after = re.compile(r"[,;。]|(?<!:)\n").search(self.plain, begin)
            at = after.end() if after else len(self.plain)
            if after is None or after[0] != ",":
                self._leave_out(self.plain[skipped:at])
                skipped = at
        self._leave_out(self.plain[skipped:])
        if self.awaited:
            self.unread.append(self.awaited)

    def _leave_out(self, text: str) -> None:
        text = text.strip(" \t\n\u3000,;。:、")
        if text and not _FILLER.fullmatch(text + " ") and not _NO_CHANGE.search(text):
            self.unread.append(self.shown(text))

    def _clause(self, at: int) -> int:
        for pattern, take in _PATTERNS:
            match = pattern.match(self.plain, at)
            if match and match.end() > at and take(self, match):
                return match.end()
        return 0


Taker = Callable[[_Reader, "re.Match[str]"], bool]


def _take_chapter(reader: _Reader, match: re.Match[str]) -> bool:
    reader.add(Action("chapter", new=reader.quoted(match["title"]) + reader.quoted(match["new"]), chapter=_number(match["place"]) or 0))
    return True


def _take_chapter_name(reader: _Reader, match: re.Match[str]) -> bool:
    reader.add(Action("chapter_name", new=reader.quoted(match["new"]), chapter=_number(match["chapter"]) or 0))
    return True


def _take_law_name(reader: _Reader, match: re.Match[str]) -> bool:
    reader.add(Action("law_name", new=reader.quoted(match["new"]) or (match["name"],)))
    return True


def _take_split(reader: _Reader, match: re.Match[str]) -> bool:
    targets = reader.targets(match["refs"])
    reader.add(Action("split", targets, _places(match["places"], targets[-1]), new=reader.quoted(match["new"])))
    return True


def _take_merge(reader: _Reader, match: re.Match[str]) -> bool:
    targets = reader.targets(match["refs"])
    places = _places(match["places"], targets[0]) or targets[:1]
    reader.add(Action("merge", targets, places, new=reader.quoted(match["new"])))
    return bool(match["new"])


def _take_insert(reader: _Reader, match: re.Match[str]) -> bool:
    if not match["unit"] and not match["places"]:
        return False
    anchor = reader.targets(match["refs"]) if match["refs"] or match["unit"] != "条" else ()
    places = _places(match["places"], anchor[-1] if anchor and match["unit"] != "条" else None)
    if match["unit"] == "条" and places and places[0].article is None:
        return False
    if not match["new"]:
        reader.awaited = reader.shown(match[0])
        return True
    chapter = _number(match["chapter"]) or 0
    if match["unit"] != "条" and not places:
        places = tuple(Place(anchor[-1].article, anchor[-1].paragraph) for _ in anchor[-1:])
    if not places and not anchor and not chapter:
        return False
    if not match["side"] and match["unit"] == "条":
        anchor = ()
    action = Action("insert", anchor, places, new=reader.quoted(match["new"]), chapter=chapter, before=match["side"] == "前")
    reader.add(replace(action, old=(match["unit"] or "",)))
    return True


def _pairs(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...] | None:
    return new * len(old) if len(new) == 1 else new if len(new) == len(old) else None


def _scope(reader: _Reader, match: re.Match[str]) -> tuple[Place, ...]:
    return (Place(),) if match["whole"] else reader.targets(match["refs"])


def _take_words(reader: _Reader, match: re.Match[str]) -> bool:
    old, scope = reader.quoted(match["old"]), _scope(reader, match)
    new = _pairs(old, reader.quoted(match["new"]))
    if new is None or not scope:
        return False
    reader.add(Action("words", scope, old=old, new=new))
    return True


def _take_words_beside(reader: _Reader, match: re.Match[str]) -> bool:
    (old,), (more,), scope = reader.quoted(match["old"]), reader.quoted(match["new"]), _scope(reader, match)
    if not scope:
        return False
    reader.add(Action("words", scope, old=(old,), new=(more + old if match["side"] == "前" else old + more,)))
    return True


def _take_words_away(reader: _Reader, match: re.Match[str]) -> bool:
    old, scope = reader.quoted(match["old"]), _scope(reader, match)
    if not scope:
        return False
    reader.add(Action("words", scope, old=old, new=("",) * len(old)))
    return True


def _take_renumber(reader: _Reader, match: re.Match[str]) -> bool:
    context = reader.context
    targets = reader.targets(match["refs"])
    places = _places(match["places"], targets[0] if targets else None)
    if len(targets) != len(places):
        reader.context = context
        return False
    reader.add(Action("renumber", targets, places))
    return True


def _take_replace(reader: _Reader, match: re.Match[str]) -> bool:
    targets = reader.targets(match["refs"])
    if not targets:
        return False
    if not match["refs"] and match["whole_article"]:
        targets = (Place(targets[0].article),)
    reader.add(Action("replace", targets, new=reader.quoted(match["new"])))
    return True


def _take_delete(reader: _Reader, match: re.Match[str]) -> bool:
    reader.add(Action("delete", reader.targets(match["refs"])))
    return True


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_LEAD + pattern)


_TEXT = rf"[,:\s]*(?:规定|内容为)?[:\s]*(?P<new>{_QS})"
_PATTERNS: list[tuple[re.Pattern[str], Taker]] = [
    (
        _compiled(
            rf"(?:第{_NUM}章(?:之?后|之?前)?)?增加一章(?P<title>{_Q})?,?(?:作为|为)(?P<place>第{_NUM}章)"
            rf"(?:,分[为成]{_NUM}条)?(?:,(?:包括|即)?{_REFS})?{_TEXT}"
        ),
        _take_chapter,
    ),
    (_compiled(rf"(?P<chapter>第{_NUM}章)的?(?:章名|名称|标题|题目)?{_Q}?{_INTO}:?(?P<new>{_Q})"), _take_chapter_name),
    (
        _compiled(rf"(?:法规|条例|办法|规定)?的?(?:名称|题目|标题){_Q}?{_INTO}:?(?:(?P<new>{_Q})|《(?P<name>[^《》]+)》)"),
        _take_law_name,
    ),
    (
        _compiled(
            rf"(?P<refs>{_REFS})(?:拆分|分拆|分列|分)[为成]{_NUM}[条款项],?(?:分别)?(?:作为|改为|即)?(?P<places>{_REFS})"
            rf"[,:]*(?:分别)?(?:{_INTO})?{_TEXT}"
        ),
        _take_split,
    ),
    (
        _compiled(rf"(?P<refs>{_REFS})合并(?:为一[条款项])?(?:,?(?:作为|改为|为)(?P<places>{_REFS}))?,?(?:并)?(?:{_INTO})?{_TEXT}"),
        _take_merge,
    ),
    (
        _compiled(
            rf"(?:(?P<refs>{_REFS})|(?P<chapter>第{_NUM}章))?(?:之?(?P<side>后|前)|中)?,?(?:分别)?(?:增加|增写|新增|增设)(?:规定)?"
            rf"(?:{_NUM}(?P<unit>[条款项]))?(?:规定)?,?(?:(?:分别)?(?:作为|列为|为){_LAW}(?P<places>{_REFS}))?(?:{_TEXT})?"
        ),
        _take_insert,
    ),
    (
        _compiled(rf"{_SCOPE}(?P<old>{_Q})(?:之?(?P<side>后|前)|的?[后前]面)(?:增加|增写|加上|加入|加)(?:规定)?:?(?P<new>{_Q})"),
        _take_words_beside,
    ),
    (_compiled(rf"{_SCOPE}(?P<old>{_QS})[,:]?{_INTO}:?(?P<new>{_QS})"), _take_words),
    (_compiled(rf"删[去除掉]{_SCOPE}(?P<old>{_QS})"), _take_words_away),
    (_compiled(rf"{_SCOPE}(?P<old>{_QS}){_CUT}"), _take_words_away),
    (
        _compiled(rf"(?P<refs>{_REFS}){_APART}(?:{_INTO}|作为|移作|顺延为){_LAW}(?P<places>{_REFS})"),
        _take_renumber,
    ),
    (
        _compiled(rf"(?P<refs>{_REFS})?(?P<whole_article>(?<=该条)|(?<=本条))?(?:{_INTO}|作(?:如下|以下)修改)?[:\s]*(?P<new>{_QS})"),
        _take_replace,
    ),
    (_compiled(rf"删[去除掉](?P<refs>{_REFS})(?:的(?:规定|内容))?"), _take_delete),
    (_compiled(rf"(?P<refs>{_REFS}){_CUT}"), _take_delete),
]


def read_clauses(text: str) -> tuple[list[Action], list[str]]:
    """Read the changes that one amending item orders.

    Args:
        text: Words of the item without its number, paragraphs on lines of their own.

    Returns:
        The changes in order, and, in Chinese, what was not understood.
    """
    outside, quotes, closed = set_quotes_aside(text)
    reader = _Reader(fold(outside), quotes)
    reader.read()
    said = [f"“{words}”没有看懂，未作改动" for words in reader.unread]
    return reader.actions, said + ([] if closed else ["引号不成对，请核对引号内的文字"])
