"""Pages about contact, messages and silent diaries: who may, who may not, and what they say."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoDbBlocker
from tests.store.conftest import close
from tests.store.small import STUDY, screen
from tests.store.small_diary import (
    ADMINISTRATOR,
    add_person,
    enter,
    give,
    local,
    make_diary_study,
    moment,
)

from trialwright.reminders.gateway import Screen

ROLES = ("coordinator", "investigator", "monitor", "administrator")
HOME = f"/studies/{STUDY}"
CONTACT = f"{HOME}/participants/p1/contact"
FIELDS = {
    "do": "save",
    "phone": "+86 138 0013 8000",
    "email": "li@home.example",
    "channel": "sms",
    "language": "en",
    "remind_at": "21:00",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """p1 and p2 at two sites, each with a phone; a coordinator of the first, all others of both."""
    folder = tmp_path_factory.mktemp("contacts") / "data"
    with django_db_blocker.unblock():
        make_diary_study(folder)
        add_person("p1")
        add_person("p2", site="S02")
        add_accounts()
        close()
    return folder


def add_accounts() -> None:
    from trialwright.store.accounts import NewAccount, create_account, grant
    from trialwright.store.models import Account

    for role in ROLES:
        account = NewAccount(role, "", role.title(), "Hospital")
        new = create_account(STUDY, account, by=ADMINISTRATOR, at=moment())
        assert isinstance(new, Account)
        site = "S01" if role == "coordinator" else ""
        assert grant(STUDY, new.id, role, site, by=ADMINISTRATOR, at=moment()) is None


@pytest.fixture
def pages(
    made: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """It is one in the afternoon of 5 March 2026 at the sites."""
    from trialwright.store import clock
    from trialwright.store.folder import open_data

    folder = tmp_path / "data"
    shutil.copytree(made, folder)
    monkeypatch.setattr(clock, "now", lambda: local("03-05 13:00"))
    with django_db_blocker.unblock():
        open_data(folder)
        yield folder
        close()


def client(role: str = "coordinator", language: str = "en") -> Client:
    from trialwright.store.models import Account
    from trialwright.web.entrance.views import BACKEND

    made = Client(headers={"host": "127.0.0.1"})
    made.cookies["django_language"] = "zh-hans" if language == "zh-Hans" else language
    if role:
        made.force_login(Account.objects.get(login_key=role), backend=BACKEND)
    return made


def text_of(role: str, address: str, status: int = 200, language: str = "en") -> str:
    """The words of a page."""
    got = client(role, language).get(address)
    assert got.status_code == status, (address, got.status_code)
    main = got.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


# ------------------------------------------------------------------ who may


PAGES = [
    ("", CONTACT, 302),
    ("coordinator", CONTACT, 200),
    ("investigator", CONTACT, 403),
    ("monitor", CONTACT, 403),
    ("administrator", CONTACT, 403),
    ("coordinator", f"{HOME}/participants/p2/contact", 404),
    ("coordinator", f"{HOME}/participants/nobody/contact", 404),
    ("", f"{CONTACT}/diary.ics", 302),
    ("coordinator", f"{CONTACT}/diary.ics", 200),
    ("investigator", f"{CONTACT}/diary.ics", 403),
    ("coordinator", f"{HOME}/participants/p2/contact/diary.ics", 404),
    ("", f"{HOME}/messages/", 302),
    ("coordinator", f"{HOME}/messages/", 200),
    ("investigator", f"{HOME}/messages/", 403),
    ("administrator", f"{HOME}/messages/", 403),
    ("", f"{HOME}/silent/", 302),
    ("coordinator", f"{HOME}/silent/", 200),
    ("investigator", f"{HOME}/silent/", 200),
    ("monitor", f"{HOME}/silent/", 403),
    ("administrator", f"{HOME}/silent/", 403),
]


@pytest.mark.parametrize(("role", "address", "status"), PAGES)
@pytest.mark.unmeasured
def test_who_may_open_a_page(pages: Path, role: str, address: str, status: int) -> None:
    assert client(role).get(address).status_code == status


@pytest.mark.parametrize("role", ["", "investigator", "monitor"])
def test_who_may_not_change_a_contact(pages: Path, role: str) -> None:
    from trialwright.store.contacts import Contact, contact_of

    assert client(role).post(CONTACT, FIELDS).status_code in (302, 403)
    assert contact_of(STUDY, "p1") == Contact()


def test_links_are_for_those_who_may(pages: Path) -> None:
    here = f"{HOME}/participants/p1/"
    assert CONTACT in client("coordinator").get(here).content.decode()
    assert CONTACT not in client("investigator").get(here).content.decode()
    messages = f'href="{HOME}/messages/"'
    assert messages in client("coordinator").get(f"{HOME}/").content.decode()
    assert messages not in client("investigator").get(f"{HOME}/").content.decode()


# ------------------------------------------------------------------ contact


def test_a_contact_is_saved_and_shown(pages: Path) -> None:
    from trialwright.store.contacts import contact_of

    here = client()
    got = here.post(CONTACT, FIELDS)
    assert (got.status_code, got["Location"]) == (302, CONTACT)

    found = contact_of(STUDY, "p1")
    assert (found.phone, found.channel, found.remind_at) == ("+8613800138000", "sms", 21 * 60)
    page = here.get(CONTACT).content.decode()
    assert 'value="+8613800138000"' in page
    assert "Saved 13:00" in page


def test_what_is_wrong_is_said_beside_the_field(pages: Path) -> None:
    from trialwright.store.contacts import Contact, contact_of

    got = client().post(CONTACT, {**FIELDS, "phone": "138", "remind_at": "13:00"})
    page = got.content.decode()

    assert got.status_code == 422
    assert 'id="f-phone-error"' in page
    assert 'href="#f-remind_at"' in page
    assert 'value="138"' in page
    assert contact_of(STUDY, "p1") == Contact()


def test_an_unknown_field_is_refused(pages: Path) -> None:
    assert client().post(CONTACT, {**FIELDS, "status": "locked"}).status_code == 422


def test_a_contact_is_erased_after_a_word(pages: Path) -> None:
    from trialwright.store.contacts import Contact, contact_of

    here = client()
    here.post(CONTACT, FIELDS)

    refused = here.post(CONTACT, {"do": "erase"})
    assert refused.status_code == 422
    assert 'id="f-erase-error"' in refused.content.decode()
    assert contact_of(STUDY, "p1") != Contact()

    assert here.post(CONTACT, {"do": "erase", "erase": "yes"}).status_code == 302
    assert contact_of(STUDY, "p1") == Contact()


def test_the_calendar_file_keeps_the_hour(pages: Path) -> None:
    here = client()
    here.post(CONTACT, FIELDS)
    got = here.get(f"{CONTACT}/diary.ics")

    assert got["Content-Type"] == "text/calendar; charset=utf-8"
    assert 'filename="diary.ics"' in got["Content-Disposition"]
    (event,) = Calendar.from_ical(got.content).walk("VEVENT")
    assert f"{event['dtstart'].dt:%Y-%m-%d %H:%M}" == "2026-03-05 21:00"


def test_a_study_without_diary_has_no_contacts(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        make_diary_study(tmp_path / "data", has_diary=False)
        add_accounts()
        give(screen("p1"))
        here = client()

        assert here.get(CONTACT).status_code == 404
        page = here.get(f"{HOME}/participants/p1/").content.decode()
        assert CONTACT not in page
        assert f"{HOME}/messages/" not in page
        close()


# ------------------------------------------------------------------ messages


def remind() -> None:
    from trialwright.reminders.rounds import run_round

    run_round({"screen": Screen()}, at=local("03-05 20:00"))


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Shown here"), ("zh-Hans", "显示于此")],
)
def test_the_page_of_messages_shows_those_of_the_own_sites(pages: Path, language: str, words: str) -> None:
    client().post(CONTACT, FIELDS)
    client().post(CONTACT, {**FIELDS, "remind_at": ""})
    remind()

    text = text_of("coordinator", f"{HOME}/messages/", language=language)

    assert words in text
    assert "S01-001" in text
    assert "S02-001" not in text
    assert "+8613800138000" in text
    assert "Your diary is open until 12:00 tomorrow." in text


def test_the_page_of_a_contact_shows_its_messages(pages: Path) -> None:
    assert "Nothing was sent yet" in text_of("coordinator", CONTACT)
    remind()
    assert "Your diary is open until 12:00 tomorrow." in text_of("coordinator", CONTACT)


@pytest.mark.unmeasured
def test_messages_come_in_pages(pages: Path) -> None:
    from trialwright.reminders.rounds import run_round
    from trialwright.store import outbox

    for day in range(60):
        run_round({"screen": Screen()}, at=local("03-05 20:00") + timedelta(days=day))

    first = client().get(f"{HOME}/messages/").content.decode()
    second = client().get(f"{HOME}/messages/?page=2").content.decode()

    assert (first.count("Shown here"), second.count("Shown here")) == (50, 10)
    assert f"{HOME}/messages/?page=2" in first
    assert f"{HOME}/messages/?page=3" not in second
    assert len(outbox.recent(STUDY, ["S01", "S02"])) == outbox.PAGE + 1


def test_a_demo_says_that_nothing_leaves(pages: Path, settings: object) -> None:
    assert "This is a demo" not in text_of("coordinator", f"{HOME}/messages/")
    settings.IS_DEMO = True  # type: ignore[attr-defined]  # pytest-django's fixture
    assert "This is a demo" in text_of("coordinator", f"{HOME}/messages/")


# ------------------------------------------------------------------ silence


def on_day(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from trialwright.store import clock

    monkeypatch.setattr(clock, "now", lambda: local(f"{day} 13:00"))


def test_a_silent_diary_stands_on_the_work_list(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No diary is silent." in text_of("investigator", f"{HOME}/")
    on_day("03-06", monkeypatch)

    text = text_of("investigator", f"{HOME}/")

    assert "Silent diaries" in text
    assert "S01-001 · no entry yet 4 days has a phone" in text
    assert "S02-001" in text
    assert "S02-001" not in text_of("coordinator", f"{HOME}/")


def test_an_entry_ends_the_silence(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trialwright.store.devices import devices_of

    enter("p1", "03-05", device=devices_of(STUDY, ["p1"])[0].device)
    on_day("03-06", monkeypatch)
    assert "S01-001" not in text_of("investigator", f"{HOME}/silent/")

    on_day("03-09", monkeypatch)
    text = text_of("investigator", f"{HOME}/silent/")
    assert "last entry 5 Mar 2026" in text


def test_an_entry_about_a_day_to_come_ends_no_silence(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a phone whose clock is ahead."""
    from trialwright.store.devices import devices_of

    enter("p1", "03-20", device=devices_of(STUDY, ["p1"])[0].device)
    on_day("03-06", monkeypatch)
    assert "S01-001" in text_of("investigator", f"{HOME}/silent/")


