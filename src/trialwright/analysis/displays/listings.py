"""Listings of participants (ICH E3, 16.2): who left and why, who is in which set not, and how each counts for the primary endpoint."""

from trialwright.analysis.ard import Statistic
from trialwright.analysis.displays.estimates import headlines_of
from trialwright.analysis.displays.model import Cell, Table
from trialwright.analysis.displays.people import flow_boxes, flow_id
from trialwright.analysis.displays.told import Told, endpoint_of, no_control, source_note
from trialwright.analysis.flow_sets import OUTSIDE
from trialwright.analysis.messages import OUTCOME_WORDS, WHY_WORDS
from trialwright.analysis.speaker import join_texts
from trialwright.analysis.wording import counts_events, flow_label
from trialwright.study.model import Analysis

LEFT = ("stopped", "left_study")
EXCLUDED = ("not_eligible", "left", "not_enrolled", "not_dosed", "not_in_set", OUTSIDE)


def flow_listing(told: Told, number: str, title: str, wanted: tuple[str, ...]) -> Table:
    """The participants of some boxes, each with what the box and its parts say; one may stand in several parts."""
    boxes = flow_boxes(told)
    rows: list[tuple[Cell, ...]] = []
    for top in (one for one in boxes if not one.within and one.parameter.partition("-")[0] in wanted):
        parts = tuple(one for one in boxes if one.within == top.id)
        for who in top.participants:
            said = join_texts(told, (label_of(told, one) for one in parts if who in one.participants))
            rows.append((told.code(who), label_of(told, top), said or "–"))
    head = (told.text("Participant"), told.text("What happened"), told.text("Reason"))
    return Table(number, title, head, tuple(rows), (source_note(told, flow_id(told)),), "listing")


def label_of(told: Told, box: Statistic) -> str:
    return flow_label(told, box.parameter, box.label)


def outcome_listing(told: Told, number: str, analysis: Analysis) -> Table:
    """How each participant counts in the headline of an analysis, and why."""
    is_event = counts_events(told, analysis.id)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            told.code(one.participant),
            told.text(OUTCOME_WORDS[one.kind, is_event]),
            reason_of(told, one.why, one.visit, one.detail),
        )
        for one in told.counted(headlines_of(told, analysis))
    )
    head = (told.text("Participant"), told.text("Outcome"), told.text("Why"))
    endpoint = endpoint_of(told, analysis)
    notes = (
        told.text("The values behind each outcome stand in the pages of the report."),
        *no_control(told),
        source_note(told, analysis.id),
    )
    title = told.name(analysis.label or (endpoint.label if endpoint else analysis.id))
    return Table(number, title, head, rows, notes, "listing")


def reason_of(told: Told, why: str, visit: str, detail: str) -> str:
    """Why an outcome is what it is; what a missing one would have needed stands in the pages."""
    event = told.study.intercurrent_events.get(detail)
    if not visit:
        why = {"observed": "told", "missing": "missing_anywhere", "not_due": "not_over"}.get(why, why)
    name = told.name(event.label) if event else ""
    return told.text(WHY_WORDS[why], visit=told.visit(visit), event=name, needs="")
