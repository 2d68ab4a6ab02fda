"""The record engine and the column engine give the same answers to random rules on random data."""

from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st
from tests.property.both_engines import VOCABULARY, answers_of_both
from tests.property.random_rules import rules
from tests.spec.spec_table import node_of

from trialwright.expr.answer import RuleBudgetExceeded
from trialwright.expr.check import infer
from trialwright.expr.columns import check_columns
from trialwright.expr.columns_places import NotInColumnsError
from trialwright.expr.columns_ratios import TooLargeError
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import Scope


def engines_agree(rule: str, asked: Scope, form: str | None, seed: int) -> None:
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


routine = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)


@routine
@given(rules(has_visit=True), st.integers(0, 999))
def test_engines_agree_at_visits(rule: str, seed: int) -> None:
    engines_agree(rule, "visit", None, seed)


@routine
@given(rules(has_visit=False), st.integers(0, 999))
def test_engines_agree_about_participants(rule: str, seed: int) -> None:
    engines_agree(rule, "participant", None, seed)


@routine
@given(
    st.sampled_from(["log", "note", "case"]).flatmap(
        lambda form: st.tuples(st.just(form), rules(has_visit=form != "log", row=form))
    ),
    st.integers(0, 999),
)
def test_engines_agree_about_rows(asked: tuple[str, str], seed: int) -> None:
    form, rule = asked
    engines_agree(rule, "row", form, seed)
