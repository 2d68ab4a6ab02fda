"""The whole log of a study, held against the tables that show it: for `verify` to name, for `rebuild` to put right."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import cast

from trialwright.ledger.apply import Happening, advance, advance_all
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.chain import Chain, find_event
from trialwright.ledger.events import (
    DefinitionActivated,
    DefinitionAdded,
    ParticipantListed,
)
from trialwright.ledger.events_accounts import AccountChanged, AccountCreated, RoleGranted
from trialwright.ledger.messages import problem as ledger_problem
from trialwright.store import rows
from trialwright.store.audit import audit_stream, findings_in
from trialwright.store.casebooks import stored_rows
from trialwright.store.definitions import COLUMNS, definition_row, digest_of, read_whole, study_by_hash
from trialwright.store.errors import DataError, NotFound
from trialwright.store.examine_accounts import ToldAccounts, check_accounts
from trialwright.store.examine_devices import check_devices
from trialwright.store.examine_photos import check_files, check_strangers
from trialwright.store.findings import Difference, Finding, compare, finding, findings_of
from trialwright.store.named import WITH_PARTICIPANT, WITH_STREAM, is_text, named
from trialwright.store.projections import TABLES, entry_row, participant_row, query_row, record_row
from trialwright.store.streams import PARTICIPANT, SITE
from trialwright.study.model import Study
from trialwright.values.stored import UNREADABLE

SITE_TABLE = ("site_definition", ("study", "site", "hash", "version", "sequence"), 2)
HEAD_TABLE = ("head", ("study", "stream", "sequence", "seal"), 2)
AT_ONCE = 20  # participants whose rows are held together

Stored = Mapping[str, list[rows.Row]]  # by table


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
    definitions: list[rows.Row] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)  # streams of participants
    accounts: ToldAccounts = field(default_factory=ToldAccounts)


def examine(study_id: str, told: Told | None = None) -> Iterator[Examined]:
    """Everything, one participant at a time; to be asked inside one transaction. told: is filled on the way.

    Raises DataError where an unaltered definition means something else to this program.
    """
    told = Told() if told is None else told
    streams, shown = named("stream", WITH_STREAM, study_id), named("participant", WITH_PARTICIPANT, study_id)
    yield Examined([*streams.findings, *shown.findings])
    for stream in streams.names:
        if not stream.startswith(PARTICIPANT):
            chain = audit_stream(study_id, stream)
            _listen(told, chain)
            yield Examined(findings_in(chain.faults))
    differences = _differences(study_id, told)
    yield Examined(_cut_tails(differences), differences)
    yield Examined([*_check_definitions(study_id, told), *check_accounts(study_id, told.accounts)])
    studies: dict[str, Study | None] = {}
    with_events = {each for each in streams.names if each.startswith(PARTICIPANT)}
    everybody = {each.removeprefix(PARTICIPANT) for each in with_events | told.listed} | set(shown.names)
    for participant, stored in _stored(study_id, sorted(everybody)):
        yield _participant(audit_stream(study_id, PARTICIPANT + participant), stored, told, studies)
    yield Examined(check_strangers(study_id, everybody))


# ------------------------------------------------------------------ sites, heads, definitions


def _listen(told: Told, chain: Chain) -> None:
    sequence, seal = chain.head
    if sequence:
        told.heads.append((chain.study, chain.stream, sequence, seal))
    for happening in chain.happenings:
        if not _is_plain(happening):
            find_event(chain, repr(happening.sequence), "content-unreadable")
            continue
        match happening.body:
            case DefinitionActivated(version, definition):
                site = chain.stream.removeprefix(SITE)
                told.sites[site] = (chain.study, site, definition, version, happening.sequence)
            case DefinitionAdded():
                told.definitions.append(definition_row(chain.study, happening.body))
            case ParticipantListed(participant):
                told.listed.add(PARTICIPANT + participant)
            case AccountCreated(account, digest) | AccountChanged(account, digest):
                told.accounts.digests[account] = digest
            case RoleGranted(account, role, site):
                told.accounts.grants.setdefault(account, set()).add((role, site))
            case _:
                pass


def _is_plain(happening: Happening) -> bool:
    """Whether a row can be made of it: a chain that was forged may say anything."""
    parts = [(getattr(happening.body, each.name), each.type) for each in fields(happening.body)]
    return type(happening.sequence) is int and all(
        type(part) is kind and (kind is int or is_text(part)) for part, kind in parts
    )


def _differences(study_id: str, told: Told) -> list[Difference]:
    made: Mapping[str, list[rows.Row]] = {"site_definition": list(told.sites.values()), "head": told.heads}
    found = []
    for table, columns, keys in (SITE_TABLE, HEAD_TABLE):
        stored = rows.select(f'SELECT {rows.quoted(columns)} FROM "{table}" WHERE study = %s', (study_id,))
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
    return [Finding("event", which, ledger_problem("event-missing", which))]


def _check_definitions(study_id: str, told: Told) -> list[Finding]:
    """Each stored version must be as its event says, to the last byte, and read as the hash that it is kept under."""
    stored = rows.select(
        f'SELECT {rows.quoted(COLUMNS)}, "files" FROM "definition" WHERE study = %s ORDER BY number',
        (study_id,),
    )
    difference = compare("definition", COLUMNS, 2, [row[:-1] for row in stored], told.definitions)
    found = [] if difference is None else findings_of(difference)
    for row in stored:
        packed = row[-1]
        if digest_of(packed) != row[5]:
            found.append(finding("definition", row[:2], "definition-differs"))
        elif row[:-1] in told.definitions:
            read_whole(study_id, str(row[1]), cast(bytes, packed), row[4])
    return found


# ------------------------------------------------------------------ participants


def _participant(chain: Chain, stored: Stored, told: Told, studies: dict[str, Study | None]) -> Examined:
    participant = chain.stream.removeprefix(PARTICIPANT)
    reached = max(_reached(chain, stored), int(chain.stream in told.listed))
    found = [*findings_in(chain.faults), *missing_events(chain.stream, chain.head[0], reached)]
    if chain.stream not in told.listed:
        found.append(finding("participant", (chain.study, participant), "participant-unlisted"))
    if not chain.happenings:
        found += check_devices(chain.study, participant, None) + check_files(chain.study, participant, None)
        return Examined(found, _against({table: [] for table in TABLES}, stored))
    study = _study_at(chain.study, chain.happenings[0].site, told, studies)
    if study is None:
        return Examined([*found, finding("participant", (chain.study, participant), "replay-failed")])
    book, faults = _replay(chain, Casebook(study, participant))
    faults += check_devices(chain.study, participant, book) + check_files(chain.study, participant, book)
    try:
        return Examined([*found, *faults], _against(_made(book), stored))
    except UNREADABLE:  # values that a rule of the study cannot be asked about
        return Examined(
            [*found, *faults, finding("participant", (chain.study, participant), "replay-failed")]
        )


def _reached(chain: Chain, stored: Mapping[str, list[rows.Row]]) -> int:
    """The last event that a value or a row of this participant tells of."""
    told = [
        row[at] for table, at in (("record", 5), ("query", 16), ("diary_entry", 7)) for row in stored[table]
    ]
    told += [*chain.values, *(at for row in stored["participant"] for at in _told_by_state(row[6]))]
    return max((at for at in told if isinstance(at, int)), default=0)


def _told_by_state(text: rows.Cell) -> list[rows.Cell]:
    try:
        state = json.loads(cast(str, text))
        told = [state["coded"], state["enrolled"], *(each["sequence"] for each in state["decisions"])]
        of_phones = [
            *(each[2] for each in state["invites"]),
            *(at for each in state["devices"] for at in each[2:4]),
            *(at for each in state["photos"] for at in each[12:14]),
        ]
        of_review = (each[-1] for name in ("classes", "sets") for each in state.get(name, ()))
        return [*told, *of_phones, *of_review, *(each[-1] for each in state["shown"])]
    except UNREADABLE:
        return []


def _study_at(study_id: str, site: str, told: Told, studies: dict[str, Study | None]) -> Study | None:
    """The version active at the site; None where it cannot be read, which `verify` names on its own."""
    row = told.sites.get(site) if isinstance(site, str) else None  # a forged chain may say anything
    if row is None:
        return None
    if site not in studies:
        try:
            studies[site] = study_by_hash(study_id, str(row[2]))
        except (DataError, NotFound):
            studies[site] = None
    return studies[site]


def _replay(chain: Chain, book: Casebook) -> tuple[Casebook, list[Finding]]:
    """The casebook of all events that can be replayed; those that cannot are found one by one."""
    try:
        return advance_all(book, chain.happenings), []
    except UNREADABLE:
        pass
    faults: list[Finding] = []
    for happening in chain.happenings:
        try:
            book = advance(book, happening)
        except UNREADABLE:
            faults.append(finding("event", ("", f"{chain.stream} #{happening.sequence}"), "replay-failed"))
    return book, faults


def _made(book: Casebook) -> dict[str, list[rows.Row]]:
    return {
        "participant": [participant_row(book)],
        "record": [record_row(book, record) for record in book.records.values()],
        "query": [query_row(book, query) for query in book.queries.values()],
        "diary_entry": [entry_row(book, entry) for entry in book.entries.values()],
    }


def _stored(study_id: str, participants: Sequence[str]) -> Iterator[tuple[str, Stored]]:
    """The rows of each participant by table, read for some together."""
    for start in range(0, len(participants), AT_ONCE):
        some = participants[start : start + AT_ONCE]
        found = {table: stored_rows(study_id, table, some) for table in TABLES}
        for participant in some:
            yield participant, {table: of_table.pop(participant, []) for table, of_table in found.items()}


def _against(made: Mapping[str, list[rows.Row]], stored: Mapping[str, list[rows.Row]]) -> list[Difference]:
    found = [compare(table, *TABLES[table], stored[table], made[table]) for table in TABLES]
    return [each for each in found if each is not None]
