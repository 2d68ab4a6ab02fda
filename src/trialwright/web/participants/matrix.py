"""Forms by visit: a cell for each, with its state and its open queries."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from trialwright.ledger.reader import VISIT, CasebookReader
from trialwright.schedule.visits import PlannedVisit
from trialwright.study.model import Form
from trialwright.web.calendar import visit_label
from trialwright.web.forms.state import form_state
from trialwright.web.forms.steps import entry_url
from trialwright.web.links import visit_url
from trialwright.web.marks import FORMS, Mark
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
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


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
    queries = open_queries(reader)
    forms = [
        form
        for form in study.forms.values()
        if form.id != VISIT and form.area in readable and study.visits_of(form.id)
    ]
    columns = tuple(_column(reader, visit, now, language) for visit in visits)
    rows = tuple(
        Row(
            study.say(form.label, language),
            tuple(_cell(reader, form, visit, (now, language), queries) for visit in visits),
        )
        for form in forms
    )
    return Matrix(columns, rows)


def open_queries(reader: CasebookReader) -> Mapping[tuple[str, str], int]:
    """Open queries by form and visit key."""
    counts: dict[tuple[str, str], int] = {}
    for query in reader.book.queries.values():
        if query.state == "open":
            key = (query.form, query.visit)
            counts[key] = counts.get(key, 0) + 1
    return counts


def _column(reader: CasebookReader, visit: PlannedVisit, now: str | None, language: str) -> Column:
    study = reader.book.study
    day = visit.held or visit.window.target or visit.window.first
    is_open = visit.is_conditional and visit.held is None
    return Column(
        label=short_key(study, visit, language),
        day=show_date(day, with_year=False) if day else "",
        note=gettext("if needed") if is_open and visit.condition is None else "",
        tone=_tone(visit, now),
        is_now=visit.key == now,
        url=visit_url(study.id, reader.book.participant, visit.key),
    )


def _tone(visit: PlannedVisit, now: str | None) -> str:
    if visit.key == now:
        return "now"
    return "cond" if visit.is_conditional and visit.held is None else ""


def _cell(
    reader: CasebookReader,
    form: Form,
    visit: PlannedVisit,
    seen: tuple[str | None, str],
    queries: Mapping[tuple[str, str], int],
) -> Cell:
    now, language = seen
    study, tone = reader.book.study, _tone(visit, now)
    if (form.id, visit.visit) not in study.activities:
        return Cell(tone)
    state = form_state(reader, form, visit.key)
    first = next(iter(study.visits_of(form.id)), "")
    count = queries.get((form.id, visit.key), 0) + (
        queries.get((form.id, ""), 0) if visit.visit == first else 0
    )
    mark = FORMS["query"] if count else FORMS[state]
    words = f"{study.say(form.label, language)}, {visit_label(study, visit.key, language)}: {mark.label}"
    if count:
        words += " – " + ngettext("{count} open query", "{count} open queries", count).format(count=count)
    is_link = state not in ("planned", "not_asked", "not_done") or bool(count)
    return Cell(tone, mark, words, entry_url(reader.book, form, visit.key) if is_link else "", count)
