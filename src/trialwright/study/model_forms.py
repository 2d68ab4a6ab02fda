"""Parts of a definition: code lists, forms, items, edit checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from trialwright.expr.nodes import Rule
from trialwright.expr.vocabulary import RecordKind
from trialwright.study.model_diary import Ask
from trialwright.values.datum import ItemType


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


# shading: a column of a grid, all of it on one drawing of the body; drawing: the strokes of that drawing.
Widget = Literal["scale", "list", "buttons", "lines", "shading", "drawing"]


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
    widget: Widget | None = None  # how it is drawn, where that is not left to the page
    sdtm: str | None = None  # a variable (DM.SEX), or a finding with its domain (VS/WEIGHT)
    blinded_until: str | None = None  # "unblinding", or a visit id
    allows_future: bool = False  # a date may lie after the day on which it is entered, as a planned one does
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
    """An edit check: `when` true means that something looks wrong. It never stops a save.

    within_hours: of an alert, how soon it must be acted on; pages count down.
    tell: what the participant reads at once, in a form of the diary.
    """

    id: str  # "score.area_and_grade.head" inside a form, "score_jump" across forms
    about_form: str
    about_item: str
    when: Rule
    ask: str
    level: CheckLevel
    within_hours: int | None = None
    tell: str = ""


Area = Literal["forms", "eligibility", "drug", "adverse_events", "diary", "identity"]
DIARY_AREA: Final = "diary"  # guards the forms of the diary, and what else the participant sends

EarlierScores = Literal["shown", "hidden"]


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
    licence: str = ""  # of its text pack
    filled_by: Literal["site", "participant"] = "site"
    area: str = "forms"  # the row of the rights matrix that guards it
    grid: Grid | None = None
    earlier_scores: EarlierScores = "shown"  # of earlier visits, on the page where the form is entered
    ask: Ask | None = None  # of a form of the diary: when it is asked; the schedule's matrix does not name it
