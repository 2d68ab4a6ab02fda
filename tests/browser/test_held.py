"""What was typed when a session ended: held by the server, and shown again to the same person alone."""

import re

import pytest
from django.test import Client
from tests.browser.desks import HOME, form_address, posted
from tests.browser.test_answers import held, stored
from tests.browser.test_disk import NOTE, STATES, refusing
from tests.store.conftest import data, small_data
from tests.store.small import COORDINATOR, START, STUDY, give, make_moment, save, screen, small_files

__all__ = ["data", "held", "small_data"]

pytestmark = pytest.mark.usefixtures("data")

PASSWORD = "nine small otters swim"
HOST = {"host": "127.0.0.1"}
AGAIN = "sign in again, and it stands in the form"


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


def sent_from(page: str, **answers: str) -> dict[str, str]:
    """What a browser sends back of that page, as its hidden fields say."""
    hidden = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("command", "base")}
    told = {name: found[1] for name, found in hidden.items() if found}
    return {**told, "page.mark": mark_in(page), **answers}


def asides(page: str) -> list[str]:
    """The lines of the notes about what is not in the fields."""
    notes = re.findall(r'<section class="soft" role="status">(.*?)</section>', page, re.S)
    return [re.sub(r"<[^>]+>|\s+", " ", note) for note in notes]


def at_another_browser(login: str = "ann") -> Client:
    client = Client(headers=HOST)
    enter(client, login)
    return client


def count(table: str) -> int:
    from trialwright.store.rows import select_one

    (found,) = select_one(f"SELECT COUNT(*) FROM {table}") or (0,)
    return int(found or 0)


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
    assert "70" not in "".join(asides(page_of(client)))
    client.post("/sign-out")
    enter(client, "ann")

    assert 'value="70"' in page_of(client)


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
    assert "What you entered is kept" in answer.content.decode()
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


# ------------------------------------------------------------------ newer work


def held_70(client: Client) -> None:
    sent = sent_from(page_of(client), weight="70")
    end_session(client)
    client.post(form_address("p1"), sent)


def test_a_newer_draft_stays_and_the_held_page_is_told_beside_it(client) -> None:
    other = at_another_browser()
    page = page_of(other)
    held_70(client)
    other.post(form_address("p1", name="draft"), sent_from(page, weight="88"))

    enter(client, "ann")

    page = page_of(client)
    (note,) = asides(page)
    assert 'value="88"' in page
    assert "88" in note and "70" in note
    assert client.post(form_address("p1"), sent_from(page, weight="88")).status_code == 302
    assert stored()["weight"] == "88"
    assert (asides(page_of(client)), count("held_page")) == ([], 0)


def test_a_newer_save_stays_and_the_held_page_is_told_beside_it(client) -> None:
    other = at_another_browser()
    page = page_of(other)
    held_70(client)
    assert other.post(form_address("p1"), sent_from(page, weight="88")).status_code == 302

    enter(client, "ann")

    page = page_of(client)
    assert 'value="88"' in page
    assert "70" in asides(page)[0]
    assert "A draft of yours stands" not in page


def test_a_date_of_a_visit_that_was_saved_since_stays(client) -> None:
    address = f"{HOME}participants/p1/visits/W2/"
    other = at_another_browser()
    newer = sent_from(page_of(other, address), date="2026-03-14")
    sent = sent_from(page_of(client, address), date="2026-03-15")
    end_session(client)
    client.post(address, sent)
    assert other.post(address, newer).status_code == 302

    enter(client, "ann")

    page = page_of(client, address)
    assert 'value="14 Mar 2026"' in page
    assert "2026-03-15" in asides(page)[0]
    again = sent_from(page, date="2026-03-15", reason_for_change="misread")
    assert client.post(address, again).status_code == 302
    assert count("held_page") == 0


def test_a_draft_that_the_page_never_showed_is_newer_however_late_the_page_comes(client) -> None:
    old = sent_from(page_of(client), weight="70")
    end_session(client)
    other = at_another_browser()
    other.post(form_address("p1", name="draft"), sent_from(page_of(other), weight="88"))
    client.post(form_address("p1"), old)

    enter(client, "ann")

    page = page_of(client)
    assert 'value="88"' in page
    assert "70" in asides(page)[0]


