"""Mixed model for repeated measures at its edges: simpler covariances, refused rows, and what a fit tells beside its numbers."""

import numpy as np
import pytest

from trialwright.analysis import Factor, NoFitError, build_design, contrast, joint_test, marginal_row, mmrm
from trialwright.analysis.methods.covariance import count_parameters, covariance_at, parameters_near
from trialwright.analysis.methods.mmrm import LADDER, Left, Note, is_definite, openness
from trialwright.analysis.methods.reml import evaluate
from trialwright.analysis.methods.repeated import prepare, used_rows
from trialwright.analysis.methods.satterthwaite import pooled


def make_trial(subjects=12, visits=3, seed=1):
    """Correlated responses of everyone at every visit: response (subjects, visits), subject, visit and a mean a visit."""
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    made = np.random.default_rng(seed).multivariate_normal(np.zeros(visits), 0.6**lag, subjects)
    subject = np.repeat(np.arange(subjects), visits)
    visit = np.tile(np.arange(1, visits + 1), subjects)
    return made, build_design({"visit": Factor(visit)}, ["visit"]), subject, visit


def fit_trial(response, design, subject, visit, **options):
    return mmrm(response.ravel(), design, subject, visit, **options)


def test_visits_never_seen_together_leave_the_free_covariance():
    response, *rest = make_trial(subjects=40)
    response[:20, 0], response[20:, 1] = np.nan, np.nan

    fit = fit_trial(response, *rest)

    assert fit.left == (Left("unstructured", "never-seen-together", (1.0, 2.0)),)
    assert fit.structure == "heterogeneous-toeplitz"


def test_a_distance_never_seen_leaves_the_toeplitz_form_too():
    response, *rest = make_trial()
    response[:6, 0], response[6:, 2] = np.nan, np.nan

    fit = fit_trial(response, *rest)

    assert [one.structure for one in fit.left] == list(LADDER[:2])
    assert {one.visits for one in fit.left} == {(1.0, 3.0)}
    assert fit.structure == "heterogeneous-ar1"
    scale = np.sqrt(np.diagonal(fit.covariance))
    correlation = fit.covariance / np.outer(scale, scale)
    assert correlation[0, 2] == pytest.approx(correlation[0, 1] ** 2)


def test_too_few_subjects_for_a_free_covariance_get_a_simpler_one():
    response, *rest = make_trial(subjects=8, visits=8)

    fit = fit_trial(response, *rest)

    assert fit.left[0] == Left("unstructured", "singular")
    assert fit.structure != "unstructured"
    parameters = count_parameters(fit.structure, 8)
    assert Note("few-subjects", (8, parameters)) in fit.notes
    assert np.isfinite(contrast(fit, np.eye(8)).df).all()


def test_visits_that_repeat_the_first_fit_no_structure():
    response, *rest = make_trial()
    response[:, 1:] = response[:, :1]

    with pytest.raises(
        NoFitError, match=r"unstructured: singular; heterogeneous-toeplitz: .*take fewer visits"
    ) as failed:
        fit_trial(response, *rest)

    assert [one.structure for one in failed.value.left] == list(LADDER)


def test_subjects_seen_once_each_fit_no_structure():
    response, *rest = make_trial()
    response[np.arange(36).reshape(12, 3) % 3 != np.arange(12)[:, None] % 3] = np.nan

    with pytest.raises(NoFitError) as failed:
        fit_trial(response, *rest)

    assert {one.reason for one in failed.value.left} == {"never-seen-together"}


def test_two_visits_have_one_structure_only():
    response, *rest = make_trial(visits=2)
    response[:, 1] = 3 * response[:, 0]

    with pytest.raises(NoFitError) as failed:
        fit_trial(response, *rest)

    assert failed.value.left == (Left("unstructured", "singular"),)


def test_a_search_that_ends_on_its_way_is_not_taken(monkeypatch):
    monkeypatch.setattr("trialwright.analysis.methods.mmrm.STEPS", 1)
    response, *rest = make_trial()

    with pytest.raises(NoFitError, match="unstructured: not-converged"):
        fit_trial(response, *rest)


def test_a_summit_that_is_a_ridge_is_not_taken(monkeypatch):
    monkeypatch.setattr("trialwright.analysis.methods.mmrm.IDENTIFIED", 1.5)  # more than any information has

    with pytest.raises(NoFitError, match="unstructured: not-identified"):
        fit_trial(*make_trial())


