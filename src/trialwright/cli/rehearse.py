"""`trialwright rehearse`: virtual participants walk through the whole trial, in memory."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from trialwright.cli.output import FINDINGS, OK, say, say_json
from trialwright.cli.rehearsal import load_rehearsal, read_day


def rehearse(
    study: Annotated[Path, typer.Argument(help="The study folder.")],
    participants: Annotated[
        int | None, typer.Option(min=1, help="How many are to be enrolled; else as many as the study says.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same participants.")] = 1,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Stop on this day of the trial, as in 2025-09-22.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Walk virtual participants through the study and say which edit checks caught which mistakes."""
    import random
    from zoneinfo import ZoneInfo

    from trialwright.cli.files import load_study
    from trialwright.simulate.memory import MemoryDoor
    from trialwright.simulate.run import Plan, Rehearsing
    from trialwright.simulate.summary import findings, summary

    loaded = load_study(study)
    last = read_day(until)
    block = load_rehearsal(loaded, last)
    zones = {site.id: ZoneInfo(site.timezone) for site in loaded.sites.values()}
    door = MemoryDoor(loaded, random.Random(seed))
    tally = Rehearsing(loaded, block, door, zones, Plan(seed, participants, last)).run()
    found = findings(tally)
    if as_json:
        tables = {
            table.title: [dict(zip(table.head, row, strict=True)) for row in table.rows]
            for table in summary(loaded, tally)
        }
        say_json({**tables, "findings": list(found)})
    else:
        for table in summary(loaded, tally):
            print_table(table.title, table.head, table.rows)
        say("\n".join(f"Finding: {line}" for line in found) or "No findings: every save went as meant.")
    return FINDINGS if found else OK


def print_table(title: str, head: tuple[str, ...], rows: tuple[tuple[str | int, ...], ...]) -> None:
    """The title stands apart, for a narrow table would break it; an id stays whole, and long words are folded, never
    cut."""
    from rich.console import Console
    from rich.table import Table

    table = Table(padding=0)  # eighty columns are few
    is_id = not any(" " in str(row[0]) for row in rows)
    for index, name in enumerate(head):
        is_first = index == 0
        justify: Literal["left", "right"] = "left" if is_first else "right"
        table.add_column(name, justify=justify, overflow="fold", no_wrap=is_first and is_id)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console = Console()
    console.print(f"\n{title}", style="bold")
    console.print(table)
