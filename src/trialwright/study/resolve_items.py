"""Items of a form, and the cells of a grid as items: `row_column`, with the row's constants in its rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from trialwright.expr.nodes import Node, Rule
from trialwright.study.desk import Desk
from trialwright.study.files_forms import RawCheck, RawGrid, RawItem
from trialwright.study.formats import read_number, read_range, read_truth
from trialwright.study.model import Check, CheckLevel, CodeList, Grid, GridLine, Item, Widget
from trialwright.study.rename import rename
from trialwright.study.resolve_codes import number_of, resolve_inline_codes
from trialwright.study.text import Text
from trialwright.values.datum import ItemType

_TYPES: Final[Mapping[str, ItemType]] = {
    "text": "text",
    "integer": "integer",
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
    "partialDate": "partial_date",
    "partial_date": "partial_date",
    "time": "time",
    "datetime": "datetime",
}
_TYPES_WITH: Final[Mapping[str, tuple[ItemType, ...]]] = {
    "decimals": ("decimal",),
    "range": ("integer", "decimal"),
    "length": ("text",),
    "unit": ("integer", "decimal"),
    "units": ("integer", "decimal"),
    "future": ("date", "partial_date", "datetime"),
}
MOST_STEPS: Final = 11  # of a scale: more do not fit on a line
LEVELS: Final[Mapping[str, CheckLevel]] = {"query": "query", "deviation": "deviation", "alert": "alert"}


@dataclass(frozen=True, slots=True)
class Cell:
    """Where in a grid an item stands, and what the bare names of its rules mean there."""

    row: str
    column: str
    label: str
    sdtm: Text | None
    names: Mapping[str, str | Fraction]


@dataclass(slots=True)
class CodeLists:
    """The code lists known so far; inline ones are added as items are resolved."""

    lists: dict[str, CodeList]


def resolve_item(
    desk: Desk, form: str, name: Text, raw: RawItem, lists: CodeLists, *, cell: Cell | None = None
) -> Item | None:
    """An item; None where its type cannot be told."""
    if raw.label is None:
        desk.report("missing-key", name, key="label")
        return None
    full_name = name if cell is None else f"{cell.row}_{name}"
    code_list = _code_list(desk, name, f"{form}.{full_name}", raw, lists)
    item_type = _item_type(desk, name, raw, code_list)
    if item_type is None:
        return None
    _check_keys(desk, raw, item_type)
    low, high = read_range(raw.range) or (None, None) if raw.range else (None, None)
    sdtm = cell.sdtm if cell else next(iter(raw.sdtm), None)
    return Item(
        form=form,
        id=str(full_name),
        label=str(raw.label) if cell is None else f"{cell.label}: {raw.label}",
        type=item_type,
        place=name.place,
        code_list=code_list.id if code_list else None,
        unit=_maybe(raw.unit),
        units=tuple((str(unit), read_number(factor) or Fraction(1)) for unit, factor in raw.units.items()),
        decimals=int(raw.decimals) if raw.decimals else None,
        low=low,
        high=high,
        length=int(raw.length) if raw.length else None,
        when=cell_rule(desk, raw.when, cell),
        derive=cell_rule(desk, raw.derive, cell),
        is_optional=read_truth(raw.optional),
        low_label=_maybe(raw.low),
        high_label=_maybe(raw.high),
        widget=_widget(desk, raw, item_type),
        sdtm=_maybe(sdtm),
        blinded_until=_maybe(raw.blinded_until),
        allows_future=read_truth(raw.future),
        row=cell.row if cell else None,
        column=cell.column if cell else None,
    )


def _check_keys(desk: Desk, raw: RawItem, item_type: ItemType) -> None:
    """Keys that mean something for answers of another type only, and units that cannot be converted."""
    given = {
        "decimals": raw.decimals,
        "range": raw.range,
        "length": raw.length,
        "unit": raw.unit,
        "units": next(iter(raw.units), None),
        "future": raw.future,
    }
    for key, text in given.items():
        if text is not None and item_type not in _TYPES_WITH[key]:
            desk.report("key-of-other-type", text, key=key, type=item_type)
    for unit in raw.units:
        if raw.unit is None or unit == raw.unit:
            desk.report("unit-to-convert", unit, unit=unit)


def _widget(desk: Desk, raw: RawItem, item_type: ItemType) -> Widget | None:
    """How the item is drawn; each way fits some answers only."""
    ends = read_range(raw.range) if raw.range else None
    fits: Mapping[Widget, bool] = {
        "scale": raw.codes is None
        and item_type == "integer"
        and ends is not None
        and ends[1] - ends[0] < MOST_STEPS,
        "list": raw.codes is not None,
        "buttons": raw.codes is not None,
        "lines": raw.codes is None and item_type == "text",
        "shading": raw.codes is None and item_type in ("integer", "decimal") and ends is not None,
        "drawing": raw.codes is None and item_type == "text",
    }
    chosen = next((name for name in fits if name == raw.widget), None)
    if raw.widget is not None and chosen is not None and not fits[chosen]:
        desk.report("widget-of-other-item", raw.widget, widget=chosen, steps=MOST_STEPS)
    return chosen


def _maybe(text: Text | None) -> str | None:
    return None if text is None else str(text)


def _code_list(desk: Desk, at: Text, name: str, raw: RawItem, lists: CodeLists) -> CodeList | None:
    if raw.codes is None:
        return None
    if raw.codes.inline is not None:
        if not raw.codes.inline:
            desk.report("no-answers", at)
        lists.lists[name] = resolve_inline_codes(desk, name, raw.codes.inline)
        return lists.lists[name]
    named = raw.codes.name
    if named is None or not desk.known("code-list", named, lists.lists):
        return None
    return lists.lists[named]


def _item_type(desk: Desk, name: Text, raw: RawItem, codes: CodeList | None) -> ItemType | None:
    if raw.type is None:
        if raw.codes is None:
            desk.report("item-without-type", name, item=name)
        return None if raw.codes is None else "code"
    found = _TYPES[raw.type]
    if raw.codes is None:
        return found
    if found not in ("integer", "decimal"):
        desk.report("type-and-codes", raw.type, type=raw.type)
        return found
    for code in codes.codes if codes else ():
        if number_of(code) is None:
            desk.report("codes-are-not-numbers", name, item=name, answer=code.code)
    return found


def cell_rule(desk: Desk, text: Text | None, cell: Cell | None) -> Rule | None:
    """A rule, where it stands in a grid with the names of its row."""
    rule = desk.maybe_rule(text)
    if rule is None or cell is None:
        return rule
    node: Node = rename(rule.node, cell.names)
    return replace(rule, node=node)


def resolve_check(
    desk: Desk, form: str, name: str, raw: RawCheck, items: Mapping[str, Item], *, cell: Cell | None = None
) -> Check | None:
    """A check inside a form; in a grid it is asked of every row."""
    about = raw.about if cell is None else f"{cell.row}_{raw.about}"
    if about not in items:
        columns = [item.column or "" for item in items.values() if item.row == (cell.row if cell else None)]
        desk.known("item", raw.about, items if cell is None else columns)
        return None
    when = cell_rule(desk, raw.when, cell)
    if when is None:
        return None
    full_name = f"{form}.{name}" if cell is None else f"{form}.{name}.{cell.row}"
    level = LEVELS[raw.level or "query"]
    tell = str(raw.tell or "")
    return Check(full_name, form, str(about), when, str(raw.ask), level, hours_of(desk, raw), tell)


def hours_of(desk: Desk, raw: RawCheck) -> int | None:
    """How soon an alert must be acted on; no other query has a deadline."""
    if raw.within_hours is None:
        return None
    if raw.level != "alert":
        desk.report("hours-without-alert", raw.within_hours)
        return None
    return int(raw.within_hours)


def cells_of_grid(desk: Desk, raw: RawGrid) -> Iterator[tuple[Cell, Text, RawItem]]:
    """Each cell in the order of reading, row by row."""
    for number, (row, line) in enumerate(raw.rows.items()):
        names: dict[str, str | Fraction] = {
            name: read_number(text) or Fraction(0) for name, text in _constants(line).items()
        }
        names |= {str(column): f"{row}_{column}" for column in raw.columns}
        for column, item in raw.columns.items():
            sdtm = _sdtm_of_row(desk, item.sdtm, number, len(raw.rows))
            yield Cell(str(row), str(column), str(line.label), sdtm, names), column, item


def _sdtm_of_row(desk: Desk, names: list[Text], number: int, rows: int) -> Text | None:
    """One name for all rows, or one for each."""
    if len(names) in (0, 1):
        return names[0] if names else None
    if len(names) == rows:
        return names[number]
    if number == 0:
        desk.report("grid-cell-count", names[0], row="sdtm", count=len(names), rows=rows)
    return None


def _constants(line: object) -> Mapping[str, Text]:
    return getattr(line, "model_extra", None) or {}


def resolve_grid(raw: RawGrid) -> Grid:
    rows = tuple(
        GridLine(
            str(row),
            str(line.label),
            tuple((str(name), read_number(text) or Fraction(0)) for name, text in _constants(line).items()),
        )
        for row, line in raw.rows.items()
    )
    return Grid(rows, tuple(GridLine(str(name), str(item.label)) for name, item in raw.columns.items()))
