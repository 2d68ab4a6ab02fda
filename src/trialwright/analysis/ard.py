"""The results dataset: one row a statistic, each with an id that tables, figures and files refer to.

Every analysis of a definition comes to it in the same shape, so that what shows results reads nothing else. A row says
of what it is a number (analysis, estimate, group, parameter, visit, statistic), by which method, and of whom.
Source of the shape: CDISC Analysis Results Standard 1.0, results of operations.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import isfinite
from typing import Final
from urllib.parse import quote

from trialwright.analysis.conduct import NOTHING_KNOWN, Conduct
from trialwright.analysis.page import stamp_texts
from trialwright.analysis.results import (
    AnalysisResult,
    Counted,
    FlowBox,
    Lacking,
    Outcome,
    OutcomeKind,
    Point,
    Record,
    Results,
    Role,
    Row,
    Why,
)
from trialwright.analysis.set_acts import SetAct
from trialwright.values.problem import Problem

FLOW: Final = "flow"
POPULATIONS: Final = "populations"

Number = int | float | Fraction


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number of the results.

    id: stable, made of what the number is of and of nothing that depends on the order of the data.
    label: of what, without variant, visit and arm; variant: how or why it differs from the headline.
    within: id of the statistic whose participants these are a part of. n: how many the value rests on.
    category: what the parameter is in those who are counted, of nested variables the outer first.
    day: of a single value, the study day; of a time, how many days. events: "participant:sequence" of the events it rests on, where it is one
    participant's value or rows of a dataset tell them; those behind an estimate stand in its contributions.
    """

    id: str
    analysis: str
    statistic: str
    value: Number | None
    lacking: Lacking = ""
    estimate: str = ""
    label: str = ""
    variant: str = ""
    role: Role = ""
    group: str = ""
    parameter: str = ""
    visit: str = ""
    method: str = ""
    level: float | None = None
    n: int | None = None
    within: str = ""
    day: int | None = None
    participants: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    category: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """How one participant counts in one estimate, and the events that say so."""

    estimate: str
    participant: str
    kind: OutcomeKind
    why: Why
    visit: str = ""
    detail: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultsDataset:
    """All results of one definition on one data cut.

    codes: participant -> code, as people know them. problems: what the analyses object to. records: rows of analysis
    datasets that are shown as they are.
    """

    study: str
    version: str
    definition: str  # sha256 of the definition
    cut: str  # UTC of the last event
    heads: str  # sha256 over the heads of all chains
    software: str
    is_draft: bool
    is_rehearsal: bool
    statistics: tuple[Statistic, ...]
    contributions: tuple[Contribution, ...]
    codes: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    is_blinded: bool = False  # in the study a role is blinded, to what stands here
    conduct: Conduct = NOTHING_KNOWN
    records: tuple[Record, ...] = ()
    last_day: str = ""  # the last day that is over in the data, ISO 8601
    moments: Mapping[str, str] = field(default_factory=dict)  # site -> UTC of its last event that counts
    environment: Mapping[str, str] = field(default_factory=dict)  # program -> version
    set_acts: tuple[SetAct, ...] = ()  # of the data review, on who is in an analysis set
    first_visit: str = ""  # the first day and the last on which a participant had a visit, ISO 8601
    last_visit: str = ""
    by_id: Mapping[str, Statistic] = field(init=False, repr=False, compare=False)
    by_analysis: Mapping[str, tuple[Statistic, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ValueError where two rows have one id: a cell that refers to it would be of either."""
        counted = Counter(one.id for one in self.statistics)
        counted.update(one.id for one in self.records)
        twice = tuple(one for one, times in counted.items() if times > 1)
        if twice:
            raise ValueError(f"more than one result has the id {', '.join(twice[:5])}")
        object.__setattr__(self, "by_id", {one.id: one for one in self.statistics})
        gathered: dict[str, list[Statistic]] = {}
        for one in self.statistics:
            gathered.setdefault(one.analysis, []).append(one)
        object.__setattr__(self, "by_analysis", {name: tuple(rows) for name, rows in gathered.items()})

    def of(self, analysis: str) -> tuple[Statistic, ...]:
        return self.by_analysis.get(analysis, ())

    def records_of(self, analysis: str) -> tuple[Record, ...]:
        return tuple(one for one in self.records if one.analysis == analysis)

    def estimates(self, analysis: str) -> tuple[str, ...]:
        """Ids of the estimates of an analysis, each headline before what stands beside it."""
        return tuple(dict.fromkeys(one.estimate for one in self.of(analysis) if one.estimate))


def stamps_of(dataset: ResultsDataset) -> tuple[str, ...]:
    """What must be known before any number, in English."""
    return stamp_texts(
        is_draft=dataset.is_draft, is_rehearsal=dataset.is_rehearsal, is_blinded=dataset.is_blinded
    )


def statistics_of(results: Results) -> tuple[Statistic, ...]:
    """Every number of the results: populations, flow, estimates, summaries and single values."""
    flow = next((one.id for one in results.analyses if one.method == "flow"), FLOW)
    found = (
        *population_statistics(results),
        *flow_statistics(flow, results.flow),
        *(one for analysis in results.analyses for one in analysis_statistics(analysis)),
    )
    return tuple(finite(one) for one in found)


def finite(one: Statistic) -> Statistic:
    """A method may find no number, such as the limit of a median that is not reached: then there is no value."""
    if not isinstance(one.value, float) or isfinite(one.value):
        return one
    return replace(one, value=None, lacking="not_estimable")


def contributions_of(results: Results) -> tuple[Contribution, ...]:
    """The outcome of each participant in each estimate."""
    return tuple(
        Contribution(
            counted.id,
            outcome.participant,
            outcome.kind,
            outcome.why,
            outcome.visit,
            outcome.detail,
            events_of(outcome),
        )
        for analysis in results.analyses
        for counted in analysis.counted
        for outcome in counted.outcomes
    )


def events_of(one: Outcome | Point) -> tuple[str, ...]:
    """The events behind a value, once each; a fact of the plan has none."""
    numbers = {used.sequence for used in one.used}
    return tuple([f"{one.participant}:{number}" for number in sorted(numbers) if number])


def result_id(statistic: str, *of: str) -> str:
    """The id of a statistic: what it is of, and its name.

    >>> result_id("median", "course", "score.total", "W16", "")
    'course/score.total/W16:median'
    """
    return f"{'/'.join([part for part in of if part])}:{statistic}"


def with_category(parameter: str, category: tuple[str, ...]) -> str:
    """A part of an id that is no other's, whatever was typed: what parts an id, and blanks, are written as their codes.

    >>> with_category("AETERM", ("Skin", "Itch: arms/legs"))
    'AETERM=Skin>Itch%3A%20arms%2Flegs'
    """
    if not category:
        return parameter
    return f"{parameter}={'>'.join(''.join(map(plain, one)) for one in category)}"


def plain(letter: str) -> str:
    return quote(letter, safe="") if letter in "%/:=>" or letter.isspace() else letter


# ---------------------------------------------------------------- people


def population_statistics(results: Results) -> Iterator[Statistic]:
    for name, members in results.populations.items():
        yield people_of("n", members, POPULATIONS, name, results.behind.get(name, ()))
    for name, untold in results.untold.items():
        yield people_of("untold", untold, POPULATIONS, name)


def people_of(
    statistic: str, who: tuple[str, ...], analysis: str, parameter: str, events: tuple[str, ...] = ()
) -> Statistic:
    return Statistic(
        result_id(statistic, analysis, parameter),
        analysis,
        statistic,
        len(who),
        parameter=parameter,
        n=len(who),
        participants=who,
        events=events,
    )


def flow_statistics(analysis: str, boxes: Iterable[FlowBox]) -> Iterator[Statistic]:
    for box in boxes:
        top = box_statistic(analysis, box, "aside" if box.is_aside else "box", "")
        yield top
        yield from (box_statistic(analysis, line, "part", top.id, box.id) for line in box.lines)


def box_statistic(analysis: str, box: FlowBox, role: Role, within: str, *of: str) -> Statistic:
    return Statistic(
        result_id("count", analysis, *of, box.id),
        analysis,
        "count",
        box.count,
        "not_recorded" if box.count is None else "",
        label=box.label,
        role=role,
        parameter=box.id,
        method="flow",
        n=box.count,
        within=within,
        participants=box.participants,
        events=box.events,
    )


# ---------------------------------------------------------------- analyses


def analysis_statistics(analysis: AnalysisResult) -> Iterator[Statistic]:
    """An estimate's counts stand before its rows; a summary's rows before the values that it sums up. Rows of an
    estimate that counts nobody, such as a mean, stand behind those that do."""
    rows: dict[str, list[Row]] = {}
    for row in analysis.rows:
        rows.setdefault(row.estimate, []).append(row)
    yield from (row_statistic(row) for row in rows.pop("", []))
    for counted in analysis.counted:
        yield from counted_statistics(analysis, counted, rows.pop(counted.id, []))
    yield from (row_statistic(row) for left in rows.values() for row in left)
    yield from (point_statistic(analysis, point) for point in analysis.points)


def row_statistic(row: Row) -> Statistic:
    parameter = with_category(row.parameter, row.category)
    of = (row.estimate,) if row.estimate else (row.analysis_id, parameter, row.visit, row.group)
    return Statistic(
        result_id(row.statistic, *of),
        row.analysis_id,
        row.statistic,
        row.value,
        row.lacking or "nobody" if row.value is None else "",
        row.estimate,
        row.label,
        row.variant,
        row.role,
        group=row.group,
        parameter=row.parameter,
        visit=row.visit,
        method=row.method,
        level=row.level,
        n=row.n,
        day=row.day,
        participants=row.participants,
        events=row.events,
        category=row.category,
    )


def counted_statistics(analysis: AnalysisResult, counted: Counted, rows: list[Row]) -> Iterator[Statistic]:
    """Of an estimate: how many of how many, how each outcome came about, and the numbers of its rows."""
    kinds: dict[str, list[str]] = {"event": [], "n": [], "undecided": []}
    came: dict[str, list[str]] = {}
    for outcome in counted.outcomes:
        came.setdefault(f"{outcome.kind}.{outcome.why}", []).append(outcome.participant)
        if outcome.kind == "event":
            kinds["event"].append(outcome.participant)
        if outcome.kind in ("event", "no_event"):
            kinds["n"].append(outcome.participant)
        if outcome.kind == "not_due":
            kinds["undecided"].append(outcome.participant)
    counts = {"responders": kinds["event"], "n": kinds["n"], "undecided": kinds["undecided"], **came}
    for statistic, who in counts.items():
        yield estimate_part(analysis, counted, statistic, len(who), tuple(who))
    lacking: Lacking = "undecided" if counted.estimate.undecided else "nobody"
    for row in rows:
        yield estimate_part(analysis, counted, row.statistic, row.value, row.participants, lacking)


def estimate_part(
    analysis: AnalysisResult,
    counted: Counted,
    statistic: str,
    value: Number | None,
    who: tuple[str, ...],
    lacking: Lacking = "",
) -> Statistic:
    is_interval = statistic in ("low", "high")
    return Statistic(
        result_id(statistic, counted.id),
        analysis.id,
        statistic,
        value,
        lacking if value is None else "",
        counted.id,
        counted.label,
        counted.variant,
        "headline" if counted.is_headline else "variant",
        counted.group,
        counted.parameter,
        counted.visit,
        counted.estimate.method if is_interval else "exact" if statistic == "p_value" else "count",
        counted.estimate.level if is_interval else None,
        counted.estimate.n,
        participants=who,
    )


def point_statistic(analysis: AnalysisResult, point: Point) -> Statistic:
    return Statistic(
        result_id("value", analysis.id, point.parameter, point.visit, point.group, point.participant),
        analysis.id,
        "value",
        point.value,
        label=point.label,
        group=point.group,
        parameter=point.parameter,
        visit=point.visit,
        method="observed",
        n=1,
        day=point.day,
        participants=(point.participant,),
        events=tuple(dict.fromkeys((*events_of(point), *point.events))) if point.used else point.events,
    )
