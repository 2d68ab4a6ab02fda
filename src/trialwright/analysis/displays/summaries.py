"""Displays of values by analysis visit from a dataset: n, mean, standard deviation, quartiles, extremes, and changes."""

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.model import Cell, Number, Table
from trialwright.analysis.displays.told import (
    Told,
    baseline_note,
    empty_row,
    planned_note,
    population_note,
    source_note,
    window_note,
)
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.displays.values import SUMMARY, observed_note, places_of, title_of
from trialwright.analysis.messages import CHANGE_WORDS
from trialwright.analysis.places import BEYOND
from trialwright.analysis.wording import visit_title
from trialwright.study.model import Analysis

PERCENT = "pchg"
PERCENT_PLACES = 1  # a percentage of few people

Parts = dict[str, Statistic]


def summary_table(told: Told, number: str, analysis: Analysis, parameter: str, group: str) -> Table:
    """One parameter: visits down, and of each the value and its changes."""
    found = summary_parts(told, analysis, parameter, group)
    places = places_of(told, analysis, parameter)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            visit_title(told, visit),
            told.text(CHANGE_WORDS[kind]),
            *(summary_cells(parts, 0, PERCENT_PLACES) if kind == PERCENT else summary_cells(parts, places)),
        )
        for (visit, kind), parts in found.items()
    )
    head = (told.text("Visit"), told.text("Variable"), *summary_head(told))
    notes = (
        *population_note(told, analysis),
        observed_note(told, analysis),
        *window_note(told, analysis),
        *planned_note(told, analysis),
        *(baseline_note(told, analysis) if any(kind for _, kind in found) else ()),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )
    title = title_of(told, analysis, parameter, group, "summary")
    return Table(number, title, head, rows or (empty_row(told, head),), notes)


def summary_head(told: Told) -> tuple[str, ...]:
    return (
        told.text("n"),
        told.text("Mean"),
        told.text("Standard deviation"),
        told.text("Median"),
        told.text("Lower quartile"),
        told.text("Upper quartile"),
        told.text("Minimum"),
        told.text("Maximum"),
    )


def summary_cells(parts: Parts, places: int, least: int = 0) -> tuple[Cell, ...]:
    """A dash where nobody has a value, and so n alone is known. least: decimals of every statistic but n."""
    return tuple(
        Number("value", (parts[one].id,), max(places + BEYOND.get(one, 0), least if one != "n" else 0))
        if one in parts
        else "–"
        for one in SUMMARY
    )


def summary_parts(told: Told, analysis: Analysis, parameter: str, group: str) -> dict[tuple[str, str], Parts]:
    """(visit, "" or kind of change) -> statistic -> row: visits in their order, of each the value first."""
    found: dict[str, dict[str, Parts]] = {}
    for one in told.dataset.of(analysis.id):
        kind, _, name = one.statistic.rpartition(".")
        if (one.parameter, one.group) == (parameter, group) and name in SUMMARY and kind in CHANGE_WORDS:
            found.setdefault(one.visit, {}).setdefault(kind, {})[name] = one
    return {(visit, kind): parts for visit, kinds in found.items() for kind, parts in kinds.items()}
