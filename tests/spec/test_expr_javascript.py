"""Rules compiled to JavaScript: that the module is safe and always the same, and what it answers beyond the tables."""

import gzip
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import cast

import pytest
from py_mini_racer import JSEvalException
from tests.property.both_engines import VOCABULARY, places_of
from tests.property.random_rules import make_reader
from tests.spec.fake_reader import FakeReader
from tests.spec.javascript_engine import answer_from, answers_of, place_json, reader_json, v8
from tests.spec.spec_table import SpecTable, node_of, vocabulary_of
from tests.spec.study_folders import REFERENCE, SECOND, study_of
from tests.spec.test_expr_columns import AT_VISITS, OF_PARTICIPANTS, OF_ROWS
from tests.spec.test_expr_record import HERE, READER, WORDS
from tests.spec.v8 import STATIC

from trialwright.expr.answer import Answer, RuleBudgetExceeded, missing_reason, stored_text
from trialwright.expr.javascript import compile_module
from trialwright.expr.javascript_module import BEYOND
from trialwright.expr.nodes import Call, Name, Node, Not, Quoted, Rule
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import Band, CodeInfo, CodeListInfo, Scope, Vocabulary
from trialwright.study.model import Study
from trialwright.values.datum import Missing, Value

TRUTH = Typed("truth", "visit")


def compiled(rule: str | Node, words: Vocabulary = WORDS, form: str | None = "case") -> str:
    return compile_module({"rule": (node_of(rule) if isinstance(rule, str) else rule, TRUTH, form)}, words)


def ask(rule: str, place: Place = HERE, reader: FakeReader = READER) -> Answer:
    (answer,) = answers_of(node_of(rule), TRUTH, reader.vocabulary, place.form, [(reader, place)])
    return answer


def told(expression: str, source: str, **values: object) -> object:
    v8().add(source, "compiled")
    return v8().json(expression.replace("RULES", "modules.compiled.rules"), **values)


# ---------------------------------------------------------------- the module

EVIL = "</script><!-- \" ' \\ \u2028 \u2029 \n \x00 ${x} 皮"


def test_a_text_of_the_definition_stays_a_text() -> None:
    node = Call("unknown", (Quoted(EVIL, (0, 0)),), (), (0, 0))
    source = compile_module({EVIL: (node, TRUTH, None)}, WORDS)

    assert source.isascii()
    assert "<" not in source
    assert len(source.splitlines()) == 4
    assert told("RULES[name]({}).needs[0].note", source, name=EVIL) == EVIL


def test_names_that_every_object_has_are_names_like_others() -> None:
    """Of an item, of a rule, of a code, of a visit: `constructor` and `__proto__` are nothing of JavaScript's."""
    words = vocabulary_of(SpecTable("", "", (), items={"case.constructor": "code __proto__? toString"}))
    source = compile_module({"__proto__": (node_of("case.constructor"), TRUTH, "case")}, words)
    states = [["case", "W4", 0, {"constructor": {"v": "__proto__"}}], ["case", "W2", 0, {}]]
    asking = 'visits.map((visit) => RULES[name](modules["beyond/rules.js"].dataReader({states}), {visit}))'
    reasons = told(
        asking + ".map((answer) => answer.needs[0].reason)",
        source,
        states=states,
        visits=["W4", "W2"],
        name="__proto__",
    )

    assert reasons == ["unknown_code", "not_yet_entered"]
    assert told("Object.keys(RULES)", source) == ["__proto__"]
    answer = told(
        'RULES["__proto__"](modules["rules.js"].formReader({items: {}}, {}), {visit: "W4"})', source
    )
    assert cast("Mapping[str, object]", answer)["value"] is None


def test_the_same_rules_give_the_same_bytes() -> None:
    first = ("a", (node_of("better and case.total > 2"), TRUTH, "case"))
    second = ("b", (node_of("total < 3 or better"), TRUTH, "case"))

    source = compile_module(dict([first, second]), WORDS)

    assert source == compile_module(dict([second, first]), WORDS)
    assert source.count('item("case", "total"') == 1  # what rules share stands once
    assert source.startswith("import {")
    assert source.splitlines()[0].endswith('from "/diary/app/rules.js";')
    assert "\nexport const rules = {\n" in source


