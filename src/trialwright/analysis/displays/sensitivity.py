"""Displays of imputed proportions and of tipping points."""

from collections.abc import Iterator

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.endpoints import estimand_notes
from trialwright.analysis.displays.estimates import refused_text
from trialwright.analysis.displays.event_times import groups_in
from trialwright.analysis.displays.model import Cell, Figure, Number, Table
from trialwright.analysis.displays.tipping_figure import Assumed, Panel, render_tipping
from trialwright.analysis.displays.told import (
    Told,
    empty_row,
    parts_of,
    population_note,
    source_note,
)
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.imputing import item_of
from trialwright.analysis.render import render_level, render_percent
from trialwright.analysis.results import named
from trialwright.analysis.sensitivity import WORSE
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import item_label, with_arm
from trialwright.study.model import Analysis

Found = dict[str, dict[str, Statistic]]


# ---------------------------------------------------------------- imputed


def imputation_table(told: Told, number: str, analysis: Analysis) -> Table:
    """Who was imputed and how, and what came of it: an arm a column."""
    keys = tuple(named(analysis.id, group) for group in groups_in(told, analysis))
    found = parts_of(told.dataset.of(analysis.id))
    lines: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
        (told.text("Participants"), "whole", ("n",), 0),
        (told.text("Imputed"), "whole", ("imputed",), 0),
        (told.text("Failed by an intercurrent event, not imputed"), "whole", ("by_event",), 0),
        (told.text("Missing and not to be imputed, counted as non-response"), "whole", ("not_imputed",), 0),
        (told.text("Imputed sets"), "whole", ("m",), 0),
        (told.text("Seed of the random numbers"), "whole", ("seed",), 0),
        (told.text("Proportion"), "percent", ("proportion",), 1),
        (told.text("Interval, pooled on the logit"), "interval", ("low", "high"), 1),
        (told.text("Interval, Wilson for imputed sets"), "interval", ("wilson_low", "wilson_high"), 1),
        (told.text("Degrees of freedom (Barnard and Rubin)"), "value", ("df",), 1),
        (told.text("Fraction of missing information"), "value", ("missing_information",), 3),
    )
    rows = tuple(
        (said, *(cell_of(found.get(key, {}), key, rule, names, places) for key in keys))
        for said, rule, names, places in lines
    )
    head = (
        told.text("What"),
        *(with_arm(told, told.text("Value"), group) for group in groups_in(told, analysis)),
    )
    notes = (
        *population_note(told, analysis),
        *estimand_notes(told, analysis),
        *unknown_notes(told, analysis, found),
        *model_notes(told, analysis),
        told.text("Limits of {level}.", level=render_level(analysis.level)),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )
    return Table(number, told.name(analysis.label), head, rows, notes)


def cell_of(parts: dict[str, Statistic], key: str, rule: str, names: tuple[str, ...], places: int) -> Cell:
    """A dash where nothing was imputed, because nobody is decided yet."""
    if any(name not in parts for name in names):
        return "–"
    of = tuple(f"{key}:{name}" for name in names)
    if rule == "whole":
        return Number("whole", of)
    if rule == "interval":
        return Number("interval", of)
    return Number("percent" if rule == "percent" else "value", of, places)


def model_notes(told: Told, analysis: Analysis) -> Iterator[str]:
    """What is needed to impute the same again."""
    item, offset = item_of(told.study, analysis), analysis.options.get("offset")
    label = item_label(told, item.form, item.id)
    score = told.text("the logarithm of {score} + {offset}", score=label, offset=offset) if offset else label
    visits = join_names(told, (told.visit(one) for one in analysis.visits))
    yield told.text(
        "Imputed: {score} at {visits}, each visit by a normal regression on the baseline and the visits before it, as if missing at random; gaps before a later visit by chained equations. Whether an imputed score is a response is told by the rule of the endpoint.",
        score=score,
        visits=visits,
    )
    yield told.text(
        "To impute the same again: seed {seed}, definition {definition}, data {data}.",
        seed=analysis.options["seed"],
        definition=told.dataset.definition[:16],
        data=told.dataset.heads[:16],
    )


