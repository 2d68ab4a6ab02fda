"""Kaplan-Meier against R's survival: the numbers of kaplan_meier.json are R's, by kaplan_meier.R beside it."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import kaplan_meier, median_survival, survival_at

CASES = json.loads((Path(__file__).parent / "kaplan_meier.json").read_text())
REFERENCES = [
    Reference(
        "Kaplan-Meier estimate",
        "kaplan_meier",
        "Kaplan & Meier 1958, J Am Stat Assoc 53:457-481; Greenwood's variance",
        "R 4.2.2, survival 3.5-3, survfit (kaplan_meier.json)",
        1e-9,
        "Log-log limits by default, log on request; ties, all censored, last observation.",
    ),
    Reference(
        "Survival, limits and number at risk at given times",
        "survival_at",
        "Kalbfleisch & Prentice 2002, 1.4",
        "R 4.2.2, survival 3.5-3, summary.survfit (kaplan_meier.json)",
        1e-9,
    ),
    Reference(
        "Median survival with limits",
        "median_survival",
        "Brookmeyer & Crowley 1982, Biometrics 38:29-41",
        "R 4.2.2, survival 3.5-3, quantile.survfit (kaplan_meier.json)",
        1e-9,
    ),
]
CURVE, AT, MEDIAN = REFERENCES
one_by_one = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['name']}, {case['limits']}")


def numbers(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


@one_by_one
def test_curve_agrees_with_r(case):
    at = survival_at(kaplan_meier(case["times"], case["events"], limits=case["limits"]), case["at"])

    assert at.at_risk.tolist() == case["at_risk"]
    for name in ("survival", "standard_error", "low", "high"):
        # R has no log-log limits at a time of censoring before the first event; ours are 1 there, as R's are before it.
        expected = np.where((at.survival == 1) & (name in ("low", "high")), 1.0, numbers(case[name]))
        np.testing.assert_allclose(getattr(at, name), expected, rtol=0, atol=AT.tolerance, err_msg=name)


@one_by_one
def test_median_agrees_with_r(case):
    found = median_survival(kaplan_meier(case["times"], case["events"], limits=case["limits"]))

    np.testing.assert_allclose(
        [found.median, found.low, found.high], numbers(case["median"]), rtol=0, atol=MEDIAN.tolerance
    )


def test_published_numbers_of_the_mercaptopurine_group():
    """As in the books: S(6), S(10), S(23), and the log-log limits at 22, with the medians of both kinds of limits."""
    case = CASES[0]
    curve = kaplan_meier(case["times"], case["events"])

    at = survival_at(curve, [6, 10, 23, 22])
    np.testing.assert_allclose(at.survival[:3], [6 / 7, 64 / 85, 0.448179271708683], atol=CURVE.tolerance)
    assert at.standard_error[0].round(6) == 0.076360
    assert (at.low[3].round(6), at.high[3].round(6)) == (0.267779, 0.746791)
    by_log = median_survival(kaplan_meier(case["times"], case["events"], limits="log"))
    told = [median_survival(curve), by_log]
    assert [(float(one.median), float(one.low)) for one in told] == [(23, 13), (23, 16)]
    assert all(np.isnan(one.high) for one in told)


def test_many_trials_at_once_are_the_trials_one_by_one():
    rng = np.random.default_rng(4)
    times = np.ceil(rng.exponential(10, (30, 17)))
    events, present = rng.random((30, 17)) < 0.7, rng.random((30, 17)) < 0.8

    together = kaplan_meier(times, events, present=present)
    at, median = survival_at(together, [0, 3, 8, 40]), median_survival(together)
    for row in range(30):
        here = present[row]
        alone = kaplan_meier(times[row, here], events[row, here])
        one = survival_at(alone, [0, 3, 8, 40])
        for name in ("at_risk", "survival", "standard_error", "low", "high"):
            np.testing.assert_array_equal(getattr(at, name)[row], getattr(one, name), err_msg=name)
        half = median_survival(alone)
        np.testing.assert_array_equal(
            [median.median[row], median.low[row], median.high[row]], [half.median, half.low, half.high]
        )


@pytest.mark.parametrize(
    ("times", "events", "options", "said"),
    [
        ([], [], {}, "without participants"),
        ([[1, 2], [3, 4]], [[1, 1], [1, 1]], {"present": [[1, 1], [0, 0]]}, "without participants"),
        ([1, 2], [1], {}, "must have one shape"),
        ([[[1]]], [[[1]]], {}, "shape"),
        ([1, -2], [1, 1], {}, r"times\[1\] is -2.0"),
        ([[1, 2], [np.nan, 1]], [[1, 1], [1, 1]], {}, r"times\[1, 0\] is nan"),
        ([1, np.inf], [1, 0], {}, "finite"),
        ([1], [1], {"limits": "plain"}, "log-log"),
        ([1, 2], [1, np.nan], {}, "events must be true or false"),
        ([1, 2], [1, 2], {}, "events must be true or false"),
        ([1], [1], {"level": 95}, "level"),
    ],
)
def test_what_has_no_curve_is_refused(times, events, options, said):
    with pytest.raises(ValueError, match=said):
        kaplan_meier(times, events, **options)


def test_a_time_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="nan"):
        survival_at(kaplan_meier([1], [1]), [np.nan])
