"""Parts of a definition: roles, sites, registry record, design, and what the source left open."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from trialwright.expr.nodes import Rule


@dataclass(frozen=True, slots=True)
class Role:
    """rights: area -> letters r read, w enter and change, a answer queries, q open and close them, s decide."""

    id: str
    label: str
    rights: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Site:
    id: str
    label: str
    country: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Discrepancy:
    id: str
    found: str
    decided: str


@dataclass(frozen=True, slots=True)
class Registry:
    """What the registry record says."""

    identifiers: tuple[tuple[str, str], ...]  # (id, registry)
    sponsor: str
    status: str
    condition: tuple[str, ...]
    phase: str
    summary: str
    description: str
    discrepancies: tuple[Discrepancy, ...]


@dataclass(frozen=True, slots=True)
class Design:
    type: str
    model: str
    masking: str
    blinded: tuple[str, ...]  # roles that are blind to the arm
    allocation: str
    purpose: str
    target: int
    sex: str
    age: str
    start: str
    completion: str


@dataclass(frozen=True, slots=True)
class Allocation:
    """How arms are assigned at enrolment: permuted blocks; ratio by arm."""

    blocks: tuple[int, ...]
    ratio: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that the source leaves open and the definition decides."""

    place: str
    about: str
    why: str


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Rules that tell where a participant stands; each is asked of the participant."""

    dosed: Rule | None
    treatment_ended: Rule | None
    ended: Rule | None


@dataclass(frozen=True, slots=True)
class Curve:
    """A score that the participant's page draws over time, and dotted lines at fractions of baseline."""

    item: str  # form.item
    lines: tuple[tuple[str, Fraction], ...] = ()  # (label, fraction of baseline)
