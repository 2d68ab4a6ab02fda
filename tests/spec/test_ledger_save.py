"""Saving a form: what stops it, what is stored, and what follows from it."""

from dataclasses import replace
from datetime import date

import pytest
from tests.spec.builders import (
    COORDINATOR,
    FORMS,
    MONITOR,
    SPONSOR,
    STUDY,
    Walk,
    codes,
    item,
    make_study,
    moment,
    typed,
)

from trialwright.ledger import commands as c
from trialwright.ledger.decide import decide
from trialwright.ledger.events import FormSaved, ValuesDerived
from trialwright.ledger.rights import Denied
from trialwright.values.datum import Missing, Value


@pytest.fixture
def walk():
    return Walk().dosed()


def datum(walk, visit, form, item, repeat=0):
    entry = walk.book.records[(visit, form, repeat)].items.get(item)
    return entry.datum if entry is not None else None


def text(walk, visit, form, item, repeat=0):
    found = datum(walk, visit, form, item, repeat)
    return found.text if isinstance(found, Value) else found


# ------------------------------------------------------------------ values


def test_a_save_is_one_event_that_names_exactly_the_changed_items(walk):
    walk.saved("W2", "visit", date="2026-03-16")
    walk.saved("W2", "score", head="10", trunk="9", note="well")
    decided = walk.save("W2", "score", typed(head="11", trunk="9", note="better"), reason="misread")
    first, *rest = decided.drafts
    assert first.body == FormSaved("W2", "score", 0)
    assert dict(first.values) == {"head": '{"v":"11"}', "note": '{"v":"better"}'}
    assert first.reason == "misread"
    assert [type(draft.body) for draft in rest] == [ValuesDerived]


def test_nothing_changed_is_no_event(walk):
    record = walk.book.records[("SCR", "score", 0)]
    assert walk.save("SCR", "score", typed(head="20", trunk=" ２０ "), base=record.sequence).drafts == ()
    assert walk.save("W0", "labs", typed(alt="")).drafts == ()


def test_values_are_parsed_once_and_what_was_typed_is_kept(walk):
    walk.saved("W0", "labs", alt="４５", haemoglobin="13|g/dL")
    assert datum(walk, "W0", "labs", "alt") == Value("45", "４５")
    assert datum(walk, "W0", "labs", "haemoglobin") == Value("130", "13", "g/dL")


@pytest.mark.parametrize(
    ("visit", "form", "entries", "problems"),
    [
        ("SCR", "score", {"head": "37"}, ["out-of-range"]),
        ("SCR", "score", {"head": "x", "trunk": "2.5"}, ["not-a-number", "not-a-whole-number"]),
        ("SCR", "score", {"head": "!asleep"}, ["unknown-missing-reason"]),
        ("SCR", "score", {"status": "locked", "nose": "1"}, ["no-such-item", "no-such-item"]),
        ("SCR", "score", {"total": "12"}, ["item-derived"]),
        ("SCR", "score", {"gate": "yes"}, ["no-such-item"]),
        ("SCR", "event", {"term": "x"}, ["no-such-item"]),  # the gate has one item
        ("SCR", "event", {"gate": "maybe"}, ["not-a-truth"]),
        ("", "event", {"gate": "yes"}, ["no-such-visit"]),
        ("", "score", {"head": "1"}, ["no-such-visit"]),
        ("W99", "score", {"head": "1"}, ["no-such-visit"]),
        ("SCR#1", "score", {"head": "1"}, ["no-such-visit"]),
        ("UNS", "visit", {"date": "2026-04-01"}, ["no-such-visit"]),
        ("UNS#0", "visit", {"date": "2026-04-01"}, ["no-such-visit"]),
        ("UNS#2", "visit", {"date": "2026-04-01"}, ["no-such-visit"]),
        ("UNS#01", "visit", {"date": "2026-04-01"}, ["no-such-visit"]),
        ("SCR", "nothing", {"head": "1"}, ["no-such-form"]),
        ("SCR", "consent", {"signed": "yes"}, ["form-not-at-visit"]),
        ("SCR", "dose", {"given": "yes"}, ["form-not-at-visit"]),
        ("W2", "score", {"head": "1"}, ["visit-date-needed"]),
        ("W2", "visit", {"date": "2027-06-02"}, ["date-in-future"]),
        ("W2", "visit", {"date": "soon"}, ["not-a-date"]),
        ("W2", "visit", {"day": "3"}, ["no-such-item"]),
    ],
)
def test_what_cannot_be_stored_is_refused_whole(walk, visit, form, entries, problems):
    before = walk.book
    decided = walk.save(visit, form, typed(**entries), reason="because")
    assert codes(decided) == problems
    assert not decided.conflict
    assert walk.book is before


