"""What a rule gives in columns: truths, numbers, dates and texts, one a row, null where it cannot be told.

A number or date that partial dates or open lists leave open is a span, low..high. Comparing spans is
decided only where every pair of what they allow agrees. The record engine's `spans` is the same, row by row.
"""

from dataclasses import dataclass
from typing import assert_never

import polars as pl

from trialwright.expr import columns_ratios as ratios
from trialwright.expr.columns_ratios import Ratio, keep
from trialwright.expr.nodes import Comparison


@dataclass(frozen=True, slots=True)
class Truths:
    values: pl.Series


@dataclass(frozen=True, slots=True)
class Texts:
    """Codes, texts and times, in their stored form."""

    values: pl.Series


@dataclass(frozen=True, slots=True)
class Moments:
    """Moments in UTC, and their stored texts with the offset they were written with."""

    values: pl.Series
    texts: pl.Series


@dataclass(frozen=True, slots=True)
class Nothing:
    """Unknown in every row, of whatever kind."""

    rows: int


@dataclass(frozen=True, slots=True)
class Dates:
    """First and last day that each allows; the same column where every date is whole."""

    low: pl.Series
    high: pl.Series

    @property
    def is_exact(self) -> bool:
        return self.low is self.high


@dataclass(frozen=True, slots=True)
class Numbers:
    """Least and greatest number that each allows; the same ratio where every number is exact.

    span_known: where there is a value at all; then a null end is open. None where all are exact.
    """

    low: Ratio
    high: Ratio
    span_known: pl.Series | None = None

    @property
    def is_exact(self) -> bool:
        return self.span_known is None


Column = Truths | Texts | Moments | Dates | Numbers | Nothing


def exactly(ratio: Ratio) -> Numbers:
    return Numbers(ratio, ratio)


def spanned(low: Ratio, high: Ratio, is_known: pl.Series) -> Numbers:
    """Two ends over one denominator; exact where they meet everywhere, which calculates faster."""
    if ((low.above == high.above).fill_null(value=False) | ~is_known).all():
        return exactly(low)
    return Numbers(low, high, is_known)


def known(column: Column) -> pl.Series:
    """Where there is a value; a span is one."""
    match column:
        case Truths(values=values) | Texts(values=values) | Moments(values=values):
            return values.is_not_null()
        case Dates(low=low):
            return low.is_not_null()
        case Numbers(low=low, span_known=span_known):
            return low.above.is_not_null() if span_known is None else span_known
        case Nothing(rows=rows):
            return ratios.repeated(value=False, rows=rows)
        case _:
            assert_never(column)


def gather(column: Column, index: pl.Series) -> Column:
    """Rows by their numbers; a null number gives an unknown row."""
    match column:
        case Truths(values=values):
            return Truths(values.gather(index))
        case Texts(values=values):
            return Texts(values.gather(index))
        case Moments(values=values):
            return Moments(values.gather(index), column.texts.gather(index))
        case Dates(low=low, high=high):
            first = low.gather(index)
            return Dates(first, first if column.is_exact else high.gather(index))
        case Numbers(low=low, high=high, span_known=None):
            return exactly(ratios.gather(low, index))
        case Numbers(low=low, high=high):
            is_known = known(column).gather(index).fill_null(value=False)
            return Numbers(ratios.gather(low, index), ratios.gather(high, index), is_known)
        case Nothing():
            return Nothing(index.len())
        case _:
            assert_never(column)


