"""Decisions of reviewers: what was decided about what, by whom, when and why.

A decision refers to its object by content, not by place: to a comment by its id and the hash of its text, to an opinion by
its comment and span, to a unit, a theme or a suggestion by the opinions in it. So it finds its object again after a re-run,
in a shuffled file, and beside the comments of a further batch.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from jietan.tables import KINDS, OPERATIONS, STANCES, TRIAGE

__all__ = ["DECISION_WORDS", "OUTCOMES", "PROGRAM", "CommentRef", "Decision", "GroupRef", "OpinionRef", "Ref", "text_hash"]

Kind = Literal[
    "set_triage",
    "set_kind",
    "set_stance",
    "set_operation",
    "merge_units",
    "split_unit",
    "set_article",
    "merge_themes",
    "split_theme",
    "move_to_theme",
    "move_to_tail",
    "rename_theme",
    "lock_theme",
    "accept",
    "reject",
    "edit_text",
    "edit_reason",
    "edit_title",
    "set_outcome",
    "note",
    "undo",
]

#: Who decides what follows from a change of the draft's numbers; any reviewer may decide otherwise.
PROGRAM = "程序"
#: What a reviewer may say became of a suggestion.
OUTCOMES = ("full", "partial", "no", "existing", "elsewhere")

#: How each kind of decision is written for people.
DECISION_WORDS: dict[str, str] = {
    "set_triage": "改分流",
    "set_kind": "改性质",
    "set_stance": "改立场",
    "set_operation": "改操作",
    "merge_units": "合并诉求",
    "split_unit": "拆分诉求",
    "set_article": "改对应条文",
    "merge_themes": "合并主题",
    "split_theme": "拆分主题",
    "move_to_theme": "移到主题",
    "move_to_tail": "移到长尾",
    "rename_theme": "主题改名",
    "lock_theme": "锁定主题",
    "accept": "采用建议",
    "reject": "不采用建议",
    "edit_text": "改条文文字",
    "edit_reason": "改理由",
    "edit_title": "改诉求文字",
    "set_outcome": "核对采纳情况",
    "note": "备注",
    "undo": "撤销",
}


def text_hash(text: str) -> str:
    """Return what stands for a text in the ledger: twelve hex digits; the ledger holds no words of residents."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CommentRef(_Model):
    """A comment.

    Attributes:
        comment_id: Its id.
        sha: Hash of its text.
    """

    type: Literal["comment"] = "comment"
    comment_id: str
    sha: str


class OpinionRef(_Model):
    """An opinion.

    Attributes:
        opinion_id: Its id.
        comment_id: Its comment.
        start: Offset of its first code point.
        end: Offset behind its last.
        sha: Hash of its words.
    """

    type: Literal["opinion"] = "opinion"
    opinion_id: str
    comment_id: str
    start: int
    end: int
    sha: str

    @classmethod
    def of(cls, row: Any) -> OpinionRef:  # noqa: ANN401  (a row of any kind)
        """Refer to a row of the table ``opinions``."""
        start, end = int(row.start), int(row.end)
        return cls(opinion_id=row.opinion_id, comment_id=row.comment_id, start=start, end=end, sha=text_hash(row.text))


class GroupRef(_Model):
    """A unit, a theme or a suggestion.

    Attributes:
        type: Which of them.
        id: Its id when the decision was made.
        label: Its title then; empty for a unit.
        members: Ids of opinions in it: 200 at most, 5,000 where they are to stay together.
    """

    type: Literal["unit", "theme", "suggestion"]
    id: str
    label: str = ""
    members: tuple[str, ...]


Ref = Annotated[CommentRef | OpinionRef | GroupRef, Field(discriminator="type")]