def test_all_problems_are_returned_at_once(walk):
    decided = walk.save("SCR", "score", typed(head="99", trunk="3"))
    assert [(found.code, found.where) for found in decided.problems] == [
        ("out-of-range", "SCR / score / head"),
        ("reason-needed", "SCR / score / trunk"),
    ]


def test_today_is_no_future(walk):
    assert not walk.save("W2", "visit", typed(date="2026-03-16"), at=moment(date(2026, 3, 16))).problems
    later = walk.save("W4", "visit", typed(date="2026-03-17"), at=moment(date(2026, 3, 16)))
    assert codes(later) == ["date-in-future"]


@pytest.mark.parametrize(
    ("start", "refused"),
    [
        ("2027-06-01", False),  # today
        ("2027-06-02", True),
        ("2027-06", False),  # a day of this month may be meant that is over
        ("2027-07", True),
        ("2027", False),
        ("2028", True),
    ],
)
def test_nothing_has_begun_after_today(walk, start, refused):
    decided = walk.save("", "event", typed(term="Cough", start=start), repeat=1)
    assert codes(decided) == (["date-in-future"] if refused else [])
    assert [found.where for found in decided.problems] == (["event / 1 / start"] if refused else [])


@pytest.mark.parametrize("kind", ["date", "datetime"])
@pytest.mark.parametrize("allowed", [True, False])
def test_what_is_planned_may_lie_after_today(kind, allowed):
    call = item("score", "call", kind, is_optional=True, allows_future=allowed)
    forms = {one.id: one for one in FORMS}
    forms["score"] = replace(forms["score"], items={**forms["score"].items, "call": call})
    walk = Walk(make_study(forms=forms.values())).screening()
    text = "2027-07-01" if kind == "date" else "2027-07-01T08:00+08:00"
    decided = walk.save("SCR", "score", typed(call=text))
    assert codes(decided) == ([] if allowed else ["date-in-future"])


def test_a_missing_value_has_its_reason(walk):
    walk.saved("W0", "labs", alt="!not_done")
    assert datum(walk, "W0", "labs", "alt") == Missing("not_done")


# ------------------------------------------------------------------ reasons


@pytest.mark.parametrize("reason", [None, "", "  ", "\u200b"])
def test_a_stored_value_is_changed_with_a_reason_only(walk, reason):
    decided = walk.save("SCR", "score", typed(head="19"), reason=reason)
    assert codes(decided) == ["reason-needed"]


@pytest.mark.parametrize("entry", ["19", "", "!not_done"])
def test_a_stored_value_changes_with_a_reason(walk, entry):
    assert not walk.save("SCR", "score", typed(head=entry), reason="misread").problems


def test_a_blank_is_filled_without_a_reason(walk):
    assert not walk.save("SCR", "score", typed(paper="40")).problems
    assert not walk.save("SCR", "score", typed(paper=""), reason="not on paper").problems
    assert datum(walk, "SCR", "score", "paper") is None
    assert not walk.save("SCR", "score", typed(paper="40")).problems


