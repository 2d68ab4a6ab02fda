"""A waterfall: one bar a participant, from the highest value to the lowest, of equals by their codes."""

from dataclasses import dataclass

from trialwright.analysis.ard import Statistic, result_id
from trialwright.analysis.displays.model import Figure
from trialwright.analysis.displays.told import Told, baseline_note, population_note, rows_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.figures import GRID
from trialwright.analysis.markup import Markup, element
from trialwright.analysis.messages import CHANGE_WORDS
from trialwright.analysis.plan_rows import PERCENT, lines_of
from trialwright.analysis.render import render_value
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.svg import (
    COLOURS,
    INK,
    Lettering,
    Scale,
    Stroke,
    Titled,
    label,
    line,
    nice_ticks,
    number,
    picture,
)
from trialwright.analysis.wording import dataset_parameter_label, with_arm
from trialwright.study.model import Analysis

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 420, 62, 36, 40, 76
NAMED = 80  # bars that still have room for a code each
LARGEST = 12  # letters of a code


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    value: float


def waterfall_figure(told: Told, identity: str, analysis: Analysis, group: str) -> Figure | None:
    """None where nobody has a value."""
    shown = sorted(
        (one for one in told.dataset.of(analysis.id) if (one.statistic, one.group) == ("value", group)),
        key=lambda one: (-float(one.value or 0), told.code(one.participants[0])),
    )
    if not shown:
        return None
    bars = tuple(Bar(told.code(one.participants[0]), float(one.value or 0)) for one in shown)
    title = with_arm(told, told.name(analysis.label), group)
    alt = join_texts(told, (f"{bar.name}: {render_value(bar.value, 1)}" for bar in bars))
    what = analysis.variables[0] if analysis.variables else PERCENT
    upwards = told.text(CHANGE_WORDS[what.lower()])
    drawing = render_waterfall(Titled(f"figure-{identity}", title, alt), upwards, bars, lines_of(analysis))
    ids = tuple(one.id for one in shown)
    return Figure(identity, title, drawing, alt, ids, waterfall_notes(told, analysis, group, shown))


def waterfall_notes(told: Told, analysis: Analysis, group: str, shown: list[Statistic]) -> tuple[str, ...]:
    (parameter,) = analysis.parameters
    without = told.dataset.by_id[result_id("without", analysis.id, parameter, "", group)].participants
    codes = join_names(told, (told.code(one) for one in without)) or "–"
    best = analysis.options.get("best")
    when = {
        "lowest": told.text("the lowest after the baseline"),
        "highest": told.text("the highest after the baseline"),
    }.get(best or "", join_names(told, (told.visit(one) for one in analysis.visits)))
    return (
        *population_note(told, analysis),
        told.text(
            "{parameter}, {when}: one bar a participant (n = {n}). Without a value: {codes}.",
            parameter=dataset_parameter_label(told, analysis, parameter),
            when=when,
            n=len(shown),
            codes=codes,
        ),
        *baseline_note(told, analysis),
        rows_note(told, analysis),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )


def render_waterfall(titled: Titled, upwards: str, bars: tuple[Bar, ...], lines: tuple[float, ...]) -> Markup:
    """bars: in their order. lines: values at which a dashed line lies across."""
    values = (*(bar.value for bar in bars), *lines)
    ticks = nice_ticks(max(values), min(values))
    scale = Scale(ticks[0], ticks[-1], HEIGHT - BOTTOM, TOP)
    step = (WIDTH - RIGHT - LEFT) / len(bars)
    grid = tuple(line((LEFT, scale.at(one)), (WIDTH - RIGHT, scale.at(one)), GRID) for one in ticks)
    up = tuple(label(f"{one:g}", (LEFT - 8, scale.at(one) + 4), Lettering(12, "end")) for one in ticks)
    marks = tuple(
        line((LEFT, scale.at(one)), (WIDTH - RIGHT, scale.at(one)), Stroke(INK, 1.2, "6 4")) for one in lines
    )
    drawn = tuple(draw_bar(bar, LEFT + step * at, step, scale) for at, bar in enumerate(bars))
    size = min(round(step * 0.75, 1), LARGEST)
    names = tuple(draw_name(bar, LEFT + step * (at + 0.5), size) for at, bar in enumerate(bars))
    said = tuple(label(f"{one:g}", (WIDTH - RIGHT + 4, scale.at(one) + 4), Lettering(11)) for one in lines)
    zero = line((LEFT, scale.at(0)), (WIDTH - RIGHT, scale.at(0)), Stroke(INK, 1.2))
    return picture(
        titled,
        (WIDTH, HEIGHT),
        *grid,
        *up,
        *drawn,
        *marks,
        *said,
        zero,
        *(names if len(bars) <= NAMED else ()),
        label(upwards, (8, 18), Lettering(weight="600")),
    )


def draw_bar(bar: Bar, left: float, width: float, scale: Scale) -> Markup:
    """A value of 0 is a line, so that the participant is seen."""
    top, bottom = sorted((scale.at(bar.value), scale.at(0)))
    return element(
        "rect",
        x=number(left + width * 0.1),
        y=number(top),
        width=number(width * 0.8),
        height=number(max(bottom - top, 1.5)),
        fill=COLOURS[1] if bar.value > 0 else COLOURS[0],
    )


def draw_name(bar: Bar, x: float, size: float) -> Markup:
    """Upright below the figure, read from the right; its middle stands at x."""
    place = number(x + size / 3)
    return element(
        "text",
        bar.name,
        x=place,
        y=number(HEIGHT - BOTTOM + 8),
        font_size=size,
        text_anchor="end",
        fill=INK,
        transform=f"rotate(-90 {place} {number(HEIGHT - BOTTOM + 8)})",
    )
