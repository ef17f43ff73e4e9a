"""Which comments are a person's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from jietan.errors import InputError
from jietan.runfolder import content_key
from jietan.stages.read import load_salt, submitter_key

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["comments_of"]

_SHOWN = 5


def _keys(run: Run, who: str) -> set[str]:
    """Keys that a contact, or a name in any street of the run, would have."""
    salt = load_salt(run.settings.redact.salt_file)
    if run.manifest["batches"][0]["salt"] != content_key(salt.hex()):
        return set()
    streets = {None, *run.comments["street"].dropna()}
    rows = [{"contact": who}, *({"submitter": who, "street": street} for street in streets)]
    return {key for row in rows if (key := submitter_key(row, salt))}


def _of(run: Run, who: str) -> pd.DataFrame:
    comments = run.comments
    named = comments[comments["comment_id"] == who]
    if not named.empty:
        keys = set(named["submitter_key"].dropna())
    else:
        keys = ({who} if who in set(comments["submitter_key"].dropna()) else _keys(run, who)) & set(comments["submitter_key"].dropna())
        if len(keys) > 1:
            found = comments[comments["submitter_key"].isin(keys)].drop_duplicates("submitter_key").head(_SHOWN)
            rows = zip(found["submitter_key"], found["comment_id"], found["street"].fillna("街镇不详"), strict=True)
            shown = "；".join(f"{key}（意见 {comment}，{street}）" for key, comment, street in rows)
            raise InputError(f"有 {len(keys)} 个人都可能是“{who}”：{shown}", todo="请改用其中的提交人指纹或者意见编号")
    return comments[comments["submitter_key"].isin(keys) | comments["comment_id"].isin(named["comment_id"])]


def comments_of(run: Run, who: Sequence[str]) -> pd.DataFrame:
    """Find all comments of people.

    Args:
        run: A finished run.
        who: For each person the id of a comment, the key, the contact, or the name as it was given. A comment names its
            submitter's other comments too; an anonymous one stands alone.

    Returns:
        Rows of ``comments``.

    Raises:
        InputError: Nobody fits, or several people do.
    """
    found: set[str] = set()
    for word in who:
        rows = _of(run, word.strip())
        if rows.empty:
            todo = "请写意见编号、提交人指纹、联系方式或者姓名（姓名、联系方式要与当初写的一样，盐也要是原来的）"
            raise InputError(f"这次运行里没有“{word}”的意见", where=str(run.folder), todo=todo)
        found |= set(rows["comment_id"])
    return run.comments[run.comments["comment_id"].isin(found)]
