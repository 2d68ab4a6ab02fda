"""Mixed model for repeated measures: means by a design, covariance of a subject's visits free or in one of two simpler forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from trialwright.analysis.methods.arrays import FloatArray, IntArray
from trialwright.analysis.methods.covariance import Structure, parameters_near
from trialwright.analysis.methods.design import Design
from trialwright.analysis.methods.reml import Evaluation, Repeated, evaluate
from trialwright.analysis.methods.repeated import Prepared, Rows, prepare, used_rows

Reason = Literal["never-seen-together", "not-converged", "singular", "not-identified"]
NoteCode = Literal["rows-without-response", "rows-without-design", "visits-never-seen", "few-subjects"]

LADDER: tuple[Structure, ...] = ("unstructured", "heterogeneous-toeplitz", "heterogeneous-ar1")
STEPS = 100  # a search that ends at all ends in about ten
SINGULAR = 1e-6  # part of a visit's variance that the earlier visits must leave open
HOPELESS = 1e-7  # below it a search has run to the edge and is not worth its further steps
IDENTIFIED = 1e-9  # smallest eigenvalue of the information, scaled to a diagonal of ones
FLAT = 1e-4  # slope of the log-likelihood by any parameter up to which a search has arrived
DECREMENT = 1e-8  # how much log-likelihood a further step may still promise


@dataclass(frozen=True, slots=True)
class Left:
    """A structure that was tried and left. visits: the two that were never seen together, else empty."""

    structure: Structure
    reason: Reason
    visits: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader should know beside the numbers. values: counts; for `visits-never-seen` the visits;
    for `few-subjects` subjects and covariance parameters."""

    code: NoteCode
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MmrmFit:
    """A fitted model. p columns, t visits, k covariance parameters.

    effects: (p,), in the order of `columns`; effects_covariance: (p, p).
    covariance: (t, t), of one subject's responses at `visits`.
    log_likelihood is the restricted one; aic and bic count covariance parameters, bic subjects, as R mmrm does.
    left: the structures tried before this one. subjects, rows: those with a response, which the fit used.
    parameters_covariance (k, k) and effects_slopes (k, p, p) - the derivative of effects_covariance by each covariance
    parameter - are what Satterthwaite's degrees of freedom need.
    """

    columns: tuple[str, ...]
    effects: FloatArray
    effects_covariance: FloatArray
    visits: FloatArray
    covariance: FloatArray
    structure: Structure
    log_likelihood: float
    aic: float
    bic: float
    subjects: int
    rows: int
    left: tuple[Left, ...]
    notes: tuple[Note, ...]
    parameters_covariance: FloatArray
    effects_slopes: FloatArray


class NoFitError(ValueError):
    """No structure could be fitted. left: what was tried and why it was left."""

    def __init__(self, left: tuple[Left, ...]) -> None:
        tried = "; ".join(f"{one.structure}: {one.reason}" for one in left)
        super().__init__(
            f"no covariance of the visits could be fitted ({tried}): take fewer visits or fewer columns"
        )
        self.left = left


def mmrm(
    response: npt.ArrayLike,
    design: Design | npt.ArrayLike,
    subject: npt.ArrayLike,
    visit: npt.ArrayLike,
    structures: Sequence[Structure] = LADDER,
    start: MmrmFit | None = None,
) -> MmrmFit:
    """Fits a mixed model for repeated measures by restricted maximum likelihood (REML).

    One row a subject and visit. response: (n,), not-a-number where missing: the row is left out and counted.
    design: a `Design`, or (n, p) numbers. subject: (n,), anything that sorts. visit: (n,), numbers in the order of time.
    structures are tried in their order until one converges inside the space of covariances: unstructured,
    heterogeneous Toeplitz (R mmrm's toeph), heterogeneous first-order autoregressive (ar1h), lags counted in visits.
    start: an earlier fit with the same visits, from whose covariance the search begins - for a loop over like trials.

    Raises ValueError where rows contradict each other, columns are aliased, responses do not vary or there is nothing
    to fit; `NoFitError` where no structure fits. With one visit it is the linear model, with its exact t.
    Source: Mallinckrodt et al. 2008, Drug Inf J 42:303-319; agrees with R mmrm 0.3.16.

    >>> fit = mmrm([1.0, 2.0, 6.0], [[1.0], [1.0], [1.0]], ["A", "B", "C"], [4, 4, 4])
    >>> round(float(fit.effects[0]), 6), round(float(fit.covariance[0, 0]), 6)
    (3.0, 7.0)
    """
    table, columns = design_of(design)
    rows = used_rows(response, table, subject, visit)
    prepared = prepare(rows, columns)
    guess = prepared.moments
    if start is not None and np.array_equal(start.visits, rows.visits):
        guess = start.covariance / np.outer(prepared.deviation, prepared.deviation)
    left: list[Left] = []
    for structure in different(structures, len(rows.visits)):
        found = fit_structure(prepared, structure, guess, rows.visits)
        if isinstance(found, Left):
            left.append(found)
            continue
        return fit_of(rows, prepared, columns, (structure, found), tuple(left))
    raise NoFitError(tuple(left))


