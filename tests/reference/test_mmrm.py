"""Mixed model for repeated measures against R mmrm, SAS, R nlme, and what base R says where the model becomes a simpler one.

fev_data.csv is the example data of R package mmrm 0.3.16 (Apache-2.0, made up), mmrm_fev.json what that package prints
for it; the program is in its `call` and `mmrm`. mmrm_nlme.json is made by mmrm_nlme.R.
"""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import Factor, build_design, contrast, joint_test, marginal_row, mmrm
from trialwright.analysis.methods.mmrm import LADDER

pytestmark = pytest.mark.measured

HERE = Path(__file__).parent
FEV = json.loads((HERE / "mmrm_fev.json").read_text())
NLME = json.loads((HERE / "mmrm_nlme.json").read_text())
SOURCE = (
    "Mallinckrodt et al. 2008, Drug Inf J 42:303-319; Fai & Cornelius 1996, J Stat Comput Simul 54:363-378"
)
REFERENCES = [
    Reference(
        "Mixed model for repeated measures: REML, unstructured covariance, Satterthwaite",
        "mmrm",
        SOURCE,
        "R mmrm 0.3.16 on its fev_data (mmrm_fev.json)",
        1e-3,
        "Estimates, standard errors and limits; degrees of freedom to 0.1, log-likelihood to 1e-4.",
    ),
    Reference(
        "Mixed model for repeated measures: unstructured, heterogeneous Toeplitz and AR(1)",
        "mmrm",
        "Wolfinger 1996, J Agric Biol Environ Stat 1:205-230",
        "SAS PROC MIXED on fev_data, in R mmrm's sources (design/SAS: sas_log_simple_, sas_toeph_, sas_ar1h_reml.txt)",
        1e-3,
        "Estimate, standard error, correlations, relative error of variances; twice the log-likelihood to 1e-5.",
    ),
    Reference(
        "Mixed model for repeated measures: all three covariances, gaps, few subjects",
        "mmrm",
        SOURCE,
        "R 4.2.2, nlme 3.1-162, gls by REML (mmrm_nlme.json)",
        5e-5,
        "Log-likelihood to 1e-6; the rest is as near as gls ends its search.",
    ),
    Reference(
        "Mixed model of whole data: t-test of a visit's mean and of a change between visits",
        "contrast",
        "the model's exact special case",
        "R 4.2.2, t.test (mmrm_nlme.json)",
        1e-6,
    ),
    Reference(
        "Mixed model of one visit: the linear model",
        "mmrm",
        "the model's exact special case",
        "R 4.2.2, lm (mmrm_nlme.json)",
        1e-6,
    ),
    Reference(
        "F test of several contrasts, Satterthwaite",
        "joint_test",
        "Fai & Cornelius 1996, J Stat Comput Simul 54:363-378",
        "SAS PROC MIXED on fev_data, printed in R mmrm's sources (design/SAS/sas_log_reml.txt)",
        1e-2,
        "Race, 2 and 166 degrees of freedom.",
    ),
    Reference(
        "Design of factors and their interactions",
        "build_design",
        "treatment contrasts: the first level is the reference",
        "R mmrm 0.3.16 on its fev_data: names and coefficients (mmrm_fev.json)",
        1e-3,
    ),
    Reference(
        "Marginal means and their differences",
        "marginal_row",
        "Searle, Speed & Milliken 1980, Am Stat 34:216-221",
        "R emmeans on the fit of R mmrm 0.3.16 (mmrm_fev.json)",
        1e-3,
        "Means, standard errors and limits; degrees of freedom to 0.1.",
    ),
]
FREE, SIMPLER, GAPS, WHOLE, SINGLE, JOINT, CODED, MEANS = REFERENCES
DF, LOG_LIKELIHOOD = 0.1, 1e-4


