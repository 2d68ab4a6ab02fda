"""A study definition, resolved: grids and instruments unfolded, `like` copied, every rule parsed.

All parts are frozen data. `load` makes a Study of files; nothing else does. Texts are English;
`Study.say(text, language)` gives the translation, or the English where there is none.
Numbers that must be exact are Fraction; mappings keep the order of the definition.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from trialwright.expr.nodes import Rule
from trialwright.expr.vocabulary import RecordKind, Vocabulary
from trialwright.values.datum import ItemType
from trialwright.values.problem import Problem

# ---------------------------------------------------------------- codes


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    label: str
    is_unknown: bool = False  # an answer such as "indeterminate" that leaves every rule open
    score: Fraction | None = None  # what it counts as, where that differs from the code itself


@dataclass(frozen=True, slots=True)
class CodeBand:
    lower: Fraction
    includes: bool
    code: str


@dataclass(frozen=True, slots=True)
class CodeList:
    id: str
    codes: tuple[Code, ...]
    bands: tuple[CodeBand, ...] = ()
    nci: str | None = None  # CDISC controlled terminology, C-code of the code list


# ---------------------------------------------------------------- forms


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a form. Its full name is form.item.

    `type` is "code" where the answer is a code of a list that is no number; a list of whole
    numbers (0-4) keeps type "integer" and still names its `code_list`.
    """

    form: str
    id: str
    label: str
    type: ItemType
    place: str  # file:line:col
    code_list: str | None = None
    unit: str | None = None
    units: tuple[tuple[str, Fraction], ...] = ()  # other units: value in `unit` = typed * factor
    decimals: int | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    length: int | None = None
    when: Rule | None = None
    derive: Rule | None = None
    is_optional: bool = False
    low_label: str | None = None  # what the ends of a rating scale mean
    high_label: str | None = None
    widget: str | None = None
    dictionary: str | None = None
    sdtm: str | None = None
    blinded_until: str | None = None  # "unblinding", or a visit id
    row: str | None = None  # place in the form's grid
    column: str | None = None


@dataclass(frozen=True, slots=True)
class GridLine:
    id: str
    label: str
    constants: tuple[tuple[str, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows by columns; the item of a cell is `row_column`."""

    rows: tuple[GridLine, ...]
    columns: tuple[GridLine, ...]


CheckLevel = Literal["query", "deviation", "alert"]


@dataclass(frozen=True, slots=True)
class Check:
    """An edit check: `when` true means that something looks wrong. It never stops a save."""

    id: str  # "pasi.area_and_severity.head" inside a form, "pasi_jump" across forms
    about_form: str
    about_item: str
    when: Rule
    ask: str
    level: CheckLevel
    place: str


Area = Literal["forms", "eligibility", "drug", "adverse_events", "diary", "identity"]


@dataclass(frozen=True, slots=True)
class Form:
    id: str
    label: str
    records: RecordKind
    items: Mapping[str, Item]
    place: str
    checks: tuple[Check, ...] = ()
    gate: str | None = None  # the yes/no question that opens a log
    when: Rule | None = None  # asked only of participants for whom this holds
    instrument: str | None = None  # "name/version"
    wording: Literal["open", "licensed"] = "open"
    filled_by: Literal["site", "participant"] = "site"
    area: str = "forms"  # the row of the rights matrix that guards it
    sign: tuple[str, ...] = ()
    grid: Grid | None = None
    sdtm: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- schedule


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
    type: str


# ---------------------------------------------------------------- eligibility, terms, drug


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
    facts: Mapping[str, str]


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


# ---------------------------------------------------------------- analysis


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


@dataclass(frozen=True, slots=True)
class Analysis:
    """A method by its registered name, on one estimand (or on items, by visit)."""

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


# ---------------------------------------------------------------- people, identification


@dataclass(frozen=True, slots=True)
class Role:
    """rights: area -> letters r read, w enter and change, a answer queries, q open and close them,
    s sign, v verify, l lock, f freeze, c code, x export."""

    id: str
    label: str
    rights: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Site:
    id: str
    label: str
    country: str
    timezone: str
    languages: tuple[str, ...]


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


Tree = Mapping[str, "Tree | str | tuple[Tree | str, ...]"]


@dataclass(frozen=True, slots=True)
class Study:
    """One version of one study definition. `hash` is sha256 (hex) over the resolved model."""

    id: str
    version: str
    amendment: str
    title: str
    acronym: str
    notice: str
    languages: tuple[str, ...]
    hash: str
    registry: Registry
    design: Design
    arms: Mapping[str, Arm]
    epochs: Mapping[str, Epoch]
    sites: Mapping[str, Site]
    visits: Mapping[str, Visit]
    forms: Mapping[str, Form]  # with the built-in form "visit" (date, contact)
    activities: Mapping[tuple[str, str], Literal["x", "o"]]  # (form, visit)
    code_lists: Mapping[str, CodeList]
    criteria: Mapping[str, Criterion]
    notices: tuple[Notice, ...]
    terms: Mapping[str, Term]
    checks: tuple[Check, ...]  # across forms; those inside a form stand with the form
    products: Mapping[str, Product]
    interventions: Mapping[str, Intervention]
    doses: DosePlan | None
    stock: tuple[Lot, ...]
    lab_limits: tuple[LabLimit, ...]
    objectives: tuple[Objective, ...]
    populations: Mapping[str, Population]
    endpoints: Mapping[str, Endpoint]
    intercurrent_events: Mapping[str, IntercurrentEvent]
    estimands: Mapping[str, Estimand]
    analyses: Mapping[str, Analysis]
    roles: Mapping[str, Role]
    never_together: tuple[tuple[str, ...], ...]
    deidentified: tuple[str, ...]
    allocation: Allocation | None
    baseline_visits: tuple[str, ...]
    first_dose: str | None  # the term whose date is day 1
    lifecycle: Lifecycle
    curves: tuple[Curve, ...]
    rehearsal: Tree  # parameters of virtual participants, as written; `simulate` gives them meaning
    translations: Mapping[str, Mapping[str, str]]  # language -> English -> text
    assumptions: tuple[Assumption, ...]
    vocabulary: Vocabulary

    def say(self, text: str, language: str) -> str:
        """The text in that language; English where there is no translation."""
        return self.translations.get(language, {}).get(text, text)

    def forms_at(self, visit: str) -> tuple[str, ...]:
        """Forms that the matrix names at a visit (x or o), in the order of the definition."""
        return tuple(form for form in self.forms if (form, visit) in self.activities)

    def visits_of(self, form: str) -> tuple[str, ...]:
        """Visits at which the matrix names a form, in the order of the schedule."""
        return tuple(visit for visit in self.visits if (form, visit) in self.activities)

    def checks_about(self) -> tuple[Check, ...]:
        """All edit checks, those inside forms first."""
        inside = tuple(check for form in self.forms.values() for check in form.checks)
        return inside + self.checks


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` gives: the study, or None where errors forbid it; and all problems at once."""

    study: Study | None
    problems: tuple[Problem, ...]