_CLOSED = {"set_triage": TRIAGE, "set_kind": KINDS, "set_stance": STANCES, "set_operation": OPERATIONS, "set_outcome": OUTCOMES}
#: Type of the objects and how many at least.
_OBJECTS: dict[str, tuple[str, int]] = {
    "set_triage": ("comment", 1),
    "set_kind": ("opinion", 1),
    "set_stance": ("opinion", 1),
    "set_operation": ("opinion", 1),
    "set_article": ("opinion", 1),
    "merge_units": ("unit", 2),
    "split_unit": ("opinion", 1),
    "merge_themes": ("theme", 2),
    "split_theme": ("opinion", 1),
    "move_to_theme": ("opinion", 1),
    "move_to_tail": ("opinion", 1),
    "rename_theme": ("theme", 1),
    "lock_theme": ("theme", 1),
    "accept": ("suggestion", 1),
    "reject": ("suggestion", 1),
    "edit_text": ("suggestion", 1),
    "edit_reason": ("suggestion", 1),
    "edit_title": ("suggestion", 1),
    "set_outcome": ("suggestion", 1),
}
#: Kinds that settle one thing between them.
_SETTLES = {"accept": "status", "reject": "status", "move_to_theme": "theme", "move_to_tail": "theme", "split_theme": "theme"}
#: Kinds that say of several objects that they belong together; nothing but taking them back speaks against them.
_TOGETHER = ("merge_units", "split_unit", "merge_themes")
_NEEDS_WORDS = ("rename_theme", "edit_text", "edit_reason", "edit_title", "note")
_LONGEST = 20_000


class Decision(_Model):
    """One line of the ledger.

    Attributes:
        kind: What was decided.
        objects: What it was decided about.
        value: The new triage, label, name or text; for ``split_theme`` the title, if any; for ``accept`` the
            hash of each suggestion's text, if known; empty where the kind needs none.
        place: For ``set_article`` the article, 款 (or null) and 项 (or null).
        into: For ``move_to_theme`` the theme.
        undoes: For ``undo`` the id of the decision taken back.
        by: Who decided.
        at: When, ISO 8601 with its time zone.
        why: The reason given.
    """

    kind: Kind
    objects: tuple[Ref, ...] = ()
    value: str = Field(default="", max_length=_LONGEST)
    place: tuple[str, int | None, str | None] | None = None
    into: GroupRef | None = None
    undoes: str | None = None
    by: str = Field(min_length=1, max_length=200)
    at: str
    why: str = Field(default="", max_length=_LONGEST)

    @model_validator(mode="after")
    def _whole(self) -> Decision:
        kind, least = _OBJECTS.get(self.kind, ("", 0))
        if len(self.objects) < least or (kind and any(o.type != kind for o in self.objects)):
            raise ValueError(f"{self.kind} needs {least} or more objects of type {kind}")
        if self.kind in _CLOSED and self.value not in _CLOSED[self.kind]:
            raise ValueError(f"{self.kind} cannot be {self.value!r}")
        if self.kind in _NEEDS_WORDS and not self.value.strip():
            raise ValueError(f"{self.kind} needs words")
        if self.kind == "accept" and self.value and len(self.value.split()) != len(self.objects):
            raise ValueError("accept needs the hash of every text or of none")
        wants = {"set_article": self.place, "move_to_theme": self.into, "undo": self.undoes}
        if any((given is not None) != (self.kind == name) for name, given in wants.items()):
            raise ValueError(f"{self.kind} has a wrong set of fields")
        return self

    @property
    def id(self) -> str:
        """What stands for the decision: a hash of all that it says."""
        return "D" + hashlib.sha256(self.line().encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def line(self) -> str:
        """The decision as one line of JSON."""
        return json.dumps(self.model_dump(mode="json", exclude_none=True), ensure_ascii=False, sort_keys=True)

    def effect(self) -> dict[str, Any]:
        """What it changes, without who, when and why."""
        return self.model_dump(mode="json", exclude={"by", "at", "why"}, exclude_none=True)

    def settles(self) -> dict[tuple[str, ...], str]:
        """What it settles and how: two decisions that settle one thing in two ways cannot both stand."""
        ids = sorted(_id(o) for o in self.objects)
        if self.kind in _TOGETHER:
            return {(self.kind, *ids): ""}
        if self.kind in ("undo", "note"):
            return {}
        how = {
            "set_article": json.dumps(self.place, ensure_ascii=False),
            "move_to_theme": self.into.id if self.into is not None else "",
            "move_to_tail": "",
            "split_theme": "、".join(ids),
            "accept": "accept",
            "reject": "reject",
        }.get(self.kind, self.value)
        return {(_SETTLES.get(self.kind, self.kind), name): how for name in ids}


def _id(ref: CommentRef | OpinionRef | GroupRef) -> str:
    if isinstance(ref, CommentRef):
        return ref.comment_id
    return ref.opinion_id if isinstance(ref, OpinionRef) else ref.id
