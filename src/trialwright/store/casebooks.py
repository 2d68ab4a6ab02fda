"""Casebooks from the store. A process remembers those it used; one query tells whether they are still true, and
what came since is applied. Only a participant that is new to the process is read from the tables."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trialwright.ledger.apply import apply
from trialwright.ledger.casebook import Casebook
from trialwright.store import rows
from trialwright.store.cache import CASEBOOKS
from trialwright.store.definitions import study_by_hash
from trialwright.store.drafts import DraftKey
from trialwright.store.errors import NotFound
from trialwright.store.projections import TABLES, casebook_of, participant_row
from trialwright.store.streams import PARTICIPANT, read_events
from trialwright.store.transactions import reading
from trialwright.study.model import Study

_POSITION = """
SELECT head.sequence, head.seal,
  (SELECT site_definition.hash FROM participant
   JOIN site_definition ON site_definition.study = participant.study AND site_definition.site = participant.site
   WHERE participant.study = %s AND participant.participant = %s),
  EXISTS (SELECT 1 FROM event WHERE study = %s AND stream = %s AND command_id = %s),
  EXISTS (SELECT 1 FROM draft WHERE account = %s AND study = %s AND participant = %s
          AND visit = %s AND form = %s AND "repeat" = %s)
FROM event AS head WHERE head.study = %s AND head.stream = %s ORDER BY head.sequence DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a participant's stream stands. definition: hash of the version active at the participant's site."""

    sequence: int
    seal: str
    definition: str
    has_command: bool
    has_draft: bool


def position_of(
    study_id: str, participant: str, *, command_id: str = "", draft: DraftKey = ("", "", "", 0)
) -> Position | None:
    """One query; None for a participant without events."""
    stream = PARTICIPANT + participant
    account, visit, form, repeat = draft
    found = rows.select_one(
        _POSITION,
        (
            *(study_id, participant),
            *(study_id, stream, command_id),
            *(account, study_id, participant, visit, form, repeat),
            *(study_id, stream),
        ),
    )
    if found is None:
        return None
    sequence, seal, definition, has_command, has_draft = found
    return Position(int(sequence or 0), str(seal), str(definition or ""), bool(has_command), bool(has_draft))


def load(study_id: str, participant: str) -> Casebook:
    """The casebook as it is now. Raises NotFound."""
    position = position_of(study_id, participant)
    if position is None:
        raise NotFound(f"no participant {participant} in {study_id}")
    return book_at(study_id, participant, position)


def book_at(study_id: str, participant: str, position: Position) -> Casebook:
    """The casebook at that position, or later where others wrote meanwhile."""
    study = study_by_hash(study_id, position.definition)
    kept = CASEBOOKS.get((study_id, participant))
    if kept is not None and kept.study is not study:
        kept = replace(kept, study=study)
    if kept is None:
        book = _read(study, participant)
    elif (kept.sequence, kept.head) == (position.sequence, position.seal):
        return kept
    else:
        book = _caught_up(kept) or _read(study, participant)
    CASEBOOKS.put((study_id, participant), book)
    return book


def renew_participants(study_id: str, site: str) -> None:
    """Writes the rows of a site's participants anew; part of the transaction that changed the rules."""
    found = rows.select(
        "SELECT participant FROM participant WHERE study = %s AND site = %s", (study_id, site)
    )
    renewed = [participant_row(load(study_id, str(participant))) for (participant,) in found]
    if renewed:
        columns, keys = TABLES["participant"]
        rows.upsert("participant", columns, keys, renewed)


def _caught_up(book: Casebook) -> Casebook | None:
    """The casebook with what came since; None where the stream does not go on from it (a restored backup)."""
    events = read_events(book.study.id, PARTICIPANT + book.participant, after=book.sequence)
    if not events or events[0].previous != book.head:
        return None
    for event in events:
        book = apply(book, event)
    return book


def _read(study: Study, participant: str) -> Casebook:
    with reading():
        head = rows.select_one(
            "SELECT sequence, seal FROM event WHERE study = %s AND stream = %s ORDER BY sequence DESC LIMIT 1",
            (study.id, PARTICIPANT + participant),
        )
        people, *others = (stored_rows(study.id, table, [participant])[participant] for table in TABLES)
    if head is None or not people:
        raise NotFound(f"no participant {participant} in {study.id}")
    sequence, seal = head
    return casebook_of(study, people[0], *others, sequence=int(sequence or 0), head=str(seal))


def stored_rows(
    study_id: str, table: str, participants: Sequence[str] | None = None
) -> defaultdict[str, list[rows.Row]]:
    """The rows of a projection by participant, of those or of all: one statement."""
    columns, _ = TABLES[table]
    statement = f'SELECT {rows.quoted(columns)} FROM "{table}" WHERE study = %s'
    if participants is not None:
        statement += f" AND participant IN ({rows.places(participants)})"
    found: defaultdict[str, list[rows.Row]] = defaultdict(list)
    for row in rows.stream(statement, (study_id, *(participants or ()))):
        found[str(row[1])].append(row)
    return found
