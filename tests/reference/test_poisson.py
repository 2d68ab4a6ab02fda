"""Rates and incidences with exact limits against R's poisson.test: poisson_rates.R beside it."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import exposure_adjusted_incidence, poisson_exact

pytestmark = pytest.mark.measured

STORED = json.loads((Path(__file__).parent / "poisson_rates.json").read_text())
REFERENCES = [
    Reference(
        "Exact Poisson interval of a rate",
        "poisson_exact",
        "Garwood 1936, Biometrika 28:437-442",
        "R 4.2.2, poisson.test (poisson_rates.json)",
        1e-6,
        "Relative where the limit is above 1.",
    ),
    Reference(
        "Exposure-adjusted incidence",
        "exposure_adjusted_incidence",
        "Siddiqui 2009, J Biopharm Stat 19:889-899",
        "R 4.2.2, sums and poisson.test (poisson_rates.json)",
        1e-6,
        "Relative where the limit is above 1.",
    ),
]
RATE, INCIDENCE = REFERENCES


def near(expected: object, reference: Reference) -> object:
    return pytest.approx(expected, abs=reference.tolerance, rel=reference.tolerance)


def test_limits_agree_with_r():
    for level in (0.8, 0.9, 0.95, 0.99):
        rows = [row for row in STORED["limits"] if row["level"] == level]
        low, high = poisson_exact([row["events"] for row in rows], [row["exposure"] for row in rows], level)
        assert rows and low.tolist() == near([row["low"] for row in rows], RATE)
        assert high.tolist() == near([row["high"] for row in rows], RATE)


def test_three_events_in_ten_years():
    low, high = poisson_exact(3, 10)

    assert (low.shape, high.shape) == ((), ())
    assert (float(low), float(high)) == pytest.approx((0.061867, 0.876727), abs=5e-7)


def test_without_events_the_limit_is_the_rule_of_three():
    low, high = poisson_exact(0, 100, 0.9)

    assert float(low) == 0.0
    assert float(high) == pytest.approx(-np.log(0.05) / 100, rel=1e-12)


@pytest.mark.parametrize("row", STORED["trials"], ids=lambda row: f"{len(row['years'])} participants")
def test_incidence_of_a_trial_agrees_with_r(row):
    found = exposure_adjusted_incidence(row["years"], row["events"])

    assert int(found.participants) == sum(row["events"])
    told = [float(one) for one in (found.rate, found.low, found.high)]
    assert told == near([row["rate"], row["low"], row["high"]], INCIDENCE)


def test_many_trials_at_once_are_as_each_alone():
    years = np.array([[0.5, 1.0, 0.0], [0.25, 0.5, 1.0]])
    events = np.array([[True, False, False], [True, True, True]])

    whole = exposure_adjusted_incidence(years, events, 0.9)
    for index in range(2):
        alone = exposure_adjusted_incidence(years[index], events[index], 0.9)
        for name in ("participants", "years", "rate", "low", "high"):
            assert float(getattr(whole, name)[index]) == float(getattr(alone, name))


REFUSED = [
    (lambda: poisson_exact(-1, 10), "events must be 0 or more; found -1"),
    (lambda: poisson_exact([1, 2], [3, 0]), "exposure must be above 0; without it there is no rate; found 0.0 at position 1"),
    (lambda: poisson_exact(1, np.nan), "exposure must be above 0"),
    (lambda: poisson_exact(1.5, 10), "events must be whole numbers; found 1.5"),
    (lambda: poisson_exact(1, 10, 1), "level must lie between 0 and 1"),
    (lambda: exposure_adjusted_incidence([0.5, -1], [True, False]), "years_at_risk must be 0 or more; found -1.0 at position 1"),
    (lambda: exposure_adjusted_incidence([0.0], [False]), "nobody was at risk; leave groups without exposure out"),
    (lambda: exposure_adjusted_incidence([], np.array([], dtype=bool)), "nobody was at risk"),
    (lambda: exposure_adjusted_incidence([0.5, 1], [1, 0]), "has_event must be true or false .* found int64"),
    (lambda: exposure_adjusted_incidence([0.5, 1], [True]), r"shape \(2,\); found bool of shape \(1,\)"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "said"), REFUSED)
def test_rates_without_exposure_are_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
