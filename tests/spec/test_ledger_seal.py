import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.spec.builders import STUDY, Walk, chain_of, salts

from trialwright.ledger import events as e
from trialwright.ledger.apply import replay
from trialwright.ledger.chain import (
    read_chain,
    read_study_seal,
    stored_event,
    stored_values,
    study_seal,
    verify_study_seal,
)
from trialwright.ledger.commands import RedactValue
from trialwright.ledger.content import event_from_content, upcast
from trialwright.ledger.events import Sealed
from trialwright.ledger.seal import commitment_of, seal, seal_of
from trialwright.values.problem import Problem

LOG = Path(__file__).with_name("ledger_log_schema_1.jsonl")
STREAM = "participant:p1"


@pytest.fixture(scope="module")
def log():
    return Walk().enrol().log


def found(rows):
    return [(one.problem.code, one.problem.where) for one in chain_of(STREAM, rows).faults]


def changed(log, position, **parts):
    return [replace(row, **parts) if at == position else row for at, row in enumerate(log)]


# ------------------------------------------------------------------ seals


def test_a_chain_of_sealed_events_verifies(log):
    assert found(log) == []
    assert log[0].previous == ""
    assert [row.sequence for row in log] == list(range(1, len(log) + 1))
    assert log[1].previous == log[0].seal == seal_of("", log[0].content)


def test_the_content_is_canonical_and_holds_no_value(log):
    for row in log:
        content = json.loads(row.content)
        assert row.content == json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert content["commitments"].keys() == row.values.keys()
        assert "1990-05" not in row.content


def test_the_content_has_the_whole_envelope(log):
    assert set(json.loads(log[0].content)) == {
        "schema", "study", "stream", "sequence", "kind", "command_id", "server_utc", "device_time",
        "device_offset", "site_date", "actor", "role", "organisation", "site", "originator", "form_version",
        "definition_hash", "body", "commitments",
    }  # fmt: skip


def test_a_commitment_hides_the_value_and_binds_it():
    salt = "ab" * 16
    assert commitment_of(salt, "5.4") == commitment_of(salt, "5.4")
    assert commitment_of(salt, "5.4") != commitment_of("ac" * 16, "5.4")


@pytest.mark.parametrize("salt", ["", "ab" * 15, "ab" * 17, "AB" * 16, "zz" * 16])
def test_a_salt_has_one_length_so_that_none_of_it_passes_for_a_value(salt):
    with pytest.raises(ValueError, match="32 hex digits"):
        commitment_of(salt, "5.4")


def test_the_border_between_salt_and_value_cannot_be_moved(log):
    at = next(position for position, row in enumerate(log) if "date" in row.values)
    salt, value = log[at].salts["date"], log[at].values["date"]
    rows = changed(
        log,
        at,
        salts={**log[at].salts, "date": salt + value[:1]},
        values={**log[at].values, "date": value[1:]},
    )
    assert found(rows) == [("commitment-differs", f"{STREAM} #{at + 1} date")]


# ------------------------------------------------------------------ tampering


def resealed(row, **parts):
    """The row with another content under a seal that fits it; a part that is None is left out."""
    content = {**json.loads(row.content), **parts}
    text = json.dumps({name: part for name, part in content.items() if part is not None})
    return replace(row, content=text, seal=seal_of(row.previous, text))


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        ({"content": "{}"}, ["content-unreadable"]),
        ({"content": "[]"}, ["content-unreadable"]),
        ({"content": "no json"}, ["content-unreadable"]),
        ({"content": None}, ["content-unreadable"]),
        ({"seal": "0" * 64}, ["seal-broken"]),
        ({"previous": "0" * 64}, ["previous-seal-differs", "seal-broken"]),
        ({"sequence": 99}, ["event-missing", "column-differs"]),
        ({"sequence": "three"}, ["event-missing", "column-differs"]),
        ({"values": {}}, ["value-missing"]),
        ({"salts": {}}, ["commitment-differs"]),
    ],
)
def test_a_changed_part_is_found_and_its_row_named(log, parts, codes):
    rows = changed(log, 2, **parts)
    assert [*dict.fromkeys(code for code, _ in found(rows))] == codes


@pytest.mark.parametrize(
    "parts",
    [
        {"commitments": []},
        {"kind": "Nothing"},
        {"body": {"more": 1}},
        {"body": [1]},
        {"schema": 99},
        {"site": None},
    ],
)
def test_a_sealed_content_that_is_no_event_is_found(log, parts):
    rows = [*log[:-1], resealed(log[-1], **parts)]
    assert ("content-unreadable", f"{STREAM} #{len(log)}") in found(rows)


