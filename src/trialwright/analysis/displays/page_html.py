"""A document as one HTML page; a number opens the people behind it where the report has a page of them."""

from trialwright.analysis.ard import ResultsDataset, Statistic
from trialwright.analysis.displays.model import (
    Block,
    Cell,
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
from trialwright.analysis.page import anchor, definitions, page_name
from trialwright.study.model import Study


def write_html(document: Document, dataset: ResultsDataset, study: Study) -> bytes:
    """The same document gives the same bytes."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{document.title} – {document.study}"),
        element("link", rel="stylesheet", href="report.css"),
    )
    top = element(
        "header",
        element("p", element("a", document.study, href="index.html")),
        element("ul", *(element("li", one) for one in document.stamps), class_="stamps"),
    )
    shown = (html_section(document, section, dataset, study) for section in document.sections)
    main = element(
        "main",
        element("h1", document.title),
        definitions(*document.cover),
        contents(document),
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


def html_section(document: Document, section: Section, dataset: ResultsDataset, study: Study) -> Markup:
    heading = element(f"h{section.level + 1}", f"{section.number} {section.title}")
    blocks = (html_block(document, block, dataset, study) for block in section.blocks)
    return element("section", heading, *blocks, id=anchor("s", section.number))


def html_block(document: Document, block: Block, dataset: ResultsDataset, study: Study) -> Markup:
    match block:
        case Paragraph(text):
            return element("p", text)
        case ToWrite(text):
            return element("p", element("strong", f"{document.words.to_write}: "), text, class_="todo")
        case Items(texts):
            return element("ul", *(element("li", one) for one in texts))
        case Facts(pairs):
            return definitions(*pairs)
        case Table():
            return html_table(document, block, dataset, study)
        case Figure():
            title = caption(document.words, block)
            return element(
                "div",
                element("h4", title),
                figure(title, block.drawing),
                html_notes(block.notes),
                id=anchor("d", block.number),
            )


def html_table(document: Document, table: Table, dataset: ResultsDataset, study: Study) -> Markup:
    numeric = {at for row in table.rows for at, cell in enumerate(row) if isinstance(cell, Number)}
    sides = tuple("figures" if at in numeric else None for at in range(len(table.head)))
    top = element(
        "tr",
        *(element("th", one, scope="col", class_=side) for one, side in zip(table.head, sides, strict=True)),
    )
    body = (
        element(
            "tr",
            element("th", show(row[0], dataset, document.words), scope="row"),
            *(
                html_cell(document, cell, side, dataset, study)
                for cell, side in zip(row[1:], sides[1:], strict=True)
            ),
        )
        for row in table.rows
    )
    title = caption(document.words, table)
    whole = element("table", element("caption", title), element("thead", top), element("tbody", *body))
    return element("div", scroll("div", title, whole), html_notes(table.notes), id=anchor("d", table.number))


def html_cell(
    document: Document, cell: Cell, side: str | None, dataset: ResultsDataset, study: Study
) -> Markup:
    """A number says which results it shows, for whoever reads the page by a program."""
    said = show(cell, dataset, document.words)
    if isinstance(cell, str):
        return element("td", said, class_=side)
    path = path_behind(dataset.by_id[cell.results[0]], study)
    inside: Child = element("a", said, href=path, class_="number") if path else said
    return element("td", inside, class_=side, data_results=" ".join(cell.results))


def path_behind(one: Statistic, study: Study) -> str:
    """The page of the people behind a number; "" where the report has none."""
    if one.method == "flow":
        return f"analysis/flow.html#{anchor(one.parameter)}" if one.participants else ""
    analysis = study.analyses.get(one.analysis)
    if analysis is None:
        return ""
    parameter = f".{page_name(one.parameter.replace('.', '-'))}"
    if analysis.method == "one_proportion":
        return f"analysis/{page_name(one.analysis)}.html#{anchor(one.estimate)}"
    if analysis.method == "proportion_by_visit":
        return f"analysis/{page_name(one.analysis)}{parameter}.html#{anchor(one.estimate)}"
    if analysis.method == "by_visit":
        return f"analysis/{page_name(one.analysis)}{parameter}.html#{anchor('at', one.visit, one.group)}"
    return ""


def html_notes(notes: tuple[str, ...]) -> Markup:
    return element("div", *(element("p", one) for one in notes), class_="notes") if notes else join()
