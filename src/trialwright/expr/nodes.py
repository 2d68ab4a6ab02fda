"""The tree of a rule. A span is the half-open range of characters in the rule's text, for messages."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Span = tuple[int, int]

Comparison = Literal["<", "<=", "==", "!=", ">", ">="]
Arithmetic = Literal["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction
    span: Span


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quoted text; it takes the type of what it meets: code, date, number with unit, text."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A bare word: a term, an item of the form in scope, a visit or a form, by where it stands."""

    word: str
    span: Span


@dataclass(frozen=True, slots=True)
class ItemRef:
    """form.item; `visit` and `plan` and `participant` are built-in forms."""

    form: str
    item: str
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison or a chain: 18 <= age <= 70 has three operands and two operators."""

    operands: tuple["Node", ...]
    operators: tuple[Comparison, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class In:
    operand: "Node"
    options: tuple["Node", ...]
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    operator: Arithmetic
    left: "Node"
    right: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Negative:
    operand: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class IfElse:
    """then if condition else otherwise."""

    then: "Node"
    condition: "Node"
    otherwise: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple["Node", ...]
    named: tuple[tuple[str, "Node"], ...]
    span: Span


Node = (
    Number
    | Quoted
    | Truth
    | Name
    | ItemRef
    | Not
    | And
    | Or
    | Compare
    | In
    | Binary
    | Negative
    | IfElse
    | Call
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it stands in a definition.

    place: "checks.yaml:7:9" of the rule's first character.
    """

    text: str
    node: Node
    place: str
