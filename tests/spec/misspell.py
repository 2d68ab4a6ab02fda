"""Misspell every item that a rule names, one at a time, in the text of a study's files.

Each misspelling must be reported at its own file, line and column: `misspellings` makes the texts, the caller loads them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from trialwright.expr.nodes import ItemRef, Name, Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.walk import walk
from trialwright.study.load import load
from trialwright.study.text import Text
from trialwright.study.vocabulary import BUILT_IN_FORMS
from trialwright.study.yaml import Tree, read_yaml

RULE_KEYS = frozenset(
    {"rule", "when", "derive", "variable", "date", "dosed", "treatment_ended", "ended", "after"}
)
WRONG = "zzz"  # appended to the last letter of a name: no study has such a one


@dataclass(frozen=True)
class Misspelling:
    """The files with one item misspelt, and the places at which a problem may say so.

    A name `form.item` is wrong at its item; its first character and that of the form both are its place.
    """

    files: Mapping[str, bytes]
    places: frozenset[str]
    word: str


def misspellings(files: Mapping[str, bytes], items: frozenset[str]) -> Iterator[Misspelling]:
    """One for every place in every rule that names an item.

    items: the ids of all items of the study, so that bare names of terms and forms are told apart.
    """
    for file, content in files.items():
        tree = read_yaml(file, content).tree if file.endswith(".yaml") else None
        source = content.decode("utf-8-sig")
        for text in () if tree is None or file == "rehearsal.yaml" else _rules(tree, ""):
            rule = parse_rule(str(text).replace("\n", " "), text.place)
            if isinstance(rule, Rule):
                yield from _of_rule(files, file, source, text, rule, items)


def _rules(tree: Tree, key: str) -> Iterator[Text]:
    if isinstance(tree, Text):
        if key in RULE_KEYS:
            yield tree
    elif isinstance(tree, Mapping):
        for name, value in tree.items():
            yield from _rules(value, str(name))
    else:
        for part in tree:
            yield from _rules(part, key)


def _of_rule(
    files: Mapping[str, bytes], file: str, source: str, text: Text, rule: Rule, items: frozenset[str]
) -> Iterator[Misspelling]:
    for node in walk(rule.node):
        if isinstance(node, ItemRef) and node.form not in BUILT_IN_FORMS:
            start, end = node.span
            item_at = start + str(text)[start:end].index(".") + 1
            yield _misspelt(files, file, source, text, (start, item_at, end), f"{node.form}.{node.item}")
        elif isinstance(node, Name) and node.word in items:
            start, end = node.span
            yield _misspelt(files, file, source, text, (start, start, end), node.word)


def _misspelt(
    files: Mapping[str, bytes], file: str, source: str, text: Text, span: tuple[int, int, int], word: str
) -> Misspelling:
    start, item_at, end = span
    line, column = (int(part) for part in text.place_at(end - 1).split(":")[-2:])
    lines = source.split("\n")
    lines[line - 1] = lines[line - 1][:column] + WRONG + lines[line - 1][column:]
    changed = {**files, file: "\n".join(lines).encode()}
    return Misspelling(changed, frozenset({text.place_at(start), text.place_at(item_at)}), word)


def unreported(
    files: Mapping[str, bytes],
    library: Mapping[str, bytes],
    items: frozenset[str],
    *,
    first: int = 0,
    every: int = 1,
) -> tuple[list[str], int]:
    """The misspellings that `load` does not report at their place, as text; and how many were tried: all, or from
    `first` on one of `every` so many."""
    missed, count = [], 0
    for misspelling in islice(misspellings(files, items), first, None, every):
        count += 1
        found = load(misspelling.files, library).problems
        if not any(problem.where in misspelling.places for problem in found if problem.severity == "error"):
            missed.append(f"{misspelling.word} at {sorted(misspelling.places)}")
    return missed, count


def item_ids(files: Mapping[str, bytes], library: Mapping[str, bytes]) -> frozenset[str]:
    """The ids of all items of a study, and the columns of its grids."""
    study = load(files, library).study
    assert study is not None
    found = [item for form in study.forms.values() for item in form.items.values()]
    return frozenset({item.id for item in found} | {item.column for item in found if item.column})
