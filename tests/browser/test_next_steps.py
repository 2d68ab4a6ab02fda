"""What comes next: a visit only when its time has come and what precedes it was decided; enrolment; forms to finish."""

import re
from collections.abc import Iterator

import pytest
from tests.browser.desks import HOME, desk
from tests.browser.test_alerts import page
from tests.browser.watched import watch
from tests.store.conftest import data, small_data
from tests.store.small import STUDY, give, make_moment, save, screen

from trialwright.ledger.commands import Actor, Command, DecideEligibility
from trialwright.ledger.events import Decision

__all__ = ["data", "small_data"]

DOCTOR = Actor("a3", "doctor", "Hospital")
PERSON = "participants/p1/"


@pytest.fixture(autouse=True)
def screened(data: object) -> Iterator[None]:
    """Participant p1, screened, whose list of drugs is empty."""
    watch()
    give(screen("p1"), minutes=3)
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}), minutes=3)
    give(save("p1", "SCR", "drugs", {"gate": "false"}), minutes=3)
    yield


def complete() -> None:
    items = {"weight": "70.5", "height": "171"}
    give(save("p1", "SCR", "vitals", items), minutes=4)
    attest("SCR")


def attest(visit: str) -> None:
    """Only who may decide answers the criteria."""
    act(save("p1", visit, "eligibility", {"e2": "false", "confirmed": "true"}))


def decide(visit: str, decision: Decision = "eligible") -> None:
    act(DecideEligibility(f"d-{visit}", "p1", visit, decision))


def act(command: Command) -> None:
    """As who may decide, and therefore attest."""
    from trialwright.store.submit import submit

    done = submit(STUDY, command, by=DOCTOR, at=make_moment(5))
    assert not done.problems, done.problems


def decide_all() -> None:
    complete()
    decide("SCR")
    give(save("p1", "W0", "visit", {"date": "2026-03-01"}), minutes=6)
    give(save("p1", "W0", "vitals", {"weight": "70", "height": "171"}), minutes=6)
    attest("W0")
    decide("W0")


def card(shown: str, title: str) -> str:
    found = re.search(rf"{title}</h2>(.*?)</section>", shown)
    return found[1] if found else ""


def action(shown: str) -> str:
    found = re.search(r'<div class="sp"><a class="govuk-button" href="[^"]*">(.*?)</a>', shown)
    return found[1] if found else ""


def test_no_visit_is_awaited_before_what_precedes_it_was_decided() -> None:
    client = desk()

    before = page(client), page(client, PERSON), page(client, "participants/")
    complete()
    decide("SCR")

    assert "Week 0" not in card(before[0], "Visits due")
    assert "Next visit" not in before[1]
    assert "Week 0" not in before[2]
    assert "S01-001 · Week 0" in card(page(client), "Visits due")
    assert "Next visit" in page(client, PERSON)


def test_forms_of_a_visit_that_took_place_are_listed_until_they_are_complete() -> None:
    client = desk()
    before = card(page(client), "Forms to finish")
    complete()
    decide("SCR")

    assert "S01-001 · Screening · Vital signs" in before
    assert "Every form of the visits that took place is complete." in card(page(client), "Forms to finish")


def test_a_role_is_told_of_the_forms_that_it_enters_only() -> None:
    assert card(page(desk("guest")), "Forms to finish") == ""


def test_nobody_is_asked_to_finish_a_form_that_others_enter() -> None:
    """The form of week 0 that holds attestations waits beside the decision at screening."""
    complete()
    give(save("p1", "W0", "visit", {"date": "2026-03-01"}), minutes=6)
    give(save("p1", "W0", "drugs", {"gate": "false"}), minutes=6)
    for role, is_asked in (("coordinator", False), ("doctor", True)):
        client = desk(role)
        for shown in (card(page(client), "Forms to finish"), card(page(client, PERSON), "To do for S01-001")):
            assert "Week 0 · Vital signs" in shown
            assert ("Week 0 · Eligibility" in shown) == is_asked


