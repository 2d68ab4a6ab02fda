"""The scores of earlier visits beside a form, or the button that opens them where the form keeps them hidden."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import uuid4

from trialwright.ledger.casebook import Record
from trialwright.ledger.earlier import earlier_records
from trialwright.study.model import Form, Item, Study
from trialwright.web.calendar import visit_label
from trialwright.web.forms.opened import Opened, stop_of
from trialwright.web.links import form_url
from trialwright.web.show import show_date, show_datum

# How many numbers stand beside a form; one with more holds measurements, and none of them is its score.
COLUMNS: Final = 3
NUMBERS: Final = ("integer", "decimal")


@dataclass(frozen=True, slots=True)
class EarlierLine:
    visit: str
    day: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """state "closed": url takes the act that opens them, "" where nothing can be entered now. lines: the nearest
    visit first; none while it is closed. for_others: they are hidden from those who assess, and not from this person.
    """

    state: Literal["shown", "closed", "opened"]
    heads: tuple[str, ...]
    lines: tuple[EarlierLine, ...]
    for_others: bool = False
    url: str = ""
    command_id: str = ""


def earlier_of(opened: Opened) -> Earlier | None:
    """None where there is nothing earlier, or the form has no score."""
    form, study = opened.form, opened.book.study
    hidden = {item for name, item in opened.hidden.items if name == form.id}
    items = tuple(item for item in scores_of_form(study, form) if item.id not in hidden)
    if form.records != "visit" or not items:
        return None
    records = earlier_records(opened.reader, opened.place.visit, form.id)
    if not records:
        return None
    if opened.guard == "closed":
        url = "" if stop_of(opened) else form_url(study.id, opened.place, "earlier")
        return Earlier("closed", (), (), url=url, command_id=str(uuid4()))
    return Earlier(
        state="opened" if opened.guard == "opened" else "shown",
        heads=tuple(study.say(item.label, opened.language) for item in items),
        lines=tuple(_line(opened, record, items) for record in records),
        for_others=opened.guard == "none" and form.earlier_scores == "hidden",
    )


def scores_of_form(study: Study, form: Form) -> tuple[Item, ...]:
    """The items that the study draws as curves; where it draws none of this form, its computed numbers; where it
    computes none, its numbers, if they are few. A form that hides what has no such score hides its first items."""
    drawn = {curve.item for curve in study.curves}
    beside = tuple(item for item in form.items.values() if item.row is None)
    numbers = tuple(item for item in beside if item.type in NUMBERS)
    scores = tuple(item for item in numbers if f"{form.id}.{item.id}" in drawn)
    scores = scores or tuple(item for item in numbers if item.derive is not None) or numbers
    if scores and len(scores) <= COLUMNS:
        return scores
    return tuple(form.items.values())[:COLUMNS] if form.earlier_scores == "hidden" else ()


def _line(opened: Opened, record: Record, items: tuple[Item, ...]) -> EarlierLine:
    study, language = opened.book.study, opened.language
    held = opened.reader.held()[record.visit]
    entries = (record.items.get(item.id) for item in items)
    return EarlierLine(
        visit=visit_label(study, record.visit, language),
        day=show_date(held.day) if held.day else "",
        cells=tuple(
            show_datum(study, item, entry.datum if entry else None, language)
            for item, entry in zip(items, entries, strict=True)
        ),
    )
