"""Forms by visit: a cell for each, with its state and its open queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.ledger.reader import VISIT, CasebookReader
from trialwright.schedule.visits import PlannedVisit
from trialwright.study.model import Form
from trialwright.web.calendar import visit_label
from trialwright.web.forms.state import FormState, form_state, is_optional
from trialwright.web.forms.steps import entry_url
from trialwright.web.links import log_url, visit_url
from trialwright.web.marks import FORMS, Mark
from trialwright.web.participants.ending import end_day, ending_of, is_missed
from trialwright.web.participants.order import day_of, in_order, is_shown, short_key, years_of
from trialwright.web.participants.progress import Standing, queries_at, queries_of_list, standing_of
from trialwright.web.show import show_date

_NO_LINK: Final = ("planned", "not_asked", "not_done")


@dataclass(frozen=True, slots=True)
class Column:
    """year: only where it is another one than that of the column before."""

    label: str
    day: str
    year: str
    note: str
    tone: str
    is_now: bool
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    tone: str
    mark: Mark | None = None
    words: str = ""
    url: str = ""
    queries: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """queries: where rows of a list that belongs to no visit have some; they stand beside the label."""

    label: str
    cells: tuple[Cell, ...]
    queries: Cell | None = None

    @property
    def is_used(self) -> bool:
        """Whether anything stands in it."""
        return self.queries is not None or any(cell.mark for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Missed:
    """A visit that did not take place and will not: it has no column, only a way to its page."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """note: a sentence below, where visits will not take place any more; missed: those visits, with their count in
    words."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    missed: tuple[Missed, ...] = ()
    missed_words: str = ""


@dataclass(frozen=True, slots=True)
class _View:
    """What all cells of a matrix share. now: key of the visit that is due; ending: as `ending_of` says it."""

    reader: CasebookReader
    now: str | None
    language: str
    ending: str
    standing: Standing


def matrix_of(
    reader: CasebookReader,
    calendar: tuple[PlannedVisit, ...],
    *,
    now: str | None,
    readable: frozenset[str],
    language: str,
) -> Matrix:
    """readable: areas whose forms the person may see."""
    study = reader.book.study
    view = _View(reader, now, language, ending_of(reader), standing_of(reader, calendar))
    forms = [
        form
        for form in study.forms.values()
        if form.id != VISIT and form.area in readable and study.visits_of(form.id)
    ]
    everything = in_order(study, (visit for visit in calendar if is_shown(study, visit)))
    visits = [
        visit for visit in everything if not is_missed(visit, view.ending) or _is_home(view, forms, visit)
    ]
    missed = tuple(_missed(view, visit) for visit in everything if visit not in visits)
    count = len(missed)
    rows = tuple(_row(view, form, visits) for form in forms)
    words = ngettext("{count} visit not done", "{count} visits not done", count).format(count=count)
    is_any_missed = any(is_missed(visit, view.ending) for visit in everything)
    return Matrix(
        _columns(view, visits),
        tuple(row for row in rows if not view.ending or row.is_used),
        note=_note(view) if is_any_missed else "",
        missed=missed,
        missed_words=words if missed else "",
    )


def _is_home(view: _View, forms: Iterable[Form], visit: PlannedVisit) -> bool:
    """Whether a form that was filled in stands at the visit all the same: it must not be lost from sight."""
    records = view.reader.book.records
    return any(
        form.records == "participant"
        and (record := records.get(("", form.id, 0))) is not None
        and bool(record.items)
        and view.standing.homes[form.id] == visit.key
        for form in forms
    )


def _missed(view: _View, visit: PlannedVisit) -> Missed:
    study = view.reader.book.study
    url = visit_url(study.id, view.reader.book.participant, visit.key)
    return Missed(url, visit_label(study, visit.key, view.language))


