"""When the plan was fixed, against the first value of the primary endpoint."""

from dataclasses import replace

from tests.spec.analysis_data import ANALYSIS_YAML, make_person, make_study, tell

from trialwright.analysis.conduct import Activation, Conduct, Look, conduct_of
from trialwright.study.hash import plan_hash
from trialwright.study.model import Study

FIRST = make_study()
SECOND = make_study(analysis=ANALYSIS_YAML.replace("options: {against: 0.5}", "options: {against: 0.6}"))
EVENTS = {"p01": make_person(FIRST, tell("01", "10.0", W12="5.0", W16="1.0"))[1]}  # week 16 on 2026-06-22


def found(*activated: tuple[str, str, Study], analysed: Study = FIRST) -> Conduct:
    return conduct_of(analysed, [Activation(*one) for one in activated], EVENTS, ())


def plans(conduct: Conduct) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(one.utc, one.seen, one.changed) for one in conduct.plans]


def test_a_plan_that_is_left_and_taken_up_again_is_told_as_two_changes() -> None:
    conduct = found(("2026-02-01", "S01", FIRST), ("2026-05-01", "S01", SECOND), ("2026-07-01", "S01", FIRST))

    assert plans(conduct) == [
        ("2026-02-01", 0, ()),
        ("2026-05-01", 0, ("analyses.primary",)),
        ("2026-07-01", 1, ("analyses.primary",)),
    ]
    assert conduct.plans[0].plan == conduct.plans[2].plan == plan_hash(FIRST)


def test_a_change_that_another_site_makes_later_is_told_once() -> None:
    conduct = found(
        ("2026-02-01", "S01", FIRST),
        ("2026-03-01", "S02", FIRST),
        ("2026-05-01", "S01", SECOND),
        ("2026-07-01", "S02", SECOND),
    )

    assert [utc for utc, _, _ in plans(conduct)] == ["2026-02-01", "2026-05-01"]


def test_a_wider_window_is_a_change_of_the_plan_and_a_label_of_a_visit_is_none() -> None:
    week = FIRST.visits["W16"]
    wider = replace(FIRST, visits={**FIRST.visits, "W16": replace(week, window_after_days=30)})
    renamed = replace(FIRST, visits={**FIRST.visits, "W16": replace(week, label="Sixteen")})

    assert plans(found(("1", "S01", FIRST), ("2", "S01", wider)))[1][2] == ("visits.W16",)
    assert len(found(("1", "S01", FIRST), ("2", "S01", renamed)).plans) == 1


def test_of_an_endpoint_that_is_no_visits_any_entry_of_its_forms_counts() -> None:
    primary = FIRST.endpoints["stopping"]
    study = replace(FIRST, endpoints={"stopping": replace(primary, level="primary")})
    stopped = {"p02": make_person(FIRST, tell("02", "10.0", stopped=("harm", 60)))[1]}
    conduct = conduct_of(study, [Activation("2026-06-01", "S01", study)], stopped, ())

    assert conduct.first_value.startswith("2026-04-30")
    assert conduct.plans[0].seen == 1


def test_without_a_version_that_was_ever_active_only_looks_are_known() -> None:
    look = Look("2026-05-01", "a", "statistician", "page")

    assert conduct_of(FIRST, (), EVENTS, (look,)).looks == (look,)
    assert found().plans == ()
