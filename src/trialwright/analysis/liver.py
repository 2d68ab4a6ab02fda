"""Signals of a liver injury by drugs: the peak of a transaminase against the peak of bilirubin, as multiples of their
upper limits.

Source: FDA 2009, Guidance for industry: Drug-induced liver injury, premarketing clinical evaluation (Hy's law);
Watkins et al. 2011, Hepatology 53:1377-1384 (eDISH).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import polars as pl

from trialwright.analysis.dataset_rows import events_of_row, members_of, rows_of
from trialwright.analysis.plan_rows import LIVER, parameters_named
from trialwright.analysis.results import AnalysisResult, Point, Row
from trialwright.analysis.trial import Trial
from trialwright.analysis.value_summaries import exact
from trialwright.study.model import Analysis
from trialwright.values.problem import Problem

TRANSAMINASE_LIMIT: Final = Fraction(3)  # at least so many times the upper limit
BILIRUBIN_LIMIT: Final = Fraction(2)  # more than so many times
HYS_LAW, TRANSAMINASES_ALONE, BILIRUBIN_ALONE, NEITHER = QUADRANTS = (
    "hys_law",
    "transaminases_alone",
    "bilirubin_alone",
    "neither",
)
# Of whom a peak is not known: raised transaminases without any bilirubin are a signal that nobody followed up.
WITHOUT_BILIRUBIN, NOT_ASSESSED = UNPLACED = ("raised_without_bilirubin", "not_assessed")
PLACES: Final = (*QUADRANTS, *UNPLACED)


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest multiple of an upper limit, its parameter, and where it was; of several the first."""

    parameter: str
    times: Fraction
    visit: str
    day: int | None
    events: tuple[str, ...]


Peaks = Mapping[str, Mapping[str, Peak]]  # kind -> participant -> peak


def liver_signals(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """How many of each arm are in each quadrant, and the peaks of each participant as points."""
    rows, members = rows_of(trial, analysis), members_of(trial, analysis)
    peaks = {kind: peaks_of(rows, parameters_named(analysis, kind)) for kind in LIVER}
    points = tuple(
        point_of(trial, kind, one, peaks[kind][one])
        for kind in LIVER
        for one in members
        if one in peaks[kind]
    )
    numbers = tuple(
        row
        for group in trial.arms()
        for row in quadrant_rows(analysis, group, trial.of_group(members, group), peaks)
    )
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=numbers, points=points), ()


def peaks_of(rows: pl.DataFrame, parameters: tuple[str, ...]) -> Mapping[str, Peak]:
    """Of each participant with a value that has an upper limit. Divided as exact fractions of what is written."""
    found: dict[str, Peak] = {}
    known = rows.filter(
        pl.col("PARAMCD").is_in(parameters) & pl.col("AVAL").is_not_null() & (pl.col("ANRHI") > 0)
    )
    for row in known.sort("ADT", "PARAMCD", maintain_order=True).iter_rows(named=True):
        who, times = row["participant"], exact(row["AVAL"]) / exact(row["ANRHI"])
        if who not in found or times > found[who].times:
            events = events_of_row(who, row["SRC"])
            found[who] = Peak(row["PARAMCD"], times, row.get("visit") or "", row["ADY"], events)
    return found


def point_of(trial: Trial, kind: str, participant: str, peak: Peak) -> Point:
    """parameter: "transaminases=ALT", the kind of peak and what peaked."""
    return Point(
        participant,
        trial.groups[participant],
        f"{kind}={peak.parameter}",
        peak.visit,
        peak.day,
        peak.times,
        events=peak.events,
    )


def quadrant_of(transaminases: Fraction | None, bilirubin: Fraction | None) -> str:
    """Where a participant lies; who lacks a peak of either cannot be said to be in any quadrant.

    >>> quadrant_of(Fraction(3), Fraction(2)), quadrant_of(Fraction(3), Fraction(21, 10))
    ('transaminases_alone', 'hys_law')
    >>> quadrant_of(Fraction(3), None), quadrant_of(Fraction(2), None)
    ('raised_without_bilirubin', 'not_assessed')
    """
    if transaminases is not None and bilirubin is None and transaminases >= TRANSAMINASE_LIMIT:
        return WITHOUT_BILIRUBIN
    if transaminases is None or bilirubin is None:
        return NOT_ASSESSED
    if transaminases >= TRANSAMINASE_LIMIT:
        return HYS_LAW if bilirubin > BILIRUBIN_LIMIT else TRANSAMINASES_ALONE
    return BILIRUBIN_ALONE if bilirubin > BILIRUBIN_LIMIT else NEITHER


def quadrant_rows(analysis: Analysis, group: str, members: tuple[str, ...], peaks: Peaks) -> Iterator[Row]:
    transaminases, bilirubin = peaks["transaminases"], peaks["bilirubin"]

    def times(of: Mapping[str, Peak], one: str) -> Fraction | None:
        return of[one].times if one in of else None

    places = {one: quadrant_of(times(transaminases, one), times(bilirubin, one)) for one in members}
    assessed = tuple(one for one in members if places[one] in QUADRANTS)
    inside = {place: tuple(one for one in members if places[one] == place) for place in PLACES}
    counted = {"n": assessed, **inside}
    for statistic, who in counted.items():
        yield Row(
            analysis.id,
            analysis.label,
            group,
            "",
            "",
            statistic,
            len(who),
            "count",
            None,
            len(assessed),
            None,
            who,
            events=tuple(
                event
                for one in who
                for of in (transaminases, bilirubin)
                if one in of
                for event in of[one].events
            ),
        )
