"""The column engine beside the record engine, where the tables of tests/spec/expr do not look; and what it refuses."""

from dataclasses import replace
from fractions import Fraction

import polars as pl
import pytest
from tests.property.both_engines import VOCABULARY, answers_of_both
from tests.property.random_rules import make_reader
from tests.spec.spec_table import node_of
from tests.spec.tables_of_readers import tables_of

from trialwright.expr import columns_places
from trialwright.expr.check import infer
from trialwright.expr.columns import answer_columns, check_columns, evaluate_columns
from trialwright.expr.columns_literals import as_met, dates, numbers, truths
from trialwright.expr.columns_places import NotInColumnsError
from trialwright.expr.columns_ratios import LARGEST, Ratio, TooLargeError, constant, of_column, repeated
from trialwright.expr.columns_values import (
    Dates,
    Moments,
    Nothing,
    Numbers,
    Texts,
    Truths,
    choose,
    compare,
    exactly,
    gather,
    known,
)
from trialwright.expr.tables import GATES, Tables, empty_tables
from trialwright.expr.types import Typed

AT_VISITS = [
    "case.n",
    "case.s * 2 > 3",
    "case.t",
    "case.p",
    "case.c",
    "case.b",
    "case.m",
    "visit.id",
    "previous(case.m)",
    "last(case.c)",
    "case.m if case.b else previous(case.m)",
    "case.c if case.b else last(case.c)",
    "case.p if case.b else case.t",
    "case.b if person.b else case.n > 2",
    "days(case.p, case.t) if case.b else case.n",
    "at(W0, case.n) + at(W0, case.d)",
    "case.p if case.b else person.p",
    'case.m == "2026-02-01T12:30+02:00"',
    'case.t > ("2026-02" if case.b else "2026-01-20")',
    'case.n > ("2" if case.b else "3")',
    '(unknown("why") if case.b else case.n)',
    '(case.n if case.b else unknown("why"))',
    'unknown("why") > 2',
    'unknown("why") or case.b',
    '-unknown("why") + 1',
    'days(unknown("why"), case.t)',
    "case.n / (case.n / case.d) + case.d / case.n",
    "case.n / case.d if case.b else case.n",
    "case.n if case.b else case.d / 3",
    "last(case.n / case.d)",
    "best",
    "abs(days(case.p, person.p)) * days(case.p, case.t) / days(person.p, case.t)",
    "least(case.p, person.p, case.t)",
    "greatest(case.t, first_dose)",
    "least(count(log, where=b), days(case.p, case.t))",
    "years(person.p, case.p)",
    "case.n in (1, 2, case.n)",
    'case.c not in ("x")',
    "expiry(person.kit) < case.t",
    'expiry(unknown("why"))',
    "round(days(case.p, person.p) / 7, 1)",
    "visit.day - previous(visit.day)",
    # reasons
    "missing(not case.b)",
    "known(-case.n)",
    "known(case.n + case.d)",
    'missing(case.n + case.d, "refused")',
    "missing(case.b and (case.n > 2))",
    "missing(case.b or person.b)",
    "missing(1 < case.n < case.d)",
    "known(case.n in (case.d, 2))",
    "known(case.n if case.b else case.d)",
    "missing(at(W2, case.n))",
    "missing(at(SCR, person.n))",
    "known(previous(case.n))",
    "known(last(case.n))",
    'known(unknown("why"))',
    "known(upper_limit(case.d))",
    "known(missing(case.n))",
    "missing(here)",
    "known(days(case.t, case.p))",
    'known(band(case.n, "bands"))',
    "missing(true)",
    "count_missing(case.n, here, person.n)",
    "sum_known(case.n, mine, case.d)",
    "count_missing(case.n, case.d) > 0",
]

OF_PARTICIPANTS = [
    "person.kit",
    "mine",
    "first_dose",
    "baseline(case.n)",
    "baseline(case.n) > 1",
    "at(W2, reduction(case.n))",
    "at(W0, case.t) < first_dose",
    "any(case, where=best and b)",
    "none(log, where=n < 2)",
    "every(visit, where=date > first_dose)",
    "any(note)",
    "any(person, where=b)",
    "count(case, where=n > 2)",
    "sum(case.d, where=n > 2)",
    "sum(log.n, where=n < 2) + sum(log.n)",
    "mean(case.s)",
    "min(case.m) == max(case.m)",
    "max(note.n, where=b, at_least=2)",
    "min(log.start, where=b)",
    "days_covered(log.start, log.end, where=b)",
    "any(case, where=any(log, where=start > first_dose))",
]

OF_ROWS = [
    ("log", "n > 2 and b"),
    ("log", "days(start, end)"),
    ("log", "at(W0, days(start, visit.date))"),
    ("log", "start < first_dose"),
    ("log", "missing(n)"),
    ("log", "any(case, where=b)"),
    ("note", "n > case.d"),
    ("note", "at(W2, case.d) > n"),
    ("case", "at(W2, n) > 1"),
    ("case", "upper_limit(d)"),
    ("case", "previous(n) == n"),
]