def choose(mask: pl.Series, a: Column, b: Column) -> Column:
    """a where the mask is true, else b; the mask has no nulls and both are of one kind."""
    match a, b:
        case (Truths() as x, Truths() as y):
            return Truths(ratios.choose_series(mask, x.values, y.values))
        case (Texts() as x, Texts() as y):
            return Texts(ratios.choose_series(mask, x.values, y.values))
        case (Moments() as x, Moments() as y):
            texts = ratios.choose_series(mask, x.texts, y.texts)
            return Moments(ratios.choose_series(mask, x.values, y.values), texts)
        case (Dates() as x, Dates() as y):
            low = ratios.choose_series(mask, x.low, y.low)
            is_exact = x.is_exact and y.is_exact
            return Dates(low, low if is_exact else ratios.choose_series(mask, x.high, y.high))
        case (Numbers() as x, Numbers() as y):
            low_ratio = ratios.choose(mask, x.low, y.low)
            if x.is_exact and y.is_exact:
                return exactly(low_ratio)
            is_known = ratios.choose_series(mask, known(x), known(y))
            return Numbers(low_ratio, ratios.choose(mask, x.high, y.high), is_known)
        case (Nothing(), _):
            return only(~mask, b)
        case (_, Nothing()):
            return only(mask, a)
        case _:
            raise ValueError("not a checked rule: two kinds meet")


def only(mask: pl.Series, column: Column) -> Column:
    """The column where the mask is true, unknown elsewhere."""
    index = pl.Series(range(mask.len()), dtype=pl.UInt32())
    return gather(column, keep(mask, index))


# ---------------------------------------------------------------- comparing

Ends = tuple[pl.Series, pl.Series]


def compare(a: Column, operator: Comparison, b: Column) -> pl.Series:
    """Yes or no where every pair agrees, else null."""
    match a, b:
        case (Numbers() as x, Numbers() as y):
            return _compare_numbers(x, operator, y)
        case (Dates() as x, Dates() as y) if x.is_exact and y.is_exact:
            return _exact(x.low, operator, y.low)
        case (Dates() as x, Dates() as y):
            return _decided(operator, (x.low, y.high), (x.high, y.low))
        case (Truths() as x, Truths() as y):
            return _exact(x.values, operator, y.values)
        case (Texts() as x, Texts() as y):
            return _exact(x.values, operator, y.values)
        case (Moments() as x, Moments() as y):
            return _exact(x.values, operator, y.values)
        case (Nothing(rows=rows), _) | (_, Nothing(rows=rows)):
            return ratios.repeated(value=None, rows=rows)
        case _:
            raise ValueError("not a checked rule: two kinds meet")


def _compare_numbers(a: Numbers, operator: Comparison, b: Numbers) -> pl.Series:
    low, other_high, *_ = ratios.shared(a.low, b.high)
    if a.is_exact and b.is_exact:
        return _exact(low, operator, other_high)
    high, other_low, *_ = ratios.shared(a.high, b.low)
    return _decided(operator, (low, other_high), (high, other_low))


def _exact(a: pl.Series, operator: Comparison, b: pl.Series) -> pl.Series:
    match operator:
        case "<":
            return a < b
        case "<=":
            return a <= b
        case "==":
            return a == b
        case "!=":
            return a != b
        case ">":
            return a > b
        case ">=":
            return a >= b
        case _:
            assert_never(operator)


def _decided(operator: Comparison, low_to_high: Ends, high_to_low: Ends) -> pl.Series:
    """What spans decide: a's low end stands against b's high end, and a's high end against b's low end."""
    match operator:
        case "<":
            return _either(_surely(high_to_low, "<"), _surely(low_to_high, ">="))
        case "<=":
            return _either(_surely(high_to_low, "<="), _surely(low_to_high, ">"))
        case ">":
            return _either(_surely(low_to_high, ">"), _surely(high_to_low, "<="))
        case ">=":
            return _either(_surely(low_to_high, ">="), _surely(high_to_low, "<"))
        case "==":
            is_apart = _surely(high_to_low, "<") | _surely(low_to_high, ">")
            return _either(_surely(low_to_high, ">=") & _surely(high_to_low, "<="), is_apart)
        case "!=":
            return ~_decided("==", low_to_high, high_to_low)
        case _:
            assert_never(operator)


def _surely(ends: Ends, operator: Comparison) -> pl.Series:
    """An open end is never sure."""
    return _exact(ends[0], operator, ends[1]).fill_null(value=False)


def _either(is_yes: pl.Series, is_no: pl.Series) -> pl.Series:
    """Yes, no, or null where neither is proved."""
    return keep(is_yes | is_no, is_yes)
