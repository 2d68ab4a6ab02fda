"""Casebooks of a list in a fixed number of statements: those that the process remembers are checked together, and
the others are read together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from trialwright.ledger.casebook import Casebook
from trialwright.store import rows
from trialwright.store.cache import CASEBOOKS
from trialwright.store.definitions import active_sites, study_by_hash
from trialwright.store.errors import NotFound
from trialwright.store.projections import TABLES, casebook_of
from trialwright.store.streams import PARTICIPANT
from trialwright.store.transactions import reading

_HEADS = """
SELECT event.stream, event.sequence, event.seal FROM event
JOIN (SELECT stream, max(sequence) AS last FROM event WHERE study = %s AND stream IN ({places}) GROUP BY stream)
  AS ends ON ends.stream = event.stream AND ends.last = event.sequence
WHERE event.study = %s
"""

Head = tuple[int, str]  # sequence and seal of the last event


def load_many(study_id: str, participants: Iterable[str]) -> dict[str, Casebook]:
    """The casebooks as they are now, by participant, in that order; for pages, not for a whole study of thousands.
    Raises NotFound."""
    wanted = tuple(dict.fromkeys(participants))
    if not wanted:
        return {}
    with reading():
        heads, active = _heads(study_id, wanted), active_sites(study_id)
        found = {one: book for one in wanted if (book := _kept(study_id, one, heads, active)) is not None}
        cold = [one for one in wanted if one not in found]
        if cold:
            found |= _read(study_id, cold, heads, active)
    return {one: found[one] for one in wanted}


def _heads(study_id: str, wanted: Sequence[str]) -> dict[str, Head]:
    streams = [PARTICIPANT + one for one in wanted]
    found = rows.select(_HEADS.format(places=_places(wanted)), (study_id, *streams, study_id))
    return {
        str(stream).removeprefix(PARTICIPANT): (int(sequence or 0), str(seal))
        for stream, sequence, seal in found
    }


def _kept(study_id: str, participant: str, heads: dict[str, Head], active: dict[str, str]) -> Casebook | None:
    """What the process remembers, where it is still true."""
    kept = CASEBOOKS.get((study_id, participant))
    if kept is None or heads.get(participant) != (kept.sequence, kept.head):
        return None
    return kept if active.get(kept.site) == kept.study.hash else None


def _read(
    study_id: str, cold: Sequence[str], heads: dict[str, Head], active: dict[str, str]
) -> dict[str, Casebook]:
    """Three statements, one a table."""
    people = _by_participant(study_id, "participant", cold)
    records = _by_participant(study_id, "record", cold)
    queries = _by_participant(study_id, "query", cold)
    found: dict[str, Casebook] = {}
    for one in cold:
        if one not in people or one not in heads:
            raise NotFound(f"no participant {one} in {study_id}")
        row, (sequence, head) = people[one][0], heads[one]
        study = study_by_hash(study_id, active[str(row[4])])
        found[one] = casebook_of(study, row, records[one], queries[one], sequence=sequence, head=head)
        CASEBOOKS.put((study_id, one), found[one])
    return found


def _by_participant(study_id: str, table: str, wanted: Sequence[str]) -> defaultdict[str, list[rows.Row]]:
    columns, _ = TABLES[table]
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'SELECT {names} FROM "{table}" WHERE study = %s AND participant IN ({_places(wanted)})'
    found: defaultdict[str, list[rows.Row]] = defaultdict(list)
    for row in rows.select(statement, (study_id, *wanted)):
        found[str(row[1])].append(row)
    return found


def _places(wanted: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(wanted))