def test_the_page_goes_on_from_its_own_draft_and_from_one_that_it_showed(client) -> None:
    client.post(form_address("p1", name="draft"), sent_from(page_of(client), weight="6"))
    page = page_of(client)
    client.post(form_address("p1", name="draft"), sent_from(page, weight="7"))
    end_session(client)
    client.post(form_address("p1", name="draft"), sent_from(page, weight="70"))

    enter(client, "ann")

    page = page_of(client)
    assert 'value="70"' in page
    assert asides(page) == []


def test_two_pages_of_one_form_are_both_kept(client) -> None:
    pages = [sent_from(page_of(client), weight=weight) for weight in ("70", "71")]
    end_session(client)
    for sent in pages:
        client.post(form_address("p1"), sent)

    enter(client, "ann")

    page = page_of(client)
    assert 'value="70"' in page
    assert "71" in asides(page)[0]


def test_what_came_after_the_page_was_shown_is_not_dropped_by_its_save(client) -> None:
    other = at_another_browser()
    late = sent_from(page_of(client), weight="71")
    page = page_of(other)
    held_70(client)
    other.post(form_address("p1", name="draft"), sent_from(page, weight="88"))
    told = page_of(other)
    assert "70" in asides(told)[0]
    client.post(form_address("p1"), late)

    other.post(form_address("p1"), sent_from(told, weight="88"))

    (note,) = asides(page_of(other))
    assert "71" in note


def test_a_reason_and_an_emptied_field_are_told_too(client) -> None:
    client.post(form_address("p1"), sent_from(page_of(client), weight="60"))
    other = at_another_browser()
    newer = sent_from(page_of(other), weight="61", reason_for_change="misread")
    sent = sent_from(page_of(client), weight="", reason_for_change="wrong person")
    end_session(client)
    client.post(form_address("p1"), sent)
    assert other.post(form_address("p1"), newer).status_code == 302

    enter(client, "ann")

    (note,) = asides(page_of(client))
    assert re.search(r"61 kg +– ", note)
    assert "wrong person" in note


def test_answers_on_criteria_that_were_saved_since_stay(client) -> None:
    from tests.browser.test_participant_page import ATTESTED, ELIGIBILITY, SCHEDULE

    from trialwright.store.definitions import activate, add_definition

    files = small_files(version="2.0.0") | {
        "eligibility.yaml": ELIGIBILITY.encode(),
        "forms/eligibility.yaml": ATTESTED.encode(),
        "schedule.yaml": SCHEDULE.encode(),
    }
    activate(STUDY, "S01", add_definition(files, {}, at=START).hash, by=COORDINATOR, at=make_moment())
    give(screen("p2"))
    give(save("p2", "SCR", "visit", {"date": "2026-02-02"}))
    address = f"{HOME}participants/p2/visits/SCR/eligibility"
    other = at_another_browser()
    newer = sent_from(page_of(other, address), e3="false", decide="")
    sent = sent_from(page_of(client, address), e3="true", decide="")
    end_session(client)
    client.post(address, sent)
    assert other.post(address, newer).status_code == 302

    enter(client, "ann")

    page = page_of(client, address)
    assert re.search(r"No +Yes", asides(page)[0])
    assert client.post(address, sent_from(page, e3="false", decide="")).status_code == 302
    assert asides(page_of(client, address)) == []


# ------------------------------------------------------------------ what was redacted


def redact_note(name: str) -> None:
    from trialwright.ledger.commands import RedactValue
    from trialwright.store.casebooks import load

    record = load(STUDY, "p1").records["W0", "vitals", 0]
    give(RedactValue("c-" + name, "p1", record.items["note"].sequence, "note", "a name was typed"))


def words_in_tables(words: str) -> set[str]:
    from trialwright.store.rows import select

    tables = ("draft", "held_page", "django_session", "event_value", "record", "event")
    return {table for table in tables for row in select(f"SELECT * FROM {table}") if words in str(row)}


def noted(client: Client) -> str:
    """A page that shows a name in the note."""
    client.post(form_address("p1"), sent_from(page_of(client), note="Mr Secret"))
    return page_of(client)


