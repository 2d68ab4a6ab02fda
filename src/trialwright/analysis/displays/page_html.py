"""A document as one HTML page; a number opens the rows behind it."""

import re
from typing import Final

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.model import (
    Block,
    Cell,
    Contents,
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
from trialwright.analysis.markup import Child, Markup, element, figure, join, scroll
from trialwright.analysis.page import anchor, definitions, result_path

DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})")


def write_html(document: Document, dataset: ResultsDataset) -> bytes:
    """The same document gives the same bytes."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{document.title} – {document.study}"),
        element("link", rel="stylesheet", href="report.css"),
    )
    place = next((one.number for one in document.sections if Contents() in one.blocks), None)
    top = element(
        "header",
        element("p", element("a", document.study, href="index.html")),
        element("p", element("a", document.words.contents, href=f"#{anchor('s', place)}")) if place else "",
        element("ul", *(element("li", one) for one in document.stamps), class_="stamps"),
    )
    shown = (html_section(document, section, dataset) for section in document.sections)
    main = element(
        "main",
        element("h1", document.title),
        *(html_block(document, one, dataset) for one in document.cover),
        *shown,
        id="content",
        class_="report",
    )
    foot = element("footer", element("p", document.source))
    whole = element("html", head, element("body", top, main, foot), lang=document.language)
    return f"<!DOCTYPE html>\n{whole}\n".encode()


def contents(document: Document) -> Markup:
    lines = tuple(
        element("li", element("a", f"{one.number} {one.title}", href=f"#{anchor('s', one.number)}"))
        for one in document.sections
    )
    return element("nav", element("ul", *lines), aria_label=document.words.contents, class_="contents")


def html_section(document: Document, section: Section, dataset: ResultsDataset) -> Markup:
    heading = element(f"h{section.level + 1}", f"{section.number} {section.title}")
    blocks = (html_block(document, block, dataset) for block in section.blocks)
    return element("section", heading, *blocks, id=anchor("s", section.number))


def html_block(document: Document, block: Block, dataset: ResultsDataset) -> Markup:
    match block:
        case Paragraph(text):
            return element("p", text)
        case ToWrite(text):
            return element("p", element("strong", f"{document.words.to_write}: "), text, class_="todo")
        case Items(texts):
            return element("ul", *(element("li", one) for one in texts))
        case Facts(pairs):
            return definitions(*pairs)
        case Contents():
            return contents(document)
        case Table():
            return html_table(document, block, dataset)
        case Figure():
            title = caption(document.words, block)
            return element(
                "div",
                element("h4", title),
                figure(title, block.drawing),
                html_notes(block.notes),
                id=anchor("d", block.number),
            )


def html_table(document: Document, table: Table, dataset: ResultsDataset) -> Markup:
    numeric = {at for row in table.rows for at, cell in enumerate(row) if isinstance(cell, Number)}
    sides = tuple("figures" if at in numeric else None for at in range(len(table.head)))
    top = element(
        "tr",
        *(element("th", one, scope="col", class_=side) for one, side in zip(table.head, sides, strict=True)),
    )
    codes = frozenset(dataset.codes.values())
    body = (
        element(
            "tr",
            html_head(show(row[0], dataset, document.words), codes),
            *(
                html_cell(document, cell, side, dataset)
                for cell, side in zip(row[1:], sides[1:], strict=True)
            ),
        )
        for row in table.rows
    )
    title = caption(document.words, table)
    whole = element("table", element("caption", title), element("thead", top), element("tbody", *body))
    return element("div", scroll("div", title, whole), html_notes(table.notes), id=anchor("d", table.number))


def html_head(said: str, codes: frozenset[str]) -> Markup:
    """The head of a row; no participant's code is broken at its hyphens."""
    return element("th", said, scope="row", class_="kept" if said in codes else None)


def html_cell(document: Document, cell: Cell, side: str | None, dataset: ResultsDataset) -> Markup:
    """A number says which results it shows, for whoever reads the page by a program. No day is broken at its hyphens."""
    said = show(cell, dataset, document.words)
    if isinstance(cell, str):
        parts = (
            element("span", one, class_="kept") if DAY.fullmatch(one) else one for one in DAY.split(said)
        )
        return element("td", *parts, class_=side)
    first = dataset.by_id[cell.results[0]]
    name = document.words.opens.format(number=said)
    inside: Child = (
        said
        if first.value is None
        else element("a", said, href=result_path(first.analysis, first.id), class_="number", aria_label=name)
    )
    return element("td", inside, class_=side, data_results=" ".join(cell.results))


def html_notes(notes: tuple[str, ...]) -> Markup:
    return element("div", *(element("p", one) for one in notes), class_="notes") if notes else join()
