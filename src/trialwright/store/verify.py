"""Verify: recompute every seal, every commitment and every current value, and name each row that does not agree."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from trialwright.ledger.chain import read_study_seal, verify_study_seal
from trialwright.store import rows
from trialwright.store.examine import Told, examine
from trialwright.store.examine_accounts import check_strangers, granted_studies
from trialwright.store.findings import Finding, finding, findings_of
from trialwright.store.guards import check_guards
from trialwright.store.messages import problem
from trialwright.store.named import WITH_STUDY, named
from trialwright.store.transactions import reading
from trialwright.values.collector import at_rest
from trialwright.values.problem import Problem


@at_rest()
def verify_folder(seal: str | None = None) -> tuple[Finding, ...]:
    """What does not agree in a whole data folder: its guards, its accounts, and each study that any row names.

    seal: one that was kept elsewhere tells what was cut off or written anew. A log that somebody wrote anew as a
    whole agrees with itself: only the seal tells. Raises DataError where an unaltered definition means something
    else to this program.
    """
    return _in_any_text(lambda: _folder(seal))


@at_rest()
def verify(study_id: str, seal: str | None = None) -> tuple[Finding, ...]:
    """The same for one study, without what the whole folder shares."""
    return _in_any_text(lambda: (*_study(study_id, Told()), *(check_seal(seal) if seal is not None else ())))


def _folder(seal: str | None) -> tuple[Finding, ...]:
    with reading():
        studies = named("study", WITH_STUDY)
        found = [*check_guards(), *studies.findings]
        if not studies.names:
            found.append(finding("definition", ("", "-"), "no-study"))
        tellings = []
        for study_id in sorted({*studies.names, *granted_studies()}):
            tellings.append(Told())
            found += _study(study_id, tellings[-1])
        found += check_strangers(told.accounts for told in tellings)
        found += check_seal(seal) if seal is not None else ()
    return tuple(dict.fromkeys(found))


def _study(study_id: str, told: Told) -> list[Finding]:
    found: list[Finding] = []
    with reading():
        for examined in examine(study_id, told):
            found += examined.findings
            for difference in examined.differences:
                found += findings_of(difference)
    return found


def check_seal(text: str) -> tuple[Finding, ...]:
    """What a seal that was kept elsewhere tells about the log of today."""
    document = read_study_seal(text)
    if isinstance(document, Problem):
        return (Finding("seal", document.where, document),)
    if document.study not in named("study", WITH_STUDY).names:
        return (Finding("seal", "seal", problem("another-study", "seal", study=document.study)),)
    with reading():
        found = verify_study_seal(document, lambda stream, at: _seal_at(document.study, stream, at))
    return tuple(Finding("event", each.where, each) for each in found)


def _seal_at(study_id: str, stream: str, sequence: int) -> str | None:
    if sequence > rows.LARGEST:
        return None
    found = rows.select_one(
        "SELECT seal FROM event WHERE study = %s AND stream = %s AND sequence = %s",
        (study_id, stream, sequence),
    )
    return None if found is None else str(found[0])


# ------------------------------------------------------------------ text that is none


def _in_any_text(look: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """Looks; where altered bytes turn out to be no text at all, looks again and takes them as what they are."""
    try:
        return look()
    except OperationalError as error:
        if "decode" not in str(error):
            raise
        with _undecodable_text():
            return look()


@contextmanager
def _undecodable_text() -> Iterator[None]:
    wrapper = connections[DEFAULT_DB_ALIAS]
    wrapper.ensure_connection()
    wrapper.connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        wrapper.connection.text_factory = str
