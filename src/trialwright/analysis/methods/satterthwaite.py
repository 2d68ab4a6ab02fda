"""Estimates, tests and limits from a fitted mixed model, with Satterthwaite's degrees of freedom."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc, stdtr, stdtrit

from trialwright.analysis.methods.arrays import FloatArray, require_level
from trialwright.analysis.methods.mmrm import MmrmFit

ROUNDING = float(np.sqrt(np.finfo(float).eps))  # what R mmrm takes for rank and for equal degrees of freedom


@dataclass(frozen=True, slots=True, eq=False)
class Contrasts:
    """One entry a row of the contrast matrix, each (m,). p is two-sided, against 0; low and high are confidence limits."""

    estimate: FloatArray
    standard_error: FloatArray
    df: FloatArray
    t: FloatArray
    p: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class JointTest:
    """Whether all rows are 0 at once. numerator_df: how many of the rows are independent."""

    f: float
    numerator_df: int
    denominator_df: float
    p: float


def contrast(fit: MmrmFit, rows: npt.ArrayLike, level: float = 0.95) -> Contrasts:
    """Each row times the effects, tested by itself. rows: (m, p) or (p,), none of them all 0. level: 0-1.

    For a marginal mean the row is `marginal_row`'s; the identity matrix gives the effects themselves.
    Raises ValueError for rows of another width, a row of zeros, or a level that is not between 0 and 1.
    Source: Fai & Cornelius 1996, J Stat Comput Simul 54:363-378; as in R mmrm.

    >>> from trialwright.analysis.methods.mmrm import mmrm
    >>> fit = mmrm([1.0, 2.0, 6.0], [[1.0], [1.0], [1.0]], ["A", "B", "C"], [4, 4, 4])
    >>> mean = contrast(fit, [1.0])
    >>> [round(float(part[0]), 4) for part in (mean.estimate, mean.standard_error, mean.df, mean.low, mean.high)]
    [3.0, 1.5275, 2.0, -3.5724, 9.5724]
    """
    require_level(level)
    matrix = contrast_rows(fit, rows)
    estimate = matrix @ fit.effects
    variance = np.einsum("mp,pq,mq->m", matrix, fit.effects_covariance, matrix)
    error = np.sqrt(variance)
    df = degrees_of_freedom(fit, matrix, variance)
    t = estimate / error
    half = stdtrit(df, (1 + level) / 2) * error
    return Contrasts(estimate, error, df, t, 2 * stdtr(df, -np.abs(t)), estimate - half, estimate + half)


def joint_test(fit: MmrmFit, rows: npt.ArrayLike) -> JointTest:
    """F test of all rows at once. rows: (m, p); rows that follow from the others count once.

    Raises ValueError as `contrast` does.
    Source: Fai & Cornelius 1996, J Stat Comput Simul 54:363-378; as in R mmrm.
    """
    matrix = contrast_rows(fit, rows)
    values, vectors = np.linalg.eigh(matrix @ fit.effects_covariance @ matrix.T)
    kept = values > ROUNDING * values[-1]
    values, turned = values[kept], vectors.T[kept] @ matrix
    rank = len(values)
    f = float(((turned @ fit.effects) ** 2 / values).mean())
    df = pooled(degrees_of_freedom(fit, turned, values))
    return JointTest(f, rank, df, float(fdtrc(rank, df, f)))


def contrast_rows(fit: MmrmFit, rows: npt.ArrayLike) -> FloatArray:
    matrix = np.atleast_2d(np.asarray(rows, dtype=float))
    if matrix.ndim != 2 or matrix.shape[1] != len(fit.effects):
        raise ValueError(
            f"each row needs {len(fit.effects)} numbers, one a column of the design; the shape is {matrix.shape}"
        )
    if not np.abs(matrix).max(axis=1, initial=0).all() or not np.isfinite(matrix).all():
        raise ValueError("a row of zeros, or with missing numbers, compares nothing: leave it out")
    return matrix


def degrees_of_freedom(fit: MmrmFit, matrix: FloatArray, variance: FloatArray) -> FloatArray:
    """2 v^2 / Var(v): v is the variance of a row's estimate, whose own comes from the covariance parameters."""
    slopes = np.einsum("mp,kpq,mq->mk", matrix, fit.effects_slopes, matrix)
    found: FloatArray = 2 * variance**2 / np.einsum("mk,kl,ml->m", slopes, fit.parameters_covariance, slopes)
    return found


def pooled(df: FloatArray) -> float:
    if np.ptp(df) < ROUNDING:
        return float(df.mean())
    if df.min() <= 2:
        return 2.0
    expected = float((df / (df - 2)).sum())
    return 2 * expected / (expected - len(df))
