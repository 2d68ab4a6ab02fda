"""The DOCX keeps itself up: headings are numbered as the sections, contents and lists are fields with their lines in them."""

import io
import re
from collections.abc import Iterator
from datetime import date

import docx
from docx.document import Document as Word
from docx.oxml.ns import nsmap, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from lxml import etree
from tests.spec.test_display_word_pages import NOTHING, WORDS

from trialwright.analysis.displays.model import Contents, Document, Figure, Paragraph, Section, Table
from trialwright.analysis.displays.word import write_docx
from trialwright.analysis.displays.words import SECTION_WORDS
from trialwright.analysis.markup import Markup

DRAWING = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="10" height="10"></svg>')
TABLE = Table("14.1.1", "Flow & more", ("A", "B"), (("1", "2"),))
LISTING = Table("16.2.1.1", "Who stopped", ("A", "B"), (("1", "2"),), kind="listing")
FIGURE = Figure("14.2.1", "Course", DRAWING, "A course.", ())
PLACED = {"3": (Contents(),), "14.1": (TABLE,), "14.2": (FIGURE,), "16.2.1": (LISTING,)}
SECTIONS = tuple(
    Section(number, title, PLACED.get(number, (Paragraph("A line."),)))
    for number, title in SECTION_WORDS.items()
)


def document_of(*sections: Section) -> Document:
    return Document("Report", "TRIAL", "en", (), ("Draft",), "source", date(2026, 1, 1), WORDS, sections)


def read(document: Document) -> Word:
    return docx.Document(io.BytesIO(write_docx(document, NOTHING)))


def value(element: BaseOxmlElement, path: str) -> str:
    (found,) = etree.XPath(path, namespaces={"w": nsmap["w"]})(element)
    return str(found)


def numbered_headings(word: Word) -> list[str]:
    """Headings with the numbers that a word processor shows, counted by the rules of ECMA-376 17.9 alone."""
    styles, lists = word.styles, word.part.numbering_part.element
    starts: dict[int, int] = {}
    counted: dict[int, int] = {}
    found = []
    for one in (each for each in word.paragraphs if (each.style.name or "").startswith("Heading")):
        placed = one._p.xpath("./w:pPr/w:numPr") or styles[one.style.name].element.xpath("./w:pPr/w:numPr")
        level, number = value(placed[0], "./w:ilvl/@w:val"), value(placed[0], "./w:numId/@w:val")
        at, abstract = int(level), value(lists, f"./w:num[@w:numId='{number}']/w:abstractNumId/@w:val")
        shape = lists.xpath(f"./w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl[@w:ilvl='{level}']")[0]
        assert value(shape, "./w:pStyle/@w:val") == one.style.style_id
        starts[at] = int(value(shape, "./w:start/@w:val"))
        begun = lists.xpath(
            f"./w:num[@w:numId='{number}']/w:lvlOverride[@w:ilvl='{level}']/w:startOverride/@w:val"
        )
        counted[at] = int(begun[0]) if begun else counted.get(at, starts[at] - 1) + 1
        counted = {deep: count for deep, count in counted.items() if deep <= at}
        said = value(shape, "./w:lvlText/@w:val")
        for deep, count in counted.items():
            said = said.replace(f"%{deep + 1}", str(count))
        found.append(f"{said} {one.text}")
    return found


def fields_of(word: Word) -> Iterator[tuple[str, list[str]]]:
    """Instruction of each outer field, and the lines between its ends."""
    depth, instruction, lines = 0, "", [""]
    for run in word.element.body.xpath(".//w:p | .//w:r"):
        if run.tag == qn("w:p"):
            lines.append("")
            continue
        for part in run:
            kind = part.get(qn("w:fldCharType"))
            if kind == "begin":
                depth += 1
                instruction, lines = ("", [""]) if depth == 1 else (instruction, lines)
            elif kind == "end":
                depth -= 1
                if depth == 0:
                    yield instruction.strip(), [one for one in lines if one]
            elif part.tag == qn("w:instrText") and depth == 1:
                instruction += part.text
            elif part.tag == qn("w:t") and depth == 1:
                lines[-1] += part.text


