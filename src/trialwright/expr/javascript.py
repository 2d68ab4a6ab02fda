"""The third engine: checked rules as the source of an ES module, for where a definition works outside the server.

The module builds its rules of the nodes of a library written by hand (`diary/static/diary/rules.js`, and
`beyond/rules.js` beside it where a rule reads beyond one record) and answers as the record engine does: the tables of
tests/spec/expr run on it too. It needs no `eval`, and the same rules give the same bytes.
"""

from collections.abc import Mapping
from typing import Final, assert_never

from trialwright.expr.answer import RuleBudgetExceeded
from trialwright.expr.javascript_functions import call_source
from trialwright.expr.javascript_module import NULL, Module, Source, array, text, truth
from trialwright.expr.kinds import kind_given
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
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import Vocabulary
from trialwright.expr.walk import AT_VISITS

LIBRARY: Final = "/diary/app/"  # the folder, by address

# The tree, what the check told of it, and the form whose items its bare names mean.
CheckedRule = tuple[Node, Typed, str | None]


def compile_module(
    rules: Mapping[str, CheckedRule], vocabulary: Vocabulary, *, library: str = LIBRARY
) -> str:
    """The source of a module that exports `rules`: name -> (reader, {visit, repeat}) => answer.

    A rule with a form is asked of one of its records. library: the folder where the module finds its nodes; what a
    phone has no use for is named only where a rule uses it.
    Raises ValueError or KeyError for a rule that no check let through, RuleBudgetExceeded for one that is nested
    too deep.
    """
    module = Module(vocabulary, _node)
    try:
        lines = [_rule(name, rules[name], module) for name in sorted(rules)]
    except RecursionError as error:
        raise RuleBudgetExceeded("nested too deep") from error
    return "\n".join(
        [*module.imports(library), *module.declarations(), "export const rules = {", *lines, "};", ""]
    )


def _rule(name: str, checked: CheckedRule, module: Module) -> str:
    """One line of what is exported. The key is computed: a plain `__proto__` would be none."""
    node, typed, form = checked
    is_at_visit = form is not None and module.vocabulary.forms[form].records in AT_VISITS
    owner = NULL if form is None else text(form)
    called = module.call("rule", owner, truth(is_at_visit), _node(node, form, module))
    return f"  [{text(name)}]: {called}, // {typed.kind}, asked of a {typed.scope}"


def _node(node: Node, form: str | None, module: Module) -> Source:
    match node:
        case Number():
            return module.number(node.value)
        case Quoted():
            return module.call("text", text(node.text))
        case Truth():
            return module.call("truth", truth(node.value))
        case Name():
            return _name(node.word, form, module)
        case ItemRef():
            return module.item(node.form, node.item)
        case Call():
            return call_source(node, form, module)
        case _:
            return _operation(node, form, module)


def _name(word: str, form: str | None, module: Module) -> Source:
    """An item of the form in scope; else a term."""
    if form is not None and word in module.vocabulary.forms[form].items:
        return module.item(form, word)
    return module.term(word)


def _operation(
    node: Not | And | Or | Compare | In | Binary | Negative | IfElse, form: str | None, module: Module
) -> Source:
    def calling(function: str, *first: Source, of: tuple[Node, ...]) -> Source:
        return module.call(function, *first, *(_node(operand, form, module) for operand in of))

    match node:
        case Not():
            return calling("not", of=(node.operand,))
        case And():
            return calling("and", of=node.operands)
        case Or():
            return calling("or", of=node.operands)
        case Compare():
            return calling("compare", array([text(sign) for sign in node.operators]), of=node.operands)
        case In():
            return calling("isIn", truth(node.negated), of=(node.operand, *node.options))
        case Binary():
            return calling("calculate", text(node.operator), of=(node.left, node.right))
        case Negative():
            return calling("negative", of=(node.operand,))
        case IfElse():
            kind = text(kind_given(node, module.vocabulary, form) or "other")
            return calling("choose", kind, of=(node.then, node.condition, node.otherwise))
        case _:
            assert_never(node)
