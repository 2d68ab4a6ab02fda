"""What the record engine asks of a participant's data; the ledger's casebook answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol

from trialwright.expr.vocabulary import Vocabulary
from trialwright.values.datum import Datum


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands and the event (sequence in the participant's stream) that put it there."""

    visit: str  # "" for a record that belongs to the participant
    form: str
    repeat: int
    item: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Known:
    """A datum that was entered or derived."""

    datum: Datum
    source: Source


@dataclass(frozen=True, slots=True)
class NotEntered:
    """Nothing was entered yet."""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """The item's own condition says no: it is not asked of this participant."""


State = Known | NotEntered | NotAsked


@dataclass(frozen=True, slots=True)
class RowKey:
    """One record: visit "" where the form belongs to the participant; repeat 0 where it is not repeated."""

    visit: str
    repeat: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule is asked: of the participant, at a visit, or of one row (record) of a form.

    visit is a visit key: the visit's id, or "UNS#2" for the second of a visit that repeats.
    """

    visit: str | None = None
    form: str | None = None
    repeat: int = 0


Side = Literal["low", "high"]


class Reader(Protocol):
    """A participant's data as the record engine reads it."""

    @property
    def vocabulary(self) -> Vocabulary: ...

    def state(self, form: str, item: str, visit: str, repeat: int) -> State:
        """The state of one item; visit is "" for forms that belong to the participant.

        The built-in forms: `visit` (date, contact, day, days_outside, in_order, id), `plan` (dose, date) and
        `participant` (arm, site, code) answer here too; their facts are data like any other.
        """
        ...

    def rows(self, form: str) -> Sequence[RowKey]:
        """The records of a form, in the order of visits, then repeats; removed rows are not among them."""
        ...

    def gate(self, form: str) -> bool | None:
        """The answer of a form's gate, given at every held visit that asks it: yes at one of them, no at all;
        None = one has not answered, so the list may not be complete, whatever the others say.

        Asked of every form that has no records: a form whose own condition says no answers no, any
        other form without a gate answers None.
        """
        ...

    def visit_keys(self) -> Sequence[str]:
        """The visits that have a date, or a reason for having none, by date, then by order of the schedule."""
        ...

    def limit(self, form: str, item: str, side: Side) -> Fraction | None:
        """The limit of normal of a laboratory item, in the item's unit; None where the tables have none."""
        ...

    def expiry(self, kit: str) -> str | None:
        """The expiry date of a kit in stored text (it may be partial); None for a kit that is not in stock."""
        ...
