"""Analyses on a small trial: who responds, who is missing, what an intercurrent event does, what a window takes."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from tests.spec.analysis_data import ANALYSIS_YAML, TWO_ARMS, day, make_person, make_study, tell

from trialwright.analysis.methods.intervals import INTERVALS
from trialwright.analysis.results import Outcome, Results
from trialwright.analysis.run import run
from trialwright.datasets.frames import frames

pytestmark = pytest.mark.unmeasured

STUDY = make_study()


def results_of(*people, study=STUDY, cut: date | None = None, is_traced: bool = True) -> Results:
    books = {book.participant: book for book, _ in (make_person(study, person) for person in people)}
    return run(
        study, frames(study, books.values()), rehearsal=True, books=books if is_traced else None, cut=cut
    )


def outcomes_of(results: Results, identity: str) -> dict[str, Outcome]:
    """Outcomes of an estimate by the participant's code."""
    (counted,) = (one for analysis in results.analyses for one in analysis.counted if one.id == identity)
    return {results.codes[one.participant]: one for one in counted.outcomes}


def outcome_of(person, identity: str = "primary", cut: date | None = None) -> Outcome | None:
    """The outcome of one participant for an estimate, None where the participant is not in its population."""
    return outcomes_of(results_of(person, cut=cut), identity).get(person.code)


@cache
def run_together(*people) -> Results:
    """A whole table of participants at once; nobody's outcome depends on another."""
    return results_of(*people)


def numbered(lines, make):
    """Each line of a table as a participant of its own, coded by its place."""
    return tuple(make(f"{number:03}", *line) for number, line in enumerate(lines))


def cases(lines):
    """Parameters: the participant's code, then the line."""
    return [pytest.param(f"{number:03}", *line, id=str(line[0])) for number, line in enumerate(lines)]


RESPONDERS = [
    # baseline, W16, kind and why
    ("exactly 90 % is a response", "10.0", "1.0", "event", "observed"),
    ("a tenth less is none", "10.0", "1.1", "no_event", "observed"),
    ("a tenth of 0.7 cannot be scored, so 0.1 is no response", "0.7", "0.1", "no_event", "observed"),
    ("clear", "7.3", "0", "event", "observed"),
    ("worse", "3.0", "7.0", "no_event", "observed"),
    ("baseline 0: nothing can fall", "0", "0", "no_event", "missing"),
]


RESPONDING = numbered(RESPONDERS, lambda code, _, baseline, week_16, *__: tell(code, baseline, W16=week_16))


@pytest.mark.parametrize(("code", "title", "baseline", "week_16", "kind", "why"), cases(RESPONDERS))
def test_responders(code, title, baseline, week_16, kind, why):
    outcome = outcomes_of(run_together(*RESPONDING), "primary")[code]

    assert (outcome.kind, outcome.why) == (kind, why), title


