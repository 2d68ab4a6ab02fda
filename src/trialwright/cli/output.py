"""How commands talk: text for people on stdout, progress on stderr, JSON where asked, exit codes as agreed."""

import json
import sys
from typing import Final

OK: Final = 0
FINDINGS: Final = 1
USAGE: Final = 2
ENVIRONMENT: Final = 3
REFUSED: Final = 4
INTERRUPTED: Final = 130


class UserError(Exception):
    """Something that the person at the console can mend: said without a traceback."""

    def __init__(self, text: str, code: int = ENVIRONMENT) -> None:
        super().__init__(text)
        self.code = code


def why(error: Exception) -> str:
    """What the system says, without its number: "record.json: No such file or directory"."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def say(text: str) -> None:
    """A line of the result."""
    sys.stdout.write(text + "\n")


def printable(text: str) -> str:
    """One line for a terminal. What was typed, or altered in the data, may be no text, begin a line of its own or move
    the cursor: it is shown as escapes.

    >>> printable("p1\\x1b[2K")
    'p1\\\\x1b[2K'
    """
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def note(text: str) -> None:
    """A line beside the result: progress, faults."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def say_json(value: object) -> None:
    """The result for another program."""
    say(json_text(value))


def json_text(value: object) -> str:
    """One JSON document, keys in order."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=2)
