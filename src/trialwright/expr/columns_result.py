"""Answers of the column engine as a frame, one row a place."""

from typing import assert_never

import polars as pl

from trialwright.expr.columns_literals import dates, numbers, truths
from trialwright.expr.columns_places import Places
from trialwright.expr.columns_ratios import Ratio, keep, ones, shared
from trialwright.expr.columns_values import Column, Dates, Moments, Nothing, Numbers, Texts, Truths
from trialwright.expr.types import Kind


def result_frame(places: Places, column: Column, kind: Kind) -> pl.DataFrame:
    """Keys and answer; kind says which columns an answer has that is unknown everywhere."""
    keys = places.frame.select("participant", pl.col("visit").fill_null(""), "repeat")
    return keys.with_columns(*_columns(_of_kind(column, kind)))


Told = Truths | Texts | Moments | Dates | Numbers


def _of_kind(column: Column, kind: Kind) -> Told:
    if not isinstance(column, Nothing):
        return column
    match kind:
        case "truth":
            return Truths(truths(column))
        case "number":
            return numbers(column)
        case "date" | "partial_date":
            return dates(column)
        case "code" | "text" | "time" | "datetime":
            return Texts(truths(column).cast(pl.String()))
        case _:
            assert_never(kind)


def _columns(column: Told) -> list[pl.Series]:
    match column:
        case Truths(values=values) | Texts(values=values) | Moments(texts=values):
            return [values.alias("value")]
        case Dates(low=low, high=high):
            return [keep(low == high, low).alias("value"), low.alias("lo"), high.alias("hi")]
        case Numbers():
            return _number_columns(column)
        case _:
            assert_never(column)


def _number_columns(column: Numbers) -> list[pl.Series]:
    low, high = column.low, column.high
    ends = shared(low, high)
    is_exact = ends[0] == ends[1]
    above, below = keep(is_exact, low.above), keep(is_exact, _below(low))
    return [
        (above / below).alias("value"),
        above.alias("numerator"),
        below.alias("denominator"),
        low.above.alias("lo_numerator"),
        _below(low).alias("lo_denominator"),
        high.above.alias("hi_numerator"),
        _below(high).alias("hi_denominator"),
    ]


def _below(ratio: Ratio) -> pl.Series:
    rows = ratio.above.len()
    below = ones(rows) * ratio.below if isinstance(ratio.below, int) else ratio.below
    return keep(ratio.above.is_not_null(), below)
