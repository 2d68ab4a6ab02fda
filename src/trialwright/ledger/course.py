"""The drafts of one command as they come about, and the casebook as it would be after them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trialwright.ledger.affected import Change, changes_of, with_first_dose
from trialwright.ledger.apply import Happening, advance
from trialwright.ledger.casebook import Casebook, RecordKey
from trialwright.ledger.checks import check_drafts
from trialwright.ledger.derive import derive
from trialwright.ledger.events import Draft, ValuesDerived
from trialwright.ledger.reader import CasebookReader
from trialwright.values.datum import Datum
from trialwright.values.problem import Problem
from trialwright.values.stored import datum_to_json


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
    """A command under way. `start`: the casebook that was read; `book`: with the drafts in it."""

    start: Casebook
    book: Casebook = field(init=False)
    drafts: list[Draft] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book = self.start

    def add(self, draft: Draft) -> None:
        self.drafts.append(draft)
        self.book = happened(self.book, draft)


def texts_of(items: Mapping[str, Datum | None]) -> dict[str, str]:
    """Values of an event: stored text by item."""
    return {item: datum_to_json(datum) for item, datum in items.items()}


def derived_drafts(before: CasebookReader, after: Casebook, changes: tuple[Change, ...]) -> tuple[Draft, ...]:
    """What the changes derive, one draft a record."""
    return tuple(
        Draft(ValuesDerived(*key), texts_of(items), originator="derivation")
        for key, items in derive(before, after, changes).items()
    )


def follow(
    course: Course,
    keys: Iterable[RecordKey],
    *,
    also: tuple[Change, ...] = (),
    confirmed: Mapping[tuple[RecordKey, str], str],
) -> Decided:
    """The consequences of the drafts so far, which changed the records of `keys`: derived items, then queries.

    also: changes that stand in no record (the arm).
    confirmed: notes "value is right" by record and item.
    """
    before = CasebookReader(course.start)
    drafts = derived_drafts(before, course.book, (*changes_of(course.start, course.book, keys), *also))
    for draft in drafts:
        course.add(draft)
    moved = dict.fromkeys([*keys, *(_key(draft) for draft in drafts)])
    after = CasebookReader(course.book)
    changes = with_first_dose((*changes_of(course.start, course.book, moved), *also), before, after)
    for draft in check_drafts(after, changes, confirmed):
        course.add(draft)
    return Decided(tuple(course.drafts))


def _key(draft: Draft) -> RecordKey:
    body = draft.body
    assert isinstance(body, ValuesDerived)
    return (body.visit, body.form, body.repeat)
