"""The line of visits with their windows: where each mark stands on the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.schedule.visits import PlannedVisit
from trialwright.study.model import Study
from trialwright.web.calendar import early_or_late, outside_words, visit_label
from trialwright.web.marks import FORMS, VISITS, Mark
from trialwright.web.participants.order import day_of, in_order, is_shown, short_key, width_of, years_of
from trialwright.web.participants.progress import Progress, Standing, progress_of
from trialwright.web.show import show_date

WIDTH: Final = 1140.0
_EDGE: Final = 46.0
_LEAST: Final = 62.0  # a label needs as much
_MOST: Final = 150.0  # a longer gap is cut
_PER_DAY: Final = 5.0
_WIDEST_WINDOW: Final = 29.0
_AHEAD: Final = ("planned", "due", "late")
_HEAD_LETTER: Final = 8.2  # how wide a letter of a visit's label is
_LETTER: Final = 7.0  # and of the smaller texts below it
_APART: Final = 4.0  # the least gap between two texts
# Height of the drawing: without and with a line that tells how far visits were outside their windows.
_PLAIN: Final = 114
_WITH_OUTSIDE: Final = 132


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit on the line; x in units of the drawing, window as left edge and width. A text is empty where it would
    run into the one before; words say all of it. year: where it is another one than that of the stop before."""

    x: float
    label: str
    day: str
    year: str
    outside: str
    mark: Mark
    queries: int
    words: str
    window_x: float
    window_width: float
    is_conditional: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    width: float
    stops: tuple[Stop, ...]
    summary: str
    solid_to: float

    @property
    def first(self) -> float:
        return self.stops[0].x

    @property
    def last(self) -> float:
        return self.stops[-1].x

    @property
    def height(self) -> int:
        return _WITH_OUTSIDE if any(stop.outside for stop in self.stops) else _PLAIN


@dataclass(frozen=True, slots=True)
class View:
    """What all stops share. readable: areas of forms that the person sees; is_over: nobody waits for the visits that
    did not take place."""

    standing: Standing
    readable: frozenset[str]
    language: str
    is_over: bool = False

    @property
    def study(self) -> Study:
        return self.standing.reader.book.study


def timeline_of(view: View, visits: Sequence[PlannedVisit]) -> Timeline | None:
    """None where there is nothing to draw. Visits that need not take place are left out; so are those of any day
    that did not take place and are not due."""
    drawn = [visit for visit in visits if is_shown(view.study, visit)]
    if view.is_over:
        drawn = [visit for visit in drawn if visit.held is not None or visit.state not in _AHEAD]
    if not drawn:
        return None
    drawn = in_order(view.study, drawn)
    days = [day_of(visit) for visit in drawn]
    places = places_of(days)
    stops = [
        _stop(view, visit, x, year) for visit, x, year in zip(drawn, places, years_of(days), strict=True)
    ]
    solid = [stop.x for stop in stops if not stop.is_conditional]
    return Timeline(
        max(WIDTH, places[-1] + _EDGE),
        _readable(stops),
        _summary(drawn, stops),
        solid[-1] if solid else stops[0].x,
    )


def _summary(drawn: Sequence[PlannedVisit], stops: Sequence[Stop]) -> str:
    words = gettext("Visits on a line: {done} took place, {ahead} lie ahead.").format(
        done=sum(visit.held is not None for visit in drawn),
        ahead=sum(visit.state in _AHEAD for visit in drawn),
    )
    return " ".join([words, *(f"{stop.words}." for stop in stops)])


def places_of(days: Sequence[date | None]) -> list[float]:
    """Gaps follow the calendar between a least and a most, and fill the width together."""
    gaps = [_gap(before, after) for before, after in pairwise(days)]
    room = WIDTH - 2 * _EDGE
    stretch = max(1.0, min(room / sum(gaps), 3.0)) if gaps else 1.0
    places = [_EDGE]
    for gap in gaps:
        places.append(places[-1] + gap * stretch)
    return places


def _gap(before: date | None, after: date | None) -> float:
    if before is None or after is None:
        return _LEAST
    return min(_MOST, max(_LEAST, (after - before).days * _PER_DAY))


def _stop(view: View, visit: PlannedVisit, x: float, year: str) -> Stop:
    window = visit.window
    before, after = 0.0, 0.0
    if window.target and window.first and window.last and window.first != window.last:
        before = min(_WIDEST_WINDOW, 11 + (window.target - window.first).days * 2.0)
        after = min(_WIDEST_WINDOW, 11 + (window.last - window.target).days * 2.0)
    day = day_of(visit)
    done = progress_of(view.standing, visit.key, view.readable) if visit.held else None
    mark = FORMS[done.state] if done else VISITS.get(visit.state, VISITS["planned"])
    return Stop(
        x=round(x, 1),
        label=short_key(view.study, visit.visit, visit.key, view.language),
        day=show_date(day, with_year=False) if day else "",
        year=year,
        outside=early_or_late(visit),
        mark=mark,
        queries=done.queries if done else 0,
        words=_words(view, visit, mark, done),
        window_x=round(x - before, 1),
        window_width=round(before + after, 1),
        is_conditional=visit.is_conditional and visit.held is None,
    )


def _words(view: View, visit: PlannedVisit, mark: Mark, done: Progress | None) -> str:
    day, label = day_of(visit), visit_label(view.study, visit.key, view.language)
    parts = [f"{label}, {show_date(day)}" if day else label, str(mark.label), outside_words(visit)]
    if done and done.queries:
        parts.append(
            ngettext("{count} open query", "{count} open queries", done.queries).format(count=done.queries)
        )
    return " – ".join(part for part in parts if part)


def _readable(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """Line by line, a text stays where it does not run into the one before."""
    labels = _apart([(stop.x, stop.label) for stop in stops], _HEAD_LETTER)
    days = _apart([(stop.x, stop.day) for stop in stops], _LETTER)
    outside = _apart([(stop.x, stop.outside) for stop in stops], _LETTER)
    return tuple(
        replace(stop, label=label, day=day, outside=late)
        for stop, label, day, late in zip(stops, labels, days, outside, strict=True)
    )


def _apart(texts: Sequence[tuple[float, str]], letter: float) -> list[str]:
    kept, end = [], -_APART
    for x, text in texts:
        half = width_of(text) * letter / 2
        is_free = x - half >= end + _APART
        kept.append(text if is_free else "")
        end = x + half if text and is_free else end
    return kept
