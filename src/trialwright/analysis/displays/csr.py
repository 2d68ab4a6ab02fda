"""The clinical study report in the order of ICH E3, of the results dataset and the plan.

Source: ICH E3, Structure and content of clinical study reports, 1995. What only the sponsor can write is marked so.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import TypeVar

from trialwright.analysis.ard import stamps_of
from trialwright.analysis.displays import plan
from trialwright.analysis.displays.cover import cover
from trialwright.analysis.displays.endpoints import endpoint_forest, endpoint_table
from trialwright.analysis.displays.estimates import (
    Parts,
    estimate_cells,
    estimates_of,
    headlines_of,
    interval_notes,
    planned,
    proportion_head,
    refused_text,
)
from trialwright.analysis.displays.listings import EXCLUDED, LEFT, flow_listing, outcome_listing
from trialwright.analysis.displays.makers import Maker, analysis_listings, analysis_makers
from trialwright.analysis.displays.model import (
    Block,
    Cell,
    Contents,
    Display,
    Document,
    Facts,
    Items,
    Paragraph,
    Section,
    Table,
    ToWrite,
    caption,
)
from trialwright.analysis.displays.narratives import narrative_blocks
from trialwright.analysis.displays.people import decision_table, flow_figure, flow_table, population_table
from trialwright.analysis.displays.reconcile import responder_notes
from trialwright.analysis.displays.reproduce import reproduction
from trialwright.analysis.displays.told import Told, no_control, source_note
from trialwright.analysis.displays.topics import EXCLUDED_LISTED, NARRATED, PLACES, topic_of
from trialwright.analysis.displays.typography import words_of
from trialwright.analysis.displays.words import SECTION_WORDS, SPONSOR_WORDS
from trialwright.analysis.messages import LEVEL_WORDS
from trialwright.analysis.render import render_time
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.wording import estimate_label, problem_text
from trialwright.study.model import Analysis, Topic

NO_DAY = date(2000, 1, 1)


def make_document(told: Told) -> Document:
    """The whole report. The same dataset gives the same document."""
    study, dataset = told.study, told.dataset
    displays = displays_of(told)
    source = told.text(
        "Data cut {cut} · definition {version} · Trialwright {software}",
        cut=render_time(dataset.cut),
        version=dataset.version,
        software=dataset.software,
    )
    return Document(
        told.text("Clinical study report"),
        f"{study.id} · {told.name(study.title)}",
        told.language,
        cover(told),
        tuple(told.text(one) for one in stamps_of(dataset)),
        source,
        day_of(dataset.cut),
        words_of(told),
        tuple(
            Section(number, told.text(title), blocks_of(told, number, displays))
            for number, title in SECTION_WORDS.items()
        ),
    )


def day_of(cut: str) -> date:
    """The day of a data cut; without any event still one, for files have a date, and the same data give the same."""
    return date.fromisoformat(cut[:10]) if cut[:1].isdigit() else NO_DAY


def blocks_of(told: Told, number: str, displays: "dict[str, tuple[Display, ...]]") -> tuple[Block, ...]:
    """What stands in a section; one about which nothing is known says so."""
    told_here = list(known_blocks(told, number, displays))
    has_parts = any(other.startswith(f"{number}.") for other in SECTION_WORDS)
    is_of_results = number not in SPONSOR_WORDS or number in {one.referred for one in PLACES.values()}
    if not told_here and not has_parts and is_of_results:
        told_here.append(Paragraph(told.text("The study definition names no analysis for this section.")))
    if number in SPONSOR_WORDS:
        told_here.append(ToWrite(told.text(SPONSOR_WORDS[number])))
    return tuple(told_here)


def known_blocks(told: Told, number: str, displays: "dict[str, tuple[Display, ...]]") -> Iterable[Block]:
    made = {
        "2": synopsis,
        "3": lambda _told: (Contents(),),
        "6": lambda told: (Facts(administration(told)),),
        "7": plan.introduction,
        "8": plan.objectives,
        "9.1": plan.overall_design,
        "9.3.1": lambda told: plan.criteria(told, "inclusion"),
        "9.3.2": lambda told: plan.criteria(told, "exclusion"),
        "9.4": plan.treatments,
        "9.5": plan.variables,
        "9.6": plan.quality,
        "9.7": plan.methods,
        "9.8": plan.changes,
        NARRATED: narratives_named,
        "16.1.9": reproduction,
    }
    if number in made:
        return made[number](told)
    if number == "11.1":
        return (*refer(told, displays[PLACES["disposition"].referred]), *problems(told))
    if number in {one.referred for one in PLACES.values()}:
        return (*refer(told, displays[number]), *narratives_at(told, number))
    return displays.get(number, ())


def administration(told: Told) -> tuple[tuple[str, str], ...]:
    sites = ((f"{told.text('Site')} {one.id}", told.name(one.label)) for one in told.study.sites.values())
    return ((told.text("Sponsor"), told.name(told.study.registry.sponsor)), *sites)


def refer(told: Told, displays: Iterable[Display]) -> Iterator[Block]:
    words = words_of(told)
    named = [caption(words, one) for one in displays]
    if named:
        yield Paragraph(told.text("Results: {displays}.", displays=join_texts(told, named)))


def narratives_at(told: Told, number: str) -> Iterator[Block]:
    """The narratives of the analyses whose topic stands in a section."""
    for analysis in told.analyses():
        if analysis.method == "narratives" and PLACES[topic_of(told, analysis)].referred == number:
            yield from narrative_blocks(told, analysis)


def narratives_named(told: Told) -> tuple[Block, ...]:
    """Where the narratives are, which stand in the text."""
    found = (topic_of(told, one) for one in told.analyses() if one.method == "narratives")
    sections = dict.fromkeys(PLACES[topic].referred for topic in found)
    said = told.text(
        "The narratives stand in the text, in section {sections}.", sections=join_names(told, sections)
    )
    return (Paragraph(said),) if sections else ()


def problems(told: Told) -> tuple[Block, ...]:
    """What the analyses object to, such as values that no window takes; the line of the definition stands on the pages."""
    lines = tuple(problem_text(told, one) for one in told.dataset.problems)
    return (Paragraph(f"{told.text('To look at')}:"), Items(lines)) if lines else ()


# ---------------------------------------------------------------- synopsis


def synopsis(told: Told) -> tuple[Block, ...]:
    """The study in a page: what it is, and the headline of each endpoint."""
    design = told.study.design
    pairs = (
        (told.text("Objective"), join_texts(told, (told.name(one.text) for one in told.study.objectives))),
        (
            told.text("Design"),
            join_texts(told, map(told.name, (design.type, design.model, design.masking))),
        ),
        (told.text("Treatment"), join_texts(told, (told.name(one.text) for one in told.study.arms.values()))),
    )
    return (Facts(pairs), headline_table(told))


def headline_table(told: Told) -> Table:
    headlines = {endpoint: first for endpoint, (first, *_) in planned(told).items()}
    keys = [key for one in headlines.values() for key in headlines_of(told, one)]
    whole = estimates_of(told, headlines.values())
    found = {key: whole[key] for key in keys}
    rows = tuple(
        synopsis_row(told, found, endpoint, headline, key)
        for endpoint, headline in headlines.items()
        for key in headlines_of(told, headline) or ("",)
    )
    head = (told.text("Level"), told.text("Estimate"), *proportion_head(told, found))
    notes = (
        *interval_notes(told, found),
        *(note for one in headlines.values() for note in responder_notes(told, one)),
        *no_control(told),
        source_note(told, ", ".join(one.id for one in headlines.values())),
    )
    return Table("2.1", told.text("Headline results"), head, rows, notes)


def synopsis_row(told: Told, found: Parts, endpoint: str, headline: Analysis, key: str) -> tuple[Cell, ...]:
    """key: of the estimate; "" where the headline could not be analysed, for no other may stand in its place."""
    level = told.study.endpoints[endpoint].level
    said = told.text(LEVEL_WORDS.get(level, level))
    label = estimate_label(told, found[key]["n"]) if key else refused_text(told, headline)
    return (said, label, *estimate_cells(told, found, key))


# ---------------------------------------------------------------- section 14 and 16.2


Of = TypeVar("Of")


def numbered(section: str, makers: Iterable[tuple[Of, Maker]]) -> tuple[tuple[Of, Display], ...]:
    """Displays of a section, of 14.2 "14.2.1", "14.2.2"; what has nothing to show takes no number."""
    made: list[tuple[Of, Display]] = []
    for of, make in makers:
        one = make(f"{section}.{len(made) + 1}")
        if one is not None:
            made.append((of, one))
    return tuple(made)


def displays_of(told: Told) -> dict[str, tuple[Display, ...]]:
    """Section -> its tables, figures and listings, or those that it refers to."""
    people: list[tuple[Topic, Maker]] = [
        ("disposition", partial(one, told))
        for one in (flow_figure, flow_table, population_table, decision_table)
    ]
    makers = [*people, *result_makers(told)]
    found: dict[str, tuple[Display, ...]] = {}
    for section in dict.fromkeys(one.shown for one in PLACES.values()):
        topics = [topic for topic, place in PLACES.items() if place.shown == section]
        made = numbered(section, [pair for wanted in topics for pair in makers if pair[0] == wanted])
        found[section] = tuple(display for _, display in made)
        for referred in dict.fromkeys(PLACES[wanted].referred for wanted in topics):
            found[referred] = tuple(display for topic, display in made if PLACES[topic].referred == referred)
    listings = tuple(listing_makers(told))
    for section in sorted({section for section, _ in listings}):
        listed = numbered(section, [pair for pair in listings if pair[0] == section])
        found[section] = tuple(display for _, display in listed)
    for place in PLACES.values():
        if place.listed.startswith("14."):  # what stands in the appendix is not referred to
            found[place.referred] += found.get(place.listed, ())
    return found


def result_makers(told: Told) -> Iterator[tuple[Topic, Maker]]:
    """Of the endpoints first, in the order of the definition; then of the other analyses."""
    for name, analyses in planned(told).items():
        endpoint, topic = told.study.endpoints[name], topic_of(told, analyses[0])
        yield topic, partial(endpoint_table, told, endpoint=endpoint, analyses=analyses)
        yield topic, partial(endpoint_forest, told, endpoint=endpoint, analyses=analyses)
    for analysis in told.analyses():
        topic = topic_of(told, analysis)
        yield from ((topic, make) for make in analysis_makers(told, analysis))


def listing_makers(told: Told) -> Iterator[tuple[str, Maker]]:
    """Listings of single patients, each with the section that it stands in (ICH E3, 14.3.2 and 16.2)."""
    stopped, outside = (
        told.text("Participants who stopped treatment or left the study early"),
        told.text("Participants outside an analysis of efficacy"),
    )
    yield PLACES["disposition"].listed, partial(flow_listing, told, title=stopped, wanted=LEFT)
    yield EXCLUDED_LISTED, partial(flow_listing, told, title=outside, wanted=EXCLUDED)
    for name, (headline, *_) in planned(told).items():
        if told.study.endpoints[name].is_primary and headlines_of(told, headline):
            make = partial(outcome_listing, told, analysis=headline)
            yield PLACES[topic_of(told, headline)].listed, make
    for analysis in told.analyses():
        section = PLACES[topic_of(told, analysis)].listed
        yield from ((section, make) for make in analysis_listings(told, analysis))
