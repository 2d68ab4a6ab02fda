"""The whole log of a study, held against the tables that show it: for `verify` to name, for `rebuild` to put right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trialwright.ledger.apply import advance
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
    yield Examined([], _differences(study_id, told))
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
    examined = Examined(audit.findings)
    if not audit.happenings:
        nothing: dict[str, list[rows.Row]] = {table: [] for table in TABLES}
        examined.differences = _against(audit.study, participant, nothing)
        return examined
    study = _study_at(audit.study, audit.happenings[0].site, told, studies)
    if study is None:
        examined.findings.append(finding("participant", (audit.study, participant), "replay-failed"))
        return examined
    book = _replay(audit, Casebook(study, participant))
    examined.differences = _against(audit.study, participant, _made(book))
    return examined


def _study_at(study_id: str, site: str, told: Told, studies: dict[str, Study | None]) -> Study | None:
    """The version active at the site; None where it cannot be read, which `verify` names on its own."""
    if site not in studies:
        row = told.sites.get(site)
        try:
            studies[site] = None if row is None else study_by_hash(study_id, str(row[2]))
        except (DataError, NotFound):
            studies[site] = None
    return studies[site]


def _replay(audit: Audit, book: Casebook) -> Casebook:
    for happening in audit.happenings:
        try:
            book = advance(book, happening)
        except UNREADABLE:
            audit.find_event(happening.sequence, "replay-failed")
    return book


def _made(book: Casebook) -> dict[str, list[rows.Row]]:
    return {
        "participant": [participant_row(book)],
        "record": [record_row(book, record) for record in book.records.values()],
        "query": [query_row(book, query) for query in book.queries.values()],
    }


def _against(study_id: str, participant: str, made: Mapping[str, list[rows.Row]]) -> list[Difference]:
    found = []
    for table, (columns, keys) in TABLES.items():
        stored = rows.select(
            f'SELECT {_quoted(columns)} FROM "{table}" WHERE study = %s AND participant = %s',
            (study_id, participant),
        )
        found.append(compare(table, columns, keys, stored, made[table]))
    return [each for each in found if each is not None]


def _quoted(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
