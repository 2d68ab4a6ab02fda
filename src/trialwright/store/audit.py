"""One stream of the log, read once: chain, columns, commitments, redactions; and what its events say.

Each event is parsed once; what it did is handed on, so that current values are recomputed in the same pass.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import cast

from trialwright.ledger import messages as ledger_messages
from trialwright.ledger.apply import Happening
from trialwright.ledger.content import BODIES, Content, upcast
from trialwright.ledger.events import ValueRedacted
from trialwright.store import rows
from trialwright.store.errors import UNREADABLE
from trialwright.store.findings import Finding
from trialwright.store.messages import problem

SALT_LENGTH = 32

_EVENTS = """
SELECT sequence, command_id, position, kind, server_utc, content, previous, seal
FROM event WHERE study = %s AND stream = %s ORDER BY sequence
"""
_VALUES = "SELECT sequence, key, salt, value FROM event_value WHERE study = %s AND stream = %s"
_COLUMNS = ("study", "stream", "sequence", "command_id", "kind", "server_utc")

# Rows as their columns promise; what altered rows hold instead is caught where it is used.
EventRow = tuple[int, str, int, str, str, str, str, str]
Value = tuple[int, str, str, str | None]
Place = tuple[rows.Cell, str]  # sequence, key of a value


@dataclass(slots=True)
class Audit:
    """An audit under way. happenings: what the readable events did; head: sequence and seal of the last."""

    study: str
    stream: str
    findings: list[Finding] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    head: tuple[int, str] = (0, "")
    values: dict[rows.Cell, list[Value]] = field(default_factory=dict)
    emptied: set[Place] = field(default_factory=set)
    redacted: set[Place] = field(default_factory=set)

    def find_event(self, sequence: rows.Cell, code: str, *, columns: str = "") -> None:
        """A finding about an event; the sentence is the ledger's or the store's."""
        make = ledger_messages.problem if code in ledger_messages.TEMPLATES else problem
        key = f"{self.stream} #{sequence!s}"
        self.findings.append(Finding("event", key, make(code, f"event: {key}", columns=columns)))

    def find_value(self, sequence: rows.Cell, key: str, code: str) -> None:
        where = f"{self.stream} #{sequence!s} {key}"
        if code in ledger_messages.TEMPLATES:
            found = ledger_messages.problem(code, f"event_value: {where}", key=key)
        else:
            found = problem(code, f"event_value: {where}")
        self.findings.append(Finding("event_value", where, found))


def audit_stream(study_id: str, stream: str) -> Audit:
    """What is wrong with one stream in itself, and what it says."""
    audit = Audit(study_id, stream, values=_values(study_id, stream))
    _walk(audit, cast("list[EventRow]", rows.select(_EVENTS, (study_id, stream))))
    for sequence, key in sorted(audit.emptied - audit.redacted, key=repr):
        audit.find_value(sequence, key, "value-gone")
    for sequence, key in sorted(audit.redacted - audit.emptied, key=repr):
        audit.find_value(sequence, key, "redacted-value-present")
    for sequence, left in audit.values.items():
        for row in left:
            audit.find_value(sequence, str(row[1]), "row-extra")
    return audit


def _values(study_id: str, stream: str) -> dict[rows.Cell, list[Value]]:
    found: dict[rows.Cell, list[Value]] = defaultdict(list)
    for row in cast("list[Value]", rows.select(_VALUES, (study_id, stream))):
        found[row[0]].append(row)
    return found


def _walk(audit: Audit, events: list[EventRow]) -> None:
    expected, command, position = 1, None, 0
    seals: tuple[object, ...] = ("",)  # as stored and as computed, so that one altered row is named once
    for row in events:
        sequence = row[0]
        if sequence != expected:
            _gap(audit, expected, sequence)
        elif row[6] not in seals:
            audit.find_event(sequence, "previous-seal-differs")
        position = position + 1 if row[1] == command else 0
        command = row[1]
        seals = _event(audit, row, position)
        if isinstance(sequence, int):
            expected = sequence + 1
            audit.head = (sequence, str(row[7]))


def _gap(audit: Audit, expected: int, sequence: rows.Cell) -> None:
    last = sequence - 1 if isinstance(sequence, int) else expected
    if last >= expected:
        audit.find_event(expected if last == expected else f"{expected} to #{last}", "event-missing")


def _event(audit: Audit, row: EventRow, position: int) -> tuple[object, ...]:
    """Audits one event; gives the seals that the next may name."""
    sequence, _, stored_position, _, _, content, previous, seal = row
    try:
        computed = sha256((previous + content).encode()).hexdigest()
        read: Content = json.loads(content)
        values = _commitments(audit, sequence, read["commitments"])  # type: ignore[arg-type]  # as sealed, or caught
    except UNREADABLE:
        audit.find_event(sequence, "content-unreadable")
        return (seal,)
    if computed != seal:
        audit.find_event(sequence, "seal-broken")
    else:
        _columns(audit, row, read, is_placed=stored_position == position)
    try:
        happening = _happening(upcast(read), values)
        if type(happening.body) is ValueRedacted:
            audit.redacted.add((happening.body.sequence, happening.body.key))
        audit.happenings.append(happening)
    except UNREADABLE:
        audit.find_event(sequence, "content-unreadable")
    return (seal, computed)


def _columns(audit: Audit, row: EventRow, read: Content, *, is_placed: bool) -> None:
    sequence, command_id, _, kind, server_utc = row[:5]
    stored = [audit.study, audit.stream, sequence, command_id, kind, server_utc]
    said = [read.get(name) for name in _COLUMNS]
    if stored != said or not is_placed:
        differing = [name for name, is_, should in zip(_COLUMNS, stored, said, strict=True) if is_ != should]
        differing += [] if is_placed else ["position"]
        audit.find_event(sequence, "column-differs", columns=", ".join(differing))


def _commitments(audit: Audit, sequence: rows.Cell, commitments: Mapping[str, str]) -> dict[str, str | None]:
    """The values of one event, each held against its commitment. The loop that takes most of the time."""
    values: dict[str, str | None] = {}
    stored: list[Value] = audit.values.pop(sequence, [])
    for _, key, salt, value in stored:
        commitment = commitments.get(key)
        if commitment is None:
            audit.find_value(sequence, key, "row-extra")
            continue
        values[key] = value
        if value is None and salt == "":
            audit.emptied.add((sequence, key))
            continue
        try:
            agrees = sha256((salt + value).encode()).hexdigest() == commitment and len(salt) == SALT_LENGTH  # type: ignore[operator]  # a None is caught
        except (TypeError, ValueError):
            agrees = False
        if not agrees:
            audit.find_value(sequence, key, "commitment-differs")
    if len(values) != len(commitments):
        for key in commitments.keys() - values.keys():
            audit.find_value(sequence, key, "row-missing")
    return values


def _happening(read: Content, values: Mapping[str, str | None]) -> Happening:
    parts: dict[str, object] = read["body"]  # type: ignore[assignment]  # as sealed, or the caller catches it
    for name, part in parts.items():
        if type(part) is list:
            parts[name] = _frozen(part)
    body = BODIES[read["kind"]](**parts)  # type: ignore[index, arg-type]  # as sealed
    return Happening(body, values, read["sequence"], read["site"], read["definition_hash"])  # type: ignore[arg-type]  # as sealed


def _frozen(part: object) -> object:
    return tuple(_frozen(inner) for inner in part) if isinstance(part, list) else part
