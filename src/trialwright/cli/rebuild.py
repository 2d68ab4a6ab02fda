"""`trialwright rebuild`: current values made anew from the log."""

from pathlib import Path
from typing import Annotated

import typer

from trialwright.cli.output import say


def rebuild(
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Make records, queries and participants anew from the log, and say which rows changed."""
    from trialwright.store.folder import open_data

    open_data(data)
    # Models can be imported only now: Django is set up for a folder.
    from trialwright.store.examine_photos import destroy_extra
    from trialwright.store.named import named_studies
    from trialwright.store.rebuild import rebuild as rebuild_study

    changed = [found for study in named_studies() for found in rebuild_study(study, is_dry=dry_run)]
    for found in changed:
        say(f"{found.table}: {found.key}: {found.text}")
    destroyed = [found for study in named_studies() for found in destroy_extra(study, is_dry=dry_run)]
    for found in destroyed:
        say(f"{found.table}: {found.key}: {found.text}")
    if destroyed:
        say(f"{len(destroyed)} files {'would be' if dry_run else 'were'} destroyed.")
    say(f"{len(changed)} rows {'would change' if dry_run else 'changed'}.")
