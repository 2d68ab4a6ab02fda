"""Saving and removing records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from trialwright.expr.reader import NotAsked
from trialwright.ledger.affected import changes_of
from trialwright.ledger.casebook import Casebook, Record, RecordKey
from trialwright.ledger.commands import Actor, Moment, RemoveRow, SaveForm, Typed
from trialwright.ledger.compiled import compiled
from trialwright.ledger.course import (
    Course,
    Decided,
    derived_drafts,
    follow,
    follow_checks,
    happened,
    reader_after,
    reader_with,
    refused,
    texts_of,
)
from trialwright.ledger.events import Draft, FormSaved, RowRemoved
from trialwright.ledger.messages import problem
from trialwright.ledger.places import Target, check_after, check_end, check_target
from trialwright.ledger.queries import check_text
from trialwright.ledger.reader import GATE, CasebookReader
from trialwright.ledger.records import changed_at, place_of
from trialwright.ledger.rights import require_enter
from trialwright.ledger.visible import hidden_from, visible
from trialwright.study.model import Form, Item
from trialwright.values.catalogue import problem as value_problem
from trialwright.values.dates import partial_date_span
from trialwright.values.datum import MISSING_REASONS, Datum, Missing, Value
from trialwright.values.parse import ItemSpec, parse
from trialwright.values.problem import Problem
from trialwright.values.words import words_of

GATE_SPEC: Final = ItemSpec("boolean")

Items = Mapping[str, Datum | None]


def decide_save_form(book: Casebook, command: SaveForm, *, by: Actor, at: Moment) -> Decided:
    """The changed items of one record. Types stop a save, edit checks do not; nothing changed is no event."""
    form = book.study.forms.get(command.form)
    if form is None:
        return refused(problem("no-such-form", command.form, form=command.form))
    require_enter(book.study, by, form, book.site)
    if form.ask is not None:
        return refused(problem("diary-form", command.form))
    target, reader = Target(command.visit, form, command.repeat), CasebookReader(book)
    hidden = frozenset(item for owner, item in hidden_from(book, actor=by).items if owner == form.id)
    problems = check_target(reader, target) or _check_items(command, target, hidden)
    if problems:
        return refused(*problems)
    key = (command.visit, command.form, command.repeat)
    return _decide_save(_Save(book, command, target, key, book.records.get(key), hidden), reader, at)


@dataclass(frozen=True, slots=True)
class _Save:
    book: Casebook
    command: SaveForm
    target: Target
    key: RecordKey
    record: Record | None
    hidden: frozenset[str]  # items of the form that the person does not see

    def where(self, item: str) -> str:
        return place_of(*self.key, item)


def _decide_save(save: _Save, reader: CasebookReader, at: Moment) -> Decided:
    entered, problems = _entered(save)
    changed: Items = {
        item: datum for item, datum in entered.items() if not _is_same(_stored(save, item), datum)
    }
    if not changed:
        conflicts = _conflicts(save, {})
        return refused(*problems, *conflicts, conflict=bool(conflicts))
    outcome, refusals = _with_unasked(save, reader, changed)
    # Of all that changes: also what others filled in and this save would make unasked.
    conflicts = _conflicts(save, outcome.changed)
    problems = (*problems, *conflicts, *refusals, *_check_reason(save, outcome.changed))
    problems += _check_dates(save, outcome, reader, at.site_date)
    if problems:
        return refused(*problems, conflict=bool(conflicts))
    course = Course(reader, outcome.reader.book, [outcome.draft])
    notes = {(save.key, item): note for item, note in save.command.confirmed.items()}
    return follow_checks(course, [save.key], outcome.derived, confirmed=notes)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The changes as an event, a reader of the casebook with it, and what it derives."""

    changed: Items
    draft: Draft
    reader: CasebookReader
    derived: tuple[Draft, ...]


