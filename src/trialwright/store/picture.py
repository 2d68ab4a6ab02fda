"""Pictures as they come from cameras and phones, made into the one kind of file that is kept.

What is kept is painted anew from the points of the picture: a JPEG in sRGB, upright, of bounded size, without anything
that the camera wrote beside the points (place, time, serial number, a small copy of what was cut away). The file
itself is kept nowhere; its hash is.

A file is taken for what its first bytes say, never for its name. Only three readers of formats are asked, none before
the size is known, and what they cannot read to the end is refused.
"""

import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms, ImageOps

from trialwright.ledger.commands import Picture
from trialwright.store.messages import problem
from trialwright.values.problem import Problem

LARGEST_BYTES: Final = 12_000_000
LARGEST_POINTS: Final = 50_000_000  # of the camera; 150 MB while it is read
LEAST_SIDE: Final = 64  # points; less shows no lesion
LONGEST_SIDE: Final = 4000  # of what is kept
QUALITY: Final = 90

_TYPES: Final = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_FORMATS: Final = (
    "JPEG",
    "PNG",
    "WEBP",
)  # the reader of JPEG gives MPO where a camera put a second picture behind
_HEIC: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
# What the readers raise for bytes that are no picture; a list, for they promise nothing.
_UNREADABLE: Final = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError, AttributeError, struct.error,
    zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """content: the JPEG that is kept. picture: what the log says of it."""

    content: bytes
    picture: Picture


def keep_picture(content: bytes) -> Kept | Problem:
    """The copy to keep of an uploaded file, or why there is none."""
    refusal = _refusal_of(content)
    if refusal:
        return problem(refusal, "photo", limit=LARGEST_BYTES // 1_000_000)
    try:
        image = Image.open(BytesIO(content), formats=_FORMATS)
        kind, (width, height) = _TYPES[image.format or ""], image.size
    except Image.DecompressionBombError:
        return problem("picture-too-many-points", "photo", limit=LARGEST_POINTS // 1_000_000)
    except _UNREADABLE:
        return problem("picture-broken" if _begins_like_one(content) else "picture-unknown", "photo")
    if width * height > LARGEST_POINTS:
        return problem("picture-too-many-points", "photo", limit=LARGEST_POINTS // 1_000_000)
    if min(width, height) < LEAST_SIDE:
        return problem("picture-too-small", "photo", least=LEAST_SIDE)
    if image.format != "MPO" and getattr(image, "is_animated", False):
        return problem("picture-moves", "photo")
    try:
        painted = _painted(image)
    except _UNREADABLE:
        return problem("picture-broken", "photo")
    return _kept(painted, kind, sha256(content).hexdigest())


def _refusal_of(content: bytes) -> str:
    """What is seen without any reader."""
    if not content:
        return "picture-empty"
    if len(content) > LARGEST_BYTES:
        return "picture-too-large"
    return "picture-heic" if content[4:8] == b"ftyp" and content[8:12] in _HEIC else ""


def _begins_like_one(content: bytes) -> bool:
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return is_webp or content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def _painted(image: Image.Image) -> Image.Image:
    """The points alone, upright and in sRGB, on a picture that knows nothing else."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG far larger is read smaller: less memory
    image.load()
    image = _flat(_in_srgb(_upright(image)))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    return clean


def _upright(image: Image.Image) -> Image.Image:
    """As it was held. Where what the camera wrote about that cannot be read, the picture still can."""
    try:
        return ImageOps.exif_transpose(image)
    except _UNREADABLE:
        return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """In the colours of every screen; a profile that cannot be read is left out."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "L", "CMYK"):
        return image
    mode = image.mode if image.mode == "RGBA" else "RGB"
    try:
        given = ImageCms.getOpenProfile(BytesIO(profile))
        return (
            ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode=mode) or image
        )
    except (ImageCms.PyCMSError, *_UNREADABLE):
        return image


def _flat(image: Image.Image) -> Image.Image:
    """Without transparency: on white, as a page shows it."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    ground = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(ground, seen).convert("RGB")


def _kept(painted: Image.Image, kind: str, original: str) -> Kept:
    out = BytesIO()
    painted.save(out, "JPEG", quality=QUALITY)
    content = out.getvalue()
    picture = Picture(original, kind, sha256(content).hexdigest(), len(content), *painted.size)
    return Kept(content, picture)


def smaller_picture(content: bytes, longest_side: int) -> bytes:
    """A kept picture for a place where it is seen small."""
    image = Image.open(BytesIO(content), formats=("JPEG",))
    image.draft("RGB", (longest_side, longest_side))
    image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
