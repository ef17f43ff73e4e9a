"""Demands: what one opinion asks a rule to say, taken apart into actor, modality, act and conditions.

Only words that stand in the opinion are read; every part keeps the span that it comes from.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from jietan.language.normalize import fold
from jietan.language.numerals import find_quantities
from jietan.law.demand_clauses import clause_demand, skip_lead
from jietan.law.demand_parts import Demand, Part, part
from jietan.law.spoken import is_written
from jietan.law.vocabulary import Vocabulary

__all__ = ["read_demands"]

_CLAUSE = re.compile(r"[^，,。；;！!？?：:\n]+")
_CONDITION = re.compile(r"^(?:对|对于|如果?|若)?(?P<case>[^，]{4,30}的|(?<=对)[^，]{2,20}违[规法])$")
#: A clause with 就 or 才 before its modal word rests on the clause before it: 底层不点头，电梯就不许开工.
_RESTS = re.compile(r"[就才便](?=不|应|要|必|得|可以|该|$)")
_RESTS_ON = re.compile(r"^(?:如果?|若|要是|只要|一旦|万一|凡是?)?(?P<case>[^，]{3,24}?)(?:的话)?$")
#: What the clause before may say of whom or where the demand holds: 没有物业公司的小区，由街道牵头.
_TOPIC = re.compile(
    r"^(?:对于?|像)?(?P<case>(?:没有?|未|已|无)[^，]{2,14}的[^，的]{2,6}|[^，的]{2,12}的(?:住宅小区|小区|区域|单位|人员|家庭|企业|场所|路段|老年人|残疾人))$"
)
_GOES_ON = re.compile(r"^(?:并|且|或者|不得|由[^，]{2,12}(?:承担|负责)|确保|保证|保障)")
_CONSEQUENCE = re.compile(r"罚款|处罚|责令|停业|吊销|没收|赔偿|承担[^，]{0,6}责任|警告")
#: A wording that is asked for in quotes is read as the demand itself.
_WORDED = re.compile(
    r"(?P<lead>写|写明|写成|写上|规定|明确|增加|补充|加上|加一句|表述为|改为|改成|修改为)[“\"「](?P<words>[^“”\"「」]{8,60})[”\"」]"
)
#: Turns round what was said before it.
_TURNED = re.compile(
    r"(?:实无|没有?|毫无|并无)必要|(?:万万|似|甚|以为)不可|不妥|不(?:赞成|同意)(?:这|该|此|草案|本条|第|把|将|要求|规定|由)|(?<!书面)(?<!无)反对(?!的|意见|即|票|者)|不合理|没道理|过[长短高低重轻严宽]|太[长短高低重轻严宽多少]|行不通|做不到|不现实|够用了|足够了|刚刚?好|不必再"
)
_LONGEST = 60


def _case_before(plain: str, clause: tuple[int, int], rests: bool, vocabulary: Vocabulary) -> Part | None:
    """What the clause before says of the case, or of whom it holds for."""
    start = skip_lead(plain, *clause)
    said = plain[start : clause[1]]
    topic = _TOPIC.match(said)
    case = topic or (_RESTS_ON if rests else _CONDITION).match(said)
    if case is None:
        return None
    found = part(plain, start + case.start("case"), start + case.end("case"), vocabulary)
    if topic is None and not found.words.endswith("的"):
        found = replace(found, words=found.words + "的")
    return found if is_written(found.words + "情形") else None


def _with_context(demand: Demand, plain: str, clauses: list[tuple[int, int]], k: int, rests: bool, vocabulary: Vocabulary) -> Demand:
    """Add the case before the clause, what goes on after it, and the consequence."""
    condition = consequence = None
    act = demand.act
    if k and demand.condition is None:
        condition = _case_before(plain, clauses[k - 1], rests, vocabulary)
    for start, end in clauses[k + 1 : k + 3]:
        more = part(plain, start, end, vocabulary)
        if _GOES_ON.match(more.words) and is_written(more.words) and end - act.start < _LONGEST:
            act = Part(act.start, more.end, f"{act.words}，{more.words}", (*act.notes, *more.notes))
        elif _CONSEQUENCE.search(more.words) and is_written(more.words):
            consequence = more
            break
        else:
            break
    amounts = tuple(find_quantities(plain))
    return replace(demand, act=act, condition=demand.condition or condition, consequence=consequence, quantities=amounts)


def read_demands(text: str, vocabulary: Vocabulary) -> list[Demand]:
    """Read the demands of one opinion.

    Args:
        text: The opinion.
        vocabulary: Words of the draft.

    Returns:
        Demands in order whose act can stand in a rule; none where the opinion only complains, asks or argues.
    """
    return list(_read(text, vocabulary))


@lru_cache(maxsize=1 << 13)
def _read(text: str, vocabulary: Vocabulary) -> tuple[Demand, ...]:
    plain = fold(text)
    if len(plain) != len(text):
        return ()
    plain = _WORDED.sub(lambda m: f"{m['lead']}，{m['words']}，", plain)
    clauses = [m.span() for m in _CLAUSE.finditer(plain)]
    if _TURNED.search(plain):
        return ()
    found = []
    for k, (start, end) in enumerate(clauses):
        if plain[end : end + 1] in ("？", "?"):
            continue
        demand = clause_demand(plain, start, end, vocabulary)
        if demand is None:
            continue
        rests = k > 0 and _RESTS.search(plain[start : demand.act.start]) is not None
        whole = _with_context(demand, plain, clauses, k, rests, vocabulary)
        if whole.condition is not None or not rests:
            found.append(whole)
    return tuple(found)
