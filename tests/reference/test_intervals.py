"""Six intervals for one proportion against R and against a published table; binom_ci*.R beside it says how R got them."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import clopper_pearson, wilson
from trialwright.analysis.messages import INTERVAL_WORDS
from trialwright.analysis.methods.binomial_test import exact_upper_p
from trialwright.analysis.methods.intervals import INTERVALS

pytestmark = pytest.mark.measured

HERE = Path(__file__).parent
FIFTY = json.loads((HERE / "binom_ci_n50.json").read_text())
OTHERS = json.loads((HERE / "binom_ci.json").read_text())

TABLE = "Newcombe 1998, Table I"
REFERENCES = [
    Reference(
        "Clopper-Pearson interval",
        "clopper_pearson",
        "Clopper & Pearson 1934, Biometrika 26:404-413",
        f"R 4.2.2, exactci 1.4-5 (binom_ci_n50.json) and binom.test (binom_ci.json); {TABLE}",
        1e-6,
    ),
    Reference(
        "Wilson interval, without and with correction for continuity",
        "wilson",
        "Wilson 1927, J Am Stat Assoc 22:209-212; Newcombe 1998, Stat Med 17:857-872, methods 3 and 4",
        f"R 4.2.2, prop.test (binom_ci_n50.json) and Newcombe's formula (binom_ci.json); {TABLE}",
        1e-6,
        "At n / 2 R's prop.test does not correct; Newcombe's method does.",
    ),
    Reference(
        "Jeffreys interval",
        "jeffreys",
        "Brown, Cai & DasGupta 2001, Stat Sci 16:101-133",
        "R 4.2.2, qbeta (binom_ci_n50.json, binom_ci.json)",
        1e-6,
        "Plain quantiles at 0 and at n, too.",
    ),
    Reference(
        "mid-P interval",
        "mid_p",
        "Lancaster 1961, J Am Stat Assoc 56:223-234; Newcombe 1998, Stat Med 17:857-872, method 6",
        f"R 4.2.2, root finding to 1e-12 (binom_ci_n50.json, binom_ci.json); {TABLE}",
        1e-6,
    ),
    Reference(
        "Blaker interval",
        "blaker",
        "Blaker 2000, Can J Stat 28:783-798",
        "R 4.2.2, BlakerCI 1.0-6 (binom_ci_n50.json) and a search from the definition (binom_ci.json)",
        1e-6,
    ),
]
TOLERANCE = {one.function: one.tolerance for one in REFERENCES} | {
    "wilson_corrected": REFERENCES[1].tolerance
}


@pytest.mark.parametrize("method", INTERVALS)
def test_every_count_of_fifty_agrees_with_r(method):
    rows = [row for row in FIFTY if method in row]
    low, high = INTERVALS[method](np.array([row["x"] for row in rows]), 50, 0.95)

    expected = np.array([row[method] for row in rows])
    assert len(rows) == (50 if method == "wilson_corrected" else 51)
    np.testing.assert_allclose(low, expected[:, 0], rtol=0, atol=TOLERANCE[method])
    np.testing.assert_allclose(high, expected[:, 1], rtol=0, atol=TOLERANCE[method])


@pytest.mark.parametrize("method", INTERVALS)
def test_other_sizes_and_levels_agree_with_r(method):
    for level in sorted({row["level"] for row in OTHERS}):
        rows = [row for row in OTHERS if row["level"] == level]
        limits = INTERVALS[method]([row["x"] for row in rows], [row["n"] for row in rows], level)
        expected = [row[method] for row in rows]
        np.testing.assert_allclose(np.transpose(limits), expected, rtol=0, atol=TOLERANCE[method])


# R 4.2.2 with exactci 1.4-5 and BlakerCI 1.0-6, six decimals; the last four are the examples of Newcombe 1998,
# Stat Med 17:857-872, Table I, whose methods 3, 4, 5 and 6 agree to the four decimals that it prints.
table = """
    method           | 36/50             | 0/20              | 15/148            | 81/263            | 1/29
    clopper_pearson  | .575095 - .837689 | 0       - .168433 | .057844 - .161650 | .252737 - .367622 | .000873 - .177644
    wilson           | .583349 - .825258 | 0       - .161125 | .062386 - .160487 | .255289 - .366210 | .006113 - .171755
    wilson_corrected | .572890 - .833306 | 0       - .200453 | .059778 - .164450 | .253509 - .368176 | .001803 - .196282
    mid_p            | .584244 - .830913 | 0       - .139108 | .060064 - .158122 | .254402 - .365773 | .001725 - .158537
    blaker           | .581374 - .836240 | 0       - .160131 | .057956 - .160115 | .253919 - .366463 | .001767 - .166035
    jeffreys         | .585787 - .829572 | .000024 - .116639 | .060449 - .157643 | .254522 - .365647 | .003746 - .150078
