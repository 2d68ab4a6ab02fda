"""Commands as a person gives them, in this process."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

from trialwright.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command ended with and said."""

    code: int
    out: str
    err: str


def run(*words: object) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(word) for word in words])
    return Ran(code, out.getvalue(), err.getvalue())
