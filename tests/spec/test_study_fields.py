"""A definition has no word that does nothing: every field of the resolved model is read by something that acts on it."""

import ast
import dataclasses
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import trialwright
from trialwright.simulate import block
from trialwright.study import (
    files_analysis,
    files_base,
    files_datasets,
    files_diary,
    files_forms,
    files_photos,
    files_plan,
    files_study,
    model,
    model_analysis,
    model_datasets,
    model_diary,
    model_forms,
    model_people,
    model_photos,
    model_plan,
)
from trialwright.study.files_base import Raw

SOURCE = Path(trialwright.__file__).parent
# What loads, hashes, compares and translates a definition takes every field and acts on none.
LOADING = (
    "files",
    "resolve",
    "model",
    "hash",
    "schema",
    "compare",
    "check_texts",
    "check_diary",
    "check_photos",
)
MODELS = (
    model,
    model_analysis,
    model_datasets,
    model_diary,
    model_forms,
    model_people,
    model_photos,
    model_plan,
)

# Fields that nothing outside loading reads by name, and why they are there.
ALLOWED = {
    "Study.translations": "read by Study.say, which every page asks",
    "Code.score": "read by number_of, which the words of rules are made with",
}
ONE_VALUE = {
    "definition",
    "method",
    "per",
}  # take one word only, so that files say what they are; another is refused


def raw_fields() -> list[str]:
    return [
        f"{one.__name__}.{name}"
        for module in (
            files_analysis,
            files_base,
            files_datasets,
            files_diary,
            files_forms,
            files_photos,
            files_plan,
            files_study,
        )
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, Raw) and one.__module__ == module.__name__
        for name in one.model_fields
    ]


def fields_of(*modules: ModuleType) -> list[str]:
    return [
        f"{one.__name__}.{field.name}"
        for module in modules
        for one in vars(module).values()
        if inspect.isclass(one) and dataclasses.is_dataclass(one) and one.__module__ == module.__name__
        for field in dataclasses.fields(one)
    ]


def names_read(path: Path) -> Iterator[str]:
    """Attributes that a module reads; a method that is called is none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in called:
            yield node.attr
        elif isinstance(node, ast.MatchClass):
            yield from node.kwd_attrs


def is_loading(path: Path) -> bool:
    return path.parent.name == "study" and path.stem.startswith(LOADING)


@cache
def read_of_studies() -> frozenset[str]:
    return frozenset(
        name for path in SOURCE.rglob("*.py") if not is_loading(path) for name in names_read(path)
    )


@cache
def read_of_rehearsals() -> frozenset[str]:
    return frozenset(
        name
        for path in (SOURCE / "simulate").glob("*.py")
        if not path.stem.startswith("read")
        for name in names_read(path)
    )


@cache
def read_of_files() -> frozenset[str]:
    texts = (path for path in (SOURCE / "study").glob("*.py"))
    return frozenset(name for path in texts for name in names_read(path))


@pytest.mark.parametrize("field", raw_fields())
def test_every_key_of_a_file_is_read_where_it_is_resolved(field: str) -> None:
    name = field.partition(".")[2]
    assert name in ONE_VALUE | {"decided"} or name in read_of_files()


@pytest.mark.parametrize("field", fields_of(*MODELS))
def test_every_field_of_a_study_is_read_by_what_acts_on_it(field: str) -> None:
    assert field in ALLOWED or field.partition(".")[2] in read_of_studies()


@pytest.mark.parametrize("field", fields_of(block))
def test_every_field_of_a_rehearsal_is_read_by_what_walks(field: str) -> None:
    assert field.partition(".")[2] in read_of_rehearsals()


def test_no_field_is_allowed_that_is_gone() -> None:
    assert set(ALLOWED) <= set(fields_of(*MODELS))
