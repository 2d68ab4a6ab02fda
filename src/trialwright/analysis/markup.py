"""HTML and SVG by small functions. What is not already `Markup` is escaped, so that no text of a study can become a tag."""

import re
from functools import lru_cache
from html import escape
from typing import Final

# A report has millions of texts and thousands of different ones.
REMEMBERED: Final = 65_536
VOID = frozenset({"br", "col", "hr", "img", "link", "meta"})
PRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Markup:
    """Text that is HTML already. No dataclass: a report makes two million of them, and a frozen one takes twice as long."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Markup({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Markup) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


Child = Markup | str | int


@lru_cache(maxsize=REMEMBERED)
def escaped(text: str) -> str:
    """HTML of a text; a letter that a page cannot hold is said to be one."""
    return escape(text if text.isprintable() else PRINTABLE.sub("\ufffd", text))


def join(*children: Child) -> Markup:
    """The children one after another: as they are where they are Markup, escaped where they are text."""
    return Markup(joined(children))


def joined(children: tuple[Child, ...]) -> str:
    return "".join([child.text if type(child) is Markup else escaped(str(child)) for child in children])


def element(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """An element. In names of attributes `_` stands for `-`, and a trailing `_` is dropped; None leaves one out.

    >>> str(element("a", "1 < 2", href="x.html", class_="number"))
    '<a href="x.html" class="number">1 &lt; 2</a>'
    """
    written = name
    for key, value in attributes.items():
        if value is not None:
            written += f' {spelled(key)}="{escaped(str(value))}"'
    return Markup(f"<{written}>" if name in VOID else f"<{written}>{joined(children)}</{name}>")


@lru_cache(maxsize=REMEMBERED)
def spelled(key: str) -> str:
    """The name of an attribute in HTML."""
    return key.rstrip("_").replace("_", "-")


def table(
    head: tuple[Child, ...], rows: tuple[tuple[Child, ...], ...], caption: str, **attributes: str
) -> Markup:
    """A table with a caption; the first cell of each row is its head.

    With class "cards" each cell says its column too, for narrow screens where a row is shown as a card.
    """
    # A report has half a million cells, which as elements would take it twice as long.
    columns = head[1:] if "cards" in attributes.get("class_", "") else ()
    opened = [f'<td data-l="{escaped(str(column))}">' for column in columns] or ["<td>"] * len(head[1:])
    top = element("tr", *(element("th", cell, scope="col") for cell in head))
    body = Markup("".join([row_text(row, opened) for row in rows]))
    whole = element(
        "table", element("caption", caption), element("thead", top), element("tbody", body), **attributes
    )
    return scroll("div", caption, whole)


def row_text(row: tuple[Child, ...], opened: list[str]) -> str:
    """opened: the start of each cell but the first. Raises ValueError where there are fewer or more."""
    cells = "".join([f"{start}{joined((cell,))}</td>" for start, cell in zip(opened, row[1:], strict=True)])
    return f'<tr><th scope="row">{joined(row[:1])}</th>{cells}</tr>'


def figure(title: str, drawing: Markup) -> Markup:
    """A drawing; on a narrow screen it keeps a size at which its words can be read."""
    return scroll("figure", title, drawing)


def scroll(name: str, title: str, wide: Markup) -> Markup:
    """What is too wide scrolls inside its own box, which the keyboard must reach too."""
    return element(name, wide, class_="scroll", tabindex=0, role="group", aria_label=title)