"""
HEAD, *LINES = ([cell.strip() for cell in line.split("|")] for line in table.strip().splitlines())


@pytest.mark.parametrize("cells", LINES, ids=lambda cells: cells[0])
def test_published_examples(cells):
    for counts, expected in zip(HEAD[1:], cells[1:], strict=True):
        x, n = map(int, counts.split("/"))
        limits = [float(one) for one in INTERVALS[cells[0]](x, n, 0.95)]
        assert limits == pytest.approx([float(one) for one in expected.split(" - ")], abs=TOLERANCE[cells[0]])


@pytest.mark.parametrize("method", [one for one in INTERVALS if one != "jeffreys"])
def test_nobody_and_everybody_have_exact_ends(method):
    low, high = INTERVALS[method](np.array([0, 50]), 50, 0.95)

    assert (low[0], high[1]) == (0.0, 1.0)
    assert 0 < high[0] < 0.1
    assert 0.9 < low[1] < 1


def test_one_participant_has_an_interval_by_every_method():
    for method, interval in INTERVALS.items():
        low, high = interval(np.array([0, 1]), 1, 0.95)
        assert (low < high).all(), method
        assert low[0] <= 1e-3 and high[1] >= 1 - 1e-3, method


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize(("x", "n"), [(1, 7), (30, 50), (49, 50)])
def test_exact_limits_leave_half_of_the_rest_in_each_tail(x, n, level):
    """The definition itself: at the lower limit x or more, at the upper x or fewer, have probability (1 - level) / 2."""
    low, high = clopper_pearson(np.array([x]), np.array([n]), level)

    tail = (1 - level) / 2
    assert exact_upper_p(x, n, Fraction(float(low[0]))) == pytest.approx(tail, rel=1e-9)
    assert 1 - exact_upper_p(x + 1, n, Fraction(float(high[0]))) == pytest.approx(tail, rel=1e-9)


def test_counts_broadcast_and_plain_numbers_give_plain_shapes():
    for method, interval in INTERVALS.items():
        whole = interval(np.array([[3], [7]]), np.array([10, 20, 30]), 0.95)
        assert [one.shape for one in whole] == [(2, 3), (2, 3)], method
        alone = interval(7, 20, 0.95)
        assert [one.shape for one in alone] == [(), ()], method
        assert [float(one) for one in alone] == [float(one[1, 1]) for one in whole], method


def test_no_trials_have_no_intervals():
    for interval in INTERVALS.values():
        assert interval(np.array([], dtype=int), 50, 0.95)[0].shape == (0,)


REFUSED = [
    (51, 50, 0.95, "responders must lie between 0 and n; found 51"),
    (-1, 50, 0.95, "responders must lie between 0 and n; found -1"),
    ([1, 2, 0], [3, 3, 0], 0.95, "n must be at least 1; leave groups without participants out; found 0 at position 2"),
    (1, 2, 1.0, "level must lie between 0 and 1"),
    (1, 2, 95, "level must lie between 0 and 1 .* not 95"),
    ([1, 2.5], 5, 0.95, "responders must be whole numbers; found 2.5 at position 1"),
    (float("nan"), 5, 0.95, "responders must be whole numbers; found nan"),
    ("3", 5, 0.95, "responders must be whole numbers, not <U1"),
]  # fmt: skip


@pytest.mark.parametrize(("x", "n", "level", "said"), REFUSED)
def test_what_is_no_count_is_refused_with_its_place(x, n, level, said):
    for interval in INTERVALS.values():
        with pytest.raises(ValueError, match=said):
            interval(x, n, level)


def test_the_correction_widens_also_at_half():
    plain, corrected = wilson(25, 50), wilson(25, 50, corrected=True)

    assert corrected[0] < plain[0] < plain[1] < corrected[1]


def test_a_study_may_name_every_interval():
    assert list(INTERVALS) == list(INTERVAL_WORDS)
