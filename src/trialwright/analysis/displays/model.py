"""What a reader is shown, before any format: a document of sections, and in them tables, listings and figures.

A number is never a text here: its cell refers to rows of the results dataset, and says by which rule they are shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from trialwright.analysis.markup import Markup

# day: the study day of a single value.
RuleOfOne = Literal["whole", "percent", "value", "p", "day"]
# count, share: of a number, share with its percent; interval: two proportions; range: two values; mean, mean_percent: with
# the standard deviation, of values and of proportions.
RuleOfTwo = Literal["count", "share", "interval", "range", "mean", "mean_percent"]
Rule = RuleOfOne | RuleOfTwo


@dataclass(frozen=True, slots=True)
class Number:
    """A cell of one result or two: a count is responders of n, an interval two limits. places: after the point."""

    rule: Rule
    results: tuple[str, ...]
    places: int = 1


Cell = str | Number


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or a listing of participants. number: "14.2.1"; notes stand under it, one a line."""

    number: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    kind: Literal["table", "listing"] = "table"


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as SVG, with the text for those who do not see it, and the results that it shows."""

    number: str
    title: str
    drawing: Markup
    alt: str
    results: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class ToWrite:
    """A place that only a person can fill."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list, one text a line."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """The place of the contents: sections, tables, listings and figures of the whole document."""


Display = Table | Figure
Block = Paragraph | ToWrite | Items | Facts | Contents | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """level: 1 for "9", 2 for "9.3"."""

    number: str
    title: str
    blocks: tuple[Block, ...] = ()

    @property
    def level(self) -> int:
        return self.number.count(".") + 1


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. cover: of the title page; stamps: what must be known before any number, on every page;
    source: of what and by what it was made; day: of the data cut, which every date in a file is."""

    title: str
    study: str
    language: str
    cover: tuple[Block, ...]
    stamps: tuple[str, ...]
    source: str
    day: date
    words: "DocumentWords"
    sections: tuple[Section, ...]

    def displays(self) -> Iterator[Display]:
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Table | Figure):
                    yield block


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """The words that a writer puts around what it is given, in the reader's language."""

    contents: str
    table: str
    listing: str
    figure: str
    to_write: str
    page: str  # "Page {page} of {pages}"
    undecided: str
    unknown: str
    opens: str = "{number}"  # what a link on a number is called
    so_far: str = "{count} of {n} so far"
    tables: str = "Tables"
    listings: str = "Listings"
    figures: str = "Figures"


def caption(words: DocumentWords, display: Display) -> str:
    """Kind, number and title of a display.

    >>> caption(DocumentWords("", "Table", "", "", "", "", "", ""), Table("14.1", "Flow", (), ()))
    'Table 14.1 Flow'
    """
    kind = words.figure if isinstance(display, Figure) else getattr(words, display.kind)
    return f"{kind} {display.number} {display.title}"
