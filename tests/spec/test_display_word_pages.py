"""Pages of the DOCX: what lies on its side in the PDF lies on its side there, with its heading, and nothing else does."""

import io
import re
from datetime import date

import docx
import pytest
from docx.enum.section import WD_ORIENTATION
from docx.oxml.ns import qn

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.model import (
    Block,
    Contents,
    Document,
    DocumentWords,
    Paragraph,
    Section,
    Table,
)
from trialwright.analysis.displays.typst_source import write_typst
from trialwright.analysis.displays.word import write_docx

WORDS = DocumentWords(
    "Contents", "Table", "Listing", "Figure", "To write", "{page}/{pages}", "open", "unknown"
)
NOTHING = ResultsDataset("TRIAL", "1.0.0", "0", "", "", "0.1.0", True, True, (), (), {})
WIDE = Table("2", "Wide", ("Some words",) * 12, (("of a longer text",) * 12,) * 2)
SLIM = Table("1", "Slim", ("A", "B"), (("1", "2"),))
LINE = Paragraph("A line.")


def document_of(**sections: tuple[Block, ...]) -> Document:
    """A document of sections "s1", "s2" and on."""
    made = tuple(Section(name.removeprefix("s"), "Title", blocks) for name, blocks in sections.items())
    return Document("Report", "TRIAL", "en", (), ("Draft",), "source", date(2026, 1, 1), WORDS, made)


def pages_of(document: Document) -> list[tuple[str, list[str]]]:
    """The sections of the DOCX: how its pages lie, and what stands on them: headings, captions, tables."""
    word = docx.Document(io.BytesIO(write_docx(document, NOTHING)))
    pages: list[tuple[str, list[str]]] = []
    texts: list[str] = []
    ways = iter(word.sections)
    for block in word.element.body:
        if block.tag == qn("w:tbl"):
            texts.append("table")
        elif block.tag == qn("w:p"):
            said = "".join(one.text for one in block.xpath(".//w:t"))
            texts.extend([said] if re.match(r"(\d.* )?Title|Table|A line", said) else [])
        if block.find(f".//{qn('w:sectPr')}") is not None or block.tag == qn("w:sectPr"):
            section = next(ways)
            is_wide = (section.page_width or 0) > (section.page_height or 0)
            assert (section.orientation == WD_ORIENTATION.LANDSCAPE) == is_wide
            assert section.header.paragraphs[0].text == "TRIAL · Draft"
            pages.append(("side" if is_wide else "upright", texts))
            texts = []
    return pages


def test_a_wide_table_lies_on_its_side_with_its_heading() -> None:
    document = document_of(s3=(Contents(),), s5=(SLIM,), s12=(WIDE, WIDE, LINE))
    lines = ["3 Title", "5 Title", "12 Title", "Tables", "Table 1 Slim", "Table 2 Wide", "Table 2 Wide"]

    assert pages_of(document) == [
        ("upright", ["Title", *lines, "Title", "Table 1 Slim", "table"]),
        ("side", ["Title", "Table 2 Wide", "table", "Table 2 Wide", "table"]),
        ("upright", ["A line."]),
    ]
    assert write_typst(document, NOTHING).count("#page(flipped: true)") == 2


def test_a_section_that_begins_a_page_begins_one_and_not_two() -> None:
    """A break before a page that begins by itself would leave an empty one."""
    word = docx.Document(
        io.BytesIO(write_docx(document_of(s3=(Contents(),), s9=(LINE,), s14=(WIDE,)), NOTHING))
    )
    breaks = word.element.body.xpath("//w:br[@w:type='page']")

    assert len(breaks) == 2  # before the contents, and before section 9
    assert [one.start_type.name for one in word.sections] == ["NEW_PAGE", "NEW_PAGE"]


@pytest.mark.parametrize("blocks", [(), (SLIM,), (LINE, SLIM)])
def test_without_a_wide_table_all_pages_are_upright(blocks: tuple[Block, ...]) -> None:
    assert [way for way, _ in pages_of(document_of(s1=blocks))] == ["upright"]