def test_headings_have_the_numbers_of_ich_e3() -> None:
    """By the style, so that a heading put in between moves the others on; by itself only where E3 leaves a gap."""
    word = read(document_of(*SECTIONS))

    assert numbered_headings(word) == [f"{number} {title}" for number, title in SECTION_WORDS.items()]
    own = [
        one.text for one in word.paragraphs if one._p.xpath("./w:pPr/w:numPr") and "Heading" in one.style.name
    ]
    assert own == [SECTION_WORDS["16.1.9"]]


def test_contents_and_lists_are_fields_with_their_lines_in_them() -> None:
    word = read(document_of(*SECTIONS))

    assert list(fields_of(word)) == [
        ('TOC \\o "1-3" \\h \\z', [f"{number} {title}" for number, title in SECTION_WORDS.items()]),
        ('TOC \\h \\z \\c "Table"', ["Table 14.1.1 Flow & more"]),
        ('TOC \\h \\z \\c "Listing"', ["Listing 16.2.1.1 Who stopped"]),
        ('TOC \\h \\z \\c "Figure"', ["Figure 14.2.1 Course"]),
    ]
    styles = [one.style.name for one in word.paragraphs if one._p.xpath("./w:hyperlink")]
    assert set(styles) == {"toc 1", "toc 2", "toc 3", "table of figures"}
    assert value(word.settings.element, "./w:updateFields/@w:val") == "true"


def test_each_line_leads_to_its_heading_or_caption() -> None:
    word = read(document_of(*SECTIONS))
    marks = [str(one) for one in word.element.body.xpath(".//w:bookmarkStart/@w:name")]
    ids = word.element.body.xpath(".//w:bookmarkStart/@w:id")
    led = [str(one) for one in word.element.body.xpath(".//w:hyperlink/@w:anchor")]
    paged = re.findall(r"PAGEREF (\S+)", "".join(word.element.body.xpath(".//w:instrText/text()")))

    assert led == paged
    assert sorted(led) == sorted(marks)
    assert len(set(marks)) == len(marks) == len(set(ids)) == len(SECTIONS) + 3
    assert all(len(one) <= 40 for one in marks)  # as long as a bookmark may be
    assert word.element.body.xpath(".//w:bookmarkEnd/@w:id") == ids


def test_titles_of_displays_are_captions_that_a_list_finds() -> None:
    captions = [one for one in read(document_of(*SECTIONS)).paragraphs if one.style.name == "Caption"]

    assert [(one.text, value(one._p, "./w:fldSimple/@w:instr").strip()) for one in captions] == [
        ("Table 14.1.1 Flow & more", "SEQ Table \\h"),
        ("Figure 14.2.1 Course", "SEQ Figure \\h"),
        ("Listing 16.2.1.1 Who stopped", "SEQ Listing \\h"),
    ]
    assert all(one.style.paragraph_format.keep_with_next for one in captions)


def test_a_kind_of_display_that_is_not_there_has_no_list() -> None:
    word = read(document_of(Section("3", "Contents", (Contents(),)), Section("14", "Tables", (TABLE,))))

    assert [one for one, _ in fields_of(word)] == ['TOC \\o "1-3" \\h \\z', 'TOC \\h \\z \\c "Table"']


def test_a_document_that_begins_and_goes_on_anywhere_keeps_its_numbers() -> None:
    sections = [
        Section(number, "Title", (Paragraph("A line."),)) for number in ("5", "5.3", "5.4", "9", "9.1")
    ]

    assert numbered_headings(read(document_of(*sections))) == [f"{one.number} Title" for one in sections]
    assert numbered_headings(read(document_of())) == []


def test_the_same_document_gives_the_same_file() -> None:
    document = document_of(*SECTIONS)

    assert write_docx(document, NOTHING) == write_docx(document, NOTHING)
