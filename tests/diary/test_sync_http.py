"""Joining and sending over HTTP: nothing acknowledged that is not stored, nothing stored twice, nobody let in who is not
the participant's phone."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from tests.diary.phone import SHANGHAI, YEAR, Phone, Server, states
from tests.store.small import COORDINATOR, STUDY, give, make_moment, save, small_files

from trialwright.expr.answer import Answer
from trialwright.expr.nodes import Node
from trialwright.expr.reader import Place
from trialwright.ledger.commands import ReleaseEntry
from trialwright.ledger.events import DiaryEntered
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import Denied, participant_actor
from trialwright.values.datum import Value


def events(participant: str = "p1") -> list[DiaryEntered]:
    from trialwright.store.streams import PARTICIPANT, read_events

    stored = read_events(STUDY, PARTICIPANT + participant)
    return [one.body for one in stored if isinstance(one.body, DiaryEntered)]


def told(answer: HttpResponse) -> tuple[int, object]:
    return answer.status_code, json.loads(answer.content)


# ------------------------------------------------------------------ joining


def test_a_code_opens_once_for_who_knows_the_year_of_birth(server: Server) -> None:
    code = server.invite()
    status, content = told(server.ask_to_join(code))
    assert status == 200
    assert isinstance(content, dict)
    assert set(content) == {"token", "device", "package"}
    assert len(content["token"]) >= 43  # 256 bits
    assert content["package"]["code"] == server.book().code
    assert server.book().devices[content["device"]].is_revoked is False
    assert told(server.ask_to_join(code)) == (410, {"state": "used"})


def test_a_phone_that_did_not_hear_that_it_joined_is_told_again(server: Server) -> None:
    code, token = server.invite(), "a1" * 32
    status, content = told(server.ask_to_join(code, token=token))
    assert isinstance(content, dict)
    assert (status, content["token"]) == (200, token)

    assert told(server.ask_to_join(code, token=token)) == (200, content)
    assert told(server.ask_to_join(code, token="b2" * 32)) == (410, {"state": "used"})
    assert told(server.ask_to_join(code)) == (410, {"state": "used"})
    assert list(server.book().devices) == [content["device"]]


def test_a_token_opens_nothing_but_what_it_had_opened(server: Server) -> None:
    from trialwright.store import devices

    token = "a1" * 32
    _, first = told(server.ask_to_join(server.invite(), token=token))
    code = server.invite()
    _, second = told(server.ask_to_join(code, token=token))  # a token opens one phone
    assert isinstance(first, dict) and isinstance(second, dict)
    assert second["token"] != token and second["device"] != first["device"]

    devices.revoke(STUDY, "p1", first["device"], "lost", by=COORDINATOR, at=server.moment)
    assert told(server.ask_to_join(code, token=token)) == (410, {"state": "used"})


def test_an_old_or_unknown_code_opens_nothing(server: Server) -> None:
    code = server.invite()
    assert told(server.ask_to_join("nothing")) == (404, {"state": "unknown"})
    server.now += timedelta(hours=48)
    assert told(server.ask_to_join(code)) == (410, {"state": "expired"})
    assert server.book().devices == {}


def test_a_code_whose_place_a_newer_one_took_is_told_apart_from_an_old_or_used_one(server: Server) -> None:
    first = server.invite()
    server.now += timedelta(minutes=1)
    second = server.invite()
    assert told(server.ask_to_join(first)) == (410, {"state": "replaced"})
    assert told(server.ask_to_join(second))[0] == 200
    assert told(server.ask_to_join(second)) == (410, {"state": "used"})


def test_a_wrong_year_of_birth_may_be_said_three_times(server: Server) -> None:
    code = server.invite()
    wrong = [told(server.ask_to_join(code, year_of_birth=YEAR - 1)) for _ in range(3)]
    assert wrong == [(422, {"state": "year", "tries_left": left}) for left in (2, 1, 0)]
    assert told(server.ask_to_join(code)) == (410, {"state": "expired"})


def test_tries_with_one_code_are_slowed_down(server: Server) -> None:
    tried = [server.ask_to_join("guess") for _ in range(6)]
    assert [one.status_code for one in tried] == [404] * 5 + [429]
    assert 0 < int(tried[-1]["Retry-After"]) <= 30
    server.now += timedelta(seconds=31)
    assert server.ask_to_join("guess").status_code == 404


def test_tries_from_one_address_are_slowed_down(server: Server) -> None:
    tried = [server.ask_to_join(f"guess{at}").status_code for at in range(51)]
    assert tried == [404] * 50 + [429]


def test_a_message_that_is_none_opens_nothing(server: Server) -> None:
    code = server.invite()
    assert told(server.ask_to_join(code, role="coordinator")) == (
        422,
        {"state": "malformed", "field": "role"},
    )
    assert told(server.ask_to_join(code, protocol=0)) == (426, {"state": "too_old", "field": "protocol"})
    assert server.ask_to_join(code).status_code == 200


# ------------------------------------------------------------------ sending


@pytest.mark.requirement("R09", "R12")
def test_an_entry_is_stored_with_both_times_and_its_source(phone: Phone, server: Server) -> None:
    """Entered three days before it could be sent."""
    entry = phone.entry("e1", "7", days_ago=3)
    assert states(phone.send(entry)) == [("e1", "stored", [])]

    stored = server.book().entries["e1"]
    assert datetime.fromisoformat(stored.entered) == datetime(2026, 2, 27, 21, 0, tzinfo=SHANGHAI)
    assert stored.entered.endswith("+08:00")
    assert stored.received == "2026-03-02T13:00:00.000000Z"
    assert (stored.originator, stored.device, stored.number, stored.app) == (
        "participant",
        phone.device,
        1,
        "app-1",
    )
    assert stored.definition == phone.package["definition"]
    record = server.book().records["", "diary_day", 20260227]
    assert {item: one.datum for item, one in record.items.items()}["doubled"].text == "14"  # type: ignore[union-attr]  # a value


@pytest.mark.requirement("F06")
def test_the_same_message_twice_is_one_entry_and_one_answer(phone: Phone) -> None:
    """The first answer was lost on the way."""
    body = json.dumps(phone.body(phone.entry("e1"), phone.entry("e2", days_ago=1))).encode()
    first, second = (phone.server.post("sync", body, phone.token) for _ in range(2))

    assert first.content == second.content
    assert [one.entry for one in events()] == ["e1", "e2"]


def test_the_same_entry_twice_in_one_message_is_one_entry(phone: Phone) -> None:
    entry = phone.entry("e1")
    assert states(phone.send(entry, entry)) == [("e1", "stored", [])] * 2
    assert len(events()) == 1


def test_an_id_that_another_entry_has_is_not_acknowledged(phone: Phone) -> None:
    phone.send(phone.entry("e1", "4"))
    assert states(phone.send(phone.entry("e1", "5"))) == [
        ("e1", "refused", ["entry-differs", "command-reused"])
    ]
    assert len(events()) == 1


@pytest.mark.requirement("F42")
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_entries_of_two_phones_converge_in_any_order(server: Server, order: tuple[int, ...]) -> None:
    """One day answered on two phones, and a correction that overtakes what it corrects."""
    one, two = server.join(), server.join()
    first = one.entry("a1", "4")
    messages = [
        (one, first),
        (one, one.entry("a2", "5", corrects="a1", root="a1", reason="Misread.")),
        (two, two.entry("b1", "9", entered="2026-03-02T21:30:00.000+08:00")),
    ]
    for at in order:
        phone, entry = messages[at]
        phone.send(entry)

    book = server.book()
    assert set(book.entries) == {"a1", "a2", "b1"}
    assert book.records["", "diary_day", 20260302].items["itch"].datum.text == "5"  # type: ignore[union-attr]  # a value
    assert len([query for query in book.queries.values() if query.form == "diary_day"]) >= 1


@pytest.mark.requirement("R09", "F42")
def test_a_phone_that_was_a_month_without_a_network_loses_and_moves_nothing(
    phone: Phone, server: Server
) -> None:
    server.now += timedelta(days=10)
    entries = [phone.entry(f"e{ago}", str(ago % 10), days_ago=ago) for ago in range(30, -1, -1)]
    told_of = states(phone.send(*entries))

    assert [(name, state) for name, state, _ in told_of] == [(one["id"], "stored") for one in entries]
    stored = server.book().entries
    assert [stored[one["id"]].day for one in entries] == [one["day"] for one in entries]
    assert len({one.day for one in stored.values()}) == 31
    assert {one.received for one in stored.values()} == {"2026-03-12T13:00:00.000000Z"}
    assert not [one for one in stored.values() if {"late", "clock"} & set(one.flags)]
    assert phone.send()["holes"] == []


@pytest.mark.requirement("F42")
def test_an_entry_that_never_came_shows_as_a_hole(phone: Phone) -> None:
    """The storage of the phone lost one."""
    phone.send(phone.entry("e1", days_ago=2))
    phone.entry("lost", days_ago=1)
    assert phone.send(phone.entry("e3"))["holes"] == [2]


@pytest.mark.requirement("F42")
def test_what_arrived_before_the_phone_joined_anew_is_no_hole(phone: Phone, server: Server) -> None:
    """The answer to two entries was lost; the phone, which joined anew meanwhile, sends them as its first."""
    from trialwright.store.casebooks import CASEBOOKS, load

    sent = [phone.entry("e1", days_ago=3), phone.entry("e2", days_ago=2)]
    phone.send(*sent)
    anew = server.join()
    moved = [{**entry, "number": at} for at, entry in enumerate(sent, start=1)]
    anew.number = 2
    assert states(anew.send(*moved)) == [("e1", "stored", []), ("e2", "stored", [])]
    content = anew.send(*moved, anew.entry("e3"))
    assert states(content) == [("e1", "stored", []), ("e2", "stored", []), ("e3", "stored", [])]
    assert content["holes"] == []
    assert [one.entry for one in events()] == ["e1", "e2", "e3"]

    before = server.book()
    CASEBOOKS.forget()
    assert load(STUDY, "p1") == before
    assert before.devices[anew.device].resent == (1, 2)


def test_thirty_days_offline_are_thirty_entries(phone: Phone, server: Server) -> None:
    server.now += timedelta(days=30)
    entries = [phone.entry(f"e{at}", days_ago=30 - at) for at in range(30)]
    results = phone.send(*reversed(entries))["results"]
    assert {one["state"] for one in results} == {"stored"}
    assert len(server.book().entries) == 30


@pytest.mark.requirement("F05")
@pytest.mark.parametrize(
    ("off", "flags"),
    [
        (timedelta(days=730), ["clock", "early"]),  # of a day that is still to come
        (timedelta(days=-1), ["clock"]),
        (timedelta(minutes=6), ["clock"]),
        (timedelta(minutes=4), []),
    ],
)
def test_a_clock_that_is_off_is_flagged_and_its_time_is_kept(
    phone: Phone, server: Server, off: timedelta, flags: list[str]
) -> None:
    """Two years ahead, a day behind."""
    phone.off = off
    entry = phone.entry("e1")
    assert states(phone.send(entry)) == [("e1", "stored", flags)]
    stored = server.book().entries["e1"]
    assert datetime.fromisoformat(stored.entered) == server.now + off
    assert stored.clock_off_seconds == off.total_seconds()


def test_a_flight_across_zones_is_no_fault_of_the_clock(phone: Phone, server: Server) -> None:
    entered = server.now.astimezone(UTC).isoformat(timespec="milliseconds")  # the phone has gone to Greenwich
    phone.send(phone.entry("e1", entered=entered), sent=entered)
    assert "clock" not in server.book().entries["e1"].flags


@pytest.mark.requirement("F17")
def test_an_unknown_field_is_named_and_nothing_of_the_message_is_stored(phone: Phone) -> None:
    good, bad = phone.entry("e1"), phone.entry("e2", days_ago=1, site="S02")
    assert told(phone.ask(good, bad)) == (422, {"state": "malformed", "field": "entries.1.site"})
    assert told(phone.ask(good, status="locked")) == (422, {"state": "malformed", "field": "status"})
    assert events() == []


@pytest.mark.parametrize(
    ("items", "form"),
    [
        ({"itch": {"v": "eleven"}}, "diary_day"),
        ({"itch": {"v": "11"}}, "diary_day"),
        ({"colour": {"v": "red"}}, "diary_day"),
        ({"doubled": {"v": "2"}}, "diary_day"),
        ({"itch": {"v": "4"}}, "diary_night"),
        ({"weight": {"v": "70"}}, "vitals"),
    ],
)
def test_what_cannot_be_read_is_kept_aside_word_for_word(
    phone: Phone, server: Server, items: dict[str, dict[str, str]], form: str
) -> None:
    ((_, state, flags),) = states(phone.send(phone.entry("e1", items=items, form=form)))
    assert (state, "unreadable" in flags) == ("kept_aside", True)
    (answer,) = items.values()
    assert answer["v"] in server.book().entries["e1"].unread
    assert not [key for key in server.book().records if key[1] == "diary_day"]


@pytest.mark.requirement("F39")
def test_after_the_end_an_entry_is_kept_aside_and_the_phone_is_told(phone: Phone, server: Server) -> None:
    give(save("p1", "", "end", {"done": "true"}), minutes=10)
    content = phone.send(phone.entry("e1"))
    ((name, state, flags),) = states(content)
    assert (name, state, "closed" in flags) == ("e1", "kept_aside", True)
    assert content["closed"] is True
    assert content["package"]["closed"] is True
    assert not [key for key in server.book().records if key[1] == "diary_day"]


@pytest.mark.requirement("F42")
def test_entries_of_an_older_definition_and_app_are_taken(phone: Phone, server: Server) -> None:
    """A definition, and so the questions, changed while the phone was offline."""
    from trialwright.store.definitions import activate, add_definition

    entry = phone.entry("e1")
    newer = add_definition(small_files(version="1.1.0"), {}, at=server.now)
    activate(STUDY, "S01", newer.hash, by=COORDINATOR, at=make_moment(60))
    content = phone.send(entry)

    assert states(content) == [("e1", "stored", [])]
    assert server.book().entries["e1"].definition == phone.package["definition"] != newer.hash
    assert content["package"]["definition"] == newer.hash
    phone.package = content["package"]
    assert "package" not in phone.send()


def test_a_study_that_has_no_diary_any_more_is_told_before_anything_is_stored(
    phone: Phone, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No version is activated that leaves out the diary; a folder may still have one."""
    from trialwright.store import definitions
    from trialwright.store.definitions import activate, add_definition

    monkeypatch.setattr(definitions, "_check_change", lambda *_: None)
    code = server.invite()
    files = small_files(version="1.1.0")
    without = {name: text for name, text in files.items() if name not in ("diary.yaml", "photos.yaml")}
    newer = add_definition(without, {}, at=server.now)
    activate(STUDY, "S01", newer.hash, by=COORDINATOR, at=make_moment(60))

    for answer in (
        server.ask_to_join(code),
        phone.ask(phone.entry("e1")),
        server.get("history", phone.token),
        server.get("reminders.ics", phone.token),
        server.post("settings", {"language": "en"}, phone.token),
        server.post("push", {"subscription": None}, phone.token),
    ):
        assert told(answer) == (409, {"state": "no_diary"})
    assert events() == []
    assert set(server.book().devices) == {phone.device}


