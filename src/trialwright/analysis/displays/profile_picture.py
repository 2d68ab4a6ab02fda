"""The picture of a participant's profile: scores above, and under them lanes on the same axis of study days."""

from collections.abc import Iterator
from dataclasses import dataclass

from trialwright.analysis.figures import GRID
from trialwright.analysis.markup import Markup, element
from trialwright.analysis.svg import (
    COLOURS,
    INK,
    SHAPES,
    Lettering,
    Scale,
    Stroke,
    Titled,
    label,
    line,
    mark,
    nice_ticks,
    number,
    picture,
    polyline,
    text_width,
)

PLOT, RIGHT, TOP, PANEL, ROW, HEAD = 612, 28, 34, 160, 16, 24
LEAST, MOST = 220.0, 420.0  # how wide the column of names is
BOLD = 1.08  # against letters that are not
FILLS = ("#9ec9dd", "#e6c79a", "#b9d8b0")


@dataclass(frozen=True, slots=True)
class Line:
    """A score: its name, and days with values."""

    name: str
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """last: None where it goes on, or where the end is not known."""

    first: int
    last: int | None
    is_ongoing: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of a part. signs: a day and a letter, "" for a stroke."""

    name: str
    spans: tuple[Span, ...] = ()
    signs: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """fill: number of the colour of its spans, the same in the picture of everybody."""

    name: str
    strips: tuple[Strip, ...]
    fill: int = 0


def render_profile(titled: Titled, lines: tuple[Line, ...], parts: tuple[Part, ...], across: str) -> Markup:
    """A dashed line stands at study day 1. What began before the first day of a score or a sign begins at the left edge."""
    ticks = nice_ticks(max((1, *last_days(lines, parts))), min((1, *first_days(lines, parts))))
    left = round(name_width(lines, parts))
    scale = Scale(ticks[0], ticks[-1], left, left + PLOT)
    top = TOP + PANEL + 14
    ground = top + sum(HEAD + ROW * len(part.strips) for part in parts) + 4
    grid = tuple(line((scale.at(one), TOP), (scale.at(one), ground), GRID) for one in ticks)
    foot = tuple(label(f"{one:g}", (scale.at(one), ground + 17), Lettering(11, "middle")) for one in ticks)
    return picture(
        titled,
        (left + PLOT + RIGHT, round(ground + 46)),
        *grid,
        line((scale.at(1), TOP), (scale.at(1), ground), Stroke(INK, 1, "4 4")),
        line((left, ground), (left + PLOT, ground), Stroke(INK, 1.2)),
        *foot,
        *draw_lines(lines, scale),
        *draw_parts(parts, top, scale),
        label(across, (left + PLOT / 2, ground + 36), Lettering(12, "middle")),
    )


def name_width(lines: tuple[Line, ...], parts: tuple[Part, ...]) -> float:
    """As wide as the longest name needs, so that none is cut; but the picture is not to be names alone."""
    needed = (
        LEAST,
        *(text_width(one.name, 12) * BOLD + 64 for one in lines),
        *(text_width(part.name, 12) * BOLD + 16 for part in parts),
        *(text_width(strip.name, 11) + 28 for part in parts for strip in part.strips),
    )
    return min(max(needed), MOST)


def first_days(lines: tuple[Line, ...], parts: tuple[Part, ...]) -> Iterator[int]:
    yield from (day for one in lines for day, _ in one.points)
    yield from (day for part in parts for strip in part.strips for day, _ in strip.signs)


def last_days(lines: tuple[Line, ...], parts: tuple[Part, ...]) -> Iterator[int]:
    yield from first_days(lines, parts)
    spans = (span for part in parts for strip in part.strips for span in strip.spans)
    yield from (span.first if span.last is None else span.last for span in spans)


def draw_lines(lines: tuple[Line, ...], across: Scale) -> Iterator[Markup]:
    values = tuple(value for one in lines for _, value in one.points)
    ticks = nice_ticks(max(values, default=1), min(values, default=0))
    upwards = Scale(ticks[0], ticks[-1], TOP + PANEL, TOP)
    for tick in ticks:
        yield line((across.start, upwards.at(tick)), (across.end, upwards.at(tick)), GRID)
        yield label(f"{tick:g}", (across.start - 6, upwards.at(tick) + 4), Lettering(11, "end"))
    for at, one in enumerate(lines):
        colour, shape = COLOURS[at % len(COLOURS)], SHAPES[at % len(SHAPES)]
        places = tuple((across.at(day), upwards.at(value)) for day, value in one.points)
        yield polyline(places, Stroke(colour, 2))
        yield from (mark(shape, x, y, colour, 3.5) for x, y in places)
        yield mark(shape, 14, TOP + 10 + 20 * at, colour, 3.5)
        yield label(
            fitted(one.name, across.start - 60, 12), (24, TOP + 14 + 20 * at), Lettering(12, weight="600")
        )


def draw_parts(parts: tuple[Part, ...], top: float, across: Scale) -> Iterator[Markup]:
    for part in parts:
        yield label(part.name, (8, top + HEAD - 7), Lettering(12, weight="600"))
        top += HEAD
        for strip in part.strips:
            yield from draw_strip(strip, top + ROW / 2, across, FILLS[part.fill % len(FILLS)])
            top += ROW


def draw_strip(strip: Strip, y: float, across: Scale, fill: str) -> Iterator[Markup]:
    yield label(fitted(strip.name, across.start - 24, 11), (16, y + 4), Lettering(11))
    for span in strip.spans:
        start = max(across.at(span.first), across.start)
        last = span.first if span.last is None else span.last
        end = across.end if span.is_ongoing else max(across.at(last) + 2, start)
        yield element(
            "rect",
            x=number(start),
            y=number(y - 5),
            width=number(max(end - start, 3)),
            height=10,
            fill=fill,
            stroke=INK,
            stroke_width=0.6,
        )
        if across.at(span.first) < across.start:
            yield arrow(start, y, -9)
        if span.is_ongoing:
            yield arrow(end, y, 9)
        elif span.last is None:
            yield label("?", (max(end, start + 3) + 7, y + 4), Lettering(11, "middle", "600"))
    for day, letter in strip.signs:
        x = across.at(day)
        if letter:
            yield label(letter, (x, y + 4), Lettering(11, "middle", "600"))
        else:
            yield line((x, y - 5), (x, y + 5), Stroke(INK, 2))


def arrow(x: float, y: float, length: float) -> Markup:
    """From x to the right, or to the left where the length is below 0."""
    points = f"{number(x)},{number(y - 5)} {number(x + length)},{number(y)} {number(x)},{number(y + 5)}"
    return element("polygon", points=points, fill=INK)


def fitted(text: str, width: float, size: float) -> str:
    """The text, cut where it is too wide."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text}…"
