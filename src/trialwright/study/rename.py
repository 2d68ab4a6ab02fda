"""Put other names or numbers in place of the bare names of a rule; a grid asks one rule of each of its rows."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from trialwright.expr.nodes import (
    And,
    Binary,
    Call,
    Compare,
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
    Truth,
)


def rename(node: Node, names: Mapping[str, str | Fraction]) -> Node:
    """The same rule with some bare names replaced; spans stay those of the text as written.

    In `where=` bare names are those of another form's record: they stay.
    """

    def again(part: Node) -> Node:
        return rename(part, names)

    match node:
        case Name():
            return _renamed(node, names)
        case Number() | Quoted() | Truth() | ItemRef():
            return node
        case Not() | Negative():
            return replace(node, operand=again(node.operand))
        case And() | Or() | Compare():
            return replace(node, operands=tuple(map(again, node.operands)))
        case In():
            return replace(node, operand=again(node.operand), options=tuple(map(again, node.options)))
        case Binary():
            return replace(node, left=again(node.left), right=again(node.right))
        case IfElse():
            return replace(
                node,
                then=again(node.then),
                condition=again(node.condition),
                otherwise=again(node.otherwise),
            )
        case Call():
            return replace(node, arguments=tuple(map(again, node.arguments)))
        case _:
            assert_never(node)


def _renamed(node: Name, names: Mapping[str, str | Fraction]) -> Node:
    new = names.get(node.word)
    if new is None:
        return node
    if isinstance(new, Fraction):
        return Number(new, node.span)
    return Name(new, node.span)
