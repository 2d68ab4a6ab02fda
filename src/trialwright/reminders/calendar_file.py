"""The diary as a file for the calendar of a phone: an alarm at the wished hour of each day on which something is asked.

Its times have no zone, so that they ring by the clock of whatever place the phone is at (RFC 5545 3.3.5, form 1).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from icalendar import Alarm, Calendar, Event

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.diary_calendar import closing, spans
from trialwright.ledger.diary_reminders import Wish, remind_moment
from trialwright.reminders.words import calendar_words, subject
from trialwright.schedule.diary import Span, occasions

_HORIZON: Final = timedelta(days=84)  # of a diary whose end is not known yet
_FREQUENCY: Final = {1: "DAILY", 7: "WEEKLY"}
_LASTS: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Alarm:
    """moment: of the first; count: how many, every_days apart."""

    span: Span
    moment: datetime
    count: int


def calendar_file(book: Casebook, wish: Wish, language: str, *, now: datetime, stamp: datetime) -> bytes:
    """now: by the participant's clock; stamp: the same moment, in UTC. Of what is over nothing is in it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Diary//Diary//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", subject(language))
    for alarm in _alarms(book, Wish(wish.at), now):
        calendar.add_component(_event(book, alarm, language, stamp))
    return bytes(calendar.to_ical())


def _alarms(book: Casebook, wish: Wish, now: datetime) -> Iterator[_Alarm]:
    if closing(book).is_closed:
        return
    for span in spans(book):
        until = span.last or now.date() + _HORIZON
        moments = (remind_moment(book, one, wish) for one in occasions(span, until=until))
        coming = [moment for moment in moments if moment > now]
        if coming:
            yield _Alarm(span, coming[0], len(coming))


def _event(book: Casebook, alarm: _Alarm, language: str, stamp: datetime) -> Event:
    words = calendar_words(language, is_weekly=alarm.span.every_days > 1)
    event = Event()
    event.add("uid", _uid(book, alarm.span))
    event.add("dtstamp", stamp)
    event.add("dtstart", alarm.moment)
    event.add("duration", _LASTS)
    event.add("summary", words)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if alarm.count > 1:
        event.add("rrule", {"freq": _FREQUENCY[alarm.span.every_days], "count": alarm.count})
    rings = Alarm()
    rings.add("action", "DISPLAY")
    rings.add("description", words)
    rings.add("trigger", timedelta(0))
    event.add_component(rings)
    return event


def _uid(book: Casebook, span: Span) -> str:
    """The same in a later file, which takes the place of the earlier one; it tells nothing of whose it is."""
    own = f"{book.study.id}/{book.participant}/{span.form}/{span.visit}"
    return f"{sha256(own.encode()).hexdigest()[:32]}@diary"
