"""Screening over HTTP: the server mints the participant's opaque id, once for each command."""

import re

import pytest
from django.test import Client
from tests.browser.desks import HOME, desk
from tests.store.conftest import data, small_data
from tests.store.small import STUDY
from tests.store.test_submit import count

__all__ = ["data", "small_data"]

pytestmark = pytest.mark.usefixtures("data")

ADDRESS = f"{HOME}participants/screen"


def screened(client: Client, command: str = "c1", site: str = "S01", code: str = "") -> tuple[int, str]:
    """The status of the answer, and the participant that it leads to."""
    answer = client.post(ADDRESS, {"command": command, "site": site, "code": code})
    found = re.fullmatch(rf"{HOME}participants/(.*)/", answer.headers.get("Location", ""))
    return answer.status_code, found[1] if found else ""


def everybody() -> list[str]:
    from trialwright.store.people import Wanted, page_of_participants

    return list(page_of_participants(STUDY, Wanted()))


def test_the_server_mints_an_opaque_id() -> None:
    client = desk()

    (status, first), (_, second) = screened(client, "c1"), screened(client, "c2")

    assert status == 302
    assert re.fullmatch("p[0-9a-f]{16}", first) and re.fullmatch("p[0-9a-f]{16}", second)
    assert first != second
    assert set(everybody()) == {first, second}
    assert first != "c1"


def test_the_page_offers_no_id() -> None:
    assert 'name="participant"' not in desk().get(ADDRESS).content.decode()


def test_an_id_that_a_browser_sends_is_refused_and_nobody_is_screened() -> None:
    sent = {"command": "c1", "site": "S01", "code": "", "participant": "Wang-Xiaoming"}
    client = desk()
    events = count("event")

    answer = client.post(ADDRESS, sent)

    assert (answer.status_code, count("event"), everybody()) == (422, events, [])
    assert "not asked for here: “participant”" in answer.content.decode()


def test_a_double_click_screens_once_and_leads_to_the_same_participant() -> None:
    client = desk()
    first = screened(client)
    events = count("event")

    assert screened(client) == first
    assert (count("event"), everybody()) == (events, [first[1]])


@pytest.mark.parametrize("more", [{"site": "S02"}, {"code": "OTHER-1"}])
def test_a_command_that_screened_somebody_screens_nobody_else(more: dict[str, str]) -> None:
    client = desk()
    _, participant = screened(client, code="S01-007")
    events = count("event")

    assert screened(client, **{"code": "S01-007", **more})[0] == 409
    assert (count("event"), everybody()) == (events, [participant])


def test_another_persons_command_is_not_answered_with_their_participant() -> None:
    _, participant = screened(desk(login="first"))

    assert screened(desk(login="second")) == (409, "")
    assert everybody() == [participant]


@pytest.mark.parametrize("command", ["", "no id", "x" * 101])
def test_a_page_without_its_command_screens_nobody(command: str) -> None:
    client = desk()
    events = count("event")

    assert screened(client, command) == (422, "")
    assert (count("event"), everybody()) == (events, [])


def test_a_refused_page_is_sent_again_as_a_new_command() -> None:
    """A code that is taken is mended on the page that comes back; its command is not used yet."""
    client = desk()
    screened(client, "c1", code="A-1")
    answer = client.post(ADDRESS, {"command": "c2", "site": "S01", "code": "A-1"})
    assert answer.status_code == 409
    found = re.search(r'name="command" value="([^"]+)"', answer.content.decode())
    assert found and found[1] != "c2"

    assert screened(client, found[1], code="A-2")[0] == 302
    assert len(everybody()) == 2
