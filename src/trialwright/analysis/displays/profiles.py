"""Profiles of participants: for each one a page with scores, doses, events, medications and values out of range."""

from collections.abc import Iterator

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.model import Figure
from trialwright.analysis.displays.profile_picture import Line, Part, Span, Strip, render_profile
from trialwright.analysis.displays.told import Told, population_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.messages import PROFILE_WORDS
from trialwright.analysis.plan_marks import DOSES, OUT_OF_RANGE, SPANS
from trialwright.analysis.plan_rows import parameters_of
from trialwright.analysis.profiles import END, ONGOING, START
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import dataset_parameter_label
from trialwright.study.model import Analysis

LETTERS = {"high": "H", "low": "L"}

Rows = tuple[Statistic, ...]


def people_of(told: Told, analysis: Analysis) -> tuple[str, ...]:
    """Of whom something is known, in the order of their codes."""
    known = dict.fromkeys(one.participants[0] for one in told.dataset.of(analysis.id))
    return tuple(sorted(known, key=told.code))


def profile_figure(told: Told, identity: str, analysis: Analysis, who: str) -> Figure:
    rows = tuple(one for one in told.dataset.of(analysis.id) if one.participants == (who,))
    lines = tuple(lines_of(told, analysis, rows))
    parts = tuple(part for part in parts_of(told, analysis, rows) if part.strips)
    title = f"{told.name(analysis.label)}: {told.code(who)}"
    alt = join_texts(
        told, (*(line_text(told, one) for one in lines), *(part_text(told, part) for part in parts))
    )
    drawing = render_profile(Titled(f"figure-{identity}", title, alt), lines, parts, told.text("Study day"))
    notes = (
        *population_note(told, analysis),
        told.text(
            "An arrow says that it began earlier, or is recorded as ongoing; a question mark says that its end is not known. H, L: above and below the limits of normal. What has no study day is not drawn; it stands in the listings."
        ),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )
    return Figure(identity, title, drawing, alt, tuple(one.id for one in rows), notes)


def kind_of(one: Statistic) -> str:
    """The kind of a point: "events" of "events#2.start".

    >>> from trialwright.analysis.ard import Statistic
    >>> kind_of(Statistic("", "", "value", 1, parameter="laboratory=ALT.high#1"))
    'laboratory'
    """
    return one.parameter.partition("#")[0].partition("=")[0]


def lines_of(told: Told, analysis: Analysis, rows: Rows) -> Iterator[Line]:
    for name in parameters_of(told.study, analysis):
        own = tuple(one for one in rows if one.parameter.startswith(f"score={name}#"))
        if own:
            points = tuple((one.day or 0, float(one.value or 0)) for one in own)
            yield Line(dataset_parameter_label(told, analysis, name), points)


def parts_of(told: Told, analysis: Analysis, rows: Rows) -> Iterator[Part]:
    doses = tuple((one.day or 0, "") for one in rows if kind_of(one) == DOSES)
    if doses:
        yield Part(told.text(PROFILE_WORDS[DOSES]), (Strip("", signs=doses),))
    for at, kind in enumerate(SPANS):
        own = tuple(one for one in rows if kind_of(one) == kind)
        yield Part(told.text(PROFILE_WORDS[kind]), tuple(strips_of(own)), at)
    outside = tuple(one for one in rows if kind_of(one) == OUT_OF_RANGE)
    yield Part(told.text(PROFILE_WORDS[OUT_OF_RANGE]), tuple(range_strips(told, analysis, outside)))


def strips_of(rows: Rows) -> Iterator[Strip]:
    """One for each record, in the order of their first days."""
    told = {one.parameter: one.day for one in rows}
    for one in rows:
        name, _, which = one.parameter.rpartition(".")
        if which == START:
            is_ongoing = f"{name}.{ONGOING}" in told
            yield Strip(one.label, (Span(one.day or 0, told.get(f"{name}.{END}"), is_ongoing=is_ongoing),))


def range_strips(told: Told, analysis: Analysis, rows: Rows) -> Iterator[Strip]:
    """One for each parameter that was out of range."""
    parameters = told.study.datasets[
        analysis.options.get(OUT_OF_RANGE, "") or analysis.dataset or ""
    ].parameters
    for name, parameter in parameters.items():
        signs = tuple(
            (one.day or 0, LETTERS[side])
            for one in rows
            for side in LETTERS
            if one.parameter.startswith(f"{OUT_OF_RANGE}={name}.{side}#")
        )
        if signs:
            yield Strip(told.name(parameter.label), signs=tuple(sorted(signs)))


def line_text(told: Told, one: Line) -> str:
    return f"{one.name}: {join_names(told, (f'{value:g} ({day})' for day, value in one.points))}"


def part_text(told: Told, part: Part) -> str:
    """ "Adverse events: Rash 12 – 20, Cough 30 –, Fever 40 – ?", each with its study days."""
    said = (
        " ".join(
            (
                *((strip.name,) if strip.name else ()),
                *map(span_text, strip.spans),
                *(f"{letter} {day}".strip() for day, letter in strip.signs),
            )
        )
        for strip in part.strips
    )
    return f"{part.name}: {join_names(told, said)}"


def span_text(span: Span) -> str:
    """ "12 – 20"; "30 –" of what is recorded as ongoing, and "40 – ?" where the end is not known."""
    if span.last is not None:
        return f"{span.first} – {span.last}"
    return f"{span.first} –" if span.is_ongoing else f"{span.first} – ?"
