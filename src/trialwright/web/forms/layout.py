"""How a form is laid out: fields, their controls and the grid, worked out once per definition, form and language."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from django.utils.translation import gettext, override

from trialwright.study.model import Form, Grid, GridLine, Item, Study, Widget
from trialwright.values.units import unit_words
from trialwright.web.show import show_answer, show_fraction

Control = Literal[
    "seg",
    "radios",
    "select",
    "yes_no",
    "rating",
    "number",
    "date",
    "time",
    "text",
    "area",
    "drawing",
    "derived",
]

SEG_IN_GRID: Final = 5  # more answers than this take a select inside a grid: the row must fit 1360 px
RADIOS: Final = 7
RATING: Final = 11
LONG_TEXT: Final = 250
_WIDGETS: Final[Mapping[Widget, Control]] = {
    "scale": "rating",
    "list": "select",
    "buttons": "radios",
    "lines": "area",
    "shading": "number",
    "drawing": "drawing",
}
DIGITS: Final = 3  # of a limit that was converted to another unit


@dataclass(frozen=True, slots=True)
class StudyKey:
    """A study and a language as a key: equal where the definition's hash is equal."""

    hash: str
    language: str
    study: Study = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One item as it stands on the page; labels are in the language of the page.

    unit_hints: the range in each unit that may be chosen, where there is a choice; then `hint` is empty.
    """

    id: str
    label: str
    full_label: str
    control: Control
    options: tuple[Option, ...] = ()
    unit: str = ""
    units: tuple[str, ...] = ()
    hint: str = ""
    unit_hints: tuple[tuple[str, str], ...] = ()
    low_label: str = ""
    high_label: str = ""
    length: int | None = None
    is_optional: bool = False
    has_condition: bool = False
    in_grid: bool = False
    row: str = ""
    column: str = ""

    @property
    def is_group(self) -> bool:
        """Radio buttons, or a picture: the label names no single input."""
        return self.control in ("seg", "radios", "yes_no", "rating", "drawing")

    @property
    def width(self) -> str:
        """The class that makes an input as wide as what is typed into it."""
        return f"w-{'num' if self.control == 'number' else self.control}"

    @property
    def unit_words(self) -> str:
        """The unit as people read it."""
        return unit_words(self.unit)


@dataclass(frozen=True, slots=True)
class Column:
    id: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    label: str
    hint: str
    cells: tuple[Field | None, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """fields: those outside the grid, in the order of the definition; derived ones stand in `scores`."""

    form: str
    label: str
    fields: tuple[Field, ...]
    scores: tuple[Field, ...]
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()

    def entered(self) -> tuple[Field, ...]:
        """All fields that a person fills in."""
        cells = tuple(cell for row in self.rows for cell in row.cells if cell and cell.control != "derived")
        return cells + self.fields

    def every(self) -> tuple[Field, ...]:
        return tuple(cell for row in self.rows for cell in row.cells if cell) + self.fields + self.scores


def layout_of(study: Study, form: str, language: str) -> Layout:
    return _layout(StudyKey(study.hash, language, study), form)


@lru_cache(maxsize=512)
def _layout(key: StudyKey, form_id: str) -> Layout:
    with override(key.language.lower()):
        return _laid_out(key.study, key.study.forms[form_id], key.language)


def _laid_out(study: Study, form: Form, language: str) -> Layout:
    outside = tuple(_field(study, item, language) for item in form.items.values() if item.row is None)
    columns, rows = _grid(study, form, form.grid, language) if form.grid else ((), ())
    return Layout(
        form=form.id,
        label=study.say(form.label, language),
        fields=tuple(one for one in outside if one.control != "derived"),
        scores=tuple(one for one in outside if one.control == "derived"),
        columns=columns,
        rows=rows,
    )


def _grid(study: Study, form: Form, grid: Grid, language: str) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    cells: Mapping[tuple[str | None, str | None], Item] = {
        (item.row, item.column): item for item in form.items.values()
    }

    def column(line: GridLine) -> Column:
        first = next((cells[row.id, line.id] for row in grid.rows if (row.id, line.id) in cells), None)
        return Column(line.id, study.say(line.label, language), _scale(study, first, language))

    def row(line: GridLine) -> Row:
        found = (cells.get((line.id, each.id)) for each in grid.columns)
        labels = {each.id: study.say(each.label, language) for each in grid.columns}
        hint = ", ".join(
            f"{study.say(name, language)} {show_fraction(value)}" for name, value in line.constants
        )
        fields = tuple(
            _field(
                study, item, language, label=labels[item.column or ""], row=study.say(line.label, language)
            )
            if item
            else None
            for item in found
        )
        return Row(line.id, study.say(line.label, language), hint, fields)

    return tuple(map(column, grid.columns)), tuple(map(row, grid.rows))


def _scale(study: Study, item: Item | None, language: str) -> str:
    """What the ends of a column's scale mean: "0 = None … 4 = Very severe"."""
    if item is None or item.code_list is None or item.type == "code":
        return ""
    codes = [(code.code, study.say(code.label, language)) for code in study.code_lists[item.code_list].codes]
    ends = (codes[0], codes[-1])
    return " … ".join(code if code == label else f"{code} = {label}" for code, label in ends)


