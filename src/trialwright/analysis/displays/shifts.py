"""Tables of shifts: baseline against the worst value after it, by the limits of normal; a table a side, parameters stacked."""

from trialwright.analysis.ard import result_id
from trialwright.analysis.displays.model import Cell, Number, Table
from trialwright.analysis.displays.told import Told, baseline_note, population_note, rows_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.messages import PLACE_WORDS
from trialwright.analysis.plan_rows import limited_parameters
from trialwright.analysis.wording import dataset_parameter_label, with_arm
from trialwright.study.model import Analysis

SIDES = ("high", "low")
INDICATORS = ("low", "normal", "high")
PLACES = (*INDICATORS, "missing", "total")


def shift_table(told: Told, number: str, analysis: Analysis, side: str, group: str) -> Table:
    """Where the baseline was down, where the worst value was across; percent are of those with both."""
    rows = tuple(
        shift_row(told, analysis, (parameter, side, group), base)
        for parameter in limited_parameters(told.study, analysis)
        for base in PLACES
    )
    head = (
        told.text("Parameter"),
        told.text("Baseline"),
        *(told.text(PLACE_WORDS[one]) for one in PLACES),
    )
    what = told.text(
        "{analysis}: worst value towards high" if side == "high" else "{analysis}: worst value towards low",
        analysis=told.name(analysis.label),
    )
    notes = (
        *population_note(told, analysis),
        told.text(
            "Columns: where the highest value of each participant lies against the limits of normal."
            if side == "high"
            else "Columns: where the lowest value of each participant lies against the limits of normal."
        ),
        told.text("Percent are of participants with a baseline and a later value; who lacks one is missing."),
        *baseline_note(told, analysis),
        rows_note(told, analysis),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )
    return Table(number, with_arm(told, what, group), head, rows, notes)


def shift_row(told: Told, analysis: Analysis, of: tuple[str, str, str], base: str) -> tuple[Cell, ...]:
    parameter, side, group = of

    def identity(statistic: str) -> str:
        return result_id(f"{side}.{statistic}", analysis.id, parameter, "", group)

    cells = (
        Number("share", (identity(f"{base}.{worst}"), identity("n")))
        if base in INDICATORS and worst in INDICATORS
        else Number("whole", (identity(f"{base}.{worst}"),))
        for worst in PLACES
    )
    return dataset_parameter_label(told, analysis, parameter), told.text(PLACE_WORDS[base]), *cells
