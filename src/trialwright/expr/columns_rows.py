"""The column engine's functions over all records of a form: any, count, sum, min, days_covered and their kin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, cast

import polars as pl

from trialwright.expr.columns_literals import dates, numbers, truths
from trialwright.expr.columns_places import Places, aligned, expand
from trialwright.expr.columns_ratios import (
    Ratio,
    choose_series,
    divide,
    keep,
    largest_of,
    proved,
    repeated,
)
from trialwright.expr.columns_reach import aggregated_form
from trialwright.expr.columns_values import Column, Dates, Nothing, Numbers, Truths, exactly, known, spanned
from trialwright.expr.nodes import Call, Node
from trialwright.expr.nodes import Number as NumberNode
from trialwright.expr.walk import AT_VISITS, forms_at_row, is_collected


@dataclass(frozen=True, slots=True)
class _Listed:
    """The records that an aggregate looks at, for all places.

    rows: one place per record. of: the asking place of each. condition: whether each is selected.
    is_open: per asking place, whether the list may not be complete.
    """

    asking: Places
    rows: Places
    of: pl.Series
    condition: pl.Series
    is_open: pl.Series

    def gathered(self, columns: Mapping[str, pl.Series], *found: pl.Expr) -> pl.DataFrame:
        """Expressions over the records of each place; `condition` is a column."""
        frame = pl.DataFrame({"place": self.of, "condition": self.condition, **columns})
        return aligned(self.asking, frame.group_by("place").agg(*found))


def _named(node: Call, name: str) -> Node | None:
    return dict(node.named).get(name)


def _listed(node: Call, places: Places) -> _Listed:
    form = aggregated_form(node)
    records = _records(form, places)
    counts = places.frame.join(
        records.group_by("participant").len("count"), on="participant", how="left", maintain_order="left"
    )
    is_open = ~_is_complete(form, places, counts["count"].fill_null(0))
    pairs = expand(places.frame.select("participant", "visit"), _collected(node, form, records, places))
    row_visit = pl.col("row_visit")
    visit = pl.when(row_visit != "").then(row_visit).otherwise(pl.col("visit")).alias("visit")
    rows = Places(places.session, pairs.select("participant", visit, "row_visit", "repeat"), form, form)
    where = _named(node, "where")
    is_selected = (
        repeated(value=True, rows=rows.rows) if where is None else truths(places.session.ask(where, rows))
    )
    return _Listed(places, rows, pairs["place"], is_selected, is_open)


def _records(form: str, places: Places) -> pl.DataFrame:
    table = places.session.tables.forms.get(form)
    if table is None:
        return pl.DataFrame(
            schema={"participant": pl.String(), "row_visit": pl.String(), "repeat": pl.Int64()}
        )
    return table.filter("is_record").select("participant", pl.col("visit").alias("row_visit"), "repeat")


def _collected(node: Call, form: str, records: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Of records at visits, those where the schedule has every form that the aggregate addresses."""
    vocabulary = places.session.vocabulary
    if vocabulary.forms[form].records not in AT_VISITS:
        return records
    forms = forms_at_row(node, vocabulary)
    visits = [visit for visit in records["row_visit"].unique() if is_collected(forms, visit, vocabulary)]
    return records.filter(pl.col("row_visit").is_in(visits))


def _is_complete(form: str, places: Places, counts: pl.Series) -> pl.Series:
    """Whether no more records can come: the gate says none, or says some and there are."""
    session = places.session
    gates = session.tables.gates.filter(pl.col("form") == form).select("participant", "gate")
    found = places.frame.select("participant").join(
        gates, on="participant", how="left", maintain_order="left"
    )
    gate = found["gate"]
    if not session.vocabulary.forms[form].has_gate:
        gate = choose_series(counts > 0, repeated(value=True, rows=counts.len()), gate)
    return (~gate | (gate & (counts > 0))).fill_null(value=False)


# ---------------------------------------------------------------- truth over records


def _decided_by(decisive: bool, node: Call, places: Places) -> pl.Series:
    """The decisive answer of one record; else all records must be known, and be all."""
    listed = _listed(node, places)
    condition = pl.col("condition")
    is_decisive = condition if decisive else ~condition
    found = listed.gathered(
        {},
        is_decisive.fill_null(value=False).any().alias("decided"),
        condition.is_null().any().alias("unsure"),
    )
    is_decided = found["decided"].fill_null(value=False)
    is_unsure = found["unsure"].fill_null(value=False) | listed.is_open
    answer = keep(~is_unsure, repeated(value=not decisive, rows=places.rows))
    return choose_series(is_decided, repeated(value=decisive, rows=places.rows), answer)


