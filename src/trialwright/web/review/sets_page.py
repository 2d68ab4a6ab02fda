"""What the pages of analysis sets show, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import Sealed, SetDecided
from trialwright.study.model import Population, Study
from trialwright.web.links import participant_url, review_url, set_url, sets_url
from trialwright.web.review.page import NOTHING_TYPED, Act, Typed, Who, act_of
from trialwright.web.review.sets import SetCount, Standing

DECISIONS: dict[bool | None, str | Promise] = {
    True: gettext_lazy("Put in"),
    False: gettext_lazy("Put out"),
    None: gettext_lazy("Withdrawn: the rule tells"),
}
STANDINGS: dict[bool | None, str | Promise] = {
    True: gettext_lazy("In the set"),
    False: gettext_lazy("Not in the set"),
    None: gettext_lazy("Cannot be told"),
}


@dataclass(frozen=True, slots=True)
class SetLine:
    label: str
    within: str
    inside: int
    outside: int
    unknown: int
    url: str  # where somebody decides on a participant; "" for who may not


@dataclass(frozen=True, slots=True)
class Decision:
    """One that stands. url: where it is changed or withdrawn; "" for who may not."""

    label: str
    code: str
    participant_url: str
    act: Act
    url: str


@dataclass(frozen=True, slots=True)
class SetsPage:
    review_url: str
    sets_url: str
    sets: tuple[SetLine, ...]
    decisions: tuple[Decision, ...]

    @property
    def may_decide(self) -> bool:
        return any(one.url for one in self.sets)


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    code: str


@dataclass(frozen=True, slots=True)
class SetPage:
    """One set: whom to decide on, or, once somebody is chosen, the decision on them.

    base: the event of the last decision on them, 0 for none; choices: what may be decided, as value and words.
    """

    back_url: str
    label: str
    within: str
    people: tuple[Person, ...] = ()
    person: Person | None = None
    participant_url: str = ""
    standing: str | Promise = ""
    by_rule: str | Promise = ""
    acts: tuple[Act, ...] = ()
    base: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    typed: Typed = NOTHING_TYPED
    command_id: str = ""


def set_line(study: Study, count: SetCount, language: str, *, may_decide: bool) -> SetLine:
    population = count.population
    return SetLine(
        study.say(population.label, language),
        within_words(study, population, language),
        count.inside,
        count.outside,
        count.unknown,
        set_url(study.id, population.id) if may_decide else "",
    )


def within_words(study: Study, population: Population, language: str) -> str:
    if population.within is None:
        return ""
    label = study.say(study.populations[population.within].label, language)
    return gettext("within “{label}”").format(label=label)


def sets_page(study_id: str, lines: Iterable[SetLine], decisions: Iterable[Decision]) -> SetsPage:
    return SetsPage(review_url(study_id), sets_url(study_id), tuple(lines), tuple(decisions))


def decision_line(
    book: Casebook, population: Population, event: Sealed, who: Who, *, may_decide: bool
) -> Decision:
    assert isinstance(event.body, SetDecided)
    study = book.study
    return Decision(
        study.say(population.label, who.language),
        book.code,
        participant_url(study.id, book.participant),
        act_of(book, str(DECISIONS[event.body.is_in]), event, who),
        set_url(study.id, population.id, participant=book.participant) if may_decide else "",
    )


def choosing_page(study: Study, population: Population, books: Iterable[Casebook], language: str) -> SetPage:
    people = tuple(Person(book.participant, book.code) for book in books)
    label, within = study.say(population.label, language), within_words(study, population, language)
    return SetPage(sets_url(study.id), label, within, people=people)


def set_page(
    book: Casebook,
    population: Population,
    standing: Standing,
    events: Sequence[Sealed],
    who: Who,
    typed: Typed,
) -> SetPage:
    study, last = book.study, book.sets.get(population.id)
    own = [
        act_of(book, str(DECISIONS[one.body.is_in]), one, who)
        for one in events
        if isinstance(one.body, SetDecided) and one.body.population == population.id
    ]
    return SetPage(
        back_url=sets_url(study.id),
        label=study.say(population.label, who.language),
        within=within_words(study, population, who.language),
        person=Person(book.participant, book.code),
        participant_url=participant_url(study.id, book.participant),
        standing=STANDINGS[standing.is_in],
        by_rule=STANDINGS[standing.by_rule],
        acts=tuple(reversed(own)),
        base=last.sequence if last is not None else 0,
        choices=choices_of(last.is_in if last is not None else None),
        typed=typed,
        command_id=str(uuid4()),
    )


def choices_of(stands: bool | None) -> tuple[tuple[str, str], ...]:
    """What is not decided already. stands: None where nothing does."""
    words: dict[bool | None, tuple[str, str]] = {
        True: ("in", gettext("Put in")),
        False: ("out", gettext("Put out")),
        None: ("rule", gettext("Withdraw")),
    }
    return tuple(choice for is_in, choice in words.items() if is_in is not stands)
