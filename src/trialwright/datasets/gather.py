"""Casebooks turned on their side: what was entered, item by item, in the order of the participants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from trialwright.expr.tables import KEYS
from trialwright.ledger.casebook import Casebook, Entry, Record
from trialwright.ledger.records import holds_data, is_gate
from trialwright.study.model import Form, Study
from trialwright.values.datum import Value


@dataclass(slots=True)
class Cells:
    """What was entered in one item: text or reason, and the event, a list each."""

    texts: list[str | None] = field(default_factory=list)
    reasons: list[str | None] = field(default_factory=list)
    events: list[int | None] = field(default_factory=list)

    def add(self, entry: Entry | None) -> None:
        if entry is None:
            self.texts.append(None)
            self.reasons.append(None)
            self.events.append(None)
            return
        datum = entry.datum
        text, reason = (datum.text, None) if isinstance(datum, Value) else (None, datum.reason)
        self.texts.append(text)
        self.reasons.append(reason)
        self.events.append(entry.sequence)


@dataclass(slots=True)
class Entered:
    """Everything entered in one form, one line a record."""

    participants: list[str] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    is_record: list[bool] = field(default_factory=list)
    items: dict[str, Cells] = field(default_factory=dict)

    def add(self, participant: str, record: Record) -> None:
        self.participants.append(participant)
        self.visits.append(record.visit)
        self.repeats.append(record.repeat)
        self.is_record.append(holds_data(record))
        entries = record.items
        for item, cells in self.items.items():
            cells.add(entries.get(item))

    def frame(self) -> pl.DataFrame:
        """Keys, `is_record`, and `item__text`, `item__reason`, `item__event` of every item."""
        columns = {
            "participant": pl.Series(self.participants, dtype=pl.String()),
            "visit": pl.Series(self.visits, dtype=pl.String()),
            "repeat": pl.Series(self.repeats, dtype=KEYS["repeat"]),
            "is_record": pl.Series(self.is_record, dtype=pl.Boolean()),
        }
        for item, cells in self.items.items():
            columns[f"{item}__text"] = pl.Series(cells.texts, dtype=pl.String())
            columns[f"{item}__reason"] = pl.Series(cells.reasons, dtype=pl.String())
            columns[f"{item}__event"] = pl.Series(cells.events, dtype=pl.Int64())
        return pl.DataFrame(columns)


def gather(study: Study, books: Iterable[Casebook]) -> Mapping[str, Entered]:
    """What the forms of the study hold, gates of logs and removed rows left out."""
    entered = {
        name: Entered(items={item: Cells() for item in form.items}) for name, form in study.forms.items()
    }
    for book in books:
        for (_, name, repeat), record in book.records.items():
            form = study.forms.get(name)
            if form is not None and not _is_left_out(form, repeat, record):
                entered[name].add(book.participant, record)
    return entered


def _is_left_out(form: Form, repeat: int, record: Record) -> bool:
    is_list = form.records in ("many", "many_visit")
    return is_gate(form, repeat) or (is_list and not holds_data(record))
