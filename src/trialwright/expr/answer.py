"""What a rule answers for one participant: a value, a span that holds it, or what is still needed."""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal, cast

from trialwright.expr.reader import Source
from trialwright.expr.types import Kind
from trialwright.values.datum import MISSING_REASONS, MissingReason
from trialwright.values.numbers import number_text

Number = int | Fraction

NeedReason = (
    MissingReason
    | Literal[
        "not_yet_entered",
        "not_asked",
        "unknown_code",  # an answer such as "indeterminate"
        "partial_date",  # the answer hangs on the missing part of a date
        "division_by_zero",
        "no_baseline",
        "no_earlier_value",
        "no_value",
        "open_list",  # the list may not be complete, or was not begun
        "no_records",
        "too_few",
        "no_limit",
        "no_expiry",
        "no_band",
        "said",  # unknown("..."): the words stand in `note`
    ]
)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is lacking, and why. Empty names where it is no single item."""

    form: str
    item: str
    visit: str
    reason: NeedReason
    note: str = ""
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class DateSpan:
    """All days from low to high; one day where both are equal."""

    low: date
    high: date
    needs: tuple[Need, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """Some number from low to high; None is an open end."""

    low: Number | None
    high: Number | None
    needs: tuple[Need, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """value None: cannot tell yet, and `needs` says what is lacking and why.

    kind: of a known value; codes, times and datetimes come as "text", in their stored form.
    used: the data that were read to come to the value.
    """

    value: bool | Fraction | NumberSpan | str | DateSpan | None
    kind: Kind | None
    needs: tuple[Need, ...] = ()
    used: tuple[Source, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something not yet entered could still change an unknown answer."""
        return any(need.reason in _OPEN for need in self.needs)


_OPEN: Final = ("not_yet_entered", "open_list")


class RuleBudgetExceeded(Exception):  # noqa: N818  the name that callers know
    """A rule took more steps than it may; that is an error of the definition, never an answer."""


def missing_reason(answer: Answer) -> MissingReason | None:
    """Why a derived item is missing, once all it needs was entered: the first recorded reason, else "unknown".

    None while the answer is known or something not yet entered could still change it.
    """
    if answer.value is not None or answer.is_open:
        return None
    recorded = (need.reason for need in answer.needs if need.reason in MISSING_REASONS)
    return cast("MissingReason", next(recorded, "unknown"))


def stored_text(answer: Answer, decimals: int | None = None) -> str | None:
    """The answer in the stored text of an item; None where it is unknown or no single value.

    decimals: what a number is rounded to, halves away from zero.
    """
    value = answer.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return number_text(value, decimals)
    if isinstance(value, DateSpan):
        return _date_text(value)
    return value if isinstance(value, str) else None


def _date_text(span: DateSpan) -> str | None:
    low, high = span.low, span.high
    if low == high:
        return low.isoformat()
    if (low.year, low.month, low.day, high.month, high.day) == (high.year, 1, 1, 12, 31):
        return f"{low.year:04}"
    is_month = low.day == 1 and high == low + timedelta(calendar.monthrange(low.year, low.month)[1] - 1)
    return f"{low.year:04}-{low.month:02}" if is_month else None