def fev_rows():
    with (HERE / "fev_data.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    found["FEV1"] = np.array([float(value) if value != "NA" else np.nan for value in found["FEV1"]])
    found["visit"] = found["VISITN"].astype(int)
    return found


@pytest.fixture(scope="module")
def fev():
    """Rows, design and fit: FEV1 ~ RACE + SEX + ARMCD * AVISIT + us(AVISIT | USUBJID)."""
    rows = fev_rows()
    design = build_design(
        {
            "RACE": Factor(rows["RACE"]),
            "SEX": Factor(rows["SEX"], ("Male", "Female")),
            "ARMCD": Factor(rows["ARMCD"]),
            "AVISIT": Factor(rows["AVISIT"]),
        },
        ["RACE", "SEX", "ARMCD", "AVISIT", "ARMCD:AVISIT"],
    )
    return rows, design, mmrm(rows["FEV1"], design, rows["USUBJID"], rows["visit"])


def column(table, name):
    return np.array([row[name] for row in table])


def near(found, expected, tolerance):
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def test_coefficients_agree_with_r_mmrm(fev):
    _, design, fit = fev
    expected = FEV["coef"]["sat"]
    assert [name.replace("[", "").replace("]", "") for name in design.columns] == list(
        column(expected, "term")
    )

    found = contrast(fit, np.eye(len(fit.effects)))

    near(found.estimate, column(expected, "Estimate"), min(FREE.tolerance, CODED.tolerance))
    near(found.standard_error, column(expected, "Std. Error"), FREE.tolerance)
    near(found.t, column(expected, "t value"), 5e-3)
    near(found.df, column(expected, "df"), DF)
    near(found.p, column(expected, "Pr(>|t|)"), FREE.tolerance)


def test_likelihood_and_what_follows_from_it_agree_with_r_mmrm(fev):
    _, _, fit = fev

    near(fit.log_likelihood, FEV["loglik"], LOG_LIKELIHOOD)
    near([fit.aic, fit.bic], [3406.45, 3439.28], 5e-3)
    # R ends its search where a variance still differs in its fifth digit; the likelihood here is the higher one.
    np.testing.assert_allclose(fit.covariance, FEV["varcorr"], rtol=2e-4, atol=1e-2)
    assert fit.log_likelihood > FEV["loglik"]
    assert (fit.structure, fit.left, fit.subjects, fit.rows) == ("unstructured", (), 197, 537)


def test_marginal_means_agree_with_emmeans(fev):
    _, design, fit = fev
    expected = FEV["emmeans"]
    rows = [marginal_row(design, {"ARMCD": row["ARMCD"], "AVISIT": row["AVISIT"]}) for row in expected]

    found = contrast(fit, rows)

    near(found.estimate, column(expected, "emmean"), MEANS.tolerance)
    near(found.standard_error, column(expected, "SE"), MEANS.tolerance)
    near(found.df, column(expected, "df"), DF)
    near(found.low, column(expected, "lower.CL"), MEANS.tolerance)
    near(found.high, column(expected, "upper.CL"), MEANS.tolerance)


def test_differences_of_marginal_means_agree_with_emmeans(fev):
    _, design, fit = fev
    rows = [
        marginal_row(design, {"ARMCD": "TRT", "AVISIT": row["AVISIT"]})
        - marginal_row(design, {"ARMCD": "PBO", "AVISIT": row["AVISIT"]})
        for row in FEV["pairs"]
    ]

    found = contrast(fit, rows)

    near(found.estimate, column(FEV["pairs"], "estimate"), MEANS.tolerance)
    near(found.standard_error, column(FEV["pairs"], "SE"), MEANS.tolerance)
    near(found.df, column(FEV["pairs"], "df"), DF)
    near(found.p, column(FEV["pairs"], "p.value"), 1e-4)


def test_joint_test_of_race_agrees_with_sas(fev):
    _, design, fit = fev
    rows = np.eye(len(fit.effects))[[name.startswith("RACE") for name in design.columns]]

    found = joint_test(fit, rows)

    near(found.f, 36.92, JOINT.tolerance)
    assert (found.numerator_df, round(found.denominator_df)) == (2, 166)
    assert found.p < 1e-4


# -2 restricted log-likelihood, variances by visit, correlations by lag, intercept with its standard error and degrees
# of freedom: PROC MIXED with TYPE=UN (of which only the first correlations are compared), TOEPH and ARH(1).
SAS = {
    "unstructured": (
        3700.94648570,
        (113.63, 44.0193, 27.2643, 158.17),
        (0.70556, 0.04933, -0.30176),
        (42.8338, 0.3509, 171),
    ),
    "heterogeneous-toeplitz": (
        3722.38018329,
        (90.4041, 38.5927, 36.1518, 175.78),
        (0.4295, 0.04570, -0.3116),
        (41.6726, 0.3822, 185),
    ),
    "heterogeneous-ar1": (
        3739.96835012,
        (92.3009, 38.5178, 35.2148, 176.37),
        (0.4130, 0.4130**2, 0.4130**3),
        (41.6955, 0.3947, 191),
    ),
}


@pytest.mark.parametrize("structure", LADDER)
def test_each_covariance_agrees_with_sas(structure):
    rows = fev_rows()
    deviance, variances, correlations, (estimate, error, df) = SAS[structure]

    fit = mmrm(rows["FEV1"], np.ones((800, 1)), rows["USUBJID"], rows["visit"], [structure])
    mean = contrast(fit, [1.0])

    near(mean.estimate, estimate, SIMPLER.tolerance)
    near(mean.standard_error, error, SIMPLER.tolerance)
    assert round(float(mean.df[0])) == df
    # SAS ends its search a little before the summit, which the unrounded likelihoods tell.
    assert 0 <= deviance - -2 * fit.log_likelihood < 1e-5
    np.testing.assert_allclose(np.diagonal(fit.covariance), variances, rtol=1e-3)
    scale = np.sqrt(np.diagonal(fit.covariance))
    near((fit.covariance / np.outer(scale, scale))[0, 1:], correlations, SIMPLER.tolerance)


@pytest.fixture(scope="module")
def gaps():
    """Data of thirty subjects with a fifth of the responses missing, and their design."""
    data = NLME["gaps"]
    design = build_design(
        {"baseline": data["baseline"], "arm": data["arm"], "visit": Factor(data["visit"])},
        ["baseline", "arm", "visit", "arm:visit"],
    )
    return np.array(data["y"], dtype=float), design, data["subject"], data["visit"]


@pytest.mark.parametrize("structure", LADDER)
def test_data_with_gaps_agree_with_gls(gaps, structure):
    expected = NLME["gaps"][structure]

    fit = mmrm(*gaps, [structure])

    near(fit.log_likelihood, expected["loglik"], 1e-6)
    near(fit.aic, expected["aic"], 2e-6)
    near(fit.effects, expected["estimate"], GAPS.tolerance)
    near(np.sqrt(np.diagonal(fit.effects_covariance)), expected["se"], GAPS.tolerance)
    np.testing.assert_allclose(fit.covariance.ravel(), expected["covariance"], rtol=2e-5)


def test_an_earlier_fit_to_start_from_changes_nothing_but_the_time(gaps):
    cold = mmrm(*gaps)

    warm = mmrm(*gaps, start=cold)

    near(warm.effects, cold.effects, 1e-6)
    near(warm.log_likelihood, cold.log_likelihood, 1e-9)


def limits(found):
    parts = (found.estimate, found.standard_error, found.df, found.p, found.low, found.high)
    return np.stack(parts, axis=1)


def test_whole_data_give_the_t_tests_of_each_visit_and_of_changes():
    whole = NLME["complete"]
    subject, visit = np.repeat(np.arange(12), 3), np.tile([1, 2, 3], 12)

    fit = mmrm(whole["y"], np.equal.outer(visit, [1, 2, 3]), subject, visit)

    near(limits(contrast(fit, np.eye(3))), whole["means"], WHOLE.tolerance)
    near(limits(contrast(fit, [[-1, 1, 0], [-1, 0, 1]])), whole["changes"], WHOLE.tolerance)


def test_one_visit_is_the_linear_model():
    single = NLME["single"]
    design = build_design({"baseline": single["baseline"]}, ["baseline"])

    fit = mmrm(single["y"], design, np.arange(20), np.full(20, 16))
    found = contrast(fit, np.eye(2))

    near(found.estimate, single["estimate"], SINGLE.tolerance)
    near(found.standard_error, single["se"], SINGLE.tolerance)
    near(found.df, single["df"], SINGLE.tolerance)
    near(found.p, single["p"], SINGLE.tolerance)
    near([found.low, found.high], [single["low"], single["high"]], SINGLE.tolerance)
    near(fit.covariance, single["sigma2"], SINGLE.tolerance)
    near(fit.log_likelihood, single["loglik"], SINGLE.tolerance)
    both = joint_test(fit, np.eye(2))
    near([both.f, both.denominator_df], [single["f_both_zero"], single["df"]], SINGLE.tolerance)
