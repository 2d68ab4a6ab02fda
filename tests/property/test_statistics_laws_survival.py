"""Laws of survival curves, interval-censored estimates, pooling and imputation."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.analysis import (
    impute_normal,
    kaplan_meier,
    pool_proportions,
    pool_rubin,
    survival_at,
    tipping_table,
    turnbull,
    turnbull_at,
    wilson_imputed,
)

people = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=12)
intervals = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8)).map(lambda ends: (min(ends), max(ends)))
    | st.integers(0, 8).map(lambda left: (left, np.inf)),
    min_size=1,
    max_size=10,
)


@settings(max_examples=30, deadline=None)
@given(people, st.randoms(use_true_random=False))
def test_a_survival_curve_falls_within_its_limits_whatever_the_order(group, random):
    mixed = random.sample(group, len(group))
    asked = np.arange(11)
    one, other = (survival_at(kaplan_meier(*zip(*some, strict=True)), asked) for some in (group, mixed))

    np.testing.assert_array_equal(one.survival, other.survival)
    assert (np.diff(one.survival) <= 0).all()
    assert (np.diff(one.at_risk) <= 0).all()
    known = ~np.isnan(one.low)
    assert (one.low <= one.survival + 1e-12)[known].all()
    assert (one.high >= one.survival - 1e-12)[known].all()


@settings(max_examples=30, deadline=None)
@given(people)
def test_limits_hold_fewer_values_at_a_lower_level(group):
    wide, narrow = (
        survival_at(kaplan_meier(*zip(*group, strict=True), level=level), range(10)) for level in (0.95, 0.8)
    )
    known = ~np.isnan(wide.low)
    assert (wide.low <= narrow.low + 1e-12)[known].all()
    assert (wide.high >= narrow.high - 1e-12)[known].all()


@settings(max_examples=25, deadline=None)
@given(intervals, st.floats(-1, 1), st.integers(0, 1000))
def test_no_other_distribution_on_its_sets_is_as_likely_as_the_npmle(found, shift, seed):
    left, right = map(np.array, zip(*found, strict=True))
    fit = turnbull(left, right)

    assert fit.is_optimal
    assert np.isclose(fit.mass.sum(), 1)
    assert (fit.mass >= 0).all()
    other = np.random.default_rng(seed).dirichlet(np.full(fit.mass.size, 0.5))
    mixed = (1 - abs(shift)) * fit.mass + abs(shift) * other
    exact = fit.left == fit.right
    point = fit.support_left == fit.support_right
    starts_inside = np.where(
        (exact[:, None] | ~point), fit.left[:, None] <= fit.support_left, fit.left[:, None] < fit.support_left
    )
    inside = starts_inside & (fit.support_right <= fit.right[:, None])
    with np.errstate(divide="ignore"):
        assert (fit.counts * np.log(inside @ fit.mass)).sum() >= (
            fit.counts * np.log(inside @ mixed)
        ).sum() - 1e-6
    assert np.isclose((fit.counts * np.log(inside @ fit.mass)).sum(), fit.log_likelihood)


@settings(max_examples=25, deadline=None)
@given(intervals)
def test_npmle_survival_falls_within_its_limits(found):
    left, right = map(np.array, zip(*found, strict=True))
    at = turnbull_at(turnbull(left, right), [0, 2.5, 5, 9])

    for values in (at.survival_low, at.survival_high):
        assert (np.diff(values) <= 1e-9).all()
    assert (at.survival_low <= at.survival_high + 1e-9).all()
    assert (at.low <= at.survival_low + 1e-6).all()
    assert (at.high >= at.survival_high - 1e-6).all()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(-50, 50), min_size=2, max_size=8),
    st.floats(0.01, 20),
    st.floats(2, 200),
    st.floats(-9, 9),
)
def test_pooling_follows_a_shift_and_never_has_more_df_than_complete_data(estimates, variance, df, shift):
    q = np.array(estimates)
    variances = np.full(q.size, variance)
    plain, moved = (pool_rubin(values, variances, complete_df=df) for values in (q, q + shift))

    np.testing.assert_allclose(moved.estimate, plain.estimate + shift, atol=1e-9)
    np.testing.assert_allclose(moved.df, plain.df, rtol=1e-6)
    assert 0 < plain.df <= df
    assert plain.total >= plain.within


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=2, max_size=6))
def test_pooled_proportions_are_symmetric_and_inside_0_to_1(counts):
    x = np.array([counts, [20 - one for one in counts]])
    pooled, (low, high) = pool_proportions(x, 20), wilson_imputed(x, 20)

    for ends in ((pooled.low, pooled.high), (low, high)):
        np.testing.assert_allclose(ends[0], 1 - ends[1][::-1], atol=1e-9)
        assert (ends[0] >= 0).all()
        assert (ends[1] <= 1).all()
        assert (ends[0] <= ends[1]).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.floats(0.05, 0.95))
def test_more_responders_among_the_missing_never_lower_a_limit(responders, missing, others, p0):
    n = responders + missing + others + 1
    table = tipping_table(responders, n, missing, p0)

    assert (np.diff(table.low) > 0).all()
    suffices = np.flatnonzero(table.low > p0)
    assert table.smallest == (suffices[0] if suffices.size else -1)


@settings(max_examples=25, deadline=None)
@given(st.floats(-5, 5), st.floats(0.1, 9), st.integers(0, 10_000))
def test_imputation_follows_the_unit_of_the_values(shift, factor, seed):
    values = np.random.default_rng(seed).normal(size=(12, 3))
    values[[0, 1, 2], [1, 2, 2]] = np.nan  # one gap, two who left
    plain, moved = (
        impute_normal(some, m=2, rng=np.random.default_rng(seed))
        for some in (values, shift + factor * values)
    )
    np.testing.assert_allclose(moved, shift + factor * plain, rtol=1e-6, atol=1e-6)