def test_a_redaction_reaches_what_is_held(client) -> None:
    sent = sent_from(noted(client), note="Mr Secret", weight="70")
    end_session(client)
    client.post(form_address("p1"), sent)
    assert "held_page" in words_in_tables("Mr Secret")

    redact_note("r1")

    assert words_in_tables("Mr Secret") == set()
    enter(client, "ann")
    page = page_of(client)
    assert "Mr Secret" not in page
    assert "70" in asides(page)[0]


@pytest.mark.parametrize("way", ["held", "draft", "conflict"])
def test_an_old_page_does_not_bring_back_what_was_redacted(client, way) -> None:
    sent = sent_from(noted(client), note="Mr Secret!", weight="70", reason_for_change="x")
    redact_note("r1")
    if way == "held":
        end_session(client)

    client.post(form_address("p1", name="draft" if way == "draft" else ""), sent)
    if way == "held":
        enter(client, "ann")

    assert words_in_tables("Mr Secret") == set()
    assert "70" in page_of(client)


def test_a_page_shown_after_a_redaction_may_say_something_new(client) -> None:
    noted(client)
    redact_note("r1")
    sent = sent_from(page_of(client), note="nothing else", reason_for_change="x")
    end_session(client)
    client.post(form_address("p1"), sent)

    enter(client, "ann")

    assert "nothing else" in page_of(client)


@pytest.mark.parametrize(("is_new", "expected"), [(False, False), (True, True)])
def test_a_value_that_was_replaced_before_its_redaction_is_only_in_pages_from_before(
    client, is_new, expected
) -> None:
    """A redaction of what no longer stands leaves the record as it is, and so the pages that came after."""
    from trialwright.ledger.commands import RedactValue
    from trialwright.store.casebooks import load

    sent = sent_from(noted(client), note="Mr Secret!", reason_for_change="x")
    first = load(STUDY, "p1").records["W0", "vitals", 0].items["note"].sequence
    client.post(form_address("p1"), sent_from(page_of(client), note="replaced", reason_for_change="typed it"))
    if is_new:
        sent = sent_from(page_of(client), note="replaced again", reason_for_change="x")
    give(RedactValue("c-r", "p1", first, "note", "a name was typed"))

    client.post(form_address("p1", name="draft"), sent)

    assert words_in_tables("Mr Secret") == set()
    assert ("draft" in words_in_tables("replaced again")) is expected


def test_a_reason_that_was_redacted_does_not_come_back_from_the_page_that_gave_it(client) -> None:
    from trialwright.ledger.commands import RedactValue
    from trialwright.ledger.events import REASON
    from trialwright.store.casebooks import load

    client.post(form_address("p1"), sent_from(page_of(client), weight="60"))
    sent = sent_from(page_of(client), weight="61", reason_for_change="Mr Secret")
    client.post(form_address("p1"), sent)
    at = load(STUDY, "p1").records["W0", "vitals", 0].items["weight"].sequence
    give(RedactValue("c-r", "p1", at, REASON, "a name was typed"))
    end_session(client)

    client.post(form_address("p1"), sent)

    assert words_in_tables("Mr Secret") == set()
    assert count("held_page") == 1


# ------------------------------------------------------------------ the disk


@pytest.mark.parametrize(("state", "status", "title"), STATES)
@pytest.mark.parametrize("is_strict", [False, True])
def test_what_the_disk_refuses_is_not_called_kept_and_goes_through_later(
    client, state, status, title, is_strict
) -> None:
    browser = Client(headers=HOST, enforce_csrf_checks=is_strict)
    sent = sent_from(page_of(client), weight="70", note=NOTE)
    with state():
        refused = browser.post(form_address("p1", name="draft"), sent, headers={"accept": "application/json"})
        assert refused.status_code == status
        assert title in refused.content.decode()
    assert count("held_page") == 0

    browser.post(form_address("p1", name="draft"), sent)
    enter(client, "ann")
    assert 'value="70"' in page_of(client)


def test_a_session_that_says_more_than_its_times_is_kept_or_refused(client) -> None:
    from django.db import DatabaseError

    session = client.session
    session["roles"] = {STUDY: "monitor"}
    with refusing(), pytest.raises(DatabaseError):
        session.save()
    session["roles"] = {}
    del session["roles"]
    session["seen"] += 1
    with refusing():
        session.save()


# ------------------------------------------------------------------ whose it is


