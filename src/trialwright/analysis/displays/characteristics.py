"""Displays of characteristics: variables with their statistics or answers down, arms across."""

from collections.abc import Iterator

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.model import Cell, Number, Rule, Table
from trialwright.analysis.displays.told import Told, population_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.displays.values import groups_of
from trialwright.analysis.displays.variables import answer_label, derived_notes, measured_label
from trialwright.analysis.displays.words import STATISTIC_WORDS
from trialwright.analysis.methods.rounding import DECIMALS_BEYOND
from trialwright.analysis.variables import Described, describe_variable
from trialwright.study.model import Analysis

PLACES = 1  # of a number whose rule does not tell how many decimals it has
# Name of the label, rule and statistics of a line; decimals beyond those of the values.
LINES: tuple[tuple[str, Rule, tuple[str, ...], int], ...] = (
    ("n", "whole", ("n",), 0),
    ("mean", "mean", ("mean", "sd"), DECIMALS_BEYOND["mean"]),
    ("median", "value", ("median",), DECIMALS_BEYOND["median"]),
    ("quartiles", "range", ("q1", "q3"), DECIMALS_BEYOND["q1"]),
    ("extremes", "range", ("min", "max"), DECIMALS_BEYOND["minimum"]),
)

Found = dict[tuple[str, str, tuple[str, ...], str], Statistic]


def characteristics_table(told: Told, number: str, analysis: Analysis) -> Table:
    found = {
        (one.group, one.parameter, one.category, one.statistic): one for one in told.dataset.of(analysis.id)
    }
    groups = groups_of(told)
    rows: list[tuple[Cell, ...]] = [
        (told.text("Participants"), *(cell(found, "whole", (group, "", (), "people")) for group in groups))
    ]
    for variable in analysis.variables:
        described = describe_variable(told.study, analysis.dataset or "", variable) or Described(variable)
        rows.append((measured_label(told, analysis.dataset or "", variable), *("" for _ in groups)))
        rows += lines_of(told, found, analysis, variable, described)
    arms = tuple(
        told.name(told.study.arms[group].label) if group else told.text("All participants")
        for group in groups
    )
    head = (told.text("Characteristic"), *arms)
    return Table(number, told.name(analysis.label), head, tuple(rows), notes_of(told, analysis))


def notes_of(told: Told, analysis: Analysis) -> tuple[str, ...]:
    return (
        *population_note(told, analysis),
        told.text("Percent are of all participants of the column, also those whose value is missing."),
        *derived_notes(told, analysis.dataset or "", analysis.variables),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )


def lines_of(
    told: Told, found: Found, analysis: Analysis, variable: str, described: Described
) -> Iterator[tuple[Cell, ...]]:
    """The lines of a variable; that of the missing only where there are any."""
    groups = groups_of(told)
    places = PLACES if described.places is None else described.places
    if any((group, variable, (), "mean") in found for group in groups):
        for name, rule, statistics, beyond in LINES:
            numbers = (
                cell(found, rule, *((group, variable, (), one) for one in statistics), places=places + beyond)
                for group in groups
            )
            yield (f"– {told.text(STATISTIC_WORDS[name])}", *numbers)
    categories = dict.fromkeys(
        category for (_, of, category, name) in found if (of, name) == (variable, "count")
    )
    for category in categories:
        label = answer_label(told, analysis.dataset or "", variable, category[-1])
        yield (f"– {label}", *(share(found, group, variable, category, "count") for group in groups))
    if any(found[group, variable, (), "missing"].value for group in groups):
        yield (
            f"– {told.text('Missing')}",
            *(share(found, group, variable, (), "missing") for group in groups),
        )


def share(found: Found, group: str, variable: str, category: tuple[str, ...], statistic: str) -> Cell:
    """Of all participants of the group; a dash where an arm has no such line."""
    return cell(found, "share", (group, variable, category, statistic), (group, "", (), "people"))


def cell(
    found: Found, rule: Rule, *keys: tuple[str, str, tuple[str, ...], str], places: int = PLACES
) -> Cell:
    if any(one not in found for one in keys):
        return "–"
    return Number(rule, tuple(found[one].id for one in keys), places)
