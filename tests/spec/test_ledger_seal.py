import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.spec.builders import STUDY, Walk, salts

from trialwright.ledger import events as e
from trialwright.ledger.apply import replay
from trialwright.ledger.chain import read_study_seal, study_seal, verify_chain, verify_study_seal
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
    return [(one.code, one.where) for one in verify_chain(STREAM, rows)]


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
    assert found(rows) == [("commitment-differs", f"{STREAM} #{at + 1}")]


# ------------------------------------------------------------------ tampering


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        ({"content": "{}"}, {"seal-broken", "content-unreadable"}),
        ({"content": "[]"}, {"seal-broken", "content-unreadable"}),
        ({"content": "no json"}, {"seal-broken", "content-unreadable"}),
        ({"seal": "0" * 64}, {"seal-broken", "previous-seal-differs"}),
        ({"previous": "0" * 64}, {"seal-broken", "previous-seal-differs"}),
        ({"sequence": 99}, {"sequence-gap", "content-misplaced"}),
        ({"values": {}}, {"value-gone"}),
        ({"salts": {}}, {"commitment-differs"}),
    ],
)
def test_a_changed_part_is_found_and_its_row_named(log, parts, codes):
    rows = changed(log, 2, **parts)
    assert {code for code, _ in found(rows)} == codes


@pytest.mark.parametrize("position", [0, 5])
def test_each_changed_value_is_found(log, position):
    for key, value in log[position].values.items():
        rows = changed(log, position, values={**log[position].values, key: value + "x"})
        assert found(rows) == [("commitment-differs", f"{STREAM} #{position + 1}")]


def test_a_value_that_no_content_names_is_found(log):
    rows = changed(log, 1, values={**log[1].values, "more": "x"}, salts={**log[1].salts, "more": "ab" * 16})
    assert found(rows) == [("commitment-differs", f"{STREAM} #2")]


def test_a_missing_row_is_found(log):
    assert {code for code, _ in found(log[:3] + log[4:])} == {"sequence-gap", "previous-seal-differs"}


def test_a_row_of_another_stream_is_found(log):
    assert ("content-misplaced", "participant:p2 #1") in [
        (one.code, one.where) for one in verify_chain("participant:p2", log)
    ]


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
    assert found(walk.log) == [("redacted-value-present", f"{STREAM} #{at}")]


def test_an_emptied_value_without_its_event_is_found(log):
    assert found(emptied(log, 1, "code")) == [("value-gone", f"{STREAM} #1")]


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