def test_a_module_of_no_rules_exports_none() -> None:
    assert compile_module({}, WORDS) == "export const rules = {\n};\n"


def test_what_reads_beyond_a_record_is_imported_only_where_a_rule_does() -> None:
    source = compiled("at(W2, total) > 3 and total > 2").splitlines()[:2]
    assert source[0] == 'import {and, compare, item, number, rule} from "/diary/app/rules.js";'
    assert source[1] == 'import {at} from "/diary/app/beyond/rules.js";'
    assert "beyond" not in compiled("total > 2 or missing(other)")


def test_every_function_is_imported_from_where_it_stands() -> None:
    exported = cast("list[str]", v8().json('Object.keys(modules["beyond/rules.js"])'))
    assert sorted(exported) == sorted({*BEYOND, "dataReader"})


def test_each_rule_says_what_it_is() -> None:
    source = compile_module({"x": (node_of("total"), Typed("number", "visit"), "case")}, WORDS)
    assert '  ["x"]: rule("case", true, n0), // number, asked of a visit\n' in source


def test_the_library_is_small_and_needs_no_eval() -> None:
    own, beyond = ((STATIC / name).read_bytes() for name in ("rules.js", "beyond/rules.js"))
    assert len(gzip.compress(own, 9)) <= 9 * 1024
    assert b"import" not in own.replace(b"important", b"")
    assert not re.search(rb"eval\(|Function\(", own + beyond)


# ---------------------------------------------------------------- answers with their reasons


@pytest.mark.parametrize(
    "rule",
    [
        "total < 2",
        "total / 3",
        "kind",
        "moment",
        '"2026-03-14T08:30-00:00" == moment',
        'moment > "2026-03-14T06:00-09:30"',
        "person.birth",
        "day",
        'days("2026-02-28", day)',
        "other",
        "better or missing(other)",
        "other > 3 or other < 2 or at(W2, total) > 3",
        'day > "2026-03-15"',
        'unknown("two or more unanswered")',
        "open",
        "count(log) + 1",
        "abs(-count(log, where=days > 3))",
        "abs(count(log, where=days > 3) - 5)",
        'greatest(count(log), "5")',
        '-count(log) < "5"',
        '(count(log) - count(log)) * 2 == "3"',
        'months("2026-03-15", "2026-01-15") + years("2026-03", "2025-04")',
        'days("2025-02", "2024-02") + days("2100-02", "2000-02") + days("2026-04", "2026-12")',
        "case.open in (0, 1)",
        "true",
        '"text"',
    ],
)
def test_an_answer_is_that_of_the_record_engine_with_its_reasons(rule: str) -> None:
    rows = {("log", "", repeat): {"days": Value(str(repeat))} for repeat in (1, 4)}
    reader = replace(READER, records={**READER.records, **rows})
    for place in (HERE, Place("W2", "case")):
        assert ask(rule, place, reader) == replace(evaluate(node_of(rule), reader, place), used=())


OF_LISTS = [
    "sum(log.n, where=person.b)",
    "sum(log.n, where=person.n > n)",
    "sum(log.n, where=b, at_least=3)",
    "sum(log.n, where=person.b, at_least=9)",
    "mean(log.n, where=person.n > n, at_least=1)",
    "min(log.start, where=person.n > n)",
    "max(log.end, where=n > 2, at_least=1)",
    "max(log.end, where=person.b)",
    'band(-count(log, where=b), "bands")',
    'band(count(log, where=b) / 2, "steps")',
    "abs(-count(log, where=b) - 3)",
    "days_covered(log.start, end, where=b)",
    'days_covered(log.start, "2026-02" if c == "x" else person.p, where=n > 2)',
    "every(log, where=days(start, person.p) > 3)",
]