def test_a_reason_and_a_note_are_words_of_some_length(walk):
    assert codes(walk.save("SCR", "score", typed(paper="3"), reason="x" * 2001)) == ["text-too-long"]
    assert codes(walk.save("SCR", "score", typed(paper="3"), confirmed={"paper": " "})) == ["text-needed"]
    unseen = walk.save("SCR", "score", typed(paper="3"), confirmed={"paper": "\u2060"})
    assert codes(unseen) == ["text-needed"]


# ------------------------------------------------------------------ two people at once


def test_two_people_change_different_items_and_both_stay(walk):
    seen = walk.book.records[("SCR", "score", 0)].sequence
    assert not walk.save("SCR", "score", typed(note="a"), base=seen, by=COORDINATOR).problems
    assert not walk.save("SCR", "score", typed(paper="40"), base=seen).problems
    assert (text(walk, "SCR", "score", "note"), text(walk, "SCR", "score", "paper")) == ("a", "40")


def test_two_people_change_the_same_item_and_the_second_must_look(walk):
    seen = walk.book.records[("SCR", "score", 0)].sequence
    walk.save("SCR", "score", typed(head="18"), base=seen, reason="misread", by=COORDINATOR)
    decided = walk.save("SCR", "score", typed(head="17", note="x"), base=seen, reason="misread")
    assert decided.conflict
    assert decided.drafts == ()
    (problem,) = decided.problems
    assert (problem.code, problem.where) == ("changed-by-others", "SCR / score / head")
    assert dict(problem.parts) == {"theirs": "18", "mine": "17"}


def test_the_same_change_twice_is_no_conflict(walk):
    seen = walk.book.records[("SCR", "score", 0)].sequence
    walk.save("SCR", "score", typed(head="18"), base=seen, reason="misread")
    assert walk.save("SCR", "score", typed(head="18"), base=seen, reason="misread").drafts == ()


def test_a_value_that_others_took_back_is_a_conflict_too(walk):
    walk.saved("SCR", "score", note="a")
    seen = walk.book.records[("SCR", "score", 0)].sequence
    walk.save("SCR", "score", typed(note=""), base=seen, reason="wrong person")
    decided = walk.save("SCR", "score", typed(note="b"), base=seen, reason="more")
    assert codes(decided) == ["changed-by-others"]
    assert dict(decided.problems[0].parts) == {"theirs": "—", "mine": "b"}


def test_a_conflict_names_a_missing_value_by_its_reason(walk):
    seen = walk.book.records[("SCR", "score", 0)].sequence
    walk.save("SCR", "score", typed(head="!not_done"), base=seen, reason="misread")
    decided = walk.save("SCR", "score", typed(head="1"), base=seen, reason="misread")
    assert dict(decided.problems[0].parts)["theirs"] == "not done"


def test_two_people_begin_one_record_at_once(walk):
    walk.saved("W0", "labs", alt="30")
    assert not walk.save("W0", "labs", typed(haemoglobin="140"), base=0).problems
    assert codes(walk.save("W0", "labs", typed(alt="31"), base=0, reason="x")) == ["changed-by-others"]


def test_a_base_from_nowhere_is_refused(walk):
    assert codes(walk.save("W0", "labs", typed(alt="30"), base=999)) == ["base-unknown"]


# ------------------------------------------------------------------ conditions


def test_a_value_for_an_item_that_is_not_asked_is_refused(walk):
    decided = walk.save("", "demography", typed(sex="male", childbearing="yes"), reason="x")
    assert codes(decided) == ["item-not-asked"]
    assert decided.problems[0].where == "demography / childbearing"


def test_an_item_whose_condition_cannot_be_told_may_be_entered():
    walk = Walk().screen()
    assert not walk.save("", "demography", typed(childbearing="yes")).problems


