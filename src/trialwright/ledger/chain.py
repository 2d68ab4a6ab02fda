"""Verification: one stream's chain, columns, commitments and redactions; and the seal of the whole study over the
heads of all chains. What is found is a Problem that names the row.

Each event is read once; what it did is handed on, so that current values are recomputed in the same pass.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple, cast

from trialwright.ledger.apply import Happening
from trialwright.ledger.content import BODIES, Content, upcast
from trialwright.ledger.events import Sealed, ValueRedacted
from trialwright.ledger.messages import problem
from trialwright.ledger.seal import SALT_LENGTH, seal_of
from trialwright.values.problem import Problem
from trialwright.values.stored import UNREADABLE, Json, canonical_json

_TOLD = ("sequence", "site", "definition_hash", "server_utc")
_DECODER = json.JSONDecoder()
_COLUMNS = ("study", "stream", "sequence", "command_id", "kind", "server_utc")


class StoredEvent(NamedTuple):
    """A row of the log as its columns promise it; what an altered row holds instead is caught where it is used.

    position: among the events of one command, from 0.
    """

    sequence: int
    command_id: str
    position: int
    kind: str
    server_utc: str
    content: str
    previous: str
    seal: str


# sequence, key, salt, value; salt "" and no value once it was redacted
StoredValue = tuple[int, str, str, str | None]


def stored_event(event: Sealed, position: int) -> StoredEvent:
    """The row of an event."""
    return StoredEvent(
        event.sequence,
        event.envelope.command_id,
        position,
        type(event.body).__name__,
        event.envelope.server_utc,
        event.content,
        event.previous,
        event.seal,
    )


def stored_values(event: Sealed) -> tuple[StoredValue, ...]:
    """The rows of its values."""
    return tuple(
        (event.sequence, key, event.salts.get(key, ""), value) for key, value in event.values.items()
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that does not agree. is_value: a row of the values, not of the events.

    problem.where names it: "participant:p1 #7", and of a value "participant:p1 #7 weight".
    """

    problem: Problem
    is_value: bool = False


@dataclass(slots=True)
class Chain:
    """A stream as it was read. happenings: what the readable events did; head: sequence and seal of the last;
    values: those of which no event was there, by sequence.

    Mutable, unlike other data: each row adds to several of these, and to copy them at each would make the time grow
    with the square of the rows.
    """

    study: str
    stream: str
    faults: list[Fault] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    head: tuple[int, str] = (0, "")
    values: dict[int, list[StoredValue]] = field(default_factory=lambda: defaultdict(list))
    emptied: set[tuple[int, str]] = field(default_factory=set)
    redacted: set[tuple[int, str]] = field(default_factory=set)


def find_event(chain: Chain, sequence: object, code: str, *, columns: str = "") -> None:
    """Notes that an event does not agree."""
    chain.faults.append(Fault(problem(code, f"{chain.stream} #{sequence}", columns=columns)))


def _find_value(chain: Chain, sequence: object, key: str, code: str) -> None:
    chain.faults.append(Fault(problem(code, f"{chain.stream} #{sequence} {key}", key=key), is_value=True))


def read_chain(
    study: str, stream: str, events: Iterable[StoredEvent], values: Iterable[StoredValue]
) -> Chain:
    """What is wrong with one stream in itself, and what it says. events: in the order of their sequence.

    Each content must follow the seal before it and say what its columns say; each value must agree with its
    commitment; and each value that is gone must have its ValueRedacted event. A tail cut off, or a chain forged
    anew from its first event, is whole in itself: only `verify_study_seal` finds it.
    """
    chain = Chain(study, stream)
    for value in values:
        chain.values[value[0]].append(value)
    _walk(chain, events)
    for sequence, key in sorted(chain.emptied - chain.redacted, key=repr):
        _find_value(chain, sequence, key, "value-gone")
    for sequence, key in sorted(chain.redacted - chain.emptied, key=repr):
        _find_value(chain, sequence, key, "redacted-value-present")
    for sequence, left in chain.values.items():
        for value in left:
            _find_value(chain, sequence, str(value[1]), "value-extra")
    return chain


def _walk(chain: Chain, events: Iterable[StoredEvent]) -> None:
    expected, command, position = 1, None, 0
    seals: tuple[str, ...] = ("",)  # as stored and as computed, so that one altered row is named once
    for event in events:
        sequence: object = event.sequence
        if sequence != expected:
            _find_gap(chain, expected, sequence)
        elif event.previous not in seals:
            find_event(chain, sequence, "previous-seal-differs")
        position = position + 1 if event.command_id == command else 0
        command = event.command_id
        seals = _read_event(chain, event, position)
        if isinstance(sequence, int):
            expected = sequence + 1
            chain.head = (sequence, str(event.seal))


def _find_gap(chain: Chain, expected: int, sequence: object) -> None:
    last = sequence - 1 if isinstance(sequence, int) else expected
    if last >= expected:
        find_event(chain, expected if last == expected else f"{expected} to #{last}", "event-missing")


def _read_event(chain: Chain, event: StoredEvent, position: int) -> tuple[str, ...]:
    """Reads one event; gives the seals that the next may name."""
    try:
        computed = seal_of(event.previous, event.content)
        read = _parsed(event.content)
        values = _read_values(chain, event.sequence, read["commitments"])  # type: ignore[arg-type]  # as sealed, or caught
    except UNREADABLE:
        chain.values.pop(event.sequence, None)  # whether they agree, nobody can tell any more
        find_event(chain, event.sequence, "content-unreadable")
        return (event.seal,)
    if computed != event.seal:
        find_event(chain, event.sequence, "seal-broken")
    else:
        _check_columns(chain, event, read, is_placed=event.position == position)
    try:
        happening = _happening(upcast(read), values)
        if type(happening.body) is ValueRedacted:
            chain.redacted.add((happening.body.sequence, happening.body.key))
        chain.happenings.append(happening)
    except UNREADABLE:
        find_event(chain, event.sequence, "content-unreadable")
    return (event.seal, computed)


