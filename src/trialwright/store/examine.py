"""The whole log of a study, held against the tables that show it: for `verify` to name, for `rebuild` to put right."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from trialwright.ledger.apply import advance, advance_all
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import AccountCreated, DefinitionActivated, RoleGranted
from trialwright.store import rows
from trialwright.store.accounts import grants_of
from trialwright.store.audit import UNREADABLE, Audit, audit_stream
from trialwright.store.definitions import study_by_hash
from trialwright.store.errors import DataError, NotFound
from trialwright.store.findings import Difference, Finding, compare, finding
from trialwright.store.models import Account
from trialwright.store.projections import TABLES, participant_row, query_row, record_row
from trialwright.store.streams import PARTICIPANT
from trialwright.study.model import Study

SITE = "site:"
SITE_TABLE = ("site_definition", ("study", "site", "hash", "version", "sequence"), 2)
HEAD_TABLE = ("head", ("study", "stream", "sequence", "seal"), 2)


@dataclass(slots=True)
class Examined:
    """One stream or table: what is wrong in the log, and which rows of other tables are not what the log says."""

    findings: list[Finding] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """What the streams say that are no participant's."""

    sites: dict[str, rows.Row] = field(default_factory=dict)
    heads: list[rows.Row] = field(default_factory=list)
    grants: dict[str, set[tuple[str, str]]] = field(default_factory=dict)


def examine(study_id: str) -> Iterator[Examined]:
    """Everything, one participant at a time; to be asked inside one transaction."""
    streams = _streams(study_id)
    told = Told()
    for stream in streams:
        if not stream.startswith(PARTICIPANT):
            audit = audit_stream(study_id, stream)
            _listen(told, audit)
            yield Examined(audit.findings)
    differences = _differences(study_id, told)
    yield Examined(_cut_tails(differences), differences)
    yield Examined(_check_accounts(study_id, told))
    studies: dict[str, Study | None] = {}
    shown = {PARTICIPANT + name for name in _shown(study_id)}
    for stream in sorted(shown | {each for each in streams if each.startswith(PARTICIPANT)}):
        yield _participant(audit_stream(study_id, stream), told, studies)


def _streams(study_id: str) -> list[str]:
    found = rows.select(
        "SELECT stream FROM event WHERE study = %s UNION SELECT stream FROM event_value WHERE study = %s ORDER BY 1",
        (study_id, study_id),
    )
    return [str(stream) for (stream,) in found]


def _shown(study_id: str) -> list[str]:
    """Participants that any table shows, with events or without."""
    each = " UNION ".join(f'SELECT participant FROM "{table}" WHERE study = %s' for table in TABLES)
    return [str(name) for (name,) in rows.select(each, (study_id,) * len(TABLES))]


# ------------------------------------------------------------------ sites, heads, accounts


def _listen(told: Told, audit: Audit) -> None:
    sequence, seal = audit.head
    if sequence:
        told.heads.append((audit.study, audit.stream, sequence, seal))
    for happening in audit.happenings:
        match happening.body:
            case DefinitionActivated(version, definition):
                site = audit.stream.removeprefix(SITE)
                told.sites[site] = (audit.study, site, definition, version, happening.sequence)
            case AccountCreated(account):
                told.grants.setdefault(account, set())
            case RoleGranted(account, role, site):
                told.grants.setdefault(account, set()).add((role, site))
            case _:
                pass


def _differences(study_id: str, told: Told) -> list[Difference]:
    made: Mapping[str, list[rows.Row]] = {"site_definition": list(told.sites.values()), "head": told.heads}
    found = []
    for table, columns, keys in (SITE_TABLE, HEAD_TABLE):
        stored = rows.select(f'SELECT {_quoted(columns)} FROM "{table}" WHERE study = %s', (study_id,))
        found.append(compare(table, columns, keys, stored, made[table]))
    return [each for each in found if each is not None]


def _cut_tails(differences: list[Difference]) -> list[Finding]:
    """The events that a head still tells of."""
    found: list[Finding] = []
    for difference in differences:
        if difference.table == "head":
            for key, stored in difference.stored.items():
                made = difference.made.get(key)
                found += missing_events(str(key[1]), int(made[2] or 0) if made else 0, stored[2])
    return found


