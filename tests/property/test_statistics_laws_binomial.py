"""Laws of the intervals, tests and descriptions, on random counts and values."""

from fractions import Fraction
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.analysis import (
    binomial_test,
    blaker,
    clopper_pearson,
    courses,
    coverage,
    describe,
    exact_power,
    mid_p,
    poisson_exact,
    quantile,
    wilson,
)
from trialwright.analysis.methods.binomial_test import PAIRED_INTERVAL
from trialwright.analysis.methods.intervals import INTERVALS

sizes = st.integers(1, 80)
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
methods = st.sampled_from(list(INTERVALS))
some = settings(max_examples=25, deadline=None)


@some
@given(methods, sizes, levels)
def test_limits_mirror_rise_and_hold_the_estimate(method: str, n: int, level: float) -> None:
    x = np.arange(n + 1)
    low, high = INTERVALS[method](x, n, level)

    np.testing.assert_allclose(low, 1 - high[::-1], atol=1e-9)
    assert (np.diff(low) > 0).all() and (np.diff(high) > 0).all()
    inside = slice(1, -1) if method == "jeffreys" else slice(None)  # its plain quantiles lie within 0 and 1
    assert ((low <= x / n) & (x / n <= high))[inside].all()
    assert (low >= 0).all() and (high <= 1).all()


@some
@given(methods, sizes)
def test_a_higher_level_is_wider(method: str, n: int) -> None:
    low, high = INTERVALS[method](np.arange(n + 1), n, 0.9)
    lower, higher = INTERVALS[method](np.arange(n + 1), n, 0.95)

    assert (lower <= low).all() and (higher >= high).all()


@some
@given(sizes, levels)
def test_blaker_and_mid_p_lie_inside_the_exact_interval_and_the_correction_outside(
    n: int, level: float
) -> None:
    x = np.arange(n + 1)
    low, high = clopper_pearson(x, n, level)
    for inner in (blaker, mid_p):
        within = inner(x, n, level)
        assert (within[0] >= low - 1e-9).all() and (within[1] <= high + 1e-9).all()
    plain, corrected = wilson(x, n, level), wilson(x, n, level, corrected=True)
    assert (corrected[0] <= plain[0]).all() and (corrected[1] >= plain[1]).all()


@some
@given(sizes, st.floats(0.01, 0.99), levels)
def test_exact_intervals_cover_at_least_as_often_as_they_say(n: int, truth: float, level: float) -> None:
    for method in ("clopper_pearson", "blaker"):
        assert float(coverage(method, n, truth, level)) >= level - 1e-9


@some
@given(sizes, st.floats(0.01, 0.99), levels)
def test_a_p_value_and_its_interval_say_the_same(n: int, against: float, level: float) -> None:
    x, alpha = np.arange(n + 1), 1 - level
    for side, rejects_at in (("greater", alpha / 2), ("less", alpha / 2), ("doubled", alpha)):
        low, high = INTERVALS[PAIRED_INTERVAL[side]](x, n, level)
        outside = {
            "greater": low > against,
            "less": high < against,
            "doubled": (low > against) | (high < against),
        }
        p = binomial_test(x, n, against, side)
        clear = np.abs(p - rejects_at) > 1e-9  # else it is a matter of the last digit
        assert ((p < rejects_at) == outside[side])[clear].all()
    low, high = blaker(x, n, level)
    rejected = binomial_test(x, n, against, "blaker") <= alpha
    # Blaker's test may reject within the interval, whose gaps are filled, and never accepts outside of it.
    assert rejected[(low > against + 1e-9) | (high < against - 1e-9)].all()


@some
@given(
    st.integers(1, 400), st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.sampled_from([0.01, 0.025, 0.05])
)
def test_the_exact_test_keeps_its_size(n: int, against: float, truth: float, alpha: float) -> None:
    if against == truth:
        return
    curve = exact_power(n, against, truth, alpha)

    rejects = (
        (curve.critical, curve.critical - 1) if truth > against else (curve.critical, curve.critical + 1)
    )
    side = "greater" if truth > against else "less"
    assert float(curve.size) <= alpha * (1 + 1e-9) and float(curve.size) <= float(curve.power) + 1e-12
    if 0 <= rejects[0] <= n:
        assert float(binomial_test(rejects[0], n, against, side)) <= alpha * (1 + 1e-9)
    if 0 <= rejects[1] <= n:
        assert float(binomial_test(rejects[1], n, against, side)) > alpha * (1 - 1e-9)


@some
@given(st.integers(0, 500), st.floats(0.01, 1e4), st.floats(0.1, 10))
def test_rates_scale_with_the_unit_of_time(events: int, exposure: float, factor: float) -> None:
    low, high = poisson_exact(events, exposure)
    scaled = poisson_exact(events, exposure * factor)

    np.testing.assert_allclose([one * factor for one in scaled], [low, high], rtol=1e-9)
    assert low <= events / exposure < high


values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


@some
@given(values, st.floats(0, 1), st.randoms(use_true_random=False))
def test_order_and_sign_do_not_matter(sample: list[float], share: float, random: Random) -> None:
    shuffled = sample.copy()
    random.shuffle(shuffled)

    assert float(quantile(shuffled, share)) == float(quantile(sample, share))
    found, turned = describe(sample), describe([-one for one in sample])
    assert (float(turned.q1), float(turned.q3)) == (-float(found.q3), -float(found.q1))
    ordered = [float(one) for one in (found.minimum, found.q1, found.median, found.q3, found.maximum)]
    assert ordered == sorted(ordered)
    assert float(found.minimum) - 1e-6 <= float(found.mean) <= float(found.maximum) + 1e-6


@some
@given(
    st.lists(st.integers(-50, 50), min_size=1, max_size=40),
    st.sampled_from(["0", "0.1", "0.25", "0.5", "0.7", "0.75", "0.9", "1"]),
)
def test_quartiles_in_fractions_are_those_of_arrays(sample: list[int], share: str) -> None:
    exact = courses.quantile(sorted(map(Fraction, sample)), Fraction(share))

    assert float(exact) == float(quantile(sample, float(share)))