@pytest.mark.parametrize("rule", AT_VISITS)
def test_engines_agree_at_visits(rule: str) -> None:
    record, columns = answers_of_both(rule, "visit", None, 40)
    assert columns == record


@pytest.mark.parametrize("rule", [rule for rule in OF_PARTICIPANTS if "case.m" not in rule])
def test_engines_agree_about_participants(rule: str) -> None:
    record, columns = answers_of_both(rule, "participant", None, 40)
    assert columns == record


@pytest.mark.parametrize(("form", "rule"), OF_ROWS)
def test_engines_agree_about_rows(form: str, rule: str) -> None:
    record, columns = answers_of_both(rule, "row", form, 40)
    assert columns == record


# ---------------------------------------------------------------- what is refused


def checked(rule: str, asked: str = "visit", form: str | None = None) -> list[str]:
    return [
        problem.code
        for problem in check_columns(node_of(rule), VOCABULARY, asked=asked, form=form, place="x:1:1")
    ]


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("case.n * case.n * case.n > 2", []),
        (" * ".join(["case.n"] * 40) + " > 2", ["rule-too-large-for-columns"]),
        ("case.n / 3000000000 / 3000000000 / 3000000000 > 2", ["rule-too-large-for-columns"]),
        ("case.d > 99999999999999999999", ["rule-too-large-for-columns"]),
        ("known(mean(case.n))", ["rule-not-in-columns"]),
        ("missing(baseline(case.n))", ["rule-not-in-columns"]),
        ("count_missing(reduction(case.n), case.d)", ["rule-not-in-columns"]),
    ],
)
def test_a_rule_that_does_not_fit_is_told_before_there_are_data(rule: str, codes: list[str]) -> None:
    assert checked(rule) == codes


def test_the_refusal_names_the_part() -> None:
    (problem,) = check_columns(node_of("known(mean(case.n))"), VOCABULARY, asked="visit", place="x:1:1")
    assert problem.text == "missing(mean(…)) cannot be answered for tables; ask it of an item."


def test_rows_are_checked_too() -> None:
    assert checked("n > 2", "row", "log") == []
    assert checked("person.n > 2", "participant") == []


def typed_of(rule: str, asked: str = "visit") -> Typed:
    typed = infer(node_of(rule), VOCABULARY, asked=asked)
    assert isinstance(typed, Typed)
    return typed


def ask(rule: str, tables: Tables, asked: str = "visit", **more: str) -> pl.DataFrame:
    return evaluate_columns(node_of(rule), typed_of(rule, asked), VOCABULARY, tables, asked=asked, **more)


def small_tables(**changes: object) -> Tables:
    return replace(tables_of(VOCABULARY, {"P": make_reader(VOCABULARY, 5)}), **changes)


def test_what_was_asked_before_changes_no_answer() -> None:
    """Questions of the same tables share what they found: in whatever order, each is answered as if alone."""
    rules = [
        "case.d > 1",
        "case.b",
        "change(case.d) > 0",
        "at(W4, case.b)",
        "days(first_dose, visit.date)",
        "case.n > 2",
    ]
    rules = [rule for rule in rules if isinstance(infer(node_of(rule), VOCABULARY, asked="visit"), Typed)]
    shared = small_tables()
    alone = {rule: ask(rule, small_tables()) for rule in rules}

    assert len(rules) >= 4
    for rule in (*rules, *reversed(rules)):
        assert ask(rule, shared).equals(alone[rule]), rule
        assert ask(rule, shared, visit="W4").equals(ask(rule, small_tables(), visit="W4")), rule


def test_other_data_remember_nothing() -> None:
    tables = small_tables()
    before = ask("case.b", tables)
    emptied = replace(tables, forms={**tables.forms, "case": tables.forms["case"].clear()})

    assert ask("case.b", emptied)["value"].null_count() == before.height
    assert ask("case.b", tables).equals(before)


def test_numbers_that_fit_no_int64_are_refused() -> None:
    with pytest.raises(TooLargeError):
        ask("case.d > 1", small_tables(scales={("case", "d"): 0}))


def test_a_step_that_looks_at_too_much_is_refused() -> None:
    many = pl.DataFrame({"participant": ["P"] * 5000})
    with pytest.raises(TooLargeError):
        columns_places.expand(many, many)


def test_reasons_of_a_list_are_not_told() -> None:
    with pytest.raises(NotInColumnsError):
        ask("known(count(log))", small_tables())


def test_a_row_is_asked_of_a_form() -> None:
    with pytest.raises(ValueError, match="of a form"):
        ask("true", small_tables(), "row")