# ---------------------------------------------------------------- tipping point


def bounds_of(told: Told, analysis: Analysis, group: str) -> Found:
    return steps_of(told, analysis, group, "k_")


def deltas_of(told: Told, analysis: Analysis, group: str) -> Found:
    return steps_of(told, analysis, group, "delta_")


def steps_of(told: Told, analysis: Analysis, group: str, kind: str) -> Found:
    return {
        key: parts
        for key, parts in parts_of(told.dataset.of(analysis.id)).items()
        if key.startswith(f"{analysis.id}.{kind}") and parts["n"].group == group
    }


def bound_table(told: Told, number: str, analysis: Analysis, group: str) -> Table:
    """Each number of those missing counted as responders: every result that there can be."""
    against = float(analysis.options["against"])
    found = bounds_of(told, analysis, group)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Number("whole", (f"{key}:assumed",)),
            Number("count", (f"{key}:responders", f"{key}:n")),
            Number("percent", (f"{key}:proportion",)),
            Number("interval", (f"{key}:low", f"{key}:high")),
            told.text("yes") if float(parts["low"].value or 0) > against else told.text("no"),
        )
        for key, parts in found.items()
    )
    head = (
        told.text("Responders among those missing"),
        told.text("Count"),
        told.text("Proportion"),
        told.text("Interval"),
        told.text("Lower limit above {against}", against=render_level(against)),
    )
    title = told.text("{analysis}: every number of those missing", analysis=told.name(analysis.label))
    said = smallest_notes(told, analysis, group)
    notes = (*said, told.text("Exact: Clopper-Pearson, {level}.", level=render_level(analysis.level)))
    return Table(
        number,
        with_arm(told, title, group),
        head,
        rows or (empty_row(told, head),),
        whole_notes(told, analysis, found, notes),
    )


def smallest_notes(told: Told, analysis: Analysis, group: str) -> tuple[str, ...]:
    smallest = told.dataset.by_id.get(f"{named(analysis.id, group)}:smallest")
    if smallest is None:
        return ()
    if smallest.value is None:
        return (told.text("The lower limit is never above the reference."),)
    return (
        told.text(
            "The lower limit is above the reference where at least {count} of those missing are responders.",
            count=smallest.value,
        ),
    )


def delta_table(told: Told, number: str, analysis: Analysis, group: str) -> Table:
    """Imputed scores made worse, step by step."""
    found = deltas_of(told, analysis, group)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Number("percent", (f"{key}:delta",), 0),
            Number("percent", (f"{key}:proportion",)),
            Number("interval", (f"{key}:low", f"{key}:high")),
            Number("interval", (f"{key}:wilson_low", f"{key}:wilson_high")),
            Number("value", (f"{key}:missing_information",), 3),
        )
        for key in found
    )
    head = (
        told.text("Worse by, of the baseline"),
        told.text("Proportion"),
        told.text("Interval, pooled on the logit"),
        told.text("Interval, Wilson for imputed sets"),
        told.text("Fraction of missing information"),
    )
    title = told.text("{analysis}: imputed scores made worse", analysis=told.name(analysis.label))
    notes = (
        worse_note(told, analysis),
        *tipped_notes(told, analysis, group),
        *returned_notes(told, analysis, group),
        *model_notes(told, analysis),
    )
    return Table(
        number,
        with_arm(told, title, group),
        head,
        rows or (empty_row(told, head),),
        whole_notes(told, analysis, found, notes),
    )


def worse_note(told: Told, analysis: Analysis) -> str:
    higher, lower = told.text("Worse is a higher score."), told.text("Worse is a lower score.")
    return higher if analysis.options[WORSE] == "higher" else lower