def _outcome(save: _Save, before: CasebookReader, changed: Items) -> _Outcome:
    draft = _draft(save, changed)
    book = happened(save.book, draft)
    after = reader_after(before, book, [save.key])
    derived = derived_drafts(before, after, changes_of(save.book, book, [save.key]))
    return _Outcome(changed, draft, after, derived)


def _draft(save: _Save, changed: Items) -> Draft:
    reason = words_of(save.command.reason or "") or None
    return Draft(FormSaved(*save.key), texts_of(changed), save.command.originator, reason)


# ------------------------------------------------------------------ what was entered


def _check_items(command: SaveForm, target: Target, hidden: frozenset[str]) -> tuple[Problem, ...]:
    """Only items that this form asks, and that this role sees, may be named at all."""
    problems: list[Problem] = []
    for item in command.items:
        code = _refusal(target, item)
        if code is None and item in hidden:
            code = "item-hidden"
        if code is not None:
            problems.append(
                problem(code, place_of(target.visit, command.form, target.repeat, item), item=item)
            )
    for item, note in command.confirmed.items():
        problems += check_text(note, place_of(target.visit, command.form, target.repeat, item))
    if words_of(command.reason or ""):
        problems += check_text(command.reason or "", target.where)
    return tuple(problems)


def _refusal(target: Target, item: str) -> str | None:
    if target.is_gate:
        return None if item == GATE else "no-such-item"
    asked = target.form.items.get(item)
    if asked is None:
        return "no-such-item"
    return "item-derived" if asked.derive is not None else None


def _entered(save: _Save) -> tuple[dict[str, Datum | None], tuple[Problem, ...]]:
    """Each entry as its datum, None for one taken back; and the problems of those that are none."""
    entered: dict[str, Datum | None] = {}
    problems: list[Problem] = []
    for item, entry in save.command.items.items():
        datum = _datum(save, item, entry)
        if isinstance(datum, Problem):
            problems.append(datum)
        else:
            entered[item] = datum
    return entered, tuple(problems)


def _datum(save: _Save, item: str, entry: Typed | Missing) -> Datum | Problem | None:
    where = save.where(item)
    if isinstance(entry, Missing):
        if entry.reason not in MISSING_REASONS:
            return value_problem("unknown-missing-reason", where, reason=entry.reason)
        return entry
    if not words_of(entry.raw):
        return None
    specs = compiled(save.book.study).specs
    spec = GATE_SPEC if save.target.is_gate else specs[(save.command.form, item)]
    return parse(spec, entry.raw, entry.unit, where=where)


def _stored(save: _Save, item: str) -> Datum | None:
    entry = save.record.items.get(item) if save.record is not None else None
    return entry.datum if entry is not None else None


def _is_same(stored: Datum | None, entered: Datum | None) -> bool:
    """The same value, however it was typed."""
    if isinstance(stored, Value) and isinstance(entered, Value):
        return stored.text == entered.text
    return stored == entered


# ------------------------------------------------------------------ others, reasons, conditions


def _conflicts(save: _Save, changed: Items) -> tuple[Problem, ...]:
    """Others changed the same item since this person looked: neither is lost, somebody must choose."""
    record = save.record
    last = record.sequence if record is not None else 0
    if save.command.base > last:
        return (problem("base-unknown", save.target.where),)
    if record is None:
        return ()
    return tuple(
        problem("changed-by-others", save.where(item), theirs=_shown(_stored(save, item)), mine=_shown(datum))
        for item, datum in changed.items()
        if changed_at(record, item) > save.command.base and item not in save.hidden
    )


def _shown(datum: Datum | None) -> str:
    match datum:
        case Value(text):
            return text
        case Missing(reason):
            return reason.replace("_", " ")
        case _:
            return "—"


def _check_reason(save: _Save, changed: Items) -> tuple[Problem, ...]:
    """A stored value is changed with a reason; a blank is filled without. 21 CFR 11.10(e), ICH E6(R3) 4.2.2

    Of one that the person does not see, and that becomes unasked, neither this nor a conflict may tell them.
    """
    if words_of(save.command.reason or ""):
        return ()
    stored = (item for item in changed if _stored(save, item) is not None and item not in save.hidden)
    return tuple(problem("reason-needed", save.where(item)) for item in stored)