def test_who_does_not_read_the_diary_is_not_told(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_day("03-09", monkeypatch)

    assert "Silent diaries" not in text_of("monitor", f"{HOME}/")
    assert "The diary is silent" not in text_of("monitor", f"{HOME}/participants/p1/")


def test_the_page_of_a_participant_says_it_in_the_words_of_the_definition(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = f"{HOME}/participants/p1/"
    assert "The diary is silent" not in text_of("coordinator", here)

    on_day("03-06", monkeypatch)
    text = text_of("coordinator", here)
    assert "Nobody wrote for more than 3 days." in text
    assert "no entry yet (4 days)" in text


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"channel": "sms", "phone": "+8613800138000"}, "has a phone · text messages"),
        ({"channel": "email", "email": "li@home.example"}, "has a phone · e-mail"),
        ({"channel": "none"}, "has a phone · wants no reminders"),
        ({}, "has a phone"),
    ],
)
def test_the_list_says_how_somebody_is_reached_and_no_address(
    pages: Path, monkeypatch: pytest.MonkeyPatch, texts: dict[str, str], words: str
) -> None:
    from trialwright.reminders.wishes import change_wishes
    from trialwright.store.casebooks import load

    change_wishes(STUDY, load(STUDY, "p1"), texts, by="a1", at=moment().utc)
    on_day("03-06", monkeypatch)

    text = text_of("investigator", f"{HOME}/silent/")

    assert words in text
    assert "home.example" not in text


