"""What the rows of all tables name: studies, streams, participants. A study whose definition was deleted is still
named by its events, and a participant without events by a record."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from trialwright.store import rows
from trialwright.store.findings import Finding
from trialwright.store.messages import problem

WITH_STUDY = (
    "definition",
    "site_definition",
    "head",
    "event",
    "event_value",
    "participant",
    "record",
    "query",
    "diary_entry",
    "device",
    "invite",
)
WITH_STREAM = ("event", "event_value")
WITH_PARTICIPANT = ("participant", "record", "query", "diary_entry", "device", "invite")


@dataclass(slots=True)
class Named:
    """names: in order, each once. findings: names that are no text; no event can tell of their rows."""

    names: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def named(column: str, tables: Sequence[str], study_id: str | None = None) -> Named:
    """What the tables hold in a column, in one study or in all."""
    where = "" if study_id is None else " WHERE study = %s"
    each = " UNION ".join(f'SELECT \'{table}\', "{column}" FROM "{table}"{where}' for table in tables)
    found = Named()
    for cell, name in rows.select(each, () if study_id is None else (study_id,) * len(tables)):
        if isinstance(name, str) and is_text(name):
            found.names.append(name)
        else:
            table, key = str(cell), f"{column} {name!r}"
            found.findings.append(Finding(table, key, problem("name-unreadable", f"{table}: {key}")))
    found.names = sorted({*found.names})
    return found


def is_text(name: str) -> bool:
    """Whether a database can be asked for it: bytes that were no text have no such form."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def named_studies() -> tuple[str, ...]:
    """The ids that any row names."""
    return tuple(named("study", WITH_STUDY).names)
