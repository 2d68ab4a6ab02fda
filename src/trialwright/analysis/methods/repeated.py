"""Rows of a long table - one a subject and visit - made ready for the likelihood, or refused with what is wrong in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialwright.analysis.methods.arrays import FloatArray, IntArray
from trialwright.analysis.methods.reml import Repeated

ALIASED = 1e-7  # a column is the others' where less than this part of its length is its own, as in R's lm
FLAT = 1e-7  # part of the residual deviation below which a visit's responses count as equal to their fit


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows that are used, by subject and then visit, and which were not. design: (n, p), response: (n,)."""

    response: FloatArray
    design: FloatArray
    subject: IntArray
    visit: IntArray
    visits: FloatArray
    never_seen: tuple[float, ...]
    without_response: int
    without_design: int


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What the search works on, and the way back: effects = least_squares + back @ found effects.

    The design is turned to orthogonal columns and the response is the residuals of least squares, over their deviation
    at each visit, (t,), so that neither units, nor a far-off mean, nor visits of unlike spread touch the search.
    moments: (t, t), a first guess of the covariance of the residuals so scaled. together: (t, t), how many were seen at
    both visits. constant: what the log-likelihood of the original rows has more.
    """

    repeated: Repeated
    deviation: FloatArray
    least_squares: FloatArray
    back: FloatArray
    constant: float
    moments: FloatArray
    together: IntArray


def used_rows(
    response: npt.ArrayLike, design: FloatArray, subject: npt.ArrayLike, visit: npt.ArrayLike
) -> Rows:
    """Leaves out rows without a response and sorts the others, so that the order of the rows plays no part."""
    y = np.asarray(response, dtype=float)
    subjects, visits = np.asarray(subject), np.asarray(visit)
    if design.ndim != 2 or any(part.shape != (len(design),) for part in (y, subjects, visits)):
        raise ValueError(
            f"response, subject and visit need one entry for each row of the design, which has shape {design.shape}: "
            f"they have {y.shape}, {subjects.shape} and {visits.shape}"
        )
    if not np.issubdtype(visits.dtype, np.number) or not np.isfinite(visits).all():
        raise ValueError(
            "visit must be finite numbers, whose order is the order of the visits: give visit numbers or weeks, "
            "not labels"
        )
    if np.isinf(y).any() or np.isinf(design).any():
        raise ValueError("response and design must be finite, or not-a-number where a value is missing")
    known = np.isfinite(design).all(axis=1)
    used = np.isfinite(y) & known
    if not used.any():
        raise ValueError("no row has both a response and a whole design: there is nothing to fit")
    seen, visit_code = np.unique(visits[used], return_inverse=True)
    _, subject_code = np.unique(subjects[used], return_inverse=True)
    order = np.lexsort((visit_code, subject_code))
    rows = Rows(
        y[used][order],
        design[used][order],
        subject_code[order],
        visit_code[order],
        seen.astype(float),
        tuple(float(missing) for missing in np.setdiff1d(visits, seen)),
        int(np.isnan(y).sum()),
        int((np.isfinite(y) & ~known).sum()),
    )
    again = np.flatnonzero((np.diff(rows.subject) == 0) & (np.diff(rows.visit) == 0))
    if len(again):
        who = subjects[used][order][again[0]]
        raise ValueError(
            f"subject {who} has two responses at visit {seen[rows.visit[again[0]]]:g}: leave one of them"
        )
    return rows


def prepare(rows: Rows, columns: Sequence[str]) -> Prepared:
    """Raises ValueError where columns are aliased, no residual is left, or a visit's responses do not vary."""
    n, p = rows.design.shape
    require_independent(rows.design, columns)
    if n <= p:
        raise ValueError(f"{n} responses leave nothing to estimate a variance from beside {p} columns")
    turned, triangle = np.linalg.qr(rows.design)
    length = np.sqrt(n)  # columns as long as an intercept's, so that the information is of the order of n
    coefficients = turned.T @ rows.response
    residuals = rows.response - turned @ coefficients
    overall = float(np.sqrt(residuals @ residuals / (n - p)))
    deviation = deviation_by_visit(rows, residuals, overall)
    spread = deviation[rows.visit]
    subjects, visits = rows.subject[-1] + 1, len(rows.visits)
    stacked = np.zeros((subjects, visits, p + 1))
    stacked[rows.subject, rows.visit, :p] = turned * (length * overall / spread)[:, None]
    stacked[rows.subject, rows.visit, p] = residuals / spread
    was_seen = np.zeros((subjects, visits), dtype=bool)
    was_seen[rows.subject, rows.visit] = True
    seen, pattern = np.unique(was_seen, axis=0, return_inverse=True)
    pattern = pattern.ravel()
    order = np.argsort(pattern, kind="stable")
    pattern = pattern[order]
    repeated = Repeated(stacked[order], seen, pattern, np.searchsorted(pattern, np.arange(len(seen))))
    together = was_seen.T.astype(np.int64) @ was_seen
    inverse = np.linalg.inv(triangle)
    log_volume = np.log(np.abs(np.diagonal(triangle))).sum() - p * np.log(length * overall)
    constant = -(n - p) * np.log(2 * np.pi) / 2 - np.log(spread).sum() - log_volume
    return Prepared(
        repeated,
        deviation,
        inverse @ coefficients,
        inverse * (length * overall),
        float(constant),
        first_guess(stacked[:, :, p], together),
        together,
    )


