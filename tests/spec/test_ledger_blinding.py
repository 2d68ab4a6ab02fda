"""Who is blinded cannot tell whether a hidden item was ever filled: not by a record, a number, a state or a refusal."""

from dataclasses import replace

import pytest
from tests.spec.builders import (
    ACTIVITIES,
    COORDINATOR,
    FORMS,
    INVESTIGATOR,
    MONITOR,
    Walk,
    codes,
    form,
    item,
    make_study,
    rule,
    typed,
)

from trialwright.ledger import commands as c
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.visible import sees_nothing_of, visible
from trialwright.study import model as m
from trialwright.web.forms.state import form_state, items_left

# Kinetics: of the two items only `drawn` is seen. Secret: nothing is. Rescue: a list with one hidden item.
KINETICS = form(
    "labs",
    "visit",
    item("labs", "drawn", "boolean"),
    item("labs", "level", "decimal", decimals=1, when="drawn", blinded_until="unblinding"),
)
SECRET = form("pregnancy", "visit", item("pregnancy", "code", "text", length=20, blinded_until="unblinding"))
RESCUE = form(
    "event",
    "many",
    item("event", "term", "text", length=100),
    item("event", "cause", "text", length=100, blinded_until="unblinding"),
    gate="Anything?",
    area="adverse_events",
)
BLIND = make_study(
    forms=[
        {"labs": KINETICS, "pregnancy": SECRET, "event": RESCUE}.get(one.id, one)
        for one in FORMS
        if one.id in ACTIVITIES or one.id == "visit"
    ],
    checks=(),
    blinded=("investigator", "monitor"),
    criteria={},
    lab_limits=(),
)


@pytest.fixture
def walk() -> Walk:
    """A participant at screening; steps are the investigator's, who is blinded."""
    walk = Walk(study=BLIND).screen()
    walk.saved("SCR", "visit", date="2026-02-20", contact="site")
    return walk


def seen(walk: Walk, by: c.Actor = INVESTIGATOR) -> CasebookReader:
    return CasebookReader(visible(walk.book, actor=by))


def state(walk: Walk, name: str, by: c.Actor = INVESTIGATOR) -> str:
    return form_state(seen(walk, by), BLIND.forms[name], "SCR")


def fill(walk: Walk, name: str, repeat: int = 0, visit: str = "SCR", **entries: str) -> None:
    decided = walk.save(visit, name, typed(**entries), repeat=repeat, by=COORDINATOR)
    assert not decided.problems, [found.text for found in decided.problems]


# ------------------------------------------------------------------ states


def test_a_form_is_complete_once_what_is_seen_of_it_is_filled(walk: Walk) -> None:
    assert state(walk, "labs") == "to_do"
    walk.saved("SCR", "labs", drawn="yes")
    assert (state(walk, "labs"), state(walk, "labs", COORDINATOR)) == ("complete", "in_progress")
    fill(walk, "labs", level="7.5")
    assert (state(walk, "labs"), state(walk, "labs", COORDINATOR)) == ("complete", "complete")
    assert items_left(seen(walk), KINETICS, "SCR", 0) == ()


def test_a_record_of_hidden_items_alone_is_not_there(walk: Walk) -> None:
    before = visible(walk.book, actor=INVESTIGATOR).records
    fill(walk, "labs", level="7.5")
    assert ("SCR", "labs", 0) in walk.book.records
    assert visible(walk.book, actor=INVESTIGATOR).records == before
    assert (state(walk, "labs"), state(walk, "labs", COORDINATOR)) == ("to_do", "in_progress")


def test_a_form_of_which_nothing_is_seen_is_asked_of_nobody_blinded(walk: Walk) -> None:
    book = visible(walk.book, actor=INVESTIGATOR)
    assert [name for name, one in BLIND.forms.items() if sees_nothing_of(book, one)] == ["pregnancy"]
    assert not any(sees_nothing_of(walk.book, one) for one in BLIND.forms.values())
    assert (state(walk, "pregnancy"), state(walk, "pregnancy", COORDINATOR)) == ("not_asked", "to_do")


# ------------------------------------------------------------------ numbers and refusals


def test_a_hidden_item_moves_no_record(walk: Walk) -> None:
    walk.saved("SCR", "labs", drawn="yes")
    before = visible(walk.book, actor=INVESTIGATOR).records["SCR", "labs", 0]
    fill(walk, "labs", level="7.5")
    walk.save("SCR", "labs", {"level": c.Typed("")}, reason="wrong tube", by=COORDINATOR)
    assert walk.book.records["SCR", "labs", 0].sequence > before.sequence
    assert visible(walk.book, actor=INVESTIGATOR).records["SCR", "labs", 0] == before
    again = walk.save("SCR", "labs", typed(drawn="no"), base=before.sequence, reason="not drawn")
    assert not again.problems


