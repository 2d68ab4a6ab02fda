"""The raw shape of study.yaml and roles.yaml."""

from pydantic import Field

from trialwright.study.files_base import Lines, Raw, RawFact
from trialwright.study.formats import (
    ArmId,
    DefinitionFormat,
    Id,
    Language,
    Line,
    MethodWord,
    Number,
    PartialDate,
    Positive,
    RuleText,
    StudyId,
    Version,
)


class RawIdentifier(Raw):
    registry: Line


class RawDiscrepancy(Raw):
    found: Line


class RawRegistry(Raw):
    identifiers: dict[Line, RawIdentifier] = Field(default_factory=dict)
    sponsor: Line
    status: Line
    condition: Lines
    phase: Lines
    summary: Line
    description: Line | None = None
    discrepancies: dict[Id, RawDiscrepancy] = Field(default_factory=dict)


class RawPlanned(Raw):
    start: PartialDate
    completion: PartialDate


class RawMasking(RawFact):
    """A text, or {value: text, blinded: [roles], decided: why}."""

    blinded: list[Line] = Field(default_factory=list)


class RawDesign(Raw):
    type: RawFact
    model: RawFact
    masking: RawMasking
    allocation: RawFact
    purpose: RawFact
    target: RawFact
    sex: RawFact
    age: RawFact
    planned: RawPlanned
    blinded: list[Line] = Field(default_factory=list)


class RawArm(Raw):
    label: Line
    type: Line
    text: Line
    interventions: Lines


class RawEpoch(Raw):
    label: Line


class RawSite(Raw):
    not_built = frozenset({"languages"})

    label: Line
    country: Line
    timezone: Line


class RawRandomisation(Raw):
    method: MethodWord
    blocks: list[Positive]
    ratio: dict[ArmId, Positive]


class RawBaseline(Raw):
    visits: list[Line]


class RawLifecycle(Raw):
    dosed: RuleText | None = None
    treatment_ended: RuleText | None = None
    ended: RuleText | None = None


class RawCurve(Raw):
    item: Line
    lines: dict[Line, Number] = Field(default_factory=dict)


class RawStudy(Raw):
    not_built = frozenset({"cohorts", "cells", "periods"})

    definition: DefinitionFormat
    study: StudyId
    version: Version
    amendment: Line
    title: Line
    acronym: Line | None = None
    notice: Line | None = None
    languages: list[Language]
    registry: RawRegistry
    design: RawDesign
    arms: dict[ArmId, RawArm]
    epochs: dict[Id, RawEpoch] = Field(default_factory=dict)
    sites: dict[Line, RawSite]
    randomisation: RawRandomisation | None = None
    baseline: RawBaseline | None = None
    lifecycle: RawLifecycle = Field(default_factory=RawLifecycle)
    curves: list[RawCurve] = Field(default_factory=list)


class RawRoles(Raw):
    rights: dict[Id, Line]
    labels: dict[Id, Line] = Field(default_factory=dict)
    never_together: list[list[Line]] = Field(default_factory=list)
