"""A version that is activated while others work: what is stored is decided under the version that is active then."""

from pathlib import Path
from threading import Thread

import pytest
from tests.store.small import (
    COORDINATOR,
    STUDY,
    fill,
    give,
    make_moment,
    save,
    screen,
    small_files,
)

from trialwright.ledger.commands import CorrectCode
from trialwright.ledger.rights import Denied

ROLES_YAML = """
rights:
  roles:       coordinator monitor
  identity:    rw          .
  forms:       raq         rwq
  eligibility: rw          r
  drug:        rw          r
  diary:       r           rwq
"""
# A participant who took a drug has ended: the same events, another status.
AMENDED = small_files(version="1.1.0", ended="any(drugs)")


def amend(site: str, files: dict[str, bytes] = AMENDED) -> str:
    """Activates another version at a site; gives its hash."""
    from trialwright.store.definitions import activate, add_definition

    new = add_definition(files, {}, at=make_moment().utc)
    activate(STUDY, site, new.hash, by=COORDINATOR, at=make_moment(9))
    return new.hash


def test_a_save_decided_under_the_version_before_is_decided_again(data: Path) -> None:
    from trialwright.store.casebooks import position_of
    from trialwright.store.people import count_statuses
    from trialwright.store.submit import submit
    from trialwright.store.verify import verify

    fill("p1", site="S01")
    command = save("p1", "W2", "visit", {"date": "2026-03-02"})
    position = position_of(STUDY, "p1", command_id=command.command_id)
    new = amend("S01")

    done = submit(STUDY, command, by=COORDINATOR, at=make_moment(10), position=position)

    assert [event.envelope.definition_hash for event in done.sealed] == [new]
    assert count_statuses(STUDY) == {"ended": 1}
    assert verify(STUDY) == ()


def test_nothing_decided_under_another_version_is_appended(data: Path) -> None:
    from trialwright.ledger.decide import decide
    from trialwright.store.append import append
    from trialwright.store.casebooks import load
    from trialwright.store.errors import Outdated
    from trialwright.store.verify import verify

    fill("p1", site="S01")
    book = load(STUDY, "p1")
    drafts = decide(book, CorrectCode("x", "p1", "B-1", "typo"), by=COORDINATOR, at=make_moment()).drafts
    amend("S01")

    with pytest.raises(Outdated):
        append(book, drafts, by=COORDINATOR, at=make_moment(), command_id="x")

    assert (load(STUDY, "p1").code, load(STUDY, "p1").sequence) == (book.code, book.sequence)
    assert verify(STUDY) == ()


def test_a_version_at_another_site_holds_up_no_save(data: Path) -> None:
    from trialwright.store.casebooks import position_of
    from trialwright.store.submit import submit

    fill("p1", site="S01")
    command = save("p1", "W2", "visit", {"date": "2026-03-02"})
    position = position_of(STUDY, "p1", command_id=command.command_id)
    old = give(screen("p2", site="S02")).book.study.hash
    amend("S02")

    done = submit(STUDY, command, by=COORDINATOR, at=make_moment(10), position=position)

    assert [event.envelope.definition_hash for event in done.sealed] == [old]


def test_a_right_that_the_new_version_takes_away_is_gone_for_a_save_under_way(data: Path) -> None:
    from trialwright.store.casebooks import load, position_of
    from trialwright.store.submit import submit

    fill("p1", site="S01")
    before = load(STUDY, "p1").sequence
    command = save("p1", "W2", "visit", {"date": "2026-03-02"})
    position = position_of(STUDY, "p1", command_id=command.command_id)
    amend("S01", {**small_files(version="1.1.0"), "roles.yaml": ROLES_YAML.encode()})

    with pytest.raises(Denied):
        submit(STUDY, command, by=COORDINATOR, at=make_moment(10), position=position)

    assert load(STUDY, "p1").sequence == before


def test_saves_beside_activations_leave_a_folder_that_agrees(data: Path) -> None:
    from trialwright.store.definitions import activate, active_sites, add_definition
    from trialwright.store.verify import verify

    fill("p1", site="S01")
    versions = [active_sites(STUDY)["S01"], add_definition(AMENDED, {}, at=make_moment().utc).hash]
    faults: list[Exception] = []

    def write() -> None:
        from django.db import connection

        try:
            for at in range(40):  # a code stands in the row that holds the status, too
                give(CorrectCode(f"code-{at}", "p1", f"B-{at}", "typo"))
        except Exception as fault:  # noqa: BLE001  - shown by the test's own thread
            faults.append(fault)
        finally:
            connection.close()

    writer = Thread(target=write)
    writer.start()
    for at in range(12):
        activate(STUDY, "S01", versions[(at + 1) % 2], by=COORDINATOR, at=make_moment(20 + at))
    writer.join()

    assert not faults
    assert verify(STUDY) == ()


def test_a_definition_is_read_once_whichever_folder_holds_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.store import definitions
    from trialwright.store.cache import Recent, forget_folder

    load, read = definitions.load_study, []

    def counted(*files):  # type: ignore[no-untyped-def]  # as load_study
        read.append(files)
        return load(*files)

    monkeypatch.setattr(definitions, "PACKED", Recent(1))
    monkeypatch.setattr(definitions, "load_study", counted)
    for _ in range(2):
        forget_folder()  # as where another folder is opened
        assert definitions.newest_study(STUDY).id == STUDY

    assert len(read) == 1
