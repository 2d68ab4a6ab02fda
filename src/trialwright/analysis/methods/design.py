"""The columns of a linear model from named variables and terms, and the rows that estimate marginal means.

Coding as in R: contrasts with the first level; in an interaction a factor gets a column for every level where the term
without it is not in the model (`visit` and `visit:baseline` alone give every visit its own slope).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from trialwright.analysis.methods.arrays import FloatArray

Value = str | float
Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """A variable of levels. levels: in their order, the first is the reference; where not given, those found, sorted."""

    values: Sequence[Value] | npt.NDArray[np.generic]
    levels: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Columns of a model with an intercept, and what they were made of. matrix: (n, p).

    levels: of each factor. means: of each covariate, over the rows that have it. terms: the intercept is ().
    """

    matrix: FloatArray
    columns: tuple[str, ...]
    terms: tuple[Term, ...]
    levels: Mapping[str, tuple[Value, ...]]
    means: Mapping[str, float]


def build_design(variables: Mapping[str, Factor | npt.ArrayLike], terms: Sequence[str]) -> Design:
    """A design with an intercept and these terms. variables: a `Factor`, or numbers of a covariate, each (n,).

    terms: names, or names joined by ":" for an interaction, each written out: ["arm", "visit", "arm:visit"].
    A covariate's missing number (not-a-number) makes its row not-a-number. Raises ValueError for an unknown name,
    a value that is no level, or variables of different lengths.

    >>> design = build_design({"visit": Factor([4, 8, 4]), "baseline": [10.0, 10.0, 12.0]}, ["visit", "visit:baseline"])
    >>> design.columns
    ('(Intercept)', 'visit[8]', 'visit[4]:baseline', 'visit[8]:baseline')
    >>> marginal_row(design, {"visit": 8, "baseline": 11}).tolist()
    [1.0, 1.0, 0.0, 11.0]
    """
    parts: tuple[Term, ...] = ((), *(tuple(term.split(":")) for term in terms))
    unknown = sorted({name for part in parts for name in part} - set(variables))
    if unknown:
        raise ValueError(
            f"no variable {', '.join(unknown)}: the terms may name {', '.join(variables)}, joined by ':'"
        )
    levels = {name: levels_of(name, given) for name, given in variables.items() if isinstance(given, Factor)}
    numbers = {
        name: np.asarray(given, dtype=float)
        for name, given in variables.items()
        if not isinstance(given, Factor)
    }
    values: dict[str, npt.NDArray[np.generic]] = {
        name: np.asarray(given.values) if isinstance(given, Factor) else numbers[name]
        for name, given in variables.items()
    }
    if len({column.shape for column in values.values()}) != 1:
        raise ValueError(
            "every variable needs one value a row; their shapes are "
            + ", ".join(f"{name} {column.shape}" for name, column in values.items())
        )
    matrix, columns = coded(values, parts, levels)
    means = {name: float(np.nanmean(column)) for name, column in numbers.items()}
    return Design(matrix, columns, parts, levels, means)


def levels_of(name: str, factor: Factor) -> tuple[Value, ...]:
    found = np.unique(np.asarray(factor.values)).tolist()
    stray = [value for value in found if value not in factor.levels] if factor.levels else []
    if stray:
        raise ValueError(
            f"{name} has {', '.join(map(str, stray))}, which is none of its levels "
            f"{', '.join(map(str, factor.levels))}"
        )
    return factor.levels or tuple(found)


def coded(
    values: Mapping[str, npt.NDArray[np.generic]],
    terms: tuple[Term, ...],
    levels: Mapping[str, tuple[Value, ...]],
) -> tuple[FloatArray, tuple[str, ...]]:
    rows = len(next(iter(values.values())))
    columns: list[FloatArray] = []
    names: list[str] = []
    present = {frozenset(term) for term in terms}
    for term in terms:
        choices: list[list[tuple[str, FloatArray]]] = []
        for name in term:
            if name not in levels:
                choices.append([(name, values[name].astype(float))])
                continue
            skip = 1 if frozenset(term) - {name} in present else 0
            choices.append(
                [(f"{name}[{level}]", (values[name] == level).astype(float)) for level in levels[name][skip:]]
            )
        for chosen in product(*choices):
            names.append(":".join(name for name, _ in chosen) or "(Intercept)")
            columns.append(np.prod([np.ones(rows), *(column for _, column in chosen)], axis=0))
    return np.column_stack(columns), tuple(names)


def marginal_row(design: Design, at: Mapping[str, Value]) -> FloatArray:
    """The row whose product with the effects is the marginal mean at these values: (p,).

    Factors that `at` does not name are averaged over their levels with equal weights, covariates stand at the mean of
    all rows of the design (R emmeans takes the rows with a response: name the value to have another).
    The difference of two such rows estimates the difference of two means. Raises ValueError for an unknown name or level.
    """
    for name, value in at.items():
        if name not in design.levels and name not in design.means:
            raise ValueError(
                f"no variable {name}: the design has {', '.join([*design.levels, *design.means])}"
            )
        if name in design.levels and value not in design.levels[name]:
            raise ValueError(f"{name} has no level {value}: {', '.join(map(str, design.levels[name]))}")
    choices = {name: (at[name],) if name in at else levels for name, levels in design.levels.items()}
    grid = list(product(*choices.values()))
    values: dict[str, npt.NDArray[np.generic]] = {
        name: np.array([point[place] for point in grid]) for place, name in enumerate(choices)
    }
    for name, mean in design.means.items():
        values[name] = np.full(len(grid), float(at.get(name, mean)))
    matrix, _ = coded(values, design.terms, design.levels)
    row: FloatArray = matrix.mean(axis=0)
    return row
