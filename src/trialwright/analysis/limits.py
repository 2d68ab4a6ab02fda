"""Limits of how many of some people had or met something: always the two-sided interval, also where nobody did."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    value: float
    method: str


def limits_of(count: int, n: int, level: float, method: str | None) -> Mapping[str, Limit]:
    """ "low" and "high" by a method, Clopper-Pearson where none is named.

    count: of n people, 0 <= count <= n, n >= 1. level: 0-1. Proportions. Of nobody too the interval is two-sided, so that
    0 of n has one upper limit by the same method throughout a report, that of an endpoint's estimate.

    >>> {name: round(one.value, 4) for name, one in limits_of(0, 50, 0.95, None).items()}
    {'low': 0.0, 'high': 0.0711}
    """
    from trialwright.analysis.methods.intervals import INTERVALS  # SciPy; a definition is checked without it

    by = method or "clopper_pearson"
    low, high = INTERVALS[by](count, n, level)
    return {"low": Limit(float(low), by), "high": Limit(float(high), by)}
