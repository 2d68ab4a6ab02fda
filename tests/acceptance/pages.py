"""The report as a reader meets it: pages from disk, links to click on, and what stands under an id."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

VOID = {"br", "col", "hr", "img", "input", "link", "meta"}


@dataclass(eq=False)
class Link:
    """page: the file it stands on. row: the table row around it, 0 outside of tables."""

    page: Path
    href: str
    kind: str
    row: int
    text: str = ""

    @property
    def target(self) -> tuple[Path, str]:
        path, _, place = self.href.partition("#")
        return ((self.page.parent / path).resolve() if path else self.page), place


@dataclass
class Page(HTMLParser):
    """links: all; under: the links inside the element of an id; row_of: the table row in which an id stands;
    around: the id of the element around that of an id; texts: of the elements inside an id, by their class."""

    path: Path
    links: list[Link] = field(default_factory=list)
    under: dict[str, list[Link]] = field(default_factory=dict)
    row_of: dict[str, int] = field(default_factory=dict)
    around: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, str, str]] = []  # tag, id, class
        self._row = 0
        self.feed(self.path.read_text("utf-8"))
        assert not self._open, (self.path, self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self._row += tag == "tr"
        if identity := named.get("id"):
            assert identity not in self.under, (self.path, identity)
            self.under[identity] = []
            self.row_of[identity] = self._row
            self.around[identity] = next((one for _, one, _ in reversed(self._open) if one), "")
        if tag not in VOID:
            self._open.append((tag, named.get("id", ""), named.get("class", "")))
        if href := named.get("href"):
            link = Link(self.path, href, named.get("class", ""), self._row)
            self.links.append(link)
            for _, identity, _ in self._open:
                if identity:
                    self.under[identity].append(link)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        opened = self._open.pop()
        assert opened[0] == tag, (self.path, opened, tag)

    def handle_data(self, data: str) -> None:
        if not self._open:
            return
        tag, _, kind = self._open[-1]
        if tag == "a":
            self.links[-1].text += data
        for _, identity, _ in self._open:
            if identity:
                self.texts[identity][kind or tag] = self.texts[identity].get(kind or tag, "") + data + "\n"


@cache
def page(path: Path) -> Page:
    return Page(path)


def open_link(link: Link) -> tuple[Page, str]:
    """A click: the page that it leads to, and the id there."""
    path, place = link.target
    return page(path), place
