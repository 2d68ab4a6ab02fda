"""Blaker's exact interval and the p value that belongs to it. It always lies inside Clopper and Pearson's."""

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from trialwright.analysis.methods.arrays import FloatArray, IntArray
from trialwright.analysis.methods.counts import by_distinct, proportions, read_counts, rising_root
from trialwright.analysis.methods.tails import TIE, at_least, at_most, greatest_count


def blaker(responders: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Exact interval of all truths that Blaker's test does not reject, with the gaps that it may have filled.

    responders, n, level, result and errors as in `clopper_pearson`.
    Source: Blaker 2000, Can J Stat 28:783-798.

    >>> low, high = blaker(np.array([0, 36]), 50)
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([0.0, 0.581374], [0.064165, 0.83624])
    """
    x, size = read_counts(responders, n, level)

    def lower(x: IntArray, size: IntArray) -> FloatArray:
        return np.where(x == 0, 0.0, lower_limit(np.maximum(x, 1), size, 1 - level))

    return by_distinct(lower, x, size), 1 - by_distinct(lower, size - x, size)


def lower_limit(x: IntArray, n: IntArray, alpha: float) -> FloatArray:
    """The smallest truth whose p value is above alpha, for x >= 1.

    Below Clopper and Pearson's limit twice the upper tail is at most alpha, so the p value is; where the upper tail
    alone is alpha it is above. Between them the p value is the upper tail and the lower tail up to a count j. It
    passes alpha either by itself, which it does once, or where the lower tail up to j + 1 has become as small as the
    upper one and comes in: twice a tail of more than alpha / 2.
    """
    start = np.asarray(betaincinv(x, n - x + 1, alpha / 2))
    end = np.asarray(betaincinv(x, n - x + 1, alpha))
    j = greatest_count(n, start, np.full(x.shape, alpha / 2))
    # Two tails that are equal count as such, here as in the p value: of 32 of 50 the limit is one half, and holds it.
    comes_in = rising_root(lambda p: at_least(x, n, p) * (1 + TIE) - at_most(j + 1, n, p), start, end)
    passes = rising_root(lambda p: at_least(x, n, p) + at_most(j, n, p) - alpha, start, end)
    return np.minimum(comes_in, passes)


def blaker_p(responders: npt.ArrayLike, n: npt.ArrayLike, against: npt.ArrayLike) -> FloatArray:
    """Two-sided p value: the smaller tail, and as much of the other side as has no greater chance.

    responders, n as in `clopper_pearson`. against: the proportion in question, 0-1, broadcast with them.
    Source: Blaker 2000, Can J Stat 28:783-798 (the acceptability of a truth).

    >>> round(float(blaker_p(36, 50, 0.58)), 6)
    0.045721
    """
    x, size = read_counts(responders, n)
    x, size, p = np.broadcast_arrays(x, size, proportions("against", against))
    # Where the lower tail is the smaller one the question is turned round: those who did not respond are counted.
    is_low = at_most(x, size, p) < at_least(x, size, p)
    x, p = np.where(is_low, size - x, x), np.where(is_low, 1 - p, p)
    tail = at_least(x, size, p)
    # Where both tails are a half or more, the rest of the other side has no greater chance: together they are 1.
    j = greatest_count(size, p, np.minimum(tail, 0.5))
    return np.where(tail >= 0.5, 1.0, tail + at_most(j, size, p))
