"""The `spec` fixture: one table, one rule, every engine."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from tests.spec.fake_reader import FakeReader
from tests.spec.javascript_engine import answers_of
from tests.spec.spec_table import SpecTable, node_of, place_of, read_lines, reader_of, vocabulary_of
from tests.spec.tables_of_readers import columns_engine

from trialwright.expr.answer import Answer, DateSpan, NumberSpan
from trialwright.expr.check import infer
from trialwright.expr.nodes import Node
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.expr.types import Typed
from trialwright.values.numbers import number_text

Engine = Callable[[Node, Typed, Sequence[FakeReader], Place], Sequence[str]]


def answer_text(answer: Answer) -> str:
    """An answer as the tables write it; an unknown one with its reasons."""
    value = answer.value
    if value is None:
        return " ".join(["?", *sorted({need.reason for need in answer.needs})])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, NumberSpan):
        return f"{_end(value.low)}..{_end(value.high)}"
    if isinstance(value, DateSpan):
        return value.low.isoformat() if value.low == value.high else f"{value.low}..{value.high}"
    return value if isinstance(value, str) else _end(value)


def _end(value: object) -> str:
    return "" if value is None else number_text(value) if not isinstance(value, int) else str(value)  # type: ignore[arg-type]  # a Fraction


def record_engine(node: Node, typed: Typed, readers: Sequence[FakeReader], place: Place) -> list[str]:
    return [answer_text(evaluate(node, reader, place)) for reader in readers]


def javascript_engine(node: Node, typed: Typed, readers: Sequence[FakeReader], place: Place) -> list[str]:
    asked = [(reader, place) for reader in readers]
    answers = answers_of(node, typed, readers[0].vocabulary, place.form, asked)
    return [answer_text(answer) for answer in answers]


ENGINES: Mapping[str, Engine] = {
    "record": record_engine,
    "columns": columns_engine,
    "javascript": javascript_engine,
}
UNTOLD = "? *"  # the column engine tells no reasons


def is_as_expected(expected: str, answered: str) -> bool:
    """`?` stands for any reason; `? reason` must be among them, where the engine tells reasons."""
    if expected.startswith("?"):
        return answered == UNTOLD or (
            answered.startswith("?") and set(expected.split()) <= set(answered.split())
        )
    return expected == answered


def check_spec(table: SpecTable) -> None:
    """Every engine answers every line as the table says."""
    vocabulary, node, place = vocabulary_of(table), node_of(table.rule), place_of(table)
    typed = infer(node, vocabulary, asked=table.asked, form=place.form)
    assert isinstance(typed, Typed), [problem.text for problem in typed]
    readers = [reader_of(line, vocabulary) for line in table.lines]
    for name, engine in ENGINES.items():
        answers = engine(node, typed, readers, place)
        wrong = [
            f"{dict(line.cells)}: {answer}, not {line.expected}"
            for line, answer in zip(table.lines, answers, strict=True)
            if not is_as_expected(line.expected, answer)
        ]
        assert not wrong, f"{name}: {table.rule}\n" + "\n".join(wrong)


@pytest.fixture
def spec() -> Callable[..., None]:
    """spec(table, rule, item="declaration", ...): runs the table through every engine.

    Names with two underlines are form__item. Further: asked=, forms=, terms=, bands=.
    """

    def run(table: str, rule: str, **kinds: object) -> None:
        parts = {part: kinds.pop(part) for part in ("asked", "forms", "terms", "bands") if part in kinds}
        items = {name.replace("__", "."): str(text) for name, text in kinds.items()}
        check_spec(SpecTable("", rule, read_lines(table), items=items, **parts))  # type: ignore[arg-type]  # parts are as SpecTable names them

    return run
