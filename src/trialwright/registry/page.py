"""The public page of a study as plain data: every section of a registry page, and where the trial stands today.

The command line writes it as HTML, the web shows it; neither adds or drops a section.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from trialwright.registry.countries import country_name
from trialwright.registry.wording import Say, age_in_words, date_in_words, day_in_words
from trialwright.study.model import Criterion, Endpoint, Product, Study

BEFORE_ENROLMENT = frozenset({"screen_failed", "ended"})


class Standing(Protocol):
    """Participants who stand at the same place: where, whether they were ever enrolled and completed, how many."""

    @property
    def status(self) -> str: ...
    @property
    def is_enrolled(self) -> bool: ...
    @property
    def has_answer(self) -> bool: ...
    @property
    def count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Live:
    """Counts of participants. not_enrolled: who failed screening or left during it.

    completed, discontinued: of the enrolled; None where the study does not record how it ended for somebody.
    as_of: the day of the counts.
    """

    screened: int
    not_enrolled: int
    enrolled: int
    completed: int | None = None
    discontinued: int | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What is empty is not shown."""

    title: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    lists: tuple[Listing, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class PageData:
    title: str
    acronym: str
    notice: str
    language: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]


def live_of(standings: Iterable[Standing], *, tells_completed: bool, as_of: date | None = None) -> Live:
    """Counts of a trial. tells_completed: whether the study records who completed; `has_answer` is theirs then.

    Who was never enrolled counts neither as completed nor as discontinued, whatever was recorded as the end.
    """
    found = tuple(standings)

    def total(*chosen: Standing) -> int:
        return sum(one.count for one in chosen)

    enrolled = tuple(one for one in found if one.is_enrolled)
    ended = tuple(one for one in enrolled if one.status == "ended")
    completed = total(*(one for one in ended if one.has_answer))
    return Live(
        screened=total(*found),
        not_enrolled=total(*(one for one in found if not one.is_enrolled and one.status in BEFORE_ENROLMENT)),
        enrolled=total(*enrolled),
        completed=completed if tells_completed else None,
        discontinued=total(*ended) - completed if tells_completed else None,
        as_of=as_of,
    )


def public_page(
    study: Study, live: Live | None, *, language: str = "en", translate: Say = lambda text: text
) -> PageData:
    """The page in one language.

    translate: gives the page's own words (registry.messages.LABELS) in that language.
    """

    def say(text: str) -> str:
        return study.say(text, language)

    sections = (
        _today(live, translate),
        Section(translate("Brief summary"), paragraphs=_paragraphs(say(study.registry.summary))),
        Section(translate("Detailed description"), paragraphs=_paragraphs(say(study.registry.description))),
        _eligibility(study, say, translate),
        Section(translate("Study and design"), facts=_design(study, say, translate)),
        Section(translate("Arms and interventions"), table=_arms(study, say, translate)),
        Section(translate("Interventions"), table=_interventions(study, say, translate)),
        *_outcomes(study, say, translate),
        _sites(study, say, translate, language),
        _discrepancies(study, say, translate),
    )
    return PageData(
        title=say(study.title),
        acronym=say(study.acronym),
        notice=say(study.notice),
        language=language,
        facts=_header(study, say, translate),
        sections=tuple(section for section in sections if _is_filled(section)),
    )


