"""What the events of one participant say, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from trialwright.ledger.events import Decision, DiarySource, Importance, Originator, QueryLevel
from trialwright.study.model import Study
from trialwright.values.datum import Datum

RecordKey = tuple[str, str, int]  # visit ("" for the participant's own), form, repeat
DeviationKey = tuple[str, RecordKey]  # check, and the record in which it finds something
Status = Literal["screening", "screen_failed", "eligible", "enrolled", "on_treatment", "follow_up", "ended"]


class Entry(NamedTuple):
    """The current datum of an item, the event that put it there, and whether a person typed it. A tuple: a log that is
    replayed makes more of these than of anything else."""

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
class DeviationClass:
    """The last decision on a deviation, and its event."""

    importance: Importance
    sequence: int


@dataclass(frozen=True, slots=True)
class SetDecision:
    """The last decision on an analysis set, and its event. is_in: None where it was withdrawn, and the rule tells."""

    is_in: bool | None
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
class DiaryEntry:
    """One entry of the diary, as it was sent. It never changes, but for being released or left aside, or a value being redacted.

    entered: by the clock of the device, with its offset; received: the server's time (UTC). own_flags: those of the
    event; is_behind: the entry before it on the same phone says a later time. unread: what could not be read, as it
    came. emptied: items that were redacted.
    """

    id: str
    visit: str
    form: str
    repeat: int
    day: str
    items: Mapping[str, Datum]
    sequence: int
    source: DiarySource
    device: str
    number: int
    entered: str
    received: str
    app: str
    definition: str
    root: str
    corrects: str
    clock_off_seconds: int = 0
    own_flags: tuple[str, ...] = ()
    is_behind: bool = False
    is_kept_aside: bool = False
    is_released: bool = False
    is_left_aside: bool = False
    unread: str = ""
    emptied: tuple[str, ...] = ()

    @property
    def key(self) -> RecordKey:
        """Of the record that shows it, if it stands."""
        return (self.visit, self.form, self.repeat)

    @property
    def flags(self) -> tuple[str, ...]:
        """What is unusual about it, in one order."""
        return tuple(sorted({*self.own_flags, *(("clock",) if self.is_behind else ())}))

    @property
    def chain(self) -> str:
        """The first entry of the chain of corrections that it belongs to."""
        return self.root or self.id

    @property
    def counts(self) -> bool:
        return self.is_released or not self.is_kept_aside

    @property
    def is_answer(self) -> bool:
        """Whether its occasion is answered by it: it counts, and was not told before its occasion was asked."""
        return self.counts and not self.is_early

    @property
    def is_early(self) -> bool:
        return "early" in self.own_flags

    @property
    def waits(self) -> bool:
        """Whether somebody has to look at it."""
        return not self.counts and not self.is_left_aside

    @property
    def originator(self) -> Originator:
        return originator_of(self.source)


def originator_of(source: DiarySource) -> Originator:
    """Whose words they are: a sheet that the site copies is still the participant's."""
    return "proxy" if source == "telephone" else "participant"


@dataclass(frozen=True, slots=True)
class Invite:
    """expires: UTC, as stored; device: that joined with it, "" before."""

    id: str
    expires: str
    sequence: int
    device: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """A phone that the participant joined with. joined, revoked: sequences of the events, 0 for none; key: sha256 of
    the token that it shows; resent: numbers under which it sent what was there already, from before it joined anew."""

    id: str
    invite: str
    joined: int
    revoked: int = 0
    key: str = ""
    resent: tuple[int, ...] = ()

    @property
    def is_revoked(self) -> bool:
        return self.revoked > 0


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of one region, as `events.PhotoAdded` tells it. sequence, removed: of the events, 0 for none."""

    id: str
    visit: str
    day: str
    region: str
    original: str
    type: str
    kept: str
    size: int
    width: int
    height: int
    taken: str
    device: str
    sequence: int
    removed: int = 0

    @property
    def is_own(self) -> bool:
        """Whether the participant took it: only a phone that joined sends one."""
        return bool(self.device)


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
    entries: Mapping[str, DiaryEntry] = field(default_factory=dict)  # of the diary, by id
    devices: Mapping[str, Device] = field(default_factory=dict)
    invites: Mapping[str, Invite] = field(default_factory=dict)
    photos: Mapping[str, Photo] = field(default_factory=dict)
    classes: Mapping[DeviationKey, DeviationClass] = field(default_factory=dict)
    sets: Mapping[str, SetDecision] = field(default_factory=dict)  # by population
