"""The page of all tables and columns, from what :mod:`jietan.contract` declares."""

from __future__ import annotations

from wording import linked, table

from jietan.contract import Column, Table
from jietan.flow import STAGES
from jietan.tables import CLOSING_TABLES, CONTRACT_TABLES, TABLES

__all__ = ["page"]

_KINDS = {"str": "文字", "int": "整数", "float": "小数", "bool": "是否", "list": "清单", "parts": "段落"}
_INPUTS = {"received": "读取意见", "provisions": "读草案", "earlier": "读取意见（`--append`）"}

_HEAD = """# 数据表

一次运行是一个文件夹，里面的表都是 parquet 文件，pandas、DuckDB 等都能直接读；`exports/表格csv/` 里有同样的这些表，个人信息已经遮盖。

```text
runs/名称/
  manifest.json      版本、设置、种子、模型和指纹、输入文件的 sha256、各表行数、各步骤用时、读取时的说明
  jietan.toml        实际用到的全部设置
  tables/            下面“交付的表”，每张一个文件
  stages/            下面“步骤之间的表”，断了接着算时用
  vectors.npy        观点的向量，float32，每行一个观点；vectors_ids.parquet 是各行的 opinion_id
  heads.npy          来件标题的向量，没有草案时用；heads_ids.parquet 是各行的 comment_id
  decisions.jsonl    审核决定，作过才有
  exports/           交出去的文件
```

共同的规矩：编号都是文字，不是行号；位置（`start`、`end`）从 0 数起，含头不含尾，按字（Unicode 码点）计，指 `comments.text` 里的位置；
“可缺”的列，没有值时为空（null）；清单是真正的列表列。各表按所写的次序排好，同样的输入得到逐字节相同的文件。程序以后可能增加列，
不会改变已有列的意思。`score_` 开头的列只用来放得分的分项。标签的取值和含义见[标注的含义](../labels.md)。

Python 里：`run = jietan.Run.load("runs/名称")`，然后 `run.comments`、`run.opinions`……，每张都是 DataFrame；`run.table("links")` 按名称取。

## 交付的表

"""
_BETWEEN = """## 步骤之间的表

供断点续算和查错，其他程序不要依赖。

"""
_TAIL = """## 每次运行结束时的自检

下面任何一条不成立，运行就失败（退出码 1），并指出是哪些行：每件意见都有观点，或者在 `rejects` 里；每个观点的文字等于它的位置所指的原文；
每处个人信息的位置都在原文之内；理由里的引文都能在那件意见里找到；立法要点是一句原话，或者由来源逐段拼成；主题和建议的各项数字都能由依据重新算出；
提到的条文都存在；得分等于各分项之和。
"""


def _row(column: Column, more: str = "") -> tuple[str, str, str]:
    kind = _KINDS[column.kind] + ("，可缺" if column.nullable else "")
    return f"`{column.name}`", kind, linked(column.about) + more


def _section(found: Table, writer: str = "") -> str:
    order = "、".join(f"`{k}`" for k in found.key)
    repeated = "" if found.unique else "（可以有几行相同）"
    intro = f"{found.about}，按 {order} 排{repeated}。{found.note}"
    out = f"### {found.name}\n\n{linked(intro)}{writer}\n\n"
    rows = [_row(c) for c in found.columns] + [_row(c, "（附加的列）") for c in found.extra]
    return out + table(("列", "类型", "含义"), rows) + "\n"


def page() -> str:
    """Return the page."""
    writers = {name: stage.name for stage in STAGES for name in stage.writes}
    given = (*CONTRACT_TABLES, *CLOSING_TABLES)
    out = _HEAD + "".join(_section(TABLES[name]) for name in given) + _BETWEEN
    for name, found in TABLES.items():
        if name not in given:
            writer = f"`{writers[name]}` 一步" if name in writers else _INPUTS[name]
            out += _section(found, f"由{writer}写出，在 `stages/{name}.parquet`。".replace("由`", "由 `"))
    return out + _TAIL
