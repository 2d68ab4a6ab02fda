"""`trialwright verify`: what was altered in a data folder."""

from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli.output import FINDINGS, OK, UserError, say, say_json


def verify(
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    seal: Annotated[Path | None, typer.Option("--seal", help="A seal that was kept elsewhere.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Findings as JSON.")] = False,
) -> int:
    """Recompute every seal, every commitment and every current value, and name each row that does not agree.

    A log that somebody wrote anew, or whose end was cut off, is found only with --seal.
    """
    from trialwright.store.folder import open_data

    open_data(data)
    # Models can be imported only now: Django is set up for a folder.
    from trialwright.store.definitions import studies
    from trialwright.store.verify import check_seal
    from trialwright.store.verify import verify as verify_study

    document = None if seal is None else _text_of(seal)
    findings = [found for study in studies() for found in verify_study(study)]
    if document is not None:
        findings += check_seal(document)
    if json:
        say_json([{"table": f.table, "key": f.key, "code": f.code, "text": f.text} for f in findings])
    else:
        for found in findings:
            say(f"{found.table}: {found.key}: {found.text} [{found.code}]")
        say(_summary(len(findings), is_sealed=seal is not None))
    return FINDINGS if findings else OK


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The seal cannot be read: {error}") from error


def _summary(count: int, *, is_sealed: bool) -> str:
    if count:
        return f"{count} rows do not agree." if count > 1 else "1 row does not agree."
    against = "" if is_sealed else " Without --seal, a log that was written anew as a whole is not seen."
    return f"Everything agrees.{against}"
