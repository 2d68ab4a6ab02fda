"""A form of many rows: the question that opens it, the table of its rows, and taking a row out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from trialwright.ledger.casebook import Record
from trialwright.ledger.reader import GATE
from trialwright.study.model import Item, Study
from trialwright.values.datum import Value
from trialwright.web.calendar import visit_label
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.opened import Opened
from trialwright.web.forms.opening import next_row
from trialwright.web.forms.page import queries_of
from trialwright.web.forms.posted import Place
from trialwright.web.forms.state import form_state, waits_for_rows
from trialwright.web.forms.steps import NextForm, next_form
from trialwright.web.links import form_url, log_url, participant_url, visit_url
from trialwright.web.marks import FORMS, Mark
from trialwright.web.queries.alerts import alert_url_of
from trialwright.web.queries.lines import QueryLine
from trialwright.web.show import show_datum

COLUMNS: Final = 5  # more would not fit a line; the row's own page shows all


@dataclass(frozen=True, slots=True)
class Cell:
    head: str
    text: str


@dataclass(frozen=True, slots=True)
class RowLine:
    number: int
    cells: tuple[Cell, ...]
    url: str
    remove_url: str
    history_url: str
    alert_url: str


@dataclass(frozen=True, slots=True)
class LogPage:
    label: str
    code: str
    participant_url: str
    visit_label: str
    mark: Mark
    history_url: str
    back_url: str
    back_label: str
    gate: str
    gate_value: str
    gate_error: str
    reason: str
    base: int
    command_id: str
    needs_reason: bool
    may_write: bool
    stop: str
    heads: tuple[str, ...]
    rows: tuple[RowLine, ...]
    removed: tuple[RowLine, ...]
    add_url: str
    waits: bool
    next: NextForm
    queries: tuple[QueryLine, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class RemovePage:
    label: str
    code: str
    back_url: str
    command_id: str
    base: int
    facts: tuple[Fact, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer to the gate that was not saved: what was chosen, the reason typed, and why not."""

    answer: str = ""
    reason: str = ""
    error: str = ""


def log_page(opened: Opened, *, stop: str = "", refused: Refused | None = None) -> LogPage:
    """opened: the place of the gate, repeat 0, at the visit; visit "" shows the rows alone."""
    refused = refused or Refused()
    book, form, study, language = opened.book, opened.form, opened.book.study, opened.language
    items = columns_of(study, form.id)
    gate = book.records.get(opened.place.key) if opened.place.visit else None
    answer = gate_value(gate)
    at = f"?at={opened.place.visit.replace('#', '.')}" if opened.place.visit else ""
    may_add = (
        opened.may_write and not stop and answer != "false" and bool(opened.place.visit or not form.gate)
    )
    visit = opened.place.visit if form.records == "many_visit" else ""
    new = Place(book.participant, visit, form.id, next_row(book, visit, form.id))
    has_visit = bool(opened.place.visit)
    return LogPage(
        label=layout_of(study, form.id, language).label,
        code=book.code,
        participant_url=participant_url(study.id, book.participant),
        visit_label=visit_label(study, opened.place.visit, language) if has_visit else "",
        mark=FORMS[form_state(opened.reader, form, opened.place.visit)] if has_visit else FORMS["complete"],
        history_url=form_url(study.id, opened.place, "history"),
        back_url=visit_url(study.id, book.participant, opened.place.visit)
        if has_visit
        else participant_url(study.id, book.participant),
        back_label=visit_label(study, opened.place.visit, language) if has_visit else book.code,
        gate=study.say(form.gate, language) if form.gate and has_visit else "",
        gate_value=refused.answer or answer,
        gate_error=refused.error,
        reason=refused.reason,
        base=gate.sequence if gate else 0,
        command_id=str(uuid4()),
        needs_reason=bool(answer),
        may_write=opened.may_write and not stop,
        stop=stop,
        heads=tuple(study.say(item.label, language) for item in items),
        rows=tuple(_row(opened, record, items, at) for record in rows_at(opened)),
        removed=tuple(_row(opened, record, items, at) for record in removed_at(opened)),
        add_url=form_url(study.id, new) + at if may_add else "",
        waits=waits_for_rows(opened.reader, form, opened.place.visit),
        next=next_form(opened),
        queries=queries_of(opened),
    )


def gate_value(gate: Record | None) -> str:
    entry = gate.items.get(GATE) if gate else None
    return entry.datum.text if entry is not None and isinstance(entry.datum, Value) else ""


def rows_at(opened: Opened) -> tuple[Record, ...]:
    """The rows of the participant, or of this visit where rows belong to visits."""
    form, book = opened.form, opened.book
    keys = opened.reader.rows(form.id)
    return tuple(
        book.records[key.visit, form.id, key.repeat]
        for key in keys
        if form.records == "many" or key.visit == opened.place.visit
    )


def removed_at(opened: Opened) -> tuple[Record, ...]:
    """Rows that were taken out: what stood there stays on view, with its history. 21 CFR 11.10(e)"""
    form, book = opened.form, opened.book
    rows = (record for record in book.records.values() if record.form == form.id and record.is_removed)
    return tuple(
        sorted(
            (one for one in rows if form.records == "many" or one.visit == opened.place.visit),
            key=lambda one: one.repeat,
        )
    )


def columns_of(study: Study, form: str) -> tuple[Item, ...]:
    """The first items that a person enters tell rows apart."""
    return tuple(item for item in study.forms[form].items.values() if item.derive is None)[:COLUMNS]


def cells_of(opened: Opened, record: Record, items: tuple[Item, ...]) -> tuple[Cell, ...]:
    return tuple(
        Cell(opened.book.study.say(item.label, opened.language), _text(opened, record, item))
        for item in items
    )


def _text(opened: Opened, record: Record, item: Item) -> str:
    entry = record.items.get(item.id)
    return show_datum(opened.book.study, item, entry.datum if entry else None, opened.language)


def _row(opened: Opened, record: Record, items: tuple[Item, ...], at: str) -> RowLine:
    place = Place(opened.book.participant, record.visit, record.form, record.repeat)
    study = opened.book.study.id
    return RowLine(
        record.repeat,
        cells_of(opened, record, items),
        form_url(study, place) + at,
        form_url(study, place, "remove") + at,
        form_url(study, place, "history") + at,
        alert_url_of(opened.book, record.visit, record.form, record.repeat),
    )


def remove_page(opened: Opened, command_id: str, *, reason: str = "") -> RemovePage:
    book, record = opened.book, opened.record
    cells = cells_of(opened, record, columns_of(book.study, opened.form.id)) if record else ()
    return RemovePage(
        label=layout_of(book.study, opened.form.id, opened.language).label,
        code=book.code,
        back_url=log_url(book.study.id, book.participant, opened.seen_at, opened.form.id),
        command_id=command_id,
        base=record.sequence if record else 0,
        facts=tuple(Fact(cell.head, cell.text) for cell in cells),
        reason=reason,
    )


def gate_items(post: Mapping[str, str], before: str) -> str | None:
    """The new answer of the gate; None where it is the old one or none was given."""
    answer = post.get("gate", "")
    return answer if answer in ("true", "false") and answer != before else None
