"""What the papers of the feedback say: contents for the templates and rows for the sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jietan.export.figures import people, period
from jietan.export.quotes import name_of, where_of
from jietan.export.view import View
from jietan.export.wording import book, chinese_date, iso_day, limited, printable
from jietan.language.personal import is_anonymous
from jietan.language.wording_of_numbers import format_number
from jietan.loop.answers import Answers, Item, Person
from jietan.loop.contacts import Contact
from jietan.loop.rates import Rate, Waiting, counted, rates, waiting

__all__ = ["Feedback", "Reply"]

_NAMES = 3
_LISTED = 8


@dataclass(frozen=True)
class Reply:
    """A reply as it is sent.

    Attributes:
        person: Whom it answers.
        name: How they are addressed.
        address: Their contact, empty where none is known.
        point: The point that the first of their comments came from.
        street: Its street.
        opening: The first paragraph.
        parts: For each answer the words quoted, in a sentence, and the answer; the first is empty where nothing is quoted.
        closing: The last paragraph.
        unchecked: A line that says what nobody has checked yet, empty where everything is checked.
    """

    person: Person
    name: str
    address: str
    point: str
    street: str
    opening: str
    parts: tuple[tuple[str, str], ...]
    closing: str
    unchecked: str

    @property
    def text(self) -> str:
        """The whole letter without its head and signature."""
        lines = [f"{self.name}：", self.opening, *(line for part in self.parts for line in part if line), self.closing]
        return "\n".join(lines)


class Feedback:
    """Everything that people are told about one consultation.

    Args:
        view: The run, personal data masked.
        answers: Answers to every comment.
        contacts: Names and contacts by comment; None where no source file was given.
        day: Day of the answer.
    """

    def __init__(self, view: View, answers: Answers, contacts: Mapping[str, Contact] | None, day: dt.date) -> None:
        """Hold what the papers are made from."""
        self.view, self.answers, self.contacts, self.day = view, answers, contacts, day

    @cached_property
    def heading(self) -> dict[str, Any]:
        """What every paper has."""
        office = self.view.settings.report.office or "（答复单位）"
        return {"法规": book(self.answers.title), "报送单位": office, "日期": chinese_date(self.day.isoformat())}

    @cached_property
    def rates(self) -> list[Rate]:
        """Adoption rates."""
        return rates(self.view, self.answers)

    @cached_property
    def waiting(self) -> Waiting:
        """Time from opinion to answer."""
        return waiting(self.view, self.day)

    @cached_property
    def counts(self) -> str:
        """How many were received, and what became of the suggestions."""
        found = counted(self.answers)
        listed = "，".join(f"{label}{n}条" for label, n in found.items() if n or label in ("采纳", "部分采纳", "未采纳"))
        n_people = people(self.view, self.answers.items)
        return f"征集意见{len(self.answers.items)}件，提意见的{n_people}人，归纳为立法建议{sum(found.values())}条：{listed}。"

    def _unchecked(self, suggestions: Iterable[str | None]) -> str:
        open_ = [s for s in dict.fromkeys(suggestions) if s and not self.answers.told[s].confirmed]
        return f"（待核对：其中{len(open_)}条建议的采纳情况是程序的初步判断，请核对后再发出）" if open_ else ""

    # suggestions -------------------------------------------------------------------------------------------------

    def _first(self, row: dict[str, Any]) -> str:
        """The most typical words behind a suggestion that can be quoted."""
        for comment in self.view.comments_of(dict.fromkeys([*row["exemplars"], *row["evidence"]])):
            for item in self.answers.items[comment]:
                if item.suggestion_id == row["suggestion_id"] and item.spans:
                    return self.answers.quoted(item)
        return self.view.suggestion_text(row, "title")

    def _senders(self, row: dict[str, Any]) -> str:
        comments = self.view.comments_of(row["evidence"])
        names = dict.fromkeys(printable(self.view.comment(c)["submitter_masked"]).strip() for c in comments)
        known = [n for n in names if n and not is_anonymous(n)]
        total = people(self.view, comments)
        return limited(known, _NAMES, total, "人") if known else f"匿名{total}人"

    @cached_property
    def suggestions(self) -> list[dict[str, Any]]:
        """Rows of the feedback table, by rank."""
        rows = []
        for number, row in enumerate(self.view.suggestions, 1):
            told = self.answers.told[row["suggestion_id"]]
            rows.append(
                {
                    "序号": number,
                    "反馈人": self._senders(row),
                    "意见内容": self._first(row),
                    "是否采纳": told.label,
                    "采纳理由": told.text,
                    "建议编号": row["suggestion_id"],
                    "人数": int(row["n_people"]),
                    "核对": "已核对" if told.confirmed else "未核对",
                }
            )
        return rows

    def table(self) -> dict[str, Any]:
        """Contents of 采纳情况反馈表."""
        return self.heading | {"合计": self.counts, "待核对": self._unchecked(self.answers.told), "意见": self.suggestions}

    # comments ----------------------------------------------------------------------------------------------------

    def rows(self, comments: Iterable[str]) -> Iterator[dict[str, Any]]:
        """Return a row for each answer to some comments."""
        for comment in comments:
            held = self.view.comment(comment)
            for item in self.answers.items[comment]:
                yield {
                    "意见编号": printable(comment),
                    "反馈人": name_of(held["submitter_masked"]),
                    "采集点": where_of(held["point"], held["street"]),
                    "意见内容": self.answers.quoted(item),
                    "是否采纳": item.label,
                    "采纳理由": item.text,
                    "建议编号": item.suggestion_id or "",
                    "答复编号": self.number(self._person_of[comment]),
                }

    @cached_property
    def _person_of(self) -> dict[str, Person]:
        return {comment: person for person in self.answers.persons for comment in person.comments}

    @staticmethod
    def number(person: Person) -> str:
        """Number of a reply as it is printed."""
        return f"{person.number:04d}"

    def points(self) -> dict[str, list[str]]:
        """Comments by point, as well as it is known."""
        out: dict[str, list[str]] = {}
        for comment in self.answers.items:
            held = self.view.comment(comment)
            out.setdefault(where_of(held["point"], held["street"]), []).append(comment)
        return dict(sorted(out.items()))

    def point(self, name: str, comments: list[str]) -> dict[str, Any]:
        """Contents of the letter to a point."""
        items = [i for c in comments for i in self.answers.items[c]]
        labels: dict[str, set[str]] = {}
        for item in items:
            labels.setdefault(item.label, set()).add(item.comment_id)
        shown = [label for label in ("采纳", "部分采纳", "未采纳", "已有规定") if label in labels]
        listed = "，".join(f"有{label}内容的{len(labels[label])}件" for label in shown)
        passed = len(labels.get("转其他途径", ()))
        parts = [f"其中{listed}（一件意见可以有几项内容）。" if listed else "", f"列入转办事项的{passed}件。" if passed else ""]
        return self.heading | {
            "采集点": name,
            "件数": len(comments),
            "人数": people(self.view, comments),
            "合计": "".join(parts),
            "待核对": self._unchecked(i.suggestion_id for i in items),
            "意见": list(self.rows(comments)),
        }

    # people ------------------------------------------------------------------------------------------------------

    @cached_property
    def replies(self) -> list[Reply]:
        """A reply to everyone."""
        return [self._reply(person) for person in self.answers.persons]

    def _reply(self, person: Person) -> Reply:
        held = [self.view.comment(c) for c in person.comments]
        known = [(self.contacts or {}).get(c, Contact(None, None)) for c in person.comments]
        masked = [name_of(row["submitter_masked"]) for row in held]
        names = [c.name for c in known if c.name] or [n for n in masked if not is_anonymous(n)]
        first = held[0]
        return Reply(
            person,
            printable(names[0]).strip() if names else "参与征求意见的居民",
            printable(next((c.address for c in known if c.address), "")).strip(),
            where_of(first["point"], first["street"]),
            printable(first["street"]),
            self._opening(held),
            tuple(self._part(item, n, len(person.items)) for n, item in enumerate(person.items, 1)),
            self._closing(),
            self._unchecked(i.suggestion_id for i in person.items),
        )

    def _opening(self, held: list[dict[str, Any]]) -> str:
        days = [chinese_date(d) for d in dict.fromkeys(iso_day(row["submitted_at"]) for row in held) if chinese_date(d) != d]
        when = f"{'、'.join(days[:_LISTED])}" if days else ""
        law = self.answers.law
        called = f"（以下简称{law}）" if law.startswith("《") else ""
        thanks = f"您好！感谢您参与{book(self.answers.title)}{called}征求意见工作。"
        return f"{thanks}您{when}的来件已经收到。{law}已经通过，现将有关情况答复如下。"

    def _part(self, item: Item, number: int, total: int) -> tuple[str, str]:
        words = self.answers.quoted(item)
        head = f"{format_number(number)}、" if total > 1 else ""
        if words:
            return f"{head}您提出：{words}。", item.text
        return "", head + item.text

    def _closing(self) -> str:
        contact = self.view.settings.report.contact
        more = f"如有疑问，请与我们联系：{contact}。" if contact else ""
        return f"再次感谢您对立法工作的关心和支持。{more}"

    def letters(self, replies: Iterable[Reply]) -> dict[str, Any]:
        """Contents of the replies that go to one point."""
        return self.heading | {
            "答复": [
                {
                    "答复编号": self.number(r.person),
                    "意见编号": limited(r.person.comments, _LISTED, len(r.person.comments), "件"),
                    "称呼": r.name,
                    "开头": r.opening,
                    "各条": [{"意见": words, "答复": text} for words, text in r.parts],
                    "结尾": r.closing,
                    "待核对": r.unchecked,
                }
                for r in replies
            ]
        }

    # the public --------------------------------------------------------------------------------------------------

    def notice(self) -> dict[str, Any]:
        """Contents of the public notice."""
        view = self.view
        n_points = len({p for p in view.comments.column("point") if p})
        when, title = period(view), book(self.answers.title)
        scope = f"{f'{when}，' if when else ''}就{title}草案公开征求意见，共收到意见{len(view.comments)}件，提意见的有"
        scope += f"{people(view, self.answers.items)}人{f'，来自{n_points}个信息采集点' if n_points else ''}。"
        caution = "提意见的人不是随机抽取的，人数多少不等于投票结果。"
        chosen = (self.rates[1], self.rates[2], self.rates[4])
        shares = [f"以{r.of.split('（')[0]}为分母，{r.name}占{r.shown}（{r.part}/{r.whole}）。" for r in chosen]
        taken = "意见采纳情况见附件。“采纳”是指通过文本作了与意见一致的规定，不表示有关规定是因某一件意见而作。"
        return self.heading | {
            "范围": [scope, caution],
            "反馈": [self.counts, *shares, *self._days(), taken],
            "处置": self._others(),
            "待核对": self._unchecked(self.answers.told),
            "意见": self.suggestions,
        }

    def _days(self) -> list[str]:
        found = self.waiting
        if found.median is None:
            return []
        return [f"从提出意见到答复，最短{found.shortest}天，最长{found.longest}天，中位数{found.median:g}天（注明日期的{found.n}件）。"]

    def _others(self) -> list[str]:
        kinds = self.view.comments.column("triage")
        count = {name: kinds.count(name) for name in ("governance", "personal", "off_topic", "empty")}
        passed = count["governance"] + count["personal"]
        out = []
        if passed:
            out.append(f"需要有关部门办理的事项{count['governance']}件、个人遇到的具体问题{count['personal']}件，已列入转办事项。")
        if count["off_topic"] + count["empty"]:
            out.append(f"与本法规无关的{count['off_topic']}件、没有具体内容的{count['empty']}件，没有列入立法意见。")
        return out or ["没有需要转办的来件。"]
