"""A drawing of the skin as a picture: the strokes that were stored, on the body that they were drawn on.

The phone measures the areas; this only shows. Silhouette, sizes and the shape of the text are those of the phone's
body.js, and a test holds both to each other.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

WIDTH: Final = 290
HEIGHT: Final = 306
BACK_AT: Final = 150  # how far right the back stands of the front
CELLS: Final = 2  # stored points count half units
HEAD: Final = "M70 6c12 0 19 9 19 21 0 9-4 17-9 21v10H60v-10c-5-4-9-12-9-21C51 15 58 6 70 6z"
TRUNK: Final = "M60 58h20l22 8 2 45-4 22 3 25H37l3-25-4-22 2-45z"
ARM: Final = "M38 66c-11 3-16 10-18 22l-6 42-8 36c-2 8-3 14-1 19 2 4 8 4 11-1l6-17 12-34 2.5-33z"
LEG: Final = "M37 158h33l-1 44-4 38-3 40 2 12c1 5-3 7-9 7h-11c-5 0-6-3-3-6l7-9-4-40-5-42z"
# Limbs are mirrored about the middle of the body.
_SIDE: Final = f'<path d="{HEAD}"/><path d="{TRUNK}"/>' + "".join(
    f'<path d="{path}"{mirrored}/>'
    for path in (ARM, LEG)
    for mirrored in ("", ' transform="matrix(-1 0 0 1 140 0)"')
)
_BODY: Final = f'<g>{_SIDE}</g><g transform="translate({BACK_AT} 0)">{_SIDE}</g>'


@dataclass(frozen=True, slots=True)
class Stroke:
    """tool: b brush, d dots, e eraser. size: the radius; points: x and y by turns. All in units of the body."""

    tool: str
    size: float
    points: tuple[float, ...]


def read_drawing(text: str) -> tuple[Stroke, ...] | None:
    """The strokes of a stored drawing; None for what is none."""
    try:
        told = json.loads(text)["strokes"]
        return tuple(
            Stroke(str(tool), float(size), tuple(float(value) / CELLS for value in points))
            for tool, size, points in told
        )
    except (ValueError, TypeError, KeyError):
        return None


def drawing_words(text: str) -> str:
    strokes = read_drawing(text)
    if strokes is None:
        return gettext("A drawing that cannot be shown")
    return ngettext("A drawing of {count} stroke", "A drawing of {count} strokes", len(strokes)).format(
        count=len(strokes)
    )


def drawing_picture(text: str) -> SafeString:
    """The picture, or the words where there is none to show."""
    strokes = read_drawing(text)
    if strokes is None:
        return escape(drawing_words(text))
    ink = "".join(_mark(stroke) for stroke in strokes)
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(drawing_words(text))}"'
    # literals of this module, numbers, and an escaped label
    return mark_safe(f'<svg class="body" {size}><g class="skin">{_BODY}</g>{ink}</svg>')


def _mark(stroke: Stroke) -> str:
    kind = "rub" if stroke.tool == "e" else "ink"
    places = list(zip(stroke.points[::2], stroke.points[1::2], strict=False))
    if stroke.tool == "d" or len(places) == 1:
        return "".join(
            f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{stroke.size:g}"/>' for x, y in places
        )
    return f'<path class="{kind} line" stroke-width="{2 * stroke.size:g}" d="{_line(places)}"/>'


def _line(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{'L' if at else 'M'}{x:g} {y:g}" for at, (x, y) in enumerate(places))
