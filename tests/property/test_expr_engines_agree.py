"""The record engine and each of the two others give the same answers to random rules on random data."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st
from tests.property.both_engines import VOCABULARY, answers_of_both, places_of
from tests.property.random_rules import make_reader, rules
from tests.spec.javascript_engine import answers_of
from tests.spec.spec_table import node_of

from trialwright.expr.answer import Answer, RuleBudgetExceeded
from trialwright.expr.check import infer
from trialwright.expr.columns import check_columns
from trialwright.expr.columns_places import NotInColumnsError
from trialwright.expr.columns_ratios import TooLargeError
from trialwright.expr.record import evaluate
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import Scope

Agree = Callable[[str, Scope, str | None, int], None]


def columns_agree(rule: str, asked: Scope, form: str | None, seed: int) -> None:
    node = node_of(rule)
    assume(isinstance(infer(node, VOCABULARY, asked=asked, form=form), Typed))
    try:
        record, columns = answers_of_both(rule, asked, form, seed)
    except (TooLargeError, RuleBudgetExceeded) as error:
        event(type(error).__name__)  # neither engine answers what is too large
        return
    except NotInColumnsError:
        event("not in columns")
        codes = [problem.code for problem in check_columns(node, VOCABULARY, asked=asked, form=form)]
        assert codes in (["rule-not-in-columns"], ["rule-too-large-for-columns"])
        return
    event("answered" if any(text != "? *" for text in record.values()) else "unknown")
    assert columns == record


def javascript_agrees(rule: str, asked: Scope, form: str | None, seed: int) -> None:
    """With the same reasons for what cannot be told."""
    node = node_of(rule)
    typed = infer(node, VOCABULARY, asked=asked, form=form)
    assume(isinstance(typed, Typed))
    assert isinstance(typed, Typed)
    readers = [make_reader(VOCABULARY, seed + number) for number in range(4)]
    places = [(reader, place) for reader in readers for place in places_of(asked, reader, form)]
    record = [told(evaluate(node, reader, place)) for reader, place in places]
    event("answered" if any(answer.value is not None for answer in record) else "unknown")
    assert answers_of(node, typed, VOCABULARY, form, places) == record


def told(answer: Answer) -> Answer:
    """What both tell: JavaScript does not say what it used. The needs of a span are those of its answer."""
    return replace(answer, used=())


routine = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
each_engine = pytest.mark.parametrize("agree", [columns_agree, javascript_agrees])


@each_engine
@routine
@given(rule=rules(has_visit=True), seed=st.integers(0, 999))
def test_engines_agree_at_visits(agree: Agree, rule: str, seed: int) -> None:
    agree(rule, "visit", None, seed)


@each_engine
@routine
@given(rule=rules(has_visit=False), seed=st.integers(0, 999))
def test_engines_agree_about_participants(agree: Agree, rule: str, seed: int) -> None:
    agree(rule, "participant", None, seed)


@each_engine
@routine
@given(
    asked=st.sampled_from(["log", "note", "case"]).flatmap(
        lambda form: st.tuples(st.just(form), rules(has_visit=form != "log", row=form))
    ),
    seed=st.integers(0, 999),
)
def test_engines_agree_about_rows(agree: Agree, asked: tuple[str, str], seed: int) -> None:
    form, rule = asked
    agree(rule, "row", form, seed)
