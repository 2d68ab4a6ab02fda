"""The public page of a study as plain data: every section of a registry page, and where the trial stands today.

The command line writes it as HTML, the web shows it; neither adds or drops a section.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from trialwright.study.model import Criterion, Endpoint, Study

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Live:
    """Counts of participants. as_of: the day of the counts, "2026-03-14"."""

    screened: int
    enrolled: int
    completed: int
    as_of: str = ""


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


def live_of(statuses: Iterable[str], as_of: str = "") -> Live:
    """Counts from the status of everybody screened; no other fact about a participant is needed.

    >>> live_of(["screening", "on_treatment", "ended"])
    Live(screened=3, enrolled=2, completed=1, as_of='')
    """
    counts = Counter(statuses)
    before = counts["screening"] + counts["screen_failed"] + counts["eligible"]
    return Live(counts.total(), counts.total() - before, counts["ended"], as_of)


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
        *_outcomes(study, say, translate),
        _sites(study, say, translate),
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


def texts_of_page(page: PageData) -> tuple[str, ...]:
    """Every text of a page, in the order of reading."""
    found = [page.title, page.acronym, page.notice]
    for fact in page.facts:
        found += [fact.label, *fact.texts]
    for section in page.sections:
        found += [section.title, *section.paragraphs]
        found += [text for fact in section.facts for text in (fact.label, *fact.texts)]
        found += [text for listing in section.lists for text in (listing.title, *listing.texts)]
        if section.table:
            found += [*section.table.head, *(text for row in section.table.rows for text in row)]
    return tuple(text for text in found if text)


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
        _fact(translate("Status"), say(registry.status)),
        _fact(translate("Conditions"), *map(say, registry.condition)),
        _fact(translate("Interventions"), *interventions),
        _fact(translate("Registration number"), *numbers),
        _fact(translate("Lead sponsor"), say(registry.sponsor)),
    )


def _today(live: Live | None, translate: Say) -> Section:
    title = translate("The trial today")
    if live is None:
        return Section(title)
    return Section(
        title,
        paragraphs=(live.as_of,) if live.as_of else (),
        facts=(
            _fact(translate("Screened"), str(live.screened)),
            _fact(translate("Enrolled"), str(live.enrolled)),
            _fact(translate("Completed"), str(live.completed)),
        ),
    )


def _eligibility(study: Study, say: Say, translate: Say) -> Section:
    design, criteria = study.design, tuple(study.criteria.values())
    return Section(
        translate("Recruitment and eligibility"),
        facts=(
            _fact(translate("Status"), say(study.registry.status)),
            _fact(translate("Sex"), say(design.sex)),
            _fact(translate("Age"), say(design.age)),
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
        _fact(translate("Planned start"), design.start),
        _fact(translate("Planned completion"), design.completion),
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
        found[title].append((say(endpoint.label), _time(study, endpoint, say), say(endpoint.text)))
    return tuple(Section(title, table=Table(head, tuple(rows))) for title, rows in found.items())


def _time(study: Study, endpoint: Endpoint, say: Say) -> str:
    if endpoint.time_frame:
        return say(endpoint.time_frame)
    visits = (endpoint.visit,) if endpoint.visit else endpoint.visits
    return ", ".join(say(study.visits[visit].label) for visit in visits)


def _sites(study: Study, say: Say, translate: Say) -> Section:
    rows = tuple((say(site.label), site.country) for site in study.sites.values())
    return Section(translate("Sites"), table=Table((translate("Site"), translate("Country")), rows))


def _discrepancies(study: Study, say: Say, translate: Say) -> Section:
    rows = tuple((say(one.found), say(one.decided)) for one in study.registry.discrepancies)
    table = Table((translate("Found"), translate("Decided")), rows)
    return Section(translate("What differs between sources"), table=table)
