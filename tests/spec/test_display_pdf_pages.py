"""Pages of the PDF: the last rows of a table are not parted from each other, and a short table is not parted at all."""

from datetime import date

import pytest
from tests.spec.pdf_texts import texts_of_pages
from tests.spec.test_display_word_pages import NOTHING, WORDS

from trialwright.analysis.displays.model import Document, Section, Table
from trialwright.analysis.displays.pdf import write_pdf
from trialwright.analysis.displays.typst_source import KEPT, LETTERS, WHOLE, kept_rows


def pages_of(*counts: int, text: str = "x") -> list[list[str]]:
    """Of tables of so many rows, in a section: on each page the rows, as "1.7" of the seventh of the first table."""
    tables = tuple(
        Table(
            f"1.{at}",
            "Rows",
            ("Row", "Text"),
            tuple((f"row{at}.{row};", text) for row in range(1, count + 1)),
        )
        for at, count in enumerate(counts, 1)
    )
    document = Document(
        "Report", "TRIAL", "en", (), (), "source", date(2026, 1, 1), WORDS, (Section("1", "Tables", tables),)
    )
    texts = texts_of_pages(write_pdf(document, NOTHING))
    pages = ([one.partition(";")[0] for one in text.split("row")[1:]] for text in texts)
    return [rows for rows in pages if rows]


@pytest.mark.parametrize("count", range(40, 46))
def test_no_row_stands_alone_on_the_last_page(count: int) -> None:
    pages = pages_of(count)

    assert all(len(rows) >= KEPT for rows in pages)
    assert [row for rows in pages for row in rows] == [f"1.{row}" for row in range(1, count + 1)]


@pytest.mark.parametrize("count", [33, 36, 38])
def test_a_short_table_stands_on_one_page(count: int) -> None:
    pages = pages_of(count, WHOLE)

    assert sum(any(row.startswith("2.") for row in rows) for rows in pages) == 1


def test_rows_of_long_texts_are_parted_and_all_of_them_are_there() -> None:
    """What is kept together must have room on a page."""
    long = "word " * 900

    assert kept_rows([["a", long]] * 9) == 0
    assert len(long) > LETTERS
    pages = pages_of(5, text=long)
    assert [row for rows in pages for row in rows] == [f"1.{row}" for row in range(1, 6)]
    assert len(pages) > 1