def design_of(design: Design | npt.ArrayLike) -> tuple[FloatArray, tuple[str, ...]]:
    if isinstance(design, Design):
        return design.matrix, design.columns
    table = np.asarray(design, dtype=float)
    if table.ndim != 2 or table.shape[1] == 0:
        raise ValueError(
            f"the design needs one row a response and at least one column; its shape is {table.shape}"
        )
    return table, tuple(f"column {place}" for place in range(1, table.shape[1] + 1))


def different(structures: Sequence[Structure], visits: int) -> list[Structure]:
    """Without those that say the same as one before: with one visit all do, and with two."""
    if not structures:
        raise ValueError(f"structures must name at least one of {', '.join(LADDER)}")
    return list(structures) if visits > 2 else list(structures[:1])


def fit_structure(
    prepared: Prepared, structure: Structure, guess: FloatArray, visits: FloatArray
) -> Evaluation | Left:
    """Where the restricted likelihood is largest, or why that is nowhere."""
    if apart := unseen_pair(structure, prepared.together):
        return Left(structure, "never-seen-together", tuple(float(visits[place]) for place in apart))
    best = climb(prepared.repeated, structure, parameters_near(structure, guess))
    if best is None or openness(best.covariance) < SINGULAR:
        return Left(structure, "singular")
    if not is_definite(-best.hessian):
        arrived = np.abs(best.gradient).max() <= FLAT
        return Left(structure, "not-identified" if arrived else "not-converged")
    promised = best.gradient @ np.linalg.solve(-best.hessian, best.gradient)
    return best if promised < DECREMENT else Left(structure, "not-converged")


def unseen_pair(structure: Structure, together: IntArray) -> tuple[int, int] | None:
    """Two visits of which the structure needs some subject with both, but none has. together: (t, t), how many have both."""
    pairs = list(combinations(range(len(together)), 2))
    if structure == "unstructured":
        groups = [[pair] for pair in pairs]
    elif structure == "heterogeneous-toeplitz":
        groups = [[pair for pair in pairs if pair[1] - pair[0] == lag] for lag in range(1, len(together))]
    else:
        groups = [pairs] if pairs else []
    return next((group[0] for group in groups if not any(together[pair] for pair in group)), None)


def is_definite(information: FloatArray) -> bool:
    own = np.diagonal(information)
    if own.min() <= 0:
        return False
    return bool(np.linalg.eigvalsh(information / np.sqrt(np.outer(own, own)))[0] > IDENTIFIED)


def climb(repeated: Repeated, structure: Structure, start: FloatArray) -> Evaluation | None:
    """Newton's method in a trust region, with exact derivatives. None where it cannot even start."""
    seen: dict[bytes, Evaluation | None] = {}

    def look(theta: FloatArray) -> Evaluation | None:
        key = theta.tobytes()
        if key not in seen:
            seen[key] = evaluate(repeated, structure, theta.copy())
        return seen[key]

    def descent(theta: FloatArray) -> tuple[float, FloatArray]:
        at = look(theta)
        return (np.inf, np.zeros_like(theta)) if at is None else (-at.value, -at.gradient)

    def curvature(theta: FloatArray) -> FloatArray:
        at = look(theta)
        return np.eye(len(theta)) if at is None else -at.hessian

    def stop_at_the_edge(theta: FloatArray) -> None:
        at = look(theta)
        if at is None or openness(at.covariance) < HOPELESS:
            raise StopIteration

    found = minimize(
        descent,
        start,
        method="trust-exact",
        jac=True,
        hess=curvature,
        callback=stop_at_the_edge,
        options={"gtol": 1e-6, "maxiter": STEPS, "max_trust_radius": 10.0},
    )
    return look(found.x)


def openness(covariance: FloatArray) -> float:
    """The smallest part of a visit's variance that the visits before leave open: 0 where the covariance is singular."""
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return 0.0
    return float((np.diagonal(root) ** 2 / np.diagonal(covariance)).min())


def fit_of(
    rows: Rows,
    prepared: Prepared,
    columns: tuple[str, ...],
    found: tuple[Structure, Evaluation],
    left: tuple[Left, ...],
) -> MmrmFit:
    """Back from turned columns and scaled residuals to the rows as they were given."""
    structure, best = found
    parameters = len(best.theta)
    parameters_covariance = np.asarray(np.linalg.inv(-best.hessian), dtype=np.float64)
    root = prepared.back @ best.root
    log_likelihood = best.value + prepared.constant
    subjects = len(prepared.repeated.stacked)
    return MmrmFit(
        columns,
        prepared.least_squares + prepared.back @ best.effects,
        root @ root.T,
        rows.visits,
        best.covariance * np.outer(prepared.deviation, prepared.deviation),
        structure,
        log_likelihood,
        -2 * log_likelihood + 2 * parameters,
        -2 * log_likelihood + float(np.log(subjects)) * parameters,
        subjects,
        len(rows.response),
        left,
        notes_of(rows, subjects, parameters),
        parameters_covariance,
        root @ best.slopes @ root.T,
    )


def notes_of(rows: Rows, subjects: int, parameters: int) -> tuple[Note, ...]:
    notes: list[Note] = []
    if rows.without_response:
        notes.append(Note("rows-without-response", (rows.without_response,)))
    if rows.without_design:
        notes.append(Note("rows-without-design", (rows.without_design,)))
    if rows.never_seen:
        notes.append(Note("visits-never-seen", rows.never_seen))
    if subjects < 2 * parameters:
        notes.append(Note("few-subjects", (subjects, parameters)))
    return tuple(notes)
