"""Display of shares of what was due: statistics of the participants' shares down, arms across."""

from collections.abc import Iterator

from trialwright.analysis.displays.characteristics import Found, cell
from trialwright.analysis.displays.model import Cell, Rule, Table
from trialwright.analysis.displays.told import Told, population_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.displays.values import groups_of
from trialwright.analysis.displays.variables import answer_label
from trialwright.analysis.displays.words import STATISTIC_WORDS
from trialwright.analysis.render import render_percent
from trialwright.analysis.shares import AT_LEAST, BY
from trialwright.study.model import Analysis

# Name of the label, rule and statistics of a line.
LINES: tuple[tuple[str, Rule, tuple[str, ...]], ...] = (
    ("n", "whole", ("n",)),
    ("mean", "mean_percent", ("mean", "sd")),
    ("median", "percent", ("median",)),
    ("quartiles", "interval", ("q1", "q3")),
    ("extremes", "interval", ("min", "max")),
)


def share_table(told: Told, number: str, analysis: Analysis) -> Table:
    found: Found = {
        (one.group, one.parameter, one.category, one.statistic): one for one in told.dataset.of(analysis.id)
    }
    groups, variable = groups_of(told), analysis.variables[0]
    rows: list[tuple[Cell, ...]] = [
        (told.text("Participants"), *(cell(found, "whole", (group, "", (), "people")) for group in groups))
    ]
    for category in dict.fromkeys(key[2] for key in found if key[1] == variable):
        label = (
            answer_label(told, analysis.dataset or "", analysis.options[BY], category[0])
            if category
            else told.text("All that was due")
        )
        rows.append((label, *("" for _ in groups)))
        rows += lines_of(told, found, analysis, category)
    arms = tuple(
        told.name(told.study.arms[group].label) if group else told.text("All participants")
        for group in groups
    )
    notes = (
        *population_note(told, analysis),
        told.text("Share of what was due that was done: of each participant, described over participants."),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )
    return Table(number, told.name(analysis.label), (told.text("Share"), *arms), tuple(rows), notes)


def lines_of(
    told: Told, found: Found, analysis: Analysis, category: tuple[str, ...]
) -> Iterator[tuple[Cell, ...]]:
    groups, variable = groups_of(told), analysis.variables[0]
    for name, rule, statistics in LINES:
        numbers = (
            cell(found, rule, *((group, variable, category, one) for one in statistics)) for group in groups
        )
        yield (f"– {told.text(STATISTIC_WORDS[name])}", *numbers)
    if AT_LEAST in analysis.options:
        least = render_percent(float(analysis.options[AT_LEAST]), 0)
        label = told.text("Participants with at least {share}", share=least)
        yield (f"– {label}", *of_whole(found, groups, variable, category, ("enough", "n")))
    yield (
        f"– {told.text('Done, of all that was due')}",
        *of_whole(found, groups, variable, category, ("done", "due")),
    )
    if any(found[group, variable, category, "missing"].value for group in groups):
        label = told.text("Participants of whom nothing was due")
        numbers = (cell(found, "whole", (group, variable, category, "missing")) for group in groups)
        yield (f"– {label}", *numbers)


def of_whole(
    found: Found, groups: tuple[str, ...], variable: str, category: tuple[str, ...], names: tuple[str, str]
) -> Iterator[Cell]:
    return (cell(found, "share", *((group, variable, category, one) for one in names)) for group in groups)
