"""Whole days, months and years between two days, and days that intervals cover, with spans for partial dates."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from trialwright.expr.answer import DateSpan
from trialwright.expr.spans import Amount, Day, needs_of, number_span

Interval = tuple[date, date]


def days_between(first: date, second: date) -> int:
    return second.toordinal() - first.toordinal()


def months_between(first: date, second: date) -> int:
    """Whole calendar months passed; a month is complete when the day of the month is reached.

    >>> months_between(date(2026, 1, 31), date(2026, 2, 28)), months_between(date(2026, 1, 31), date(2026, 3, 1))
    (0, 1)
    """
    if second < first:
        return -months_between(second, first)
    months = (second.year - first.year) * 12 + second.month - first.month
    return months - (second.day < first.day)


def years_between(first: date, second: date) -> int:
    """Whole years passed. Who was born on 29 February is a year older on 1 March of a common year."""
    months = months_between(first, second)
    return months // 12 if months >= 0 else -(-months // 12)


_COUNTS: Final[Mapping[str, Callable[[date, date], int]]] = MappingProxyType(
    {"days": days_between, "months": months_between, "years": years_between}
)


def passed(unit: str, first: Day, second: Day) -> Amount:
    """Whole units (days, months, years) from the first to the second day; a span for partial dates."""
    count = _COUNTS[unit]
    if not isinstance(first, DateSpan) and not isinstance(second, DateSpan):
        return count(first, second)
    low, high = count(day_ends(first)[1], day_ends(second)[0]), count(day_ends(first)[0], day_ends(second)[1])
    return number_span(low, high, needs_of(first) + needs_of(second))


def day_ends(day: Day) -> Interval:
    return (day.low, day.high) if isinstance(day, DateSpan) else (day, day)


def days_of_union(intervals: list[Interval]) -> int:
    """Days in at least one interval, both ends counted; an interval that ends before it begins has none.

    >>> days_of_union([(date(2026, 1, 1), date(2026, 1, 3)), (date(2026, 1, 2), date(2026, 1, 5))])
    5
    """
    total, reached = 0, date.min.toordinal() - 1
    for first, last in sorted(intervals):
        begin, end = max(first.toordinal(), reached + 1), last.toordinal()
        if end >= begin:
            total, reached = total + end - begin + 1, end
    return total