@pytest.mark.parametrize(
    ("rule", "asked", "form"),
    [(rule, "visit", None) for rule in AT_VISITS]
    + [(rule, "participant", None) for rule in [*OF_PARTICIPANTS, *OF_LISTS]]
    + [(rule, "row", form) for form, rule in OF_ROWS],
)
def test_answers_about_random_participants_are_those_of_the_record_engine(
    rule: str, asked: Scope, form: str | None
) -> None:
    readers = [make_reader(VOCABULARY, seed) for seed in range(40, 70)]
    places = [(reader, place) for reader in readers for place in places_of(asked, reader, form)]
    node = node_of(rule)
    record = [replace(evaluate(node, reader, place), used=()) for reader, place in places]
    assert answers_of(node, TRUTH, VOCABULARY, form, places) == record


def test_codes_and_bands_that_are_numbers() -> None:
    lists = {
        "grade": CodeListInfo({"a": CodeInfo("a", number=Fraction(5, 2)), "0": CodeInfo("0")}),
        "steps": CodeListInfo(
            {"-1": CodeInfo("-1"), "2": CodeInfo("2")}, (Band(Fraction(1, 2), True, "-1"),)
        ),
    }
    case = WORDS.forms["case"]
    items = {**case.items, "kind": replace(case.items["kind"], type="integer", code_list="grade")}
    words = replace(WORDS, code_lists=lists, forms={**WORDS.forms, "case": replace(case, items=items)})
    reader = replace(READER, vocabulary=words)

    assert ask("kind * 2", reader=reader).value == 5
    assert ask('band(total, "steps")', reader=reader).value == -1
    assert ask('band(total / 4, "steps")', reader=reader).needs[0].reason == "no_band"


def test_a_code_outside_its_list_is_read_as_it_stands() -> None:
    old = FakeReader(WORDS, {("case", "W4", 0): {"kind": Value("c"), "open": Value("x")}})
    assert ask("open").value == 9
    assert ask("kind", reader=old).value == "c"
    with pytest.raises(JSEvalException, match="x is no number"):
        ask("open", reader=old)


# ---------------------------------------------------------------- where it stops


@pytest.mark.parametrize(
    ("rule", "place", "message"),
    [
        ("log.days", HERE, "log has no single record here"),
        ("case.total", Place(), "case has no single record here"),
        ("previous(person.birth)", Place(), "asked of no visit"),
        ('total > "much"', HERE, "much is no number"),
        ('person.birth > "2026-02-30"', HERE, "2026-02-30 is no date"),
        ('person.birth > "soonsoonso"', HERE, "is no date"),
        ('moment > "noon"', HERE, "noon is no date with time"),
        ("previous(total)", Place("OTHER", "case"), "there is no visit OTHER"),
    ],
)
def test_a_rule_that_no_check_let_through_is_an_error(rule: str, place: Place, message: str) -> None:
    with pytest.raises(JSEvalException, match=message):
        ask(rule, place)


@pytest.mark.parametrize("rule", ["upper_limit(3)", "upper_limit(total)"])
def test_a_limit_of_no_item_does_not_compile(rule: str) -> None:
    with pytest.raises(ValueError, match="not a checked rule"):
        compiled(rule, form=None)


def test_a_term_is_compiled_and_answered_once_at_each_place() -> None:
    """Unfolded this rule would have 2 ** 60 leaves."""
    chain = {f"t{number}": f"t{number + 1} and t{number + 1}" for number in range(60)}
    words = vocabulary_of(SpecTable("", "", (), terms={**chain, "t60": "1 < 2"}))
    assert ask("t0", Place(), FakeReader(words, {})).value is True


def test_a_rule_that_takes_too_many_steps_is_an_error() -> None:
    rows = {("log", "", repeat): {"days": Value("1")} for repeat in range(1, 60)}
    reader = FakeReader(WORDS, rows, gates={"log": True})
    rule = "any(log, where=any(log, where=any(log, where=days > 1)))"
    with pytest.raises(JSEvalException, match="more than 100000 steps"):
        ask(rule, Place(), reader)


