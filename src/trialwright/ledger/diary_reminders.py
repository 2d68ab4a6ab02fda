"""Who is reminded of the diary now, and whose diary is silent. Pure: what was said before, and the clock on the wall
where the participant is, are arguments.

A reminder tells of all occasions that are open together, so that nobody is called twice for one evening.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Final

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.diary_calendar import closing, spans
from trialwright.schedule.diary import Occasion, Span, occasions, window

MOST_A_DAY: Final = 3  # reminders on one day, however often they are put off
_LATE: Final = timedelta(hours=1)  # a reminder that comes so late (the server was off) waits for the morning
_NIGHT, _MORNING = 22, 7  # hours between which nobody is woken who did not choose that hour


@dataclass(frozen=True, slots=True)
class Wish:
    """When the participant wants to be reminded. at: minutes after midnight; put_off: not before then."""

    at: int
    put_off: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder of before: of which occasions, and when by the participant's clock."""

    occasions: frozenset[Occasion]
    at: datetime


@dataclass(frozen=True, slots=True)
class Reminder:
    """closes: the first end among the windows of its occasions."""

    occasions: tuple[Occasion, ...]
    closes: datetime


@dataclass(frozen=True, slots=True)
class Silence:
    """days: since the last entry, or since the diary began where there is none; last: the day of that entry."""

    days: int
    last: date | None


# ------------------------------------------------------------------ reminders


def reminder_due(book: Casebook, now: datetime, wish: Wish, before: Iterable[Reminded]) -> Reminder | None:
    """What to remind of at this moment; None where nothing is open, all is said already, or it was put off."""
    if not is_reachable(book) or (wish.put_off is not None and now < wish.put_off):
        return None
    past = tuple(before)
    if sum(one.at.date() == now.date() for one in past) >= MOST_A_DAY:
        return None
    due = tuple(
        one
        for one in open_occasions(book, now)
        if _is_time(remind_moment(book, one, wish), now) and not _is_said(one, wish, past)
    )
    return Reminder(due, first_close(book, due)) if due else None


def is_reachable(book: Casebook) -> bool:
    """Whether there is anybody to remind: still in the study, with a phone that may send entries."""
    has_phone = any(not device.is_revoked for device in book.devices.values())
    return book.study.diary is not None and has_phone and not closing(book).is_closed


def open_occasions(book: Casebook, now: datetime) -> tuple[Occasion, ...]:
    """The occasions that can be answered at this moment and are not."""
    asked = chain.from_iterable(_not_over(book, span, now) for span in spans(book))
    return tuple(one for one in asked if _is_open(book, one, now) and not _is_answered(book, one))


def _not_over(book: Casebook, span: Span, now: datetime) -> tuple[Occasion, ...]:
    """Those begun by now, but for the ones whose windows ended on the days before: a year of a diary is not gone
    through for the one evening that is asked about."""
    ask = book.study.forms[span.form].ask
    assert ask is not None  # a span is of a form that is asked
    return occasions(span, until=now.date(), since=(now - timedelta(minutes=ask.closes)).date())


def remind_moment(book: Casebook, occasion: Occasion, wish: Wish) -> datetime:
    """When the reminder was last put off to, where that is inside the window; else the first time that the clock shows
    the wished hour inside it; else its begin."""
    opens, closes = _window(book, occasion)
    if wish.put_off is not None and opens <= wish.put_off < closes:
        return wish.put_off
    moment = datetime.combine(opens.date(), time.min) + timedelta(minutes=wish.at)
    if moment < opens:
        moment += timedelta(days=1)
    return moment if moment < closes else opens


def may_put_off(book: Casebook, now: datetime, until: datetime) -> bool:
    """Whether a reminder may be put off until then: something is open, and no window of it is over by then."""
    still = open_occasions(book, now)
    return bool(still) and now < until < first_close(book, still)


def first_close(book: Casebook, among: Collection[Occasion]) -> datetime:
    """When the first of their windows ends; there is at least one."""
    return min(_closes(book, one) for one in among)


def is_inside(book: Casebook, at: int) -> bool:
    """Whether some form that is asked again and again is open at that hour of the day."""
    day = datetime.combine(date(2000, 1, 1), time.min)  # any day
    for form in book.study.forms.values():
        if form.ask is not None and form.ask.kind in ("day", "week"):
            opens, closes = window(day.date(), form.ask.opens, form.ask.closes)
            hours = (day + timedelta(days=days, minutes=at) for days in range((closes - day).days + 1))
            if any(opens <= hour < closes for hour in hours):
                return True
    return False


def _is_time(moment: datetime, now: datetime) -> bool:
    is_night = now.hour >= _NIGHT or now.hour < _MORNING
    return moment <= now and not (is_night and now - moment > _LATE)


def _is_said(occasion: Occasion, wish: Wish, before: tuple[Reminded, ...]) -> bool:
    """Whether it was told of, since it was last put off."""
    told = (one.at for one in before if occasion in one.occasions)
    return any(wish.put_off is None or moment >= wish.put_off for moment in told)


def _window(book: Casebook, occasion: Occasion) -> tuple[datetime, datetime]:
    ask = book.study.forms[occasion.form].ask
    assert ask is not None
    return window(occasion.day, ask.opens, ask.closes)


def _closes(book: Casebook, occasion: Occasion) -> datetime:
    return _window(book, occasion)[1]


def _is_open(book: Casebook, occasion: Occasion, now: datetime) -> bool:
    opens, closes = _window(book, occasion)
    return opens <= now < closes


def _is_answered(book: Casebook, occasion: Occasion) -> bool:
    """What was told before its window opened is no answer to what is asked in it."""
    key = (occasion.visit, occasion.form, int(occasion.day.strftime("%Y%m%d")))
    return key in book.records and any(one.is_answer for one in book.entries.values() if one.key == key)


# ------------------------------------------------------------------ silence


def silence_of(book: Casebook, today: date) -> Silence | None:
    """How long a diary has been silent, where that is longer than the definition allows. None while nothing was asked
    in that time: a participant is not blamed for a diary that rests."""
    diary = book.study.diary
    if diary is None or not diary.silent_days or closing(book).is_closed:
        return None
    asked = [span for span in spans(book) if span.first <= today]
    if not any(span.last is None or span.last >= today for span in asked):
        return None
    last = last_entry_day(book, today)
    since = last or min(span.first for span in asked)
    days = (today - since).days
    is_silent = days > diary.silent_days and any(_misses(book, span, last, today) for span in asked)
    return Silence(days, last) if is_silent else None


def last_entry_day(book: Casebook, today: date) -> date | None:
    """The latest day up to today that an entry is about, of any form and from any source; None without entries. One of
    a phone whose clock is ahead tells nothing about the days until then."""
    days = (entry.day for entry in book.entries.values() if entry.counts)
    last = max((day for day in days if day <= today.isoformat()), default="")
    return date.fromisoformat(last) if last else None


def _misses(book: Casebook, span: Span, last: date | None, today: date) -> bool:
    """Whether an occasion after the last entry has closed before today."""
    begin = datetime.combine(today, time.min)
    since = None if last is None else last + timedelta(days=1)
    return any(_closes(book, one) <= begin for one in occasions(span, until=today, since=since))
