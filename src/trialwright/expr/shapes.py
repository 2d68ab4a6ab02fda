"""What the static check knows of a part of a rule: its kind, unit, code list and bounds, and how they combine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from trialwright.expr.nodes import Comparison
from trialwright.expr.types import Kind

Bound = Fraction | None


@dataclass(frozen=True, slots=True)
class Shape:
    """is_literal: a number as written in the rule. quoted: the text of a quoted text, which takes the type
    that it meets. is_any: unknown("..."), which fits everything. codes: the answers, where there is no list
    of the study behind them (visits, arms, sites)."""

    kind: Kind
    unit: str | None = None
    code_list: str | None = None
    low: Bound = None
    high: Bound = None
    is_literal: bool = False
    quoted: str | None = None
    is_any: bool = False
    codes: tuple[str, ...] | None = None

    @property
    def group(self) -> str:
        """Kinds of one group can be compared."""
        return "date" if self.kind == "partial_date" else self.kind

    @property
    def is_zero(self) -> bool:
        return self.is_literal and self.low == self.high == 0


TRUTH: Final = Shape("truth")
ANY: Final = Shape("text", is_any=True)

KIND_WORDS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "truth": "a yes or no",
        "number": "a number",
        "code": "a code",
        "text": "a text",
        "date": "a date",
        "partial_date": "a date",
        "time": "a time",
        "datetime": "a date with time",
    }
)
UNORDERED: Final = frozenset({"truth", "code", "text"})

# Counts of calendar units: a bare number beside one can mean nothing else.
CALENDAR_UNITS: Final = frozenset(
    {"day", "days", "week", "weeks", "month", "months", "year", "years", "d", "wk", "mo", "a"}
)


def literal(value: Fraction) -> Shape:
    return Shape("number", low=value, high=value, is_literal=True)


def word_of(shape: Shape) -> str:
    """The kind of a value in words, for messages."""
    if shape.quoted is not None:
        return f"the text “{shape.quoted}”"
    return f"{KIND_WORDS[shape.kind]} in {shape.unit}" if shape.unit else KIND_WORDS[shape.kind]


# ---------------------------------------------------------------- units


def units_agree(left: str | None, right: str | None) -> bool:
    """Equal, or one a calendar unit and the other none."""
    return left == right or (None in (left, right) and (left in CALENDAR_UNITS or right in CALENDAR_UNITS))


def unit_of_product(left: str | None, right: str | None) -> str | None:
    return left if right is None else right if left is None else f"{left}·{right}"


def unit_of_quotient(left: str | None, right: str | None) -> str | None:
    if left == right:
        return None
    return left if right is None else f"{left or 1}/{right}"


# ---------------------------------------------------------------- bounds


def _both(left: Bound, right: Bound, join: Callable[[Fraction, Fraction], Fraction]) -> Bound:
    return None if left is None or right is None else join(left, right)


def bounds_of_sum(left: Shape, right: Shape) -> tuple[Bound, Bound]:
    def add(first: Fraction, second: Fraction) -> Fraction:
        return first + second

    return _both(left.low, right.low, add), _both(left.high, right.high, add)


def bounds_of_negative(shape: Shape) -> tuple[Bound, Bound]:
    return None if shape.high is None else -shape.high, None if shape.low is None else -shape.low


def bounds_of_product(left: Shape, right: Shape) -> tuple[Bound, Bound]:
    """Known only where both factors are bounded."""
    corners = [
        None if first is None or second is None else first * second
        for first in (left.low, left.high)
        for second in (right.low, right.high)
    ]
    known = [corner for corner in corners if corner is not None]
    return (min(known), max(known)) if len(known) == len(corners) else (None, None)


def bounds_of_quotient(left: Shape, right: Shape) -> tuple[Bound, Bound]:
    """Known only for a divisor whose bounds leave zero out."""
    if right.low is None or right.high is None or right.low <= 0 <= right.high:
        return None, None
    return bounds_of_product(left, replace(right, low=1 / right.high, high=1 / right.low))


def bounds_of_either(shapes: list[Shape]) -> tuple[Bound, Bound]:
    """Bounds that hold for all shapes."""
    lows, highs = [shape.low for shape in shapes], [shape.high for shape in shapes]
    known_lows = [low for low in lows if low is not None]
    known_highs = [high for high in highs if high is not None]
    return (
        min(known_lows) if len(known_lows) == len(lows) else None,
        max(known_highs) if len(known_highs) == len(highs) else None,
    )


def verdict(sign: Comparison, left: Shape, right: Shape) -> bool | None:
    """What a comparison of numbers always is, by their bounds; None where it can be either."""
    if sign in (">", ">="):
        return verdict("<" if sign == ">" else "<=", right, left)
    if sign == "!=":
        equal = verdict("==", left, right)
        return None if equal is None else not equal
    is_below = _all_below(left.high, right.low, or_equal=sign == "<=")
    is_above = _all_below(right.high, left.low, or_equal=sign == "<")
    if sign == "==":
        if is_below or is_above:
            return False
        is_one = left.low is not None and left.low == left.high == right.low == right.high
        return True if is_one else None
    return True if is_below else False if is_above else None


def _all_below(high: Bound, low: Bound, *, or_equal: bool) -> bool:
    return high is not None and low is not None and (high < low or (or_equal and high == low))
