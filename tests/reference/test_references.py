"""The references themselves: each importable function has one, and no program that made numbers is our own."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.reference.references import Reference

import trialwright.analysis
from trialwright.analysis import methods

HERE = Path(__file__).parent
MODULES = [
    importlib.import_module(f"tests.reference.{path.stem}")
    for path in sorted(HERE.glob("test_*.py"))
    if path != Path(__file__)
]
PROGRAMS = sorted(
    path
    for path in HERE.rglob("*")
    if path.suffix in (".R", ".py", ".sas", ".jl") and not path.name.startswith("test_")
)
# What counts the results of a trial once more, for the tests of acceptance.
BY_HAND = [HERE.parent / "acceptance" / name for name in ("plain.py", "bedside.py")]
METHODS = [one.name for one in pkgutil.iter_modules(methods.__path__)]


def references() -> list[Reference]:
    return [one for module in MODULES for one in getattr(module, "REFERENCES", ())]


def imports_of(text: str, suffix: str) -> set[str]:
    """What a program loads: of Python the imported packages, of others every word that is no comment."""
    if suffix != ".py":
        return set(re.findall(r"\w+", re.sub(r"#.*", "", text)))
    nodes = list(ast.walk(ast.parse(text)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


def test_no_program_that_makes_reference_numbers_loads_trialwright() -> None:
    assert {path.name for path in PROGRAMS} >= {"binom_ci_n50.R", "references.py"}
    found = [
        path.name
        for path in (*PROGRAMS, *BY_HAND)
        if "trialwright" in imports_of(path.read_text("utf-8"), path.suffix)
    ]

    assert not found


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("from trialwright.analysis import wilson", ".py"),
        ("import numpy, trialwright.analysis", ".py"),
        ('py <- reticulate::import("trialwright.analysis")', ".R"),
    ],
)
def test_a_program_that_did_would_be_found(text: str, suffix: str) -> None:
    assert "trialwright" in imports_of(text, suffix)


def test_every_function_that_is_offered_has_a_reference() -> None:
    offered = {
        name
        for name in trialwright.analysis.__all__
        if inspect.isfunction(getattr(trialwright.analysis, name))
    }

    assert offered == {one.function for one in references()}


def test_every_reference_names_its_file_where_it_names_one() -> None:
    named = {name for one in references() for name in re.findall(r"[\w.-]+\.(?:json|csv)", one.compared_with)}

    assert named and all((HERE / name).is_file() for name in named), named


def test_a_name_that_is_not_offered_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'wald'"):
        _ = trialwright.analysis.wald


def test_names_are_told_and_loaded_only_when_asked_for() -> None:
    program = (
        "import sys, trialwright.analysis as analysis\n"
        "assert not {'numpy', 'scipy', 'polars'} & set(sys.modules)\n"
        "assert set(analysis._HOME) == set(analysis.__all__)\n"
        "assert all(getattr(analysis, name) for name in analysis.__all__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_without_scipy_the_extra_is_named() -> None:
    program = (
        "import sys\n"
        "sys.modules['scipy'] = None\n"
        "import trialwright.analysis.run\n"  # a definition is checked without it
        "from trialwright.analysis import wilson\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "ImportError: wilson needs SciPy: pip install 'trialwright[stats]'" in done.stderr


@pytest.mark.parametrize("name", METHODS)
def test_examples_of_the_docstrings_are_true(name: str) -> None:
    module = importlib.import_module(f"{methods.__name__}.{name}")

    assert doctest.testmod(module, extraglobs={"np": np}).failed == 0
