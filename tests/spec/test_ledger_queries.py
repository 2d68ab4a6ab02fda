"""Queries of people, redaction, history, and what a blinded role sees of all that."""

import dataclasses

import pytest
from tests.spec.builders import (
    COORDINATOR,
    INVESTIGATOR,
    MONITOR,
    SPONSOR,
    STUDY,
    Walk,
    codes,
    form,
    item,
    make_study,
    typed,
)

from trialwright.ledger import commands as c
from trialwright.ledger.apply import replay
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import ValueRedacted
from trialwright.ledger.history import history
from trialwright.ledger.queries import TRANSITIONS
from trialwright.ledger.redaction import copies_of
from trialwright.ledger.rights import Denied
from trialwright.ledger.visible import hidden_from, visible
from trialwright.values.datum import Value


@pytest.fixture
def walk():
    return Walk().dosed()


def ask(walk, query="q1", by=MONITOR, **more):
    parts = {"visit": "SCR", "form": "score", "repeat": 0, "item": "head", "text": "Sure?", **more}
    return walk.do(c.OpenQuery("x", "p1", query, **parts), by=by)


# ------------------------------------------------------------------ queries


def test_a_monitor_asks_and_a_coordinator_answers_and_the_monitor_closes(walk):
    assert not ask(walk).problems
    query = walk.book.queries["q1"]
    assert (query.state, query.text, query.value, query.check) == ("open", "Sure?", '{"v":"20"}', "")
    walk.done(c.AnswerQuery("x", "p1", "q1", " Yes. "), by=COORDINATOR)
    assert (walk.book.queries["q1"].state, walk.book.queries["q1"].answer) == ("answered", "Yes.")
    walk.done(c.CloseQuery("x", "p1", "q1", ""), by=MONITOR)
    query = walk.book.queries["q1"]
    assert (query.state, query.by_change) == ("closed", False)


def test_a_query_about_a_blank_item_and_about_a_gate(walk):
    assert not ask(walk, item="paper").problems
    assert walk.book.queries["q1"].value == "{}"
    walk.saved("SCR", "event", gate="yes")
    assert not ask(walk, "q2", form="event", item="gate").problems


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        ({"form": "nothing"}, ["no-such-form"]),
        ({"text": " "}, ["text-needed"]),
        ({"text": "\u2063"}, ["text-needed"]),
        ({"text": "x" * 2001}, ["text-too-long"]),
        ({"query": ""}, ["id-malformed"]),
        ({"query": "check-7"}, ["query-id-taken"]),
        ({"visit": "W2"}, ["no-such-record"]),
        ({"item": "nose"}, ["no-such-item"]),
    ],
)
def test_what_cannot_be_asked(walk, more, problems):
    assert codes(ask(walk, **more)) == problems


def test_an_id_is_given_once(walk):
    ask(walk)
    assert codes(ask(walk)) == ["query-id-taken"]


STATES = {"open": [], "answered": ["answer"], "closed": ["close"]}


@pytest.mark.parametrize(("state", "move"), TRANSITIONS)
def test_every_move_of_the_table(walk, state, move):
    ask(walk)
    for step in STATES[state]:
        do(walk, step)
    decided = do(walk, move)
    outcome = TRANSITIONS[(state, move)]
    assert codes(decided) == ([outcome] if outcome.startswith("query-") else [])
    assert decided.conflict is outcome.startswith("query-")
    if not decided.problems:
        assert walk.book.queries["q1"].state == outcome


def do(walk, move):
    if move == "answer":
        return walk.do(c.AnswerQuery("x", "p1", "q1", "Yes."), by=COORDINATOR)
    return walk.do(c.CloseQuery("x", "p1", "q1", "Thanks."), by=MONITOR)


def test_an_answer_needs_words_and_a_query(walk):
    ask(walk)
    assert codes(walk.do(c.AnswerQuery("x", "p1", "q1", " "))) == ["text-needed"]
    assert codes(walk.do(c.AnswerQuery("x", "p1", "q1", "\u200b"))) == ["text-needed"]
    assert codes(walk.do(c.AnswerQuery("x", "p1", "q9", "a"))) == ["no-such-query"]
    assert codes(walk.do(c.CloseQuery("x", "p1", "q1", "x" * 2001), by=MONITOR)) == ["text-too-long"]


def test_who_may_not_ask_answer_or_close_is_denied(walk):
    with pytest.raises(Denied):
        ask(walk, by=COORDINATOR)
    ask(walk)
    with pytest.raises(Denied):
        walk.do(c.AnswerQuery("x", "p1", "q1", "a"), by=MONITOR)
    with pytest.raises(Denied):
        walk.do(c.CloseQuery("x", "p1", "q1", "a"), by=COORDINATOR)


