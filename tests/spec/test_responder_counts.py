"""Counts of responders that differ have names and are reconciled; estimates that coincide say why."""

import pytest
from tests.spec.analysis_data import ANALYSIS_YAML, make_study, tell
from tests.spec.test_displays import told_of

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Figure, Table

SENSITIVITY = """
  primary_again: {label: Score 90 against 0.7, estimand: primary, method: one_proportion, interval: {method: clopper_pearson, level: 0.95}, options: {against: 0.7}, sensitivity_of: primary}
  primary_high: {label: Score 90 from a high score, population: high, estimand: primary, like: clear, sensitivity_of: primary}
  primary_missing: {label: Score 90 by the missing, estimand: primary, like: clear, missing_as: [non-response, left out], sensitivity_of: primary}
"""
HIGH = "  high: {label: High score, rule: baseline(score.total) > 1, within: full}\n"


def plan() -> str:
    whole = ANALYSIS_YAML.replace("endpoints:\n  score_90_w16:", f"{HIGH}endpoints:\n  score_90_w16:", 1)
    return whole.replace("  clear: {label", f"{SENSITIVITY}  clear: {{label", 1)


def noted(kind: type, title: str, *people, language: str = "en") -> tuple[str, ...]:
    told = told_of(*people, study=make_study(analysis=plan()), language=language)
    found = [one for one in make_document(told).displays() if isinstance(one, kind) and one.title == title]
    assert len(found) == 1
    return found[0].notes


SEEN = (
    tell("01", "10", W16="0"),
    tell("02", "10", W16="0", stopped=("harm", 90)),
    tell("03", "10", W16="9"),
)


def test_responders_observed_and_counted_are_reconciled_in_numbers():
    notes = noted(Table, "Score 90 response", *SEEN)

    assert (
        "Counts of responders: 2 in whom the response was observed at Week 16, whatever intercurrent events (participant flow); "
        "less 1: Stopped for harm or lack of effect (composite); 1 counted as responders by the estimand."
    ) in notes
    assert (
        "“Week-16 responders” (n = 2) is made of those observed: counted as responders here 1, not counted 1; "
        "observed and not in it 0."
    ) in notes


def test_each_count_of_responders_stands_in_the_synopsis_too():
    assert any(one.startswith("Counts of responders: 2 ") for one in noted(Table, "Headline results", *SEEN))


def test_the_box_of_the_flow_says_which_responders_it_counts():
    told = told_of(*SEEN, study=make_study(analysis=plan()))
    (table,) = (
        one
        for one in make_document(told).displays()
        if isinstance(one, Table) and one.title == "Participant flow"
    )

    assert "Score 90 response observed at Week 16, whatever intercurrent events" in {
        row[0] for row in table.rows
    }


def test_where_all_counts_are_of_the_same_people_there_is_nothing_to_reconcile():
    notes = noted(Table, "Score 90 response", tell("01", "10", W16="0"), tell("02", "10", W16="9"))

    assert not [one for one in notes if one.startswith(("Counts of responders", "“Week-16"))]


def test_missing_counted_as_the_response_are_reconciled():
    study = make_study(analysis=plan().replace("missing: non-response", "missing: event"))
    told = told_of(tell("01", "10", W16="0"), tell("02", "10"), study=study)
    (table,) = (one for one in make_document(told).displays() if one.title == "Score 90 response")

    assert any(
        "; and 1 not observed: Missing counted as event; 2 counted as responders by the estimand." in one
        for one in table.notes
    )


COINCIDING = [
    (
        "nobody missing",
        SEEN,
        ("only the reference", "same participants", "nobody is missing", "nobody’s outcome"),
    ),
    (
        "somebody missing",
        (*SEEN, tell("04", "10")),
        ("only the reference", "same participants", "count in the same way", "nobody’s outcome"),
    ),
]


@pytest.mark.parametrize(("title", "people", "reasons"), COINCIDING)
def test_estimates_that_coincide_say_why(title, people, reasons):
    notes = noted(Figure, "Score 90 response: all estimates", *people)

    (said,) = (one for one in notes if one.startswith("The same as “Score 90 at week 16”: "))
    assert all(reason in said for reason in reasons), title


def test_the_same_count_of_other_people_is_by_chance():
    """Of the first the response is lost in the stricter sense, of the second it is there at week 12 alone."""
    people = (tell("01", "10", W12="9", W16="0"), tell("02", "10", W12="0", W16="9"))

    (said,) = (
        one
        for one in noted(Figure, "Score 90 response: all estimates", *people)
        if one.startswith("The same as “Score 90 at week 16”: ")
    )
    assert "by chance: 2 participants count otherwise" in said


def test_the_notes_are_translated():
    notes = noted(Table, "Score 90 response", *SEEN, language="zh-Hans")

    assert any(one.startswith("应答者人数的对照：2名于Week 16观察到应答") for one in notes)
