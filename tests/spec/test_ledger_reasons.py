"""The reason for an act is a value: committed to, hidden with what it tells of, and redacted as any other."""

import json
from dataclasses import replace

import pytest
from tests.spec.builders import (
    COORDINATOR,
    INVESTIGATOR,
    MONITOR,
    STUDY,
    Walk,
    as_stored,
    chain_of,
    codes,
    item,
    make_study,
    role,
    typed,
)
from tests.spec.builders import form as make_form

from trialwright.ledger import commands as c
from trialwright.ledger.apply import replay
from trialwright.ledger.decide import decide
from trialwright.ledger.events import REASON, ValueRedacted
from trialwright.ledger.history import history
from trialwright.ledger.redaction import copies_of
from trialwright.ledger.rights import Denied
from trialwright.ledger.visible import hidden_from

NAME = "Wang Xiaoming asked for it"
STREAM = "participant:p1"


def reasoned(study=STUDY):
    """A changed form (an act of its own), a removed row and a corrected code, each for the same reason."""
    walk = Walk(study=study).enrol()
    walk.save("SCR", "score", typed(head="19"), reason=NAME)
    walk.saved("SCR", "event", gate="yes")
    walk.saved("", "event", 1, term="cough")
    base = walk.book.records[("", "event", 1)].sequence
    walk.done(c.RemoveRow(walk.id(), "p1", "", "event", 1, base, NAME))
    walk.done(c.CorrectCode(walk.id(), "p1", "A9", NAME))
    return walk


@pytest.fixture
def walk():
    return reasoned()


def at_kind(walk, kind):
    """The last event of a kind that has a reason."""
    return max(one.sequence for one in walk.log if type(one.body).__name__ == kind and REASON in one.values)


def redact(walk, sequence, key=REASON, reason="a name was typed", **more):
    return walk.do(c.RedactValue(walk.id(), "p1", sequence, key, reason), **more)


KINDS = ("FormSaved", "RowRemoved", "CodeCorrected")


# ------------------------------------------------------------------ sealed


@pytest.mark.parametrize("kind", KINDS)
def test_the_content_holds_a_commitment_of_the_reason_and_not_a_word_of_it(walk, kind):
    event = walk.log[at_kind(walk, kind) - 1]
    assert event.reason == event.values[REASON] == NAME
    assert REASON in json.loads(event.content)["commitments"]
    assert not [one for one in walk.log if "Xiaoming" in one.content]


def test_an_act_without_a_reason_commits_to_none(walk):
    first = walk.log[0]
    assert (first.reason, first.is_reason_redacted) == (None, False)
    assert REASON not in json.loads(first.content)["commitments"]