def test_a_rule_that_fills_the_stack_is_an_error_of_the_same_kind() -> None:
    """Also an item that is asked where it is asked itself, which no check lets through."""
    asking = (
        '(() => { try { RULES.rule(modules["rules.js"].formReader(form, {}, RULES)); return ""; }'
        ' catch (error) { return error instanceof modules["rules.js"].RuleBudgetExceeded; } })()'
    )
    form = {"items": {"total": {"type": "decimal", "when": "rule", "derive": ""}}}
    assert told(asking, compiled("total > 3"), form=form) is True


def test_a_tree_that_no_text_can_have_is_an_error() -> None:
    node: Node = Name("better", (0, 0))
    for _ in range(2000):
        node = Not(node, (0, 0))
    with pytest.raises(RuleBudgetExceeded):
        compiled(node)


# ---------------------------------------------------------------- what becomes of an answer

STORED = [
    ("total < 2", None),
    ("total > 2", None),
    ("total", None),
    ("total / 3", 1),
    ("total / 3", None),
    ("-total / 8", None),
    ("-total / 8", 0),
    ("total * 1200", None),
    ("total / 16", 2),
    ("kind", None),
    ("person.birth", None),
    ("day", None),
    ("long_ago", None),
    ('least(day, "2026-03-14")', None),
    ('days("2026-02-28", day)', None),
    ("other + 1", None),
    ("at(W2, total)", None),
    ('unknown("why")', None),
    ("other + at(W2, total)", None),
    ("other + total / 0", None),
]


@pytest.mark.parametrize(("rule", "decimals"), STORED)
def test_an_answer_has_the_stored_text_and_the_reason_of_a_derived_item(
    rule: str, decimals: int | None
) -> None:
    library = 'modules["rules.js"]'
    found = told(
        "((answer) => [library.storedText(answer, decimals), library.missingReason(answer), library.isOpen(answer)])"
        "(RULES.rule(modules['beyond/rules.js'].dataReader(data), place))".replace("library", library),
        compiled(rule),
        data=reader_json(READER),
        place=place_json(HERE),
        decimals=decimals,
    )
    answer = evaluate(node_of(rule), READER, HERE)
    assert found == [stored_text(answer, decimals), missing_reason(answer), answer.is_open]


# ---------------------------------------------------------------- a record that is being filled in

DAY_WORDS = vocabulary_of(
    SpecTable(
        "",
        "",
        (),
        items={
            "day.itch": "integer 0..10",
            "day.reaction": "boolean",
            "day.redness": "integer 0..10",
            "day.half": "decimal",
            "day.total": "integer",
        },
        forms={"day": "many"},
    )
)
DAY_RULES = {
    "when redness": "reaction",
    "derive half": "itch / 3",
    "derive total": "redness + itch / 4",
    "strong": "redness >= 8 or itch >= 8",
    "sum": "half + total",
    "beyond": 'any(day) or known(upper_limit(itch)) or last(day.itch) > 1 or expiry("A1") > "2026"',
}
DAY_FORM = {
    "items": {
        "itch": {"type": "integer", "when": "", "derive": ""},
        "reaction": {"type": "boolean", "when": "", "derive": ""},
        "redness": {"type": "integer", "when": "when redness", "derive": ""},
        "half": {"type": "decimal", "decimals": 1, "when": "", "derive": "derive half"},
        "total": {"type": "integer", "when": "when redness", "derive": "derive total"},
    }
}


def filled_in(rule: str, answers: Mapping[str, object]) -> tuple[object, list[str]]:
    """Value and reasons of what a rule answers on the phone, asked without a place as with one."""
    source = compile_module(
        {name: (node_of(text), TRUTH, "day") for name, text in DAY_RULES.items()}, DAY_WORDS
    )
    asking = 'RULES[name](modules["rules.js"].formReader(form, answers, RULES)PLACE)'
    there, here = (
        cast(
            "Mapping[str, object]",
            told(asking.replace("PLACE", place), source, name=rule, form=DAY_FORM, answers=answers),
        )
        for place in (', {visit: "", repeat: 20260314}', "")
    )
    assert there["value"] == here["value"]
    return here["value"], [need["reason"] for need in cast("list[Mapping[str, str]]", here["needs"])]


