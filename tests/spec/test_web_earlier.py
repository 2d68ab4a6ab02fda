"""What stands beside a form of earlier visits, and what the closed guard keeps from the page; made without HTTP."""

from dataclasses import replace

import pytest
from tests.spec.builders import INVESTIGATOR, Walk, form, item, make_study, moment
from tests.spec.test_ledger_earlier import STUDY

from trialwright.ledger.commands import Typed
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.visible import Hidden
from trialwright.study.model import Curve, Item
from trialwright.web.forms.earlier import earlier_of, scores_of_form
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.opened import Guard, Opened
from trialwright.web.forms.posted import Place, Posted, Shown
from trialwright.web.forms.preview import look_ahead
from trialwright.web.forms.scores import scores_of

DRAWN = item("scale", "drawn", "decimal")
COMPUTED = item("scale", "computed", "integer", derive="1 + 1")
ENTERED = tuple(item("scale", f"n{number}", "integer") for number in range(4))
WORDS = item("scale", "words", "text")
CELL = item("scale", "cell", "integer", row="head", column="area")


@pytest.mark.parametrize(
    ("items", "earlier_scores", "scores"),
    [
        ((CELL, DRAWN, COMPUTED, *ENTERED), "shown", "drawn"),
        ((CELL, COMPUTED, *ENTERED), "shown", "computed"),
        ((CELL, WORDS, *ENTERED[:3]), "shown", "n0 n1 n2"),
        (ENTERED, "shown", ""),
        ((WORDS,), "shown", ""),
        (ENTERED, "hidden", "n0 n1 n2"),
        ((WORDS, CELL), "hidden", "words cell"),
    ],
)
def test_the_scores_of_a_form(items: tuple[Item, ...], earlier_scores: str, scores: str) -> None:
    study = make_study(curves=(Curve("scale.drawn", ()),))
    scale = form("scale", "visit", *items, earlier_scores=earlier_scores)

    assert " ".join(one.id for one in scores_of_form(study, scale)) == scores


DRAWS = replace(STUDY, curves=(Curve("score.total", ()), Curve("score.mean", ())))


def opened(guard: Guard, *, form_id: str = "score", visit: str = "W2") -> Opened:
    walk = Walk(study=DRAWS).dosed()
    walk.saved("W2", "visit", date="2026-03-16")
    walk.saved("W2", "score", head="20", trunk="20")
    place = Place("p1", visit, form_id)
    return Opened(CasebookReader(walk.book), place, visit, moment().site_date, "en", True, guard=guard)


def test_closed_the_page_holds_no_earlier_score_and_no_change_from_one() -> None:
    page = opened("closed")
    card = earlier_of(page)

    assert card is not None
    assert (card.state, card.lines) == ("closed", ())
    assert card.url.endswith("/visits/W2/forms/score/0/earlier")
    scores = scores_of(page, layout_of(STUDY, "score", "en"))
    assert {score.id for score in scores.others} == {"total", "assay_high", "both"}


@pytest.mark.parametrize(("guard", "state"), [("opened", "opened"), ("none", "shown")])
def test_open_the_page_tells_visits_days_and_scores_the_nearest_first(guard: Guard, state: str) -> None:
    page = opened(guard)
    card = earlier_of(page)

    assert card is not None
    assert (card.state, card.for_others) == (state, guard == "none")
    assert [(line.visit, line.day) for line in card.lines] == [("W0", "2 Mar 2026"), ("SCR", "20 Feb 2026")]
    scores = scores_of(page, layout_of(STUDY, "score", "en"))
    assert {"change", "much"} <= {score.id for score in scores.others}


@pytest.mark.parametrize(
    ("guard", "derived", "checks"),
    [("closed", False, {}), ("opened", True, {"total": "score_jump?"})],
)
def test_looking_ahead_asks_nothing_that_compares_while_it_is_closed(
    guard: Guard, derived: bool, checks: dict[str, str]
) -> None:
    page = opened(guard)
    record = page.record
    assert record is not None
    posted = Posted(
        {"head": Shown("1")}, {"head": Typed("1")}, (), record.sequence, record.sequence, "x", "why"
    )

    ahead = look_ahead(page, page.book, posted, by=INVESTIGATOR, at=moment())

    assert ("change" in ahead["derived"]) is derived
    assert "both" in ahead["derived"]
    assert ahead["checks"] == checks


def test_a_form_that_is_not_of_a_visit_has_no_card() -> None:
    assert earlier_of(opened("none", form_id="demography", visit="")) is None


def test_a_score_that_is_hidden_from_the_role_is_not_shown_of_earlier_visits() -> None:
    page = opened("none")
    seen = earlier_of(page)
    blind = earlier_of(replace(page, hidden=Hidden(frozenset({("score", "total")}))))

    assert seen is not None
    assert blind is not None
    assert [head for head in seen.heads if head not in blind.heads] == ["Total"]