def test_what_is_not_used_is_counted():
    response, _, subject, visit = make_trial(visits=4)
    response[:, 3] = np.nan
    response[0, 1] = np.nan
    baseline = np.repeat(np.linspace(1, 3, 12), 4)
    baseline[4:8] = np.nan
    table = np.column_stack([np.equal.outer(visit, [1, 2, 3]), baseline])

    fit = fit_trial(response, table, subject, visit)

    assert fit.notes == (
        Note("rows-without-response", (13,)),
        Note("rows-without-design", (3,)),
        Note("visits-never-seen", (4.0,)),
        Note("few-subjects", (11, 6)),
    )
    assert (fit.subjects, fit.rows, fit.visits.tolist()) == (11, 32, [1.0, 2.0, 3.0])
    assert fit.columns == ("column 1", "column 2", "column 3", "column 4")


def test_an_earlier_fit_of_other_visits_is_no_start():
    earlier = fit_trial(*make_trial(visits=2))

    fit = fit_trial(*make_trial(), start=earlier)

    np.testing.assert_allclose(fit.effects, fit_trial(*make_trial()).effects, atol=1e-9)


def test_a_start_saves_looks_at_the_likelihood(monkeypatch):
    looks = []
    monkeypatch.setattr(
        "trialwright.analysis.methods.mmrm.evaluate", lambda *about: looks.append(1) or evaluate(*about)
    )
    trial = make_trial(subjects=50, visits=8)
    fit = fit_trial(*trial)
    without = len(looks)

    fit_trial(*trial, start=fit)

    assert without <= 10  # Newton's method, not a search by gradients: 36 parameters
    assert len(looks) - without <= 2


def test_dropout_by_what_was_seen_leaves_the_mean_of_all_unbiased():
    _, design, subject, visit = make_trial(subjects=40)
    last = marginal_row(design, {"visit": 3})
    means, plain, covered, earlier = [], [], [], None
    for seed in range(120):
        response, *_ = make_trial(subjects=40, seed=seed)
        leaves = np.random.default_rng([seed, 1]).random((40, 2)) < 0.7 * (response[:, :2] > 0.3)
        response[:, 1:][np.logical_or.accumulate(leaves, axis=1)] = np.nan

        earlier = fit_trial(response, design, subject, visit, start=earlier)
        found = contrast(earlier, last)

        means.append(float(found.estimate[0]))
        covered.append(found.low[0] <= 0 <= found.high[0])
        plain.append(np.nanmean(response[:, 2]))

    error = np.std(means) / np.sqrt(120)
    assert abs(np.mean(means)) < 3 * error
    assert np.mean(plain) < -10 * error  # whoever did badly has left
    assert 0.9 < np.mean(covered) < 0.99  # the truth is 0.95, with a Monte Carlo error of 0.02


def with_response(value):
    return lambda response: np.full_like(response, value)


