"""What if the missing are worse than imputed: delta, return to baseline, and the exact table for yes and no.

Without a control arm no imputation can refer to one; these are the departures from missing at random that one arm allows.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialwright.analysis.methods.arrays import FloatArray, IntArray
from trialwright.analysis.methods.binomial import clopper_pearson
from trialwright.analysis.methods.scale import PLAIN, Scale, within_score


@dataclass(frozen=True, slots=True)
class TippingTable:
    """One row for each k = 0 .. missing: arrays (missing + 1,), or (trials, most missing + 1) with nan (responders
    -1) after a trial's last row.

    smallest: the smallest number of responders among the missing at which the lower limit lies above p0; -1 where
    not even all of them suffice. () or (trials,).
    """

    responders: IntArray
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    smallest: IntArray


def add_delta(
    imputed: npt.ArrayLike, missing: npt.ArrayLike, delta: npt.ArrayLike, scale: Scale = PLAIN
) -> FloatArray:
    """Imputed values made worse by delta; what was seen stays as it was.

    imputed: (m, n, v) or (k, m, n, v). missing: (n, v) or (k, n, v), true where imputed. delta: in the score's unit,
    a number or anything that broadcasts to `imputed`; a share of baseline is `share * baseline[:, None]`. A number
    above 0 makes a score worse that is high when ill.
    scale: the score's ends and decimals. Raises ValueError for shapes that do not fit.

    >>> add_delta([[[9.0, 3.0]]], [[False, True]], 4.5, Scale(low=0, high=7)).tolist()
    [[[9.0, 7.0]]]
    """
    filled, where = np.asarray(imputed, dtype=np.float64), np.asarray(missing).astype(bool)
    if filled.ndim < 3 or where.shape != (*filled.shape[:-3], *filled.shape[-2:]):
        raise ValueError(f"missing {where.shape} must be imputed {filled.shape} without its axis of m sets")
    worse = within_score(filled + np.asarray(delta, dtype=np.float64), scale)
    if worse.shape != filled.shape:
        raise ValueError(f"delta makes {worse.shape} of imputed {filled.shape}; it must broadcast to it")
    return np.where(where[..., None, :, :], worse, filled)


def return_to_baseline(values: npt.ArrayLike, baseline: npt.ArrayLike) -> FloatArray:
    """Missing values become the participant's baseline, as if treatment had done nothing in the end.

    values: (..., n, v), nan where missing. baseline: (..., n), known. Gives the shape of values.
    Raises ValueError where shapes do not fit or a baseline is missing that is needed.

    >>> return_to_baseline([[3.0, float("nan")]], [9.0]).tolist()
    [[3.0, 9.0]]
    """
    seen, start = np.asarray(values, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
    if seen.ndim < 2 or start.shape != seen.shape[:-1]:
        raise ValueError(f"baseline {start.shape} must be values {seen.shape} without its axis of visits")
    filled = np.where(np.isnan(seen), start[..., None], seen)
    if np.isnan(filled).any():
        raise ValueError("a participant with a missing value has no baseline to return to")
    return filled


def tipping_table(
    responders: npt.ArrayLike, n: npt.ArrayLike, missing: npt.ArrayLike, p0: float, level: float = 0.95
) -> TippingTable:
    """What the result would be if k of the missing were responders, for each k: complete, and exact.

    responders: among those seen. n: all, with the missing. missing: how many were not seen. Numbers, or (trials,)
    each. p0: the proportion to be beaten, 0-1. Limits are Clopper-Pearson's.
    Raises ValueError where responders + missing is more than n, a count is negative, n < 1, or p0 or level is
    not between 0 and 1.
    Source: Yan, Lee & Li 2009, J Biopharm Stat 19:1085-1098 (tipping point), here for one arm.

    >>> table = tipping_table(30, 50, 6, 0.5)
    >>> table.low.round(3).tolist(), int(table.smallest)
    ([0.452, 0.472, 0.492, 0.512, 0.533, 0.554, 0.575], 3)
    """
    given = np.broadcast_arrays(*(np.asarray(one, dtype=np.float64) for one in (responders, n, missing)))
    if any((one != np.floor(one)).any() for one in given):
        raise ValueError("responders, n and missing must be whole numbers")
    arrays = [one.astype(np.int64) for one in given]
    seen, people, lost = (one[..., None] for one in arrays)
    if arrays[0].ndim > 1 or not arrays[0].size:
        raise ValueError("responders, n and missing must be numbers or have one shape (trials,)")
    if (seen < 0).any() or (lost < 0).any() or (seen + lost > people).any():
        raise ValueError("responders and missing must be 0 or more, and together not more than n")
    if not 0 < p0 < 1:
        raise ValueError(f"p0 must lie between 0 and 1, not {p0}")
    k = np.arange(int(lost.max()) + 1)
    real = k <= lost
    x = seen + np.minimum(k, lost)
    low, high = clopper_pearson(x, people, level)
    above = real & (low > p0)
    return TippingTable(
        np.where(real, x, -1),
        np.where(real, x / people, np.nan),
        np.where(real, low, np.nan),
        np.where(real, high, np.nan),
        np.where(above.any(axis=-1), above.argmax(axis=-1), -1),
    )
