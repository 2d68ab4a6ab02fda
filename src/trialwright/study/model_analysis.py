"""Parts of a definition: objectives, populations, endpoints, estimands, analyses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from trialwright.expr.nodes import Rule

PRIMARY: Final = "primary"  # level of an endpoint


@dataclass(frozen=True, slots=True)
class Objective:
    id: str
    level: str
    text: str
    endpoints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Population:
    id: str
    label: str
    rule: Rule
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A variant shown beside the endpoint, and why."""

    variable: Rule | None
    visit: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """visit: where the variable is asked; or visits: the first of them where it is true, after `after`."""

    id: str
    level: str
    label: str
    text: str
    variable: Rule
    place: str
    visit: str | None = None
    visits: tuple[str, ...] = ()
    after: str | None = None
    is_first: bool = False
    beside: tuple[Beside, ...] = ()
    time_frame: str = ""  # the registry record's words, where they differ from the visit's label

    @property
    def is_primary(self) -> bool:
        return self.level == PRIMARY


Strategy = Literal["composite", "treatment policy", "while on study", "hypothetical"]


@dataclass(frozen=True, slots=True)
class IntercurrentEvent:
    id: str
    label: str
    rule: Rule
    date: Rule


@dataclass(frozen=True, slots=True)
class Estimand:
    id: str
    endpoint: str
    population: str
    treatment: tuple[str, ...]
    intercurrent: Mapping[str, Strategy]
    missing: str  # "non-response" | "event" | "no event" | "left out"
    summary: str


# What an analysis is about: where the report shows it, in the order of ICH E3.
Topic = Literal[
    "disposition",
    "deviations",
    "demographics",
    "medication",
    "compliance",
    "efficacy",
    "exposure",
    "adverse events",
    "serious events",
    "abnormal laboratory",
    "laboratory",
    "vital signs",
]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A method by its registered name, on one estimand, on items by visit, or on rows of an analysis dataset.

    topic: None where the endpoint says it. dataset, variables, parameters (PARAMCD), visits: of the rows that are read;
    flags: variables of the dataset that must be "Y" in a row that is.
    """

    id: str
    label: str
    method: str
    place: str
    estimand: str | None = None
    population: str | None = None
    items: tuple[str, ...] = ()  # form.item, or a term
    missing_as: tuple[str, ...] = ()  # variants of handling the missing, the headline first
    interval_method: str | None = None
    level: float = 0.95
    options: Mapping[str, str] = field(default_factory=dict)
    sensitivity_of: str | None = None
    topic: Topic | None = None
    dataset: str | None = None
    variables: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
