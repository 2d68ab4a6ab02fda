"""Finds every English text that the report says, as its translation must have it."""

import ast
from importlib.resources import files

from trialwright.analysis import messages, statistic_words
from trialwright.analysis.displays import words
from trialwright.datasets.script_words import STEP_WORDS


def report_texts() -> set[str]:
    """Literals given to `text(...)` and `report.text(word) for word in (...)`, the tables of words, and the steps of scripts."""
    found = {messages.NO_CONTROL, *messages.TEMPLATES.values(), *STEP_WORDS.values()}
    for tables in (messages, statistic_words, words):
        for name in dir(tables):
            if name.endswith("_WORDS"):
                found |= set(getattr(tables, name).values())
    for room in ("trialwright.analysis", "trialwright.analysis.displays"):
        for module in files(room).iterdir():
            if module.name.endswith(".py"):
                found |= texts_of(ast.parse(module.read_text("utf-8")))
    return found


def texts_of(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "text"
            and node.args
        ):
            found |= literals(node.args[0])
        if isinstance(node, ast.GeneratorExp) and "report.text(" in ast.unparse(node.elt):
            found |= literals(node.generators[0].iter)
    return found


def literals(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return literals(node.body) | literals(node.orelse)
    if isinstance(node, ast.Tuple):
        return {text for element in node.elts for text in literals(element)}
    return set()
