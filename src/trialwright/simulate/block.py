"""The `rehearsal` block of a study as data, read whole and checked against the study before anybody walks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from trialwright.expr.nodes import Rule
from trialwright.simulate.diary_block import DiaryPlan, SeverityView
from trialwright.simulate.draws import Draw


@dataclass(frozen=True, slots=True)
class Recruitment:
    """screened_per_week: mean of a Poisson course. sites: weights. undosed: how whoever is enrolled leaves to whom the
    first dose is not given; else nothing more is heard of them."""

    start: date
    screened_per_week: float
    enrolled: int
    sites: Mapping[str, float]
    days_to_first_visit: Draw
    days_to_enrolment: Draw
    undosed: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """Site's local times; days from the visit to its entry into the system."""

    visits_between: tuple[int, int]  # minutes of the day
    minutes_between_forms: tuple[int, int]
    days_to_entry: Draw


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the demonstration; the id is the role's."""

    name: str


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """Model of the course of disease by name, its parameters as draws, and the items that record a dose."""

    model: str
    baseline: Draw
    parameters: Mapping[str, Draw]
    effect: Mapping[str, Draw]  # by arm
    remission_per_year: float
    dose_form: str
    dose_given: str
    dose_date: str
    dose_amount: str


@dataclass(frozen=True, slots=True)
class FormPlan:
    items: Mapping[str, Draw] = field(default_factory=dict)
    severity: SeverityView = field(default_factory=SeverityView)
    fill: Rule | None = None
    missed: float = 0.0
    missed_reason: str = "not_done"
    missing: float = 0.0  # chance of each item to be missing
    missing_reason: str = "unknown"


@dataclass(frozen=True, slots=True)
class RowPlan:
    """A template of a log's row: by chance once, by rate per epoch, once a rule holds, or only with something else.

    days_after_dose: it happens so long after a dose, and not without one. open_until: a rule without which a row that
    has an end stays ongoing.
    """

    id: str
    form: str
    items: Mapping[str, Draw]
    chance: float | None = None
    per_100_years: Mapping[str, float] = field(default_factory=dict)
    when: Rule | None = None
    whenever: Rule | None = None
    days_after_dose: Draw | None = None
    with_rows: tuple[tuple[str, str], ...] = ()  # (log, template)
    while_open: Mapping[str, Draw] = field(default_factory=dict)  # answers while the row is ongoing
    then: str | None = None  # a drop-out
    then_chance: float = 1.0
    open_until: Rule | None = None


@dataclass(frozen=True, slots=True)
class Unscheduled:
    visit: str
    when: Rule
    chance: float
    days: Draw
    most: int


@dataclass(frozen=True, slots=True)
class VisitHabits:
    days_off: Draw
    late_chance: float
    late_days: Draw
    missed_chance: float
    missed_at: Mapping[str, float]
    missed_reason: Draw
    never_missed: frozenset[str]
    holds_asked: bool
    unscheduled: Unscheduled | None
    working_days: bool
    optional_forms: float


@dataclass(frozen=True, slots=True)
class DropOut:
    """sets: (form, item) -> draw. with_rows: (log, template) of what happened on the day of the stop, and led to it.
    when: a rule of the last visit, without which it does not happen."""

    id: str
    per_year: float
    epochs: frozenset[str]
    stops_study: bool
    sets: Mapping[tuple[str, str], Draw]
    then: str | None
    days_to_visit: Draw
    closed_after_days: Draw
    with_rows: tuple[tuple[str, str], ...] = ()
    when: Rule | None = None


@dataclass(frozen=True, slots=True)
class Excursion:
    """Values that leave their level for some days. per_record: the chance to begin, by epoch. with_rows: (log, template)
    of what tells of it, with the chance `told`."""

    id: str
    form: str
    per_record: Mapping[str, float]
    days: Draw
    items: Mapping[str, Draw]
    with_rows: tuple[tuple[str, str], ...] = ()
    told: float = 1.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """One kind of wrong entry. Exactly one of the ways to distort is given."""

    id: str
    rate: float
    form: str
    caught_by: str | None  # a check's id
    refused_by: str | None  # a problem's code
    at: frozenset[str] = frozenset()
    when: Rule | None = None
    swap: tuple[str, str] | None = None
    sets: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)
    add: Mapping[str, float] = field(default_factory=dict)
    add_days: Mapping[str, int] = field(default_factory=dict)
    transpose: tuple[str, ...] = ()
    copy: Mapping[str, str] = field(default_factory=dict)
    corrected: float | None = None


@dataclass(frozen=True, slots=True)
class QueryHabits:
    answered_after_days: Draw
    closed_after_days: Draw
    corrected: float
    left_open: float
    at_once: float
    confirmed_text: str
    corrected_text: str


@dataclass(frozen=True, slots=True)
class ScreeningFailure:
    id: str
    chance: float
    criteria: frozenset[str]
    sets: Mapping[tuple[str, str], Draw]
    rows: Mapping[str, str]
    only_rows: Mapping[str, frozenset[str]]
    factors: Mapping[str, float]  # of severity, by form
    baseline: Draw | None
    at: str | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    recruitment: Recruitment
    clock: Clock
    accounts: Mapping[str, Account]
    entered_by: Mapping[str, str]  # area -> role
    entered_by_form: Mapping[str, str]  # form -> role; comes first
    acts: Mapping[str, str]  # act -> role
    course: CoursePlan
    forms: Mapping[str, FormPlan]
    logs: Mapping[str, tuple[RowPlan, ...]]
    visits: VisitHabits
    dropouts: Mapping[str, DropOut]
    mistakes: tuple[Mistake, ...]
    queries: QueryHabits
    failures: tuple[ScreeningFailure, ...]
    excursions: Mapping[str, Excursion] = field(default_factory=dict)
    diary: DiaryPlan | None = None
