"""Multiple imputation against R's mice in distribution (imputation.json, by imputation.R beside it), and against theory."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import Scale, impute_chained, impute_monotone, impute_normal

STORED = json.loads((Path(__file__).parent / "imputation.json").read_text())
REFERENCES = [
    Reference(
        "Monotone multiple imputation, Bayesian normal regression",
        "impute_monotone",
        "Rubin 1987, examples 5.1 and 5.4",
        "R 4.2.2, mice 3.15.0, 10,000 draws of mice.impute.norm (imputation.json); the predictive t distribution",
        5.0,
        "In Monte Carlo standard errors of the difference: mean, standard deviation, deciles of each imputed value.",
    ),
    Reference(
        "Multiple imputation by chained normal regressions",
        "impute_chained",
        "van Buuren 2018, Flexible Imputation of Missing Data, algorithm 4.3",
        "R 4.2.2, mice 3.15.0, 600 imputed sets of mice(method = 'norm') (imputation.json)",
        5.0,
        "In Monte Carlo standard errors of the difference, cell by cell.",
    ),
    Reference(
        "Multiple imputation, gaps first, then monotone",
        "impute_normal",
        "Schafer 1997, Analysis of Incomplete Multivariate Data, 6.5; Rubin 1987, 5.4",
        "R 4.2.2, mice 3.15.0, 600 imputed sets of mice(method = 'norm') (imputation.json)",
        5.0,
        "In Monte Carlo standard errors of the difference; mice regresses on later visits, too, with fewer degrees of freedom."
        " Unbiased in simulation: docs/explanation/simulated-imputation-and-relapse.md.",
    ),
]
MONOTONE, CHAINED, GAPS_FIRST = REFERENCES
SCORE = Scale(offset=0.5, low=0, high=72, decimals=1)


def numbers(values):
    return np.array(values, dtype=float)


def assert_same_distribution(ours, stored, errors):
    """ours: (draws, cells). Standard errors are those of a normal sample; deciles have 1.71 of the mean's."""
    spread = numbers(stored["sd"])
    unit = spread * np.sqrt(1 / len(ours) + 1 / stored["draws"])
    for name, found, width in [
        ("mean", ours.mean(axis=0), 1.0),
        ("sd", ours.std(axis=0, ddof=1), 0.85),
        ("low", np.quantile(ours, 0.1, axis=0), 1.71),
        ("high", np.quantile(ours, 0.9, axis=0), 1.71),
    ]:
        assert np.abs((found - numbers(stored[name])) / (unit * width)).max() < errors, name


def test_monotone_draws_are_distributed_as_those_of_mice():
    stored = STORED["monotone"]
    outcome = numbers(stored["outcome"])

    ours = impute_monotone(
        outcome[:, None], m=20_000, rng=np.random.default_rng(1), covariates=numbers(stored["predictors"])
    )
    assert_same_distribution(ours[:, np.isnan(outcome), 0], stored, MONOTONE.tolerance)


@pytest.mark.parametrize(("method", "errors"), [(impute_chained, CHAINED), (impute_normal, GAPS_FIRST)])
def test_draws_for_gaps_are_distributed_as_those_of_mice(method, errors):
    stored = STORED["chained"]
    values = numbers(stored["values"])

    ours = method(values, m=1_000, rng=np.random.default_rng(2))
    assert_same_distribution(ours[:, np.isnan(values)], stored, errors.tolerance)


