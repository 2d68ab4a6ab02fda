"""What a record is: one that holds data, a gate, an empty one."""

from trialwright.ledger.casebook import Record
from trialwright.study.model import Form


def holds_data(record: Record | None) -> bool:
    """Whether a record stands and somebody entered anything in it."""
    if record is None or record.is_removed:
        return False
    for entry in record.items.values():  # noqa: SIM110 - asked of every record: `any` would take three times as long
        if not entry.is_derived:
            return True
    return False


def changed_at(record: Record, item: str) -> int:
    """Sequence of the event that gave the item its value, or took it back; 0 for one that was never filled."""
    entry = record.items.get(item)
    return entry.sequence if entry is not None else record.cleared.get(item, 0)


def is_gate(form: Form, repeat: int) -> bool:
    """Whether record `repeat` of the form is its gate: record 0 of a form with many rows."""
    return repeat == 0 and form.records in ("many", "many_visit")


def place_of(visit: str, form: str, repeat: int = 0, item: str = "") -> str:
    """Where something stands, for a Problem: "W16 / score / total", "con_med / 2 / start"."""
    parts = (visit, form, str(repeat) if repeat else "", item)
    return " / ".join(part for part in parts if part)
