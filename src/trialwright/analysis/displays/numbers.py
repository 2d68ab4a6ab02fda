"""How a cell of numbers becomes text, from the results dataset alone."""

from typing import assert_never

from trialwright.analysis.ard import Number as Value
from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.model import Cell, DocumentWords, Number
from trialwright.analysis.methods.rounding import count_percent_text, rounded_text
from trialwright.analysis.render import render_p, render_percent, render_value

NOTHING = "–"


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
    return show_values(cell, values)


def show_values(cell: Number, values: tuple[Value, ...]) -> str:
    """Values by the rule of the cell.

    >>> show_values(Number("interval", ("a:low", "a:high")), (0.575, 0.8377))
    '57.5 – 83.8 %'
    >>> show_values(Number("share", ("a:count", "a:n")), (12, 50))
    '12 (24.0 %)'
    >>> show_values(Number("upper", ("a:high",)), (0.0711,))
    '≤ 7.1 %'
    """
    rule, places = cell.rule, cell.places
    match rule:
        case "whole" | "day":
            return str(values[0])
        case "count":
            return f"{values[0]}/{values[1]}"
        case "percent":
            return render_percent(float(values[0]), places)
        case "interval":
            low, high = (rounded_text(100 * float(one), places) for one in values)
            return f"{low} – {high} %"
        case "value":
            return render_value(values[0], places)
        case "p":
            return render_p(float(values[0]))
        case "share":
            return count_percent_text(int(values[0]), int(values[1]))
        case "upper":
            return f"≤ {render_percent(float(values[0]), places)}"
        case _:
            assert_never(rule)
