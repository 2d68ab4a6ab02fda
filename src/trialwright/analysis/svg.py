"""Pieces of a picture: scales, axes, marks and wrapped text as SVG. The same data give the same bytes."""

import math
import re
import unicodedata
from dataclasses import dataclass

from trialwright.analysis.markup import Markup, element, join

FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
INK = "#1d2b33"
MUTE = "#5b6970"
LINE = "#c9d1d6"

# Okabe & Ito 2008: told apart with any kind of colour blindness; shape and dash differ too.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9")
LATIN_WORD = re.compile(r"[^ ]+ *")
DASHES = (None, "7 4", "2 3", "9 3 2 3", "4 2", "1 2")
SHAPES = ("circle", "square", "diamond", "triangle", "cross", "ring")


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps low..high of the data onto start..end of the picture."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def number(value: float) -> str:
    """A coordinate with at most one decimal: finer is not seen, and shorter files are kinder."""
    return (
        f"{value:.1f}".removesuffix(".0").replace("-0", "0", 1)
        if abs(value) < 0.05
        else f"{value:.1f}".removesuffix(".0")
    )


def nice_ticks(high: float, low: float = 0.0, count: int = 5) -> tuple[float, ...]:
    """About `count` round numbers, 0 among them, from the last one not above `low` to the first one not below `high`.

    >>> nice_ticks(23.4), nice_ticks(4, -8)
    ((0, 5, 10, 15, 20, 25), (-10.0, -7.5, -5.0, -2.5, 0.0, 2.5, 5.0))
    """
    high, low = max(high, 0.0), min(low, 0.0)
    if high == low:
        return (0.0, 1.0)
    rough = (high - low) / count
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough * (1 - 1e-9))
    first, last = math.floor(low / step * (1 - 1e-9)), math.ceil(high / step * (1 - 1e-9))
    return tuple(round(step * index, 10) for index in range(first, last + 1))


def text_width(text: str, size: float) -> float:
    """Estimated width: a Chinese character fills its square, a Latin letter a little over half of it."""
    narrow = len(text) if text.isascii() else sum(not is_wide(letter) for letter in text)
    return size * (0.56 * narrow + len(text) - narrow)


def wrap(text: str, width: float, size: float) -> tuple[str, ...]:
    """The text in lines no wider than `width`; Chinese may break anywhere, Latin between words."""
    lines = [""]
    for word in split_words(text):
        if lines[-1] and text_width(lines[-1] + word.rstrip(), size) > width:
            lines.append(word.lstrip())
        else:
            lines[-1] += word
    return tuple(line.rstrip() for line in lines)


def split_words(text: str) -> tuple[str, ...]:
    """Pieces that stay whole: Latin words with the blank after them, and single Chinese characters."""
    if text.isascii():
        return tuple(LATIN_WORD.findall(text))
    pieces: list[str] = []
    for letter in text:
        starts = not pieces or pieces[-1][-1] == " " or is_wide(letter) or is_wide(pieces[-1][-1])
        if starts and letter != " ":
            pieces.append(letter)
        elif pieces:
            pieces[-1] += letter
    return tuple(pieces)


def is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


@dataclass(frozen=True, slots=True)
class Lettering:
    """How a text is set. anchor: start, middle or end of the text stands at its place."""

    size: float = 13
    anchor: str = "start"
    weight: str | None = None


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a line is drawn. dash: lengths of strokes and gaps; opacity: 0-1."""

    colour: str = INK
    width: float = 1.5
    dash: str | None = None
    opacity: float | None = None


Point = tuple[float, float]


def label(text: str, at: Point, lettering: Lettering = Lettering()) -> Markup:
    return element(
        "text",
        text,
        x=number(at[0]),
        y=number(at[1]),
        font_size=lettering.size,
        text_anchor=lettering.anchor,
        font_weight=lettering.weight,
        fill=INK,
    )


def line(start: Point, end: Point, stroke: Stroke = Stroke()) -> Markup:
    return element(
        "line",
        x1=number(start[0]),
        y1=number(start[1]),
        x2=number(end[0]),
        y2=number(end[1]),
        stroke=stroke.colour,
        stroke_width=stroke.width,
        stroke_dasharray=stroke.dash,
    )


def polyline(points: tuple[Point, ...], stroke: Stroke) -> Markup:
    written = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return element(
        "polyline",
        points=written,
        fill="none",
        stroke=stroke.colour,
        stroke_width=stroke.width,
        stroke_dasharray=stroke.dash,
        stroke_opacity=stroke.opacity,
        stroke_linejoin="round",
    )


def mark(shape: str, x: float, y: float, colour: str, size: float = 4.5) -> Markup:
    """A mark of one of SHAPES, centred at x, y."""
    if shape in ("circle", "ring"):
        fill = colour if shape == "circle" else "#ffffff"
        return element("circle", cx=number(x), cy=number(y), r=size, fill=fill, stroke=colour, stroke_width=2)
    if shape == "cross":
        strokes = (
            line((x - size, y - size), (x + size, y + size), Stroke(colour, 2.5)),
            line((x - size, y + size), (x + size, y - size), Stroke(colour, 2.5)),
        )
        return element("g", *strokes)
    corners = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
        "triangle": ((0, -1.2), (1.2, 1), (-1.2, 1)),
    }[shape]
    written = " ".join(f"{number(x + size * dx)},{number(y + size * dy)}" for dx, dy in corners)
    return element("polygon", points=written, fill=colour)


@dataclass(frozen=True, slots=True)
class Titled:
    """What a picture is called and says, for those who do not see it. identity: of its elements' ids."""

    identity: str
    title: str
    description: str


def picture(titled: Titled, size: tuple[int, int], *parts: Markup) -> Markup:
    """The whole SVG, of a width and a height."""
    identity, (width, height) = titled.identity, size
    return element(
        "svg",
        element("title", titled.title, id=f"{identity}-title"),
        element("desc", titled.description, id=f"{identity}-text"),
        element("rect", width=width, height=height, fill="#ffffff"),
        join(*parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{identity}-title {identity}-text",
        font_family=FONT,
    )
