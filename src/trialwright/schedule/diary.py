"""When a form of the diary is due: days, windows and study weeks. The phone does the same arithmetic
(static/diary/schedule.js); tests/spec/diary/occasions.txt is the table that both are held to.

All is calendar days and hours of the clock on the wall where the participant is, so that summer time plays no part.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which a form is asked: `first`, and each `every_days` after it, to `last`; no end where that is None.

    visit: "" but for a form that is asked after a date of a visit; it is asked once, on `first` = `last`.
    """

    form: str
    visit: str
    first: date
    last: date | None
    every_days: int


@dataclass(frozen=True, slots=True)
class Occasion:
    """One entry that is wanted: its window opens on `day`."""

    form: str
    visit: str
    day: date


def occasions(span: Span, *, until: date, since: date | None = None) -> tuple[Occasion, ...]:
    """The occasions of a span in their order, up to and with a day; since: those before it are not gone through.

    >>> week = Span("week", "", date(2028, 2, 26), None, 7)
    >>> [str(one.day) for one in occasions(week, until=date(2028, 3, 11))]
    ['2028-02-26', '2028-03-04', '2028-03-11']
    >>> [str(one.day) for one in occasions(week, until=date(2028, 3, 11), since=date(2028, 2, 27))]
    ['2028-03-04', '2028-03-11']
    """
    last = until if span.last is None else min(span.last, until)
    count = (last - span.first).days // span.every_days + 1
    gone = 0 if since is None else max(0, -((span.first - since).days // span.every_days))
    days = (span.first + timedelta(days=number * span.every_days) for number in range(gone, count))
    return tuple(Occasion(span.form, span.visit, day) for day in days)


@lru_cache(maxsize=4096)  # a day is asked about for each participant
def window(day: date, opens: int, closes: int) -> tuple[datetime, datetime]:
    """From when to when an occasion may be answered, without a zone. opens, closes: minutes after midnight of its day.

    >>> [str(end) for end in window(date(2028, 2, 29), 1080, 2160)]
    ['2028-02-29 18:00:00', '2028-03-01 12:00:00']
    """
    midnight = datetime.combine(day, time.min)  # naive on purpose: it is the wall clock of the participant
    return midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)


def study_week(day: date, first_dose: date) -> int:
    """Week 1 is study days 1 to 7; week 0 the seven days before the first dose, the baseline.

    >>> [study_week(date(2028, 2, day), date(2028, 2, 15)) for day in (7, 8, 14, 15, 21, 22)]
    [-1, 0, 0, 1, 1, 2]
    """
    return (day - first_dose).days // 7 + 1