def _is_filled(section: Section) -> bool:
    return bool(
        section.paragraphs or section.facts or section.lists or (section.table and section.table.rows)
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n") if part.strip())


def _fact(label: str, *texts: str) -> Fact:
    return Fact(label, tuple(text for text in texts if text))


def _header(study: Study, say: Say, translate: Say) -> tuple[Fact, ...]:
    registry = study.registry
    interventions = (say(one.label) for one in study.interventions.values())
    numbers = (f"{number} ({say(where)})" for number, where in registry.identifiers)
    return (
        _fact(translate("Phase"), say(registry.phase)),
        _fact(translate("Status in the registry record"), say(registry.status)),
        _fact(translate("Conditions"), *map(say, registry.condition)),
        _fact(translate("Interventions"), *interventions),
        _fact(translate("Registration number"), *numbers),
        _fact(translate("Lead sponsor"), say(registry.sponsor)),
    )


def _today(live: Live | None, translate: Say) -> Section:
    title = translate("The trial today")
    if live is None:
        return Section(title)
    counts = (
        ("Screened", live.screened),
        ("Left before enrolment", live.not_enrolled),
        ("Enrolled", live.enrolled),
        ("Completed", live.completed),
        ("Discontinued", live.discontinued),
    )
    day = day_in_words(live.as_of, translate) if live.as_of else ""
    return Section(
        title,
        paragraphs=(translate("Participants on {day}.").format(day=day),) if day else (),
        facts=tuple(_fact(translate(label), str(count)) for label, count in counts if count is not None),
    )


def _eligibility(study: Study, say: Say, translate: Say) -> Section:
    design, criteria = study.design, tuple(study.criteria.values())
    return Section(
        translate("Recruitment and eligibility"),
        facts=(
            _fact(translate("Status in the registry record"), say(study.registry.status)),
            _fact(translate("Sex"), say(design.sex)),
            _fact(translate("Age"), age_in_words(say(design.age), translate)),
            _fact(translate("Target recruitment"), str(design.target)),
        ),
        lists=(
            Listing(translate("Inclusion criteria"), _texts(criteria, "inclusion", say)),
            Listing(translate("Exclusion criteria"), _texts(criteria, "exclusion", say)),
        ),
    )


def _texts(criteria: tuple[Criterion, ...], kind: str, say: Say) -> tuple[str, ...]:
    return tuple(say(one.text) for one in criteria if one.kind == kind)


def _design(study: Study, say: Say, translate: Say) -> tuple[Fact, ...]:
    design = study.design
    return (
        _fact(translate("Study type"), say(design.type)),
        _fact(translate("Study design"), say(design.model)),
        _fact(translate("Allocation"), say(design.allocation)),
        _fact(translate("Masking"), say(design.masking)),
        _fact(translate("Purpose"), say(design.purpose)),
        _fact(translate("Planned start"), date_in_words(design.start, translate)),
        _fact(translate("Planned completion"), date_in_words(design.completion, translate)),
    )


def _arms(study: Study, say: Say, translate: Say) -> Table:
    rows = tuple(
        (
            say(arm.label),
            say(arm.type),
            ", ".join(say(study.interventions[name].label) for name in arm.interventions),
            say(arm.text),
        )
        for arm in study.arms.values()
    )
    return Table(tuple(map(translate, ("Group", "Type", "Intervention", "Description"))), rows)


def _interventions(study: Study, say: Say, translate: Say) -> Table:
    head = ("Intervention", "Type", "Role", "Route", "Product", "Storage")
    rows = []
    for one in study.interventions.values():
        product = study.products.get(one.product)
        storage = say(product.storage) if product else ""
        rows.append(
            (say(one.label), say(one.type), say(one.role), say(one.route), _product(product, say), storage)
        )
    return Table(tuple(map(translate, head)), tuple(rows))


def _product(product: Product | None, say: Say) -> str:
    """Its label, and what it consists of: "Pen 80 mg (Calmol, injection)"."""
    if product is None:
        return ""
    parts = ", ".join(say(part) for part in (product.ingredient, product.dosage_form) if part)
    return f"{say(product.label)} ({parts})" if parts else say(product.label)


def _outcomes(study: Study, say: Say, translate: Say) -> tuple[Section, ...]:
    head = tuple(map(translate, ("Name", "Time", "Method")))
    titles = {
        "primary": translate("Primary outcome measures"),
        "secondary": translate("Secondary outcome measures"),
        "other": translate("Other outcome measures"),
    }
    found: dict[str, list[tuple[str, ...]]] = {title: [] for title in titles.values()}
    for endpoint in study.endpoints.values():
        title = titles.get(endpoint.level, titles["other"])
        time = _time(study, endpoint, say) or translate("During the study")
        found[title].append((say(endpoint.label), time, say(endpoint.text)))
    return tuple(Section(title, table=Table(head, tuple(rows))) for title, rows in found.items())


def _time(study: Study, endpoint: Endpoint, say: Say) -> str:
    if endpoint.time_frame:
        return say(endpoint.time_frame)
    visits = (endpoint.visit,) if endpoint.visit else endpoint.visits
    return ", ".join(say(study.visits[visit].label) for visit in visits)


def _sites(study: Study, say: Say, translate: Say, language: str) -> Section:
    rows = tuple((say(site.label), country_name(site.country, language)) for site in study.sites.values())
    return Section(translate("Sites"), table=Table((translate("Site"), translate("Country")), rows))


def _discrepancies(study: Study, say: Say, translate: Say) -> Section:
    rows = tuple((say(one.found), say(one.decided)) for one in study.registry.discrepancies)
    table = Table((translate("Found"), translate("Decided")), rows)
    return Section(translate("What differs between sources"), table=table)