# ---------------------------------------------------------------- tables without data


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("case.n > 2", ["value"]),
        ("case.b", ["value"]),
        ("case.c", ["value"]),
        ("case.p", ["value", "lo", "hi"]),
        ("case.n", ["value", "numerator", "denominator", "lo_numerator", "lo_denominator", "hi_numerator", "hi_denominator"]),
    ],
)  # fmt: skip
def test_what_was_never_entered_is_unknown_everywhere(rule: str, columns: list[str]) -> None:
    tables = small_tables(forms={}, gates=pl.DataFrame(schema=GATES))
    found = ask(rule, tables, visit="W2")
    assert found.columns == ["participant", "visit", "repeat", *columns]
    assert found.row(0) == ("P", "W2", 0, *[None] * len(columns))


def test_forms_without_a_frame_have_no_records_and_no_states() -> None:
    tables = small_tables(forms={}, gates=pl.DataFrame(schema=GATES))
    assert ask("any(note)", tables, "participant")["value"].to_list() == [None]
    assert ask("min(note.n)", tables, "participant")["value"].to_list() == [None]
    assert ask("missing(person.n)", tables, "participant")["value"].to_list() == [None]
    assert ask("true", tables, "row", form="note").height == 0


def test_a_rule_of_a_form_is_answered_at_any_record() -> None:
    tables = small_tables()
    frame = pl.DataFrame({"participant": ["P", "P"], "visit": ["W0", "W9"], "repeat": [0, 0]})
    found = answer_columns(node_of("case.b or true"), VOCABULARY, tables, frame, "case")
    assert truths(found).to_list() == [True, True]


def test_no_first_dose_leaves_every_baseline_visit() -> None:
    vocabulary = replace(VOCABULARY, first_dose=None)
    tables = tables_of(vocabulary, {"P": make_reader(vocabulary, 5)})
    rule = node_of("baseline(visit.id)")
    typed = infer(rule, vocabulary, asked="participant")
    assert isinstance(typed, Typed)
    found = evaluate_columns(rule, typed, vocabulary, tables, asked="participant")
    assert found["value"].to_list() == ["W0"]


# ---------------------------------------------------------------- values


SERIES = pl.Series([1, None], dtype=pl.Int64())
TEXTS = Texts(pl.Series(["a", None], dtype=pl.String()))
EACH = [
    Truths(pl.Series([True, None])),
    TEXTS,
    Moments(pl.Series([1, None]), pl.Series(["a", None])),
    Dates(SERIES.cast(pl.Date()), SERIES.cast(pl.Date())),
    exactly(of_column(SERIES, 1, 0)),
    Numbers(of_column(SERIES, 1, 0), of_column(SERIES, 1, 0), pl.Series([True, False])),
]


@pytest.mark.parametrize("column", EACH)
def test_rows_are_taken_by_number(column) -> None:
    assert known(gather(column, pl.Series([1, 0, None], dtype=pl.UInt32()))).to_list() == [False, True, False]


def test_nothing_is_known_of_nothing() -> None:
    assert known(gather(Nothing(2), pl.Series([1, 0, None]))).to_list() == [False] * 3
    assert known(choose(pl.Series([True, False]), Nothing(2), TEXTS)).to_list() == [False, False]
    assert known(choose(pl.Series([True, False]), TEXTS, Nothing(2))).to_list() == [True, False]
    assert compare(TEXTS, "==", Nothing(2)).to_list() == [None, None]


def test_two_kinds_never_meet() -> None:
    for meet in (
        lambda: compare(TEXTS, "<", EACH[0]),
        lambda: choose(repeated(value=True, rows=2), TEXTS, EACH[0]),
    ):
        with pytest.raises(ValueError, match="two kinds"):
            meet()
    for read in (truths, numbers, dates):
        with pytest.raises(ValueError, match="not a checked rule"):
            read(EACH[2])


def test_a_text_beside_a_text_stays_one() -> None:
    assert as_met(TEXTS, TEXTS) is TEXTS


def test_the_largest_number_is_a_bound() -> None:
    assert constant(Fraction(LARGEST), 1).above.to_list() == [LARGEST]
    with pytest.raises(TooLargeError):
        constant(Fraction(LARGEST + 1), 1)
    assert isinstance(constant(None, 1), Ratio)


def test_empty_tables_have_the_columns_of_each_form_and_may_share_those_that_were_made() -> None:
    tables = empty_tables(VOCABULARY)
    again = empty_tables(VOCABULARY, {"case": tables.forms["case"]})

    assert tables.forms.keys() == VOCABULARY.forms.keys()
    for name, form in VOCABULARY.forms.items():
        assert {f"{item}__state" for item in form.items} <= set(tables.forms[name].columns)
    assert [again.forms[name] is tables.forms[name] for name in ("case", "person")] == [True, False]
