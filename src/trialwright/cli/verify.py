"""`trialwright verify`: what was altered in a data folder."""

from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli.output import FINDINGS, OK, UserError, printable, say, say_json, why


def verify(
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    seal: Annotated[Path | None, typer.Option("--seal", help="A seal that was kept elsewhere.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Findings as JSON.")] = False,
) -> int:
    """Recompute every seal, every commitment and every current value, and name each row that does not agree.

    Only with --seal is found: a log that somebody wrote anew, or whose end was cut off with all that tells of it.
    """
    from trialwright.store.folder import open_data

    open_data(data)
    # Models can be imported only now: Django is set up for a folder.
    from trialwright.store.verify import verify_folder

    findings = verify_folder(None if seal is None else _read_seal(seal))
    if json:
        say_json(
            [
                {"table": f.table, "key": printable(f.key), "code": f.code, "text": printable(f.text)}
                for f in findings
            ]
        )
    else:
        for found in findings:
            say(printable(f"{found.table}: {found.key}: {found.text} [{found.code}]"))
        say(_summary(len(findings), is_sealed=seal is not None))
    return FINDINGS if findings else OK


def _read_seal(path: Path) -> str:
    """The text of a seal. One that was altered is a finding; a file that is none at all is the wrong file."""
    from trialwright.ledger.chain import read_study_seal
    from trialwright.values.problem import Problem

    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The seal cannot be read: {why(error)}") from error
    read = read_study_seal(text)
    if isinstance(read, Problem) and read.code == "seal-unreadable":
        raise UserError(f"{path} is no seal: {read.text}")
    return text


def _summary(count: int, *, is_sealed: bool) -> str:
    if count:
        return f"{count} rows do not agree." if count > 1 else "1 row does not agree."
    against = (
        ""
        if is_sealed
        else " Without --seal, a log that was written anew as a whole, or cut off with all that tells of its end,"
        " is not seen."
    )
    return f"Everything agrees. Not looked at: drafts, contacts, messages, sessions, counts of failed sign-ins.{against}"
