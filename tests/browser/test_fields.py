"""A field that no page of ours sends is refused on every page that takes any; nothing of it is stored."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from django.urls import get_resolver, reverse
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
GET_ONLY = {
    *("start", "registry", "home", "participants", "participant", "queries", "history"),
    *(
        "participant-diary",
        "told-choice",
        "diary-sheet",
        "blank-sheet",
        "messages",
        "silent",
        "progress",
        "review",
        "review-sets",
        "diary-calendar",
    ),
    *("photos", "photo", "photo-image"),
    *(
        "diary",
        "diary-app",
        "diary-worker",
        "diary-manifest",
        "diary-rules",
        "diary-history",
        "diary-reminders",
    ),
}
_ACTS = "tests/browser/test_diary_acts.py::test_a_field_that_no_page_sends_is_refused"
_WIRE = "tests/spec/test_diary_wire.py::"
# Routes that need another study than this one's: the test that sends each an unknown field.
ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(("invite-phone", "revoke-phone", "release-entry", "told", "told-ahead"), _ACTS),
    "contact": "tests/store/test_contact_pages.py::test_an_unknown_field_is_refused",
    "add-photo": "tests/store/test_photo_pages.py::test_a_file_is_taken_on_no_other_page_and_under_no_other_name",
    "results": "tests/store/test_progress_pages.py::test_an_unknown_field_of_a_look_is_refused",
    **dict.fromkeys(
        ("class-deviation", "decide-set"),
        "tests/store/test_review_pages.py::test_an_unknown_field_of_a_decision_is_refused",
    ),
    "remove-photo": "tests/store/test_photo_pages.py::test_an_unknown_field_of_a_removal_is_refused",
    "diary-join": f"{_WIRE}test_joining_takes_these_fields_only",
    "diary-sync": "tests/diary/test_sync_http.py::test_an_unknown_field_is_named_and_nothing_of_the_message_is_stored",
    "diary-settings": f"{_WIRE}test_settings_take_these_fields_only",
    "diary-push": f"{_WIRE}test_an_unknown_field_beside_a_subscription_or_a_photo_is_refused",
    "diary-photo": f"{_WIRE}test_an_unknown_field_beside_a_subscription_or_a_photo_is_refused",
}
NO_CRITERIA = {"eligibility"}  # the small study decides nothing: the page is not there


@pytest.fixture
def everything(held: str) -> str:
    give(save(held, "W0", "vitals", {"height": "170"}))
    give(save(held, "W0", "drugs", {"gate": "true"}))
    give(save(held, "", "drugs", {"name": "Water"}, repeat=1))
    give(OpenQuery("ask", held, "q1", "W0", "vitals", 0, "height", "Sure?"))
    return held


def test_every_route_that_takes_a_post_is_looked_at() -> None:
    assert set(names(urlpatterns)) == set(PAGES) | GET_ONLY | set(ELSEWHERE)


@pytest.mark.parametrize("named", sorted(set(ELSEWHERE.values())))
def test_what_is_tried_elsewhere_is_tried(named: str) -> None:
    path, _, test = named.partition("::")
    assert f"def {test}(" in (Path(__file__).parents[2] / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(GET_ONLY))
def test_a_route_that_is_only_read_takes_no_post(held: str, name: str) -> None:
    """Its methods are asked first, so that nothing has to stand at the address."""
    parts = {
        "participant": "p1", "study_id": STUDY, "photo": "x", "size": "small", "name": "app.js",
        "definition": "0" * 64, "visit": "W0", "form": "vitals", "repeat": 0,
    }  # fmt: skip
    wanted = (route for route in possibilities(name) if set(route) <= set(parts))
    address = reverse(name, kwargs={part: parts[part] for part in next(wanted)})

    assert desk().post(address, {"status": "locked"}).status_code == 405


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


def possibilities(name: str) -> Iterator[Sequence[str]]:
    """The parts of the addresses that a name stands for."""
    for variants, *_ in get_resolver().reverse_dict.getlist(name):
        for _, parts in variants:
            yield parts
