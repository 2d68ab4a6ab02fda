"""A casebook as the rules read it."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.spec.builders import STUDY, Walk, form, item, make_study, rule, typed

from trialwright.expr.reader import Known, Place, RowKey
from trialwright.expr.record import evaluate
from trialwright.ledger.apply import Happening, advance
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import QueryAnswered
from trialwright.ledger.events_accounts import SignedIn
from trialwright.ledger.facts import sex_of
from trialwright.ledger.reader import CasebookReader, rows_of
from trialwright.values.datum import Value


@pytest.fixture
def walk():
    return Walk().dosed()


def state(walk, place, visit="", repeat=0):
    form_id, item_id = place.split(".")
    found = CasebookReader(walk.book).state(form_id, item_id, visit, repeat)
    if isinstance(found, Known):
        return found.datum.text if isinstance(found.datum, Value) else found.datum.reason
    return type(found).__name__


def answer(walk, text, visit=None):
    return evaluate(rule(text).node, CasebookReader(walk.book), Place(visit)).value


# ------------------------------------------------------------------ states


def test_states_of_items(walk):
    walk.saved("W2", "visit", date="!not_done")
    assert state(walk, "score.head", "SCR") == "20"
    assert state(walk, "score.paper", "SCR") == "NotEntered"
    assert state(walk, "consent.date") == "2026-02-20"
    assert state(walk, "dose.reason", "W0") == "NotAsked"  # its condition says no
    assert state(walk, "pregnancy.result", "SCR") == "NotAsked"  # its form's condition says no
    assert state(walk, "dose.given", "SCR") == "NotAsked"  # the schedule has no dose there
    assert state(walk, "score.head", "W2") == "not_done"  # the visit was not held
    assert state(walk, "score.head", "W4") == "NotEntered"


def test_a_known_datum_names_its_place_and_event(walk):
    known = CasebookReader(walk.book).state("score", "total", "SCR", 0)
    entry = walk.book.records[("SCR", "score", 0)].items["total"]
    assert (known.source.visit, known.source.form, known.source.item) == ("SCR", "score", "total")
    assert known.source.sequence == entry.sequence


def test_a_condition_that_says_no_hides_what_was_entered_elsewhere(walk):
    walk.save("", "demography", typed(childbearing="yes"), reason="asked again")
    walk.saved("SCR", "pregnancy", result="negative")
    walk.save("", "demography", typed(childbearing="no"), reason="asked again")
    assert state(walk, "pregnancy.result", "SCR") == "NotAsked"
    assert ("SCR", "pregnancy", 0) in walk.book.records


# ------------------------------------------------------------------ facts


def test_facts_of_a_visit(walk):
    walk.saved("W2", "visit", date="2026-03-22")
    assert state(walk, "visit.id", "W2") == "W2"
    assert state(walk, "visit.date", "W2") == "2026-03-22"
    assert state(walk, "visit.day", "W2") == "21"
    assert state(walk, "visit.day", "SCR") == "-10"
    assert state(walk, "visit.days_outside", "W2") == "3"
    assert state(walk, "visit.days_outside", "W0") == "0"
    assert state(walk, "visit.in_order", "W2") == "true"
    assert state(walk, "visit.in_order", "W4") == "NotEntered"
    assert state(walk, "visit.contact", "SCR") == "site"
    assert state(walk, "visit.contact", "W2") == "NotEntered"
    assert state(walk, "visit.day", "W4") == "NotEntered"
    assert state(walk, "visit.id", "W99") == "NotEntered"


def test_facts_of_an_unscheduled_visit_and_of_one_not_held(walk):
    walk.saved("UNS#1", "visit", date="2026-04-01")
    walk.saved("W2", "visit", date="!refused")
    assert state(walk, "visit.id", "UNS#1") == "UNS"
    assert state(walk, "visit.days_outside", "UNS#1") == "0"
    assert state(walk, "visit.day", "W2") == "refused"
    assert state(walk, "visit.in_order", "W2") == "refused"
    assert state(walk, "visit.in_order", "UNS#1") == "true"


def test_days_wait_for_the_first_dose():
    walk = Walk().enrol()
    assert state(walk, "visit.day", "W0") == "NotEntered"
    assert state(walk, "visit.days_outside", "SCR") == "NotEntered"
    assert state(walk, "visit.days_outside", "W0") == "0"  # screening bounds it already
    assert state(walk, "plan.date", "W2") == "NotEntered"


def test_facts_of_the_plan(walk):
    assert state(walk, "plan.dose", "W0") == "160"
    assert state(walk, "plan.dose", "W4") == "80"
    assert state(walk, "plan.dose", "SCR") == "NotAsked"
    assert state(walk, "plan.date", "W2") == "2026-03-16"
    assert state(Walk().dosed("B"), "plan.dose", "W4") == "NotAsked"  # the other arm only
    assert state(Walk().screening(), "plan.dose", "W0") == "NotEntered"
    assert state(Walk(study=make_study(doses=None, checks=())).screening(), "plan.dose", "W0") == "NotAsked"


def test_facts_of_the_participant(walk):
    assert [state(walk, f"participant.{name}") for name in ("arm", "site", "code")] == ["A", "01", "01-001"]
    assert state(Walk().screening(), "participant.arm") == "NotEntered"


def test_a_study_without_first_dose_has_no_days():
    study = make_study(first_dose=None, terms={**STUDY.terms}, checks=())
    walk = Walk(study=study).screening()
    assert CasebookReader(walk.book).first_dose is None
    assert state(walk, "visit.day", "SCR") == "NotEntered"


def test_a_study_without_terms_saves_all_the_same():
    forms = [one for one in STUDY.forms.values() if one.id in ("visit", "labs")]
    study = make_study(
        forms=forms, checks=(), criteria={}, terms={}, first_dose=None, doses=None, populations={},
        visits={"SCR": STUDY.visits["SCR"]}, lab_limits=(),
    )  # fmt: skip
    walk = Walk(study=study).screen()
    walk.saved("SCR", "visit", date="2026-02-20")
    walk.saved("SCR", "labs", alt="3")
    assert sex_of(walk.book) is None


@pytest.mark.parametrize("changed", [("score",), ("dose",), ("visit",)])
def test_a_reader_beside_another_says_what_it_would_say_alone(walk, changed):
    before = CasebookReader(walk.book)
    walk.save("W0", "score", typed(head="11"), reason="misread")
    if "dose" in changed:
        walk.save("W0", "dose", typed(date="2026-03-09"), reason="misread")
    if "visit" in changed:
        walk.saved("W2", "visit", date="2026-03-16")
    beside, alone = CasebookReader(walk.book, before, ("score", *changed)), CasebookReader(walk.book)
    assert beside.first_dose_span == alone.first_dose_span
    assert (beside.held(), list(beside.visit_keys())) == (alone.held(), list(alone.visit_keys()))
    for form_id in STUDY.forms:
        assert list(beside.rows(form_id)) == list(alone.rows(form_id))


# ------------------------------------------------------------------ the site's tables


def test_limits_of_normal_are_those_of_the_site_and_sex(walk):
    reader = CasebookReader(walk.book)
    assert reader.limit("labs", "alt", "high") == Fraction(35)
    assert reader.limit("labs", "alt", "low") == Fraction(5)
    assert reader.limit("labs", "haemoglobin", "high") is None
    assert CasebookReader(Walk().screen().book).limit("labs", "alt", "high") is None
    elsewhere = replace(walk.book, site="02")
    assert CasebookReader(elsewhere).limit("labs", "alt", "high") is None


def test_the_expiry_of_a_kit_comes_from_the_stock(walk):
    reader = CasebookReader(walk.book)
    assert (reader.expiry("K2"), reader.expiry("K9")) == ("2026-06-30", None)
    assert CasebookReader(replace(walk.book, site="02")).expiry("K2") is None


# ------------------------------------------------------------------ rows, gates, visits


def test_rows_are_the_records_that_hold_something(walk):
    walk.saved("W2", "visit", date="2026-03-16")
    walk.saved("W0", "reaction", gate="yes")
    walk.saved("W2", "reaction", gate="yes")
    walk.saved("W2", "reaction", 1, what="b")
    walk.saved("W0", "reaction", 1, what="a")
    walk.saved("W0", "reaction", 2, what="c")
    walk.save("W0", "reaction", typed(what=""), repeat=1, reason="other participant")
    reader = CasebookReader(walk.book)
    assert list(reader.rows("reaction")) == [RowKey("W0", 2), RowKey("W2", 1)]
    assert list(reader.rows("score")) == [RowKey("SCR", 0), RowKey("W0", 0)]
    assert list(reader.rows("consent")) == [RowKey("", 0)]
    assert list(reader.rows("event")) == []
    assert [record.visit for record in rows_of(walk.book, "reaction")] == ["W0", "W2"]


def test_records_of_a_form_that_an_amendment_dropped_are_kept(walk):
    forms = {name: one for name, one in STUDY.forms.items() if name != "labs"}
    book = replace(walk.book, study=replace(STUDY, forms=forms))
    assert list(CasebookReader(book).rows("labs")) == [RowKey("SCR", 0)]


@pytest.mark.parametrize(
    ("answers", "gate"),
    [
        ({}, None),
        ({"SCR": "no"}, None),  # not yet asked at W0
        ({"SCR": "no", "W0": "no"}, False),
        ({"SCR": "no", "W0": "!refused"}, None),
        ({"SCR": "yes"}, None),  # what came since was not asked
        ({"SCR": "yes", "W0": "!refused"}, None),
        ({"SCR": "yes", "W0": "no"}, True),
        ({"SCR": "no", "W0": "yes"}, True),
    ],
)
@pytest.mark.unmeasured
def test_a_gate_answers_once_it_was_answered_at_every_visit_held(walk, answers, gate):
    for visit, entry in answers.items():
        walk.saved(visit, "event", gate=entry)
    assert CasebookReader(walk.book).gate("event") is gate


def test_a_list_stays_open_until_every_visit_held_was_asked(walk):
    walk.saved("SCR", "event", gate="yes")
    walk.saved("", "event", 1, term="cough", start="2026-02-01")
    assert answer(walk, 'any(event, where=start < "2026-03-01")') is True
    assert answer(walk, 'any(event, where=start > "2026-03-01")') is None
    assert answer(walk, 'none(event, where=start > "2026-03-01")') is None
    assert answer(walk, "max(event.start)") is None
    walk.saved("W0", "event", gate="no")
    assert answer(walk, 'none(event, where=start > "2026-03-01")') is True
    assert answer(walk, "max(event.start)") is not None
    walk.saved("W2", "visit", date="2026-03-16")
    assert answer(walk, 'none(event, where=start > "2026-03-01")') is None


def test_a_gate_is_asked_at_unscheduled_visits_where_somebody_asked(walk):
    walk.saved("SCR", "event", gate="no")
    walk.saved("W0", "event", gate="no")
    walk.saved("UNS#1", "visit", date="2026-04-01")
    assert CasebookReader(walk.book).gate("event") is False
    walk.saved("UNS#1", "event", gate="yes")
    assert CasebookReader(walk.book).gate("event") is True


def test_gates_of_forms_without_one(walk):
    reader = CasebookReader(walk.book)
    assert reader.gate("score") is None
    assert reader.gate("plan") is None
    assert reader.gate("pregnancy") is False  # its own condition says no


def test_visits_stand_by_date_and_those_not_held_by_schedule(walk):
    walk.saved("W4", "visit", date="2026-03-30")
    walk.saved("W2", "visit", date="!not_done")
    walk.saved("UNS#1", "visit", date="2026-03-10")
    walk.saved("UNS#2", "visit", date="2026-03-10")
    keys = CasebookReader(walk.book).visit_keys()
    assert keys == ["SCR", "W0", "W2", "UNS#1", "UNS#2", "W4"]


# ------------------------------------------------------------------ with the engine


def test_rules_over_the_casebook(walk):
    walk.saved("W2", "visit", date="2026-03-16")
    walk.saved("W2", "score", head="5", trunk="5")
    assert answer(walk, "reduction(score.total) == 0.75", "W2") is True
    assert answer(walk, "at(W2, score.total) < baseline(score.total)") is True
    assert answer(walk, "demography.age") == 35
    assert answer(walk, "any(event, where=ongoing)") is None
    walk.save("W2", "score", typed(head="!refused"), reason="x")
    assert answer(walk, "missing(score.total)", "W2") is True


def test_a_circle_through_the_first_dose_comes_to_an_end():
    terms = {
        **STUDY.terms,
        "first_dose": replace(STUDY.terms["first_dose"], rule=rule("min(visit.date, where=visit.day == 1)")),
    }
    walk = Walk(study=make_study(terms=terms, checks=())).screening()
    assert CasebookReader(walk.book).first_dose is None


def test_derived_items_that_feed_each_other_are_an_error():
    circle = form(
        "circle",
        "participant",
        item("circle", "start", "integer"),
        item("circle", "up", "boolean", derive="not down if start == 1 else true"),
        item("circle", "down", "boolean", derive="up if start == 1 else false"),
    )
    walk = Walk(study=make_study(forms=[*STUDY.forms.values(), circle])).screen()
    walk.saved("", "circle", start="0")
    with pytest.raises(ValueError, match="feed each other"):
        walk.save("", "circle", typed(start="1"), reason="x")


# ------------------------------------------------------------------ apply


def test_bodies_of_other_streams_leave_a_casebook_as_it_is(walk):
    after = advance(walk.book, Happening(SignedIn("anna"), {}, 99, "", ""))
    assert after == replace(walk.book, sequence=99)


def test_an_answer_to_a_query_that_was_never_opened_changes_nothing():
    book = advance(Casebook(STUDY, "p1"), Happening(QueryAnswered("q"), {"text": "x"}, 1, "", ""))
    assert book.queries == {}
