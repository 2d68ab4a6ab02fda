"""Forms by visit: a cell for each, with its state and its open queries."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from trialwright.ledger.reader import VISIT, CasebookReader
from trialwright.schedule.visits import PlannedVisit, visit_of
from trialwright.study.model import Form
from trialwright.web.calendar import visit_label
from trialwright.web.forms.state import FormState, form_state, is_optional
from trialwright.web.forms.steps import entry_url
from trialwright.web.links import visit_url
from trialwright.web.marks import FORMS, Mark
from trialwright.web.participants.ending import end_day, ending_of, is_missed
from trialwright.web.participants.timeline import is_shown, short_key
from trialwright.web.show import show_date


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    day: str
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
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """note: a sentence below, where visits will not take place any more."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class _View:
    """What all cells of a matrix share. now: key of the visit that is due; ending: as `ending_of` says it."""

    reader: CasebookReader
    now: str | None
    language: str
    ending: str
    queries: Mapping[tuple[str, str], int]


def matrix_of(
    reader: CasebookReader,
    calendar: tuple[PlannedVisit, ...],
    *,
    now: str | None,
    readable: frozenset[str],
    language: str,
) -> Matrix:
    """readable: areas whose forms the person may see."""
    book = reader.book
    study = book.study
    visits = [visit for visit in calendar if is_shown(study, visit)]
    view = _View(reader, now, language, ending_of(reader), open_queries(reader))
    forms = [
        form
        for form in study.forms.values()
        if form.id != VISIT and form.area in readable and study.visits_of(form.id)
    ]
    columns = tuple(_column(view, visit) for visit in visits)
    rows = tuple(
        Row(
            study.say(form.label, language),
            tuple(_cell(view, form, visit) for visit in visits),
        )
        for form in forms
    )
    is_any_missed = any(is_missed(visit, view.ending) for visit in visits)
    return Matrix(columns, rows, _note(view) if is_any_missed else "")


def _note(view: _View) -> str:
    day = end_day(view.reader)
    if day:
        return gettext("The participant ended on {date}: visits without a date were not done.").format(
            date=day
        )
    return gettext("Nobody is awaited any more: visits without a date were not done.")


def open_queries(reader: CasebookReader) -> Mapping[tuple[str, str], int]:
    """Open queries by form and visit key."""
    counts: dict[tuple[str, str], int] = {}
    for query in reader.book.queries.values():
        if query.state == "open":
            key = (query.form, query.visit)
            counts[key] = counts.get(key, 0) + 1
    return counts


def _column(view: _View, visit: PlannedVisit) -> Column:
    study = view.reader.book.study
    label = short_key(study, visit, view.language)
    url = visit_url(study.id, view.reader.book.participant, visit.key)
    if is_missed(visit, view.ending):  # a planned day would read as if somebody were awaited
        return Column(label, "", gettext("not done"), "", False, url)
    day = visit.held or visit.window.target or visit.window.first
    is_open = visit.is_conditional and visit.held is None
    return Column(
        label=label,
        day=show_date(day, with_year=False) if day else "",
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
    if _stands_elsewhere(view.reader, form, visit):
        return Cell(tone)
    state, more = _state(view, form, visit)
    count = _queries_at(view, form, visit)
    mark = FORMS["query"] if count else FORMS[state]
    where = f"{study.say(form.label, view.language)}, {visit_label(study, visit.key, view.language)}"
    words = f"{where}: {mark.label}{f' – {more}' if more else ''}"
    if count:
        words += " – " + ngettext("{count} open query", "{count} open queries", count).format(count=count)
    is_link = state not in ("planned", "not_asked", "not_done") or bool(count)
    return Cell(tone, mark, words, entry_url(view.reader.book, form, visit.key) if is_link else "", count)


def _state(view: _View, form: Form, visit: PlannedVisit) -> tuple[FormState, str]:
    """At a visit that will not take place nothing is to do."""
    state = form_state(view.reader, form, visit.key)
    if is_missed(visit, view.ending) and state not in ("not_asked", "complete", "in_progress"):
        return "not_done", view.ending
    return state, ""


def _stands_elsewhere(reader: CasebookReader, form: Form, visit: PlannedVisit) -> bool:
    """A form that is filled in once stands at one visit: at the last held one that asks for it, else at the last where
    it may be done; not at another that did not take place, or where it only might have been done."""
    study, days = reader.book.study, reader.held()
    record = reader.book.records.get(("", form.id, 0))
    if form.records != "participant" or not (record and record.items):
        return False
    if visit.held and not is_optional(study, form, visit.key):
        return False
    keys = (key for key in reader.visit_keys() if days[key].day)
    held = [key for key in keys if (form.id, visit_of(key)) in study.activities]
    asked = [key for key in held if not is_optional(study, form, key)]
    return visit.key != (asked or held or [visit.key])[-1]


def _queries_at(view: _View, form: Form, visit: PlannedVisit) -> int:
    """Of the form at the visit; those of a form of the participant stand at its first visit."""
    first = next(iter(view.reader.book.study.visits_of(form.id)), "")
    own = view.queries.get((form.id, visit.key), 0)
    return own + (view.queries.get((form.id, ""), 0) if visit.visit == first else 0)