def test_an_older_protocol_is_taken_three_versions_back(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.diary import versions

    monkeypatch.setattr(versions, "CURRENT", 4)
    assert states(phone.send(phone.entry("e1"))) == [("e1", "stored", [])]
    monkeypatch.setattr(versions, "CURRENT", 5)
    assert told(phone.ask(phone.entry("e2"))) == (426, {"state": "too_old", "field": "protocol"})
    assert len(events()) == 1


def test_a_message_without_entries_tells_the_news(phone: Phone) -> None:
    phone.send(phone.entry("e1"), phone.entry("e2", days_ago=14), phone.entry("e3", days_ago=15))
    content = phone.send()
    assert content == {
        "now": "2026-03-02T13:00:00.000000Z",
        "results": [],
        "closed": False,
        "done": [["diary_day", "", "2026-02-16"], ["diary_day", "", "2026-03-02"]],
        "holes": [],
    }
    assert phone.send(package="")["package"]["digest"] == phone.package["digest"]


def test_what_was_told_before_its_window_is_not_called_done(phone: Phone) -> None:
    early = phone.entry("e1", entered="2026-03-02T12:00:00+08:00")
    told = phone.send(early)
    assert states(told) == [("e1", "stored", ["early"])]
    assert told["done"] == []
    assert phone.send(phone.entry("e2"))["done"] == [["diary_day", "", "2026-03-02"]]


# ------------------------------------------------------------------ who


@pytest.mark.requirement("R44", "F42")
def test_a_phone_that_was_revoked_is_told_so_and_stores_nothing(phone: Phone, server: Server) -> None:
    """It wipes itself at this answer."""
    from trialwright.store.devices import revoke

    assert revoke(STUDY, "p1", phone.device, "Lost on a train.", by=COORDINATOR, at=server.moment) == ()
    for answer in (phone.ask(phone.entry("e1")), server.get("history", phone.token)):
        assert told(answer) == (401, {"state": "revoked"})
    assert events() == []


@pytest.mark.requirement("R44")
@pytest.mark.parametrize("token", ["", "nothing", "x" * 10_000, "é"])
def test_a_token_that_nobody_was_given_opens_nothing(phone: Phone, server: Server, token: str) -> None:
    body = phone.body(phone.entry("e1"))
    for answer in (
        server.post("sync", body, token),
        server.get("history", token),
        server.post("settings", {"language": "en"}, token),
        server.post("push", {"subscription": None}, token),
        server.get("reminders.ics", token),
    ):
        assert told(answer) == (401, {"state": "unknown"})
        assert answer["WWW-Authenticate"] == "Bearer"
    assert events() == []


def test_a_phone_writes_into_no_other_diary(server: Server) -> None:
    from tests.store.small import screen

    give(screen("p2"))
    give(save("p2", "SCR", "visit", {"date": "2026-02-10"}))
    phone = server.join("p1")
    other = server.join("p2")
    phone.send(phone.entry("e1"))
    other.send(other.entry("e1", "9"))  # ids are made on phones: the same one in two diaries is two entries

    assert [one.device for one in events("p1")] == [phone.device]
    assert [one.device for one in events("p2")] == [other.device]
    assert told(phone.ask(phone.entry("e2", participant="p2")))[0] == 422


def test_a_session_of_the_staff_opens_nothing(phone: Phone, server: Server) -> None:
    from trialwright.store.accounts import NewAccount, create_account, grant
    from trialwright.store.models import Account
    from trialwright.web.entrance.views import BACKEND

    account = create_account(STUDY, NewAccount("li.wei", "", "Li Wei", "H"), by=COORDINATOR, at=server.moment)
    assert isinstance(account, Account)
    assert grant(STUDY, account.id, "coordinator", "S01", by=COORDINATOR, at=server.moment) is None
    server.client.force_login(account, backend=BACKEND)
    assert told(server.get("history")) == (401, {"state": "unknown"})
    assert server.get("history", phone.token).status_code == 200


def test_no_answer_sets_a_cookie_or_may_be_kept(phone: Phone, server: Server) -> None:
    answers = [
        phone.ask(phone.entry("e1")),
        server.get("history", phone.token),
        server.get("sync"),
        server.post("sync", b"{", phone.token),
        server.ask_to_join("nothing"),
    ]
    for answer in answers:
        assert answer.cookies.output() == ""
        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Type"] == "application/json"
        assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.requirement("F07")
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("join", "POST"),
        ("sync", "POST"),
        ("history", "GET"),
        ("settings", "POST"),
        ("push", "POST"),
        ("reminders.ics", "GET"),
    ],
)
def test_another_method_is_refused(phone: Phone, server: Server, path: str, allowed: str) -> None:
    """Nothing is changed by an address alone."""
    for method in {"get", "post", "put", "delete"} - {allowed.lower()}:
        answer = getattr(server.client, method)(f"/diary/api/{path}")
        assert (answer.status_code, answer["Allow"]) == (405, allowed)


