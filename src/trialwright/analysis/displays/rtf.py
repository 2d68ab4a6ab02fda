"""A table or listing as RTF, the format that reviewers paste into their own documents. Written by hand: tables need little of it.

Source: Microsoft, Rich Text Format Specification 1.9.1.
"""

import re

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.model import Document, Number, Table, caption
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.outputs import file_stem

TWIPS_PER_MM = 1440 / 25.4
PORTRAIT_MM, LANDSCAPE_MM = 170.0, 257.0
SPECIAL = re.compile(r"[^ -\[\]-z|~]")  # all but letters that stand for themselves
WIDE = 7  # with more columns the page is turned


def write_rtf_files(document: Document, dataset: ResultsDataset) -> dict[str, bytes]:
    """A file for each table and listing."""
    return {
        f"tables/{file_stem(one)}.rtf": write_rtf(document, one, dataset)
        for one in document.displays()
        if isinstance(one, Table)
    }


def write_rtf(document: Document, table: Table, dataset: ResultsDataset) -> bytes:
    """One display as a file: title, table with a head that repeats, notes; stamps above and the source below each page."""
    is_wide = len(table.head) > WIDE
    texts = tuple(tuple(show(cell, dataset, document.words) for cell in row) for row in table.rows)
    numbers = numbers_of(table)
    edges = edges_of(table, texts, LANDSCAPE_MM if is_wide else PORTRAIT_MM)
    before, _, rest = document.words.page.partition("{page}")
    between, _, after = rest.partition("{pages}")
    number = f"{escape(before)}{{\\field{{\\*\\fldinst PAGE}}}}{escape(between)}{{\\field{{\\*\\fldinst NUMPAGES}}}}{escape(after)}"
    stamps = " · ".join(document.stamps)
    parts = (
        "{\\rtf1\\ansi\\ansicpg1252\\deff0\\uc1{\\fonttbl{\\f0\\froman\\fcharset0 Times New Roman;}}",
        "{\\colortbl;\\red179\\green38\\blue30;}",
        f"{{\\info{{\\title {escape(caption(document.words, table))}}}}}",
        page_size(is_wide),
        f"{{\\header\\pard\\fs16 {escape(document.study)}\\line\\b\\cf1 {escape(stamps)}\\b0\\cf0\\par}}",
        f"{{\\footer\\pard\\fs16 {escape(f'{document.source} · ')}{number}\\par}}",
        f"\\pard\\keepn\\sa120\\fs20\\b {escape(caption(document.words, table))}\\b0\\par",
        row_of(table.head, edges, numbers, is_head=True),
        *(row_of(row, edges, numbers) for row in texts),
        "\\pard\\sb120",
        *(f"\\fs16 {escape(note)}\\par" for note in table.notes),
        "}",
    )
    return ("\n".join(parts) + "\n").encode("ascii")


def page_size(is_wide: bool) -> str:
    """A4 with margins of 20 mm."""
    wide, high = (16838, 11906) if is_wide else (11906, 16838)
    turned = "\\landscape" if is_wide else ""
    return f"\\paperw{wide}\\paperh{high}{turned}\\margl1134\\margr1134\\margt1418\\margb1247"


def escape(text: str) -> str:
    """Text in ASCII; what is not, as the UTF-16 units that readers of RTF expect.

    >>> escape("{n} ≥ 5")
    '\\\\{n\\\\} \\\\u8805? 5'
    """
    return SPECIAL.sub(lambda found: escape_letter(found[0]), text)


def escape_letter(letter: str) -> str:
    if letter in "\\{}":
        return f"\\{letter}"
    if letter in "\n\t":
        return "\\line " if letter == "\n" else " "
    units = letter.encode("utf-16-le", "replace")
    numbers = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
    return "".join(f"\\u{number}?" for number in numbers)


def edges_of(table: Table, texts: tuple[tuple[str, ...], ...], width_mm: float) -> tuple[int, ...]:
    """Right edges of the columns in twips; each has a share of the page as its longest text needs."""
    longest = [
        min(max(len(row[at]) for row in (table.head, *texts)), 60) + 3 for at in range(len(table.head))
    ]
    share = width_mm * TWIPS_PER_MM / sum(longest)
    return tuple(round(share * sum(longest[: at + 1])) for at in range(len(longest)))


def numbers_of(table: Table) -> frozenset[int]:
    return frozenset(
        at for at in range(len(table.head)) if any(isinstance(row[at], Number) for row in table.rows)
    )


def row_of(
    cells: tuple[str, ...], edges: tuple[int, ...], numbers: frozenset[int], *, is_head: bool = False
) -> str:
    border = "\\clbrdrt\\brdrs\\brdrw15\\clbrdrb\\brdrs\\brdrw15" if is_head else "\\clbrdrb\\brdrs\\brdrw5"
    places = "".join(f"{border}\\cellx{edge}" for edge in edges)
    bold, thin = ("\\b", "\\b0") if is_head else ("", "")
    aligned = tuple("\\qr" if at in numbers else "\\ql" for at in range(len(cells)))
    written = "".join(
        f"\\pard\\intbl{side}\\fs18{bold} {escape(cell)}{thin}\\cell"
        for side, cell in zip(aligned, cells, strict=True)
    )
    repeats = "\\trhdr" if is_head else ""
    return f"\\trowd\\trgaph57\\trkeep{repeats}{places}\n{written}\\row"
