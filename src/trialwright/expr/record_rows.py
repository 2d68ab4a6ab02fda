"""The record engine's functions over all records of a form: any, count, sum, min, days_covered and their kin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, cast

from trialwright.expr.answer import Need
from trialwright.expr.context import Context, Row
from trialwright.expr.dates import Interval, day_ends, days_of_union
from trialwright.expr.nodes import Call, ItemRef, Name, Node
from trialwright.expr.nodes import Number as NumberNode
from trialwright.expr.record_functions import as_day
from trialwright.expr.record_items import read_item
from trialwright.expr.spans import (
    Amount,
    Known,
    Result,
    Unknown,
    greatest,
    hull,
    joined,
    least,
    needs_of,
    number_span,
    over,
    plus,
)
from trialwright.expr.walk import AT_VISITS, forms_at_row, is_collected


@dataclass(frozen=True, slots=True)
class _Listed:
    """The records of a form that an aggregate looks at.

    conditions: per record, whether it is selected. open: what keeps the list from being complete.
    """

    rows: list[Context]
    conditions: list[bool | Unknown]
    open: Unknown | None

    @property
    def unsure(self) -> list[Unknown]:
        return [condition for condition in self.conditions if isinstance(condition, Unknown)]


def _rows(node: Call, form: str, context: Context) -> tuple[list[Context], Unknown | None]:
    """The records, and why the list may not be complete: a gate without an answer, or nothing begun."""
    session = context.session
    info = session.vocabulary.forms[form]
    keys = session.reader.rows(form)
    rows = [context.in_row(Row(form, key.visit, key.repeat)) for key in keys]
    if info.records in AT_VISITS:
        forms = forms_at_row(node, session.vocabulary)
        rows = [row for row in rows if is_collected(forms, row.visit or "", session.vocabulary)]
    gate = session.reader.gate(form) if not keys or info.has_gate else True
    is_complete = gate is False or (gate is True and len(keys) > 0)
    return rows, None if is_complete else Unknown((Need(form, "gate", "", "open_list"),))


def _named(node: Call, name: str) -> Node | None:
    for word, argument in node.named:
        if word == name:
            return argument
    return None


def _listed(node: Call, form: str, context: Context) -> _Listed:
    rows, is_open = _rows(node, form, context)
    where = _named(node, "where")
    conditions = [True if where is None else _condition(where, row) for row in rows]
    return _Listed(rows, conditions, is_open)


def _condition(where: Node, row: Context) -> bool | Unknown:
    return cast("bool | Unknown", row.session.ask(where, row))


# ---------------------------------------------------------------- truth over records


def _decided_by(decisive: bool, node: Call, context: Context) -> bool | Unknown:
    """The decisive answer of one record ends the search; else all records must be known, and be all."""
    rows, is_open = _rows(node, cast("Name", node.arguments[0]).word, context)
    where = _named(node, "where")
    unknowns: list[Unknown] = [] if is_open is None else [is_open]
    for row in rows:
        condition = True if where is None else _condition(where, row)
        if condition is decisive:
            return decisive
        if isinstance(condition, Unknown):
            unknowns.append(condition)
    return joined(unknowns) if unknowns else not decisive


def _any(node: Call, context: Context) -> Result:
    return _decided_by(True, node, context)


def _none(node: Call, context: Context) -> Result:
    found = _decided_by(True, node, context)
    return found if isinstance(found, Unknown) else not found


def _every(node: Call, context: Context) -> Result:
    return _decided_by(False, node, context)


def _count(node: Call, context: Context) -> Result:
    listed = _listed(node, cast("Name", node.arguments[0]).word, context)
    if not listed.rows and listed.open is not None:
        return listed.open
    unknowns = listed.unsure
    sure = sum(condition is True for condition in listed.conditions)
    if listed.open is not None:
        return number_span(sure, None, joined([*unknowns, listed.open]).needs)
    return number_span(sure, sure + len(unknowns), joined(unknowns).needs)


# ---------------------------------------------------------------- values over records


@dataclass(frozen=True, slots=True)
class _Picked:
    """Values of the records surely selected, and of those perhaps selected with what would tell."""

    sure: list[Known]
    perhaps: list[Known]
    needs: tuple[Need, ...]


def _picked(node: Call, context: Context) -> _Picked | Unknown:
    """at_least=n leaves unknown values out, and wants n known ones."""
    item = cast("ItemRef", node.arguments[0])
    listed = _listed(node, item.form, context)
    if listed.open is not None:
        return joined([listed.open, *listed.unsure])
    at_least = _named(node, "at_least")
    sure: list[Known] = []
    perhaps: list[Known] = []
    left_out: list[Unknown] = []
    for row, condition in zip(listed.rows, listed.conditions, strict=True):
        if condition is False:
            continue
        value = read_item(item.form, item.item, row)
        if isinstance(value, Unknown):
            if at_least is None or condition is not True:
                return joined([*listed.unsure, value])
            left_out.append(value)
        else:
            (sure if condition is True else perhaps).append(value)
    if at_least is not None and len(sure) < cast("NumberNode", at_least).value:
        return joined([Unknown((Need(item.form, item.item, "", "too_few"),)), *left_out, *listed.unsure])
    return _Picked(sure, perhaps, joined(listed.unsure).needs)


def _no_records(node: Call) -> Unknown:
    item = cast("ItemRef", node.arguments[0])
    return Unknown((Need(item.form, item.item, "", "no_records"),))


def _total(values: list[Known]) -> Amount:
    total: Amount = 0
    for value in values:
        total = plus(total, cast("Amount", value))
    return total


def _sum(node: Call, context: Context) -> Result:
    picked = _picked(node, context)
    if isinstance(picked, Unknown):
        return picked
    total = _total(picked.sure)
    for value in picked.perhaps:
        total = plus(total, cast("Amount", hull(0, value, picked.needs)))
    return total


def _extreme(node: Call, context: Context) -> Result:
    """Records that may be selected widen the answer only where they could change it."""
    picked = _picked(node, context)
    if isinstance(picked, Unknown):
        return picked
    best = least if node.function == "min" else greatest
    if not picked.sure:
        return Unknown(picked.needs) if picked.perhaps else _no_records(node)
    without = best(picked.sure)
    return hull(without, best([without, *picked.perhaps]), picked.needs) if picked.perhaps else without


def _mean(node: Call, context: Context) -> Result:
    picked = _picked(node, context)
    if isinstance(picked, Unknown):
        return picked
    if picked.perhaps:
        return Unknown(picked.needs)
    return over(_total(picked.sure), len(picked.sure)) if picked.sure else _no_records(node)


# ---------------------------------------------------------------- days that intervals cover


def _days_covered(node: Call, context: Context) -> Result:
    """Days in at least one of the records' intervals, both ends counted, overlaps once.

    What is surely covered is the least; what may be covered is the most, open where an end is unknown.
    """
    listed = _listed(node, cast("ItemRef", node.arguments[0]).form, context)
    if not listed.rows and listed.open is not None:
        return listed.open
    certain: list[Interval] = []
    possible: list[Interval] = []
    unknowns = list(listed.unsure) + ([] if listed.open is None else [listed.open])
    is_endless, least_days = listed.open is not None, 0
    for row, condition in zip(listed.rows, listed.conditions, strict=True):
        if condition is False:
            continue
        least_days = max(least_days, int(condition is True))
        first, last = (row.session.ask(argument, row) for argument in node.arguments)
        if isinstance(first, Unknown) or isinstance(last, Unknown):
            unknowns += [end for end in (first, last) if isinstance(end, Unknown)]
            is_endless = True
            continue
        start, end = day_ends(as_day(first)), day_ends(as_day(last))
        unknowns.append(Unknown(needs_of(first) + needs_of(last)))
        possible.append((start[0], end[1]))
        if condition is True:
            certain.append((start[1], end[0]))
    low = max(days_of_union(certain), least_days)
    return number_span(low, None if is_endless else max(days_of_union(possible), low), joined(unknowns).needs)


ROW_FUNCTIONS: Final[Mapping[str, Callable[[Call, Context], Result]]] = MappingProxyType(
    {
        "any": _any,
        "none": _none,
        "every": _every,
        "count": _count,
        "sum": _sum,
        "min": _extreme,
        "max": _extreme,
        "mean": _mean,
        "days_covered": _days_covered,
    }
)
