"""A document as PDF by Typst, to the standards PDF/A-2a (kept for long) and PDF/UA-1 (readable aloud); pictures as PNG."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.model import Document
from trialwright.analysis.displays.typst_source import CHINESE, quoted, write_typst
from trialwright.analysis.svg import is_wide

PIXELS_AN_INCH = 160
UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')


class FontMissingError(Exception):
    """Text of the document has letters of which no font is there."""


class NotSetError(Exception):
    """Typst refuses the document; PDF/A allows no letter without a glyph. The text says why."""


def write_pdf(document: Document, dataset: ResultsDataset) -> bytes:
    """The same document gives the same bytes.

    Raises FontMissingError where Chinese is in it and no font for it, NotSetError where it cannot be set.
    """
    import typst

    source = write_typst(document, dataset)
    # Fonts of the machine are left aside where they are not needed, so that they do not change the pages.
    if not needs_chinese(source):
        try:
            return compile_pdf(source, document.day, is_plain=True)
        except typst.TypstError:
            pass  # a letter that only a font of the machine may have
    try:
        return compile_pdf(source, document.day, is_plain=False)
    except typst.TypstError as error:
        letters = dict.fromkeys(UNSHOWN.findall(str(error)))
        why = f"no font on this machine has {', '.join(letters)}" if letters else str(error).splitlines()[0]
        raise NotSetError(why) from error


def compile_pdf(source: str, day: date, *, is_plain: bool) -> bytes:
    """is_plain: with the fonts that Typst brings along alone. Raises TypstError."""
    import typst

    made = typst.compile(
        source.encode(),
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        ignore_system_fonts=is_plain,
    )
    return bytes(made)


def needs_chinese(text: str) -> bool:
    """Whether a font of the machine is needed. Raises FontMissingError where it is not there."""
    import typst

    is_chinese = any(is_wide(letter) for letter in set(text))
    if is_chinese and CHINESE not in typst.Fonts().families():
        raise FontMissingError(CHINESE)
    return is_chinese


def write_pictures(drawings: Sequence[str]) -> tuple[bytes, ...]:
    """Each drawing as PNG, for programs that read no SVG. All at once, for every run begins with reading the fonts."""
    import typst

    if not drawings:
        return ()
    is_chinese = needs_chinese("".join(drawings))
    pages = "#pagebreak()\n".join(
        f'#image(bytes({quoted(drawing)}), format: "svg")\n' for drawing in drawings
    )
    source = f"#set page(width: auto, height: auto, margin: 0pt)\n{pages}"
    made = typst.compile(
        source.encode(), format="png", ppi=PIXELS_AN_INCH, ignore_system_fonts=not is_chinese
    )
    return tuple(made) if isinstance(made, list) else (made,)
