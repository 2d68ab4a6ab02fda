"""Seals: each event holds a hash over its content and the seal before it; values stand beside it, under
salted commitments, so that a value can be emptied while the chain still verifies."""

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from trialwright.ledger.content import content_of
from trialwright.ledger.events import REASON, Draft, Envelope, Sealed

# Salts have one length: with free lengths the border between salt and value could be moved, and
# "…f" + "12" be passed off as "…f1" + "2" under the same commitment.
SALT_LENGTH = 32  # hex digits, 128 bits
SALT = re.compile(rf"[0-9a-f]{{{SALT_LENGTH}}}\Z")


def commitment_of(salt: str, value: str) -> str:
    """sha256(salt || value), hex. salt: 16 random bytes as 32 hex digits; ValueError for another length.

    >>> commitment_of("00" * 16, "5.4")[:8]
    '4760c7a4'
    """
    if not SALT.match(salt):
        raise ValueError(f"a salt has {SALT_LENGTH} hex digits")
    return sha256((salt + value).encode()).hexdigest()


def seal_of(previous: str, content: str) -> str:
    """sha256(previous seal || content), hex; previous is "" for the first event of a stream."""
    return sha256((previous + content).encode()).hexdigest()


def seal(
    drafts: Sequence[Draft], envelope: Envelope, *, previous: str, sequence: int, salt: Callable[[], str]
) -> tuple[Sealed, ...]:
    """The drafts of one command as events of a stream.

    previous, sequence: seal and sequence of the stream's last event, "" and 0 for a new stream.
    salt: a new salt at each call.
    """
    sealed: list[Sealed] = []
    for draft in drafts:
        sequence += 1
        sealed.append(_seal_one(draft, envelope, previous, sequence, salt))
        previous = sealed[-1].seal
    return tuple(sealed)


def _seal_one(
    draft: Draft, envelope: Envelope, previous: str, sequence: int, salt: Callable[[], str]
) -> Sealed:
    values = {**draft.values, **({} if draft.reason is None else {REASON: draft.reason})}
    salts: Mapping[str, str] = {key: salt() for key in values}
    commitments = {key: commitment_of(salts[key], value) for key, value in values.items()}
    content = content_of(draft, envelope, sequence=sequence, commitments=commitments)
    return Sealed(
        envelope=envelope,
        sequence=sequence,
        body=draft.body,
        originator=draft.originator,
        values=values,
        salts=salts,
        content=content,
        previous=previous,
        seal=seal_of(previous, content),
    )
