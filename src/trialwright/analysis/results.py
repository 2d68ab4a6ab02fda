"""What an analysis gives: estimates, rows of numbers, and for each number the participants behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Final, Literal, get_args

from trialwright.values.problem import Problem

OutcomeKind = Literal["event", "no_event", "left_out", "not_due"]
OUTCOME_KINDS: Final[tuple[OutcomeKind, ...]] = get_args(OutcomeKind)

# Of an estimate: the headline of its analysis, or one that stands beside it; of a box of the flow: where it stands.
Role = Literal["", "headline", "variant", "box", "aside", "part"]
# Why there is no value: somebody is not yet decided, nobody is counted, nobody recorded it, or the method finds none.
Lacking = Literal["", "undecided", "nobody", "not_recorded", "not_estimable"]

Why = Literal[
    "observed",  # the variable said so at the visit
    "never_observed",  # event endpoint: seen at the last visit, and true at none
    "intercurrent",  # an intercurrent event under the composite strategy
    "while_on_study",  # observed until an intercurrent event
    "missing",  # counted as the estimand says
    "not_due",  # the analysis window, or the participant's time in the study, had not ended at the data cut
    "not_yet_in",  # whether the participant belongs to the population is not decided at the data cut
]


@dataclass(frozen=True, slots=True)
class Used:
    """One value that an outcome rests on: the record it stands in and the event that put it there."""

    visit: str  # as collected; "" for a record of the participant
    form: str
    repeat: int
    item: str
    sequence: int
    text: str  # stored text; "" where a reason for missing stands there


@dataclass(frozen=True, slots=True)
class Needed:
    """What would have been needed to tell, and why it is not there."""

    form: str
    item: str
    visit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one participant contributes to one estimate.

    kind: "event" is what the endpoint counts (a response, or a relapse).
    visit: the visit that decided, "" where none did. detail: id of the intercurrent event.
    """

    participant: str
    group: str
    kind: OutcomeKind
    why: Why
    visit: str = ""
    detail: str = ""
    used: tuple[Used, ...] = ()
    needs: tuple[Needed, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A proportion with its interval.

    responders and n count those decided. undecided: how many are not at the data cut. estimate, low and high are
    None where n is 0, and while anybody is undecided: failures are known before responses, so that what is known
    so far is no estimate.
    """

    analysis_id: str
    label: str
    responders: int
    n: int
    estimate: float | None
    low: float | None
    high: float | None
    level: float
    method: str
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One number of a table, with the participants who contribute to it.

    group: an arm's id, "" where the study has one arm. parameter: item, term or endpoint.
    category: what the parameter is in those who are counted, of nested variables the outer first; () for all.
    estimate: id of the estimate that it is a part of, "" where it stands for itself. events: "participant:sequence" of
    the events behind it, where rows of a dataset tell them. variant, role: as of `Counted`, of an estimate that stands
    with those of its endpoint. lacking: why there is no value, where it is another reason than that nobody is counted.
    day: the day that the number is of, where it is of a time and not of a visit.
    """

    analysis_id: str
    label: str
    group: str
    parameter: str
    visit: str
    statistic: str
    value: float | int | None
    method: str
    level: float | None
    n: int
    responders: int | None
    participants: tuple[str, ...]
    estimate: str = ""
    events: tuple[str, ...] = ()
    variant: str = ""
    role: Role = ""
    lacking: Lacking = ""
    day: int | None = None
    category: tuple[str, ...] = ()


def rows_like(one: Row, values: Mapping[str, float | int | None]) -> tuple[Row, ...]:
    """A row for each statistic, all of what `one` is of.

    >>> none = Row("a", "A", "", "x", "W4", "", None, "count", None, 3, None, ())
    >>> [(row.statistic, row.value) for row in rows_like(none, {"n": 3, "mean": 1.5})]
    [('n', 3), ('mean', 1.5)]
    """
    return tuple(replace(one, statistic=name, value=value) for name, value in values.items())


def named(*parts: str) -> str:
    """The id of an estimate, of what it is of.

    >>> named("relapse_time", "km", "W34", "")
    'relapse_time.km.W34'
    """
    return ".".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Counted:
    """An estimate and the outcomes that it counts.

    label: without the variant, the visit and the arm, which stand beside it; variant: how or why this one differs,
    and of a headline how its missing are counted, where others count them otherwise. p_value: one-sided, exact, where
    the definition names a reference. is_headline: it answers the question of its analysis; others stand beside it.
    """

    id: str
    label: str
    estimate: Estimate
    group: str
    parameter: str
    visit: str
    variant: str
    outcomes: tuple[Outcome, ...]
    p_value: float | None = None
    is_headline: bool = True


@dataclass(frozen=True, slots=True)
class Point:
    """One participant's value of a parameter at an analysis visit. day: study day, None without a first dose.

    visit: "" where the value is of no visit. events: as of `Row`, where rows of a dataset tell them; `used` is empty then.
    label: what the value is of, where that was typed and is no name of the plan, such as an adverse event.
    """

    participant: str
    group: str
    parameter: str
    visit: str
    day: int | None
    value: Fraction
    used: tuple[Used, ...] = ()
    events: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of an analysis dataset as it is, for a listing or for sentences about it.

    number: of the row among those of its participant in the dataset, from 1. values: variable and text, as the file of
    the dataset has it, in the order of the analysis; a variable in which nothing stands is not among them.
    events: "participant:sequence" of the events that the row came from.
    """

    analysis: str
    participant: str
    number: int
    group: str
    values: tuple[tuple[str, str], ...]
    events: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.analysis}/{self.participant}#{self.number}"

    def text(self, variable: str) -> str:
        """What stands in a variable, "" for nothing."""
        return dict(self.values).get(variable, "")


@dataclass(frozen=True, slots=True)
class FlowBox:
    """A box of the participant flow: how many, and who. lines: what they divide into (reasons, criteria); events:
    "participant:sequence" of what says so, where somebody asks why."""

    id: str
    count: int | None  # None: not known
    participants: tuple[str, ...] = ()
    lines: tuple["FlowBox", ...] = ()
    label: str = ""  # "" where the report has a text for the id
    is_aside: bool = False
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """All that one analysis of the definition gives."""

    id: str
    label: str
    method: str
    counted: tuple[Counted, ...] = ()
    rows: tuple[Row, ...] = ()
    points: tuple[Point, ...] = ()
    flow: tuple[FlowBox, ...] = ()
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one definition on one data cut.

    codes: participant -> code, as people know them. populations: id -> members. untold: id of a population within
    another -> those of the other of whom it cannot be told. behind: population -> "participant:sequence" of what its rule
    read of its members, where somebody asks why. last_day: the last day that is over in the data. by_rule: population and
    participant on whom the data review decided -> what the rule says by itself. visited: the first day and the last on
    which a participant had a visit.
    """

    study: str
    analyses: tuple[AnalysisResult, ...]
    problems: tuple[Problem, ...]
    is_rehearsal: bool
    codes: Mapping[str, str] = field(default_factory=dict)
    populations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    untold: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    flow: tuple[FlowBox, ...] = ()
    behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    last_day: date | None = None
    by_rule: Mapping[tuple[str, str], bool | None] = field(default_factory=dict)
    visited: tuple[date | None, date | None] = (None, None)

    def estimates(self) -> tuple[Estimate, ...]:
        """Every estimate, in the order of the definition, each headline before what stands beside it."""
        return tuple(counted.estimate for analysis in self.analyses for counted in analysis.counted)
