"""The raw shape of a form, an instrument and the code lists."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ConfigDict, Field, model_validator

from trialwright.study.files_base import Lines, Raw, or_first, or_scalar
from trialwright.study.formats import (
    AreaWord,
    BandBound,
    EarlierWord,
    Factor,
    FillerWord,
    Id,
    ItemTypeWord,
    LevelWord,
    Line,
    MadeFromWord,
    Number,
    Positive,
    Range,
    RecordsWord,
    RuleText,
    Truth,
    Whole,
    WidgetWord,
    WordingWord,
)
from trialwright.study.text import Text


class RawCode(Raw):
    """A label, or {label, unknown}."""

    model_config = ConfigDict(json_schema_extra=or_scalar)

    label: Line
    unknown: Truth | None = None

    @model_validator(mode="before")
    @classmethod
    def take_text(cls, value: object) -> object:
        return {"label": value} if isinstance(value, Text) else value


class RawCodeList(Raw):
    not_built = frozenset({"nci"})

    codes: dict[Line, RawCode]
    scores: dict[Line, Number] = Field(default_factory=dict)
    bands: dict[Line, BandBound] = Field(default_factory=dict)


class RawItemCodes(Raw):
    """The name of a code list, or the codes themselves."""

    model_config = ConfigDict(json_schema_extra=lambda schema: or_first(schema, "inline"))

    name: Line | None = None
    inline: dict[Line, RawCode] | None = None

    @model_validator(mode="before")
    @classmethod
    def take_name_or_codes(cls, value: object) -> object:
        if isinstance(value, Text):
            return {"name": value}
        return {"inline": value} if isinstance(value, Mapping) else value


class RawItem(Raw):
    not_built = frozenset({"dictionary"})
    refused = MappingProxyType({"default": "answer-given-before", "answer": "answer-given-before"})

    label: Line | None = None
    type: ItemTypeWord | None = None
    codes: RawItemCodes | None = None
    unit: Line | None = None
    units: dict[Line, Factor] = Field(default_factory=dict)
    decimals: Whole | None = None
    range: Range | None = None
    length: Positive | None = None
    when: RuleText | None = None
    derive: RuleText | None = None
    optional: Truth | None = None
    sdtm: Lines = Field(default_factory=list)
    low: Line | None = None
    high: Line | None = None
    widget: WidgetWord | None = None
    blinded_until: Line | None = None
    future: Truth | None = None


class RawRow(Raw):
    """A row of a grid: its label, and constants that its rules may use."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Number]

    label: Line


class RawCheck(Raw):
    about: Line
    when: RuleText
    ask: Line
    level: LevelWord | None = None
    within_hours: Positive | None = None
    tell: Line | None = None


class RawGrid(Raw):
    rows: dict[Id, RawRow]
    columns: dict[Id, RawItem]
    checks: dict[Id, RawCheck] = Field(default_factory=dict)


class RawSdtm(Raw):
    """Where the findings of a form belong."""

    domain: Line


class RawForm(Raw):
    not_built = frozenset({"sign"})

    form: Line | None = None
    label: Line | None = None
    records: RecordsWord | None = None
    gate: Line | None = None
    when: RuleText | None = None
    instrument: Line | None = None
    options: dict[Id, Truth] = Field(default_factory=dict)
    wording: WordingWord | None = None
    filled_by: FillerWord | None = None
    earlier_scores: EarlierWord | None = None
    area: AreaWord | None = None
    sdtm: RawSdtm | None = None
    made_from: MadeFromWord | None = None
    items: dict[Id, RawItem] = Field(default_factory=dict)
    grid: RawGrid | None = None
    checks: dict[Id, RawCheck] = Field(default_factory=dict)


class RawInstrument(RawForm):
    """form.yaml of an instrument: a form with the code lists it brings and the options it refuses."""

    codes: dict[Id, RawCodeList] = Field(default_factory=dict)
    refused_options: dict[Id, Line] = Field(default_factory=dict)


class RawWording(Raw):
    """A licensed text pack: item -> language -> text."""

    licence: Line
    items: dict[Id, dict[Line, Line]]
