"""What a person typed, once and for all turned into a value, or into the problem that stops it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from trialwright.values.catalogue import problem
from trialwright.values.dates import parse_date, parse_datetime, parse_partial_date, parse_time
from trialwright.values.datum import ItemType, Value
from trialwright.values.numbers import decimals_of, number_text, parse_number, plain_digits, round_half_away
from trialwright.values.problem import Problem
from trialwright.values.units import unit_words
from trialwright.values.words import words_of

_AMOUNT: Final = re.compile(r"([+-]?[0-9.]+)\s+(\S.*)")
_COMMA_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?")
_SHOWN: Final = 60  # characters of an entry that a message repeats
_TRUTHS: Final[Mapping[str, str]] = MappingProxyType(
    {"true": "true", "false": "false", "yes": "true", "no": "false", "是": "true", "否": "false"}
)


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """What an item takes.

    codes: the only answers allowed, where the item has a code list.
    low, high: bounds of a number, inclusive, in `unit`.
    units: other units with factors, value in `unit` = typed * factor.
    """

    type: ItemType
    codes: tuple[str, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    decimals: int | None = None
    length: int | None = None
    unit: str | None = None
    units: tuple[tuple[str, Fraction], ...] = ()


def parse(spec: ItemSpec, entry: str, unit: str | None = None, *, where: str = "") -> Value | Problem:
    """The value of an entry in its stored text, or the problem that stops it.

    unit: the unit chosen beside the field; None for the item's own. Where the entry differs from the
    stored text, or its unit from the item's, they are kept beside it.

    >>> parse(ItemSpec("decimal", decimals=1, unit="kg", units=(("lb", Fraction("0.45359237")),)), "150", "lb")
    Value(text='68', raw='150', unit='lb')
    """
    text = words_of(unicodedata.normalize("NFC", entry))
    if not text:
        return problem("nothing-entered", where)
    if spec.codes:
        return _parse_code(spec, entry, text, where)
    if spec.type in ("integer", "decimal"):
        return _parse_amount(spec, entry, text, unit, where)
    if spec.type in ("text", "code"):
        return _parse_text(spec, entry, text, where)
    read, code = _READERS[spec.type]
    stored = read(plain_digits(text))
    return problem(code, where, raw=_shown(text)) if stored is None else _value(stored, entry)


def _value(stored: str, entry: str, unit: str | None = None) -> Value:
    return Value(stored, None if entry == stored and unit is None else entry, unit)


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _parse_truth(text: str) -> str | None:
    return _TRUTHS.get(text.casefold())


_READERS: Final[Mapping[ItemType, tuple[Callable[[str], str | None], str]]] = MappingProxyType(
    {
        "boolean": (_parse_truth, "not-a-truth"),
        "date": (parse_date, "not-a-date"),
        "partial_date": (parse_partial_date, "not-a-partial-date"),
        "time": (parse_time, "not-a-time"),
        "datetime": (parse_datetime, "not-a-datetime"),
    }
)


def _parse_code(spec: ItemSpec, entry: str, text: str, where: str) -> Value | Problem:
    for candidate in (text, plain_digits(text)):
        if candidate in spec.codes:
            return _value(candidate, entry)
    return problem("not-a-code", where, raw=_shown(text), codes=", ".join(spec.codes))


def _parse_text(spec: ItemSpec, entry: str, text: str, where: str) -> Value | Problem:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
            return problem("bad-character", where, character=f"U+{ord(character):04X}")
    length = _length(text)
    if spec.length is not None and length > spec.length:
        return problem("too-long", where, length=length, limit=spec.length)
    return _value(text, entry)


def _length(text: str) -> int:
    """Characters as a reader counts them: marks and joined parts belong to the one before."""
    count, is_joined = 0, False
    for character in text:
        is_part = character == "\u200d" or unicodedata.category(character).startswith("M")
        count += not (is_part or is_joined)
        is_joined = character == "\u200d"
    return count


def _parse_amount(spec: ItemSpec, entry: str, text: str, unit: str | None, where: str) -> Value | Problem:
    """A number, in the item's unit or another of its units; `160 mg` may be typed in one."""
    digits = plain_digits(text)
    amount = _AMOUNT.fullmatch(digits)
    if amount and unit in (None, amount[2]):
        digits, unit = amount[1], amount[2]
    number = parse_number(digits)
    if number is None:
        code = "comma-in-number" if _COMMA_NUMBER.fullmatch(digits) else "not-a-number"
        return problem(code, where, raw=_shown(text))
    if unit is None or unit == spec.unit:
        return _own_unit(spec, entry, number, where)
    factor = dict(spec.units).get(unit)
    if factor is None:
        known = ", ".join(([spec.unit] if spec.unit else []) + [name for name, _ in spec.units])
        return problem("unknown-unit" if known else "no-unit-here", where, unit=unit, units=known)
    decimals = _decimals(spec)
    value = number * factor
    converted = value if decimals is None else round_half_away(value, decimals)
    return _in_range(spec, converted, where) or _value(number_text(converted), entry, unit)


def _own_unit(spec: ItemSpec, entry: str, number: Fraction, where: str) -> Value | Problem:
    raw = number_text(number)
    if spec.type == "integer" and number.denominator != 1:
        return problem("not-a-whole-number", where, raw=raw)
    decimals = _decimals(spec)
    if decimals is not None and (decimals_of(number) or 0) > decimals:
        return problem("too-many-decimals", where, raw=raw, decimals=decimals)
    return _in_range(spec, number, where) or _value(raw, entry)


def _decimals(spec: ItemSpec) -> int | None:
    return 0 if spec.type == "integer" else spec.decimals


def _in_range(spec: ItemSpec, value: Fraction, where: str) -> Problem | None:
    low, high = spec.low, spec.high
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    unit = f" {unit_words(spec.unit)}" if spec.unit else ""
    raw = number_text(value) + unit
    if low is None or high is None:
        code, limit = ("below-range", low) if low is not None else ("above-range", high)
        return problem(code, where, raw=raw, limit=number_text(limit or Fraction(0)) + unit)
    return problem("out-of-range", where, raw=raw, low=number_text(low), high=number_text(high) + unit)