def tipped_notes(told: Told, analysis: Analysis, group: str) -> tuple[str, ...]:
    tipped = told.dataset.by_id.get(f"{named(analysis.id, group)}:tipping_delta")
    against = render_level(float(analysis.options["against"]))
    if tipped is None:
        return ()
    if tipped.value is None:
        return (told.text("No step brings the lower limit to {against}.", against=against),)
    return (
        told.text(
            "The lower limit (logit) is at {against} or below from {share} of the baseline on.",
            against=against,
            share=render_percent(float(tipped.value), 0),
        ),
    )


def returned_notes(told: Told, analysis: Analysis, group: str) -> tuple[str, ...]:
    """What would be if those missing were as at the baseline."""
    parts = parts_of(told.dataset.of(analysis.id)).get(named(analysis.id, "returned", group))
    if parts is None:
        return ()
    share, low, high = (render_percent(float(parts[one].value or 0)) for one in ("proportion", "low", "high"))
    count = f"{parts['responders'].value}/{parts['n'].value}"
    return (
        told.text(
            "Those missing back at their baseline: {count}, {share} ({low} – {high}, Clopper-Pearson).",
            count=count,
            share=share,
            low=low,
            high=high,
        ),
    )


def tipping_figure(told: Told, number: str, analysis: Analysis, group: str) -> Figure | None:
    """Both ways beside each other, of those that there are; none where nobody is decided yet."""
    bounds, deltas = bounds_of(told, analysis, group), deltas_of(told, analysis, group)
    if not bounds:
        return None
    both = (
        Panel(
            told.text("Exact"),
            told.text("Responders among those missing"),
            tuple(
                assumed(parts, float(parts["assumed"].value or 0), str(parts["assumed"].value))
                for parts in bounds.values()
            ),
        ),
        Panel(
            told.text("Imputed"),
            told.text("Worse by, of the baseline"),
            tuple(
                assumed(parts, place, render_percent(float(parts["delta"].value or 0), 0))
                for place, parts in enumerate(deltas.values())
            ),
        ),
    )
    panels = tuple(one for one in both if one.points)
    against = float(analysis.options["against"])
    title = with_arm(told, told.name(analysis.label), group)
    alt = join_texts(
        told,
        (
            f"{panel.across}: {point.name}: {render_percent(point.value)} ({render_percent(point.low)} – {render_percent(point.high)})"
            for panel in panels
            for point in (panel.points[0], panel.points[-1])
        ),
    )
    said = told.text("Reference: {against}", against=render_level(against))
    drawing = render_tipping(Titled(f"figure-{number}", title, alt), panels, against, said)
    ids = tuple(f"{key}:{one}" for key in (*bounds, *deltas) for one in ("proportion", "low", "high"))
    bars = told.text("Bars are limits of {level}.", level=render_level(analysis.level))
    notes = (bars, *((worse_note(told, analysis),) if deltas else ()))
    return Figure(number, title, drawing, alt, ids, whole_notes(told, analysis, deltas, notes))


def assumed(parts: dict[str, Statistic], at: float, name: str) -> Assumed:
    value, low, high = (float(parts[one].value or 0) for one in ("proportion", "low", "high"))
    return Assumed(at, name, value, low, high)


def unknown_notes(told: Told, analysis: Analysis, shown: Found) -> tuple[str, ...]:
    """Why nothing of what is shown is estimated: the values do not carry it, or not everybody is decided."""
    parts = parts_of(told.dataset.of(analysis.id)).values()
    if any("undecided" in one and one["undecided"].value for one in parts):
        return (told.text("Not everybody is decided yet."),)
    if any("low" in one for one in shown.values()):
        return ()
    return (refused_text(told, analysis),)


def whole_notes(told: Told, analysis: Analysis, shown: Found, own: tuple[str, ...]) -> tuple[str, ...]:
    """Also that without a control arm nothing can be imputed from one."""
    alone = told.text(
        "Without a control group no value can be imputed from one; what stands here is all that one group allows."
    )
    single = (alone,) if efficacy_note(told, analysis) else ()
    return (
        *population_note(told, analysis),
        *own,
        *unknown_notes(told, analysis, shown),
        *single,
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )
