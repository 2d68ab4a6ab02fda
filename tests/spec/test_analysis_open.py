"""A data cut in the middle of the trial: what is not decided yet is counted as such, and no number is made of it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.spec.analysis_data import Told, day, make_person, make_study, study_files, tell
from tests.spec.test_analysis_run import STUDY, outcomes_of, results_of

from trialwright.analysis.results import Estimate, Results
from trialwright.analysis.run import run
from trialwright.analysis.trial import is_due, is_over, make_trial
from trialwright.datasets.frames import frames
from trialwright.ledger.casebook import Casebook, Entry, Record, RecordKey
from trialwright.study.load import load
from trialwright.values.datum import Value

SEEN = tell("01", "10", W16="0.5")
HARMED = tell("02", "10", stopped=("harm", 60))
UNDERWAY = tell("03", "10", W12="0")
MIDDLE = day(118)


def estimate_of(results: Results, identity: str) -> Estimate:
    (found,) = (one for one in results.estimates() if one.analysis_id == identity)
    return found


def test_nothing_is_estimated_while_somebody_is_not_decided() -> None:
    found = estimate_of(results_of(SEEN, HARMED, UNDERWAY, cut=MIDDLE), "primary")

    assert (found.responders, found.n, found.undecided) == (1, 2, 1)
    assert (found.estimate, found.low, found.high) == (None, None, None)


def test_a_failure_that_is_known_early_makes_no_proportion_of_zero() -> None:
    found = estimate_of(results_of(HARMED, UNDERWAY, cut=day(70)), "primary")

    assert (found.responders, found.n, found.undecided, found.estimate) == (0, 1, 1, None)


def test_no_p_value_is_given_of_what_is_not_decided() -> None:
    (primary, *_) = results_of(SEEN, UNDERWAY, cut=MIDDLE).analyses

    assert primary.counted[0].p_value is None
    assert "p_value" not in {row.statistic for row in primary.rows}


def test_once_everybody_is_decided_the_estimate_is_given() -> None:
    found = estimate_of(results_of(SEEN, HARMED, cut=MIDDLE), "primary")

    assert (found.responders, found.n, found.undecided, found.estimate) == (1, 2, 0, 0.5)


def test_who_may_still_come_into_a_population_keeps_its_estimate_open() -> None:
    """Of the responders at week 16: 01 is one and has returned, 03 has not come to week 16 yet."""
    returned = replace(SEEN, scores=(*SEEN.scores, ("W34", (239, "9"))))
    late = tell("03", "10", W12="0")
    results = results_of(returned, HARMED, late, cut=day(118))

    assert estimate_of(results, "back").undecided == 1
    outcomes = outcomes_of(results, "back")
    assert {code: (one.kind, one.why) for code, one in outcomes.items()} == {
        "01": ("event", "observed"),
        "03": ("not_due", "not_yet_in"),
    }


def test_no_by_an_endpoint_of_no_visit_counts_when_the_time_is_over() -> None:
    """Nobody has stopped by day 70, and both still can; by day 400 no window is left."""
    going, done = tell("01", "10", W12="0"), tell("02", "10", W12="0", ended=90)
    middle, after = (results_of(going, done, cut=day(number)) for number in (100, 400))

    assert estimate_of(middle, "stop").undecided == 1
    assert estimate_of(middle, "stop").estimate is None
    assert outcomes_of(middle, "stop")["01"].why == "not_due"
    assert (estimate_of(after, "stop").n, estimate_of(after, "stop").undecided) == (2, 0)


def book_with(person: Told, records: Mapping[RecordKey, Mapping[str, str]]) -> Casebook:
    """Other values in some records; "" takes a value back."""
    book, _ = make_person(STUDY, person)
    changed = dict(book.records)
    for key, texts in records.items():
        record = changed.get(key, Record(*key, {}, book.sequence, STUDY.hash))
        items = {item: entry for item, entry in record.items.items() if item not in texts}
        entered = {item: Entry(Value(text), book.sequence, False) for item, text in texts.items() if text}
        changed[key] = replace(record, items={**items, **entered})
    return replace(book, records=changed)


def in_doubt() -> Casebook:
    """Whether the dose of week 0 was given was taken back, so that day 1 is that day or the day of week 12."""
    doses = {
        ("W0", "dose", 0): {"given": ""},
        ("W12", "dose", 0): {"given": "true", "date": day(85).isoformat()},
    }
    return book_with(tell("01", "10", W12="1", W16="0.5"), doses)


def test_a_first_dose_of_one_of_several_days_begins_no_window_and_is_said() -> None:
    results = run(STUDY, frames(STUDY, [in_doubt()]), rehearsal=False, cut=day(390))

    (found,) = (one for one in results.problems if one.code == "first-dose-partial")
    assert "01" in found.text
    (found,) = (one for one in results.problems if one.code == "population-undecided")
    assert "01" in found.text and "Full set" in found.text


@pytest.mark.parametrize(("book", "is_told"), [(in_doubt(), False), (make_person(STUDY, SEEN)[0], True)])
def test_no_window_is_over_whose_beginning_is_not_known(book: Casebook, *, is_told: bool) -> None:
    trial = make_trial(STUDY, frames(STUDY, [book]), {}, day(390))

    assert is_due(trial, book.participant, STUDY.visits["W16"]) is is_told
    assert is_over(trial, book.participant) is is_told


def test_of_an_event_whose_date_is_known_in_part_the_first_day_counts_and_is_said() -> None:
    files = study_files()
    files["forms/end.yaml"] = files["forms/end.yaml"].replace(b"type: date", b"type: partialDate")
    study = load(files, {}).study
    assert study is not None
    book = book_with(HARMED, {("", "end", 0): {"date": "2026-04"}})
    results = run(study, frames(study, [replace(book, study=study)]), rehearsal=False, cut=day(400))

    (found,) = (one for one in results.problems if one.code == "event-date-partial")
    assert "02" in found.text
    assert (estimate_of(results, "primary").responders, estimate_of(results, "primary").n) == (0, 1)


def test_an_event_that_happened_is_decided_at_once() -> None:
    outcome = outcomes_of(results_of(HARMED, cut=day(70)), "stop")["02"]

    assert (outcome.kind, outcome.why) == ("event", "observed")


def test_what_is_open_is_said_once_with_a_count() -> None:
    people = [tell(f"{number:02}", "10", W12="0") for number in range(1, 31)]

    found = results_of(*people, cut=MIDDLE).problems

    assert [one.code for one in found] == ["not-yet-evaluable"]
    assert found[0].severity == "warning"
    assert found[0].text.startswith("Participants not yet decided at the data cut: 30; ")


def test_an_event_that_cannot_be_told_is_named_when_the_time_is_over() -> None:
    """At the end the form of the end should say whether somebody died; before, nobody expects it."""
    person = tell("01", "10", W16="0.5")

    late = {one.code: one.text for one in results_of(person, cut=day(400)).problems}
    early = {one.code for one in results_of(person, cut=MIDDLE).problems}

    assert "“Death”" in late["event-undecided"]
    assert "event-undecided" not in early


def test_after_the_last_window_nothing_is_open() -> None:
    found = results_of(SEEN, HARMED, UNDERWAY, cut=day(400))

    assert {one.undecided for one in found.estimates()} == {0}
    assert "not-yet-evaluable" not in {one.code for one in found.problems}


@pytest.mark.parametrize("identity", ["responses.score_90.W12", "responses.score_90.W16"])
def test_a_course_is_open_visit_by_visit(identity: str) -> None:
    found = estimate_of(results_of(SEEN, UNDERWAY, cut=MIDDLE), identity)

    assert found.undecided == (1 if identity.endswith("W16") else 0)


# ---------------------------------------------------------------- the flow


def flow_of(*people, study=STUDY):
    return {box.id: box for box in results_of(*people, study=study).flow}


def test_screened_failed_enrolled_dosed_and_analysed_are_five_numbers() -> None:
    """01 dosed, 02 enrolled without a dose, 03 eligible, 04 failed, 05 waits, 06 left before a decision."""
    people = [
        tell("01", "10", W16="0"),
        replace(tell("02", "10"), is_dosed=False, is_enrolled=True),
        tell("03", "10", dosed=False),
        tell("04", "2", dosed=False, decision="not_eligible"),
        tell("05", "10", dosed=False, decision=""),
        tell("06", "10", dosed=False, decision="", ended=-3),
    ]
    flow = flow_of(*people)

    assert {name: flow[name].count for name in FLOW} == FLOW
    everybody = {"not_eligible", "left", "undecided", "eligible"}
    assert sum(flow[name].count or 0 for name in everybody) == flow["screened"].count


FLOW = {
    "screened": 6,
    "not_eligible": 1,
    "left": 1,
    "undecided": 1,
    "eligible": 3,
    "not_enrolled": 1,
    "enrolled": 2,
    "not_dosed": 1,
    "dosed": 1,
    "set-full": 1,
}


def test_the_analysis_set_is_what_the_definition_says() -> None:
    from tests.spec.analysis_data import ANALYSIS_YAML

    narrower = ANALYSIS_YAML.replace(
        "full: {label: Full set, rule: 'any(dose, where=given)'}",
        "full: {label: Full set, rule: 'any(dose, where=given) and baseline(score.total) >= 5'}",
    )
    people = [tell("01", "10", W16="0"), tell("02", "4", W16="0")]
    flow = flow_of(*people, study=make_study(analysis=narrower))

    assert (flow["dosed"].count, flow["set-full"].count, flow["not_in_set"].count) == (2, 1, 1)