def test_what_is_no_longer_asked_goes_blank_in_the_same_event(walk):
    decided = walk.save("W0", "dose", typed(given="no", reason="fever"), reason="wrong participant")
    (saved, *_) = decided.drafts
    assert dict(saved.values) == {
        "given": '{"raw":"no","v":"false"}',
        "reason": '{"v":"fever"}',
        "date": "{}",
        "amount": "{}",
        "kit": "{}",
    }
    assert set(walk.book.records[("W0", "dose", 0)].items) == {"given", "reason"}


def test_what_others_filled_in_is_not_wiped_by_a_save_that_makes_it_unasked():
    """Both looked at the empty form; what one entered, the other's answer would take back unseen."""
    walk = Walk().screen()
    walk.saved("", "demography", sex="female")
    seen = walk.book.sequence
    walk.saved("", "demography", childbearing="yes")
    decided = walk.save("", "demography", typed(sex="male"), reason="misread", base=seen)
    assert decided.conflict
    assert [(found.code, found.where) for found in decided.problems] == [
        ("changed-by-others", "demography / childbearing")
    ]


def test_a_value_that_goes_blank_needs_a_reason_too():
    walk = Walk().screen()
    walk.saved("", "demography", childbearing="yes")
    decided = walk.save("", "demography", typed(sex="male"))
    assert [(found.code, found.where) for found in decided.problems] == [
        ("reason-needed", "demography / childbearing")
    ]


def test_a_blank_for_an_item_that_is_not_asked_is_nothing(walk):
    assert not walk.save("", "demography", typed(sex="male", childbearing=""), reason="x").problems


def test_a_form_that_is_not_asked_takes_no_values(walk):
    assert codes(walk.save("SCR", "pregnancy", typed(result="negative"))) == ["item-not-asked"]
    walk.save("", "demography", typed(childbearing="yes"), reason="asked again")
    assert not walk.save("SCR", "pregnancy", typed(result="negative")).problems


# ------------------------------------------------------------------ derived items


def test_derived_items_follow_in_the_record(walk):
    assert (text(walk, "SCR", "score", "mean"), text(walk, "SCR", "score", "total")) == ("20", "40")
    assert walk.book.records[("SCR", "score", 0)].items["total"].is_derived


def test_derived_items_go_blank_while_they_cannot_be_told(walk):
    walk.save("SCR", "score", typed(head=""), reason="not assessed")
    assert datum(walk, "SCR", "score", "total") is None


def test_derived_items_are_missing_once_what_they_need_is_missing(walk):
    walk.save("SCR", "score", typed(head="!refused"), reason="not assessed")
    assert isinstance(datum(walk, "SCR", "score", "total"), Missing)


def test_derived_items_of_other_records_follow(walk):
    walk.saved("SCR", "event", gate="yes")
    walk.saved("", "event", 1, term="cough", start="2026-03-03")
    assert text(walk, "", "event", "emergent", 1) == "true"
    decided = walk.save("W0", "dose", typed(date="2026-03-05"), reason="misread")
    assert [draft.body for draft in decided.drafts[1:2]] == [ValuesDerived("", "event", 1)]
    assert text(walk, "", "event", "emergent", 1) == "false"


def test_a_record_with_nothing_typed_derives_nothing(walk):
    walk.saved("W0", "labs", alt="30")
    walk.save("SCR", "score", typed(head="", trunk=""), reason="other participant")
    assert walk.book.records[("SCR", "score", 0)].items == {}


def test_derived_values_name_derivation_as_their_originator(walk):
    (event,) = [row for row in walk.log if row.body == ValuesDerived("SCR", "score", 0)]
    assert event.originator == "derivation"


# ------------------------------------------------------------------ rows and gates


def test_rows_come_one_after_another(walk):
    walk.saved("SCR", "event", gate="yes")
    assert codes(walk.save("", "event", typed(term="a"), repeat=2)) == ["no-such-row"]
    walk.saved("", "event", 1, term="a")
    walk.saved("", "event", 2, term="b")
    assert dict(walk.save("", "event", typed(term="b"), repeat=4).problems[0].parts) == {
        "repeat": "4",
        "next": "3",
    }


