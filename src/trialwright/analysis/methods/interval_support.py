"""Where interval-censored data can put probability, and how much of it they put there: the core of `turnbull`.

An end of an interval is a whole number, its rank among all ends: so that an exact time t, which is the set between
just before t and just after t, and an interval (L, R], which reaches from just after L to just after R, are one thing.
"""

import numpy as np

from trialwright.analysis.methods.arrays import FloatArray, IntArray

TARGET = 1e-8  # of the gap; what is promised is 1e-6
MOST_STEPS = 500
FIRST_EM_STEPS = 10


def rank_ends(left: FloatArray, right: FloatArray, times: FloatArray) -> tuple[IntArray, IntArray, IntArray]:
    """Ranks of the left ends, of the right ends and of just after each of `times`, on one scale; 1 and more."""
    exact = left == right
    values = np.concatenate([left, right, times])
    after = np.concatenate([~exact, np.ones(right.size + times.size, dtype=bool)])
    _, rank = np.unique(np.column_stack([values, after]), axis=0, return_inverse=True)
    rank = rank.reshape(-1).astype(np.int64) + 1
    return rank[: left.size], rank[left.size : left.size + right.size], rank[left.size + right.size :]


def innermost(lows: IntArray, highs: IntArray) -> tuple[IntArray, IntArray]:
    """Turnbull's innermost intervals: a left end followed, among all ends, directly by a right end.

    lows, highs: ranks, of any shape (p,) and (q,). Every maximum of the likelihood has its mass on these alone.
    Source: Turnbull 1976, J R Stat Soc B 38:290-295; Peto 1973, Appl Stat 22:86-91.
    """
    starts, ends = np.unique(lows), np.unique(highs)
    place = np.searchsorted(starts, ends, side="left") - 1  # the last left end before each right end
    _, first = np.unique(place, return_index=True)
    first = first[place[first] >= 0]
    return starts[place[first]], ends[first]


def covers(lows: IntArray, highs: IntArray, starts: IntArray, ends: IntArray) -> FloatArray:
    """1 where interval i of (lows, highs) contains set j of (starts, ends); shape (p, m)."""
    return ((lows[:, None] <= starts) & (ends <= highs[:, None])).astype(np.float64)


def maximise(member: FloatArray, counts: FloatArray, start: FloatArray | None = None) -> FloatArray:
    """Masses s >= 0 with sum 1 that maximise sum(counts * log(member @ s)), for each row of counts.

    member: (p, m). counts: (k, p). start: (k, m) to begin from. Gives (k, m); `gap_of` tells how good they are.
    The log likelihood is concave. EM alone creeps where a mass goes to 0, so that each step is one of a projected
    Newton method (Bertsekas 1982, SIAM J Control Optim 20:221-246), taken only as far as the likelihood grows, and
    one of EM after it.
    """
    mass = np.full((counts.shape[0], member.shape[1]), 1 / member.shape[1]) if start is None else start.copy()
    if start is None:
        for _ in range(FIRST_EM_STEPS):
            mass = _em_step(member, counts, mass)
    todo = np.arange(counts.shape[0])
    for _ in range(MOST_STEPS):
        todo = todo[gap_of(member, counts[todo], mass[todo]) > TARGET]
        if not todo.size:
            break
        rows = _newton_step(member, counts[todo], mass[todo])
        mass[todo] = _em_step(member, counts[todo], rows)
    return mass


def gap_of(member: FloatArray, counts: FloatArray, mass: FloatArray) -> FloatArray:
    """The optimality check max(A'(c / As)) - n, shape (k,): the log likelihood can grow by no more than this."""
    return np.asarray(_slopes(member, counts, mass).max(axis=-1))


def log_likelihood(member: FloatArray, counts: FloatArray, mass: FloatArray) -> FloatArray:
    """sum(counts * log(member @ s)), shape (k,); -inf where something was seen that has no mass."""
    with np.errstate(divide="ignore"):
        logs = np.log(mass @ member.T)
    return np.asarray(np.where(counts > 0, counts * np.where(counts > 0, logs, 0.0), 0.0).sum(axis=-1))


def _slopes(member: FloatArray, counts: FloatArray, mass: FloatArray) -> FloatArray:
    return np.asarray(_ratios(member, counts, mass) @ member - counts.sum(axis=-1, keepdims=True))


def _ratios(member: FloatArray, counts: FloatArray, mass: FloatArray) -> FloatArray:
    return counts / np.maximum(mass @ member.T, 1e-300)


def _em_step(member: FloatArray, counts: FloatArray, mass: FloatArray) -> FloatArray:
    grown = mass * (_ratios(member, counts, mass) @ member)
    return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def _newton_step(member: FloatArray, counts: FloatArray, mass: FloatArray) -> FloatArray:
    """One step for each row; a row that no step length improves stays where it is."""
    slopes = _slopes(member, counts, mass)
    free = (mass > 0) | (slopes > 0)
    weights = counts / np.maximum(mass @ member.T, 1e-150) ** 2
    curve = (member.T[None] * weights[:, None, :]) @ member
    curve = np.where(free[:, :, None] & free[:, None, :], curve, 0.0)
    diagonal = np.einsum("kii->ki", curve)
    # The sum to 1 needs no constraint: its multiplier is n. The ridge is for masses that the data do not tell apart.
    diagonal += np.where(free, 1e-11 * diagonal.max(axis=-1, keepdims=True), 1.0)
    step = np.linalg.solve(curve, np.where(free, slopes, 0.0)[..., None])[..., 0]
    best, found = log_likelihood(member, counts, mass), np.zeros(len(mass), dtype=bool)
    result, length = mass.copy(), 1.0
    for _ in range(12):
        tried = np.maximum(mass + length * step, 0.0)
        total = tried.sum(axis=-1, keepdims=True)
        tried = np.where(total > 0, tried / np.where(total > 0, total, 1.0), mass)
        better = ~found & (log_likelihood(member, counts, tried) >= best - 1e-13 * (1 + np.abs(best)))
        result[better] = tried[better]
        found |= better
        if found.all():
            break
        length /= 2
    return result
