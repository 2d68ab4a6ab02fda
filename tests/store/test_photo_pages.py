"""The pages of photos: what is shown to whom, and what is taken from nobody, by HTTP."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.store.pictures import REFUSED, SECRETS, is_bare, jpeg, painted
from tests.store.small import COORDINATOR, STUDY, give, join, make_moment, save, screen
from tests.store.test_photos import TAKEN, add, files, of_site

from trialwright.ledger.commands import RedactValue
from trialwright.ledger.events import REASON
from trialwright.ledger.rights import participant_actor

ONE = f"/studies/{STUDY}/participants/p1"
PHOTOS = f"{ONE}/photos/"
ADD = f"{PHOTOS}add"
PEOPLE = {
    "west": ("coordinator", "S01"),
    "east": ("coordinator", "S02"),
    "mo": ("monitor", ""),
    "ad": ("administrator", ""),
}


@pytest.fixture
def pages(filled: Path) -> Iterator[Path]:
    """p1 and p3 at the first site, p2 at the second; a coordinator of each, a monitor and an administrator of both."""
    from trialwright.store.accounts import NewAccount, create_account, grant
    from trialwright.store.models import Account

    for login, (role, site) in PEOPLE.items():
        new = create_account(
            STUDY, NewAccount(login, "", login.title(), "Hospital"), by=COORDINATOR, at=make_moment(25)
        )
        assert isinstance(new, Account)
        assert grant(STUDY, new.id, role, site, by=COORDINATOR, at=make_moment(26)) is None
    yield filled


def client(login: str = "west", language: str = "en") -> Client:
    from trialwright.store.models import Account
    from trialwright.web.entrance.views import BACKEND

    made = Client(headers={"host": "127.0.0.1"})
    made.cookies["django_language"] = language
    if login:
        made.force_login(Account.objects.get(login_key=login), backend=BACKEND)
    return made


def send(content: bytes, name: str = "photo.png", login: str = "west", **changes: str):  # type: ignore[no-untyped-def]  # of the test client
    fields = {"command": "c-photo", "visit": "SCR", "region": "arm", **changes}
    file = SimpleUploadedFile(name, content, content_type="image/png")
    return client(login).post(ADD, {**fields, "photo": file})


def photos_of(participant: str = "p1") -> dict[str, object]:
    from trialwright.store.casebooks import load

    return dict(load(STUDY, participant).photos)


def added(name: str = "a", **more: str) -> str:
    command, kept = of_site(name, **more)
    assert not add(command, kept).problems
    return command.command_id


def own() -> str:
    phone = join("p1")
    command, kept = of_site("own", visit="", taken=TAKEN, device=phone.device)
    assert not add(command, kept, by=participant_actor("p1", "S01")).problems
    return command.command_id


def words(login: str, address: str, status: int = 200, language: str = "en") -> str:
    got = client(login, language).get(address)
    assert got.status_code == status, (address, got.status_code)
    main = got.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


# ------------------------------------------------------------------ taken


def test_an_uploaded_photo_is_kept_and_leads_to_the_next_region(pages: Path) -> None:
    got = send(jpeg())
    assert (got.status_code, got["Location"]) == (302, f"{ADD}?visit=SCR&region=leg")
    assert list(photos_of()) == ["c-photo"]
    assert len(files(pages)) == 1
    got = send(jpeg(painted((500, 400))), command="c-photo2", region="leg")
    assert got["Location"] == PHOTOS
    assert got.cookies["said"].value


def test_a_page_sent_twice_adds_one_photo(pages: Path) -> None:
    content = jpeg()
    assert send(content).status_code == send(content).status_code == 302
    assert len(photos_of()) == len(files(pages)) == 1


def test_a_photo_of_a_visit_at_which_none_is_asked_leads_back_to_all(pages: Path) -> None:
    from trialwright.store.submit import submit

    later = replace(make_moment(60), site_date=date(2026, 3, 16))
    visit = save("p1", "W2", "visit", {"date": "2026-03-16"})
    assert not submit(STUDY, visit, by=COORDINATOR, at=later).problems
    got = send(jpeg(), visit="W2")
    assert (got.status_code, got["Location"]) == (302, PHOTOS)


SMALL_FILES = {name: case for name, case in REFUSED.items() if name != "200 MB"}


@pytest.mark.requirement("F43")
@pytest.mark.parametrize(("content", "code"), SMALL_FILES.values(), ids=SMALL_FILES)
def test_what_is_no_photo_is_refused_at_the_site_s_door(pages: Path, content: bytes, code: str) -> None:
    got = send(content)
    assert got.status_code == 422
    assert 'class="fe" id="f-photo-error"' in got.content.decode()
    assert not photos_of()
    assert files(pages) == []


@pytest.mark.requirement("F43")
def test_a_file_of_200_mb_is_refused_before_a_byte_is_read(pages: Path) -> None:

    class Unread(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    got = client().generic(
        "POST",
        ADD,
        b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200_000_000),
        **{"wsgi.input": Unread()},
    )
    assert got.status_code == 413
    assert "more than 12 MB" in got.content.decode()
    assert files(pages) == []


def test_a_file_just_above_the_limit_is_refused_too(pages: Path) -> None:
    got = send(jpeg() + b"\x00" * 12_000_000)
    assert got.status_code == 413
    assert "more than 12 MB" in got.content.decode()
    assert files(pages) == []


def test_a_length_that_is_no_number_takes_nothing_in(pages: Path) -> None:
    got = client().generic(
        "POST", ADD, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="many"
    )
    assert got.status_code in (400, 422)
    assert files(pages) == []


@pytest.mark.requirement("F43")
def test_what_the_camera_wrote_is_not_shown_to_anybody(pages: Path) -> None:
    sent = jpeg(orientation=6)
    assert any(secret in sent for secret in SECRETS)
    send(sent)
    for size in ("small", "large"):
        got = client().get(f"{PHOTOS}c-photo/{size}.jpg")
        assert is_bare(got.content)
        assert not Image.open(BytesIO(got.content)).getexif()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"region": "face"}, "takes no photos of “face”"),
        ({"visit": "W2"}, "Enter the date of this visit first."),
        ({"visit": "../.."}, "is not an id"),
        ({"command": "a b"}, "is not an id"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(pages: Path, changes: dict[str, str], said: str) -> None:
    got = send(jpeg(), **changes)
    assert got.status_code == 422
    assert said in got.content.decode()
    assert files(pages) == []


def test_a_picture_that_is_there_already_is_refused(pages: Path) -> None:
    send(jpeg())
    got = send(jpeg(), command="c-again", region="leg")
    assert got.status_code == 422
    assert "This picture is there already." in got.content.decode()
    assert len(files(pages)) == 1


def test_a_page_without_a_file_is_asked_for_one(pages: Path) -> None:
    fields = {"command": "c1", "visit": "SCR", "region": "arm"}
    for more in ({}, {"photo": ""}, {"photo": "x"}):  # a browser sends the second
        got = client().post(ADD, {**fields, **more})
        assert (got.status_code, "Choose a photo." in got.content.decode()) == (422, True)


def test_a_file_is_taken_on_no_other_page_and_under_no_other_name(pages: Path) -> None:
    def file() -> SimpleUploadedFile:
        return SimpleUploadedFile("x.jpg", jpeg())

    name = added()
    for address, fields in (
        (f"{PHOTOS}{name}/remove", {"command": "c2", "reason": "x", "photo": file()}),
        (ADD, {"command": "c2", "visit": "SCR", "region": "leg", "photo": file(), "more": file()}),
        (ADD, {"command": "c2", "visit": "SCR", "region": "leg", "photo": file(), "status": "locked"}),
    ):
        assert client().post(address, fields).status_code == 422
    assert len(files(pages)) == 1


def test_an_unknown_field_of_a_removal_is_refused(pages: Path) -> None:
    got = client().post(f"{PHOTOS}{added()}/remove", {"command": "c2", "reason": "x", "status": "locked"})
    assert got.status_code == 422
    assert "“status”" in got.content.decode()


def test_a_photo_without_the_page_s_token_is_refused(pages: Path) -> None:
    strict = Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=True)
    strict.cookies = client().cookies
    got = strict.post(ADD, {"command": "c1", "photo": SimpleUploadedFile("x.jpg", jpeg())})
    assert got.status_code == 403
    assert files(pages) == []


# ------------------------------------------------------------------ shown


def test_photos_stand_side_by_side_with_words(pages: Path) -> None:
    added()
    added("b", visit="W0")
    own()
    page = client().get(PHOTOS).content.decode()
    heads = re.findall(r'<th scope="col">(.*?)</th>', page, re.DOTALL)
    assert [re.sub(r"<[^>]+>|\s+", " ", head).split() for head in heads] == [
        ["Region"],
        ["Screening", "10", "Feb", "2026"],
        ["Week", "0", "1", "Mar", "2026"],
        ["Participant’s", "own", "2", "Mar", "2026"],
    ]
    assert re.findall(r'alt="([^"]*)"', page) == [
        "Arm, Screening, 10 Feb 2026",
        "Arm, Week 0, 1 Mar 2026",
        "Arm, participant’s own, 2 Mar 2026",
    ]
    assert f'href="{ADD}?visit=W0&amp;region=leg" aria-label="Add: Leg, Week 0"' in page


def test_one_photo_tells_its_facts_and_leads_along_its_region(pages: Path) -> None:
    first, second = added(), added("b", visit="W0")
    added("c", region="leg")
    said = words("west", f"{PHOTOS}{first}/")
    assert "Taken Screening, 10 Feb 2026" in said
    assert "image/jpeg, sha256" in said
    page = client().get(f"{PHOTOS}{first}/").content.decode()
    assert f'rel="next" href="{PHOTOS}{second}/"' in page
    assert 'rel="prev"' not in page
    assert f'rel="prev" href="{PHOTOS}{first}/"' in client().get(f"{PHOTOS}{second}/").content.decode()


def test_a_photo_of_the_participant_says_who_took_it_and_when(pages: Path) -> None:
    said = words("west", f"{PHOTOS}{own()}/")
    assert "Added by Participant" in said
    assert "Time on the phone 2026-03-02T07:00:00+00:00" in said


def test_pages_lead_to_the_photos(pages: Path) -> None:
    added()
    assert f'<a href="{PHOTOS}">Photos</a>' in client().get(f"{ONE}/").content.decode()
    assert "Photos: 1 of 2 regions" in words("west", f"{ONE}/visits/SCR/")
    assert "Photos:" not in words("west", f"{ONE}/visits/W2/")
    assert PHOTOS not in client("mo", "zh-hans").get(f"{ONE}/visits/W2/").content.decode()


def test_the_pages_speak_chinese(pages: Path) -> None:
    name = added()
    for address in (PHOTOS, ADD, f"{PHOTOS}{name}/", f"{PHOTOS}{name}/remove"):
        assert "照片" in words("west", address, language="zh-hans")


def test_a_picture_is_served_so_that_nothing_can_come_of_it(pages: Path) -> None:
    got = client().get(f"{PHOTOS}{added()}/large.jpg")
    assert got["Content-Type"] == "image/jpeg"
    assert got["Cache-Control"] == "no-store"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert got["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert got["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_visit_without_photos_shows_what_is_missing(pages: Path) -> None:
    assert words("mo", PHOTOS).count("missing") == 4  # two regions at two visits


def test_a_participant_without_a_visit_has_no_photo_yet(pages: Path) -> None:
    give(screen("p4"))
    assert "No photo yet." in words("west", PHOTOS.replace("p1", "p4"))
    assert "No visit was held yet." in words("west", ADD.replace("p1", "p4"))


# ------------------------------------------------------------------ who may


def test_a_photo_of_another_site_is_not_there(pages: Path) -> None:
    name = added()
    for path in ("", "add", f"{name}/", f"{name}/small.jpg", f"{name}/large.jpg", f"{name}/remove"):
        assert client("east").get(f"{PHOTOS}{path}").status_code == 404, path
    assert send(jpeg(painted((500, 500))), login="east").status_code == 404
    assert client("east").post(f"{PHOTOS}{name}/remove", {"command": "c", "reason": "x"}).status_code == 404
    assert len(files(pages)) == 1


def test_a_photo_is_found_at_its_participant_only(pages: Path) -> None:
    name = added()
    other = PHOTOS.replace("p1", "p3")
    for path in (f"{name}/", f"{name}/large.jpg", f"{name}/remove", "nothing/", "nothing/small.jpg"):
        assert client().get(f"{other}{path}").status_code == 404, path
    assert client().get(f"{PHOTOS}{name}/huge.jpg").status_code == 404


def test_nobody_sees_a_photo_without_signing_in(pages: Path) -> None:
    name = added()
    for path in ("", "add", f"{name}/", f"{name}/large.jpg", f"{name}/remove"):
        got = client("").get(f"{PHOTOS}{path}")
        assert (got.status_code, got["Location"].partition("?")[0]) == (302, "/sign-in"), path


def test_who_only_reads_adds_and_removes_nothing(pages: Path) -> None:
    name = added()
    assert client("mo").get(f"{PHOTOS}{name}/large.jpg").status_code == 200
    assert "Remove this photo" not in words("mo", f"{PHOTOS}{name}/")
    assert "Add a photo" not in words("mo", PHOTOS)
    for path in ("add", f"{name}/remove"):
        assert client("mo").get(f"{PHOTOS}{path}").status_code == 403
    assert send(jpeg(), login="mo").status_code == 403
    assert client("mo").post(f"{PHOTOS}{name}/remove", {"command": "c", "reason": "x"}).status_code == 403
    assert client("ad").get(PHOTOS).status_code == 403
    assert len(files(pages)) == 1


# ------------------------------------------------------------------ removed


def test_a_removed_photo_leaves_its_story_and_no_picture(pages: Path) -> None:
    name = added()
    got = client().post(f"{PHOTOS}{name}/remove", {"command": "c-remove", "reason": "A face is seen."})
    assert (got.status_code, got["Location"]) == (302, f"{PHOTOS}{name}/")
    said = words("west", f"{PHOTOS}{name}/")
    assert "its file is destroyed" in said
    assert "Removed by West" in said
    assert "Reason A face is seen." in said
    assert "Removed photos" in words("west", PHOTOS)
    for path in (f"{name}/large.jpg", f"{name}/small.jpg", f"{name}/remove"):
        assert client().get(f"{PHOTOS}{path}").status_code == 404
    assert files(pages) == []
    again = client().post(f"{PHOTOS}{name}/remove", {"command": "c-more", "reason": "Again."})
    assert (again.status_code, "removed already" in again.content.decode()) == (422, True)


def test_a_removal_needs_a_reason(pages: Path) -> None:
    got = client().post(f"{PHOTOS}{added()}/remove", {"command": "c-remove", "reason": " "})
    assert (got.status_code, "Say why the photo is removed." in got.content.decode()) == (422, True)
    assert len(files(pages)) == 1


def test_a_reason_that_was_redacted_is_told_as_such(pages: Path) -> None:
    from trialwright.store.casebooks import load

    name = added()
    client().post(f"{PHOTOS}{name}/remove", {"command": "c-remove", "reason": "Li Wei’s face."})
    give(RedactValue("c-redact", "p1", load(STUDY, "p1").photos[name].removed, REASON, "A name."))
    said = words("west", f"{PHOTOS}{name}/")
    assert "Li Wei" not in said
    assert "Reason redacted" in said
