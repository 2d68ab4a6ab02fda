"""Displays of liver values: counts of the quadrants, the picture of the peaks, and a listing of Hy's law."""

from collections.abc import Sequence

from trialwright.analysis.ard import Statistic, result_id
from trialwright.analysis.displays.edish import Dot, EdishWords, render_edish
from trialwright.analysis.displays.model import Cell, Figure, Number, Table
from trialwright.analysis.displays.told import Told, population_note, rows_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.displays.values import groups_of
from trialwright.analysis.liver import (
    BILIRUBIN_LIMIT,
    HYS_LAW,
    PLACES,
    QUADRANTS,
    TRANSAMINASE_LIMIT,
    UNPLACED,
    WITHOUT_BILIRUBIN,
)
from trialwright.analysis.messages import QUADRANT_WORDS
from trialwright.analysis.plan_rows import LIVER, parameters_named
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.svg import Titled
from trialwright.analysis.wording import dataset_parameter_label, with_arm
from trialwright.study.model import Analysis

TRANSAMINASES, BILIRUBIN, PHOSPHATASE = LIVER

Peaks = dict[str, dict[str, Statistic]]  # participant -> kind -> peak


def liver_table(told: Told, number: str, analysis: Analysis) -> Table:
    """Quadrants down, arms across; percent are of those with both peaks."""
    groups = groups_of(told)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            told.text(QUADRANT_WORDS[place]),
            *(quadrant_cell(analysis, place, group) for group in groups),
        )
        for place in PLACES
    )
    head = (
        told.text("Peak"),
        *(with_arm(told, told.text("Participants"), group) for group in groups),
    )
    return Table(number, told.name(analysis.label), head, rows, liver_notes(told, analysis))


def quadrant_cell(analysis: Analysis, place: str, group: str) -> Number:
    count, n = (result_id(one, analysis.id, "", "", group) for one in (place, "n"))
    return Number("whole", (count,)) if place in UNPLACED else Number("share", (count, n))


def liver_notes(told: Told, analysis: Analysis) -> tuple[str, ...]:
    return (
        *population_note(told, analysis),
        rows_note(told, analysis),
        told.text(
            "Hy’s law range: a peak of {transaminases} of at least {high} times and a peak of {bilirubin} of more than {low} times the upper limit of normal, on whatever days (FDA 2009; eDISH, Watkins et al. 2011).",
            transaminases=names_of(told, analysis, TRANSAMINASES),
            bilirubin=names_of(told, analysis, BILIRUBIN),
            high=TRANSAMINASE_LIMIT,
            low=BILIRUBIN_LIMIT,
        ),
        told.text("Whether a signal is due to the treatment, a person has to judge."),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )


def names_of(told: Told, analysis: Analysis, kind: str) -> str:
    """ "ALT or AST", by the labels of their dataset."""
    named = (dataset_parameter_label(told, analysis, one) for one in parameters_named(analysis, kind))
    return told.text(" or ").join(named)


def peaks_of(told: Told, analysis: Analysis) -> Peaks:
    found: Peaks = {}
    for one in told.dataset.of(analysis.id):
        if one.statistic == "value":
            found.setdefault(one.participants[0], {})[one.parameter.partition("=")[0]] = one
    return found


def liver_figure(told: Told, number: str, analysis: Analysis, group: str) -> Figure | None:
    """Who has a peak of both above 0; none where nobody has."""
    both = {
        who: (peaks[TRANSAMINASES], peaks[BILIRUBIN])
        for who, peaks in peaks_of(told, analysis).items()
        if all(kind in peaks and peaks[kind].group == group for kind in LIVER[:2])
    }
    shown = {who: pair for who, pair in both.items() if all(one.value for one in pair)}
    if not shown:
        return None
    signals = told.dataset.by_id[result_id(HYS_LAW, analysis.id, "", "", group)].participants
    dots = tuple(
        Dot(float(first.value or 0), float(second.value or 0), told.code(who) if who in signals else "")
        for who, (first, second) in shown.items()
    )
    title = with_arm(told, told.text("{analysis}: peaks", analysis=told.name(analysis.label)), group)
    counted = (
        f"{told.text(QUADRANT_WORDS[place])}: {told.dataset.by_id[result_id(place, analysis.id, '', '', group)].value}"
        for place in PLACES
    )
    alt = join_texts(told, counted)
    upper_right, lower_right, upper_left, lower_left = (told.text(QUADRANT_WORDS[one]) for one in QUADRANTS)
    corners = (upper_left, upper_right, lower_left, lower_right)
    words = EdishWords(
        Titled(f"figure-{number}", title, alt),
        times_text(told, analysis, TRANSAMINASES),
        times_text(told, analysis, BILIRUBIN),
        corners,
    )
    drawing = render_edish(words, dots, (float(TRANSAMINASE_LIMIT), float(BILIRUBIN_LIMIT)))
    ids = tuple(one.id for pair in shown.values() for one in pair)
    notes = (*zero_note(told, [one for one in both if one not in shown]), *liver_notes(told, analysis))
    return Figure(number, title, drawing, alt, ids, notes)


def zero_note(told: Told, left: Sequence[str]) -> tuple[str, ...]:
    if not left:
        return ()
    codes = join_names(told, sorted(map(told.code, left)))
    return (
        told.text(
            "A peak of 0 has no place on a logarithmic axis; not in the picture: {codes}.", codes=codes
        ),
    )


def times_text(told: Told, analysis: Analysis, kind: str) -> str:
    return told.text(
        "{parameter}: peak as a multiple of the upper limit", parameter=names_of(told, analysis, kind)
    )


def liver_listing(told: Told, number: str, analysis: Analysis) -> Table:
    """Who is in the range of Hy's law: each peak, on which study day, and alkaline phosphatase, which tells cholestasis."""
    peaks = peaks_of(told, analysis)
    signals = [
        who
        for group in groups_of(told)
        for place in (HYS_LAW, WITHOUT_BILIRUBIN)
        for who in told.dataset.by_id[result_id(place, analysis.id, "", "", group)].participants
    ]
    kinds = tuple(kind for kind in LIVER if parameters_named(analysis, kind))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            told.code(who),
            *(cell for kind in kinds for cell in peak_cells(told, analysis, peaks[who].get(kind))),
        )
        for who in sorted(signals, key=told.code)
    )
    head = (
        told.text("Participant"),
        *(
            text
            for kind in kinds
            for text in (names_of(told, analysis, kind), "× ULN", told.text("Study day"))
        ),
    )
    title = told.text(
        "{analysis}: participants in the range of Hy’s law, or with raised transaminases and no bilirubin",
        analysis=told.name(analysis.label),
    )
    nobody = (told.text("Nobody"), *("",) * (len(head) - 1))
    notes = (told.text("× ULN: multiple of the upper limit of normal."), *liver_notes(told, analysis))
    return Table(number, title, head, rows or (nobody,), notes, "listing")


def peak_cells(told: Told, analysis: Analysis, peak: Statistic | None) -> tuple[Cell, ...]:
    if peak is None:
        return ("–", "–", "–")
    name = dataset_parameter_label(told, analysis, peak.parameter.partition("=")[2])
    return (name, Number("value", (peak.id,), 2), Number("day", (peak.id,)))
