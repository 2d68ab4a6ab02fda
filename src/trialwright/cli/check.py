"""`trialwright check`: what is wrong with a study definition."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE, UserError, say, say_json, why

if TYPE_CHECKING:
    from trialwright.study.model import Loaded, Study
    from trialwright.values.problem import Problem


def check(
    study: Annotated[Path | None, typer.Argument(help="The study folder.")] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="An earlier version; lists the changes.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Problems as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only count the assumptions to confirm.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema for editors and end.")
    ] = False,
) -> int:
    """Say everything that is wrong with a study definition, each with file, line and column.

    Ends with 1 where there are errors; warnings and assumptions to confirm do not stop.
    """
    from trialwright.cli.files import read_library, read_study_folder
    from trialwright.study.load import load

    if schema:
        from trialwright.study.schema import json_schema

        say_json(json_schema())
        return OK
    if study is None:
        raise UserError("Name the study folder: trialwright check FOLDER.", code=USAGE)
    library = read_library()
    files = read_study_folder(study)
    loaded = load(files, library)
    problems = [*loaded.problems, *(_of_use(loaded.study) if loaded.study else ())]
    problems += _of_record(study / "record.json", files)
    if against is not None:
        earlier = load(read_study_folder(against), library)
        problems = [*_amendment(loaded, earlier, against, is_said=not json), *problems]
    if json:
        say_json([_as_json(found) for found in problems])
    else:
        _say_groups(loaded, problems, is_quiet=quiet)
    return FINDINGS if any(found.severity == "error" for found in problems) else OK


def _of_use(study: "Study") -> "tuple[Problem, ...]":
    """What of a study without errors would not work: in reports, and in a rehearsal where there is one."""
    from trialwright.analysis.plan_check import check_analyses
    from trialwright.datasets.check import check_engines
    from trialwright.simulate.read import read_rehearsal

    read = read_rehearsal(study) if study.rehearsal else ()
    return (
        *check_engines(study),
        *(found for each in check_analyses(study).values() for found in each),
        *(read if isinstance(read, tuple) else ()),
    )


def _of_record(record: Path, files: Mapping[str, bytes]) -> "tuple[Problem, ...]":
    """What is wrong with the registry record beside a definition, where there is one."""
    from trialwright.registry.check import check_record

    if not record.exists():
        return ()
    try:
        return check_record(record.read_bytes(), files.get("study.yaml", b""))
    except OSError as error:
        raise UserError(f"The record cannot be read: {why(error)}", code=ENVIRONMENT) from error


def _as_json(found: "Problem") -> dict[str, str]:
    return {"code": found.code, "where": found.where, "severity": found.severity, "text": found.text}


def _say_groups(loaded: "Loaded", problems: Sequence["Problem"], *, is_quiet: bool) -> None:
    headings = (("error", "Errors"), ("warning", "Warnings"), ("assumption", "Assumptions to confirm"))
    for severity, heading in headings:
        group = [found for found in problems if found.severity == severity]
        if group:
            say(f"{heading} ({len(group)})")
            for found in group if not is_quiet or severity != "assumption" else ():
                say(f"  {found.where}: {found.text} [{found.code}]")
            say("")
    if loaded.study is None or any(found.severity == "error" for found in problems):
        say("The definition has errors; it cannot be used yet.")
    else:
        study = loaded.study
        say(f"{study.id} {study.version} can be used. Its hash is {study.hash}.")


def _amendment(loaded: "Loaded", earlier: "Loaded", folder: Path, *, is_said: bool) -> "tuple[Problem, ...]":
    """What the earlier version forbids; the changes themselves are said."""
    from trialwright.study.compare import check_amendment, compare

    if earlier.study is None:
        raise UserError(f"{folder} has errors of its own; nothing can be compared with it.", code=FINDINGS)
    if loaded.study is None:
        return ()
    for change in compare(earlier.study, loaded.study) if is_said else ():
        say(f"{change.kind}: {change.path}: {change.old or '-'} -> {change.new or '-'}")
    return check_amendment(earlier.study, loaded.study)
