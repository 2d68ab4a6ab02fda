"""Displays of proportions: for each endpoint a table and a forest of its estimates, for each course a figure and tables."""

from collections.abc import Mapping, Sequence

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.coincide import coinciding_notes
from trialwright.analysis.displays.estimates import (
    Parts,
    estimate_cells,
    estimates_of,
    headlines_of,
    interval_notes,
    interval_of,
    interval_text,
    labels_of,
    proportion_cells,
    proportion_head,
    refused_text,
)
from trialwright.analysis.displays.forest import ForestRow, render_forest
from trialwright.analysis.displays.model import Cell, Figure, Number, Table
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.reconcile import responder_notes
from trialwright.analysis.displays.told import (
    Told,
    empty_row,
    estimand_of,
    no_control,
    parts_of,
    population_note,
    source_note,
)
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.displays.typography import words_of
from trialwright.analysis.figures import Series, Spot, Words, render_proportions
from trialwright.analysis.messages import HANDLING_WORDS, IMPUTED_WORDS, STRATEGY_WORDS
from trialwright.analysis.page import has_no_control
from trialwright.analysis.render import render_level, render_percent
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import came_words, parameter_label, sentence_of, with_arm
from trialwright.study.handlings import HANDLINGS
from trialwright.study.model import Analysis, Endpoint


def endpoint_table(told: Told, number: str, endpoint: Endpoint, analyses: Sequence[Analysis]) -> Table:
    """One line an estimate: the headline, the other ways to count the missing, variants, sets and subgroups.

    What was planned and could not be analysed has a line that says so.
    """
    found = estimates_of(told, analyses)
    labels, is_tested = labels_of(told, found), any("p_value" in parts for parts in found.values())
    rows: list[tuple[Cell, ...]] = []
    for one in analyses:
        own = estimates_of(told, (one,))
        rows += [endpoint_row(told, found, labels[key], key, is_tested=is_tested) for key in own]
        if not own:
            rows.append(endpoint_row(told, found, refused_text(told, one), "", is_tested=is_tested))
    head: tuple[str, ...] = (
        told.text("Estimate"),
        *proportion_head(told, found),
        *p_head(told, is_tested=is_tested),
    )
    notes = endpoint_notes(told, endpoint, analyses)
    return Table(number, told.name(endpoint.label), head, tuple(rows), notes)


def p_head(told: Told, *, is_tested: bool) -> tuple[str, ...]:
    return (told.text("One-sided p"),) if is_tested else ()


def endpoint_row(told: Told, found: Parts, label: str, key: str, *, is_tested: bool) -> tuple[Cell, ...]:
    row = (label, *estimate_cells(told, found, key))
    if not is_tested:
        return row
    return (*row, Number("p", (f"{key}:p_value",)) if "p_value" in found.get(key, ()) else "")


def endpoint_notes(told: Told, endpoint: Endpoint, analyses: Sequence[Analysis]) -> tuple[str, ...]:
    """What was planned, and how the headline came about."""
    ran = tuple(one for one in analyses if told.dataset.of(one.id))
    return (
        told.text("Variable: {variable}.", variable=sentence_of(told, endpoint)),
        *dict.fromkeys(note for one in ran for note in population_note(told, one)),
        *strategy_notes(told, ran),
        *interval_notes(told, estimates_of(told, ran)),
        *test_notes(told, ran),
        *came_notes(told, analyses[0]),
        *responder_notes(told, analyses[0]),
        *efficacy_note(told, analyses[0]),
        source_note(told, ", ".join(one.id for one in analyses)),
    )


def strategy_notes(told: Told, analyses: Sequence[Analysis]) -> tuple[str, ...]:
    """The estimands of these analyses; where there are several, each with the analyses that it is of."""
    found: dict[str, list[str]] = {}
    for one in analyses:
        for note in estimand_notes(told, one):
            found.setdefault(note, []).append(told.name(one.label or one.id))
    if len(found) < 2:
        return tuple(found)
    return tuple(
        told.text("{what}: {said}", what=join_texts(told, labels), said=note)
        for note, labels in found.items()
    )


