"""Covariance of one subject's repeated responses as a function of free parameters, with its first and second derivatives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

import numpy as np

from trialwright.analysis.methods.arrays import FloatArray, IntArray

Structure = Literal["unstructured", "heterogeneous-toeplitz", "heterogeneous-ar1"]

START_CORRELATION = 0.9  # no search of the simpler structures starts nearer to a singular matrix than that


@dataclass(frozen=True, slots=True, eq=False)
class Covariance:
    """The matrix (t, t), its slopes by each parameter (k, t, t), and its curvature: curvature(weight), for a symmetric
    weight (t, t), is the sum over the entries of weight times their second derivatives, (k, k)."""

    matrix: FloatArray
    slopes: FloatArray
    curvature: Callable[[FloatArray], FloatArray]


def covariance_at(structure: Structure, theta: FloatArray, visits: int) -> Covariance:
    """The covariance that the parameters stand for. theta: shape (k,), k as `count_parameters` says.

    >>> covariance_at("heterogeneous-ar1", np.zeros(3), 2).matrix.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if structure == "unstructured":
        return unstructured(theta, visits)
    return scaled(theta, visits, CORRELATIONS[structure])


def count_parameters(structure: Structure, visits: int) -> int:
    """How many numbers describe the covariance of so many visits.

    >>> [count_parameters(name, 4) for name in ("unstructured", "heterogeneous-toeplitz", "heterogeneous-ar1")]
    [10, 7, 5]
    """
    pairs = visits * (visits - 1) // 2
    free = {"unstructured": pairs, "heterogeneous-toeplitz": visits - 1, "heterogeneous-ar1": min(1, pairs)}
    return visits + free[structure]


def parameters_near(structure: Structure, matrix: FloatArray) -> FloatArray:
    """Parameters of the structure for a positive definite covariance: its own, or near ones to start a search from."""
    visits = len(matrix)
    if structure == "unstructured":
        root = np.linalg.cholesky(matrix)
        own = np.diagonal(root)
        regressions = -np.linalg.inv(root / own)
        return np.concatenate([np.log(own), regressions[below_diagonal(visits)]])
    deviation = np.sqrt(np.diagonal(matrix))
    correlation = matrix / np.outer(deviation, deviation)
    lags = range(1, count_parameters(structure, visits) - visits + 1)
    along = [float(np.diagonal(correlation, lag).mean()) for lag in lags]
    free = np.clip(along, -START_CORRELATION, START_CORRELATION)
    # Means along the diagonals need not make a positive definite matrix; towards no correlation they do.
    while structure == "heterogeneous-toeplitz" and smallest_eigenvalue(np.append(1.0, free)) < 0.01:
        free = free * START_CORRELATION
    return np.concatenate([np.log(deviation), free / np.sqrt(1 - free**2)])


@cache
def below_diagonal(size: int) -> tuple[IntArray, IntArray]:
    """Rows and columns; kept, because a search asks for them at each step."""
    row, column = np.tril_indices(size, -1)
    return row, column


@cache
def from_diagonal_up(size: int) -> tuple[IntArray, IntArray]:
    row, column = np.triu_indices(size)
    return row, column


def lags_of(visits: int) -> IntArray:
    return np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))


def smallest_eigenvalue(along: FloatArray) -> float:
    """Of the Toeplitz matrix with this first row."""
    return float(np.linalg.eigvalsh(along[lags_of(len(along))])[0])


