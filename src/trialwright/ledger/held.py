"""Which visits were held, when, and in which order."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from trialwright.ledger.casebook import Casebook
from trialwright.schedule.visits import Held, number_of, visit_of
from trialwright.study.model import Study
from trialwright.values.datum import Datum, Value


def held_visits(book: Casebook) -> dict[str, Held]:
    """The visits that have a date, or a reason for having none, by visit key."""
    held: dict[str, Held] = {}
    for (visit, form, _), record in book.records.items():
        if form != "visit":
            continue
        entry = record.items.get("date")
        if entry is not None:
            held[visit] = _held(entry.datum)
    return held


def held_at(book: Casebook, visit: str) -> Held | None:
    """What is known of one visit."""
    record = book.records.get((visit, "visit", 0))
    entry = record.items.get("date") if record is not None else None
    return None if entry is None else _held(entry.datum)


@lru_cache(maxsize=4096)
def _held(datum: Datum) -> Held:
    return Held(date.fromisoformat(datum.text)) if isinstance(datum, Value) else Held(None, datum.reason)


def ordered_visits(study: Study, held: Mapping[str, Held]) -> list[str]:
    """By date, then by order of the schedule; a visit without a date follows the one before it in the schedule."""
    order = {visit: position for position, visit in enumerate(study.visits)}
    by_schedule = sorted(held, key=lambda key: (order.get(visit_of(key), len(order)), number_of(key)))
    days: dict[str, date] = {}
    latest = date.min
    for key in by_schedule:
        days[key] = latest = held[key].day or latest
    return sorted(by_schedule, key=days.__getitem__)