def test_a_query_of_a_form_that_an_amendment_dropped_is_still_answered(walk):
    ask(walk)
    forms = [one for one in STUDY.forms.values() if one.id != "score"]
    study = make_study(forms=forms, checks=(), criteria={}, terms={"first_dose": STUDY.terms["first_dose"]}, visits={"SCR": STUDY.visits["SCR"], "W0": STUDY.visits["W0"]})  # fmt: skip
    walk.book = Casebook(
        **{**{name: getattr(walk.book, name) for name in Casebook.__slots__}, "study": study}
    )
    assert not walk.do(c.AnswerQuery("x", "p1", "q1", "a")).problems


# ------------------------------------------------------------------ redaction


def redact(walk, sequence, key, reason="a name was typed", **more):
    return walk.do(c.RedactValue("x", "p1", sequence, key, reason), **more)


def test_a_redacted_value_is_blank_and_what_it_derived_follows(walk):
    entry = walk.book.records[("SCR", "score", 0)].items["head"]
    assert not redact(walk, entry.sequence, "head").problems
    assert set(walk.book.records[("SCR", "score", 0)].items) == {"trunk"}


def test_copies_in_queries_go_with_the_value(walk):
    walk.saved("SCR", "score", note="Wang Xiaoming")
    ask(walk, item="note")
    ask(walk, "q2")
    redact(walk, walk.book.records[("SCR", "score", 0)].items["note"].sequence, "note")
    assert (walk.book.queries["q1"].value, walk.book.queries["q2"].value) == ("", '{"v":"20"}')


def test_copies_of_a_value_that_was_replaced_go_with_it(walk):
    walk.saved("SCR", "score", note="Wang Xiaoming")
    old = walk.book.sequence
    ask(walk, item="note")
    ask(walk, "q2")
    walk.save("SCR", "score", typed(note="one patient"), reason="a name")
    ask(walk, "q3", item="note")
    assert not redact(walk, old, "note").problems
    values = {query.id: query.value for query in walk.book.queries.values()}
    assert values == {"q1": "", "q2": '{"v":"20"}', "q3": '{"v":"one patient"}'}
    assert datum_of(walk, "note") == Value("one patient")


def test_copies_are_found_in_older_queries_too_and_not_for_other_records(walk):
    walk.saved("W0", "score", note="Wang Xiaoming")
    walk.saved("SCR", "score", note="Wang Xiaoming")
    at = walk.book.sequence
    ask(walk, item="note")
    ask(walk, "q2", item="note", visit="W0")
    walk.log[-2] = dataclasses.replace(walk.log[-2], values={"text": "Sure?", "value": "Wang Xiaoming"})
    assert copies_of(STUDY, walk.log, at, "note") == ((walk.book.queries["q1"].opened, "value"),)


@pytest.mark.parametrize(("sequence", "key"), [(0, "note"), (1, "code"), (99, "note"), (None, "nothing")])
def test_what_is_no_value_of_a_record_has_no_copies(walk, sequence, key):
    at = walk.book.sequence if sequence is None else sequence
    assert copies_of(STUDY, walk.log, at, key) == ()


def repeating_study():
    """A form in which a text is derived from a text."""
    forms = [one for one in STUDY.forms.values() if one.id != "memo"]
    items = (
        item("memo", "words", "text"),
        item("memo", "size", "integer"),
        item("memo", "again", "text", derive="words"),
        item("memo", "as_much", "integer", derive="size"),
    )
    memo = form("memo", "participant", *items)
    return make_study(forms=(*forms, memo))


def test_a_derived_text_that_repeats_the_value_goes_with_it():
    walk = Walk(study=repeating_study()).dosed()
    walk.saved("", "memo", words="Wang Xiaoming", size="7")
    first = walk.book.records[("", "memo", 0)].items["words"].sequence
    walk.save("", "memo", typed(words="nobody", size="8"), reason="a name")
    assert not redact(walk, first, "words").problems
    redacted = {(one.body.sequence, one.body.key) for one in walk.log if isinstance(one.body, ValueRedacted)}
    assert redacted == {(first, "words"), (first + 1, "again")}
    current = walk.book.records[("", "memo", 0)].items
    assert (current["again"].datum, current["as_much"].datum) == (Value("nobody"), Value("8"))

    assert not redact(walk, current["words"].sequence, "words").problems
    assert set(walk.book.records[("", "memo", 0)].items) == {"size", "as_much"}