def unstructured(theta: FloatArray, visits: int) -> Covariance:
    """The log-Cholesky form, S = L L', with L = T^-1 D: D holds each visit's deviation given the visits before (its
    logarithm comes first in theta), T has ones on its diagonal and below it the regressions on them with a minus.

    Regressions do not move with the deviations as entries of L do, so that Newton's method goes straight where a
    visit is nearly a function of the others. Source: Pinheiro & Bates 1996, Stat Comput 6:289-296, with the
    regressions of Pourahmadi 1999, Biometrika 86:677-690.
    """
    row, column = below_diagonal(visits)
    regressions = np.eye(visits)
    regressions[row, column] = -theta[visits:]
    a = np.linalg.inv(regressions)
    variance = np.exp(2 * theta[:visits])
    matrix = (a * variance) @ a.T
    by_variance = 2 * variance[:, None, None] * a.T[:, :, None] * a.T[:, None, :]
    half = a.T[row, :, None] * matrix[column, None, :]
    slopes = np.concatenate([by_variance, half + half.transpose(0, 2, 1)])

    def curvature(weight: FloatArray) -> FloatArray:
        turned = a.T @ weight
        b, c = turned @ a, turned @ matrix
        found = np.empty((len(theta), len(theta)))
        found[:visits, :visits] = np.diag(4 * variance * np.diagonal(b))
        crossed = 4 * variance * a[column] * b[row]
        found[visits:, :visits] = crossed
        found[:visits, visits:] = crossed.T
        once = a[np.ix_(column, row)].T * c[np.ix_(row, column)].T
        found[visits:, visits:] = 2 * (once + once.T + matrix[np.ix_(column, column)] * b[np.ix_(row, row)])
        return found

    return Covariance(matrix, slopes, curvature)


@dataclass(frozen=True, slots=True, eq=False)
class Correlation:
    """A correlation matrix with its slopes (k, t, t) and curvature, as of `Covariance`."""

    matrix: FloatArray
    slopes: FloatArray
    curvature: Callable[[FloatArray], FloatArray]


def scaled(
    theta: FloatArray, visits: int, correlation: Callable[[FloatArray, int], Correlation]
) -> Covariance:
    """D R D: the logarithms of the deviations come first in theta, then what the correlation R is made of."""
    deviation = np.exp(theta[:visits])
    inner = correlation(theta[visits:], visits)
    spread = np.outer(deviation, deviation)
    matrix = spread * inner.matrix
    by_deviation = np.zeros((visits, visits, visits))
    each = np.arange(visits)
    by_deviation[each, each, :] += matrix
    by_deviation[each, :, each] += matrix
    by_correlation = spread * inner.slopes

    def curvature(weight: FloatArray) -> FloatArray:
        weighted = weight * matrix
        found = np.empty((len(theta), len(theta)))
        found[:visits, :visits] = 2 * weighted + np.diag(2 * weighted.sum(axis=1))
        crossed = 2 * (weight * by_correlation).sum(axis=2)
        found[visits:, :visits] = crossed
        found[:visits, visits:] = crossed.T
        found[visits:, visits:] = inner.curvature(weight * spread)
        return found

    return Covariance(matrix, np.concatenate([by_deviation, by_correlation]), curvature)


def toeplitz(free: FloatArray, visits: int) -> Correlation:
    """One correlation a lag, x / sqrt(1 + x^2), as R mmrm has it. Not every x gives a positive definite matrix."""
    lag = lags_of(visits)
    at_lag = (lag == np.arange(1, visits)[:, None, None]).astype(float)
    slopes = at_lag * (1 + free**2)[:, None, None] ** -1.5
    bend = -3 * free * (1 + free**2) ** -2.5
    matrix = np.append(1.0, free / np.sqrt(1 + free**2))[lag]
    return Correlation(matrix, slopes, lambda weight: np.diag(bend * (at_lag * weight).sum(axis=(1, 2))))


def autoregressive(free: FloatArray, visits: int) -> Correlation:
    """Correlation r^lag, lag in visits, whatever the weeks between them are; r = x / sqrt(1 + x^2)."""
    if visits == 1:
        return toeplitz(free, visits)
    lag = lags_of(visits)
    x = float(free[0])
    r, slope, bend = x * (1 + x**2) ** -0.5, (1 + x**2) ** -1.5, -3 * x * (1 + x**2) ** -2.5
    first = lag * r ** np.maximum(lag - 1, 0)
    second = lag * (lag - 1) * r ** np.maximum(lag - 2, 0)
    both = second * slope**2 + first * bend
    return Correlation(
        r**lag, (first * slope)[None], lambda weight: np.array([[float((both * weight).sum())]])
    )


CORRELATIONS: Mapping[Structure, Callable[[FloatArray, int], Correlation]] = MappingProxyType(
    {"heterogeneous-toeplitz": toeplitz, "heterogeneous-ar1": autoregressive}
)
