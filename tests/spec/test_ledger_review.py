"""Decisions of the data review: whether a deviation is important, and who is in an analysis set whatever its rule says."""

from dataclasses import replace

import pytest
from tests.spec.builders import (
    COORDINATOR,
    INVESTIGATOR,
    MANAGER,
    SPONSOR,
    Walk,
    as_stored,
    codes,
    make_study,
)
from tests.spec.builders import rule as parsed

from trialwright.ledger import commands as c
from trialwright.ledger.apply import replay
from trialwright.ledger.casebook import DeviationClass, SetDecision
from trialwright.ledger.deviations import deviations, deviations_seen
from trialwright.ledger.events import REASON, DeviationClassed, SetDecided
from trialwright.ledger.rights import Denied
from trialwright.ledger.visible import visible

LATE = ("late_visit", ("W2", "visit", 0))
BLIND = make_study(blinded=("manager",))


@pytest.fixture
def walk() -> Walk:
    """Dosed, and week 2 came four days after its window."""
    return late(Walk())


def late(walk: Walk) -> Walk:
    walk.dosed()
    walk.saved("W2", "visit", date="2026-03-23")
    return walk


def classed(walk, importance="important", reason="Two doses too close", by=MANAGER, **more):
    key = LATE[1]
    stands = walk.book.classes.get(LATE)
    told = {"check": LATE[0], "visit": key[0], "form": key[1], "repeat": key[2], "importance": importance}
    told |= {"base": stands.sequence if stands else 0, "reason": reason, **more}
    return walk.do(c.ClassDeviation(walk.id(), "p1", **told), by=by)


def decided(walk, is_in, population="full", reason="Never came", by=MANAGER, base=None):
    last = walk.book.sets.get(population)
    seen = base if base is not None else last.sequence if last else 0
    return walk.do(c.DecideSet(walk.id(), "p1", population, is_in, seen, reason), by=by)


# ------------------------------------------------------------------ deviations


def test_deviations_are_where_their_checks_are_surely_true(walk: Walk) -> None:
    assert [(one.key, one.classed) for one in deviations(walk.book)] == [(LATE, None)]
    walk.save("W2", "visit", {"date": c.Typed("2026-03-16")}, reason="misread")
    assert deviations(walk.book) == ()


def test_a_deviation_is_classed_with_a_reason_that_stands_beside_the_event(walk: Walk) -> None:
    (draft,) = classed(walk, reason=" Two doses too close ").drafts
    assert draft.body == DeviationClassed("late_visit", "W2", "visit", 0, "important")
    assert (draft.reason, dict(draft.values)) == ("Two doses too close", {})
    assert "close" not in walk.log[-1].content
    assert walk.book.classes == {LATE: DeviationClass("important", walk.book.sequence)}
    assert deviations(walk.book)[0].classed == walk.book.classes[LATE]


def test_a_later_class_takes_the_place_of_an_earlier_one_and_the_log_keeps_both(walk: Walk) -> None:
    classed(walk)
    assert not classed(walk, "not_important").problems
    assert walk.book.classes[LATE].importance == "not_important"
    said = [one.body.importance for one in walk.log if isinstance(one.body, DeviationClassed)]
    assert said == ["important", "not_important"]
    assert replay(walk.study, "p1", walk.log) == walk.book


def test_the_same_class_again_changes_nothing(walk: Walk) -> None:
    classed(walk)
    assert codes(classed(walk)) == ["class-stands"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": " "}, "text-needed"),
        ({"reason": "x" * 2001}, "text-too-long"),
        ({"check": "nothing"}, "no-such-check"),
        ({"check": "score_jump", "form": "score"}, "check-no-deviation"),
        ({"form": "score"}, "check-of-another-form"),
        ({"visit": "W4"}, "no-such-record"),
        ({"visit": "W0"}, "deviation-not-found"),
        ({"base": 3}, "decided-by-others"),
    ],
)
def test_what_cannot_be_classed(walk: Walk, more: dict[str, str | int], code: str) -> None:
    refused = classed(walk, **more)
    assert codes(refused) == [code]
    assert refused.conflict is (code == "decided-by-others")


def test_who_saw_an_older_class_is_told_that_somebody_decided_meanwhile(walk: Walk) -> None:
    classed(walk)
    again = classed(walk, "not_important", base=0)
    assert (codes(again), again.conflict) == (["decided-by-others"], True)


@pytest.mark.parametrize("actor", [COORDINATOR, INVESTIGATOR, SPONSOR], ids=lambda one: one.role)
def test_who_may_not_review_is_denied(walk: Walk, actor: c.Actor) -> None:
    with pytest.raises(Denied):
        classed(walk, by=actor)
    with pytest.raises(Denied):
        decided(walk, is_in=False, by=actor)


def test_an_unknown_participant_is_told_so() -> None:
    assert codes(classed(Walk())) == ["not-screened"]


def test_a_redacted_reason_leaves_the_class(walk: Walk) -> None:
    classed(walk, reason="Ms Wang fell ill")
    command = c.RedactValue(walk.id(), "p1", walk.book.sequence, REASON, "a name")
    assert not walk.do(command, by=COORDINATOR).problems
    assert walk.book.classes[LATE].importance == "important"
    assert replay(walk.study, "p1", as_stored(walk.log)) == walk.book


