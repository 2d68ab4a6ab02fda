"""What a phone may send, to the letter: an unknown field, a wrong shape or a size beyond measure is refused whole, and
the refusal names the field and repeats no value.

Whether an answer suits its question is not asked here: what has the shape of an entry reaches the ledger, which keeps
aside what it cannot read. An answer must not be lost because a definition changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from trialwright.diary.versions import CURRENT, MessageKind, fields_of, standing_of
from trialwright.study.diary_bounds import MOST_BYTES, MOST_ITEMS, MOST_NAME
from trialwright.values.datum import MissingReason

MOST_ENTRIES = 200
YEARS = range(1970, 2200)  # a clock that was never set says 1970
BODY_BYTES = 8_000_000  # so many entries, each with an answer of that size


def _within_bytes(text: str) -> str:
    if len(text.encode()) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES} bytes")
    return text


def _is_day(text: str) -> str:
    if date.fromisoformat(text).year not in YEARS:
        raise ValueError("a year that no calendar is asked for")
    return text


def _is_time(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError("a year that no calendar is asked for")
    return moment


_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_HASH = "[0-9a-f]{64}"
Id = Annotated[str, Field(pattern=f"^{_ID}$")]
MaybeId = Annotated[str, Field(pattern=f"^({_ID})?$")]
_NAME = f"[A-Za-z][A-Za-z0-9_]{{0,{MOST_NAME - 1}}}"
Name = Annotated[str, Field(pattern=f"^{_NAME}$")]
VisitKey = Annotated[str, Field(pattern=f"^({_NAME}(#[0-9]{{1,4}})?)?$")]
MaybeHash = Annotated[str, Field(pattern=f"^({_HASH})?$")]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_is_day)]
Time = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Moment = Annotated[AwareDatetime, AfterValidator(_is_time)]
Text = Annotated[str, AfterValidator(_within_bytes)]
Line = Annotated[str, Field(max_length=200)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
Number = Annotated[int, Field(ge=1, lt=2**31)]
Version = Annotated[int, Field(ge=1, lt=10_000)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Answer(_Message):
    """A value as text, or why there is none."""

    v: Text | None = None
    m: MissingReason | None = None

    @model_validator(mode="after")
    def _says_one(self) -> "Answer":
        if (self.v is None) == (self.m is None):
            raise ValueError("either v or m")
        return self


class Entry(_Message):
    """One sent page of the diary. day: of the occasion; entered: the phone's clock when "send" was pressed."""

    id: Id
    number: Number
    form: Name
    visit: VisitKey
    day: Day
    items: Annotated[Mapping[Name, Answer], Field(max_length=MOST_ITEMS)]
    entered: Moment
    definition: MaybeHash = ""
    root: MaybeId = ""
    corrects: MaybeId = ""
    reason: Annotated[str, Field(max_length=2_000)] | None = None


class Sync(_Message):
    """sent: the phone's clock at sending; package: digest of the one that it has."""

    protocol: Version
    app: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+_-]{0,64}$")]
    sent: Moment
    package: MaybeHash = ""
    entries: Annotated[tuple[Entry, ...], Field(max_length=MOST_ENTRIES)] = ()


class Join(_Message):
    """token: that the phone made for itself, so that it is known again where the answer to this is lost."""

    protocol: Version
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
    year_of_birth: Annotated[int, Field(ge=1850, le=2200)]
    language: Language
    platform: Line = ""
    token: MaybeHash = ""


class Settings(_Message):
    """What the participant chose; what is left out stays as it is, and "" takes an address back. snooze_until: not to
    be reminded before."""

    protocol: Version = CURRENT
    snooze_until: Moment | None = None
    remind_at: Time | None = None
    language: Language | None = None
    channel: Literal["none", "email", "sms"] | None = None
    phone: Annotated[str, Field(pattern=r"^(\+?[0-9 ()-]{5,30})?$")] | None = None
    email: Annotated[str, Field(max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")] | None = None


class Keys(_Message):
    """Of a browser, for messages with a content; ours have none."""

    p256dh: Line
    auth: Line


class Subscription(_Message):
    """As PushSubscription.toJSON() gives it."""

    endpoint: Annotated[str, Field(max_length=2_000, pattern=r"^https?://")]
    expirationTime: float | None = None  # noqa: N815 - the name is the browser's
    keys: Keys | None = None


class Push(_Message):
    """subscription: None where the phone wants no notifications any more."""

    protocol: Version = CURRENT
    subscription: Subscription | None


class PhotoSent(_Message):
    """What the header of a photo says. sent, taken: by the phone's clock; original: sha256 of the file that the camera
    made, and type what it was, "" where the phone does not know."""

    protocol: Version
    app: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+_-]{0,64}$")]
    sent: Moment
    id: Id
    region: Name
    taken: Moment
    original: Annotated[str, Field(pattern=f"^{_HASH}$")]
    type: Annotated[str, Field(pattern=r"^(image/[a-z0-9.+-]{1,40})?$")] = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that is not taken. state: a word for the program; field: where, as in entries.0.day."""

    status: int
    state: str
    field: str = ""


M = TypeVar("M", Join, Sync, Settings, Push, PhotoSent)


class _Spoken(BaseModel):
    """The one field that every version has, read before all others: an old message is told that it is old, and not
    that its fields are unknown."""

    protocol: Annotated[int, Field(strict=True)] = CURRENT


def read_message(kind: type[M], body: bytes) -> M | Refused:
    """The message, or why it is none.

    >>> read_message(Join, b'{"protocol": 1, "coat": "red"}')
    Refused(status=422, state='malformed', field='coat')
    >>> read_message(Join, b'{"protocol": 0}')
    Refused(status=426, state='too_old', field='protocol')
    """
    if len(body) > BODY_BYTES:
        return Refused(413, "too_large")
    try:
        version = _Spoken.model_validate_json(body).protocol
        standing = standing_of(version)
        if standing != "spoken":
            return Refused(426, standing, "protocol")
        message = kind.model_validate_json(body)
    except ValidationError as error:
        return Refused(422, "malformed", _field_of(error))
    strange = _strange_field(message, version)
    return Refused(422, "malformed", strange) if strange else message


def _field_of(error: ValidationError) -> str:
    """The first unknown field where there is one: the rest may follow from it."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    first = min(found, key=lambda one: one["type"] != "extra_forbidden")
    return ".".join(str(part)[:64] for part in first["loc"])[:200]


_KINDS: Final[Mapping[type, MessageKind]] = {
    Join: "join",
    Sync: "sync",
    Settings: "settings",
    Push: "push",
    PhotoSent: "photo",
}


def _strange_field(message: Join | Sync | Settings | Push | PhotoSent, version: int) -> str:
    """A field that the version of the message did not have yet."""
    if isinstance(message, Sync):
        for at, entry in enumerate(message.entries):
            new = entry.model_fields_set - fields_of(version, "entry")
            if new:
                return f"entries.{at}.{min(new)}"
    kind = _KINDS[type(message)]
    return min(message.model_fields_set - fields_of(version, kind), default="")
