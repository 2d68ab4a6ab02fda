"""The report as a reader meets it: pages from disk, links to click on, and what stands under an id."""

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from html import unescape
from pathlib import Path

VOID = {"br", "col", "hr", "img", "input", "link", "meta"}
# A report is tens of megabytes of the plain HTML that `markup` writes; what is written otherwise is a fault.
TOKEN = re.compile(r'<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z0-9:-]+="[^"<>]*")*)>|([^<]+)')
ATTRIBUTE = re.compile(r'([A-Za-z0-9:-]+)="([^"]*)"')


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
        return (beside(self.page.parent, path) if path else self.page), place


@cache
def beside(folder: Path, path: str) -> Path:
    return (folder / path).resolve()


@dataclass
class Page:
    """links: all; under: the links inside the element of an id; row_of: the table row in which an id stands;
    around: the id of the element around that of an id; texts: of the elements inside an id, by their class."""

    path: Path
    links: list[Link] = field(default_factory=list)
    under: dict[str, list[Link]] = field(default_factory=dict)
    row_of: dict[str, int] = field(default_factory=dict)
    around: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._open: list[tuple[str, str, str]] = []  # tag, id, class
        self._ids: list[str] = []  # of what is open
        self._row = 0
        self._texts: list[tuple[tuple[str, ...], str, str]] = []  # ids around it, class or tag, text
        text, at = self.path.read_text("utf-8").removeprefix("<!DOCTYPE html>"), 0
        for found in TOKEN.finditer(text):
            assert found.start() == at, (self.path, text[at : at + 80])
            at = found.end()
            closing, tag, attributes, data = found.groups()
            if data is not None:
                self._take_text(unescape(data))
            elif closing:
                self._close(tag.lower())
            else:
                named = {name: unescape(value) for name, value in ATTRIBUTE.findall(attributes)}
                self._start(tag.lower(), named)
        assert at == len(text), (self.path, text[at : at + 80])
        assert not self._open, (self.path, self._open)

    @cached_property
    def texts(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, list[str]]] = {}
        for around, kind, data in self._texts:
            for identity in around:
                found.setdefault(identity, {}).setdefault(kind, []).append(f"{data}\n")
        return {one: {kind: "".join(texts) for kind, texts in kinds.items()} for one, kinds in found.items()}

    def _start(self, tag: str, named: dict[str, str]) -> None:
        self._row += tag == "tr"
        identity = named.get("id", "")
        if identity:
            assert identity not in self.under, (self.path, identity)
            self.under[identity] = []
            self.row_of[identity] = self._row
            self.around[identity] = self._ids[-1] if self._ids else ""
        if tag not in VOID:
            self._open.append((tag, identity, named.get("class", "")))
            if identity:
                self._ids.append(identity)
        if href := named.get("href"):
            link = Link(self.path, href, named.get("class", ""), self._row)
            self.links.append(link)
            for one in self._ids:
                self.under[one].append(link)

    def _close(self, tag: str) -> None:
        opened, identity, _ = self._open.pop()
        assert opened == tag, (self.path, opened, tag)
        if identity:
            self._ids.pop()

    def _take_text(self, data: str) -> None:
        if not self._open:
            return
        tag, _, kind = self._open[-1]
        if tag == "a":
            self.links[-1].text += data
        self._texts.append((tuple(self._ids), kind or tag, data))


@cache
def page(path: Path) -> Page:
    return Page(path)


def open_link(link: Link) -> tuple[Page, str]:
    """A click: the page that it leads to, and the id there."""
    path, place = link.target
    return page(path), place
