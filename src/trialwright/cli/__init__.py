"""The command line. Each command is a function in a module of its name, imported when it is called and not before."""

import functools
import importlib
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import get_type_hints

from trialwright import __version__
from trialwright.cli.output import ENVIRONMENT, INTERRUPTED, OK, REFUSED, USAGE, UserError, note, say

COMMANDS = MappingProxyType(
    {
        "demo": "build a demo with virtual participants and serve it",
        "serve": "serve a data folder to browsers",
        "remind": "send the reminders of the diary that are due",
        "new": "make a study folder from a registry record",
        "check": "say what is wrong with a study definition",
        "page": "write the public page of a study",
        "rehearse": "walk virtual participants through a study",
        "report": "write the results, each number traced",
        "trace": "follow a number to the people and events behind it",
        "datasets": "write the analysis datasets, with a script for each",
        "verify": "find what was altered in a data folder",
        "seal": "write a seal of a data folder, to be kept elsewhere",
        "rebuild": "make current values anew from the log",
    }
)

Command = Callable[..., int | None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code: 0 ok, 1 findings, 2 usage, 3 data or environment, 4 refused,
    130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("--help", "-h", "help"):
        say(help_text() if words else short_help())
        return OK
    name, *rest = words
    if name == "--version":
        say(__version__)
        return OK
    if name not in COMMANDS:
        return _unknown(name)
    return _run(name, rest)


def short_help() -> str:
    """Eight lines, and where to begin."""
    first = ("demo", "serve", "check", "report", "verify")
    lines = [f"  {name:<9} {COMMANDS[name]}" for name in first]
    return "\n".join(
        [
            "Trialwright runs a clinical trial from one study definition.",
            *lines,
            "  --help    all commands; each has a --help of its own",
            "try: trialwright demo",
        ]
    )


def help_text() -> str:
    lines = [f"  {name:<9} {text}" for name, text in COMMANDS.items()]
    usage = "Usage: trialwright COMMAND [OPTIONS]\n\nTrialwright runs a clinical trial from one study definition.\n"
    return "\n".join(
        [usage, *lines, "\ntrialwright COMMAND --help says more of one command.\ntry: trialwright demo"]
    )


def _unknown(name: str) -> int:
    close = get_close_matches(name, COMMANDS, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    note(f"There is no command {name}.{hint} trialwright --help lists them.")
    return USAGE


def _run(name: str, words: Sequence[str]) -> int:
    import typer

    command: Command = getattr(importlib.import_module(f"trialwright.cli.{name}"), name)
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command(name)(_at_the_edge(command))
    made, kinds = typer.main.get_command(app), get_type_hints(command)
    for parameter in made.params:
        if parameter.name and parameter.metavar is None:
            is_option = parameter.opts[0].startswith("-")
            kind = kinds.get(parameter.name) if is_option else None
            parameter.metavar = _kind_words(parameter.name, kind)
    try:
        made(args=list(words), prog_name=f"trialwright {name}")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else OK
    return OK


def _kind_words(name: str, kind: object) -> str:
    """What help calls a value: a switch has none, a folder or number is one, all else goes by its name."""
    for known, words in ((bool, ""), (int, "NUMBER"), (Path, "PATH")):
        if kind in (known, known | None):
            return words
    return name.upper()


def _at_the_edge(command: Command) -> Callable[..., None]:
    """What a person can mend becomes a sentence and an exit code; a fault of ours keeps its traceback."""
    import typer

    from trialwright.cli.faults import sentence_of
    from trialwright.ledger.rights import Denied
    from trialwright.store.errors import DataError, NotFound

    @functools.wraps(command)
    def run(*positional: object, **named: object) -> None:
        try:
            code = command(*positional, **named)
        except UserError as error:
            note(str(error))
            code = error.code
        except (DataError, NotFound) as error:
            note(str(error))
            code = ENVIRONMENT
        except Denied as denied:
            note(denied.problem.text)
            code = REFUSED
        except KeyboardInterrupt:
            code = INTERRUPTED
        except Exception as fault:
            said = sentence_of(fault)
            if said is None:
                raise
            note(said)
            code = ENVIRONMENT
        raise typer.Exit(code or OK)

    return run
