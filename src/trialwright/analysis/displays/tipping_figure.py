"""The picture of a tipping point: the estimate with its limits under each assumption, and the reference that they may fall to."""

from dataclasses import dataclass

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
    text_width,
)

WIDTH, HEIGHT, TOP, GROUND = 860, 360, 44, 296
LEFT, GAP, RIGHT = 52, 56, 16
PANEL = (WIDTH - LEFT - GAP - RIGHT) / 2


@dataclass(frozen=True, slots=True)
class Assumed:
    """One assumption and what comes of it. at: its place on the axis; name: what stands under it; proportions else."""

    at: float
    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Panel:
    """title: above; across: under the axis."""

    title: str
    across: str
    points: tuple[Assumed, ...]


def render_tipping(titled: Titled, panels: tuple[Panel, ...], reference: float, said: str) -> Markup:
    """One panel beside the other, on one scale of 0 to 100 %. said: what the reference is called."""
    upwards = Scale(0, 1, GROUND, TOP)
    drawn: list[Markup] = []
    for place, panel in enumerate(panels):
        start = LEFT + place * (PANEL + GAP)
        drawn += draw_panel(panel, start, upwards)
        y = upwards.at(reference)
        drawn.append(line((start, y), (start + PANEL, y), Stroke(COLOURS[1], 1.8, "7 4")))
    drawn.append(label(said, (LEFT + PANEL + GAP - 4, HEIGHT - 8), Lettering(12)))
    key = (LEFT + PANEL + GAP - 44, LEFT + PANEL + GAP - 12)
    drawn.append(line((key[0], HEIGHT - 12), (key[1], HEIGHT - 12), Stroke(COLOURS[1], 1.8, "7 4")))
    return picture(titled, (WIDTH, HEIGHT), *drawn)


def draw_panel(panel: Panel, start: float, upwards: Scale) -> tuple[Markup, ...]:
    parts: list[Markup] = [label(panel.title, (start, 22), Lettering(13, weight="600"))]
    for step in range(6):
        y = upwards.at(step / 5)
        parts.append(line((start, y), (start + PANEL, y), Stroke(LINE, 1)))
        parts.append(label(f"{step * 20} %", (start - 6, y + 4), Lettering(11, "end")))
    parts.append(line((start, GROUND), (start + PANEL, GROUND), Stroke(INK, 1.2)))
    parts.append(label(panel.across, (start + PANEL / 2, GROUND + 38), Lettering(12, "middle")))
    last = max((one.at for one in panel.points), default=0) or 1
    across = Scale(0, last, start + 16, start + PANEL - 16)
    free = 0.0
    for one in panel.points:
        x, half = across.at(one.at), text_width(one.name, 11) / 2
        parts += [
            line((x, upwards.at(one.low)), (x, upwards.at(one.high)), Stroke(COLOURS[0], 1.8)),
            mark("circle", x, upwards.at(one.value), COLOURS[0]),
            line((x, GROUND), (x, GROUND + 5), Stroke(INK, 1.2)),
        ]
        if x - half >= free:  # a name that would touch the one before is left out, its tick stays
            parts.append(label(one.name, (x, GROUND + 19), Lettering(11, "middle")))
            free = x + half + 3
    return tuple(parts)
