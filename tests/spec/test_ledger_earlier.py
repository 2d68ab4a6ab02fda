"""The bias guard: earlier scores are opened by an act of the log, by those who may enter the form, for them alone."""

from dataclasses import replace

import pytest
from tests.spec.builders import (
    CHECKS,
    COORDINATOR,
    FORMS,
    INVESTIGATOR,
    MONITOR,
    Walk,
    check,
    codes,
    item,
    make_study,
)

from trialwright.ledger import commands as c
from trialwright.ledger.apply import replay
from trialwright.ledger.casebook import EarlierShown
from trialwright.ledger.course import Decided
from trialwright.ledger.earlier import earlier_records, telling_of_earlier, was_shown
from trialwright.ledger.events import EarlierScoresShown
from trialwright.ledger.history import history, viewings
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import Denied
from trialwright.study.model import Form, Study

W2 = ("W2", "score", 0)


def guarded_form(form: Form) -> Form:
    """The score with a change from baseline, what is reckoned from that, and an item of its own."""
    items = (
        item("score", "change", "integer", derive="change(total)"),
        item("score", "much", "boolean", derive="change > 10"),
        item("score", "both", "integer", derive="head + trunk"),
    )
    return replace(form, items={**form.items, **{one.id: one for one in items}}, earlier_scores="hidden")


def guarded_study() -> Study:
    forms = (guarded_form(one) if one.id == "score" else one for one in FORMS)
    return make_study(forms=forms, checks=(*CHECKS, check("much_change", "labs.alt", "score.much")))


STUDY = guarded_study()


@pytest.fixture
def walk() -> Walk:
    """Dosed, with the visit of week 2; scores stand at screening and week 0."""
    walk = Walk(study=STUDY).dosed()
    walk.saved("W2", "visit", date="2026-03-16")
    return walk


def show(
    walk: Walk, visit: str = "W2", form: str = "score", *, repeat: int = 0, by: c.Actor = INVESTIGATOR
) -> Decided:
    return walk.do(c.ShowEarlierScores(walk.id(), "p1", visit, form, repeat), by=by)


def test_opening_is_an_event_that_says_who_and_where(walk: Walk) -> None:
    before = walk.book

    assert not show(walk).problems

    event = walk.log[-1]
    assert event.body == EarlierScoresShown("bo", "W2", "score", 0)
    assert (event.envelope.actor, event.envelope.role, event.values) == ("bo", "investigator", {})
    assert walk.book.earlier_shown == (EarlierShown("bo", "W2", "score", 0, event.sequence),)
    assert walk.book.records == before.records, "no value of the record was touched"
    assert replay(STUDY, "p1", walk.log) == walk.book


def test_it_is_opened_for_that_person_and_that_record_only(walk: Walk) -> None:
    show(walk)

    assert was_shown(walk.book, W2, "bo")
    assert not was_shown(walk.book, W2, "anna")
    assert not was_shown(walk.book, ("W0", "score", 0), "bo")


def test_who_opened_it_already_looks_again_without_a_further_event(walk: Walk) -> None:
    show(walk)
    events = len(walk.log)

    assert show(walk) == Decided()
    assert len(walk.log) == events
    assert len(show(walk, by=COORDINATOR).drafts) == 1, "another person opens it for themselves"


def test_a_value_saved_after_the_opening_is_no_conflict(walk: Walk) -> None:
    walk.saved("W2", "score", head="10")
    record = walk.book.records[W2]
    show(walk)

    assert not walk.save("W2", "score", {"trunk": c.Typed("5")}, base=record.sequence).problems


@pytest.mark.parametrize(
    ("visit", "form", "repeat", "problems"),
    [
        ("W2", "nothing", 0, ["no-such-form"]),
        ("W3", "score", 0, ["no-such-visit"]),
        ("W2", "score", 1, ["no-such-row"]),
        ("W4", "score", 0, ["visit-date-needed"]),
        ("W2", "labs", 0, ["earlier-not-hidden"]),
        ("SCR", "score", 0, ["nothing-earlier"]),
    ],
)
def test_what_cannot_be_opened(walk: Walk, visit: str, form: str, repeat: int, problems: list[str]) -> None:
    assert codes(show(walk, visit, form, repeat=repeat)) == problems


def test_who_may_not_enter_the_form_has_nothing_to_open(walk: Walk) -> None:
    with pytest.raises(Denied):
        show(walk, by=MONITOR)


def test_earlier_records_are_those_of_visits_before_the_nearest_first(walk: Walk) -> None:
    walk.saved("W4", "visit", date="2026-03-30")
    walk.saved("W4", "score", head="1")
    reader = CasebookReader(walk.book)

    def visits(at: str) -> list[str]:
        return [record.visit for record in earlier_records(reader, at, "score")]

    assert visits("W4") == ["W0", "SCR"]
    assert visits("SCR") == []
    assert visits("W16") == [], "a visit that was not held is after nothing"


def test_what_is_reckoned_from_other_visits_tells_of_them() -> None:
    told = telling_of_earlier(STUDY, "score")

    assert told.items == {("score", "change"), ("score", "much")}
    assert told.checks == {"score_jump", "last_too_high", "much_change", "not_for_this_one"}


def test_the_history_of_the_form_lists_who_opened_them(walk: Walk) -> None:
    show(walk)
    show(walk, by=COORDINATOR)

    lines = viewings(walk.log, W2)

    assert [(line.kind, line.actor, line.role) for line in lines] == [
        ("earlier_shown", "bo", "investigator"),
        ("earlier_shown", "anna", "coordinator"),
    ]
    assert viewings(walk.log, ("W0", "score", 0)) == ()
    assert all(line.kind != "earlier_shown" for line in history(walk.log, *W2, "head"))