def test_an_answer_that_makes_a_hidden_item_unasked_neither_meets_it_nor_needs_a_reason(walk: Walk) -> None:
    """A conflict would even show the value."""
    fill(walk, "labs", level="7.5")
    decided = walk.save("SCR", "labs", typed(drawn="no"), base=0)
    assert (codes(decided), decided.conflict) == ([], False)
    assert walk.book.records["SCR", "labs", 0].items.keys() == {"drawn"}

    other = Walk(study=BLIND).screen()
    other.saved("SCR", "visit", date="2026-02-20", contact="site")
    fill(other, "labs", level="7.5")
    assert codes(other.save("SCR", "labs", typed(drawn="no"), base=0, by=COORDINATOR)) == [
        "changed-by-others",
        "reason-needed",
    ]


def test_a_row_is_removed_by_what_is_seen_of_it(walk: Walk) -> None:
    walk.saved("SCR", "event", gate="yes")
    walk.saved("", "event", 1, term="Headache")
    base = visible(walk.book, actor=INVESTIGATOR).records["", "event", 1].sequence
    fill(walk, "event", 1, "", cause="drug")
    fill(walk, "event", 2, "", cause="drug")
    book = visible(walk.book, actor=INVESTIGATOR)
    assert [row.repeat for row in CasebookReader(book).rows("event")] == [1]
    assert ("", "event", 2) in book.records, "or the next row would be written into it"
    remove = c.RemoveRow("x", "p1", "", "event", 1, base, "other participant")
    assert walk.do(remove, by=COORDINATOR).conflict
    assert not walk.do(remove).problems
    assert visible(walk.book, actor=INVESTIGATOR).records["", "event", 1].is_removed


def test_nobody_asks_about_a_record_that_they_do_not_see(walk: Walk) -> None:
    ask = c.OpenQuery("x", "p1", "q1", "SCR", "labs", 0, "drawn", "Was it?")
    assert codes(walk.do(ask, by=MONITOR)) == ["no-such-record"]
    fill(walk, "labs", level="7.5")
    assert codes(walk.do(ask, by=MONITOR)) == ["no-such-record"]
    fill(walk, "labs", drawn="yes")
    assert not walk.do(ask, by=MONITOR).problems


# ------------------------------------------------------------------ rules that are never asked of the whole


def test_a_hold_that_reads_a_hidden_item_and_the_planned_dose_are_shown_to_nobody_blinded(walk: Walk) -> None:
    from trialwright.schedule.visits import PlannedVisit, Window
    from trialwright.web.forms.dosing import dosing_of

    fill(walk, "labs", drawn="yes", level="7.5")
    assert BLIND.doses is not None
    hold = m.Hold("high", rule("at(SCR, labs.level) > 5"), "Hold the dose.")
    study = replace(BLIND, doses=replace(BLIND.doses, holds=(hold,)))
    book = replace(walk.book, study=study, arm="A")
    at_week_0 = PlannedVisit("W0", "W0", Window(), False, None)
    said = {
        by.role: dosing_of(CasebookReader(visible(book, actor=by)), study.forms["dose"], at_week_0, "en")
        for by in (INVESTIGATOR, COORDINATOR)
    }
    assert (said["coordinator"].holds, said["investigator"].holds) == (("Hold the dose.",), ())
    assert (bool(said["coordinator"].plan), said["investigator"].plan) == (True, "")


def test_a_curve_of_a_hidden_score_draws_nothing(walk: Walk) -> None:
    from trialwright.web.participants.cards import curve_card
    from trialwright.web.participants.seen import Seen

    fill(walk, "labs", drawn="yes", level="7.5")
    curve = m.Curve("labs.level")
    for by, is_drawn in ((INVESTIGATOR, False), (COORDINATOR, True)):
        somebody = Seen(seen(walk, by), walk.at.site_date, walk.at.utc, "en", frozenset())
        assert (curve_card(somebody, curve).drawing is not None) is is_drawn


def test_once_the_blind_is_lifted_the_records_are_whole(walk: Walk) -> None:
    fill(walk, "labs", drawn="yes", level="7.5")
    lifted = replace(
        BLIND, forms={**BLIND.forms, "labs": form("labs", "visit", *_until("SCR"))}, hash="another"
    )
    book = replace(walk.book, study=lifted)
    assert visible(book, actor=INVESTIGATOR).records == walk.book.records


def _until(visit: str) -> list[m.Item]:
    return [
        replace(one, blinded_until=visit) if one.blinded_until else one for one in KINETICS.items.values()
    ]
