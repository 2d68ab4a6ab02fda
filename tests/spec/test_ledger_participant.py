"""Screening, eligibility, enrolment, codes, status and calendar of a participant."""

from dataclasses import replace
from datetime import date

import pytest
from tests.spec.builders import (
    COORDINATOR,
    MONITOR,
    STUDY,
    Walk,
    codes,
    criterion,
    make_study,
    moment,
    rule,
    typed,
)

from trialwright.ledger import commands as c
from trialwright.ledger.calendar import calendar, doses
from trialwright.ledger.criteria import criteria_at, latest_decisions, lists_read
from trialwright.ledger.decide_participant import folded_code
from trialwright.ledger.events import EligibilityDecided, ParticipantEnrolled, ParticipantScreened
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import Denied
from trialwright.ledger.status import last_day, status_of


def enrol(walk, arm="A", **more):
    return walk.do(c.EnrolParticipant(walk.id(), "p1", arm), **more)


# ------------------------------------------------------------------ screening, codes


def test_screening_starts_a_casebook():
    walk = Walk()
    decided = walk.do(c.ScreenParticipant("s", "p1", "01", " ａ-01 "))
    (draft,) = decided.drafts
    assert draft.body == ParticipantScreened("p1")
    assert dict(draft.values) == {"code": "A-01"}
    assert (walk.book.code, walk.book.site, walk.book.sequence) == ("A-01", "01", 1)


@pytest.mark.parametrize(
    ("site", "code", "problems"),
    [
        ("99", "A", ["no-such-site"]),
        ("01", "", ["code-needed"]),
        ("01", " \u3000", ["code-needed"]),
        ("01", "A 1", ["code-malformed"]),
        ("01", "-1", ["code-malformed"]),
        ("01", "A" * 21, ["code-malformed"]),
        ("01", "王小明", ["code-malformed"]),
    ],
)
def test_what_cannot_be_screened(site, code, problems):
    assert codes(Walk().do(c.ScreenParticipant("s", "p1", site, code))) == problems


def test_a_participant_is_screened_once():
    walk = Walk().screen()
    assert codes(walk.do(c.ScreenParticipant("s", "p1", "01", "B"))) == ["already-screened"]


def test_who_may_not_screen_is_denied():
    with pytest.raises(Denied):
        Walk().do(c.ScreenParticipant("s", "p1", "01", "A"), by=MONITOR)
    with pytest.raises(Denied):
        Walk().do(c.ScreenParticipant("s", "p1", "02", "A"), by=COORDINATOR)


def test_codes_that_look_alike_are_one():
    assert folded_code("Ａ01") == folded_code("a01 ") == "A01"


def test_a_wrong_code_is_corrected_with_a_reason():
    walk = Walk().screen("A01")
    walk.done(c.CorrectCode("x", "p1", "a02", "typed wrongly"))
    assert (walk.book.code, walk.log[-1].reason) == ("A02", "typed wrongly")


@pytest.mark.parametrize(
    ("code", "reason", "problems"),
    [
        ("A01", "x", ["code-unchanged"]),
        ("", "", ["code-needed", "text-needed"]),
        ("A02", " ", ["text-needed"]),
        ("A02", "\u200b", ["text-needed"]),
    ],
)
def test_what_cannot_be_corrected(code, reason, problems):
    walk = Walk().screen("A01")
    assert codes(walk.do(c.CorrectCode("x", "p1", code, reason))) == problems


def test_who_may_not_correct_a_code_is_denied():
    with pytest.raises(Denied):
        Walk().screen().do(c.CorrectCode("x", "p1", "B", "y"), by=MONITOR)


# ------------------------------------------------------------------ criteria


def statuses(book, visit="SCR"):
    return {status.criterion.id: status.status for status in criteria_at(book, visit)}


def test_each_criterion_is_met_or_not_or_cannot_be_told_yet():
    walk = Walk().screen()
    walk.saved("SCR", "visit", date="2026-02-20")
    assert statuses(walk.book) == {"I1": "unknown", "I2": "unknown", "I3": "unknown", "E1": "unknown"}
    walk.saved("", "consent", signed="no")
    walk.saved("SCR", "score", head="1", trunk="1")
    walk.saved("SCR", "labs", alt="101")
    walk.saved("SCR", "eligibility", i2="no")
    assert set(statuses(walk.book).values()) == {"not_met"}


def test_an_exclusion_is_met_where_its_text_is_not_true():
    assert set(statuses(Walk().screening().book).values()) == {"met"}
    assert statuses(Walk().enrol().book, "W0") == {"I2": "met", "I3": "met", "E2": "met"}


