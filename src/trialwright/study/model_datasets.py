"""Parts of a definition: the analysis datasets, in the shape of ADaM (CDISC ADaM Implementation Guide 1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from trialwright.expr.nodes import Rule

# One row a participant; values by parameter and time; records of a form; times to events.
DatasetKind = Literal["ADSL", "BDS", "OCCDS", "TTE"]
DatasetSource = Literal["intercurrent_events", "deviations", "diary"]
End = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class Column:
    """A variable that a rule gives, or a population (a flag of who is in it).

    shown: what is written for a code. partial: which day stands for a date that is known in part; None: none does.
    is_flag: "Y" where the rule says yes, and else nothing.
    """

    id: str
    label: str
    place: str
    rule: Rule | None = None
    population: str | None = None
    shown: Mapping[str, str] = field(default_factory=dict)
    partial: End | None = None
    is_flag: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a row is about: an item of a form; a weekly score of the diary; a rule, asked at every visit, or of the
    rows of another parameter; or, of times, the estimand whose endpoint is waited for."""

    id: str
    label: str
    place: str
    item: str | None = None  # form.item
    rule: Rule | None = None
    of: str | None = None
    score: str | None = None
    estimand: str | None = None


@dataclass(frozen=True, slots=True)
class DatasetCriterion:
    """CRITn and CRITnFL, of the rows of some parameters."""

    id: str
    label: str
    rule: Rule
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imputation:
    """Rows with DTYPE where an estimand says what counts for a participant, and no value does.

    flag: the variable that marks, for each analysis visit, the row that counts for the estimand.
    """

    id: str  # DTYPE
    label: str
    flag: str
    estimand: str
    parameters: tuple[str, ...]
    place: str  # of the estimand's name


@dataclass(frozen=True, slots=True)
class Dataset:
    """keep: variables of the subject-level dataset that are repeated here. population: only its members have rows.

    form, when: of an occurrence dataset, the form and which of its records; or made_from, what the study itself defines. windows: days of the schedule give
    analysis visits; baseline: the last value before the first dose is marked, and changes from it are told; limits: of
    normal, and where a value lies. dated_by: the item that says of which day the values of its form are (form.item).
    """

    id: str
    label: str
    kind: DatasetKind
    place: str
    population: str | None = None
    form: str | None = None
    made_from: DatasetSource | None = None
    when: Rule | None = None
    keep: tuple[str, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)
    criteria: tuple[DatasetCriterion, ...] = ()
    imputations: tuple[Imputation, ...] = ()
    has_windows: bool = False
    has_baseline: bool = False
    has_limits: bool = False
    dated_by: str | None = None
