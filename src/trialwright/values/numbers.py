"""Exact numbers: from what people type to fractions, and back to plain decimal text."""

import re
import unicodedata
from fractions import Fraction
from typing import Final

# Twenty digits hold every clinical number; the bound keeps hostile input short.
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{1,12})?|\.[0-9]{1,12})")
_PUNCTUATION: Final = str.maketrans(
    {
        "．": ".",
        "٫": ".",
        "－": "-",
        "−": "-",
        "＋": "+",
        "：": ":",
        "／": "/",
        "，": ",",
        "　": " ",
        "％": "%",
    }
)
_DECIMALS_WITHOUT_RULE: Final = 6


def plain_digits(text: str) -> str:
    """Digits of every script, and the full-width signs around them, as ASCII.

    >>> plain_digits("１２．５"), plain_digits("٣")
    ('12.5', '3')
    """
    if text.isascii():
        return text
    return "".join(map(_plain_digit, text.translate(_PUNCTUATION)))


def _plain_digit(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def parse_number(text: str) -> Fraction | None:
    """The exact number that plain ASCII notation stands for; None for anything else (NaN, 1e9, 1,000).

    >>> parse_number("-5.40"), parse_number("1e9")
    (Fraction(-27, 5), None)
    """
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def round_half_away(value: Fraction, decimals: int) -> Fraction:
    """The nearest number with that many decimals; halves go away from zero.

    >>> round_half_away(Fraction(-5, 2), 0)
    Fraction(-3, 1)
    """
    scale = 10**decimals
    whole = (abs(value) * scale * 2 + 1) // 2
    return Fraction(whole if value >= 0 else -whole, scale)


def decimals_of(value: Fraction) -> int | None:
    """How many decimals the number needs; None where it has no finite decimal notation."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def number_text(value: Fraction, decimals: int | None = None) -> str:
    """Stored text of a number: plain notation without needless zeros, so that equal numbers have equal texts.

    decimals: where given, the number is first rounded to that many, halves away from zero. Without it a
    number that has no finite notation is rounded to 6 decimals.

    >>> number_text(Fraction(54, 10)), number_text(Fraction(1, 3), 2), number_text(Fraction(10, 2))
    ('5.4', '0.33', '5')
    """
    places = decimals_of(value) if decimals is None else decimals
    if places is None or decimals is not None:
        value = round_half_away(value, _DECIMALS_WITHOUT_RULE if places is None else places)
        places = decimals_of(value) or 0
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits
