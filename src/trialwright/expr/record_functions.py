"""The record engine's functions of values: states, dates, numbers, bands, limits."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final, cast

from trialwright.expr.answer import Need, Number, NumberSpan
from trialwright.expr.context import Context
from trialwright.expr.dates import day_ends, passed
from trialwright.expr.nodes import Call, ItemRef, Name, Node, Quoted
from trialwright.expr.nodes import Number as NumberNode
from trialwright.expr.reader import Side
from trialwright.expr.record_items import where_is
from trialwright.expr.spans import (
    Amount,
    Day,
    Known,
    Result,
    Unknown,
    absolute,
    as_met,
    day_of,
    either_unknown,
    greatest,
    joined,
    least,
    number_span,
    plus,
    quoted_number,
    whole,
)
from trialwright.expr.vocabulary import Band, CodeListInfo
from trialwright.values.datum import MISSING_REASONS
from trialwright.values.numbers import round_half_away


def asked(node: Node, context: Context) -> Result:
    """The result of a node below a function."""
    return context.session.ask(node, context)


# ---------------------------------------------------------------- states


def _is_missing(result: Result, reason: str | None) -> bool | Unknown:
    """Yes where a reason (or this reason) is recorded; cannot tell where something is not yet entered."""
    if not isinstance(result, Unknown):
        return False
    reasons = {need.reason for need in result.needs}
    if "not_yet_entered" in reasons:
        return Unknown(tuple(need for need in result.needs if need.reason == "not_yet_entered"))
    return reason in reasons if reason is not None else not reasons.isdisjoint(MISSING_REASONS)


def _missing(node: Call, context: Context) -> Result:
    reason = cast("Quoted", node.arguments[1]).text if len(node.arguments) > 1 else None
    return _is_missing(asked(node.arguments[0], context), reason)


def _known(node: Call, context: Context) -> Result:
    result = asked(node.arguments[0], context)
    if not isinstance(result, Unknown):
        return True
    missing = _is_missing(result, None)
    return missing if isinstance(missing, Unknown) else False


def _count_missing(node: Call, context: Context) -> Result:
    states = [_is_missing(asked(argument, context), None) for argument in node.arguments]
    open_ones = [state for state in states if isinstance(state, Unknown)]
    count = sum(state is True for state in states)
    return number_span(count, count + len(open_ones), joined(open_ones).needs)


def _sum_known(node: Call, context: Context) -> Result:
    """What is missing with a reason, or was not asked, counts nothing; what is not yet entered leaves it open."""
    total: Amount = 0
    open_ones: list[Unknown] = []
    for argument in node.arguments:
        result = asked(argument, context)
        if not isinstance(result, Unknown):
            total = plus(total, _amount(result))
        elif any(need.reason == "not_yet_entered" for need in result.needs):
            open_ones.append(result)
    return joined(open_ones) if open_ones else total


def _unknown(node: Call, context: Context) -> Result:
    return Unknown((Need("", "", "", "said", cast("Quoted", node.arguments[0]).text),))


# ---------------------------------------------------------------- dates


def _passed(node: Call, context: Context) -> Result:
    first, second = asked(node.arguments[0], context), asked(node.arguments[1], context)
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return either_unknown(first, second)
    return passed(node.function, as_day(first), as_day(second))


def as_day(value: Known) -> Day:
    return day_of(value) if isinstance(value, str) else cast("Day", value)


def _earliest(node: Call, context: Context) -> Result:
    day = asked(node.arguments[0], context)
    return day if isinstance(day, Unknown) else day_ends(as_day(day))[0]


def _latest(node: Call, context: Context) -> Result:
    day = asked(node.arguments[0], context)
    return day if isinstance(day, Unknown) else day_ends(as_day(day))[1]


# ---------------------------------------------------------------- numbers


def _amount(value: Known) -> Amount:
    return quoted_number(value) if isinstance(value, str) else cast("Amount", value)


def _best(node: Call, context: Context) -> Result:
    results = [asked(argument, context) for argument in node.arguments]
    unknowns = [result for result in results if isinstance(result, Unknown)]
    if unknowns:
        return joined(unknowns)
    values = [value for value in results if not isinstance(value, Unknown)]
    model = next((value for value in values if not isinstance(value, str)), 0)
    values = [as_met(value, model) if isinstance(value, str) else value for value in values]
    return least(values) if node.function == "least" else greatest(values)


def _abs(node: Call, context: Context) -> Result:
    result = asked(node.arguments[0], context)
    return result if isinstance(result, Unknown) else absolute(_amount(result))


def _round(node: Call, context: Context) -> Result:
    result = asked(node.arguments[0], context)
    if isinstance(result, Unknown):
        return result
    decimals = int(cast("NumberNode", node.arguments[1]).value) if len(node.arguments) > 1 else 0
    amount = _amount(result)
    if isinstance(amount, NumberSpan):
        low, high = _rounded(amount.low, decimals), _rounded(amount.high, decimals)
        return number_span(low, high, amount.needs)
    return whole(round_half_away(Fraction(amount), decimals))


def _rounded(number: Number | None, decimals: int) -> Number | None:
    return None if number is None else whole(round_half_away(Fraction(number), decimals))


# ---------------------------------------------------------------- code lists, limits, stock


def _band(node: Call, context: Context) -> Result:
    result = asked(node.arguments[0], context)
    if isinstance(result, Unknown):
        return result
    codes = context.session.vocabulary.code_lists[cast("Quoted", node.arguments[1]).text]
    amount = _amount(result)
    if not isinstance(amount, NumberSpan):
        return _code_of_band(_band_of(amount, codes), codes)
    if amount.low is None or amount.high is None:
        return Unknown(amount.needs)
    low, high = _band_of(amount.low, codes), _band_of(amount.high, codes)
    return _code_of_band(low, codes) if low == high else Unknown(amount.needs)


def _band_of(number: Number, codes: CodeListInfo) -> Band | None:
    """The highest band whose lower bound the number has passed."""
    found = None
    for band in sorted(codes.bands, key=lambda band: (band.lower, not band.includes)):
        if number > band.lower or (band.includes and number == band.lower):
            found = band
    return found


def _code_of_band(band: Band | None, codes: CodeListInfo) -> Result:
    if band is None:
        return Unknown((Need("", "", "", "no_band"),))
    return int(band.code) if is_numeric(codes) else band.code


def is_numeric(codes: CodeListInfo) -> bool:
    """Whether every code of the list is a whole number, so that its items are numbers."""
    return all(code.removeprefix("-").isdecimal() for code in codes.codes)


def _limit(node: Call, context: Context) -> Result:
    item = node.arguments[0]
    form, word = (item.form, item.item) if isinstance(item, ItemRef) else _bare_item(item, context)
    side: Side = "high" if node.function == "upper_limit" else "low"
    limit = context.session.reader.limit(form, word, side)
    visit, repeat = where_is(form, context)
    return Unknown((Need(form, word, visit, "no_limit", "", repeat),)) if limit is None else whole(limit)


def _bare_item(node: Node, context: Context) -> tuple[str, str]:
    if not isinstance(node, Name) or context.bare is None:
        raise ValueError("not a checked rule: a limit is asked of no item")
    return context.bare, node.word


def _expiry(node: Call, context: Context) -> Result:
    kit = asked(node.arguments[0], context)
    if isinstance(kit, Unknown):
        return kit
    expiry = context.session.reader.expiry(cast("str", kit))
    if expiry is None:
        return Unknown((Need("", "", "", "no_expiry", cast("str", kit)),))
    return day_of(expiry, (Need("", "", "", "partial_date", expiry),))


FUNCTIONS: Final[Mapping[str, Callable[[Call, Context], Result]]] = MappingProxyType(
    {
        "missing": _missing,
        "known": _known,
        "count_missing": _count_missing,
        "sum_known": _sum_known,
        "unknown": _unknown,
        "days": _passed,
        "months": _passed,
        "years": _passed,
        "earliest": _earliest,
        "latest": _latest,
        "least": _best,
        "greatest": _best,
        "abs": _abs,
        "round": _round,
        "band": _band,
        "upper_limit": _limit,
        "lower_limit": _limit,
        "expiry": _expiry,
    }
)