def _any(node: Call, places: Places) -> Column:
    return Truths(_decided_by(True, node, places))


def _none(node: Call, places: Places) -> Column:
    return Truths(~_decided_by(True, node, places))


def _every(node: Call, places: Places) -> Column:
    return Truths(_decided_by(False, node, places))


def _count(node: Call, places: Places) -> Column:
    listed = _listed(node, places)
    condition = pl.col("condition")
    found = listed.gathered({}, condition.sum().alias("sure"), condition.is_null().sum().alias("unsure"))
    sure, unsure = (found[name].fill_null(0).cast(pl.Int64()) for name in ("sure", "unsure"))
    is_known = ~listed.is_open | found["sure"].is_not_null()
    most = largest_of(sure + unsure)
    low = Ratio(keep(is_known, sure), 1, most, 1)
    high = Ratio(keep(~listed.is_open, sure + unsure), 1, most, 1)
    return spanned(low, high, is_known)


# ---------------------------------------------------------------- values over records


@dataclass(frozen=True, slots=True)
class _Picked:
    """Values of the records surely or perhaps selected. is_known: per place, whether enough is known of them."""

    listed: _Listed
    values: Column
    is_known: pl.Series


def _picked(node: Call, places: Places) -> _Picked:
    """at_least=n leaves unknown values out, and wants n known ones."""
    listed = _listed(node, places)
    values = places.session.ask(node.arguments[0], listed.rows)
    at_least = _named(node, "at_least")
    is_sure, is_valued = pl.col("condition"), pl.col("valued")
    stops = ~is_valued & is_sure.fill_null(value=True)
    if at_least is not None:
        stops = ~is_valued & is_sure.is_null()
    found = listed.gathered(
        {"valued": known(values)},
        stops.any().alias("stops"),
        (is_sure & is_valued).sum().cast(pl.Int64()).alias("sure"),
    )
    is_known = ~listed.is_open & ~found["stops"].fill_null(value=False)
    if at_least is not None:
        is_known = is_known & (found["sure"].fill_null(0) >= int(cast("NumberNode", at_least).value))
    return _Picked(listed, values, is_known)


def _sum(node: Call, places: Places) -> Column:
    """Records that may be selected widen the sum by their value."""
    picked = _picked(node, places)
    ratio = numbers(picked.values).low
    total, perhaps = _above(picked, ratio)
    low, high = total + perhaps["low"], total + perhaps["high"]
    return spanned(_ratio(low, ratio, picked), _ratio(high, ratio, picked), picked.is_known)


def _above(picked: _Picked, ratio: Ratio) -> tuple[pl.Series, pl.DataFrame]:
    """Sums of numerators: of records surely selected, and the ends that those perhaps selected leave."""
    most_rows = largest_of(picked.listed.of.value_counts()["count"].cast(pl.Int64()))
    proved(ratio.most * most_rows * 2)
    above, condition = pl.col("above"), pl.col("condition")
    unsure = above.filter(condition.is_null())
    found = picked.listed.gathered(
        {"above": ratio.above},
        above.filter(condition).sum().alias("total"),
        unsure.filter(unsure < 0).sum().alias("low"),
        unsure.filter(unsure > 0).sum().alias("high"),
    ).with_columns(pl.col("total", "low", "high").fill_null(0))
    return found["total"], found.select("low", "high")


def _ratio(above: pl.Series, like: Ratio, picked: _Picked) -> Ratio:
    return Ratio(keep(picked.is_known, above), like.below, largest_of(above), like.most_below)


def _mean(node: Call, places: Places) -> Column:
    picked = _picked(node, places)
    ratio = numbers(picked.values).low
    total, _ = _above(picked, ratio)
    condition = pl.col("condition")
    found = picked.listed.gathered(
        {"valued": known(picked.values)},
        (condition & pl.col("valued")).sum().cast(pl.Int64()).alias("sure"),
        condition.is_null().any().alias("unsure"),
    )
    sure = found["sure"].fill_null(0)
    is_known = picked.is_known & ~found["unsure"].fill_null(value=False)
    count = Ratio(keep(is_known, sure), 1, largest_of(sure), 1)
    return exactly(divide(_ratio(total, ratio, picked), count))


