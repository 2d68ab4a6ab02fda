"""The picture of liver values: one mark a participant, peaks on two logarithmic axes, with the lines of Hy's law."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log10

from trialwright.analysis.markup import Markup
from trialwright.analysis.svg import (
    COLOURS,
    INK,
    LINE,
    Lettering,
    Scale,
    Stroke,
    Titled,
    label,
    line,
    mark,
    picture,
)

WIDTH, HEIGHT = 860, 520
LEFT, RIGHT, TOP, BOTTOM = 66, 24, 44, 58
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
LOWEST, HIGHEST = 0.1, 10.0  # of an axis, where no value lies beyond


@dataclass(frozen=True, slots=True)
class Dot:
    """across, upwards: multiples of an upper limit, above 0. name: beside the mark, "" for none."""

    across: float
    upwards: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class EdishWords:
    """Words on and around the picture. corners: upper left, upper right, lower left, lower right."""

    titled: Titled
    across: str
    upwards: str
    corners: tuple[str, str, str, str]


def render_edish(words: EdishWords, dots: tuple[Dot, ...], limits: tuple[float, float]) -> Markup:
    """limits: of the axis across and of the one upwards. A value of 0 has no place on a logarithmic axis, and is refused."""
    across = log_scale((one.across for one in dots), LEFT, WIDTH - RIGHT)
    upwards = log_scale((one.upwards for one in dots), HEIGHT - BOTTOM, TOP)
    x, y = across.at(log10(limits[0])), upwards.at(log10(limits[1]))
    dashed = Stroke(INK, 1.4, "6 4")
    parts = (
        *axis_across(across, limits[0]),
        *axis_upwards(upwards, limits[1]),
        line((x, TOP), (x, HEIGHT - BOTTOM), dashed),
        line((LEFT, y), (WIDTH - RIGHT, y), dashed),
        *corner_labels(words.corners),
        *(mark_of(one, across, upwards, limits) for one in dots),
        *(name_of(one, across, upwards) for one in dots if one.name),
        label(words.across, ((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12), Lettering(anchor="middle")),
        label(words.upwards, (8, 18), Lettering(weight="600")),
    )
    return picture(words.titled, (WIDTH, HEIGHT), *parts)


def log_scale(values: Iterable[float], start: float, end: float) -> Scale:
    """Logarithms to base 10 onto the picture, from a tenth to ten times the limit and as far as values go."""
    known = tuple(values)
    if any(one <= 0 for one in known):
        raise ValueError("a multiple of an upper limit must be above 0 to stand on a logarithmic axis")
    low, high = min((LOWEST, *known)), max((HIGHEST, *known))
    return Scale(log10(low) - 0.04, log10(high) + 0.08, start, end)


def ticks_of(scale: Scale, limit: float) -> tuple[float, ...]:
    inside = (one for one in {*TICKS, limit} if scale.low <= log10(one) <= scale.high)
    return tuple(sorted(inside))


def axis_across(scale: Scale, limit: float) -> tuple[Markup, ...]:
    ground = HEIGHT - BOTTOM
    parts: list[Markup] = [line((LEFT, ground), (WIDTH - RIGHT, ground), Stroke(INK, 1.2))]
    for tick in ticks_of(scale, limit):
        x = scale.at(log10(tick))
        parts.append(line((x, TOP), (x, ground), Stroke(LINE, 1)))
        parts.append(label(f"{tick:g}", (x, ground + 19), Lettering(12, "middle")))
    return tuple(parts)


def axis_upwards(scale: Scale, limit: float) -> tuple[Markup, ...]:
    parts: list[Markup] = [line((LEFT, TOP), (LEFT, HEIGHT - BOTTOM), Stroke(INK, 1.2))]
    for tick in ticks_of(scale, limit):
        y = scale.at(log10(tick))
        parts.append(line((LEFT, y), (WIDTH - RIGHT, y), Stroke(LINE, 1)))
        parts.append(label(f"{tick:g}", (LEFT - 8, y + 4), Lettering(12, "end")))
    return tuple(parts)


def corner_labels(corners: tuple[str, str, str, str]) -> tuple[Markup, ...]:
    left, right, top, bottom = LEFT + 8, WIDTH - RIGHT - 8, TOP + 18, HEIGHT - BOTTOM - 10
    places = ((left, top, "start"), (right, top, "end"), (left, bottom, "start"), (right, bottom, "end"))
    return tuple(
        label(text, (x, y), Lettering(12, anchor, "600"))
        for text, (x, y, anchor) in zip(corners, places, strict=True)
    )


def mark_of(one: Dot, across: Scale, upwards: Scale, limits: tuple[float, float]) -> Markup:
    """A ring, so that marks on each other are seen; a full square where both are raised."""
    x, y = across.at(log10(one.across)), upwards.at(log10(one.upwards))
    if one.across >= limits[0] and one.upwards > limits[1]:
        return mark("square", x, y, COLOURS[1])
    return mark("ring", x, y, COLOURS[0], 4)


def name_of(one: Dot, across: Scale, upwards: Scale) -> Markup:
    return label(
        one.name, (across.at(log10(one.across)) - 8, upwards.at(log10(one.upwards)) + 4), Lettering(11, "end")
    )
