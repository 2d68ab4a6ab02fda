"""Descriptive statistics against R (descriptive.R), and how the numbers of a table are rounded and written."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

from trialwright.analysis import describe, quantile
from trialwright.analysis.methods.rounding import (
    count_percent_text,
    description_texts,
    percent_text,
    rounded_text,
)
from trialwright.analysis.render import render_interval, render_percent, render_value
from trialwright.analysis.results import Estimate

pytestmark = pytest.mark.measured

STORED = json.loads((Path(__file__).parent / "descriptive.json").read_text())
SAMPLES = STORED["samples"]
REFERENCES = [
    Reference(
        "n, mean, standard deviation, median, quartiles, extremes",
        "describe",
        "Hyndman & Fan 1996, Am Stat 50:361-365, definition 2, for the quartiles",
        "R 4.2.2, mean, sd, quantile(type = 2) (descriptive.json)",
        1e-6,
    ),
    Reference(
        "Quantile, SAS PCTLDEF=5",
        "quantile",
        "Hyndman & Fan 1996, Am Stat 50:361-365, definition 2",
        "R 4.2.2, quantile(type = 2) at eleven shares (descriptive.json)",
        1e-6,
    ),
]
DESCRIPTION, QUANTILE = REFERENCES
NAMES = ("mean", "sd", "minimum", "q1", "median", "q3", "maximum")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"n={len(sample['values'])}")
def test_statistics_agree_with_r(sample):
    found = describe(sample["values"])

    at = dict(zip(STORED["shares"], sample["quantiles"], strict=True))
    sd = np.nan if sample["sd"] is None else sample["sd"]
    expected = (sample["mean"], sd, sample["min"], at[0.25], at[0.5], at[0.75], sample["max"])
    assert int(found.n) == len(sample["values"])
    told = [float(getattr(found, name)) for name in NAMES]
    assert told == pytest.approx(expected, abs=DESCRIPTION.tolerance, nan_ok=True)


@pytest.mark.parametrize("share", STORED["shares"])
def test_quantiles_agree_with_r(share):
    place = STORED["shares"].index(share)
    for sample in SAMPLES:
        expected = sample["quantiles"][place]
        assert float(quantile(sample["values"], share)) == pytest.approx(expected, abs=QUANTILE.tolerance)


def test_missing_values_count_nowhere_and_trials_do_not_mix():
    values = np.full((len(SAMPLES), 120), np.nan)
    for row, sample in zip(values, SAMPLES, strict=True):
        row[3 : 3 + len(sample["values"])] = sample["values"]

    whole = describe(values)
    assert whole.n.tolist() == [len(sample["values"]) for sample in SAMPLES]
    for index, sample in enumerate(SAMPLES):
        alone = describe(sample["values"])
        for name in NAMES:
            assert float(getattr(whole, name)[index]) == pytest.approx(
                float(getattr(alone, name)), rel=1e-12, abs=1e-9, nan_ok=True
            )


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_of_nobody_there_is_only_an_n(values):
    found = describe(values)

    assert int(found.n) == 0
    assert all(np.isnan(getattr(found, name)) for name in NAMES)
    assert dict(description_texts(found, 1)) == {"n": "0", **dict.fromkeys(NAMES, "–")}


REFUSED = [
    (lambda: describe(3.0), "values must be an array with one value a participant"),
    (lambda: describe([1, np.inf]), "values must be finite; a value that is missing is NaN"),
    (lambda: quantile([1, 2], 25), "share must lie between 0 and 1 .* not 25"),
    (lambda: percent_text(3, 2), "count must lie between 0 and n = 2, not 3"),
    (lambda: description_texts(describe([[1, 2]]), 0), r"one group, not of an array of shape \(1,\)"),
]


@pytest.mark.parametrize(("call", "said"), REFUSED)
def test_what_cannot_be_described_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


# ---------------------------------------------------------------- as written in a table


ROUNDED = [
    (0.5, 0, "1"),
    (1.5, 0, "2"),
    (2.5, 0, "3"),
    (-2.5, 0, "-3"),
    (2.675, 2, "2.68"),  # stored as 2.67499999999999982
    (1.005, 2, "1.01"),
    (0.1 + 0.7 - 0.55, 1, "0.3"),  # 0.24999999999999989, which is meant to be 0.25
    (-0.04, 1, "0.0"),
    (7, 2, "7.00"),
    (Fraction(1, 8), 2, "0.13"),
    (Fraction(2, 3), 3, "0.667"),
    (1234567.85, 1, "1234567.9"),
    (1e-7, 2, "0.00"),
    (float("nan"), 1, "–"),
]


@pytest.mark.parametrize(("value", "decimals", "text"), ROUNDED)
def test_halves_go_away_from_zero(value, decimals, text):
    assert rounded_text(value, decimals) == text


def test_mean_and_median_have_one_decimal_more_than_the_data_and_the_deviation_two():
    texts = description_texts(describe([10.0, 10.5, 12.0, 12.5, 12.5]), 1)

    assert dict(texts) == {
        "n": "5",
        "mean": "11.50",
        "sd": "1.173",
        "minimum": "10.0",
        "q1": "10.50",
        "median": "12.00",
        "q3": "12.50",
        "maximum": "12.5",
    }


PERCENT = [
    (0, 50, "0"),
    (50, 50, "100"),
    (1, 8, "12.5"),
    (1, 16, "6.3"),  # 6.25, a half
    (1, 2000, "0.1"),  # 0.05, a half
    (1, 2001, "<0.1"),
    (1999, 2000, ">99.9"),  # 99.95 would be written as all
    (1998, 2000, "99.9"),
    (0, 0, "–"),
]


@pytest.mark.parametrize(("count", "n", "text"), PERCENT)
def test_percent_is_0_or_100_only_of_nobody_or_everybody(count, n, text):
    assert percent_text(count, n) == text


def test_the_report_rounds_the_same_way():
    estimate = Estimate("a", "A", 1, 16, 1 / 16, 0.01125, 0.28850, 0.95, "wilson")

    assert render_percent(estimate.estimate) == "6.3 %"
    assert render_interval(estimate) == "1.1 – 28.9 %"
    assert [render_value(one, 1) for one in (Fraction(1, 4), 2.25, 7, None)] == ["0.3", "2.3", "7", "–"]


def test_of_nobody_the_count_stands_alone():
    assert [count_percent_text(one, 50) for one in (0, 12, 50)] == ["0", "12 (24.0 %)", "50 (100 %)"]
