from datetime import date

import pytest
from tests.spec.builders import START, VISITS, rule, visit

from trialwright.schedule.visits import Held, Window, number_of, plan_visits, visit_of, visit_window

BY_ID = {one.id: one for one in VISITS}
SCREENED = {"SCR": Held(date(2026, 2, 20))}


def plan(held=None, first_dose=START, today=START, conditions=None, visits=BY_ID):
    answers = conditions or {}
    planned = plan_visits(visits, held or {}, first_dose=first_dose, conditions=answers.get, today=today)
    return {one.key: one for one in planned}


def test_windows_count_calendar_days_from_the_first_dose():
    planned = plan()
    assert planned["W2"].window == Window(date(2026, 3, 16), date(2026, 3, 13), date(2026, 3, 19))
    assert planned["W16"].window == Window(date(2026, 6, 22), date(2026, 6, 15), date(2026, 6, 29))
    assert planned["SCR"].window == Window(None, date(2026, 2, 2), date(2026, 3, 1))
    assert planned["ET"].window == Window()


def test_a_span_may_be_open_at_one_end():
    assert visit_window(visit("SCR", day_last=-1), START) == Window(None, None, date(2026, 3, 1))
    assert visit_window(visit("LATE", day_first=200), START).last is None


def test_before_the_first_dose_screening_bounds_the_anchor():
    planned = plan(SCREENED, first_dose=None, today=date(2026, 2, 25))
    assert planned["W0"].window == Window(None, date(2026, 2, 21), date(2026, 3, 20))
    assert planned["W0"].state == "due"
    assert planned["W2"].window == Window()


def test_nothing_bounds_the_anchor_before_screening():
    planned = plan({"SCR": Held(None, "not_done"), "W2": Held(START)}, first_dose=None)
    assert planned["W0"].window == Window()
    assert planned["W0"].state == "planned"


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 3, 12), "planned"),
        (date(2026, 3, 13), "due"),
        (date(2026, 3, 19), "due"),
        (date(2026, 3, 20), "late"),
    ],
)
def test_a_visit_is_due_inside_its_window(today, state):
    assert plan(today=today)["W2"].state == state


def test_screening_is_due_before_there_is_a_first_dose():
    planned = plan(first_dose=None)
    assert planned["SCR"].state == "due"
    assert planned["W16"].state == "planned"


def test_a_held_visit_tells_how_far_outside_it_was():
    planned = plan({"W2": Held(date(2026, 3, 22)), "W4": Held(None, "refused")})
    assert (planned["W2"].state, planned["W2"].days_outside) == ("held", 3)
    assert (planned["W4"].state, planned["W4"].reason) == ("not_held", "refused")


@pytest.mark.parametrize(
    ("answer", "responder", "call", "early"),
    [
        (True, "late", "late", "due"),
        (False, "not_applicable", "not_applicable", "not_applicable"),
        (None, "planned", "late", "planned"),  # if_unknown: ask, plan, ask
    ],
)
def test_conditional_visits_follow_their_condition(answer, responder, call, early):
    answers = dict.fromkeys(("W34", "W40", "ET"), answer)
    planned = plan(today=date(2027, 6, 1), conditions=answers)
    assert [planned[key].state for key in ("W34", "W40", "ET")] == [responder, call, early]
    assert planned["W34"].is_conditional
    assert not planned["W40"].is_conditional  # stands as any other until its condition says no
    assert planned["W34"].condition is answer


def test_an_unconditional_visit_of_any_day_is_never_due():
    assert plan(visits={"END": visit("END", is_any_day=True)})["END"].state == "planned"


def test_a_conditional_visit_of_any_day_is_due_once_its_condition_holds():
    visits = {"ET": visit("ET", is_any_day=True, when=rule("good"))}
    assert plan(visits=visits, conditions={"ET": True})["ET"].state == "due"


def test_repeating_visits_are_listed_as_they_were_held_by_number():
    held = {f"UNS#{number}": Held(START) for number in (10, 2, 1)}
    assert [key for key in plan(held) if visit_of(key) == "UNS"] == ["UNS#1", "UNS#2", "UNS#10"]
    assert [key for key in plan() if visit_of(key) == "UNS"] == []


def test_keys_of_visits():
    assert [visit_of("UNS#12"), number_of("UNS#12"), number_of("W2"), number_of("UNS#x")] == ["UNS", 12, 0, 0]
