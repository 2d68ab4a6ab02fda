"""Numbers, dates and spans of them: comparing and calculating where a value may lie between two ends.

Exact values stay plain (int, Fraction, date), so that the common case costs nothing.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Final, cast

from trialwright.expr.answer import DateSpan, Need, Number, NumberSpan
from trialwright.expr.nodes import Comparison
from trialwright.values.dates import moment_of, partial_date_span
from trialwright.values.numbers import parse_number


@dataclass(frozen=True, slots=True)
class Unknown:
    """Cannot tell yet, with what is needed."""

    needs: tuple[Need, ...]


Amount = int | Fraction | NumberSpan
Day = date | DateSpan
Known = bool | int | Fraction | NumberSpan | str | date | DateSpan  # date holds datetime too
Result = Known | Unknown

# The static check sees to it that only values with an order meet; the types cannot tell.
_OPERATORS: Final = cast(
    "Mapping[Comparison, Callable[[object, object], bool]]",
    MappingProxyType(
        {
            "<": operator.lt,
            "<=": operator.le,
            "==": operator.eq,
            "!=": operator.ne,
            ">": operator.gt,
            ">=": operator.ge,
        }
    ),
)


def either_unknown(first: Result, second: Result) -> Unknown:
    """What two values lack together; at least one of them is unknown."""
    if not isinstance(first, Unknown):
        return cast("Unknown", second)
    return first if not isinstance(second, Unknown) else Unknown(first.needs + second.needs)


def joined(unknowns: list[Unknown]) -> Unknown:
    """One unknown of many, each need once."""
    return Unknown(tuple(dict.fromkeys(need for unknown in unknowns for need in unknown.needs)))


# ---------------------------------------------------------------- quoted texts take the type they meet


@lru_cache(maxsize=1024)
def quoted_number(text: str) -> Number:
    """The number of "160 mg", its unit checked before."""
    number = parse_number(text.split(maxsplit=1)[0])
    if number is None:
        raise ValueError(f"not a checked rule: {text!r} is no number")
    return whole(number)


def whole(number: Fraction) -> Number:
    """An int where it is one: ints calculate faster."""
    return number.numerator if number.denominator == 1 else number


def day_of(text: str, needs: tuple[Need, ...] = ()) -> Day:
    """A stored date: one day, or the span of a partial one."""
    low, high = partial_date_span(text)
    return low if low == high else DateSpan(low, high, needs)


def as_met(text: str, other: Known) -> Known:
    """A quoted text in the type of the value that it meets."""
    if isinstance(other, int | Fraction | NumberSpan):
        return quoted_number(text)
    if isinstance(other, datetime):
        return moment_of(text)
    return day_of(text) if isinstance(other, date | DateSpan) else text


# ---------------------------------------------------------------- comparing

_PLAIN: Final = frozenset({int, Fraction, bool, str, date, datetime})


def compare(sign: Comparison, left: Known, right: Known) -> bool | Unknown:
    """Yes or no where every value of the spans agrees, else unknown."""
    if type(left) in _PLAIN and type(right) in _PLAIN:
        if isinstance(left, str) is not isinstance(right, str):
            left, right = _met(left, right)
            return compare(sign, left, right)
        return _OPERATORS[sign](left, right)
    if isinstance(left, str) or isinstance(right, str):
        left, right = _met(left, right)
    if sign in (">", ">="):
        return compare("<" if sign == ">" else "<=", right, left)
    verdict = _SPAN_VERDICTS[sign](_ends(left), _ends(right))
    return Unknown(needs_of(left) + needs_of(right)) if verdict is None else verdict


def _met(left: Known, right: Known) -> tuple[Known, Known]:
    if isinstance(left, str):
        return as_met(left, right), right
    return left, as_met(cast("str", right), left)


_End = Number | date | None
_Ends = tuple[_End, _End]


def _ends(value: Known) -> _Ends:
    if isinstance(value, NumberSpan | DateSpan):
        return value.low, value.high
    return cast("_Ends", (value, value))


def needs_of(value: Known) -> tuple[Need, ...]:
    """What would make a span exact."""
    return value.needs if isinstance(value, NumberSpan | DateSpan) else ()


def _surely(sign: Comparison, left: _End, right: _End) -> bool:
    """An open end is never sure."""
    return left is not None and right is not None and _OPERATORS[sign](left, right)


def _below(left: _Ends, right: _Ends) -> bool | None:
    if _surely("<", left[1], right[0]):
        return True
    return False if _surely(">=", left[0], right[1]) else None


def _at_most(left: _Ends, right: _Ends) -> bool | None:
    if _surely("<=", left[1], right[0]):
        return True
    return False if _surely(">", left[0], right[1]) else None


def _equal(left: _Ends, right: _Ends) -> bool | None:
    """Two spans are never surely equal: one exact value has equal ends and is no span."""
    return False if _surely("<", left[1], right[0]) or _surely("<", right[1], left[0]) else None


def _unequal(left: _Ends, right: _Ends) -> bool | None:
    return True if _equal(left, right) is False else None


_SPAN_VERDICTS: Final[Mapping[Comparison, Callable[[_Ends, _Ends], bool | None]]] = MappingProxyType(
    {"<": _below, "<=": _at_most, "==": _equal, "!=": _unequal}
)


# ---------------------------------------------------------------- calculating


def number_span(low: Number | None, high: Number | None, needs: tuple[Need, ...]) -> Amount:
    """A span, or the number itself where both ends meet."""
    return low if low is not None and low == high else NumberSpan(low, high, needs)


_NumberEnds = tuple[Number | None, Number | None]


def _sides(left: Amount, right: Amount) -> tuple[_NumberEnds, _NumberEnds, tuple[Need, ...]]:
    return _number_ends(left), _number_ends(right), needs_of(left) + needs_of(right)


def _number_ends(value: Amount) -> _NumberEnds:
    return (value.low, value.high) if isinstance(value, NumberSpan) else (value, value)


def _sum(left: Number | None, right: Number | None) -> Number | None:
    return None if left is None or right is None else left + right


def plus(left: Amount, right: Amount) -> Amount:
    if not isinstance(left, NumberSpan) and not isinstance(right, NumberSpan):
        return left + right
    (low, high), (right_low, right_high), needs = _sides(left, right)
    return number_span(_sum(low, right_low), _sum(high, right_high), needs)


def negative(value: Amount) -> Amount:
    if not isinstance(value, NumberSpan):
        return -value
    low, high = value.low, value.high
    return NumberSpan(None if high is None else -high, None if low is None else -low, value.needs)


def minus(left: Amount, right: Amount) -> Amount:
    if not isinstance(left, NumberSpan) and not isinstance(right, NumberSpan):
        return left - right
    return plus(left, negative(right))


def times(left: Amount, right: Amount) -> Amount | Unknown:
    if not isinstance(left, NumberSpan) and not isinstance(right, NumberSpan):
        return left * right
    first, second, needs = _sides(left, right)
    corners = [None if a is None or b is None else a * b for a in first for b in second]
    known = [corner for corner in corners if corner is not None]
    if len(known) < len(corners):
        return Unknown(needs)
    return number_span(min(known), max(known), needs)


def over(left: Amount, right: Amount) -> Amount | Unknown:
    """Division; by zero, or by what may be zero, it is unknown."""
    if not isinstance(right, NumberSpan):
        return Unknown((DIVISION_BY_ZERO,)) if right == 0 else times(left, Fraction(1) / right)
    low, high = right.low, right.high
    if low is None or high is None or low <= 0 <= high:
        return Unknown(right.needs)
    return times(left, NumberSpan(Fraction(1) / high, Fraction(1) / low, right.needs))


DIVISION_BY_ZERO: Final = Need("", "", "", "division_by_zero")


def absolute(value: Amount) -> Amount:
    if not isinstance(value, NumberSpan):
        return _size(value)
    ends = [_size(end) for end in (value.low, value.high) if end is not None]
    is_around_zero = (value.low is None or value.low < 0) and (value.high is None or value.high > 0)
    high = max(ends) if len(ends) == 2 else None
    return number_span(0 if is_around_zero or not ends else min(ends), high, value.needs)


def _size(number: Number) -> Number:
    return number if number >= 0 else -number


# ---------------------------------------------------------------- the least and the greatest


def least(values: list[Known]) -> Known:
    """The least of numbers or of dates, spans among them: the least of both ends."""
    return _best("<", values, open_low=True)


def greatest(values: list[Known]) -> Known:
    """The greatest of numbers or of dates."""
    return _best(">", values, open_low=False)


def _best(sign: Comparison, values: list[Known], *, open_low: bool) -> Known:
    ends = [_ends(value) for value in values]
    low = _pick(sign, [low for low, _ in ends], open_wins=open_low)
    high = _pick(sign, [high for _, high in ends], open_wins=not open_low)
    return span_between(low, high, tuple(need for value in values for need in needs_of(value)))


def _pick(sign: Comparison, ends: list[_End], *, open_wins: bool) -> _End:
    """An open end lies beyond every number: it wins on its own side and loses on the other."""
    known = [end for end in ends if end is not None]
    if not known or (open_wins and len(known) < len(ends)):
        return None
    chosen, is_better = known[0], _OPERATORS[sign]
    for end in known:
        chosen = end if is_better(end, chosen) else chosen
    return chosen


def span_between(low: _End, high: _End, needs: tuple[Need, ...]) -> Known:
    """Everything between two numbers or two days; the one value where both are equal."""
    if low is not None and low == high:
        return low
    if isinstance(low, date):
        return DateSpan(low, cast("date", high), needs)
    return NumberSpan(low, cast("Number | None", high), needs)


def hull(first: Known, second: Known, needs: tuple[Need, ...]) -> Known:
    """The span that holds both values."""
    (low, high), (other_low, other_high) = _ends(first), _ends(second)
    all_needs = needs + needs_of(first) + needs_of(second)
    return span_between(
        _pick("<", [low, other_low], open_wins=True),
        _pick(">", [high, other_high], open_wins=True),
        all_needs,
    )
