"""What a page says after a save, where it leads, and what it says while nothing may be saved."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.browser.desks import HOME, desk, form_address, posted
from tests.browser.test_answers import held, stored
from tests.store.conftest import data, small_data
from tests.store.small import give, save, screen

__all__ = ["data", "held", "small_data"]

pytestmark = pytest.mark.usefixtures("data")

P1 = f"{HOME}participants/p1/"
LIST = f"{P1}visits/W0/lists/drugs"
SAVED = re.compile(r"Saved \d\d:\d\d \(time at the site\)\.")


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def after(client: Client, address: str, sent: dict[str, str]) -> str:
    answer = client.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()
    return text(client, answer["Location"])


def gate(client: Client, answer: str, then: str = "stay") -> str:
    sent = {"command": "g1", "base": "0", "gate": answer, "reason_for_change": "", "then": then}
    answered = client.post(LIST, sent)
    assert answered.status_code == 302
    return answered["Location"]


@pytest.mark.parametrize("then", ["stay", "next", "close"])
def test_a_save_says_when_it_was_once(held: str, then: str) -> None:
    client = desk()
    sent = {**posted(weight="70"), "then": then}
    answer = client.post(form_address(held), sent)

    assert SAVED.search(text(client, answer["Location"]))
    assert not SAVED.search(text(client, answer["Location"]))


@pytest.mark.parametrize(
    ("again", "said"),
    [
        (datetime(2027, 5, 4, 6, 31, tzinfo=UTC), "Saved 14:05 (time at the site)."),
        (datetime(2027, 5, 4, 16, 5, tzinfo=UTC), "Saved 4 May 2027 14:05 (time at the site)."),
    ],
)
def test_a_page_sent_again_says_when_it_was_stored(
    held: str, monkeypatch: pytest.MonkeyPatch, again: datetime, said: str
) -> None:
    client, sent = desk(), {**posted(weight="70"), "then": "stay"}

    monkeypatch.setattr("trialwright.store.clock.now", lambda: datetime(2027, 5, 4, 6, 5, tzinfo=UTC))
    assert "Saved 14:05 (time at the site)." in after(client, form_address(held), sent)
    monkeypatch.setattr("trialwright.store.clock.now", lambda: again)
    assert said in after(client, form_address(held), sent)


def test_a_save_of_nothing_says_so(held: str) -> None:
    client = desk()

    assert "Nothing was changed." in after(client, form_address(held), {**posted(), "then": "stay"})
    assert "Nothing was changed." in after(client, f"{P1}visits/W0/", posted())


def test_nobody_can_make_a_page_say_that_something_was_saved(held: str) -> None:
    client = desk()
    client.cookies["said"] = "10:42:forged"

    assert not SAVED.search(text(client, form_address(held)))


def test_a_blank_row_is_refused(held: str) -> None:
    client = desk()
    give(save(held, "W0", "drugs", {"gate": "true"}))

    answer = client.post(form_address(held, "-", "drugs", 1), posted())

    assert answer.status_code == 422
    assert "Nothing was entered. Fill in at least one item of this row." in answer.content.decode()
    assert stored(visit="", form="drugs") == {}


def test_a_list_that_was_answered_with_yes_waits_for_a_row(held: str) -> None:
    client = desk()
    give(save(held, "W0", "drugs", {"gate": "true"}))

    assert "add at least one row" in text(client, LIST)
    assert "In progress" in text(client, LIST)

    give(save(held, "", "drugs", {"name": "Water"}, repeat=1))

    assert "add at least one row" not in text(client, LIST)
    assert "Complete" in text(client, LIST)


def test_an_answer_leads_to_the_next_form_unless_rows_are_to_come(held: str) -> None:
    assert gate(desk(), "false", "next") == form_address(held)


def test_an_answer_of_yes_stays_at_the_list(held: str) -> None:
    assert gate(desk(), "true", "next") == LIST


def test_a_list_leads_on(held: str) -> None:
    client = desk()
    gate(client, "false")

    assert "Next form: Vital signs" in text(client, LIST)


def test_a_visit_leads_to_its_first_form(held: str) -> None:
    client = desk()
    assert "Begin: Vital signs" in text(client, f"{P1}visits/W0/")

    give(save(held, "W0", "vitals", {"weight": "70"}))
    assert "Continue: Vital signs" in text(client, f"{P1}visits/W0/")

    give(save(held, "W0", "vitals", {"height": "170"}, base=5))
    assert "Begin: Drugs" in text(client, f"{P1}visits/W0/")
    assert "Begin: " not in text(desk("monitor"), f"{P1}visits/W0/")


def test_what_comes_after_enrolment_says_so_when_it_is_opened() -> None:
    give(screen("p1"))
    page = text(desk(), f"{P1}visits/W2/")

    assert "The participant is not enrolled; this visit comes after enrolment." in page
    assert f'href="{P1}enrol"' in page
    assert "Save the visit" not in page
    assert f'href="{P1}enrol"' not in text(desk("monitor"), f"{P1}visits/W2/")


def test_one_reason_is_asked_for_once(held: str) -> None:
    client = desk()
    give(save(held, "W0", "vitals", {"weight": "70", "height": "170"}))

    page = client.post(form_address(held), posted(base=5, weight="71", height="171")).content.decode()

    assert page.count("Reason for change: Say why the value is changed.") == 1


def test_a_conflict_with_ones_own_other_tab_says_so(held: str) -> None:
    client = desk()
    client.post(form_address(held), posted(weight="70"))

    mine = client.post(form_address(held), posted("c2", weight="71")).content.decode()
    theirs = desk(login="other").post(form_address(held), posted("c3", weight="72")).content.decode()

    assert "You changed this form in another tab or window" in mine
    assert "Somebody else changed this form while you had it open" in theirs


@pytest.mark.parametrize(
    ("role", "address", "status"), [("monitor", f"{P1}enrol", 403), ("coordinator", f"{P1}visits/W9/", 404)]
)
def test_a_refusal_keeps_the_head_of_the_page(held: str, role: str, address: str, status: int) -> None:
    answer = desk(role).get(address)
    page = answer.content.decode()

    assert answer.status_code == status
    assert all(words in page for words in ("Work list", "Sign out", "acting as"))
