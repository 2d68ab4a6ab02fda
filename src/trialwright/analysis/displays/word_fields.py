"""What a word processor keeps up by itself: numbers of headings, contents, and lists of tables, listings and figures.

Source: ECMA-376 part 1, 17.9 (numbering) and 17.16 (fields: PAGEREF, SEQ, TOC).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from trialwright.analysis.displays.model import Display, Document, Figure, caption
from trialwright.analysis.markup import PRINTABLE

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.oxml.text.parfmt import CT_PPr
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph as WordParagraph

MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NUMBERING: Final = 90  # of the headings; the library's own lists have lower numbers
DEPTH: Final = 4  # levels of headings
SHOWN: Final = 3  # levels in the contents
INDENT: Final = 320  # twentieths of a point that a level of the contents stands in
TAB: Final = 9600  # where page numbers end, within the margins of A4
# Identifiers of SEQ fields, in no language: kind of display -> what its list collects.
SEQUENCES: Final = ("Table", "Listing", "Figure")


@dataclass(frozen=True, slots=True)
class Line:
    """One of a list that a field makes: of what style, what it says, and the bookmark that it leads to."""

    style: str
    text: str
    mark: str


def clean(text: str) -> str:
    """Without letters that XML has not."""
    return PRINTABLE.sub("\ufffd", text)


def sequence_of(display: Display) -> str:
    return "Figure" if isinstance(display, Figure) else display.kind.capitalize()


def section_mark(number: str) -> str:
    """The bookmark of a section; Word takes those that begin so for its own contents.

    >>> section_mark("14.3.1")
    '_Toc_s_14_3_1'
    """
    return f"_Toc_s_{number.replace('.', '_')}"


def display_mark(display: Display) -> str:
    return f"_Toc_{sequence_of(display)[0].lower()}_{display.number.replace('.', '_')}"


# ---------------------------------------------------------------- styles and numbers


def set_up_styles(word: "Word", first: int = 1) -> None:
    """Numbered headings, the first of them with a number, captions as the text is, and the styles of lists."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    numbering = word.part.numbering_part.element
    numbering.insert(len(numbering.findall(qn("w:abstractNum"))), xml_of(heading_levels(first)))
    numbering.append(xml_of(f'<w:num w:numId="{NUMBERING}"><w:abstractNumId w:val="{NUMBERING}"/></w:num>'))
    for level in range(1, DEPTH + 1):
        number_paragraph(word.styles[f"Heading {level}"].element.get_or_add_pPr(), level, NUMBERING)
    told = word.styles["Caption"]
    told.font.size, told.font.color.rgb = Pt(10), RGBColor(0x1D, 0x2B, 0x33)
    told.paragraph_format.keep_with_next = True
    told.paragraph_format.space_before, told.paragraph_format.space_after = 150_000, 60_000
    told.hidden = False
    levels = ((f"toc {level}", f"TOC{level}", (level - 1) * INDENT) for level in range(1, SHOWN + 1))
    for name, identity, indent in (*levels, ("table of figures", "TableofFigures", 0)):
        made = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        made.element.styleId = identity
        made.base_style = word.styles["Normal"]
        made.element.append(
            xml_of(
                f'<w:pPr><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{TAB}"/></w:tabs>'
                f'<w:spacing w:after="40"/><w:ind w:left="{indent}" w:right="600"/></w:pPr>'
            )
        )


def heading_levels(first: int) -> str:
    """The list of the headings: each level shows the numbers of those around it."""
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{first if at == 0 else 1}"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="Heading{at + 1}"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{".".join(f"%{one}" for one in range(1, at + 2))}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        for at in range(DEPTH)
    )
    return f'<w:abstractNum w:abstractNumId="{NUMBERING}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'


def number_paragraph(properties: "CT_PPr", level: int, number: int) -> None:
    numbered = properties.get_or_add_numPr()
    numbered.get_or_add_ilvl().val = level - 1
    numbered.get_or_add_numId().val = number


def jumps(numbers: Iterable[str]) -> tuple[bool, ...]:
    """Of each section whether its number is not the one after: ICH E3 has places of which nothing is told.

    >>> jumps(("2", "3", "9", "9.1", "9.1.9", "9.2"))
    (False, False, True, False, True, False)
    """
    found: list[bool] = []
    counted: list[int] = []
    for number in numbers:
        parts = [int(one) for one in number.split(".")]
        level = len(parts)
        awaited = [*counted[: level - 1], counted[level - 1] + 1 if level <= len(counted) else 1]
        found.append(bool(counted) and parts != awaited)
        counted = parts
    return tuple(found)


