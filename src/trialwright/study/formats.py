"""Formats of single texts in a definition: numbers, ranges, names; each as a pydantic type and as a reader.

The raw models (`files_*`) check with the types; resolving reads the checked texts with `read_...`.
"""

import datetime
import keyword
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from trialwright.study.text import Text

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_RANGE = re.compile(r"([+-]?\d+(?:\.\d+)?)\.\.([+-]?\d+(?:\.\d+)?)")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)( next day)?")
_BAND = re.compile(r"(?:(above|from) )?(-?\d+(?:\.\d+)?)")
_SHOWN_NAMES: Final = 5
DAY_MINUTES: Final = 24 * 60

# Words that have a meaning in rules: they can be no one's name.
RESERVED: Final = frozenset(
    {*keyword.kwlist, "true", "false", "where", "at_least", "at", "visit", "plan", "participant", "unknown"}
)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known names that a misspelt one may mean; where none is close, a few, the most like it first."""
    names = list(dict.fromkeys(known))
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    lower = [other for other in names if other.lower() == name.lower()]
    shown = lower or close or get_close_matches(name, names, n=_SHOWN_NAMES, cutoff=0.0)
    return ", ".join(f"“{other}”" for other in shown) or "—"


def read_number(text: str) -> Fraction | None:
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def read_range(text: str) -> tuple[Fraction, Fraction] | None:
    """Both ends of "A..B", where A is not above B."""
    found = _RANGE.fullmatch(text)
    if not found:
        return None
    low, high = Fraction(found[1]), Fraction(found[2])
    return (low, high) if low <= high else None


def read_days(text: str) -> tuple[int, int] | None:
    ends = read_range(text)
    if ends is None or ends[0].denominator != 1 or ends[1].denominator != 1:
        return None
    return int(ends[0]), int(ends[1])


def read_band(text: str) -> tuple[Fraction, bool] | None:
    """The lower bound of "above 0" (not included), "from 10" or "10" (included)."""
    found = _BAND.fullmatch(text)
    return (Fraction(found[2]), found[1] != "above") if found else None


def read_clock(text: str) -> int | None:
    """Minutes after midnight of "18:00"; "12:00 next day" is 2160.

    >>> read_clock("18:00"), read_clock("12:00 next day"), read_clock("25:00")
    (1080, 2160, None)
    """
    found = _CLOCK.fullmatch(text)
    return 60 * int(found[1]) + int(found[2]) + (DAY_MINUTES if found[3] else 0) if found else None


def read_truth(text: str | None) -> bool:
    return text == "true"


@dataclass(frozen=True, slots=True)
class Format:
    """A pydantic type of texts: `check` gives None, or the code and parts of what is wrong."""

    check: Callable[[Text], tuple[str, dict[str, object]] | None]
    schema: tuple[tuple[str, object], ...] = (("type", "string"),)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.validate)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {key: list(part) if isinstance(part, tuple) else part for key, part in self.schema}

    def validate(self, value: object) -> Text:
        if not isinstance(value, Text):
            raise _custom("text-expected", {})
        wrong = self.check(value)
        if wrong:
            raise _custom(wrong[0], {"text": str(value)} | wrong[1])
        return value


def _custom(code: str, parts: dict[str, object]) -> PydanticCustomError:
    return PydanticCustomError(code, "{code}", {"code": code} | parts)


def _said(text: Text) -> tuple[str, dict[str, object]] | None:
    return None if text.strip() else ("blank-text", {})


def _number(text: Text) -> tuple[str, dict[str, object]] | None:
    return None if read_number(text) is not None else ("number-expected", {})


def _positive(text: Text) -> tuple[str, dict[str, object]] | None:
    number = read_number(text)
    return None if number is not None and number > 0 else ("positive-number-expected", {})


def _level(text: Text) -> tuple[str, dict[str, object]] | None:
    number = read_number(text)
    return None if number is not None and 0 < number < 1 else ("level-expected", {})


def _whole(least: int) -> Callable[[Text], tuple[str, dict[str, object]] | None]:
    def check(text: Text) -> tuple[str, dict[str, object]] | None:
        number = read_number(text)
        if number is None or number.denominator != 1 or number < least:
            return "whole-number-expected", {"least": least}
        return None

    return check


def _range(text: Text) -> tuple[str, dict[str, object]] | None:
    return None if read_range(text) else ("range-expected", {"example": "0..72"})


def _days(text: Text) -> tuple[str, dict[str, object]] | None:
    return None if read_days(text) else ("range-expected", {"example": "-3..+3"})


def _day(text: Text) -> tuple[str, dict[str, object]] | None:
    if text == "any" or read_days(text):
        return None
    number = read_number(text)
    is_day = number is not None and number.denominator == 1 and number != 0
    return None if is_day else ("range-expected", {"example": "113, -28..-1 or any"})


def _band(text: Text) -> tuple[str, dict[str, object]] | None:
    return None if read_band(text) else ("range-expected", {"example": "0, above 0 or from 10"})


def _clock(text: Text) -> tuple[str, dict[str, object]] | None:
    return None if read_clock(text) is not None else ("time-expected", {})


def _date(text: Text) -> tuple[str, dict[str, object]] | None:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return "calendar-date-expected", {}
    return None


def _partial_date(text: Text) -> tuple[str, dict[str, object]] | None:
    """A year, a month or a day."""
    return _date(Text(text + "2000-01-01"[len(text) :], text.origin)) if len(text) in (4, 7) else _date(text)


def _words(*words: str) -> Format:
    def check(text: Text) -> tuple[str, dict[str, object]] | None:
        return None if text in words else ("not-one-of", {"near": nearest(text, words)})

    return Format(check, (("enum", words),))


def _named(pattern: str, rule: str) -> Format:
    expression = re.compile(pattern)

    def check(text: Text) -> tuple[str, dict[str, object]] | None:
        if not expression.fullmatch(text):
            return "not-an-id", {"rule": rule}
        return ("reserved-name", {}) if text in RESERVED else None

    return Format(check, (("type", "string"), ("pattern", f"^{pattern}$")))


_SCALAR = (("type", ("string", "number", "boolean")),)
_NUMERIC = (("type", ("number", "string")),)

Line = Annotated[Text, Format(_said, _SCALAR)]
RuleText = Annotated[Text, Format(_said, (("type", ("string", "number", "boolean")), ("maxLength", 2000)))]
Number = Annotated[Text, Format(_number, _NUMERIC)]
Factor = Annotated[Text, Format(_positive, _NUMERIC)]
Level = Annotated[Text, Format(_level, _NUMERIC)]
Whole = Annotated[Text, Format(_whole(0), _NUMERIC)]
Positive = Annotated[Text, Format(_whole(1), _NUMERIC)]
Truth = Annotated[Text, Format(_words("true", "false").check, (("type", "boolean"),))]
Range = Annotated[Text, Format(_range)]
Days = Annotated[Text, Format(_days)]
Day = Annotated[Text, Format(_day, _NUMERIC)]
BandBound = Annotated[Text, Format(_band, _NUMERIC)]
Clock = Annotated[Text, Format(_clock)]
Date = Annotated[Text, Format(_date)]
PartialDate = Annotated[Text, Format(_partial_date)]
Id = Annotated[Text, _named(r"[a-z][a-z0-9_]*", "small letters, digits and _, a letter first")]
Capitals = Annotated[Text, _named(r"[A-Z][A-Z0-9_]*", "capitals, digits and _, a letter first")]
Variable = Annotated[
    Text, _named(r"[A-Z][A-Z0-9_]{0,7}", "capitals, digits and _, at most 8, a letter first")
]
CriterionVariable = Annotated[Text, _named(r"CRIT[1-9]", "CRIT and a number from 1 to 9")]
ArmId = Annotated[Text, _named(r"[A-Za-z][A-Za-z0-9_]*", "letters, digits and _, a letter first")]
StudyId = Annotated[
    Text,
    _named(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}",
        "letters, digits, points, _ and -, at most 40, a letter or digit first",
    ),
]
Language = Annotated[
    Text, _named(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "the tag of a language, like en or zh-Hans")
]
Version = Annotated[Text, _named(r"\d+\.\d+\.\d+", "three numbers with points, like 1.0.0")]
DefinitionFormat = Annotated[Text, _words("trialwright/1")]
ItemTypeWord = Annotated[
    Text,
    _words(
        "text",
        "integer",
        "decimal",
        "boolean",
        "date",
        "partialDate",
        "partial_date",
        "time",
        "datetime",
    ),
]
RecordsWord = Annotated[
    Text, _words("one per participant", "one per visit", "many per participant", "many per visit")
]
WordingWord = Annotated[Text, _words("open", "licensed")]
WidgetWord = Annotated[Text, _words("scale", "list", "buttons", "lines", "shading", "drawing")]
EveryWord = Annotated[Text, _words("day", "week", "whenever")]
PerWord = Annotated[Text, _words("week")]
FillerWord = Annotated[Text, _words("site", "participant")]
EarlierWord = Annotated[Text, _words("shown", "hidden")]
AreaWord = Annotated[Text, _words("forms", "eligibility", "drug", "adverse_events", "diary", "identity")]
MadeFromWord = Annotated[Text, _words("eligibility")]
LevelWord = Annotated[Text, _words("query", "deviation", "alert")]
ContactWord = Annotated[Text, _words("site", "telephone")]
IfUnknownWord = Annotated[Text, _words("plan", "ask")]
MethodWord = Annotated[Text, _words("permuted_blocks")]
SexWord = Annotated[Text, _words("male", "female")]
EndpointLevelWord = Annotated[Text, _words("primary", "secondary", "other", "exploratory")]
StrategyWord = Annotated[Text, _words("composite", "treatment policy", "while on study", "hypothetical")]
TopicWord = Annotated[
    Text,
    _words(
        "disposition",
        "deviations",
        "demographics",
        "medication",
        "compliance",
        "efficacy",
        "exposure",
        "adverse events",
        "serious events",
        "abnormal laboratory",
        "laboratory",
        "vital signs",
    ),
]
DatasetClassWord = Annotated[Text, _words("ADSL", "BDS", "OCCDS", "TTE")]
DatasetSourceWord = Annotated[Text, _words("intercurrent_events", "deviations", "diary")]
EndWord = Annotated[Text, _words("first", "last")]
