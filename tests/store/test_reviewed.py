"""Decisions of the data review in the store: kept in the rows, given back by the log, told apart when sent again."""

from pathlib import Path

import pytest
from tests.store.small import COORDINATOR, STUDY, fill, make_moment, small_files
from tests.store.test_activation import amend

from trialwright.ledger.casebook import DeviationClass, SetDecision
from trialwright.ledger.commands import Actor, ClassDeviation, Command, DecideSet

CHECKS = "too_heavy: {about: vitals.weight, when: 'vitals.weight > \"90 kg\"', ask: Too heavy., level: deviation}\n"
ANALYSIS = "populations: {full: {label: Everybody, rule: known(first_dose)}}\n"
ROLES = """
rights:
  roles:       coordinator monitor administrator manager
  identity:    rw          .       .             .
  forms:       rwaq        rq      .             r
  eligibility: rws         r       .             .
  drug:        rw          r       .             .
  diary:       rw          rq      .             .
  accounts:    .           .       w             .
  review:      .           .       .             rw
"""
FILES = {"checks.yaml": CHECKS, "analysis.yaml": ANALYSIS, "roles.yaml": ROLES}
REVIEWED = small_files(version="1.1.0") | {name: text.encode() for name, text in FILES.items()}
MANAGER = Actor("a3", "manager", "Sponsor")
KEY = ("too_heavy", ("W0", "vitals", 0))


@pytest.fixture
def book(data: Path):
    """p1, who weighs 220 kg at week 0."""
    from trialwright.store.casebooks import load

    amend("S01", REVIEWED)
    fill("p1")
    return load(STUDY, "p1")


def submitted(command: Command, *, by: Actor = MANAGER):
    from trialwright.store.submit import submit

    return submit(STUDY, command, by=by, at=make_moment(30))


def classed(
    name: str, importance="important", *, base: int = 0, reason: str = "Much too heavy"
) -> ClassDeviation:
    return ClassDeviation(name, "p1", KEY[0], *KEY[1], importance, base, reason)


def decided(name: str, is_in: bool | None, *, base: int = 0, reason: str = "Never came") -> DecideSet:
    return DecideSet(name, "p1", "full", is_in, base, reason)


def test_decisions_are_read_again_from_rows_and_from_the_log(book) -> None:
    from trialwright.store.cache import CASEBOOKS
    from trialwright.store.casebooks import load
    from trialwright.store.freeze import freeze
    from trialwright.store.rebuild import rebuild
    from trialwright.store.verify import verify

    now = submitted(classed("c1")).book
    now = submitted(decided("c2", is_in=False)).book
    now = submitted(decided("c3", is_in=None, base=now.sequence, reason="Mistaken")).book
    assert now.classes == {KEY: DeviationClass("important", now.sequence - 2)}
    assert now.sets == {"full": SetDecision(None, now.sequence)}
    CASEBOOKS.forget()
    assert load(STUDY, "p1") == now
    assert freeze(STUDY) == freeze(STUDY, as_of=make_moment(60).utc)
    assert freeze(STUDY)[0].classes == now.classes
    assert (verify(STUDY), rebuild(STUDY)) == ((), ())


def test_a_state_that_was_changed_by_hand_is_found_and_mended(book) -> None:
    from trialwright.store.rebuild import rebuild
    from trialwright.store.rows import execute
    from trialwright.store.verify import verify

    submitted(classed("c1"))
    execute("UPDATE participant SET state = replace(state, '\"important\"', '\"not_important\"')")
    assert [one.table for one in verify(STUDY)] == ["participant"]
    rebuild(STUDY)
    assert verify(STUDY) == ()


def test_rows_of_before_there_were_decisions_stay_what_they_are(book) -> None:
    from trialwright.store.rows import select_one

    found = select_one("SELECT state FROM participant WHERE participant = 'p1'", ())
    assert found is not None and "classes" not in str(found[0]) and "sets" not in str(found[0])


def test_a_page_that_is_sent_twice_decides_once(book) -> None:
    first, again = submitted(classed("c1")), submitted(classed("c1"))
    assert (first.was_there, again.was_there, again.sealed) == (False, True, first.sealed)
    first, again = submitted(decided("c2", is_in=False)), submitted(decided("c2", is_in=False))
    assert (first.was_there, again.was_there, again.sealed) == (False, True, first.sealed)


@pytest.mark.parametrize(
    "other",
    [
        classed("c1", "not_important"),
        classed("c1", reason="Another"),
        decided("c1", is_in=True),
        ClassDeviation("c1", "p1", "too_heavy", "SCR", "vitals", 0, "important", 0, "Much too heavy"),
    ],
)
def test_another_decision_with_the_id_of_a_stored_one_is_a_conflict(book, other: Command) -> None:
    submitted(classed("c1"))
    found = submitted(other)
    assert (found.conflict, [one.code for one in found.problems]) == (True, ["command-reused"])


def test_another_set_with_the_id_of_a_stored_decision_is_a_conflict(book) -> None:
    submitted(decided("c1", is_in=False))
    found = submitted(decided("c1", is_in=True))
    assert [one.code for one in found.problems] == ["command-reused"]
    assert submitted(classed("c1")).conflict


def test_who_decides_first_wins_and_the_other_is_told(book) -> None:
    submitted(classed("c1"))
    late = submitted(classed("c2", "not_important"))
    assert (late.conflict, [one.code for one in late.problems]) == (True, ["decided-by-others"])


def test_the_chain_tells_of_a_decision_that_is_gone(book) -> None:
    """A state that tells of an event which is not there any more shows that it was cut off."""
    from trialwright.store.examine import _told_by_state
    from trialwright.store.projections import participant_row

    now = submitted(decided("c1", is_in=False)).book
    assert now.sequence in _told_by_state(participant_row(now)[6])


def test_who_may_not_review_is_denied_by_the_door(book) -> None:
    from trialwright.ledger.rights import Denied

    with pytest.raises(Denied):
        submitted(classed("c1"), by=COORDINATOR)
