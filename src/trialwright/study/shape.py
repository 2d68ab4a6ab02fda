"""Fit a tree to its raw model; what does not fit becomes problems with places.

What does not fit is left out and the rest is read on, so that one fault hides no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from trialwright.study.files_base import Reading
from trialwright.study.messages import TEMPLATES, problem
from trialwright.study.text import Text
from trialwright.study.yaml import Tree
from trialwright.values.problem import Problem

Shape = TypeVar("Shape")
Path = tuple[str | int, ...]

_BUILT_IN = {
    "missing": "missing-key",
    "dict_type": "mapping-expected",
    "model_type": "mapping-expected",
    "model_attributes_type": "mapping-expected",
    "list_type": "list-expected",
}


@dataclass(frozen=True, slots=True)
class Fitted(Generic[Shape]):
    """The model, or None where nothing is left of it; `dropped` are the keys that were left out."""

    value: Shape | None
    problems: tuple[Problem, ...]
    dropped: frozenset[str] = frozenset()


def fit(adapter: TypeAdapter[Shape], tree: Tree, file: str) -> Fitted[Shape]:
    """Read a tree as a model. Faults of what was left out are not reported again.

    Each round leaves out at least one part, or ends.
    """
    reading = Reading()
    dropped: set[str] = set()
    context: Reading | None = reading
    while True:
        try:
            value = adapter.validate_python(tree, context=context)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            if context is not None:
                reading.problems += [_to_problem(fault, tree, file) for fault in faults]
            context = None
            paths = {_real_path(tree, fault) for fault in faults}
            if () in paths:
                return Fitted(None, tuple(reading.problems), frozenset(dropped))
            for path in sorted(paths, key=_from_the_end):
                dropped |= _drop(tree, path)
        else:
            return Fitted(value, tuple(reading.problems), frozenset(dropped))


def _from_the_end(path: Path) -> tuple[int, list[int]]:
    """Longer paths first, later list entries first, so that dropping one does not move another."""
    return -len(path), [-part for part in path if isinstance(part, int)]


def _step(here: Tree, part: str | int) -> Tree | None:
    if isinstance(here, Mapping):
        return next((below for key, below in here.items() if key == part), None)
    if not isinstance(here, Text) and isinstance(part, int) and part < len(here):
        return here[part]
    return None


def _real_path(tree: Tree, fault: ErrorDetails) -> Path:
    """The path in the tree of what must be left out; pydantic also names steps that are only in its models."""
    here, path = tree, []
    for part in fault["loc"]:
        below = _step(here, part)
        if below is not None:
            here = below
            path.append(part)
    return tuple(path)


def _to_problem(fault: ErrorDetails, tree: Tree, file: str) -> Problem:
    code = _BUILT_IN.get(fault["type"], fault["type"])
    place, here = f"{file}:1:1", tree
    is_key = fault["loc"][-1:] == ("[key]",) or code == "missing-key"
    for part in fault["loc"]:
        below = _step(here, part)
        if below is None:
            continue
        if isinstance(here, Mapping):
            place = next(key.place for key in here if key == part)
        here = below
        place = _first_place(here) or place if isinstance(part, int) else place
    if isinstance(here, Text) and not is_key:
        place = here.place
    parts = {name: part for name, part in fault.get("ctx", {}).items() if name != "code"}
    if code == "missing-key":
        parts = {"key": fault["loc"][-1]}
    assert code in TEMPLATES, code
    return problem(code, place, **parts)


def _first_place(tree: Tree) -> str | None:
    """The place of the first text in a tree."""
    if isinstance(tree, Text):
        return tree.place
    return next((_first_place(part) for part in tree), None)


def _drop(tree: Tree, path: Path) -> set[str]:
    """Leave out what stands at the path; gives the name it had."""
    here: Tree | None = tree
    for part in path[:-1]:
        here = None if here is None else _step(here, part)
    container = cast("dict[str | int, Tree]", here)
    del container[path[-1]]
    return {str(path[-1])} if isinstance(path[-1], str) else set()