@pytest.mark.parametrize(
    ("rule", "answers", "value", "reasons"),
    [
        ("strong", {"itch": {"v": "8"}}, True, []),
        ("strong", {"itch": {"v": "7"}}, None, ["not_yet_entered"]),
        ("strong", {"itch": {"v": "7"}, "reaction": {"v": "true"}, "redness": {"v": "8"}}, True, []),
        (
            "strong",
            {"itch": {"v": "7"}, "reaction": {"v": "false"}, "redness": {"v": "8"}},
            None,
            ["not_asked"],
        ),
        ("strong", {"itch": {"m": "refused"}, "reaction": {"v": "false"}}, None, ["not_asked", "refused"]),
        ("sum", {"itch": {"v": "5"}, "reaction": {"v": "true"}, "redness": {"v": "2"}}, "47/10", []),
        ("sum", {"itch": {"v": "5"}, "reaction": {"v": "false"}}, None, ["not_asked"]),
        ("sum", {"itch": {"m": "refused"}, "reaction": {"v": "true"}}, None, ["refused", "not_yet_entered"]),
        ("beyond", {"itch": {"v": "5"}}, None, ["open_list", "no_value", "no_expiry"]),
    ],
)
def test_rules_of_a_record_that_is_being_filled_in(
    rule: str, answers: Mapping[str, object], value: object, reasons: list[str]
) -> None:
    assert filled_in(rule, answers) == (value, reasons)


def test_a_reader_of_no_data_knows_nothing() -> None:
    source = compiled("total > 3 or any(log) or last(total) > 3 or upper_limit(total) > 1")
    reasons = told(
        'RULES.rule(modules["beyond/rules.js"].dataReader({}), {visit: "W4"}).needs.map((need) => need.reason)',
        source,
    )
    assert reasons == ["not_yet_entered", "open_list", "no_value", "no_limit"]
    assert (
        ask("other > 3", reader=FakeReader(WORDS, {("case", "W4", 0): {"other": Missing("lost")}}))
        .needs[0]
        .reason
        == "lost"
    )


# ---------------------------------------------------------------- whole definitions


def rules_of(study: Study) -> dict[str, tuple[Node, Typed, str | None]]:
    """Every rule of the forms of a definition, by a name of its own, and every check across forms."""
    found: dict[str, tuple[Rule | None, str]] = {}
    for form in study.forms.values():
        for item in form.items.values():
            found |= {f"{form.id}.{item.id} when": (item.when, form.id)}
            found |= {f"{form.id}.{item.id} derive": (item.derive, form.id)}
        found |= {check.id: (check.when, form.id) for check in form.checks}
    found |= {check.id: (check.when, check.about_form) for check in study.checks}
    return {name: (rule.node, TRUTH, form) for name, (rule, form) in found.items() if rule is not None}


@pytest.mark.parametrize("folder", [REFERENCE, SECOND])
def test_every_rule_of_a_definition_answers_in_one_module(folder: str) -> None:
    study = study_of(folder)
    rules = rules_of(study)
    visit = next(iter(study.visits))
    reader = FakeReader(study.vocabulary, {})
    asking = 'RULES[name](modules["beyond/rules.js"].dataReader({}), {visit, repeat: 1})'
    answers = cast(
        "list[Mapping[str, object]]",
        told(
            f"names.map((name) => {asking})",
            compile_module(rules, study.vocabulary),
            names=list(rules),
            visit=visit,
        ),
    )

    assert len(rules) > 10
    for (node, _, form), answer in zip(rules.values(), answers, strict=True):
        assert answer_from(answer) == replace(evaluate(node, reader, Place(visit, form, 1)), used=())
