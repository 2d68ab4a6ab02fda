"""The calendar of one participant: every visit with its target, window, condition and state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from trialwright.schedule.days import date_of_day, days_outside
from trialwright.study.model import Visit
from trialwright.values.datum import MissingReason

VisitState = Literal["planned", "due", "late", "held", "not_held", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Window:
    """Target and window of a visit, days inclusive; None where they cannot be told, or any day is right."""

    target: date | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One visit of the calendar.

    key: the visit's id, or "UNS#2" for the second of a visit that repeats.
    condition: what the visit's `when` says: yes, no, or None = cannot tell yet; True where it has none.
    is_conditional: it waits for its `when`; one that is planned until that says no stands as any other does.
    held: its date; reason: why it was not held. days_outside: how far `held` lies from the window.
    """

    key: str
    visit: str
    window: Window
    is_conditional: bool
    condition: bool | None
    held: date | None = None
    reason: MissingReason | None = None
    days_outside: int = 0
    state: VisitState = "planned"


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a visit: its date, or the reason for having none."""

    day: date | None = None
    reason: MissingReason | None = None


@lru_cache(maxsize=4096)
def visit_of(key: str) -> str:
    """The visit's id of a visit key.

    >>> visit_of("UNS#2"), visit_of("W16")
    ('UNS', 'W16')
    """
    return key.partition("#")[0]


@lru_cache(maxsize=4096)
def number_of(key: str) -> int:
    """Which of a visit that repeats; 0 for one that does not."""
    number = key.partition("#")[2]
    return int(number) if number.isdecimal() else 0


def visit_window(visit: Visit, first_dose: date | None, before: date | None = None) -> Window:
    """Target and window of one visit.

    before: date of the visit that comes before the anchor (screening), which bounds the anchor while there
    is no first dose: screened on day -28..-1 means first dose 1 to 28 days later.
    """
    if visit.is_any_day or first_dose is None:
        return Window()
    if visit.day is not None:
        target = date_of_day(visit.day, first_dose)
        return Window(
            target,
            target - timedelta(days=visit.window_before_days),
            target + timedelta(days=visit.window_after_days),
        )
    return Window(
        None,
        None if visit.day_first is None else date_of_day(visit.day_first, first_dose),
        None if visit.day_last is None else date_of_day(visit.day_last, first_dose),
    )


def anchor_window(spans: Sequence[tuple[Visit, Held]]) -> Window:
    """When the first dose may be, as the visits held before it allow: each of a span that ends before day 1."""
    window = Window()
    for visit, held in spans:
        if held.day is None or visit.day_first is None or visit.day_last is None or visit.day_last >= 0:
            continue
        window = Window(
            None,
            held.day - timedelta(days=visit.day_last),
            held.day - timedelta(days=visit.day_first),
        )
    return window


def plan_visits(
    visits: Mapping[str, Visit],
    held: Mapping[str, Held],
    *,
    first_dose: date | None,
    conditions: Callable[[str], bool | None],
    today: date,
) -> tuple[PlannedVisit, ...]:
    """The calendar, in the order of the schedule; of visits that repeat, those that took place.

    held: by visit key. conditions: answers the `when` of a visit that has one.
    today: the site's calendar day.
    """
    before = [(visit, held[key]) for key, visit in visits.items() if key in held]
    planned: list[PlannedVisit] = []
    for visit in visits.values():
        window = visit_window(visit, first_dose)
        if visit.is_anchor and first_dose is None:
            window = anchor_window(before)
        condition = conditions(visit.id) if visit.when is not None else True
        keys = [visit.id]
        if visit.repeats:
            keys = sorted((key for key in held if visit_of(key) == visit.id), key=number_of)
        blank = PlannedVisit(
            key=visit.id,
            visit=visit.id,
            window=window,
            is_conditional=visit.when is not None and visit.if_unknown == "ask",
            condition=condition,
        )
        planned += [_with_state(replace(blank, key=key), visit, held.get(key, Held()), today) for key in keys]
    return tuple(planned)


def _with_state(planned: PlannedVisit, visit: Visit, held: Held, today: date) -> PlannedVisit:
    window = planned.window
    if held.day is not None:
        outside = days_outside(held.day, window.first, window.last)
        return replace(planned, held=held.day, days_outside=outside, state="held")
    if held.reason is not None:
        return replace(planned, reason=held.reason, state="not_held")
    if planned.condition is False:
        return replace(planned, state="not_applicable")
    if planned.condition is None and visit.if_unknown == "ask":
        return planned
    return replace(planned, state=_state_by_day(visit, window, today))


def _state_by_day(visit: Visit, window: Window, today: date) -> VisitState:
    if visit.is_any_day:  # of any day: due as soon as its condition holds
        return "due" if visit.when is not None else "planned"
    if window.first is None and window.last is None:  # before the first dose: only what precedes it is due
        return "due" if visit.day_last is not None and visit.day_last < 0 else "planned"
    if window.first is not None and today < window.first:
        return "planned"
    return "due" if window.last is None or today <= window.last else "late"
