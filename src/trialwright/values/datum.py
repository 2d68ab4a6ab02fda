"""One datum: a value in its stored text form, or a missing value with the reason.

The stored text of each type:

=============  ==========================================================
text           NFC, as typed, ends trimmed
integer        decimal digits, optional minus: "12"
decimal        plain notation, no exponent: "5.4"
boolean        "true" or "false"
code           the code itself: "female"
date           ISO 8601: "2026-03-14"
partial_date   ISO 8601 prefix: "2026", "2026-03", "2026-03-14"
time           "08:30"
datetime       "2026-03-14T08:30+08:00"
=============  ==========================================================
"""

from dataclasses import dataclass
from typing import Final, Literal

ItemType = Literal[
    "text",
    "integer",
    "decimal",
    "boolean",
    "code",
    "date",
    "partial_date",
    "time",
    "datetime",
]

MissingReason = Literal[
    "not_done", "not_applicable", "unknown", "refused", "technical_failure", "lost", "not_entered"
]

MISSING_REASONS: Final[tuple[MissingReason, ...]] = (
    "not_done",
    "not_applicable",
    "unknown",
    "refused",
    "technical_failure",
    "lost",
    "not_entered",
)


@dataclass(frozen=True, slots=True)
class Value:
    """A known value. `raw` is what was typed and `unit` the unit typed in, where they differ from `text`."""

    text: str
    raw: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that is known to be missing, with the reason."""

    reason: MissingReason


Datum = Value | Missing
