"""A table of an analysis for which there is no display of its own: its rows as they are, so that none stays unseen."""

from trialwright.analysis.displays.model import Cell, Number, Table
from trialwright.analysis.displays.told import Told, population_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.wording import parameter_label, visit_title, with_arm
from trialwright.study.model import Analysis


def other_table(told: Told, number: str, analysis: Analysis) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            with_arm(told, parameter_label(told, one.parameter) or told.name(one.label), one.group),
            visit_title(told, one.visit) if one.visit else "",
            one.statistic,
            Number("value", (one.id,), 4),
            one.method,
        )
        for one in told.dataset.of(analysis.id)
        if one.statistic != "value"
    )
    head = (
        told.text("Parameter"),
        told.text("Visit"),
        told.text("Statistic"),
        told.text("Value"),
        told.text("Method"),
    )
    notes = (*population_note(told, analysis), *efficacy_note(told, analysis), source_note(told, analysis.id))
    return Table(number, told.name(analysis.label), head, rows, notes)
