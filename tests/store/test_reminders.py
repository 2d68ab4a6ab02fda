"""Reminders from the casebooks of a data folder to their outcome: once, and never in silence."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker
from tests.spec.fake_services import web_service
from tests.store.conftest import close, copied
from tests.store.small import COORDINATOR, STUDY, save, screen
from tests.store.small_diary import add_person, add_phone, enter, give, local, make_diary_study, moment

from trialwright.reminders.gateway import Channel, Gateway, Message, Screen, Sent
from trialwright.reminders.messages import problem
from trialwright.values.problem import Problem

BY = "a1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    folder = tmp_path_factory.mktemp("diary") / "data"
    with django_db_blocker.unblock():
        make_diary_study(folder)
        add_person("p1")
        close()
    return folder


@pytest.fixture
def diary(made: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """The small study with a diary, and p1 with a phone."""
    with copied(made, tmp_path, django_db_blocker) as folder:
        yield folder


class Killed(BaseException):
    """The program ends at this point."""


@dataclass
class Service:
    """Does as it is told: answers in their order, then takes everything."""

    answers: list[str] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Sent | Problem:
        answer = self.answers.pop(0) if self.answers else ""
        if answer == "killed before":
            raise Killed
        if answer in ("", "killed after", "gateway-unsure"):
            self.taken.append(message)
        if answer == "killed after":
            raise Killed
        return problem(answer, message.id, kind="e-mail", why="a test") if answer else Sent()


def round_at(text: str, **gateways: Gateway) -> list[str]:
    """ "p1 email sent" for each message of the round."""
    from trialwright.reminders.rounds import run_round

    lines = run_round(_ways(gateways), at=local(text))
    return [" ".join(filter(None, (one.participant, one.channel, one.state, one.note))) for one in lines]


def _ways(gateways: dict[str, Gateway]) -> dict[Channel, Gateway]:
    return {"screen": Screen(), **gateways}  # type: ignore[dict-item]  # tests name the ways


def reach(participant: str = "p1", **texts: str) -> None:
    from trialwright.reminders.wishes import change_wishes
    from trialwright.store.casebooks import load

    found = change_wishes(STUDY, load(STUDY, participant), texts, by=BY, at=moment().utc)
    assert not found, [one.text for one in found]


def by_email(participant: str = "p1", address: str = "li@home.example") -> None:
    reach(participant, email=address, channel="email")


def stored() -> list[tuple[str, str, int]]:
    """State, note and tries of each message, the oldest first."""
    from trialwright.store import rows

    found = rows.select("SELECT state, note, tries FROM message ORDER BY created_utc, message")
    return [(str(state), str(note), int(tries or 0)) for state, note, tries in found]


# ------------------------------------------------------------------ once


def test_who_has_ended_is_not_read_at_each_round(diary: Path) -> None:
    from trialwright.store.subscriptions import with_phones

    add_person("p2")
    assert with_phones(STUDY) == ("p1", "p2")
    give(save("p2", "", "end", {"done": "true"}))

    assert with_phones(STUDY) == ("p1",)
    assert round_at("03-05 20:00") == ["p1 screen sent"]


def test_a_reminder_leaves_once(diary: Path) -> None:
    by_email()
    service = Service()

    assert round_at("03-05 19:59", email=service) == []
    assert round_at("03-05 20:00", email=service) == ["p1 email sent"]
    assert round_at("03-05 20:02", email=service) == []
    assert round_at("03-06 09:00", email=service) == []
    assert round_at("03-06 20:00", email=service) == ["p1 email sent"]

    assert [one.address for one in service.taken] == ["li@home.example"] * 2
    assert service.taken[0].text == "Your diary is open until 12:00 tomorrow."
    assert service.taken[0].subject == "Your diary"
    assert service.taken[0].id != service.taken[1].id


def test_the_hour_of_the_participant_counts(diary: Path) -> None:
    by_email()
    reach(remind_at="21:30")

    assert round_at("03-05 20:00", email=Service()) == []
    assert round_at("03-05 21:30", email=Service()) == ["p1 email sent"]


def test_what_is_answered_is_not_reminded_of(diary: Path) -> None:
    by_email()
    enter("p1", "03-05", device=phone())

    assert round_at("03-05 20:00", email=Service()) == []


def phone(participant: str = "p1") -> str:
    from trialwright.store.devices import devices_of

    return devices_of(STUDY, [participant])[-1].device


def test_a_traveller_is_reminded_by_the_clock_of_the_place(diary: Path) -> None:
    """In London it is noon when it is eight in the evening at the site."""
    by_email()
    enter("p1", "03-04", device=phone(), offset="+00:00")

    assert round_at("03-05 20:00", email=Service()) == []
    assert round_at("03-06 04:00", email=Service()) == ["p1 email sent"]


def test_nobody_else_is_told(diary: Path) -> None:
    """A phone that is revoked, and one that was never there."""
    from trialwright.store.devices import revoke

    by_email()
    assert not revoke(STUDY, "p1", phone(), "Lost.", by=COORDINATOR, at=moment())

    assert round_at("03-05 20:00", email=Service()) == []


# ------------------------------------------------------------------ ways


def test_without_a_way_it_stands_on_the_screen(diary: Path) -> None:
    assert round_at("03-05 20:00") == ["p1 screen sent"]


def test_a_way_without_service_stands_on_the_screen_with_its_address(diary: Path) -> None:
    from trialwright.store.outbox import recent

    by_email()
    assert round_at("03-05 20:00") == ["p1 screen sent"]
    assert [one.message.address for one in recent(STUDY, ["S01"])] == ["li@home.example"]


def test_text_messages_go_to_the_telephone(diary: Path) -> None:
    reach(phone="+86 138 0013 8000", channel="sms")
    service = Service()

    assert round_at("03-05 20:00", sms=service) == ["p1 sms sent"]
    assert service.taken[0].address == "+8613800138000"


def test_who_wants_no_message_gets_none(diary: Path) -> None:
    reach(channel="none")
    assert round_at("03-05 20:00", email=Service()) == []


def test_a_notification_comes_besides(diary: Path) -> None:
    by_email()
    add_phone("p1", push='{"endpoint": "https://web.push.apple.com/x"}')
    push, email = Service(), Service()

    assert sorted(round_at("03-05 20:00", push=push, email=email)) == ["p1 email sent", "p1 push sent"]
    assert round_at("03-05 20:02", push=push, email=email) == []


def test_a_notification_is_enough_where_no_way_was_chosen(diary: Path) -> None:
    add_phone("p1", push='{"endpoint": "https://web.push.apple.com/x"}')
    assert round_at("03-05 20:00", push=Service()) == ["p1 push sent"]


def test_a_subscription_that_is_over_is_dropped(diary: Path) -> None:
    """Seen with the gateway itself and a push service that answers 410."""
    from trialwright.reminders.push import Push
    from trialwright.store.devices import devices_of

    with web_service(410) as service:
        push = Push(diary, "mailto:a@b.example", lambda: local("03-05 20:00"), (f"127.0.0.1:{service.port}",))
        add_phone("p1", push=json.dumps({"endpoint": f"{service.url}/x"}))

        assert round_at("03-05 20:00", push=push) == ["p1 push failed push-gone"]
        assert [one.push for one in devices_of(STUDY, ["p1"])] == ["", ""]
        assert round_at("03-06 20:00", push=push) == ["p1 screen sent"]
    assert len(service.asked) == 1


# ------------------------------------------------------------------ put off


def off(text: str, minutes: int) -> list[str]:
    """Puts it off by so many minutes; codes of what is wrong with that."""
    from trialwright.reminders.wishes import change_wishes
    from trialwright.store.casebooks import load

    now = local(text)
    until = now + timedelta(minutes=minutes)
    found = change_wishes(STUDY, load(STUDY, "p1"), {}, put_off=until, by="phone", at=now)
    return [one.code for one in found]


def test_a_reminder_that_was_put_off_comes_again_once(diary: Path) -> None:
    by_email()
    service = Service()
    assert round_at("03-05 20:00", email=service) == ["p1 email sent"]

    assert off("03-05 20:05", 30) == []

    assert round_at("03-05 20:34", email=service) == []
    assert round_at("03-05 20:35", email=service) == ["p1 email sent"]
    assert round_at("03-05 20:40", email=service) == []
    assert len({one.id for one in service.taken}) == 2


def test_a_reminder_is_never_put_off_past_the_close(diary: Path) -> None:
    assert off("03-06 11:20", 30) == []
    assert off("03-06 11:31", 30) == ["put-off-too-long"]
    assert off("03-06 13:00", 30) == ["put-off-too-long"]
    assert off("03-05 20:00", -5) == ["put-off-too-long"]


def test_what_waits_is_dropped_when_it_is_put_off(diary: Path) -> None:
    by_email()
    service = Service(["gateway-later"])
    assert round_at("03-05 20:00", email=service) == ["p1 email waiting gateway-later"]
    off("03-05 20:00", 30)

    assert round_at("03-05 20:01", email=service) == ["p1 email void put-off"]
    assert round_at("03-05 20:30", email=service) == ["p1 email sent"]


# ------------------------------------------------------------------ faults


def test_a_service_that_was_away_is_asked_again(diary: Path) -> None:
    by_email()
    service = Service(["gateway-unreachable", "gateway-later"])

    assert round_at("03-05 20:00", email=service) == ["p1 email waiting gateway-unreachable"]
    assert round_at("03-05 20:00", email=service) == []
    assert round_at("03-05 20:01", email=service) == ["p1 email waiting gateway-later"]
    assert round_at("03-05 20:05", email=service) == []
    assert round_at("03-05 20:06", email=service) == ["p1 email sent"]
    assert len({one.id for one in service.taken}) == 1
    assert stored() == [("sent", "", 3)]


def test_a_service_that_stays_away_is_given_up(diary: Path) -> None:
    by_email()
    service = Service(["gateway-unreachable"] * 9)
    states = [round_at(text, email=service) for text in ("03-05 20:00", "03-05 20:01", "03-05 20:06")]
    states += [round_at(text, email=service) for text in ("03-05 20:21", "03-05 21:21", "03-05 23:00")]

    assert [one[0].split()[2] for one in states[:5]] == [*["waiting"] * 4, "failed"]
    assert states[5] == []
    assert not service.taken


def test_the_words_are_true_when_they_leave(diary: Path) -> None:
    by_email()
    reach(remind_at="23:30")
    service = Service(["gateway-unreachable"] * 4)
    for text in ("03-05 23:30", "03-05 23:31", "03-05 23:36", "03-05 23:51"):
        round_at(text, email=service)

    assert round_at("03-06 00:51", email=service) == ["p1 email sent"]
    assert service.taken[0].text == "Your diary is open until 12:00 today."


@pytest.mark.parametrize("code", ["gateway-refused", "push-gone"])
def test_a_refusal_is_not_asked_again(diary: Path, code: str) -> None:
    by_email()
    service = Service([code])

    assert round_at("03-05 20:00", email=service) == [f"p1 email failed {code}"]
    assert round_at("03-05 21:30", email=service) == []


def test_nobody_is_told_twice_where_nobody_knows(diary: Path) -> None:
    by_email()
    service = Service(["gateway-unsure"])

    assert round_at("03-05 20:00", email=service) == ["p1 email unsure gateway-unsure"]
    assert round_at("03-05 21:30", email=service) == []
    assert len(service.taken) == 1


@pytest.mark.parametrize("answer", ["killed before", "killed after"])
def test_a_program_that_is_killed_never_sends_twice(diary: Path, answer: str) -> None:
    by_email()
    service = Service([answer])
    with pytest.raises(Killed):
        round_at("03-05 20:00", email=service)
    assert stored() == [("sending", "", 1)]

    assert round_at("03-05 20:02", email=service) == []
    assert stored() == [("unsure", "gateway-unsure", 1)]
    assert len(service.taken) <= 1
    assert round_at("03-06 20:00", email=service) == ["p1 email sent"]


def test_a_program_that_is_killed_before_sending_sends_later(
    diary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written down, and not begun."""
    from trialwright.reminders import rounds

    def killed(*_args: object, **_named: object) -> bool:
        raise Killed

    by_email()
    service = Service()
    monkeypatch.setattr(rounds, "claim", killed)
    with pytest.raises(Killed):
        round_at("03-05 20:00", email=service)
    monkeypatch.undo()
    assert stored() == [("waiting", "", 0)]

    assert round_at("03-05 20:02", email=service) == ["p1 email sent"]
    assert len(service.taken) == 1


