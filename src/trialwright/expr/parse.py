"""Reads the text of a rule into its tree, by recursive descent; one function per line of the grammar.

rule    = or [ "if" or "else" rule ]      or = and { "or" and }      and = not { "and" not }
not     = [ "not" ] compare
compare = sum { ("<"|"<="|"=="|"!="|">"|">=") sum } | sum ["not"] "in" list
sum     = product { ("+"|"-") product }   product = unary { ("*"|"/") unary }   unary = [ "-" ] atom
atom    = number | "text" | true | false | name | form "." item | call | "(" rule ")"
call    = function "(" [ rule { "," rule } ] { "," ("where"|"at_least") "=" rule } ")"
list    = "(" rule { "," rule } ")"
"""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from fractions import Fraction
from typing import Final, NoReturn, TypeVar, cast

from trialwright.expr.messages import problem
from trialwright.expr.nodes import (
    And,
    Arithmetic,
    Binary,
    Call,
    Compare,
    Comparison,
    IfElse,
    In,
    ItemRef,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Quoted,
    Rule,
    Truth,
)
from trialwright.expr.places import Locate, locator
from trialwright.expr.tokens import KEYWORDS, Token, read_tokens
from trialwright.values.problem import Problem

LONGEST: Final = 2000
DEEPEST: Final = 40
ARGUMENT_NAMES: Final = ("where", "at_least")

_COMPARISONS: Final = frozenset({"<", "<=", "==", "!=", ">", ">="})
_HINTS: Final = {
    "=": "; write == to compare",
    "&&": "; write and",
    "&": "; write and",
    "||": "; write or",
    "|": "; write or",
    "!": "; write not",
    "<>": "; write !=",
    "'": "; texts stand in double quotes",
    "**": "; multiply instead",
    "%": '; write a percentage as 0.3, or as "30 %" where the item has the unit %',
    "[": "; lists stand in round brackets",
    "≥": "; write >=",
    "≤": "; write <=",
    "≠": "; write !=",
    "＝": "; write ==",
    "＞": "; write >",
    "＜": "; write <",
    "×": "; write *",
    "÷": "; write /",
    "−": "; write -",
    "–": "; write -",
    "，": "; write ,",
    "（": "; write (",
    "）": "; write )",
    "“": "; texts stand in straight double quotes",
    "”": "; texts stand in straight double quotes",
    "„": "; texts stand in straight double quotes",
}
_FOREIGN_WORDS: Final = {
    "True": "; write true",
    "False": "; write false",
    "None": "; ask missing(...)",
    "null": "; ask missing(...)",
    "is": "; write ==",
    "lambda": "",
    "for": "",
    "AND": "; write and",
    "OR": "; write or",
    "NOT": "; write not",
}

_T = TypeVar("_T")


