"""Answers of the record engine: their values, what they used, what they need, and where the engine stops."""

from datetime import date
from fractions import Fraction

import pytest
from tests.spec.fake_reader import FakeReader
from tests.spec.spec_table import SpecTable, node_of, vocabulary_of

from trialwright.expr.answer import (
    Answer,
    DateSpan,
    Need,
    NumberSpan,
    RuleBudgetExceeded,
    missing_reason,
    stored_text,
)
from trialwright.expr.nodes import Name, Node, Not
from trialwright.expr.reader import Place, Source
from trialwright.expr.record import evaluate
from trialwright.values.datum import Missing, Value

WORDS = vocabulary_of(
    SpecTable(
        "",
        "",
        (),
        items={
            "case.total": "decimal",
            "case.other": "decimal",
            "case.kind": "code a b",
            "case.open": "integer codes 0 1",
            "case.moment": "datetime",
            "case.day": "partial_date",
            "case.long_ago": "partial_date",
            "log.days": "integer",
            "person.birth": "date",
        },
        forms={"log": "many gate", "person": "participant"},
        terms={"better": "reduction(case.total) >= 0.9"},
    )
)
READER = FakeReader(
    WORDS,
    {
        ("case", "W0", 0): {"total": Value("10")},
        ("case", "W4", 0): {
            "total": Value("1.0"),
            "other": Missing("refused"),
            "kind": Value("a"),
            "open": Value("9"),
            "moment": Value("2026-03-14T08:30+08:00"),
            "day": Value("2026-03"),
            "long_ago": Value("1985"),
        },
        ("person", "", 0): {"birth": Value("1990-01-01")},
    },
    visits=("W0", "W4"),
)
HERE = Place("W4", "case")


def ask(rule: str, place: Place = HERE, reader: FakeReader = READER) -> Answer:
    return evaluate(node_of(rule), reader, place)


@pytest.mark.parametrize(
    ("rule", "value", "kind"),
    [
        ("total < 2", True, "truth"),
        ("total", Fraction(1), "number"),
        ("total / 4", Fraction(1, 4), "number"),
        ("kind", "a", "text"),
        ("moment", "2026-03-14T08:30+08:00", "text"),
        ("person.birth", DateSpan(date(1990, 1, 1), date(1990, 1, 1)), "date"),
        ("day", DateSpan(date(2026, 3, 1), date(2026, 3, 31)), "partial_date"),
        ('days("2026-02-28", day)', NumberSpan(1, 31), "number"),
        ("other", None, None),
    ],
)
def test_an_answer_has_its_value_and_kind(rule: str, value: object, kind: str | None) -> None:
    answer = ask(rule)
    assert (answer.value, answer.kind) == (value, kind)


def test_an_answer_names_the_data_it_used() -> None:
    answer = ask("better or missing(other)")
    assert answer.value is True
    assert answer.used == (Source("W4", "case", 0, "total", 2), Source("W0", "case", 0, "total", 1))


def test_what_did_not_count_is_not_among_the_used() -> None:
    reader = FakeReader(
        WORDS, {**READER.records, ("case", "W2", 0): {"total": Missing("lost")}}, ("W0", "W2", "W4")
    )
    assert ask("previous(total)", reader=reader).used == (Source("W0", "case", 0, "total", 1),)


def test_an_unknown_answer_names_each_need_once() -> None:
    answer = ask("other > 3 or other < 2 or at(W2, total) > 3")
    assert answer.value is None
    assert answer.needs == (
        Need("case", "other", "W4", "refused"),
        Need("case", "total", "W2", "not_yet_entered"),
    )
    assert answer.is_open


def test_a_span_says_what_would_make_it_exact() -> None:
    need = Need("case", "day", "W4", "partial_date")
    assert ask("day").needs == (need,)
    assert ask('days("2026-02-28", day)').needs == (need,)
    assert ask('day > "2026-03-15"').needs == (need,)


def test_unknown_says_its_words() -> None:
    (need,) = ask('unknown("two or more unanswered")').needs
    assert (need.reason, need.note) == ("said", "two or more unanswered")


def test_a_code_outside_its_list_is_read_as_it_stands() -> None:
    """An older definition may have had it; it is data, and no engine drops it."""
    assert ask("open").value == 9
    old = FakeReader(WORDS, {("case", "W4", 0): {"kind": Value("c"), "open": Value("x")}})
    assert ask("kind", reader=old).value == "c"
    with pytest.raises(ValueError, match="no number"):
        ask("open", reader=old)


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("log.days", HERE),
        ("case.total", Place()),
        ("previous(person.birth)", Place()),
        ("upper_limit(3)", HERE),
        ('total > "much"', HERE),
    ],
)
def test_a_rule_that_no_check_let_through_is_an_error(rule: str, place: Place) -> None:
    with pytest.raises(ValueError, match="not a checked rule"):
        ask(rule, place)


def test_a_term_is_answered_once_at_each_place() -> None:
    """Unfolded this rule would have 2 ** 60 leaves."""
    chain = {f"t{number}": f"t{number + 1} and t{number + 1}" for number in range(60)}
    words = vocabulary_of(SpecTable("", "", (), terms={**chain, "t60": "1 < 2"}))
    assert ask("t0", Place(), FakeReader(words, {})).value is True


def test_a_rule_that_takes_too_many_steps_is_an_error() -> None:
    rows = {("log", "", repeat): {"days": Value("1")} for repeat in range(1, 60)}
    reader = FakeReader(WORDS, rows, gates={"log": True})
    rule = "any(log, where=any(log, where=any(log, where=days > 1)))"
    with pytest.raises(RuleBudgetExceeded):
        ask(rule, Place(), reader)


def test_a_tree_that_no_text_can_have_is_an_error() -> None:
    node: Node = Name("better", (0, 0))
    for _ in range(2000):
        node = Not(node, (0, 0))
    with pytest.raises(RuleBudgetExceeded):
        evaluate(node, READER, HERE)


@pytest.mark.parametrize(
    ("rule", "decimals", "text"),
    [
        ("total < 2", None, "true"),
        ("total > 2", None, "false"),
        ("total", None, "1"),
        ("total / 3", 1, "0.3"),
        ("kind", None, "a"),
        ("person.birth", None, "1990-01-01"),
        ("day", None, "2026-03"),
        ('earliest("2026")', None, "2026-01-01"),
        ("long_ago", None, "1985"),
        ('least(day, "2026-03-14")', None, None),
        ('days("2026-02-28", day)', None, None),
        ("other", None, None),
    ],
)
def test_an_answer_has_the_stored_text_of_a_derived_item(
    rule: str, decimals: int | None, text: str | None
) -> None:
    assert stored_text(ask(rule), decimals) == text


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("total", None),
        ("other + 1", "refused"),
        ("at(W2, total)", None),
        ('unknown("why")', "unknown"),
        ("other + at(W2, total)", None),
        ("other + total / 0", "refused"),
    ],
)
def test_a_derived_item_is_missing_once_nothing_more_can_come(rule: str, reason: str | None) -> None:
    assert missing_reason(ask(rule)) == reason


def test_a_row_is_asked_where_it_stands() -> None:
    reader = FakeReader(WORDS, {("log", "", 2): {"days": Value("7")}})
    assert ask("days + log.days", Place(None, "log", 2), reader).value == 14
