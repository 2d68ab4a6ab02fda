"""Eligibility where rules tell every criterion: no form asks anything, and the decision is still taken on its page."""

from pathlib import Path

import pytest
from tests.browser.desks import HOME, desk
from tests.store.conftest import data, small_data
from tests.store.small import (
    COORDINATOR,
    ROLES_YAML,
    SCHEDULE_YAML,
    START,
    STUDY,
    give,
    make_moment,
    save,
    screen,
    small_files,
)

__all__ = ["data", "small_data"]

ELIGIBILITY = """
inclusion:
  I1: {text: Not too light, rule: 'vitals.weight >= "50 kg"', decided_at: [SCR]}
"""
PAGE = f"{HOME}participants/p1/visits/SCR/eligibility"


@pytest.fixture
def computed(data: Path) -> str:
    """Screened, in a version of the small study whose one criterion is a rule."""
    from trialwright.store.definitions import activate, add_definition

    files = small_files(version="2.0.0") | {"eligibility.yaml": ELIGIBILITY.encode()}
    files["roles.yaml"] = ROLES_YAML.replace("monitor administrator", "monitor visitor").encode()
    study = add_definition(files, {}, at=START)
    for site in ("S01", "S02"):
        activate(STUDY, site, study.hash, by=COORDINATOR, at=make_moment())
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-02"}))
    return "p1"


def weigh(text: str) -> None:
    give(save("p1", "SCR", "vitals", {"weight": text}))


def test_every_page_that_waits_for_the_decision_leads_to_it(computed: str) -> None:
    client = desk()

    for page in (HOME, f"{HOME}participants/p1/", f"{HOME}participants/p1/visits/SCR/"):
        assert f'href="{PAGE}"' in client.get(page).content.decode(), page


def test_the_page_shows_the_criteria_and_asks_nothing(computed: str) -> None:
    shown = desk().get(PAGE)
    text = shown.content.decode()

    assert shown.status_code == 200
    assert "Not too light" in text and "1 criterion cannot be told yet." in text
    assert "Decide: eligible" in text and "Save the answers" not in text
    assert 'name="base"' not in text and "Date of the visit" not in text


def test_the_decision_is_taken_and_leads_to_enrolment(computed: str) -> None:
    weigh("70")
    client = desk()
    answer = client.post(PAGE, {"decide": "eligible", "decide_command": "d1"})

    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert f'href="{HOME}participants/p1/enrol"' in client.get(PAGE).content.decode()
    assert "Enrol" in client.get(f"{HOME}participants/p1/visits/SCR/").content.decode()


@pytest.mark.parametrize(
    ("weight", "words"), [("", "Criterion I1 cannot be told yet"), ("45", "Criterion I1 does not allow it")]
)
def test_what_a_rule_does_not_allow_is_not_decided_as_eligible(
    computed: str, weight: str, words: str
) -> None:
    if weight:
        weigh(weight)
    answer = desk().post(PAGE, {"decide": "eligible", "decide_command": "d1"})

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_answer_that_the_page_does_not_ask_is_refused(computed: str) -> None:
    answer = desk().post(PAGE, {"decide": "eligible", "decide_command": "d1", "date": "2026-02-03"})

    assert answer.status_code == 422
    assert "not asked for here" in answer.content.decode()


def test_who_may_not_read_eligibility_is_refused(computed: str) -> None:
    client = desk("visitor")

    assert client.get(PAGE).status_code == 403


def test_at_a_visit_where_nothing_is_decided_there_is_no_page(computed: str) -> None:
    assert desk().get(PAGE.replace("SCR", "W2")).status_code == 404


def test_a_visit_without_the_form_of_attestations_has_its_own_page(computed: str) -> None:
    """One criterion is attested, at week 0 only: at screening rules tell the rest, and no form stands there."""
    from trialwright.store.definitions import activate, add_definition

    attested = (
        f"{ELIGIBILITY}  I2: {{text: Suitable, attest: The participant is suitable., decided_at: [W0]}}\n"
    )
    form = "label: Eligibility\nrecords: one per visit\nmade_from: eligibility\n"
    schedule = SCHEDULE_YAML + "  eligibility: . x .\n"
    files = small_files(version="3.0.0") | {
        "eligibility.yaml": attested.encode(),
        "forms/eligibility.yaml": form.encode(),
        "schedule.yaml": schedule.encode(),
    }
    activate(STUDY, "S01", add_definition(files, {}, at=START).hash, by=COORDINATOR, at=make_moment())
    give(screen("p2"))
    give(save("p2", "SCR", "visit", {"date": "2026-02-02"}))
    client, page = desk(), f"{HOME}participants/p2/visits/{{}}/eligibility"

    assert "Save the answers" not in client.get(page.format("SCR")).content.decode()
    assert "The participant is suitable." in client.get(page.format("W0")).content.decode()


def test_who_can_do_nothing_on_the_page_is_told_who_decides_and_gets_no_empty_row(computed: str) -> None:
    text = desk("monitor").get(PAGE).content.decode()

    assert "An investigator takes the decision." in text
    assert "An investigator answers" not in text
    assert 'class="btns"' not in text.partition("<main")[2].partition("</main>")[0]


def test_who_reads_nothing_but_eligibility_reads_it_on_every_page_of_a_participant(computed: str) -> None:
    """No form lies in that area, and its decisions do."""
    from trialwright.store.definitions import activate, add_definition

    roles = """
rights:
  roles:       coordinator committee
  identity:    rw          .
  forms:       rwaq        .
  eligibility: rws         r
  drug:        rw          .
  diary:       rw          .
"""
    files = small_files(version="4.0.0") | {
        "eligibility.yaml": ELIGIBILITY.encode(),
        "roles.yaml": roles.encode(),
    }
    activate(STUDY, "S01", add_definition(files, {}, at=START).hash, by=COORDINATOR, at=make_moment())
    give(screen("p2"))
    give(save("p2", "SCR", "visit", {"date": "2026-02-02"}))
    client = desk("committee", "S01")

    for address in ("", "participants/", "participants/p2/", "participants/p2/visits/SCR/eligibility"):
        answer = client.get(HOME + address)
        assert (address, answer.status_code) == (address, 200)
        assert f'href="{HOME}participants/"' in answer.content.decode()
