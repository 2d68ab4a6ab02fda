"""What one participant contributes: variable, intercurrent events, missing - as tables."""

from datetime import date

import pytest

from trialwright.analysis.outcomes import Facts, Happened, Reading, decide_outcome

W16 = date(2026, 6, 22)
BEFORE, AFTER = date(2026, 6, 1), date(2026, 6, 23)


def decided(answer, *happened, handling="non-response", is_due=True):
    facts = Facts("p", "", (Reading("W16", W16, answer),), "W16", W16, happened, is_due)
    outcome = decide_outcome(facts, handling, counts_first=False)
    return outcome.kind, outcome.why


@pytest.mark.parametrize(
    ("answer", "handling", "expected"),
    [
        (True, "non-response", ("event", "observed")),
        (False, "non-response", ("no_event", "observed")),
        (None, "non-response", ("no_event", "missing")),
        (None, "no event", ("no_event", "missing")),
        (None, "event", ("event", "missing")),
        (None, "left out", ("left_out", "missing")),
    ],
)
def test_missing_counts_as_the_estimand_says(answer, handling, expected):
    assert decided(answer, handling=handling) == expected


@pytest.mark.parametrize(
    ("strategy", "on", "answer", "expected"),
    [
        ("composite", BEFORE, True, ("no_event", "intercurrent")),
        ("composite", BEFORE, None, ("no_event", "intercurrent")),
        ("composite", W16, True, ("no_event", "intercurrent")),
        ("composite", AFTER, True, ("event", "observed")),
        ("composite", AFTER, None, ("no_event", "missing")),
        ("composite", None, True, ("no_event", "intercurrent")),  # without a date it counts
        ("treatment policy", BEFORE, True, ("event", "observed")),
        ("while on study", BEFORE, True, ("event", "observed")),
        ("while on study", BEFORE, None, ("no_event", "while_on_study")),
    ],
)
def test_intercurrent_events_by_strategy_and_date(strategy, on, answer, expected):
    assert decided(answer, Happened("stopped", strategy, on)) == expected


@pytest.mark.parametrize(("answer", "expected"), [(True, "event"), (None, "not_due")])
def test_a_window_that_has_not_ended_is_not_missing(answer, expected):
    assert decided(answer, is_due=False)[0] == expected


def relapse(*answers, happened=(), handling="event"):
    visits = (("W34", date(2026, 10, 26)), ("UNS#1", date(2027, 1, 4)), ("W52", date(2027, 3, 1)))
    readings = tuple(Reading(key, on, answer) for (key, on), answer in zip(visits, answers, strict=True))
    facts = Facts("p", "", readings, "W52", date(2027, 3, 1), happened)
    outcome = decide_outcome(facts, handling, counts_first=True)
    return outcome.kind, outcome.why, outcome.visit


@pytest.mark.parametrize(
    ("answers", "handling", "expected"),
    [
        ((True, None, None), "event", ("event", "observed", "W34")),
        ((False, True, False), "event", ("event", "observed", "UNS#1")),  # once is enough
        ((False, None, True), "event", ("event", "observed", "W52")),
        ((False, None, False), "event", ("no_event", "never_observed", "W52")),
        ((None, None, False), "event", ("no_event", "never_observed", "W52")),
        ((False, None, None), "event", ("event", "missing", "W52")),  # lost counts as relapsed
        ((False, None, None), "no event", ("no_event", "missing", "W52")),
        ((False, None, None), "left out", ("left_out", "missing", "W52")),
    ],
)
def test_first_event_over_several_visits(answers, handling, expected):
    assert relapse(*answers, handling=handling) == expected


def test_a_composite_event_is_an_event_where_events_are_counted():
    treated = Happened("treated", "composite", date(2026, 12, 1))

    assert relapse(False, None, False, happened=(treated,)) == ("event", "intercurrent", "")
    assert relapse(True, None, None, happened=(treated,)) == ("event", "observed", "W34")
