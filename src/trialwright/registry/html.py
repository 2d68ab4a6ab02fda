"""The public page as one HTML file that needs nothing else."""

from collections.abc import Iterator
from html import escape
from typing import Final

from trialwright.registry.page import Fact, Listing, PageData, Section, Table

_STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}"
    "dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem;"
    "border-bottom:1px solid #b1b4b6}.notice{border-left:.4rem solid #505a5f;padding-left:1rem}"
)


def render_page(page: PageData) -> str:
    """A whole HTML document; every text of the page is escaped and stands in it."""
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{escape(page.language)}">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(page.title)}</title><style>{_STYLE}</style></head>",
            "<body><main>",
            f"<h1>{escape(page.title)}</h1>",
            *([f"<p>{escape(page.acronym)}</p>"] if page.acronym else []),
            *([f'<p class="notice">{escape(page.notice)}</p>'] if page.notice else []),
            *_facts(page.facts),
            *(line for section in page.sections for line in _section(section)),
            "</main></body></html>",
            "",
        ]
    )


def _section(section: Section) -> Iterator[str]:
    yield f"<section><h2>{escape(section.title)}</h2>"
    yield from (f"<p>{escape(text)}</p>" for text in section.paragraphs)
    yield from _facts(section.facts)
    for listing in section.lists:
        yield from _list(listing)
    if section.table:
        yield from _table(section.table)
    yield "</section>"


def _facts(facts: tuple[Fact, ...]) -> Iterator[str]:
    if facts:
        yield "<dl>"
        for fact in facts:
            yield f"<dt>{escape(fact.label)}</dt><dd>{'<br>'.join(map(escape, fact.texts))}</dd>"
        yield "</dl>"


def _list(listing: Listing) -> Iterator[str]:
    yield f"<h3>{escape(listing.title)}</h3><ol>"
    yield from (f"<li>{escape(text)}</li>" for text in listing.texts)
    yield "</ol>"


def _table(table: Table) -> Iterator[str]:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in table.head)
    yield f"<table><thead><tr>{head}</tr></thead><tbody>"
    for row in table.rows:
        yield "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>"
    yield "</tbody></table>"
