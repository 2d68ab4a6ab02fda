"""Exact tests of one proportion, their size, power and numbers of participants, against base R: binomial_tests.R."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import binomial_test, exact_power, exact_sample_size
from trialwright.analysis.methods.binomial_test import PAIRED_INTERVAL, exact_upper_p

pytestmark = pytest.mark.measured

STORED = json.loads((Path(__file__).parent / "binomial_tests.json").read_text())
REFERENCES = [
    Reference(
        "Exact binomial test, one-sided, doubled, and Blaker's",
        "binomial_test",
        "Clopper & Pearson 1934, Biometrika 26:404-413; Blaker 2000, Can J Stat 28:783-798",
        "R 4.2.2, binom.test and sums of dbinom (binomial_tests.json)",
        1e-6,
        "“doubled” goes with the Clopper-Pearson interval, “blaker” with Blaker's.",
    ),
    Reference(
        "Size and power of the exact test, by number of participants",
        "exact_power",
        "Chernick & Liu 2002, Am Stat 56:149-155",
        "R 4.2.2, qbinom and pbinom (binomial_tests.json)",
        1e-6,
    ),
    Reference(
        "Number of participants from which on the exact test has its power",
        "exact_sample_size",
        "every n up to the bound of Hoeffding 1963, J Am Stat Assoc 58:13-30",
        "R 4.2.2, every n up to 3,000 (binomial_tests.json)",
        0.0,
    ),
]
TEST, POWER, NEED = REFERENCES


def column(rows: list[dict[str, float]], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows])


@pytest.mark.parametrize("side", PAIRED_INTERVAL)
def test_p_values_agree_with_r(side):
    rows = STORED["tests"]
    found = binomial_test(column(rows, "x"), column(rows, "n"), column(rows, "against"), side)

    np.testing.assert_allclose(found, column(rows, side), rtol=0, atol=TEST.tolerance)


def test_size_and_power_agree_with_r_at_every_n():
    rows = STORED["curves"]
    for alpha in (0.025, 0.05, 0.1):
        of_alpha = [row for row in rows if row["alpha"] == alpha]
        found = exact_power(
            column(of_alpha, "n"), column(of_alpha, "against"), column(of_alpha, "truth"), alpha
        )
        assert of_alpha and (found.critical == column(of_alpha, "critical")).all()
        np.testing.assert_allclose(found.size, column(of_alpha, "size"), rtol=0, atol=POWER.tolerance)
        np.testing.assert_allclose(found.power, column(of_alpha, "power"), rtol=0, atol=POWER.tolerance)


# At n = 50, one-sided 0.025: pbinom in R, three or four decimals.
DESIGNS = [
    (0.4, 28, 0.0160, {0.6: 0.766, 0.7: 0.988}),
    (0.5, 33, 0.0164, {0.6: 0.237, 0.7: 0.782, 0.75: 0.945, 0.8: 0.994}),
    (0.6, 38, 0.0133, {0.7: 0.223, 0.75: 0.511, 0.8: 0.814, 0.82: 0.898}),
]


@pytest.mark.parametrize(("against", "critical", "size", "powers"), DESIGNS)
def test_fifty_participants(against, critical, size, powers):
    curve = exact_power(50, against, np.array(list(powers)))

    assert curve.critical.tolist() == [critical] * len(powers)
    assert curve.size == pytest.approx(size, abs=5e-5)
    assert curve.power == pytest.approx(list(powers.values()), abs=5e-4)
    assert exact_upper_p(critical, 50, Fraction(str(against))) == pytest.approx(size, abs=5e-5)
    assert exact_upper_p(critical - 1, 50, Fraction(str(against))) > 0.025


def test_power_is_a_saw():
    curve = exact_power(np.arange(48, 56), 0.5, 0.7)

    assert curve.power.round(3).tolist() == [0.749, 0.810, 0.782, 0.836, 0.811, 0.784, 0.837, 0.813]


@pytest.mark.parametrize(
    "row", STORED["needs"], ids=lambda row: f"{row['against']}-{row['truth']}-{row['power']}"
)
def test_the_number_needed_is_that_from_which_on_all_suffice(row):
    found = exact_sample_size(row["against"], row["truth"], row["alpha"], row["power"])

    assert abs(found.first - row["first"]) <= NEED.tolerance
    assert abs(found.sufficient - row["sufficient"]) <= NEED.tolerance


def test_one_participant_can_suffice_and_then_all_numbers_do():
    found = exact_sample_size(0.01, 0.99, alpha=0.05, power=0.8)

    assert (found.first, found.sufficient) == (1, 1)
    assert (exact_power(np.arange(1, 60), 0.01, 0.99, 0.05).power >= 0.8).all()


def test_too_few_participants_never_reject():
    above, below = exact_power(3, 0.5, 0.9), exact_power(3, 0.5, 0.1)

    assert (int(above.critical), int(below.critical)) == (4, -1)
    assert [float(one) for curve in (above, below) for one in (curve.size, curve.power)] == [0.0] * 4


def test_a_chance_that_is_alpha_itself_rejects():
    """Five of five at one half have the chance 1/32, on the dot."""
    assert int(exact_power(5, 0.5, 0.9, alpha=1 / 32).critical) == 5


def test_the_test_in_fractions_agrees_with_the_test_in_arrays():
    x = np.arange(51)

    exact = [exact_upper_p(int(one), 50, Fraction(3, 5)) for one in x]
    assert exact == pytest.approx(binomial_test(x, 50, 0.6).tolist(), rel=1e-9)
    assert exact_upper_p(0, 0, Fraction(1, 2)) is None


REFUSED = [
    (lambda: binomial_test(3, 2, 0.5), "responders must lie between 0 and n; found 3"),
    (lambda: binomial_test(3, 0, 0.5, "blaker"), "n must be at least 1"),
    (lambda: binomial_test(3, 5, 0), "against must lie between 0 and 1, both left out; found 0.0"),
    (lambda: binomial_test(3, 5, 0.5, "two-sided"), "no side is called 'two-sided'; there are greater, less, doubled, blaker"),
    (lambda: exact_power(0, 0.5, 0.7), "n must be at least 1; found 0"),
    (lambda: exact_power(50, 0.5, [0.7, 0.5]), "truth must differ from against, .* at position 1"),
    (lambda: exact_power(50, 0.5, 0.7, alpha=2.5), "level must lie between 0 and 1"),
    (lambda: exact_sample_size(0.5, 0.5), "truth must differ from against"),
    (lambda: exact_sample_size(0.5, 0.5001), r"truth 0.5001 lies too close to against 0.5: up to \d{9} participants"),
    (lambda: exact_sample_size(0.5, 0.7, power=80), "level must lie between 0 and 1"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "said"), REFUSED)
def test_what_cannot_be_tested_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
