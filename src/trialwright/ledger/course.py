"""The drafts of one command as they come about, and the casebook as it would be after them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from trialwright.ledger.affected import Change, changes_of, with_first_dose
from trialwright.ledger.apply import Happening, advance
from trialwright.ledger.casebook import Casebook, RecordKey
from trialwright.ledger.checks import NO_NOTES, Notes, check_drafts
from trialwright.ledger.derive import derive
from trialwright.ledger.diary_checks import diary_drafts
from trialwright.ledger.events import Draft, ValuesDerived
from trialwright.ledger.reader import CasebookReader
from trialwright.values.datum import Datum
from trialwright.values.problem import Problem
from trialwright.values.stored import datum_to_json

_datum_to_json = lru_cache(maxsize=8192)(datum_to_json)  # scores and truths come again and again


@dataclass(frozen=True, slots=True)
class Decided:
    """What a command comes to: what has happened, or why nothing may. Never both.

    conflict: others were faster; the person looks again (HTTP 409), whereas other problems are theirs (422).
    """

    drafts: tuple[Draft, ...] = ()
    problems: tuple[Problem, ...] = ()
    conflict: bool = False


def refused(*problems: Problem, conflict: bool = False) -> Decided:
    return Decided((), problems, conflict)


def happened(book: Casebook, draft: Draft) -> Casebook:
    """The casebook with a draft in it, as the next event of the stream."""
    study = book.study
    return advance(book, Happening(draft.body, draft.values, book.sequence + 1, book.site, study.hash))


@dataclass(slots=True)
class Course:
    """A command under way. `start`: of the casebook that was read; `book`: with the drafts in it."""

    start: CasebookReader
    book: Casebook
    drafts: list[Draft]

    def add(self, draft: Draft) -> None:
        self.drafts.append(draft)
        self.book = happened(self.book, draft)


def texts_of(items: Mapping[str, Datum | None]) -> dict[str, str]:
    """Values of an event: stored text by item."""
    return {item: _datum_to_json(datum) for item, datum in items.items()}


def reader_after(before: CasebookReader, book: Casebook, keys: Iterable[RecordKey]) -> CasebookReader:
    """A reader of the casebook in which the records of `keys` have changed."""
    return CasebookReader(book, like=before, changed={form for _, form, _ in keys})


def reader_with(
    reader: CasebookReader, keys: Iterable[RecordKey], derived: Sequence[Draft]
) -> CasebookReader:
    """A reader of the same casebook, in which the records of `keys` have changed, with what that derives in it."""
    book = reader.book
    for draft in derived:
        book = happened(book, draft)
    return reader_after(reader, book, [*keys, *map(_key, derived)]) if derived else reader


def derived_drafts(
    before: CasebookReader, after: CasebookReader, changes: tuple[Change, ...]
) -> tuple[Draft, ...]:
    """What the changes derive, one draft a record."""
    return tuple(
        Draft(ValuesDerived(*key), texts_of(items), originator="derivation")
        for key, items in derive(before, after, changes).items()
    )


def follow(course: Course, keys: Sequence[RecordKey], *, also: tuple[Change, ...] = ()) -> Decided:
    """The consequences of the drafts so far, which changed the records of `keys`: derived items, then queries.

    also: changes that stand in no record (the arm).
    """
    before = course.start
    changes = (*changes_of(before.book, course.book, keys), *also)
    derived = derived_drafts(before, reader_after(before, course.book, keys), changes)
    return follow_checks(course, keys, derived, also=also)


def follow_checks(
    course: Course,
    keys: Sequence[RecordKey],
    derived: Sequence[Draft],
    *,
    also: tuple[Change, ...] = (),
    confirmed: Notes = NO_NOTES,
) -> Decided:
    """The rest of the consequences, where what is derived is known already.

    confirmed: notes "value is right" by record and item.
    """
    for draft in derived:
        course.add(draft)
    moved = tuple(dict.fromkeys([*keys, *(_key(draft) for draft in derived)]))
    after = reader_after(course.start, course.book, moved)
    changes = (*changes_of(course.start.book, course.book, moved), *also)
    for draft in check_drafts(after, with_first_dose(changes, course.start, after), confirmed):
        course.drafts.append(draft)
    course.drafts += (draft for key in moved for draft in diary_drafts(after, key))
    return Decided(tuple(course.drafts))


def _key(draft: Draft) -> RecordKey:
    body = draft.body
    assert isinstance(body, ValuesDerived)
    return (body.visit, body.form, body.repeat)
