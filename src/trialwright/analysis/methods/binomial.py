"""Intervals for one proportion: Clopper-Pearson, Wilson, Jeffreys and mid-P. Blaker's stands in its own module."""

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri

from trialwright.analysis.methods.arrays import FloatArray, IntArray
from trialwright.analysis.methods.counts import by_distinct, read_counts, rising_root
from trialwright.analysis.methods.tails import at_least


def clopper_pearson(
    responders: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Exact two-sided interval for a proportion.

    responders, n: whole numbers, 0 <= responders <= n, n >= 1, of shapes that broadcast, such as (k,) or plain
    numbers. level: 0-1.
    Gives lower and upper limits as proportions, in the shape of both together; of plain numbers in shape ().
    Raises ValueError if any responders > n or n < 1, or if level is not between 0 and 1.
    Source: Clopper & Pearson 1934, Biometrika 26:404-413, by beta quantiles.

    >>> low, high = clopper_pearson(np.array([0, 36]), np.array([50, 50]))
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([0.0, 0.575095], [0.071122, 0.837689])
    """
    x, size = read_counts(responders, n, level)
    tail = (1 - level) / 2
    # The beta quantile is not defined where a shape parameter is 0: nobody, or everybody, responded.
    low = betaincinv(np.maximum(x, 1), size - x + 1, tail)
    high = betaincinv(x + 1, np.maximum(size - x, 1), 1 - tail)
    return np.where(x == 0, 0.0, low), np.where(x == size, 1.0, high)


def wilson(
    responders: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95, corrected: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Score interval for a proportion, without or with correction for continuity.

    responders, n, level, result and errors as in `clopper_pearson`. With the correction it is the method 4 of
    Newcombe. R's prop.test corrects by less where responders are within a half of n / 2, so that there it differs.
    Source: Wilson 1927, J Am Stat Assoc 22:209-212; Newcombe 1998, Stat Med 17:857-872, methods 3 and 4.

    >>> low, high = wilson(36, 50)
    >>> round(float(low), 6), round(float(high), 6)
    (0.583349, 0.825258)
    """
    x, size = read_counts(responders, n, level)
    z2 = float(ndtri((1 + level) / 2)) ** 2
    shift = 0.5 if corrected else 0.0

    def limit(count: FloatArray, sign: int) -> FloatArray:
        # The limits solve (|p - x/n| - shift/n)^2 = z^2 p (1 - p) / n: those of a count moved outwards by `shift`.
        half = np.sqrt(z2 * (count * (size - count) / size + z2 / 4))
        return np.asarray((count + z2 / 2 + sign * half) / (size + z2))

    # At 0 and at n the limit is 0 or 1 exactly; the formula leaves a rounding error of 1e-17.
    low = np.where(x == 0, 0.0, limit(np.maximum(x - shift, 0.0), -1))
    return low, np.where(x == size, 1.0, limit(np.minimum(x + shift, size), 1))


def jeffreys(
    responders: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Equal-tailed interval of the posterior Beta(x + 1/2, n - x + 1/2) under Jeffreys' prior.

    responders, n, level, result and errors as in `clopper_pearson`. Where nobody or everybody responded the limits
    are the plain quantiles, too: above 0 and below 1, and not set to 0 or 1 as Brown, Cai and DasGupta propose.
    Source: Brown, Cai & DasGupta 2001, Stat Sci 16:101-133.

    >>> low, high = jeffreys(0, 20)
    >>> round(float(low), 6), round(float(high), 6)
    (2.4e-05, 0.116639)
    """
    x, size = read_counts(responders, n, level)
    tail = (1 - level) / 2
    first, second = x + 0.5, size - x + 0.5
    return np.asarray(betaincinv(first, second, tail)), np.asarray(betaincinv(first, second, 1 - tail))


def mid_p(responders: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Interval of two mid-P tails: the chance of what was seen counts half in each. Shorter than the exact one, and
    its coverage may fall below the level.

    responders, n, level, result and errors as in `clopper_pearson`.
    Source: Lancaster 1961, J Am Stat Assoc 56:223-234; Newcombe 1998, Stat Med 17:857-872, method 6.

    >>> low, high = mid_p(36, 50)
    >>> round(float(low), 6), round(float(high), 6)
    (0.584244, 0.830913)
    """
    x, size = read_counts(responders, n, level)
    tail = (1 - level) / 2

    def lower(x: IntArray, size: IntArray) -> FloatArray:
        # Between the point where x or more, and the one where more than x, have the chance of the tail.
        start = betaincinv(np.maximum(x, 1), size - x + 1, tail)
        end = np.where(x == size, 1.0, betaincinv(x + 1, np.maximum(size - x, 1), tail))
        half = rising_root(lambda p: (at_least(x, size, p) + at_least(x + 1, size, p)) / 2 - tail, start, end)
        return np.where(x == 0, 0.0, half)

    return by_distinct(lower, x, size), 1 - by_distinct(lower, size - x, size)
