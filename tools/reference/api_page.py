"""The page of the public names of Python, from their docstrings."""

from __future__ import annotations

import inspect
from typing import Any

import jietan

__all__ = ["page"]

_HEAD = """# Python

`import jietan` 以后的公开名称。说明取自程序里的文档字符串，用英文；各表的列见[数据表](tables.md)，设置见[设置](settings.md)，
出错时抛 `jietan.errors.JietanError`（见[错误信息](errors.md)）。

```python
import jietan

run = jietan.run("意见.xlsx", draft="草案.docx", out="runs/条例")
run.suggestions.head()  # 立法建议
run.export(["xlsx", "docx"])  # 再导出一次
```

"""


def _text(found: Any) -> str:  # noqa: ANN401
    return inspect.cleandoc(found.__doc__ or "")


def _code(text: str) -> str:
    return f"```text\n{text}\n```\n\n"


def _function(name: str, found: Any, depth: str) -> str:  # noqa: ANN401
    parameters = str(inspect.signature(found)).replace("'", "")
    return f"{depth} {name}\n\n```text\n{name.rpartition('.')[2]}{parameters}\n```\n\n{_code(_text(found))}"


def _members(found: type) -> list[tuple[str, Any]]:
    return [(name, inspect.getattr_static(found, name)) for name in vars(found) if not name.startswith("_")]


def _class(name: str, found: type) -> str:
    out = f"## {name}\n\n{_code(_text(found))}"
    values = []
    for inner, static in _members(found):
        if isinstance(static, classmethod):
            out += _function(f"{name}.{inner}", static.__func__, "###")
        elif inspect.isfunction(static):
            out += _function(f"{name}.{inner}", static, "###")
        elif hasattr(static, "__get__") and getattr(static, "__doc__", None):
            values.append((inner, _text(static).splitlines()[0]))
    width = max((len(inner) for inner, _ in values), default=0)
    lines = "\n".join(f"{inner.ljust(width)}  {words}" for inner, words in values)
    return out + (f"### {name} 的属性\n\n{_code(lines)}" if values else "")


def page() -> str:
    """Return the page."""
    out = _HEAD
    for name in sorted(n for n in jietan.__all__ if not n.startswith("_")):
        found = getattr(jietan, name)
        if name == "Settings":
            out += f"## {name}\n\n各节和各项见[设置](settings.md)。\n\n{_code(_text(found))}"
        else:
            out += _class(name, found) if inspect.isclass(found) else _function(name, found, "##")
    return out.rstrip("\n") + "\n"
