"""Which queries somebody sees, as a condition of SQL: lists are cut into pages, and counted, by what they show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trialwright.ledger.veils import Veil
from trialwright.store import rows

Clause = tuple[str, tuple[str, ...]]  # SQL and its parameters

# The JSON of a record is canonical (projections.py), and inside a text each quote is escaped: these stand nowhere else.
_DATED, _REASONED = '"date":["{', '"date":["{\\"m\\"'
_HELD = """
EXISTS (SELECT 1 FROM record WHERE record.study = query.study AND record.participant = query.participant
  AND record.visit = %s AND record.form = 'visit' AND record.repeat = 0
  AND replace(record.items, %s, '') <> record.items AND replace(record.items, %s, '') = record.items)
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """The queries that somebody sees at some sites: about these forms, and not behind a veil."""

    sites: frozenset[str]
    forms: frozenset[str]
    veils: tuple[Veil, ...] = ()


def seen_by(sights: Iterable[Sight]) -> Clause:
    """Whether a row of `query`, of a row of `participant`, is among those that are seen."""
    return _joined(" OR ", [_one(sight) for sight in sights if sight.sites and sight.forms], none="1 = 0")


def _one(sight: Sight) -> Clause:
    veiled = [_veiled(veil) for veil in sight.veils if veil.hidden.items or veil.hidden.checks]
    among = [_among("participant.site", sight.sites), _among("query.form", sight.forms)]
    return _joined(" AND ", [*among, *((f"NOT {sql}", parameters) for sql, parameters in veiled)], none="")


def _veiled(veil: Veil) -> Clause:
    items = [f"{form}.{item}" for form, item in veil.hidden.items]
    told = [("query.form || '.' || query.item", items), ("query.check_id", veil.hidden.checks)]
    hidden = _joined(" OR ", [_among(column, values) for column, values in told if values], none="1 = 0")
    held = (f"NOT {_HELD}", (veil.visit, _DATED, _REASONED))
    return _joined(" AND ", [hidden, held], none="")


def _among(column: str, values: Iterable[str]) -> Clause:
    ordered = tuple(sorted(values))
    return f"{column} IN ({rows.places(ordered)})", ordered


def _joined(word: str, clauses: Sequence[Clause], *, none: str) -> Clause:
    parameters = tuple(each for _, own in clauses for each in own)
    return f"({word.join(sql for sql, _ in clauses) or none})", parameters