def test_nobody_is_led_to_a_visit_where_only_others_have_something_left() -> None:
    complete()
    give(save("p1", "W0", "visit", {"date": "2026-03-01"}), minutes=6)
    give(save("p1", "W0", "drugs", {"gate": "false"}), minutes=6)
    before = action(page(desk(), PERSON))
    give(save("p1", "W0", "vitals", {"weight": "70", "height": "171"}), minutes=6)

    assert before == "Continue: Week 0"
    assert action(page(desk(login="another"), PERSON)) == ""


def test_who_enters_nothing_reads_what_others_have_to_do() -> None:
    shown = card(page(desk("monitor"), PERSON), "To do for S01-001")

    assert "Screening · Eligibility" not in shown  # the decision that is awaited has a line of its own
    assert "Screening · Vital signs" in shown


def test_the_decision_has_one_line_and_says_who_takes_it() -> None:
    complete()
    theirs, mine = page(desk(), PERSON), page(desk("doctor"), PERSON)

    assert "Eligibility, to be decided by others: Screening" in theirs
    assert "Screening · Eligibility" not in theirs
    assert "Decide on eligibility: Screening" in mine
    assert action(mine) == "Decide on eligibility: Screening"


def test_only_the_decision_that_is_next_waits_for_the_investigator() -> None:
    give(save("p1", "W0", "visit", {"date": "2026-03-01"}), minutes=4)
    waiting = card(page(desk("doctor")), "Eligibility to decide")

    assert ("S01-001 · Screening" in waiting, "Week 0" in waiting) == (True, False)


def test_enrolment_is_the_next_step_once_every_decision_says_eligible() -> None:
    client = desk()
    assert "To enrol" not in page(client)
    decide_all()

    shown = page(client, PERSON)
    assert action(shown) == "Enrol"
    assert f'<a href="{HOME}{PERSON}enrol">Enrol</a>' in shown
    assert "S01-001" in card(page(client), "To enrol")
    assert "Enrol now" in page(client, f"{PERSON}enrol")
    assert action(page(desk("monitor"), PERSON)) == ""


def test_nobody_is_offered_to_enrol_while_a_decision_is_missing() -> None:
    shown = page(desk(), f"{PERSON}enrol")

    assert "Enrol now" not in shown
    assert "Eligibility is still to be decided: Screening, Week 0." in shown
    assert f'<a href="{HOME}{PERSON}visits/W0/eligibility">not decided yet</a>' in shown


def test_a_refused_enrolment_names_visits_as_people_call_them() -> None:
    answer = desk().post(f"{HOME}{PERSON}enrol", {"command": "c1"})

    assert answer.status_code == 422
    assert "Eligibility was not decided at Week 0." in answer.content.decode()


def test_somebody_who_is_not_eligible_cannot_be_enrolled() -> None:
    complete()
    decide("SCR", "not_eligible")
    shown = page(desk(), f"{PERSON}enrol")

    assert "The participant is not eligible and cannot be enrolled." in shown
    assert "Enrol now" not in shown


def test_a_criterion_that_went_by_an_empty_list_shows_the_answer_to_its_question() -> None:
    shown = page(desk("doctor"), f"{PERSON}visits/SCR/eligibility")

    assert "Screening · Drugs: Was any drug taken? = No (10 Feb 2026)</a>" in shown
    assert f'href="{HOME}{PERSON}visits/SCR/lists/drugs"' in shown


def test_criteria_of_another_visit_stand_in_their_place_with_what_was_found_there() -> None:
    client = desk("doctor")
    before = page(client, f"{PERSON}visits/SCR/eligibility")
    complete()
    decide("SCR")

    assert '<li id="criterion-E1" class="elsewhere">' in before
    assert "Decided at Week 0" in before
    assert "Decided at Screening: Met" in page(client, f"{PERSON}visits/W0/eligibility")


def test_what_fails_and_what_is_open_are_both_counted() -> None:
    give(save("p1", "SCR", "vitals", {"weight": "120", "height": "171"}), minutes=4)
    shown = page(desk("doctor"), f"{PERSON}visits/SCR/eligibility")

    assert "1 criterion is not met. 1 criterion cannot be told yet." in shown
