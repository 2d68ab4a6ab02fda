"""Rows in and out by plain SQL that SQLite and PostgreSQL both speak; one statement for many rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

Cell = str | int | bytes | None
Row = tuple[Cell, ...]

LARGEST = 2**63 - 1  # whole number that a database holds
PARAMETERS = 30_000  # SQLite takes 32,766 in one statement


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for rows to go in, asked by the statement that writes them: nobody comes between."""

    sql: str
    parameters: Row


def quoted(columns: Sequence[str]) -> str:
    """Names of columns, as SQL wants them."""
    return ", ".join(f'"{name}"' for name in columns)


def places(values: Sequence[Cell]) -> str:
    """A place for each value, for what stands behind IN."""
    return ", ".join(["%s"] * len(values))


def insert(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """INSERT; a key that is there already raises IntegrityError."""
    _write(table, columns, rows, "VALUES {places}")


def insert_if(table: str, columns: Sequence[str], rows: Sequence[Row], condition: Condition) -> bool:
    """INSERT where the condition holds. Gives whether it does; to be asked inside a transaction."""
    source = f"SELECT * FROM (VALUES {{places}}) AS new WHERE {condition.sql}"
    return _write(table, columns, rows, source, condition.parameters) == len(rows)


def insert_new(table: str, columns: Sequence[str], keys: int, rows: Sequence[Row]) -> int:
    """INSERT of those whose key is not there yet; gives how many. The first `keys` columns are the key."""
    return _write(
        table, columns, rows, f"VALUES {{places}} ON CONFLICT ({quoted(columns[:keys])}) DO NOTHING"
    )


def upsert(table: str, columns: Sequence[str], keys: int, rows: Sequence[Row]) -> None:
    """INSERT, or replace the row of the same key; the first `keys` columns are the key."""
    new = ", ".join(f'"{name}" = excluded."{name}"' for name in columns[keys:])
    _write(
        table, columns, rows, f"VALUES {{places}} ON CONFLICT ({quoted(columns[:keys])}) DO UPDATE SET {new}"
    )


def _write(table: str, columns: Sequence[str], rows: Sequence[Row], source: str, parameters: Row = ()) -> int:
    """Gives how many rows were written. source: what follows the columns; parameters: its own, after the rows."""
    one = f"({places(columns)})"
    size, written = PARAMETERS // len(columns), 0
    with connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            values = source.format(places=", ".join([one] * len(part)))
            statement = f'INSERT INTO "{table}" ({quoted(columns)}) {values}'
            cursor.execute(statement, [*(cell for row in part for cell in row), *parameters])
            written += cursor.rowcount
    return written


def select(statement: str, parameters: Sequence[Cell] = ()) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Row] = cursor.fetchall()
        return found


def select_one(statement: str, parameters: Sequence[Cell] = ()) -> Row | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: Row | None = cursor.fetchone()
        return row


def stream(statement: str, parameters: Sequence[Cell] = (), *, size: int = 2000) -> Iterator[Row]:
    """Rows without holding all of them at once."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while part := cursor.fetchmany(size):
            yield from part


def execute(statement: str, parameters: Sequence[Cell] = ()) -> int:
    """Gives how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