def test_a_row_of_a_form_without_rows_is_refused(walk):
    assert codes(walk.save("SCR", "score", typed(head="1"), repeat=1)) == ["no-such-row"]


def test_a_gate_of_a_form_without_gate_is_refused():
    forms = [one if one.id != "event" else make_event_without_gate() for one in STUDY.forms.values()]
    walk = Walk(study=make_study(forms=forms)).screening()
    assert codes(walk.save("SCR", "event", typed(gate="yes"))) == ["no-such-row"]


def make_event_without_gate():
    from dataclasses import replace

    return replace(STUDY.forms["event"], gate=None)


def test_a_list_that_was_answered_with_no_takes_no_rows(walk):
    walk.saved("SCR", "event", gate="no")
    walk.saved("W0", "event", gate="no")
    assert codes(walk.save("", "event", typed(term="a"), repeat=1)) == ["gate-says-no"]
    walk.save("W0", "event", typed(gate="yes"), reason="remembered")
    assert not walk.save("", "event", typed(term="a"), repeat=1).problems


def test_a_list_not_answered_at_every_visit_yet_takes_rows(walk):
    walk.saved("SCR", "event", gate="no")
    assert not walk.save("", "event", typed(term="a"), repeat=1).problems


def test_a_list_with_rows_is_not_answered_with_no(walk):
    walk.saved("W0", "reaction", gate="yes")
    walk.saved("W0", "reaction", 1, what="red")
    decided = walk.save("W0", "reaction", typed(gate="no"), reason="x")
    assert [(found.code, found.where) for found in decided.problems] == [
        ("gate-has-rows", "W0 / reaction / gate")
    ]


def test_a_list_of_one_visit_asks_the_gate_of_that_visit(walk):
    walk.saved("W0", "reaction", gate="no")
    assert codes(walk.save("W0", "reaction", typed(what="red"), repeat=1)) == ["gate-says-no"]
    walk.saved("W2", "visit", date="2026-03-16")
    walk.saved("W2", "reaction", gate="yes")
    assert not walk.save("W2", "reaction", typed(what="red"), repeat=1).problems


def test_a_row_is_removed_with_a_reason_and_takes_its_queries_along(walk):
    walk.saved("W0", "reaction", gate="yes")
    walk.saved("W0", "reaction", 1, what="red", size="120")
    base = walk.book.records[("W0", "reaction", 1)].sequence
    remove = c.RemoveRow("r", "p1", "W0", "reaction", 1, base, "other participant")
    assert [query.state for query in walk.book.queries.values()] == ["open"]
    walk.done(remove)
    assert walk.book.records[("W0", "reaction", 1)].is_removed
    assert [query.state for query in walk.book.queries.values()] == ["closed"]
    assert codes(walk.do(remove)) == ["row-removed"]
    assert codes(walk.save("W0", "reaction", typed(what="x"), repeat=1, reason="y")) == ["row-removed"]
    assert not walk.save("W0", "reaction", typed(what="x"), repeat=2).problems


@pytest.mark.parametrize(
    ("form", "repeat", "base", "reason", "problems"),
    [
        ("nothing", 1, 0, "x", ["no-such-form"]),
        ("reaction", 2, 0, "x", ["no-such-row"]),
        ("reaction", 0, 0, "x", ["no-such-row"]),
        ("score", 0, 0, "x", ["no-such-row"]),
        ("reaction", 1, 0, "x", ["row-changed-by-others"]),
        ("reaction", 1, None, " ", ["text-needed"]),
        ("reaction", 1, None, "\ufeff", ["text-needed"]),
    ],
)
def test_what_cannot_be_removed(walk, form, repeat, base, reason, problems):
    walk.saved("W0", "reaction", gate="yes")
    walk.saved("W0", "reaction", 1, what="red")
    base = walk.book.records[("W0", "reaction", 1)].sequence if base is None else base
    decided = walk.do(c.RemoveRow("r", "p1", "W0", form, repeat, base, reason))
    assert codes(decided) == problems
    assert decided.conflict is (problems == ["row-changed-by-others"])


