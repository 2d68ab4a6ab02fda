"""Requirements (R) and faults (F) that a trial's records must withstand, each shown by tests that say so.

A test says it with a marker, `@pytest.mark.requirement("R09", "F42")`; that a number stands somewhere in a file is no
claim of anybody.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

SHOWN = {
    "R01": "the log alone gives the current data",
    "R07": "every extract of data is written down",
    "R09": "two times for each value: of the device and of the server",
    "R12": "who or what each value came from",
    "R26": "a lost phone is revoked at once",
    "R32": "a participant may correct an own entry; the first one stays",
    "R44": "only a phone that was enrolled may send",
    "R45": "the diary is locked by a PIN or passkey",
    "F05": "the phone's clock is wrong",
    "F06": "the same request twice",
    "F07": "a change by an address alone",
    "F17": "fields that nobody asked for",
    "F29": "the disk is full",
    "F30": "the database is busy",
    "F39": "entries of participants who have ended",
    "F42": "two phones, any order, a month offline, a lost phone, an old app",
    "F43": "files that are no photo, or tell more than they should",
}


def claims_in(source: str) -> Iterator[tuple[str, str]]:
    """Each number that a test of a file shows, and the test."""
    for node in ast.parse(source).body:
        if not (isinstance(node, ast.FunctionDef) and node.name.startswith("test_")):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.requirement":
                for name in mark.args:
                    yield ast.literal_eval(name), node.name


def said_in(source: str) -> Iterator[str]:
    """Tests of a file whose docstring names a number, which a reader takes for a claim, and no table counts."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and re.search(r"\b[RF]\d\d\b", ast.get_docstring(node) or ""):
            yield node.name


@cache
def claims() -> dict[str, set[str]]:
    """Number -> tests that show it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in TESTS.rglob("test_*.py"):
        for name, test in claims_in(path.read_text(encoding="utf-8")):
            found[name].add(f"{path.name}::{test}")
    return found


@pytest.mark.parametrize("name", SHOWN)
def test_each_is_shown_by_a_test(name: str) -> None:
    assert claims().get(name), f"no test shows {name}: {SHOWN[name]}"


def test_no_test_shows_what_is_not_listed() -> None:
    assert set(claims()) <= set(SHOWN)


def test_no_docstring_claims_what_a_marker_should() -> None:
    said = {
        f"{path.name}::{test}"
        for path in TESTS.rglob("*.py")
        for test in said_in(path.read_text(encoding="utf-8"))
    }
    assert not said


def test_a_number_in_a_text_shows_nothing() -> None:
    source = '''
"""R09"""
def test_one():
    """R09"""
    assert "R09"  # R09

@pytest.mark.requirement("R12", "F05")
def test_two():
    ...

@pytest.mark.requirement("R26")
def helper():
    ...
'''
    assert list(claims_in(source)) == [("R12", "test_two"), ("F05", "test_two")]
    assert list(said_in(source)) == ["test_one"]
