"""The raw shape of diary.yaml: forms that the participant answers on the phone, and when."""

from types import MappingProxyType
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from trialwright.study.files_base import Raw, as_list, or_scalar
from trialwright.study.files_forms import RawCheck, RawGrid, RawItem, RawSdtm
from trialwright.study.formats import Clock, EveryWord, Id, Line, PerWord, Positive, RuleText, Truth, Whole
from trialwright.study.text import Text

# Ways of asking that the published rules for diaries on phones forbid (ISPOR ePRO, C-Path, FDA COA).
AGAINST_THE_RULES: Final = MappingProxyType(
    {
        "advance": "diary-advances",
        "per_page": "diary-several-a-page",
        "review": "diary-without-review",
        "back": "diary-without-back",
    }
)


class RawAsk(Raw):
    """{every: day, from, to, open, close}, {after: a date, days, open, close}, or the word `whenever`."""

    model_config = ConfigDict(json_schema_extra=or_scalar)

    every: EveryWord | None = None
    first: Line | None = Field(default=None, alias="from")
    last: Line | None = Field(default=None, alias="to")
    after: RuleText | None = None
    days: Whole | None = None
    open: Clock | None = None
    close: Clock | None = None

    @model_validator(mode="before")
    @classmethod
    def take_word(cls, value: object) -> object:
        return {"every": value} if isinstance(value, Text) else value


class RawDiaryForm(Raw):
    """A form of the diary. What a form of the site says besides follows from `ask`."""

    refused = AGAINST_THE_RULES

    label: Line | None = None
    ask: RawAsk
    instrument: Line | None = None
    options: dict[Id, Truth] = Field(default_factory=dict)
    sdtm: RawSdtm | None = None
    items: dict[Id, RawItem] = Field(default_factory=dict)
    grid: RawGrid | None = None
    checks: dict[Id, RawCheck] = Field(default_factory=dict)


class RawContact(Raw):
    text: Line
    phone: Line | None = None


class RawReminder(Raw):
    at: Clock
    snooze_minutes: Annotated[list[Positive], BeforeValidator(as_list)] = Field(default_factory=list)


class RawSilent(Raw):
    after_days: Positive
    text: Line


class RawDiaryScore(Raw):
    label: Line
    per: PerWord
    derive: RuleText


class RawDiary(Raw):
    refused = AGAINST_THE_RULES

    title: Line
    contact: RawContact | None = None
    reminder: RawReminder
    silent: RawSilent | None = None
    forms: dict[Id, RawDiaryForm]
    scores: dict[Id, RawDiaryScore] = Field(default_factory=dict)
