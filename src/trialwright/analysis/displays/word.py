"""A document as DOCX, for those who go on writing in it: headings, lists, tables with a head that repeats, pictures."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.model import (
    Block,
    Contents,
    Document,
    Facts,
    Figure,
    Items,
    Paragraph,
    Section,
    Table,
    ToWrite,
    caption,
)
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.pdf import write_pictures
from trialwright.analysis.displays.typst_columns import SIZE, Setting, setting_of
from trialwright.analysis.displays.typst_source import (
    CHINESE,
    LATIN,
    NEW_PAGE,
    drawing_of,
    numeric_columns,
    width_mm,
)
from trialwright.analysis.displays.word_fields import (
    SEQUENCES,
    begin_at,
    clean,
    contents_xml,
    display_mark,
    jumps,
    list_xml,
    renew_on_opening,
    section_mark,
    sequence_field,
    sequence_of,
    set_mark,
    set_up_styles,
    xml_of,
)

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph as WordParagraph

ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
PROPERTY: Final = 255  # letters that a property of a document may have
LANGUAGES: Final = {"en": "en-GB", "zh-Hans": "zh-CN"}


@dataclass(frozen=True, slots=True)
class Making:
    """What is being written, and of what. pictures: number of a figure -> PNG; marks: numbers of bookmarks."""

    word: "Word"
    document: Document
    dataset: ResultsDataset
    pictures: Mapping[str, bytes]
    marks: Iterator[int] = field(default_factory=lambda: count(1))


@dataclass(frozen=True, slots=True)
class Laid:
    """How a block is set; of a table, what its cells say."""

    rows: tuple[tuple[str, ...], ...]
    setting: Setting


UPRIGHT: Final = Laid((), Setting(SIZE))


def write_docx(
    document: Document, dataset: ResultsDataset, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """The same document gives the same bytes. pictures: of `pictures_of`, made here where none are given."""
    import docx

    word = docx.Document()
    set_up(word, document)
    word.add_heading(clean(document.title), 0)
    word.add_paragraph(clean(document.study))
    for stamp in document.stamps:
        word.add_paragraph().add_run(clean(stamp)).bold = True
    made = Making(word, document, dataset, pictures_of(document) if pictures is None else pictures)
    for block in document.cover:
        add_block(made, block, UPRIGHT)
    gaps = jumps(one.number for one in document.sections)
    for section, is_gap in zip(document.sections, gaps, strict=True):
        add_section(made, section, is_gap=is_gap)
    out = io.BytesIO()
    word.save(out)
    return packed(out.getvalue())


def pictures_of(document: Document) -> dict[str, bytes]:
    """Number of a figure -> PNG. Raises FontMissingError where Chinese is in one and no font for it."""
    drawn = tuple(one for one in document.displays() if isinstance(one, Figure))
    pictures = write_pictures([drawing_of(one) for one in drawn])
    return dict(zip((one.number for one in drawn), pictures, strict=True))


def packed(content: bytes) -> bytes:
    """The same parts without the moment at which they were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            about = zipfile.ZipInfo(name, ZIP_DATE)
            about.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            made.writestr(about, given.read(name))
    return out.getvalue()


def set_up(word: "Word", document: Document) -> None:
    """A4, fonts, head and foot of every page, and what the file says about itself."""
    from docx.shared import Mm, Pt

    about, day = word.core_properties, document.day
    about.title, about.author, about.comments = (
        clean(f"{document.title} – {document.study}")[:PROPERTY],
        "Trialwright",
        "",
    )
    about.created = about.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the file has no zone
    about.language = LANGUAGES[document.language]
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.header.paragraphs[0].text = clean(" · ".join((document.study, *document.stamps)))
    add_page_number(section.footer.paragraphs[0], document)
    style = word.styles["Normal"]
    style.font.size = Pt(10)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4"):
        fonts = word.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for key in tuple(fonts.attrib):
            if "Theme" in key:
                del fonts.attrib[key]
        set_attributes(fonts, ascii=LATIN, hAnsi=LATIN, cs=LATIN, eastAsia=CHINESE)
    set_up_styles(word, *(int(one.number.partition(".")[0]) for one in document.sections[:1]))
    renew_on_opening(word)


