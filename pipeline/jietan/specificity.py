"""How specific and actionable an opinion is: whether it names an article, an amount, a change and a reason."""

from __future__ import annotations

from dataclasses import dataclass

from jietan.language.cues import CUES
from jietan.language.normalize import fold
from jietan.language.numerals import find_quantities

__all__ = ["Specificity", "at_most", "specificity"]

_READABLE = range(8, 121)
#: Marks that only reading tells: 写明条款, 写明数额, 讲明理由.
_READ = 3
#: Operations that change nothing.
_IDLE = ("none", "释明")


@dataclass(frozen=True)
class Specificity:
    """What makes an opinion specific.

    Args:
        marks: In Chinese: 写明条款, 写明数额, 写明改法, 讲明理由.
        readable: Whether it is neither a scrap nor a whole letter.
    """

    marks: tuple[str, ...]
    readable: bool

    @property
    def score(self) -> float:
        """Return a number in 0..4.5, higher for more specific opinions."""
        return len(self.marks) + (0.5 if self.readable else 0.0)


def specificity(text: str, operation: str, *, cites: bool = False, reasoned: bool = False) -> Specificity:
    """Read how specific an opinion is.

    Args:
        text: Its words.
        operation: What it wants done to the draft; ``none`` for nothing.
        cites: It names its article itself.
        reasoned: Its comment gives a reason beside it.
    """
    folded = fold(text)
    marks = (
        ("写明条款", cites or CUES["citation"].search(folded) is not None),
        ("写明数额", bool(find_quantities(text))),
        ("写明改法", operation not in _IDLE),
        ("讲明理由", reasoned or CUES["because"].search(folded) is not None),
    )
    return Specificity(tuple(name for name, found in marks if found), len(text) in _READABLE)


def at_most(text: str, operation: str) -> float:
    """Return a score that :func:`specificity` does not exceed for a text, without reading it; see there."""
    return _READ + (operation not in _IDLE) + (0.5 if len(text) in _READABLE else 0.0)