def _row(view: _View, form: Form, visits: Sequence[PlannedVisit]) -> Row:
    label = view.reader.book.study.say(form.label, view.language)
    cells = tuple(_cell(view, form, visit) for visit in visits)
    return Row(label, cells, _list_cell(view, form, label))


def _list_cell(view: _View, form: Form, label: str) -> Cell | None:
    """The open queries of the rows of a list, with the way to it: no visit's cell would lead to them."""
    count = queries_of_list(view.standing, form)
    if not count:
        return None
    book = view.reader.book
    url = log_url(book.study.id, book.participant, "", form.id)
    return Cell("", FORMS["query"], f"{label}: {_count_words(count)}", url, count)


def _count_words(count: int) -> str:
    return ngettext("{count} open query", "{count} open queries", count).format(count=count)


def _note(view: _View) -> str:
    day = end_day(view.reader)
    if day:
        return gettext("The participant ended on {date}: visits without a date were not done.").format(
            date=day
        )
    return gettext("Nobody is awaited any more: visits without a date were not done.")


def _columns(view: _View, visits: Sequence[PlannedVisit]) -> tuple[Column, ...]:
    days = [None if is_missed(visit, view.ending) else day_of(visit) for visit in visits]
    years = years_of(days)
    return tuple(_column(view, visit, year) for visit, year in zip(visits, years, strict=True))


def _column(view: _View, visit: PlannedVisit, year: str) -> Column:
    study = view.reader.book.study
    label = short_key(study, visit.visit, visit.key, view.language)
    url = visit_url(study.id, view.reader.book.participant, visit.key)
    if is_missed(visit, view.ending):  # a planned day would read as if somebody were awaited
        return Column(label, "", "", gettext("not done"), "", False, url)
    day = day_of(visit)
    is_open = visit.is_conditional and visit.held is None
    return Column(
        label=label,
        day=show_date(day, with_year=False) if day else "",
        year=year,
        note=gettext("if needed") if is_open and visit.condition is None else "",
        tone=_tone(view, visit),
        is_now=visit.key == view.now,
        url=url,
    )


def _tone(view: _View, visit: PlannedVisit) -> str:
    if visit.key == view.now:
        return "now"
    is_open = visit.is_conditional and visit.held is None
    return "cond" if is_open and not is_missed(visit, view.ending) else ""


def _cell(view: _View, form: Form, visit: PlannedVisit) -> Cell:
    study, tone = view.reader.book.study, _tone(view, visit)
    if (form.id, visit.visit) not in study.activities:
        return Cell(tone)
    if _stands_elsewhere(view, form, visit):
        return Cell(tone)
    state, more = _state(view, form, visit)
    count = queries_at(view.standing, form, visit.key)
    mark = FORMS["query"] if count else FORMS[state]
    where = f"{study.say(form.label, view.language)}, {visit_label(study, visit.key, view.language)}"
    words = f"{where}: {mark.label}{f' – {more}' if more else ''}"
    if count:
        words += f" – {_count_words(count)}"
    is_link = state not in _NO_LINK or bool(count)
    return Cell(tone, mark, words, entry_url(view.reader.book, form, visit.key) if is_link else "", count)


def _state(view: _View, form: Form, visit: PlannedVisit) -> tuple[FormState, str]:
    """At a visit that will not take place nothing is to do."""
    state = form_state(view.reader, form, visit.key)
    if is_missed(visit, view.ending) and state not in ("not_asked", "complete", "in_progress"):
        return "not_done", view.ending
    return state, ""


def _stands_elsewhere(view: _View, form: Form, visit: PlannedVisit) -> bool:
    """A form that is filled in once stands at its home; not at another visit that did not take place, or where it only
    might have been done."""
    book = view.reader.book
    record = book.records.get(("", form.id, 0))
    if form.records != "participant" or not (record and record.items):
        return False
    if visit.held and not is_optional(book.study, form, visit.key):
        return False
    return visit.key != view.standing.homes[form.id]
