"""Visits and the matrix of activities."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from trialwright.study.builtin import VISIT_FORM
from trialwright.study.desk import Desk, cells_of
from trialwright.study.files_plan import RawSchedule, RawVisit
from trialwright.study.formats import nearest, read_days, read_truth
from trialwright.study.model import Visit
from trialwright.study.text import Text

Activities = dict[tuple[str, str], Literal["x", "o"]]

_HEAD: Final = "visits"


def resolve_visits(desk: Desk, raw: RawSchedule, epochs: Iterable[str]) -> dict[str, Visit]:
    """The visits in the order of the schedule; exactly one carries the anchor."""
    known = list(epochs)
    anchors = [visit.anchor for visit in raw.visits.values() if visit.anchor is not None]
    if len(anchors) != 1:
        desk.report("anchor-count", anchors[1] if anchors else next(iter(raw.visits)), count=len(anchors))
    return {str(name): _visit(desk, name, visit, known) for name, visit in raw.visits.items()}


def _visit(desk: Desk, name: Text, raw: RawVisit, epochs: list[str]) -> Visit:
    if raw.epoch is not None:
        desk.known("epoch", raw.epoch, epochs)
    span = read_days(raw.day)
    is_single = raw.day != "any" and span is None
    if raw.window is not None and not is_single:
        desk.report("day-and-window", raw.window)
    if raw.if_unknown is not None and raw.when is None:
        desk.report("ask-without-condition", raw.if_unknown)
    if raw.anchor is not None and raw.day != "1":
        desk.report("anchor-day", raw.day)
    if raw.repeats == "true" and raw.day != "any":
        desk.report("repeats-on-a-day", raw.day)
    before, after = read_days(raw.window or "0..0") or (0, 0)
    if before > 0 or after < 0:
        desk.report("range-expected", raw.window or raw.day, text=raw.window or "", example="-3..+3")
    return Visit(
        id=str(name),
        label=str(raw.label),
        place=name.place,
        epoch=None if raw.epoch is None else str(raw.epoch),
        day=int(raw.day) if is_single else None,
        day_first=span[0] if span else None,
        day_last=span[1] if span else None,
        is_any_day=raw.day == "any",
        window_before_days=-before,
        window_after_days=after,
        is_anchor=raw.anchor is not None,
        contact="telephone" if raw.contact == "telephone" else "site",
        when=desk.maybe_rule(raw.when),
        if_unknown="plan" if raw.if_unknown == "plan" else "ask",
        repeats=read_truth(raw.repeats),
        analysis_days=read_days(raw.analysis_days) if raw.analysis_days else None,
    )


def anchor_term(raw: RawSchedule) -> Text | None:
    """The name of the term whose date is day 1."""
    return next((visit.anchor for visit in raw.visits.values() if visit.anchor is not None), None)


def resolve_activities(desk: Desk, raw: RawSchedule, forms: Iterable[str]) -> Activities:
    """The matrix; every visit collects the built-in form `visit`."""
    activities: Activities = {(VISIT_FORM, str(visit)): "x" for visit in raw.visits}
    known = [form for form in forms if form != VISIT_FORM]
    rows = head_and_rows(desk, raw.activities, _HEAD)
    if rows is None:
        return activities
    head, body = rows
    visits = [visit for _, visit in cells_of(head)]
    _check_head(desk, head, list(raw.visits))
    for form, row in body.items():
        if not desk.known("form", form, known):
            continue
        for (offset, cell), visit in zip(row_of(desk, form, row, len(visits)), visits, strict=False):
            if cell in {"x", "o"}:
                activities[str(form), visit] = "x" if cell == "x" else "o"
            elif cell != ".":
                desk.report("unknown-cell", row, offset, cell=cell, cells="x o .")
    return activities


def _check_head(desk: Desk, head: Text, visits: list[Text]) -> None:
    cells = cells_of(head)
    unknown = [(offset, cell) for offset, cell in cells if cell not in visits]
    for offset, cell in unknown:
        desk.report("no-such-visit", head, offset, name=cell, near=nearest(cell, visits))
    if not unknown and [cell for _, cell in cells] != visits:
        desk.report("head-differs", head, visits=" ".join(visits))


def head_and_rows(desk: Desk, matrix: Mapping[Text, Text], head: str) -> tuple[Text, dict[Text, Text]] | None:
    """The head row of a matrix and its other rows; None where it has no head."""
    rows = {key: row for key, row in matrix.items() if key != head}
    if head not in matrix:
        at = next(iter(matrix), None)
        if at is not None:
            desk.report("matrix-without-head", at, head=head)
        return None
    row = next(row for key, row in matrix.items() if key == head)
    seen: set[str] = set()
    for offset, cell in cells_of(row):
        if cell in seen:
            desk.report("column-twice", row, offset, cell=cell)
        seen.add(cell)
    return row, rows


def row_of(desk: Desk, name: Text, row: Text, count: int) -> list[tuple[int, str]]:
    """The cells of a row, which must be as many as the head has."""
    cells = cells_of(row)
    if len(cells) != count:
        desk.report("cell-count", name, row=name, count=len(cells), head=count)
    return cells
