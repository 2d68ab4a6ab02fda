"""One participant's page and the list of participants: each place tells the same of the same thing."""

import re
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.desks import HOME, desk
from tests.browser.people import NARROW, WIDE, open_context, sign_in
from tests.spec.builders import START as FIRST_DAY
from tests.spec.builders import Walk, make_study
from tests.store.conftest import data, small_data
from tests.store.small import (
    COORDINATOR,
    MONITOR,
    ROLES_YAML,
    SCHEDULE_YAML,
    START,
    STUDY,
    enrol,
    give,
    make_moment,
    new_id,
    save,
    screen,
    small_files,
)

from trialwright.ledger.commands import DecideEligibility, OpenQuery
from trialwright.ledger.reader import CasebookReader
from trialwright.study.model import Lot
from trialwright.web.participants.cards import dose_lines
from trialwright.web.participants.seen import Seen

pytestmark = pytest.mark.unmeasured

__all__ = ["data", "small_data"]

ELIGIBILITY = """
exclusion:
  E1: {text: Very heavy, rule: 'at(SCR, vitals.weight) > "150 kg"', decided_at: [SCR]}
  E2: {text: Very light, rule: 'at(SCR, vitals.weight) < "40 kg"', decided_at: [SCR]}
  E3: {text: Unwell, attest: The participant is unwell., decided_at: [SCR]}
"""
ATTESTED = "{label: Eligibility, records: one per visit, made_from: eligibility}"
SCHEDULE = SCHEDULE_YAML + "  eligibility: x . .\n"
PAGE = f"{HOME}participants/p1/"


@pytest.fixture
def held(data: Path) -> str:
    """Enrolled, with the visits of screening and week 0; no form is filled yet."""
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-20"}))
    give(enrol("p1"))
    give(save("p1", "W0", "visit", {"date": "2026-03-02"}))
    return "p1"


def stops(page: str) -> list[str]:
    """What the line of visits says of each."""
    return re.findall(r'<g class="stop [^"]*">\s*<title>([^<]*)</title>', page)


def cells(page: str) -> list[str]:
    return re.findall(r'class="govuk-visually-hidden">([^<]*)</span>', page)


def test_the_line_of_visits_tells_the_worst_state_of_the_forms(held: str) -> None:
    fresh = stops(desk().get(PAGE).content.decode())
    give(save(held, "W0", "vitals", {"weight": "220", "height": "180"}))
    begun = stops(desk(login="second").get(PAGE).content.decode())
    give(save(held, "W0", "drugs", {"gate": "false"}))
    done = stops(desk(login="third").get(PAGE).content.decode())

    assert fresh[1] == "Week 0, 2 Mar 2026 – To do"
    assert begun[1] == "Week 0, 2 Mar 2026 – In progress – 1 open query"
    assert done[1] == "Week 0, 2 Mar 2026 – Complete – 1 open query"
    assert done[2] == "Week 2, 16 Mar 2026 – Overdue"


def test_queries_of_a_list_stand_beside_it_and_at_no_visit(held: str) -> None:
    from trialwright.store.submit import submit

    give(save(held, "W0", "drugs", {"gate": "true"}))
    give(save(held, "", "drugs", {"name": "Aspirin"}, repeat=1))

    asked = OpenQuery(new_id(), held, "q1", "", "drugs", 1, "name", "Which dose?")
    assert not submit(STUDY, asked, by=MONITOR, at=make_moment(2)).problems
    page = desk().get(PAGE).content.decode()

    assert "Drugs: 1 open query" in cells(page)
    assert re.search(r'<a href="[^"]*/visits/-/[^"]*drugs[^"]*" class="cell s-bad"', page)
    assert not [one for one in cells(page) if one.startswith("Drugs, ") and "query" in one]
    assert not [one for one in stops(page) if "query" in one]
    for visit in ("SCR", "W0"):
        assert "open query" not in desk(login=f"at{visit}").get(f"{PAGE}visits/{visit}/").content.decode()


@pytest.fixture
def failed(data: Path) -> str:
    return fail(ROLES_YAML)


