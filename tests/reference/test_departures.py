"""Departures from missing at random: the exact table against R's binom.test, delta and return to baseline by hand."""

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import Scale, add_delta, return_to_baseline, tipping_table

pytestmark = pytest.mark.measured

# R 4.2.2: round(sapply(30:36, function(x) binom.test(x, 50)$conf.int), 6)
LOWS = [0.451794, 0.471749, 0.491931, 0.512348, 0.533006, 0.553918, 0.575095]
HIGHS = [0.735922, 0.753499, 0.770843, 0.787945, 0.804796, 0.821382, 0.837689]
REFERENCES = [
    Reference(
        "Tipping point of a responder rate, exact",
        "tipping_table",
        "Yan, Lee & Li 2009, J Biopharm Stat 19:1085-1098, for one arm; Clopper & Pearson 1934",
        "R 4.2.2, binom.test for each number of responders among the missing",
        1e-6,
    ),
    Reference(
        "Delta added to imputed values",
        "add_delta",
        "Ratitch, O'Kelly & Tosiello 2013, Pharm Stat 12:337-347",
        "worked by hand",
        1e-12,
    ),
    Reference(
        "Return to baseline",
        "return_to_baseline",
        "National Research Council 2010, The Prevention and Treatment of Missing Data in Clinical Trials, chapter 4",
        "worked by hand",
        1e-12,
        "The participant's own baseline, once; nothing is drawn.",
    ),
]
EXACT, DELTA, BASELINE = REFERENCES


def test_the_table_has_the_exact_interval_of_each_number():
    found = tipping_table(30, 50, 6, 0.5)

    assert found.responders.tolist() == [30, 31, 32, 33, 34, 35, 36]
    np.testing.assert_allclose(found.estimate, np.arange(30, 37) / 50)
    np.testing.assert_allclose(found.low, LOWS, rtol=0, atol=EXACT.tolerance)
    np.testing.assert_allclose(found.high, HIGHS, rtol=0, atol=EXACT.tolerance)
    assert found.smallest == 3  # 33 of 50 is where the exact one-sided test against one half rejects


@pytest.mark.parametrize(
    ("responders", "n", "missing", "p0", "smallest"),
    [(40, 50, 5, 0.5, 0), (20, 50, 5, 0.5, -1), (33, 50, 0, 0.5, 0), (0, 50, 50, 0.5, 33), (0, 1, 0, 0.5, -1), (28, 50, 5, 0.5, 5)],
)  # fmt: skip
def test_smallest_number_that_suffices(responders, n, missing, p0, smallest):
    assert tipping_table(responders, n, missing, p0).smallest == smallest


def test_many_trials_at_once_are_the_trials_one_by_one():
    x, n, lost = np.array([30, 10, 44]), np.array([50, 20, 50]), np.array([6, 0, 2])
    together = tipping_table(x, n, lost, 0.5)

    assert together.low.shape == (3, 7)
    for row in range(3):
        alone, rows = tipping_table(x[row], n[row], lost[row], 0.5), lost[row] + 1
        np.testing.assert_array_equal(together.low[row, :rows], alone.low)
        np.testing.assert_array_equal(together.responders[row, :rows], alone.responders)
        assert np.isnan(together.high[row, rows:]).all()
        assert (together.responders[row, rows:] == -1).all()
        assert together.smallest[row] == alone.smallest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((46, 50, 5, 0.5), "not more than n"), ((-1, 50, 5, 0.5), "0 or more"), ((1, 50, -5, 0.5), "0 or more"), ((0, 0, 0, 0.5), "n must"), ((1, 5, 1, 1.0), "p0"), ((1.5, 5, 1, 0.5), "whole"), ((1, np.nan, 1, 0.5), "whole"), (([[1]], 5, 1, 0.5), "one shape"), (([], [], [], 0.5), "one shape")],
)  # fmt: skip
def test_counts_that_there_are_not_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        tipping_table(*arguments)


def test_delta_moves_what_was_imputed_and_stays_within_the_score():
    imputed = np.array([[[10.0, 5.0], [20.0, 70.0]], [[10.0, 6.0], [20.0, 1.0]]])
    missing, baseline = [[False, True], [False, True]], np.array([10.0, 20.0])

    found = add_delta(imputed, missing, 0.2 * baseline[:, None], Scale(low=0, high=72, decimals=1))
    by_hand = [[[10.0, 7.0], [20.0, 72.0]], [[10.0, 8.0], [20.0, 5.0]]]
    np.testing.assert_allclose(found, by_hand, rtol=0, atol=DELTA.tolerance)
    assert add_delta(imputed, missing, 0.0).tolist() == imputed.tolist()


@pytest.mark.parametrize(
    ("missing", "delta"),
    [([[True]], 1.0), ([[False, True]] * 2, np.ones(3)), ([[False, True]] * 2, np.ones((5, 2, 2, 2)))],
)
def test_shapes_of_delta_that_do_not_fit_are_refused(missing, delta):
    with pytest.raises(ValueError):
        add_delta(np.zeros((2, 2, 2)), missing, delta)


def test_return_to_baseline_needs_one():
    nan = float("nan")
    found = return_to_baseline([[1.0, nan], [nan, nan]], [9.0, 8.0])
    np.testing.assert_allclose(found, [[1.0, 9.0], [8.0, 8.0]], rtol=0, atol=BASELINE.tolerance)
    with pytest.raises(ValueError, match="baseline"):
        return_to_baseline([[nan]], [nan])
    with pytest.raises(ValueError, match="without its axis of visits"):
        return_to_baseline([[1.0]], [[1.0]])
