"""The record engine's functions that ask at another visit: at, baseline, previous, last, and changes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, cast

from trialwright.expr.answer import Need, NeedReason
from trialwright.expr.context import Context
from trialwright.expr.nodes import Call, Name, Node
from trialwright.expr.record_items import read_item
from trialwright.expr.spans import (
    Amount,
    Result,
    Unknown,
    compare,
    either_unknown,
    joined,
    minus,
    over,
)


def _at(node: Call, context: Context) -> Result:
    visit = cast("Name", node.arguments[0]).word
    return context.session.ask(node.arguments[1], context.at(visit))


def _baseline(node: Call, context: Context) -> Result:
    return baseline(node.arguments[0], context)


def baseline(node: Node, context: Context) -> Result:
    """The first known value at the baseline visits, the preferred visit first, if that visit was not after
    the first dose."""
    session = context.session
    unknowns: list[Unknown] = []
    for visit in session.vocabulary.baseline_visits:
        mark = len(session.used)
        there = context.at(visit)
        result = session.ask(node, there)
        if isinstance(result, Unknown):
            unknowns.append(result)
        else:
            is_before = _is_before_first_dose(there)
            if is_before is not False:
                return result if is_before is True else is_before
        del session.used[mark:]
    return joined([*unknowns, _nothing("no_baseline")])


def _is_before_first_dose(there: Context) -> bool | Unknown:
    session = there.session
    first_dose = session.vocabulary.first_dose
    if first_dose is None:
        return True
    day = read_item("visit", "date", there)
    dose = session.ask(Name(first_dose, (0, 0)), Context(session, None, None, None))
    if isinstance(day, Unknown) or isinstance(dose, Unknown):
        return either_unknown(day, dose)
    return compare("<=", day, dose)


def _previous(node: Call, context: Context) -> Result:
    return _first_known(node.arguments[0], reversed(_visits_before(context)), context, "no_earlier_value")


def _visits_before(context: Context) -> Sequence[str]:
    """The visits before this one; a visit without a date stands where the schedule has it."""
    session = context.session
    keys, current = session.reader.visit_keys(), context.visit
    if current is None:
        raise ValueError("not a checked rule: previous() is asked of no visit")
    if current in keys:
        return keys[: keys.index(current)]
    order = session.vocabulary.visits[current.partition("#")[0]].order
    return [key for key in keys if session.vocabulary.visits[key.partition("#")[0]].order < order]


def _last(node: Call, context: Context) -> Result:
    keys = context.session.reader.visit_keys()
    return _first_known(node.arguments[0], reversed(keys), context, "no_value")


def _first_known(node: Node, visits: Iterable[str], context: Context, reason: NeedReason) -> Result:
    session = context.session
    for visit in visits:
        mark = len(session.used)
        result = session.ask(node, context.at(visit))
        if not isinstance(result, Unknown):
            return result
        del session.used[mark:]
    return _nothing(reason)


def _nothing(reason: NeedReason) -> Unknown:
    return Unknown((Need("", "", "", reason),))


def _changed(node: Call, context: Context) -> Result:
    """change x - b, relative_change (x - b) / b, reduction (b - x) / b, with b the baseline of x."""
    now, base = context.session.ask(node.arguments[0], context), baseline(node.arguments[0], context)
    if isinstance(now, Unknown) or isinstance(base, Unknown):
        return either_unknown(now, base)
    value, start = cast("Amount", now), cast("Amount", base)
    if node.function == "change":
        return minus(value, start)
    return over(minus(start, value) if node.function == "reduction" else minus(value, start), start)


VISIT_FUNCTIONS: Final[Mapping[str, Callable[[Call, Context], Result]]] = MappingProxyType(
    {
        "at": _at,
        "baseline": _baseline,
        "previous": _previous,
        "last": _last,
        "change": _changed,
        "relative_change": _changed,
        "reduction": _changed,
    }
)