REFUSED = [
    (with_response(np.nan), "no row has both a response and a whole design"),
    (with_response(np.inf), "must be finite"),
    (with_response(0.1), "the responses do not vary"),
    (with_response(0.0), "the responses do not vary"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_responses_that_cannot_be_fitted_are_refused(change, message):
    response, *rest = make_trial()

    with pytest.raises(ValueError, match=message):
        fit_trial(change(response), *rest)


def test_a_visit_without_variance_is_named():
    response, *rest = make_trial()
    response[:, 2] = -100.0

    with pytest.raises(ValueError, match="at visit 3 every response equals its fit"):
        fit_trial(response, *rest)


def test_a_visit_of_one_subject_is_named():
    response, *rest = make_trial()
    response[1:, 1] = np.nan

    with pytest.raises(ValueError, match="at visit 2 every response equals its fit"):
        fit_trial(response, *rest)


def test_labels_of_visits_are_refused():
    response, design, subject, visit = make_trial()

    with pytest.raises(ValueError, match="give visit numbers or weeks"):
        fit_trial(response, design, subject, np.array([f"week {number}" for number in visit]))


def test_a_visit_that_is_not_a_number_is_refused():
    response, design, subject, visit = make_trial()

    with pytest.raises(ValueError, match="visit must be finite numbers"):
        fit_trial(response, design, subject, np.where(visit == 1, np.nan, visit))


def test_two_responses_of_a_subject_at_a_visit_are_refused():
    response, design, subject, visit = make_trial()
    visit = np.where((subject == 7) & (visit == 3), 2, visit)

    with pytest.raises(ValueError, match="subject 7 has two responses at visit 2"):
        fit_trial(response, design, subject, visit)


def test_columns_of_unlike_length_are_refused():
    response, design, subject, visit = make_trial()

    with pytest.raises(ValueError, match=r"they have \(36,\), \(35,\) and \(36,\)"):
        fit_trial(response, design, subject[1:], visit)


def test_a_design_without_rows_and_columns_is_refused():
    with pytest.raises(ValueError, match="one row a response and at least one column"):
        mmrm([1.0, 2.0], [1.0, 1.0], [1, 2], [1, 1])


def test_no_structure_is_refused():
    with pytest.raises(ValueError, match="must name at least one of unstructured"):
        fit_trial(*make_trial(), structures=())


def test_aliased_columns_are_named():
    response, _, subject, visit = make_trial()
    arm = np.where(subject < 6, "A", "B")
    site = np.where(subject < 6, "north", "south")
    design = build_design(
        {"arm": Factor(arm), "site": Factor(site), "visit": Factor(visit)}, ["arm", "visit", "site"]
    )

    with pytest.raises(ValueError, match=r"the design is singular: site\[south\] can be had"):
        fit_trial(response, design, subject, visit)


def test_the_column_of_a_visit_that_nobody_had_is_named():
    response, *rest = make_trial()
    response[:, 1] = np.nan

    with pytest.raises(ValueError, match=r"the design says nothing in visit\[2\]"):
        fit_trial(response, *rest)


def test_as_many_columns_as_responses_are_refused():
    with pytest.raises(ValueError, match="2 responses leave nothing to estimate a variance"):
        mmrm([1.0, 2.0], np.eye(2), [1, 2], [1, 1])


def test_more_columns_than_responses_are_aliased():
    with pytest.raises(ValueError, match="column 3 can be had"):
        mmrm([1.0, 2.0], [[1.0, 0.0, 1.0], [1.0, 1.0, 2.0]], [1, 2], [1, 1])


@pytest.mark.parametrize("rows", [[[1.0, 0.0]], [[0.0, 0.0, 0.0]], [[1.0, np.nan, 0.0]], np.ones((1, 1, 3))])
def test_rows_that_compare_nothing_are_refused(rows):
    fit = fit_trial(*make_trial())
    for test in (contrast, joint_test):
        with pytest.raises(ValueError, match="row"):
            test(fit, rows)


def test_an_impossible_level_is_refused():
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        contrast(fit_trial(*make_trial()), np.eye(3), level=95)


def test_rows_that_follow_from_others_count_once():
    fit = fit_trial(*make_trial())
    rows = np.array([[0, 1, 0], [0, 0, 1]])

    twice = joint_test(fit, np.vstack([rows, rows.sum(axis=0)]))

    once = joint_test(fit, rows)
    assert twice.numerator_df == once.numerator_df == 2
    assert (twice.f, twice.denominator_df) == pytest.approx((once.f, once.denominator_df))


def test_one_row_has_the_square_of_its_t():
    fit = fit_trial(*make_trial())

    one, joint = contrast(fit, [0, 1, 0]), joint_test(fit, [0, 1, 0])

    assert (joint.f, joint.denominator_df, joint.p) == pytest.approx(
        (float(one.t[0] ** 2), float(one.df[0]), float(one.p[0]))
    )


def test_degrees_of_freedom_are_pooled_as_in_r_mmrm():
    # tests/testthat/test-satterthwaite.R of R mmrm 0.3.18: h_md_denom_df.
    expected = 3 / 1 + 5 / 3 + 10 / 8
    assert pooled(np.array([3.0, 5.0, 10.0])) == pytest.approx(2 * expected / (expected - 3))
    assert pooled(np.array([10 + 1e-10, 10 + 2e-10, 10 + 3e-10])) == pytest.approx(10 + 2e-10, abs=1e-13)
    assert pooled(np.array([1.9, 5.0, 10.0, 15.0])) == 2


@pytest.mark.parametrize("information", [np.diag([1.0, 0.0]), np.ones((2, 2))])
def test_flat_information_is_not_definite(information):
    assert not is_definite(information)


@pytest.mark.parametrize("structure", LADDER)
@pytest.mark.parametrize("visits", [1, 2, 4])
def test_gradient_and_hessian_are_those_of_the_likelihood(structure, visits):
    response, design, subject, visit = make_trial(visits=visits)
    response[np.arange(12 - visits), np.arange(12 - visits) % visits] += 0.5
    response[:visits, 0][1:] = np.nan
    data = prepare(used_rows(response.ravel(), design.matrix, subject, visit), design.columns).repeated
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    theta = parameters_near(structure, 0.4**lag * 0.8)
    steps = 1e-5 * np.eye(len(theta))

    at = evaluate(data, structure, theta)
    around = [
        (evaluate(data, structure, theta + step), evaluate(data, structure, theta - step)) for step in steps
    ]

    np.testing.assert_allclose(
        at.gradient, [(up.value - down.value) / 2e-5 for up, down in around], atol=1e-6
    )
    np.testing.assert_allclose(
        at.hessian, [(up.gradient - down.gradient) / 2e-5 for up, down in around], atol=1e-5
    )
    by_root = [(up.root @ up.root.T - down.root @ down.root.T) / 2e-5 for up, down in around]
    np.testing.assert_allclose(at.root @ at.slopes @ at.root.T, by_root, atol=1e-8)


@pytest.mark.parametrize("structure", LADDER)
def test_a_covariance_of_the_structure_is_its_own_start(structure):
    matrix = covariance_at(structure, np.linspace(-0.2, 0.3, count_parameters(structure, 3)), 3).matrix

    again = covariance_at(structure, parameters_near(structure, matrix), 3).matrix

    np.testing.assert_allclose(again, matrix, atol=1e-12)


def test_a_toeplitz_start_is_positive_definite_whatever_the_means_of_diagonals():
    structure = "heterogeneous-toeplitz"
    rough = np.array([[1, 0.85, 0.1], [0.85, 1, 0.85], [0.1, 0.85, 1]])

    start = parameters_near(structure, rough)

    assert np.linalg.eigvalsh(rough)[0] < 0
    assert np.linalg.eigvalsh(covariance_at(structure, start, 3).matrix)[0] > 0
    assert openness(covariance_at(structure, start, 3).matrix) > 0


def test_a_matrix_that_is_no_covariance_leaves_nothing_open():
    beyond = covariance_at("heterogeneous-toeplitz", np.array([0, 0, 0, 3.0, -3.0]), 3)

    assert openness(beyond.matrix) == 0


def test_terms_are_coded_as_in_r():
    # R: colnames(model.matrix(~ arm + visit + arm:visit + visit:baseline)), and of ~ visit:arm
    variables = {
        "arm": Factor(["B", "A", "A", "B"], ("B", "A")),
        "visit": Factor([4, 4, 8, 8]),
        "baseline": [1.0, 2.0, 3.0, np.nan],
    }

    design = build_design(variables, ["arm", "visit", "arm:visit", "visit:baseline"])
    alone = build_design(variables, ["visit", "visit:arm"])

    assert design.columns == (
        "(Intercept)",
        "arm[A]",
        "visit[8]",
        "arm[A]:visit[8]",
        "visit[4]:baseline",
        "visit[8]:baseline",
    )
    assert design.matrix[:3].tolist() == [[1, 0, 0, 0, 1, 0], [1, 1, 0, 0, 2, 0], [1, 1, 1, 1, 0, 3]]
    assert np.isnan(design.matrix[3]).any()
    assert alone.columns == ("(Intercept)", "visit[8]", "visit[4]:arm[A]", "visit[8]:arm[A]")
    assert marginal_row(design, {"visit": 8}).tolist() == [1, 0.5, 1, 0.5, 0, 2]
    assert marginal_row(design, {"visit": 4, "arm": "A", "baseline": 5}).tolist() == [1, 1, 0, 0, 5, 0]


DESIGNS = [
    ({"arm": Factor(["A", "B"])}, ["sex"], "no variable sex: the terms may name arm"),
    ({"arm": Factor(["A", "B"], ("A",))}, ["arm"], "arm has B, which is none of its levels A"),
    ({"arm": Factor(["A", "B"]), "age": [1.0]}, ["arm", "age"], "every variable needs one value a row"),
]


@pytest.mark.parametrize(("variables", "terms", "message"), DESIGNS)
def test_a_design_that_cannot_be_built_is_refused(variables, terms, message):
    with pytest.raises(ValueError, match=message):
        build_design(variables, terms)


@pytest.mark.parametrize(
    ("at", "message"), [({"sex": "F"}, "no variable sex"), ({"visit": 9}, "visit has no level 9: 1, 2, 3")]
)
def test_a_mean_at_an_unknown_place_is_refused(at, message):
    _, design, *_ = make_trial()

    with pytest.raises(ValueError, match=message):
        marginal_row(design, at)
