"""The raw shape of the schedule, the criteria, terms, checks, the drug and the laboratory."""

from pydantic import Field

from trialwright.study.files_base import Lines, Raw
from trialwright.study.formats import (
    ArmId,
    Capitals,
    ContactWord,
    Date,
    Day,
    Days,
    Id,
    IfUnknownWord,
    Line,
    Number,
    Positive,
    RuleText,
    SexWord,
    Truth,
    Whole,
)


class RawVisit(Raw):
    label: Line
    epoch: Line | None = None
    day: Day
    window: Days | None = None
    analysis_days: Days | None = None
    anchor: Line | None = None
    contact: ContactWord | None = None
    when: RuleText | None = None
    if_unknown: IfUnknownWord | None = None
    repeats: Truth | None = None


class RawSchedule(Raw):
    not_built = frozenset({"early_termination"})

    visits: dict[Capitals, RawVisit]
    activities: dict[Id, Line]


class RawCriterion(Raw):
    text: Line
    rule: RuleText | None = None
    attest: Line | None = None
    decided_at: Lines


class RawNotice(Raw):
    when: RuleText
    text: Line


class RawEligibility(Raw):
    inclusion: dict[Capitals, RawCriterion] = Field(default_factory=dict)
    exclusion: dict[Capitals, RawCriterion] = Field(default_factory=dict)
    notices: dict[Id, RawNotice] = Field(default_factory=dict)


class RawTerm(Raw):
    label: Line
    rule: RuleText


class RawProduct(Raw):
    label: Line
    strength: Line
    ingredient: Line | None = None
    form: Line | None = None
    storage: dict[Line, Line] = Field(default_factory=dict)


class RawIntervention(Raw):
    label: Line
    type: Line
    role: Line
    product: Line | None = None
    route: Line | None = None


class RawDosing(Raw):
    form: Line
    least_days_between: Whole
    on_time_days: Whole
    late_days: Whole
    last_day: Positive | None = None
    hold: dict[Id, RawNotice] = Field(default_factory=dict)


class RawLot(Raw):
    site: Line
    product: Line
    lot: Line
    expiry: Date
    kits: Line


class RawDrug(Raw):
    products: dict[Id, RawProduct] = Field(default_factory=dict)
    interventions: dict[Id, RawIntervention]
    doses: dict[ArmId, Line] = Field(default_factory=dict)
    dosing: RawDosing | None = None
    stock: list[RawLot] = Field(default_factory=list)


class RawLimit(Raw):
    site: Line
    item: Line
    sex: SexWord | None = None
    low: Number | None = None
    high: Number | None = None


class RawLaboratory(Raw):
    limits: list[RawLimit]