def test_a_derived_text_that_another_value_still_says_stays():
    walk = Walk(study=repeating_study()).dosed()
    walk.saved("", "memo", words="Wang Xiaoming")
    first = walk.book.records[("", "memo", 0)].items["words"].sequence
    for words in ("nobody", "Wang Xiaoming"):
        walk.save("", "memo", typed(words=words), reason="a name")
    before = walk.book.records
    assert not redact(walk, first, "words").problems
    assert walk.book.records == before


def datum_of(walk, name):
    return walk.book.records[("SCR", "score", 0)].items[name].datum


def test_words_of_queries_are_redacted(walk):
    ask(walk)
    opened = walk.book.sequence
    do(walk, "answer")
    assert not redact(walk, opened, "text").problems
    assert not redact(walk, opened + 1, "text").problems
    query = walk.book.queries["q1"]
    assert (query.text, query.answer, query.value) == ("", "", '{"v":"20"}')


def test_a_redacted_code_is_gone(walk):
    redact(walk, 1, "code")
    assert walk.book.code == ""


def test_the_arm_is_not_redacted(walk):
    """Without it the participant would drop out of every estimate."""
    arm = walk.book.arm
    assert codes(redact(walk, walk.book.enrolled, "arm")) == ["arm-not-redacted"]
    assert walk.book.arm == arm is not None


def test_a_computed_value_is_redacted_by_what_it_is_computed_from(walk):
    record = walk.book.records[("SCR", "score", 0)]
    (item, entry), *_ = ((item, one) for item, one in record.items.items() if one.is_derived)
    assert codes(redact(walk, entry.sequence, item)) == ["item-derived"]


def test_a_value_that_is_no_longer_current_leaves_the_record_alone(walk):
    old = walk.book.records[("SCR", "score", 0)].items["head"].sequence
    walk.save("SCR", "score", typed(head="19"), reason="misread")
    before = walk.book.records
    assert not redact(walk, old, "head").problems
    assert walk.book.records == before


def test_a_redacted_log_replays_to_the_same_casebook(walk):
    walk.saved("SCR", "score", note="Wang Xiaoming")
    at = walk.book.sequence
    redact(walk, at, "note")
    walk.saved("SCR", "score", paper="40")
    emptied = [row if row.sequence != at else replaced(row) for row in walk.log]
    assert replay(STUDY, "p1", emptied) == walk.book


def replaced(row):
    from dataclasses import replace

    return replace(row, values=dict.fromkeys(row.values))


@pytest.mark.parametrize(
    ("sequence", "key", "reason", "problems"),
    [
        (0, "head", "x", ["no-such-value"]),
        (999, "head", "x", ["no-such-value"]),
        (1, "", "x", ["no-such-value"]),
        (1, "code", "", ["text-needed"]),
        (1, "code", "\u200b", ["text-needed"]),
    ],
)
@pytest.mark.unmeasured
def test_what_cannot_be_redacted(walk, sequence, key, reason, problems):
    assert codes(redact(walk, sequence, key, reason)) == problems


def test_who_may_not_redact_is_denied(walk):
    with pytest.raises(Denied):
        redact(walk, 1, "code", by=MONITOR)


# ------------------------------------------------------------------ history


def lines(walk, item, visit="SCR", form="score", repeat=0, **more):
    return history(walk.log, visit, form, repeat, item, **more)


def test_the_history_of_an_item_is_what_it_was_who_when_and_why(walk):
    walk.save("SCR", "score", typed(head="19", trunk="20"), reason="misread", by=COORDINATOR)
    first, second = lines(walk, "head")
    assert (first.kind, first.old, first.new) == ("entered", None, Value("20"))
    assert (second.old, second.new, second.reason) == (Value("20"), Value("19"), "misread")
    assert (second.actor, second.role, second.organisation) == ("anna", "coordinator", "Hospital")
    assert (second.utc, second.site_date) == ("2027-06-01T08:30:00.000000Z", "2027-06-01")
    assert (second.originator, second.device_time, second.device_offset) == ("site", None, None)
    assert len(lines(walk, "trunk")) == 1


def test_the_history_tells_derived_values_apart(walk):
    walk.save("SCR", "score", typed(head=""), reason="not assessed")
    assert [(line.kind, line.new) for line in lines(walk, "total")] == [
        ("derived", Value("40")),
        ("derived", None),
    ]


