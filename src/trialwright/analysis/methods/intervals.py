"""The intervals that a study may name, and how often each covers the truth."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from trialwright.analysis.methods.arrays import FloatArray
from trialwright.analysis.methods.binomial import clopper_pearson, jeffreys, mid_p, wilson
from trialwright.analysis.methods.blaker import blaker
from trialwright.analysis.methods.counts import proportions
from trialwright.analysis.methods.tails import at_most

Interval = Callable[[npt.ArrayLike, npt.ArrayLike, float], tuple[FloatArray, FloatArray]]

INTERVALS: Mapping[str, Interval] = MappingProxyType(
    {
        "clopper_pearson": clopper_pearson,
        "wilson": wilson,
        "wilson_corrected": partial(wilson, corrected=True),
        "jeffreys": jeffreys,
        "mid_p": mid_p,
        "blaker": blaker,
    }
)


def coverage(method: str, n: int, truth: npt.ArrayLike, level: float = 0.95) -> FloatArray:
    """How often the interval of n participants covers each truth; exact, not simulated.

    method: a name of INTERVALS. truth: proportions of any shape, which is the result's; 0-1, both left out.
    Raises ValueError for a method that there is not, and as the interval does.
    Source: Brown, Cai & DasGupta 2001, Stat Sci 16:101-133, section 2.

    >>> coverage("wilson", 50, [0.02, 0.5]).round(6).tolist()
    [0.921572, 0.935091]
    """
    if method not in INTERVALS:
        raise ValueError(f"no interval is called {method!r}; there are {', '.join(INTERVALS)}")
    p, size = proportions("truth", truth), np.asarray(n)
    low, high = INTERVALS[method](np.arange(n + 1), size, level)
    # Both limits rise with the count, so the counts whose interval covers a truth lie side by side.
    first = np.searchsorted(high, p, side="left")
    last = np.searchsorted(low, p, side="right") - 1
    return np.where(last >= first, at_most(last, size, p) - at_most(first - 1, size, p), 0.0)
