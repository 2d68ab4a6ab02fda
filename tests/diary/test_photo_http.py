"""Photos from a phone: what is taken, what is refused with which word, and that it is taken once."""

import json
from hashlib import sha256

import pytest
from django.http import HttpResponse
from tests.diary.phone import SHANGHAI, Json, Phone, Server
from tests.store.pictures import REFUSED, SECRETS, is_bare, jpeg, painted
from tests.store.small import COORDINATOR, STUDY

ORIGINAL = sha256(b"the file of the camera").hexdigest()


def told(phone: Phone, name: str = "ph1", **changes: object) -> Json:
    now = (phone.server.now + phone.off).astimezone(SHANGHAI).isoformat(timespec="milliseconds")
    whole = {"protocol": 1, "app": "app-1", "sent": now, "taken": now, "id": name, "region": "arm"}
    return {**whole, "original": ORIGINAL, "type": "image/heic", **changes}


def send(
    phone: Phone, content: bytes, header: Json | str | None = None, token: str | None = None
) -> HttpResponse:
    said = told(phone) if header is None else header
    headers = {
        "authorization": f"Bearer {phone.token if token is None else token}",
        "diary-photo": said if isinstance(said, str) else json.dumps(said),
    }
    answer = phone.server.client.post("/diary/api/photo", content, content_type="image/jpeg", headers=headers)
    assert isinstance(answer, HttpResponse)
    return answer


def word(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content)["state"]


def test_a_photo_is_kept_before_the_phone_may_forget_it(server: Server, phone: Phone) -> None:
    from trialwright.store.photos import read_photo

    sent = jpeg()
    answer = send(phone, sent)
    assert (answer.status_code, json.loads(answer.content)) == (200, {"id": "ph1", "state": "stored"})
    assert answer["Cache-Control"] == "no-store"
    photo = server.book().photos["ph1"]
    assert (photo.region, photo.day, photo.visit, photo.device) == ("arm", "2026-03-02", "", phone.device)
    assert (photo.original, photo.type) == (ORIGINAL, "image/heic")
    assert photo.taken == "2026-03-02T21:00:00+08:00"
    content = read_photo(STUDY, "p1", photo)
    assert sha256(content).hexdigest() == photo.kept


def test_what_a_phone_wrote_beside_the_points_is_left_out(server: Server, phone: Phone) -> None:
    from trialwright.store.photos import read_photo

    sent = jpeg()
    assert any(secret in sent for secret in SECRETS)
    send(phone, sent)
    assert is_bare(read_photo(STUDY, "p1", server.book().photos["ph1"]))


def test_a_photo_sent_twice_is_stored_once(server: Server, phone: Phone) -> None:
    first, again = send(phone, jpeg()), send(phone, jpeg())
    assert json.loads(first.content) == json.loads(again.content)
    assert list(server.book().photos) == ["ph1"]


@pytest.mark.requirement("F43")
@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_photo_is_refused_at_the_phones_door(
    server: Server, phone: Phone, content: bytes, code: str
) -> None:
    assert word(send(phone, content)) == (413 if code == "picture-too-large" else 422, code)
    assert not server.book().photos


def test_no_more_is_read_than_is_allowed(server: Server, phone: Phone) -> None:
    assert word(send(phone, jpeg() + b"\x00" * 8_000_001)) == (413, "picture-too-large")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"region": "face"}, (422, "no-such-region")),
        ({"taken": "2026-03-05T20:00:00+08:00"}, (422, "date-in-future")),
        ({"region": "../x"}, (422, "malformed")),
        ({"original": "abc"}, (422, "malformed")),
        ({"id": "a/b"}, (422, "malformed")),
        ({"type": "text/html"}, (422, "malformed")),
        ({"taken": "2026-03-02T20:00:00"}, (422, "malformed")),
        ({"coat": "red"}, (422, "malformed")),
        ({"protocol": 0}, (426, "too_old")),
    ],
)
def test_what_does_not_fit_is_refused(
    server: Server, phone: Phone, changes: Json, expected: tuple[int, str]
) -> None:
    assert word(send(phone, jpeg(), told(phone, **changes))) == expected
    assert not server.book().photos


@pytest.mark.parametrize("header", ["", "{", "[]", "null", "\\u0000"])
def test_a_header_that_says_nothing_is_refused(server: Server, phone: Phone, header: str) -> None:
    assert word(send(phone, jpeg(), header)) == (422, "malformed")


def test_no_more_photos_of_a_day_are_taken_than_are_asked(server: Server, phone: Phone) -> None:
    for at in range(2):
        assert (
            send(
                phone, jpeg(painted((200 + at, 200))), told(phone, f"ph{at}", original=str(at) * 64)
            ).status_code
            == 200
        )
    third = send(phone, jpeg(painted((300, 200))), told(phone, "ph3", original="3" * 64))
    assert word(third) == (422, "photos-enough")


def test_another_photo_with_the_same_id_is_no_second_try(server: Server, phone: Phone) -> None:
    send(phone, jpeg())
    other = told(phone, original="1" * 64)
    assert word(send(phone, jpeg(painted((300, 200))), other)) == (409, "command-reused")


def test_only_a_phone_that_joined_sends_photos(server: Server, phone: Phone) -> None:
    from trialwright.store import devices

    assert word(send(phone, jpeg(), token="")) == (401, "unknown")
    assert word(send(phone, jpeg(), token="x" * 43)) == (401, "unknown")
    devices.revoke(STUDY, "p1", phone.device, "Lost.", by=COORDINATOR, at=server.moment)
    assert word(send(phone, jpeg())) == (401, "revoked")
    assert not server.book().photos


def test_the_package_says_what_is_photographed(phone: Phone) -> None:
    photos = phone.package["photos"]
    assert [one["id"] for one in photos["regions"]] == ["arm", "leg"]
    assert photos["regions"][0]["label"]["en"] == "Arm"
    assert (photos["text"]["en"], photos["per_day"]) == ("No face.", 2)
