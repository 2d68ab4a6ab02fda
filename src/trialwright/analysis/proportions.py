"""Intervals for one proportion, over arrays: one trial is shape (1,), a simulation is shape (10,000,)."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import comb
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Interval = Callable[[IntArray, IntArray, float], tuple[FloatArray, FloatArray]]


def clopper_pearson(responders: IntArray, n: IntArray, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Exact two-sided interval for a proportion.

    responders, n: shape (k,), 0 <= responders <= n, n >= 1. level: 0-1.
    Gives lower and upper limits, each shape (k,), as proportions.
    Raises ValueError if any responders > n or n < 1, or if level is not between 0 and 1.
    Source: Clopper & Pearson 1934, Biometrika 26:404-413, by beta quantiles.

    >>> low, high = clopper_pearson(np.array([0]), np.array([50]))
    >>> float(low[0]), round(float(high[0]), 4)
    (0.0, 0.0711)
    """
    from scipy.special import betaincinv  # a tenth of the time that importing scipy.stats takes

    require_counts(responders, n, level)
    tail = (1 - level) / 2
    # The beta quantile is not defined where a shape parameter is 0: nobody, or everybody, responded.
    low = betaincinv(np.maximum(responders, 1), n - responders + 1, tail)
    high = betaincinv(responders + 1, np.maximum(n - responders, 1), 1 - tail)
    return np.where(responders == 0, 0.0, low), np.where(responders == n, 1.0, high)


def wilson(responders: IntArray, n: IntArray, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Score interval for a proportion, without correction for continuity.

    responders, n, level, result and errors as in `clopper_pearson`.
    Source: Wilson 1927, J Am Stat Assoc 22:209-212.

    >>> low, high = wilson(np.array([36]), np.array([50]))
    >>> round(float(low[0]), 6), round(float(high[0]), 6)
    (0.583349, 0.825258)
    """
    require_counts(responders, n, level)
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    centre = (responders + z2 / 2) / (n + z2)
    half = np.sqrt(z2 * (responders * (n - responders) / n + z2 / 4)) / (n + z2)
    # At 0 and at n the limit is 0 or 1 exactly; the formula leaves a rounding error of 1e-17.
    return np.where(responders == 0, 0.0, centre - half), np.where(responders == n, 1.0, centre + half)


def exact_upper_p(responders: int, n: int, against: Fraction) -> float | None:
    """One-sided exact binomial p value: the chance of so many responders or more where the truth is `against`.

    None where n is 0. Source: Clopper-Pearson's own tail, so that p <= (1 - level) / 2 and a lower limit above
    `against` say the same.

    >>> round(exact_upper_p(33, 50, Fraction(1, 2)), 4)
    0.0164
    """
    if n == 0:
        return None
    tail = sum(comb(n, k) * against**k * (1 - against) ** (n - k) for k in range(responders, n + 1))
    return float(tail)


def require_counts(responders: IntArray, n: IntArray, level: float) -> None:
    """Raises ValueError unless 0 <= responders <= n, n >= 1 and 0 < level < 1."""
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    if np.any(n < 1):
        raise ValueError("n must be at least 1")
    if np.any(responders < 0) or np.any(responders > n):
        raise ValueError("responders must lie between 0 and n")


INTERVALS: Mapping[str, Interval] = MappingProxyType({"clopper_pearson": clopper_pearson, "wilson": wilson})
