"""The state of every item of a form where nothing was entered: not held, not yet entered, or not in the schedule."""

from collections.abc import Mapping

import polars as pl

from trialwright.datasets.typed import typed_columns
from trialwright.expr.vocabulary import CodeListInfo, FormInfo

Scales = dict[tuple[str, str], int]


def with_absent(entered: pl.DataFrame, grid: pl.DataFrame) -> pl.DataFrame:
    """The records of a form, and a line for every place of the grid without one."""
    keys = ["participant", "visit"]
    absent = grid.join(entered, on=keys, how="anti").select(
        *keys, pl.lit(0, dtype=pl.Int64()).alias("repeat"), pl.lit(value=False).alias("is_record")
    )
    return pl.concat([entered, absent], how="diagonal")


def with_states(frame: pl.DataFrame, form: FormInfo, held: pl.DataFrame) -> pl.DataFrame:
    """`item__state` of every item, and the reason and event of the visit where that was not held.

    held: `participant`, `visit`, `planned`, `held__reason`, `held__event` of visits not held.
    """
    joined = frame.join(held, on=["participant", "visit"], how="left", maintain_order="left")
    is_planned = (pl.col("visit") == "") | pl.col("planned").is_in(list(form.visits))
    told = [expression for item in form.items for expression in _told(item, is_planned)]
    return joined.with_columns(told).drop("planned", "held__reason", "held__event")


def _told(item: str, is_planned: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """State, reason and event of one item."""
    text, own = pl.col(f"{item}__text"), pl.col(f"{item}__reason")
    is_missed = text.is_null() & own.is_null() & pl.col("held__reason").is_not_null()
    reason = pl.when(is_missed).then("held__reason").otherwise(own)
    absent = pl.when(is_planned).then(pl.lit("not_entered")).otherwise(pl.lit("not_asked"))
    state = (
        pl.when(text.is_not_null()).then(pl.lit("known")).when(reason.is_not_null()).then(pl.lit("reason"))
    )
    event = pl.when(is_missed).then("held__event").otherwise(f"{item}__event")
    return (
        state.otherwise(absent).alias(f"{item}__state"),
        reason.alias(f"{item}__reason"),
        event.alias(f"{item}__event"),
    )


def with_values(
    frame: pl.DataFrame, form: FormInfo, code_lists: Mapping[str, CodeListInfo], scales: Scales
) -> pl.DataFrame:
    """The texts of every item as its typed columns; their scales are noted."""
    columns = {name: frame[name] for name in ("participant", "visit", "repeat", "is_record")}
    for item, info in form.items.items():
        typed = typed_columns(frame[f"{item}__text"], info, code_lists)
        scales[form.form, item] = typed.scale
        columns |= {f"{item}{suffix}": column for suffix, column in typed.columns}
        columns |= {f"{item}__{told}": frame[f"{item}__{told}"] for told in ("state", "reason", "event")}
    return pl.DataFrame(columns)
