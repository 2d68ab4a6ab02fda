"""Multiple imputation by normal regressions: visits that stop (monotone), and gaps between visits (by chained equations).

Every draw is proper: first the variance, then the coefficients, then the value. Missing at random is assumed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialwright.analysis.methods.arrays import BoolArray, FloatArray
from trialwright.analysis.methods.scale import PLAIN, Scale, to_model_scale, to_score

SINGULAR = 1e-9  # of a column's length: less than that is left of it beside the other columns


@dataclass(frozen=True, slots=True)
class _Visits:
    """values: (b, n, v) on the model's scale, b = k * m data sets that are imputed at once, nan where missing.
    missing: the same shape. covariates: (b, n, c), complete."""

    values: FloatArray
    missing: BoolArray
    covariates: FloatArray


def impute_normal(
    values: npt.ArrayLike,
    *,
    m: int,
    rng: np.random.Generator,
    covariates: npt.ArrayLike | None = None,
    scale: Scale = PLAIN,
    cycles: int = 10,
) -> FloatArray:
    """Gaps between visits by chained equations, then everything after a last visit by monotone regressions.

    values: (n, v) for one trial, visits in their order, or (k, n, v); nan where missing. covariates: (n, c) or
    (k, n, c), complete: what the regressions use beside the visits. m: number of imputed sets. scale: the score.
    cycles: rounds of the chained equations; needed only where there are gaps.
    Gives (m, n, v) or (k, m, n, v); what was seen is given back as it was, to the bit.
    Each visit is regressed on the covariates and the visits before it, with a variance of its own.
    Raises ValueError for shapes that do not fit, m < 1, infinite numbers, a missing covariate, and a visit at which
    too few were seen, or seen values follow from each other, so that a regression has no single answer.
    Source: Rubin 1987, 5.3 and example 5.1; van Buuren 2018, Flexible Imputation of Missing Data, algorithm 3.1;
    Schafer 1997, 6.5 for first making the pattern monotone.

    >>> seen = np.array([[9.0, 3.0], [8.0, 2.0], [7.0, 3.0], [9.0, 4.0], [6.0, np.nan]])
    >>> impute_normal(seen, m=3, rng=np.random.default_rng(1)).shape
    (3, 5, 2)
    """
    visits, shape = _spread(values, covariates, m, scale)
    gaps = gaps_between(visits.missing)
    filled = visits.values
    if gaps.any():
        chained = _chain(visits, cycles, rng)
        filled = np.where(gaps, chained, filled)
    filled = _regress_in_order(_Visits(filled, visits.missing & ~gaps, visits.covariates), rng)
    return _back(values, filled, visits.missing, scale, shape)


def impute_monotone(
    values: npt.ArrayLike,
    *,
    m: int,
    rng: np.random.Generator,
    covariates: npt.ArrayLike | None = None,
    scale: Scale = PLAIN,
) -> FloatArray:
    """As `impute_normal`, for participants who miss no visit before one that they come to.

    Raises ValueError also where somebody has such a gap.
    Source: Rubin 1987, 5.4 (monotone-distinct); regression as in his example 5.1.
    """
    visits, shape = _spread(values, covariates, m, scale)
    if gaps_between(visits.missing).any():
        raise ValueError(
            "a participant misses a visit before one that was seen; use impute_normal or impute_chained"
        )
    return _back(values, _regress_in_order(visits, rng), visits.missing, scale, shape)


def impute_chained(
    values: npt.ArrayLike,
    *,
    m: int,
    rng: np.random.Generator,
    covariates: npt.ArrayLike | None = None,
    scale: Scale = PLAIN,
    cycles: int = 10,
) -> FloatArray:
    """As `impute_normal`, all of it by chained equations: each visit is regressed on all others, `cycles` times.

    Source: van Buuren 2018, algorithm 4.3 with the normal model (R: mice, method "norm").
    """
    visits, shape = _spread(values, covariates, m, scale)
    return _back(values, _chain(visits, cycles, rng), visits.missing, scale, shape)


def gaps_between(missing: BoolArray) -> BoolArray:
    """Missing visits that a seen one follows; shape of `missing`, visits last."""
    seen_later = np.cumsum(~missing[..., ::-1], axis=-1)[..., ::-1] > 0
    return missing & seen_later


def _regress_in_order(visits: _Visits, rng: np.random.Generator) -> FloatArray:
    filled = visits.values.copy()
    for visit in range(filled.shape[-1]):
        missing = visits.missing[..., visit]
        if missing.any():
            predictors = np.concatenate([visits.covariates, filled[..., :visit]], axis=-1)
            drawn = _draw(predictors, filled[..., visit], missing, visit, rng)
            filled[..., visit] = np.where(missing, drawn, filled[..., visit])
    return filled


def _chain(visits: _Visits, cycles: int, rng: np.random.Generator) -> FloatArray:
    if cycles < 1:
        raise ValueError(f"cycles must be at least 1, not {cycles}")
    filled = _start(visits, rng)
    places = [visit for visit in range(filled.shape[-1]) if visits.missing[..., visit].any()]
    for _ in range(cycles):
        for visit in places:
            missing = visits.missing[..., visit]
            others = np.delete(filled, visit, axis=-1)
            predictors = np.concatenate([visits.covariates, others], axis=-1)
            drawn = _draw(predictors, filled[..., visit], missing, visit, rng)
            filled[..., visit] = np.where(missing, drawn, filled[..., visit])
    return filled


def _start(visits: _Visits, rng: np.random.Generator) -> FloatArray:
    """Each missing value begins as one of those seen at its visit, by chance."""
    seen = ~visits.missing
    count = seen.sum(axis=-2, keepdims=True)
    if not count.all():
        raise ValueError(f"nobody was seen at visit {int(np.argwhere(count == 0)[0][-1])} (from 0)")
    order = np.argsort(visits.missing, axis=-2, kind="stable")  # the seen ones first
    sorted_values = np.take_along_axis(visits.values, order, axis=-2)
    chosen = np.minimum((rng.random(seen.shape) * count).astype(np.int64), count - 1)
    return np.where(seen, visits.values, np.take_along_axis(sorted_values, chosen, axis=-2))


def _draw(
    predictors: FloatArray, outcome: FloatArray, missing: BoolArray, visit: int, rng: np.random.Generator
) -> FloatArray:
    """One draw of the outcome for everybody, shape (b, n), from the posterior of the regression on those seen.

    With the decomposition X = QR, coefficients are R^-1 (Q'y + sigma z), and sigma² = residual sum of squares / chi².
    """
    weight = (~missing).astype(np.float64)[..., None]
    count = weight.sum(axis=-2, keepdims=True)
    q = predictors.shape[-1] + 1
    if (count <= q).any():
        raise ValueError(
            f"visit {visit} (from 0): {int(count.min())} participants seen, which cannot carry {q} coefficients and"
            " a variance; leave out covariates or visits"
        )
    # Centred columns keep the decomposition accurate, and leave the coefficient of 1 to itself.
    centred = predictors - (predictors * weight).sum(axis=-2, keepdims=True) / count
    design = np.concatenate([np.ones((*centred.shape[:-1], 1)), centred], axis=-1)
    orthogonal, upper = np.linalg.qr(design * weight)
    left = np.abs(np.einsum("...ii->...i", upper))[..., 1:]
    if (left <= SINGULAR * np.sqrt(np.square(predictors * weight).sum(axis=-2))).any():
        raise ValueError(
            f"visit {visit} (from 0): among those seen, one predictor follows from the others; leave it out"
        )
    target = np.where(missing, 0.0, outcome)[..., None]
    projected = orthogonal.swapaxes(-1, -2) @ target
    rest = np.square(target - orthogonal @ projected).sum(axis=(-2, -1))
    sigma = np.sqrt(rest / rng.chisquare(count[..., 0, 0] - q))[..., None]
    noise = rng.standard_normal(projected.shape[:-1])
    coefficients = np.linalg.solve(upper, projected + (sigma * noise)[..., None])
    return np.asarray((design @ coefficients)[..., 0] + sigma * rng.standard_normal(outcome.shape))


def _spread(
    values: npt.ArrayLike, covariates: npt.ArrayLike | None, m: int, scale: Scale
) -> tuple[_Visits, tuple[int, ...]]:
    """m copies of each trial on the model's scale, and the shape of the answer."""
    seen = np.asarray(values, dtype=np.float64)
    if seen.ndim not in (2, 3) or 0 in seen.shape:
        raise ValueError(f"values must have the shape (n, v) or (k, n, v), none of them 0, not {seen.shape}")
    beside = (
        np.zeros((*seen.shape[:-1], 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    )
    if beside.ndim != seen.ndim or beside.shape[:-1] != seen.shape[:-1]:
        raise ValueError(f"covariates {beside.shape} must have a row for each of values {seen.shape}")
    if not np.isfinite(beside).all():
        raise ValueError("covariates must be complete and finite; impute what is missing as a visit")
    if np.isinf(seen).any():
        raise ValueError("values must be finite, or nan where missing")
    if m < 1:
        raise ValueError(f"m must be at least 1, not {m}")
    model = to_model_scale(seen, scale)
    n, v = seen.shape[-2:]

    trials = seen.size // (n * v)

    def copies(array: FloatArray) -> FloatArray:
        return np.repeat(array.reshape(trials, n, array.shape[-1]), m, axis=0)

    spread = copies(model)
    return _Visits(spread, np.isnan(spread), copies(beside)), (*seen.shape[:-2], m, n, v)


def _back(
    values: npt.ArrayLike, filled: FloatArray, missing: BoolArray, scale: Scale, shape: tuple[int, ...]
) -> FloatArray:
    seen = np.asarray(values, dtype=np.float64)[..., None, :, :]
    scored = np.where(missing, to_score(filled, scale), 0.0).reshape(shape)
    return np.where(np.isnan(seen), scored, seen)