def estimand_notes(told: Told, analysis: Analysis) -> tuple[str, ...]:
    estimand = estimand_of(told, analysis)
    if estimand is None:
        return ()
    events = join_texts(
        told,
        (
            f"{told.name(told.study.intercurrent_events[event].label)}: {told.text(STRATEGY_WORDS[strategy])}"
            for event, strategy in estimand.intercurrent.items()
        ),
    )
    # A course counts the missing as its estimand says; a proportion may have its own ways, the first for the headline.
    own = analysis.missing_as if analysis.method == "one_proportion" else ()
    said = IMPUTED_WORDS.get(analysis.method, HANDLING_WORDS[HANDLINGS[(*own, estimand.missing)[0]]])
    missing = told.text(said)
    return (told.text("Intercurrent events: {events}. {missing}.", events=events or "–", missing=missing),)


def test_notes(told: Told, analyses: Sequence[Analysis]) -> tuple[str, ...]:
    return tuple(
        told.text(
            "{analysis}: one-sided exact test against {reference} (uncontrolled; an illustration)."
            if has_no_control(told.study)
            else "{analysis}: one-sided exact test against {reference}.",
            analysis=told.name(one.label),
            reference=render_level(float(one.options["against"])),
        )
        for one in analyses
        if any(row.statistic == "p_value" for row in told.dataset.of(one.id))
    )


def came_notes(told: Told, headline: Analysis) -> tuple[str, ...]:
    """How the outcomes of the headline came about, arm by arm."""
    return tuple(
        told.text("{what}: {said}", what=told.name(arm.label), said=line) if arm else line
        for key in headlines_of(told, headline)
        for arm in (told.study.arms.get(told.dataset.by_id[f"{key}:n"].group),)
        for line in came_words(told, headline.id, told.counted((key,)))
    )


def endpoint_forest(
    told: Told, number: str, endpoint: Endpoint, analyses: Sequence[Analysis]
) -> Figure | None:
    """The estimates of an endpoint beside each other, with their limits; none where there is but one.

    First the headline with its variants, then sensitivity analyses, then parts of the population. A row whose interval
    is by another method or level than the first row's says so.
    """
    parts_of_plan = forest_parts(told, analyses)
    found = {
        key: parts
        for key, parts in estimates_of(told, [one for _, of in parts_of_plan for one in of]).items()
        if all(parts[one].value is not None for one in ("proportion", "low", "high"))
    }
    if len(found) < 2:
        return None
    labels, headlines = labels_of(told, found), headlines_of(told, analyses[0])
    of_analysis = {one.id: heading for heading, of in parts_of_plan for one in of}
    first = interval_of(next(iter(found.values())))
    rows = tuple(
        forest_row(
            told,
            (key, found[key]),
            labels[key] if interval_of(found[key]) == first else with_interval(told, labels[key], found[key]),
            of_analysis[found[key]["n"].analysis],
            is_main=key in headlines,
        )
        for key in found
    )
    title = told.text("{endpoint}: all estimates", endpoint=told.name(endpoint.label))
    alt = join_texts(told, (f"{row.label}: {row.text}" for row in rows))
    main = [row.value for row in rows if row.is_main]
    drawing = render_forest(Titled(f"figure-{number}", title, alt), rows, main[0] if len(main) == 1 else None)
    shown = ("responders", "n", "proportion", "low", "high")
    ids = tuple(f"{key}:{one}" for key, parts in found.items() for one in shown if one in parts)
    notes = (
        *interval_notes(told, found),
        *coinciding_notes(told, analyses[0], found, labels),
        *efficacy_note(told, analyses[0]),
        source_note(told, ", ".join(one.id for one in analyses)),
    )
    return Figure(number, title, drawing, alt, ids, notes)


