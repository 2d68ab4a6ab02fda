"""Reckoning with columns of numbers and dates, and with spans of them; the record engine's `spans`, row by row."""

from collections.abc import Callable

import polars as pl

from trialwright.expr import columns_ratios as ratios
from trialwright.expr.columns_ratios import Ratio, keep
from trialwright.expr.columns_values import Dates, Numbers, exactly, known


def _ends(operation: Callable[[Ratio, Ratio], Ratio], a: Numbers, b: Numbers) -> Numbers:
    """An operation that keeps order, done to both ends."""
    low = operation(a.low, b.low)
    if a.is_exact and b.is_exact:
        return exactly(low)
    return Numbers(low, operation(a.high, b.high), known(a) & known(b))


def add(a: Numbers, b: Numbers) -> Numbers:
    return _ends(ratios.add, a, b)


def negative(a: Numbers) -> Numbers:
    low = ratios.negative(a.high)
    return exactly(low) if a.is_exact else Numbers(low, ratios.negative(a.low), a.span_known)


def multiply(a: Numbers, b: Numbers) -> Numbers:
    """Where an end is open, the product is unknown."""
    if a.is_exact and b.is_exact:
        return exactly(ratios.multiply(a.low, b.low))
    low = high = ratios.multiply(a.low, b.low)
    for x, y in ((a.low, b.high), (a.high, b.low), (a.high, b.high)):
        corner = ratios.multiply(x, y)
        low, high = ratios.lesser(low, corner), ratios.greater(high, corner)
    return Numbers(low, high, low.above.is_not_null())


def divide(a: Numbers, b: Numbers) -> Numbers:
    """Unknown where b is 0, or may be."""
    if a.is_exact and b.is_exact:
        return exactly(ratios.divide(a.low, b.low))
    may_be_zero = (b.low.above <= 0) & (b.high.above >= 0)
    inverse = Numbers(
        _unless(may_be_zero, ratios.invert(b.high)), _unless(may_be_zero, ratios.invert(b.low)), known(b)
    )
    return multiply(a, inverse)


def _unless(mask: pl.Series, a: Ratio) -> Ratio:
    return Ratio(keep(~mask, a.above), a.below, a.most, a.most_below)


def absolute(a: Numbers) -> Numbers:
    """Around zero the least is 0; an open end leaves the greatest open."""
    if a.is_exact:
        return exactly(ratios.absolute(a.low))
    low, high = ratios.absolute(a.low), ratios.absolute(a.high)
    is_around = (a.low.above < 0).fill_null(value=True) & (a.high.above > 0).fill_null(value=True)
    nearest = _known_end(ratios.lesser, low, high)
    zero = Ratio(ratios.ones(is_around.len()) * 0, 1, 0, 1)
    return Numbers(
        _unless(~known(a), ratios.choose(is_around, zero, nearest)), ratios.greater(low, high), a.span_known
    )


def round_to(a: Numbers, decimals: int) -> Numbers:
    low = ratios.round_half_away(a.low, decimals)
    return (
        exactly(low) if a.is_exact else Numbers(low, ratios.round_half_away(a.high, decimals), a.span_known)
    )


# ---------------------------------------------------------------- the least and the greatest


def least(a: Numbers, b: Numbers) -> Numbers:
    """An open low end wins; an open high end gives way to one that is known."""
    if a.is_exact and b.is_exact:
        return exactly(ratios.lesser(a.low, b.low))
    is_known = known(a) & known(b)
    high = _known_end(ratios.lesser, a.high, b.high)
    return Numbers(ratios.lesser(a.low, b.low), _unless(~is_known, high), is_known)


def greatest(a: Numbers, b: Numbers) -> Numbers:
    return negative(least(negative(a), negative(b)))


def least_date(a: Dates, b: Dates) -> Dates:
    return _both_ends(pl.min_horizontal, a, b)


def greatest_date(a: Dates, b: Dates) -> Dates:
    return _both_ends(pl.max_horizontal, a, b)


def _both_ends(pick: Callable[..., pl.Expr], a: Dates, b: Dates) -> Dates:
    is_known = known(a) & known(b)
    low = keep(is_known, pl.select(pick(a.low, b.low)).to_series())
    is_exact = a.is_exact and b.is_exact
    return Dates(low, low if is_exact else keep(is_known, pl.select(pick(a.high, b.high)).to_series()))


def _known_end(pick: Callable[[Ratio, Ratio], Ratio], a: Ratio, b: Ratio) -> Ratio:
    """The better of two ends, or the one that is not open."""
    return ratios.choose(a.above.is_null(), b, ratios.choose(b.above.is_null(), a, pick(a, b)))
