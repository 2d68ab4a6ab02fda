"""The text of a rule becomes its tree, or a fault at its place."""

import pytest

from trialwright.expr.nodes import Binary, Compare, IfElse, In, ItemRef, Name, Not, Number, Or, Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.walk import children, walk

PLACE = "checks.yaml:7:9"


@pytest.mark.parametrize(
    ("text", "code", "column", "words"),
    [
        ("", "rule-empty", 9, "no rule"),
        ("  ", "rule-empty", 9, "no rule"),
        ("x" * 2001, "rule-too-long", 9, "2001 characters"),
        ("a +", "rule-expected", 12, "the end of the rule"),
        ("a b", "rule-expected", 11, "“b”"),
        ("(a", "rule-unclosed-bracket", 9, "never closed"),
        ("f(a", "rule-unclosed-bracket", 10, "never closed"),
        ("x in (1, 2", "rule-unclosed-bracket", 14, "never closed"),
        ("(a b)", "rule-expected", 12, "“)”"),
        ("a)", "rule-expected", 10, "“)”"),
        ("x in 3", "rule-expected", 14, "A list in brackets"),
        ("x not 3", "rule-expected", 15, "“in”"),
        ("a if b", "rule-expected", 15, "“else”"),
        ("a.3", "rule-expected", 11, "The name of an item"),
        ("a.b.c", "rule-not-in-language", 12, "A second dot"),
        ("a.b(c)", "rule-not-in-language", 12, "A function after a dot"),
        ("9 ** 9", "rule-not-in-language", 11, "multiply instead"),
        ("9 // 2", "rule-not-in-language", 11, "“//”"),
        ("a % 2", "rule-not-in-language", 11, "percentage"),
        ("a[0]", "rule-not-in-language", 10, "round brackets"),
        ("{1}", "rule-not-in-language", 9, "“{”"),
        ("a = 3", "rule-not-in-language", 11, "=="),
        ("a := 3", "rule-not-in-language", 11, "“:=”"),
        ("a <> 3", "rule-not-in-language", 11, "!="),
        ("a ≥ 3", "rule-not-in-language", 11, ">="),
        ("a × 3", "rule-not-in-language", 11, "write *"),
        ("a == “x”", "rule-not-in-language", 14, "straight double quotes"),
        ("a > 3 AND b", "rule-not-in-language", 15, "write and"),
        ("a && b", "rule-not-in-language", 11, "and"),
        ("a || b", "rule-not-in-language", 11, "or"),
        ("!a", "rule-not-in-language", 9, "not"),
        ("a == 'x'", "rule-not-in-language", 14, "double quotes"),
        ("lambda", "rule-not-in-language", 9, "lambda"),
        ("a is b", "rule-not-in-language", 11, "=="),
        ("a == None", "rule-not-in-language", 14, "missing"),
        ("a == True", "rule-not-in-language", 14, "write true"),
        ('a == "x', "rule-unclosed-text", 14, "not closed"),
        ("a == §", "rule-bad-character", 14, "“§”"),
        ("a > １", "rule-bad-character", 13, "“１”"),
        ("a > 160 mg", "rule-unquoted-unit", 17, '"160 mg"'),
        ("1e9", "rule-unquoted-unit", 10, "stands in quotes"),
        ("f(a, wher=b)", "rule-argument", 14, "did you mean “where”?"),
        ("f(a, where=b, where=c)", "rule-argument-twice", 23, "twice"),
        ("f(a, where=b, c)", "rule-expected", 23, "An argument with a name"),
        ("f(a,)", "rule-expected", 13, "A value"),
        ("and", "rule-expected", 9, "“and”"),
        ("not", "rule-expected", 12, "the end of the rule"),
    ],
)
def test_a_fault_is_told_at_its_place(text: str, code: str, column: int, words: str) -> None:
    found = parse_rule(text, PLACE)
    assert isinstance(found, tuple)
    (fault,) = found
    assert (fault.code, fault.where) == (code, f"checks.yaml:7:{column}")
    assert words in fault.text


@pytest.mark.parametrize(
    "deep",
    [
        "(" * 40 + "a" + ")" * 40,
        "not " * 41 + "a",
        "-" * 41 + "a",
        "a" + " + a" * 41,
        "f(" * 41 + ")" * 41,
        "a if b else " * 41 + "c",
        "a in (" * 41 + "b" + ")" * 41,
    ],
)
def test_a_rule_nested_too_deep_is_refused(deep: str) -> None:
    found = parse_rule(deep, PLACE)
    assert isinstance(found, tuple)
    assert found[0].code == "rule-too-deep"


@pytest.mark.parametrize("deep", ["(" * 39 + "a" + ")" * 39, "a" + " or a" * 300, "a" + " + a" * 39])
def test_a_rule_at_the_limit_is_read(deep: str) -> None:
    assert isinstance(parse_rule(deep, PLACE), Rule)


def test_a_rule_keeps_its_text_and_place() -> None:
    rule = parse_rule(" a ", PLACE)
    assert isinstance(rule, Rule)
    assert (rule.text, rule.place, rule.node) == (" a ", PLACE, Name("a", (1, 2)))


def test_operators_bind_as_in_the_grammar() -> None:
    rule = parse_rule("not a.b + 2 * c < 3 or x not in (1) if y else z", "")
    assert isinstance(rule, Rule)
    assert isinstance(rule.node, IfElse)
    either = rule.node.then
    assert isinstance(either, Or)
    negation, membership = either.operands
    assert isinstance(negation, Not)
    assert isinstance(membership, In)
    assert membership.negated
    assert isinstance(negation.operand, Compare)
    total = negation.operand.operands[0]
    assert isinstance(total, Binary)
    assert isinstance(total.left, ItemRef)
    assert isinstance(total.right, Binary)
    assert total.right.operator == "*"


def test_differences_are_taken_from_the_left() -> None:
    rule = parse_rule("a - b - c", "")
    assert isinstance(rule, Rule)
    assert isinstance(rule.node, Binary)
    assert isinstance(rule.node.left, Binary)
    assert rule.node.span == (0, 9)


def test_places_in_folded_text_come_from_the_loader() -> None:
    found = parse_rule("a and\nb and and", "x.yaml:3:5", lambda offset: f"x.yaml:{3 + offset // 6}:7")
    assert isinstance(found, tuple)
    assert found[0].where == "x.yaml:5:7"


def test_a_place_that_is_no_position_stands_for_the_rule() -> None:
    found = parse_rule("a b", "terms / age")
    assert isinstance(found, tuple)
    assert found[0].where == "terms / age"


def test_walking_meets_every_node_in_order() -> None:
    rule = parse_rule('f(-a, b in (1, "x"), where=not (c or true) if d else e < 2)', "")
    assert isinstance(rule, Rule)
    words = [node.word for node in walk(rule.node) if isinstance(node, Name)]
    assert words == ["a", "b", "c", "d", "e"]
    assert [node.value for node in walk(rule.node) if isinstance(node, Number)] == [1, 2]
    assert children(Name("a", (0, 1))) == ()
