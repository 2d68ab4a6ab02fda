"""Who is in which analysis set on the data as they stand, by the rules and by decisions.

The tables that rules are asked of are slow to import, so they are imported where a page needs them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor
from trialwright.ledger.visible import hidden_from
from trialwright.store.cache import Recent
from trialwright.study.model import Population, Study
from trialwright.web.progress.results import heads_of

if TYPE_CHECKING:
    from trialwright.datasets.work import Cut

Membership = Mapping[str, bool | None]  # by participant; None where it cannot be told


@dataclass(frozen=True, slots=True)
class SetCount:
    """Of those enrolled: how many are in a set, how many not, and of how many it cannot be told."""

    population: Population
    inside: int
    outside: int
    unknown: int


# By definition, data and day: nothing is computed twice of the same events.
_KNOWN: Recent[tuple[str, str, date], Mapping[str, Membership]] = Recent(8)
UNKNOWN: Final = None


def sets_seen(study: Study, books: Sequence[Casebook], actor: Actor) -> tuple[Population, ...]:
    """Those that rest on nothing hidden from the actor's role in any casebook."""
    hidden = {name for book in books for name in hidden_from(book, actor=actor).sets}
    return tuple(one for one in study.populations.values() if one.id not in hidden)


def count_sets(
    study: Study, books: Sequence[Casebook], populations: Sequence[Population], today: date
) -> tuple[SetCount, ...]:
    """books: as they are stored. today: the day before it is the last that is over in the data."""
    enrolled = [book.participant for book in books if book.enrolled]
    told = memberships(study, books, today)
    return tuple(
        SetCount(one, answers.count(True), answers.count(False), answers.count(UNKNOWN))
        for one in populations
        for answers in ([told[one.id].get(who) for who in enrolled],)
    )


def memberships(study: Study, books: Sequence[Casebook], today: date) -> Mapping[str, Membership]:
    key = (study.hash, heads_of(books), today)
    found = _KNOWN.get(key)
    if found is None:
        cut = _cut(study, books, today)
        found = {name: dict(cut.membership(name).iter_rows()) for name in study.populations}
        _KNOWN.put(key, found)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody is in a set, and whether its rule by itself says so."""

    is_in: bool | None
    by_rule: bool | None


def standing_of(book: Casebook, population: str, today: date) -> Standing:
    cut, who = _cut(book.study, [book], today), book.participant
    effective, by_rule = (
        dict(cut.membership(population).iter_rows()),
        dict(cut.by_rule(population).iter_rows()),
    )
    return Standing(effective.get(who), by_rule.get(who))


def _cut(study: Study, books: Sequence[Casebook], today: date) -> "Cut":
    from trialwright.datasets.frames import frames
    from trialwright.datasets.work import make_cut

    return make_cut(study, frames(study, books), today - timedelta(days=1))