def test_no_item_can_be_taken_for_the_reason(walk):
    record = walk.book.records[("SCR", "score", 0)]
    assert REASON not in {*record.items, *record.cleared}
    assert codes(walk.save("SCR", "score", typed(**{REASON: "x"}), reason="x")) == ["no-such-item"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_or_lost_reason_is_found_as_a_changed_value_is(walk, kind):
    at = at_kind(walk, kind)
    row, rest = walk.log[at - 1], [one for one in walk.log if one.sequence != at]
    changed = replace(row, values={**row.values, REASON: NAME + "."})
    lost = replace(row, values={key: text for key, text in row.values.items() if key != REASON})
    for altered, code in ((changed, "commitment-differs"), (lost, "value-missing")):
        log = sorted([*rest, altered], key=lambda one: one.sequence)
        found = [(one.problem.code, one.problem.where) for one in chain_of(STREAM, log).faults]
        assert found == [(code, f"{STREAM} #{at} {REASON}")]


# ------------------------------------------------------------------ redacted


@pytest.mark.parametrize("kind", KINDS)
def test_a_redacted_reason_leaves_the_chain_and_all_values_whole(walk, kind):
    at, before = at_kind(walk, kind), walk.book
    assert not redact(walk, at).problems
    log = as_stored(walk.log)
    assert (log[at - 1].reason, log[at - 1].is_reason_redacted) == (None, True)
    assert not chain_of(STREAM, log).faults
    assert replay(STUDY, "p1", log) == walk.book
    assert replace(walk.book, sequence=before.sequence, head=before.head) == before


def test_the_reason_of_a_redaction_is_redacted_with_all_its_copies(walk):
    """A value and its copies are redacted for one reason, which stands with each of them."""
    walk.saved("SCR", "score", note="Wang")
    at = walk.book.sequence
    walk.done(c.OpenQuery("q", "p1", "q1", "SCR", "score", 0, "note", "Who?"), by=MONITOR)
    redact(walk, at, "note", reason=NAME)
    first, second = walk.log[-2].sequence, walk.log[-1].sequence
    assert {one.reason for one in walk.log[-2:]} == {NAME}

    assert not redact(walk, first).problems
    redacted = [one.body for one in walk.log[-2:]]
    assert redacted == [ValueRedacted(first, REASON), ValueRedacted(second, REASON)]
    assert {one.reason for one in as_stored(walk.log)[first - 1 : second]} == {None}
    assert not chain_of(STREAM, as_stored(walk.log)).faults


def test_the_same_words_of_another_act_are_no_copy(walk):
    assert copies_of(STUDY, walk.log, at_kind(walk, "RowRemoved"), REASON) == ()


@pytest.mark.parametrize("sequence", [0, 1, 999])
def test_a_reason_that_nobody_gave_is_not_redacted(walk, sequence):
    assert codes(redact(walk, sequence)) == ["no-such-value"]
    assert copies_of(STUDY, walk.log, sequence, REASON) == ()


def test_a_reason_is_redacted_once(walk):
    at = at_kind(walk, "FormSaved")
    redact(walk, at)
    assert codes(redact(walk, at)) == ["no-such-value"]


def test_who_does_not_say_what_it_tells_of_redacts_nothing(walk):
    """Only the log knows; a command that was not filled from it is refused."""
    bare = c.RedactValue("x", "p1", at_kind(walk, "FormSaved"), REASON, "a name was typed")
    assert codes(decide(walk.book, bare, by=INVESTIGATOR, at=walk.at)) == ["no-such-value"]


@pytest.mark.parametrize("reason", ["", "\u200b", "x" * 2001])
def test_a_redaction_needs_a_reason_that_fits(walk, reason):
    assert codes(redact(walk, at_kind(walk, "FormSaved"), reason=reason))


# ------------------------------------------------------------------ rights


def test_who_may_not_redact_a_value_may_not_redact_a_reason(walk):
    with pytest.raises(Denied):
        redact(walk, at_kind(walk, "FormSaved"), by=MONITOR)


KEEPER = c.Actor("kim", "keeper", "Hospital")
KEPT = make_study(roles={**STUDY.roles, "keeper": role("keeper", identity="rw", forms="rw")})


@pytest.mark.parametrize(
    ("kind", "is_denied"), [("FormSaved", False), ("RowRemoved", True), ("CodeCorrected", False)]
)
def test_who_may_not_write_a_form_may_not_redact_its_reasons(kind, is_denied):
    """The row is an adverse event, an area in which the keeper has no right."""
    walk = reasoned(KEPT)
    at = at_kind(walk, kind)
    if is_denied:
        with pytest.raises(Denied):
            redact(walk, at, by=KEEPER)
    else:
        assert not redact(walk, at, by=KEEPER).problems


def test_who_may_not_write_a_form_may_not_redact_its_older_values_either():
    walk = reasoned(KEPT)
    at = next(one.sequence for one in walk.log if "term" in one.values)
    with pytest.raises(Denied):
        redact(walk, at, "term", by=KEEPER)


def test_reasons_of_a_form_that_an_amendment_dropped_are_still_redacted(walk):
    at = at_kind(walk, "RowRemoved")
    forms = [one for one in STUDY.forms.values() if one.id != "event"]
    walk.study = make_study(forms=forms, checks=())
    walk.book = replace(walk.book, study=walk.study)
    assert not redact(walk, at).problems


# ------------------------------------------------------------------ history


def told(walk, name="head", visit="SCR", form="score", repeat=0, **more):
    found = history(as_stored(walk.log), visit, form, repeat, name, **more)
    return [(line.kind, line.reason, line.unseen) for line in found]


def test_a_redacted_reason_reads_so_and_who_redacted_it_is_told(walk):
    at = at_kind(walk, "FormSaved")
    redact(walk, at, reason="a name")
    assert told(walk) == [
        ("entered", None, ""),
        ("entered", None, "redacted"),
        ("reason_redacted", "a name", ""),
    ]
    redact(walk, walk.book.sequence, reason="still a name")
    assert told(walk)[2:] == [("reason_redacted", None, "redacted"), ("reason_redacted", "still a name", "")]
    assert told(walk, "trunk") == [("entered", None, "")]


def test_the_redacted_reason_of_a_removal_is_told(walk):
    redact(walk, at_kind(walk, "RowRemoved"), reason="a name")
    assert told(walk, "term", "", "event", 1) == [
        ("entered", None, ""),
        ("row_removed", None, "redacted"),
        ("reason_redacted", "a name", ""),
    ]


# ------------------------------------------------------------------ blinding

BLIND = make_study(
    forms=(
        *STUDY.forms.values(),
        make_form(
            "sample",
            "many",
            item("sample", "tube", "text", length=9),
            item("sample", "level", "integer", blinded_until="W16"),
            gate="Any sample?",
        ),
    ),
    blinded=("coordinator",),
    activities={**STUDY.activities, ("sample", "SCR"): "x"},
)


@pytest.fixture
def blind():
    return Walk(study=BLIND).enrol()


def seen(walk, name, by, *, visit="SCR", form="score", repeat=0):
    return told(walk, name, visit, form, repeat, hidden=hidden_from(walk.book, actor=by))


def change(walk, **entries):
    walk.saved("SCR", "score", assay="9.5", note="a")
    assert not walk.save("SCR", "score", typed(**entries), reason=NAME).problems
    return walk.book.records[("SCR", "score", 0)].items["note"].sequence


def test_the_reason_for_a_change_of_a_blinded_item_is_hidden_with_it(blind):
    at = change(blind, assay="8", note="b")
    assert seen(blind, "note", COORDINATOR)[1] == ("entered", None, "hidden")
    assert seen(blind, "note", INVESTIGATOR)[1] == ("entered", NAME, "")
    assert codes(redact(blind, at, by=COORDINATOR)) == ["item-hidden"]
    assert not redact(blind, at, by=INVESTIGATOR).problems
    assert seen(blind, "note", COORDINATOR)[1:] == [
        ("entered", None, "hidden"),
        ("reason_redacted", None, "hidden"),
    ]


def test_the_reason_for_a_change_of_open_items_is_seen_also_beside_blinded_ones(blind):
    at = change(blind, note="b")
    assert seen(blind, "note", COORDINATOR)[1] == ("entered", NAME, "")
    assert not redact(blind, at, by=COORDINATOR).problems


def test_the_reason_is_seen_once_the_blind_is_lifted(blind):
    at = change(blind, assay="8", note="b")
    blind.saved("W16", "visit", date="2026-06-22")
    assert seen(blind, "note", COORDINATOR)[1] == ("entered", NAME, "")
    assert not redact(blind, at, by=COORDINATOR).problems


@pytest.mark.parametrize(
    ("answers", "unseen"), [({"tube": "T1", "level": "7"}, "hidden"), ({"tube": "T1"}, "")]
)
def test_the_reason_for_removing_a_row_is_hidden_where_the_row_held_something_blinded(blind, answers, unseen):
    blind.saved("SCR", "sample", gate="yes")
    blind.saved("", "sample", 1, **answers)
    base = blind.book.records[("", "sample", 1)].sequence
    blind.done(c.RemoveRow("x", "p1", "", "sample", 1, base, NAME))
    last = seen(blind, "tube", COORDINATOR, visit="", form="sample", repeat=1)[-1]
    assert last == ("row_removed", None if unseen else NAME, unseen)
    assert bool(codes(redact(blind, at_kind(blind, "RowRemoved"), by=COORDINATOR))) is bool(unseen)


def test_the_reason_for_redacting_a_blinded_value_is_not_redacted_by_who_may_not_see_it(blind):
    blind.saved("SCR", "score", assay="9.5")
    redact(blind, blind.book.records[("SCR", "score", 0)].items["assay"].sequence, "assay")
    at = at_kind(blind, "ValueRedacted")
    assert codes(redact(blind, at, by=COORDINATOR)) == ["item-hidden"]
    assert not redact(blind, at, by=INVESTIGATOR).problems


def test_words_of_a_query_that_would_tell_of_a_blinded_item_are_not_redacted_by_who_may_not_see_it(blind):
    blind.saved("SCR", "score", assay="9.5", paper="40")
    (query,) = blind.book.queries.values()
    assert query.check == "score.assay_high"
    blind.done(c.AnswerQuery("x", "p1", query.id, "as measured"))
    at = blind.book.sequence
    assert codes(redact(blind, at, "text", by=COORDINATOR)) == ["item-hidden"]
    assert not redact(blind, at, "text").problems


def test_an_item_of_the_same_name_in_an_open_form_is_redacted(blind):
    """What is hidden is an item of one form, not a name."""
    study = make_study(
        forms=(*BLIND.forms.values(), make_form("memo", "participant", item("memo", "level", "text"))),
        blinded=("coordinator",),
    )
    walk = Walk(study=study).enrol()
    walk.saved("", "memo", level="Wang")
    assert not redact(walk, walk.book.sequence, "level", by=COORDINATOR).problems
