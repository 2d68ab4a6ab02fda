"""Where a value stands besides the event that gave it: queries that asked about it, derived items that repeat it, and
for a reason the other events of the same command.

A casebook knows current values only, so that copies of a value that was replaced since are found in the log.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from trialwright.ledger.about import about
from trialwright.ledger.casebook import RecordKey
from trialwright.ledger.commands import RedactValue
from trialwright.ledger.compiled import Path
from trialwright.ledger.events import (
    REASON,
    UNREAD,
    DiaryEntered,
    FormSaved,
    QueryOpened,
    Sealed,
    ValuesDerived,
)
from trialwright.ledger.visible import with_derived
from trialwright.study.model import Study
from trialwright.values.datum import ItemType, Value
from trialwright.values.stored import datum_from_json

# What a derived item can only have from what it reads. Equal numbers and codes come about by chance.
_REPEATED: Final = ("text", "date", "partial_date", "time", "datetime")


@dataclass(frozen=True, slots=True)
class _Given:
    """The value of an event. repeating: derived items that may repeat it."""

    sequence: int
    key: RecordKey
    item: str
    text: str
    is_repeated: bool  # where it stands twice, one was taken from the other
    repeating: frozenset[Path]


def filled(study: Study, log: Sequence[Sealed], command: RedactValue) -> RedactValue:
    """The command with what only the log tells: where the value stands too, and what it tells of."""
    event = next((one for one in log if one.sequence == command.sequence), None)
    if event is None or event.values.get(command.key) is None:
        return replace(command, copies=(), about=None)
    copies = copies_of(study, log, command.sequence, command.key)
    return replace(command, copies=copies, about=about(log, event, command.key))


def record_of(log: Sequence[Sealed], sequence: int) -> RecordKey | None:
    """The record to which an event gave values; None for any other event."""
    body = next((event.body for event in log if event.sequence == sequence), None)
    if not isinstance(body, FormSaved | ValuesDerived | DiaryEntered):
        return None
    return (body.visit, body.form, body.repeat)


def copies_of(study: Study, log: Sequence[Sealed], sequence: int, key: str) -> tuple[tuple[int, str], ...]:
    """Other places (sequence, key) of a participant's log that hold the value which the event `sequence` gave."""
    if key == REASON:
        return tuple(_same_reason(log, sequence))
    given = _given(study, log, sequence, key)
    return () if given is None else tuple(_copies(given, log))


def _same_reason(log: Sequence[Sealed], sequence: int) -> Iterator[tuple[int, str]]:
    """A redaction says its reason once for the value and once for each copy."""
    said = next((one for one in log if one.sequence == sequence), None)
    for event in log:
        if said is None or said.reason is None or event is said:
            continue
        if (event.envelope.command_id, event.reason) == (said.envelope.command_id, said.reason):
            yield event.sequence, REASON


def _given(study: Study, log: Sequence[Sealed], sequence: int, item: str) -> _Given | None:
    place = record_of(log, sequence)
    if place is None or item == UNREAD:  # what nobody could read is no value, and compared with none
        return None
    text = _text(next(event.values for event in log if event.sequence == sequence), item)
    return (
        None
        if text is None
        else _Given(
            sequence,
            place,
            item,
            text,
            _kinds(study).get((place[1], item)) in _REPEATED,
            _repeating(study, (place[1], item)),
        )
    )


def _repeating(study: Study, path: Path) -> frozenset[Path]:
    kinds = _kinds(study)
    if kinds.get(path) not in _REPEATED:
        return frozenset()
    derived = with_derived(study, frozenset({path})) - {path}
    return frozenset(one for one in derived if kinds.get(one) in _REPEATED)


def _kinds(study: Study) -> dict[Path, ItemType]:
    return {(item.form, item.id): item.type for form in study.forms.values() for item in form.items.values()}


def _copies(given: _Given, log: Sequence[Sealed]) -> Iterator[tuple[int, str]]:
    """A correction of a diary repeats what it leaves as it was."""
    for event in log:
        body = event.body
        if isinstance(body, DiaryEntered):
            is_same = (body.visit, body.form, body.repeat) == given.key and event.sequence != given.sequence
            if is_same and given.is_repeated and _says(event, given.item, given):
                yield event.sequence, given.item
        if isinstance(body, QueryOpened):
            is_own = (body.visit, body.form, body.repeat) == given.key and body.item == given.item
            if (is_own or (body.form, body.item) in given.repeating) and _says(event, "value", given):
                yield event.sequence, "value"
        elif isinstance(body, ValuesDerived):
            items = (item for form, item in given.repeating if form == body.form)
            yield from ((event.sequence, item) for item in sorted(items) if _says(event, item, given))


def _says(event: Sealed, key: str, given: _Given) -> bool:
    return _text(event.values, key) == given.text


def _text(values: Mapping[str, str | None], key: str) -> str | None:
    """The text of a stored value; None for a blank, a reason, or what was redacted. Old queries hold plain text."""
    stored = values.get(key)
    if not stored or not stored.startswith("{"):
        return stored or None
    datum = datum_from_json(stored)
    return datum.text if isinstance(datum, Value) else None
