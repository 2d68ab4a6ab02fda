"""Phones: invited by the site, joined by the participant, revoked when lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.spec.builders import COORDINATOR, INVESTIGATOR, MONITOR, codes
from tests.spec.diary_study import Phones, diary_study, entry, with_diary

from trialwright.ledger import commands as c
from trialwright.ledger.apply import Happening, advance
from trialwright.ledger.events import DeviceJoined, DeviceRevoked, EntryLeftAside, EntryReleased, EntryResent
from trialwright.ledger.rights import Denied, participant_actor


def walk_with(*, study: object = None) -> Phones:
    walk = with_diary()
    if study is not None:
        walk.book = replace(walk.book, study=study)  # type: ignore[arg-type]  # a Study
    return walk


def invite(walk: Phones, name: str = "i2", hours: int = 48) -> c.InviteDevice:
    return c.InviteDevice(walk.id(), "p1", name, walk.at.utc + timedelta(hours=hours))


INVITES = [
    ("i2", 48, []),
    ("i-phone1", 48, ["invite-taken"]),
    ("i2", 0, ["invite-expired"]),
    ("a b", 1, ["id-malformed"]),
]


@pytest.mark.parametrize(("name", "hours", "problems"), INVITES)
def test_an_invitation_is_new_and_lasts(name: str, hours: int, problems: list[str]) -> None:
    walk = walk_with()
    assert codes(walk.do(invite(walk, name, hours))) == problems
    with pytest.raises(Denied):
        walk.do(invite(walk, "i3"), by=MONITOR)


def test_nobody_is_invited_to_a_diary_that_is_not_there() -> None:
    walk = walk_with(study=diary_study(diary=None))
    assert codes(walk.do(invite(walk))) == ["no-diary"]
    joining = c.JoinDevice(walk.id(), "p1", "phone2", "i2", "key")
    assert codes(walk.do(joining, by=walk.patient)) == ["no-diary"]


def test_nobody_is_invited_after_the_end() -> None:
    walk = walk_with()
    walk.at = replace(walk.at, site_date=walk.at.site_date + timedelta(days=300))
    for visit, day in (("W16", "2026-06-22"), ("W34", "2026-10-26")):
        walk.saved(visit, "visit", date=day)
    assert codes(walk.do(invite(walk))) == ["diary-closed"]


JOINS = [
    ("i2", "phone2", 47, []),
    ("i2", "phone2", 48, ["invite-expired"]),
    ("i-phone1", "phone2", 1, ["invite-used"]),
    ("i2", "phone1", 1, ["invite-used"]),
    ("i9", "phone2", 1, ["invite-unknown"]),
    ("i9", "a b", 1, ["id-malformed"]),
]


@pytest.mark.parametrize(("name", "device", "hours", "problems"), JOINS)
def test_one_invitation_one_phone(name: str, device: str, hours: int, problems: list[str]) -> None:
    walk = walk_with()
    walk.done(invite(walk))
    at = replace(walk.at, utc=walk.at.utc + timedelta(hours=hours))
    joining = c.JoinDevice(walk.id(), "p1", device, name, "key")
    assert codes(walk.do(joining, by=walk.patient, at=at)) == problems
    assert (device in walk.book.devices and walk.book.devices[device].key == "key") is not bool(problems)
    assert walk.book.invites["i2"].device == ("" if problems else "phone2")


@pytest.mark.parametrize("by", [COORDINATOR, participant_actor("p2", "01")], ids=["site", "another"])
def test_only_the_participant_joins(by: c.Actor) -> None:
    walk = walk_with()
    walk.done(invite(walk))
    with pytest.raises(Denied):
        walk.do(c.JoinDevice(walk.id(), "p1", "phone2", "i2"), by=by)


@pytest.mark.requirement("R26", "R44")
def test_nothing_is_taken_from_a_revoked_phone_and_the_other_goes_on() -> None:
    walk = walk_with().join("phone2")
    walk.entered(entry("e1"))
    walk.done(c.RevokeDevice("r1", "p1", "phone1", "lost"))

    assert codes(walk.enter(entry("e2", number=2))) == ["device-revoked"]
    walk.entered(entry("e3", device="phone2"))
    assert walk.book.devices["phone1"].is_revoked
    assert list(walk.book.entries) == ["e1", "e3"]
    assert walk.log[-3].reason == "lost" or "lost" in [event.reason for event in walk.log]


REVOKES = [
    ("phone1", "lost", []),
    ("phone1", " ", ["text-needed"]),
    ("phone9", "lost", ["device-unknown"]),
    ("a b", "lost", ["id-malformed"]),
]


@pytest.mark.parametrize(("device", "reason", "problems"), REVOKES)
def test_a_phone_is_revoked_once_with_a_reason(device: str, reason: str, problems: list[str]) -> None:
    walk = walk_with()
    assert codes(walk.do(c.RevokeDevice("r1", "p1", device, reason), by=INVESTIGATOR)) == problems
    if not problems:
        assert codes(walk.do(c.RevokeDevice("r2", "p1", device, reason))) == ["device-revoked"]
    with pytest.raises(Denied):
        walk.do(c.RevokeDevice("r3", "p1", "phone1", "lost"), by=MONITOR)


def test_a_log_that_lacks_what_came_before_is_read_all_the_same() -> None:
    book = walk_with().book
    gone = DeviceRevoked("gone"), EntryReleased("gone"), EntryResent("e1", "gone", 1), EntryLeftAside("gone")
    for body in gone:
        after = advance(book, Happening(body, {}, book.sequence + 1, "01", ""))
        assert (after.devices, after.entries) == (book.devices, book.entries)
    joined = advance(book, Happening(DeviceJoined("x", "gone"), {}, book.sequence + 1, "01", ""))
    assert joined.invites == book.invites
    assert joined.devices["x"].invite == "gone"