def test_draws_have_mean_and_variance_of_the_predictive_distribution():
    """A t with n - q degrees of freedom around x'b, of scale s² (1 + x'(X'X)^-1 x); and a visit after it adds up."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=14)
    y = 1 + 2 * x + rng.normal(size=14)
    y[[3, 8]] = np.nan
    seen = ~np.isnan(y)
    design = np.column_stack([np.ones(14), x])
    inverse = np.linalg.inv(design[seen].T @ design[seen])
    b = inverse @ design[seen].T @ y[seen]
    variance = np.square(y[seen] - design[seen] @ b).sum() / 10
    lost = design[~seen]
    scale2 = variance * (1 + np.einsum("ij,jk,ik->i", lost, inverse, lost))

    draws = impute_monotone(np.column_stack([x, y]), m=40_000, rng=rng)[:, ~seen, 1]

    error = np.sqrt(scale2 * 10 / 8 / 40_000)
    assert np.abs((draws.mean(axis=0) - lost @ b) / error).max() < MONOTONE.tolerance
    assert draws.var(axis=0) == pytest.approx(scale2 * 10 / 8, rel=0.05)


def test_what_was_seen_stays_and_what_is_imputed_is_a_value_of_the_score():
    rng = np.random.default_rng(4)
    values = np.round(np.exp(rng.normal(1.5, 1.2, (40, 5))).clip(0, 72), 1)
    values[rng.random(values.shape) < 0.2] = np.nan

    for method in (impute_normal, impute_chained):
        filled = method(values, m=7, rng=rng, scale=SCORE)
        assert filled.shape == (7, 40, 5)
        lost = np.isnan(values)
        assert (filled[:, ~lost] == values[~lost]).all()
        assert ((filled >= 0) & (filled <= 72)).all()
        assert (np.round(filled, 1) == filled).all()
        assert np.unique(filled[:, lost], axis=0).shape[0] == 7


def test_the_same_generator_gives_the_same_sets_and_another_others():
    values = np.array([[3.0, 2.0], [5.0, 4.5], [4.0, 2.5], [6.0, 4.0], [2.0, np.nan]])
    one, again, other = (impute_monotone(values, m=3, rng=np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert (one == again).all()
    assert (one[:, 4, 1] != other[:, 4, 1]).all()


def test_without_gaps_nothing_needs_a_chain():
    values = np.array([[3.0, 2.0], [5.0, 4.5], [4.0, 2.5], [6.0, 4.0], [2.0, np.nan]])
    both = [method(values, m=2, rng=np.random.default_rng(1)) for method in (impute_normal, impute_monotone)]
    assert (both[0] == both[1]).all()


def test_many_trials_at_once_are_each_imputed_from_their_own_participants():
    """Two trials far apart: nothing of one reaches the other. One visit: its mean and variance are all there is."""
    values = np.random.default_rng(5).normal(0, 1, (2, 30, 1)) + np.array([0.0, 1000.0])[:, None, None]
    values[:, :5] = np.nan

    filled = impute_monotone(values, m=400, rng=np.random.default_rng(6))
    assert filled.shape == (2, 400, 30, 1)
    drawn = filled[:, :, :5]
    assert np.abs(drawn.mean(axis=(1, 2, 3)) - np.nanmean(values, axis=(1, 2))).max() < 0.3
    assert drawn.std(axis=(1, 2, 3)) == pytest.approx(np.nanstd(values, axis=(1, 2)), rel=0.25)


NAN = np.nan
LINE = [[1.0, 2.0], [2.0, 4.1], [3.0, 5.9], [4.0, NAN], [5.0, 9.8]]


@pytest.mark.parametrize(
    ("method", "values", "options", "said"),
    [
        (impute_monotone, [[1.0, NAN, 3.0], [1.0, 2.0, 3.0]], {}, "misses a visit"),
        (impute_monotone, [1.0, 2.0], {}, "shape"),
        (impute_monotone, np.zeros((0, 3)), {}, "shape"),
        (impute_monotone, LINE, {"m": 0}, "m must be"),
        (impute_monotone, LINE, {"covariates": [[1.0]]}, "a row for each"),
        (impute_monotone, LINE, {"covariates": [[1.0], [2.0], [NAN], [1.0], [2.0]]}, "complete"),
        (impute_monotone, [[1.0, np.inf], [1.0, 2.0]], {}, "finite"),
        (impute_monotone, [[1.0, 2.0], [2.0, 3.0], [3.0, NAN]], {}, r"visit 1 \(from 0\): 2 participants seen"),
        (impute_monotone, [[1.0, 2.0], [1.0, 3.0], [1.0, 5.0], [1.0, 4.0], [1.0, NAN]], {}, "follows from the others"),
        (impute_monotone, LINE, {"covariates": [[2.0], [4.0], [6.0], [8.0], [10.0]]}, "follows from the others"),
        (impute_monotone, LINE, {"scale": Scale(low=2)}, r"values\[0, 0\] is 1.0"),
        (impute_chained, [[NAN, 1.0], [NAN, 2.0], [NAN, 3.0]], {}, "nobody was seen at visit 0"),
        (impute_chained, LINE, {"cycles": 0}, "cycles"),
    ],
)  # fmt: skip
def test_what_cannot_be_imputed_is_refused(method, values, options, said):
    with pytest.raises(ValueError, match=said):
        method(values, rng=np.random.default_rng(1), **{"m": 2, **options})


@pytest.mark.parametrize(
    ("scale", "said"),
    [
        ({"low": 1, "high": 1}, "below"),
        ({"offset": 0.5, "low": -1}, "offset"),
        ({"offset": 0.0, "low": 0}, "offset"),
    ],
)
def test_a_scale_that_has_no_logarithm_or_no_room_is_refused(scale, said):
    with pytest.raises(ValueError, match=said):
        Scale(**scale)
