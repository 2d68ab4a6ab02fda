"""Commands: what somebody asks for, imperative. Every command has an id, so that twice is once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from trialwright.ledger.events import Decision, Originator
from trialwright.values.datum import Missing


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: account id, role, organisation, and the sites where the role holds (empty = all)."""

    account: str
    role: str
    organisation: str
    sites: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Moment:
    """When: server UTC (aware), the site's calendar day, and the clock of the device where it was entered."""

    utc: datetime
    site_date: date
    device: datetime | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a value of the log tells of: items (form, item), and edit checks."""

    items: frozenset[tuple[str, str]] = frozenset()
    checks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a field, and the unit chosen beside it. An empty text takes the value back."""

    raw: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ScreenParticipant:
    """Starts a casebook. participant: a new opaque id, made by the server and never by a browser; code: "" for the site's next free one (the caller fills it)."""

    command_id: str
    participant: str
    site: str
    code: str


@dataclass(frozen=True, slots=True)
class SaveForm:
    """Saves the changed items of one record.

    base: sequence of the record's last event that the person saw, 0 for a new record. Where others
    changed other items since, both stay; where they changed the same item, the save is refused.
    confirmed: item -> "value is right" note, which answers the query that its check would open.
    repeat: 0 where the form is not repeated and for a gate; n >= 1 for a row, the next free n for a new one.
    """

    command_id: str
    participant: str
    visit: str
    form: str
    repeat: int
    items: Mapping[str, Typed | Missing]
    base: int
    reason: str | None = None
    confirmed: Mapping[str, str] = field(default_factory=dict)
    originator: Originator = "site"


@dataclass(frozen=True, slots=True)
class RemoveRow:
    command_id: str
    participant: str
    visit: str
    form: str
    repeat: int
    base: int
    reason: str


@dataclass(frozen=True, slots=True)
class DecideEligibility:
    """Decides at a visit of the criteria's `decided_at`. "eligible" is refused unless every criterion allows it."""

    command_id: str
    participant: str
    visit: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class EnrolParticipant:
    """arm: the one arm, or the arm that the allocation gave (the caller draws it)."""

    command_id: str
    participant: str
    arm: str


@dataclass(frozen=True, slots=True)
class OpenQuery:
    command_id: str
    participant: str
    query: str  # new id
    visit: str
    form: str
    repeat: int
    item: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswerQuery:
    command_id: str
    participant: str
    query: str
    text: str


@dataclass(frozen=True, slots=True)
class CloseQuery:
    command_id: str
    participant: str
    query: str
    text: str


@dataclass(frozen=True, slots=True)
class ShowEarlierScores:
    """Lifts the bias guard of one record for the one who asks."""

    command_id: str
    participant: str
    visit: str
    form: str
    repeat: int


@dataclass(frozen=True, slots=True)
class RedactValue:
    """Empties a value, a query's words, or with the key `events.REASON` the reason of an event.

    copies: other places (sequence, key) of the log that hold the same. about: what it tells of, None where there is
    no such value. The caller fills both, from the log (`redaction.filled`).
    """

    command_id: str
    participant: str
    sequence: int
    key: str
    reason: str
    copies: tuple[tuple[int, str], ...] = ()
    about: About | None = None


@dataclass(frozen=True, slots=True)
class CorrectCode:
    command_id: str
    participant: str
    code: str
    reason: str


Command = (
    ScreenParticipant
    | SaveForm
    | RemoveRow
    | DecideEligibility
    | EnrolParticipant
    | OpenQuery
    | AnswerQuery
    | CloseQuery
    | ShowEarlierScores
    | RedactValue
    | CorrectCode
)
