"""The static check: every mistake in a rule is told once, at the place of the name that it is about."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.spec.spec_table import SpecTable, node_of, vocabulary_of

from trialwright.expr.check import infer
from trialwright.expr.types import ItemPath, Typed
from trialwright.expr.vocabulary import Scope, TermInfo, Vocabulary
from trialwright.values.problem import Problem

WORDS = vocabulary_of(
    SpecTable(
        "",
        "",
        (),
        items={
            "case.total": "decimal 0..72",
            "case.area": "integer codes 0 1 2 3 4 5 6",
            "case.open": "integer codes x?",
            "case.weight": "decimal kg 25..250",
            "case.height": "decimal cm",
            "case.flag": "boolean",
            "case.name": "text",
            "case.kit": "text",
            "case.length": "integer days",
            "case.seen": "time",
            "case.moment": "datetime",
            "case.signed": "date",
            "person.birth": "partial_date",
            "person.sex": "code female male",
            "log.kind": "code biologic topical",
            "log.other": "code biologic systemic",
            "log.start": "partial_date",
            "log.days": "integer 0..1000",
            "log.change": "integer -5..5",
            "sample.good": "boolean",
            "dose.date": "date",
            "dose.given": "boolean",
        },
        forms={
            "case": "visit SCR W0 W4 UNS",
            "person": "participant",
            "log": "many gate",
            "sample": "many_visit",
            "dose": "visit W0 W2",
        },
        terms={
            "better": "reduction(case.total) >= 0.9",
            "better_at_w4": "at(W4, better)",
            "age": "years(person.birth, dose_day)",
            "dose_day": "min(dose.date, where=given)",
            "first_dose": "min(dose.date, where=given)",
            "light": '"light" if case.weight < "70 kg" else "heavy"',
            "circle": "other_circle or case.flag",
            "other_circle": "circle and case.flag",
            "beside_circle": "not circle",
            "broken": "case.totl > 3",
            "of_rows": "log.days > 3",
        },
        bands={"area_score": "0=0 1>0 2=10", "extent": "none=0 wide=10"},
    )
)
PLACE = "checks.yaml:7:9"


def infer_rule(rule: str, asked: Scope = "visit", form: str | None = None) -> Typed | tuple[Problem, ...]:
    return infer(node_of(rule), WORDS, asked=asked, form=form, place=PLACE)


def typed_of(rule: str, asked: Scope = "visit", form: str | None = None) -> Typed:
    typed = infer_rule(rule, asked, form)
    assert isinstance(typed, Typed), [problem.text for problem in typed]
    return typed


@pytest.mark.parametrize(
    ("rule", "code", "column", "words"),
    [
        # names
        ("cases.total > 3", "unknown-form", 9, "did you mean “case”?"),
        ("case.totl > 3", "unknown-item", 14, "did you mean “total”?"),
        ("case.qqqqq > 3", "unknown-item", 14, "no item “qqqqq”."),
        ("agee > 3", "unknown-name", 9, "did you mean “age”?"),
        ("birth > 3", "unknown-name", 9, "did you mean “person.birth”?"),
        ("qqqqq > 3", "unknown-name", 9, "could mean here."),
        ("case == 3", "form-as-value", 9, "case.item"),
        ("W4 == 3", "visit-as-value", 9, "at(W4, ...)"),
        ("at(W44, age) > 3", "unknown-visit", 12, "did you mean “W4”?"),
        ("at(case.total, age) > 3", "unknown-visit", 12, "no visit"),
        ("at(UNS, case.total) > 3", "repeating-visit", 12, "several times"),
        ("summ(log.days)", "unknown-function", 9, "did you mean “sum”?"),
        ('person.sex == "femal"', "unknown-code", 23, "did you mean “female”?"),
        ('person.sex in ("male", "femal")', "unknown-code", 32, "code of sex"),
        ('visit.id == "W40"', "unknown-code", 21, "did you mean “W4”?"),
        ('band(case.total, "area_scor")', "unknown-code-list", 26, "area_score"),
        ('band(case.total, "person.sex")', "no-bands", 26, "no bands"),
        ("band(case.total, extent)", "argument-text", 26, "double quotes"),
        ('missing(case.total, "refuse")', "unknown-reason", 29, "did you mean “refused”?"),
        ("missing(case.total, refused)", "argument-text", 29, "double quotes"),
        ("unknown(3)", "argument-text", 17, "double quotes"),
        # scopes
        ("log.days > 3", "has-many-rows", 9, "any(log, where=...)"),
        ("sample.good", "has-many-rows", 9, "any(sample, where=...)"),
        ("any(sample, where=at(W0, good))", "has-many-rows", 34, "sample"),
        ("of_rows", "broken-term", 9, "problems of its own"),
        ("broken or case.flag", "broken-term", 9, "“broken”"),
        ("circle", "circular-term", 9, "circle → other_circle → circle"),
        ("beside_circle", "broken-term", 9, "beside_circle"),
        # numbers of arguments
        ("at(W4)", "argument-count", 9, "at takes 2 arguments, not 1"),
        ("baseline()", "argument-count", 9, "takes 1 argument, not 0"),
        ("least(3)", "argument-count", 9, "at least 2 arguments"),
        ("missing()", "argument-count", 9, "1 or 2 arguments"),
        ("round(case.total, 1, 2)", "argument-count", 9, "not 3"),
        ("every(log)", "argument-count", 9, "where="),
        ("any(log, at_least=2)", "rule-argument", 27, "no argument “at_least”"),
        ("any(log.days)", "argument-form", 13, "name of a form"),
        ("any(logg)", "unknown-form", 13, "did you mean “log”?"),
        ("sum(logg.days)", "unknown-form", 13, "did you mean “log”?"),
        ("sum(days)", "argument-item", 13, "form.item"),
        ("days_covered(start, log.start)", "argument-item", 22, "form.item"),
        ("days_covered(log.days, log.start)", "wrong-type", 22, "a date"),
        ("sum(log.days, at_least=log.days)", "argument-whole-number", 32, "whole number"),
        ("sum(log.days, at_least=0.5)", "argument-whole-number", 32, "whole number"),
        ("upper_limit(3)", "argument-item", 21, "form.item"),
        ("upper_limit(total)", "argument-item", 21, "form.item"),
        ("round(case.total, 0.5)", "argument-whole-number", 27, "whole number"),
        # types
        ("not case.total", "wrong-type", 13, "“not” needs a yes or no here, not a number"),
        ("case.flag and case.total", "wrong-type", 23, "“and”"),
        ("case.total or case.flag", "wrong-type", 9, "“or”"),
        ("1 if case.total else 2", "wrong-type", 14, "“if”"),
        ("any(log, where=days)", "wrong-type", 24, "where="),
        ("case.flag + 1", "wrong-type", 9, "“+” needs a number here, not a yes or no"),
        ('case.total * "x"', "wrong-type", 22, "the text “x”"),
        ("-case.name", "wrong-type", 10, "“-”"),
        ("days(case.total, case.signed)", "wrong-type", 14, "days needs a date"),
        ('days("yesterday", case.signed)', "text-not-of-type", 14, "a date"),
        ("sum(log.kind)", "wrong-type", 13, "numbers"),
        ("mean(log.start)", "wrong-type", 14, "numbers"),
        ("min(log.kind)", "wrong-type", 13, "numbers or dates"),
        ("least(case.flag, 1)", "wrong-type", 15, "numbers or dates"),
        ('least("2026", "2027")', "wrong-type", 9, "beside the texts"),
        ("least(case.totl, 3)", "unknown-item", 20, "did you mean"),
        ("change(case.totl)", "unknown-item", 21, "did you mean"),
        ("abs(case.totl)", "unknown-item", 18, "did you mean"),
        ("sum_known(case.totl, 3)", "unknown-item", 24, "did you mean"),
        ('band(case.totl, "extent")', "unknown-item", 19, "did you mean"),
        ("earliest(case.totl)", "unknown-item", 23, "did you mean"),
        ("expiry(case.totl)", "unknown-item", 21, "did you mean"),
        ("case.totl if case.flag else 3", "unknown-item", 14, "did you mean"),
        ("-case.totl", "unknown-item", 15, "did you mean"),
        ("case.totl + 3", "unknown-item", 14, "did you mean"),
        ("upper_limit(case.totl)", "unknown-item", 26, "did you mean"),
        ("least(case.signed, case.total)", "unlike-types", 28, "a date"),
        ("sum_known(case.total, case.name)", "wrong-type", 31, "a number"),
        ("expiry(case.total)", "wrong-type", 9, "kit"),
        ('expiry("A1")', "wrong-type", 9, "kit"),
        ("case.flag == case.total", "unlike-types", 9, "cannot be compared"),
        ("any(log, where=kind == other)", "unlike-types", 24, "log.other"),
        ('case.flag == "yes"', "unlike-types", 22, "the text “yes”"),
        ('case.signed > "1 March"', "text-not-of-type", 23, "2026-03-14"),
        ('case.signed > "2026-3-1"', "text-not-of-type", 23, "2026-03-14"),
        ('case.seen > "8:30"', "text-not-of-type", 21, "08:30"),
        ('case.moment > "2026-03-14"', "text-not-of-type", 23, "+08:00"),
        ('case.weight > "heavy"', "text-not-of-type", 23, "160 mg"),
        ("case.flag < true", "no-order", 9, "use == or !="),
        ('person.sex > "female"', "no-order", 9, "a code"),
        ('case.name >= "a"', "no-order", 9, "a text"),
        ("case.flag if case.flag else 3", "branches-differ", 37, "must be alike"),
        ("person.sex if case.flag else any(log)", "branches-differ", 38, "a yes or no"),
        # units
        ("case.weight > 70", "bare-number", 23, 'write "70 kg"'),
        ("70 < case.weight", "bare-number", 9, 'write "70 kg"'),
        ("case.weight + 5 > 0", "bare-number", 23, "kg"),
        ("case.weight > case.total", "bare-value", 23, "without a unit"),
        ("case.weight > case.height", "unlike-units", 9, "kg meets a value in cm"),
        ('case.weight > "70 lb"', "unlike-units", 9, "lb"),
        ('case.weight > "70"', "bare-number", 23, 'write "70 kg"'),
        ('case.total > "3 kg"', "bare-value", 9, "kg"),
        ("days(case.signed, case.signed) > months(case.signed, case.signed)", "unlike-units", 9, "months"),
        ("least(case.weight, 3)", "bare-number", 28, "kg"),
        ("change(case.weight) > 3", "bare-number", 31, "kg"),
    ],
)
def test_a_mistake_is_told_at_its_place(rule: str, code: str, column: int, words: str) -> None:
    found = infer_rule(rule)
    assert isinstance(found, tuple)
    assert [(problem.code, problem.where) for problem in found] == [(code, f"checks.yaml:7:{column}")]
    assert words in found[0].text


@pytest.mark.parametrize(
    ("rule", "column", "advice"),
    [
        ("case.total > 3", 9, "say at(W4, case.total)"),
        ("better", 9, "“better” is asked at a visit; say at(W4, better)"),
        ("dose.given", 9, "say at(W2, dose.given)"),
        ("visit.day > 3", 9, "say at(W2, visit.day)"),
        ("previous(case.total) > 3", 9, "previous(...)"),
        ("any(log, where=start > visit.date)", 32, "visit.date"),
    ],
)
def test_what_is_asked_at_a_visit_cannot_be_asked_of_the_participant(
    rule: str, column: int, advice: str
) -> None:
    found = infer_rule(rule, "participant")
    assert isinstance(found, tuple)
    assert [(problem.code, problem.where) for problem in found] == [
        ("needs-visit", f"checks.yaml:7:{column}")
    ]
    assert advice in found[0].text


def test_all_mistakes_are_told_at_once() -> None:
    found = infer_rule('case.totl > 3 and person.sex == "femal" and case.weight > 70 and at(W9, agee) > 1')
    assert isinstance(found, tuple)
    assert [problem.code for problem in found] == [
        "unknown-item",
        "unknown-code",
        "bare-number",
        "unknown-visit",
        "unknown-name",
    ]


@pytest.mark.parametrize(
    ("rule", "kind", "unit", "low", "high"),
    [
        ("case.flag", "truth", None, None, None),
        ("true", "truth", None, None, None),
        ("case.total", "number", None, 0, 72),
        ("case.area", "number", None, 0, 6),
        ("case.open", "number", None, None, None),
        ("case.total + 3", "number", None, 3, 75),
        ("3 - case.total", "number", None, -69, 3),
        ("-case.total", "number", None, -72, 0),
        ("2 * case.total", "number", None, 0, 144),
        ("-2 * case.total", "number", None, -144, 0),
        ("case.total / 2", "number", None, 0, 36),
        ("case.total / case.area", "number", None, None, None),
        ("case.total / case.height", "number", "1/cm", None, None),
        ("case.weight / case.height", "number", "kg/cm", None, None),
        ("case.weight / case.weight", "number", None, Fraction("0.1"), 10),
        ("case.weight * case.height", "number", "kg·cm", None, None),
        ("1.1 * case.weight", "number", "kg", Fraction("27.5"), 275),
        ('case.weight - "5 kg"', "number", "kg", 20, 245),
        ("case.weight + 0", "number", "kg", 25, 250),
        ("abs(case.total - 80)", "number", None, 0, 80),
        ("abs(case.height)", "number", "cm", 0, None),
        ("round(case.weight)", "number", "kg", None, None),
        ("least(case.total, 100)", "number", None, 0, 100),
        ('greatest(case.weight, "30 kg")', "number", "kg", 25, 250),
        ("least(case.signed, person.birth)", "partial_date", None, None, None),
        ('least("2026-01", case.signed)', "partial_date", None, None, None),
        ("sum_known(case.area, case.total)", "number", None, 0, 144),
        ("sum_known(case.area, case.height / case.height)", "number", None, None, None),
        ("count_missing(case.area, case.total)", "number", None, 0, 2),
        ("days(case.signed, person.birth) + 1", "number", "days", None, None),
        ("age", "number", "years", None, None),
        ("earliest(person.birth)", "date", None, None, None),
        ("person.birth", "partial_date", None, None, None),
        ('band(case.total, "area_score")', "number", None, 0, 2),
        ('band(case.total, "extent")', "code", None, None, None),
        ("upper_limit(case.weight)", "number", "kg", None, None),
        ("expiry(case.kit)", "partial_date", None, None, None),
        ("change(case.weight)", "number", "kg", None, None),
        ("relative_change(case.weight)", "number", None, None, None),
        ("baseline(case.weight)", "number", "kg", 25, 250),
        ("last(case.name)", "text", None, None, None),
        ("count(log)", "number", None, 0, None),
        ("any(log)", "truth", None, None, None),
        ("sum(log.days)", "number", None, 0, None),
        ("sum(log.change)", "number", None, None, None),
        ("mean(log.days, at_least=3)", "number", None, 0, 1000),
        ("max(log.start)", "partial_date", None, None, None),
        ("days_covered(log.start, log.start)", "number", "days", 0, None),
        ('"x"', "text", None, None, None),
        ("light", "text", None, None, None),
        ('"a" if case.flag else "b"', "text", None, None, None),
        ('case.total if case.flag else unknown("why")', "number", None, 0, 72),
        ('unknown("why") if case.flag else case.total', "number", None, 0, 72),
        ('unknown("a") if case.flag else unknown("b")', "text", None, None, None),
        ("5 if case.flag else case.area", "number", None, 0, 6),
        ('person.birth if case.flag else "2026"', "partial_date", None, None, None),
        ('abs(unknown("x"))', "number", None, 0, None),
        ('days(unknown("x"), case.signed)', "number", "days", None, None),
        ('not unknown("x")', "truth", None, None, None),
        ('least(unknown("x"), case.total)', "number", None, 0, 72),
    ],
)
def test_types_units_and_bounds(
    rule: str, kind: str, unit: str | None, low: int | None, high: int | None
) -> None:
    typed = typed_of(rule)
    assert (typed.kind, typed.unit, typed.low, typed.high) == (kind, unit, low, high)


@pytest.mark.parametrize(
    "rule",
    [
        "case.weight > 0",
        'case.weight > "70 kg"',
        "case.length > 28",
        "days(case.signed, case.signed) <= case.length",
        'days(case.signed, case.signed) <= "28 days"',
        'case.total >= "3"',
        "3 * upper_limit(case.weight) < case.weight",
        'light == "light"',
        'case.moment > "2026-03-14T08:30+08:00"',
        'case.seen < "08:30"',
        'case.total == unknown("why")',
        "any(log, where=kind == log.kind)",
        'participant.arm == "anything"',
        'band(case.total, "extent") == "wide"',
    ],
)
def test_what_is_right_is_let_through(rule: str) -> None:
    assert typed_of(rule).kind == "truth"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("case.area > 6", "always-false"),
        ("case.area >= 7", "always-false"),
        ("case.area <= 6", "always-true"),
        ("case.area < 7", "always-true"),
        ("case.area == 7", "always-false"),
        ("case.area != 7", "always-true"),
        ("case.area in (6, 7)", "always-false"),
        ("3 == 3", "always-true"),
        ("case.total < -1", "always-false"),
        ("at(W2, case.total) > 3", "not-collected"),
        ("at(W2, better)", "not-collected"),
    ],
)
def test_what_can_only_be_one_way_is_a_warning(rule: str, code: str) -> None:
    (warning,) = typed_of(rule).warnings
    assert (warning.code, warning.severity) == (code, "warning")


@pytest.mark.parametrize(
    "rule", ["case.area > 5", "case.area >= 6", "case.area < 6", "case.total == 72", "0 < case.total"]
)
def test_what_can_be_either_way_is_none(rule: str) -> None:
    assert typed_of(rule).warnings == ()


def test_warnings_stand_beside_errors() -> None:
    found = infer_rule("case.area > 6 and case.totl > 3")
    assert isinstance(found, tuple)
    assert [problem.severity for problem in found] == ["warning", "error"]


@pytest.mark.parametrize(
    ("rule", "asked", "form", "scope", "of"),
    [
        ("age > 18", "participant", None, "participant", None),
        ("age > 18", "visit", None, "participant", None),
        ("case.total > 3", "visit", None, "visit", None),
        ("better", "visit", None, "visit", None),
        ("better_at_w4", "participant", None, "participant", None),
        ("at(W4, case.total) > 3", "participant", None, "participant", None),
        ("last(case.total) > 3", "participant", None, "participant", None),
        ("previous(case.total) > 3", "visit", None, "visit", None),
        ("total > 3", "visit", "case", "visit", None),
        ("total > baseline(total)", "visit", "case", "visit", None),
        ("at(W4, total) > 3", "visit", "case", "participant", None),
        ('sex == "female"', "participant", "person", "participant", None),
        ("days > 3", "row", "log", "row", "log"),
        ("at(W4, start > visit.date)", "row", "log", "row", "log"),
        ("log.days > 3 and age > 18", "row", "log", "row", "log"),
        ("age > 18", "row", "log", "participant", None),
        ("good and visit.day > 3", "row", "sample", "row", "sample"),
        ("any(log, where=start > visit.date)", "visit", None, "visit", None),
        ("any(dose, where=given and visit.day > 3)", "participant", None, "participant", None),
        ("any(sample, where=good and visit.day > 3)", "participant", None, "participant", None),
        ("sum(log.days, where=log.change > 0) > 3", "participant", None, "participant", None),
    ],
)
def test_a_rule_is_asked_of_a_participant_a_visit_or_a_row(
    rule: str, asked: Scope, form: str | None, scope: str, of: str | None
) -> None:
    typed = typed_of(rule, asked, form)
    assert (typed.scope, typed.form) == (scope, of)


def paths(rule: str, asked: Scope = "visit", form: str | None = None) -> set[str]:
    """What a rule reads, with * where it reads it elsewhere."""
    needs = typed_of(rule, asked, form).needs
    return {f"{path.form}.{path.item}{'*' * path.is_elsewhere}" for path in needs}


@pytest.mark.parametrize(
    ("rule", "needs"),
    [
        ("case.total > 3", {"case.total"}),
        ("at(W4, case.total) > 3", {"case.total*"}),
        ("case.total > previous(case.total)", {"case.total", "case.total*", "visit.date*"}),
        ("last(case.total) > 3", {"case.total*", "visit.date*"}),
        (
            "better",
            {"case.total", "case.total*", "dose.date*", "dose.given*", "visit.date*"},
        ),
        ("better_at_w4", {"case.total*", "dose.date*", "dose.given*", "visit.date*"}),
        ("age > 18", {"person.birth", "dose.date*", "dose.given*"}),
        ('any(log, where=kind == "topical")', {"log.kind*", "log.gate*"}),
        ("count(log)", {"log.gate*"}),
        ("sum(log.days)", {"log.days*", "log.gate*"}),
        ("any(dose, where=given and visit.day > 3)", {"dose.given*", "visit.day*"}),
        ('missing(case.total, "refused")', {"case.total"}),
    ],
)
def test_needs_name_every_item_that_can_be_read(rule: str, needs: set[str]) -> None:
    assert paths(rule) == needs


def test_a_path_tells_its_form_and_item() -> None:
    assert ItemPath("log", "days") in typed_of("days > 3", "row", "log").needs


def with_terms(**terms: str) -> Vocabulary:
    infos = {name: TermInfo(name, name, node_of(rule)) for name, rule in terms.items()}
    return replace(WORDS, terms=infos)


def test_a_term_that_is_defined_by_itself_is_told_where_it_is_defined() -> None:
    words = with_terms(a="b or case.flag", b="not a")
    found = infer(words.terms["b"].node, words, asked="visit", place=PLACE)
    assert isinstance(found, tuple)
    assert found[0].code == "circular-term"
    assert "a → b → a" in found[0].text


def test_a_baseline_needs_a_first_dose_that_exists() -> None:
    words = replace(WORDS, first_dose="no_such_term")
    found = infer(node_of("baseline(case.total)"), words, asked="visit", place=PLACE)
    assert isinstance(found, tuple)
    assert found[0].code == "no-first-dose"


def test_a_first_dose_that_reads_a_baseline_is_a_circle() -> None:
    words = with_terms(first_dose="baseline(case.signed)")
    found = infer(node_of("baseline(case.total)"), words, asked="visit", place=PLACE)
    assert isinstance(found, tuple)
    assert found[0].code == "circular-term"


def test_a_study_without_first_dose_has_baselines_all_the_same() -> None:
    words = replace(WORDS, first_dose=None)
    typed = infer(node_of("baseline(case.total)"), words, asked="visit", place=PLACE)
    assert isinstance(typed, Typed)
    assert typed.needs == {ItemPath("case", "total", is_elsewhere=True)}


def test_dates_of_visits_are_needed_only_where_the_study_has_them() -> None:
    forms = {name: form for name, form in WORDS.forms.items() if name != "visit"}
    typed = infer(node_of("last(case.total)"), replace(WORDS, forms=forms), asked="visit")
    assert isinstance(typed, Typed)
    assert typed.needs == {ItemPath("case", "total", is_elsewhere=True)}


def test_terms_that_unfold_too_deep_are_refused() -> None:
    chain = {f"t{number}": f"not t{number + 1}" for number in range(200)}
    words = with_terms(**chain, t200="case.flag")
    found = infer(node_of("t0"), words, asked="visit", place=PLACE)
    assert isinstance(found, tuple)
    assert [problem.code for problem in found] == ["rule-too-deep"]


def test_aggregates_that_unfold_too_deep_are_refused() -> None:
    chain = {f"t{number}": "any(log, where=" * 38 + f"t{number + 1}" + ")" * 38 for number in range(5)}
    words = with_terms(**chain, t5="true")
    found = infer(node_of("t0"), words, asked="visit", place=PLACE)
    assert isinstance(found, tuple)
    assert [problem.code for problem in found] == ["rule-too-deep"]


def test_terms_that_share_parts_are_checked_once_each() -> None:
    """Unfolded this rule would have 2 ** 60 leaves."""
    chain = {f"t{number}": f"t{number + 1} and t{number + 1}" for number in range(60)}
    words = with_terms(**chain, t60="case.flag")
    assert isinstance(infer(node_of("t0"), words, asked="visit"), Typed)


def test_a_visit_to_name_is_found_where_no_visit_collects_the_form() -> None:
    forms = {**WORDS.forms, "dose": replace(WORDS.forms["dose"], visits=("W0",))}
    found = infer(node_of("dose.given"), replace(WORDS, forms=forms), asked="participant")
    assert isinstance(found, tuple)
    assert "at(W0, dose.given)" in found[0].text


def test_arms_are_answers_that_the_study_names() -> None:
    words = replace(WORDS, arms={"A": "Arm A", "B": "Arm B"})
    found = infer(node_of('participant.arm == "C"'), words, asked="participant", place=PLACE)
    assert isinstance(found, tuple)
    assert found[0].code == "unknown-code"
    assert isinstance(infer(node_of('participant.arm == "B"'), words, asked="participant"), Typed)


def test_places_of_folded_rules_come_from_the_loader() -> None:
    found = infer(node_of("case.totl > 3"), WORDS, asked="visit", locate=lambda offset: f"at {offset}")
    assert isinstance(found, tuple)
    assert found[0].where == "at 5"
