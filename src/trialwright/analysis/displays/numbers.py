"""How a cell of numbers becomes text, from the results dataset alone."""

from typing import assert_never

from trialwright.analysis.ard import Number as Value
from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.model import Cell, DocumentWords, Number, RuleOfOne, RuleOfTwo
from trialwright.analysis.methods.rounding import count_percent_text, rounded_text
from trialwright.analysis.render import render_p, render_percent, render_value

NOTHING = "–"
PAIR = ("responders", "n")


def show(cell: Cell, dataset: ResultsDataset, words: DocumentWords) -> str:
    """The text of a cell; of a number that is not known, why."""
    if isinstance(cell, str):
        return cell
    found = tuple(dataset.by_id[one] for one in cell.results)
    if cell.rule == "day":
        return NOTHING if found[0].day is None else str(found[0].day)
    values = tuple(one.value for one in found if one.value is not None)
    if len(values) < len(found):
        lacking = next(one.lacking for one in found if one.value is None)
        return {"undecided": words.undecided, "not_recorded": words.unknown}.get(lacking, NOTHING)
    if cell.rule == "count" and len(values) > len(PAIR):
        return show_standing(values, words)
    return show_values(cell, values)


def show_standing(values: tuple[Value, ...], words: DocumentWords) -> str:
    """values: responders, those decided, those who are not. While somebody is not, it is no part of those decided: who has
    the event is decided sooner than who has not."""
    responders, decided, waiting = (int(one) for one in values)
    if not waiting:
        return f"{responders}/{decided}"
    return words.so_far.format(count=responders, n=decided + waiting)


def show_values(cell: Number, values: tuple[Value, ...]) -> str:
    """Values by the rule of the cell.

    >>> show_values(Number("interval", ("a:low", "a:high")), (0.575, 0.8377))
    '57.5 – 83.8 %'
    >>> show_values(Number("share", ("a:count", "a:n")), (12, 50))
    '12 (24.0 %)'
    >>> show_values(Number("mean", ("a:mean", "a:sd")), (5.25, 1.5))
    '5.3 (1.50)'
    """
    rule, places = cell.rule, cell.places
    match rule:
        case "count" | "share" | "interval" | "range" | "mean" | "mean_percent":
            return show_two(rule, values[0], values[1], places)
        case _:
            return show_one(rule, values[0], places)


def show_one(rule: RuleOfOne, value: Value, places: int) -> str:
    match rule:
        case "whole" | "day":
            return str(value)
        case "percent":
            return render_percent(float(value), places)
        case "value":
            return render_value(value, places)
        case "p":
            return render_p(float(value))
        case _:
            assert_never(rule)


def show_two(rule: RuleOfTwo, one: Value, other: Value, places: int) -> str:
    match rule:
        case "count":
            return f"{one}/{other}"
        case "share":
            return count_percent_text(int(one), int(other))
        case "interval":
            return f"{rounded_text(100 * float(one), places)} – {rounded_text(100 * float(other), places)} %"
        case "range":
            return f"{rounded_text(one, places)} – {rounded_text(other, places)}"
        case "mean":
            return f"{rounded_text(one, places)} ({rounded_text(other, places + 1)})"
        case "mean_percent":
            return (
                f"{rounded_text(100 * float(one), places)} ({rounded_text(100 * float(other), places + 1)}) %"
            )
        case _:
            assert_never(rule)
