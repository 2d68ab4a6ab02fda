"""Verification: one stream's chain and commitments, and the seal of the whole study over the heads of all
chains. What is found is a Problem that names the row."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from trialwright.ledger.messages import problem
from trialwright.ledger.seal import SALT, commitment_of, seal_of
from trialwright.values.problem import Problem
from trialwright.values.stored import Json, canonical_json


class Stored(Protocol):
    """A row of the log as it is stored; `Sealed` is one, too. salts of redacted values are absent or ""."""

    @property
    def sequence(self) -> int: ...
    @property
    def content(self) -> str: ...
    @property
    def previous(self) -> str: ...
    @property
    def seal(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str | None]: ...
    @property
    def salts(self) -> Mapping[str, str]: ...


def verify_chain(stream: str, rows: Iterable[Stored]) -> tuple[Problem, ...]:
    """What is wrong with one stream, its rows in the order of their sequence.

    Each content must follow the seal before it, each value agree with its commitment, and each value that
    is gone have its ValueRedacted event. A tail cut off, or a chain forged anew from its first event, is
    whole in itself: only `verify_study_seal` finds it.
    """
    found: list[Problem] = []
    emptied: dict[tuple[int, str], str] = {}
    redacted: set[tuple[int, str]] = set()
    previous, expected = "", 1
    for row in rows:
        where = f"{stream} #{row.sequence}"
        found += _check_link(row, where, previous=previous, expected=expected)
        found += _check_content(row, where, stream, emptied, redacted)
        previous, expected = row.seal, row.sequence + 1
    found += [
        problem("value-gone", place, key=key)
        for (at, key), place in emptied.items()
        if (at, key) not in redacted
    ]
    found += [
        problem("redacted-value-present", f"{stream} #{at}", key=key)
        for at, key in sorted(redacted - set(emptied))
    ]
    return tuple(found)


def _check_link(row: Stored, where: str, *, previous: str, expected: int) -> list[Problem]:
    found: list[Problem] = []
    if row.sequence != expected:
        found.append(problem("sequence-gap", where, expected=expected))
    if row.previous != previous:
        found.append(problem("previous-seal-differs", where))
    if seal_of(row.previous, row.content) != row.seal:
        found.append(problem("seal-broken", where))
    return found


def _check_content(
    row: Stored,
    where: str,
    stream: str,
    emptied: dict[tuple[int, str], str],
    redacted: set[tuple[int, str]],
) -> list[Problem]:
    try:
        content = json.loads(row.content)
        commitments, body = content["commitments"], content["body"]
        is_placed = content["sequence"] == row.sequence and content["stream"] == stream
        if content["kind"] == "ValueRedacted":
            redacted.add((body["sequence"], body["key"]))
    except (ValueError, KeyError, TypeError):
        return [problem("content-unreadable", where)]
    found = [] if is_placed else [problem("content-misplaced", where)]
    for key in sorted({*commitments, *row.values}):
        value = row.values.get(key)
        if value is None:
            emptied[(row.sequence, key)] = where
        elif not _agrees(commitments.get(key), row.salts.get(key, ""), value):
            found.append(problem("commitment-differs", where, key=key))
    return found


def _agrees(commitment: object, salt: str, value: str) -> bool:
    return bool(SALT.match(salt)) and commitment_of(salt, value) == commitment


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