def forest_parts(told: Told, analyses: Sequence[Analysis]) -> tuple[tuple[str, list[Analysis]], ...]:
    """Heading -> the analyses that stand under it; the headline's own has none."""
    own: list[Analysis] = []
    sensitivity: list[Analysis] = []
    parts: list[Analysis] = []
    for one in analyses:
        estimand = estimand_of(told, one)
        is_part = one.population is not None and (estimand is None or one.population != estimand.population)
        (sensitivity if one.sensitivity_of else parts if is_part else own).append(one)
    return (
        ("", own),
        (told.text("Sensitivity analyses"), sensitivity),
        (told.text("Parts of the population"), parts),
    )


def with_interval(told: Told, label: str, parts: Mapping[str, Statistic]) -> str:
    return f"{label} ({interval_text(told, *interval_of(parts))})"


def forest_row(
    told: Told, of: tuple[str, Mapping[str, Statistic]], label: str, heading: str, *, is_main: bool
) -> ForestRow:
    """of: an estimate and its parts."""
    (key, parts), words = of, words_of(told)
    cells = proportion_cells(key, is_counted="responders" in parts, waits="undecided" in parts)
    count, percent = (show(cell, told.dataset, words) for cell in cells[:2])
    middle, low, high = (float(parts[one].value or 0) for one in ("proportion", "low", "high"))
    return ForestRow(label, f"{count}  {percent}", middle, low, high, is_main, heading)


# ---------------------------------------------------------------- by visit


def course_figure(told: Told, number: str, analysis: Analysis, group: str) -> Figure | None:
    found = {
        key: parts
        for key, parts in parts_of(told.dataset.of(analysis.id)).items()
        if parts["n"].group == group
        and parts["proportion"].value is not None
        # A visit that the plan gives no day has no place on the axis; its numbers stand in the table.
        and told.study.visits[parts["n"].visit].day is not None
    }
    series: dict[str, list[Spot]] = {}
    for parts in found.values():
        day = told.study.visits[parts["n"].visit].day or 0
        values = (float(parts[one].value or 0) for one in ("proportion", "low", "high"))
        series.setdefault(parts["n"].parameter, []).append(Spot(day, *values))
    if not series:
        return None
    drawn = tuple(Series(parameter_label(told, name), tuple(spots)) for name, spots in series.items())
    alt = join_texts(
        told,
        (
            f"{one.name}: {join_names(told, (render_percent(spot.value, 0) for spot in one.spots))}"
            for one in drawn
        ),
    )
    title = with_arm(told, told.name(analysis.label), group)
    visits = dict.fromkeys(parts["n"].visit for parts in found.values())
    days = tuple((told.study.visits[one].day or 0, one) for one in visits)
    words = Words(Titled(f"figure-{number}", title, alt), told.text("Visit"), told.text("Proportion"))
    ids = tuple(f"{key}:{one}" for key in found for one in ("proportion", "low", "high"))
    return Figure(
        number, title, render_proportions(words, drawn, days), alt, ids, course_notes(told, analysis)
    )


def course_notes(told: Told, analysis: Analysis) -> tuple[str, ...]:
    return (
        *population_note(told, analysis),
        *estimand_notes(told, analysis),
        *interval_notes(told, parts_of(told.dataset.of(analysis.id))),
        *test_notes(told, (analysis,)),
        *no_control(told),
        source_note(told, analysis.id),
    )


def course_table(told: Told, number: str, analysis: Analysis, parameter: str) -> Table:
    """One parameter: visits down, each arm by itself."""
    found = {
        key: parts
        for key, parts in parts_of(told.dataset.of(analysis.id)).items()
        if parts["n"].parameter == parameter
    }
    is_tested = any("p_value" in parts for parts in found.values())
    rows = tuple(
        endpoint_row(told, found, label, key, is_tested=is_tested)
        for key, parts in found.items()
        for label in (with_arm(told, told.visit(parts["n"].visit), parts["n"].group),)
    )
    head: tuple[str, ...] = (
        told.text("Visit"),
        *proportion_head(told, found),
        *p_head(told, is_tested=is_tested),
    )
    title = f"{told.name(analysis.label)}: {parameter_label(told, parameter)}"
    return Table(number, title, head, rows or (empty_row(told, head),), course_notes(told, analysis))
