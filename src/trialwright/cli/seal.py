"""`trialwright seal`: a seal over the heads of all streams, to be kept where the data are not."""

from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli.output import UserError, note, why


def seal(
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write; it must not be there yet.")],
    study: Annotated[str, typer.Option("--study", help="Which study, where the folder holds several.")] = "",
) -> None:
    """Write a seal of a study. Keep it elsewhere: `verify --seal` then finds a log that was cut or written anew."""
    from trialwright.store.folder import open_data

    open_data(data)
    # Models can be imported only now: Django is set up for a folder.
    from trialwright.store.clock import now
    from trialwright.store.definitions import studies
    from trialwright.store.seals import export_seal

    known = studies()
    if study not in known and (study or len(known) != 1):
        raise UserError(f"Name one of the studies with --study: {', '.join(known) or 'there is none'}.")
    document = export_seal(study or known[0], at=now())
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(document + "\n")
    except OSError as error:
        raise UserError(f"The seal cannot be written: {why(error)}") from error
    note(f"Sealed in {out}. Keep it where the data are not.")
