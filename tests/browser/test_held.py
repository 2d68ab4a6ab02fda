"""What was typed when a session ended: held by the server, and shown again to the same person alone."""

import re

import pytest
from django.test import Client
from tests.browser.desks import HOME, form_address, posted
from tests.browser.test_answers import held, stored
from tests.store.conftest import data, small_data
from tests.store.small import COORDINATOR, STUDY, make_moment

__all__ = ["data", "held", "small_data"]

pytestmark = pytest.mark.usefixtures("data")

PASSWORD = "nine small otters swim"
HOST = {"host": "127.0.0.1"}
AGAIN = "sign in again, and it stands in the form as your draft"


def staff(login: str) -> None:
    """A coordinator who signs in with a password."""
    from trialwright.store.accounts import NewAccount, create_account, grant
    from trialwright.values.problem import Problem

    at = make_moment()
    new = NewAccount(login, PASSWORD, login.title(), "Hospital")
    account = create_account(STUDY, new, by=COORDINATOR, at=at)
    assert not isinstance(account, Problem), account
    assert grant(STUDY, account.id, "coordinator", "", by=COORDINATOR, at=at) is None


def enter(client: Client, login: str) -> None:
    """By the page of the sign-in, as a browser does: what its session holds goes along."""
    answer = client.post("/sign-in", {"next": "", "login": login, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()


@pytest.fixture
def client(held: str) -> Client:
    """Ann, at her desk; Ben has an account, too."""
    staff("ann")
    staff("ben")
    client = Client(headers=HOST)
    enter(client, "ann")
    return client


def mark_in(page: str) -> str:
    found = re.search(r'name="page.mark" value="([^"]+)"', page)
    assert found
    return found[1]


def page_of(client: Client, address: str = "") -> str:
    return client.get(address or form_address("p1")).content.decode()


def end_session(client: Client) -> None:
    session = client.session
    session["seen"] = session["seen"] - 16 * 60
    session.save()


def lose_session(client: Client) -> None:
    del client.cookies["session"]


@pytest.mark.parametrize("end", [end_session, lose_session])
@pytest.mark.parametrize("name", ["", "draft"])
def test_what_came_after_the_session_ended_is_this_persons_draft_again(client, end, name) -> None:
    sent = {**posted(weight="70", height__missing="refused"), "page.mark": mark_in(page_of(client))}
    end(client)

    answer = client.post(form_address("p1", name=name), sent)

    assert (answer.status_code, stored()) == (302, {})
    assert AGAIN in page_of(client, answer["Location"])
    enter(client, "ann")
    page = page_of(client)
    assert 'value="70"' in page
    assert "A draft of yours stands in the fields" in page
    assert "session ended" not in page_of(client, "/sign-in")


def test_another_person_never_sees_it(client) -> None:
    sent = {**posted(weight="70"), "page.mark": mark_in(page_of(client))}
    end_session(client)
    client.post(form_address("p1"), sent)

    enter(client, "ben")
    assert 'value="70"' not in page_of(client)
    client.post("/sign-out")
    enter(client, "ann")

    assert 'value="70"' not in page_of(client)


def test_a_script_is_told_that_it_is_kept(client) -> None:
    sent = {**posted(weight="70"), "page.mark": mark_in(page_of(client))}
    end_session(client)

    answer = client.post(form_address("p1", name="draft"), sent, headers={"accept": "application/json"})

    assert answer.status_code == 401
    assert "kept until you sign in again" in answer.json()["note"]


@pytest.mark.parametrize("mark", ["", "made-up", "again"])
def test_nothing_is_held_of_what_no_page_of_ours_sent(client, mark) -> None:
    """A stranger leaves nothing on the server, nor anything among the drafts of somebody else."""
    stranger = Client(headers=HOST)
    if mark == "again":
        mark = mark_in(page_of(client))[:-1] + "x"

    answer = stranger.post(form_address("p1"), {**posted(weight="70"), "page.mark": mark})

    assert answer.status_code == 302
    assert not stranger.session.keys()
    assert AGAIN not in page_of(stranger, answer["Location"])


def test_a_page_too_long_is_not_held(client) -> None:
    sent = {**posted(note="x" * 200_001), "page.mark": mark_in(page_of(client))}
    end_session(client)

    answer = client.post(form_address("p1"), sent)

    assert AGAIN not in page_of(client, answer["Location"])
    assert "Your session ended. Sign in again to go on." in page_of(client, answer["Location"])


def test_a_page_opened_before_signing_in_again_is_a_draft(client) -> None:
    """In another tab: the token against forgery is a new one, and the mark still tells whose page it was."""
    strict = Client(headers=HOST, enforce_csrf_checks=True)
    strict.cookies = client.cookies
    sent = {**posted(weight="70"), "page.mark": mark_in(page_of(client))}

    answer = strict.post(form_address("p1"), sent)

    assert (answer.status_code, stored()) == (403, {})
    assert "kept as your draft" in answer.content.decode()
    assert 'value="70"' in page_of(client)


def test_a_page_without_any_session_leads_to_the_sign_in(client) -> None:
    strict = Client(headers=HOST, enforce_csrf_checks=True)
    sent = {**posted(weight="70"), "page.mark": mark_in(page_of(client))}

    answer = strict.post(form_address("p1"), sent)

    assert answer.status_code == 302
    assert AGAIN in page_of(strict, answer["Location"])


def test_the_date_of_a_visit_is_held_too(client) -> None:
    address = f"{HOME}participants/p1/visits/W2/"
    sent = {
        "command": "c1",
        "base": "0",
        "date": "2026-03-14",
        "page.mark": mark_in(page_of(client, address)),
    }
    end_session(client)

    client.post(address, sent)
    enter(client, "ann")

    assert 'value="2026-03-14"' in page_of(client, address)


def test_who_only_reads_gets_no_mark(held: str) -> None:
    from tests.browser.desks import desk

    assert "page.mark" not in desk("monitor").get(form_address(held)).content.decode()