def test_a_criterion_tells_what_it_used_and_what_it_needs():
    walk = Walk().screening()
    by_id = {status.criterion.id: status for status in criteria_at(walk.book, "SCR")}
    (used,) = [one for one in by_id["E1"].answer.used if one.form == "labs"]
    assert (used.item, used.visit) == ("alt", "SCR")
    walk.save("SCR", "labs", typed(alt=""), reason="other tube")
    (need,) = {status.criterion.id: status for status in criteria_at(walk.book, "SCR")}["E1"].answer.needs
    assert (need.form, need.item, need.visit) == ("labs", "alt", "SCR")


def test_a_visit_without_criteria_has_none():
    assert criteria_at(Walk().enrol().book, "W2") == ()


# ------------------------------------------------------------------ eligibility


def test_a_decision_keeps_what_each_criterion_said():
    walk = Walk().screening()
    (draft,) = walk.decide_eligibility("SCR").drafts
    said = (("I1", "met"), ("I2", "met"), ("I3", "met"), ("E1", "met"))
    assert draft.body == EligibilityDecided("SCR", "eligible", said)
    assert status_of(walk.book) == "screening"


def test_eligible_needs_every_criterion():
    walk = Walk().screening()
    walk.save("SCR", "labs", typed(alt="101"), reason="misread")
    walk.save("SCR", "eligibility", typed(i2=""), reason="misread")
    decided = walk.decide_eligibility("SCR")
    assert [(found.code, found.where) for found in decided.problems] == [
        ("criterion-unknown", "SCR / I2"),
        ("criterion-not-met", "SCR / E1"),
    ]
    assert not walk.decide_eligibility("SCR", "not_eligible").problems
    assert status_of(walk.book) == "screen_failed"


def test_the_latest_decision_of_a_visit_stands():
    walk = Walk().screening()
    walk.decide_eligibility("SCR", "not_eligible")
    walk.decide_eligibility("SCR")
    assert latest_decisions(walk.book)["SCR"].decision == "eligible"


def test_eligibility_is_decided_where_criteria_are_and_after_the_visit():
    walk = Walk().screening()
    assert codes(walk.decide_eligibility("W2")) == ["not-decided-here"]
    assert codes(walk.decide_eligibility("W0")) == ["visit-date-needed"]
    decision = c.DecideEligibility("x", "p1", "SCR", "eligible")
    assert codes(walk.do(decision, at=moment(date(2026, 2, 19)))) == ["visit-date-needed"]
    walk.saved("W0", "visit", date="!not_done")
    assert codes(walk.decide_eligibility("W0")) == ["visit-date-needed"]


def test_eligibility_is_decided_by_who_may_sign():
    walk = Walk().screening()
    with pytest.raises(Denied):
        walk.do(c.DecideEligibility("x", "p1", "SCR", "eligible"), by=COORDINATOR)


def test_only_who_may_decide_attests():
    walk = Walk().screen()
    walk.saved("SCR", "visit", date="2026-02-20", contact="site")
    with pytest.raises(Denied) as denied:
        walk.save("SCR", "eligibility", typed(i2="yes"), by=COORDINATOR)
    assert denied.value.problem.code == "denied-sign"
    walk.saved("SCR", "eligibility", i2="yes")
    with pytest.raises(Denied):
        walk.save("SCR", "eligibility", typed(i2="no"), reason="misread", by=COORDINATOR)
    assert statuses(walk.book)["I2"] == "met"


# ------------------------------------------------------------------ enrolment


def test_enrolment_gives_the_arm():
    walk = Walk().enrol("B")
    assert isinstance(walk.log[-1].body, ParticipantEnrolled)
    assert (walk.book.arm, walk.book.enrolled) == ("B", walk.book.sequence)
    assert status_of(walk.book) == "enrolled"


def test_enrolment_needs_a_decision_at_every_deciding_visit():
    walk = Walk().screening()
    assert codes(enrol(walk)) == ["eligibility-needed", "eligibility-needed"]
    walk.decide_eligibility("SCR", "not_eligible")
    assert codes(enrol(walk)) == ["not-eligible", "eligibility-needed"]


def test_what_was_decided_must_still_hold():
    walk = ready()
    assert status_of(walk.book) == "eligible"
    walk.save("SCR", "labs", typed(alt="101"), reason="misread")
    assert codes(enrol(walk)) == ["criterion-not-met"]


def ready():
    walk = Walk().screening()
    walk.decide_eligibility("SCR")
    walk.saved("W0", "visit", date="2026-03-02")
    walk.saved("W0", "score", head="20", trunk="20")
    walk.saved("W0", "eligibility", i2="yes", e2="no")
    walk.decide_eligibility("W0")
    return walk


