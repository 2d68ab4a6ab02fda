"""Somebody with two roles: which one they act in is chosen, shown, kept, and alone decides what they may."""

import re

import pytest
from django.test import Client
from tests.browser.desks import HOME, desk, form_address, hire, posted
from tests.browser.test_answers import held, stored
from tests.store.conftest import data, small_data
from tests.store.small import COORDINATOR, STUDY, make_moment
from tests.store.test_submit import statements

__all__ = ["data", "held", "small_data"]

pytestmark = pytest.mark.usefixtures("data")


def two_roles(*, checks: bool = False) -> Client:
    """Signed in as a person who holds a role that reads and one that enters data; none is chosen yet."""
    from trialwright.store.accounts import find_account, grant
    from trialwright.web.entrance.views import BACKEND

    account = hire("both", "monitor")
    assert grant(STUDY, account, "administrator", "", by=COORDINATOR, at=make_moment()) is None
    client = Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=checks)
    client.force_login(find_account(account), backend=BACKEND)
    return client


def act_as(client: Client, role: str, **more: str) -> str:
    return client.post("/role", {"study": STUDY, "role": role, **more})["Location"]


def test_who_has_two_roles_chooses_before_anything_else(held: str) -> None:
    client = two_roles()

    answer = client.get(f"{HOME}participants/p1/")

    assert answer["Location"] == f"/role?next={HOME.replace('/', '%2F')}participants%2Fp1%2F"
    page = client.get(answer["Location"]).content.decode()
    assert re.findall(r'name="role" value="(\w+)"', page) == ["administrator", "monitor"]
    assert "aria-current" not in page
    assert act_as(client, "monitor", next=f"{HOME}participants/p1/") == f"{HOME}participants/p1/"


def test_only_the_chosen_role_counts(held: str) -> None:
    client = two_roles()
    act_as(client, "administrator")
    assert client.get(f"{HOME}participants/p1/").status_code == 403
    act_as(client, "monitor")

    assert client.get(f"{HOME}participants/p1/").status_code == 200
    page = client.get(HOME).content.decode()
    assert "acting as Monitor" in page
    assert f'<a href="/role?next={HOME}">Change role</a>' in page
    assert 'aria-current="true"' in client.get("/role").content.decode()


def test_the_log_says_in_which_role(held: str) -> None:
    from trialwright.store.events import history

    client = desk()
    client.post(form_address(held), posted(weight="70"))
    asker = two_roles()
    act_as(asker, "monitor")
    asked = {"command": "c2", "query": "q1", "item": "weight", "text": "Sure?"}
    assert asker.post(form_address(held, name="ask"), asked).status_code == 302

    assert [event.envelope.role for event in history(STUDY, held)][-1] == "monitor"


def test_a_role_that_is_not_held_is_not_there(held: str) -> None:
    client = two_roles()

    assert client.post("/role", {"study": STUDY, "role": "coordinator"}).status_code == 404
    assert client.post("/role", {"study": "OTHER", "role": "monitor"}).status_code == 404
    assert client.get(HOME).status_code == 302


def test_a_chosen_role_that_was_taken_away_is_not_replaced_by_another(held: str) -> None:
    from trialwright.store.models import Account

    client = two_roles()
    act_as(client, "monitor")
    Account.objects.filter(login_key="both").update(grants=f'[["{STUDY}","administrator",""]]')

    assert client.get(HOME)["Location"].startswith("/role")
    act_as(client, "administrator")
    assert client.get(HOME).status_code == 200


def test_a_script_is_told_that_no_role_is_chosen(held: str) -> None:
    client = two_roles()

    answer = client.post(form_address(held, name="draft"), posted(), headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()["role"]) == (403, None)


def test_one_role_needs_no_choice_and_offers_none(held: str) -> None:
    page = desk().get(HOME).content.decode()

    assert "acting as Coordinator" in page
    assert "Change role" not in page


def test_signed_out_nobody_chooses(held: str) -> None:
    client = Client(headers={"host": "127.0.0.1"})

    assert client.get("/role")["Location"].startswith("/sign-in")
    assert client.post("/role", {"study": STUDY, "role": "monitor"})["Location"].startswith("/sign-in")


def test_a_page_opened_in_another_role_is_refused(held: str) -> None:
    """What it says about who acts is no longer true."""
    client = two_roles(checks=True)
    token = token_of(client.get("/role"))
    assert (
        client.post("/role", {"study": STUDY, "role": "monitor", "csrfmiddlewaretoken": token}).status_code
        == 302
    )
    opened = token_of(client.get(form_address(held)))
    token = token_of(client.get("/role"))
    client.post("/role", {"study": STUDY, "role": "administrator", "csrfmiddlewaretoken": token})

    answer = client.post(form_address(held), {**posted(weight="70"), "csrfmiddlewaretoken": opened})

    assert answer.status_code == 403
    assert "changed your role" in answer.content.decode()


def token_of(answer) -> str:  # type: ignore[no-untyped-def]  # Django's test answer has a private class
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())
    assert found
    return found[1]


def test_nobody_is_led_out_of_the_study_by_the_choice(held: str) -> None:
    client = two_roles()

    assert act_as(client, "monitor", next="https://elsewhere.example/") == HOME
    assert act_as(client, "monitor", next="/sign-in") == HOME


def test_signing_in_asks_for_the_role_anew_and_a_door_of_the_demo_is_the_choice(held: str) -> None:
    from trialwright.store.models import Account

    client = two_roles()
    act_as(client, "monitor")
    account = Account.objects.get(login_key="both").id
    entered = client.post("/sign-in/demo", {"account": account, "study": STUDY, "role": ""})
    assert entered["Location"] == "/role"
    assert client.get(HOME)["Location"].startswith("/role")

    entered = client.post("/sign-in/demo", {"account": account, "study": STUDY, "role": "administrator"})

    assert entered["Location"] == HOME
    assert "acting as Administrator" in client.get(HOME).content.decode()


def test_the_choice_costs_a_save_no_question_to_the_database(held: str) -> None:
    from trialwright.store.accounts import grant
    from trialwright.store.models import Account

    client = desk(login="one")
    assert (
        grant(
            STUDY,
            Account.objects.get(login_key="one").id,
            "administrator",
            "",
            by=COORDINATOR,
            at=make_moment(),
        )
        is None
    )
    act_as(client, "coordinator")
    client.post(form_address(held, visit="SCR"), posted("c0", weight="69"))
    with statements() as seen:
        client.post(form_address(held), posted(weight="70", height="176"))

    assert len([one for one in seen if not one.startswith(("BEGIN", "COMMIT"))]) <= 8, "\n".join(seen)
    assert stored()["weight"] == "70"
