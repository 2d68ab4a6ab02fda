"""What the pages of deviations show, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, RecordKey
from trialwright.ledger.events import DeviationClassed, Sealed
from trialwright.store.acts import Acts
from trialwright.study.model import Check, Study
from trialwright.web.links import class_url, participant_url, review_url, sets_url
from trialwright.web.marks import CLASSES, Mark
from trialwright.web.paging import ONLY, Paging
from trialwright.web.queries.lines import form_url_of, item_label, place_words
from trialwright.web.review.found import Found
from trialwright.web.show import show_local

OPEN = "not_decided"
SHOWN = (OPEN, "important", "not_important", "all")


@dataclass(frozen=True, slots=True)
class Who:
    """Who looks, and the names of those who decided."""

    language: str
    acts: Acts
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    mark: Mark
    code: str
    participant_url: str
    place: str
    form_url: str
    text: str
    item: str
    decided: str  # who and when, "" before anybody did
    url: str


@dataclass(frozen=True, slots=True)
class Filter:
    url: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class ReviewPage:
    filters: tuple[Filter, ...]
    rows: tuple[Line, ...]
    review_url: str
    sets_url: str
    paging: Paging = ONLY


@dataclass(frozen=True, slots=True)
class Act:
    """One decision, as a line of what was decided so far."""

    what: str
    who: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page of a decision was sent with, for the page that says what is wrong with it."""

    decision: str = ""
    reason: str = ""


NOTHING_TYPED = Typed()


@dataclass(frozen=True, slots=True)
class DeviationPage:
    """base: the event of the decision that stands, 0 for none. is_found: whether the check still finds it; may_decide:
    whether the person may take a decision."""

    back_url: str
    code: str
    participant_url: str
    place: str
    form_url: str
    text: str
    item: str
    mark: Mark
    acts: tuple[Act, ...]
    base: int
    is_found: bool
    may_decide: bool
    typed: Typed
    command_id: str


def class_of(found: Found) -> str:
    """Its class, or that nobody decided."""
    classed = found.deviation.classed
    return classed.importance if classed is not None else OPEN


def filters_of(study_id: str, found: Iterable[Found], shown: str) -> tuple[Filter, ...]:
    classes = [class_of(one) for one in found]
    labels = {OPEN: gettext("Not decided"), "important": gettext("Important")}
    labels |= {"not_important": gettext("Not important"), "all": gettext("All")}
    counts = {name: classes.count(name) for name in labels} | {"all": len(classes)}
    return tuple(
        Filter(review_url(study_id, show=name), label, counts[name], name == shown)
        for name, label in labels.items()
    )


def line_of(found: Found, who: Who) -> Line:
    book, one, language = found.book, found.deviation, who.language
    study, check = book.study, one.check
    return Line(
        mark=CLASSES[class_of(found)],
        code=book.code,
        participant_url=participant_url(study.id, book.participant),
        place=place_words(book, one.visit, check.about_form, one.repeat, language),
        form_url=form_url_of(book, one.visit, check.about_form, one.repeat),
        text=study.say(check.ask, language),
        item=item_label(study, check.about_form, check.about_item, language),
        decided=_decided(found, who),
        url=class_url(study.id, book.participant, check.id, one.visit, one.repeat),
    )


def _decided(found: Found, who: Who) -> str:
    """By whom, and when on the clock of the site."""
    classed, book = found.deviation.classed, found.book
    act = who.acts.get((book.participant, classed.sequence)) if classed is not None else None
    if act is None:
        return ""
    return f"{who.names.get(act.actor, act.actor)} · {show_local(act.utc, zone_of(book))}"


def zone_of(book: Casebook) -> str:
    return book.study.sites[book.site].timezone


def acts_on(
    book: Casebook, check: str, key: RecordKey, events: Iterable[Sealed], who: Who
) -> tuple[Act, ...]:
    """Every decision on a deviation, the latest first."""
    told = [
        act_of(book, str(CLASSES[event.body.importance].label), event, who)
        for event in events
        if isinstance(event.body, DeviationClassed)
        and (event.body.check, (event.body.visit, event.body.form, event.body.repeat)) == (check, key)
    ]
    return tuple(reversed(told))


def act_of(book: Casebook, what: str, event: Sealed, who: Who) -> Act:
    envelope = event.envelope
    role = book.study.roles.get(envelope.role)
    name = who.names.get(envelope.actor, envelope.actor)
    return Act(
        what,
        f"{name}, {book.study.say(role.label, who.language) if role else envelope.role}",
        show_local(datetime.fromisoformat(envelope.server_utc), zone_of(book)),
        gettext("Redacted") if event.is_reason_redacted else event.reason or "",
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """The deviation that a page is about."""

    book: Casebook
    check: Check
    visit: str
    repeat: int
    is_found: bool

    @property
    def key(self) -> RecordKey:
        return (self.visit, self.check.about_form, self.repeat)


def deviation_page(
    asked: Asked, events: Sequence[Sealed], who: Who, typed: Typed, *, may_decide: bool
) -> DeviationPage:
    book, check, language = asked.book, asked.check, who.language
    study: Study = book.study
    classed = book.classes.get((check.id, asked.key))
    return DeviationPage(
        back_url=review_url(study.id),
        code=book.code,
        participant_url=participant_url(study.id, book.participant),
        place=place_words(book, *asked.key, language),
        form_url=form_url_of(book, *asked.key),
        text=study.say(check.ask, language),
        item=item_label(study, check.about_form, check.about_item, language),
        mark=CLASSES[classed.importance if classed is not None else OPEN],
        acts=acts_on(book, check.id, asked.key, events, who),
        base=classed.sequence if classed is not None else 0,
        is_found=asked.is_found,
        may_decide=may_decide and asked.is_found,
        typed=typed,
        command_id=str(uuid4()),
    )


def review_page(
    study_id: str, filters: tuple[Filter, ...], rows: Iterable[Line], paging: Paging
) -> ReviewPage:
    return ReviewPage(filters, tuple(rows), review_url(study_id), sets_url(study_id), paging)