def test_nobody_is_enrolled_twice_or_into_no_arm():
    walk = ready()
    assert codes(enrol(walk, "C")) == ["no-such-arm"]
    assert codes(enrol(walk)) == []
    assert codes(enrol(walk)) == ["already-enrolled"]
    assert codes(walk.decide_eligibility("SCR", "not_eligible")) == ["already-enrolled"]


def test_who_may_not_enrol_is_denied():
    with pytest.raises(Denied):
        enrol(ready(), by=MONITOR)


def test_a_study_without_criteria_enrols_at_once():
    walk = Walk(study=make_study(criteria={})).screen()
    assert status_of(walk.book) == "screening"
    assert codes(enrol(walk)) == []


# ------------------------------------------------------------------ status


def test_the_status_follows_the_rules_of_the_study():
    walk = Walk().dosed()
    assert status_of(walk.book) == "on_treatment"
    walk.saved("W16", "visit", date="2026-06-22")
    assert status_of(walk.book) == "follow_up"
    walk.saved("W34", "visit", date="2026-10-26")
    assert status_of(walk.book) == "ended"


def test_a_study_without_lifecycle_rules_stays_enrolled():
    study = make_study(lifecycle=replace(STUDY.lifecycle, dosed=None, treatment_ended=None, ended=None))
    assert status_of(Walk(study=study).dosed().book) == "enrolled"


def test_no_visit_is_dated_after_the_end():
    walk = Walk().dosed()
    walk.saved("W34", "visit", date="2026-10-26")
    after = walk.save("UNS#1", "visit", typed(date="2026-10-27"))

    assert codes(after) == ["visit-after-end"]
    assert after.problems[0].text.startswith("The participant ended on 2026-10-26; 2026-10-27 lies after it.")
    assert not walk.save("UNS#1", "visit", typed(date="2026-10-26")).problems


@pytest.mark.parametrize(
    ("end", "problems"), [("2026-10-25", ["end-before-visit"]), ("2026-10-26", []), ("2026-10-27", [])]
)
def test_no_end_is_recorded_before_a_visit_that_took_place(end, problems):
    walk = Walk().dosed()
    walk.saved("UNS#1", "visit", date="2026-10-26")

    decided = walk.save("W34", "visit", typed(date=end))
    assert codes(decided) == problems
    assert not problems or decided.problems[0].text.startswith(
        "The participant cannot have ended on 2026-10-25: a visit was held on 2026-10-26."
    )


def test_an_end_is_not_moved_before_a_visit_that_took_place():
    walk = Walk().dosed()
    walk.saved("W34", "visit", date="2026-10-26")
    walk.saved("UNS#1", "visit", date="2026-10-26")

    moved = walk.save("W34", "visit", typed(date="2026-10-20"), reason="Wrong day")
    assert codes(moved) == ["end-before-visit"]
    assert not walk.save("UNS#1", "visit", typed(date="2026-10-19"), reason="Wrong day").problems
    assert not walk.save("W34", "visit", typed(date="2026-10-20"), reason="Wrong day").problems


def test_an_end_that_hangs_on_what_is_derived_is_held_against_the_visits_too():
    ended = rule("any(event, where=emergent and known(start))")
    study = make_study(lifecycle=replace(STUDY.lifecycle, ended=ended))
    walk = Walk(study=study).dosed()
    walk.saved("W0", "event", gate="yes")
    walk.saved("W2", "visit", date="2026-03-16")

    early = walk.save("", "event", typed(term="Cough", start="2026-03-10"), repeat=1)
    assert codes(early) == ["end-before-visit"]
    assert not walk.save("", "event", typed(term="Cough", start="2026-03-16"), repeat=1).problems


def test_no_row_is_removed_where_that_leaves_an_end_before_a_visit():
    study = make_study(lifecycle=replace(STUDY.lifecycle, ended=rule("any(event, where=known(start))")))
    walk = Walk(study=study).dosed()
    walk.saved("W0", "event", gate="yes")
    walk.saved("", "event", 1, term="Cough", start="2026-03-20")
    walk.saved("", "event", 2, term="Cold", start="2026-03-10")
    walk.saved("W2", "visit", date="2026-03-16")

    def removed(row):
        base = walk.book.records[("", "event", row)].sequence
        return walk.do(c.RemoveRow(walk.id(), "p1", "", "event", row, base, "Entered in error"))

    assert codes(removed(1)) == ["end-before-visit"]
    assert codes(removed(2)) == []


