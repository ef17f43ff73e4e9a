"""What the reader should know about words, counts and limits; the same text in every export."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from jietan.export.figures import Figures
from jietan.export.view import View
from jietan.export.wording import chinese_date

__all__ = ["CAUTIONS", "COUNTING", "WORDS", "figure_lines", "privacy", "provenance", "run_facts", "stability"]

WORDS = (
    ("意见", "收到的一件来文，按收到时的样子保存"),
    ("观点", "一件意见中的一个主张或者要求，逐字摘自来文；一件意见可以有几个观点"),
    ("同一诉求", "要求相同的观点，说法可以不同；立场、对象或者数额不同的，不归为同一诉求"),
    ("集中投递", "内容是同一封信的一组意见；复制件照样计数，但单独标明"),
    ("重复件", "与较早一件内容相同的意见"),
    ("主题", "同一事项的诉求，相反的主张也在其内"),
    ("长尾意见", "没有归入任何主题的立法意见"),
    ("立法建议", "对一个诉求的答复：对应条款、原文、建议修改为、理由和依据"),
    ("立法要点", "没有拟出条文文字的建议，只写明要点"),
)
COUNTING = (
    "人数按不同的提交人计，同一人多次提出计一人，匿名意见每件计一人。",
    "集中投递和重复件计入条数、件数和人数，并单独列明件数，排序时折算。",
    "支持、反对、修改、疑问按观点计，不含只讲理由的句子。",
    "条文的意见数按对应条文计：取每个观点把握最大的一处，以及观点中明确提到的各处。",
)
CAUTIONS = (
    "群体大小不等于投票结果：提意见的人不是随机抽取的，条数多少受动员和投递方式影响，不能据此推断全体居民的态度。",
    "分类、归并、对应条文和拟写文字由程序完成，可能有错，请对照原话核实后使用。",
    "相关上位法按内容相近列出，仅供核对，不是合法性审查结论。",
    "建议稿，供参考。是否采纳由有权机关决定。",
)
PRIVACY = "姓名、电话、证件号、住址等个人信息已经用脱敏文字代替，脱敏处与来件原文不同，其余文字与来件一致。"
NO_PRIVACY = "按照设置，原话中的个人信息没有脱敏，请按内部资料管理，不得公开。"


def privacy(view: View) -> str:
    """Return how personal data is treated in this export."""
    return NO_PRIVACY if view.settings.export.names else PRIVACY


def figure_lines(found: Figures) -> list[tuple[str, str]]:
    """Return the figures of the run as label and value."""
    campaigns = f"{len(found.campaigns)} 封，共 {found.n_campaign_comments} 件"
    themes = f"{found.n_themes} 个" + (f"（分主题 {found.n_subthemes} 个）" if found.n_subthemes else "")
    lines = [
        ("意见", f"{found.n_comments} 件"),
        ("观点", f"{found.n_opinions} 条"),
        ("人数", f"{found.n_people} 人"),
        ("采集点", f"{found.n_points} 个"),
        ("条文", f"{found.n_articles} 条，其中 {found.n_articles_named} 条有意见" if found.n_articles else "没有草案"),
        ("主题", themes),
        ("立法建议", f"{found.n_suggestions} 条，其中拟出条文 {found.n_drafted} 条"),
        ("长尾意见", f"{found.n_long_tail} 条"),
        ("集中投递", campaigns if found.campaigns else "没有"),
        ("重复件", f"{found.n_duplicates} 件"),
        ("未处理记录", f"{found.n_rejects} 条"),
    ]
    return lines


def stability(view: View) -> str:
    """Return in a sentence how far the themes stay the same without a tenth of the comments, empty where it is not known."""
    found = view.run_info.get("stability")
    if not isinstance(found, Mapping):
        return ""
    if not found["repeats"]:
        return "意见太少，没有检验。归纳主题不用随机数，次序打乱、换随机种子，结果都相同。"
    part = f"从中抽取的 {round(found['n_comments'] / found['kept'])} 件意见里" if found["sampled"] else ""
    return (
        f"{part}随机去掉一成意见重新归纳，共 {found['repeats']} 次：原来同在一个主题的观点，平均百分之{found['together'] * 100:.0f}仍在一起"
        f"（调整兰德指数平均 {found['ari']:.2f}，最低 {found['ari_lowest']:.2f}，1 为完全相同）。"
        "归纳主题不用随机数，次序打乱、换随机种子，结果都相同。"
    )


_FINGERPRINT = 12


def _names(value: object) -> str:
    if isinstance(value, Mapping) and "name" in value:
        mark = str(value.get("fingerprint") or "")[:_FINGERPRINT]
        return f"{value['name']}（{mark}）" if mark else str(value["name"])
    if isinstance(value, Mapping):
        return "、".join(f"{k}：{_names(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return "、".join(_names(v) for v in value)
    return PurePath(str(value)).name


def run_facts(run_info: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an export may say about the run: version, start, counts, seed and models."""
    return {k: v for k, v in run_info.items() if k in ("version", "started", "counts", "seed", "stability") or k.startswith("model")}


def provenance(view: View) -> list[tuple[str, str]]:
    """Return version, date and models as label and value."""
    info = view.run_info
    lines = [("软件", f"街谈 {info.get('version', '')}".strip()), ("整理日期", chinese_date(str(info.get("started", ""))))]
    lines += [("模型", _names(v)) for k, v in info.items() if k.startswith("model") and v]
    return [(k, v) for k, v in lines if v]