def test_the_boundary_is_exact_for_every_baseline():
    """10 * v <= b, in whole tenths, is what 90 % means."""
    pairs = [(tenths, tenths // 10 + more) for tenths in range(1, 721, 29) for more in (0, 1)]
    people = numbered(
        pairs, lambda code, baseline, value: tell(code, f"{baseline / 10:.1f}", W16=f"{value / 10:.1f}")
    )

    outcomes = outcomes_of(results_of(*people, is_traced=False), "primary")

    expected = ["event" if 10 * value <= baseline else "no_event" for baseline, value in pairs]
    assert [one.kind for one in outcomes.values()] == expected


WINDOWS = [
    ("first day", {"W16": (100, "0")}, ("event", "W16")),
    ("last day", {"W16": (126, "0")}, ("event", "W16")),
    ("a day too late", {"W16": (127, "0")}, ("no_event", "W16")),
    ("day 99 belongs to week 12", {"W16": (99, "0")}, ("no_event", "W16")),
    ("an unscheduled visit fills the window", {"UNS_1": (120, "0.5")}, ("event", "W16")),
    ("the closer wins", {"W16": (120, "9"), "UNS_1": (112, "0")}, ("event", "W16")),
    ("equally close: the earlier", {"W16": (115, "0"), "UNS_1": (111, "9")}, ("no_event", "W16")),
]


WINDOWED = numbered(WINDOWS, lambda code, _, scores, __: tell(code, "10", **scores))


@pytest.mark.parametrize(("code", "title", "scores", "expected"), cases(WINDOWS))
def test_analysis_windows(code, title, scores, expected):
    outcome = outcomes_of(run_together(*WINDOWED), "primary")[code]

    assert (outcome.kind, outcome.visit) == expected, title


EVENTS = [
    ("composite before the visit", ("harm", 90), "0", "no_event", "intercurrent"),
    ("composite on its day", ("harm", 113), "0", "no_event", "intercurrent"),
    ("composite after it", ("harm", 114), "0", "event", "observed"),
    ("composite without the visit", ("no_effect", 60), None, "no_event", "intercurrent"),
    ("treatment policy", ("moved", 60), "0", "event", "observed"),
    ("treatment policy without the visit", ("moved", 60), None, "no_event", "missing"),
]


STOPPING = numbered(
    EVENTS,
    lambda code, _, stopped, week_16, *__: tell(
        code, "10", stopped=stopped, **({} if week_16 is None else {"W16": week_16})
    ),
)


@pytest.mark.parametrize(("code", "title", "stopped", "week_16", "kind", "why"), cases(EVENTS))
def test_intercurrent_events(code, title, stopped, week_16, kind, why):
    outcome = outcomes_of(run_together(*STOPPING), "primary")[code]

    assert (outcome.kind, outcome.why) == (kind, why), title
    if why == "intercurrent":
        assert outcome.detail == "harm"
        assert {one.item for one in outcome.used} >= {"stopped", "reason"}


RETURNS = [
    # W16 is 1 of 10, so the gain is 9 and half of it is lost at 5.5
    ("half lost at week 34", {"W34": "5.5", "W52": "1"}, ("event", "W34"), ("event", "event")),
    ("just less", {"W34": "5.4", "W52": "5.4"}, ("no_event", "W52"), ("no_event", "no_event")),
    ("at an unscheduled visit", {"UNS_1": (150, "8"), "W52": "1"}, ("event", "UNS#1"), ("event", "event")),
    (
        "before week 16 does not count",
        {"UNS_1": (90, "8"), "W52": "1"},
        ("no_event", "W52"),
        ("no_event", "no_event"),
    ),
    ("seen once, then lost", {"W34": "1"}, ("event", "W52"), ("no_event", "left_out")),
    (
        "a late week 34 still tells",
        {"W34": (310, "8"), "W52": "1"},
        ("event", "W34#seen"),
        ("event", "event"),
    ),
]


RETURNING = numbered(RETURNS, lambda code, _, scores, *__: tell(code, "10", W16="1", **scores))


@pytest.mark.parametrize(("code", "title", "scores", "headline", "others"), cases(RETURNS))
def test_first_event_and_its_ways_to_count_the_missing(code, title, scores, headline, others):
    results = run_together(*RETURNING)

    first = outcomes_of(results, "back")[code]
    kinds = tuple(outcomes_of(results, name)[code].kind for name in ("back.no_event", "back.left_out"))
    assert (first.kind, first.visit) == headline, title
    assert kinds == others


def test_only_observed_responders_are_followed():
    assert outcome_of(tell("01", "10", W16="2"), "back") is None
    assert outcome_of(tell("01", "10"), "back") is None


def test_death_ends_observation_where_the_estimand_says_while_on_study():
    outcome = outcome_of(tell("01", "10", W16="1", W34="2", stopped=("death", 300)), "back")

    assert (outcome.kind, outcome.why, outcome.detail) == ("no_event", "while_on_study", "died")


def test_who_was_not_dosed_is_in_no_population():
    assert outcome_of(tell("01", "10", dosed=False)) is None


def test_an_endpoint_without_a_visit_is_asked_of_the_participant():
    assert outcome_of(tell("01", "10", stopped=("moved", 50)), "stop").kind == "event"
    assert outcome_of(tell("01", "10", ended=300), "stop").kind == "no_event"
    assert outcome_of(tell("01", "10"), "stop").why == "missing"


DUE = [
    ("window open at the cut", {}, (), 120, "not_due"),
    ("window ended", {}, (), 126, "no_event"),
    ("seen already", {"W16": "0"}, (), 113, "event"),
    ("recorded as missed", {}, ("W16",), 120, "no_event"),
]


@pytest.mark.parametrize(("title", "scores", "missed", "cut", "kind"), DUE)
def test_what_is_not_due_is_not_missing(title, scores, missed, cut, kind):
    outcome = outcome_of(tell("01", "10", missed=missed, **scores), cut=day(cut))

    assert outcome.kind == kind, title


def test_who_left_the_study_is_due_at_once():
    assert outcome_of(tell("01", "10", ended=100), cut=day(105)).kind == "no_event"


def test_not_due_and_left_out_do_not_count_in_n():
    results = results_of(tell("01", "10", W16="0"), tell("02", "10"), cut=day(115))

    assert (results.estimates()[0].responders, results.estimates()[0].n) == (1, 1)


# ---------------------------------------------------------------- what is used


def test_each_outcome_names_the_values_it_rests_on():
    used = outcome_of(tell("01", "10.0", W12="4.0", UNS_1=(120, "0.5"))).used

    scores = {(one.visit, one.text) for one in used if one.form == "score"}
    assert scores == {("UNS#1", "0.5"), ("W0", "10.0")}
    assert all(one.sequence > 0 for one in used)


def test_a_missing_outcome_says_what_it_needs():
    missed = outcome_of(tell("01", "10.0", missed=("W16",)))
    zero = outcome_of(tell("01", "0", W16="0"))

    assert [(one.form, one.item, one.visit, one.reason) for one in missed.needs] == [
        ("score", "total", "W16", "not_done")
    ]
    assert [one.reason for one in zero.needs] == ["division_by_zero"]


# ---------------------------------------------------------------- estimates


PEOPLE = (
    tell("01", "10.0", W12="3.0", W16="1.0", W34="6.0", W52="8.0", ended=370),
    tell("02", "10.0", W12="3.0", W16="0", W34="0", W52="0", ended=365),
    tell("03", "10.0", W12="3.0", W16="1.1", ended=200),
    tell("04", "0", W12="0", W16="0", ended=200),
    tell("05", "10", W12="0", missed=("W16",), ended=200),
    tell("06", "10", W12="1", W16="0", stopped=("harm", 90)),
    tell("07", "10", W12="0.5", W16="0.5", W34="0.5", missed=("W52",), called=("W34",), ended=380),
    tell("08", "2", dosed=False, decision="not_eligible"),
    tell("09", "9", dosed=False),
    tell("10", "9", dosed=False, decision=""),
)


def test_estimates_of_every_analysis():
    found = {one.analysis_id: (one.responders, one.n) for one in results_of(*PEOPLE).estimates()}

    assert found == {
        "primary": (3, 7),
        "primary.beside_1": (2, 7),  # more than 90 %: 01 is no response
        "primary.beside_2": (3, 7),  # week 12: 05, 06 and 07; 06 stopped after week 12
        "clear": (1, 7),
        "back": (3, 4),
        "back.no_event": (1, 4),
        "back.left_out": (1, 2),
        "stop": (1, 7),
        "responses.score_90.W12": (3, 7),
        "responses.score_90.W16": (3, 7),
        "responses.score_100.W12": (1, 7),
        "responses.score_100.W16": (1, 7),
    }


def test_labels_say_how_each_estimate_counts():
    labels = {one.analysis_id: one.label for one in results_of(*PEOPLE).estimates()}

    assert labels["primary"] == "Score 90 at week 16"
    assert labels["primary.beside_2"] == "Score 90 at week 16 – at Week 12 instead: the page's text"
    assert labels["back"] == "Return to week 52 – Missing counted as event"
    assert labels["responses.score_90.W12"] == "Score 90 – Week 12"


def test_interval_method_and_level_are_those_of_the_plan():
    estimates = {one.analysis_id: one for one in results_of(*PEOPLE).estimates()}

    assert (estimates["primary"].method, estimates["primary"].level) == ("clopper_pearson", 0.95)
    assert (estimates["clear"].method, estimates["clear"].level) == ("wilson", 0.9)
    assert estimates["primary"].low < 3 / 7 == estimates["primary"].estimate < estimates["primary"].high


@pytest.mark.parametrize("method", INTERVALS)
def test_a_plan_may_name_every_interval(method):
    analysis = replace(STUDY.analyses["primary"], interval_method=method)
    results = results_of(*PEOPLE, study=replace(STUDY, analyses={"primary": analysis}))

    headline = results.estimates()[0]
    low, high = INTERVALS[method](3, 7, 0.95)
    assert not [one for one in results.problems if one.severity == "error"]
    assert (headline.method, headline.low, headline.high) == (method, float(low), float(high))


def test_the_reference_value_gives_an_exact_p_value_of_the_headline_alone():
    counted = {one.id: one.p_value for one in results_of(*PEOPLE).analyses[0].counted}

    assert counted["primary"] == pytest.approx(99 / 128)  # 3 or more of 7 at one half
    assert counted["primary.beside_1"] is None


def test_without_participants_there_is_no_estimate():
    (primary, *_) = results_of(tell("01", "2", dosed=False)).estimates()

    assert (primary.n, primary.estimate, primary.low, primary.high) == (0, None, None, None)


def test_courses_give_medians_and_quartiles_of_what_was_observed():
    (course,) = (one for one in results_of(*PEOPLE).analyses if one.id == "course")

    rows = {(row.parameter, row.visit, row.statistic): row.value for row in course.rows}
    assert rows["score.total", "baseline", "n"] == 7
    assert [rows["score.total", "W12", one] for one in ("n", "median", "min", "max")] == [7, 1.0, 0.0, 3.0]
    # Definition 2 by hand: a quarter of 7 is 1.75, so the second, and the sixth, of 0 0 0.5 1 3 3 3.
    assert [rows["score.total", "W12", one] for one in ("q1", "q3")] == [0.0, 3.0]
    assert rows["twice", "W12", "median"] == 2.0
    assert ("twice", "baseline", "n") not in rows


def test_points_know_their_day_and_their_value():
    (course,) = (
        one for one in results_of(tell("01", "10", UNS_1=(120, "0.5"))).analyses if one.id == "course"
    )

    points = {(one.parameter, one.visit): one for one in course.points}
    assert points["score.total", "W16"].day == 120
    assert [one.text for one in points["score.total", "W16"].used] == ["0.5"]
    assert points["score.total", "baseline"].value == 10


def test_flow_counts_everybody_once():
    flow = {box.id: box for box in results_of(*PEOPLE).flow}

    counts = {name: box.count for name, box in flow.items()}
    assert counts == {
        "approached": None,
        "screened": 10,
        "not_eligible": 1,
        "undecided": 1,
        "eligible": 8,
        "not_enrolled": 1,
        "enrolled": 7,
        "dosed": 7,
        "set-full": 7,
        "stopped": 1,
        "seen-W16": 6,
        "missing-W16": 1,
        "responders": 4,
        "seen-W34": 2,
        "missing-W34": 2,
        "seen-W52": 2,
        "missing-W52": 2,
    }
    assert [(line.label, line.count) for line in flow["not_eligible"].lines] == [("Score of at least 3", 1)]
    assert [(line.label, line.count) for line in flow["stopped"].lines] == [("Adverse event", 1)]
    assert {line.id: line.count for line in flow["missing-W34"].lines} == {"telephone-W34": 1, "lost-W34": 1}


def test_flow_says_what_is_not_due():
    flow = {box.id: box for box in results_of(tell("01", "10", W16="0"), cut=day(120)).flow}

    assert {line.id: line.count for line in flow["missing-W34"].lines} == {"not_due-W34": 1}


def test_flow_without_a_plan_takes_the_primary_visit_and_those_after():
    plan = ANALYSIS_YAML[: ANALYSIS_YAML.index("  flow:")]
    flow = results_of(tell("01", "10", W16="0"), study=make_study(analysis=plan)).flow

    assert [box.id for box in flow if box.id.startswith("seen")] == ["seen-W16", "seen-W34", "seen-W52"]
    assert "stopped" not in {box.id for box in flow}


def test_a_visit_planned_until_its_condition_fails_is_missed_by_those_of_whom_it_cannot_be_told():
    visits = {**STUDY.visits, "W34": replace(STUDY.visits["W34"], if_unknown="plan")}
    results = results_of(*PEOPLE, study=replace(STUDY, visits=visits))

    flow = {box.id: box.count for box in results.flow}
    assert (flow["seen-W34"], flow["missing-W34"]) == (2, 4)  # of 7 dosed: 4 responders, 2 not known
    shown = {
        one.analysis_id for one in results.estimates() if one.analysis_id.startswith("responses.score_90")
    }
    assert {"responses.score_90.W16", "responses.score_90.W34"} <= shown
    assert "responses.score_90.W52" not in shown


def test_arms_are_estimated_apart():
    study = make_study(arms=TWO_ARMS, model="Parallel")
    people = [
        tell("01", "10", arm="A", W16="0"),
        tell("02", "10", arm="B", W16="5"),
        tell("03", "10", arm="B", W16="1"),
    ]

    results = results_of(*people, study=study)

    found = {one.analysis_id: (one.label, one.responders, one.n) for one in results.estimates()}
    assert found["primary.A"] == ("Score 90 at week 16 – Arm A", 1, 1)
    assert found["primary.B"] == ("Score 90 at week 16 – Arm B", 1, 2)
    flow = {box.id: box for box in results.flow}
    assert [(line.label, line.count) for line in flow["dosed"].lines] == [("Arm A", 1), ("Arm B", 2)]


def test_order_of_participants_changes_nothing():
    assert results_of(*PEOPLE) == results_of(*reversed(PEOPLE))


def test_without_casebooks_the_numbers_are_the_same():
    traced, bare = results_of(*PEOPLE), results_of(*PEOPLE, is_traced=False)

    assert traced.estimates() == bare.estimates()
    assert all(not one.used for one in bare.analyses[0].counted[0].outcomes)


# ---------------------------------------------------------------- what cannot be run


def run_with(**changes):
    analysis = replace(STUDY.analyses["primary"], **changes)
    study = replace(STUDY, analyses={"primary": analysis})
    return results_of(tell("01", "10", W16="0"), study=study)


PROBLEMS = [
    ({"method": "survival"}, "unknown-method", "survival"),
    ({"interval_method": "wald"}, "unknown-interval", "wald"),
    ({"missing_as": ("guessed",)}, "unknown-handling", "guessed"),
    ({"estimand": None}, "analysis-without-endpoint", "one_proportion"),
    ({"method": "by_visit", "estimand": None}, "analysis-without-items", "by_visit"),
    (
        {"method": "by_visit", "estimand": None, "items": ("score.total",)},
        "analysis-without-population",
        "by_visit",
    ),
    ({"method": "flow", "options": {"visits": "W16 W99"}}, "unknown-visit-in-flow", "W99"),
    ({"options": {"agianst": "0.5"}}, "unknown-option", "agianst"),
    ({"method": "by_visit"}, "unknown-option", "takes no option “against”; it takes –"),
    ({"options": {"against": "half"}}, "option-no-proportion", "half"),
    ({"options": {"against": "1"}}, "option-no-proportion", "1"),
]


@pytest.mark.parametrize(("changes", "code", "word"), PROBLEMS)
def test_what_cannot_be_run_is_said(changes, code, word):
    results = run_with(**changes)

    (found,) = (one for one in results.problems if one.code == code)
    assert found.severity == "error"
    assert word in found.text
    assert results.estimates() == ()


def test_a_strategy_that_is_not_built_is_said():
    estimands = {
        **STUDY.estimands,
        "primary": replace(STUDY.estimands["primary"], intercurrent={"harm": "hypothetical"}),
    }
    study = replace(STUDY, estimands=estimands)

    results = results_of(tell("01", "10", W16="0"), study=study)

    assert {one.code for one in results.problems} == {"strategy-not-built", "event-undecided"}
    assert "primary" not in {one.analysis_id for one in results.estimates()}


def test_a_faulty_rule_of_the_flow_is_said():
    results = run_with(method="flow", estimand=None, options={"stopped": "and or"})

    assert [one.severity for one in results.problems] == ["error"]


def test_events_that_cannot_be_told_are_a_warning():
    (found,) = {one for one in results_of(tell("01", "10", W16="0")).problems if "Death" in one.text}

    assert (found.code, found.severity) == ("event-undecided", "warning")
    assert "01" in found.text


def test_long_lists_of_codes_are_cut():
    people = [tell(f"{number:02}", "10", W16="0") for number in range(1, 13)]

    (found,) = {one for one in results_of(*people).problems if "Death" in one.text}

    assert found.text.endswith("10, …).")


def test_values_at_visits_without_a_date_are_said():
    book, _ = make_person(STUDY, tell("01", "10", W16="0"))
    records = {key: record for key, record in book.records.items() if key != ("W16", "visit", 0)}
    bare = replace(book, records=records)

    results = run(STUDY, frames(STUDY, [bare]), rehearsal=True, books={book.participant: bare})

    assert "values-without-date" in {one.code for one in results.problems}
    assert outcomes_of(results, "primary")["01"].why == "missing"


def test_engines_that_disagree_are_an_error():
    """Tables of one person beside the casebook of another: what a fault of an engine would look like."""
    book, _ = make_person(STUDY, tell("01", "10", W16="0"))
    other, _ = make_person(STUDY, tell("01", "10", W16="9"))

    results = run(STUDY, frames(STUDY, [book]), rehearsal=True, books={book.participant: other})

    (found,) = {
        one
        for one in results.problems
        if one.code == "engines-disagree"
        and one.where.startswith("analysis.yaml")
        and "Score 90 at week 16" in one.text
    }
    assert found.severity == "error"
    assert "01" in found.text


def test_windows_hold_for_rules_over_all_records_too():
    """The record engine reads the windowed rows that the columns read."""
    plan = ANALYSIS_YAML.replace(
        "populations:", "populations:\n  high: {label: High, rule: 'max(score.total) > 30', within: full}"
    )
    study = make_study(analysis=plan.replace("variable: end.stopped", "variable: max(score.total) > 30"))
    results = results_of(tell("01", "10", UNS_1=(113, "40")), tell("02", "10", W16="9"), study=study)

    assert results.populations["high"] == ("p01",)
    assert [one.kind for one in outcomes_of(results, "stop").values()] == ["event", "no_event"]
    assert not [one for one in results.problems if one.severity == "error"]
