"""Which events a derived row came from: what its rules read, looked up in the event columns of the tables.

All are numbers in the stream of the row's own participant.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from trialwright.expr.columns_reach import aggregated_form
from trialwright.expr.nodes import Call, ItemRef, Name, Node
from trialwright.expr.tables import Tables
from trialwright.expr.vocabulary import Vocabulary
from trialwright.expr.walk import ABOUT_FORM, AGGREGATES, children

EVENTS: Final = pl.List(pl.Int64)
KEYS: Final = ["participant", "visit", "repeat"]
HERE, ALL, BASELINE = "", "*", "baseline"
_CHANGES: Final = frozenset({"change", "relative_change", "reduction"})


@dataclass(frozen=True, slots=True)
class Read:
    """An item that a rule reads. where: HERE, at the place that is asked; BASELINE; ALL records; or a visit."""

    form: str
    item: str
    where: str


@dataclass(frozen=True, slots=True)
class _At:
    where: str
    bare: str | None


def reads(node: Node, vocabulary: Vocabulary, form: str | None = None) -> frozenset[Read]:
    """What a rule reads, its terms unfolded. form: whose items bare names mean."""
    return frozenset(_reads(node, vocabulary, _At(HERE, form)))


def _reads(node: Node, vocabulary: Vocabulary, at: _At) -> Iterator[Read]:
    match node:
        case ItemRef(form=form, item=item):
            yield Read(form, item, at.where)
        case Name(word=word):
            if at.bare is not None and word in vocabulary.forms[at.bare].items:
                yield Read(at.bare, word, at.where)
            elif word in vocabulary.terms:
                yield from _reads(vocabulary.terms[word].node, vocabulary, replace(at, bare=None))
        case Call(function="at", arguments=(Name(word=visit), inner)):
            yield from _reads(inner, vocabulary, replace(at, where=visit))
        case Call(function=function) if function in AGGREGATES:
            inside = _At(ALL, aggregated_form(node))
            parts = (*node.arguments[function in ABOUT_FORM :], *(part for _, part in node.named))
            for part in parts:
                yield from _reads(part, vocabulary, inside)
        case Call(function="baseline"):
            yield from _reads(node.arguments[0], vocabulary, replace(at, where=BASELINE))
        case Call(function="previous" | "last"):
            yield from _reads(node.arguments[0], vocabulary, replace(at, where=ALL))
        case _:
            for child in children(node):
                yield from _reads(child, vocabulary, at)
            if isinstance(node, Call) and node.function in _CHANGES:
                yield from _reads(node.arguments[0], vocabulary, replace(at, where=BASELINE))


def events_at(
    found: Iterable[Read], vocabulary: Vocabulary, tables: Tables, frame: pl.DataFrame
) -> pl.Series:
    """The events of what was read at each place, each once and in order.

    frame: `participant`, `visit` ("" for none), `repeat`.
    """
    places = frame.select(KEYS).with_row_index("row")
    long = [
        _events(read, vocabulary, tables, places)
        for read in sorted(found, key=lambda one: (one.form, one.item, one.where))
        if read.form in tables.forms and f"{read.item}__event" in tables.forms[read.form].columns
    ]
    return _united(frame.height, long)


def union(rows: int, lists: Iterable[pl.Series]) -> pl.Series:
    """Lists of events put together row by row, each event once and in order."""
    # One long column: polars' own functions of lists take ten times as long.
    lists = list(lists)
    if any(len(one) != rows for one in lists):
        raise ValueError(f"lists of {[len(one) for one in lists]} rows are no lists of {rows}")
    long = [one.cast(EVENTS).alias("SRC").to_frame().with_row_index("row").explode("SRC") for one in lists]
    return _united(rows, long)


def _united(rows: int, long: list[pl.DataFrame]) -> pl.Series:
    """long: `row`, `SRC` each, of one event or none."""
    nothing = pl.int_range(rows, dtype=pl.UInt32, eager=True).alias("row").to_frame()
    nothing = nothing.with_columns(pl.lit(None, pl.Int64).alias("SRC"))
    lists = pl.col("SRC").drop_nulls().unique().sort()
    # First what has no event: so each row is there, in its place.
    return pl.concat([nothing, *long]).group_by("row", maintain_order=True).agg(lists)["SRC"]


def own_events(frame: pl.DataFrame) -> pl.Series:
    """Of records of a form: the events of all their items."""
    names = [name for name in frame.columns if name.endswith("__event")]
    together = pl.concat_list(names).list.drop_nulls().list.unique().list.sort()
    return frame.select(together.alias("SRC"))["SRC"]


def _events(read: Read, vocabulary: Vocabulary, tables: Tables, places: pl.DataFrame) -> pl.DataFrame:
    """places: `row` and KEYS. Gives `row` and `SRC`, as often as a row has events."""
    by = ["participant"]
    if read.where == BASELINE:
        held = _baseline_events(read, vocabulary, tables)
    else:
        # Columns first: a form may have hundreds, and each that is left would be filtered.
        held = tables.forms[read.form].select(*KEYS, pl.col(f"{read.item}__event").alias("SRC"))
        held = held.drop_nulls("SRC")
    if read.where == HERE:
        by = _keys_here(vocabulary.forms[read.form].records)
    elif read.where not in (ALL, BASELINE) and vocabulary.forms[read.form].records != "participant":
        held = held.filter(pl.col("visit") == read.where)
    return places.join(held, on=by).select("row", "SRC")


def _keys_here(records: str) -> list[str]:
    if records == "participant":
        return ["participant"]
    return ["participant", "visit"] if records == "visit" else KEYS


def _baseline_events(read: Read, vocabulary: Vocabulary, tables: Tables) -> pl.DataFrame:
    """The known value of the baseline visit that is preferred, as a rule takes it."""
    preferred = {visit: order for order, visit in enumerate(vocabulary.baseline_visits)}
    asked = tables.forms[read.form].select(
        "participant", "visit", f"{read.item}__state", pl.col(f"{read.item}__event").alias("SRC")
    )
    known = asked.filter((pl.col(f"{read.item}__state") == "known") & pl.col("visit").is_in(list(preferred)))
    ranked = known.with_columns(
        pl.col("visit").replace_strict(preferred, default=None, return_dtype=pl.Int64()).alias("preferred")
    )
    chosen = ranked.sort("preferred").group_by("participant", maintain_order=True).first()
    return chosen.select("participant", "SRC")
