"""Limits of the profile likelihood for survival at one time, for interval-censored data."""

from collections.abc import Callable

import numpy as np
from scipy.special import chdtri

from trialwright.analysis.methods.arrays import BoolArray, FloatArray, IntArray
from trialwright.analysis.methods.interval_support import (
    covers,
    innermost,
    log_likelihood,
    maximise,
)

SMALLEST_WEIGHT = 1e-6
LARGEST_WEIGHT = 1e12


def profile_limits(
    lows: IntArray, highs: IntArray, counts: FloatArray, cut: int, level: float
) -> tuple[FloatArray, FloatArray]:
    """All values of the mass beyond `cut` whose best likelihood is near enough to the best of all: (k,) and (k,).

    lows, highs: (p,) ranks of the intervals, as `rank_ends` gives them; counts: (k, p), > 0; cut: a rank.
    Instead of holding the mass beyond the cut at a value, w imagined participants are added who were seen to be free
    of the event there: the maximum with them is the best of all distributions with its mass beyond the cut, and it
    grows with w. The same with w who had the event gives the lower limit.
    """
    never = int(max(highs.max(), cut)) + 1
    starts, ends = innermost(np.append(lows, [0, cut]), np.append(highs, [cut, never]))
    member = covers(lows, highs, starts, ends)
    beyond = starts >= cut
    best = log_likelihood(member, counts, maximise(member, counts))
    allowed = float(chdtri(1, 1 - level)) / 2
    high = _farthest(member, counts, beyond, best - allowed)
    low = 1 - _farthest(member, counts, ~beyond, best - allowed)
    return low, high


def _farthest(member: FloatArray, counts: FloatArray, side: BoolArray, least: FloatArray) -> FloatArray:
    """The largest mass on `side` at which the log likelihood is still at `least`, shape (k,)."""
    reach = np.ones(len(counts))
    whole = member[:, side]
    if whole.any(axis=1).all():  # even all of the mass may be there
        todo = np.flatnonzero(log_likelihood(whole, counts, maximise(whole, counts)) < least)
    else:
        todo = np.arange(len(counts))
    if todo.size:
        reach[todo] = _reach_with_imagined(member, counts[todo], side, least[todo])
    return reach


def _reach_with_imagined(
    member: FloatArray, counts: FloatArray, side: BoolArray, least: FloatArray
) -> FloatArray:
    extended = np.vstack([member, side.astype(np.float64)])
    kept = np.full((len(counts), member.shape[1]), 1 / member.shape[1])

    def excess(log_weight: FloatArray, rows: IntArray) -> FloatArray:
        """How far the likelihood has fallen below `least`: grows with the weight."""
        number = np.column_stack([counts[rows], np.exp(log_weight)])
        kept[rows] = maximise(extended, number, kept[rows])
        return np.asarray(least[rows] - log_likelihood(member, counts[rows], kept[rows]))

    # Only for what it leaves in `kept`: the masses at the weight at which the likelihood has fallen so far.
    find_root(excess, np.full(len(counts), np.log(SMALLEST_WEIGHT)), np.log(LARGEST_WEIGHT))
    return np.asarray(kept[:, side].sum(axis=1))


def find_root(
    function: Callable[[FloatArray, IntArray], FloatArray],
    low: FloatArray,
    end: float,
    tolerance: float = 1e-9,
) -> FloatArray:
    """Where growing functions are 0, each between `low`, where it is negative, and `end`: shape (k,).

    function(x, rows) -> values, for some of the rows. Illinois' rule after steps that widen; a function that is
    negative up to `end` gives `end`. The last call for each row was at what is returned.
    """
    every = np.arange(low.size)
    low, f_low = low.copy(), function(low, every)
    high = np.full(low.size, np.log(10.0))
    f_high = function(high, every)
    while (wider := np.flatnonzero((f_high < 0) & (high < end))).size:
        low[wider], f_low[wider] = high[wider], f_high[wider]
        high[wider] = np.minimum(high[wider] + np.log(10.0), end)
        f_high[wider] = function(high[wider], wider)
    root, todo = high.copy(), np.flatnonzero(f_high > tolerance)
    for _ in range(100):
        if not todo.size:
            break
        a, b, f_a, f_b = low[todo], high[todo], f_low[todo], f_high[todo]
        middle = np.where(np.isfinite(f_b), b - f_b * (b - a) / (f_b - f_a), (a + b) / 2)
        value = function(middle, todo)
        root[todo] = middle
        right = value > 0
        # Illinois: an end that stays twice counts half, so that the other end comes nearer.
        f_low[todo] = np.where(right, f_a / 2, value)
        f_high[todo] = np.where(right, value, f_b / 2)
        low[todo], high[todo] = np.where(right, a, middle), np.where(right, middle, b)
        todo = todo[(np.abs(value) > tolerance) & (high[todo] - low[todo] > 1e-12)]
    return root
