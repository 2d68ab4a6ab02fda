"""`trialwright new`: a study folder made of a registry record."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli.output import ENVIRONMENT, OK, USAGE, UserError, note, say, why


def new(
    record: Annotated[Path, typer.Argument(help="A ClinicalTrials.gov record, version 2, as JSON.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="The folder to make; by default named as the record.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Name the files and write nothing.")] = False,
) -> int:
    """Make a study folder from a registry record, with TO DECIDE wherever the record says nothing.

    `trialwright check` on the folder then lists what is to decide. An existing folder is never written into.
    """
    from trialwright.cli.files import read_library
    from trialwright.registry.new import new_study
    from trialwright.registry.record import Record, read_record, text_of
    from trialwright.study.load import load

    try:
        content = record.read_bytes()
    except OSError as error:
        raise UserError(f"The record cannot be read: {why(error)}", code=ENVIRONMENT) from error
    read = read_record(content, record.name)
    if not isinstance(read, Record):
        raise UserError("\n".join(f"{found.where}: {found.text}" for found in read), code=ENVIRONMENT)
    for found in read.problems:
        note(f"{found.where}: {found.text}")
    folder = out or Path(folder_name(text_of(read, "identificationModule", "nctId")))
    files = new_study(read)
    if dry_run:
        say("\n".join(f"{folder}/{name}" for name in files))
        return OK
    _write(folder, files)
    undecided = sum(found.code == "undecided" for found in load(files, read_library()).problems)
    say(f"{folder} holds {len(files)} files; {undecided} places are still to decide.")
    say(f"try: trialwright check {folder}")
    return OK


def folder_name(identifier: str) -> str:
    """The record's id, where it is a plain name: a record from elsewhere must not choose where files are written."""
    return identifier.lower() if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", identifier) else "study"


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    if folder.exists():
        raise UserError(f"{folder} is there already; name another with -o.", code=USAGE)
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise UserError(f"The study cannot be written: {why(error)}", code=ENVIRONMENT) from error
