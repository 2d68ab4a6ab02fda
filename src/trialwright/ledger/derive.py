"""Derived items: computed again where something that they read has changed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from trialwright.expr.answer import Answer, missing_reason, stored_text
from trialwright.expr.reader import NotAsked, Place
from trialwright.expr.record import evaluate
from trialwright.ledger.affected import Change, Touched, touched, with_first_dose
from trialwright.ledger.casebook import Casebook, Entry, RecordKey
from trialwright.ledger.compiled import ROWS, Dependent, compiled
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.records import holds_data
from trialwright.study.model import Item
from trialwright.values.datum import Datum, Missing, Value

ROUNDS: Final = 1000  # no definition needs as many; a circle of derived items ends here

Derived = Mapping[RecordKey, Mapping[str, Datum | None]]


def derive(before: CasebookReader, reader: CasebookReader, changes: tuple[Change, ...]) -> Derived:
    """The derived items that the changes move, in all records; None where one is blank now.

    before: of the casebook as it was; reader: of that with the changes in it.
    Raises ValueError where derived items feed each other without end.
    """
    index = compiled(reader.book.study)
    found: dict[RecordKey, dict[str, Datum | None]] = {}
    pending = touched(index.derived, with_first_dose(changes, before, reader), reader)
    pending.update(_of_new_records(reader.book, changes))
    for _ in range(ROUNDS):
        if not pending:
            return found
        batch = _lowest(pending)
        moved = [(key, one.item, datum) for one, key in batch for datum in _moved(one, key, reader)]
        for key, item, datum in moved:
            found.setdefault(key, {})[item] = datum
        reader = CasebookReader(
            _overlaid(reader.book, moved), like=reader, changed={key[1] for key, _, _ in moved}
        )
        new = tuple(Change(*key, item) for key, item, _ in moved)
        pending.update(touched(index.derived, with_first_dose(new, before, reader), reader))
    raise ValueError("derived items feed each other without end")


def _of_new_records(after: Casebook, changes: tuple[Change, ...]) -> Touched:
    """In a record that is new, or emptied, everything is derived, also what reads nothing of it."""
    index = compiled(after.study)
    found: Touched = {}
    for change in changes:
        key = (change.visit, change.form, change.repeat)
        if change.item == ROWS and key in after.records and not after.records[key].is_removed:
            found.update({(one, key): None for one in index.derived_of.get(change.form, ())})
    return found


def _lowest(pending: Touched) -> list[tuple[Dependent, RecordKey]]:
    level = min(one.level for one, _ in pending)
    batch = [(one, key) for one, key in pending if one.level == level]
    for entry in batch:
        del pending[entry]
    return batch


def _moved(one: Dependent, key: RecordKey, reader: CasebookReader) -> list[Datum | None]:
    """The new datum, if it is another than the one that stands; [None] for "back to blank"."""
    visit, form, repeat = key
    record = reader.book.records[key]
    entry = record.items.get(one.item)
    old = entry.datum if entry is not None else None
    new: Datum | None = None
    if holds_data(record) and not isinstance(reader.state(form, one.item, visit, repeat), NotAsked):
        item = reader.book.study.forms[form].items[one.item]
        new = datum_of(item, evaluate(one.node, reader, Place(visit or None, form, repeat)))
    return [] if new == old else [new]


def datum_of(item: Item, answer: Answer) -> Datum | None:
    """An answer as the stored datum of an item: missing with the reason once nothing that is still to be entered
    could tell it; None, blank, before."""
    text = stored_text(answer, 0 if item.type == "integer" else item.decimals)
    if text is not None:
        return Value(text)
    reason = missing_reason(answer)
    return Missing(reason) if reason is not None else None


def _overlaid(book: Casebook, moved: list[tuple[RecordKey, str, Datum | None]]) -> Casebook:
    records = dict(book.records)
    for key, item, datum in moved:
        items = {name: entry for name, entry in records[key].items.items() if name != item}
        if datum is not None:
            items[item] = Entry(datum, book.sequence, is_derived=True)
        records[key] = replace(records[key], items=items)
    return replace(book, records=records)
