"""One rule on both engines, on the data of four random participants."""

from collections.abc import Mapping
from dataclasses import replace

from tests.property.random_rules import KITS, make_reader, make_vocabulary
from tests.spec.conftest import answer_text
from tests.spec.spec_table import node_of
from tests.spec.tables_of_readers import frame_text, tables_of

from trialwright.expr.answer import Answer, DateSpan
from trialwright.expr.check import infer
from trialwright.expr.columns import evaluate_columns
from trialwright.expr.reader import Place, Reader
from trialwright.expr.record import evaluate
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import Scope
from trialwright.values.dates import partial_date_span

VOCABULARY = make_vocabulary()

Answers = Mapping[tuple[str, str, int], str]


def answers_of_both(rule: str, asked: Scope, form: str | None, seed: int) -> tuple[Answers, Answers]:
    """What the record engine and the column engine answer, by participant, visit and repeat."""
    node = node_of(rule)
    typed = infer(node, VOCABULARY, asked=asked, form=form)
    assert isinstance(typed, Typed), [problem.text for problem in typed]
    readers = {f"P{number}": make_reader(VOCABULARY, seed + number) for number in range(4)}
    tables = tables_of(VOCABULARY, readers, kits=KITS)
    record = {
        (name, place.visit or "", place.repeat): _told(evaluate(node, reader, place), typed)
        for name, reader in readers.items()
        for place in places_of(asked, reader, form)
    }
    frame = evaluate_columns(node, typed, VOCABULARY, tables, asked=asked, form=form)
    columns = {
        (row["participant"], row["visit"], row["repeat"]): frame_text(row)
        for row in frame.iter_rows(named=True)
    }
    return record, columns


def places_of(asked: Scope, reader: Reader, form: str | None) -> list[Place]:
    if asked == "participant":
        return [Place()]
    if asked == "visit":
        return [Place(visit, form) for visit in reader.visit_keys()]
    return [Place(row.visit or None, form, row.repeat) for row in reader.rows(form or "")]


def _told(answer: Answer, typed: Typed) -> str:
    """An answer without its reasons; a quoted text of the rule in the type of the whole."""
    if typed.kind in ("date", "partial_date") and isinstance(answer.value, str):
        answer = replace(answer, value=DateSpan(*partial_date_span(answer.value)))
    return "? *" if answer.value is None else answer_text(answer)
