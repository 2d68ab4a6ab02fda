"""Versions of studies: kept by hash with the instruments they were written for, activated site by site."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

import trialwright
from trialwright.ledger.commands import Actor, Moment
from trialwright.ledger.events import DefinitionActivated, DefinitionAdded, Draft
from trialwright.store import rows
from trialwright.store.cache import PACKED, STUDIES
from trialwright.store.errors import DataError, NotFound
from trialwright.store.streams import SITE, STUDY, append_to_stream
from trialwright.store.text import utc_text
from trialwright.store.transactions import writing
from trialwright.study.compare import compare
from trialwright.study.load import load as load_study
from trialwright.study.model import Study
from trialwright.values.problem import Problem

Files = Mapping[str, bytes]

SYSTEM = Actor("system", "", "")  # who adds a version: whoever may write to the data folder
# What reading bytes that are no zip of ours raises.
NO_ZIP = (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError, RuntimeError, NotImplementedError)
COLUMNS = ("study", "hash", "number", "version", "library", "digest")
VERSIONS_BACK = 3  # that entries of a diary are read by
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same files give the same zip


def add_definition(files: Files, instruments: Files, *, at: datetime) -> Study:
    """Keeps one version of a study; the same version again adds nothing. Raises DataError where it has errors.

    The event says all that the row holds, so that `verify` knows the row when it was altered or is gone.
    """
    packed = pack(files, instruments)
    study = read_packed(packed)
    _check_engines(study)
    with writing():
        found = rows.select("SELECT 1 FROM definition WHERE study = %s AND hash = %s", (study.id, study.hash))
        if not found:
            last = rows.select_one("SELECT max(number) FROM definition WHERE study = %s", (study.id,))
            number = 1 + int(last[0] or 0) if last else 1
            added = DefinitionAdded(
                study.version, study.hash, number, trialwright.__version__, digest_of(packed)
            )
            rows.insert("definition", (*COLUMNS, "files"), [(*definition_row(study.id, added), packed)])
            moment = Moment(at, at.date())
            command = f"add-{study.hash}"
            append_to_stream(study, STUDY, [Draft(added)], by=SYSTEM, at=moment, command_id=command)
    STUDIES.put(study.hash, study)
    return study


def definition_row(study_id: str, added: DefinitionAdded) -> rows.Row:
    """The row that the event tells of, without the files."""
    return (study_id, added.definition_hash, added.number, added.version, added.library, added.digest)


def digest_of(packed: rows.Cell) -> str:
    """sha256 of stored files; "" for what is no bytes."""
    return hashlib.sha256(packed).hexdigest() if isinstance(packed, bytes) else ""


def _load(files: Files, instruments: Files) -> Study:
    loaded = load_study(files, instruments)
    if loaded.study is None:
        raise _refused(loaded.problems)
    return loaded.study


def _check_engines(study: Study) -> None:
    """Reports must be able to ask what the definition asks, before any data are entered under it."""
    from trialwright.datasets.check import (
        check_engines,
    )  # tables are slow to import, and no server needs them

    problems = check_engines(study)
    if any(each.severity == "error" for each in problems):
        raise _refused(problems)


def _refused(problems: Iterable[Problem]) -> DataError:
    errors = [f"{each.where}: {each.text}" for each in problems if each.severity == "error"]
    return DataError("The study definition has errors:\n" + "\n".join(errors))


def activate(study_id: str, site: str, definition: str, *, by: Actor, at: Moment) -> None:
    """From now on the site enters data under this version; its rules tell anew where each participant stands."""
    from trialwright.store.casebooks import renew_participants  # casebooks read definitions themselves

    study = study_by_hash(study_id, definition)
    if site not in study.sites:
        raise NotFound(f"{study_id} has no site {site}")
    body = DefinitionActivated(study.version, study.hash)
    command = f"activate-{study.hash}-{utc_text(at.utc)}"
    with writing():
        _check_change(study, active_sites(study_id).get(site))
        sealed = append_to_stream(
            study, SITE + site, [Draft(body)], by=by, at=at, command_id=command, site=site
        )
        columns = ("study", "site", "hash", "version", "sequence")
        row = (study_id, site, study.hash, study.version, sealed[-1].sequence)
        rows.upsert("site_definition", columns, 2, [row])
        renew_participants(study_id, site)


def _check_change(study: Study, before: str | None) -> None:
    """Data that were entered under the version before must still have their place. Raises DataError."""
    changes = compare(study_by_hash(study.id, before), study) if before else ()
    refused = [change.path for change in changes if change.kind == "refused"]
    if refused:
        raise DataError(
            f"Version {study.version} of {study.id} is not activated: data were entered under what it"
            f" changes or leaves out: {', '.join(refused)}."
        )


def active_study(study_id: str, site: str) -> Study:
    """The version that is active at a site. Raises NotFound where none is."""
    found = rows.select_one(
        "SELECT hash FROM site_definition WHERE study = %s AND site = %s", (study_id, site)
    )
    if found is None:
        raise NotFound(f"no version of {study_id} is active at {site}")
    return study_by_hash(study_id, str(found[0]))


def version_asked_under(active: Study, definition: str) -> Study | None:
    """The version that an entry of a diary was asked under, from the active one to some versions back: phones wake
    late. None where it is older, not known, or cannot be read."""
    found = rows.select(
        "SELECT hash, number FROM definition WHERE study = %s AND hash IN (%s, %s)",
        (active.id, active.hash, definition),
    )
    numbers = {str(name): int(number or 0) for name, number in found}
    if definition not in numbers or abs(numbers[active.hash] - numbers[definition]) > VERSIONS_BACK:
        return None
    try:
        return study_by_hash(active.id, definition)
    except DataError:
        return None


def active_sites(study_id: str) -> dict[str, str]:
    """Site -> hash of the version that is active there."""
    found = rows.select("SELECT site, hash FROM site_definition WHERE study = %s ORDER BY site", (study_id,))
    return {str(site): str(definition) for site, definition in found}


def newest_study(study_id: str) -> Study:
    """The version that was added last, active anywhere or not."""
    found = rows.select_one(
        "SELECT hash FROM definition WHERE study = %s ORDER BY number DESC LIMIT 1", (study_id,)
    )
    if found is None:
        raise NotFound(f"no study {study_id}")
    return study_by_hash(study_id, str(found[0]))


def studies() -> tuple[str, ...]:
    """The ids of the studies that this data folder has a version of."""
    return tuple(str(row[0]) for row in rows.select("SELECT DISTINCT study FROM definition ORDER BY study"))


def study_by_hash(study_id: str, definition: str) -> Study:
    """One version of a study, as it was when it was added. Raises NotFound."""
    kept = STUDIES.get(definition)
    if kept is not None and kept.id == study_id:
        return kept
    found = rows.select_one(
        "SELECT files, digest, library FROM definition WHERE study = %s AND hash = %s", (study_id, definition)
    )
    if found is None:
        raise NotFound(f"no version {definition[:12]} of {study_id}")
    packed, digest, by_program = found
    if digest_of(packed) != digest:
        raise DataError(f"The files of version {definition[:12]} of {study_id} were altered; it is not used.")
    study = read_whole(study_id, definition, cast(bytes, packed), by_program)
    STUDIES.put(definition, study)
    return study


def read_whole(study_id: str, definition: str, packed: bytes, by_program: rows.Cell) -> Study:
    """The study of files that are known to be as they were stored. Raises DataError where this program does not
    read them as the one did that stored them."""
    by = f"Trialwright {by_program!s} stored version {definition[:12]} of {study_id}; its files are unaltered"
    try:
        study = read_packed(packed)
    except DataError as error:
        raise DataError(f"{by}, but this is Trialwright {trialwright.__version__}: {error}") from error
    if (study.id, study.hash) != (study_id, definition):
        raise DataError(
            f"{by}, but Trialwright {trialwright.__version__} reads them as {study.hash[:12]} of {study.id};"
            " they are not used. Use the version that stored them."
        )
    return study


def read_packed(packed: bytes) -> Study:
    """The study of a stored zip; the same bytes are read once. Raises DataError where they are no study."""
    digest = digest_of(packed)
    kept = PACKED.get(digest)
    if kept is None:
        try:
            files, instruments = unpack(packed)
        except NO_ZIP as error:
            raise DataError(f"A stored study definition cannot be read: {error}") from error
        kept = _load(files, instruments)
        PACKED.put(digest, kept)
    return kept


def pack(files: Files, instruments: Files) -> bytes:
    """A zip with the folders `study` and `instruments`; equal files give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder, content in (("study", files), ("instruments", instruments)):
            for name in sorted(content):
                archive.writestr(
                    zipfile.ZipInfo(f"{folder}/{name}", _LONG_AGO), content[name], zipfile.ZIP_DEFLATED
                )
    return packed.getvalue()


def unpack(packed: bytes) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Files and instruments again."""
    found: dict[str, dict[str, bytes]] = {"study": {}, "instruments": {}}
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for entry in archive.namelist():
            folder, _, name = entry.partition("/")
            found[folder][name] = archive.read(entry)
    return found["study"], found["instruments"]