def require_independent(design: FloatArray, columns: Sequence[str]) -> None:
    length = np.linalg.norm(design, axis=0)
    empty = [name for name, size in zip(columns, length, strict=True) if size == 0]
    if empty:
        raise ValueError(
            f"the design says nothing in {', '.join(empty)}: zero in every row with a response; leave it out"
        )
    scaled = design / length
    if len(design) >= len(columns) and np.abs(np.diagonal(np.linalg.qr(scaled, "r"))).min() > ALIASED:
        return
    kept = np.empty((len(design), 0))
    aliased = []
    for name, column in zip(columns, scaled.T, strict=True):
        own = column - kept @ (kept.T @ column)
        own = own - kept @ (kept.T @ own)  # twice is enough: the first time leaves rounding behind
        size = np.linalg.norm(own)
        if size > ALIASED:
            kept = np.column_stack([kept, own / size])
        else:
            aliased.append(name)
    if aliased:
        raise ValueError(
            f"the design is singular: {', '.join(aliased)} can be had from the columns before; leave it out"
        )


def deviation_by_visit(rows: Rows, residuals: FloatArray, overall: float) -> FloatArray:
    """Root mean squares of the residuals, (t,). Raises ValueError where there is nothing in them."""
    if overall <= 1e-12 * np.abs(rows.response).max():
        raise ValueError("the responses do not vary about their fit: there is no variance to estimate")
    deviation: FloatArray = np.sqrt(np.bincount(rows.visit, residuals**2) / np.bincount(rows.visit))
    flat = [f"{rows.visits[place]:g}" for place in np.flatnonzero(deviation < FLAT * overall)]
    if flat:
        raise ValueError(
            f"at visit {', '.join(flat)} every response equals its fit, so that it has no variance: leave the visit "
            "out, or take fewer columns for it"
        )
    return deviation


def first_guess(residuals: FloatArray, together: IntArray) -> FloatArray:
    """Products of residuals, averaged over who was seen at both visits, (t, t). residuals: (n, t), 0 where not seen.

    Drawn towards no correlation, and positive definite: from too near a singular matrix, which few subjects with gaps
    give, a search is more likely to run there.
    """
    covariance = residuals.T @ residuals / np.maximum(together, 1)
    scale = np.sqrt(np.diagonal(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    guess: FloatArray = vectors * np.maximum(0.7 * values + 0.3, 0.05) @ vectors.T * np.outer(scale, scale)
    return guess
