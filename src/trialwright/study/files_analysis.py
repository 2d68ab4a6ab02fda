"""The raw shape of analysis.yaml. `like` takes from another entry of the section whatever is not given."""

from pydantic import Field

from trialwright.study.files_base import Lines, Raw
from trialwright.study.formats import (
    EndpointLevelWord,
    Id,
    Level,
    Line,
    RuleText,
    StrategyWord,
    TopicWord,
    Truth,
)


class RawObjective(Raw):
    level: EndpointLevelWord
    text: Line
    endpoints: Lines


class RawPopulation(Raw):
    label: Line
    rule: RuleText
    within: Line | None = None


class RawBeside(Raw):
    variable: RuleText | None = None
    visit: Line | None = None
    why: Line


class RawEndpoint(Raw):
    level: EndpointLevelWord
    label: Line
    text: Line
    variable: RuleText
    time_frame: Line | None = None
    visit: Line | None = None
    visits: Lines = Field(default_factory=list)
    after: Line | None = None
    first: Truth | None = None
    beside: list[RawBeside] = Field(default_factory=list)


class RawEvent(Raw):
    label: Line
    rule: RuleText
    date: RuleText


class RawEstimand(Raw):
    endpoint: Line
    population: Line | None = None
    treatment: Lines = Field(default_factory=list)
    intercurrent: dict[Id, StrategyWord] = Field(default_factory=dict)
    missing: Line | None = None
    summary: Line | None = None
    like: Line | None = None


class RawInterval(Raw):
    method: Line
    level: Level | None = None


class RawAnalysis(Raw):
    label: Line | None = None
    estimand: Line | None = None
    population: Line | None = None
    method: Line | None = None
    of: Lines = Field(default_factory=list)
    interval: RawInterval | None = None
    missing_as: Lines = Field(default_factory=list)
    options: dict[Line, Line] = Field(default_factory=dict)
    sensitivity_of: Line | None = None
    topic: TopicWord | None = None
    dataset: Line | None = None
    variables: Lines = Field(default_factory=list)
    parameters: Lines = Field(default_factory=list)
    flags: Lines = Field(default_factory=list)
    visits: Lines = Field(default_factory=list)
    like: Line | None = None


class RawPlan(Raw):
    """analysis.yaml."""

    not_built = frozenset({"multiplicity"})

    objectives: dict[Id, RawObjective] = Field(default_factory=dict)
    populations: dict[Id, RawPopulation] = Field(default_factory=dict)
    endpoints: dict[Id, RawEndpoint] = Field(default_factory=dict)
    intercurrent_events: dict[Id, RawEvent] = Field(default_factory=dict)
    estimands: dict[Id, RawEstimand] = Field(default_factory=dict)
    analyses: dict[Id, RawAnalysis] = Field(default_factory=dict)
