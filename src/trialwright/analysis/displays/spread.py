"""Listings of values side by side: a row for each parameter of a participant, a column for each visit.

What the plan names before the variable that is spread stands at the left of a row, what it names after it in the cells.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from trialwright.analysis.displays.model import Table
from trialwright.analysis.displays.records import (
    NOTHING,
    Reader,
    empty_rows,
    first_cells,
    first_heads,
    head_of,
    in_order,
    reader_of,
    record_notes,
)
from trialwright.analysis.displays.told import Told
from trialwright.analysis.displays.variables import variable_label
from trialwright.analysis.records import ACROSS
from trialwright.analysis.results import Record
from trialwright.datasets.values import BASELINE as BASELINE_VISIT
from trialwright.study.dataset_words import DATES
from trialwright.study.model import Analysis, Study

INDICATOR, WITHIN = "ANRIND", "NORMAL"  # said of most values, and so told once, below the table


def spread_listing(told: Told, number: str, analysis: Analysis) -> Table:
    """By the participants' codes. A date of the cells stands once for all rows of a participant, above them."""
    across = analysis.options[ACROSS]
    at = analysis.variables.index(across)
    left, inside = analysis.variables[:at], analysis.variables[at + 1 :]
    readers = {one: reader_of(told, analysis, one) for one in analysis.variables}
    records = in_order(told, analysis)
    columns = columns_of(told.study, records, across)
    values = value_reader([(name, readers[name]) for name in inside if name not in DATES])
    rows: list[tuple[str, ...]] = []
    for _, own in groupby(records, key=lambda one: one.participant):
        mine = tuple(own)
        for name in inside:
            if name in DATES:
                label = variable_label(told, analysis.dataset or "", name)
                cells = cells_of(mine, across, columns, readers[name], is_once=True)
                rows.append((*first_cells(told, mine[0]), label, *(NOTHING,) * (len(left) - 1), *cells))
        for same in alike(mine, left):
            ahead = (readers[name](same[0]) or NOTHING for name in left)
            rows.append((*first_cells(told, mine[0]), *ahead, *cells_of(same, across, columns, values)))
    shown = {one.text(across): readers[across](one) for one in records}
    head = (
        *first_heads(told),
        *(head_of(told, analysis.dataset or "", one) for one in left),
        *(shown[one] for one in columns),
    )
    notes = (*within_note(told, inside), *record_notes(told, analysis))
    return Table(
        number, told.name(analysis.label), head, tuple(rows) or empty_rows(told, head), notes, "listing"
    )


def columns_of(study: Study, records: Iterable[Record], across: str) -> list[str]:
    """The texts of a variable: visits in the order of the plan, anything else as the records have it."""
    return sorted(dict.fromkeys(one.text(across) for one in records), key=lambda text: place_of(study, text))


def place_of(study: Study, text: str) -> tuple[int, int]:
    """Of a visit, told by its id or by its label: its place among the visits, and which it is of one that repeats. The
    baseline comes before all visits."""
    if text == BASELINE_VISIT:
        return -1, 0
    label, _, number = text.rpartition(" ")
    for place, visit in enumerate(study.visits.values()):
        if text in (visit.id, visit.label):
            return place, 0
        if label == visit.label and number.isdigit():
            return place, int(number)
    return len(study.visits), 0


def alike(records: Iterable[Record], names: Sequence[str]) -> Iterable[Sequence[Record]]:
    """Records that say the same in some variables, by where the first of them stands."""
    rows: dict[tuple[str, ...], list[Record]] = {}
    for one in records:
        rows.setdefault(tuple(one.text(name) for name in names), []).append(one)
    return rows.values()


def cells_of(
    records: Iterable[Record], across: str, columns: Sequence[str], reader: Reader, *, is_once: bool = False
) -> list[str]:
    """What is said of the records of each column. is_once: the same of several is said once."""
    said: dict[str, list[str]] = {}
    for one in records:
        told = said.setdefault(one.text(across), [])
        text = reader(one) or NOTHING
        if not (is_once and text in told):
            told.append(text)
    return ["; ".join(said.get(one, [NOTHING])) for one in columns]


def value_reader(readers: Sequence[tuple[str, Reader]]) -> Reader:
    """All that is read of a record; not that a value lies within its limits."""

    def read(one: Record) -> str:
        texts = (reader(one) for name, reader in readers if (name, one.text(name)) != (INDICATOR, WITHIN))
        return " ".join(text for text in texts if text)

    return read


def within_note(told: Told, names: Sequence[str]) -> tuple[str, ...]:
    if INDICATOR not in names:
        return ()
    return (
        told.text(
            "High, Low: against the limits of normal; a value without a word lies within them, or has none."
        ),
    )