def begin_at(word: "Word", paragraph: "WordParagraph", number: str) -> None:
    """The heading counts from its own number on."""
    numbering = word.part.numbering_part.element
    identity = max(int(one) for one in numbering.xpath("./w:num/@w:numId")) + 1
    *around, own = number.split(".")
    numbering.append(
        xml_of(
            f'<w:num w:numId="{identity}"><w:abstractNumId w:val="{NUMBERING}"/>'
            f'<w:lvlOverride w:ilvl="{len(around)}"><w:startOverride w:val="{own}"/></w:lvlOverride></w:num>'
        )
    )
    number_paragraph(paragraph._p.get_or_add_pPr(), len(around) + 1, identity)


# ---------------------------------------------------------------- bookmarks, contents and lists


def set_mark(paragraph: "WordParagraph", name: str, number: int) -> None:
    """A bookmark around what stands in a paragraph. number: among all of the document."""
    properties = paragraph._p.pPr
    start = xml_of(f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>')
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(xml_of(f'<w:bookmarkEnd w:id="{number}"/>'))


def sequence_field(name: str) -> str:
    """What tells the word processor that a caption is one of a kind; its own number is not shown."""
    return f'<w:fldSimple xmlns:w="{MAIN}" w:instr=" SEQ {name} \\h "/>'


def contents_xml(document: Document) -> tuple[str, ...]:
    """Paragraphs of the contents, one a string."""
    lines = tuple(
        Line(f"TOC{min(one.level, SHOWN)}", f"{one.number} {one.title}", section_mark(one.number))
        for one in document.sections
    )
    return field_lines(f'TOC \\o "1-{SHOWN}" \\h \\z', lines)


def list_xml(document: Document, name: str) -> tuple[str, ...]:
    """Of one kind of display the paragraphs of its list; none where there is no such display."""
    lines = tuple(
        Line("TableofFigures", caption(document.words, one), display_mark(one))
        for one in document.displays()
        if sequence_of(one) == name
    )
    return field_lines(f'TOC \\h \\z \\c "{name}"', lines)


def field_lines(instruction: str, lines: Sequence[Line]) -> tuple[str, ...]:
    """A field around lines that are there already: the word processor computes it anew, and the pages with it."""
    begun = run_xml('<w:fldChar w:fldCharType="begin" w:dirty="true"/>') + instruction_xml(instruction)
    begun += run_xml('<w:fldChar w:fldCharType="separate"/>')
    ended = run_xml('<w:fldChar w:fldCharType="end"/>')
    last = len(lines) - 1
    return tuple(
        f'<w:p xmlns:w="{MAIN}"><w:pPr><w:pStyle w:val="{one.style}"/></w:pPr>{begun if at == 0 else ""}'
        f"{line_xml(one)}{ended if at == last else ''}</w:p>"
        for at, one in enumerate(lines)
    )


def line_xml(line: Line) -> str:
    """The text as a link, and the page, which is nobody's to know before the word processor has set the pages."""
    page = (
        run_xml('<w:fldChar w:fldCharType="begin" w:dirty="true"/>')
        + instruction_xml(f"PAGEREF {line.mark} \\h")
        + run_xml('<w:fldChar w:fldCharType="separate"/>')
        + run_xml('<w:fldChar w:fldCharType="end"/>')
    )
    text = f'<w:t xml:space="preserve">{escape(clean(line.text))}</w:t>'
    return f'<w:hyperlink w:anchor="{line.mark}" w:history="1">{run_xml(text)}{run_xml("<w:tab/>")}{page}</w:hyperlink>'


def run_xml(inside: str) -> str:
    return f"<w:r>{inside}</w:r>"


def instruction_xml(instruction: str) -> str:
    return run_xml(f'<w:instrText xml:space="preserve"> {escape(instruction, quote=False)} </w:instrText>')


def renew_on_opening(word: "Word") -> None:
    """Pages of the contents are counted when the file is opened; the word processor asks first."""
    settings = word.settings.element
    settings.xpath("./w:compat")[0].addprevious(xml_of('<w:updateFields w:val="true"/>'))


def xml_of(text: str) -> "BaseOxmlElement":
    """One element of the main namespace."""
    from docx.oxml import parse_xml

    found: BaseOxmlElement = parse_xml(f'<w:body xmlns:w="{MAIN}">{text}</w:body>')[0]
    return found