def missing_events(stream: str, last: int, reached: rows.Cell) -> list[Finding]:
    """The events after the last one that is there, up to the one that another table tells of."""
    if not isinstance(reached, int) or reached <= last:
        return []
    which = f"{stream} #{last + 1}" if reached == last + 1 else f"{stream} #{last + 1} to #{reached}"
    return [finding("event", ("", which), "event-missing")]


def _check_accounts(study_id: str, told: Told) -> list[Finding]:
    """Accounts that events tell of and are gone, and roles that no event granted, or that are gone."""
    stored = {
        account.id: {(role, site) for study, role, site in grants_of(account) if study == study_id}
        for account in Account.objects.all()
    }
    found = [
        finding("account", ("", account), "row-missing") for account in told.grants.keys() - stored.keys()
    ]
    for account, grants in stored.items():
        if grants != told.grants.get(account, set()):
            found.append(finding("account", ("", account), "row-differs", columns="grants"))
    return found


# ------------------------------------------------------------------ participants


def _participant(audit: Audit, told: Told, studies: dict[str, Study | None]) -> Examined:
    participant = audit.stream.removeprefix(PARTICIPANT)
    stored = _stored(audit.study, participant)
    found = [*audit.findings, *missing_events(audit.stream, audit.head[0], _reached(audit, stored))]
    if not audit.happenings:
        return Examined(found, _against({table: [] for table in TABLES}, stored))
    study = _study_at(audit.study, audit.happenings[0].site, told, studies)
    if study is None:
        return Examined([*found, finding("participant", (audit.study, participant), "replay-failed")])
    book, faults = _replay(audit, Casebook(study, participant))
    return Examined([*found, *faults], _against(_made(book), stored))


def _reached(audit: Audit, stored: Mapping[str, list[rows.Row]]) -> int:
    """The last event that a value or a row of this participant tells of."""
    told = [row[5] for row in stored["record"]] + [row[16] for row in stored["query"]]
    told += [*audit.values, *(at for row in stored["participant"] for at in _told_by_state(row[6]))]
    return max((at for at in told if isinstance(at, int)), default=0)


def _told_by_state(text: rows.Cell) -> list[rows.Cell]:
    try:
        state = json.loads(cast(str, text))
        return [state["coded"], state["enrolled"], *(each["sequence"] for each in state["decisions"])]
    except UNREADABLE:
        return []


def _study_at(study_id: str, site: str, told: Told, studies: dict[str, Study | None]) -> Study | None:
    """The version active at the site; None where it cannot be read, which `verify` names on its own."""
    if site not in studies:
        row = told.sites.get(site)
        try:
            studies[site] = None if row is None else study_by_hash(study_id, str(row[2]))
        except (DataError, NotFound):
            studies[site] = None
    return studies[site]


def _replay(audit: Audit, book: Casebook) -> tuple[Casebook, list[Finding]]:
    """The casebook of all events that can be replayed; those that cannot are found one by one."""
    try:
        return advance_all(book, audit.happenings), []
    except UNREADABLE:
        pass
    faults: list[Finding] = []
    for happening in audit.happenings:
        try:
            book = advance(book, happening)
        except UNREADABLE:
            faults.append(finding("event", ("", f"{audit.stream} #{happening.sequence}"), "replay-failed"))
    return book, faults


def _made(book: Casebook) -> dict[str, list[rows.Row]]:
    return {
        "participant": [participant_row(book)],
        "record": [record_row(book, record) for record in book.records.values()],
        "query": [query_row(book, query) for query in book.queries.values()],
    }


def _stored(study_id: str, participant: str) -> dict[str, list[rows.Row]]:
    return {
        table: rows.select(
            f'SELECT {_quoted(columns)} FROM "{table}" WHERE study = %s AND participant = %s',
            (study_id, participant),
        )
        for table, (columns, _) in TABLES.items()
    }


def _against(made: Mapping[str, list[rows.Row]], stored: Mapping[str, list[rows.Row]]) -> list[Difference]:
    found = [compare(table, *TABLES[table], stored[table], made[table]) for table in TABLES]
    return [each for each in found if each is not None]


def _quoted(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
