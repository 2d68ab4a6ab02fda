"""Intervals against R: the numbers of binom_ci_n50.json are R's; binom_ci_n50.R beside it says how they are got."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from trialwright.analysis.proportions import INTERVALS, clopper_pearson, exact_upper_p, wilson

ROWS = json.loads((Path(__file__).parent / "binom_ci_n50.json").read_text())
X = np.array([row["x"] for row in ROWS])
N = np.array([row["n"] for row in ROWS])


@pytest.mark.parametrize("method", ["clopper_pearson", "wilson"])
def test_every_count_of_fifty_agrees_with_r(method):
    low, high = INTERVALS[method](X, N, 0.95)

    expected = np.array([row[method] for row in ROWS])
    # R's numbers are printed with 11 significant digits; a proportion is at most 1.
    np.testing.assert_allclose(low, expected[:, 0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(high, expected[:, 1], rtol=0, atol=1e-9)


# R 4.2.2: binom.test(x, n)$conf.int and prop.test(x, n, correct = FALSE)$conf.int, six decimals; the examples
# from the second on are those of Newcombe 1998, Stat Med 17:857-872, Table I.
NEWCOMBE = [
    (36, 50, 0.575095, 0.837689, 0.583349, 0.825258),
    (0, 20, 0.0, 0.168433, 0.0, 0.161125),
    (15, 148, 0.057844, 0.161650, 0.062386, 0.160487),
    (81, 263, 0.252737, 0.367622, 0.255289, 0.366210),
    (1, 29, 0.000873, 0.177644, 0.006113, 0.171755),
]


@pytest.mark.parametrize(("x", "n", "cp_low", "cp_high", "w_low", "w_high"), NEWCOMBE)
def test_newcombe_examples(x, n, cp_low, cp_high, w_low, w_high):
    exact = clopper_pearson(np.array([x]), np.array([n]))
    score = wilson(np.array([x]), np.array([n]))

    assert [float(limit[0]) for limit in exact] == pytest.approx([cp_low, cp_high], abs=5e-7)
    assert [float(limit[0]) for limit in score] == pytest.approx([w_low, w_high], abs=5e-7)


def test_nobody_and_everybody_have_exact_ends():
    for method in INTERVALS.values():
        low, high = method(np.array([0, 50]), np.array([50, 50]), 0.95)
        assert low[0] == 0.0
        assert high[1] == 1.0
        assert 0 < high[0] < 0.1
        assert 0.9 < low[1] < 1


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize(("x", "n"), [(1, 7), (30, 50), (49, 50)])
def test_exact_limits_leave_half_of_the_rest_in_each_tail(x, n, level):
    """The definition itself: at the lower limit x or more, at the upper x or fewer, have probability (1 - level) / 2."""
    low, high = clopper_pearson(np.array([x]), np.array([n]), level)

    tail = (1 - level) / 2
    assert exact_upper_p(x, n, Fraction(float(low[0]))) == pytest.approx(tail, rel=1e-9)
    assert 1 - exact_upper_p(x + 1, n, Fraction(float(high[0]))) == pytest.approx(tail, rel=1e-9)


@pytest.mark.parametrize(
    ("x", "n", "level"), [(51, 50, 0.95), (-1, 50, 0.95), (0, 0, 0.95), (1, 2, 1.0), (1, 2, 0.0)]
)
def test_impossible_counts_and_levels_raise(x, n, level):
    for method in INTERVALS.values():
        with pytest.raises(ValueError):
            method(np.array([x]), np.array([n]), level)


# Of 50, one-sided 0.025: reject from 28, 33 and 38 on. The levels are binomial tail sums with four decimals,
# in R: pbinom(x - 1, 50, against, lower.tail = FALSE).
@pytest.mark.parametrize(
    ("against", "x", "p"),
    [(Fraction(2, 5), 28, 0.0160), (Fraction(1, 2), 33, 0.0164), (Fraction(3, 5), 38, 0.0133)],
)
def test_exact_test_rejects_where_r_does(against, x, p):
    assert exact_upper_p(x, 50, against) == pytest.approx(p, abs=5e-5)
    assert exact_upper_p(x - 1, 50, against) > 0.025
    assert exact_upper_p(0, 50, against) == 1.0


def test_exact_test_needs_participants():
    assert exact_upper_p(0, 0, Fraction(1, 2)) is None