def _parsed(content: str) -> Content:
    """As json.loads, which looks for blanks around it; canonical JSON has none, but what was altered may have."""
    try:
        read, end = _DECODER.raw_decode(content)
        if end == len(content):
            return cast(Content, read)
    except ValueError:
        pass
    return cast(Content, json.loads(content))


def _check_columns(chain: Chain, event: StoredEvent, read: Content, *, is_placed: bool) -> None:
    stored = (chain.study, chain.stream, event.sequence, event.command_id, event.kind, event.server_utc)
    said = tuple(map(read.get, _COLUMNS))
    if stored != said or not is_placed:
        differing = [name for name, is_, should in zip(_COLUMNS, stored, said, strict=True) if is_ != should]
        differing += [] if is_placed else ["position"]
        find_event(chain, event.sequence, "column-differs", columns=", ".join(differing))


def _read_values(chain: Chain, sequence: int, commitments: Mapping[str, str]) -> dict[str, str | None]:
    """The values of one event, each held against its commitment. The loop that takes most of the time."""
    values: dict[str, str | None] = {}
    for _, key, salt, value in chain.values.pop(sequence, ()):
        commitment = commitments.get(key)
        if commitment is None:
            _find_value(chain, sequence, key, "value-extra")
            continue
        values[key] = value
        if value is None and salt == "":
            chain.emptied.add((sequence, key))
            continue
        try:
            agrees = sha256((salt + value).encode()).hexdigest() == commitment and len(salt) == SALT_LENGTH  # type: ignore[operator]  # a None is caught
        except (TypeError, ValueError):
            agrees = False
        if not agrees:
            _find_value(chain, sequence, key, "commitment-differs")
    if len(values) != len(commitments):
        for key in commitments.keys() - values.keys():
            _find_value(chain, sequence, key, "value-missing")
    return values


def _happening(read: Content, values: Mapping[str, str | None]) -> Happening:
    parts: dict[str, object] = read["body"]  # type: ignore[assignment]  # as sealed, or the caller catches it
    for name, part in parts.items():
        if type(part) is list:
            parts[name] = _frozen(part) if part else ()
    body = BODIES[read["kind"]](**parts)  # type: ignore[index, arg-type]  # as sealed
    sequence, site, definition, utc = (read[name] for name in _TOLD)
    return Happening(body, values, sequence, site, definition, utc)  # type: ignore[arg-type]  # as sealed


def _frozen(part: object) -> object:
    return tuple(_frozen(inner) for inner in part) if isinstance(part, list) else part


# ------------------------------------------------------------------ the study's seal


@dataclass(frozen=True, slots=True)
class SealDocument:
    """Heads of all streams at one moment, to be kept outside the system. heads: stream -> (sequence, seal)."""

    study: str
    utc: str
    heads: Mapping[str, tuple[int, str]]
    seal: str

    @property
    def text(self) -> str:
        """Canonical JSON, one line; `read_study_seal` reads it."""
        return canonical_json(
            {
                "schema": 1,
                "study": self.study,
                "utc": self.utc,
                "heads": _listed(self.heads),
                "seal": self.seal,
            }
        )


def study_seal(study: str, heads: Mapping[str, tuple[int, str]], *, utc: str) -> SealDocument:
    """A seal over the heads of all streams of one study. utc: when, like "2026-03-14T08:30:12.123456Z"."""
    return SealDocument(study, utc, dict(heads), _seal_of_heads(study, heads, utc))


def read_study_seal(text: str) -> SealDocument | Problem:
    """The document of a text, or why it is none: not readable, or changed after it was sealed."""
    try:
        read = json.loads(text)
        heads = {str(stream): (int(at), str(head)) for stream, (at, head) in read["heads"].items()}
        document = SealDocument(str(read["study"]), str(read["utc"]), heads, str(read["seal"]))
        seal = _seal_of_heads(document.study, heads, document.utc)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return problem("seal-unreadable", "seal")
    if seal != document.seal:
        return problem("seal-altered", "seal")
    return document


def verify_study_seal(
    document: SealDocument, seal_at: Callable[[str, int], str | None]
) -> tuple[Problem, ...]:
    """What the sealed heads tell about the log of today: tails cut off, and chains forged anew.

    seal_at: the stored seal of a stream's event, None where there is no such event.
    """
    found: list[Problem] = []
    for stream, (sequence, head) in sorted(document.heads.items()):
        stored = seal_at(stream, sequence)
        if stored is None:
            found.append(problem("tail-missing", f"{stream} #{sequence}", utc=document.utc))
        elif stored != head:
            found.append(problem("chain-forged", f"{stream} #{sequence}", utc=document.utc))
    return tuple(found)


def _seal_of_heads(study: str, heads: Mapping[str, tuple[int, str]], utc: str) -> str:
    sealed = canonical_json({"study": study, "utc": utc, "heads": _listed(heads)})
    return sha256(sealed.encode()).hexdigest()


def _listed(heads: Mapping[str, tuple[int, str]]) -> dict[str, Json]:
    return {stream: list(head) for stream, head in heads.items()}
