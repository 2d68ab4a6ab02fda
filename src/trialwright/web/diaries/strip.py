"""How the diary was kept, as one table: a column each study week, a row each day of the week, one cell an occasion."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from trialwright.ledger.diary_adherence import Kept, adherence, tally
from trialwright.ledger.visible import sees_nothing_of
from trialwright.schedule.diary import study_week
from trialwright.web.diaries.looking import Looking
from trialwright.web.diaries.words import OUTCOMES, tally_words
from trialwright.web.marks import Mark
from trialwright.web.show import show_date

_DAYS: Final[Sequence[str | Promise]] = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """words: the day and what became of it. url: of the record, "" where there is none."""

    mark: Mark
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class WeekColumn:
    """label: the number of the study week, or its first day while there is none; words: both."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class DayRow:
    label: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class FormPart:
    """One form of the diary, in the columns that all share."""

    label: str
    tally: str
    rows: tuple[DayRow, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    weeks: tuple[WeekColumn, ...]
    parts: tuple[FormPart, ...]
    legend: tuple[Mark, ...]
    has_numbers: bool


def kept_of(looking: Looking) -> tuple[Kept, ...]:
    """What became of each occasion of the forms that the person may see."""
    book = looking.book
    found = adherence(book, looking.now.replace(tzinfo=None))
    return tuple(one for one in found if not sees_nothing_of(book, book.study.forms[one.occasion.form]))


def strip_of(looking: Looking, kept: Sequence[Kept]) -> Strip | None:
    """None where nothing was asked yet."""
    if not kept:
        return None
    days = [one.occasion.day for one in kept]
    first_dose = looking.reader.first_dose
    # Weeks are those of the study; before the first dose they are counted from the first day of the diary.
    start = first_dose or min(days)
    numbers = range(study_week(min(days), start), study_week(max(days), start) + 1)
    by_form: dict[str, list[Kept]] = {}
    for one in kept:
        by_form.setdefault(one.occasion.form, []).append(one)
    return Strip(
        weeks=tuple(_week(number, start, is_numbered=first_dose is not None) for number in numbers),
        parts=tuple(_part(looking, form, found, (start, numbers)) for form, found in by_form.items()),
        legend=tuple(OUTCOMES.values()),
        has_numbers=first_dose is not None,
    )


def first_day_of(number: int, start: date) -> date:
    return start + timedelta(days=7 * (number - 1))


def _week(number: int, start: date, *, is_numbered: bool) -> WeekColumn:
    first = first_day_of(number, start)
    day = show_date(first, with_year=False)
    if not is_numbered:
        return WeekColumn(day, gettext("Week from {day}").format(day=show_date(first)))
    words = gettext("Study week {number}, from {day}").format(number=number, day=show_date(first))
    return WeekColumn(str(number), words)


def _part(looking: Looking, form: str, kept: Sequence[Kept], weeks: tuple[date, Iterable[int]]) -> FormPart:
    start, numbers = weeks
    study = looking.book.study
    by_day = {one.occasion.day: one for one in kept}
    rows = []
    for at in range(7):
        days = [first_day_of(number, start) + timedelta(days=at) for number in numbers]
        if any(day in by_day for day in days):
            rows.append(
                DayRow(str(_DAYS[days[0].weekday()]), tuple(_cell(looking, by_day, day) for day in days))
            )
    return FormPart(
        label=study.say(study.forms[form].label, looking.language),
        tally=tally_words(study.forms[form], tally(kept)),
        rows=tuple(rows),
    )


def _cell(looking: Looking, by_day: Mapping[date, Kept], day: date) -> Cell | None:
    found = by_day.get(day)
    if found is None:
        return None
    mark, entry = OUTCOMES[found.outcome], found.entry
    url = looking.record_url(entry) if entry is not None and entry.key in looking.book.records else ""
    return Cell(mark, f"{show_date(day)}: {mark.label}", url)
