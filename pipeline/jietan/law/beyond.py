"""Beyond: asks that no local regulation or rule may meet, in the words of the people who make them."""

from __future__ import annotations

import re
from functools import lru_cache

from jietan.law.style import lint_limits
from jietan.law.style.competence import REASONS

__all__ = ["beyond"]

_LOCAL = ("地方性法规", "地方政府规章")
#: What people say, by the rule of the lint whose limit it crosses.
_ASKED = tuple(
    (rule, re.compile(words))
    for rule, words in (
        ("power-crime", r"判刑|坐牢|蹲监狱|入刑|入罪|(?:追究|承担|负)刑事责任|刑事处罚|有期徒刑|危险驾驶罪|按?犯罪(?:处理|论处)"),
        ("power-liberty", r"拘留|关(?:他|她|起来|进去|几天)|限制人身自由|强制戒"),
        ("power-business-licence", r"吊销[^，。；]{0,8}(?:营业)?执照"),
        (
            "power-tax",
            r"(?:免|减|加|开|多|少|征|收)(?:征|收|免)?[^，。；税]{0,6}(?:所得|增值|房产|车船|环保|消费|购置|财产)税"
            r"|(?:减|免|开征|加)税(?!务)|税率",
        ),
        ("power-economy", r"(?:降低|提高|调整|规定)[^，。；]{0,6}(?:贷款|存款)?利率|汇率|关税"),
        ("power-civil", r"(?:承担|负)连带(?:赔偿)?责任|[二三四五六七八九十\d]倍赔偿|(?:财产|车|房子?)归(?:国家|集体|小区|物业)所有"),
        ("power-litigation", r"不(?:准|得|许|能)(?:再)?(?:起诉|打官司|上诉|复议)|法院(?:一律)?不(?:得|准|予)?受理"),
        ("power-outsiders", r"(?:不(?:准|许|得|让)|禁止|限制)[^，。；]{0,6}外地(?:人|车|企业|商品|户口)"),
        ("power-private-penalty", r"(?:让|由|允许|授权|给)(?:物业|居委会|业委会|保安|小区)[^，。；]{0,8}(?:罚款|罚钱|没收)"),
    )
)
#: Whether any of these may be found, which they seldom are.
_ANY = re.compile("|".join(f"(?:{words.pattern})" for _, words in _ASKED))
_NOT = re.compile(
    r"(?:不(?:应当?|应该|要|能|该|得|必|宜|可|准|许|用|至于|同意|赞成|支持)|别(?!人|的)|反对|取消|删|免于|而不是|没有?必要|难道|凭什么|依法|依照|构成犯罪)[^，。；！？]{0,8}$"
)
_NOT_AFTER = re.compile(r"^[^，。；！？]{0,8}(?:太重|过重|不合适|不妥|不行|不合理|没必要|吗|太过)")
_SERIOUS = ("error", "warning")


@lru_cache(maxsize=1 << 10)
def _crossed(text: str, level: str) -> tuple[tuple[str, str], ...]:
    """The limits that a text crosses, in its order, with how much each counts."""
    return tuple((f.rule, f.severity) for f in lint_limits(text, level))


def beyond(text: str, level: str, original: str = "") -> str:
    """Say why a text or an ask is outside the power of local legislation.

    Args:
        text: A proposed text, or a demand in the words of a person.
        level: Level of the draft, as :func:`jietan.law.style.infer_level` tells it.
        original: The provision as it stands; what it says itself is not asked for.

    Returns:
        The reason with its source, in Chinese; empty where nothing is outside, or the draft is not a local one.
    """
    if level not in _LOCAL or not text:
        return ""
    known = {rule for rule, _ in _crossed(original, level)} if original else set()
    for crossed, severity in _crossed(text, level):
        if crossed not in known and severity in _SERIOUS:
            return REASONS[crossed]
    for rule, words in _ASKED if _ANY.search(text) else ():
        for match in words.finditer(text):
            refused = _NOT.search(text[: match.start()]) or _NOT_AFTER.search(text[match.end() :])
            if rule not in known and not refused:
                return REASONS[rule]
    return ""
