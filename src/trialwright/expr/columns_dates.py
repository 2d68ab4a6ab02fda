"""Whole days, months and years between two columns of dates, with spans for partial dates."""

from typing import Final, Literal, assert_never

import polars as pl

from trialwright.expr.columns_ratios import Ratio
from trialwright.expr.columns_values import Dates, Numbers, exactly

Unit = Literal["days", "months", "years"]

# Between any two days that `values.dates` takes, 1850 to 2200; it bounds what is calculated with them.
MOST_DAYS: Final = 351 * 366


def passed(unit: Unit, first: Dates, second: Dates) -> Numbers:
    """Whole units from the first to the second day; a span for partial dates."""
    low = _count(unit, first.high, second.low)
    if first.is_exact and second.is_exact:
        return exactly(low)
    high = _count(unit, first.low, second.high)
    return Numbers(low, high, low.above.is_not_null())


def _count(unit: Unit, first: pl.Series, second: pl.Series) -> Ratio:
    match unit:
        case "days":
            return _ratio(_days(second) - _days(first))
        case "months":
            return _ratio(_months(first, second))
        case "years":
            months = _months(first, second)
            return _ratio(months.sign() * (months.abs() // 12))
        case _:
            assert_never(unit)


def _ratio(above: pl.Series) -> Ratio:
    return Ratio(above, 1, MOST_DAYS, 1)


def _days(column: pl.Series) -> pl.Series:
    return column.cast(pl.Int32()).cast(pl.Int64())


def _months(first: pl.Series, second: pl.Series) -> pl.Series:
    """Whole calendar months; a month is complete when the day of the month is reached.

    Backwards it is the same number, negative.
    """
    begin, end = (
        pl.min_horizontal(pl.lit(first), pl.lit(second)),
        pl.max_horizontal(pl.lit(first), pl.lit(second)),
    )
    is_known = pl.lit(first).is_not_null() & pl.lit(second).is_not_null()
    years = (end.dt.year() - begin.dt.year()).cast(pl.Int64())
    months = years * 12 + end.dt.month().cast(pl.Int64()) - begin.dt.month().cast(pl.Int64())
    whole = months - (end.dt.day() < begin.dt.day()).cast(pl.Int64())
    signed = pl.when(pl.lit(second) < pl.lit(first)).then(-whole).otherwise(whole)
    return pl.select(pl.when(is_known).then(signed)).to_series()
