"""Descriptive statistics of values with gaps: n, mean, standard deviation, median, quartiles and extremes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialwright.analysis.methods.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Description:
    """Each array has the shape of the values without their last axis; () for the values of one trial.

    Where n is 0 everything but n is NaN; where n is 1 the standard deviation is.
    """

    n: IntArray
    mean: FloatArray
    sd: FloatArray
    minimum: FloatArray
    q1: FloatArray
    median: FloatArray
    q3: FloatArray
    maximum: FloatArray


def describe(values: npt.ArrayLike) -> Description:
    """What a table shows of a continuous value.

    values: shape (participants,) or (k, participants); NaN is a value that is missing and counts nowhere.
    The standard deviation divides by n - 1; quartiles are those of `quantile`.
    Raises ValueError for infinite values and for a plain number.

    >>> one = describe([1, 2, 4, 5, np.nan])
    >>> int(one.n), float(one.mean), float(one.q1), float(one.median), float(one.q3)
    (4, 3.0, 1.5, 3.0, 4.5)
    """
    array = read_values(values)
    is_there = ~np.isnan(array)
    n = np.asarray(is_there.sum(axis=-1))
    mean = divided(np.where(is_there, array, 0.0).sum(axis=-1), n)
    apart = np.where(is_there, array - mean[..., np.newaxis], 0.0)
    sd = np.sqrt(divided((apart**2).sum(axis=-1), n - 1))
    q1, median, q3 = (quantile(array, share) for share in (0.25, 0.5, 0.75))
    ordered = np.sort(array, axis=-1)  # NaN comes last
    return Description(n, mean, sd, at_rank(ordered, n, n * 0), q1, median, q3, at_rank(ordered, n, n - 1))


def quantile(values: npt.ArrayLike, share: float) -> FloatArray:
    """The value below which a share of the values lies; where it falls between two, their mean.

    values: as in `describe`. share: 0-1. NaN where no value is there.
    This is SAS's default (PCTLDEF=5), type 2 of R; the defaults of R and NumPy (type 7) give other quartiles.
    Raises ValueError for a share outside 0-1, and as `describe` does.
    Source: Hyndman & Fan 1996, Am Stat 50:361-365, definition 2.

    >>> float(quantile([1, 2, 4, 5], 0.25)), float(quantile([1, 2, 4, 5, 9], 0.25))
    (1.5, 2.0)
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1 (0.25 for the first quartile), not {share}")
    ordered = np.sort(read_values(values), axis=-1)
    n = np.asarray((~np.isnan(ordered)).sum(axis=-1))
    place = n * share
    # A share such as 0.1 is no binary number: 30 times it must still be the whole number 3.
    whole = np.abs(place - np.round(place)) < 1e-9
    above = np.where(whole, np.round(place), np.floor(place)).astype(np.int64)
    below = np.where(whole, above - 1, above)
    return (at_rank(ordered, n, below) + at_rank(ordered, n, above)) / 2


def read_values(values: npt.ArrayLike) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0:
        raise ValueError("values must be an array with one value a participant, not a plain number")
    if np.isinf(array).any():
        raise ValueError("values must be finite; a value that is missing is NaN")
    return array


def at_rank(ordered: FloatArray, n: IntArray, rank: IntArray) -> FloatArray:
    """The value at a rank from 0 on, which is brought within 0 and n - 1; NaN where there is none."""
    if ordered.shape[-1] == 0:
        return np.full(n.shape, np.nan)
    place = np.clip(rank, 0, np.maximum(n - 1, 0))[..., np.newaxis]
    return np.take_along_axis(ordered, place, axis=-1)[..., 0]


def divided(total: FloatArray, count: IntArray) -> FloatArray:
    """NaN where there is nothing to divide by."""
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
