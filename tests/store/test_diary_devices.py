"""Phones of participants: one code for one phone, known by a hash, gone from one moment to the next."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.store.small import COORDINATOR, MONITOR, STUDY, entry, give, join, make_moment, save, screen, send
from tests.store.tamper import guards_up, tampering

from trialwright.ledger.rights import Denied


def begin(name: str = "p1") -> None:
    give(screen(name))
    give(save(name, "SCR", "visit", {"date": "2026-02-10"}))


def invited(minutes: int = 2):  # type: ignore[no-untyped-def]  # the store is imported late
    from trialwright.store import devices

    found = devices.invite(STUDY, "p1", 1990, by=COORDINATOR, at=make_moment(minutes))
    assert isinstance(found, devices.Invitation)
    return found


def joining(code: str, year: int = 1990, *, minutes: int = 3):  # type: ignore[no-untyped-def]  # the store is imported late
    """The phone's token, or why there is none."""
    from trialwright.store import devices

    found = devices.join(STUDY, code, year, platform="Android", language="en", at=make_moment(minutes))
    return (
        found.token if isinstance(found, devices.Joined) else (found.code, dict(found.parts).get("left", ""))
    )


def test_a_phone_joins_once_and_is_known_by_its_token(data: Path) -> None:
    from trialwright.store.devices import device_of, study_of_code

    begin()
    invitation = invited()
    assert len(invitation.code) * 6 >= 128
    assert invitation.expires == make_moment(2).utc + timedelta(hours=48)
    assert (study_of_code(invitation.code), study_of_code("other")) == (STUDY, None)

    token = joining(invitation.code)

    assert len(token) * 6 >= 256
    known = device_of(token)
    assert known is not None
    assert (known.study, known.participant, known.platform, known.is_revoked) == (
        STUDY,
        "p1",
        "Android",
        False,
    )
    assert device_of(token + "x") is None
    assert joining(invitation.code) == ("invite-used", "")


def test_neither_code_nor_token_nor_year_stands_in_the_folder(data: Path) -> None:
    begin()
    invitation = invited()
    token = joining(invitation.code)

    stored = b"".join(path.read_bytes() for path in data.iterdir() if path.is_file())
    assert not [secret for secret in (invitation.code, token, "1990") if secret.encode() in stored]


@pytest.mark.parametrize(
    ("minutes", "said"), [(2 + 48 * 60 - 1, "token"), (2 + 48 * 60, ("invite-expired", ""))]
)
def test_a_code_lasts_48_hours(data: Path, minutes: int, said: object) -> None:
    begin()
    found = joining(invited().code, minutes=minutes)
    assert (found if isinstance(found, tuple) else "token") == said


def test_three_wrong_years_end_an_invitation(data: Path) -> None:
    begin()
    code = invited().code

    assert [joining(code, 1991) for _ in range(3)] == [("year-differs", left) for left in ("2", "1", "0")]
    assert joining(code, 1990) == ("invite-expired", "")


def test_an_unknown_code_is_told_apart(data: Path) -> None:
    begin()
    assert joining("\ud800 anything") == ("invite-unknown", "")


def test_a_new_invitation_ends_the_one_before(data: Path) -> None:
    begin()
    first, second = invited(2), invited(3)

    assert joining(first.code, minutes=4) == ("invite-replaced", "")
    assert isinstance(joining(second.code, minutes=4), str)
    assert joining(second.code, minutes=5) == ("invite-used", "")
    assert joining(first.code, minutes=5) == ("invite-replaced", "")


def test_only_who_may_write_the_diary_invites_and_revokes(data: Path) -> None:
    from trialwright.store import devices

    begin()
    with pytest.raises(Denied):
        devices.invite(STUDY, "p1", 1990, by=MONITOR, at=make_moment(2))
    joined = join("p1")
    with pytest.raises(Denied):
        devices.revoke(STUDY, "p1", joined.device, "lost", by=MONITOR, at=make_moment(4))
    refused = devices.invite(STUDY, "p1", 19, by=COORDINATOR, at=make_moment(2))
    assert isinstance(refused, tuple)
    assert refused[0].code == "year-malformed"