def _extreme(node: Call, places: Places) -> Column:
    """Records that may be selected widen the answer only where they could change it."""
    picked = _picked(node, places)
    is_least = node.function == "min"
    match picked.values:
        case Dates(low=low, high=high):
            low, high = _ends(low, high, picked, is_least=is_least)
            return Dates(low, low if (low == high).all() else high)
        case Numbers(low=ratio):
            low, high = _ends(ratio.above, ratio.above, picked, is_least=is_least)
            first, last = (Ratio(end, ratio.below, ratio.most, ratio.most_below) for end in (low, high))
            return spanned(first, last, low.is_not_null())
        case _:
            return Nothing(places.rows)


def _ends(low: pl.Series, high: pl.Series, picked: _Picked, *, is_least: bool) -> tuple[pl.Series, pl.Series]:
    """Least and greatest end of what is selected; the better one counts those perhaps selected too."""
    condition = pl.col("condition")
    sure, perhaps = condition.fill_null(value=False), condition.fill_null(value=True)
    if is_least:
        ends = pl.col("low").filter(perhaps).min(), pl.col("high").filter(sure).min()
    else:
        ends = pl.col("low").filter(sure).max(), pl.col("high").filter(perhaps).max()
    found = picked.listed.gathered(
        {"low": low, "high": high},
        ends[0].alias("first"),
        ends[1].alias("last"),
        (sure & pl.col("low").is_not_null()).any().alias("some"),
    )
    is_known = picked.is_known & found["some"].fill_null(value=False)
    return keep(is_known, found["first"]), keep(is_known, found["last"])


# ---------------------------------------------------------------- days that intervals cover


def _days_covered(node: Call, places: Places) -> Column:
    """Days in at least one of the records' intervals, both ends counted, overlaps once.

    What is surely covered is the least; what may be covered is the most, open where an end is unknown.
    """
    listed = _listed(node, places)
    first, last = (dates(places.session.ask(argument, listed.rows)) for argument in node.arguments)
    is_dated = known(first) & known(last)
    condition, dated = pl.col("condition"), pl.col("dated")
    found = listed.gathered(
        {"dated": is_dated},
        (~dated & condition.fill_null(value=True)).any().alias("endless"),
        condition.fill_null(value=False).any().alias("some"),
        pl.len().alias("rows"),
    )
    is_sure, is_perhaps = listed.condition.fill_null(value=False), listed.condition.fill_null(value=True)
    certain = _days_of_union(listed, first.high, last.low, is_sure & is_dated)
    possible = _days_of_union(listed, first.low, last.high, is_perhaps & is_dated)
    some = found["some"].fill_null(value=False).cast(pl.Int64())
    least = pl.select(pl.max_horizontal(certain, some)).to_series()
    most = pl.select(pl.max_horizontal(possible, least)).to_series()
    is_known = ~listed.is_open | found["rows"].is_not_null()
    is_endless = listed.is_open | found["endless"].fill_null(value=False)
    bound = max(largest_of(most), largest_of(least))
    low, high = keep(is_known, least), keep(is_known & ~is_endless, most)
    return spanned(Ratio(low, 1, bound, 1), Ratio(high, 1, bound, 1), is_known)


def _days_of_union(listed: _Listed, first: pl.Series, last: pl.Series, mask: pl.Series) -> pl.Series:
    """Days in at least one interval of each place; an interval that ends before it begins has none."""
    day = pl.Int64()
    frame = pl.DataFrame({"place": listed.of, "first": first, "last": last}).filter(mask)
    frame = frame.with_columns(pl.col("first", "last").cast(pl.Int32()).cast(day)).sort(
        "place", "first", "last"
    )
    reached = pl.col("last").cum_max().shift(1).over("place")
    begin = pl.max_horizontal("first", reached + 1)
    days = pl.max_horizontal(pl.col("last") - begin + 1, pl.lit(0, dtype=day))
    found = frame.with_columns(days=days).group_by("place").agg(pl.col("days").sum())
    return aligned(listed.asking, found)["days"].fill_null(0)


ROW_FUNCTIONS: Final[Mapping[str, Callable[[Call, Places], Column]]] = MappingProxyType(
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
