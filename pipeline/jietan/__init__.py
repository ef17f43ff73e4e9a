"""jietan 街谈: from what residents say to legislative suggestions that can be traced to their words."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from jietan.api import Run, run
    from jietan.loop.compare import compare
    from jietan.loop.feedback import feedback
    from jietan.loop.outcome import outcome
    from jietan.settings import Settings, load_settings

__all__ = ["Run", "Settings", "__version__", "compare", "feedback", "load_settings", "outcome", "run"]

_HOME = {
    "Run": "jietan.api",
    "Settings": "jietan.settings",
    "compare": "jietan.loop.compare",
    "feedback": "jietan.loop.feedback",
    "load_settings": "jietan.settings",
    "outcome": "jietan.loop.outcome",
    "run": "jietan.api",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (a public name may be anything)
    """Import a public name when it is first used, so that ``jietan --help`` stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module 'jietan' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