def test_the_list_tells_of_phones_that_are_gone(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.store.small import COORDINATOR, save, screen
    from tests.store.small_diary import add_phone, give

    from trialwright.store.devices import devices_of, revoke

    first = devices_of(STUDY, ["p1"])[0].device
    assert not revoke(STUDY, "p1", first, "Lost.", by=COORDINATOR, at=moment())
    give(screen("p3"))
    give(save("p3", "SCR", "visit", {"date": "2026-03-02"}))
    add_phone("p2", push='{"endpoint": "https://web.push.apple.com/x"}')
    on_day("03-06", monkeypatch)

    text = text_of("investigator", f"{HOME}/silent/")

    assert "the phone is revoked" in text
    assert "no phone has joined" in text
    assert "has a phone · notifications" in text


def test_lists_ask_the_database_as_often_for_many_as_for_few(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    on_day("03-06", monkeypatch)

    def queries(address: str) -> int:
        here = client("investigator")
        here.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert here.get(address).status_code == 200
        return len(seen)

    few = [queries(f"{HOME}/"), queries(f"{HOME}/silent/")]
    for number in range(3, 12):
        add_person(f"p{number}")
    assert [queries(f"{HOME}/"), queries(f"{HOME}/silent/")] == few


def test_a_page_of_silent_diaries_is_full_whoever_else_is_in_the_study(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the first site write, and are asked about no further."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from trialwright.store.devices import devices_of
    from trialwright.web.contacts import views

    def statements() -> int:
        here = client("investigator")
        here.get(f"{HOME}/silent/")
        with CaptureQueriesContext(connection) as seen:
            assert here.get(f"{HOME}/silent/").status_code == 200
        return len(seen)

    enter("p1", "03-05", device=devices_of(STUDY, ["p1"])[0].device)
    for number in (4, 6, 8):
        add_person(f"p{number}", site="S02")
    on_day("03-06", monkeypatch)
    monkeypatch.setattr(views, "PAGE", 3)
    asked = statements()
    for number in (3, 5, 7, 9):
        enter(f"p{number}", "03-05", device=add_person(f"p{number}").device)

    first = text_of("investigator", f"{HOME}/silent/")
    second = text_of("investigator", f"{HOME}/silent/?page=2")

    assert re.findall(r"S0\d-\d{3}", first) == ["S02-001", "S02-002", "S02-003"]
    assert re.findall(r"S0\d-\d{3}", second) == ["S02-004"]
    assert statements() == asked  # who writes is not read
