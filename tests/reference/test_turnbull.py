"""NPMLE of interval-censored times against R: the numbers of turnbull.json are R's, by turnbull.R beside it."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import clopper_pearson, kaplan_meier, survival_at, turnbull, turnbull_at

pytestmark = pytest.mark.measured

CASES = json.loads((Path(__file__).parent / "turnbull.json").read_text())
BY_NAME = {case["name"]: case for case in CASES}
REFERENCES = [
    Reference(
        "NPMLE of interval-censored times",
        "turnbull",
        "Turnbull 1976, J R Stat Soc B 38:290-295",
        "R 4.2.2, an EM run to a gap of 1e-9 (turnbull.json); the published estimate of the breast cosmesis data",
        1e-6,
        "The gap max(A'(c / As)) - n is below 1e-6 and reported with each result. Against survfit of survival 3.5-3 to 1e-3, since it stops its EM earlier.",
    ),
    Reference(
        "Limits of survival at a time, interval-censored",
        "turnbull_at",
        "profile likelihood, chi-squared with 1 df; Clopper-Pearson where no interval crosses the time",
        "R 4.2.2, an EM with survival held fixed, and binom.test (turnbull.json)",
        1e-5,
    ),
]
FIT, LIMITS = REFERENCES
SURVFIT_TOLERANCE = 1e-3
one_by_one = pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])


def numbers(values):
    return np.array([np.nan if value is None else float(value) for value in values])


def fit_of(case):
    return turnbull(numbers(case["left"]), numbers(case["right"]))


@one_by_one
def test_masses_and_survival_agree_with_r(case):
    fit = fit_of(case)
    at = turnbull_at(fit, case["at"])

    assert fit.is_optimal
    np.testing.assert_array_equal(fit.support_left, numbers(case["support_left"]))
    np.testing.assert_array_equal(fit.support_right, numbers(case["support_right"]))
    np.testing.assert_allclose(fit.mass, case["mass"], rtol=0, atol=FIT.tolerance)
    np.testing.assert_allclose(at.survival_low, case["survival_low"], rtol=0, atol=FIT.tolerance)
    np.testing.assert_allclose(at.survival_high, case["survival_high"], rtol=0, atol=FIT.tolerance)
    known = np.isclose(at.survival_low, at.survival_high)  # R puts the mass of a set in its middle
    np.testing.assert_allclose(
        at.survival_low[known], numbers(case["survfit"])[known], rtol=0, atol=SURVFIT_TOLERANCE
    )


@one_by_one
def test_limits_agree_with_r(case):
    at = turnbull_at(fit_of(case), case["at"])

    binomial = ~np.isnan(numbers(case["binomial_low"]))
    assert at.is_binomial.tolist() == binomial.tolist()
    for name in ("low", "high"):
        expected = np.where(binomial, numbers(case[f"binomial_{name}"]), numbers(case[name]))
        np.testing.assert_allclose(getattr(at, name), expected, rtol=0, atol=LIMITS.tolerance, err_msg=name)


def test_published_estimate_of_the_breast_cosmesis_data():
    """R package interval, icfit on bcos, group Rad; four decimals as printed."""
    fit = fit_of(BY_NAME["radiotherapy"])

    some = fit.mass > 1e-6
    assert fit.support_left[some].tolist() == [4, 6, 7, 11, 24, 33, 38, 46]
    assert fit.support_right[some].tolist() == [5, 7, 8, 12, 25, 34, 40, 48]
    assert fit.mass[some].round(4).tolist() == [
        0.0463,
        0.0334,
        0.0887,
        0.0708,
        0.0926,
        0.0818,
        0.1209,
        0.4656,
    ]


def test_three_visits_where_all_were_seen_are_plain_proportions():
    at = turnbull_at(turnbull([16, 34, 52], [34, 52, np.inf], [10, 10, 20]), [34, 52])

    low, high = clopper_pearson(np.array([30, 20]), np.array([40, 40]))
    assert at.survival_low.tolist() == at.survival_high.tolist() == [0.75, 0.5]
    assert at.is_binomial.all()
    np.testing.assert_array_equal((at.low, at.high), (low, high))


def test_survival_inside_a_set_with_mass_is_told_as_two_numbers():
    at = turnbull_at(turnbull([16, 52], [52, np.inf], [18, 20]), [16, 34, 52, 60])

    assert at.survival_low.round(9).tolist() == [1.0, round(20 / 38, 9), round(20 / 38, 9), 0.0]
    assert at.survival_high.round(9).tolist() == [1.0, 1.0, round(20 / 38, 9), round(20 / 38, 9)]
    # Limits allow for both ends of what is not known.
    assert at.low[1] < 20 / 38
    assert at.high[1] == 1.0
    assert at.is_binomial.tolist() == [True, False, True, False]


def test_exact_and_right_censored_times_give_kaplan_meier():
    rng = np.random.default_rng(8)
    times, events = np.ceil(rng.exponential(12, 60)), rng.random(60) < 0.6
    asked = np.unique(times[events])

    fit = turnbull(times, np.where(events, times, np.inf))

    np.testing.assert_allclose(
        turnbull_at(fit, asked).survival_low,
        survival_at(kaplan_meier(times, events), asked).survival,
        rtol=0,
        atol=FIT.tolerance,
    )


def test_many_trials_at_once_are_the_trials_one_by_one():
    """Among them trials in which some of the intervals did not come, whose sets are others."""
    left, right = [16, 34, 52, 16, 16, 34, 0], [34, 52, np.inf, 52, np.inf, np.inf, 16]
    rng = np.random.default_rng(2)
    counts = rng.multinomial(9, [0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1], size=20)

    fit = turnbull(left, right, counts)
    at = turnbull_at(fit, [16, 34, 52], 0.9)
    assert fit.is_optimal.all()
    np.testing.assert_allclose(fit.mass.sum(axis=1), 1)
    for row in range(len(counts)):
        alone = turnbull_at(turnbull(left, right, counts[row]), [16, 34, 52], 0.9)
        for name in ("survival_low", "survival_high", "low", "high", "is_binomial"):
            np.testing.assert_allclose(getattr(at, name)[row], getattr(alone, name), atol=1e-7, err_msg=name)


@pytest.mark.parametrize(
    ("left", "right", "counts", "said"),
    [
        ([], [], None, "without participants"),
        ([1, 2], [3], None, "one shape"),
        ([5], [4], None, r"interval 0 is \(5.0, 4.0\]"),
        ([-1], [4], None, "left"),
        ([np.inf], [np.inf], None, "finite"),
        ([1, np.nan], [2, 2], None, "interval 1"),
        ([1], [np.nan], None, "interval 0"),
        ([1], [2], [1, 2], "counts must have the shape"),
        ([1], [2], [-1], "whole"),
        ([1], [2], [1.5], "whole"),
        ([1, 2], [2, 3], [[1, 1], [0, 0]], "without participants"),
    ],
)
def test_what_has_no_estimate_is_refused(left, right, counts, said):
    with pytest.raises(ValueError, match=said):
        turnbull(left, right, counts)


@pytest.mark.parametrize(("times", "level"), [([-1], 0.95), ([np.nan], 0.95), ([1], 1.0)])
def test_times_and_levels_that_there_are_not_are_refused(times, level):
    with pytest.raises(ValueError):
        turnbull_at(turnbull([1], [2]), times, level)
