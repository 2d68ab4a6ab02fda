"""How often each interval of fifty covers the truth, against sums of R's dbinom over the limits that R found."""

from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import coverage
from trialwright.analysis.methods.intervals import INTERVALS

pytestmark = pytest.mark.measured

METHODS, *ROWS = (Path(__file__).parent / "binomial_coverage_n50.csv").read_text().splitlines()
EXPECTED = dict(
    zip(METHODS.split(","), 1 - np.array([row.split(",") for row in ROWS], dtype=float).T / 1e5, strict=True)
)
TRUTHS = np.arange(1, 10_000) / 10_000

REFERENCES = [
    Reference(
        "Coverage of an interval",
        "coverage",
        "Brown, Cai & DasGupta 2001, Stat Sci 16:101-133",
        "R 4.2.2, dbinom, at every truth of 0.0001 to 0.9999 by 0.0001, n = 50 (binomial_coverage_n50.csv)",
        5e-4,
        "Stored with five decimals; they agree to the last.",
    )
]


@pytest.mark.parametrize("method", INTERVALS)
def test_coverage_of_fifty_agrees_with_r_at_every_truth(method):
    found = coverage(method, 50, TRUTHS)

    assert found.shape == EXPECTED[method].shape == (9999,)
    np.testing.assert_allclose(found, EXPECTED[method], rtol=0, atol=REFERENCES[0].tolerance)
    assert np.abs(found - EXPECTED[method]).max() < 5.1e-6


# Least and mean over the same truths: what to expect of each method.
SUMMARY = [
    ("clopper_pearson", 0.9508, 0.9693),
    ("wilson", 0.8392, 0.9518),
    ("wilson_corrected", 0.9512, 0.9693),
    ("jeffreys", 0.8839, 0.9502),
    ("mid_p", 0.9248, 0.9553),
    ("blaker", 0.9500, 0.9604),
]


@pytest.mark.parametrize(("method", "least", "mean"), SUMMARY)
def test_exact_intervals_keep_their_level_and_others_do_so_on_average(method, least, mean):
    found = coverage(method, 50, TRUTHS)

    assert (found.min(), found.mean()) == pytest.approx((least, mean), abs=6e-5)
    assert (found.min() >= 0.95) == (method in ("clopper_pearson", "wilson_corrected", "blaker"))


def test_coverage_is_the_sum_over_the_counts_whose_interval_holds_the_truth():
    """The definition, with n so small that it can be written out: of 2, at 0.3."""
    low, high = INTERVALS["wilson"](np.arange(3), 2, 0.5)
    chances = np.array([0.49, 0.42, 0.09])

    expected = chances[(low <= 0.3) & (high >= 0.3)].sum()
    assert 0 < expected < 1
    assert float(coverage("wilson", 2, 0.3, 0.5)) == pytest.approx(expected, abs=1e-12)


def test_a_truth_that_no_interval_holds_is_never_covered():
    assert float(coverage("wilson", 1, 0.5, 0.01)) == 0.0


def test_unknown_methods_and_impossible_truths_are_refused():
    with pytest.raises(ValueError, match="no interval is called 'wald'; there are clopper_pearson, "):
        coverage("wald", 50, 0.5)
    with pytest.raises(
        ValueError, match=r"truth must lie between 0 and 1, both left out; found 1\.0 at position 1"
    ):
        coverage("wilson", 50, [0.5, 1.0])
