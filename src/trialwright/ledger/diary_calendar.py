"""When the diary is asked of one participant, as far as it is known today; the phone does the rest by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from trialwright.expr.answer import DateSpan
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.facts import window_of
from trialwright.ledger.held import held_visits
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.status import last_day, status_of
from trialwright.schedule.diary import Span, window
from trialwright.study.model import Ask, Form

EVERY_DAYS = {"day": 1, "week": 7}
CLOCK_OFF_SECONDS: Final = 300  # a device's clock may be off by so much before it is told


@dataclass(frozen=True, slots=True)
class Closing:
    """Whether nothing more is asked, and the last day on which anything was; None where that is not known."""

    is_closed: bool
    last: date | None


def closing(book: Casebook, reader: CasebookReader | None = None) -> Closing:
    """A diary closes when the participant ends, or is not taken into the study. reader: of the book, where there is one."""
    status = status_of(book)
    if status == "ended":
        return Closing(True, last_day(reader or CasebookReader(book)))
    if status == "screen_failed":
        days = [held.day for held in held_visits(book).values() if held.day is not None]
        return Closing(True, max(days, default=None))
    return Closing(False, None)


def is_after_closing(closed: Closing, *days: date) -> bool:
    """Whether any of these days lies after the diary closed; where that day is not known, all do."""
    return closed.is_closed and (closed.last is None or any(day > closed.last for day in days))


def spans(book: Casebook, known: CasebookReader | None = None) -> tuple[Span, ...]:
    """The days on which each form of the diary is asked; a form that is asked whenever the participant likes has none.

    known: a reader of the book, which has worked out already what the calendar asks."""
    reader = known or CasebookReader(book)
    closed = closing(book, reader)
    found = (span for form in book.study.forms.values() for span in spans_of(reader, form, closed))
    return tuple(found)


def spans_of(reader: CasebookReader, form: Form, closed: Closing) -> Iterator[Span]:
    """The spans of one form."""
    if form.ask is None or (closed.is_closed and closed.last is None):
        return
    found = _after(reader, form, form.ask) if form.ask.kind == "after" else _every(reader, form, form.ask)
    for span in found:
        ends = [day for day in (span.last, closed.last) if day is not None]
        last = min(ends, default=None)
        if last is None or span.first <= last:
            yield Span(span.form, span.visit, span.first, last, span.every_days)


def _every(reader: CasebookReader, form: Form, ask: Ask) -> Iterator[Span]:
    """From the day on which one visit was held to that of another, or the end of its window."""
    held = reader.held().get(ask.first_visit)
    if ask.kind in EVERY_DAYS and held is not None and held.day is not None:
        yield Span(form.id, "", held.day, _day_or_end(reader, ask.last_visit), EVERY_DAYS[ask.kind])


def _day_or_end(reader: CasebookReader, visit: str) -> date | None:
    study, held = reader.book.study, reader.held()
    if visit not in study.visits:
        return None
    known = held.get(visit)
    if known is not None and known.day is not None:
        return known.day
    return window_of(study, study.visits[visit], reader.first_dose, held).last


def _after(reader: CasebookReader, form: Form, ask: Ask) -> Iterator[Span]:
    """Once for each visit that gives the date; a date in part is none yet."""
    assert ask.after is not None
    for visit in reader.visit_keys():
        value = evaluate(ask.after.node, reader, Place(visit)).value
        if isinstance(value, DateSpan) and value.low == value.high:
            day = value.low + timedelta(days=ask.days)
            yield Span(form.id, visit, day, day, 1)


def is_occasion(reader: CasebookReader, form: Form, visit: str, day: date, closed: Closing) -> bool:
    """Whether the calendar asks a form on that day; one without days is always asked."""
    if form.ask is not None and form.ask.kind == "whenever":
        return True
    return any(_holds(span, visit, day) for span in spans_of(reader, form, closed))


def _holds(span: Span, visit: str, day: date) -> bool:
    is_inside = span.first <= day and (span.last is None or day <= span.last)
    return span.visit == visit and is_inside and (day - span.first).days % span.every_days == 0


def off_window(ask: Ask, day: date, entered: datetime) -> str:
    """ "early" or "late" by the clock of the device, "" inside the window and where there is none."""
    if ask.kind == "whenever":
        return ""
    opens, closes = window(day, ask.opens, ask.closes)
    at = entered.replace(tzinfo=None)  # the clock on the participant's wall
    if at < opens:
        return "early"
    return "late" if at > closes else ""


def is_to_come(day: date, entered: datetime, came: datetime) -> bool:
    """Whether a day had not begun where something was entered about it, when that came: by the clock of the server, in
    the zone of the device. Of such a day nothing can be told yet, whatever the device's clock says.

    >>> from datetime import UTC
    >>> evening = datetime.fromisoformat("2026-03-02T21:00:00+08:00")
    >>> [is_to_come(date(2026, 3, 2), evening, datetime(2026, 3, 1, hour, tzinfo=UTC)) for hour in (15, 16)]
    [True, False]
    """
    here = came.astimezone(entered.tzinfo) + timedelta(seconds=CLOCK_OFF_SECONDS)
    return here.date() < day
