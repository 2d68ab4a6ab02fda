"""Casebooks as tables: the fast frames say what each casebook's own reader says."""

import random
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from tests.spec.builders import INVESTIGATOR, STUDY, Walk, form, item, make_study, rule, typed
from tests.spec.tables_of_readers import frame_text, tables_of

from trialwright.cli.files import read_library, read_study_folder
from trialwright.datasets.flow import derive_flow
from trialwright.datasets.frames import frames
from trialwright.datasets.status import derive_status
from trialwright.datasets.typed import typed_columns
from trialwright.expr.check import infer
from trialwright.expr.columns import evaluate_columns
from trialwright.expr.tables import Tables
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import CodeInfo, CodeListInfo, ItemInfo
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import RemoveRow
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.status import status_of
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.study.load import load
from trialwright.study.model import Endpoint, Study
from trialwright.values.datum import Missing

MIGRAINE = Path(__file__).parents[1] / "studies" / "migraine"


@cache
def rehearsed() -> tuple[Study, tuple[Casebook, ...]]:
    """A few virtual participants of the second study."""
    study = load(read_study_folder(MIGRAINE), read_library()).study
    assert study is not None
    block = read_rehearsal(study)
    assert not isinstance(block, tuple)
    door = MemoryDoor(study, random.Random(3))
    zones = {site.id: ZoneInfo(site.timezone) for site in study.sites.values()}
    Rehearsing(study, block, door, zones, Plan(11, 6)).run()
    return study, tuple(door.books.values())


def walks() -> tuple[Casebook, ...]:
    """Participants at every turn: not held, unscheduled, rows removed, conditions that say no, other sites."""
    first = Walk(participant="p1").dosed()
    first.saved("W0", "event", gate="yes")
    first.saved("", "event", 1, term="Cold", start="2026-03", ongoing="no", end="2026-04")
    first.saved("", "event", 2, term="Error", start="2026", ongoing="yes")
    event = first.book.records["", "event", 2]
    first.done(RemoveRow(first.id(), "p1", "", "event", 2, event.sequence, "entered in error"))
    first.saved("W0", "reaction", 1, what="Redness", size="12")
    first.save("W2", "visit", {"date": Missing("refused")})
    first.saved("UNS#1", "visit", date="2026-03-20", contact="telephone")
    first.saved("UNS#1", "score", head="7", trunk="8", assay="9.5")
    first.saved("W4", "visit", date="2026-03-30")
    first.saved("W4", "dose", given="no", reason="ill")
    first.save("W4", "score", {**typed(head="3"), "trunk": Missing("not_done")})
    second = Walk(participant="p2").screening()

    second.decide_eligibility("SCR", "not_eligible")
    third = Walk(participant="p3").enrol("B")
    fourth = Walk(participant="p4", by=replace(INVESTIGATOR, sites=frozenset({"02"}))).screen("02-001", "02")
    fifth = Walk(participant="p5").screening()
    fifth.save(
        "", "demography", typed(birth_date="1990-05", sex="female", childbearing="yes"), reason="asked again"
    )
    fifth.saved("SCR", "pregnancy", result="negative")
    fifth.decide_eligibility("SCR")
    return tuple(walk.book for walk in (first, second, third, fourth, fifth))


def oracle(study: Study, books: tuple[Casebook, ...]) -> Tables:
    return tables_of(study.vocabulary, {book.participant: CasebookReader(book) for book in books})


KEYS = ["participant", "visit", "repeat"]