def test_a_message_of_others_that_is_killed_does_not_hold_the_rest(diary: Path) -> None:
    add_person("p2")
    by_email()
    by_email("p2", "wang@home.example")
    service = Service(["", "killed before"])
    with pytest.raises(Killed):
        round_at("03-05 20:00", email=service)

    assert sorted(state for state, _, _ in stored()) == ["sending", "sent"]
    assert round_at("03-05 20:02", email=service) == []
    assert sorted(state for state, _, _ in stored()) == ["sent", "unsure"]


def erase() -> None:
    from trialwright.store.contacts import erase_contact

    erase_contact(STUDY, "p1", at=moment().utc)


def revoke_phone() -> None:
    from trialwright.store.devices import revoke

    assert not revoke(STUDY, "p1", phone(), "Lost.", by=COORDINATOR, at=moment())


WAITING: list[tuple[str, Callable[[], object], str, str]] = [
    ("answered", lambda: enter("p1", "03-05", device=phone()), "03-05 20:01", "answered"),
    ("closed", lambda: None, "03-06 12:00", "closed"),
    ("erased", erase, "03-05 20:01", ""),
    ("another address", lambda: by_email(address="other@home.example"), "03-05 20:01", "no-way"),
    ("revoked", revoke_phone, "03-05 20:01", "no-phone"),
]


