"""What the checks of the level deviation find, over all participants that somebody may review."""

from collections.abc import Iterable
from dataclasses import dataclass

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.deviations import Deviation, deviations_seen
from trialwright.store.cache import Recent
from trialwright.store.many import load_many
from trialwright.store.people import Wanted, page_of_participants
from trialwright.study.rights import REVIEW_AREA
from trialwright.web.desk import Desk

ALL = 1_000_000  # more participants than any study has

# By definition, participant, their last event, and who looks: what was found once is not looked for again.
_FOUND: Recent[tuple[str, str, str, str], tuple[Deviation, ...]] = Recent(20_000)


@dataclass(frozen=True, slots=True)
class Found:
    """book: as it is stored, for what a check reads may stand anywhere; a page shows of it what the person may see."""

    book: Casebook
    deviation: Deviation


def reviewed_books(desk: Desk) -> tuple[Casebook, ...]:
    """As they are stored, by code; of the sites at which the person may see the review."""
    everybody = page_of_participants(desk.study_id, Wanted(desk.actor.sites), limit=ALL)
    books = load_many(desk.study_id, everybody).values()
    return tuple(book for book in books if desk.may(REVIEW_AREA, "r", book.site))


def deviations_of(desk: Desk, books: Iterable[Casebook]) -> tuple[Found, ...]:
    """Those of forms that the person may read, and that tell of nothing hidden from their role."""
    return tuple(Found(book, one) for book in books for one in _of_book(desk, book))


def _of_book(desk: Desk, book: Casebook) -> tuple[Deviation, ...]:
    key = (book.study.hash, book.participant, book.head, desk.actor.role)
    found = _FOUND.get(key)
    if found is None:
        found = deviations_seen(book, actor=desk.actor)
        _FOUND.put(key, found)
    readable = desk.readable(book.study, book.site)
    return tuple(one for one in found if book.study.forms[one.check.about_form].area in readable)
