"""What the phone's app works out about a photo: its size, the header, and what it says of each answer."""

import json
import re

import pytest
from pydantic import ValidationError
from tests.spec.v8 import STATIC, Linked

from trialwright.diary.wire import PhotoSent

PHOTOS = STATIC / "photos"


@pytest.fixture(scope="module")
def phone() -> Linked:
    return Linked([PHOTOS / "photos.js", PHOTOS / "words.js"])


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(4000, 3000, (2000, 1500)), (3000, 4000, (1500, 2000)), (800, 600, (800, 600)), (9000, 2, (2000, 1))],
)
def test_a_photo_is_made_smaller_and_never_larger(
    phone: Linked, width: int, height: int, expected: tuple[int, int]
) -> None:
    assert phone.json(f"modules['photos/photos.js'].fitted({width}, {height}, 2000)") == {
        "width": expected[0],
        "height": expected[1],
    }


def test_a_hash_is_written_as_the_server_writes_it(phone: Linked) -> None:
    assert (
        phone.json("modules['photos/photos.js'].hexOf(new Uint8Array([0, 15, 16, 255]).buffer)") == "000f10ff"
    )


PHOTO = {"id": "a1", "region": "arm", "taken": "2026-03-02T21:00:00+08:00", "original": "0" * 64}


@pytest.mark.parametrize(
    ("kind", "said"), [("image/heic", "image/heic"), ("", ""), ("text/html", ""), ("image/€", "")]
)
def test_the_header_is_what_the_server_reads(phone: Linked, kind: str, said: str) -> None:
    header = phone.json(
        "modules['photos/photos.js'].headerOf(photo, 'app-1', new Date('2026-03-02T13:00:00Z'))",
        photo={**PHOTO, "type": kind},
    )
    assert isinstance(header, str) and header.isascii()
    message = PhotoSent.model_validate_json(header)
    assert (message.type, message.region, message.id) == (said, "arm", "a1")
    with pytest.raises(ValidationError):
        PhotoSent.model_validate_json(json.dumps({**json.loads(header), "more": 1}))


OUTCOMES = [
    (200, "stored", "photo_stored"),
    (200, "", "photo_refused"),
    (0, "", "photo_offline"),
    (429, "wait", "photo_later"),
    (503, "busy", "photo_later"),
    (507, "full", "photo_later"),
    (422, "photos-enough", "photo_enough"),
    (422, "photo-twice", "photo_twice"),
    (413, "picture-too-large", "photo_large"),
    (422, "picture-too-small", "photo_small"),
    (422, "diary-closed", "photo_closed"),
    (422, "picture-unknown", "photo_refused"),
    (401, "revoked", "photo_refused"),
    (409, "command-reused", "photo_refused"),
]


@pytest.mark.parametrize(("status", "state", "expected"), OUTCOMES)
def test_only_what_is_stored_is_called_so(phone: Linked, status: int, state: str, expected: str) -> None:
    assert phone.json(f"modules['photos/photos.js'].outcomeOf({status}, {json.dumps(state)})") == expected


def test_every_text_about_photos_stands_in_both_languages_and_is_used(phone: Linked) -> None:
    words = phone.json("modules['photos/words.js'].allWordsOfPhotos()")
    assert isinstance(words, dict)
    assert all(len(texts) == 2 and all(text.strip() for text in texts) for texts in words.values())
    assert not [key for key, (_, chinese) in words.items() if not re.search("[\u4e00-\u9fff]", chinese)]
    source = "".join((PHOTOS / name).read_text("utf-8") for name in ("photos.js", "screen.js"))
    assert set(re.findall(r'"(photo_\w+)"', source)) == set(words)


def test_the_module_of_photos_is_no_part_of_what_opens_without_internet() -> None:
    from trialwright.diary.shell import shell_files

    assert not [name for name in shell_files() if "photos" in name]
