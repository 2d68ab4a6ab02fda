"""HTML and SVG by small functions. What is not already `Markup` is escaped, so that no text of a study can become a tag."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final

# A report has millions of texts and thousands of different ones.
REMEMBERED: Final = 65_536
VOID = frozenset({"br", "col", "hr", "img", "link", "meta"})
PRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Markup:
    """Text that is HTML already."""

    text: str

    def __str__(self) -> str:
        return self.text


Child = Markup | str | int


@lru_cache(maxsize=REMEMBERED)
def escaped(text: str) -> str:
    """HTML of a text; a letter that a page cannot hold is said to be one."""
    return escape(text if text.isprintable() else PRINTABLE.sub("\ufffd", text))


def join(*children: Child) -> Markup:
    """The children one after another: as they are where they are Markup, escaped where they are text."""
    return Markup(
        "".join([child.text if isinstance(child, Markup) else escaped(str(child)) for child in children])
    )


def element(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """An element. In names of attributes `_` stands for `-`, and a trailing `_` is dropped; None leaves one out.

    >>> str(element("a", "1 < 2", href="x.html", class_="number"))
    '<a href="x.html" class="number">1 &lt; 2</a>'
    """
    written = "".join(
        [f' {spelled(key)}="{escaped(str(value))}"' for key, value in attributes.items() if value is not None]
    )
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*children).text}</{name}>")


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
    top = element("tr", *(element("th", cell, scope="col") for cell in head))
    columns = head[1:] if "cards" in attributes.get("class_", "") else (None,) * len(head[1:])
    body = (
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(
                element("td", cell, data_l=None if column is None else str(column))
                for column, cell in zip(columns, row[1:], strict=True)
            ),
        )
        for row in rows
    )
    whole = element(
        "table", element("caption", caption), element("thead", top), element("tbody", *body), **attributes
    )
    return scroll("div", caption, whole)


def figure(title: str, drawing: Markup) -> Markup:
    """A drawing; on a narrow screen it keeps a size at which its words can be read."""
    return scroll("figure", title, drawing)


def scroll(name: str, title: str, wide: Markup) -> Markup:
    """What is too wide scrolls inside its own box, which the keyboard must reach too."""
    return element(name, wide, class_="scroll", tabindex=0, role="group", aria_label=title)
