"""A field that no page of ours sends is refused on every page that takes any; nothing of it is stored."""

from collections.abc import Mapping

import pytest
from tests.browser.desks import HOME, desk, form_address, posted
from tests.browser.routes import names
from tests.browser.test_answers import held, stored
from tests.store.conftest import data, small_data
from tests.store.small import STUDY, give, save
from tests.store.test_submit import count

from trialwright.ledger.commands import OpenQuery
from trialwright.web.urls import urlpatterns

__all__ = ["data", "held", "small_data"]

pytestmark = pytest.mark.usefixtures("data")

P1 = f"{HOME}participants/p1/"
ANSWERS = {"command": "c1", "base": "0"}

# Each route that takes a POST: its address and what a page of ours sends.
PAGES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "sign-in": ("/sign-in", {"next": "", "login": "somebody", "password": "wrong"}),
    "demo-sign-in": ("/sign-in/demo", {"next": "", "account": "a", "study": STUDY, "role": "coordinator"}),
    "role": ("/role", {"next": "", "study": STUDY, "role": "coordinator"}),
    "sign-out": ("/sign-out", {}),
    "session": ("/session", {}),
    "language": ("/language", {"language": "en", "next": ""}),
    "screen": (
        f"{HOME}participants/screen",
        {"command": "c1", "site": "S01", "code": ""},
    ),
    "enrol": (f"{P1}enrol", {"command": "c1"}),
    "query": (f"{P1}queries/q1", {"command": "c1", "text": "Yes.", "move": "answer"}),
    "visit": (
        f"{P1}visits/W2/",
        {**ANSWERS, "date": "2026-03-01", "date.missing": "", "reason_for_change": ""},
    ),
    "eligibility": (f"{P1}visits/SCR/eligibility", {**ANSWERS, "decide": "", "decide_command": "c2"}),
    "log": (f"{P1}visits/W0/lists/drugs", {**ANSWERS, "gate": "true", "reason_for_change": ""}),
    "form": (form_address("p1"), posted(weight="70", weight__missing="", weight__right="", then="stay")),
    "draft": (form_address("p1", name="draft"), posted(weight="70", reason_for_change="")),
    "preview": (form_address("p1", name="preview"), posted(weight="70", reason_for_change="")),
    "earlier": (form_address("p1", name="earlier"), posted(weight="70", show="e1")),
    "remove": (form_address("p1", "-", "drugs", 1, "remove"), {**ANSWERS, "reason": "twice"}),
    "ask": (
        form_address("p1", name="ask"),
        {"command": "c1", "query": "q2", "item": "weight", "text": "Sure?"},
    ),
}
GET_ONLY = {"start", "registry", "home", "participants", "participant", "queries", "history"}
NO_CRITERIA = {"eligibility"}  # the small study decides nothing: the page is not there


@pytest.fixture
def everything(held: str) -> str:
    give(save(held, "W0", "vitals", {"height": "170"}))
    give(save(held, "W0", "drugs", {"gate": "true"}))
    give(save(held, "", "drugs", {"name": "Water"}, repeat=1))
    give(OpenQuery("ask", held, "q1", "W0", "vitals", 0, "height", "Sure?"))
    return held


def test_every_route_that_takes_a_post_is_looked_at() -> None:
    assert set(names(urlpatterns)) == set(PAGES) | GET_ONLY


@pytest.mark.parametrize("name", sorted(set(PAGES) - NO_CRITERIA))
def test_an_unknown_field_is_refused_and_nothing_is_stored(everything: str, name: str) -> None:
    address, sent = PAGES[name]
    client = desk()
    events = count("event")

    answer = client.post(address, {**sent, "status": "locked"})

    assert (answer.status_code, count("event")) == (422, events)
    assert "The page sent a field that is not asked for here: “status”" in answer.content.decode()
    assert "weight" not in stored()


@pytest.mark.parametrize("name", sorted(set(PAGES) - NO_CRITERIA))
def test_what_our_pages_send_is_known(everything: str, name: str) -> None:
    address, sent = PAGES[name]

    assert "not asked for here" not in desk().post(address, sent).content.decode()


@pytest.mark.parametrize(
    "field", ["twice", "site", "weight.status", "height.right", "height.unit", "note.unit", "user", "visit"]
)
def test_a_form_knows_its_own_controls_only(held: str, field: str) -> None:
    answer = desk().post(form_address(held), {**posted(weight="70"), field: "1"})

    assert (answer.status_code, stored()) == (422, {})


def test_a_file_is_no_field_of_any_page(held: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = desk().post(form_address(held), {**posted(), "weight": SimpleUploadedFile("w.txt", b"70")})

    assert (answer.status_code, stored()) == (422, {})


def test_a_script_is_told_in_json(held: str) -> None:
    client = desk()
    answer = client.post(
        form_address(held, name="draft"),
        {**posted(weight="70"), "site": "S02"},
        headers={"accept": "application/json"},
    )

    assert answer.status_code == 422
    assert "“site”" in answer.json()["note"]
    assert 'value="70"' not in client.get(form_address(held)).content.decode()


def test_long_names_are_not_repeated_whole(held: str) -> None:
    sent = {**posted(), **{f"{at}" + "x" * 500: "" for at in range(9)}}
    page = desk().post(form_address(held), sent).content.decode()

    assert "x" * 41 not in page
    assert page.count("xxx“") == 0
