"""Commands: what somebody asks for, imperative. Every command has an id, so that twice is once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from trialwright.ledger.events import Decision, DiarySource, Importance, Originator
from trialwright.study.model import Study
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
    """What a value of the log tells of: items (form, item), edit checks, and analysis sets."""

    items: frozenset[tuple[str, str]] = frozenset()
    checks: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()


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


@dataclass(frozen=True, slots=True)
class EnterDiary:
    """One entry of the diary, whoever hands it in. The command's id, made where it was entered, is the entry's.

    day: of the occasion, ISO; entered: when it was entered by the clock of the device, aware; definition: hash that it
    was asked under, "" for the active one. device, number: which phone, and which of its entries, from 1. root,
    corrects: of a correction, the first entry of its chain and the one that it takes the place of. reason: of a
    correction, and of what was told by telephone. clock_off_seconds: the device's clock minus the server's.
    asked_under: the version of `definition` where that is not the active one and not too old; the caller fills it.
    is_unruled: no rule of the study is asked, for one failed at this entry; the caller says so.
    """

    command_id: str
    participant: str
    form: str
    visit: str
    day: str
    items: Mapping[str, Typed | Missing]
    entered: datetime
    source: DiarySource = "phone"
    device: str = ""
    number: int = 0
    app: str = ""
    definition: str = ""
    root: str = ""
    corrects: str = ""
    reason: str | None = None
    clock_off_seconds: int = 0
    asked_under: Study | None = field(default=None, compare=False, repr=False)
    is_unruled: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class InviteDevice:
    """Lets the participant join with one phone. invite: a new id, not the code that the participant gets."""

    command_id: str
    participant: str
    invite: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class JoinDevice:
    """The participant's own act, with an invitation. device: a new id, made by the server; key: sha256 of its token."""

    command_id: str
    participant: str
    device: str
    invite: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class RevokeDevice:
    command_id: str
    participant: str
    device: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """Lets an entry count that was kept aside."""

    command_id: str
    participant: str
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeaveEntryAside:
    """Says that an entry which is kept aside was looked at, and need not be released. It may be, later on."""

    command_id: str
    participant: str
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What a photo is known by; the pictures themselves pass by the ledger.

    original: sha256 (hex) of the file as it was taken; type: of that file, such as "image/png". kept: sha256 of the
    copy without whatever the camera wrote into the original, which alone is kept; size: its bytes; width, height:
    its points.
    """

    original: str
    type: str
    kept: str
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """A photo of one region. The command's id, made where it was taken, is the photo's.

    visit: at which the site took it; "" for one that the participant took. taken, device: of the participant's phone,
    when by its clock and which; None and "" for the site's.
    """

    command_id: str
    participant: str
    visit: str
    region: str
    picture: Picture
    taken: datetime | None = None
    device: str = ""


@dataclass(frozen=True, slots=True)
class RemovePhoto:
    command_id: str
    participant: str
    photo: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClassDeviation:
    """Says whether what a check finds in a record is important.

    base: sequence of the decision that the person saw, 0 where none stood.
    """

    command_id: str
    participant: str
    check: str
    visit: str
    form: str
    repeat: int
    importance: Importance
    base: int
    reason: str


@dataclass(frozen=True, slots=True)
class DecideSet:
    """Puts the participant into an analysis set or out of it, whatever its rule says. is_in: None withdraws that, and
    the rule tells again. base: sequence of the last decision on this set that the person saw, 0 where none was taken."""

    command_id: str
    participant: str
    population: str
    is_in: bool | None
    base: int
    reason: str


ReviewCommand = ClassDeviation | DecideSet
PhotoCommand = AddPhoto | RemovePhoto
DiaryCommand = EnterDiary | InviteDevice | JoinDevice | RevokeDevice | ReleaseEntry | LeaveEntryAside

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
    | DiaryCommand
    | PhotoCommand
    | ReviewCommand
)