def in_order(frame: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Without the visits that nothing can be asked at: a visit that repeats has numbers."""
    repeating = [visit.id for visit in study.visits.values() if visit.repeats]
    return frame.filter(~pl.col("visit").is_in(repeating)).sort(KEYS)


@pytest.mark.parametrize("source", ["walks", "rehearsed"])
@pytest.mark.unmeasured
def test_frames_say_what_every_reader_says(source: str) -> None:
    study, books = (STUDY, walks()) if source == "walks" else rehearsed()
    tables, expected = frames(study, books), oracle(study, books)
    for name, frame in expected.forms.items():
        wanted = in_order(frame, study)
        found = in_order(tables.forms[name], study).join(wanted.select(KEYS), on=KEYS, how="semi").sort(KEYS)
        assert found.select(sorted(wanted.columns)).equals(wanted.select(sorted(wanted.columns))), name
    known = pl.col("gate").is_not_null()
    assert tables.gates.sort("participant", "form").equals(
        expected.gates.filter(known).sort("participant", "form")
    )
    assert tables.visits.select("participant", "visit", "order").equals(expected.visits)
    assert tables.scales == expected.scales


def test_terms_are_answered_as_one_by_one() -> None:
    study, books = rehearsed()
    tables, expected = frames(study, books), oracle(study, books)
    for name, term in study.terms.items():
        typed_rule = infer(term.rule.node, study.vocabulary, asked="visit")
        assert isinstance(typed_rule, Typed)
        found, wanted = (
            evaluate_columns(term.rule.node, typed_rule, study.vocabulary, one, asked="visit")
            for one in (tables, expected)
        )
        assert [frame_text(row) for row in found.to_dicts()] == [
            frame_text(row) for row in wanted.to_dicts()
        ], name


def test_the_order_of_participants_changes_nothing_of_theirs() -> None:
    books = walks()
    forth, back = frames(STUDY, books), frames(STUDY, tuple(reversed(books)))
    for name, frame in forth.forms.items():
        assert frame.sort(KEYS).equals(back.forms[name].sort(KEYS)), name


def test_no_casebooks_make_tables_too() -> None:
    tables = frames(STUDY, ())
    assert tables.participants.height == 0
    assert derive_status(STUDY, tables).len() == 0
    assert set(derive_flow(STUDY, tables)["n"]) == {0}


def test_a_casebook_of_another_version_is_read_under_this_one() -> None:
    (book, *_) = walks()
    newer = make_study(blinded=("monitor",))
    tables = frames(newer, (book,))
    assert tables.forms["score"].filter(pl.col("visit") == "W0")["total"].to_list() == [40]


def test_visits_carry_their_facts() -> None:
    held = frames(STUDY, walks()).visits.filter(pl.col("participant") == "p1")
    assert held.select("visit", "id", "reason", "day", "days_outside", "contact").rows() == [
        ("SCR", "SCR", None, -10, 0, "site"),
        ("W0", "W0", None, 1, 0, None),
        ("W2", "W2", "refused", None, None, None),
        ("UNS#1", "UNS", None, 19, 0, "telephone"),
        ("W4", "W4", None, 29, 0, None),
    ]


def test_limits_and_expiry_come_from_the_participants_site() -> None:
    tables = frames(STUDY, walks())
    assert tables.expiries.rows() == [("p1", "K1", "2026-06-30")]
    limits = {participant: (low, high) for participant, _, low, high in tables.limits.rows()}
    assert (limits["p1"], limits["p4"]) == ((5, 35), (None, None))


def test_conditions_in_a_circle_are_a_mistake() -> None:
    round_and_round = form(
        "circle",
        "participant",
        item("circle", "a", "boolean", when="b"),
        item("circle", "b", "boolean", when="a"),
    )
    study = make_study(forms=(*STUDY.forms.values(), round_and_round))
    with pytest.raises(ValueError, match=r"circle.a -> circle.b -> circle.a"):
        frames(study, ())


def test_a_condition_that_is_no_rule_is_a_mistake() -> None:
    broken = form("broken", "participant", item("broken", "a", "boolean", when="unheard"))
    with pytest.raises(ValueError, match="unheard"):
        frames(make_study(forms=(*STUDY.forms.values(), broken)), ())


# ---------------------------------------------------------------- types


def info(kind: str, codes: str | None = None) -> ItemInfo:
    return ItemInfo("f", "i", "i", kind, code_list=codes)


CODES: Mapping[str, CodeListInfo] = {
    "grade": CodeListInfo(
        {
            "0": CodeInfo("none", number=Fraction(0)),
            "nr": CodeInfo("not relevant", number=Fraction(1, 2)),
            "2": CodeInfo("some"),
            "9": CodeInfo("unclear", is_unknown=True),
        }
    )
}


@pytest.mark.parametrize(
    ("kind", "texts", "columns", "scale"),
    [
        ("integer", ["3", "-2", None], {"": [3, -2, None]}, 1),
        ("decimal", ["1.5", "-0.25", "12", None], {"": [150, -25, 1200, None]}, 100),
        ("decimal", ["1234567890123456789"], {"": [None]}, 0),
        ("decimal", ["0." + "1" * 19], {"": [None]}, 0),
        ("decimal", [], {"": []}, 1),
        ("boolean", ["true", "false", None], {"": [True, False, None]}, 1),
        ("text", ["a", None], {"": ["a", None]}, 1),
    ],
)
def test_texts_become_typed_columns(kind, texts, columns, scale) -> None:
    found = typed_columns(pl.Series(texts, dtype=pl.String()), info(kind), {})
    assert ({suffix: column.to_list() for suffix, column in found.columns}, found.scale) == (columns, scale)


def test_partial_dates_become_their_first_and_last_day() -> None:
    found = dict(
        typed_columns(pl.Series(["2024-02", "2023", "2024-02-29", None]), info("partial_date"), {}).columns
    )
    assert found["__lo"].cast(pl.String()).to_list() == ["2024-02-01", "2023-01-01", "2024-02-29", None]
    assert found["__hi"].cast(pl.String()).to_list() == ["2024-02-29", "2023-12-31", "2024-02-29", None]


def test_codes_count_as_their_numbers() -> None:
    found = typed_columns(pl.Series(["0", "nr", "2", "9", "7", None]), info("integer", "grade"), CODES)
    columns = dict(found.columns)
    assert (columns[""].to_list(), found.scale) == ([0, 1, 4, None, 14, None], 2)
    assert columns["__code"].to_list() == ["0", "nr", "2", "9", "7", None]


# ---------------------------------------------------------------- status


ENDPOINTS = {
    "good_w4": Endpoint(
        "good_w4", "primary", "Good", "Good at week 4", rule("score.head < 10"), "x:1:1", visit="W4"
    ),
    "ever": Endpoint(
        "ever", "other", "Ever", "Ever good", rule("score.head < 10"), "x:1:1", visits=("W4", "UNS")
    ),
}
PLANNED = make_study(endpoints=ENDPOINTS)


def test_participants_stand_where_the_ledger_says() -> None:
    books = walks()
    found = derive_status(PLANNED, frames(PLANNED, books)).to_list()
    assert found == [status_of(book) for book in books]
    assert found == ["on_treatment", "screen_failed", "enrolled", "screening", "screening"]


def test_every_status_of_the_lifecycle_is_told() -> None:
    study, books = rehearsed()
    assert derive_status(study, frames(study, books)).to_list() == [status_of(book) for book in books]


def test_a_study_without_lifecycle_has_nobody_dosed() -> None:
    study = replace(
        PLANNED, lifecycle=replace(PLANNED.lifecycle, dosed=None, treatment_ended=None, ended=None)
    )
    tables = frames(study, walks())
    assert derive_status(study, tables).to_list()[0] == "enrolled"
    assert derive_flow(study, tables).filter(pl.col("step") == "dosed")["n"].to_list() == [0]


def test_a_wrong_rule_of_the_lifecycle_is_a_mistake() -> None:
    study = replace(PLANNED, lifecycle=replace(PLANNED.lifecycle, ended=rule("score.head > 1")))
    with pytest.raises(ValueError, match="asked at a visit"):
        derive_status(study, frames(study, ()))


# ---------------------------------------------------------------- flow


def test_the_flow_counts_from_the_definition() -> None:
    found = derive_flow(PLANNED, frames(PLANNED, walks()))
    counts = {(step, of, answer): n for step, of, answer, _, n in found.rows()}
    assert counts["screened", "", ""] == 5
    assert counts["not_eligible", "", ""] == 1
    assert (counts["not_dosed", "", ""], counts["dosed", "", ""]) == (1, 1)
    assert (counts["visit", "W2", "seen"], counts["visit", "W2", "refused"]) == (0, 1)
    assert counts["visit", "UNS", "seen"] == 1
    assert [counts["endpoint", "good_w4", answer] for answer in ("true", "false", "unknown")] == [1, 0, 0]
    assert not [key for key in counts if key[1] == "ever"]


def test_the_flow_of_a_rehearsal_names_criteria_and_reasons() -> None:
    study, books = rehearsed()
    found = derive_flow(study, frames(study, books))
    refused = found.filter((pl.col("step") == "not_eligible") & (pl.col("of") != ""))
    assert set(refused["of"]) <= set(study.criteria)
    assert found.filter(pl.col("step") == "stopped")["of"].to_list()
    everyone = [book.participant for book in books]
    assert all(set(participants) <= set(everyone) for participants in found["participants"])
