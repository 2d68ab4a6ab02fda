"""Displays of values by visit: median and quartiles as figure and table, and every participant's own as a listing."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Final

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.model import Cell, Figure, Number, Table
from trialwright.analysis.displays.told import Told, empty_row, population_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.figures import Series, Spot, Words, render_course
from trialwright.analysis.places import BEYOND, collected_places
from trialwright.analysis.plan_rows import is_observed
from trialwright.analysis.render import render_value
from trialwright.analysis.speaker import join_texts
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import WEEK, dataset_parameter_label, visit_title, with_arm
from trialwright.expr.nodes import Call, ItemRef
from trialwright.study.model import Analysis, Parameter

STATISTICS = ("n", "median", "q1", "q3", "min", "max")  # of a course
SUMMARY = ("n", "mean", "sd", "median", "q1", "q3", "min", "max")
BASELINE = "baseline"

# What is drawn, and whether all of it was observed.
FIGURE_WORDS: Final[Mapping[tuple[str, bool], str]] = MappingProxyType(
    {
        ("mean", True): "Mean and standard deviation of the observed values; thin lines are participants.",
        (
            "mean",
            False,
        ): "Mean and standard deviation of the values that the flags choose; thin lines are participants.",
        ("median", True): "Median and quartiles of the observed values; thin lines are participants.",
        (
            "median",
            False,
        ): "Median and quartiles of the values that the flags choose; thin lines are participants.",
    }
)


# Of one parameter there may be several displays; their titles say which statistics they show.
TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mean": "{parameter}: mean and standard deviation over time",
        "median": "{parameter}: median and quartiles over time",
        "spread": "{parameter}: median, quartiles and extremes over time",
        "summary": "{parameter}: mean, standard deviation and quartiles over time",
    }
)
DRAWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"mean": ("n", "mean", "sd"), "median": ("median", "q1", "q3")}
)


def summaries(told: Told, analysis: Analysis, parameter: str, group: str) -> dict[str, dict[str, Statistic]]:
    """Visit -> statistic -> row."""
    found: dict[str, dict[str, Statistic]] = {}
    for one in told.dataset.of(analysis.id):
        if (one.parameter, one.group) == (parameter, group) and one.statistic in SUMMARY:
            found.setdefault(one.visit, {})[one.statistic] = one
    return found


def groups_of(told: Told) -> tuple[str, ...]:
    """Each arm by itself, one in which nobody has a value too."""
    return tuple(told.study.arms) if len(told.study.arms) > 1 else ("",)


def title_of(told: Told, analysis: Analysis, parameter: str, group: str, what: str) -> str:
    label = dataset_parameter_label(told, analysis, parameter)
    return with_arm(told, told.text(TITLES[what], parameter=label), group)


def places_of(told: Told, analysis: Analysis, parameter: str) -> int:
    """In how many decimals the values of a parameter are shown, in every arm the same."""
    values = (
        Fraction(one.value)
        for one in told.dataset.of(analysis.id)
        if (one.parameter, one.statistic) == (parameter, "value") and one.value is not None
    )
    dataset = told.study.datasets.get(analysis.dataset or "")
    item = dataset.parameters[parameter].item or "" if dataset else parameter
    planned = analysis.options.get("decimals")
    return collected_places(told.study, item, values) if planned is None else int(planned)


def value_table(told: Told, number: str, analysis: Analysis, parameter: str, group: str) -> Table:
    places = places_of(told, analysis, parameter)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            visit_title(told, visit),
            *(
                Number("value", (parts[one].id,), places + BEYOND.get(one, 0)) if one in parts else ""
                for one in STATISTICS
            ),
        )
        for visit, parts in summaries(told, analysis, parameter, group).items()
    )
    head = (
        told.text("Visit"),
        told.text("n"),
        told.text("Median"),
        told.text("Lower quartile"),
        told.text("Upper quartile"),
        told.text("Minimum"),
        told.text("Maximum"),
    )
    title, notes = title_of(told, analysis, parameter, group, "spread"), table_notes(told, analysis)
    return Table(number, title, head, rows or (empty_row(told, head),), notes)


def table_notes(told: Told, analysis: Analysis) -> tuple[str, ...]:
    return (
        *population_note(told, analysis),
        observed_note(told, analysis),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )


def observed_note(told: Told, analysis: Analysis) -> str:
    return told.text(
        "Observed values; quartiles by definition 2 of Hyndman and Fan 1996, the default of SAS."
        if is_observed(told.study, analysis)
        else "Values as the flags of the analysis choose them, imputed ones among them; quartiles by definition 2 of Hyndman and Fan 1996, the default of SAS."
    )


def figure_notes(told: Told, analysis: Analysis, least: float | None = None) -> tuple[str, ...]:
    """least: the least value that can be entered, where bars end at it."""
    ends = (
        (told.text("Bars end at {least}, the least value that can be entered.", least=f"{least:g}"),)
        if least is not None
        else ()
    )
    return (
        *population_note(told, analysis),
        told.text(FIGURE_WORDS[middle_of(analysis), is_observed(told.study, analysis)]),
        *ends,
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )


def value_figure(told: Told, number: str, analysis: Analysis, parameter: str, group: str) -> Figure | None:
    """The median with its quartiles, or the mean with its standard deviation, and each participant's own line; none
    where nobody has a value."""
    found, middle = summaries(told, analysis, parameter, group), middle_of(analysis)
    if not found:
        return None
    least = least_of(told, analysis, parameter)
    spots = tuple(
        clipped(spot_of(day_of(told, visit), parts, middle), least) for visit, parts in found.items()
    )
    own: dict[str, list[tuple[int, float]]] = {}
    ids = [parts[one].id for parts in found.values() for one in DRAWN[middle] if one in parts]
    for one in told.dataset.of(analysis.id):
        if (one.parameter, one.group, one.statistic) == (parameter, group, "value"):
            own.setdefault(one.participants[0], []).append((day_of(told, one.visit), float(one.value or 0)))
            ids.append(one.id)
    title = title_of(told, analysis, parameter, group, middle)
    places = places_of(told, analysis, parameter)
    alt = join_texts(
        told,
        (
            f"{visit_title(told, visit)}: {spot_text(told, parts, middle, places)}"
            for visit, parts in found.items()
        ),
    )
    is_weekly = any(visit.startswith(f"{WEEK}#") for visit in found)
    across = told.text("Study week" if is_weekly else "Visit")
    upwards = with_arm(told, dataset_parameter_label(told, analysis, parameter), group)
    words = Words(Titled(f"figure-{number}", title, alt), across, upwards)
    days = tuple((day_of(told, visit), visit_short(told, visit)) for visit in found)
    series = (Series(told.text("Mean" if middle == "mean" else "Median"), spots),)
    drawing = render_course(words, series, tuple(tuple(one) for one in own.values()), days)
    is_clipped = any(one.low == least for one in spots) and middle == "mean"
    notes = figure_notes(told, analysis, None if not is_clipped else least)
    return Figure(number, title, drawing, alt, tuple(ids), notes)


def least_of(told: Told, analysis: Analysis, parameter: str) -> float | None:
    """The least value that the item behind a parameter takes; None where it says none."""
    dataset = told.study.datasets.get(analysis.dataset or "")
    known = dataset.parameters.get(parameter) if dataset else None
    form, _, name = (item_behind(told, known) if known else parameter).partition(".")
    item = told.study.forms[form].items.get(name) if form in told.study.forms else None
    return None if item is None or item.low is None else float(item.low)


def item_behind(told: Told, parameter: Parameter) -> str:
    """The item on whose scale a parameter lies, a week's mean of an item too; "" where there is none."""
    diary = told.study.diary
    score = next((one for one in diary.scores if one.id == parameter.score), None) if diary else None
    match score.rule.node if score else None:
        case Call(function="mean" | "min" | "max" | "last", arguments=(ItemRef(form=form, item=item), *_)):
            return f"{form}.{item}"
    return parameter.item or ""


