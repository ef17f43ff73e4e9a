"""The page of all settings."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import tomli_w
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from wording import linked

from jietan.settings import Settings

__all__ = ["page"]

_SECTIONS = {
    "read": "读取意见",
    "redact": "个人信息",
    "split": "拆分观点",
    "embed": "向量模型",
    "search": "检索条文",
    "lexicon": "口语词表",
    "classify": "分类模型",
    "merge": "归并同一诉求",
    "link": "对应条文",
    "cluster": "归纳主题",
    "draft": "起草建议",
    "rank": "排序的权重",
    "points": "采集情况",
    "report": "报告封面",
    "export": "导出",
    "engine": "在哪里算",
}
_KINDS = {int: "整数", float: "数", str: "文字", bool: "true 或者 false"}

_HEAD = """# 设置

不写设置也能运行，以下是全部设置和默认值。三种写法，后面的优先：

1. 写进 TOML 文本文件（UTF-8），用 `--config 文件` 指明，写法见下。
2. 在命令里写 `--set 节.名称=值`，可以写几次，例如 `--set cluster.granularity=0.7`。值里有空格或者引号的，整个用单引号括起来。
3. 列名另有 `--map 名称=列名`，与 `read.map` 是一回事。

```toml
[report]
office = "某某街道基层立法联系点"

[cluster]
granularity = 0.7
```

Python 里是 `jietan.load_settings(文件)`，得到的设置交给 `jietan.run(..., settings=...)`。

写错名称时程序不会忽略，而是指出最接近的名称。每次运行实际用到的全部设置，都写在运行文件夹的 `jietan.toml` 里，可以直接拿来给
`--config` 用。改了设置再运行，只重做受影响的步骤；改封面和导出的设置，不重做任何计算。

| 设置 | 类型 | 默认 | 含义 |
|---|---|---|---|
"""


def _default(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict) and not value:
        return "（空）"
    if isinstance(value, tuple):
        value = list(value)
    text = tomli_w.dumps({"v": value}).removeprefix("v = ").strip()
    return "`" + " ".join(text.split()).replace("[ ", "[").replace(", ]", "]") + "`"


def _kind(field: FieldInfo) -> str:
    annotation = field.annotation
    if annotation in _KINDS:
        kind = _KINDS[annotation]
    else:
        origin = get_origin(annotation)
        kind = {dict: "名称 = 列名", tuple: "清单", Literal: ""}[origin]
        if origin is Literal:
            kind = "、".join(f"`{value}`" for value in get_args(annotation) if value) + ("，可空" if "" in get_args(annotation) else "")
    low = next((m.ge for m in field.metadata if getattr(m, "ge", None) is not None), None)
    high = next((m.le for m in field.metadata if getattr(m, "le", None) is not None), None)
    if low is not None and high is not None:
        return f"{kind}，{low} 到 {high}"
    return f"{kind}，至少 {low}" if low is not None else kind


def _row(name: str, field: FieldInfo, default: Any) -> str:  # noqa: ANN401
    return f"| `{name}` | {_kind(field)} | {_default(default)} | {linked(field.description or '')} |\n"


def page() -> str:
    """Return the page."""
    out = [_HEAD]
    defaults = Settings()
    for name, field in Settings.model_fields.items():
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            out.append(_row(name, field, getattr(defaults, name)))
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            out.append(f"\n## [{name}] {_SECTIONS[name]}\n\n| 设置 | 类型 | 默认 | 含义 |\n|---|---|---|---|\n")
            section = getattr(defaults, name)
            out += [_row(f"{name}.{k}", f, getattr(section, k)) for k, f in field.annotation.model_fields.items()]
    return "".join(out)
