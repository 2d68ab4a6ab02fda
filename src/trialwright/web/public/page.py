"""The public page of a study: every section of a registry page, and where the study stands today."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from trialwright.study.model import Criterion, Endpoint, Study
from trialwright.web.forms.state import forms_at
from trialwright.web.show import show_iso


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a section; what is empty is not shown."""

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    items: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class RegistryPage:
    title: str
    lead: str
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A study in one language."""

    study: Study
    language: str

    def say(self, text: str) -> str:
        return self.study.say(text, self.language)

    def table(self, title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Block:
        cells = tuple(tuple(Cell(head, text) for head, text in zip(heads, row, strict=True)) for row in rows)
        return Block(title, heads=heads, rows=cells)


def registry_page(study: Study, statuses: Iterable[str], language: str) -> RegistryPage:
    """statuses: of everybody screened so far; no other fact about a participant reaches this page."""
    words = Words(study, language)
    return RegistryPage(
        title=words.say(study.title),
        lead=words.say(study.notice),
        tiles=_tiles(study, Counter(statuses)),
        sections=(
            Section(gettext("Overview"), (Block(facts=_overview(words)),)),
            Section(gettext("Brief summary"), (Block(paragraphs=(words.say(study.registry.summary),)),)),
            Section(
                gettext("Detailed description"), (Block(paragraphs=(words.say(study.registry.description),)),)
            ),
            Section(gettext("Recruitment and eligibility"), _eligibility(words)),
            Section(gettext("Study and design"), (Block(facts=_design(words)), _arms(words))),
            Section(gettext("Outcome measures"), _outcomes(words)),
            Section(gettext("Schedule"), (_schedule(words),)),
            Section(gettext("Sites"), (_sites(words),)),
            Section(gettext("What the record leaves open"), (_discrepancies(words),)),
        ),
    )


def _tiles(study: Study, states: Counter[str]) -> tuple[Tile, ...]:
    before = states["screening"] + states["screen_failed"] + states["eligible"]
    return (
        Tile(study.design.target, gettext("planned")),
        Tile(states.total(), gettext("screened")),
        Tile(states.total() - before, gettext("enrolled")),
        Tile(states["on_treatment"], gettext("on treatment")),
        Tile(states["follow_up"], gettext("in follow-up")),
        Tile(states["ended"], gettext("ended")),
    )


def _overview(words: Words) -> tuple[Fact, ...]:
    study, registry = words.study, words.study.registry
    numbers = ", ".join(f"{number} ({words.say(where)})" for number, where in registry.identifiers)
    interventions = ", ".join(words.say(each.label) for each in study.interventions.values())
    return (
        Fact(gettext("Registration number"), numbers),
        Fact(gettext("Short title"), study.acronym),
        Fact(gettext("Phase"), words.say(registry.phase)),
        Fact(gettext("Registered status"), words.say(registry.status)),
        Fact(gettext("Conditions"), ", ".join(map(words.say, registry.condition))),
        Fact(gettext("Interventions"), interventions),
        Fact(gettext("Lead sponsor"), words.say(registry.sponsor)),
    )


def _eligibility(words: Words) -> tuple[Block, ...]:
    design = words.study.design
    facts = (
        Fact(gettext("Status"), words.say(words.study.registry.status)),
        Fact(gettext("Sex"), words.say(design.sex)),
        Fact(gettext("Age"), words.say(design.age)),
        Fact(gettext("Target recruitment"), str(design.target)),
    )
    criteria = words.study.criteria.values()
    return (
        Block(facts=facts),
        Block(gettext("Inclusion criteria"), items=_texts(words, criteria, "inclusion")),
        Block(gettext("Exclusion criteria"), items=_texts(words, criteria, "exclusion")),
    )


def _texts(words: Words, criteria: Iterable[Criterion], kind: str) -> tuple[str, ...]:
    return tuple(words.say(each.text) for each in criteria if each.kind == kind)


def _design(words: Words) -> tuple[Fact, ...]:
    design = words.study.design
    return (
        Fact(gettext("Study type"), words.say(design.type)),
        Fact(gettext("Study design"), words.say(design.model)),
        Fact(gettext("Allocation"), words.say(design.allocation)),
        Fact(gettext("Masking"), words.say(design.masking)),
        Fact(gettext("Purpose"), words.say(design.purpose)),
        Fact(gettext("Start"), show_iso(design.start)),
        Fact(gettext("Completion"), show_iso(design.completion)),
    )


def _arms(words: Words) -> Block:
    study = words.study
    rows = (
        (
            words.say(arm.label),
            words.say(arm.type),
            ", ".join(words.say(study.interventions[each].label) for each in arm.interventions),
            words.say(arm.text),
        )
        for arm in study.arms.values()
    )
    heads = (gettext("Group"), gettext("Type"), gettext("Intervention"), gettext("Description"))
    return words.table(gettext("Arms and interventions"), heads, rows)


def _outcomes(words: Words) -> tuple[Block, ...]:
    """Levels in the order in which the definition brings them."""
    levels = dict.fromkeys(endpoint.level for endpoint in words.study.endpoints.values())
    heads = (gettext("Name"), gettext("Time"), gettext("Method"))
    titles = {
        "primary": gettext("Primary outcomes"),
        "secondary": gettext("Secondary outcomes"),
        "other": gettext("Other outcomes"),
    }
    return tuple(
        words.table(
            titles.get(level, words.say(level)),
            heads,
            (
                (words.say(each.label), _time(words, each), words.say(each.text))
                for each in words.study.endpoints.values()
                if each.level == level
            ),
        )
        for level in levels
    )


def _time(words: Words, endpoint: Endpoint) -> str:
    visits = (endpoint.visit,) if endpoint.visit else endpoint.visits
    return ", ".join(words.say(words.study.visits[visit].label) for visit in visits if visit)


def _schedule(words: Words) -> Block:
    study = words.study
    rows = (
        (
            words.say(visit.label),
            _days(visit.day, visit.day_first, visit.day_last),
            ", ".join(words.say(form.label) for form in forms_at(study, visit.id)),
        )
        for visit in study.visits.values()
    )
    return words.table("", (gettext("Visit"), gettext("Study day"), gettext("What is done")), rows)


def _days(day: int | None, first: int | None, last: int | None) -> str:
    if day is not None:
        return str(day)
    return (
        gettext("{first} to {last}").format(first=first, last=last)
        if first is not None
        else gettext("any day")
    )


def _sites(words: Words) -> Block:
    rows = ((site.id, words.say(site.label), site.country) for site in words.study.sites.values())
    return words.table("", (gettext("Site"), gettext("Name"), gettext("Country")), rows)


def _discrepancies(words: Words) -> Block:
    rows = ((words.say(each.found), words.say(each.decided)) for each in words.study.registry.discrepancies)
    return words.table("", (gettext("Found"), gettext("Decided here")), rows)
