"""Photos in the ledger: who adds one where, what is refused, who sees it, and what stays of one that was removed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest
from tests.spec.builders import COORDINATOR, INVESTIGATOR, MONITOR, Walk, moment, rule
from tests.spec.diary_study import DIARY_ROLES, Phones, diary_study, local

from trialwright.ledger import commands as c
from trialwright.ledger.apply import Happening, advance, replay
from trialwright.ledger.course import Decided
from trialwright.ledger.events import PhotoAdded, PhotoRemoved
from trialwright.ledger.photos import area_of, photos_seen, present_photos
from trialwright.ledger.rights import Denied
from trialwright.study.model import Photos, Region

PHOTOS = Photos("No face.", (Region("arm", "Arm"), Region("leg", "Leg")), ("W0", "W4"), 2)
STUDY = diary_study(photos=PHOTOS)
TAKEN = "2026-03-02 20:00"


def picture(name: str = "a") -> c.Picture:
    original, kept = (sha256(f"{name} {what}".encode()).hexdigest() for what in ("original", "kept"))
    return c.Picture(original, "image/png", kept, 1000, 800, 600)


def of_site(name: str = "ph1", *, visit: str = "W0", region: str = "arm", **more: object) -> c.AddPhoto:
    return c.AddPhoto(name, "p1", visit, region, picture(name), **more)  # type: ignore[arg-type]  # tests name the fields


def own(name: str = "ph1", *, taken: datetime | None = None, **more: object) -> c.AddPhoto:
    told: dict[str, object] = {"visit": "", "region": "arm", "device": "phone1", "picture": picture(name)}
    told |= {"taken": taken or local(TAKEN), **more}
    return c.AddPhoto(name, "p1", **told)  # type: ignore[arg-type]  # tests name the fields


def walked(**photos: object) -> Phones:
    """Dosed at week 0, with one phone."""
    study = replace(STUDY, photos=replace(PHOTOS, **photos)) if photos else STUDY
    walk = Phones(at=moment(date(2026, 3, 2)), study=study)
    walk.dosed()
    return walk.join()


def added(walk: Walk, command: c.AddPhoto, by: c.Actor | None = None) -> Decided:
    decided = walk.do(command, by=by)
    assert not decided.problems, [found.text for found in decided.problems]
    return decided


def codes(decided: Decided) -> list[str]:
    return [found.code for found in decided.problems]


# ------------------------------------------------------------------ added


def test_a_photo_of_the_site_has_the_day_of_its_visit() -> None:
    walk = walked()
    added(walk, of_site())
    photo = walk.book.photos["ph1"]
    assert (photo.visit, photo.day, photo.region, photo.is_own) == ("W0", "2026-03-02", "arm", False)
    assert (photo.original, photo.kept) == (picture("ph1").original, picture("ph1").kept)
    assert (photo.type, photo.size, photo.width, photo.height) == ("image/png", 1000, 800, 600)
    assert (photo.taken, photo.device, photo.removed) == ("", "", 0)
    assert [event.originator for event in walk.log if isinstance(event.body, PhotoAdded)] == ["site"]


def test_a_photo_of_the_participant_has_the_day_of_their_clock() -> None:
    walk = walked()
    added(walk, own(taken=local("2026-03-01 23:59")), by=walk.patient)
    photo = walk.book.photos["ph1"]
    assert (photo.visit, photo.day, photo.is_own) == ("", "2026-03-01", True)
    assert (photo.taken, photo.device) == ("2026-03-01T23:59:00+08:00", "phone1")
    assert [event.originator for event in walk.log if isinstance(event.body, PhotoAdded)] == ["participant"]


def test_the_log_gives_the_photos_again() -> None:
    walk = walked()
    added(walk, of_site())
    added(walk, own("ph2"), by=walk.patient)
    walk.do(c.RemovePhoto("r1", "p1", "ph1", "A face."))
    assert replay(walk.study, "p1", walk.log).photos == walk.book.photos


OF_SITE = [
    ("region", of_site(region="face"), ["no-such-region"]),
    ("visit not held", of_site(visit="W4"), ["visit-date-needed"]),
    ("visit of no schedule", of_site(visit="W99"), ["visit-date-needed"]),
    ("no visit", of_site(visit=""), ["visit-date-needed"]),
    ("with a phone", of_site(device="phone1"), ["photo-of-no-phone"]),
    ("with a time", of_site(taken=local(TAKEN)), ["photo-of-no-phone"]),
    ("id", of_site("a/b"), ["id-malformed", "id-malformed"]),
    ("hash", replace(of_site(), picture=replace(picture(), kept="../../x")), ["id-malformed"]),
    ("original", replace(of_site(), picture=replace(picture(), original="A" * 64)), ["id-malformed"]),
]


@pytest.mark.parametrize(
    ("command", "expected"), [case[1:] for case in OF_SITE], ids=[case[0] for case in OF_SITE]
)
def test_a_photo_of_the_site_that_does_not_fit_is_refused(command: c.AddPhoto, expected: list[str]) -> None:
    walk = walked()
    assert codes(walk.do(command)) == expected
    assert not walk.book.photos


OWN = [
    ("region", own(region="face"), ["no-such-region"]),
    ("visit", own(visit="W0"), ["photo-of-no-visit"]),
    ("no time", replace(own(), taken=None), ["photo-undated"]),
    ("no offset", own(taken=local(TAKEN).replace(tzinfo=None)), ["photo-undated"]),
    ("no calendar", own(taken=local("1969-03-02 20:00")), ["photo-undated"]),
    ("to come", own(taken=local("2026-03-04 00:00")), ["date-in-future"]),
    ("another phone", own(device="phone2"), ["device-unknown"]),
    ("no phone", own(device=""), ["device-unknown"]),
]


@pytest.mark.parametrize(("command", "expected"), [case[1:] for case in OWN], ids=[case[0] for case in OWN])
def test_a_photo_of_the_participant_that_does_not_fit_is_refused(
    command: c.AddPhoto, expected: list[str]
) -> None:
    walk = walked()
    assert codes(walk.do(command, by=walk.patient)) == expected
    assert not walk.book.photos


def test_a_clock_may_be_a_day_ahead_and_no_more() -> None:
    walk = walked()
    added(walk, own(taken=local("2026-03-03 23:59")), by=walk.patient)


def test_of_one_day_so_many_are_taken_as_the_definition_says() -> None:
    walk = walked()
    for name in ("ph1", "ph2"):
        added(walk, own(name), by=walk.patient)
    assert codes(walk.do(own("ph3"), by=walk.patient)) == ["photos-enough"]
    added(walk, own("ph3", taken=local("2026-03-01 20:00")), by=walk.patient)
    walk.do(c.RemovePhoto("r1", "p1", "ph1", "Out of focus."), by=COORDINATOR)
    added(walk, own("ph4"), by=walk.patient)
    added(walk, of_site("ph5"))  # the site's are not counted with them


def test_nobody_takes_photos_who_is_not_asked() -> None:
    walk = walked(per_day=0)
    assert codes(walk.do(own(), by=walk.patient)) == ["photos-not-asked"]
    walk = walked(site_visits=())
    assert codes(walk.do(of_site())) == ["photos-not-by-site"]
    assert codes(Walk().do(replace(of_site(), participant=Walk().participant))) == ["not-screened"]


def test_a_study_without_photos_takes_none() -> None:
    walk = Phones(at=moment(date(2026, 3, 2)))
    walk.dosed()
    assert codes(walk.do(of_site())) == ["no-photos"]


def test_a_revoked_phone_sends_no_photo() -> None:
    walk = walked()
    walk.do(c.RevokeDevice("x1", "p1", "phone1", "Lost."), by=COORDINATOR)
    assert codes(walk.do(own(), by=walk.patient)) == ["device-revoked"]


def test_after_the_end_the_participant_sends_none_of_later_days() -> None:
    walk = walked()
    ended = replace(STUDY.lifecycle, ended=rule("at(W0, known(visit.date))"))
    walk.book = replace(walk.book, study=replace(STUDY, lifecycle=ended))
    assert codes(walk.do(own(taken=local("2026-03-03 08:00")), by=walk.patient)) == ["diary-closed"]
    added(walk, own(taken=local("2026-03-02 08:00")), by=walk.patient)


def test_one_picture_stands_once() -> None:
    walk = walked()
    added(walk, of_site())
    again = replace(of_site("ph2", region="leg"), picture=picture("ph1"))
    assert codes(walk.do(again)) == ["photo-twice"]
    same_original = replace(again, picture=replace(picture("ph2"), original=picture("ph1").original))
    assert codes(walk.do(same_original)) == ["photo-twice"]
    walk.do(c.RemovePhoto("r1", "p1", "ph1", "Wrong region."))
    added(walk, again)
    assert codes(walk.do(replace(of_site(), picture=picture("ph9")))) == ["photo-twice"]  # the id is taken


# ------------------------------------------------------------------ rights


def test_only_who_enters_forms_adds_a_photo_of_the_site() -> None:
    walk = walked()
    with pytest.raises(Denied):
        walk.do(of_site(), by=MONITOR)
    with pytest.raises(Denied):
        walk.do(of_site(), by=replace(INVESTIGATOR, sites=frozenset({"02"})))


def test_a_participant_sends_no_photo_of_another_and_removes_none() -> None:
    walk = walked()
    added(walk, own(), by=walk.patient)
    with pytest.raises(Denied):
        walk.do(own("ph2"), by=replace(walk.patient, account="participant:p2"))
    with pytest.raises(Denied):
        walk.do(c.RemovePhoto("r1", "p1", "ph1", "I do not like it."), by=walk.patient)


def test_photos_are_seen_by_who_reads_their_area() -> None:
    walk = walked()
    added(walk, own("ph2", taken=local("2026-03-01 20:00")), by=walk.patient)
    added(walk, of_site("ph1"))
    book = walk.book

    def seen(actor: c.Actor) -> list[str]:
        return [photo.id for photo in photos_seen(book, actor=actor)]

    assert seen(INVESTIGATOR) == seen(MONITOR) == ["ph2", "ph1"]  # in the order of their days
    assert seen(replace(MONITOR, sites=frozenset({"02"}))) == []
    rights = {**DIARY_ROLES["monitor"].rights, "diary": frozenset()}
    roles = {**DIARY_ROLES, "monitor": replace(DIARY_ROLES["monitor"], rights=rights)}
    book = replace(book, study=replace(book.study, roles=roles))
    assert seen(MONITOR) == ["ph1"]
    assert [area_of(book.photos[name]) for name in ("ph1", "ph2")] == ["forms", "diary"]


# ------------------------------------------------------------------ removed


def test_of_a_removed_photo_all_but_the_file_stays() -> None:
    walk = walked()
    added(walk, of_site())
    decided = walk.do(c.RemovePhoto("r1", "p1", "ph1", "  A face is\nseen. "))
    assert decided.drafts[0].reason == "A face is\nseen."
    photo = walk.book.photos["ph1"]
    assert photo.removed == walk.book.sequence
    assert photo.kept == picture("ph1").kept
    assert present_photos(walk.book) == ()
    assert [one.id for one in photos_seen(walk.book, actor=INVESTIGATOR)] == ["ph1"]
    assert codes(walk.do(c.RemovePhoto("r2", "p1", "ph1", "Again."))) == ["photo-removed"]


def test_a_photo_is_removed_for_a_reason_and_only_one_that_is_there() -> None:
    walk = walked()
    added(walk, of_site())
    assert codes(walk.do(c.RemovePhoto("r1", "p1", "ph1", " "))) == ["text-needed"]
    assert codes(walk.do(c.RemovePhoto("r2", "p1", "ph9", "A face."))) == ["no-such-photo"]
    assert codes(walk.do(c.RemovePhoto("r3", "p1", "../x", "A face."))) == ["id-malformed"]


def test_only_who_may_enter_in_its_area_removes_a_photo() -> None:
    walk = walked()
    added(walk, of_site())
    added(walk, own("ph2"), by=walk.patient)
    for name in ("ph1", "ph2", "ph9"):
        with pytest.raises(Denied):
            walk.do(c.RemovePhoto("r1", "p1", name, "A face."), by=MONITOR)


def test_a_removal_of_what_was_never_added_changes_nothing_else() -> None:
    book = walked().book
    after = advance(book, Happening(PhotoRemoved("ph1"), {}, book.sequence + 1, book.site, book.study.hash))
    assert after == replace(book, sequence=book.sequence + 1)


def test_a_visit_to_come_has_no_photo_yet() -> None:
    walk = walked()
    yesterday = replace(walk.at, site_date=walk.at.site_date - timedelta(days=1))
    assert codes(walk.do(of_site(), at=yesterday)) == ["visit-date-needed"]
