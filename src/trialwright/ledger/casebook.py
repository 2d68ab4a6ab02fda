"""What the events of one participant say, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from trialwright.ledger.events import Decision, QueryLevel
from trialwright.study.model import Study
from trialwright.values.datum import Datum

RecordKey = tuple[str, str, int]  # visit ("" for the participant's own), form, repeat
Status = Literal["screening", "screen_failed", "eligible", "enrolled", "on_treatment", "follow_up", "ended"]


@dataclass(frozen=True, slots=True)
class Entry:
    """The current datum of an item, the event that put it there, and whether a person typed it."""

    datum: Datum
    sequence: int
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Current values of one (visit, form, repeat). sequence: of its last event; definition: hash it was entered under.

    cleared: items that were taken back to blank, and the event that did it (so that two people who change
    one item at once are told apart from two who change different ones).
    """

    visit: str
    form: str
    repeat: int
    items: Mapping[str, Entry]
    sequence: int
    definition: str
    is_removed: bool = False
    cleared: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    id: str
    visit: str
    form: str
    repeat: int
    item: str
    check: str  # "" where a person wrote it
    level: QueryLevel
    state: Literal["open", "answered", "closed"]
    text: str  # "" where the check's own `ask` is the text
    answer: str
    value: str  # the datum asked about, stored text
    opened: int  # sequences of the events
    sequence: int
    answered: int = 0
    by_change: bool = False  # closed because its check no longer fired


@dataclass(frozen=True, slots=True)
class EligibilityDecision:
    visit: str
    decision: Decision
    criteria: tuple[tuple[str, str], ...]
    sequence: int


@dataclass(frozen=True, slots=True)
class EarlierShown:
    """Somebody looked at the earlier scores on the page of one record."""

    account: str
    visit: str
    form: str
    repeat: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Casebook:
    """Frozen: `apply` gives a new one. sequence and head: of the stream's last event (0 and "" when empty).

    hidden: items (form, item) that `visible` took out, for whoever looks may not see them; nothing is hidden from
    the ledger itself.
    """

    study: Study
    participant: str
    code: str = ""
    site: str = ""
    arm: str | None = None
    enrolled: int = 0  # sequence of ParticipantEnrolled, 0 before
    records: Mapping[RecordKey, Record] = field(default_factory=dict)
    queries: Mapping[str, Query] = field(default_factory=dict)
    decisions: tuple[EligibilityDecision, ...] = ()
    sequence: int = 0
    head: str = ""
    coded: int = 0  # sequence of the event that gave the code
    hidden: frozenset[tuple[str, str]] = frozenset()
    earlier_shown: tuple[EarlierShown, ...] = ()
