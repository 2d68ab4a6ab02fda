"""Limits of how many of some people had or met something: an interval, or where nobody did only an upper limit."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    value: float
    method: str


def limits_of(count: int, n: int, level: float, method: str | None) -> Mapping[str, Limit]:
    """ "low" and "high" by a method, Clopper-Pearson where none is named; of nobody only "upper", exact and one-sided.

    count: of n people, 0 <= count <= n, n >= 1. level: 0-1, above 0.5. Proportions.
    Source of the upper limit: Clopper & Pearson 1934, Biometrika 26:404-413; 1 - (1 - level)^(1/n).

    >>> {name: round(one.value, 4) for name, one in limits_of(0, 5, 0.95, "wilson").items()}
    {'upper': 0.4507}
    """
    from trialwright.analysis.methods.intervals import INTERVALS  # SciPy; a definition is checked without it

    exact = "clopper_pearson"
    if not count:
        _, high = INTERVALS[exact](0, n, two_sided(level))
        return {"upper": Limit(float(high), exact)}
    by = method or exact
    low, high = INTERVALS[by](count, n, level)
    return {"low": Limit(float(low), by), "high": Limit(float(high), by)}


def two_sided(level: float) -> float:
    """The level of the two-sided interval whose upper limit is the one-sided one.

    >>> round(two_sided(0.95), 10)
    0.9
    """
    return 2 * level - 1
