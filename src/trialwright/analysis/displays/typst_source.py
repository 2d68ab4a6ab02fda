"""A document as Typst source: every text a string literal, so that nothing in a study can become markup."""

import re
from collections.abc import Iterator, Sequence

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.model import (
    Block,
    Contents,
    Display,
    Document,
    Facts,
    Figure,
    Items,
    Number,
    Paragraph,
    Section,
    Table,
    ToWrite,
    caption,
)
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.typst_columns import setting_of
from trialwright.analysis.markup import PRINTABLE

LATIN, CHINESE = "Libertinus Serif", "Noto Sans CJK SC"
LANGUAGES = {"en": ("en", ""), "zh-Hans": ("zh", "cn")}
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")  # as Word has for bullets; no font has a glyph
TYPST_KINDS = {"table": "table", "listing": '"listing"', "image": "image"}
SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
NUMERIC = re.compile(r"[-\u2212]?\d+(\.\d+)?( %)?|\W{0,3}|\(?x\)?")  # a number, a mark, or nothing
PAGE_MM = (170.0, 205.0)
NEW_PAGE = ("2", "3", "4", "9", "14", "16")  # sections that begin one
KEPT = 3  # last rows of a table that stand on one page
WHOLE = 6  # so many rows of a table stand on one page, all of them
LETTERS = 1500  # of rows that stand on one page: texts of many lines may need more than there is
SHORT = 14  # letters of a column of text that is given just its room

STYLE = """\
#set page(paper: "a4", margin: (x: 20mm, top: 25mm, bottom: 22mm), header: head, footer: foot)
#set text(size: 10.5pt, fallback: true)
#set par(justify: false, leading: 0.6em)
#set heading(numbering: none)
#show heading.where(level: 1): it => block(above: 1.6em, below: 0.8em, text(size: 15pt, fill: rgb("#0b3f4a"), it.body))
#show heading.where(level: 2): it => block(above: 1.4em, below: 0.7em, text(size: 12.5pt, it.body))
#show heading.where(level: 3): it => block(above: 1.2em, below: 0.6em, text(size: 11pt, it.body))
#set table(stroke: (x, y) => (top: if y == 0 { 0.8pt } else if y == 1 { 0.6pt } else { 0pt }, bottom: 0.3pt + luma(75%)), inset: (x: 4pt, y: 3.5pt))
#show table.cell.where(y: 0): set text(weight: "bold")
#show table: set par(justify: false)
#show figure: set block(breakable: true)
#show figure: set align(left)
#show figure.caption: it => block(width: 100%, sticky: true, align(left, strong(it.body)))
#set figure(numbering: none, supplement: none, gap: 0.7em)
#let notes(..lines) = block(width: 100%, breakable: false, above: 0.7em, below: 2em, text(size: 8.5pt, fill: luma(25%), lines.pos().map(par.with(spacing: 0.5em)).join()))
#let todo(head, body) = block(width: 100%, inset: 8pt, stroke: (left: 3pt + rgb("#7a4d00")), fill: rgb("#fff2d6"), strong(head + ": ") + body)
"""


