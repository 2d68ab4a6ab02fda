"""Laws of the ledger over random commands: replay, totality, seals, order."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.builders import (
    COORDINATOR,
    INVESTIGATOR,
    MANAGER,
    MONITOR,
    STUDY,
    Walk,
    as_stored,
    chain_of,
    moment,
    typed,
)

from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger import commands as c
from trialwright.ledger.affected import Change
from trialwright.ledger.apply import Happening, advance_all, replay
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.compiled import compiled
from trialwright.ledger.content import event_from_content
from trialwright.ledger.derive import derive
from trialwright.ledger.deviations import deviations
from trialwright.ledger.events import REASON, DeviationClassed
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import Denied
from trialwright.values.stored import datum_from_json

SCORES = [("SCR", "score", 0), ("W0", "score", 0), ("W2", "score", 0), ("UNS#1", "score", 0)]
KEYS = [
    ("SCR", "visit", 0), ("W0", "visit", 0), ("W2", "visit", 0), ("UNS#1", "visit", 0), ("W16", "visit", 0),
    ("", "consent", 0), ("", "demography", 0), *SCORES, ("SCR", "labs", 0), ("W0", "dose", 0), ("W2", "dose", 0),
    ("SCR", "event", 0), ("", "event", 1), ("", "event", 2), ("W0", "reaction", 0), ("W0", "reaction", 1),
    ("SCR", "eligibility", 0), ("W99", "score", 0), ("SCR", "nothing", 0),
]  # fmt: skip
ENTRIES = {
    "date": ["2026-02-20", "2026-03-02", "2026-03-16", "", "!not_done"],
    "contact": ["site", "telephone"],
    "signed": ["yes", "no", ""],
    "birth_date": ["1990-05", "2015-01-01"],
    "sex": ["female", "male"],
    "childbearing": ["yes", "no"],
    "head": ["0", "20", "36", "", "!refused", "37"],
    "trunk": ["0", "20", "x", ""],
    "paper": ["40", "41"],
    "assay": ["9.5"],
    "alt": ["30", "106", "１２"],
    "haemoglobin": ["90", "13|g/dL"],
    "given": ["yes", "no", ""],
    "amount": ["80", "160"],
    "kit": ["K1", "K9"],
    "gate": ["yes", "no"],
    "term": ["cough", ""],
    "start": ["2026", "2026-03-10"],
    "ongoing": ["yes", "no"],
    "end": ["2026-03-01"],
    "what": ["red", ""],
    "size": ["3", "120"],
    "i2": ["yes", "no"],
    "confirmed": ["yes"],
    "total": ["3"],
    "status": ["locked"],
}


@st.composite
def saves(draw):
    visit, form, repeat = draw(st.sampled_from(KEYS))
    known = [*STUDY.forms[form].items, "gate"] if form in STUDY.forms else ["head"]
    names = [name for name in known if name in ENTRIES]
    items = draw(st.dictionaries(st.sampled_from(names), st.integers(0, 9), max_size=4))
    entries = {name: ENTRIES[name][pick % len(ENTRIES[name])] for name, pick in items.items()}
    reason = draw(st.sampled_from([None, "misread", "misread"]))
    stale = draw(st.sampled_from([0, 0, 0, 1, 5]))
    note = draw(st.sampled_from([{}, {}, {"paper": "as on paper"}]))
    return ("save", visit, form, repeat, entries, reason, stale, note)


CORRECTIONS = [
    *[(visit, "score", 0, item, ["0", "1", "20", "36", ""]) for visit in ("SCR", "W0", "W2", "W4", "W16", "UNS#1") for item in ("head", "trunk")],
    *[(visit, "labs", 0, "alt", ["10", "30", "106", ""]) for visit in ("SCR", "W0", "W2", "W16")],
    *[(visit, "labs", 0, "haemoglobin", ["90", "140"]) for visit in ("W0", "W2")],
    *[("UNS#1", "visit", 0, "date", ["2026-02-01", "2026-03-05", "2026-06-01"])] * 3,
    *[("W2", "visit", 0, "date", ["2026-03-10", "2026-03-16", "2026-08-01"])] * 3,
    *[("W34", "visit", 0, "date", ["2026-10-26", "2026-06-01", ""])] * 3,
    *[("W0", "dose", 0, item, entries) for item, entries in (("date", ["2026-03-02", "2026-03-09", ""]), ("given", ["yes", "no"]), ("amount", ["160", "80"]))],
    *[("W2", "dose", 0, item, entries) for item, entries in (("given", ["yes", "no"]), ("date", ["2026-02-20", "2026-07-01"]), ("kit", ["K1", "K9"]))],
    ("", "demography", 0, "sex", ["male", "female"]), ("", "demography", 0, "birth_date", ["1990-05", "2015-06"]),
    ("", "consent", 0, "date", ["2026-02-20", "2040-01-01"]),
    *[("", "event", row, item, entries) for row in (1, 2, 3) for item, entries in (("term", ["x", ""]), ("start", ["2026-03-01"]), ("end", ["2026-02-01"]), ("ongoing", ["no", "yes"]))],
    ("SCR", "event", 0, "gate", ["yes", "no"]), ("W0", "event", 0, "gate", ["yes", "no"]),
    ("W0", "reaction", 0, "gate", ["yes"]), ("W0", "reaction", 1, "size", ["60", "120", ""]),
]  # fmt: skip


@st.composite
def corrections(draw):
    visit, form, repeat, item, entries = draw(st.sampled_from(CORRECTIONS))
    return ("save", visit, form, repeat, {item: draw(st.sampled_from(entries))}, "misread", 0, {})


def followed():
    """Dosed, and with scores and laboratory values at several visits."""
    walk = started("dosed")
    for visit, day in (
        ("W2", "2026-03-16"),
        ("W4", "2026-03-30"),
        ("W16", "2026-06-22"),
        ("UNS#1", "2026-05-01"),
    ):
        walk.saved(visit, "visit", date=day)
        walk.saved(visit, "score", head="19", trunk="19")
    for visit in ("W0", "W2", "W16"):
        walk.saved(visit, "labs", alt="30")
    return walk


DEVIATIONS = [
    ("late_visit", "W2", "visit", 0), ("late_visit", "UNS#1", "visit", 0), ("late_visit", "W0", "visit", 0),
    ("dose_differs", "W0", "dose", 0), ("kit_expired", "W0", "dose", 0), ("score_jump", "W0", "score", 0),
    ("not_for_this_one", "W2", "visit", 0), ("nothing", "W2", "visit", 0),
]  # fmt: skip
REVIEWS = st.one_of(
    st.tuples(
        st.just("class"),
        st.sampled_from(DEVIATIONS),
        st.sampled_from(["important", "not_important"]),
        st.sampled_from([0, 0, 0, 1]),
    ),
    st.tuples(
        st.just("set"),
        st.sampled_from(["full", "good", "arm_a", "nothing"]),
        st.sampled_from([True, False, None]),
        st.sampled_from([0, 0, 0, 1]),
    ),
)
OTHERS = st.one_of(
    st.tuples(st.just("remove"), st.sampled_from(KEYS)),
    st.tuples(
        st.just("eligibility"),
        st.sampled_from(["SCR", "W0", "W2"]),
        st.sampled_from(["eligible", "not_eligible"]),
    ),
    st.tuples(st.just("enrol"), st.sampled_from(["A", "B", "C"])),
    st.tuples(st.just("ask"), st.sampled_from(KEYS), st.sampled_from(["q1", "q2", ""])),
    st.tuples(st.just("answer"), st.integers(0, 5), st.sampled_from(["yes", ""])),
    st.tuples(st.just("close"), st.integers(0, 5)),
    st.tuples(
        st.just("redact"),
        st.integers(0, 30),
        st.sampled_from(["head", "code", "text", "value", "arm", REASON, REASON]),
    ),
    st.tuples(st.just("code"), st.sampled_from(["A1", "b2", ""])),
    st.tuples(st.just("screen"), st.sampled_from(["01", "99"])),
    REVIEWS,
)
STEPS = st.lists(st.one_of(saves(), saves(), saves(), OTHERS), min_size=1, max_size=25)
STARTS = st.sampled_from(["nothing", "screened", "screening", "dosed"])
ACTORS = st.sampled_from([INVESTIGATOR, INVESTIGATOR, INVESTIGATOR, COORDINATOR, MONITOR, MANAGER])


def started(start):
    walk = Walk(at=moment(date(2026, 12, 1)))
    steps = {
        "nothing": lambda: walk,
        "screened": walk.screen,
        "screening": walk.screening,
        "dosed": walk.dosed,
    }
    return steps[start]()


def take(walk, step, actor):
    """One step, with whatever came of it; the only exception is Denied."""
    try:
        return walk.do(command_of(walk, step), by=actor)
    except Denied:
        return None


def command_of(walk, step):
    kind, *parts = step
    new = walk.id()
    match kind:
        case "save":
            visit, form, repeat, entries, reason, stale, note = parts
            record = walk.book.records.get((visit, form, repeat))
            base = max(0, (record.sequence if record else 0) - stale)
            return c.SaveForm(new, "p1", visit, form, repeat, typed(**entries), base, reason, note)
        case "remove":
            record = walk.book.records.get(parts[0])
            return c.RemoveRow(new, "p1", *parts[0], record.sequence if record else 0, "other participant")
        case "eligibility":
            return c.DecideEligibility(new, "p1", *parts)
        case "enrol":
            return c.EnrolParticipant(new, "p1", *parts)
        case "ask":
            return c.OpenQuery(new, "p1", parts[1], *parts[0], item="head", text="Sure?")
        case "answer":
            return c.AnswerQuery(new, "p1", nth(walk, parts[0]), parts[1])
        case "close":
            return c.CloseQuery(new, "p1", nth(walk, parts[0]), "fine")
        case "redact":
            return c.RedactValue(new, "p1", *parts, "a name")
        case "code":
            return c.CorrectCode(new, "p1", *parts, "typed wrongly")
        case "class" | "set":
            return review_of(walk, new, step)
        case _:
            return c.ScreenParticipant(new, "p1", parts[0], "A1")


def review_of(walk, new, step):
    kind, of, what, stale = step
    if kind == "set":
        last = walk.book.sets.get(of)
        return c.DecideSet(new, "p1", of, what, (last.sequence if last else 0) + stale, "in review")
    check, *key = of
    stands = walk.book.classes.get((check, tuple(key)))
    base = (stands.sequence if stands else 0) + stale
    return c.ClassDeviation(new, "p1", check, *key, what, base, "in review")


def nth(walk, number):
    return ([*walk.book.queries, "none"] * 6)[number]


@pytest.mark.requirement("R01")
@settings(max_examples=60, deadline=None)
@given(STARTS, STEPS, st.data())
def test_any_commands_give_sealed_events_that_replay_to_the_same_casebook(start, steps, data):
    """The log alone rebuilds current data; and every decide is total."""
    walk = started(start)
    for step in steps:
        before = walk.book
        decided = take(walk, step, data.draw(ACTORS))
        if decided is None or not decided.drafts:
            assert walk.book is before
        if decided is not None:
            assert not (decided.drafts and decided.problems)
            assert not decided.conflict or decided.problems
    assert not chain_of("participant:p1", as_stored(walk.log)).faults
    words = ("misread", "other participant", "a name", "typed wrongly", "as on paper", "Sure?", "in review")
    assert not [row for row in walk.log for typed_by_hand in words if typed_by_hand in row.content]
    assert replay(STUDY, "p1", walk.log) == walk.book
    assert replay(STUDY, "p1", as_stored(walk.log)) == walk.book
    happenings = [
        Happening(one.body, one.values, one.sequence, one.envelope.site, one.envelope.definition_hash)
        for one in walk.log
    ]
    at_once = advance_all(Casebook(STUDY, "p1"), happenings)
    assert replace(at_once, head=walk.book.head) == walk.book
    read = [
        event_from_content(row.content, row.seal, row.values, row.salts, previous=row.previous)
        for row in walk.log
    ]
    assert replay(STUDY, "p1", read) == walk.book


@settings(max_examples=40, deadline=None)
@given(STARTS, STEPS)
def test_the_log_alone_rebuilds_current_values(start, steps):
    """By hand, without `apply`: the last value of each item in the log is the one in the record."""
    walk = started(start)
    for step in steps:
        if step[0] != "redact":
            take(walk, step, INVESTIGATOR)
    current = {}
    for event in walk.log:
        if type(event.body).__name__ in ("FormSaved", "ValuesDerived"):
            key = (event.body.visit, event.body.form, event.body.repeat)
            given = {item: text for item, text in event.values.items() if item != REASON}
            current.update({(key, item): datum_from_json(text) for item, text in given.items()})
    known = {place: datum for place, datum in current.items() if datum is not None}
    records = walk.book.records.items()
    assert known == {
        (key, item): entry.datum for key, record in records for item, entry in record.items.items()
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(corrections(), min_size=1, max_size=12))
def test_derived_values_do_not_depend_on_the_road(saves):
    """What the increments gave is what everything computed anew would give: nothing more would be derived."""
    walk = followed()
    for save in saves:
        take(walk, save, INVESTIGATOR)
    paths = {path for path in compiled(STUDY).derived if path[1] != "*"}
    everything = tuple(
        Change(visit, form, repeat, item)
        for visit, form, repeat in walk.book.records
        for name, item in sorted(paths)
        if name == form
    )
    reader = CasebookReader(walk.book)
    assert derive(reader, reader, everything) == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(corrections(), min_size=1, max_size=12))
def test_no_check_is_overlooked(saves):
    """After any saves, each check asked anew at every record agrees with the queries: the index misses nothing."""
    walk = followed()
    for save in saves:
        take(walk, save, INVESTIGATOR)
    reader = CasebookReader(walk.book)
    latest = {
        (query.check, query.visit, query.form, query.repeat): query for query in walk.book.queries.values()
    }
    for check in STUDY.checks_about():
        for row in reader.rows(check.about_form):
            fires = evaluate(
                check.when.node, reader, Place(row.visit or None, check.about_form, row.repeat)
            ).value
            query = latest.get((check.id, row.visit, check.about_form, row.repeat))
            is_active = query is not None and query.state != "closed"
            if fires is not None:
                assert fires is is_active, (check.id, row)


@settings(max_examples=40, deadline=None)
@given(st.lists(corrections(), min_size=1, max_size=8), st.lists(REVIEWS, max_size=8))
def test_only_what_is_found_is_classed_and_the_last_decision_stands(saves, reviews):
    """By hand, without `apply`: of each deviation and each set the last event tells what stands."""
    walk = followed()
    for save in saves:
        take(walk, save, INVESTIGATOR)
    classes, sets = {}, {}
    for review in reviews:
        found = {one.key for one in deviations(walk.book)}
        decided = take(walk, review, MANAGER)
        for draft in decided.drafts:
            body = draft.body
            if isinstance(body, DeviationClassed):
                key = (body.check, (body.visit, body.form, body.repeat))
                assert key in found
                assert classes.get(key) != body.importance
                classes[key] = body.importance
            else:
                assert sets.get(body.population) is not body.is_in
                sets[body.population] = body.is_in
    assert {key: one.importance for key, one in walk.book.classes.items()} == classes
    assert {name: one.is_in for name, one in walk.book.sets.items()} == sets
    assert {one.key: one.classed.importance for one in deviations(walk.book) if one.classed} == {
        key: importance
        for key, importance in classes.items()
        if key in {one.key for one in deviations(walk.book)}
    }


@settings(max_examples=24, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_saves_in_different_records_does_not_matter(order):
    saves = [
        ("SCR", "score", {"note": "a"}),
        ("W0", "labs", {"alt": "31"}),
        ("W0", "score", {"paper": "40"}),
        ("", "demography", {"birth_date": "1990-06"}),
    ]
    walk = started("dosed")
    for position in order:
        visit, form, entries = saves[position]
        assert not walk.save(visit, form, typed(**entries), reason="misread").problems
    values = {
        (key, item): entry.datum
        for key, record in walk.book.records.items()
        for item, entry in record.items.items()
    }
    straight = started("dosed")
    for visit, form, entries in saves:
        straight.save(visit, form, typed(**entries), reason="misread")
    assert values == {
        (key, item): entry.datum
        for key, record in straight.book.records.items()
        for item, entry in record.items.items()
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 200), st.data())
def test_a_changed_byte_anywhere_is_found(position, data):
    log = LOG
    at = position % len(log)
    row = log[at]
    where = data.draw(st.integers(0, len(row.content) - 1))
    byte = "x" if row.content[where] != "x" else "y"
    changed = replace(row, content=row.content[:where] + byte + row.content[where + 1 :])
    found = chain_of("participant:p1", [*log[:at], changed, *log[at + 1 :]]).faults
    assert f"participant:p1 #{at + 1}" in {one.problem.where for one in found}


LOG = Walk().dosed().log


def test_what_is_no_command_is_an_error():
    class Nothing:
        command_id = "x"
        participant = "p1"

    with pytest.raises(AssertionError):
        Walk().screen().do(Nothing())
    assert Casebook(STUDY, "p1").sequence == 0
