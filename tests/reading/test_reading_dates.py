import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jietan.reading.dates import parse_count, parse_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-06-05", "2025-06-05"),
        ("２０２５年６月５日", "2025-06-05"),
        ("2025/6/5", "2025-06-05"),
        ("2025.6.5", "2025-06-05"),
        ("2025 年 6 月 5 日", "2025-06-05"),
        ("2025年6月5号", "2025-06-05"),
        ("2025年6月5日（星期四）", "2025-06-05"),
        ("2020-01-06 12:09:38", "2020-01-06T12:09:38"),
        ("2020-01-06T12:09:38", "2020-01-06T12:09:38"),
        ("2020-01-06T12:09:38.123Z", "2020-01-06T12:09:38Z"),
        ("2020-01-06T12:09:38+0800", "2020-01-06T12:09:38+08:00"),
        ("2025/6/5 9:05", "2025-06-05T09:05:00"),
        ("2025年6月5日下午3点20分", "2025-06-05T15:20:00"),
        ("2025年6月5日 上午9:30", "2025-06-05T09:30:00"),
        ("2025/6/5 12:05 AM", "2025-06-05T00:05:00"),
        ("20250605", "2025-06-05"),
        ("45813", "2025-06-05"),
        ("45813.5", "2025-06-05T12:00:00"),
        ("二〇二五年六月五日", "2025-06-05"),
        ("二〇二五年十二月二十一日", "2025-12-21"),
        ("民國114年6月5日", "2025-06-05"),
        ("114/6/5", "2025-06-05"),
        ("6月5日", None),
        ("2025年6月", None),
        ("6/5/2025", None),
        ("25/6/5", None),
        ("2025-02-30", None),
        ("2025年6月5日至7月5日", None),
        ("昨天", None),
        ("12", None),
        ("", None),
    ],
)
def test_dates(value, expected):
    assert parse_date(value) == expected


@given(st.datetimes(min_value=dt.datetime(1950, 1, 1), max_value=dt.datetime(2099, 12, 31)).map(lambda d: d.replace(microsecond=0)))
def test_iso_dates_stay(moment):
    assert parse_date(moment.isoformat()) == moment.isoformat()
    assert parse_date(moment.isoformat(sep=" ")) == moment.isoformat()
    assert parse_date(f"{moment.year}年{moment.month}月{moment.day}日") == moment.date().isoformat()


@given(st.text(alphabet="0123456789年月日-/.:：十一二三〇 上下午TZ", max_size=20))
def test_any_text_is_a_date_or_none(value):
    result = parse_date(value)
    assert result is None or dt.datetime.fromisoformat(result)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", "3"),
        ("１２", "12"),
        ("1,234", "1234"),
        ("12.0", "12"),
        ("1.2万", "12000"),
        ("0", "0"),
        ("5赞", "5"),
        ("多", None),
        ("-1", None),
    ],
)
def test_counts(value, expected):
    assert parse_count(value) == expected
