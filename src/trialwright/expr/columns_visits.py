"""The column engine's functions that ask at another visit: at, baseline, previous, last, and changes."""

from typing import Final, cast

import polars as pl

from trialwright.expr import columns_spans as spans
from trialwright.expr.columns_items import read_item
from trialwright.expr.columns_literals import numbers
from trialwright.expr.columns_places import Places, aligned, at_visit, at_visits, expand, participants
from trialwright.expr.columns_ratios import repeated
from trialwright.expr.columns_values import Column, Nothing, choose, compare, gather, known
from trialwright.expr.nodes import Call, Name, Node
from trialwright.expr.vocabulary import Vocabulary

ROW_COLUMNS: Final = ("participant", "visit", "row_visit", "repeat")


def at(node: Call, places: Places) -> Column:
    visit = cast("Name", node.arguments[0]).word
    return places.session.ask(node.arguments[1], at_visit(places, visit))


def baseline(node: Node, places: Places) -> Column:
    """The first known value at the baseline visits, the preferred visit first, if that visit was not after
    the first dose; unknown where that cannot be told of a visit with a value."""
    session = places.session
    found: Column = Nothing(places.rows)
    is_open = repeated(value=True, rows=places.rows)
    for visit in session.vocabulary.baseline_visits:
        there = at_visit(places, visit)
        value = session.ask(node, there)
        is_before = _is_before_first_dose(there)
        is_here = is_open & known(value)
        found = choose((is_here & is_before).fill_null(value=False), value, found)
        is_open = is_open & ~(is_here & is_before.fill_null(value=True))
    return found


def _is_before_first_dose(there: Places) -> pl.Series:
    """Whether the visit was not after the first dose, which is the same wherever it is asked."""
    session = there.session
    term = session.vocabulary.first_dose
    if term is None:
        return repeated(value=True, rows=there.rows)
    if term not in there.before_dose:
        base = participants(session)
        numbers_of = base.frame.select("participant").with_row_index("index")
        index = there.frame.join(numbers_of, on="participant", how="left", maintain_order="left")["index"]
        first_dose = gather(session.ask(Name(term, (0, 0)), base), index)
        there.before_dose[term] = compare(read_item("visit", "date", there), "<=", first_dose)
    return there.before_dose[term]


def previous(node: Node, places: Places) -> Column:
    """The known value of the nearest visit before; a visit without a date stands where the schedule has it."""
    visits = _visits(places)
    mine = ["participant", "visit"]
    current = places.frame.join(
        visits, left_on=mine, right_on=["participant", "at"], how="left", maintain_order="left"
    )
    schedule = _schedule(places.frame["visit"], places.session.vocabulary)
    here = current.select("participant", *ROW_COLUMNS[1:], current_order="order").with_columns(
        current_schedule=schedule
    )
    pairs = expand(here, visits)
    is_before = pl.when(pl.col("current_order").is_null())
    is_before_here = is_before.then(pl.col("schedule") < pl.col("current_schedule"))
    return _latest_known(
        node, places, pairs.filter(is_before_here.otherwise(pl.col("order") < pl.col("current_order")))
    )


def last(node: Node, places: Places) -> Column:
    """The known value of the latest visit."""
    return _latest_known(node, places, expand(places.frame, _visits(places)))


def _visits(places: Places) -> pl.DataFrame:
    visits = places.session.tables.visits.select("participant", pl.col("visit").alias("at"), "order")
    return visits.with_columns(schedule=_schedule(visits["at"], places.session.vocabulary))


def _schedule(keys: pl.Series, vocabulary: Vocabulary) -> pl.Series:
    """Where the schedule has the visit of each visit key."""
    orders = {visit: info.order for visit, info in vocabulary.visits.items()}
    planned = keys.str.split("#").list.first()
    return planned.replace_strict(orders, default=None, return_dtype=pl.Int64())


def _latest_known(node: Node, places: Places, pairs: pl.DataFrame) -> Column:
    """At each place, the known value of the last of its visits in the pairs."""
    there = at_visits(places, pairs.select("participant", pl.col("at").alias("visit"), "row_visit", "repeat"))
    value = places.session.ask(node, there)
    candidates = pairs.select("place", "order").with_row_index("index").filter(known(value))
    best = candidates.sort("order").group_by("place", maintain_order=True).last()
    return gather(value, aligned(places, best.select("place", "index"))["index"])


def changed(node: Call, places: Places) -> Column:
    """change x - b, relative_change (x - b) / b, reduction (b - x) / b, with b the baseline of x."""
    value = numbers(places.session.ask(node.arguments[0], places))
    start = numbers(baseline(node.arguments[0], places))
    rise = spans.add(value, spans.negative(start))
    if node.function == "change":
        return rise
    return spans.divide(spans.negative(rise) if node.function == "reduction" else rise, start)
