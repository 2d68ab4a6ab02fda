"""The line of visits with their windows: where each mark stands on the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final
from unicodedata import east_asian_width

from django.utils.translation import gettext

from trialwright.schedule.visits import PlannedVisit
from trialwright.study.model import Study
from trialwright.web.calendar import visit_label
from trialwright.web.show import show_date, show_days

WIDTH: Final = 1140.0
_EDGE: Final = 46.0
_LEAST, _MOST = 62.0, 150.0  # a label needs the one, a long gap is cut at the other
_PER_DAY: Final = 5.0
_WIDEST_WINDOW: Final = 29.0
_SHORT: Final = 9
_AHEAD: Final = ("planned", "due", "late")


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit on the line; x in units of the drawing, window as left edge and width."""

    x: float
    label: str
    day: str
    state: str
    window_x: float
    window_width: float
    is_conditional: bool
    late: str
    is_now: bool


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


def timeline_of(
    study: Study, visits: Sequence[PlannedVisit], *, now: str | None, language: str, is_over: bool = False
) -> Timeline | None:
    """None where there is nothing to draw. Visits that need not take place are left out; so are those of any day
    that did not take place. is_over: nobody waits for those that did not take place."""
    drawn = [visit for visit in visits if is_shown(study, visit)]
    if is_over:
        drawn = [visit for visit in drawn if visit.held is not None or visit.state not in _AHEAD]
    if not drawn:
        return None
    drawn.sort(key=lambda visit: (_day(visit) or date.max, list(study.visits).index(visit.visit)))
    places = places_of([_day(visit) for visit in drawn])
    stops = tuple(_stop(study, visit, x, now, language) for visit, x in zip(drawn, places, strict=True))
    solid = [stop.x for stop in stops if not stop.is_conditional]
    done = sum(visit.held is not None for visit in drawn)
    summary = gettext("Visits on a line: {done} took place, {ahead} lie ahead.").format(
        done=done, ahead=sum(visit.state in _AHEAD for visit in drawn)
    )
    return Timeline(max(WIDTH, places[-1] + _EDGE), stops, summary, solid[-1] if solid else stops[0].x)


def is_shown(study: Study, visit: PlannedVisit) -> bool:
    """Visits that need not take place, and those of any day that did not, are left out."""
    if visit.state == "not_applicable":
        return False
    return visit.held is not None or not study.visits[visit.visit].is_any_day


def _day(visit: PlannedVisit) -> date | None:
    return visit.held or visit.window.target or visit.window.first


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


def _stop(study: Study, visit: PlannedVisit, x: float, now: str | None, language: str) -> Stop:
    window = visit.window
    before, after = 0.0, 0.0
    if window.target and window.first and window.last and window.first != window.last:
        before = min(_WIDEST_WINDOW, 9 + (window.target - window.first).days * 2.0)
        after = min(_WIDEST_WINDOW, 9 + (window.last - window.target).days * 2.0)
    day = _day(visit)
    late = show_days(_signed_days(visit)) if visit.days_outside else ""
    return Stop(
        x=round(x, 1),
        label=short_key(study, visit, language),
        day=show_date(day, with_year=False) if day else "",
        state=visit.state,
        window_x=round(x - before, 1),
        window_width=round(before + after, 1),
        is_conditional=visit.is_conditional and visit.held is None,
        late=late,
        is_now=visit.key == now,
    )


def _signed_days(visit: PlannedVisit) -> int:
    is_early = visit.held is not None and visit.window.first is not None and visit.held < visit.window.first
    return -visit.days_outside if is_early else visit.days_outside


def short_key(study: Study, visit: PlannedVisit, language: str) -> str:
    """What heads a column: the key; the label where the visit has no day of its own and a short one ("Screening")."""
    label = visit_label(study, visit.key, language)
    return label if study.visits[visit.visit].day is None and width_of(label) <= _SHORT else visit.key


def width_of(text: str) -> int:
    """In letters: a Chinese character is as wide as two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
