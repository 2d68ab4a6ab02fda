"""What a phone asks about reminders: wishes, notifications, the calendar file. It is the evening of 2 March in Shanghai,
and the diary of the day is open until noon."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from icalendar import Calendar
from tests.diary.phone import Phone, Server
from tests.store.small import STUDY

from trialwright.store.contacts import Contact

PUSH = {
    "endpoint": "https://web.push.apple.com/QK2a",
    "expirationTime": None,
    "keys": {"p256dh": "BKkG", "auth": "x1sZ"},
}


def told(answer: HttpResponse) -> tuple[int, object]:
    return answer.status_code, json.loads(answer.content)


def contact() -> Contact:
    from trialwright.store.contacts import contact_of

    return contact_of(STUDY, "p1")


# ------------------------------------------------------------------ wishes


def test_wishes_are_kept_beside_the_log_and_one_by_one(phone: Phone, server: Server) -> None:
    from trialwright.store.devices import device_of

    before = server.book().sequence
    said = {"remind_at": "20:30", "channel": "sms", "phone": "+86 138 0013 8000", "language": "en"}
    answer = server.post("settings", said, phone.token)
    assert told(answer) == (200, {"kept": ["channel", "language", "phone", "remind_at"]})
    server.post("settings", {"email": "li@home.example"}, phone.token)

    assert contact() == Contact("+8613800138000", "li@home.example", "sms", 20 * 60 + 30, "en")
    row = device_of(phone.token)
    assert row is not None and row.language == "en"
    assert server.book().sequence == before
    assert told(server.post("settings", {"role": "x"}, phone.token)) == (
        422,
        {"state": "malformed", "field": "role"},
    )


@pytest.mark.parametrize(
    ("said", "word", "field"),
    [
        ({"remind_at": "13:00"}, "remind-outside", "remind_at"),
        ({"channel": "sms"}, "channel-no-phone", "phone"),
        ({"channel": "email"}, "channel-no-email", "email"),
        ({"phone": "13800138000"}, "phone-malformed", "phone"),
        ({"email": "li@home"}, "email-malformed", "email"),
        ({"snooze_until": "2026-03-03T12:00:00+08:00"}, "put-off-too-long", "snooze_until"),
        ({"snooze_until": "2026-03-02T20:00:00+08:00"}, "put-off-too-long", "snooze_until"),
        ({"remind_at": "20:30", "phone": "1380013"}, "phone-malformed", "phone"),
    ],
)
def test_a_wish_that_cannot_be_kept_is_named(
    phone: Phone, server: Server, said: dict[str, str], word: str, field: str
) -> None:
    answer = server.post("settings", said, phone.token)

    assert told(answer) == (422, {"state": word, "field": field})
    assert contact() == Contact()


def test_a_language_that_the_study_lacks_is_its_first(phone: Phone, server: Server) -> None:
    """The small study speaks English only; the app joined in Chinese."""
    from trialwright.store.devices import device_of

    def kept() -> str:
        row = device_of(phone.token)
        return row.language if row is not None else "no row"

    assert kept() == "en"
    for language in ("zh-Hans", "tlh"):
        answer = server.post("settings", {"language": language}, phone.token)
        assert told(answer) == (200, {"kept": ["language"]})
        assert (contact().language, kept()) == ("", "en")


def test_a_reminder_is_put_off_inside_the_window(phone: Phone, server: Server) -> None:
    from trialwright.reminders.gateway import Screen
    from trialwright.reminders.rounds import run_round

    def sent() -> int:
        return len(run_round({"screen": Screen()}, at=server.now))

    assert sent() == 1
    answer = server.post("settings", {"snooze_until": "2026-03-02T21:30:00+08:00"}, phone.token)
    assert answer.status_code == 200

    server.now += timedelta(minutes=29)
    assert sent() == 0
    server.now += timedelta(minutes=1)
    assert sent() == 1


# ------------------------------------------------------------------ notifications


def push_of(phone: Phone) -> str:
    from trialwright.store.devices import device_of

    row = device_of(phone.token)
    assert row is not None
    return row.push


def test_notifications_are_switched_on_and_off(phone: Phone, server: Server) -> None:
    on = server.post("push", {"subscription": PUSH}, phone.token)
    assert told(on) == (200, {"is_on": True})
    assert json.loads(push_of(phone)) == PUSH

    off = server.post("push", {"protocol": 1, "subscription": None}, phone.token)
    assert told(off) == (200, {"is_on": False})
    assert push_of(phone) == ""


@pytest.mark.parametrize(
    ("body", "word", "field"),
    [
        ({}, "malformed", "subscription"),
        ({"subscription": {"endpoint": "ftp://x"}}, "malformed", "subscription.endpoint"),
        ({"subscription": {**PUSH, "role": "x"}}, "malformed", "subscription.role"),
        (
            {"subscription": {**PUSH, "endpoint": "https://10.0.0.1/admin"}},
            "push_service",
            "subscription.endpoint",
        ),
        (
            {"subscription": {**PUSH, "endpoint": "http://web.push.apple.com/x"}},
            "push_service",
            "subscription.endpoint",
        ),
        ({"subscription": None, "all": True}, "malformed", "all"),
    ],
)
def test_only_a_subscription_of_a_known_service_is_kept(
    phone: Phone, server: Server, body: object, word: str, field: str
) -> None:
    assert told(server.post("push", body, phone.token)) == (422, {"state": word, "field": field})
    assert push_of(phone) == ""


def test_the_package_holds_the_key_where_notifications_are_sent(
    phone: Phone, server: Server, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    from trialwright.reminders.push import public_key

    assert phone.package["push_key"] == ""  # the folder of these tests is a demo's
    monkeypatch.setenv("TRIALWRIGHT_PUSH_CONTACT", "mailto:diary@hospital.example")
    settings.IS_DEMO = False  # type: ignore[attr-defined]  # of pytest-django
    data: Path = settings.DATA  # type: ignore[attr-defined]  # a setting of ours

    assert server.join().package["push_key"] == public_key(data)


# ------------------------------------------------------------------ the calendar


def test_the_calendar_file_has_the_wished_hour(phone: Phone, server: Server) -> None:
    server.post("settings", {"remind_at": "22:15"}, phone.token)
    answer = server.get("reminders.ics", phone.token)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert f"{event['dtstart'].dt:%Y-%m-%d %H:%M}" == "2026-03-02 22:15"
    assert event["dtstart"].dt.tzinfo is None


def test_every_phone_of_a_participant_may_fetch_it(phone: Phone, server: Server) -> None:
    first = server.get("reminders.ics", phone.token)
    second = server.get("reminders.ics", server.join().token)

    assert first.content == second.content


def test_a_revoked_phone_fetches_none(phone: Phone, server: Server) -> None:
    from tests.store.small import COORDINATOR

    from trialwright.store.devices import revoke

    assert not revoke(STUDY, "p1", phone.device, "Lost.", by=COORDINATOR, at=server.moment)

    for answer in (
        server.get("reminders.ics", phone.token),
        server.post("push", {"subscription": PUSH}, phone.token),
        server.post("settings", {"remind_at": "21:00"}, phone.token),
    ):
        assert told(answer) == (401, {"state": "revoked"})
    assert contact() == Contact()