@pytest.mark.parametrize("is_script", [False, True])
def test_a_page_of_another_person_is_kept_for_that_person_and_says_so(client, is_script) -> None:
    sent = sent_from(page_of(client), weight="70")
    client.post("/sign-out")
    enter(client, "ben")
    strict = Client(headers=HOST, enforce_csrf_checks=True)
    strict.cookies = client.cookies
    accept = "application/json" if is_script else "text/html"

    answer = strict.post(form_address("p1"), sent, headers={"accept": accept})

    said = answer.content.decode()
    assert answer.status_code == 403
    assert "shown to somebody else" in said
    assert "What you entered" not in said
    page = page_of(client)
    assert 'value="70"' not in page and asides(page) == []
    client.post("/sign-out")
    enter(client, "ann")
    assert 'value="70"' in page_of(client)


def test_a_mark_opens_no_other_place(client) -> None:
    """The address counts for nothing: what comes back is of the page that was shown."""
    sent = sent_from(page_of(client), weight="70")
    end_session(client)
    client.post(form_address("p1", "SCR"), sent)

    enter(client, "ann")

    assert 'value="70"' not in page_of(client, form_address("p1", "SCR"))
    assert 'value="70"' in page_of(client)


def test_a_mark_never_touches_a_draft_before_its_person_signs_in(client) -> None:
    page = page_of(client)
    client.post(form_address("p1", name="draft"), sent_from(page, weight="88"))

    Client(headers=HOST).post(form_address("p1"), sent_from(page, weight="70"))

    assert 'value="88"' in page_of(client)


def test_a_mark_of_an_account_that_was_closed_keeps_nothing(client) -> None:
    from trialwright.store.models import Account

    sent = sent_from(page_of(client), weight="70")
    Account.objects.filter(login="ann").update(is_active=False)

    answer = client.post(form_address("p1"), sent)

    assert count("held_page") == 0
    assert AGAIN not in page_of(client, answer["Location"])


def test_a_mark_grows_old(client, monkeypatch) -> None:
    from django.core import signing

    sent = sent_from(page_of(client), weight="70")
    later = signing.time.time() + 13 * 60 * 60
    monkeypatch.setattr(signing.time, "time", lambda: later)

    Client(headers=HOST).post(form_address("p1"), sent)

    assert count("held_page") == 0


def test_who_has_lost_the_right_to_enter_the_form_sees_nothing_of_it(client) -> None:
    from trialwright.store.models import Account

    held_70(client)
    ann = Account.objects.get(login="ann")
    Account.objects.filter(id=ann.id).update(grants=ann.grants.replace("coordinator", "monitor"))
    enter(client, "ann")

    page = page_of(client)
    assert 'value="70"' not in page and asides(page) == []


def test_no_more_is_held_than_anybody_may_leave_and_the_rest_is_told_so(client, monkeypatch) -> None:
    from trialwright.store import held as store

    monkeypatch.setattr(store, "MOST", 2)
    pages = [sent_from(page_of(client), weight=str(60 + at)) for at in range(3)]
    end_session(client)
    headers = {"accept": "application/json"}
    address = form_address("p1", name="draft")

    said = [client.post(address, sent, headers=headers).json()["note"] for sent in pages]
    again = client.post(address, pages[0], headers=headers).json()["note"]

    assert [bool(each) for each in (*said, again)] == [True, True, False, True]
    assert count("held_page") == 2


def test_it_is_held_for_thirty_days(client, monkeypatch) -> None:
    from datetime import timedelta

    from trialwright.store import clock

    held_70(client)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=31))
    enter(client, "ann")

    assert 'value="70"' not in page_of(client)
    assert count("held_page") == 0


def test_a_demo_keeps_it_on_the_clock_of_its_pages(client, monkeypatch) -> None:
    from django.conf import settings

    from trialwright.store.folder import DemoCalendar
    from trialwright.store.rows import select

    monkeypatch.setattr(settings, "DEMO", DemoCalendar(days_off=-400))
    from trialwright.store.clock import now

    Client(headers=HOST).post(form_address("p1"), sent_from(page_of(client), weight="70"))
    ((shown, updated),) = select("SELECT shown_utc, updated_utc FROM held_page")
    assert str(shown) <= str(updated)
    assert str(updated)[:10] == now().date().isoformat()
