"""The public page as one HTML file that needs nothing else."""

from collections.abc import Iterator
from html import escape
from typing import Final

from trialwright.registry.page import Fact, Listing, PageData, Section, Table

_STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}"
    "h1{font-size:1.9rem;line-height:1.25}h2{font-size:1.35rem;margin:2rem 0 .5rem}h3{font-size:1.1rem}"
    "dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0}"
    "dd,li,td,p{overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem;"
    "border-bottom:1px solid #b1b4b6}.notice{border-left:.4rem solid #505a5f;padding-left:1rem}"
    # On a phone each row is a card, and each cell says its column.
    "@media(max-width:40rem){body{margin:1rem auto}h1{font-size:1.5rem}dl{display:block}dd{margin-bottom:.5rem}"
    "thead{position:absolute;clip-path:inset(50%)}table,tbody,tr,td{display:block}td:empty{display:none}"
    "tr{border:1px solid #b1b4b6;border-radius:.25rem;padding:.4rem;margin:.5rem 0}td{border:0;padding:.2rem}"
    "td::before{content:attr(data-l);display:block;color:#505a5f;font-size:.875rem}}"
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
        cells = (
            f'<td data-l="{escape(name)}">{escape(text)}</td>'
            for name, text in zip(table.head, row, strict=True)
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table>"