def _check_dates(save: _Save, outcome: _Outcome, before: CasebookReader, today: date) -> tuple[Problem, ...]:
    after = reader_with(outcome.reader, [save.key], outcome.derived)
    return (
        *_check_days(save, outcome.changed, today),
        *check_after(before, outcome.reader, save.target),
        *check_end(before, after, save.target.where),
    )


def _check_days(save: _Save, changed: Items, today: date) -> tuple[Problem, ...]:
    """What has happened has a day that is over or today; of a date in part, any of its days may be meant."""
    if save.target.is_gate:
        return ()
    return tuple(
        problem("date-in-future", save.where(item), date=datum.text, today=today)
        for item, datum in changed.items()
        if isinstance(datum, Value) and _is_ahead(save.target.form.items[item], datum.text, today)
    )


def _is_ahead(item: Item, text: str, today: date) -> bool:
    if item.allows_future or item.type not in ("date", "partial_date", "datetime"):
        return False
    return partial_date_span(text[:10])[0] > today


def _with_unasked(
    save: _Save, reader: CasebookReader, changed: Items
) -> tuple[_Outcome, tuple[Problem, ...]]:
    """The changes, and with them the stored items that they make unasked, as blanks; a value for an item that is
    surely not asked is a problem."""
    while True:
        outcome = _outcome(save, reader, changed)
        unasked = _unasked(save, outcome)
        cleared = {item: None for item in unasked if item not in changed and _stored(save, item) is not None}
        if not cleared:
            refusals = [item for item in unasked if changed.get(item) is not None]
            return outcome, tuple(problem("item-not-asked", save.where(item)) for item in refusals)
        changed = {**changed, **cleared}


def _unasked(save: _Save, outcome: _Outcome) -> list[str]:
    """Items of the record that are surely not asked, once what it derives is known too."""
    conditional = () if save.target.is_gate else compiled(save.book.study).conditional[save.command.form]
    if not conditional:
        return []
    after = reader_with(outcome.reader, [save.key], outcome.derived)
    return [
        item
        for item in conditional
        if isinstance(after.state(save.command.form, item, save.command.visit, save.command.repeat), NotAsked)
    ]


# ------------------------------------------------------------------ removing


def decide_remove_row(book: Casebook, command: RemoveRow, *, by: Actor) -> Decided:
    """A row entered in error. It stays in the log, and its queries are closed."""
    form = book.study.forms.get(command.form)
    if form is None:
        return refused(problem("no-such-form", command.form, form=command.form))
    require_enter(book.study, by, form, book.site)
    if form.ask is not None:
        return refused(problem("diary-form", command.form))
    problems = _check_removal(book, form, command)
    if problems:
        return refused(*problems)
    key = (command.visit, command.form, command.repeat)
    if visible(book, actor=by).records[key].sequence != command.base:
        where = place_of(*key)
        return refused(problem("row-changed-by-others", where), conflict=True)
    course = Course(CasebookReader(book), book, [])
    course.add(Draft(RowRemoved(*key), reason=words_of(command.reason)))
    decided = follow(course, [key])
    late = check_end(course.start, CasebookReader(course.book), place_of(*key))
    return refused(*late) if late else decided


def _check_removal(book: Casebook, form: Form, command: RemoveRow) -> tuple[Problem, ...]:
    key = (command.visit, command.form, command.repeat)
    where = place_of(*key)
    record = book.records.get(key)
    if record is None or Target(command.visit, form, command.repeat).is_gate or not command.repeat:
        return (problem("no-such-row", where, repeat=command.repeat, next="—"),)
    if record.is_removed:
        return (problem("row-removed", where),)
    return check_text(command.reason, where)
