"""Parts of a definition: visits, arms, eligibility, terms, and the study drug."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from trialwright.expr.nodes import Rule


@dataclass(frozen=True, slots=True)
class Visit:
    """A planned contact. Days count from the first dose, which is day 1; there is no day 0.

    day: target day, or None where `day_first..day_last` is a span (screening) or any day is right.
    """

    id: str
    label: str
    place: str
    epoch: str | None = None
    day: int | None = None
    day_first: int | None = None
    day_last: int | None = None
    is_any_day: bool = False
    window_before_days: int = 0
    window_after_days: int = 0
    is_anchor: bool = False
    contact: Literal["site", "telephone"] = "site"
    when: Rule | None = None
    if_unknown: Literal["plan", "ask"] = "ask"
    repeats: bool = False
    analysis_days: tuple[int, int] | None = None  # analysis window, days inclusive


@dataclass(frozen=True, slots=True)
class Arm:
    id: str
    label: str
    type: str
    text: str
    interventions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Epoch:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """The rule (or attestation) is true when the text is true, for exclusion criteria too.

    An attested criterion is an item of the eligibility form, named as the criterion in lower case.
    """

    id: str
    kind: Literal["inclusion", "exclusion"]
    text: str
    place: str
    decided_at: tuple[str, ...]
    rule: Rule | None = None
    attest: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    id: str
    when: Rule
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    id: str
    label: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    label: str
    strength: Fraction
    unit: str
    ingredient: str
    dosage_form: str
    storage: str


@dataclass(frozen=True, slots=True)
class Intervention:
    id: str
    label: str
    type: str
    role: str
    product: str
    route: str


@dataclass(frozen=True, slots=True)
class Hold:
    id: str
    when: Rule
    text: str


@dataclass(frozen=True, slots=True)
class DosePlan:
    """amounts[arm][visit] in `unit`; the form and item that record a dose.

    on_time_days: +-, a dose inside it is on time; late_days: later than target, still given, a
    deviation; after it the dose is missed. last_day: no dose after this study day.
    """

    amounts: Mapping[str, Mapping[str, Fraction]]
    unit: str
    form: str
    least_days_between: int
    on_time_days: int
    late_days: int
    last_day: int | None
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class Lot:
    """Stock of a site: kit numbers first..last of one lot, with expiry."""

    site: str
    product: str
    lot: str
    expiry: str
    kits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabLimit:
    """Limits of normal of one laboratory item at a site; sex "" holds for both."""

    site: str
    item: str  # form.item
    sex: str
    low: Fraction | None
    high: Fraction | None