def fail(roles: str) -> str:
    from trialwright.store.definitions import activate, add_definition

    parts = {
        "eligibility.yaml": ELIGIBILITY,
        "forms/eligibility.yaml": ATTESTED,
        "schedule.yaml": SCHEDULE,
        "roles.yaml": roles,
    }
    files = small_files(version="1.1.0") | {name: text.encode() for name, text in parts.items()}
    study = add_definition(files, {}, at=START)
    for site in ("S01", "S02"):
        activate(STUDY, site, study.hash, by=COORDINATOR, at=make_moment())
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-20"}))
    give(save("p1", "SCR", "vitals", {"weight": "160"}))
    give(DecideEligibility(new_id(), "p1", "SCR", "not_eligible"))
    return "p1"


def test_a_failed_screening_says_when_and_why(failed: str) -> None:
    page = desk().get(PAGE).content.decode()
    listed = desk(login="second").get(f"{HOME}participants/").content.decode()

    assert "<dt>Failed</dt><dd>20 Feb 2026: E1</dd>" in page
    assert "<b>E1</b> Very heavy" in page
    assert "<b>E2</b>" not in page
    assert "20 Feb 2026: E1" in listed


def test_a_failed_screening_shows_the_visits_that_were_held(failed: str) -> None:
    page = desk().get(PAGE).content.decode()

    assert stops(page) == ["Screening, 20 Feb 2026 – In progress"]
    assert "2 visits not done" in page
    assert "End of study" not in page[page.index('class="soa"') : page.index("</table>")]


def test_a_failed_screening_is_counted(failed: str) -> None:
    home = desk().get(HOME).content.decode()

    assert "<li><b>1</b>screening failed</li>" in home


def test_who_may_not_read_criteria_is_not_told_why(data: Path) -> None:
    fail(ROLES_YAML.replace("eligibility: rws         r ", "eligibility: rws         . "))
    page = desk("monitor").get(PAGE).content.decode()
    listed = desk("monitor", login="second").get(f"{HOME}participants/").content.decode()

    assert "Screening failed" in page
    assert "Screening failed" in listed
    assert "Very heavy" not in page
    assert "2026: E1" not in page + listed


def test_the_list_is_filtered_by_status(failed: str) -> None:
    give(screen("p2"))
    client = desk()
    everybody = client.get(f"{HOME}participants/").content.decode()
    failures = client.get(f"{HOME}participants/?status=screen_failed").content.decode()
    nobody = client.get(f"{HOME}participants/?status=ended").content.decode()
    unknown = client.get(f"{HOME}participants/?status=nonsense").content.decode()

    assert everybody.count('scope="row"') == unknown.count('scope="row"') == 2
    assert failures.count('scope="row"') == 1
    assert re.search(r'status=screen_failed" aria-current="true">Screening failed <b>1</b>', failures)
    assert "Nobody stands there." in nobody


def test_a_long_list_says_how_many_pages_there_are(data: Path) -> None:
    for number in range(26):
        give(screen(f"p{number}"))
    page = desk().get(f"{HOME}participants/?page=2").content.decode()

    assert re.search(r"Page 2 of 2", page)


def test_the_doses_tell_what_was_given_and_what_was_not_as_planned(data: Path) -> None:
    """Half of the planned amount, from a pen past its expiry."""
    stock = (Lot("01", "pen", "L1", "2026-01-31", ("K1", "K2")),)
    walk = Walk(study=make_study(stock=stock)).enrol("A")
    walk.saved("W0", "dose", given="yes", date=FIRST_DAY.isoformat(), amount="80", kit="K1")
    lines = dose_lines(
        Seen(
            CasebookReader(walk.book),
            FIRST_DAY,
            datetime.combine(FIRST_DAY, time(9), UTC),
            "en",
            frozenset({"drug"}),
        )
    )

    assert (lines[0].amount, lines[0].planned) == ("80 mg", "160 mg")
    assert [str(mark.label) for mark in lines[0].marks] == ["not as planned", "2 deviations"]
    assert (lines[1].amount, lines[1].marks) == ("", ())


def test_on_a_phone_the_head_is_one_line_with_a_menu(server: str, chromium: Browser) -> None:
    context = open_context(chromium, server, viewport=NARROW)
    page = sign_in(context, server, "coordinator")
    link = page.locator(".bar nav a").nth(1)
    height = page.locator(".bar").bounding_box()

    assert height is not None and height["height"] <= 60
    assert not link.is_visible()
    page.get_by_role("button", name="Menu").click()
    link.click()
    page.wait_for_url("**/participants/")
    page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    assert link.is_visible()
    assert not page.get_by_role("button", name="Menu").is_visible()
    context.close()
