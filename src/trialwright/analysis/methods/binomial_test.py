"""Exact tests of one proportion, and their size and power for every number of participants."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb, log, sqrt
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from trialwright.analysis.methods.arrays import FloatArray, IntArray, require_level
from trialwright.analysis.methods.blaker import blaker_p
from trialwright.analysis.methods.counts import proportions, read_counts, refuse, whole_numbers
from trialwright.analysis.methods.tails import at_least, at_most, least_count

Side = Literal["greater", "less", "doubled", "blaker"]

# The interval that says the same as the p value: "greater" and "less" with one limit of the interval whose level is
# 1 - 2 alpha, the two-sided ones with the interval of level 1 - alpha. Other pairs can contradict each other.
PAIRED_INTERVAL: Mapping[Side, str] = MappingProxyType(
    {
        "greater": "clopper_pearson",
        "less": "clopper_pearson",
        "doubled": "clopper_pearson",
        "blaker": "blaker",
    }
)
_MOST_PARTICIPANTS = 2_000_000


def binomial_test(
    responders: npt.ArrayLike, n: npt.ArrayLike, against: npt.ArrayLike, side: Side = "greater"
) -> FloatArray:
    """Exact p value: could so many responders be chance, where the truth is `against`?

    responders, n: whole numbers that broadcast, 0 <= responders <= n, n >= 1. against: 0-1, broadcast with them.
    side: "greater" or "less" for one tail, "doubled" for twice the smaller tail, which goes with the interval of
    Clopper and Pearson, and "blaker", which goes with Blaker's. The two-sided p value of R's binom.test and of
    scipy's binomtest is another one, and goes with neither.
    Raises ValueError for impossible counts, for an `against` outside 0-1, and for a side that there is not.
    Source: Clopper & Pearson 1934, Biometrika 26:404-413; Blaker 2000, Can J Stat 28:783-798.

    >>> binomial_test(33, 50, 0.5).round(4), binomial_test(33, 50, 0.5, "doubled").round(4)
    (np.float64(0.0164), np.float64(0.0328))
    """
    if side not in PAIRED_INTERVAL:
        raise ValueError(f"no side is called {side!r}; there are {', '.join(PAIRED_INTERVAL)}")
    if side == "blaker":
        return blaker_p(responders, n, against)
    x, size = read_counts(responders, n)
    p = proportions("against", against)
    if side == "greater":
        return at_least(x, size, p)
    if side == "less":
        return at_most(x, size, p)
    return np.asarray(np.minimum(2 * np.minimum(at_least(x, size, p), at_most(x, size, p)), 1.0))


def exact_upper_p(responders: int, n: int, against: Fraction) -> float | None:
    """One-sided exact binomial p value of one trial, in fractions: the chance of so many responders or more.

    None where n is 0. Source: Clopper-Pearson's own tail, so that p <= (1 - level) / 2 and a lower limit above
    `against` say the same.

    >>> round(exact_upper_p(33, 50, Fraction(1, 2)), 4)
    0.0164
    """
    if n == 0:
        return None
    tail = sum(comb(n, k) * against**k * (1 - against) ** (n - k) for k in range(responders, n + 1))
    return float(tail)


@dataclass(frozen=True, slots=True)
class PowerCurve:
    """A one-sided exact test for each n, all of one shape. It is no smooth curve but a saw.

    critical: where the truth in question lies above `against`, the smallest count that rejects, n + 1 if none does;
    where it lies below, the greatest, -1 if none. size: the chance to reject where `against` is true, at most alpha.
    power: that chance at the truth.
    """

    n: IntArray
    critical: IntArray
    size: FloatArray
    power: FloatArray


def exact_power(
    n: npt.ArrayLike, against: npt.ArrayLike, truth: npt.ArrayLike, alpha: float = 0.025
) -> PowerCurve:
    """Size and power of the one-sided exact test for each number of participants.

    n: whole numbers, 1 or more. against, truth: 0-1, not equal; n, against and truth broadcast. alpha: one-sided.
    Raises ValueError otherwise.
    Source: binomial tails; Chernick & Liu 2002, Am Stat 56:149-155, on the saw-teeth.

    >>> curve = exact_power(np.array([48, 49, 50, 51]), against=0.5, truth=0.7)
    >>> curve.critical.tolist(), curve.power.round(3).tolist()
    ([32, 32, 33, 33], [0.749, 0.81, 0.782, 0.836])
    """
    require_level(alpha)
    size, p0, p1 = np.broadcast_arrays(
        whole_numbers("n", n), proportions("against", against), proportions("truth", truth)
    )
    refuse(size < 1, size, "n must be at least 1")
    refuse(p0 == p1, p1, "truth must differ from against, or there is nothing to find")
    # Where the truth lies below, those who did not respond are counted, of whom there are then more.
    is_above = p1 > p0
    p0, p1 = np.where(is_above, p0, 1 - p0), np.where(is_above, p1, 1 - p1)
    count = least_count(size, p0, np.full(size.shape, alpha))
    critical = np.where(is_above, count, size - count)
    return PowerCurve(size, critical, at_least(count, size, p0), at_least(count, size, p1))


@dataclass(frozen=True, slots=True)
class SampleSize:
    """first: the smallest n that has the power; some larger ones may not have it.
    sufficient: the smallest n from which on every n has it."""

    first: int
    sufficient: int


def exact_sample_size(against: float, truth: float, alpha: float = 0.025, power: float = 0.8) -> SampleSize:
    """How many participants the one-sided exact test needs; of all n, not only of those tried.

    against, truth, alpha, power: 0-1, truth not equal to against.
    Raises ValueError otherwise, and where the two lie so close that more than two million might be needed.
    Source: every n up to the one from which on Hoeffding's inequality (1963, J Am Stat Assoc 58:13-30) gives the power.

    >>> exact_sample_size(0.5, 0.7)
    SampleSize(first=49, sufficient=54)
    """
    require_level(power)
    require_level(alpha)
    reach = sqrt(log(1 / alpha) / 2) + sqrt(log(1 / (1 - power)) / 2)
    bound = ceil((reach / (truth - against)) ** 2) if truth != against else 1
    if bound > _MOST_PARTICIPANTS:
        raise ValueError(
            f"truth {truth} lies too close to against {against}: up to {bound} participants would have to be tried"
        )
    curve = exact_power(np.arange(1, bound + 1), against, truth, alpha)
    has_power = curve.power >= power
    # From the bound on every n has it, so the last one that has not comes before.
    too_few = curve.n[~has_power]
    return SampleSize(int(curve.n[has_power][0]), int(too_few[-1]) + 1 if len(too_few) else 1)
