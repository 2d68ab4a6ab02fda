"""Listings of values side by side: a row for each parameter of a participant, a column for each visit.

What the plan names before the variable that is spread stands at the left of a row, what it names after it in the cells.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from trialwright.analysis.displays.model import Table
from trialwright.analysis.displays.records import (
    NAMES,
    NOTHING,
    Reader,
    empty_rows,
    first_cells,
    first_heads,
    head_of,
    in_order,
    reader_of,
    record_listing,
    record_notes,
)
from trialwright.analysis.displays.told import Told
from trialwright.analysis.displays.typst_columns import has_room
from trialwright.analysis.displays.variables import VISITS, variable_label
from trialwright.analysis.records import ACROSS
from trialwright.analysis.results import Record
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.variables import is_date
from trialwright.datasets.values import BASELINE as BASELINE_VISIT
from trialwright.study.model import Analysis

INDICATOR, WITHIN = "ANRIND", "NORMAL"  # said of most values, and so told once, below the table

Place = tuple[int, float, str]


@dataclass(frozen=True, slots=True)
class Spread:
    """A listing with what reads its variables. left: at the left of a row; dates, values: of the cells; has_marks: whether
    the cells say on which side of the limits a value lies."""

    told: Told
    analysis: Analysis
    across: str
    left: tuple[str, ...]
    dates: tuple[str, ...]
    values: tuple[str, ...]
    has_marks: bool
    readers: Mapping[str, Reader]

    def label(self, variable: str) -> str:
        return variable_label(self.told, self.analysis.dataset or "", variable)

    def column(self, one: Record) -> str:
        nothing = "At no visit of the plan" if self.across in VISITS else "Not recorded"
        return self.readers[self.across](one) or self.told.text(nothing)


def spread_listing(told: Told, number: str, analysis: Analysis) -> Table:
    """By the participants' codes. A row for each record where the page has no room for the columns."""
    spread, records = spread_of(told, analysis), in_order(told, analysis)
    places = {spread.column(one): place_of(spread, one.text(spread.across)) for one in reversed(records)}
    columns = sorted(places, key=lambda column: places[column])
    rows = tuple(
        row
        for _, own in groupby(records, key=lambda one: one.participant)
        for row in rows_of(spread, tuple(own), columns)
    )
    dataset = analysis.dataset or ""
    head = (*first_heads(told), *(head_of(told, dataset, one) for one in spread.left), *columns)
    if not has_room(head, rows):
        return record_listing(told, number, analysis)
    notes = (*cell_notes(spread), *record_notes(told, analysis))
    return Table(number, told.name(analysis.label), head, rows or empty_rows(told, head), notes, "listing")


def spread_of(told: Told, analysis: Analysis) -> Spread:
    across = analysis.options[ACROSS]
    at = analysis.variables.index(across)
    inside = [one for one in analysis.variables[at + 1 :] if one != across]
    dates = tuple(one for one in inside if is_date(told.study, analysis.dataset or "", one))
    values = tuple(one for one in inside if one not in dates)
    if not values:
        dates, values = (), dates
    marks = INDICATOR in values and len(values) > 1
    return Spread(
        told,
        analysis,
        across,
        analysis.variables[:at],
        dates,
        tuple(one for one in values if not marks or one != INDICATOR),
        marks,
        {one: reader_of(told, analysis, one) for one in analysis.variables},
    )


def place_of(spread: Spread, text: str) -> Place:
    """Where the column of a text stands: the baseline, visits and parameters as the plan has them, numbers by size, any
    other text by its letters, and last what is of none."""
    study = spread.told.study
    if not text:
        return 3, 0, ""
    if spread.across in VISITS:
        label, _, number = text.rpartition(" ")
        known = {name: at for at, one in enumerate(study.visits.values()) for name in (one.id, one.label)}
        if text == BASELINE_VISIT or text in known:
            return 0, known.get(text, -1), ""
        if label in known and number.isdigit():
            return 0, known[label], number.zfill(9)
    if spread.across in NAMES:
        parameters = study.datasets[spread.analysis.dataset or ""].parameters.values()
        return 0, next((at for at, one in enumerate(parameters) if text in (one.id, one.label)), -1), text
    try:
        return 1, float(text), ""
    except ValueError:
        return 2, 0, text


def rows_of(spread: Spread, records: Sequence[Record], columns: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Of one participant. A date that all records of a column share stands once, above their values; else each has its
    own."""
    first = first_cells(spread.told, records[0])
    shared = {name: shared_dates(spread, name, records) for name in spread.dates}
    for name, dates in shared.items():
        if not any(dates.values()):
            continue
        blank = (NOTHING,) * (len(spread.left) - 1)
        yield *first, spread.label(name), *blank, *(dates.get(one) or NOTHING for one in columns)
    alike: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for one in records:
        left = tuple(spread.readers[name](one) or NOTHING for name in spread.left)
        column = spread.column(one)
        own = [spread.readers[name](one) for name in spread.dates if not shared[name].get(column)]
        alike.setdefault(left, {}).setdefault(column, []).append(cell_of(spread, one, [*filter(None, own)]))
    for left, said in alike.items():
        yield (
            *first,
            *left,
            *(join_texts(spread.told, said.get(one, [NOTHING])) for one in columns),
        )


def shared_dates(spread: Spread, name: str, records: Iterable[Record]) -> dict[str, str | None]:
    """Column -> the date of all records in it; None where they have several."""
    found: dict[str, set[str]] = {}
    for one in records:
        found.setdefault(spread.column(one), set()).add(spread.readers[name](one))
    return {column: next(iter(dates)) if len(dates) == 1 else None for column, dates in found.items()}


def cell_of(spread: Spread, one: Record, dates: Sequence[str]) -> str:
    """What is said of a record: its values, on which side of the limits, and dates of its own."""
    values = " / ".join(spread.readers[name](one) or NOTHING for name in spread.values)
    is_outside = spread.has_marks and one.text(INDICATOR) != WITHIN
    mark = spread.readers[INDICATOR](one) if is_outside else ""
    day = join_names(spread.told, dates)
    return " ".join(part for part in (values, mark, f"({day})" if day else "") if part)


def cell_notes(spread: Spread) -> Iterable[str]:
    text = spread.told.text
    if len(spread.values) > 1:
        yield text("In the cells: {labels}.", labels=" / ".join(map(spread.label, spread.values)))
    if spread.has_marks:
        yield text(
            "High, Low: against the limits of normal; a value without a word lies within them, or has none."
        )