def test_nobody_is_invited_once_the_diary_is_closed(data: Path) -> None:
    from trialwright.store import devices

    begin()
    give(save("p1", "", "end", {"done": "true"}))
    refused = devices.invite(STUDY, "p1", 1990, by=COORDINATOR, at=make_moment(9))
    assert isinstance(refused, tuple)
    assert [found.code for found in refused] == ["diary-closed"]
    assert devices.study_of_code("none") is None


@pytest.mark.requirement("R26", "R44")
def test_a_revoked_phone_is_known_as_such_and_sends_nothing(data: Path) -> None:
    """At once, with the reason and who did it in the log."""
    from trialwright.store import devices
    from trialwright.store.events import history

    begin()
    joined = join("p1")
    assert not devices.revoke(
        STUDY, "p1", joined.device, "lost on the bus", by=COORDINATOR, at=make_moment(5)
    )

    known = devices.device_of(joined.token)
    assert known is not None and known.is_revoked
    (refused,) = send("p1", entry("e1", "p1", joined.device))
    assert [found.code for found in refused.problems] == ["device-revoked"]
    event = history(STUDY, "p1")[-1]
    assert (type(event.body).__name__, event.reason, event.envelope.actor) == (
        *("DeviceRevoked", "lost on the bus"),
        COORDINATOR.account,
    )
    again = devices.revoke(STUDY, "p1", joined.device, "lost", by=COORDINATOR, at=make_moment(6))
    assert [found.code for found in again] == ["device-revoked"]


@pytest.mark.requirement("R44")
def test_an_unknown_phone_sends_nothing(data: Path) -> None:
    begin()
    join("p1")
    (refused,) = send("p1", entry("e1", "p1", "stranger"))
    assert [found.code for found in refused.problems] == ["device-unknown"]


def test_the_register_knows_when_a_phone_asked_last_and_with_which_app(data: Path) -> None:
    from trialwright.store import devices

    begin()
    joined = join("p1")
    for minutes, app, seen in ((3, "1.0", 3), (4, "1.0", 3), (20, "1.0", 20), (21, "1.1", 21)):
        row = devices.device_of(joined.token)
        assert row is not None
        devices.note_seen(row, app, at=make_moment(minutes).utc)
        (shown,) = devices.devices_of(STUDY, ["p1", "p2"])
        assert (shown.app, shown.seen) == (
            app,
            re.sub(r"\+.*", ".000000Z", make_moment(seen).utc.isoformat()),
        )
    devices.keep_push(shown, '{"endpoint":"x"}')
    devices.keep_language(shown, "zh-Hans")
    (shown,) = devices.devices_of(STUDY, ["p1"])
    assert (shown.push, shown.language) == ('{"endpoint":"x"}', "zh-Hans")
    assert devices.devices_of(STUDY, []) == ()


def test_a_lost_phone_is_told_nothing_any_more(data: Path) -> None:
    from trialwright.store import devices

    begin()
    row = devices.device_of(join("p1").token)
    assert row is not None
    devices.keep_push(row, "{}")
    devices.revoke(STUDY, "p1", row.device, "lost", by=COORDINATOR, at=make_moment(5))
    devices.keep_push(row, "{}")
    assert devices.devices_of(STUDY, ["p1"])[0].push == ""


TAMPERED = [
    ("UPDATE device SET token_hash = 'mine'", "device", "token_hash: not what the events say."),
    ("UPDATE device SET revoked = 1", "device", "revoked: not what the events say."),
    ("DELETE FROM device", "device", "The row should be there and is not."),
    ("UPDATE invite SET used_utc = ''", "invite", "used_utc: not what the events say."),
    (
        "INSERT INTO invite SELECT study, 'forged', participant, 'c', 'y', '2030', '', 0 FROM invite",
        "invite",
        "The row is there, and no event says so.",
    ),
]


@pytest.mark.parametrize(("statement", "table", "text"), TAMPERED)
def test_an_altered_register_is_named(data: Path, statement: str, table: str, text: str) -> None:
    from trialwright.store.verify import verify

    begin()
    join("p1")
    with tampering(data) as connection:
        connection.execute(statement)
        guards_up(connection)
        assert [(found.table, found.text) for found in verify(STUDY)] == [(table, text)]
