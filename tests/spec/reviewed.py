"""Participants of the small study of the analyses with decisions of the data review, through real events."""

import itertools
from collections.abc import Sequence

from tests.spec.analysis_data import Told, bodies_of, day, make_envelope

from trialwright.analysis.page import Person
from trialwright.ledger.apply import apply
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import Body, DeviationClassed, Draft, Importance, Sealed, SetDecided
from trialwright.ledger.seal import seal
from trialwright.study.model import Study

Act = tuple[Body, str]  # what was decided, and why


def classed(
    check: str, visit: str, importance: Importance, reason: str = "A reason", form: str = "score"
) -> Act:
    return DeviationClassed(check, visit, form, 0, importance), reason


def decided(population: str, is_in: bool | None, reason: str = "A reason") -> Act:
    return SetDecided(population, is_in), reason


def reviewed(study: Study, told: Told, *acts: Act) -> Person:
    """Whatever else the participant has, then the decisions."""
    participant = f"p{told.code}"
    drafts = [(on, Draft(body, values)) for on, body, values in bodies_of(study, told, participant)]
    drafts += [(day(400), Draft(body, reason=reason)) for body, reason in acts]
    book, numbers, events = Casebook(study, participant), itertools.count(), list[Sealed]()
    for on, draft in drafts:
        (event,) = seal(
            [draft],
            make_envelope(study, participant, on, len(events)),
            previous=book.head,
            sequence=book.sequence,
            salt=lambda: f"{next(numbers):032x}",
        )
        events.append(event)
        book = apply(book, event)
    return Person(book, tuple(events))


def books_of(people: Sequence[Person]) -> dict[str, Casebook]:
    return {one.book.participant: one.book for one in people}
