"""Laws of the rule language that hold for any text and any data."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.spec_table import SpecTable, vocabulary_of

from trialwright.expr.answer import DateSpan, NumberSpan
from trialwright.expr.check import infer
from trialwright.expr.dates import days_of_union, months_between, passed, years_between
from trialwright.expr.nodes import Comparison, Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.spans import Unknown, absolute, compare, greatest, least, minus, over, plus, times
from trialwright.expr.types import Typed
from trialwright.expr.walk import children, walk

WORDS = [
    "a",
    "case",
    "case.total",
    "W4",
    "at",
    "any",
    "sum",
    "log",
    "where",
    "at_least",
    "if",
    "else",
    "and",
    "or",
]
WORDS += [
    "not",
    "in",
    "true",
    "3",
    "0.5",
    '"x"',
    "(",
    ")",
    ",",
    ".",
    "=",
    "==",
    "<",
    "+",
    "-",
    "*",
    "/",
    " ",
    "**",
]

rule_like = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
texts = st.one_of(st.text(max_size=200), rule_like)

VOCABULARY = vocabulary_of(
    SpecTable(
        "",
        "",
        (),
        items={"case.total": "decimal 0..72", "case.a": "boolean", "log.days": "integer"},
        forms={"log": "many gate"},
        terms={"t": "case.total > 3"},
    )
)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_any_text_is_a_rule_or_a_problem(text: str) -> None:
    found = parse_rule(text, "rules.yaml:3:5")
    if isinstance(found, tuple):
        assert len(found) == 1
        assert found[0].text
        assert found[0].where.startswith("rules.yaml:3:")
        return
    for node in walk(found.node):
        assert 0 <= node.span[0] < node.span[1] <= len(text)
        assert all(node.span[0] <= part.span[0] <= part.span[1] <= node.span[1] for part in children(node))


@settings(max_examples=200, deadline=None)
@given(rule_like, st.sampled_from(["participant", "visit"]))
def test_any_rule_has_a_type_or_a_problem(text: str, asked: str) -> None:
    rule = parse_rule(text, "rules.yaml:3:5")
    if isinstance(rule, Rule):
        found = infer(
            rule.node, VOCABULARY, asked="visit" if asked == "visit" else "participant", place=rule.place
        )
        assert isinstance(found, Typed) or found


# ---------------------------------------------------------------- spans hold every value they stand for

numbers = st.fractions(min_value=-50, max_value=50, max_denominator=8)


@st.composite
def number_spans(draw: st.DrawFn) -> tuple[Fraction | NumberSpan, Fraction]:
    """A number or a span, and one value in it."""
    value = draw(numbers)
    if draw(st.booleans()):
        return value, value
    low = None if draw(st.booleans()) else value - abs(draw(numbers))
    high = None if draw(st.booleans()) else value + abs(draw(numbers))
    if low is not None and low == high:
        return value, value
    return NumberSpan(low, high), value


def holds(result: object, value: Fraction) -> bool:
    if isinstance(result, Unknown):
        return True
    if isinstance(result, NumberSpan):
        return (result.low is None or result.low <= value) and (result.high is None or value <= result.high)
    return result == value


@settings(max_examples=200, deadline=None)
@given(number_spans(), number_spans())
def test_calculating_with_spans_loses_no_value(
    first: tuple[Fraction | NumberSpan, Fraction], second: tuple[Fraction | NumberSpan, Fraction]
) -> None:
    (a, x), (b, y) = first, second
    assert holds(plus(a, b), x + y)
    assert holds(minus(a, b), x - y)
    assert holds(times(a, b), x * y)
    assert holds(absolute(a), abs(x))
    assert holds(least([a, b]), min(x, y))
    assert holds(greatest([a, b]), max(x, y))
    quotient = over(a, b)
    assert isinstance(quotient, Unknown) if y == 0 else holds(quotient, x / y)


signs: st.SearchStrategy[Comparison] = st.sampled_from(["<", "<=", "==", "!=", ">", ">="])


@settings(max_examples=200, deadline=None)
@given(number_spans(), number_spans(), signs)
def test_a_decided_comparison_of_spans_is_right_for_every_value(
    first: tuple[Fraction | NumberSpan, Fraction],
    second: tuple[Fraction | NumberSpan, Fraction],
    sign: Comparison,
) -> None:
    (a, x), (b, y) = first, second
    verdict = compare(sign, a, b)
    assert isinstance(verdict, Unknown) or verdict is compare(sign, x, y)


# ---------------------------------------------------------------- the calendar

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


@settings(max_examples=200, deadline=None)
@given(days, days, days)
def test_units_passed_grow_with_the_second_day_and_shrink_with_the_first(
    first: date, x: date, y: date
) -> None:
    low, high = sorted((x, y))
    for count in (months_between, years_between):
        assert count(first, low) <= count(first, high)
        assert count(low, first) >= count(high, first)
        assert count(first, x) == -count(x, first)


@settings(max_examples=200, deadline=None)
@given(days, st.integers(0, 500), st.integers(0, 500), days)
def test_units_passed_of_a_partial_date_hold_every_day_of_it(
    low: date, length: int, step: int, other: date
) -> None:
    span = DateSpan(low, low + timedelta(length + 1))
    within = low + timedelta(min(step, length))
    for unit in ("days", "months", "years"):
        exact = passed(unit, within, other)
        assert isinstance(exact, int)
        assert holds(passed(unit, span, other), Fraction(exact))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(-2, 20)), max_size=8))
def test_days_of_a_union_are_counted_once(parts: list[tuple[int, int]]) -> None:
    start = date(2026, 1, 1)
    intervals = [(start + timedelta(first), start + timedelta(first + length)) for first, length in parts]
    covered = {day for first, length in parts for day in range(first, first + length + 1)}
    assert days_of_union(intervals) == len(covered)
