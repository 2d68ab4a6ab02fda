from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.spec.builders import START, STUDY

from trialwright.schedule.doses import DoseRecord, plan_doses

PLAN = STUDY.doses
W2 = date(2026, 3, 16)


def states(records, today=START, arm="A", first_dose=START, dose_plan=PLAN):
    doses = plan_doses(dose_plan, STUDY.visits, records, arm=arm, first_dose=first_dose, today=today)
    return {dose.visit: dose.state for dose in doses}


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-4, "early"),
        (-3, "on_time"),
        (0, "on_time"),
        (3, "on_time"),
        (4, "late"),
        (7, "late"),
        (8, "past_limit"),
    ],
)
def test_a_given_dose_is_judged_by_its_days_from_the_target(days, state):
    records = {"W0": DoseRecord(True, START), "W2": DoseRecord(True, W2 + timedelta(days=days))}
    assert states(records)["W2"] == state


@pytest.mark.parametrize(("days", "state"), [(6, "too_soon"), (7, "early")])
def test_two_doses_lie_the_least_days_apart(days, state):
    records = {"W0": DoseRecord(True, START), "W2": DoseRecord(True, START + timedelta(days=days))}
    assert states(records)["W2"] == state


@pytest.mark.parametrize(
    ("days", "state"),
    [(-4, "planned"), (-3, "due"), (3, "due"), (4, "overdue"), (7, "overdue"), (8, "missed")],
)
def test_a_dose_to_come_is_judged_by_today(days, state):
    assert states({"W0": DoseRecord(True, START)}, today=W2 + timedelta(days=days))["W2"] == state


def test_a_dose_recorded_as_not_given_is_missed():
    assert states({"W2": DoseRecord(False, None)})["W2"] == "missed"


def test_a_dose_without_its_date_is_judged_by_today():
    assert states({"W2": DoseRecord(True, None)})["W2"] == "planned"


def test_before_the_first_dose_nothing_is_dated():
    doses = plan_doses(
        PLAN, STUDY.visits, {"W2": DoseRecord(False, None)}, arm="A", first_dose=None, today=START
    )
    assert [dose.state for dose in doses] == ["planned", "missed", "planned"]
    assert {dose.target for dose in doses} == {None}


def test_a_first_dose_known_in_part_is_on_time():
    assert states({"W0": DoseRecord(True, START)}, first_dose=None)["W0"] == "on_time"


def test_no_dose_after_the_last_day():
    until = replace(PLAN, last_day=16)
    records = {"W0": DoseRecord(True, START), "W2": DoseRecord(True, date(2026, 3, 18))}
    assert states(records, dose_plan=until)["W2"] == "past_limit"
    assert states(records, dose_plan=replace(PLAN, last_day=None))["W2"] == "on_time"


def test_each_arm_has_its_doses():
    assert list(states({}, arm="B")) == ["W0", "W2"]
    assert states({}, arm=None) == {}
    assert states({}, arm="C") == {}
