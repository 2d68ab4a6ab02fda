"""Which checks and derived items a change can touch, and at which records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trialwright.ledger.casebook import Casebook, RecordKey
from trialwright.ledger.compiled import FIRST_DOSE, ROWS, Dependent, Path, compiled
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.records import holds_data
from trialwright.schedule.visits import visit_of


@dataclass(frozen=True, slots=True)
class Change:
    """One item of one record changed; item ROWS where a record came or went. is_first: it was blank before."""

    visit: str
    form: str
    repeat: int
    item: str
    is_first: bool = False

    @property
    def path(self) -> Path:
        return (self.form, self.item)


Touched = dict[tuple[Dependent, RecordKey], None]  # an ordered set


def changes_of(before: Casebook, after: Casebook, keys: Iterable[RecordKey]) -> tuple[Change, ...]:
    """What differs in these records."""
    changes: list[Change] = []
    for key in keys:
        old, new = before.records.get(key), after.records.get(key)
        old_items = old.items if old is not None and not old.is_removed else {}
        new_items = new.items if new is not None and not new.is_removed else {}
        if holds_data(old) != holds_data(new):
            changes.append(Change(*key, ROWS))
        changes += [
            Change(*key, item, item not in old_items)
            for item in sorted({*old_items, *new_items})
            if old_items.get(item) != new_items.get(item)
        ]
    return tuple(changes)


def with_first_dose(
    changes: tuple[Change, ...], before: CasebookReader, after: CasebookReader
) -> tuple[Change, ...]:
    """The changes, and that of the first dose where they moved it."""
    paths = compiled(after.book.study).first_dose
    if any(change.path in paths for change in changes) and before.first_dose_span != after.first_dose_span:
        return (*changes, Change("", FIRST_DOSE[0], 0, FIRST_DOSE[1]))
    return changes


def touched(
    index: Mapping[Path, tuple[Dependent, ...]], changes: Iterable[Change], reader: CasebookReader
) -> Touched:
    """The dependents that read what changed, each with the records where it is asked."""
    found: Touched = {}
    for change in changes:
        for dependent in index.get(change.path, ()):
            for key in _places(dependent, change, reader):
                if holds_data(reader.book.records.get(key)):
                    found[(dependent, key)] = None
    return found


def _places(dependent: Dependent, change: Change, reader: CasebookReader) -> Iterator[RecordKey]:
    is_elsewhere = change.path in dependent.elsewhere
    if is_elsewhere and _reaches_all(dependent, change):
        yield from _all(dependent, reader)
        return
    if change.path in dependent.here:
        yield from _here(dependent, change, reader)
    if is_elsewhere and dependent.reach.is_back:
        yield from _later(dependent, change, reader)


def _reaches_all(dependent: Dependent, change: Change) -> bool:
    reach = dependent.reach
    return (
        reach.is_everywhere
        or change.visit == ""
        or visit_of(change.visit) in reach.visits
        # a visit that moves changes what comes before what
        or (reach.is_back and change.path == ("visit", "date") and not change.is_first)
    )


def _all(dependent: Dependent, reader: CasebookReader) -> Iterator[RecordKey]:
    for row in reader.rows(dependent.form):
        yield (row.visit, dependent.form, row.repeat)


def _later(dependent: Dependent, change: Change, reader: CasebookReader) -> Iterator[RecordKey]:
    keys = list(reader.visit_keys())
    start = keys.index(change.visit) + 1 if change.visit in keys else 0
    later = set(keys[start:])
    if not later:  # as a rule: what is entered is the latest
        return iter(())
    return (key for key in _all(dependent, reader) if key[0] in later)


def _here(dependent: Dependent, change: Change, reader: CasebookReader) -> Iterator[RecordKey]:
    kind = reader.book.study.forms[dependent.form].records
    if change.form == dependent.form:
        yield (change.visit, change.form, change.repeat)
    elif kind == "visit" and change.visit:
        yield (change.visit, dependent.form, 0)
    else:  # what belongs to the participant is read from everywhere
        yield from (key for key in _all(dependent, reader) if change.visit in ("", key[0]))