def _field(study: Study, item: Item, language: str, *, label: str = "", row: str = "") -> Field:
    own = label or study.say(item.label, language)
    codes = study.code_lists[item.code_list].codes if item.code_list else ()
    control = control_for(item, len(codes))
    return Field(
        id=item.id,
        label=own,
        full_label=f"{row}: {own}" if row else own,
        control=control,
        options=_options(study, item, control, language),
        unit=study.say(item.unit, language) if item.unit else "",
        units=tuple(unit for unit, _ in item.units),
        hint="" if item.units else _hint(item),
        unit_hints=_unit_hints(item),
        low_label=study.say(item.low_label, language) if item.low_label else "",
        high_label=study.say(item.high_label, language) if item.high_label else "",
        length=item.length,
        is_optional=item.is_optional,
        has_condition=item.when is not None,
        in_grid=item.row is not None,
        row=item.row or "",
        column=item.column or "",
    )


def control_for(item: Item, answers: int = 0) -> Control:
    """answers: how many the item's code list has."""
    if item.derive is not None:
        return "derived"
    if item.widget is not None:
        return _WIDGETS[item.widget]
    if item.code_list is not None:
        return _choice(answers, item)
    match item.type:
        case "boolean":
            return "yes_no"
        case "integer" | "decimal":
            return "rating" if is_rating(item) else "number"
        case "date" | "partial_date" | "datetime":
            return "date"
        case "time":
            return "time"
        case "text" | "code":
            return "area" if item.length is not None and item.length > LONG_TEXT else "text"


def _choice(count: int, item: Item) -> Control:
    if item.row is not None:
        return "seg" if count <= SEG_IN_GRID else "select"
    return "radios" if count <= RADIOS else "select"


def is_rating(item: Item) -> bool:
    """A rating scale: drawn as one by the definition, or with words at its ends and few whole steps, such as 0 to 10."""
    if item.widget is not None:
        return item.widget == "scale"
    if item.type != "integer" or item.low is None or item.high is None or item.low_label is None:
        return False
    return item.high - item.low < RATING


def _options(study: Study, item: Item, control: Control, language: str) -> tuple[Option, ...]:
    if item.code_list is not None:
        return tuple(
            _option(study, item, code.code, code.label, language)
            for code in study.code_lists[item.code_list].codes
        )
    if control == "rating" and item.low is not None and item.high is not None:
        return tuple(Option(str(step), str(step)) for step in range(int(item.low), int(item.high) + 1))
    return ()


def _option(study: Study, item: Item, code: str, label: str, language: str) -> Option:
    return Option(code, show_answer(item, code, study.say(label, language)))


def _hint(item: Item) -> str:
    """What may be typed: the ways to write a date, or the range of a number."""
    if item.type == "partial_date":
        return gettext("2026-03-14, 14-Mar-2026 or, where the day is not known, 2026-03")
    return gettext("2026-03-14 or 14-Mar-2026") if item.type == "date" else _range(item)


def _range(item: Item) -> str:
    low, high = item.low, item.high
    if low is None or high is None or item.code_list is not None or is_rating(item):
        return ""
    return f"{show_fraction(low)}–{show_fraction(high)}"


def _unit_hints(item: Item) -> tuple[tuple[str, str], ...]:
    """The range in each unit that may be chosen, with the unit: a right value must not look wrong beside it."""
    if not item.units or item.unit is None or not _range(item):
        return ()
    low, high = item.low or Fraction(0), item.high or Fraction(0)
    others = tuple(
        (unit, f"{_rounded(low / factor, math.ceil)}–{_rounded(high / factor, math.floor)} {unit}")
        for unit, factor in item.units
    )
    return ((item.unit, f"{_range(item)} {item.unit}"), *others)


def _rounded(number: Fraction, inward: Callable[[Fraction], int]) -> str:
    """Three digits, into the range: whoever types an end of it is not refused.

    >>> _rounded(Fraction(1000, 8842), math.ceil), _rounded(Fraction(25), math.floor)
    ('0.114', '25')
    """
    if number == 0:
        return "0"
    places = max(0, DIGITS - 1 - math.floor(math.log10(abs(number))))
    step = Fraction(1, 10**places)
    return show_fraction(inward(number / step) * step)
