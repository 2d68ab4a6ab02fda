"""Displays of a mixed model for repeated measures: the mean at each visit as figure and table, and how it was fitted."""

from collections.abc import Iterator

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.estimates import refused_text
from trialwright.analysis.displays.model import Cell, Figure, Number, Table
from trialwright.analysis.displays.told import (
    Told,
    baseline_note,
    empty_row,
    parts_of,
    population_note,
    source_note,
)
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.figures import Series, Spot, Words, render_course
from trialwright.analysis.messages import FITTED_WORDS, MODELLED_WORDS, STRUCTURE_WORDS
from trialwright.analysis.methods.rounding import rounded_text
from trialwright.analysis.render import render_level
from trialwright.analysis.speaker import join_texts
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import with_arm
from trialwright.study.model import Analysis

Found = dict[str, dict[str, Statistic]]


def means_of(told: Told, analysis: Analysis) -> Found:
    """Estimate -> its parts, of each visit and arm."""
    return {key: parts for key, parts in parts_of(told.dataset.of(analysis.id)).items() if "mean" in parts}


def mean_table(told: Told, number: str, analysis: Analysis) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            with_arm(told, told.visit(parts["mean"].visit), parts["mean"].group),
            Number("whole", (f"{key}:n",)),
            *(Number("value", (f"{key}:{name}",), 2) for name in ("mean", "se")),
            Number("value", (f"{key}:df",), 1),
            *(Number("value", (f"{key}:{name}",), 2) for name in ("low", "high")),
        )
        for key, parts in means_of(told, analysis).items()
    )
    head = (
        told.text("Visit"),
        told.text("n"),
        told.text("Adjusted mean"),
        told.text("Standard error"),
        told.text("Degrees of freedom"),
        told.text("Lower limit"),
        told.text("Upper limit"),
    )
    notes = (*model_notes(told, analysis), *fitted_notes(told, analysis), *refused_notes(told, analysis))
    title = told.name(analysis.label)
    return Table(number, title, head, rows or (empty_row(told, head),), whole_notes(told, analysis, notes))


def mean_figure(told: Told, number: str, analysis: Analysis) -> Figure | None:
    """The means with their limits, an arm a line; none where there are none."""
    found = means_of(told, analysis)
    if not found:
        return None
    spots: dict[str, list[Spot]] = {}
    for parts in found.values():
        day = told.study.visits[parts["mean"].visit].day or 0
        values = (float(parts[one].value or 0) for one in ("mean", "low", "high"))
        spots.setdefault(parts["mean"].group, []).append(Spot(day, *values))
    series = tuple(
        Series(with_arm(told, told.text("Adjusted mean"), group), tuple(own)) for group, own in spots.items()
    )
    title = told.name(analysis.label)
    alt = join_texts(
        told,
        (
            f"{with_arm(told, told.visit(parts['mean'].visit), parts['mean'].group)}: "
            f"{rounded_text(float(parts['mean'].value or 0), 1)}"
            for parts in found.values()
        ),
    )
    visits = dict.fromkeys(parts["mean"].visit for parts in found.values())
    days = tuple((told.study.visits[one].day or 0, one) for one in visits)
    words = Words(Titled(f"figure-{number}", title, alt), told.text("Visit"), modelled(told, analysis))
    ids = tuple(f"{key}:{one}" for key in found for one in ("mean", "low", "high"))
    notes = whole_notes(told, analysis, model_notes(told, analysis))
    return Figure(number, title, render_course(words, series, (), days), alt, ids, notes)


def modelled(told: Told, analysis: Analysis) -> str:
    """What is modelled: "Total score: change from baseline, %"."""
    parameter = told.study.datasets[analysis.dataset or ""].parameters[analysis.parameters[0]]
    of = told.text(MODELLED_WORDS[analysis.variables[0]])
    return told.text("{score}: {variable}", score=told.name(parameter.label), variable=of)


def model_notes(told: Told, analysis: Analysis) -> tuple[str, ...]:
    events = (
        (told.text("Values from a composite intercurrent event on are left out."),)
        if analysis.estimand
        else ()
    )
    return (
        told.text(
            "Mixed model for repeated measures (REML, Satterthwaite) of {variable}, with the visit and the baseline at each visit; means are for the mean baseline, with limits of {level}.",
            variable=modelled(told, analysis),
            level=render_level(analysis.level),
        ),
        told.text("Descriptive: nothing is imputed, and what is missing is taken to be missing at random."),
        *events,
    )


def fitted_notes(told: Told, analysis: Analysis) -> Iterator[str]:
    """Which covariance was fitted, after which, and from how many."""
    found = parts_of(told.dataset.of(analysis.id))
    whole = found.get(analysis.id, {})
    for parts in found.values():
        one = parts.get("converged")
        if one is not None:
            yield told.text(
                "Covariance of the visits, {structure}: {what}.",
                structure=told.text(STRUCTURE_WORDS[one.method]),
                what=told.text(FITTED_WORDS[one.variant]),
            )
    if "parameters" in whole:
        yield told.text(
            "{parameters} parameters of covariance, {values} values of {count} participants.",
            parameters=whole["parameters"].value,
            values=whole["values"].value,
            count=whole["subjects"].value,
        )


def refused_notes(told: Told, analysis: Analysis) -> tuple[str, ...]:
    """Why there are no means, where there are values and none can be had."""
    is_empty = not means_of(told, analysis)
    has_values = any(one.statistic == "subjects" and one.value for one in told.dataset.of(analysis.id))
    return (refused_text(told, analysis),) if is_empty and has_values else ()


def whole_notes(told: Told, analysis: Analysis, own: tuple[str, ...]) -> tuple[str, ...]:
    return (
        *population_note(told, analysis),
        *own,
        *baseline_note(told, analysis),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )
