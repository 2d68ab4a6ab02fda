"""Every value entered, one row each: what a listing shows, an export writes and a trace opens."""

import polars as pl

from trialwright.expr.tables import Tables
from trialwright.expr.vocabulary import ItemInfo
from trialwright.study.model import Study

COLUMNS = pl.Schema(
    {
        "participant": pl.String(),
        "visit": pl.String(),
        "form": pl.String(),
        "repeat": pl.Int64(),
        "item": pl.String(),
        "value": pl.String(),
        "reason": pl.String(),
        "number": pl.Float64(),
        "event": pl.Int64(),
    }
)


def derive_values(study: Study, tables: Tables) -> pl.DataFrame:
    """Columns: participant, visit, form, repeat, item; `value` as stored, or the `reason` for its being missing;
    `number`, a float for display, of items that are numbers; `event`, the sequence that put it there.

    In the order of forms and items of the definition, then of the participants. Items that are not asked, and
    those of visits not held, have no row.
    """
    parts = [
        _values(tables.forms[name], study.vocabulary.forms[name].items[item], tables)
        for name, form in study.forms.items()
        for item in form.items
    ]
    return pl.concat([pl.DataFrame(schema=COLUMNS), *parts])


def _values(frame: pl.DataFrame, info: ItemInfo, tables: Tables) -> pl.DataFrame:
    item = info.item
    entered = frame.filter(pl.col("is_record") & pl.col(f"{item}__state").is_in(["known", "reason"]))
    scale = tables.scale(info.form, item)
    return entered.select(
        "participant",
        "visit",
        pl.lit(info.form).alias("form"),
        "repeat",
        pl.lit(item).alias("item"),
        stored_text(info, scale, entered).cast(pl.String()).alias("value"),
        pl.col(f"{item}__reason").alias("reason"),
        _number(info, scale).cast(pl.Float64()).alias("number"),
        pl.col(f"{item}__event").alias("event"),
    )


def _number(info: ItemInfo, scale: int) -> pl.Expr:
    return pl.col(info.item) / scale if info.type in ("integer", "decimal") and scale else pl.lit(None)


def stored_text(info: ItemInfo, scale: int, frame: pl.DataFrame) -> pl.Expr:
    """The stored text of an item's typed columns."""
    item = info.item
    match info.type:
        case "integer" | "decimal" if f"{item}__code" in frame.columns:
            return pl.col(f"{item}__code")
        case "integer" | "decimal":
            return _number_text(pl.col(item), scale)
        case "boolean":
            return pl.when(item).then(pl.lit("true")).when(~pl.col(item)).then(pl.lit("false"))
        case "date" | "partial_date":
            return _date_text(pl.col(f"{item}__lo"), pl.col(f"{item}__hi"))
        case _:
            return pl.col(item)


def _number_text(above: pl.Expr, scale: int) -> pl.Expr:
    """Plain notation without needless zeros, as `values.numbers` stores it."""
    if scale <= 1:
        return above.cast(pl.String())
    places = len(str(scale)) - 1
    whole, rest = above.abs() // scale, above.abs() % scale
    decimals = rest.cast(pl.String()).str.zfill(places).str.strip_chars_end("0")
    sign = pl.when(above < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    text = sign + whole.cast(pl.String())
    return pl.when(rest == 0).then(text).otherwise(text + "." + decimals)


def _date_text(low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """A whole date, or a year or year and month."""
    is_year = (low.dt.ordinal_day() == 1) & (high.dt.month() == 12)
    whole, month = low.dt.to_string("%Y-%m-%d"), low.dt.to_string("%Y-%m")
    partial = (
        pl.when(is_year & (low.dt.month() != high.dt.month())).then(low.dt.to_string("%Y")).otherwise(month)
    )
    return pl.when(low == high).then(whole).otherwise(partial)
