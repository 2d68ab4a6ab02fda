"""Casebooks turned on their side: what was entered, item by item, in the order of the participants."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from trialwright.expr.tables import KEYS
from trialwright.ledger.casebook import Casebook, Entry, Record
from trialwright.ledger.records import holds_data, is_gate
from trialwright.study.model import Form, Study
from trialwright.values.datum import Value


@dataclass(frozen=True, slots=True)
class Cells:
    """What was entered in one item: text or reason, and the event, a list each."""

    texts: list[str | None]
    reasons: list[str | None]
    events: list[int | None]


def cells_of(entries: Sequence[Entry | None]) -> Cells:
    """A column at a time: a call for each of a million cells took longer than all the rest of gathering.

    >>> cells_of([None]).texts
    [None]
    """
    data = [None if one is None else one.datum for one in entries]
    return Cells(
        [one.text if isinstance(one, Value) else None for one in data],
        [None if one is None or isinstance(one, Value) else one.reason for one in data],
        [None if one is None else one.sequence for one in entries],
    )


@dataclass(slots=True)
class Entered:
    """Everything entered in one form, one line a record."""

    items: tuple[str, ...]
    participants: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def add(self, participant: str, record: Record) -> None:
        self.participants.append(participant)
        self.records.append(record)

    def frame(self) -> pl.DataFrame:
        """Keys, `is_record`, and `item__text`, `item__reason`, `item__event` of every item."""
        columns = {
            "participant": pl.Series(self.participants, dtype=pl.String()),
            "visit": pl.Series([one.visit for one in self.records], dtype=pl.String()),
            "repeat": pl.Series([one.repeat for one in self.records], dtype=KEYS["repeat"]),
            "is_record": pl.Series([holds_data(one) for one in self.records], dtype=pl.Boolean()),
        }
        for item in self.items:
            cells = cells_of([one.items.get(item) for one in self.records])
            columns[f"{item}__text"] = pl.Series(cells.texts, dtype=pl.String())
            columns[f"{item}__reason"] = pl.Series(cells.reasons, dtype=pl.String())
            columns[f"{item}__event"] = pl.Series(cells.events, dtype=pl.Int64())
        return pl.DataFrame(columns)


def gather(study: Study, books: Iterable[Casebook]) -> Mapping[str, Entered]:
    """What the forms of the study hold, gates of logs and removed rows left out."""
    entered = {name: Entered(tuple(form.items)) for name, form in study.forms.items()}
    for book in books:
        for (_, name, repeat), record in book.records.items():
            form = study.forms.get(name)
            if form is not None and not _is_left_out(form, repeat, record):
                entered[name].add(book.participant, record)
    return entered


def _is_left_out(form: Form, repeat: int, record: Record) -> bool:
    is_list = form.records in ("many", "many_visit")
    return is_gate(form, repeat) or (is_list and not holds_data(record))
