"""Tails of the binomial distribution, and the counts at which they pass a bound. Arrays that broadcast."""

from collections.abc import Callable

import numpy as np
from scipy.special import betainc

from trialwright.analysis.methods.arrays import BoolArray, FloatArray, IntArray

# Two tails that are the same number are computed on different ways and may differ in the last digits.
TIE = 1e-10


def at_least(x: IntArray, n: IntArray, p: FloatArray) -> FloatArray:
    """Chance of x or more responders of n where the truth is p; 1 for x <= 0 and 0 for x > n.

    >>> at_least(np.array([-1, 0, 33, 51]), np.array(50), np.array(0.5)).round(4).tolist()
    [1.0, 1.0, 0.0164, 0.0]
    """
    inside = np.clip(x, 1, n)
    chance = betainc(inside, n - inside + 1, p)
    return np.where(x <= 0, 1.0, np.where(x > n, 0.0, chance))


def at_most(x: IntArray, n: IntArray, p: FloatArray) -> FloatArray:
    """Chance of x or fewer responders of n where the truth is p; 0 for x < 0 and 1 for x >= n."""
    return at_least(n - x, n, 1 - p)


def least_count(n: IntArray, p: FloatArray, bound: FloatArray) -> IntArray:
    """The smallest x of which x or more have at most the chance `bound`; n + 1 where even n has more."""
    return first_count(n, lambda x: at_least(x, n, p) <= bound * (1 + TIE))


def greatest_count(n: IntArray, p: FloatArray, bound: FloatArray) -> IntArray:
    """The largest x of which x or fewer have at most the chance `bound`; -1 where even 0 has more."""
    return n - least_count(n, 1 - p, bound)


def first_count(n: IntArray, is_enough: Callable[[IntArray], BoolArray]) -> IntArray:
    """The first of 0..n + 1 that is enough, where every later one is, and n + 1 is."""
    low, high = np.full_like(n, -1), n + 1
    while np.any(high - low > 1):
        middle = (low + high) // 2
        enough = is_enough(middle)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high
