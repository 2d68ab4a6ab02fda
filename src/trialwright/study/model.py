"""A study definition, resolved: grids and instruments unfolded, `like` copied, every rule parsed.

All parts are frozen data. `load` makes a Study of files; nothing else does. Texts are English;
`Study.say(text, language)` gives the translation, or the English where there is none.
Numbers that must be exact are Fraction; mappings keep the order of the definition.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from trialwright.expr.vocabulary import Vocabulary
from trialwright.study.model_analysis import (
    Analysis,
    Beside,
    Endpoint,
    Estimand,
    IntercurrentEvent,
    Objective,
    Population,
    Strategy,
    Topic,
)
from trialwright.study.model_datasets import (
    Column,
    Dataset,
    DatasetCriterion,
    DatasetKind,
    DatasetSource,
    Imputation,
    Parameter,
)
from trialwright.study.model_diary import Ask, AskKind, Diary, DiaryScore
from trialwright.study.model_forms import (
    DIARY_AREA,
    Area,
    Check,
    CheckLevel,
    Code,
    CodeBand,
    CodeList,
    Form,
    Grid,
    GridLine,
    Item,
    Widget,
)
from trialwright.study.model_people import (
    Allocation,
    Assumption,
    Curve,
    Design,
    Discrepancy,
    Lifecycle,
    Registry,
    Role,
    Site,
)
from trialwright.study.model_photos import Photos, Region
from trialwright.study.model_plan import (
    Arm,
    Criterion,
    DosePlan,
    Epoch,
    Hold,
    Intervention,
    LabLimit,
    Lot,
    Notice,
    Product,
    Term,
    Visit,
)
from trialwright.values.problem import Problem

__all__ = [
    "DIARY_AREA",
    "Allocation",
    "Analysis",
    "Area",
    "Arm",
    "Ask",
    "AskKind",
    "Assumption",
    "Beside",
    "Check",
    "CheckLevel",
    "Code",
    "CodeBand",
    "CodeList",
    "Column",
    "Criterion",
    "Curve",
    "Dataset",
    "DatasetCriterion",
    "DatasetKind",
    "DatasetSource",
    "Design",
    "Diary",
    "DiaryScore",
    "Discrepancy",
    "DosePlan",
    "Endpoint",
    "Epoch",
    "Estimand",
    "Form",
    "Grid",
    "GridLine",
    "Hold",
    "Imputation",
    "IntercurrentEvent",
    "Intervention",
    "Item",
    "LabLimit",
    "Lifecycle",
    "Loaded",
    "Lot",
    "Notice",
    "Objective",
    "Parameter",
    "Photos",
    "Population",
    "Product",
    "Region",
    "Registry",
    "Role",
    "Site",
    "Strategy",
    "Study",
    "Term",
    "Topic",
    "Tree",
    "Visit",
    "Widget",
]

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
    forms: Mapping[str, Form]  # with the built-in form "visit" (date, contact), and the forms of the diary
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
    allocation: Allocation | None
    baseline_visits: tuple[str, ...]
    first_dose: str | None  # the term whose date is day 1
    lifecycle: Lifecycle
    curves: tuple[Curve, ...]
    rehearsal: Tree  # parameters of virtual participants, as written; `simulate` gives them meaning
    translations: Mapping[str, Mapping[str, str]]  # language -> English -> text
    assumptions: tuple[Assumption, ...]
    vocabulary: Vocabulary
    diary: Diary | None = None
    photos: Photos | None = None
    datasets: Mapping[str, Dataset] = field(default_factory=dict)  # the subject-level one first

    def say(self, text: str, language: str) -> str:
        """The text in that language; English where there is no translation."""
        return self.translations.get(language, {}).get(text, text)

    def forms_at(self, visit: str) -> tuple[str, ...]:
        """Forms that the matrix names at a visit (x or o), in the order of the definition."""
        return tuple(form for form in self.forms if (form, visit) in self.activities)

    def visits_of(self, form: str) -> tuple[str, ...]:
        """Visits at which the matrix names a form, in the order of the schedule."""
        return tuple(visit for visit in self.visits if (form, visit) in self.activities)

    def endpoint_of(self, analysis: Analysis) -> Endpoint:
        """The endpoint of the estimand of an analysis. KeyError where it names no estimand."""
        return self.endpoints[self.estimands[analysis.estimand or ""].endpoint]

    def checks_about(self) -> tuple[Check, ...]:
        """All edit checks, those inside forms first."""
        inside = tuple(check for form in self.forms.values() for check in form.checks)
        return inside + self.checks


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` gives: the study, or None where errors forbid it; and all problems at once."""

    study: Study | None
    problems: tuple[Problem, ...]