def test_a_column_that_its_content_does_not_bear_out_is_named(log):
    (fault,) = chain_of(STREAM, [*log[:-1], resealed(log[-1], command_id="other", server_utc="")]).faults
    assert fault.problem.text == "command_id, server_utc: not what the content of the event says."
    assert not fault.is_value


def test_the_place_of_an_event_within_its_command_is_a_column_like_others(log):
    events = [stored_event(event, 7) for event in log[:1]]
    (fault,) = read_chain(log[0].envelope.study, STREAM, events, stored_values(log[0])).faults
    assert fault.problem.text == "position: not what the content of the event says."


@pytest.mark.parametrize("position", [0, 5])
def test_each_changed_value_is_found(log, position):
    for key, value in log[position].values.items():
        rows = changed(log, position, values={**log[position].values, key: value + "x"})
        assert found(rows) == [("commitment-differs", f"{STREAM} #{position + 1} {key}")]


def test_a_value_that_is_gone_while_its_salt_stands_is_found(log):
    rows = changed(log, 0, values={"code": None})
    assert found(rows) == [("commitment-differs", f"{STREAM} #1 code")]


def test_a_value_that_no_content_names_is_found(log):
    rows = changed(log, 1, values={**log[1].values, "more": "x"}, salts={**log[1].salts, "more": "ab" * 16})
    assert found(rows) == [("value-extra", f"{STREAM} #2 more")]


def test_a_value_without_an_event_is_found(log):
    chain = read_chain(log[0].envelope.study, STREAM, (), [(7, "weight", "ab" * 16, "70")])
    assert [(one.problem.code, one.problem.where, one.is_value) for one in chain.faults] == [
        ("value-extra", f"{STREAM} #7 weight", True)
    ]
    assert (chain.head, list(chain.values)) == ((0, ""), [7])


@pytest.mark.parametrize(("first", "last", "where"), [(3, 4, "#4"), (3, 6, "#4 to #6")])
def test_missing_rows_are_found(log, first, last, where):
    assert found(log[:first] + log[last:]) == [("event-missing", f"{STREAM} {where}")]


def test_a_row_of_another_stream_is_found(log):
    faults = [one.problem for one in chain_of("participant:p2", log).faults]
    assert ("column-differs", "participant:p2 #1") in [(one.code, one.where) for one in faults]


def test_a_chain_says_what_its_events_did(log):
    """Lists of JSON are tuples in a body, at any depth."""
    chain = chain_of(STREAM, log)
    assert [one.body for one in chain.happenings] == [one.body for one in log]
    assert [dict(one.values) for one in chain.happenings] == [dict(one.values) for one in log]
    assert chain.head == (log[-1].sequence, log[-1].seal)
    assert any(type(one.body).__name__ == "EligibilityDecided" for one in log)


# ------------------------------------------------------------------ redaction


def emptied(log, sequence, key):
    row = log[sequence - 1]
    salts = {name: salt for name, salt in row.salts.items() if name != key}
    return changed(log, sequence - 1, values={**row.values, key: None}, salts=salts)


def test_a_redacted_value_leaves_the_chain_whole():
    walk = Walk().screening()
    at = walk.book.records[("", "demography", 0)].items["birth_date"].sequence
    walk.done(RedactValue("r", "p1", at, "birth_date", "a name was typed"))
    assert found(emptied(walk.log, at, "birth_date")) == []
    assert found(walk.log) == [("redacted-value-present", f"{STREAM} #{at} birth_date")]


def test_an_emptied_value_without_its_event_is_found(log):
    assert found(emptied(log, 1, "code")) == [("value-gone", f"{STREAM} #1 code")]


# ------------------------------------------------------------------ the study's seal


def heads_of(log):
    return {STREAM: (log[-1].sequence, log[-1].seal)}


def seal_at(log):
    return lambda stream, sequence: (
        log[sequence - 1].seal if stream == STREAM and 0 < sequence <= len(log) else None
    )


def test_a_study_seal_agrees_with_the_log_and_with_a_longer_one(log):
    document = study_seal("TEST-1", heads_of(log[:5]), utc="2026-03-14T08:30:12.123456Z")
    assert read_study_seal(document.text) == document
    assert verify_study_seal(document, seal_at(log[:5])) == ()
    assert verify_study_seal(document, seal_at(log)) == ()


def test_a_study_seal_finds_a_tail_cut_off(log):
    document = study_seal("TEST-1", heads_of(log), utc="2026-03-14T08:30:12.123456Z")
    assert found(log[:-1]) == []
    (problem,) = verify_study_seal(document, seal_at(log[:-1]))
    assert (problem.code, problem.where) == ("tail-missing", f"{STREAM} #{len(log)}")


