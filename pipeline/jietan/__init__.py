"""jietan 街谈: from what residents say to legislative suggestions that can be traced to their words."""

__version__ = "0.1.0"
