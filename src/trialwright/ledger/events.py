"""Events: one act of one person, past tense. Their envelope is fixed from the first version on.

An event never holds a value of a participant, nor any words that a person typed: they stand beside it
(`Sealed.values`), each under a key, and the event's content holds only the salted commitment of each. So is the
reason for an act (`REASON`): a name that was typed into it by mistake can be redacted as one in a form.

schema 1 of the content, canonical JSON (sorted keys, compact, UTF-8):
  schema study stream sequence kind command_id server_utc device_time device_offset site_date actor
  role organisation site originator form_version definition_hash body commitments
commitments: by key, which is an item's id, "code", "arm", "text", "value", "@reason" or "@unread".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from trialwright.ledger.events_accounts import AccountBody

Originator = Literal["site", "participant", "proxy", "import", "derivation"]
QueryLevel = Literal["query", "deviation", "alert"]
Decision = Literal["eligible", "not_eligible"]
Importance = Literal["important", "not_important"]

SCHEMA = 1

REASON: Final = "@reason"  # key of the reason among the values; an item's id begins with a letter
UNREAD: Final = "@unread"  # key of what a diary sent and nobody could read, as it came: ASCII JSON by item

# phone: the participant's own; telephone: told to the site; paper: written on a sheet, copied by the site.
DiarySource = Literal["phone", "telephone", "paper"]

# ------------------------------------------------------------------ bodies, participant stream


@dataclass(frozen=True, slots=True)
class ParticipantScreened:
    """Values: code."""

    participant: str


@dataclass(frozen=True, slots=True)
class CodeCorrected:
    """Values: code, reason. The participant's code was wrong."""


@dataclass(frozen=True, slots=True)
class FormSaved:
    """Values: one per changed item, keyed by the item's id, and the reason where one was given. visit "" for forms of the
    participant. The gate of a log is the record (visit, form, 0) with the one item "gate"; rows are repeat 1, 2, ...
    """

    visit: str
    form: str
    repeat: int


@dataclass(frozen=True, slots=True)
class ValuesDerived:
    """Values: one per derived item that changed, because something it depends on changed."""

    visit: str
    form: str
    repeat: int


@dataclass(frozen=True, slots=True)
class RowRemoved:
    """Values: reason. A row was entered in error; its values stay in the log."""

    visit: str
    form: str
    repeat: int


@dataclass(frozen=True, slots=True)
class EligibilityDecided:
    """At one visit: what each criterion said ("met", "not_met", "unknown") when the decision was taken."""

    visit: str
    decision: Decision
    criteria: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ParticipantEnrolled:
    """Values: arm."""


@dataclass(frozen=True, slots=True)
class QueryOpened:
    """check "" for a query that a person wrote. Values: text for such a query; value, the datum asked about."""

    query: str
    visit: str
    form: str
    repeat: int
    item: str
    check: str
    level: QueryLevel


@dataclass(frozen=True, slots=True)
class QueryAnswered:
    """Values: text."""

    query: str


@dataclass(frozen=True, slots=True)
class QueryClosed:
    """by_change: the check no longer fires. Values: text, where a person closed it with words."""

    query: str
    by_change: bool


@dataclass(frozen=True, slots=True)
class EarlierScoresShown:
    """On the page of this record the account looked at the scores of earlier visits, which its form keeps hidden."""

    account: str
    visit: str
    form: str
    repeat: int


@dataclass(frozen=True, slots=True)
class ValueRedacted:
    """Values: reason. The value under `key` of the event `sequence`, a reason too, was emptied."""

    sequence: int
    key: str


@dataclass(frozen=True, slots=True)
class DiaryEntered:
    """One entry of the diary; a correction is an entry of its own. Values: one per item, the reason, "@unread".

    repeat: of the record, see `diary_entries.repeat_of`. entered: when, by the clock of the device, with its offset.
    definition: hash of what it was asked under. root, corrects: of a correction, the first entry of its chain and the
    one that it takes the place of. flags: what this entry says by itself and the calendar then; no other entries.
    """

    visit: str
    form: str
    repeat: int
    day: str
    entry: str
    source: DiarySource
    device: str
    number: int
    entered: str
    app: str
    definition: str
    root: str
    corrects: str
    clock_off_seconds: int
    flags: tuple[str, ...]
    is_kept_aside: bool


@dataclass(frozen=True, slots=True)
class DeviceInvited:
    """The participant may join with one phone until then (UTC, as stored)."""

    invite: str
    expires: str


@dataclass(frozen=True, slots=True)
class DeviceJoined:
    """key: sha256 of the token that the phone shows when it sends; a token is long enough that it tells nothing."""

    device: str
    invite: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class DeviceRevoked:
    """Values: reason. Nothing is taken from this phone any more."""

    device: str


