"""Time to an event that is known only to lie between two visits: the NPMLE, with its check and limits."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialwright.analysis.methods.arrays import BoolArray, FloatArray, IntArray, require_level
from trialwright.analysis.methods.binomial import clopper_pearson
from trialwright.analysis.methods.interval_support import (
    covers,
    gap_of,
    innermost,
    log_likelihood,
    maximise,
    rank_ends,
)
from trialwright.analysis.methods.profile_limits import profile_limits

PROMISED_GAP = 1e-6


@dataclass(frozen=True, slots=True)
class Turnbull:
    """The data as p patterns, and the mass on m sets. Arrays over trials are (k, ...), or without k for one trial.

    left, right, counts: the patterns, (p,), and how often each came, (k, p).
    support_left, support_right: (m,), the sets (left, right]; a point where both are the same. For several trials
    these are the sets of any of them, which may overlap; a trial has mass on its own alone.
    mass: (k, m), sums to 1. gap: (k,), max(A'(c / As)) - n, by which the log likelihood could still grow.
    log_likelihood: (k,). No other masses are as likely: each set has an interval that ends with it, so that the
    columns of A are independent.
    """

    left: FloatArray
    right: FloatArray
    counts: IntArray
    support_left: FloatArray
    support_right: FloatArray
    mass: FloatArray
    gap: FloatArray
    log_likelihood: FloatArray

    @property
    def is_optimal(self) -> BoolArray:
        """Whether the check of optimality was passed: gap < 1e-6."""
        return np.asarray(self.gap < PROMISED_GAP)


@dataclass(frozen=True, slots=True)
class TurnbullAt:
    """Survival at q times, arrays (k, q), or (q,) for one trial.

    survival_low, survival_high: the same number, but for a time inside a set with mass. There the data do not tell
    how much of it comes after that time: low has all of it before, high all of it after. Print both.
    low, high: limits. is_binomial: true where everybody was seen at that time (no interval crosses it), so that
    survival is a plain proportion with Clopper-Pearson limits; false where limits are of the profile likelihood.
    """

    time: FloatArray
    survival_low: FloatArray
    survival_high: FloatArray
    low: FloatArray
    high: FloatArray
    is_binomial: BoolArray


def turnbull(left: npt.ArrayLike, right: npt.ArrayLike, counts: npt.ArrayLike | None = None) -> Turnbull:
    """Nonparametric maximum likelihood for events in half-open intervals (left, right].

    left, right: shape (p,), any unit, 0 <= left <= right; right may be inf (not seen to have the event).
    left == right is an event at exactly this time, as in R's survfit. The start is 0: an event before the first
    visit at 16 is (0, 16].
    counts: without it, one participant a row. Otherwise how many participants have the row's interval: whole
    numbers, (p,) for one trial or (k, p) for k trials that share their list of intervals.
    Raises ValueError for shapes that do not fit, ends that are not such, counts below 0 or not whole, and a trial
    without participants.
    Source: Turnbull 1976, J R Stat Soc B 38:290-295; the check: Gentleman & Geyer 1994, Biometrika 81:618-623.

    >>> fit = turnbull([16, 34, 52, 16], [34, 52, np.inf, 52], [10, 10, 20, 4])
    >>> turnbull_at(fit, [34, 52]).survival_low.round(6).tolist()
    [0.727273, 0.454545]
    """
    lefts, rights = _require_intervals(left, right)
    number = _require_counts(lefts.size, counts)
    pairs, place = np.unique(np.column_stack([lefts, rights]), axis=0, return_inverse=True)
    merged = np.zeros((*number.shape[:-1], len(pairs)), dtype=np.int64)
    for column, pair in enumerate(place.reshape(-1)):
        merged[..., pair] += number[..., column]
    sets, mass, gap, logs = _fit(pairs[:, 0], pairs[:, 1], np.atleast_2d(merged))
    one = 0 if merged.ndim == 1 else slice(None)
    return Turnbull(pairs[:, 0], pairs[:, 1], merged, *sets, mass[one], gap[one], logs[one])


def turnbull_at(fit: Turnbull, times: npt.ArrayLike, level: float = 0.95) -> TurnbullAt:
    """Survival and its limits just after `times`, shape (q,); level 0-1.

    Limits of the profile likelihood are all values whose best log likelihood is within half a chi-squared quantile
    (1 df) of the best of all. Raises ValueError for a time that is negative or nan, or a level outside 0-1.
    Source: Thomas & Grunkemeier 1975, J Am Stat Assoc 70:865-871; Murphy & van der Vaart 2000, same journal 95:449-465.

    >>> at = turnbull_at(turnbull([16, 52], [52, np.inf], [18, 20]), [34, 52])
    >>> at.survival_low.round(3).tolist(), at.survival_high.round(3).tolist(), at.is_binomial.tolist()
    ([0.526, 0.526], [1.0, 0.526], [False, True])
    """
    asked = np.atleast_1d(np.asarray(times, dtype=np.float64))
    if not (asked >= 0).all():
        raise ValueError("times must be numbers of 0 and more")
    require_level(level)
    exact = fit.left == fit.right
    point = fit.support_left == fit.support_right
    after = np.where(point[:, None], fit.support_left[:, None] > asked, fit.support_left[:, None] >= asked)
    before = fit.support_right[:, None] <= asked
    crossing = (fit.left[:, None] < asked) & (fit.right[:, None] > asked)
    alive = np.where(exact[:, None], fit.left[:, None] > asked, fit.left[:, None] >= asked)
    counts = np.atleast_2d(fit.counts)
    seen = np.asarray(~(counts[:, :, None] * crossing).any(axis=1))
    low, high = clopper_pearson(counts @ alive, counts.sum(axis=1)[:, None], level)
    for place, time in enumerate(asked):
        rows = ~seen[:, place]
        if rows.any():
            low[rows, place], high[rows, place] = _limits_at(fit, counts[rows], float(time), level)
    one = 0 if fit.counts.ndim == 1 else slice(None)
    return TurnbullAt(
        asked,
        np.minimum(fit.mass @ after, 1),
        1 - np.minimum(fit.mass @ before, 1),
        low[one],
        high[one],
        seen[one],
    )


def _limits_at(fit: Turnbull, counts: IntArray, time: float, level: float) -> tuple[FloatArray, FloatArray]:
    lows, highs, cut = rank_ends(fit.left, fit.right, np.array([time]))
    low, high = np.empty(len(counts)), np.empty(len(counts))
    for rows, some in _by_pattern(counts):
        low[rows], high[rows] = profile_limits(
            lows[some], highs[some], counts[np.ix_(rows, some)].astype(np.float64), int(cut[0]), level
        )
    return low, high


def _by_pattern(counts: IntArray) -> list[tuple[IntArray, IntArray]]:
    """Trials that have the same patterns in them, since the sets follow from what was seen: (trials, patterns)."""
    kinds, kind = np.unique(counts > 0, axis=0, return_inverse=True)
    return [
        (np.flatnonzero(kind.reshape(-1) == number), np.flatnonzero(some))
        for number, some in enumerate(kinds)
    ]


def _fit(
    left: FloatArray, right: FloatArray, counts: IntArray
) -> tuple[tuple[FloatArray, FloatArray], FloatArray, FloatArray, FloatArray]:
    lows, highs, _ = rank_ends(left, right, np.empty(0))
    value_of = dict(zip(lows.tolist(), left.tolist(), strict=True))
    value_of |= dict(zip(highs.tolist(), right.tolist(), strict=True))
    gap, logs = np.empty(len(counts)), np.empty(len(counts))
    masses: dict[tuple[int, int], FloatArray] = {}
    for rows, some in _by_pattern(counts):
        starts, ends = innermost(lows[some], highs[some])
        member = covers(lows[some], highs[some], starts, ends)
        number = counts[np.ix_(rows, some)].astype(np.float64)
        mass = maximise(member, number)
        gap[rows] = gap_of(member, number, mass)
        logs[rows] = log_likelihood(member, number, mass)
        for column, name in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            masses.setdefault(name, np.zeros(len(counts)))[rows] = mass[:, column]
    names = sorted(masses)
    ends_of = np.array([(value_of[start], value_of[end]) for start, end in names])
    return (ends_of[:, 0], ends_of[:, 1]), np.stack([masses[name] for name in names], axis=-1), gap, logs


def _require_intervals(left: npt.ArrayLike, right: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    lefts, rights = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if lefts.ndim != 1 or lefts.shape != rights.shape:
        raise ValueError(f"left {lefts.shape} and right {rights.shape} must have one shape (p,)")
    wrong = ~(np.isfinite(lefts) & (lefts >= 0) & (lefts <= rights))
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"interval {place} is ({lefts[place]}, {rights[place]}]; left must be finite and from 0 to right"
        )
    return lefts, rights


def _require_counts(patterns: int, counts: npt.ArrayLike | None) -> IntArray:
    number = np.ones(patterns) if counts is None else np.asarray(counts, dtype=np.float64)
    if number.ndim not in (1, 2) or number.shape[-1] != patterns:
        raise ValueError(f"counts must have the shape ({patterns},) or (k, {patterns}), not {number.shape}")
    if not ((number >= 0) & (number == np.floor(number)) & np.isfinite(number)).all():
        raise ValueError("counts are numbers of participants: whole, 0 or more")
    if not (number.sum(axis=-1) > 0).all():
        raise ValueError("a trial without participants has no estimate; leave it out")
    return number.astype(np.int64)
