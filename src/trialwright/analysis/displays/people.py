"""Displays of who took part: the participant flow as figure and table, and the analysis sets."""

from trialwright.analysis.ard import FLOW, POPULATIONS, Statistic, result_id
from trialwright.analysis.displays.model import Cell, Figure, Number, Table
from trialwright.analysis.displays.told import Told, source_note
from trialwright.analysis.displays.words import RULE_WORDS, SET_ACT_WORDS
from trialwright.analysis.figures import FlowPart, render_flow
from trialwright.analysis.render import render_time
from trialwright.analysis.speaker import join_parts
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import flow_label, rule_words

CRITERION = "not_eligible-"  # of a box: its text is long, and stands in the table and in section 9.3


def flow_boxes(told: Told) -> tuple[Statistic, ...]:
    return tuple(one for one in told.dataset.statistics if one.method == "flow")


def flow_id(told: Told) -> str:
    return next((one.analysis for one in flow_boxes(told)), FLOW)


def flow_figure(told: Told, number: str) -> Figure:
    boxes = flow_boxes(told)
    title = told.text("Participant flow")
    parts = tuple(
        FlowPart(counted(told, top), lines_of(told, top, boxes), top.role == "aside")
        for top in boxes
        if not top.within
    )
    alt = ". ".join(part.heading for part in parts)
    drawing = render_flow(Titled(f"figure-{number}", title, alt), parts)
    named = any(one.parameter.startswith(CRITERION) for one in boxes)
    said = (told.text("Criteria are named by their numbers, as in section 9.3."),) if named else ()
    notes = (*said, source_note(told, flow_id(told)))
    return Figure(number, title, drawing, alt, tuple(one.id for one in boxes), notes)


def lines_of(told: Told, top: Statistic, boxes: tuple[Statistic, ...]) -> tuple[str, ...]:
    """What a box divides into; of a population its rule."""
    population = told.study.populations.get(top.parameter.removeprefix("set-"))
    if population is not None and top.parameter.startswith("set-"):
        return (rule_words(told, population),)
    return tuple(
        counted(told, one, one.parameter.removeprefix(CRITERION))
        if one.parameter.startswith(CRITERION)
        else counted(told, one)
        for one in boxes
        if one.within == top.id
    )


def counted(told: Told, box: Statistic, label: str = "") -> str:
    # The blanks do not break, so that no line of the figure ends within "n = 1".
    count = told.text("not known") if box.value is None else f"n\u00a0=\u00a0{box.value}"
    return f"{label or flow_label(told, box.parameter, box.label)} ({count})"


def flow_table(told: Told, number: str) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"– {label}" if one.within else label,
            Number("whole", (one.id,)),
        )
        for one in flow_boxes(told)
        for label in (flow_label(told, one.parameter, one.label),)
    )
    head = (told.text("Step"), told.text("Count"))
    return Table(number, told.text("Participant flow"), head, rows, (source_note(told, flow_id(told)),))


def population_table(told: Told, number: str) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            told.name(one.label),
            rule_words(told, one),
            Number("whole", (result_id("n", POPULATIONS, one.id),)),
            untold_cell(told, one.id),
        )
        for one in told.study.populations.values()
    )
    head = (told.text("Analysis set"), told.text("Rule"), told.text("Count"), told.text("Cannot be told"))
    decided = (
        (told.text("A decision of the data review on a participant goes before the rule."),)
        if told.dataset.set_acts
        else ()
    )
    notes = (
        told.text("Of whom it cannot be told whether they belong to a set, they are not in it."),
        *decided,
        source_note(told, POPULATIONS),
    )
    return Table(number, told.text("Analysis sets"), head, rows, notes)


def decision_table(told: Told, number: str) -> Table | None:
    """Every decision on who is in a set, the replaced and withdrawn ones too, beside what the rule says."""
    acts = told.dataset.set_acts
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            told.code(one.participant),
            told.name(told.study.populations[one.population].label),
            told.text(SET_ACT_WORDS[one.decision]),
            told.text(RULE_WORDS[one.rule]),
            one.reason or told.text("redacted"),
            join_parts(told, (one.author, role_name(told, one.role))),
            render_time(one.utc),
        )
        for one in acts
    )
    head = (
        told.text("Participant"),
        told.text("Analysis set"),
        told.text("Decision"),
        told.text("By the rule"),
        told.text("Reason"),
        told.text("Author"),
        told.text("Time"),
    )
    notes = (
        told.text(
            "All decisions, set by set in the order in which they were taken; of each participant and set the last one counts."
        ),
        told.text("Nobody is in a set within another in which they are not."),
        source_note(told, POPULATIONS),
    )
    return Table(number, told.text("Decisions on analysis sets"), head, rows, notes) if rows else None


def role_name(told: Told, role: str) -> str:
    known = told.study.roles.get(role)
    return told.name(known.label) if known else role


def untold_cell(told: Told, population: str) -> Cell:
    """Of how many it cannot be told; a dash for a population that is within no other."""
    identity = result_id("untold", POPULATIONS, population)
    return Number("whole", (identity,)) if identity in told.dataset.by_id else "–"