def clipped(spot: Spot, least: float | None) -> Spot:
    """The bar ends at the least value that there can be."""
    return spot if least is None or spot.low >= least else replace(spot, low=least)


def spot_of(day: int, parts: Mapping[str, Statistic], middle: str) -> Spot:
    """The bar of a mean is one standard deviation to each side; of one participant there is none."""
    value = float(parts[middle].value or 0)
    if middle == "mean":
        spread = float(parts["sd"].value or 0) if "sd" in parts else 0.0
        return Spot(day, value, value - spread, value + spread)
    return Spot(day, value, float(parts["q1"].value or 0), float(parts["q3"].value or 0))


def spot_text(told: Told, parts: Mapping[str, Statistic], middle: str, places: int) -> str:
    """A median; a mean with its standard deviation and of how many it is."""
    said = render_value(parts[middle].value, places + BEYOND[middle])
    if middle != "mean":
        return said
    spread = render_value(parts["sd"].value if "sd" in parts else None, places + BEYOND["sd"])
    return told.text("{mean} ({sd}), n = {n}", mean=said, sd=spread, n=parts["n"].value)


def middle_of(analysis: Analysis) -> str:
    """Which statistic the thick line of a figure is of."""
    return analysis.options.get("figure", "median")


def day_of(told: Told, visit: str) -> int:
    """The study day at which a visit stands on the axis; of a week of the diary its last."""
    kind, _, number = visit.partition("#")
    if kind == WEEK:
        return 7 * int(number)
    return 1 if visit == BASELINE else told.study.visits[visit].day or 0


def visit_short(told: Told, visit: str) -> str:
    kind, _, number = visit.partition("#")
    if kind == WEEK:
        return number
    return told.text("Baseline") if visit == BASELINE else visit


def value_listing(told: Told, number: str, analysis: Analysis, parameter: str) -> Table:
    """Participants down, visits across; a dash where no value is."""
    found: dict[str, dict[str, str]] = {}
    for one in told.dataset.of(analysis.id):
        if one.parameter == parameter and one.statistic == "value":
            found.setdefault(one.participants[0], {})[one.visit] = one.id
    order, places = (BASELINE, *told.study.visits), places_of(told, analysis, parameter)
    there = dict.fromkeys(visit for row in found.values() for visit in row)
    weeks = sorted((one for one in there if one not in order), key=partial(day_of, told))
    visits = (*(one for one in order if one in there), *weeks)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            told.code(who),
            *(
                Number("value", (found[who][visit],), places) if visit in found[who] else "–"
                for visit in visits
            ),
        )
        for who in sorted(found, key=told.code)
    )
    head = (told.text("Participant"), *(visit_short(told, visit) for visit in visits))
    notes = (*efficacy_note(told, analysis), source_note(told, analysis.id))
    title = dataset_parameter_label(told, analysis, parameter)
    return Table(number, title, head, rows or (empty_row(told, head),), notes, "listing")
