"""Laws of the mixed model for repeated measures: what the order of rows, the origin and the unit of the response may change."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.analysis import Factor, build_design, contrast, mmrm
from trialwright.analysis.methods.mmrm import MmrmFit

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=12, deadline=None)


def make_rows(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Responses of fifteen subjects at three visits, some missing; baseline, subject and visit."""
    rng = np.random.default_rng(seed)
    person = rng.normal(0, 2, 15)
    response = (person[:, None] + rng.normal(0, 1, (15, 3)) + [0, 1, 2]).ravel()
    response[rng.choice(45, 5, replace=False)] = np.nan
    return (
        response,
        np.repeat(person + rng.normal(0, 1, 15), 3),
        np.repeat(np.arange(15), 3),
        np.tile([4, 8, 16], 15),
    )


def fit(response: np.ndarray, baseline: np.ndarray, subject: np.ndarray, visit: np.ndarray) -> MmrmFit:
    design = build_design({"baseline": baseline, "visit": Factor(visit)}, ["baseline", "visit"])
    return mmrm(response, design, subject, visit)


@few
@given(seeds, st.permutations(range(45)))
def test_order_of_rows_and_names_of_subjects_change_nothing(seed: int, order: list[int]) -> None:
    response, baseline, subject, visit = make_rows(seed)
    names = np.array([f"S{number:02}" for number in subject])

    again = fit(*(column[order] for column in (response, baseline, names, visit)))

    first = fit(response, baseline, subject, visit)
    np.testing.assert_array_equal(again.effects, first.effects)
    np.testing.assert_array_equal(again.covariance, first.covariance)
    assert again.log_likelihood == first.log_likelihood


@few
@given(seeds, st.floats(-1e6, 1e6))
def test_a_shift_moves_the_intercept_alone(seed: int, shift: float) -> None:
    response, *rest = make_rows(seed)

    first, moved = fit(response, *rest), fit(response + shift, *rest)

    np.testing.assert_allclose(moved.effects - first.effects, [shift, 0, 0, 0], atol=1e-6)
    np.testing.assert_allclose(moved.effects_covariance, first.effects_covariance, rtol=1e-5, atol=1e-8)


@few
@given(seeds, st.floats(1e-4, 1e4), st.sampled_from([-1, 1]))
def test_a_unit_scales_errors_and_leaves_degrees_of_freedom(seed: int, size: float, sign: int) -> None:
    response, *rest = make_rows(seed)
    unit = size * sign

    first, scaled = fit(response, *rest), fit(response * unit, *rest)

    one, other = contrast(first, np.eye(4)), contrast(scaled, np.eye(4))
    np.testing.assert_allclose(other.estimate, one.estimate * unit, rtol=1e-5, atol=1e-6 * size)
    np.testing.assert_allclose(other.standard_error, one.standard_error * size, rtol=1e-5)
    np.testing.assert_allclose(other.df, one.df, rtol=1e-4)
    lost = (first.rows - 4) * np.log(size)
    np.testing.assert_allclose(scaled.log_likelihood, first.log_likelihood - lost, atol=1e-6)


@few
@given(seeds, st.floats(1e-4, 1e4))
def test_another_unit_at_one_visit_scales_what_is_estimated_there(seed: int, unit: float) -> None:
    response, _, subject, visit = make_rows(seed)
    means = np.equal.outer(visit, [4, 8, 16])

    first, scaled = (
        contrast(mmrm(values, means, subject, visit), np.eye(3))
        for values in (response, np.where(visit == 8, response * unit, response))
    )

    np.testing.assert_allclose(scaled.estimate, first.estimate * [1, unit, 1], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(scaled.standard_error, first.standard_error * [1, unit, 1], rtol=1e-5)
    np.testing.assert_allclose(scaled.df, first.df, rtol=1e-4)