class _SyntaxError(Exception):
    """Ends the reading of one rule; never leaves this module."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.code)
        self.problem = found


def parse_rule(text: str, place: str, locate: Locate | None = None) -> Rule | tuple[Problem, ...]:
    """The rule of a text, or what is wrong with it.

    place: "file:line:col" of the text's first character. locate: offset in the text -> place, for a text
    that the file holds in several lines; without it the rule stands on one line.

    >>> parse_rule("18 <= age", "terms.yaml:3:9").node.operators
    ('<=',)
    """
    find = locate or locator(place)
    if len(text) > LONGEST:
        return (problem("rule-too-long", find(0), length=len(text), limit=LONGEST),)
    if not text.strip():
        return (problem("rule-empty", find(0)),)
    try:
        return Rule(text, _Reader(read_tokens(text), find).whole(), place)
    except _SyntaxError as fault:
        return (fault.problem,)


class _Reader:
    """Walks over the tokens once. Holds the place in them and how deep the rule is nested."""

    def __init__(self, tokens: tuple[Token, ...], find: Locate) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0
        self.find = find

    # ---------------------------------------------------------------- steps

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def sees(self, *words: str) -> bool:
        """Whether the next token is one of these signs or keywords."""
        return self.token.kind in ("sign", "name") and self.token.text in words

    def take(self) -> Token:
        token = self.token
        self.index += 1
        return token

    def took(self, word: str) -> bool:
        if self.sees(word):
            self.index += 1
            return True
        return False

    def fault(self, code: str, at: int, **parts: object) -> NoReturn:
        raise _SyntaxError(problem(code, self.find(at), "error", **parts))

    def unexpected(self, expected: str) -> NoReturn:
        """Says as well as it can why the next token cannot stand here."""
        token = self.token
        if token.kind == "bad" and token.text not in _HINTS:
            self.fault("rule-bad-character", token.start, character=token.text)
        if token.kind == "unclosed":
            self.fault("rule-unclosed-text", token.start)
        if token.kind in ("sign", "bad") and (token.text in _HINTS or token.text in "//:=[]{}^~@:;?"):
            hint = _HINTS.get(token.text, "")
            self.fault("rule-not-in-language", token.start, what=f"“{token.text}”", hint=hint)
        if token.kind == "name" and token.text in _FOREIGN_WORDS:
            hint = _FOREIGN_WORDS[token.text]
            self.fault("rule-not-in-language", token.start, what=f"“{token.text}”", hint=hint)
        found = "the end of the rule" if token.kind == "end" else f"“{token.text}”"
        self.fault("rule-expected", token.start, expected=expected, found=found)

    def nested(self, read: Callable[[], _T]) -> _T:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fault("rule-too-deep", self.token.start, limit=DEEPEST)
        node = read()
        self.depth -= 1
        return node

    # ---------------------------------------------------------------- grammar

    def whole(self) -> Node:
        node = self.nested(self.rule)
        if self.token.kind != "end":
            self.unexpected("The end of the rule")
        return node

    def rule(self) -> Node:
        then = self.either()
        if not self.took("if"):
            return then
        condition = self.either()
        if not self.took("else"):
            self.unexpected("“else”")
        otherwise = self.nested(self.rule)
        return IfElse(then, condition, otherwise, (then.span[0], otherwise.span[1]))

    def either(self) -> Node:
        operands = self.joined("or", self.all_of)
        return operands[0] if len(operands) == 1 else Or(operands, _around(operands))

    def all_of(self) -> Node:
        operands = self.joined("and", self.negation)
        return operands[0] if len(operands) == 1 else And(operands, _around(operands))

    def joined(self, word: str, read: Callable[[], Node]) -> tuple[Node, ...]:
        operands = [read()]
        while self.took(word):
            operands.append(read())
        return tuple(operands)

    def negation(self) -> Node:
        if not self.sees("not"):
            return self.compare()
        start = self.take().start
        operand = self.nested(self.negation)
        return Not(operand, (start, operand.span[1]))

    def compare(self) -> Node:
        first = self.sum()
        if self.sees("in", "not"):
            return self.membership(first)
        operands, operators = [first], []
        while self.token.kind == "sign" and self.token.text in _COMPARISONS:
            operators.append(cast("Comparison", self.take().text))
            operands.append(self.sum())
        if not operators:
            return first
        return Compare(tuple(operands), tuple(operators), _around(operands))

    def membership(self, operand: Node) -> Node:
        negated = self.took("not")
        if not self.took("in"):
            self.unexpected("“in”")
        opening = self.open("A list in brackets")
        options = self.joined(",", lambda: self.nested(self.rule))
        return In(operand, options, negated, (operand.span[0], self.close(opening)))

    def sum(self) -> Node:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Node:
        return self.chain(("*", "/"), self.unary)

    def chain(self, signs: tuple[Arithmetic, ...], read: Callable[[], Node]) -> Node:
        """Operators of one rank, from left to right. Each deepens the tree, so each counts."""
        left, before = read(), self.depth
        while self.sees(*signs):
            operator = cast("Arithmetic", self.take().text)
            right = self.nested(read)
            self.depth += 1
            left = Binary(operator, left, right, (left.span[0], right.span[1]))
        self.depth = before
        return left

    def unary(self) -> Node:
        if not self.sees("-"):
            return self.atom()
        start = self.take().start
        operand = self.nested(self.unary)
        return Negative(operand, (start, operand.span[1]))

    def atom(self) -> Node:
        token = self.token
        span = (token.start, token.end)
        if token.kind == "number":
            return self.number(self.take())
        if token.kind == "text":
            self.take()
            return Quoted(token.text, span)
        if token.kind == "name" and token.text in ("true", "false"):
            return Truth(self.take().text == "true", span)
        if token.kind == "name" and token.text not in KEYWORDS and token.text not in _FOREIGN_WORDS:
            return self.named(self.take())
        if not self.sees("("):
            self.unexpected("A value")
        opening = self.take()
        node = self.nested(self.rule)
        self.close(opening)
        return node

    def number(self, token: Token) -> Node:
        after = self.token
        if after.kind == "name" and after.text not in KEYWORDS and after.text not in _FOREIGN_WORDS:
            self.fault("rule-unquoted-unit", after.start, number=token.text, unit=after.text)
        return Number(Fraction(token.text), (token.start, token.end))

    def named(self, token: Token) -> Node:
        if self.sees("("):
            return self.call(token)
        if not self.took("."):
            return Name(token.text, (token.start, token.end))
        item = self.token
        if item.kind != "name":
            self.unexpected("The name of an item")
        self.take()
        if self.sees(".", "("):
            what = "A second dot" if self.sees(".") else "A function after a dot"
            self.fault("rule-not-in-language", self.token.start, what=what, hint="; say form.item")
        return ItemRef(token.text, item.text, (token.start, item.end))

    def call(self, name: Token) -> Node:
        opening = self.take()
        arguments: list[Node] = []
        named: list[tuple[str, Node]] = []
        more = not self.sees(")")
        while more:
            if self.token.kind == "name" and self.tokens[self.index + 1].text == "=":
                named.append(self.named_argument(name.text, named))
            elif named:
                self.unexpected("An argument with a name")
            else:
                arguments.append(self.nested(self.rule))
            more = self.took(",")
        return Call(name.text, tuple(arguments), tuple(named), (name.start, self.close(opening)))

    def named_argument(self, function: str, before: list[tuple[str, Node]]) -> tuple[str, Node]:
        token = self.take()
        if token.text not in ARGUMENT_NAMES:
            suggestion = did_you_mean(token.text, ARGUMENT_NAMES)
            self.fault(
                "rule-argument", token.start, function=function, name=token.text, suggestion=suggestion
            )
        if any(token.text == name for name, _ in before):
            self.fault("rule-argument-twice", token.start, name=token.text)
        self.take()
        return token.text, self.nested(self.rule)

    def open(self, expected: str) -> Token:
        if not self.sees("("):
            self.unexpected(expected)
        return self.take()

    def close(self, opening: Token) -> int:
        if self.token.kind == "end":
            self.fault("rule-unclosed-bracket", opening.start)
        if not self.sees(")"):
            self.unexpected("“)”")
        return self.take().end


def _around(nodes: tuple[Node, ...] | list[Node]) -> tuple[int, int]:
    return nodes[0].span[0], nodes[-1].span[1]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message that names the nearest known word, or a full stop where none is near.

    >>> did_you_mean("totl", ("total", "score"))
    '; did you mean “total”?'
    """
    near = get_close_matches(word, tuple(known), n=1)
    return f"; did you mean “{near[0]}”?" if near else "."


def which_there_are(word: str, known: Iterable[str]) -> str:
    """The end of a message that names the nearest known word, or all of them where none is near.

    >>> which_there_are("V9", ("SCR", "W0"))
    '; there are SCR, W0.'
    """
    names = tuple(known)
    near = did_you_mean(word, names)
    return f"; there are {', '.join(names)}." if near == "." and names else near