# ------------------------------------------------------------------ visits


def test_a_visit_that_was_not_held_takes_no_forms(walk):
    walk.saved("W2", "visit", date="!not_done")
    assert codes(walk.save("W2", "score", typed(head="1"))) == ["visit-not-held"]


@pytest.mark.parametrize("entry", ["", "!not_done"])
def test_a_visit_with_forms_keeps_its_date(walk, entry):
    assert codes(walk.save("W0", "visit", typed(date=entry), reason="x")) == ["visit-has-data"]


def test_a_visit_without_forms_may_lose_its_date(walk):
    walk.saved("W2", "visit", date="2026-03-16")
    assert not walk.save("W2", "visit", typed(date=""), reason="other participant").problems


def test_unscheduled_visits_are_numbered(walk):
    walk.saved("UNS#1", "visit", date="2026-04-01")
    walk.saved("UNS#2", "visit", date="2026-04-02")
    walk.saved("UNS#1", "score", head="1", trunk="1")
    assert codes(walk.save("UNS#4", "visit", typed(date="2026-04-03"))) == ["no-such-visit"]


# ------------------------------------------------------------------ order of things, rights


def test_nothing_is_saved_before_screening():
    assert codes(Walk().save("SCR", "visit", typed(date="2026-02-20"))) == ["not-screened"]


def test_no_dose_and_no_later_visit_before_enrolment():
    walk = Walk().screening()
    walk.saved("W0", "visit", date="2026-03-02")
    assert codes(walk.save("W0", "dose", typed(given="yes"))) == ["dose-before-enrolment"]
    assert codes(walk.save("W2", "visit", typed(date="2026-03-16"))) == ["visit-before-enrolment"]
    assert not walk.save("UNS#1", "visit", typed(date="2026-03-03")).problems


def test_a_study_without_doses_needs_no_enrolment_for_its_forms():
    walk = Walk(study=make_study(doses=None, checks=())).screening()
    assert not walk.save("SCR", "score", typed(note="x")).problems


@pytest.mark.parametrize("actor", [MONITOR, SPONSOR])
def test_who_may_not_write_is_denied(walk, actor):
    with pytest.raises(Denied):
        walk.save("SCR", "score", typed(head="1"), reason="x", by=actor)
    with pytest.raises(Denied):
        walk.do(c.RemoveRow("r", "p1", "", "event", 1, 0, "x"), by=actor)


def test_another_site_is_denied(walk):
    with pytest.raises(Denied):
        walk.save("SCR", "score", typed(head="1"), by=c.Actor("x", "coordinator", "", frozenset({"02"})))


def test_another_participant_is_refused(walk):
    assert codes(walk.do(c.CorrectCode("x", "p2", "A", "y"))) == ["another-participant"]


def test_an_entry_names_its_originator(walk):
    command = c.SaveForm("x", "p1", "SCR", "score", 0, typed(note="a"), 999, originator="import")
    walk.do(c.SaveForm(**{**{f: getattr(command, f) for f in command.__slots__}, "base": 0}))
    assert walk.log[-1].originator == "import"


# ------------------------------------------------------------------ years later


class Watched(dict):
    """Counts how often somebody looks at all records."""

    walked = 0

    def values(self):
        self.walked += 1
        return super().values()

    def items(self):
        self.walked += 1
        return super().items()


def test_a_save_that_no_rule_looks_back_from_does_not_walk_the_history():
    walk = Walk(study=make_study(checks=())).dosed()
    walk.book = replace(walk.book, records=Watched(walk.book.records))
    decided = decide(
        walk.book,
        c.SaveForm("x", "p1", "W0", "labs", 0, typed(haemoglobin="130"), 0),
        by=COORDINATOR,
        at=moment(),
    )
    assert not decided.problems
    assert walk.book.records.walked == 0