def test_a_study_seal_finds_a_chain_forged_anew(log):
    document = study_seal("TEST-1", heads_of(log), utc="2026-03-14T08:30:12.123456Z")
    forged, previous, sequence, salt = [], "", 0, salts(9)
    for row in log:
        draft = e.Draft(row.body, {**row.values}, row.originator, row.reason)
        if row.sequence == 1:
            draft = replace(draft, values={"code": "X-1"})
        (again,) = seal([draft], row.envelope, previous=previous, sequence=sequence, salt=salt)
        forged.append(again)
        previous, sequence = again.seal, again.sequence
    assert found(forged) == []
    (problem,) = verify_study_seal(document, seal_at(forged))
    assert problem.code == "chain-forged"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no json", "seal-unreadable"),
        ("[]", "seal-unreadable"),
        ('{"heads":[]}', "seal-unreadable"),
        ('{"heads":{"a":[1]},"study":"s","utc":"u","seal":"x"}', "seal-unreadable"),
        ('{"heads":{"a":[1e999,"b"]},"study":"s","utc":"u","seal":"x"}', "seal-unreadable"),
        ('{"heads":{"\\ud800":[1,"b"]},"study":"s","utc":"u","seal":"x"}', "seal-unreadable"),
        ("[" * 100_000, "seal-unreadable"),
        ('{"heads":{"a":[1,"b"]},"study":"s","utc":"u","seal":"x"}', "seal-altered"),
    ],
)
def test_a_text_that_is_no_seal_is_refused(text, code):
    read = read_study_seal(text)
    assert isinstance(read, Problem)
    assert read.code == code


# ------------------------------------------------------------------ reading back


def stored_row(event: Sealed) -> str:
    parts = {"content": event.content, "previous": event.previous, "seal": event.seal}
    return json.dumps({**parts, "values": dict(event.values), "salts": dict(event.salts)}, ensure_ascii=False)


def read_log(text):
    for line in text.splitlines():
        row = json.loads(line)
        yield event_from_content(
            row["content"], row["seal"], row["values"], row["salts"], previous=row["previous"]
        )


def test_every_event_is_read_back_from_its_content(log):
    text = "\n".join(stored_row(row) for row in log)
    assert list(read_log(text)) == log


def test_a_stored_log_of_the_first_schema_is_read_and_gives_its_casebook():
    events = list(read_log(LOG.read_text()))
    assert found(events) == []
    book = replay(STUDY, "p1", events)
    assert (book.code, book.arm, len(book.records)) == ("01-001", "A", 12)
    assert book.records[("W0", "score", 0)].items["total"].datum.text == "40"
    assert [event.reason for event in events if event.reason] == [
        "slip of the pen", "other participant", "typed wrongly", "was right", "full birth date of another person",
    ]  # fmt: skip
    assert {type(event.body).__name__ for event in events} >= {
        "ParticipantScreened", "FormSaved", "ValuesDerived", "EligibilityDecided", "ParticipantEnrolled",
        "QueryOpened", "QueryAnswered", "QueryClosed", "RowRemoved", "CodeCorrected", "ValueRedacted",
    }  # fmt: skip


def test_older_schemas_are_lifted_one_by_one():
    lift = {
        1: lambda content: {**content, "schema": 2, "second": True},
        2: lambda content: {**content, "schema": 3, "third": True},
    }
    assert upcast({"schema": 1}, upcasters=lift, current=3) == {"schema": 3, "second": True, "third": True}


@pytest.mark.parametrize("schema", [2, "1", None])
def test_an_unknown_schema_is_refused(schema):
    with pytest.raises(ValueError, match="schema"):
        upcast({"schema": schema})


@pytest.mark.parametrize("content", ["[]", '{"schema":1}', "{"])
def test_what_is_no_event_is_refused(content):
    with pytest.raises(ValueError):
        event_from_content(content, "", {}, {}, previous="")


def test_an_unknown_kind_or_part_of_an_event_is_refused(log):
    for old, new in (('"kind":"Part', '"kind":"Smart'), ('"body":{', '"body":{"more":1,')):
        with pytest.raises(ValueError, match="not whole"):
            event_from_content(log[0].content.replace(old, new), "", {}, {}, previous="")


def test_a_blank_behind_a_content_breaks_its_seal_and_nothing_else(log):
    rows = changed(log, len(log) - 1, content=f"{log[-1].content} ")
    assert found(rows) == [("seal-broken", f"{STREAM} #{len(log)}")]
