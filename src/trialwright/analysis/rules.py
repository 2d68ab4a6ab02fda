"""Asks rules of all participants at once, and of one participant where somebody wants to know why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import polars as pl

from trialwright.analysis.results import Needed, Used
from trialwright.datasets.analysis_visits import DISPLACED, Windowed
from trialwright.expr.check import infer
from trialwright.expr.columns import evaluate_columns
from trialwright.expr.nodes import Node
from trialwright.expr.reader import Known, NotEntered, Place, Reader, RowKey, State
from trialwright.expr.record import evaluate
from trialwright.expr.tables import Tables
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import Scope, Vocabulary
from trialwright.values.datum import Value

Truths = Mapping[tuple[str, str], bool | None]  # (participant, visit), visit "" for the participant's own


def typed_of(node: Node, vocabulary: Vocabulary, asked: Scope) -> Typed:
    """The checked rule. A study that was loaded has no wrong rule, so ValueError is a mistake of ours."""
    typed = infer(node, vocabulary, asked=asked)
    if isinstance(typed, tuple):
        raise ValueError("; ".join(problem.text for problem in typed))
    return typed


def ask(node: Node, vocabulary: Vocabulary, tables: Tables, asked: Scope) -> pl.DataFrame:
    """The answers of the columns engine: participant, visit ("" for the participant's own) and the answer's columns."""
    typed = typed_of(node, vocabulary, asked)
    told = evaluate_columns(node, typed, vocabulary, tables, asked=asked)
    visit = pl.col("visit").fill_null("") if "visit" in told.columns else pl.lit("").alias("visit")
    return told.with_columns(visit)


def truths(node: Node, vocabulary: Vocabulary, tables: Tables, asked: Scope = "participant") -> Truths:
    """Yes, no, or None where it cannot be told."""
    told = ask(node, vocabulary, tables, asked).select("participant", "visit", "value")
    return {(participant, visit): value for participant, visit, value in told.iter_rows()}


def numbers(
    node: Node, vocabulary: Vocabulary, tables: Tables, asked: Scope
) -> dict[tuple[str, str], Fraction]:
    """The numbers that are known, exact."""
    told = ask(node, vocabulary, tables, asked).select("participant", "visit", "numerator", "denominator")
    return {
        (participant, visit): Fraction(n, d) for participant, visit, n, d in told.drop_nulls().iter_rows()
    }


# ---------------------------------------------------------------- one participant


@dataclass(frozen=True, slots=True)
class AnalysisReader:
    """A participant's data with analysis visits in place of collected ones, as `Windowed.tables` has them for all."""

    participant: str
    inner: Reader
    windowed: Windowed
    planned: frozenset[str]
    keys: tuple[str, ...]
    records: Mapping[str, tuple[RowKey, ...]] = field(default_factory=dict)

    @property
    def vocabulary(self) -> Vocabulary:
        return self.inner.vocabulary

    def state(self, form: str, item: str, visit: str, repeat: int) -> State:
        if form == "visit":
            return self.inner.state(
                form, item, self.windowed.moved.get((self.participant, visit), visit), repeat
            )
        if form not in self.windowed.forms:
            return self.inner.state(form, item, visit, repeat)
        if visit.endswith(DISPLACED):
            return self.inner.state(form, item, visit.removesuffix(DISPLACED), repeat)
        if visit not in self.planned:
            return self.inner.state(form, item, visit, repeat)
        source = self.windowed.sources.get((self.participant, form, item, visit))
        state = self.inner.state(form, item, source or visit, repeat)
        return state if source or not is_value(state) else NotEntered()

    def rows(self, form: str) -> Sequence[RowKey]:
        return self.records.get(form, ()) if form in self.windowed.forms else self.inner.rows(form)

    def gate(self, form: str) -> bool | None:
        return self.inner.gate(form)

    def visit_keys(self) -> Sequence[str]:
        return self.keys

    def limit(self, form: str, item: str, side: Literal["low", "high"]) -> Fraction | None:
        return self.inner.limit(form, item, side)

    def expiry(self, kit: str) -> str | None:
        return self.inner.expiry(kit)


def is_value(state: State) -> bool:
    return isinstance(state, Known) and isinstance(state.datum, Value)


def analysis_readers(
    readers: Mapping[str, Reader], windowed: Windowed, planned: Iterable[str]
) -> dict[str, Reader]:
    """A reader for each participant that reads what the windowed tables say."""
    keys: dict[str, list[str]] = {}
    for row in windowed.tables.visits.sort("participant", "order").iter_rows(named=True):
        keys.setdefault(row["participant"], []).append(row["visit"])
    records: dict[str, dict[str, list[RowKey]]] = {}
    for form in windowed.forms:
        frame = windowed.tables.forms[form].filter("is_record")
        for participant, visit, repeat in frame.select("participant", "visit", "repeat").iter_rows():
            records.setdefault(participant, {}).setdefault(form, []).append(RowKey(visit, repeat))
    wanted = frozenset(planned)
    return {
        participant: AnalysisReader(
            participant,
            reader,
            windowed,
            wanted,
            tuple(keys.get(participant, ())),
            in_order(records.get(participant, {}), keys.get(participant, [])),
        )
        for participant, reader in readers.items()
    }


def in_order(records: Mapping[str, list[RowKey]], keys: list[str]) -> dict[str, tuple[RowKey, ...]]:
    """Rows by the order of the visits, as a casebook's reader gives them."""
    place = {key: index for index, key in enumerate(keys)}
    return {
        form: tuple(sorted(rows, key=lambda row: (place.get(row.visit, -1), row.repeat)))
        for form, rows in records.items()
    }


@dataclass(frozen=True, slots=True)
class Told:
    """What the record engine says of one rule: the answer, the values that it used, and what it would have needed."""

    value: object
    used: tuple[Used, ...]
    needs: tuple[Needed, ...]


def tell(node: Node, reader: Reader, visit: str | None) -> Told:
    """The answer for one participant, with its reasons."""
    answer = evaluate(node, reader, Place(visit))
    used = tuple(
        Used(
            one.visit,
            one.form,
            one.repeat,
            one.item,
            one.sequence,
            text_at(reader, one.visit, one.form, one.repeat, one.item),
        )
        for one in answer.used
    )
    needs = tuple(Needed(need.form, need.item, need.visit or "", need.reason) for need in answer.needs)
    return Told(answer.value, tuple(dict.fromkeys(used)), tuple(dict.fromkeys(needs)))


def text_at(reader: Reader, visit: str, form: str, repeat: int, item: str) -> str:
    """The stored text at a source, read where it was collected."""
    inner = reader.inner if isinstance(reader, AnalysisReader) else reader
    state = inner.state(form, item, visit, repeat)
    return state.datum.text if isinstance(state, Known) and isinstance(state.datum, Value) else ""