@pytest.mark.parametrize(
    ("act", "later", "note"), [one[1:] for one in WAITING], ids=[one[0] for one in WAITING]
)
def test_what_waits_is_dropped_when_it_is_not_needed(
    diary: Path, act: Callable[[], object], later: str, note: str
) -> None:
    by_email()
    service = Service(["gateway-later"])
    round_at("03-05 20:00", email=service)
    act()

    round_at(later, email=service)

    assert stored()[0][:2] == ("void", note or "gateway-later")
    assert not service.taken


def test_a_contact_that_was_erased_stands_nowhere(diary: Path) -> None:
    by_email()
    round_at("03-05 20:00", email=Service())
    erase()
    close()

    content = b"".join(path.read_bytes() for path in diary.glob("trialwright.sqlite3*"))
    assert b"li@home.example" not in content


def test_a_message_that_is_erased_while_it_is_begun_does_not_leave(
    diary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.reminders import rounds

    before = rounds._as_needed

    def erased(*args: object) -> object:
        found = before(*args)  # type: ignore[arg-type]  # as it was called
        erase()
        return found

    by_email()
    service = Service()
    monkeypatch.setattr(rounds, "_as_needed", erased)

    assert round_at("03-05 20:00", email=service) == ["p1 email void erased"]
    assert not service.taken


# ------------------------------------------------------------------ many, and none


def test_what_would_be_sent_is_told_and_not_sent(diary: Path) -> None:
    from trialwright.reminders.rounds import foresee_round

    by_email()
    service = Service(["gateway-later"])
    seen = foresee_round(_ways({"email": service}), at=local("03-05 20:00"))

    assert [(one.participant, one.channel, one.state) for one in seen] == [("p1", "email", "waiting")]
    assert stored() == []
    round_at("03-05 20:00", email=service)
    assert len(foresee_round(_ways({"email": service}), at=local("03-05 20:01"))) == 1
    assert foresee_round(_ways({"email": service}), at=local("03-05 20:00")) == ()
    assert not service.taken


def test_a_round_asks_the_database_as_often_for_many_as_for_few(diary: Path) -> None:
    """A round in which nothing is due, before and after nine more participants."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert round_at("03-05 12:30") == []
        return len(seen)

    round_at("03-05 12:30")
    few = queries()
    for number in range(2, 11):
        add_person(f"p{number}")
    round_at("03-05 12:30")
    assert queries() == few


def test_two_rounds_at_once_are_one(diary: Path) -> None:
    from trialwright.reminders.lock import only_round

    with only_round(diary) as first, only_round(diary, patience_seconds=0.2) as second:
        assert (first, second) == (True, False)
    with only_round(diary) as third:
        assert third


# ------------------------------------------------------------------ wishes

WISHES = [
    ({"phone": "13800138000"}, ["phone-malformed"]),
    ({"phone": "+86 (138) 0013-8000"}, []),
    ({"phone": "+86 138"}, ["phone-malformed"]),
    ({"email": "li"}, ["email-malformed"]),
    ({"email": "李@home.example"}, ["email-malformed"]),
    ({"email": "li@home.example\r\nBcc: all@x.example"}, ["email-malformed"]),
    ({"channel": "pigeon"}, ["channel-unknown"]),
    ({"channel": "email"}, ["channel-no-email"]),
    ({"channel": "sms"}, ["channel-no-phone"]),
    ({"channel": "sms", "phone": "+8613800138000"}, []),
    ({"language": "fr"}, ["language-unknown"]),
    ({"language": "en"}, []),
    ({"remind_at": "21:00"}, []),
    ({"remind_at": ""}, []),
    ({"remind_at": "13:00"}, ["remind-outside"]),
    ({"remind_at": "9 pm"}, ["remind-outside"]),
    ({"remind_at": "25:00"}, ["remind-outside"]),
    ({"phone": "1", "email": "2"}, ["phone-malformed", "email-malformed"]),
]


@pytest.mark.parametrize(("texts", "codes"), WISHES, ids=str)
def test_what_may_be_wished(diary: Path, texts: dict[str, str], codes: list[str]) -> None:
    from trialwright.reminders.wishes import change_wishes
    from trialwright.store.casebooks import load
    from trialwright.store.contacts import Contact, contact_of

    found = change_wishes(STUDY, load(STUDY, "p1"), texts, by=BY, at=moment().utc)

    assert [one.code for one in found] == codes
    if codes:
        assert contact_of(STUDY, "p1") == Contact()


def test_what_is_left_out_stays(diary: Path) -> None:
    from trialwright.store.contacts import contact_of

    by_email()
    reach(remind_at="21:00")

    found = contact_of(STUDY, "p1")
    assert (found.email, found.channel, found.remind_at) == ("li@home.example", "email", 21 * 60)
    reach(remind_at="")
    assert contact_of(STUDY, "p1").remind_at is None


def test_a_participant_of_a_study_without_diary_has_no_hour(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    from trialwright.reminders.people import wish_of
    from trialwright.reminders.rounds import run_round
    from trialwright.store.casebooks import load
    from trialwright.store.contacts import Contact

    with django_db_blocker.unblock():
        make_diary_study(tmp_path / "data", has_diary=False)
        give(screen("p1"))
        assert run_round({"screen": Screen()}, at=local("03-05 20:00")) == ()
        with pytest.raises(ValueError, match="no diary"):
            wish_of(load(STUDY, "p1"), Contact())
        close()
