"""Calendar dates as people write them, whole or in part, and the days that a partial date allows."""

import calendar
import re
from datetime import date, datetime
from functools import lru_cache
from typing import Final

_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if number}
# ISO order with any of - / . between, or Chinese; never day/month or month/day, which nobody can tell apart.
_YEAR_FIRST: Final = re.compile(
    r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2}|UNK?)(?:[-/.](?P<day>\d{1,2}|UNK?))?)?", re.ASCII | re.I
)
_CHINESE: Final = re.compile(r"(?P<year>\d{4})年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?)?")
_DAY_FIRST: Final = re.compile(
    r"(?:(?P<day>\d{1,2}|UNK?)[- ])?(?P<month>[A-Z]{3}|UNK?)[- ](?P<year>\d{4})", re.ASCII | re.I
)
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::00)?", re.ASCII)
_DATETIME: Final = re.compile(r"(\S+)[T ](\d{1,2}:\d{2}(?::00)?)(Z|[+-]\d{2}:\d{2})", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1850, 2200


def parse_partial_date(entry: str) -> str | None:
    """ISO text of a date of which the day, or day and month, may be unknown; None if it is no date.

    A known day in an unknown month is refused: the stored form could not hold it.

    >>> parse_partial_date("14-Mar-2026"), parse_partial_date("UNK-Mar-2026"), parse_partial_date("UN-UNK-2026")
    ('2026-03-14', '2026-03', '2026')
    """
    found = _YEAR_FIRST.fullmatch(entry) or _CHINESE.fullmatch(entry) or _DAY_FIRST.fullmatch(entry)
    if found is None:
        return None
    year, month, day = int(found["year"]), _month(found["month"]), _day(found["day"])
    if month is None:
        text = f"{year:04}" if day is None else ""
    elif day is None:
        text = f"{year:04}-{month:02}"
    else:
        text = f"{year:04}-{month:02}-{day:02}"
    is_real = _is_on_calendar(year, 1 if month is None else month, 1 if day is None else day)
    return text if text and is_real else None


def _month(text: str | None) -> int | None:
    if text is None or text.upper() in ("UN", "UNK"):
        return None
    return int(text) if text.isdecimal() else _MONTHS.get(text.lower(), 0)


def _day(text: str | None) -> int | None:
    return None if text is None or text.upper() in ("UN", "UNK") else int(text)


def _is_on_calendar(year: int, month: int, day: int) -> bool:
    if not _FIRST_YEAR <= year <= _LAST_YEAR or not 1 <= month <= 12:
        return False
    return 1 <= day <= calendar.monthrange(year, month)[1]


def parse_date(entry: str) -> str | None:
    """ISO text of a whole date."""
    text = parse_partial_date(entry)
    return text if text is not None and len(text) == 10 else None


def parse_time(entry: str) -> str | None:
    """Hours and minutes, "08:30"."""
    found = _TIME.fullmatch(entry)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return f"{int(found[1]):02}:{found[2]}"


def parse_datetime(entry: str) -> str | None:
    """Date, time and offset from UTC, "2026-03-14T08:30+08:00"; without an offset no moment is meant."""
    found = _DATETIME.fullmatch(entry)
    if found is None:
        return None
    day, time = parse_date(found[1]), parse_time(found[2])
    offset = "+00:00" if found[3] == "Z" else found[3]
    if day is None or time is None or int(offset[1:3]) > 14 or int(offset[4:]) > 59:
        return None
    return f"{day}T{time}{offset}"


@lru_cache(maxsize=4096)
def partial_date_span(text: str) -> tuple[date, date]:
    """First and last day that a stored date allows.

    >>> partial_date_span("2026-02")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    if len(text) == 10:
        day = date.fromisoformat(text)
        return day, day
    year = int(text[:4])
    first, last = (int(text[5:]), int(text[5:])) if len(text) == 7 else (1, 12)
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def moment_of(text: str) -> datetime:
    """The moment that a stored datetime stands for."""
    return datetime.fromisoformat(text)
