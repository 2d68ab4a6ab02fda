"""Casebooks of a whole study at one moment: as they are now, or as the log says they were."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby, takewhile

from trialwright.ledger.apply import replay
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import DefinitionActivated, Sealed
from trialwright.store import rows
from trialwright.store.casebooks import stored_rows
from trialwright.store.definitions import active_sites, study_by_hash
from trialwright.store.projections import TABLES, casebook_of
from trialwright.store.seals import heads_of
from trialwright.store.streams import PARTICIPANT, SITE, join_values
from trialwright.store.text import utc_text
from trialwright.store.transactions import reading
from trialwright.study.model import Study


def freeze(study_id: str, as_of: datetime | Mapping[str, datetime] | None = None) -> tuple[Casebook, ...]:
    """All casebooks, by participant, records by visit, form and repeat: the same cut gives the same.

    as_of: a casebook holds its events up to the first that the server's clock stamped later than this moment, or than
    that of its site; a site without one has no casebooks. A value that was redacted since is not there any more,
    whatever the moment.
    """
    with reading():
        if isinstance(as_of, datetime):
            as_of = dict.fromkeys(active_sites(study_id), as_of)
        books = _current(study_id) if as_of is None else _as_of(study_id, _texts(as_of))
        return tuple(_in_order(book) for book in books)


def _in_order(book: Casebook) -> Casebook:
    return replace(
        book,
        records={key: book.records[key] for key in sorted(book.records)},
        queries={key: book.queries[key] for key in sorted(book.queries)},
        entries={key: book.entries[key] for key in sorted(book.entries)},
    )


def _current(study_id: str) -> Iterator[Casebook]:
    heads, active = heads_of(study_id), active_sites(study_id)
    people, *others = (stored_rows(study_id, table) for table in TABLES)
    for participant, (row,) in sorted(people.items()):
        study = study_by_hash(study_id, active[str(row[4])])
        sequence, head = heads[PARTICIPANT + participant]
        yield casebook_of(
            study,
            row,
            *(rows_of[participant] for rows_of in others),
            sequence=sequence,
            head=head,
        )


def _texts(moments: Mapping[str, datetime]) -> dict[str, str]:
    return {site: utc_text(moment) for site, moment in moments.items()}


def _as_of(study_id: str, moments: Mapping[str, str]) -> Iterator[Casebook]:
    active = _active_at(study_id, moments)
    for stream, events in _streams(study_id, PARTICIPANT):
        first, *later = events
        until = _until((first, *later), moments.get(first.envelope.site, ""))
        if until:
            study = active[until[0].envelope.site]
            yield replay(study, stream.removeprefix(PARTICIPANT), until)


def _active_at(study_id: str, moments: Mapping[str, str]) -> Mapping[str, Study]:
    """Site -> the version that was active at its moment."""
    active: dict[str, Study] = {}
    for stream, events in _streams(study_id, SITE):
        site = stream.removeprefix(SITE)
        for event in _until(events, moments.get(site, "")):
            if isinstance(event.body, DefinitionActivated):
                active[site] = study_by_hash(study_id, event.body.definition_hash)
    return active


def _until(events: Iterable[Sealed], utc: str) -> tuple[Sealed, ...]:
    """The first events of a stream, up to one that is later."""
    return tuple(takewhile(lambda event: event.envelope.server_utc <= utc, events))


def active_versions(
    study_id: str, moments: Mapping[str, datetime] | None = None
) -> dict[str, tuple[int, Study]]:
    """Site -> number and study of the version that was active there at the site's moment, or that is now."""
    with reading():
        active = (
            {site: study_by_hash(study_id, found) for site, found in active_sites(study_id).items()}
            if moments is None
            else _active_at(study_id, _texts(moments))
        )
        numbers = rows.select("SELECT hash, number FROM definition WHERE study = %s", (study_id,))
    by_hash = {str(definition): int(number or 0) for definition, number in numbers}
    return {site: (by_hash[study.hash], study) for site, study in active.items()}


def _streams(study_id: str, prefix: str) -> Iterator[tuple[str, Iterable[Sealed]]]:
    """Streams whose name begins so, each with its events in order."""
    among = "study = %s AND substr(stream, 1, %s) = %s"
    parameters = (study_id, len(prefix), prefix)
    events = rows.select(
        f"SELECT stream, sequence, content, seal, previous FROM event WHERE {among} ORDER BY stream, sequence",
        parameters,
    )
    values = rows.select(
        f"SELECT stream, sequence, key, salt, value FROM event_value WHERE {among} ORDER BY stream, sequence",
        parameters,
    )
    return groupby(join_values(events, values), key=lambda event: event.envelope.stream)
