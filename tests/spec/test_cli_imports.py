"""The command line answers at once: help imports nothing heavy, and every command is one function in one module."""

import importlib
import json
import subprocess
import sys

import pytest

from trialwright.cli import COMMANDS, main
from trialwright.cli.output import OK, USAGE

HEAVY = {"django", "numpy", "polars", "pydantic", "scipy", "yaml"}


def modules_after(*words: str) -> set[str]:
    code = "import json, sys; from trialwright.cli import main; main(sys.argv[1:]); print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in json.loads(ran.stdout.splitlines()[-1])}


@pytest.mark.parametrize("words", [(), ("--help",), ("--version",), ("nonsense",)])
def test_help_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    assert not modules_after(*words) & (HEAVY | {"typer", "rich"})


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_imports_nothing_heavy(name: str) -> None:
    assert not modules_after(name, "--help") & HEAVY


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_a_function_of_its_module(name: str) -> None:
    command = getattr(importlib.import_module(f"trialwright.cli.{name}"), name)
    assert command.__doc__


def test_without_words_eight_lines_and_where_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert lines[-1] == "try: trialwright demo"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == OK
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in COMMANDS)


def test_a_misspelt_command_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verfy"]) == USAGE
    assert "Did you mean verify?" in capsys.readouterr().err


def test_a_missing_argument_is_a_usage_fault() -> None:
    assert main(["verify"]) == USAGE
