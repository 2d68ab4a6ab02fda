"""Quoted texts of a rule take the type of what they meet, in columns."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from math import lcm

import polars as pl

from trialwright.expr.columns_items import moments
from trialwright.expr.columns_ratios import Ratio, constant, largest_of, proved, repeated
from trialwright.expr.columns_values import Column, Dates, Moments, Nothing, Numbers, Texts, Truths, exactly
from trialwright.expr.spans import quoted_number
from trialwright.values.dates import partial_date_span


def as_met(column: Column, other: Column) -> Column:
    """The column in the kind of the other, where it is of quoted texts."""
    if not isinstance(column, Texts):
        return column
    match other:
        case Numbers():
            return numbers(column)
        case Dates():
            return dates(column)
        case Moments():
            return moments(column.values)
        case _:
            return column


def truths(column: Column) -> pl.Series:
    match column:
        case Truths(values=values):
            return values
        case Nothing(rows=rows):
            return repeated(value=None, rows=rows)
        case _:
            raise ValueError("not a checked rule: no truth where one is needed")


def numbers(column: Column) -> Numbers:
    """Numbers as they are; "160 mg" as the number it means."""
    match column:
        case Numbers():
            return column
        case Nothing(rows=rows):
            return exactly(constant(None, rows))
        case Texts(values=values):
            known = {text: Fraction(quoted_number(text)) for text in _texts(values)}
            below = proved(lcm(*(number.denominator for number in known.values())))
            scaled = {text: proved(int(number * below)) for text, number in known.items()}
            above = values.replace_strict(scaled, default=None, return_dtype=pl.Int64())
            return exactly(Ratio(above, below, largest_of(above), below))
        case _:
            raise ValueError("not a checked rule: no number where one is needed")


def dates(column: Column) -> Dates:
    """Dates as they are; quoted ones, whole or in part, as the days they allow."""
    match column:
        case Dates():
            return column
        case Nothing(rows=rows):
            nothing = pl.Series([None], dtype=pl.Date()).new_from_index(0, rows)
            return Dates(nothing, nothing)
        case Texts(values=values):
            return Dates(_days(values, lambda text: partial_date_span(text)[0]), _days(values, _last_day))
        case _:
            raise ValueError("not a checked rule: no date where one is needed")


def _last_day(text: str) -> date:
    return partial_date_span(text)[1]


def _days(values: pl.Series, end: Callable[[str], date]) -> pl.Series:
    known = {text: end(text) for text in _texts(values)}
    return values.replace_strict(known, default=None, return_dtype=pl.Date())


def _texts(values: pl.Series) -> list[str]:
    return [str(text) for text in values.drop_nulls().unique()]
