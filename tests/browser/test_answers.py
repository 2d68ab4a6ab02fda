"""What the server answers to requests: signed out, wrong role, wrong site, twice, too late, too long idle."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, override_settings
from tests.browser.desks import HOME, desk, form_address, posted
from tests.store.conftest import data, small_data
from tests.store.small import STUDY, enrol, give, save, screen
from tests.store.test_submit import count, statements

import trialwright.web

__all__ = ["data", "small_data"]

pytestmark = pytest.mark.usefixtures("data")


@pytest.fixture
def held(data: Path) -> str:
    """A participant of the first site, enrolled, with the visit of week 0."""
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-20"}))
    give(enrol("p1"))
    give(save("p1", "W0", "visit", {"date": "2026-02-28"}))
    return "p1"


def stored(participant: str = "p1", visit: str = "W0", form: str = "vitals") -> dict[str, str]:
    from trialwright.store.casebooks import load

    record = load(STUDY, participant).records.get((visit, form, 0))
    items = record.items if record else {}
    return {item: getattr(entry.datum, "text", "") or entry.datum.reason for item, entry in items.items()}


# ------------------------------------------------------------------ who may


def test_signed_out_leads_to_the_sign_in_and_back(held: str) -> None:
    answer = Client(headers={"host": "127.0.0.1"}).get(form_address(held))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=%2Fstudies")


def test_a_draft_after_the_session_ended_says_so_in_json(held: str) -> None:
    client = Client(headers={"host": "127.0.0.1", "accept": "application/json"})

    assert client.post(form_address(held, name="draft"), posted()).status_code == 401


@pytest.mark.parametrize(
    "address", ["", "visits/W0/", "visits/W0/forms/vitals/0/", "visits/W0/forms/vitals/0/history"]
)
def test_another_sites_participant_is_as_missing_as_one_that_is_not_there(held: str, address: str) -> None:
    other = desk(site="S02")

    theirs = other.get(f"{HOME}participants/{held}/{address}")
    nobodys = other.get(f"{HOME}participants/nobody/{address}")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert bare(theirs.content.decode()) == bare(nobodys.content.decode())


def bare(text: str) -> str:
    """Without the tokens against forgery, and without the address asked for."""
    return re.sub(r'value="[^"]*"', "", text)


def test_a_role_without_the_right_is_refused_by_the_server(held: str) -> None:
    monitor = desk("monitor")

    assert monitor.get(form_address(held)).status_code == 200
    assert monitor.post(form_address(held), posted(weight="70")).status_code == 403
    assert stored() == {}


def test_an_administrator_reads_no_data(held: str) -> None:
    assert desk("administrator").get(f"{HOME}participants/{held}/").status_code == 403


def test_a_study_without_a_role_is_not_there(held: str) -> None:
    assert desk().get("/studies/OTHER/").status_code == 404


def test_an_idle_session_ends(held: str) -> None:
    client = desk()
    client.get(HOME)
    session = client.session
    session["seen"] = session["seen"] - 16 * 60
    session.save()

    assert client.get(HOME).status_code == 302


def test_a_session_ends_however_much_is_done(held: str) -> None:
    client = desk()
    client.get(HOME)
    session = client.session
    session["since"] = session["since"] - 13 * 60 * 60
    session.save()

    assert client.get(HOME).status_code == 302


@override_settings(SESSION_IDLE_SECONDS=30)
def test_staying_signed_in_begins_the_idle_time_anew_and_asking_does_not(held: str) -> None:
    client = desk()
    client.get(HOME)
    session = client.session
    session["seen"] = session["seen"] - 20
    session.save()

    assert [client.get("/session").json()["idle"] for _ in range(2)] == [9, 9]
    assert client.post("/session").json()["idle"] in (29, 30)
    assert client.get("/session").json()["idle"] in (29, 30)


def test_a_session_that_is_over_cannot_be_stayed_in(held: str) -> None:
    client = desk()
    client.get(HOME)

    with override_settings(SESSION_IDLE_SECONDS=-1):
        assert client.post("/session").status_code == 401
        assert client.get(HOME)["Location"].startswith("/sign-in")


# ------------------------------------------------------------------ saving


def test_a_save_is_a_record_and_leads_on(held: str) -> None:
    answer = desk().post(form_address(held), posted(weight="70", height="176", then="close"))

    assert answer["Location"] == f"{HOME}participants/{held}/visits/W0/"
    assert stored() == {"weight": "70", "height": "176", "twice": "140"}


def test_a_save_asks_the_database_at_most_eight_times(held: str) -> None:
    client = desk()
    client.post(form_address(held, visit="SCR"), posted("c0", weight="69"))
    with statements() as seen:
        client.post(form_address(held), posted(weight="70", height="176"))

    assert len([one for one in seen if not one.startswith(("BEGIN", "COMMIT"))]) <= 8, "\n".join(seen)


def test_a_double_click_is_stored_once(held: str) -> None:
    client = desk()
    first = client.post(form_address(held), posted(weight="70"))
    events = count("event")

    again = client.post(form_address(held), posted(weight="70"))

    assert (again.status_code, again["Location"]) == (first.status_code, first["Location"])
    assert count("event") == events


def test_what_is_no_number_stops_the_save_and_stays_in_the_field(held: str) -> None:
    answer = desk().post(form_address(held), posted(weight="heavy", height="176"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#f-weight">Weight: “heavy” is not a number.</a>' in page
    assert '<p class="fe" id="e-weight">“heavy” is not a number.</p>' in page
    assert 'value="heavy"' in page
    assert 'value="176"' in page
    assert "<title>Error:" in page
    assert stored() == {}


def test_a_reason_takes_the_place_of_a_value(held: str) -> None:
    desk().post(form_address(held), posted(weight__missing="not_done"))

    assert stored()["weight"] == "not_done"


def test_a_value_and_a_reason_together_are_refused(held: str) -> None:
    answer = desk().post(form_address(held), posted(weight="70", weight__missing="refused"))

    assert answer.status_code == 422
    assert "not both" in answer.content.decode()


def test_a_change_needs_its_reason(held: str) -> None:
    client = desk()
    client.post(form_address(held), posted("c1", weight="70", height="176"))
    base = base_of(client, held)

    without = client.post(form_address(held), posted("c2", base, weight="71"))
    given = client.post(form_address(held), posted("c3", base, weight="71", reason_for_change="misread"))

    assert (without.status_code, given.status_code) == (422, 302)
    assert stored()["weight"] == "71"


def base_of(client: Client, participant: str) -> int:
    found = re.search(r'name="base" value="(\d+)"', client.get(form_address(participant)).content.decode())
    assert found
    return int(found[1])


def test_two_who_change_one_item_see_both_values(held: str) -> None:
    first, second = desk(login="first"), desk(login="second")
    first.post(form_address(held), posted("c1", weight="70"))

    answer = second.post(form_address(held), posted("c2", weight="75"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "70" in page
    assert "75" in page
    assert stored()["weight"] == "70"


def test_two_who_change_different_items_both_stay(held: str) -> None:
    first, second = desk(login="first"), desk(login="second")
    first.post(form_address(held), posted("c1", weight="70"))

    assert second.post(form_address(held), posted("c2", height="176")).status_code == 302
    assert stored() == {"weight": "70", "height": "176", "twice": "140"}


def test_a_visit_that_did_not_take_place_has_its_reason(held: str) -> None:
    client = desk()
    answer = client.post(f"{HOME}participants/{held}/visits/W2/", posted(date__missing="refused"))

    assert answer.status_code == 302
    assert "did not take place" in client.get(form_address(held, visit="W2")).content.decode()


# ------------------------------------------------------------------ drafts and looking ahead


def test_a_draft_is_kept_for_its_author_and_gone_with_the_save(held: str) -> None:
    author, other = desk(login="author"), desk(login="other")
    author.post(form_address(held, name="draft"), posted(weight="7"))

    assert 'value="7"' in author.get(form_address(held)).content.decode()
    assert 'value="7"' not in other.get(form_address(held)).content.decode()
    assert stored() == {}
    author.post(form_address(held), posted(weight="70"))
    assert "A draft of yours" not in author.get(form_address(held)).content.decode()


def test_a_draft_tells_its_time_by_the_clock_of_the_site(held: str) -> None:
    client = desk()
    said = client.post(form_address(held, name="draft"), posted(weight="7")).json()["note"]

    assert said in client.get(form_address(held)).content.decode()
    hour = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%H:")
    assert said.startswith(f"Draft saved {hour}")


def test_looking_ahead_computes_and_asks_and_stores_nothing(held: str) -> None:
    events = count("event")
    seen = desk().post(form_address(held, name="preview"), posted(weight="210", height="tall")).json()

    assert seen["derived"] == {"twice": "420.0 kg"}
    assert seen["checks"] == {"weight": "Is the weight right?"}
    assert count("event") == events + 2  # the account and its role


def test_the_value_is_right_answers_the_query_at_once(held: str) -> None:
    from trialwright.store.casebooks import load

    desk().post(form_address(held), posted(weight="210", weight__right="weighed twice"))

    (query,) = load(STUDY, held).queries.values()
    assert (query.state, query.answer) == ("answered", "weighed twice")


# ------------------------------------------------------------------ lists, language, headers


def test_a_list_page_asks_no_more_for_more_queries_of_a_participant(held: str) -> None:
    client = desk()
    client.get(f"{HOME}participants/")
    with statements() as few:
        client.get(f"{HOME}participants/")
    give(save(held, "W0", "vitals", {"weight": "220"}))
    client.get(f"{HOME}participants/")
    with statements() as many:
        client.get(f"{HOME}participants/")

    assert len(many) == len(few)


LISTS = ("", "participants/", "queries/")


@pytest.mark.parametrize("is_cold", [False, True])
def test_a_list_page_asks_no_more_for_more_participants(held: str, is_cold: bool) -> None:
    client = desk()
    give(save(held, "W0", "vitals", {"weight": "220"}))
    few = [count_of(client, HOME + address, is_cold) for address in LISTS]
    for number in range(5):
        give(screen(f"more{number}"))
        give(save(f"more{number}", "SCR", "visit", {"date": "2026-02-20"}))
        give(save(f"more{number}", "SCR", "vitals", {"weight": "220"}))
    many = [count_of(client, HOME + address, is_cold) for address in LISTS]

    assert many == few
    assert max(many) <= 16


def count_of(client: Client, address: str, is_cold: bool) -> int:
    """Statements of a page, for a process that has seen it, or has seen no casebook yet."""
    from trialwright.store.cache import CASEBOOKS

    client.get(address)
    if is_cold:
        CASEBOOKS.forget()
    with statements() as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_a_long_list_goes_on_over_pages(held: str) -> None:
    for number in range(26):
        give(screen(f"more{number}"))
    client = desk()

    first = client.get(f"{HOME}participants/").content.decode()
    second = client.get(f"{HOME}participants/?page=2").content.decode()

    assert "27 participants in all" in first
    assert (first.count('scope="row"'), second.count('scope="row"')) == (25, 2)
    assert f'href="{HOME}participants/?page=2" rel="next"' in first
    assert f'href="{HOME}participants/?page=1" rel="prev"' in second
    assert 'rel="next"' not in second


def test_a_participant_is_found_by_a_part_of_the_code(held: str) -> None:
    for number in range(26):
        give(screen(f"more{number}"))
    client = desk()

    assert client.get(f"{HOME}participants/?find=s01-027").content.decode().count('scope="row"') == 1
    assert client.get(f"{HOME}participants/?find=%25").content.decode().count('scope="row"') == 0


def test_queries_are_paged_by_participant(held: str) -> None:
    for number in range(26):
        give(screen(f"more{number}"))
        give(save(f"more{number}", "SCR", "visit", {"date": "2026-02-20"}))
        give(save(f"more{number}", "SCR", "vitals", {"weight": "220"}))
    client = desk()

    assert 'rel="next"' in client.get(f"{HOME}queries/").content.decode()
    assert client.get(f"{HOME}queries/?page=2").content.decode().count("Is the weight right?") == 1


def test_an_administrator_has_a_home_without_ways_to_data(held: str) -> None:
    page = desk("administrator").get(HOME).content.decode()

    assert "You keep the accounts and see no data." in page
    assert f'href="{HOME}participants/"' not in page


def test_the_language_is_kept_and_said_in_the_page(held: str) -> None:
    client = desk()
    client.post("/language", {"language": "zh-Hans", "next": HOME})

    page = client.get(HOME).content.decode()

    assert '<html lang="zh-Hans"' in page
    assert "工作列表" in page


def test_nobody_is_led_to_another_server(held: str) -> None:
    answer = desk().post("/language", {"language": "en", "next": "https://elsewhere.example/"})

    assert answer["Location"] == "/"


def test_no_state_changes_by_get(held: str) -> None:
    client = desk()

    assert client.get("/sign-out").status_code == 405
    assert client.get(form_address(held, name="draft")).status_code == 405


def test_a_form_without_its_token_is_refused(held: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})

    assert client.post("/language", {"language": "en"}).status_code == 403


def test_text_of_people_is_shown_as_text(held: str) -> None:
    client = desk()
    client.post(form_address(held), posted(weight="70", note="<script>alert(1)</script>"))

    page = client.get(form_address(held)).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_templates_hold_no_script_and_no_style_of_their_own() -> None:
    folder = Path(trialwright.web.__file__).parent
    pattern = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:")
    found = [path.name for path in folder.rglob("*.html") if pattern.search(path.read_text("utf-8"))]

    assert found == []


def test_the_policy_forbids_what_is_inline(held: str) -> None:
    assert "unsafe-inline" not in desk().get(HOME)["Content-Security-Policy"]


# ------------------------------------------------------------------ the history of one value


def test_the_history_of_a_value_is_one_link_away_and_tells_it_all(held: str) -> None:
    client = desk(login="li")
    client.post(form_address(held), posted("c1", weight="70", height="176"))
    assert (
        f"{form_address(held, name='history')}?item=note"
        not in client.get(form_address(held)).content.decode()
    )
    client.post(
        form_address(held), posted("c2", base_of(client, held), weight="71", reason_for_change="misread")
    )
    link = f"{form_address(held, name='history')}?item=weight"
    assert f'href="{link}"' in client.get(form_address(held)).content.decode()

    page = client.get(link).content.decode()

    rows = [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", row)) for row in page.split("<tr")[2:]]
    assert len(rows) == 2
    assert all(
        word in rows[0]
        for word in ("70", "71", "Li", "Coordinator", "(Asia/Shanghai)", "misread", "Site staff")
    )
    assert "Day at the site: " in rows[0]
    assert "176" not in page


def test_an_item_that_is_not_of_the_form_has_no_history(held: str) -> None:
    assert desk().get(f"{form_address(held, name='history')}?item=nothing").status_code == 404
