"""The public page of a study, as its template reads it: tables carry the head of each cell for narrow screens."""

from dataclasses import dataclass

from trialwright.registry.page import Fact, Listing, PageData, Section


@dataclass(frozen=True, slots=True)
class Cell:
    head: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownSection:
    title: str
    paragraphs: tuple[str, ...]
    facts: tuple[Fact, ...]
    lists: tuple[Listing, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class RegistryPage:
    title: str
    acronym: str
    facts: tuple[Fact, ...]
    sections: tuple[ShownSection, ...]


def registry_page(page: PageData) -> RegistryPage:
    return RegistryPage(page.title, page.acronym, page.facts, tuple(map(_section, page.sections)))


def _section(section: Section) -> ShownSection:
    heads = section.table.head if section.table else ()
    rows = section.table.rows if section.table else ()
    return ShownSection(
        section.title,
        section.paragraphs,
        section.facts,
        section.lists,
        heads,
        tuple(tuple(Cell(head, text) for head, text in zip(heads, row, strict=True)) for row in rows),
    )