def test_the_history_holds_the_queries_about_an_item(walk):
    walk.saved("SCR", "score", paper="41")
    query = next(iter(walk.book.queries))
    walk.done(c.AnswerQuery("x", "p1", query, "as on paper"), by=COORDINATOR)
    walk.done(c.CloseQuery("x", "p1", query, "fine"), by=MONITOR)
    ask(walk, item="note")
    told = [(line.kind, line.text, line.check) for line in lines(walk, "paper")]
    assert told == [
        ("entered", "", ""),
        ("asked", "", "score.paper_differs"),
        ("answered", "as on paper", "score.paper_differs"),
        ("closed", "fine", "score.paper_differs"),
    ]


def test_the_history_holds_redactions_and_removals(walk):
    walk.saved("W0", "reaction", gate="yes")
    walk.saved("W0", "reaction", 1, what="Wang Xiaoming")
    at = walk.book.sequence
    redact(walk, at, "what")
    base = walk.book.records[("W0", "reaction", 1)].sequence
    walk.do(c.RemoveRow("x", "p1", "W0", "reaction", 1, base, "other participant"))
    walk.log[at - 1] = replaced(walk.log[at - 1])
    told = [(line.kind, line.new, line.is_redacted) for line in lines(walk, "what", "W0", "reaction", 1)]
    assert told == [("entered", None, True), ("redacted", None, True), ("row_removed", None, False)]


# ------------------------------------------------------------------ blinding


BLIND = make_study(blinded=("investigator",))


def test_a_blinded_role_sees_neither_arm_nor_item_nor_what_tells_of_them():
    walk = Walk(study=BLIND).dosed()
    walk.save("W0", "dose", typed(amount="80"), reason="x")
    open_entry = typed(assay="9.5", paper="41")
    assert not walk.save("SCR", "score", open_entry, by=COORDINATOR).problems
    assert {query.check for query in walk.book.queries.values()} == {
        "dose_differs",
        "score.assay_high",
        "score.paper_differs",
    }
    seen = visible(walk.book, actor=INVESTIGATOR)
    assert seen.arm is None
    assert {"assay", "assay_high"} & set(seen.records[("SCR", "score", 0)].items) == set()
    assert {query.check for query in seen.queries.values()} == {"score.paper_differs"}
    assert visible(walk.book, actor=COORDINATOR) == walk.book


def test_a_blinded_item_is_not_written_by_who_may_not_see_it():
    walk = Walk(study=BLIND).dosed()
    assert codes(walk.save("SCR", "score", typed(assay="1"))) == ["item-hidden"]


def test_a_blinded_item_is_not_redacted_by_who_may_not_see_it():
    walk = Walk(study=make_study(blinded=("coordinator",))).dosed()
    walk.saved("SCR", "score", assay="1")
    at = walk.book.records[("SCR", "score", 0)].items["assay"].sequence
    assert codes(redact(walk, at, "assay", by=COORDINATOR)) == ["item-hidden"]


def test_a_blinded_item_has_no_history_for_who_may_not_see_it():
    walk = Walk(study=BLIND).dosed()
    walk.save("SCR", "score", typed(assay="9.5", paper="41"), by=COORDINATOR)
    hidden = hidden_from(walk.book, actor=INVESTIGATOR)
    assert lines(walk, "assay", hidden=hidden) == ()
    assert [line.check for line in lines(walk, "paper", hidden=hidden)] == ["", "score.paper_differs"]
    everything = hidden_from(walk.book, actor=COORDINATOR)
    assert len(lines(walk, "assay", hidden=everything)) == 1


def test_the_blind_of_an_item_lifts_with_its_visit():
    walk = Walk(study=BLIND).dosed()
    walk.save("SCR", "score", typed(assay="9.5"), by=COORDINATOR)
    assert ("score", "assay") in hidden_from(walk.book, actor=INVESTIGATOR).items
    walk.saved("W16", "visit", date="!not_done")
    assert ("score", "assay") in hidden_from(walk.book, actor=INVESTIGATOR).items
    walk.save("W16", "visit", typed(date="2026-06-22"), reason="held after all")
    assert ("score", "assay") not in hidden_from(walk.book, actor=INVESTIGATOR).items
    assert ("participant", "arm") in hidden_from(walk.book, actor=INVESTIGATOR).items


def test_a_blinded_role_neither_asks_about_a_hidden_item_nor_meets_its_queries():
    walk = Walk(study=make_study(blinded=("monitor",))).dosed()
    walk.save("SCR", "score", typed(assay="9.5", paper="40"))
    assert codes(ask(walk, item="assay")) == ["item-hidden"]
    (query,) = walk.book.queries
    assert codes(walk.do(c.CloseQuery("x", "p1", query, ""), by=MONITOR)) == ["no-such-query"]


def test_an_open_label_study_hides_nothing(walk):
    assert visible(walk.book, actor=SPONSOR) is walk.book
