"""Stored texts of one item, of all participants, as the typed columns that `expr.tables` describes."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

import polars as pl

from trialwright.expr.vocabulary import CodeInfo, CodeListInfo, ItemInfo
from trialwright.values.numbers import parse_number

DIGITS_THAT_FIT: Final = 18  # an Int64 holds every whole number of 18 digits


@dataclass(frozen=True, slots=True)
class TypedColumns:
    """columns: named by suffix ("", "__lo", "__hi", "__code"). scale: what whole numbers are divided by; 0: they do not fit."""

    columns: tuple[tuple[str, pl.Series], ...]
    scale: int = 1


def typed_columns(texts: pl.Series, info: ItemInfo, code_lists: Mapping[str, CodeListInfo]) -> TypedColumns:
    """The typed columns of stored texts; null stays null. The texts are of this type: they passed the one door."""
    match info.type:
        case "integer" | "decimal" if info.code_list is not None:
            return _coded(texts, code_lists[info.code_list].codes)
        case "integer" | "decimal":
            return _numbers(texts)
        case "boolean":
            return TypedColumns((("", texts == "true"),))
        case "date" | "partial_date":
            return TypedColumns(_dates(texts))
        case _:
            return TypedColumns((("", texts),))


def _numbers(texts: pl.Series) -> TypedColumns:
    """Plain decimal texts as whole numbers over one power of ten, the least that holds all of them."""
    parts = texts.str.split_exact(".", 1).struct.unnest()
    whole, fraction = parts["field_0"], parts["field_1"].fill_null("")
    longest = fraction.str.len_chars().max()
    places = longest if isinstance(longest, int) else 0
    digits = whole + fraction.str.pad_end(places, "0")
    most_digits = digits.str.strip_chars_start("-0").str.len_chars().max()
    if places > DIGITS_THAT_FIT or (isinstance(most_digits, int) and most_digits > DIGITS_THAT_FIT):
        return TypedColumns((("", digits.clear(texts.len()).cast(pl.Int64())),), scale=0)
    return TypedColumns((("", digits.cast(pl.Int64())),), 10**places)


def _coded(texts: pl.Series, codes: Mapping[str, CodeInfo]) -> TypedColumns:
    """What each code counts as; an answer such as "indeterminate" counts as nothing."""
    numbers = {text: _number_of(str(text), codes.get(str(text))) for text in texts.drop_nulls().unique()}
    known = {text: number for text, number in numbers.items() if number is not None}
    scale = lcm(*(number.denominator for number in known.values()))
    above = {text: int(number * scale) for text, number in known.items()}
    column = texts.replace_strict(above, default=None, return_dtype=pl.Int64())
    return TypedColumns((("", column), ("__code", texts)), scale)


def _number_of(text: str, code: CodeInfo | None) -> Fraction | None:
    if code is not None and code.is_unknown:
        return None
    return parse_number(text) if code is None or code.number is None else code.number


def _dates(texts: pl.Series) -> tuple[tuple[str, pl.Series], ...]:
    """First and last day that each text allows."""
    text = pl.lit(texts)
    size = text.str.len_chars()
    low = pl.when(size == 4).then(text + "-01-01").when(size == 7).then(text + "-01").otherwise(text)
    first = low.str.to_date("%Y-%m-%d")
    december = (text + "-12-31").str.to_date("%Y-%m-%d", strict=False)
    last = pl.when(size == 4).then(december).when(size == 7).then(first.dt.month_end()).otherwise(first)
    frame = pl.select(first.alias("lo"), last.alias("hi"))
    return (("__lo", frame["lo"]), ("__hi", frame["hi"]))