@dataclass(frozen=True, slots=True)
class EntryResent:
    """An entry that is there came again from another phone: from the same one, which has joined anew meanwhile."""

    entry: str
    device: str
    number: int


@dataclass(frozen=True, slots=True)
class EntryReleased:
    """Values: reason. An entry that was kept aside counts from now on."""

    entry: str


@dataclass(frozen=True, slots=True)
class EntryLeftAside:
    """Values: reason. An entry that was kept aside was looked at, and stays there; it waits no more."""

    entry: str


@dataclass(frozen=True, slots=True)
class PhotoAdded:
    """A photo of one region; the picture is a file beside the log.

    visit: "" for one that the participant took. day: of the visit, or by the participant's clock. original: sha256 of
    the file as it was taken, and type what it was; nobody keeps that one, for it tells places and cameras. kept: sha256
    of the copy that is kept, with its bytes and its measures in points. taken: by the clock of the phone, with its
    offset, "" for the site's. device: the participant's phone, "" for the site's.
    """

    photo: str
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


@dataclass(frozen=True, slots=True)
class PhotoRemoved:
    """Values: reason. The file of the photo is destroyed; what else is known of it stays."""

    photo: str


@dataclass(frozen=True, slots=True)
class DeviationClassed:
    """Values: reason. Whether what a check of the level deviation finds in this record is important. ICH E3 10.2

    It takes the place of an earlier one for the same check and record.
    """

    check: str
    visit: str
    form: str
    repeat: int
    importance: Importance


@dataclass(frozen=True, slots=True)
class SetDecided:
    """Values: reason. Whether the participant is in this analysis set, whatever its rule says; None: the rule tells
    again. ICH E9 5.2"""

    population: str
    is_in: bool | None


@dataclass(frozen=True, slots=True)
class DefinitionActivated:
    """Stream site:<id>. From now on this site enters data under this version."""

    version: str
    definition_hash: str


@dataclass(frozen=True, slots=True)
class DefinitionAdded:
    """Stream study. A version is kept from now on. number: the order in which versions came; library: the version of
    the program whose instruments are inside; digest: sha256 of the files as they are stored."""

    version: str
    definition_hash: str
    number: int
    library: str
    digest: str


@dataclass(frozen=True, slots=True)
class ParticipantListed:
    """Stream site:<id>. The site screens this participant: a stream that is gone as a whole is missed here."""

    participant: str


EntryBody = DiaryEntered | EntryResent | EntryReleased | EntryLeftAside
ReviewBody = DeviationClassed | SetDecided
PhoneBody = DeviceInvited | DeviceJoined | DeviceRevoked | PhotoAdded | PhotoRemoved

Body = (
    ParticipantScreened
    | CodeCorrected
    | FormSaved
    | ValuesDerived
    | RowRemoved
    | EligibilityDecided
    | ParticipantEnrolled
    | QueryOpened
    | QueryAnswered
    | QueryClosed
    | EarlierScoresShown
    | ValueRedacted
    | EntryBody
    | PhoneBody
    | ReviewBody
    | DefinitionActivated
    | DefinitionAdded
    | ParticipantListed
    | AccountBody
)


# ------------------------------------------------------------------ draft, envelope, sealed


@dataclass(frozen=True, slots=True)
class Draft:
    """What `decide` says has happened; the store gives it a sequence, salts and a seal.

    values: stored text by key; for items of a form the canonical JSON of the datum:
    {"v": "5.4"}, {"v": "130", "raw": "13", "unit": "g/dL"}, {"m": "not_done"}, or {} for "back to blank".
    reason: joins the values, as it is, when the draft is sealed.
    """

    body: Body
    values: Mapping[str, str] = field(default_factory=dict)
    originator: Originator = "site"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who, when, where, under which definition: the same for all events of one command."""

    study: str
    stream: str  # "participant:<id>", "site:<id>", "study", "accounts"
    command_id: str
    server_utc: str  # "2026-03-14T08:30:12.123456Z"
    device_time: str | None
    device_offset: str | None  # "+08:00"
    site_date: str  # the site's calendar day
    actor: str
    role: str
    organisation: str
    site: str
    form_version: str  # version of the definition, as in its `version:`
    definition_hash: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event as it is stored. content: canonical JSON; seal: sha256(previous seal + content), hex.

    values: stored text by key, the reason among them; None where the value was redacted. salts: by key.
    """

    envelope: Envelope
    sequence: int  # from 1 in its stream
    body: Body
    originator: Originator
    values: Mapping[str, str | None]
    salts: Mapping[str, str]
    content: str
    previous: str
    seal: str

    @property
    def reason(self) -> str | None:
        """Why it was done; None where nobody said so, or where that was redacted."""
        return self.values.get(REASON)

    @property
    def is_reason_redacted(self) -> bool:
        return REASON in self.values and self.values[REASON] is None
