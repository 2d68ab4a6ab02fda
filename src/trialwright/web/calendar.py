"""The participant's calendar as pages need it: planned visits, windows in words, the visit that comes next."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.ledger.calendar import calendar
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.criteria import deciding_visits, latest_decisions
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.status import status_of
from trialwright.schedule.visits import PlannedVisit, Window, number_of, visit_of
from trialwright.study.model import Study
from trialwright.web.marks import Mark, fine, warning
from trialwright.web.show import show_date, show_range

OVER: Final = ("ended", "screen_failed")  # nobody is awaited any more


@dataclass(frozen=True, slots=True)
class WindowWords:
    """text: "30 Oct – 5 Nov", "" where any day is right; mark: inside, outside, or nothing to say yet."""

    text: str
    mark: Mark | None


def calendar_of(reader: CasebookReader, today: date) -> tuple[PlannedVisit, ...]:
    """A visit is awaited only once what precedes it was decided."""
    blocked = blocked_visits(reader.book)
    return tuple(
        replace(visit, state="planned") if visit.key in blocked and visit.state in ("due", "late") else visit
        for visit in calendar(reader.book, today)
    )


def blocked_visits(book: Casebook) -> frozenset[str]:
    """The visits after the first at which eligibility is still to be decided; none once the participant is enrolled."""
    if book.enrolled:
        return frozenset()
    decided, visits = latest_decisions(book), tuple(book.study.visits)
    open_ones = (visit for visit in deciding_visits(book.study) if visit not in decided)
    first = next(open_ones, None)
    return frozenset() if first is None else frozenset(visits[visits.index(first) + 1 :])


def planned(visits: tuple[PlannedVisit, ...], study: Study, key: str) -> PlannedVisit | None:
    """The visit of the calendar; a new one of a visit that repeats, or of any day; None for no visit of the study."""
    found = next((visit for visit in visits if visit.key == key), None)
    defined = study.visits.get(visit_of(key))
    if found is not None or defined is None or not defined.repeats or number_of(key) == 0:
        return found
    return PlannedVisit(key, defined.id, Window(), False, True, None, None, 0, "planned")


def next_visit(visits: tuple[PlannedVisit, ...], book: Casebook) -> PlannedVisit | None:
    """The first that is late or due, else the first that is planned on a known day; none once all is over, and none
    that hangs on a decision."""
    if status_of(book) in OVER:
        return None
    blocked = blocked_visits(book)
    open_now = [visit for visit in visits if visit.state in ("late", "due")]
    if open_now:
        return open_now[0]
    ahead = [
        visit
        for visit in visits
        if visit.state == "planned" and visit.window.first is not None and visit.key not in blocked
    ]
    return min(ahead, key=lambda visit: visit.window.first or date.max, default=None)


def next_of_repeating(visits: tuple[PlannedVisit, ...], visit: str) -> str:
    """The key of the next one: UNS#3 after UNS#1 and UNS#2."""
    return f"{visit}#{1 + max((number_of(one.key) for one in visits if one.visit == visit), default=0)}"


def visit_label(study: Study, key: str, language: str) -> str:
    number = number_of(key)
    label = study.say(study.visits[visit_of(key)].label, language)
    return f"{label} {number}" if number else label


def window_words(visit: PlannedVisit) -> WindowWords:
    window = visit.window
    if window.first is None and window.last is None:
        return WindowWords("", None)
    if window.first is not None and window.last is not None:
        text = show_range(window.first, window.last)
    else:
        text = f"{_end(window.first)} – {_end(window.last)}"
    if visit.held is None:
        return WindowWords(text, warning(gettext("overdue")) if visit.state == "late" else None)
    outside = outside_words(visit)
    return WindowWords(text, warning(outside) if outside else fine(gettext("in window")))


def is_early(visit: PlannedVisit) -> bool:
    return visit.held is not None and visit.window.first is not None and visit.held < visit.window.first


def outside_words(visit: PlannedVisit) -> str:
    """ "1 day before the window"; "" inside it."""
    count = visit.days_outside
    if not count:
        return ""
    if is_early(visit):
        return ngettext("{count} day before the window", "{count} days before the window", count).format(
            count=count
        )
    return ngettext("{count} day after the window", "{count} days after the window", count).format(
        count=count
    )


def early_or_late(visit: PlannedVisit) -> str:
    """The same where there is little room: 1 d early."""
    if not visit.days_outside:
        return ""
    # Translators: how many days (d) a visit was before or after its window
    words = gettext("{count} d early") if is_early(visit) else gettext("{count} d late")
    return words.format(count=visit.days_outside)


def _end(day: date | None) -> str:
    return show_date(day) if day else "…"