def quoted(text: str) -> str:
    """A string literal of Typst.

    >>> quoted('a "b" #c')
    '"a \\\\"b\\\\" #c"'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "")
    return f'"{PRIVATE.sub(chr(0xFFFD), PRINTABLE.sub(chr(0xFFFD), escaped))}"'


def write_typst(document: Document, dataset: ResultsDataset) -> str:
    """The same document gives the same source."""
    language, region = LANGUAGES[document.language]
    place = f", region: {quoted(region)}" if region else ""
    day = document.day
    title = f"{document.title} – {document.study}"
    parts = (
        f"#set document(title: {quoted(title)}, date: datetime(year: {day.year}, month: {day.month}, day: {day.day}))",
        f"#set text(lang: {quoted(language)}{place}, font: ({quoted(LATIN)}, {quoted(CHINESE)}))",
        *frame_lines(document),
        STYLE,
        *cover_lines(document, dataset),
        *(line for section in document.sections for line in section_lines(document, section, dataset)),
    )
    return "\n".join(parts) + "\n"


def frame_lines(document: Document) -> Iterator[str]:
    """Head and foot of every page: whose report, what must be known before any number, of what it was made."""
    stamps = " · ".join(document.stamps)
    before, _, rest = document.words.page.partition("{page}")
    between, _, after = rest.partition("{pages}")
    yield (
        f"#let head = context text(size: 8pt, fill: luma(35%), grid(columns: (1fr, auto), gutter: 8pt, {quoted(document.study)}, "
        f'text(fill: rgb("#b3261e"), weight: "bold", {quoted(stamps)})))'
    )
    yield (
        f"#let foot = context text(size: 8pt, fill: luma(35%), grid(columns: (1fr, auto), {quoted(document.source)}, "
        f"{quoted(before)} + str(here().page()) + {quoted(between)} + str(counter(page).final().first()) + {quoted(after)}))"
    )


def cover_lines(document: Document, dataset: ResultsDataset) -> Iterator[str]:
    yield f'#v(30mm)\n#text(size: 24pt, weight: "bold", fill: rgb("#0b3f4a"), {quoted(document.title)})\n'
    yield f"#text(size: 14pt, {quoted(document.study)})\n#v(4mm)"
    for stamp in document.stamps:
        yield f'#box(fill: rgb("#ffd43b"), inset: 5pt, strong({quoted(stamp)}))'
    yield "#v(8mm)"
    yield from (block_line(document, one, dataset)[0] for one in document.cover)
    yield "#pagebreak()"


def section_lines(document: Document, section: Section, dataset: ResultsDataset) -> Iterator[str]:
    if section.number in NEW_PAGE:
        yield "#pagebreak(weak: true)"
    heading = f"#heading(level: {section.level}, {quoted(f'{section.number} {section.title}')})"
    if not section.blocks:
        yield heading
    for block in section.blocks:
        line, is_flipped = block_line(document, block, dataset)
        whole = f"{heading}\n{line}" if block is section.blocks[0] else line
        yield f"#page(flipped: true)[\n{whole}\n]" if is_flipped else whole


def block_line(document: Document, block: Block, dataset: ResultsDataset) -> tuple[str, bool]:
    """And whether it stands on a page that lies on its side."""
    match block:
        case Paragraph(text):
            return f"#par({quoted(text)})", False
        case ToWrite(text):
            return f"#todo({quoted(document.words.to_write)}, {quoted(text)})", False
        case Items(texts):
            return f"#list({', '.join(quoted(one) for one in texts)})", False
        case Facts(pairs):
            return facts_line(pairs), False
        case Contents():
            return "\n".join(outline_lines(document)), False
        case Table():
            return table_line(document, block, dataset)
        case Figure():
            return figure_line(document, block), False


def outline_lines(document: Document) -> Iterator[str]:
    """Sections, and then each kind of display that there is."""
    yield "#outline(title: none, depth: 3)"
    words = document.words
    for kind, title in (("table", words.tables), ("listing", words.listings), ("image", words.figures)):
        if any(kind_of(one) == kind for one in document.displays()):
            yield f"#strong({quoted(title)})"
            yield f"#outline(title: none, target: figure.where(kind: {TYPST_KINDS[kind]}))"


def kind_of(display: Display) -> str:
    return "image" if isinstance(display, Figure) else display.kind


def facts_line(pairs: tuple[tuple[str, str], ...]) -> str:
    """Names and what they are, as a list that readers of the page's structure are told as such."""
    items = ", ".join(f"({quoted(name)}, {quoted(what)})" for name, what in pairs)
    return f"#terms({items})" if pairs else ""


