"""Split: comments become atomic opinions, each an exact span."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice, pairwise

import numpy as np
import pandas as pd

from jietan.classifiers import LabelModels, around
from jietan.features import CLAUSE_CLASSES, Matrix, boundary_features, clause_features_of
from jietan.language.clauses import Clause, find_clauses
from jietan.language.cues import CUES
from jietan.language.normalize import fold
from jietan.parallel import numbered, spread
from jietan.settings import SplitSettings
from jietan.tables import conform, empty

__all__ = ["split", "split_text", "split_texts"]

#: Start, end, whether it only gives grounds.
Span = tuple[int, int, bool]

_NONE, _ASK, _REASON = 0, 1, 2
_HEAD = 20
_CONTACT_LENGTH = 60
_BATCH = 2000
_TEXTS = 1000
_LIST = 3
_COURTESY = re.compile(
    r"(?:再次|十分|非常|衷心)?(?:谢谢|感谢|多谢|致谢|辛苦)(?:您|你|大家|各位|领导|们|了|支持|理解|采纳|倾听|啦|哦)*[!。,~;]*"
    r"|此致[!。,]*|(?:此致)?敬礼[!。,]*|(?:您|你|各位领导|大家)们?好[!。,]*|顺?祝(?:工作顺利|安好|商祺|一切顺利)[!。,]*"
    r"|(?:以上意见|恳请|敬请|请|望)(?:予以|予|能|贵委)?(?:采纳|考虑|审议|斟酌)[!。,]*|(?:我)?就(?:这|提|说)[^,。!]{0,7}(?:要求|意见|建议|想法)[!。,]*"
    r"|(?:我?的?(?:身份证|电话|手机|联系方式|联系电话|邮箱|微信|住址)[号是为码:]{0,3})[^,。]{0,4}[0-9a-z][^,。]*[,。]?"
)
#: A clause that only says who writes and how to reach them.
_CONTACT = re.compile(
    r"(?:身份证|电话|手机|邮箱|微信|银行卡|账号|车牌)[号码是为:]{0,3}[0-9a-z@. *-]{6,}"
    r"|[0-9a-z._-]+@[0-9a-z.-]+|1[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{4}"
    r"|(?:^|家)住?在?[^,。;]{2,24}[0-9]+(?:号|弄|幢|栋|单元|号楼)[0-9甲乙丙丁]*(?:室|号|楼)?[,。;!]?$"
)
_QUOTES = {"“": "”", "「": "」", '"': '"', "『": "』"}
_CITES = re.compile(r"(?:原文|条文|规定|写道|写的是|表述|原句|草案)(?:是|为|如下)?:\s*$")
#: Added to the score of each clause class: a stray ground costs less than a stray ask.
_FAVOUR = np.array([0.0, 0.0, 0.3], np.float32)
#: How sure the places between clauses must be that one ask ends there.
_SPLIT = 0.45
#: The same where the next clause only goes on with the ask before it in the sentence: a choice it leaves, what it is for.
_SPLIT_GOES_ON = 0.97
_CONTINUES = re.compile(r"并(?!不|非)|或者?(?!许)|以及|让(?!我说)|以(?:便|利|确保|保障|免)|使(?=[^用])|从而|(?:方便|便于)")
#: A clause that begins so asks, whatever was told before it.
_ASKS = re.compile(r"(?:所以|因此|因而|为此|故|我们?|本人|特|在此|强烈|,)*(?:建议|恳请|提议|呼吁)(?!如下|是|有|被|书|和|内容|:)")
#: A clause that begins so tells what the draft says.
_RESTATES = re.compile(
    r"(?:(?:本次|这次|该|对|按照?|根据)?(?:条例)?(?:草案|征求意见稿|意见稿|条例|办法|规定))?[中里的]?"
    r"第[0-9一二三四五六七八九十百]{1,4}条[^,。;:!?]{0,14}?(?<!应当)(?<!建议)(?:规定|要求|写的是|写着|写道)"
)
#: A clause that begins with the provision it speaks of, and one that says what is to become of it, without naming it.
_NAMES = re.compile(r"(?:关于|对于?|草案|征求意见稿|条例|把|将){0,3}第[0-9一二三四五六七八九十百]{1,4}[条條]")
_PREDICATE = re.compile(
    r"(?:我)?(?:建议|应当?|宜|请|要|恳请|希望)?(?:将其|把它|予以|给)?"
    r"(?:改[为成到]|删|取消|去掉|延长|缩短|提高|降低|增[加订设]|补充|放宽|上调|下调|细化|修改|调整|明确|加上|"
    r"(?:幅度|标准|期限|时间)?(?:太|过|偏)[高低长短重轻严宽紧])"
)
#: A clause that only says that something be written, which the next clause then says: 建议加一句, 能不能写进去.
_OPENS_ASK = re.compile(
    r"(?:我们?)?(?:觉得|认为|看)?(?:条例|草案|法规|这里)?(?:里面?|里头|中)?(?:建议|应该|应当|能不能|可不可以|可否|希望|请|最好|要)?"
    r"(?:条例|草案|法规)?(?:里面?|里头|中)?(?:再|专门|另外|也|都|给我们)?(?:在后面)?"
    r"(?:(?:加|增加|补|补充|添|写)(?:上|入|进去|进来)?(?:这么|这样)?一?(?:句|条|款|项|句话|条规定)"
    r"|(?:写|加|补)(?:进去|上去|进条例|进来|清楚|明白)|规定|写明|明确)[,:]"
)
_DEMANDS = [
    CUES[name]
    for name in (
        *("suggest", "hope", "please_rule", "change_to", "delete", "add", "clarify", "can_we", "support", "oppose", "not_enough"),
        *("keep", "better", "rhetoric", "want_do"),
    )
]


def _best_path(scores: Matrix, transitions: Matrix, clauses: list[Clause]) -> list[int]:
    """Return the classes that go best together (Viterbi); ties go to the earlier class."""
    best, came_from = scores[0], []
    for i in range(1, len(clauses)):
        ways = best[:, None] + transitions[int(clauses[i - 1].ends_sentence)]
        came_from.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + scores[i]
    path = [int(best.argmax())]
    for back in reversed(came_from):
        path.append(int(back[path[-1]]))
    return path[::-1]


def _labels(text: str, clauses: list[Clause], probabilities: Matrix, transitions: Matrix, shortest: int) -> list[int]:
    """Choose a class for every clause; a comment that says anything has at least one ask."""
    heads = [_asks_nothing(text, c) for c in clauses]
    labels = _best_path(np.log(probabilities + np.float32(1e-9)) + _FAVOUR, transitions, clauses)
    short = [c.end - c.start < shortest for c in clauses]
    labels = [_NONE if h or (s and k == _REASON) else k for k, s, h in zip(labels, short, heads, strict=True)]
    _ask_in_every_item(clauses, labels, probabilities, heads)
    named = {i - 1 for i in range(1, len(clauses)) if labels[i] == _ASK and _says_of_provision(text, clauses[i - 1], clauses[i])}
    plain = {i for i, c in enumerate(clauses) if probabilities[i].argmax() == _ASK and _ASKS.match(text, c.start, c.end)}
    labels = [_ASK if i in named or (k == _NONE and i in plain and not heads[i]) else k for i, k in enumerate(labels)]
    if _ASK not in labels:
        asking = np.where(heads, -1.0, probabilities[:, _ASK])
        labels[int(asking.argmax())] = _ASK
    return labels


def _asks_nothing(text: str, clause: Clause) -> bool:
    """Say whether a clause is none whatever the models think of it."""
    return (
        _is_head(text, clause)
        or _is_courtesy(text, clause)
        or _is_quoted(text, clause)
        or _is_restated(text, clause)
        or _is_contact(text, clause)
    )


def _is_head(text: str, clause: Clause) -> bool:
    """Say whether a clause only announces what follows: 意见如下：, 婆婆：, 关于第三条：."""
    return clause.end - clause.start <= _HEAD and text[clause.end - 1] in ":：" and clause.end < len(text)


def _is_courtesy(text: str, clause: Clause) -> bool:
    """Say whether a clause is thanks or a greeting and nothing else."""
    return clause.end - clause.start <= _HEAD and _COURTESY.fullmatch(text, clause.start, clause.end) is not None


def _is_contact(text: str, clause: Clause) -> bool:
    """Say whether a clause says who writes or where to reach them, and asks for nothing."""
    found = _CONTACT.search(text[clause.start : clause.end]) if clause.end - clause.start <= _CONTACT_LENGTH else None
    return found is not None and not any(cue.search(text, clause.start, clause.end) for cue in _DEMANDS)


def _is_quoted(text: str, clause: Clause) -> bool:
    """Say whether a clause only quotes the draft: 草案原文：“……”."""
    quoted = text[clause.start] in _QUOTES and text[clause.end - 1] == _QUOTES[text[clause.start]]
    return quoted and _CITES.search(text, max(0, clause.start - _HEAD), clause.start) is not None and clause.end < len(text.rstrip())


def _is_restated(text: str, clause: Clause) -> bool:
    """Say whether a clause only tells what the draft says: 草案第九条规定晚上十点以后禁止入园."""
    if clause.end >= len(text.rstrip()) or _RESTATES.match(text, clause.start, clause.end) is None:
        return False
    return not any(cue.search(text, clause.start, clause.end) for cue in _DEMANDS)


def _goes_on(text: str, before: Clause, clause: Clause) -> bool:
    """Say whether a clause begins as the rest of the ask before it in the sentence does."""
    return not before.ends_sentence and not clause.marked and _CONTINUES.match(text, clause.start) is not None


def _opens_ask(text: str, before: Clause, clause: Clause) -> bool:
    """Say whether the clause before only says that something be written, and this one says what."""
    return not before.ends_sentence and not clause.marked and _OPENS_ASK.fullmatch(text, before.start, before.end) is not None


def _says_of_provision(text: str, named: Clause, clause: Clause) -> bool:
    """Say whether a clause says what is to become of the provision that the clause before it names: 第九条限定十点，建议删去."""
    return (
        not clause.marked
        and _PREDICATE.match(text, clause.start, clause.end) is not None
        and _NAMES.match(text, named.start, named.end) is not None
        and _NAMES.search(text, clause.start, clause.end) is None
        and text[named.end - 1] in ",。:"
    )


def _ask_in_every_item(clauses: list[Clause], labels: list[int], probabilities: Matrix, heads: list[bool]) -> None:
    """Give an item of a list that asks for nothing its likeliest clause as an ask, where a third of the items or more do ask."""
    begins = [i for i, clause in enumerate(clauses) if clause.marked]
    items = [range(a, b) for a, b in pairwise([*begins, len(clauses)])]
    silent = [item for item in items if all(labels[i] == _NONE for i in item) and not all(heads[i] for i in item)]
    if len(items) < _LIST or 3 * len(silent) > 2 * len(items):
        return
    for item in silent:
        best = max((i for i in item if not heads[i]), key=lambda i: float(probabilities[i, _ASK]))
        labels[best] = _ASK


def _joined(clauses: list[Clause], labels: list[int], splits: list[bool]) -> list[Span]:
    spans: list[Span] = []
    previous = -1
    for i, clause in enumerate(clauses):
        if labels[i] == _NONE:
            continue
        if spans and previous == i - 1 and labels[previous] == labels[i] and not splits[previous] and not clause.marked:
            spans[-1] = (spans[-1][0], clause.end, spans[-1][2])
        else:
            spans.append((clause.start, clause.end, labels[i] == _REASON))
        previous = i
    return spans


def _batches(texts: Iterable[str]) -> Iterator[list[tuple[int, str, list[Clause]]]]:
    """Yield (number of the text, folded text, clauses) in batches; an endless text comes in pieces."""
    batch: list[tuple[int, str, list[Clause]]] = []
    size = 0
    for number, text in enumerate(texts):
        clauses = find_clauses(text)
        folded = fold(text) if clauses else ""
        for at in range(0, len(clauses), _BATCH):
            batch.append((number, folded, clauses[at : at + _BATCH]))
            size += len(batch[-1][2])
            if size >= _BATCH:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def _splits(batch: list[tuple[int, str, list[Clause]]], clauses: list[Clause], scores: Matrix) -> list[bool]:
    """Say between which neighbouring clauses one opinion ends and the next begins."""
    goes_on = [
        i > 0 and any(joins(folded, own[i - 1], c) for joins in (_goes_on, _opens_ask, _says_of_provision))
        for _, folded, own in batch
        for i, c in enumerate(own)
    ]
    return [score > (_SPLIT_GOES_ON if on else _SPLIT) for on, score in zip(goes_on[1:], scores.tolist(), strict=True)]


def _split_batch(batch: list[tuple[int, str, list[Clause]]], models: LabelModels, shortest: int) -> Iterator[tuple[int, list[Span]]]:
    """Yield the number and the spans of every text of a batch."""
    features = clause_features_of([(folded, clauses) for _, folded, clauses in batch])
    every = [c for _, _, clauses in batch for c in clauses]
    rows = iter(models.rows_of([folded[c.start : c.end] for _, folded, clauses in batch for c in clauses]))
    sides = [around(list(islice(rows, len(clauses)))) for _, _, clauses in batch]
    model, boundary = models["clause"], models["boundary"]
    order = [model.classes.index(name) for name in CLAUSE_CLASSES]
    places = {place: [r for side in sides for r in side[place]] for place in ("own", "before", "after")}
    probabilities = model.probabilities(features, **places)[:, order]
    labels: list[int] = []
    for _, folded, clauses in batch:
        at = len(labels)
        labels += _labels(folded, clauses, probabilities[at : at + len(clauses)], models.transitions, shortest)
    between = boundary_features(features, every, labels)  # places between two texts are passed over below
    own = places["own"]
    scores = boundary.probabilities(between, left=own[:-1], right=own[1:])[:, boundary.classes.index("split")]
    splits = _splits(batch, every, scores)
    at = 0
    for number, _, clauses in batch:
        end = at + len(clauses)
        yield number, _joined(clauses, labels[at:end], splits[at : end - 1])
        at = end


def _split(texts: Sequence[str], models: LabelModels, shortest: int) -> list[list[Span]]:
    found: list[list[Span]] = [[] for _ in texts]
    for batch in _batches(texts):
        for number, spans in _split_batch(batch, models, shortest):
            found[number] += spans
    return found


def split_texts(texts: Sequence[str], models: LabelModels, shortest: int = 4) -> list[list[Span]]:
    """Split comments.

    Args:
        texts: The comments.
        models: Linear models with ``clause`` and ``boundary``.
        shortest: Clauses with fewer characters are no grounds of their own.

    Returns:
        For each comment (start, end, whether it gives grounds only) in order; empty where the text holds no words. What
        a comment gives does not depend on the others.
    """
    distinct, places = numbered(texts)
    found = spread(partial(_split, models=models, shortest=shortest), distinct, "拆分观点", _TEXTS)
    return [found[k] for k in places]


def split_text(text: str, models: LabelModels, shortest: int = 4) -> list[Span]:
    """Split one comment, as :func:`split_texts` does."""
    return split_texts([text], models, shortest)[0]


def split(received: pd.DataFrame, models: LabelModels, settings: SplitSettings) -> pd.DataFrame:
    """Split all comments.

    Args:
        received: Comments as received.
        models: Linear models.
        settings: ``split`` settings.

    Returns:
        The table ``spans`` with the further column ``reason``: whether the span only gives grounds.
    """
    ids, texts = received["comment_id"].tolist(), received["text"].tolist()
    found = split_texts(texts, models, settings.min_chars)
    at = [k for k, spans in enumerate(found) for _ in spans]
    starts, ends, reasons = ([span[part] for spans in found for span in spans] for part in range(3))
    columns = {
        "opinion_id": [f"{ids[k]}:{start}-{end}" for k, start, end in zip(at, starts, ends, strict=True)],
        "comment_id": [ids[k] for k in at],
        "start": starts,
        "end": ends,
        "text": [texts[k][start:end] for k, start, end in zip(at, starts, ends, strict=True)],
        "reason": reasons,
    }
    return conform(pd.DataFrame(columns), "spans") if at else empty("spans")
