"""Triggers that keep the log as it was written, one set for each database.

What leaks otherwise, each seen: on SQLite, INSERT OR REPLACE passes a DELETE trigger unless recursive_triggers
is on, so an INSERT of an existing key is refused too; on PostgreSQL, TRUNCATE passes row triggers.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from trialwright.store import rows
from trialwright.store.findings import Finding, finding

Key = tuple[str, ...]

UNIQUE: Mapping[str, tuple[Key, ...]] = MappingProxyType(
    {
        "event": (("study", "stream", "sequence"), ("study", "stream", "command_id", "position")),
        "event_value": (("study", "stream", "sequence", "key"),),
        "definition": (("study", "hash"), ("study", "number")),
        "account": (("id",), ("login_key",)),
    }
)

# The one allowed change: emptying a value of which an event of the same stream says that it was redacted.
IS_REDACTION = """
  NEW.value IS NULL AND NEW.salt = ''
  AND NEW.study = OLD.study AND NEW.stream = OLD.stream AND NEW.sequence = OLD.sequence AND NEW.key = OLD.key
  AND EXISTS (
    SELECT 1 FROM event
    WHERE event.study = OLD.study AND event.stream = OLD.stream AND event.kind = 'ValueRedacted'
      AND json_extract(event.content, '$.body.sequence') = OLD.sequence
      AND json_extract(event.content, '$.body.key') = OLD.key
  )
"""


def install(editor: BaseDatabaseSchemaEditor) -> None:
    """Puts up the guards of the database in use."""
    for statement in statements(editor.connection.vendor).values():
        editor.execute(statement, None)


def check_guards() -> list[Finding]:
    """Each guard must stand as it was put up, and no other trigger beside them."""
    wanted = statements(connection.vendor)
    found_now = rows.select("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    stands = {str(name): sql for name, sql in found_now}
    found = [finding("guard", ("", name), "guard-missing") for name in wanted.keys() - stands.keys()]
    for name, statement in stands.items():
        if name not in wanted:
            found.append(finding("guard", ("", name), "guard-extra"))
        elif statement != wanted[name]:
            found.append(finding("guard", ("", name), "guard-differs"))
    return sorted(found, key=lambda each: each.key)


def statements(vendor: str) -> dict[str, str]:
    """SQL by the guard's name. Raises KeyError for a database that has no guards yet: it is not to be used."""
    makers: Mapping[str, Callable[[], dict[str, str]]] = {"sqlite": _sqlite}
    return makers[vendor]()


def _sqlite() -> dict[str, str]:
    guards: dict[str, str] = {}
    for table, keys in UNIQUE.items():
        _refuse(guards, f"{table}_no_delete", f"DELETE ON {table}")
        _refuse(guards, f"{table}_no_replace", f"INSERT ON {table}", _is_taken(table, keys))
    _refuse(guards, "event_no_update", "UPDATE ON event")
    _refuse(guards, "event_value_no_update", "UPDATE ON event_value", f"NOT ({IS_REDACTION})")
    _refuse(guards, "definition_no_update", "UPDATE ON definition")
    moved = "NEW.id <> OLD.id OR NEW.login_key <> OLD.login_key"
    _refuse(guards, "account_login_stays", "UPDATE ON account", moved)
    return guards


def _is_taken(table: str, keys: tuple[Key, ...]) -> str:
    same = [" AND ".join(f"{table}.{name} = NEW.{name}" for name in key) for key in keys]
    either = " OR ".join(f"({each})" for each in (*same, f"{table}.rowid = NEW.rowid"))
    return f"EXISTS (SELECT 1 FROM {table} WHERE {either})"


def _refuse(guards: dict[str, str], name: str, act: str, condition: str = "") -> None:
    when = f"WHEN {condition} " if condition else ""
    guards[name] = (
        f"CREATE TRIGGER {name} BEFORE {act} FOR EACH ROW {when}BEGIN SELECT RAISE(ABORT, 'refused by {name}'); END"
    )
