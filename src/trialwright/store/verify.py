"""Verify: recompute every seal, every commitment and every current value, and name each row that does not agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from trialwright.ledger.chain import read_study_seal, verify_study_seal
from trialwright.store import rows
from trialwright.store.definitions import read_packed, studies
from trialwright.store.errors import DataError
from trialwright.store.examine import examine
from trialwright.store.findings import Finding, finding, findings_of
from trialwright.store.messages import problem
from trialwright.store.transactions import reading
from trialwright.values.problem import Problem


def verify(study_id: str, seal: str | None = None) -> tuple[Finding, ...]:
    """What does not agree in one study, and, given a seal that was kept elsewhere, what was cut off or written anew.

    A log that somebody wrote anew as a whole agrees with itself: only the seal tells.
    """
    try:
        found = _verify(study_id)
    except OperationalError as error:
        if "decode" not in str(error):
            raise
        with _undecodable_text():  # altered bytes may be no text at all; they are read as what they are
            found = _verify(study_id)
    return (*found, *(check_seal(seal) if seal is not None else ()))


def _verify(study_id: str) -> tuple[Finding, ...]:
    with reading():
        found = _check_definitions(study_id)
        for examined in examine(study_id):
            found += examined.findings
            for difference in examined.differences:
                found += findings_of(difference)
    return tuple(found)


def _check_definitions(study_id: str) -> list[Finding]:
    """Each stored version must read as the hash that it is kept under."""
    found: list[Finding] = []
    for definition, version, packed in rows.select(
        "SELECT hash, version, files FROM definition WHERE study = %s", (study_id,)
    ):
        try:
            study = read_packed(cast(bytes, packed))
            is_same = (study.id, study.hash, study.version) == (study_id, definition, version)
        except DataError:
            is_same = False
        if not is_same:
            found.append(finding("definition", (study_id, definition), "definition-differs"))
    return found


def check_seal(text: str) -> tuple[Finding, ...]:
    """What a seal that was kept elsewhere tells about the log of today."""
    document = read_study_seal(text)
    if isinstance(document, Problem):
        return (Finding("seal", document.where, document),)
    if document.study not in studies():
        return (Finding("seal", "seal", problem("another-study", "seal", study=document.study)),)
    with reading():
        found = verify_study_seal(document, lambda stream, at: _seal_at(document.study, stream, at))
    return tuple(Finding("event", each.where, each) for each in found)


def _seal_at(study_id: str, stream: str, sequence: int) -> str | None:
    found = rows.select_one(
        "SELECT seal FROM event WHERE study = %s AND stream = %s AND sequence = %s",
        (study_id, stream, sequence),
    )
    return None if found is None else str(found[0])


@contextmanager
def _undecodable_text() -> Iterator[None]:
    wrapper = connections[DEFAULT_DB_ALIAS]
    wrapper.ensure_connection()
    wrapper.connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        wrapper.connection.text_factory = str
