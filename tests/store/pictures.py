"""Files as cameras, phones and attackers send them; and what is left in a file that was kept."""

import struct
import zlib
from collections.abc import Iterator
from functools import cache
from io import BytesIO

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

SECRETS = (b"SECRET", b"Exif", b"GPS", b"http://ns.adobe.com", b"ICC_PROFILE", b"Photoshop", b"MPF")
_GPS = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0), 29: "2026:03:02"}


def painted(size: tuple[int, int] = (320, 240), mode: str = "RGB") -> Image.Image:
    """Left red, right blue, so that it is seen how it lies."""
    image = Image.new(mode, size, "blue" if mode in ("RGB", "RGBA") else 200)
    if mode in ("RGB", "RGBA"):
        image.paste("red", (0, 0, size[0] // 2, size[1]))
    return image


def exif(orientation: int = 1) -> bytes:
    """What a camera writes: place, moment, maker, serial number, and a small picture of its own."""
    written = Image.Exif()
    written[ExifTags.Base.Make] = "SECRET camera"
    written[ExifTags.Base.Orientation] = orientation
    written[ExifTags.Base.DateTime] = "2026:03:02 08:30:00"
    written.get_ifd(ExifTags.IFD.GPSInfo).update(_GPS)
    written.get_ifd(ExifTags.IFD.Exif).update({ExifTags.Base.BodySerialNumber: "SECRET 4711"})
    return written.tobytes()


@cache
def profile() -> bytes:
    """It holds the moment at which it was made."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def jpeg(image: Image.Image | None = None, orientation: int = 1, **more: object) -> bytes:
    """With everything beside the points that a JPEG can carry."""
    out = BytesIO()
    told = {
        "exif": exif(orientation),
        "icc_profile": profile(),
        "comment": b"SECRET comment",
        "xmp": b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET xmp</x:xmpmeta>",
        **more,
    }
    (image or painted()).save(out, "JPEG", **told)  # type: ignore[arg-type]  # what Pillow's writer takes
    return out.getvalue()


def png(image: Image.Image | None = None, **more: object) -> bytes:
    out = BytesIO()
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "SECRET words")
    texts.add_itxt("XML:com.adobe.xmp", "SECRET xmp")
    told = {"pnginfo": texts, "exif": exif(), "icc_profile": profile(), **more}
    (image or painted()).save(out, "PNG", **told)  # type: ignore[arg-type]  # what Pillow's writer takes
    return out.getvalue()


def webp(image: Image.Image | None = None, **more: object) -> bytes:
    out = BytesIO()
    told = {"exif": exif(), "icc_profile": profile(), "xmp": b"SECRET xmp", **more}
    (image or painted()).save(out, "WEBP", **told)  # type: ignore[arg-type]  # what Pillow's writer takes
    return out.getvalue()


def moving(kind: str) -> bytes:
    out = BytesIO()
    frames = [painted(), painted().rotate(180)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def two_in_one() -> bytes:
    """As phones write a photo with its depth: a JPEG with a second picture behind."""
    return moving("MPO")


def bomb(side: int) -> bytes:
    """A PNG of few bytes that says it has very many points."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 2000 + b"This program cannot be run in DOS mode."
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
GIF = (
    b"GIF89a"
    + b"\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 400
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
ZIP = b"PK\x03\x04" + b"\x00" * 500

# What must be refused, and why: fault F43.
REFUSED = {
    "program called .png": (EXE, "picture-unknown"),
    "drawing with a script": (SVG, "picture-unknown"),
    "page": (HTML, "picture-unknown"),
    "moving picture of another kind": (GIF, "picture-unknown"),
    "document": (PDF, "picture-unknown"),
    "archive": (ZIP, "picture-unknown"),
    "phone's own format": (HEIC, "picture-heic"),
    "nothing": (b"", "picture-empty"),
    "beginning of a JPEG": (b"\xff\xd8\xff\xe0", "picture-broken"),
    "beginning of a PNG": (b"\x89PNG\r\n\x1a\n", "picture-broken"),
    "half a JPEG": (jpeg()[: len(jpeg()) - 900], "picture-broken"),
    "half a PNG": (png(painted((900, 900)).effect_spread(40))[:9_000], "picture-broken"),
    "half a WebP": (webp(painted((900, 900)).effect_spread(40))[:-2_000], "picture-broken"),
    "bomb": (bomb(8_000), "picture-too-many-points"),
    "greater bomb": (bomb(60_000), "picture-too-many-points"),
    "moving WebP": (moving("WEBP"), "picture-moves"),
    "moving PNG": (moving("PNG"), "picture-moves"),
    "stamp": (jpeg(painted((63, 400))), "picture-too-small"),
    "200 MB": (b"\xff\xd8\xff" + b"\x00" * 200_000_000, "picture-too-large"),
}


def segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The markers of a JPEG up to its points, each with what it says."""
    at = 2
    assert content[:2] == b"\xff\xd8"
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        size = int.from_bytes(content[at + 2 : at + 4])
        yield content[at + 1], content[at + 4 : at + 2 + size]
        at += 2 + size


def is_bare(content: bytes) -> bool:
    """Whether a JPEG holds its points and what is needed to paint them, and nothing else, also not behind its end."""
    needed = {0xC0, 0xC4, 0xDB, 0xDD, 0xE0}
    said = list(segments(content))
    heads = [body for marker, body in said if marker == 0xE0]
    is_needed = {marker for marker, _ in said} <= needed and all(one.startswith(b"JFIF") for one in heads)
    return is_needed and content.endswith(b"\xff\xd9") and not any(secret in content for secret in SECRETS)
