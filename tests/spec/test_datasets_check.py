"""Rules that tables cannot answer are told before there are any data."""

import pytest
from tests.spec.small_study import changed, place, small_study
from tests.spec.study_folders import REFERENCE, SECOND, study_of

from trialwright.datasets.check import check_engines

MEAN = "known(mean(itch.total))"
HUGE = " * ".join(["itch.total"] * 40) + " > 2"


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "code", "severity"),
    [
        ("analysis.yaml", "'any(dose, where=given)'", f"'{MEAN}'", MEAN, "rule-not-in-columns", "error"),
        ("analysis.yaml", "variable: better\n", f"variable: {HUGE}\n", HUGE, "rule-too-large-for-columns", "error"),
        ("analysis.yaml", "rule: end.early", f"rule: {MEAN}", MEAN, "rule-not-in-columns", "error"),
        ("datasets.yaml", "rule: age}", f"rule: {MEAN}}}", MEAN, "rule-not-in-columns", "error"),
        ("study.yaml", "known(end.date)", MEAN, MEAN, "rule-not-in-columns", "error"),
        ("forms/demography.yaml", "'sex == \"female\"'", f"'{MEAN}'", MEAN, "rule-not-in-columns", "error"),
        ("terms.yaml", "'body.weight > \"100 kg\"'", f"'{MEAN}'", MEAN, "rule-not-in-columns", "warning"),
    ],
)  # fmt: skip
@pytest.mark.unmeasured
def test_a_rule_is_told_with_its_place(
    file: str, old: str, new: str, at: str, code: str, severity: str
) -> None:
    text = changed(file, old, new)
    found = [(one.code, one.where, one.severity) for one in check_engines(small_study({file: text}))]
    assert found == [(code, place(file, text, at), severity)]


def test_a_term_that_an_analysis_lists_is_an_error() -> None:
    text = changed("terms.yaml", "rule: demography.age", f"rule: 1 if {MEAN} else 2")
    (found,) = check_engines(small_study({"terms.yaml": text}))
    assert (found.code, found.severity) == ("rule-not-in-columns", "error")


@pytest.mark.parametrize("folder", [REFERENCE, SECOND])
@pytest.mark.unmeasured
def test_the_studies_ask_nothing_that_tables_cannot_answer(folder: str) -> None:
    assert check_engines(study_of(folder)) == ()
