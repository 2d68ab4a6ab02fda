"""Edit checks: which of them are asked, what they open, when their queries close."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.spec.builders import STUDY, Walk, check, make_study, open_checks, typed

from trialwright.ledger import checks as checks_module
from trialwright.ledger import commands as c


@pytest.fixture
def walk():
    return Walk().dosed()


def queries(walk, name):
    return [query for query in walk.book.queries.values() if query.check == name]


def visited(walk, key, day, **scores):
    walk.saved(key, "visit", date=day)
    if scores:
        walk.saved(key, "score", **scores)


# ------------------------------------------------------------------ firing


def test_a_check_that_fires_opens_a_query_about_its_item_and_does_not_stop_the_save(walk):
    walk.save("SCR", "score", typed(paper="41"))
    (query,) = queries(walk, "score.paper_differs")
    assert (query.visit, query.form, query.repeat, query.item) == ("SCR", "score", 0, "paper")
    assert (query.state, query.level, query.value, query.text) == ("open", "query", '{"v":"41"}', "")
    assert query.opened == query.sequence == walk.book.sequence


def test_the_level_of_a_check_is_that_of_its_query(walk):
    walk.saved("W2", "visit", date="2026-03-25")
    assert [query.level for query in queries(walk, "late_visit")] == ["deviation"]


def test_a_query_opens_once_for_a_check_and_a_record(walk):
    walk.save("SCR", "score", typed(paper="41"))
    walk.save("SCR", "score", typed(paper="42"), reason="misread")
    walk.save("SCR", "score", typed(head="19"), reason="misread")
    assert len(queries(walk, "score.paper_differs")) == 1


def test_the_original_the_query_and_the_change_are_three_facts(walk):
    walk.save("SCR", "score", typed(paper="41"))
    walk.save("SCR", "score", typed(paper="40"), reason="misread")
    kinds = [type(row.body).__name__ for row in walk.log[-4:]]
    assert kinds == ["FormSaved", "QueryOpened", "FormSaved", "QueryClosed"]


def test_a_query_closes_when_its_check_no_longer_fires(walk):
    walk.save("SCR", "score", typed(paper="41"))
    walk.save("SCR", "score", typed(paper="40"), reason="misread")
    (query,) = queries(walk, "score.paper_differs")
    assert (query.state, query.by_change) == ("closed", True)


def test_a_query_closes_when_its_item_goes_blank(walk):
    walk.save("SCR", "score", typed(paper="41"))
    walk.save("SCR", "score", typed(paper=""), reason="no paper")
    assert open_checks(walk.book) == set()


def test_a_query_stays_while_its_check_cannot_be_told(walk):
    walk.save("SCR", "score", typed(paper="41"))
    walk.save("SCR", "score", typed(head=""), reason="not assessed")
    assert open_checks(walk.book) == {"score.paper_differs"}


def test_a_check_that_fires_again_after_a_change_asks_again(walk):
    for paper in ("41", "40", "41"):
        walk.save("SCR", "score", typed(paper=paper), reason="misread")
    assert [query.state for query in queries(walk, "score.paper_differs")] == ["closed", "open"]


def test_a_query_that_a_person_closed_stays_closed_for_the_value_they_saw(walk):
    walk.save("SCR", "score", typed(paper="41"))
    (query,) = queries(walk, "score.paper_differs")
    walk.done(c.CloseQuery("q", "p1", query.id, "as on paper"), by=replace_role("monitor"))
    walk.save("SCR", "score", typed(head="18"), reason="misread")
    assert open_checks(walk.book) == set()
    walk.save("SCR", "score", typed(paper="43"), reason="misread")
    assert [one.state for one in queries(walk, "score.paper_differs")] == ["closed", "open"]


def replace_role(role):
    return c.Actor("mo", role, "CRO")


def test_a_note_answers_the_query_at_once(walk):
    walk.save("SCR", "score", typed(paper="41"), confirmed={"paper": "as on paper", "note": "about nothing"})
    (query,) = queries(walk, "score.paper_differs")
    assert (query.state, query.answer, query.answered) == ("answered", "as on paper", walk.book.sequence)


def test_a_note_answers_a_query_that_is_open_already(walk):
    walk.save("SCR", "score", typed(paper="41"))
    walk.save("SCR", "score", typed(paper="42"), reason="misread", confirmed={"paper": "as on paper"})
    assert [query.state for query in queries(walk, "score.paper_differs")] == ["answered"]


def test_an_answered_query_is_not_answered_again(walk):
    walk.save("SCR", "score", typed(paper="41"), confirmed={"paper": "as on paper"})
    decided = walk.save("SCR", "score", typed(paper="42"), reason="x", confirmed={"paper": "again"})
    assert [type(draft.body).__name__ for draft in decided.drafts] == ["FormSaved"]


def test_a_check_that_cannot_be_evaluated_is_an_error_and_never_passed(walk, monkeypatch):
    def broken(node, reader, place):
        raise RuntimeError("broken")

    monkeypatch.setattr(checks_module, "evaluate", broken)
    with pytest.raises(RuntimeError, match="broken"):
        walk.save("SCR", "score", typed(paper="41"))


def test_a_rule_that_does_not_pass_its_static_check_is_an_error():
    study = make_study(checks=(check("bad", "score.total", "score.totl > 1"),))
    with pytest.raises(ValueError, match="totl"):
        Walk(study=study).screening()
    with pytest.raises(ValueError, match="first_dose"):
        Walk(study=make_study(terms=bad_first_dose())).screening()
    few = [STUDY.forms[name] for name in ("visit", "dose")]
    with pytest.raises(ValueError, match="totl"):
        Walk(study=make_study(terms=bad_first_dose(), forms=few, checks=())).screening()


def bad_first_dose():
    return {
        **STUDY.terms,
        "first_dose": replace(STUDY.terms["first_dose"], rule=check("x", "a.b", "dose.totl").when),
    }


# ------------------------------------------------------------------ reach


def test_a_jump_is_asked_at_the_visit_and_at_those_after_it(walk):
    visited(walk, "W2", "2026-03-16", head="19", trunk="19")
    visited(walk, "W4", "2026-03-30", head="18", trunk="18")
    assert open_checks(walk.book) == set()
    walk.save("W2", "score", typed(head="1", trunk="1"), reason="misread")
    assert [query.visit for query in queries(walk, "score_jump")] == ["W2", "W4"]


def test_a_visit_dated_later_goes_behind_others_and_they_are_asked_again(walk):
    visited(walk, "W2", "2026-03-16", head="1", trunk="1")
    visited(walk, "W4", "2026-03-30", head="1", trunk="1")
    assert [query.visit for query in queries(walk, "score_jump")] == ["W2"]
    walk.save("W2", "visit", typed(date="2026-04-20"), reason="misread")
    assert [(query.visit, query.state) for query in queries(walk, "score_jump")] == [
        ("W2", "closed"),
        ("W4", "open"),
    ]


def test_a_change_of_the_baseline_is_asked_at_every_visit(walk):
    walk.saved("W0", "labs", alt="28")
    visited(walk, "W2", "2026-03-16")
    walk.saved("W2", "labs", alt="30")
    assert "alt_change" not in open_checks(walk.book)
    walk.save("W0", "labs", typed(alt="90"), reason="other tube")
    assert [query.visit for query in queries(walk, "alt_change")] == ["SCR", "W2"]


def test_the_first_dose_moves_days_and_baselines(walk):
    visited(walk, "W2", "2026-03-16")
    assert open_checks(walk.book) == set()
    walk.save("W0", "dose", typed(date="2026-03-09"), reason="misread")
    assert {query.visit for query in queries(walk, "late_visit")} == {"W0", "W2"}
    walk.save("W0", "dose", typed(date="2026-03-02"), reason="was right")
    assert "late_visit" not in open_checks(walk.book)


def test_the_first_dose_lets_days_be_told(walk):
    other = Walk().enrol()
    other.saved("W2", "visit", date="2026-03-25")
    assert open_checks(other.book) == set()
    other.saved("W0", "dose", given="yes", date="2026-03-02", amount="160", kit="K1")
    assert open_checks(other.book) == {"late_visit"}


def test_before_the_first_dose_screening_bounds_the_day_of_week_0():
    walk = Walk().enrol()
    walk.save("SCR", "visit", typed(date="2026-01-02"), reason="misread")
    assert [query.visit for query in queries(walk, "late_visit")] == ["W0"]


def test_a_visit_dated_before_an_earlier_one_of_the_schedule_is_asked_about():
    order = check("out_of_order", "visit.date", "not visit.in_order")
    walk = Walk(study=make_study(checks=(order,))).dosed()
    walk.saved("W4", "visit", date="2026-03-20")
    walk.saved("UNS#1", "visit", date="2026-02-25")  # of any day
    assert open_checks(walk.book) == set()
    walk.saved("W2", "visit", date="2026-03-22")  # it comes in between
    assert [query.visit for query in queries(walk, "out_of_order")] == ["W4"]
    walk.save("W2", "visit", typed(date="2026-03-20"), reason="misread")  # the same day is no disorder
    assert open_checks(walk.book) == set()
    walk.save("W0", "visit", typed(date="2026-03-21"), reason="misread")
    assert {query.visit for query in queries(walk, "out_of_order") if query.state == "open"} == {"W2", "W4"}
    walk.save("W0", "visit", typed(date="2026-03-02"), reason="was right")
    assert open_checks(walk.book) == set()


def test_limits_of_normal_follow_the_sex(walk):
    walk.saved("W0", "labs", alt="120")
    assert "alt_high" in open_checks(walk.book)
    walk.save("", "demography", typed(sex="male"), reason="misread")
    assert "alt_high" not in open_checks(walk.book)


def test_a_check_at_a_named_visit_follows_that_visit(walk):
    visited(walk, "W16", "2026-06-22", head="1", trunk="1")
    visited(walk, "W34", "2026-10-26")
    assert "not_for_this_one" not in open_checks(walk.book)
    walk.save("W16", "score", typed(head="20", trunk="20"), reason="misread")
    assert [query.visit for query in queries(walk, "not_for_this_one")] == ["W34"]


def test_a_value_of_the_participant_is_asked_at_every_visit(walk):
    walk.saved("W0", "labs", alt="30")
    walk.save("", "demography", typed(birth_date="2015-06"), reason="misread")
    assert {query.visit for query in queries(walk, "young")} == {"SCR", "W0"}


def test_a_check_across_forms_follows_both_at_the_visit(walk):
    walk.saved("W0", "labs", haemoglobin="90")
    walk.saved("W0", "reaction", gate="yes")
    walk.saved("W0", "reaction", 1, what="red", size="60")
    assert open_checks(walk.book) == {"pale"}
    walk.save("W0", "score", typed(head="1"), reason="misread")
    walk.save("W0", "dose", typed(given="no"), reason="misread")
    assert {query.check for query in walk.book.queries.values() if query.state == "open"} >= {
        "reaction_to_nothing"
    }
    assert "pale" not in open_checks(walk.book)


def test_aggregates_follow_rows_that_come_and_go(walk):
    walk.saved("SCR", "event", gate="yes")
    walk.saved("W0", "event", gate="no")
    for row in (1, 2, 3):
        walk.saved("", "event", row, term="x", start="2026-03-10")
    assert open_checks(walk.book) == {"many_events"}
    base = walk.book.records[("", "event", 2)].sequence
    walk.done(c.RemoveRow("r", "p1", "", "event", 2, base, "other participant"))
    assert open_checks(walk.book) == set()


def test_a_check_of_a_row_is_asked_of_that_row_only(walk):
    walk.saved("SCR", "event", gate="yes")
    walk.saved("", "event", 1, term="x", start="2026-03-10", ongoing="no", end="2026-03-01")
    walk.saved("", "event", 2, term="y", start="2026-03-10", ongoing="no", end="2026-03-20")
    assert [query.repeat for query in queries(walk, "event.end_before_start")] == [1]


def test_a_check_on_the_last_value_follows_every_visit(walk):
    visited(walk, "W2", "2026-03-16", head="36", trunk="36")
    assert "last_too_high" in open_checks(walk.book)
    visited(walk, "W4", "2026-03-30", head="3", trunk="3")
    assert "last_too_high" not in open_checks(walk.book)


def test_planned_doses_limits_and_stock_are_asked(walk):
    assert open_checks(walk.book) == set()
    walk.save("W0", "dose", typed(amount="80"), reason="misread")
    assert open_checks(walk.book) == {"dose_differs"}
    visited(walk, "W2", "2026-03-16")
    walk.saved("W2", "dose", given="yes", date="2026-07-01", amount="80", kit="K2")
    assert "kit_expired" in open_checks(walk.book)
    walk.saved("W2", "labs", alt="106")
    assert "alt_high" in open_checks(walk.book)


def test_a_save_asks_only_what_it_can_change(walk, monkeypatch):
    """Speed: at the fortieth unscheduled visit a save asks as many rules as at the first."""
    asked = []
    evaluate = checks_module.evaluate

    def counting(node, reader, place):
        asked.append(place)
        return evaluate(node, reader, place)

    monkeypatch.setattr(checks_module, "evaluate", counting)
    counts = []
    for number in range(1, 41):
        day = date(2026, 4, 1) + timedelta(days=number)
        walk.saved(f"UNS#{number}", "visit", date=day.isoformat())
        asked.clear()
        walk.saved(f"UNS#{number}", "score", head="20", trunk="20")
        counts.append(len(asked))
    assert set(counts) == {counts[0]}