def set_attributes(of: "BaseOxmlElement", **attributes: str) -> None:
    from docx.oxml.ns import qn

    for key, value in attributes.items():
        of.set(qn(f"w:{key}"), value)


def add_field(paragraph: "WordParagraph", instruction: str, shown: str) -> None:
    """What the program computes when the file is opened; until then the text shown."""
    from docx.oxml import OxmlElement

    simple = OxmlElement("w:fldSimple")
    set_attributes(simple, instr=instruction)
    simple.append(paragraph.add_run(shown)._r)
    paragraph._p.append(simple)


def add_page_number(paragraph: "WordParagraph", document: Document) -> None:
    before, _, rest = document.words.page.partition("{page}")
    between, _, after = rest.partition("{pages}")
    paragraph.add_run(clean(f"{document.source} · {before}"))
    add_field(paragraph, "PAGE", "1")
    paragraph.add_run(between)
    add_field(paragraph, "NUMPAGES", "1")
    paragraph.add_run(after)


def add_contents(made: Making) -> None:
    """Fields with their lines filled in; page numbers are the word processor's, which counts them on opening."""
    words = made.document.words
    parts = (
        ("", contents_xml(made.document)),
        *(
            (title, list_xml(made.document, name))
            for name, title in zip(SEQUENCES, (words.tables, words.listings, words.figures), strict=True)
        ),
    )
    for title, lines in parts:
        if title and lines:
            paragraph = made.word.add_paragraph()
            paragraph.add_run(clean(title)).bold = True
            paragraph.paragraph_format.space_before = 200_000
            paragraph.paragraph_format.keep_with_next = True
        for line in lines:
            insert(made.word, xml_of(line))


def insert(word: "Word", element: "BaseOxmlElement") -> None:
    """At the end; the last element of a body is the properties of its last section."""
    body = word.element.body
    body.insert(len(body) - 1, element)


def add_section(made: Making, section: Section, *, is_gap: bool) -> None:
    """The heading stands on the page of its first block, which may lie on its side. Its number is the list's of all
    headings. is_gap: its number is not the one after."""
    laid = [lay_out(made, one) for one in section.blocks]
    is_begun = turn(made.word, is_flipped=bool(laid) and laid[0].setting.is_flipped)
    if section.number in NEW_PAGE and not is_begun:
        made.word.add_page_break()  # type: ignore[no-untyped-call]  # python-docx leaves it untyped
    heading = made.word.add_heading(clean(section.title), section.level)
    set_mark(heading, section_mark(section.number), next(made.marks))
    if is_gap:
        begin_at(made.word, heading, section.number)
    for block, one in zip(section.blocks, laid, strict=True):
        turn(made.word, is_flipped=one.setting.is_flipped)
        add_block(made, block, one)


def lay_out(made: Making, block: Block) -> Laid:
    """The same decision as for the PDF."""
    if not isinstance(block, Table):
        return UPRIGHT
    rows = tuple(tuple(show(cell, made.dataset, made.document.words) for cell in row) for row in block.rows)
    return Laid(rows, setting_of(block.head, rows))


def turn(word: "Word", *, is_flipped: bool) -> bool:
    """What follows stands on pages that lie on their side, or upright; gives whether that begins a page."""
    from docx.enum.section import WD_ORIENTATION, WD_SECTION

    if (word.element.body.sectPr.orientation == WD_ORIENTATION.LANDSCAPE) == is_flipped:
        return False
    body = word.element.body
    section = word.add_section(WD_SECTION.NEW_PAGE)
    *_, last, empty, _ = body
    last.set_sectPr(empty.pPr.sectPr)  # an empty line at the end of a full page would be a page of its own
    body.remove(empty)
    section.orientation = WD_ORIENTATION.LANDSCAPE if is_flipped else WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = section.page_height, section.page_width
    return True


