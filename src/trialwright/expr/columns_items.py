"""The column engine reads one item at many places: its value, and where there is none, why."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Final

import polars as pl

from trialwright.expr.columns_places import Places, locate
from trialwright.expr.columns_ratios import TooLargeError, keep, of_column
from trialwright.expr.columns_values import Column, Dates, Moments, Nothing, Texts, Truths, exactly
from trialwright.expr.vocabulary import ItemInfo
from trialwright.values.datum import MISSING_REASONS

# What may stand in the way of a value, one bit each: not yet entered, then the reasons recorded.
BLANK: Final = 1
REASON_BITS: Final[Mapping[str, int]] = {reason: 2 << number for number, reason in enumerate(MISSING_REASONS)}
ANY_REASON: Final = sum(REASON_BITS.values())


def read_item(form: str, item: str, places: Places) -> Column:
    """The value of form.item at each place."""
    info = places.session.vocabulary.forms[form].items[item]
    table = places.session.tables.forms.get(form)
    if table is None or f"{item}__state" not in table.columns:
        return Nothing(places.rows)
    scale = places.session.tables.scale(form, item)
    if scale == 0:
        raise TooLargeError
    index = locate(places, form)
    match info.type:
        case "date" | "partial_date":
            low = table[f"{item}__lo"].gather(index)
            is_whole = info.type == "date"
            return Dates(low, low if is_whole else table[f"{item}__hi"].gather(index))
        case "integer" | "decimal":
            return exactly(of_column(table[item].gather(index), scale, _bound(info, scale)))
        case "boolean":
            return Truths(table[item].gather(index))
        case "datetime":
            return moments(table[item].gather(index))
        case _:
            return Texts(_without_unknown_codes(table[item].gather(index), info, places))


def moments(texts: pl.Series) -> Moments:
    return Moments(texts.str.to_datetime("%Y-%m-%dT%H:%M%:z", time_zone="UTC"), texts)


def _without_unknown_codes(texts: pl.Series, info: ItemInfo, places: Places) -> pl.Series:
    """An answer such as "indeterminate" is no value."""
    if info.code_list is None:
        return texts
    codes = places.session.vocabulary.code_lists[info.code_list].codes
    unknown = [code for code, known in codes.items() if known.is_unknown]
    return keep(~texts.is_in(unknown), texts) if unknown else texts


def _bound(info: ItemInfo, scale: int) -> int:
    """The largest numerator that the item's range allows, 0 where it is open."""
    ends = [abs(end) * scale for end in (info.low, info.high) if end is not None]
    return ceil(max(ends, default=Fraction(0)))


def reasons_of_item(form: str, item: str, places: Places) -> pl.Series:
    """The bits of what stands in the way of the item at each place; 0 where it is known or not asked."""
    table = places.session.tables.forms.get(form)
    if table is None or f"{item}__state" not in table.columns:
        return pl.Series([BLANK], dtype=pl.Int64()).new_from_index(0, places.rows)
    index = locate(places, form)
    state = pl.lit(table[f"{item}__state"].gather(index))
    reason = pl.lit(table[f"{item}__reason"].gather(index))
    bits = reason.replace_strict(REASON_BITS, default=0, return_dtype=pl.Int64())
    is_blank = state.is_null() | (state == "not_entered")
    recorded = pl.when(state == "reason").then(bits).otherwise(0)
    return pl.select(pl.when(is_blank).then(BLANK).otherwise(recorded).cast(pl.Int64())).to_series()
