"""The built-in forms as frames: facts of visits, of the dose plan and of the participant, and of the site's tables.

They are read through each casebook's own reader, so that they have one meaning everywhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import lcm
from typing import Final

import polars as pl

from trialwright.datasets.gather import cells_of
from trialwright.expr.reader import Known, NotAsked, RowKey
from trialwright.expr.tables import EXPIRIES, GATES, LIMITS, UNDATED, VISITS
from trialwright.expr.vocabulary import FormInfo
from trialwright.ledger.casebook import Casebook, Entry
from trialwright.ledger.criteria import deciding_visits, latest_decisions
from trialwright.ledger.diary_scores import is_dated
from trialwright.ledger.facts import limit_of
from trialwright.ledger.reader import CasebookReader
from trialwright.schedule.visits import visit_of
from trialwright.study.model import Study
from trialwright.values.datum import Value

BUILT_IN: Final = ("visit", "plan", "participant")


def visit_keys(book: Casebook) -> tuple[str, ...]:
    """The visit keys that may be asked of a participant: of the schedule, and those that something stands under."""
    planned = [visit.id for visit in book.study.visits.values() if not visit.repeats]
    return tuple(dict.fromkeys([*planned, *(visit for visit, _, _ in book.records if visit)]))


def fact_frame(form: FormInfo, readers: Iterable[CasebookReader]) -> pl.DataFrame:
    """One built-in form; a state stands where there is no value."""
    keys: list[tuple[str, str, bool]] = []
    entries: dict[str, list[Entry | None]] = {item: [] for item in form.items}
    states: dict[str, list[str]] = {item: [] for item in form.items}
    for reader in readers:
        rows = set(reader.rows(form.form))
        visits = ("",) if form.records == "participant" else visit_keys(reader.book)
        for visit in visits:
            keys.append((reader.book.participant, visit, RowKey(visit, 0) in rows))
            for item, told in entries.items():
                state = reader.state(form.form, item, visit, 0)
                is_known = isinstance(state, Known)
                told.append(Entry(state.datum, state.source.sequence) if isinstance(state, Known) else None)
                is_value = isinstance(state, Known) and isinstance(state.datum, Value)
                other = "not_asked" if isinstance(state, NotAsked) else "not_entered"
                states[item].append("known" if is_value else "reason" if is_known else other)
    columns = {
        "participant": pl.Series([participant for participant, _, _ in keys], dtype=pl.String()),
        "visit": pl.Series([visit for _, visit, _ in keys], dtype=pl.String()),
        "repeat": pl.Series([0] * len(keys), dtype=pl.Int64()),
        "is_record": pl.Series([is_record for _, _, is_record in keys], dtype=pl.Boolean()),
    }
    for item, told in entries.items():
        cells = cells_of(told)
        columns[f"{item}__text"] = pl.Series(cells.texts, dtype=pl.String())
        columns[f"{item}__state"] = pl.Series(states[item], dtype=pl.String())
        columns[f"{item}__reason"] = pl.Series(cells.reasons, dtype=pl.String())
        columns[f"{item}__event"] = pl.Series(cells.events, dtype=pl.Int64())
    return pl.DataFrame(columns)


def visit_frame(readers: Iterable[CasebookReader]) -> pl.DataFrame:
    """The visits that have a date or a reason for none, in their order."""
    rows = [
        (reader.book.participant, key, order)
        for reader in readers
        for order, key in enumerate(reader.visit_keys())
    ]
    return pl.DataFrame(rows, schema=VISITS, orient="row")


def gate_frame(study: Study, readers: Iterable[CasebookReader]) -> pl.DataFrame:
    """What the gates say, where they say anything; of forms without one, whether they are asked at all. A diary has
    none: what is there is the list."""
    told = [
        name
        for name, form in study.forms.items()
        if form.gate is not None or form.when is not None or form.ask is not None
    ]
    rows = [(reader.book.participant, form, reader.gate(form)) for reader in readers for form in told]
    return pl.DataFrame([row for row in rows if row[2] is not None], schema=GATES, orient="row")


def undated_frame(study: Study, books: Iterable[Casebook]) -> pl.DataFrame:
    """The records of the diary of whose entries none has a day that can be trusted."""
    asked = {name for name, form in study.forms.items() if form.ask is not None}
    rows = []
    for book in books:
        dated = {entry.key for entry in book.entries.values() if is_dated(book, entry)}
        rows += [
            (book.participant, form, repeat)
            for visit, form, repeat in book.records
            if form in asked and (visit, form, repeat) not in dated
        ]
    return pl.DataFrame(rows, schema=UNDATED, orient="row")


def participant_frame(readers: Iterable[CasebookReader]) -> pl.DataFrame:
    """One row a participant: who, where, in which arm, what was decided, and the events of these facts.

    decision: the refusal, where there is one, else the latest; not_met: the criteria that a refusal names.
    is_decided: whether every visit that decides has a decision.
    """
    rows = [_participant(reader.book) for reader in readers]
    schema = {
        "participant": pl.String(),
        "code": pl.String(),
        "site": pl.String(),
        "arm": pl.String(),
        "code__event": pl.Int64(),
        "enrolled": pl.Int64(),
        "decision": pl.String(),
        "decision__event": pl.Int64(),
        "not_met": pl.List(pl.String()),
        "is_decided": pl.Boolean(),
        "sequence": pl.Int64(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _participant(book: Casebook) -> tuple[object, ...]:
    decisions = latest_decisions(book)
    refused = [decision for decision in decisions.values() if decision.decision == "not_eligible"]
    last = max(refused or decisions.values(), key=lambda decision: decision.sequence, default=None)
    visits = deciding_visits(book.study)
    is_decided = bool(visits) and all(visit in decisions for visit in visits)
    told = (None, None) if last is None else (last.decision, last.sequence)
    not_met = [criterion for one in refused for criterion, status in one.criteria if status == "not_met"]
    identity = (book.participant, book.code, book.site, book.arm, book.coded, book.enrolled)
    return (*identity, *told, not_met, is_decided, book.sequence)


# ---------------------------------------------------------------- the site's tables


def expiry_frame(study: Study, books: Iterable[Casebook]) -> pl.DataFrame:
    """Expiry of every kit of the participant's site that stands anywhere in the participant's records."""
    stock: dict[str, dict[str, str]] = {}
    for lot in study.stock:
        of_site = stock.setdefault(lot.site, {})
        for kit in lot.kits:
            of_site.setdefault(kit, lot.expiry)
    rows = [
        (book.participant, kit, expiry)
        for book in books
        for kit, expiry in _kits(book, stock.get(book.site, {}))
    ]
    return pl.DataFrame(rows, schema=EXPIRIES, orient="row").unique(maintain_order=True)


def _kits(book: Casebook, stock: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not stock:
        return
    for record in book.records.values():
        for entry in record.items.values():
            if isinstance(entry.datum, Value) and entry.datum.text in stock:
                yield entry.datum.text, stock[entry.datum.text]


def limit_frame(study: Study, books: Iterable[Casebook]) -> tuple[pl.DataFrame, int]:
    """Limits of normal by participant and item, over one denominator."""
    items = dict.fromkeys(limit.item for limit in study.lab_limits)
    ends = [end for limit in study.lab_limits for end in (limit.low, limit.high) if end is not None]
    scale = lcm(*(end.denominator for end in ends))

    def scaled(end: Fraction | None) -> int | None:
        return None if end is None else int(end * scale)

    rows = []
    for book in books:
        for name in items:
            form, _, item = name.partition(".")
            low, high = limit_of(book, form, item, "low"), limit_of(book, form, item, "high")
            rows.append((book.participant, name, scaled(low), scaled(high)))
    return pl.DataFrame(rows, schema=LIMITS, orient="row"), scale


def planned_visit(keys: pl.Series) -> pl.Series:
    """The visit of the schedule of each visit key."""
    known = {key: visit_of(key) for key in keys.unique().drop_nulls()}
    return keys.replace_strict(known, default=None, return_dtype=pl.String())
