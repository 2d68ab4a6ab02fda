"""A table of the criteria of a dataset: how many met each, of those in whom it could be told, with limits."""

from trialwright.analysis.displays.estimates import interval_notes
from trialwright.analysis.displays.model import Cell, Number, Table
from trialwright.analysis.displays.told import (
    Told,
    empty_row,
    parts_of,
    population_note,
    rows_note,
    source_note,
)
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.wording import dataset_parameter_label, with_arm
from trialwright.study.model import Analysis


def criteria_table(told: Told, number: str, analysis: Analysis, group: str) -> Table:
    """One line a parameter and criterion."""
    found = {
        key: parts
        for key, parts in parts_of(told.dataset.of(analysis.id)).items()
        if parts["n"].group == group
    }
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            dataset_parameter_label(told, analysis, parts["n"].parameter),
            told.name(parts["n"].label),
            Number("count", (f"{key}:responders", f"{key}:n")),
            Number("percent", (f"{key}:proportion",)),
            Number("interval", (f"{key}:low", f"{key}:high")),
            Number("whole", (f"{key}:not_assessed",)),
        )
        for key, parts in found.items()
    )
    head = (
        told.text("Parameter"),
        told.text("Criterion"),
        told.text("Count"),
        told.text("Proportion"),
        told.text("Interval"),
        told.text("Not assessed"),
    )
    notes = (
        *population_note(told, analysis),
        rows_note(told, analysis),
        told.text("Counted is who met the criterion at least once."),
        *interval_notes(told, found),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )
    title = with_arm(told, told.name(analysis.label), group)
    return Table(number, title, head, rows or (empty_row(told, head),), notes)
