"""Tables from readers, cell by cell: slow, and so simple that the fast way is tested against it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl

from trialwright.datasets.typed import typed_columns
from trialwright.expr.columns import evaluate_columns
from trialwright.expr.nodes import Node
from trialwright.expr.reader import Known, NotAsked, Place, Reader, RowKey, State
from trialwright.expr.tables import EXPIRIES, GATES, LIMITS, Tables
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import FormInfo, Vocabulary
from trialwright.values.datum import Value
from trialwright.values.numbers import number_text

LIMIT_SCALE = 1000


def tables_of(
    vocabulary: Vocabulary,
    readers: Mapping[str, Reader],
    *,
    kits: Sequence[str] = (),
    more: Sequence[str] = (),
) -> Tables:
    """more: visit keys that may be asked beside those of the schedule."""
    forms, scales = {}, {}
    for form in vocabulary.forms.values():
        forms[form.form] = form_frame(form, vocabulary, readers, more, scales)
    visits = [
        (participant, visit, order)
        for participant, reader in readers.items()
        for order, visit in enumerate(reader.visit_keys())
    ]
    gates = [
        (participant, form, reader.gate(form))
        for participant, reader in readers.items()
        for form in vocabulary.forms
    ]
    expiries = [
        (participant, kit, reader.expiry(kit)) for participant, reader in readers.items() for kit in kits
    ]
    return Tables(
        pl.DataFrame({"participant": list(readers)}, schema={"participant": pl.String()}),
        pl.DataFrame(
            visits,
            schema={"participant": pl.String(), "visit": pl.String(), "order": pl.Int64()},
            orient="row",
        ),
        forms,
        pl.DataFrame(gates, schema=GATES, orient="row"),
        scales,
        pl.DataFrame([row for row in expiries if row[2] is not None], schema=EXPIRIES, orient="row"),
        limit_frame(vocabulary, readers),
        LIMIT_SCALE,
    )


def limit_frame(vocabulary: Vocabulary, readers: Mapping[str, Reader]) -> pl.DataFrame:
    def scaled(limit: Fraction | None) -> int | None:
        return None if limit is None else int(limit * LIMIT_SCALE)

    rows = [
        (
            participant,
            f"{form.form}.{item}",
            scaled(reader.limit(form.form, item, "low")),
            scaled(reader.limit(form.form, item, "high")),
        )
        for participant, reader in readers.items()
        for form in vocabulary.forms.values()
        for item in form.items
    ]
    return pl.DataFrame(rows, schema=LIMITS, orient="row")


def form_frame(
    form: FormInfo,
    vocabulary: Vocabulary,
    readers: Mapping[str, Reader],
    more: Sequence[str],
    scales: dict[tuple[str, str], int],
) -> pl.DataFrame:
    keys: list[tuple[str, RowKey, bool]] = []
    for participant, reader in readers.items():
        rows = list(reader.rows(form.form))
        asked = dict.fromkeys([*rows, *_single_records(form, vocabulary, reader, more)])
        keys += [(participant, row, row in rows) for row in asked]
    columns = {
        "participant": pl.Series([participant for participant, _, _ in keys], dtype=pl.String()),
        "visit": pl.Series([row.visit for _, row, _ in keys], dtype=pl.String()),
        "repeat": pl.Series([row.repeat for _, row, _ in keys], dtype=pl.Int64()),
        "is_record": pl.Series([is_record for _, _, is_record in keys], dtype=pl.Boolean()),
    }
    for item, info in form.items.items():
        states = [
            readers[participant].state(form.form, item, row.visit, row.repeat) for participant, row, _ in keys
        ]
        told = [cell(state) for state in states]
        texts = pl.Series([text for text, _, _, _ in told], dtype=pl.String())
        typed = typed_columns(texts, info, vocabulary.code_lists)
        columns |= {f"{item}{suffix}": column for suffix, column in typed.columns}
        columns[f"{item}__state"] = pl.Series([state for _, state, _, _ in told], dtype=pl.String())
        columns[f"{item}__reason"] = pl.Series([reason for _, _, reason, _ in told], dtype=pl.String())
        columns[f"{item}__event"] = pl.Series([event for _, _, _, event in told], dtype=pl.Int64())
        scales[form.form, item] = typed.scale
    return pl.DataFrame(columns)


def _single_records(
    form: FormInfo, vocabulary: Vocabulary, reader: Reader, more: Sequence[str]
) -> list[RowKey]:
    """The records that form.item can mean although nothing was entered."""
    if form.records == "participant":
        return [RowKey("", 0)]
    if form.records == "visit":
        return [RowKey(visit, 0) for visit in [*vocabulary.visits, *reader.visit_keys(), *more]]
    return []


def cell(state: State) -> tuple[str | None, str, str | None, int | None]:
    """Text, state, reason and event."""
    match state:
        case Known(datum=Value(text=text), source=source):
            return text, "known", None, source.sequence
        case Known(datum=missing, source=source):
            return None, "reason", missing.reason, source.sequence
        case NotAsked():
            return None, "not_asked", None, None
        case _:
            return None, "not_entered", None, None


# ---------------------------------------------------------------- the engine of the spec tables


def columns_engine(node: Node, typed: Typed, readers: Sequence[Reader], place: Place) -> list[str]:
    """What the column engine answers, all readers at once, as the tables write it."""
    named = {f"P{number:03}": reader for number, reader in enumerate(readers)}
    vocabulary = readers[0].vocabulary
    kits = sorted({kit for reader in readers for kit in getattr(reader, "expiries", {})})
    tables = tables_of(vocabulary, named, kits=kits)
    asked = "participant" if place == Place() else "row" if place.repeat else "visit"
    found = evaluate_columns(node, typed, vocabulary, tables, asked=asked, visit=place.visit, form=place.form)
    if asked == "row":
        found = found.filter(pl.col("repeat") == place.repeat)
    answers = {row["participant"]: frame_text(row) for row in found.iter_rows(named=True)}
    return [answers[name] for name in named]


def frame_text(row: Mapping[str, object]) -> str:
    """One row of an answer, as the tables write it."""
    if "numerator" in row:
        low, high = (_fraction(row, end) for end in ("lo_", "hi_"))
        if low is None and high is None:
            return "? *"
        return low if low == high and low is not None else f"{low or ''}..{high or ''}"
    if "lo" in row:
        if row["lo"] is None:
            return "? *"
        return str(row["lo"]) if row["lo"] == row["hi"] else f"{row['lo']}..{row['hi']}"
    value = row["value"]
    if value is None:
        return "? *"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _fraction(row: Mapping[str, object], end: str) -> str | None:
    above, below = row[f"{end}numerator"], row[f"{end}denominator"]
    return number_text(Fraction(above, below)) if isinstance(above, int) and isinstance(below, int) else None
