"""What is made of an uploaded file: the copy that is kept, and why some files have none."""

from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.store.pictures import (
    EXE,
    REFUSED,
    SECRETS,
    ZIP,
    exif,
    is_bare,
    jpeg,
    painted,
    png,
    segments,
    two_in_one,
    webp,
)

from trialwright.store.picture import LONGEST_SIDE, Kept, keep_picture, smaller_picture
from trialwright.values.problem import Problem

MAKERS = {"image/jpeg": jpeg, "image/png": png, "image/webp": webp}


def kept(content: bytes) -> Kept:
    found = keep_picture(content)
    assert isinstance(found, Kept), found
    return found


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def colour(image: Image.Image, x: int, y: int) -> str:
    red, green, blue = image.convert("RGB").getpixel((x, y))  # type: ignore[misc]  # three bands
    return "white" if min(red, green, blue) > 230 else "red" if red > blue else "blue"


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_photo_is_refused_with_the_reason(content: bytes, code: str) -> None:
    found = keep_picture(content)
    assert isinstance(found, Problem)
    assert (found.code, found.where) == (code, "photo")


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_kept_has_only_its_points(kind: str) -> None:
    sent = MAKERS[kind]()
    assert any(secret in sent for secret in SECRETS)  # or nothing is shown here
    found = kept(sent)
    assert is_bare(found.content)
    assert not opened(found.content).getexif()
    assert set(opened(found.content).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("kind", MAKERS)
def test_the_log_is_told_of_the_original_and_of_the_copy(kind: str) -> None:
    sent = MAKERS[kind]()
    picture = kept(sent).picture
    assert (picture.original, picture.type) == (sha256(sent).hexdigest(), kind)
    assert picture.kept == sha256(kept(sent).content).hexdigest()
    assert (picture.size, picture.width, picture.height) == (len(kept(sent).content), 320, 240)


def test_the_same_file_gives_the_same_copy() -> None:
    assert kept(jpeg()) == kept(jpeg())


# How a camera says that it was held, and where red lies then.
HELD = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}


@pytest.mark.parametrize("orientation", HELD)
def test_a_picture_is_upright_without_what_said_so(orientation: int) -> None:
    image = opened(kept(jpeg(orientation=orientation)).content)
    assert image.size == ((320, 240) if orientation < 5 else (240, 320))
    width, height = image.size
    at = {
        "left": (5, height // 2),
        "right": (width - 5, height // 2),
        "top": (width // 2, 5),
        "bottom": (width // 2, height - 5),
    }
    assert [side for side in at if colour(image, *at[side]) == "red" and side == HELD[orientation]]
    opposite = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[HELD[orientation]]
    assert colour(image, *at[opposite]) == "blue"


def test_a_camera_that_writes_nonsense_beside_the_points_is_no_hindrance() -> None:
    assert is_bare(kept(jpeg(exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + b"\xff" * 90)).content)
    assert is_bare(kept(jpeg(icc_profile=b"no profile at all")).content)
    assert is_bare(kept(jpeg(exif=exif()[:60])).content)


def test_a_second_picture_behind_the_first_is_left_out() -> None:
    found = kept(two_in_one())
    assert found.picture.type == "image/jpeg"
    assert is_bare(found.content)
    assert colour(opened(found.content), 5, 100) == "red"


@pytest.mark.parametrize("tail", [EXE, ZIP, b"<script>alert(1)</script>"])
def test_what_stands_behind_the_end_is_left_out(tail: bytes) -> None:
    assert tail not in kept(jpeg() + tail).content
    assert is_bare(kept(jpeg() + tail).content)


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "RGBA", "LA", "1", "I;16"])
def test_pictures_of_other_colours_become_plain_ones(mode: str) -> None:
    image = painted().convert("L" if mode == "I;16" else mode)
    image = image.convert("I;16") if mode == "I;16" else image
    sent = jpeg(image, icc_profile=None) if mode in ("L", "CMYK") else png(image, icc_profile=None)
    content = kept(sent).content
    assert opened(content).mode == "RGB"
    assert is_bare(content)


def test_what_is_transparent_is_white() -> None:
    image = painted(mode="RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 160, 240))
    content = kept(png(image)).content
    assert (colour(opened(content), 5, 5), colour(opened(content), 315, 5)) == ("white", "blue")


def test_a_large_picture_is_kept_smaller() -> None:
    picture = kept(jpeg(painted((6000, 3000)))).picture
    assert (picture.width, picture.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_kept_picture_is_shown_small() -> None:
    small = smaller_picture(kept(jpeg(painted((2000, 1000)))).content, 320)
    assert opened(small).size == (320, 160)
    assert is_bare(small)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_sent_what_is_kept_is_bare(data: st.DataObject) -> None:
    """Files of each kind, with some bytes altered, cut, or something behind: none breaks it, and none gets through."""
    sent = bytearray(MAKERS[data.draw(st.sampled_from(sorted(MAKERS)))]())
    for _ in range(data.draw(st.integers(0, 6))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(sent)))
    content = bytes(sent[:cut] if data.draw(st.booleans()) else sent) + data.draw(st.binary(max_size=40))
    found = keep_picture(content)
    assert isinstance(found, Problem) or is_bare(found.content)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_what_begins_like_a_picture_is_read_or_refused(tail: bytes) -> None:
    for head in (
        b"\xff\xd8\xff\xe1",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x40\x00\x00\x00WEBPVP8 ",
        b"\x00\x00\x00\x18ftyp",
    ):
        assert isinstance(keep_picture(head + tail), Problem)


def test_segments_are_told_apart() -> None:
    """Of the means of these tests: what is beside the points is seen where it is."""
    assert {0xE1, 0xE2, 0xFE} <= {marker for marker, _ in segments(jpeg())}
    assert not is_bare(jpeg())
    assert not is_bare(kept(jpeg()).content + b"x")