# ------------------------------------------------------------------ analysis sets


def test_somebody_is_put_out_of_a_set_and_back_in_and_the_rule_tells_again(walk: Walk) -> None:
    (draft,) = decided(walk, is_in=False).drafts
    assert (draft.body, draft.reason) == (SetDecided("full", False), "Never came")
    assert walk.book.sets == {"full": SetDecision(False, walk.book.sequence)}
    assert not decided(walk, is_in=True).problems
    assert not decided(walk, is_in=None).problems
    assert walk.book.sets == {"full": SetDecision(None, walk.book.sequence)}
    assert replay(walk.study, "p1", walk.log) == walk.book


def test_what_cannot_be_decided_of_a_set(walk: Walk) -> None:
    assert codes(decided(walk, False, "nothing")) == ["no-such-set"]
    assert codes(decided(walk, None)) == ["no-set-decision"]
    assert codes(decided(walk, False, reason="")) == ["text-needed"]
    assert codes(decided(walk, False, base=7)) == ["decided-by-others"]
    decided(walk, False)
    assert codes(decided(walk, False)) == ["class-stands"]
    again = decided(walk, True, base=0)
    assert (codes(again), again.conflict) == (["decided-by-others"], True)
    decided(walk, None)
    assert codes(decided(walk, None)) == ["no-set-decision"]


def test_a_set_is_decided_of_who_is_enrolled() -> None:
    assert codes(decided(Walk().screening(), False)) == ["not-enrolled"]


def test_who_is_outside_the_set_around_may_be_put_in_for_that_may_change(walk: Walk) -> None:
    assert not decided(walk, True, "good").problems


# ------------------------------------------------------------------ the blind


def test_a_blinded_reviewer_sees_and_classes_no_deviation_that_would_tell_of_the_arm() -> None:
    """The planned dose is that of the arm."""
    walk = late(Walk(study=BLIND))
    walk.save("W0", "dose", {"amount": c.Typed("80")}, reason="misread")
    dose = ("dose_differs", ("W0", "dose", 0))
    assert {one.key for one in deviations(walk.book)} == {LATE, dose}
    assert [one.key for one in deviations_seen(walk.book, actor=MANAGER)] == [LATE]
    assert {one.key for one in deviations_seen(walk.book, actor=INVESTIGATOR)} == {LATE, dose}
    told = {"check": "dose_differs", "visit": "W0", "form": "dose"}
    assert codes(classed(walk, **told)) == ["item-hidden"]
    assert codes(classed(walk, **{**told, "visit": "W99"})) == ["item-hidden"]
    assert not classed(walk).problems


def test_a_blinded_reviewer_decides_on_no_set_that_would_tell_of_the_arm() -> None:
    walk = late(Walk(study=BLIND))
    assert codes(decided(walk, False, "arm_a")) == ["set-hidden"]
    assert not decided(walk, False, "good").problems


def test_decisions_about_hidden_things_are_hidden_with_them() -> None:
    walk = late(Walk(study=BLIND))
    open_study = replace(BLIND, design=replace(BLIND.design, blinded=()))
    walk.save("W0", "dose", {"amount": c.Typed("80")}, reason="misread")
    walk.book, walk.study = replace(walk.book, study=open_study), open_study
    classed(walk, check="dose_differs", visit="W0", form="dose")
    classed(walk)
    decided(walk, False, "arm_a")
    decided(walk, False, "full")
    seen = visible(replace(walk.book, study=BLIND), actor=MANAGER)
    assert (set(seen.classes), set(seen.sets)) == ({LATE}, {"full"})
    assert visible(walk.book, actor=MANAGER).classes == walk.book.classes


def test_the_reason_for_a_hidden_decision_is_redacted_by_nobody_who_does_not_see_it() -> None:
    walk = late(Walk(study=BLIND))
    nobody_blinded = replace(BLIND, design=replace(BLIND.design, blinded=()))
    walk.book = replace(walk.book, study=nobody_blinded)
    walk.save("W0", "dose", {"amount": c.Typed("80")}, reason="misread")
    classed(walk, check="dose_differs", visit="W0", form="dose")
    deviation = walk.book.sequence
    decided(walk, False, "arm_a")
    in_set = walk.book.sequence
    walk.book = replace(
        walk.book, study=replace(BLIND, design=replace(BLIND.design, blinded=("coordinator",)))
    )
    for sequence in (deviation, in_set):
        command = c.RedactValue(walk.id(), "p1", sequence, REASON, "a name")
        assert codes(walk.do(command, by=COORDINATOR)) == ["item-hidden"]


def test_a_set_that_reads_through_another_is_hidden_with_it() -> None:
    """A set within one that reads the arm tells of the arm too."""
    inner = replace(BLIND.populations["good"], id="inner", rule=parsed("good_w16"), within="arm_a")
    study = replace(BLIND, populations={**BLIND.populations, "inner": inner})
    walk = late(Walk(study=study))
    assert codes(decided(walk, False, "inner")) == ["set-hidden"]
