"""The record engine and the column engine give the same answers to random rules on random data."""

from dataclasses import replace

from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st
from tests.property.random_rules import KITS, make_reader, make_vocabulary, rules
from tests.spec.conftest import answer_text
from tests.spec.spec_table import node_of
from tests.spec.tables_of_readers import frame_text, tables_of

from trialwright.expr.answer import Answer, DateSpan, RuleBudgetExceeded
from trialwright.expr.check import infer
from trialwright.expr.columns import check_columns, evaluate_columns
from trialwright.expr.columns_places import NotInColumnsError
from trialwright.expr.columns_ratios import TooLargeError
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import Scope
from trialwright.values.dates import partial_date_span

VOCABULARY = make_vocabulary()


def places(asked: Scope, reader, form: str | None):
    if asked == "participant":
        return [Place()]
    if asked == "visit":
        return [Place(visit) for visit in reader.visit_keys()]
    return [Place(row.visit or None, form, row.repeat) for row in reader.rows(form)]


def told(answer: Answer, typed: Typed) -> str:
    """An answer without its reasons; a quoted text of the rule in the type of the whole."""
    if typed.kind in ("date", "partial_date") and isinstance(answer.value, str):
        answer = replace(answer, value=DateSpan(*partial_date_span(answer.value)))
    return "? *" if answer.value is None else answer_text(answer)


def engines_agree(rule: str, asked: Scope, form: str | None, seed: int) -> None:
    node = node_of(rule)
    typed = infer(node, VOCABULARY, asked=asked, form=form)
    assume(isinstance(typed, Typed))
    readers = {f"P{number}": make_reader(VOCABULARY, seed + number) for number in range(4)}
    tables = tables_of(VOCABULARY, readers, kits=KITS)
    try:
        expected = {
            (name, place.visit or "", place.repeat): told(evaluate(node, reader, place), typed)
            for name, reader in readers.items()
            for place in places(asked, reader, form)
        }
        frame = evaluate_columns(node, typed, VOCABULARY, tables, asked=asked, form=form)
    except (NotInColumnsError, TooLargeError, RuleBudgetExceeded) as error:
        event(type(error).__name__)
        if isinstance(error, NotInColumnsError):
            assert [problem.code for problem in check_columns(node, VOCABULARY, asked=asked, form=form)]
        return
    event("answered" if any(text != "? *" for text in expected.values()) else "unknown")
    found = {
        (row["participant"], row["visit"], row["repeat"]): frame_text(row)
        for row in frame.iter_rows(named=True)
    }
    assert found == expected


routine = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)


@routine
@given(rules(has_visit=True), st.integers(0, 999))
def test_engines_agree_at_visits(rule, seed):
    engines_agree(rule, "visit", None, seed)


@routine
@given(rules(has_visit=False), st.integers(0, 999))
def test_engines_agree_about_participants(rule, seed):
    engines_agree(rule, "participant", None, seed)


@routine
@given(
    st.sampled_from(["log", "note", "case"]).flatmap(
        lambda form: st.tuples(st.just(form), rules(has_visit=form != "log", row=form))
    ),
    st.integers(0, 999),
)
def test_engines_agree_about_rows(asked, seed):
    form, rule = asked
    engines_agree(rule, "row", form, seed)
