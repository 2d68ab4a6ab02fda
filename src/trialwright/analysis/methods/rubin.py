"""Rubin's rules: one answer from m imputed data sets, for any estimate and for proportions."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, stdtrit

from trialwright.analysis.methods.arrays import FloatArray, IntArray, require_level
from trialwright.analysis.methods.binomial import clopper_pearson

TextArray = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Pooled:
    """Arrays over trials, (k,), or single numbers as arrays.

    within, between: the mean variance, and the variance of the estimates. total: within + (1 + 1/m) between.
    share: lambda, the share of the total that is due to what is missing. missing_information: the same, allowing
    for m being finite (Rubin's gamma). df: inf where nothing varies between sets and no complete-data df was given.
    """

    estimate: FloatArray
    within: FloatArray
    between: FloatArray
    total: FloatArray
    standard_error: FloatArray
    share: FloatArray
    missing_information: FloatArray
    df: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class PooledProportion:
    """Arrays over trials, (k,), or single numbers as arrays. rule: "logit", "logit + 1/2" or "clopper_pearson".

    missing_information: as of `Pooled`, on the scale of the logit; 0 where all sets agree.
    """

    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    df: FloatArray
    rule: TextArray
    missing_information: FloatArray


def pool_rubin(
    estimates: npt.ArrayLike,
    variances: npt.ArrayLike,
    *,
    complete_df: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Pooled:
    """Pools m estimates and their variances (squared standard errors), with a t interval.

    estimates, variances: shape (m,) for one trial or (k, m) for k; m >= 2, variances >= 0.
    complete_df: degrees of freedom if nothing were missing, one number or (k,): then the df are those of Barnard and
    Rubin, which never exceed it; without it Rubin's of 1987. level: 0-1.
    Raises ValueError for shapes that differ, m < 2, a number that is not finite, a variance below 0 or a
    complete_df that is not above 0.
    Source: Rubin 1987, Multiple Imputation for Nonresponse in Surveys, 3.1; Barnard & Rubin 1999, Biometrika 86:948-955.

    >>> pooled = pool_rubin([1.10, 1.25, 0.95, 1.30, 1.05], [0.040, 0.044, 0.038, 0.045, 0.041], complete_df=49)
    >>> round(float(pooled.estimate), 2), round(float(pooled.total), 4), round(float(pooled.df), 4)
    (1.13, 0.0665, 14.4971)
    """
    q, u = _require_sets(estimates, variances)
    require_level(level)
    m = q.shape[-1]
    estimate, within, between = q.mean(axis=-1), u.mean(axis=-1), q.var(axis=-1, ddof=1)
    extra = (1 + 1 / m) * between
    total = within + extra
    share = np.where(total > 0, extra / np.where(total > 0, total, 1.0), 0.0)
    df = _degrees_of_freedom(share, m, complete_df)
    relative = share / np.maximum(1 - share, 1e-300)
    missing = np.where(share < 1, (relative + 2 / (df + 3)) / (relative + 1), 1.0)
    error = np.sqrt(total)
    half = stdtrit(df, (1 + level) / 2) * error
    return Pooled(
        estimate, within, between, total, error, share, missing, df, estimate - half, estimate + half
    )


def _degrees_of_freedom(share: FloatArray, m: int, complete_df: npt.ArrayLike | None) -> FloatArray:
    with np.errstate(divide="ignore"):
        old = np.asarray((m - 1) / np.square(share))
    if complete_df is None:
        return old
    complete = np.asarray(complete_df, dtype=np.float64)
    if not (complete > 0).all():
        raise ValueError(f"complete_df must be above 0, not {complete_df}")
    observed = np.asarray((complete + 1) / (complete + 3) * complete * (1 - share))
    # As 1 / (1 / old + 1 / observed), which also holds where old is inf. Where no set has a variance of its own it would
    # be 0, with which there is no limit: there Rubin's own m - 1 stays.
    return np.where(share < 1, observed / (1 + observed / old), old)


def pool_proportions(
    responders: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    complete_df: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> PooledProportion:
    """Pools the responders of m imputed sets of the same n participants on the logit scale.

    responders: whole numbers, shape (m,) or (k, m), 0 to n. n: one number or (k,). complete_df: n - 1 if not given.
    The logit of p = x/n has the variance 1 / (n p (1 - p)). It is not defined for 0/n and n/n, therefore:
    - where one of the m sets is 0/n or n/n, all m of that trial are taken as (x + 1/2) / (n + 1): "logit + 1/2";
    - where all m are 0/n, or all n/n, nothing differs between the sets and the interval is Clopper-Pearson's.
    Raises ValueError as `pool_rubin`, and where a count is not from 0 to n.
    Source: Rubin 1987; Haldane 1956, Ann Hum Genet 20:309-311, for the added half.

    >>> pooled = pool_proportions([36, 38, 37, 35, 37], 50)
    >>> round(float(pooled.estimate), 4), round(float(pooled.low), 4), round(float(pooled.high), 4)
    (0.7325, 0.5764, 0.8464)
    """
    x, people = _require_responders(responders, n)
    require_level(level)
    edge = ((x == 0) | (x == people[..., None])).any(axis=-1)
    same = edge & (x == x[..., :1]).all(axis=-1)
    half = np.where(edge, 0.5, 0.0)[..., None]
    size = people[..., None] + 2 * half
    share = (x + half) / size
    df = people - 1.0 if complete_df is None else complete_df
    pooled = pool_rubin(logit(share), 1 / (size * share * (1 - share)), complete_df=df, level=level)
    low, high = clopper_pearson(x[..., 0].astype(np.int64), people, level)
    return PooledProportion(
        np.where(same, x[..., 0] / people, expit(pooled.estimate)),
        np.where(same, low, expit(pooled.low)),
        np.where(same, high, expit(pooled.high)),
        pooled.df,
        np.where(same, "clopper_pearson", np.where(edge, "logit + 1/2", "logit")),
        np.where(x.min(axis=-1) == x.max(axis=-1), 0.0, pooled.missing_information),
    )


def wilson_imputed(
    responders: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Wilson's interval for a proportion from m imputed sets: low and high, shape (k,), inside 0-1.

    responders, n: as in `pool_proportions`; needs no rule for 0/n.
    The score interval of the mean proportion, its squared quantile t² (1 + r) with r = (1 + 1/m) between / within
    and t of (m - 1)(1 + 1/r)² degrees of freedom. Sets that all agree give Wilson's own interval.
    Source: Lott & Reiter 2020, Am Stat 74:109-115.

    >>> low, high = wilson_imputed([36, 38, 37, 35, 37], 50)
    >>> round(float(low), 4), round(float(high), 4)
    (0.5841, 0.8416)
    """
    x, people = _require_responders(responders, n)
    require_level(level)
    share = x / people[..., None]
    pooled = pool_rubin(share, share * (1 - share) / people[..., None], level=level)
    # within / total is 1 / (1 + r), and r / (1 + r) is the share lambda, of which Rubin's df are made.
    # Sets that are all 0/n or n/n, and not all the same, have no variance within: they leave everything possible.
    told = pooled.share < 1
    kept = np.where(told, 1 - pooled.share, 1.0)
    z2 = np.square(stdtrit(pooled.df, (1 + level) / 2)) / kept
    centre = (people * pooled.estimate + z2 / 2) / (people + z2)
    p = pooled.estimate
    half = np.sqrt(z2 * (people * p * (1 - p) + z2 / 4)) / (people + z2)
    low, high = np.where(p == 0, 0.0, centre - half), np.where(p == 1, 1.0, centre + half)
    return np.where(told, low, 0.0), np.where(told, high, 1.0)


def _require_sets(estimates: npt.ArrayLike, variances: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    q, u = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if q.ndim not in (1, 2) or q.shape != u.shape:
        raise ValueError(f"estimates {q.shape} and variances {u.shape} must have one shape, (m,) or (k, m)")
    if q.shape[-1] < 2:
        raise ValueError("pooling needs at least 2 imputed sets; with 1, nothing tells how they differ")
    if not (np.isfinite(q) & np.isfinite(u) & (u >= 0)).all():
        raise ValueError("estimates and variances must be finite, and variances not below 0")
    return q, u


def _require_responders(responders: npt.ArrayLike, n: npt.ArrayLike) -> tuple[FloatArray, IntArray]:
    x, people = np.asarray(responders, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if x.ndim not in (1, 2) or (people.ndim and people.shape != x.shape[:-1]):
        raise ValueError(
            f"responders {x.shape} must be (m,) or (k, m), and n {people.shape} one number or (k,)"
        )
    whole = (people >= 1).all() and (people == np.floor(people)).all() and (x == np.floor(x)).all()
    if not (whole and ((x >= 0) & (x <= people[..., None])).all()):
        raise ValueError("responders must be whole numbers from 0 to n, and n a whole number of at least 1")
    return x, people.astype(np.int64)
