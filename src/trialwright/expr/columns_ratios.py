"""Exact numbers in columns: whole numerators over whole denominators in Int64, one a row.

Every numerator and denominator carries a bound that is proved before anything is multiplied; what
could pass the largest Int64 raises TooLargeError, so that no number is ever wrong.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

import polars as pl

LARGEST: Final = 2**63 - 1


class TooLargeError(Exception):
    """A number of the rule could pass the largest Int64."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """above / below; a null numerator is unknown. |above| <= most and 0 < below <= most_below.

    below is one whole number for all rows as long as nothing was divided by a column.
    """

    above: pl.Series
    below: pl.Series | int
    most: int
    most_below: int


def constant(value: Fraction | None, rows: int) -> Ratio:
    """The same number in every row; None is unknown."""
    above, below = (None, 1) if value is None else (value.numerator, value.denominator)
    most = proved(abs(above or 0))
    return Ratio(pl.Series([above], dtype=pl.Int64()).new_from_index(0, rows), below, most, proved(below))


def of_column(above: pl.Series, scale: int, bound: int) -> Ratio:
    """A column of numerators. bound: what the item's range says of them, 0 where it says nothing."""
    return Ratio(above, scale, max(bound, largest_of(above)), scale)


def largest_of(above: pl.Series) -> int:
    """The largest absolute value of a column, 0 of an empty one."""
    low, high = above.min(), above.max()
    return max(abs(low), abs(high)) if isinstance(low, int) and isinstance(high, int) else 0


def proved(most: int) -> int:
    if most > LARGEST:
        raise TooLargeError
    return most


def shared(a: Ratio, b: Ratio) -> tuple[pl.Series, pl.Series, pl.Series | int, int, int]:
    """Both numerators over one denominator; that denominator, the bound of the numerators and its own."""
    if isinstance(a.below, int) and isinstance(b.below, int):
        below = proved(lcm(a.below, b.below))
        left, right = below // a.below, below // b.below
        most = proved(max(a.most * left, b.most * right))
        return a.above * left, b.above * right, below, most, below
    most = proved(max(a.most * b.most_below, b.most * a.most_below))
    most_below = proved(a.most_below * b.most_below)
    return a.above * b.below, b.above * a.below, _product(a.below, b.below), most, most_below


def _product(a: pl.Series | int, b: pl.Series | int) -> pl.Series | int:
    return b * a if isinstance(a, int) else a * b


def add(a: Ratio, b: Ratio) -> Ratio:
    left, right, below, most, most_below = shared(a, b)
    return Ratio(left + right, below, proved(2 * most), most_below)


def negative(a: Ratio) -> Ratio:
    return Ratio(-a.above, a.below, a.most, a.most_below)


def multiply(a: Ratio, b: Ratio) -> Ratio:
    most, most_below = proved(a.most * b.most), proved(a.most_below * b.most_below)
    return Ratio(a.above * b.above, _product(a.below, b.below), most, most_below)


def invert(a: Ratio) -> Ratio:
    """1 / a; unknown where a is 0."""
    is_zero = a.above == 0
    above = keep(~is_zero, a.above.sign() * a.below)
    below = choose_series(is_zero.fill_null(value=True), ones(a.above.len()), a.above.abs())
    return Ratio(above, below, a.most_below, max(a.most, 1))


def divide(a: Ratio, b: Ratio) -> Ratio:
    """a / b; unknown where b is 0. A denominator that both share is cancelled first."""
    if isinstance(a.below, int) and isinstance(b.below, int) and a.below == b.below:
        return multiply(_whole(a), invert(_whole(b)))
    return multiply(a, invert(b))


def _whole(a: Ratio) -> Ratio:
    return Ratio(a.above, 1, a.most, 1)


def absolute(a: Ratio) -> Ratio:
    return Ratio(a.above.abs(), a.below, a.most, a.most_below)


def round_half_away(a: Ratio, decimals: int) -> Ratio:
    """To so many decimals; halves go away from zero, as in values.numbers."""
    scale = 10**decimals
    most = proved(a.most * scale * 2 + a.most_below)
    whole = (a.above.abs() * (scale * 2) + a.below) // (_product(a.below, 2))
    return Ratio(whole * a.above.sign(), proved(scale), most, scale)


# ---------------------------------------------------------------- rows


def ones(rows: int) -> pl.Series:
    return pl.Series([1], dtype=pl.Int64()).new_from_index(0, rows)


def repeated(*, value: bool | None, rows: int) -> pl.Series:
    """The same truth in every row."""
    return pl.Series([value], dtype=pl.Boolean()).new_from_index(0, rows)


def keep(mask: pl.Series, column: pl.Series) -> pl.Series:
    """The column where the mask is true, unknown elsewhere."""
    return pl.select(pl.when(mask).then(column)).to_series()


def choose_series(mask: pl.Series, a: pl.Series, b: pl.Series) -> pl.Series:
    """a where the mask is true, else b; the mask has no nulls."""
    return pl.select(pl.when(mask).then(a).otherwise(b)).to_series()


def choose(mask: pl.Series, a: Ratio, b: Ratio) -> Ratio:
    """a where the mask is true, else b; the mask has no nulls."""
    if isinstance(a.below, int) and isinstance(b.below, int):
        left, right, below, most, most_below = shared(a, b)
        return Ratio(choose_series(mask, left, right), below, most, most_below)
    above = choose_series(mask, a.above, b.above)
    below = choose_series(mask, _series(a), _series(b))
    return Ratio(above, below, max(a.most, b.most), max(a.most_below, b.most_below))


def _series(a: Ratio) -> pl.Series:
    return ones(a.above.len()) * a.below if isinstance(a.below, int) else a.below


def gather(a: Ratio, index: pl.Series) -> Ratio:
    """Rows by their numbers; a null number gives an unknown row."""
    if isinstance(a.below, int):
        return Ratio(a.above.gather(index), a.below, a.most, a.most_below)
    return Ratio(a.above.gather(index), a.below.gather(index).fill_null(1), a.most, a.most_below)


def lesser(a: Ratio, b: Ratio) -> Ratio:
    """The lesser of two in each row; unknown where one is."""
    left, right, *_ = shared(a, b)
    return choose((left <= right).fill_null(value=False), a, _where_known(a, b))


def greater(a: Ratio, b: Ratio) -> Ratio:
    left, right, *_ = shared(a, b)
    return choose((left >= right).fill_null(value=False), a, _where_known(a, b))


def _where_known(a: Ratio, b: Ratio) -> Ratio:
    """b where a is known."""
    return Ratio(keep(a.above.is_not_null(), b.above), b.below, b.most, b.most_below)