def test_a_phone_gone_wild_waits_and_no_other_does(phone: Phone, server: Server) -> None:
    other = server.join()
    asked = [phone.ask().status_code for _ in range(61)]
    assert asked == [200] * 60 + [429]
    refused = phone.ask(phone.entry("e1"))
    assert told(refused) == (429, {"state": "wait"})
    assert 0 < int(refused["Retry-After"]) <= 61
    assert other.ask().status_code == 200
    server.now += timedelta(seconds=61)
    assert phone.ask().status_code == 200
    assert events() == []


def test_a_refusal_is_logged_without_what_was_sent(
    phone: Phone, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.post("sync", phone.body(phone.entry("e1", items={"itch": {"v": "rash"}})), "wrong-token")
    phone.ask(phone.entry("e2", rash="rash"))
    assert [record.getMessage() for record in caplog.records if record.name == "trialwright.diary"] == [
        "401 unknown /diary/api/sync",
        "422 malformed /diary/api/sync",
    ]
    assert "rash" not in caplog.text
    assert "wrong-token" not in caplog.text


def test_how_often_a_phone_may_ask_is_a_setting_and_few_phones_are_remembered(server: Server) -> None:
    from trialwright.diary.pace import Pace

    pace = Pace(remembered=2)
    asked = [pace.wait_of(caller, most=1, at=server.now) for caller in ("a", "b", "a", "c", "b")]
    assert asked == [0, 0, 61, 0, 0]  # b was forgotten for c
    assert pace.wait_of("c", most=1, at=server.now - timedelta(hours=1)) == 0  # the clock was put back


# ------------------------------------------------------------------ when it cannot be stored


@pytest.mark.requirement("F30")
def test_a_busy_database_says_when_to_come_again(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process holds the write lock longer than anybody waits."""
    import fcntl
    import os

    from trialwright.store.sqlite import base

    monkeypatch.setattr(base, "PATIENCE_SECONDS", 0.1)
    entry = phone.entry("e1")
    lock = os.open(Path(os.environ["TRIALWRIGHT_DATA"]) / base.LOCK, os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        answer = phone.ask(entry)
    finally:
        os.close(lock)
    assert told(answer) == (503, {"state": "busy"})
    assert answer["Retry-After"] == "5"
    assert states(phone.send(entry)) == [("e1", "stored", [])]


def test_a_rule_that_fails_keeps_its_entry_aside_until_it_is_mended_and_the_others_go_on(
    phone: Phone, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from trialwright.ledger import diary_checks
    from trialwright.store.submit import submit

    evaluate = diary_checks.evaluate

    def fails(node: Node, reader: CasebookReader, place: Place) -> Answer:
        if reader.book.records["", "diary_day", place.repeat].items["itch"].datum == Value("7"):
            raise ArithmeticError("an answer of 7")
        return evaluate(node, reader, place)

    monkeypatch.setattr(diary_checks, "evaluate", fails)
    sent = [phone.entry("e1", "4", days_ago=3), phone.entry("e2", "7", days_ago=2), phone.entry("e3", "5")]
    expected = [("e1", "stored", []), ("e2", "kept_aside", ["rule_failed"]), ("e3", "stored", [])]
    assert states(phone.send(*sent)) == expected
    assert states(phone.send(*sent)) == expected
    assert server.book().entries["e2"].items["itch"] == Value("7")

    release = ReleaseEntry("r1", "p1", "e2", "Asked the participant.")
    refused = submit(STUDY, release, by=COORDINATOR, at=server.moment)
    assert ([one.code for one in refused.problems], refused.sealed) == (["rule-fails"], ())
    with pytest.raises(Denied):
        submit(STUDY, release, by=participant_actor("p1", "S01"), at=server.moment)
    assert caplog.text.count("a rule failed at entry e2: ArithmeticError") == 2
    assert "answer of 7" not in caplog.text

    monkeypatch.setattr(diary_checks, "evaluate", evaluate)
    assert submit(STUDY, release, by=COORDINATOR, at=server.moment).problems == ()
    released = server.book()
    assert released.entries["e2"].counts
    assert Value("7") in [one.items["itch"].datum for one in released.records.values() if "itch" in one.items]


def test_what_the_wire_takes_the_ledger_takes(phone: Phone) -> None:
    """The longest names that a message may hold: refused by the ledger, such an entry would stay on the phone."""
    entry = phone.entry(
        "e" * 64, visit="V" * 64 + "#1234", root="r" * 64, corrects="r" * 64, reason="x" * 2000
    )
    ((name, state, _),) = states(phone.send(entry, app="a" * 64))
    assert (name, state) == ("e" * 64, "kept_aside")


@pytest.mark.parametrize(
    ("step", "closed"), [("package_of", {"closed": True}), ("closing", {})], ids=["package", "end"]
)
def test_news_that_cannot_be_made_keep_back_no_acknowledgement_and_open_no_diary(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, step: str, closed: dict[str, bool]
) -> None:
    from trialwright.diary import views_api

    def fails(*_: object, **__: object) -> None:
        raise ArithmeticError

    give(save("p1", "", "end", {"done": "true"}), minutes=10)
    monkeypatch.setattr(views_api, step, fails)
    content = phone.send(phone.entry("e1", days_ago=1), package="")
    assert [name for name, _, _ in states(content)] == ["e1"]
    assert set(content) == {"now", "results", "done", "holes", *closed}
    assert closed.items() <= content.items()


def _busy(*_: object, **__: object) -> None:
    from trialwright.store.sqlite.base import Busy

    raise Busy("another process writes")


@pytest.mark.requirement("F30")
def test_busy_beside_the_entries_stores_none_of_them(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is written beside, the phone is not told that the server was busy after they were stored."""
    from trialwright.store import devices

    monkeypatch.setattr(devices, "note_seen", _busy)
    assert told(phone.ask(phone.entry("e1"))) == (503, {"state": "busy"})
    assert events() == []


@pytest.mark.parametrize("step", ["forget_tries", "package_of"])
def test_a_code_is_not_spent_where_joining_failed_in_its_last_step(
    server: Server, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from trialwright.diary import views_api

    code = server.invite()
    with monkeypatch.context() as patch:
        patch.setattr(views_api, step, _busy)
        assert told(server.ask_to_join(code)) == (503, {"state": "busy"})
    assert server.book().devices == {}
    assert server.ask_to_join(code).status_code == 200


def test_a_wish_is_kept_whole_or_not_at_all(
    phone: Phone, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.store import devices
    from trialwright.store.contacts import contact_of

    monkeypatch.setattr(devices, "keep_language", _busy)
    wishes = {"remind_at": "20:30", "language": "en"}
    assert told(server.post("settings", wishes, phone.token)) == (503, {"state": "busy"})
    assert contact_of(STUDY, "p1").language == ""


@pytest.mark.requirement("F29")
def test_a_full_disk_acknowledges_nothing_and_the_same_message_goes_through_later(phone: Phone) -> None:
    from django.db import connection

    entry = phone.entry("e1", items={"itch": {"v": "4"}, "why": {"v": "x" * 20_000}})
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    answer = phone.ask(entry)
    assert told(answer) == (507, {"state": "full"})
    assert answer["Retry-After"] == "60"
    assert events() == []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1000000")
    assert [name for name, _, _ in states(phone.send(entry))] == ["e1"]


def test_a_fault_of_the_program_is_no_word_for_the_phone(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import DatabaseError

    from trialwright.diary import views_api

    def broken(*_: object, **__: object) -> None:
        raise DatabaseError("a fault of ours")

    monkeypatch.setattr(views_api, "submit_entries", broken)
    with pytest.raises(DatabaseError):
        phone.ask(phone.entry("e1"))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("Outdated", (503, {"state": "busy"})), ("NotFound", (404, {"state": "not_found"}))],
)
def test_what_others_overtook_is_said_in_a_word(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, fault: str, expected: object
) -> None:
    from trialwright.diary import views_api
    from trialwright.store import errors

    def overtaken(*_: object, **__: object) -> None:
        raise getattr(errors, fault)("overtaken")

    monkeypatch.setattr(views_api, "submit_entries", overtaken)
    assert told(phone.ask(phone.entry("e1"))) == expected


def test_a_body_beyond_measure_is_refused(
    phone: Phone, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.diary import answer, wire

    monkeypatch.setattr(wire, "BODY_BYTES", 1000)
    monkeypatch.setattr(answer, "BODY_BYTES", 1000)
    assert told(server.post("sync", b" " * 1001, phone.token)) == (413, {"state": "too_large"})


# ------------------------------------------------------------------ looking back, and wishes


def test_the_history_shows_what_stands_and_what_stood(phone: Phone, server: Server) -> None:
    phone.send(phone.entry("e1", "4"), phone.entry("e2", "5", corrects="e1", root="e1", reason="Misread."))
    phone.send(phone.entry("e3", days_ago=3, items={"itch": {"m": "refused"}, "why": {"v": "痒"}}))
    status, content = told(server.get("history?days=2", phone.token))
    assert status == 200
    assert isinstance(content, dict)
    assert content["package"] == phone.package["digest"]
    assert [(one["id"], one["root"], one["is_standing"], one["items"]) for one in content["entries"]] == [
        ("e2", "e1", True, {"itch": {"v": "5"}}),
        ("e1", "", False, {"itch": {"v": "4"}}),
    ]
    (older,) = [
        one for one in json.loads(server.get("history", phone.token).content)["entries"] if one["id"] == "e3"
    ]
    assert older["items"] == {"itch": {"m": "refused"}, "why": {"v": "痒"}}
    assert set(older) == {"id", "root", "form", "visit", "day", "entered", "items", "is_standing"}


@pytest.mark.parametrize("query", ["days=x", "days=-1", "days=1000", "days=٣", "days=3&participant=p2"])
def test_a_history_of_nonsense_is_refused(phone: Phone, server: Server, query: str) -> None:
    assert told(server.get(f"history?{query}", phone.token)) == (422, {"state": "malformed"})


def test_when_a_phone_asked_last_is_noted(phone: Phone, server: Server) -> None:
    from trialwright.store.devices import device_of

    server.now += timedelta(hours=3)
    phone.send(app="app-2")
    row = device_of(phone.token)
    assert row is not None
    assert (row.seen, row.app) == ("2026-03-02T16:00:00.000000Z", "app-2")


def test_a_phone_of_a_demo_goes_by_its_calendar_and_every_other_by_its_own_clock(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from trialwright.store.folder import DemoCalendar

    assert "days_off" not in server.join().package
    monkeypatch.setattr(settings, "DEMO", DemoCalendar("2026-03-01", "", -100))
    phone = server.join()
    assert phone.package["days_off"] == -100
    assert "package" not in phone.send()
    monkeypatch.setattr(settings, "DEMO", DemoCalendar())
    assert "days_off" not in phone.send()["package"]
