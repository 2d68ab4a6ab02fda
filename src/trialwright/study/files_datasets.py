"""The raw shape of datasets.yaml: analysis datasets, their parameters and variables."""

from pydantic import Field

from trialwright.study.files_base import Lines, Raw
from trialwright.study.formats import (
    CriterionVariable,
    DatasetClassWord,
    DatasetSourceWord,
    EndWord,
    Line,
    RuleText,
    Truth,
    Variable,
)


class RawColumn(Raw):
    label: Line
    rule: RuleText | None = None
    population: Line | None = None
    codes: dict[Line, Line] = Field(default_factory=dict)
    partial: EndWord | None = None
    flag: Truth | None = None


class RawParameter(Raw):
    label: Line
    item: Line | None = None
    rule: RuleText | None = None
    of: Line | None = None
    score: Line | None = None
    estimand: Line | None = None


class RawDatasetCriterion(Raw):
    label: Line
    rule: RuleText
    parameters: Lines


class RawImputation(Raw):
    label: Line
    flag: Variable
    estimand: Line
    parameters: Lines


class RawDataset(Raw):
    label: Line
    kind: DatasetClassWord = Field(alias="class")
    population: Line | None = None
    form: Line | None = None
    made_from: DatasetSourceWord | None = None
    when: RuleText | None = None
    keep: Lines = Field(default_factory=list)
    parameters: dict[Variable, RawParameter] = Field(default_factory=dict)
    columns: dict[Variable, RawColumn] = Field(default_factory=dict)
    criteria: dict[CriterionVariable, RawDatasetCriterion] = Field(default_factory=dict)
    impute: dict[Variable, RawImputation] = Field(default_factory=dict)
    windows: Truth | None = None
    baseline: Truth | None = None
    limits: Truth | None = None
    dated_by: Line | None = None


class RawDatasets(Raw):
    """datasets.yaml."""

    datasets: dict[Variable, RawDataset] = Field(default_factory=dict)
