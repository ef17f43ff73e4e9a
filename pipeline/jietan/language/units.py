"""Units of amounts, and what each spelling of them means."""

from __future__ import annotations

from typing import Protocol

__all__ = ["UNITS", "Amount", "in_days", "same_amount"]

_EXACT = 1e-6

#: Written unit → (normalized unit, factor).
UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("个工作日", "工作日", "个工作天", "工作天"), ("工作日", 1.0)),
    **dict.fromkeys(("自然日", "个自然日", "日", "天", "昼夜"), ("日", 1.0)),
    **dict.fromkeys(("个星期", "星期", "个礼拜", "礼拜"), ("周", 1.0)),
    **dict.fromkeys(("个月", "月"), ("个月", 1.0)),
    **dict.fromkeys(("周年", "年度", "年"), ("年", 1.0)),
    **dict.fromkeys(("个小时", "小时", "个钟头", "钟头"), ("小时", 1.0)),
    **dict.fromkeys(("分钟",), ("分钟", 1.0)),
    **dict.fromkeys(("秒钟", "秒"), ("秒", 1.0)),
    **dict.fromkeys(("块钱", "元钱", "块", "元", "圆", "人民币"), ("元", 1.0)),
    **dict.fromkeys(("毛钱", "毛", "角"), ("元", 0.1)),
    "分钱": ("元", 0.01),
    **dict.fromkeys(("平方米", "平方", "平米", "㎡", "m2", "m²"), ("平方米", 1.0)),
    **dict.fromkeys(("公里/小时", "公里每小时", "km/h", "KM/H"), ("公里/小时", 1.0)),
    **dict.fromkeys(("公里", "千米", "km", "KM"), ("米", 1000.0)),
    **dict.fromkeys(("厘米", "公分", "cm", "CM"), ("米", 0.01)),
    **dict.fromkeys(("毫米", "mm"), ("米", 0.001)),
    **dict.fromkeys(("公尺", "米", "m"), ("米", 1.0)),
    **dict.fromkeys(("公斤", "千克", "kg", "KG"), ("公斤", 1.0)),
    **dict.fromkeys(("斤",), ("公斤", 0.5)),
    **dict.fromkeys(("%", "个百分点"), ("%", 1.0)),
    "成": ("%", 10.0),
    **dict.fromkeys(("次", "遍", "回", "趟"), ("次", 1.0)),
    **dict.fromkeys(("周岁", "岁"), ("岁", 1.0)),
    **dict.fromkeys(("个人", "人", "名", "位"), ("人", 1.0)),
    **dict.fromkeys(("伏", "V", "v"), ("伏", 1.0)),
    **dict.fromkeys(("度电", "千瓦时", "kWh"), ("千瓦时", 1.0)),
    **dict.fromkeys(("千瓦", "kW", "KW"), ("瓦", 1000.0)),
    **dict.fromkeys(("瓦", "W", "w"), ("瓦", 1.0)),
    **{
        unit: (unit, 1.0)
        for unit in (
            "辆",
            "台",
            "部",
            "层",
            "楼",
            "户",
            "家",
            "倍",
            "级",
            "处",
            "套",
            "只",
            "间",
            "栋",
            "幢",
            "个",
            "周",
        )
    },
}

#: Lengths of time in days; a 工作日 has none.
_DAYS = {"分钟": 1 / 1440, "小时": 1 / 24, "日": 1.0, "周": 7.0, "个月": 30.0, "年": 360.0}


class Amount(Protocol):
    """Anything with a value in a unit."""

    @property
    def value(self) -> float:
        """The number."""

    @property
    def unit(self) -> str:
        """Its normalized unit."""


def in_days(amount: Amount) -> float | None:
    """Return a length of time in days, a month as 30 and a year as 12 months; None for anything else."""
    factor = _DAYS.get(amount.unit)
    return None if factor is None else amount.value * factor


def same_amount(a: Amount, b: Amount) -> bool:
    """Say whether two amounts are equal, lengths of time whatever their units: 十二个月 is 一年, 两周 is 十四日."""
    if a.unit == b.unit:
        return abs(a.value - b.value) < _EXACT
    first, second = in_days(a), in_days(b)
    return first is not None and second is not None and abs(first - second) < _EXACT
