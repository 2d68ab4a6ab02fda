"""Reading registry records: nothing lost, nothing raised."""

import json

import pytest
from tests.spec.small_record import CONTENT, RECORD

from trialwright.registry.criteria import split_criteria
from trialwright.registry.record import (
    MAX_BYTES,
    Record,
    leaves,
    outcomes_of,
    part_of,
    parts_of,
    read_record,
    text_of,
    texts_of,
    unescape,
)
from trialwright.registry.terms import in_words, make_id, weeks_of


def read() -> Record:
    record = read_record(CONTENT)
    assert isinstance(record, Record)
    return record


def test_every_key_is_kept_also_unknown_ones() -> None:
    record = read()
    assert record.content == CONTENT
    assert record.data == RECORD
    assert [(one.code, dict(one.parts)["part"]) for one in record.problems] == [
        ("record-unknown-part", "newModule")
    ]
    assert all(one.severity == "warning" for one in record.problems)


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        (b"", "record-not-json", "record.json:1:1"),
        (b'{"a": 1,\n }', "record-not-json", "record.json:2:2"),
        (b"\xff", "record-not-json", "record.json:1:1"),
        (b"[" * 100_000, "record-not-json", "record.json:1:1"),
        (b"[]", "record-not-a-study", "record.json:1:1"),
        (b'{"protocolSection": 3}', "record-not-a-study", "record.json:1:1"),
        (b" " * (MAX_BYTES + 1), "record-too-large", "record.json:1:1"),
    ],
)
def test_what_is_no_record_is_refused(content: bytes, code: str, where: str) -> None:
    found = read_record(content)
    assert isinstance(found, tuple)
    assert [(one.code, one.where) for one in found] == [(code, where)]


def test_texts_are_found_by_path_and_lose_their_escapes() -> None:
    record = read()
    assert text_of(record, "descriptionModule", "briefSummary").endswith("Calmol > nothing.")
    assert text_of(record, "designModule", "enrollmentInfo", "count") == "30"
    assert text_of(record, "nothing", "here") == ""
    assert text_of(record, "designModule") == ""
    assert part_of(record, "statusModule", "overallStatus", "deeper") is None
    assert texts_of(record, "conditionsModule", "conditions") == ["Itch", "Eczema"]
    assert texts_of(record, "conditionsModule") == []
    assert parts_of(record, "conditionsModule") == []
    assert unescape("a\\b\\") == "a\\b\\"


def test_leaves_are_all_texts_of_a_part() -> None:
    assert list(leaves({"a": ["x", {"b": 3}], "c": None, "d": True, "e": ""})) == ["x", "3", "true"]


def test_outcomes_come_by_level() -> None:
    assert [(one.level, one.measure, one.time_frame) for one in outcomes_of(read())] == [
        ("primary", "Itch gone", "Baseline and Week 4"),
        ("secondary", "Itch gone", "8 weeks"),
        ("secondary", "Safety", "Throughout"),
    ]


CRITERIA = [
    ("", []),
    ("Adults only", ["+Adults only"]),
    ("Inclusion Criteria:\n1. A;\n2. B\n\nExclusion Criteria:\n- C", ["+A", "+B", "-C"]),
    ("Inclusion Criteria:\n\nAdult\n\nItch\n\nExclusion Criteria:\n\nChild", ["+Adult", "+Itch", "-Child"]),
    ("Inclusion Criteria: adults\nExclusion criteria: children", ["+adults", "-children"]),
    ("* A\n  * a1\n  * a2\n* B", ["+A * a1 * a2", "+B"]),
    ("  - A\n  more of A\n  - B", ["+A more of A", "+B"]),
    ("All of:\n1) A\n2) B", ["+All of:", "+A", "+B"]),
    ("Cohort 2 inclusion criteria:\n1. A\n2. B", ["+Cohort 2 inclusion criteria: A", "+B"]),
    ("1. Does not meet inclusion criteria\n2. B", ["+Does not meet inclusion criteria", "+B"]),
    ("Inclusion of adults\n- B", ["+Inclusion of adults", "+B"]),
    ("Key Exclusion Criteria\n1. A", ["-A"]),
    ("Itch \\>= 4", ["+Itch >= 4"]),
]


@pytest.mark.parametrize(("text", "expected"), CRITERIA)
def test_criteria_are_split(text: str, expected: list[str]) -> None:
    signs = {"inclusion": "+", "exclusion": "-"}
    assert [signs[one.kind] + one.text for one in split_criteria(text)] == expected


def test_names_of_the_registry_become_words_and_ids() -> None:
    assert in_words("NA") == "Not applicable"
    assert in_words("SINGLE_GROUP") == "Single group"
    assert make_id("Itch gone", ["itch_gone"], "x") == "itch_gone_2"
    assert make_id("Itch gone", ["itch_gone", "itch_gone_2"], "x") == "itch_gone_3"
    assert make_id("止痒", [], "arm", upper=True) == "ARM"
    assert make_id("80 mg", [], "arm") == "arm_80_mg"
    assert make_id("where", [], "term") == "term_where"
    assert weeks_of("Weeks 4, week 4, wk 8 and 12-week course, week 0, week 999") == [4, 8, 12]


def test_a_record_is_json_again() -> None:
    assert json.loads(read().content) == RECORD
