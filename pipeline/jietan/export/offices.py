"""Offices that residents name."""

from __future__ import annotations

import re

from jietan.export.view import View

__all__ = ["units_named"]

_UNIT = re.compile(
    "城管(?:中队|部门|局|队)?|公安(?:机关|局)?|派出所|交警(?:队|大队|中队)?|消防(?:队|部门|大队|救援站)|街道办(?:事处)?|居委会?|村委会?|业委会|物业(?:公司)?|"
    "房管(?:局|所)|住建(?:局|委)?|市场监管(?:局|所)?|环保局|生态环境局|环卫(?:所|处|部门)?|卫健委|教育局|民政局|人社局|水务局|自来水公司|供电(?:公司|所|局)|"
    "燃气公司|公交公司|交通局|规划局|绿化(?:市容)?局|司法局|信访(?:办|局)|社区(?:卫生)?服务中心"
)


def units_named(view: View, comment_ids: list[str]) -> list[str]:
    """Return the offices that comments name, in the residents' words."""
    return list(dict.fromkeys(m for c in comment_ids for m in _UNIT.findall(view.masker.text(c))))