def test_what_else_a_visit_says_is_mended_though_its_date_lies_after_the_end():
    """So it may stand there, of a version of the definition that told another end."""
    walk = Walk(study=make_study(lifecycle=replace(STUDY.lifecycle, ended=None))).dosed()
    walk.saved("W34", "visit", date="2026-10-26")
    walk.saved("UNS#1", "visit", date="2026-10-27", contact="site")
    walk.book = replace(walk.book, study=STUDY)

    assert not walk.save("UNS#1", "visit", typed(contact="telephone"), reason="Called").problems
    moved = walk.save("UNS#1", "visit", typed(date="2026-10-28"), reason="Wrong day")
    assert codes(moved) == ["visit-after-end"]


@pytest.mark.parametrize(
    ("rule_of_end", "end"),
    [
        (
            "any(event, where=known(start))",
            date(2026, 7, 31),
        ),  # a day that is not known: as late as it can have been
        ("any(dose, where=given)", None),  # a rule that reads no date
        ('participant.arm == "A"', None),  # nor any form
        ("missing(at(W34, visit.date))", None),  # the date that it reads is missing
    ],
)
def test_the_end_is_the_date_that_the_rule_of_the_end_reads(rule_of_end, end):
    study = make_study(lifecycle=replace(STUDY.lifecycle, ended=rule(rule_of_end)))
    walk = Walk(study=study).dosed()
    walk.saved("W0", "event", gate="yes")
    walk.saved("", "event", 1, term="Cough", start="2026-07")
    walk.saved("W34", "visit", date="!refused")
    assert last_day(CasebookReader(walk.book)) == end


# ------------------------------------------------------------------ calendar


def test_the_calendar_joins_schedule_and_data():
    walk = Walk().dosed()
    walk.saved("W2", "visit", date="2026-03-20")
    walk.saved("UNS#1", "visit", date="2026-03-25")
    walk.saved("W4", "visit", date="!refused")
    states = {planned.key: planned for planned in calendar(walk.book, date(2026, 6, 22))}
    assert list(states) == ["SCR", "W0", "W2", "W4", "W16", "W34", "W40", "UNS#1", "ET"]
    assert (states["W2"].state, states["W2"].days_outside) == ("held", 1)
    assert (states["W4"].state, states["W4"].reason) == ("not_held", "refused")
    assert states["W16"].state == "due"
    assert (states["W34"].condition, states["W34"].state) == (None, "planned")


def test_the_calendar_answers_conditions():
    walk = Walk().dosed()
    walk.saved("W16", "visit", date="2026-06-22")
    walk.saved("W16", "score", head="1", trunk="1")
    states = {planned.key: planned.state for planned in calendar(walk.book, date(2026, 7, 1))}
    assert (states["W34"], states["W40"]) == ("planned", "not_applicable")


def test_the_calendar_of_a_new_participant():
    walk = Walk().screen()
    states = {planned.key: planned.state for planned in calendar(walk.book, date(2026, 2, 20))}
    assert (states["SCR"], states["W0"], states["W2"]) == ("due", "planned", "planned")


def test_doses_join_plan_and_data():
    walk = Walk().dosed()
    walk.saved("W2", "visit", date="2026-03-16")
    walk.saved("W2", "dose", given="no", reason="fever")
    states = [(dose.visit, dose.state) for dose in doses(walk.book, date(2026, 3, 30))]
    assert states == [("W0", "on_time"), ("W2", "missed"), ("W4", "due")]
    assert doses(Walk().screening().book, date(2026, 3, 30)) == ()


def test_no_dose_is_planned_at_a_visit_that_is_not_planned_any_more():
    visits = {**STUDY.visits, "W4": replace(STUDY.visits["W4"], when=rule("not consent.signed"))}
    walk = Walk(study=make_study(visits=visits)).dosed()
    assert [dose.visit for dose in doses(walk.book, date(2026, 3, 30))] == ["W0", "W2"]
    walk.saved("W4", "visit", date="2026-03-30")
    walk.saved("W4", "dose", given="yes", date="2026-03-30", amount="80", kit="IX1003")
    assert [dose.visit for dose in doses(walk.book, date(2026, 3, 30))] == ["W0", "W2", "W4"]


def test_without_a_plan_or_an_arm_no_dose_is_planned():
    assert doses(Walk(study=make_study(doses=None, checks=())).screening().book, date(2026, 3, 30)) == ()


@pytest.mark.parametrize(
    ("text", "attest", "expected"),
    [
        ("any(event)", None, {"event"}),
        ("score.total >= 3", None, set()),
        ("Suitable", "The participant is suitable.", set()),
    ],
)
def test_a_criterion_reads_the_lists_that_its_rule_goes_through(text, attest, expected):
    assert lists_read(STUDY, criterion("I9", text, "SCR", attest=attest)) == expected
