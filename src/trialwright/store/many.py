"""Casebooks of a list in a fixed number of statements: those that the process remembers are checked together, and
the others are read together."""

from collections.abc import Iterable, Sequence

from trialwright.ledger.casebook import Casebook
from trialwright.store.cache import CASEBOOKS
from trialwright.store.casebooks import stored_rows
from trialwright.store.definitions import active_sites, study_by_hash
from trialwright.store.errors import NotFound
from trialwright.store.projections import TABLES, casebook_of
from trialwright.store.seals import heads_of
from trialwright.store.streams import PARTICIPANT
from trialwright.store.transactions import reading

Head = tuple[int, str]  # sequence and seal of the last event


def load_many(study_id: str, participants: Iterable[str]) -> dict[str, Casebook]:
    """The casebooks as they are now, by participant, in that order; for pages, not for a whole study of thousands.
    Raises NotFound."""
    wanted = tuple(dict.fromkeys(participants))
    if not wanted:
        return {}
    with reading():
        ends = heads_of(study_id, [PARTICIPANT + one for one in wanted])
        heads = {stream.removeprefix(PARTICIPANT): end for stream, end in ends.items()}
        active = active_sites(study_id)
        found = {one: book for one in wanted if (book := _kept(study_id, one, heads, active)) is not None}
        cold = [one for one in wanted if one not in found]
        if cold:
            found |= _read(study_id, cold, heads, active)
    return {one: found[one] for one in wanted}


def _kept(study_id: str, participant: str, heads: dict[str, Head], active: dict[str, str]) -> Casebook | None:
    """What the process remembers, where it is still true."""
    kept = CASEBOOKS.get((study_id, participant))
    if kept is None or heads.get(participant) != (kept.sequence, kept.head):
        return None
    return kept if active.get(kept.site) == kept.study.hash else None


def _read(
    study_id: str, cold: Sequence[str], heads: dict[str, Head], active: dict[str, str]
) -> dict[str, Casebook]:
    """Four statements, one a table."""
    people, *others = (stored_rows(study_id, table, cold) for table in TABLES)
    found: dict[str, Casebook] = {}
    for one in cold:
        if one not in people or one not in heads:
            raise NotFound(f"no participant {one} in {study_id}")
        row, (sequence, head) = people[one][0], heads[one]
        study = study_by_hash(study_id, active[str(row[4])])
        mine = (rows_of[one] for rows_of in others)
        found[one] = casebook_of(study, row, *mine, sequence=sequence, head=head)
        CASEBOOKS.put((study_id, one), found[one])
    return found
