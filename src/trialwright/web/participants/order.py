"""Which visits of a participant are drawn, in which order, and what heads each."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from unicodedata import east_asian_width

from trialwright.schedule.visits import PlannedVisit
from trialwright.study.model import Study
from trialwright.web.calendar import visit_label

_SHORT: Final = 9


def is_shown(study: Study, visit: PlannedVisit) -> bool:
    """Visits that need not take place are left out, and those of any day that did not and are not due."""
    if visit.state == "not_applicable":
        return False
    return visit.held is not None or visit.state == "due" or not study.visits[visit.visit].is_any_day


def in_order(study: Study, visits: Iterable[PlannedVisit]) -> list[PlannedVisit]:
    """By date, then by the schedule. One that is due on any day follows those that were held."""
    order = {visit: position for position, visit in enumerate(study.visits)}
    drawn = list(visits)
    held = max((visit.held for visit in drawn if visit.held), default=date.max)

    def place(visit: PlannedVisit) -> tuple[date, int]:
        is_due_any_day = visit.state == "due" and study.visits[visit.visit].is_any_day
        return (day_of(visit) or (held if is_due_any_day else date.max), order[visit.visit])

    return sorted(drawn, key=place)


def day_of(visit: PlannedVisit) -> date | None:
    return visit.held or visit.window.target or visit.window.first


def years_of(days: Sequence[date | None]) -> list[str]:
    """The year of each day, where it is another one than that of the day before; "" elsewhere."""
    years, last = [], 0
    for day in days:
        is_new = day is not None and day.year != last
        years.append(str(day.year) if day is not None and is_new else "")
        last = day.year if day is not None else last
    return years


def short_key(study: Study, visit: str, key: str, language: str) -> str:
    """What heads a column: the key; the label where the visit has no day of its own and a short one ("Screening")."""
    label = visit_label(study, key, language)
    return label if study.visits[visit].day is None and width_of(label) <= _SHORT else key


def width_of(text: str) -> int:
    """In letters: a Chinese character is as wide as two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
