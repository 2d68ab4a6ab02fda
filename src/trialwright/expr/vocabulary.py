"""The words that a rule may use: forms, items, visits, terms and code lists of one study, as plain data.

`study` builds a Vocabulary from a definition; `expr` knows nothing else of a study.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from trialwright.expr.nodes import Node
from trialwright.values.datum import ItemType

RecordKind = Literal["participant", "visit", "many", "many_visit"]
Scope = Literal["participant", "visit", "row"]


@dataclass(frozen=True, slots=True)
class CodeInfo:
    label: str
    is_unknown: bool = False
    number: Fraction | None = None  # the number that the code counts as, where it has one


@dataclass(frozen=True, slots=True)
class Band:
    """Codes by lower bounds; `includes` tells whether the bound itself belongs to this band."""

    lower: Fraction
    includes: bool
    code: str


@dataclass(frozen=True, slots=True)
class CodeListInfo:
    codes: Mapping[str, CodeInfo]
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemInfo:
    form: str
    item: str
    label: str
    type: ItemType
    unit: str | None = None
    code_list: str | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    decimals: int | None = None
    has_condition: bool = False


@dataclass(frozen=True, slots=True)
class FormInfo:
    form: str
    label: str
    records: RecordKind
    items: Mapping[str, ItemInfo]
    has_gate: bool = False
    visits: tuple[str, ...] = ()  # where the matrix collects it, in order


@dataclass(frozen=True, slots=True)
class VisitInfo:
    visit: str
    label: str
    order: int
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class TermInfo:
    term: str
    label: str
    node: Node


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All the words of one study.

    baseline_visits: visits whose values may be a baseline, the preferred one first.
    first_dose: name of the term whose date ends the baseline, or None.
    """

    forms: Mapping[str, FormInfo]
    visits: Mapping[str, VisitInfo]
    terms: Mapping[str, TermInfo]
    code_lists: Mapping[str, CodeListInfo]
    baseline_visits: tuple[str, ...] = ()
    first_dose: str | None = None
    arms: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