def add_block(made: Making, block: Block, laid: Laid) -> None:
    word = made.word
    match block:
        case Paragraph(text):
            word.add_paragraph(clean(text))
        case ToWrite(text):
            add_to_write(word, made.document.words.to_write, text)
        case Items(texts):
            for one in texts:
                word.add_paragraph(clean(one), "List Bullet")
        case Facts(pairs):
            add_facts(word, pairs)
        case Contents():
            add_contents(made)
        case Table():
            add_table(made, block, laid)
        case Figure():
            add_figure(made, block)


def add_to_write(word: "Word", head: str, text: str) -> None:
    from docx.enum.text import WD_COLOR_INDEX

    run = word.add_paragraph().add_run(clean(f"{head}: {text}"))
    run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def add_facts(word: "Word", pairs: tuple[tuple[str, str], ...]) -> None:
    for name, what in pairs:
        paragraph = word.add_paragraph()
        paragraph.add_run(clean(f"{name}: ")).bold = True
        paragraph.add_run(clean(what))
        paragraph.paragraph_format.space_after = 0


def add_caption(made: Making, display: Table | Figure) -> None:
    paragraph = made.word.add_paragraph(style="Caption")
    paragraph._p.append(xml_of(sequence_field(sequence_of(display))))
    paragraph.add_run(clean(caption(made.document.words, display)))
    set_mark(paragraph, display_mark(display), next(made.marks))


def add_notes(word: "Word", notes: tuple[str, ...]) -> None:
    from docx.shared import Pt

    for note in notes:
        paragraph = word.add_paragraph()
        paragraph.add_run(clean(note)).font.size = Pt(8)
        paragraph.paragraph_format.space_after = 0


def add_table(made: Making, table: Table, laid: Laid) -> None:
    """Written as XML: by the library's own cells a listing of fifty participants takes seconds."""
    from docx.oxml import parse_xml

    add_caption(made, table)
    numeric, size = numeric_columns(table), round(2 * laid.setting.size)
    lines = [table_row(table.head, numeric, size, is_head=True)]
    lines += [table_row(row, numeric, size) for row in laid.rows]
    grid = "<w:gridCol/>" * len(table.head)
    xml = (
        f'<w:tbl xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:tblPr>'
        f'<w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{''.join(lines)}</w:tbl>"
    )
    insert(made.word, parse_xml(xml))
    add_notes(made.word, table.notes or ("",))


def table_row(cells: tuple[str, ...], numeric: frozenset[int], size: int, *, is_head: bool = False) -> str:
    """size: of the letters, in half points."""
    from html import escape

    bold = "<w:b/>" if is_head else ""
    sides = ("right" if at in numeric else "left" for at in range(len(cells)))
    written = "".join(
        f'<w:tc><w:p><w:pPr><w:spacing w:after="0"/><w:jc w:val="{side}"/></w:pPr><w:r><w:rPr>{bold}<w:sz w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(clean(cell))}</w:t></w:r></w:p></w:tc>'
        for side, cell in zip(sides, cells, strict=True)
    )
    repeats = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeats}</w:trPr>{written}</w:tr>"


def add_figure(made: Making, figure: Figure) -> None:
    from docx.oxml.shape import CT_Inline
    from docx.shared import Mm

    add_caption(made, figure)
    part = made.word.part
    # Not `add_picture`: for a number of its own it searches all that is written so far, at each picture.
    relation, image = part.get_or_add_image(io.BytesIO(made.pictures[figure.number]))
    width, height = image.scaled_dimensions(Mm(width_mm(figure)), None)
    place = len(part.package.image_parts)
    inline = CT_Inline.new_pic_inline(place, relation, image.filename, width, height)
    made.word.add_paragraph().add_run()._r.add_drawing(inline)
    about = inline.docPr
    about.set("descr", clean(figure.alt))
    about.set("title", clean(figure.title))
    add_notes(made.word, figure.notes or ("",))
