"""Rubin's rules against R's mice: the numbers of rubin.json are R's, by rubin.R beside it."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import clopper_pearson, pool_proportions, pool_rubin, wilson, wilson_imputed

pytestmark = pytest.mark.measured

CASES = json.loads((Path(__file__).parent / "rubin.json").read_text())
REFERENCES = [
    Reference(
        "Rubin's rules with Barnard-Rubin degrees of freedom",
        "pool_rubin",
        "Rubin 1987; Barnard & Rubin 1999, Biometrika 86:948-955",
        "R 4.2.2, mice 3.15.0, pool.scalar (rubin.json)",
        1e-10,
        "Degrees of freedom relative to their size.",
    ),
    Reference(
        "Proportions pooled on the logit",
        "pool_proportions",
        "Rubin 1987; a half added where an imputed set is 0/n or n/n; Clopper-Pearson where all are",
        "R 4.2.2, mice 3.15.0, pool.scalar on logits (rubin.json)",
        1e-10,
    ),
    Reference(
        "Wilson interval from imputed sets",
        "wilson_imputed",
        "Lott & Reiter 2020, Am Stat 74:109-115",
        "R 4.2.2, its formula, which gives the printed example of R package MIWilson (rubin.json)",
        1e-10,
    ),
]
POOL, LOGIT, WILSON = REFERENCES


@pytest.mark.parametrize("case", CASES["pool"])
def test_pooling_agrees_with_mice(case):
    n = float(case["n"])
    found = pool_rubin(case["estimates"], case["variances"], complete_df=None if np.isinf(n) else n - 1)

    theirs = {"estimate": "qbar", "within": "ubar", "between": "b", "total": "t"}
    theirs |= {"missing_information": "fmi", "low": "low", "high": "high"}
    for ours, name in theirs.items():
        assert float(getattr(found, ours)) == pytest.approx(case[name], abs=POOL.tolerance), name
    # mice adds 1e-4 to nothing here, but its df of 69 million has only so many digits.
    assert float(found.df) == pytest.approx(case["df"], rel=POOL.tolerance)


def test_the_example_of_five_sets():
    found = pool_rubin([1.10, 1.25, 0.95, 1.30, 1.05], [0.040, 0.044, 0.038, 0.045, 0.041])

    told = [found.estimate, found.within, found.between, found.total, found.share, found.df]
    assert np.round(told, 6).tolist() == [1.13, 0.0416, 0.02075, 0.0665, 0.374436, 28.530185]


@pytest.mark.parametrize("case", CASES["logit"])
def test_proportions_on_the_logit_agree_with_mice(case):
    found = pool_proportions(case["responders"], case["n"])

    assert found.rule == "logit"
    told = [float(found.estimate), float(found.low), float(found.high)]
    # Where all sets agree, mice puts lambda at 1e-4 instead of 0, which moves the df by less than 0.005.
    tolerance = LOGIT.tolerance if case["lambda"] > 0 else 1e-5
    assert told == pytest.approx([case["estimate"], case["low"], case["high"]], abs=tolerance)


@pytest.mark.parametrize("case", CASES["wilson"])
def test_wilson_from_imputed_sets_agrees_with_r(case):
    found = [float(limit) for limit in wilson_imputed(case["responders"], case["n"])]

    assert found == pytest.approx([case["low"], case["high"]], abs=WILSON.tolerance)


def test_nobody_and_everybody_in_all_sets_is_the_exact_interval():
    found = pool_proportions([[0, 0, 0], [20, 20, 20]], 20)

    low, high = clopper_pearson(np.array([0, 20]), np.array([20, 20]))
    assert found.rule.tolist() == ["clopper_pearson"] * 2
    assert found.estimate.tolist() == [0.0, 1.0]
    np.testing.assert_array_equal((found.low, found.high), (low, high))


def test_nobody_in_one_set_adds_a_half_in_all():
    found = pool_proportions([0, 1, 2], 20)

    logits = [np.log((x + 0.5) / (20 - x + 0.5)) for x in (0, 1, 2)]
    variances = [1 / (x + 0.5) + 1 / (20 - x + 0.5) for x in (0, 1, 2)]
    by_hand = pool_rubin(logits, variances, complete_df=19)
    assert found.rule == "logit + 1/2"
    assert float(found.estimate) == pytest.approx(1 / (1 + np.exp(-by_hand.estimate)), abs=LOGIT.tolerance)
    assert 0 < found.low < found.estimate < found.high < 1


def test_sets_that_agree_give_wilsons_own_interval():
    ours, plain = wilson_imputed([[36, 36], [0, 0]], 50), wilson(np.array([36, 0]), np.array([50, 50]))
    np.testing.assert_allclose(ours, plain, rtol=0, atol=WILSON.tolerance)


def test_many_trials_at_once_are_the_trials_one_by_one():
    rng = np.random.default_rng(3)
    x, n = rng.binomial(30, 0.1, (40, 5)), np.full(40, 30)
    together, low = pool_proportions(x, n), wilson_imputed(x, n)[0]
    for row in range(40):
        alone = pool_proportions(x[row], 30)
        for name in ("estimate", "low", "high", "df", "rule"):
            assert getattr(together, name)[row] == getattr(alone, name)
        assert low[row] == wilson_imputed(x[row], 30)[0]


def test_sets_that_agree_leave_the_complete_data_alone():
    found = pool_rubin([1.0, 1.0, 1.0], [0.04, 0.04, 0.04])
    assert (float(found.df), float(found.share)) == (np.inf, 0.0)
    assert float(found.high) == pytest.approx(1 + 1.959963984540054 * 0.2, abs=POOL.tolerance)


def test_sets_without_a_variance_of_their_own_have_the_degrees_of_freedom_between_them():
    """Rubin 1987, 3.1: m - 1 where r has no bound; a quantile of Student's t with 1 is a tangent."""
    found = pool_rubin([1, 2], [0, 0], complete_df=49)
    half = np.tan(0.475 * np.pi) * np.sqrt(1.5 * 0.5)

    assert float(found.df) == 1
    assert (float(found.low), float(found.high)) == pytest.approx((1.5 - half, 1.5 + half), rel=1e-9)


@pytest.mark.parametrize(
    ("estimates", "variances", "options", "said"),
    [
        ([1.0], [1.0], {}, "at least 2"),
        ([1.0, 2.0], [1.0], {}, "one shape"),
        ([1.0, np.nan], [1.0, 1.0], {}, "finite"),
        ([1.0, 2.0], [1.0, -1.0], {}, "below 0"),
        ([1.0, 2.0], [1.0, 1.0], {"complete_df": 0}, "complete_df"),
        ([1.0, 2.0], [1.0, 1.0], {"level": 1.0}, "level"),
    ],
)
def test_what_cannot_be_pooled_is_refused(estimates, variances, options, said):
    with pytest.raises(ValueError, match=said):
        pool_rubin(estimates, variances, **options)


@pytest.mark.parametrize(
    ("responders", "n", "said"),
    [
        ([1, 2], 0, "at least 1"),
        ([1, 2], 2.5, "whole"),
        ([3, 1], 2, "from 0 to n"),
        ([0.5, 1], 2, "whole"),
        ([1, 2], [5, 5], "one number"),
    ],
)
def test_counts_that_there_are_not_are_refused(responders, n, said):
    for method in (pool_proportions, wilson_imputed):
        with pytest.raises(ValueError, match=said):
            method(responders, n)
