"""Restricted likelihood of repeated measures at one covariance, with its exact gradient and Hessian.

Subjects who were seen at the same visits share one inverse, and everything else is sums over patterns or one product of
matrices, so that a look at the likelihood costs a fraction of a millisecond for fifty subjects.
Source: Lindstrom & Bates 1988, J Am Stat Assoc 83:1014-1022; derivatives as in Wolfinger, Tobias & Sall 1994, SIAM J Sci
Comput 15:1294-1310. The second derivatives are the observed ones, which Satterthwaite's degrees of freedom need.
"""

from dataclasses import dataclass

import numpy as np

from trialwright.analysis.methods.arrays import BoolArray, FloatArray, IntArray
from trialwright.analysis.methods.covariance import Covariance, Structure, covariance_at, from_diagonal_up


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """Subjects, those of one pattern beside each other.

    stacked: (n, t, p + 1), the design's columns and then the response, zero where a subject was not seen.
    seen: (g, t), the patterns. pattern: (n,), which of them a subject has. first: (g,), the first subject of each.
    """

    stacked: FloatArray
    seen: BoolArray
    pattern: IntArray
    first: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The restricted log-likelihood at theta, (k,), without its constant, and what the fit takes from it.

    covariance: (t, t). gradient: (k,), hessian: (k, k), of the likelihood by the parameters.
    effects: (p,). root: (p, p), root root' is the covariance of the effects. slopes: (k, p, p), the derivative of that
    covariance by each parameter is root slope root'.
    """

    theta: FloatArray
    covariance: FloatArray
    value: float
    gradient: FloatArray
    hessian: FloatArray
    effects: FloatArray
    root: FloatArray
    slopes: FloatArray


def evaluate(data: Repeated, structure: Structure, theta: FloatArray) -> Evaluation | None:
    """The likelihood at theta; None where theta stands for no covariance: it is singular or worse."""
    subjects, visits, width = data.stacked.shape
    p = width - 1
    covariance = covariance_at(structure, theta, visits)
    try:
        precision, log_determinants = invert_by_pattern(covariance.matrix, data.seen)
        weighted = precision[data.pattern] @ data.stacked
        cross = data.stacked.reshape(-1, width).T @ weighted.reshape(-1, width)
        factor = np.linalg.cholesky(cross[:p, :p])
    except np.linalg.LinAlgError:
        return None
    root = np.linalg.inv(factor).T
    effects = root @ (root.T @ cross[:p, p])
    counts = np.diff(np.append(data.first, subjects))
    value = -0.5 * (
        counts @ log_determinants
        + 2 * np.log(np.diagonal(factor)).sum()
        + cross[p, p]
        - effects @ cross[:p, p]
    )

    basis = np.zeros((width, width))
    basis[:p, :p], basis[:p, p], basis[p, p] = root, -effects, 1.0
    gradient, hessian, quadratic = derivatives(covariance, precision, counts, weighted @ basis, data.first)
    return Evaluation(
        theta, covariance.matrix, float(value), gradient, hessian, effects, root, quadratic[:, :p, :p]
    )


def derivatives(
    covariance: Covariance, precision: FloatArray, counts: IntArray, turned: FloatArray, first: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Gradient and Hessian of the restricted log-likelihood, and the quadratic forms of the slopes that are in them.

    turned: (n, t, p + 1), of each subject V^-1 X root and V^-1 (y - X effects). With P = V^-1 - V^-1 X root root' X' V^-1
    the gradient times -2 is tr(P S) - y' P S P y for a slope S. The Hessian times -2 is the same for the second
    derivatives (curvature) and, for two slopes S and R, 2 y' P S P R P y - tr(P S P R): core holds of it what lies
    within a subject, squares the products of sums over all subjects.
    """
    parameters, visits, _ = covariance.slopes.shape
    scatter = np.add.reduceat(turned @ turned.transpose(0, 2, 1), first)
    weights = counts[:, None, None] * precision
    by_entry = -0.5 * (weights - scatter).sum(axis=0)
    jacobian = covariance.slopes.reshape(parameters, -1)
    kronecker = precision.reshape(-1, visits**2).T @ (2 * scatter - weights).reshape(-1, visits**2)
    kronecker = kronecker.reshape((visits,) * 4).transpose(0, 3, 1, 2).reshape(visits**2, visits**2)
    core = jacobian @ kronecker @ jacobian.T
    quadratic = quadratic_forms(covariance.slopes, turned)
    above, beside = from_diagonal_up(turned.shape[2])
    flat = quadratic[:, above, beside]
    squares = flat * np.where(above == beside, 1.0, 2.0) @ flat.T
    corner = quadratic[:, -1, -1]
    # Of the squares, those of the corner (y' P S P y) belong to no term of the Hessian.
    hessian = covariance.curvature(by_entry) - 0.5 * (
        (core + core.T) / 2 - squares + np.outer(corner, corner)
    )
    return jacobian @ by_entry.ravel(), hessian, quadratic


def quadratic_forms(slopes: FloatArray, turned: FloatArray) -> FloatArray:
    """Sum over subjects of turned' slope turned for each slope: (k, w, w). slopes: (k, t, t), symmetric; turned: (n, t, w).

    Only one of two equal entries is multiplied, and visit by visit: for a trial's size every product then stays under
    the size from which a BLAS starts threads, whose coming and going takes longer than the products.
    """
    _, visits, width = turned.shape
    by_visit = turned.transpose(1, 2, 0) @ turned.reshape(len(turned), -1)
    one, other = from_diagonal_up(visits)
    above, beside = from_diagonal_up(width)
    pairs = by_visit.reshape(visits, width, visits, width)[one, :, other, :]
    both = pairs[:, above, beside] + pairs[:, beside, above]
    both[one == other] /= 2
    found = np.empty((len(slopes), width, width))
    found[:, above, beside] = found[:, beside, above] = slopes[:, one, other] @ both
    return found


def invert_by_pattern(matrix: FloatArray, seen: BoolArray) -> tuple[FloatArray, FloatArray]:
    """For each pattern the inverse of the covariance of what was seen, zero elsewhere, (g, t, t), and its log determinant.

    Raises LinAlgError where one is not positive definite.
    """
    both = seen[:, :, None] & seen[:, None, :]
    visits = len(matrix)
    # Ones on the diagonal of what was not seen leave the rest of the inverse and the determinant as they are.
    filled = np.where(both, matrix, np.eye(visits))
    factor = np.linalg.cholesky(filled)
    half = np.linalg.inv(factor)
    precision = np.where(both, half.transpose(0, 2, 1) @ half, 0.0)
    return precision, 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