def table_line(document: Document, table: Table, dataset: ResultsDataset) -> tuple[str, bool]:
    """Numbers stand at the right; a table of many columns that the page does not hold lies on its side."""
    count = len(table.head)
    numeric = numeric_columns(table)
    shown = [[show(cell, dataset, document.words) for cell in row] for row in table.rows]
    setting = setting_of(table.head, shown)
    widths = [f"{one:.1f}pt" for one in setting.widths]
    columns = ", ".join(widths or ("auto" if at in numeric else width_of(table, at) for at in range(count)))
    aligned = ", ".join("right" if at in numeric else "left" for at in range(count))
    head = ", ".join(quoted(one) for one in table.head)
    kept = kept_rows(shown)
    first, last = (cells_line(rows) for rows in (shown[: len(shown) - kept], shown[len(shown) - kept :]))
    # Rows of a foot that does not repeat are not parted.
    foot = f", table.footer(repeat: false, {last})" if kept else ""
    body = (
        f"#show table: set text(size: {setting.size:g}pt)\n#table(columns: ({columns},), align: ({aligned},), "
        f"table.header({head}), {first}{foot})"
    )
    title = quoted(caption(document.words, table))
    whole = (
        f"#figure(kind: {TYPST_KINDS[table.kind]}, caption: figure.caption(position: top, {title}))[\n{body}\n]\n"
        f"{notes_line(table.notes)}"
    )
    is_whole = len(shown) <= WHOLE and letters_of(shown) <= LETTERS
    return f"#block(breakable: false, width: 100%)[\n{whole}\n]" if is_whole else whole, setting.is_flipped


def kept_rows(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the end of a table go to the next page together, so that none stands there by itself; none where
    the table is not parted at all, or where their texts are long."""
    return KEPT if len(rows) > WHOLE and letters_of(rows[-KEPT:]) <= LETTERS else 0


def letters_of(rows: Sequence[Sequence[str]]) -> int:
    return sum(len(cell) for row in rows for cell in row)


def cells_line(rows: Sequence[Sequence[str]]) -> str:
    return ", ".join(quoted(cell) for row in rows for cell in row)


def numeric_columns(table: Table) -> frozenset[int]:
    """Columns of numbers, and of marks that look like some; a listing has its numbers as text."""
    return frozenset(
        at
        for at in range(1, len(table.head))
        if all(
            isinstance(cell, Number) or NUMERIC.fullmatch(str(cell))
            for cell in (row[at] for row in table.rows)
        )
    )


def width_of(table: Table, column: int) -> str:
    """How wide a column of text is to be, against the others; a short one takes what it needs."""
    texts = (table.head[column], *(row[column] for row in table.rows))
    longest = max(len(one) for one in texts if isinstance(one, str))
    return "auto" if longest <= SHORT else f"{min(longest, 60)}fr"


def notes_line(notes: tuple[str, ...]) -> str:
    return f"#notes({', '.join(quoted(one) for one in notes)})" if notes else ""


def figure_line(document: Document, figure: Figure) -> str:
    alt = quoted(figure.alt)
    drawing = quoted(drawing_of(figure))
    title = quoted(caption(document.words, figure))
    picture = f'image(bytes({drawing}), format: "svg", width: {width_mm(figure):.1f}mm, alt: {alt})'
    return (
        f"#figure(kind: image, alt: {alt}, caption: figure.caption(position: top, {title}), {picture})\n"
        f"{notes_line(figure.notes)}"
    )


def drawing_of(figure: Figure) -> str:
    """The picture in the letters of the page."""
    return str(figure.drawing).replace("system-ui, ", f"{LATIN}, ")


def width_mm(figure: Figure) -> float:
    """As wide as the page allows, and not so high that nothing else has room on it."""
    found = SIZE.search(str(figure.drawing))
    wide, high = (float(one) for one in found.groups()) if found else (1.0, 1.0)
    return min(PAGE_MM[0], PAGE_MM[1] * wide / high)
