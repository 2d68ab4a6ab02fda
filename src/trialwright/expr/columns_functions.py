"""The column engine's functions of values: states, dates, numbers, bands, limits and expiry."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, cast

import polars as pl

from trialwright.expr import columns_spans as spans
from trialwright.expr.columns_dates import passed
from trialwright.expr.columns_items import ANY_REASON, BLANK, REASON_BITS
from trialwright.expr.columns_literals import dates, numbers
from trialwright.expr.columns_places import Places
from trialwright.expr.columns_ratios import Ratio, constant, keep, largest_of, ones, repeated
from trialwright.expr.columns_reasons import reasons
from trialwright.expr.columns_values import (
    Column,
    Dates,
    Nothing,
    Numbers,
    Texts,
    Truths,
    choose,
    compare,
    exactly,
    known,
    spanned,
)
from trialwright.expr.nodes import Call, ItemRef, Name, Node, Quoted
from trialwright.expr.nodes import Number as NumberNode
from trialwright.expr.record_functions import is_numeric
from trialwright.expr.vocabulary import Band


def asked(node: Node, places: Places) -> Column:
    return places.session.ask(node, places)


# ---------------------------------------------------------------- states


def _is_missing(node: Node, places: Places, bits: int = ANY_REASON) -> pl.Series:
    """Yes where a reason (or this reason) is recorded; cannot tell where something is not yet entered."""
    is_known, why = pl.lit(known(asked(node, places))), pl.lit(reasons(node, places))
    is_there = (why & bits) != 0
    open_or_not = pl.when((why & BLANK) == 0).then(is_there)
    return pl.select(pl.when(is_known).then(pl.lit(value=False)).otherwise(open_or_not)).to_series()


def _missing(node: Call, places: Places) -> Column:
    bits = ANY_REASON
    if len(node.arguments) > 1:
        bits = REASON_BITS[cast("Quoted", node.arguments[1]).text]
    return Truths(_is_missing(node.arguments[0], places, bits))


def _known(node: Call, places: Places) -> Column:
    argument = node.arguments[0]
    is_open = _is_missing(argument, places).is_null()
    return Truths(keep(~is_open, known(asked(argument, places))))


def _count_missing(node: Call, places: Places) -> Column:
    states = [_is_missing(argument, places) for argument in node.arguments]
    sure = sum((state.fill_null(value=False).cast(pl.Int64()) for state in states), ones(places.rows) * 0)
    unsure = sum((state.is_null().cast(pl.Int64()) for state in states), ones(places.rows) * 0)
    most = len(states)
    low, high = Ratio(sure, 1, most, 1), Ratio(sure + unsure, 1, most, 1)
    return spanned(low, high, repeated(value=True, rows=places.rows))


def _sum_known(node: Call, places: Places) -> Column:
    """What is missing with a reason, or was not asked, counts nothing; what is not yet entered leaves it open."""
    zero = exactly(Ratio(ones(places.rows) * 0, 1, 0, 1))
    total, is_open = zero, repeated(value=False, rows=places.rows)
    for argument in node.arguments:
        value = numbers(asked(argument, places))
        is_known = known(value)
        is_open = is_open | (~is_known & ((reasons(argument, places) & BLANK) != 0))
        total = spans.add(total, cast("Numbers", choose(is_known, value, zero)))
    return choose(is_open, Nothing(places.rows), total)


def _unknown(node: Call, places: Places) -> Column:
    return Nothing(places.rows)


# ---------------------------------------------------------------- dates


def _passed(node: Call, places: Places) -> Column:
    first, second = (dates(asked(argument, places)) for argument in node.arguments)
    return passed(cast("Literal['days', 'months', 'years']", node.function), first, second)


def _earliest(node: Call, places: Places) -> Column:
    day = dates(asked(node.arguments[0], places))
    return Dates(day.low, day.low)


def _latest(node: Call, places: Places) -> Column:
    day = dates(asked(node.arguments[0], places))
    return Dates(day.high, day.high)


# ---------------------------------------------------------------- numbers


def _best(node: Call, places: Places) -> Column:
    columns = [asked(argument, places) for argument in node.arguments]
    model = next((column for column in columns if not isinstance(column, Texts | Nothing)), None)
    is_least = node.function == "least"
    if isinstance(model, Dates):
        day = dates(columns[0])
        for column in columns[1:]:
            day = (spans.least_date if is_least else spans.greatest_date)(day, dates(column))
        return day
    best = numbers(columns[0])
    for column in columns[1:]:
        best = (spans.least if is_least else spans.greatest)(best, numbers(column))
    return best


def _abs(node: Call, places: Places) -> Column:
    return spans.absolute(numbers(asked(node.arguments[0], places)))


def _round(node: Call, places: Places) -> Column:
    decimals = int(cast("NumberNode", node.arguments[1]).value) if len(node.arguments) > 1 else 0
    return spans.round_to(numbers(asked(node.arguments[0], places)), decimals)


# ---------------------------------------------------------------- code lists, limits, stock


def _band(node: Call, places: Places) -> Column:
    """The code of the highest band whose lower bound is passed; of a span, where both ends are in one band."""
    codes = places.session.vocabulary.code_lists[cast("Quoted", node.arguments[1]).text]
    bands = sorted(codes.bands, key=lambda band: (band.lower, not band.includes))
    amount = numbers(asked(node.arguments[0], places))
    low, high = _band_number(amount.low, bands), _band_number(amount.high, bands)
    number = keep(low == high, low)
    found = {position: band.code for position, band in enumerate(bands)}
    if is_numeric(codes):
        counted = {position: int(code) for position, code in found.items()}
        above = number.replace_strict(counted, default=None, return_dtype=pl.Int64())
        return exactly(Ratio(above, 1, max(map(abs, counted.values()), default=0), 1))
    return Texts(number.replace_strict(found, default=None, return_dtype=pl.String()))


def _band_number(end: Ratio, bands: list[Band]) -> pl.Series:
    """Which band the number is in, -1 for none; null where it is unknown or open."""
    rows = end.above.len()
    number = keep(end.above.is_not_null(), ones(rows) * -1)
    for position, band in enumerate(bands):
        bound = exactly(constant(band.lower, rows))
        has_passed = compare(exactly(end), ">=" if band.includes else ">", bound)
        number = pl.select(pl.when(has_passed).then(position).otherwise(number).cast(pl.Int64())).to_series()
    return number


def _limit(node: Call, places: Places) -> Column:
    """A limit of normal; the site's tables stand in the tables, by participant and item."""
    limits = places.session.tables.limits
    item = node.arguments[0]
    own = f"{places.bare}.{item.word}" if isinstance(item, Name) else ""
    name = f"{item.form}.{item.item}" if isinstance(item, ItemRef) else own
    side = "high" if node.function == "upper_limit" else "low"
    of_item = limits.filter(pl.col("item") == name).select("participant", side)
    found = places.frame.select("participant").join(
        of_item, on="participant", how="left", maintain_order="left"
    )
    scale = places.session.tables.limit_scale
    above = found[side]
    return exactly(Ratio(above, scale, largest_of(above), scale))


def _expiry(node: Call, places: Places) -> Column:
    """The expiry of a kit, from the stock of the participant's site."""
    kits = asked(node.arguments[0], places)
    if not isinstance(kits, Texts):
        return dates(Nothing(places.rows))
    keys = places.frame.select("participant").with_columns(kit=kits.values)
    found = keys.join(
        places.session.tables.expiries, on=["participant", "kit"], how="left", maintain_order="left"
    )
    return dates(Texts(found["expiry"]))


FUNCTIONS: Final[Mapping[str, Callable[[Call, Places], Column]]] = MappingProxyType(
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
