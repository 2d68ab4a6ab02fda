"""Virtual participants: same seed, same trial; mistakes are caught; screening failures fail by what they were meant to."""

import random
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from trialwright.cli.files import read_library, read_study_folder
from trialwright.ledger.status import status_of
from trialwright.simulate.block import Rehearsal
from trialwright.simulate.check import check_block
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.simulate.summary import findings, summary
from trialwright.simulate.tally import Tally
from trialwright.study.load import load
from trialwright.study.model import Study

STUDY = Path(__file__).parents[2] / "studies" / "nct06374979"


@cache
def study() -> Study:
    loaded = load(read_study_folder(STUDY), read_library()).study
    assert loaded is not None
    return loaded


@cache
def block() -> Rehearsal:
    read = read_rehearsal(study())
    assert isinstance(read, Rehearsal), read
    return read


def run(plan: Plan, changed: Rehearsal | None = None) -> tuple[MemoryDoor, Tally]:
    door = MemoryDoor(study(), random.Random(3))
    zones = {site.id: ZoneInfo(site.timezone) for site in study().sites.values()}
    return door, Rehearsing(study(), changed or block(), door, zones, plan).run()


@cache
def usual() -> tuple[MemoryDoor, Tally]:
    """Five participants as the study has them, for tests that look at what came of it."""
    return run(Plan(7, 5))


def log(door: MemoryDoor) -> list[str]:
    return [event.content for events in door.events.values() for event in events]


@pytest.mark.unmeasured
def test_the_same_seed_gives_the_same_trial() -> None:
    first, second = run(Plan(5, 2)), run(Plan(5, 2))
    assert log(first[0]) == log(second[0])
    assert first[1].counts == second[1].counts


def test_another_seed_gives_another_trial() -> None:
    assert log(run(Plan(5, 1))[0]) != log(run(Plan(6, 1))[0])


@pytest.mark.unmeasured
def test_one_participant_more_changes_nobody_before() -> None:
    few, more = run(Plan(9, 2))[0], run(Plan(9, 4))[0]
    first = next(iter(few.books))
    assert {key: record.items for key, record in few.books[first].records.items() if key[1] == "consent"} == {
        key: record.items for key, record in more.books[first].records.items() if key[1] == "consent"
    }


@pytest.mark.unmeasured
def test_as_many_are_enrolled_as_are_asked_for() -> None:
    door, tally = usual()
    assert tally.counts["enrolled"] == 5
    assert sum(book.enrolled > 0 for book in door.books.values()) == 5
    assert findings(tally) == ()


def test_everybody_has_come_to_an_end() -> None:
    door, _ = usual()
    assert {status_of(book) for book in door.books.values()} <= {"ended", "screen_failed"}


def test_nothing_happens_after_until() -> None:
    last = date(2025, 8, 1)
    door, _ = run(Plan(7, 5, last))
    days = [event.envelope.site_date for events in door.events.values() for event in events]
    assert max(days) <= last.isoformat()
    assert max(days) > "2025-07-01"


def test_events_come_in_order_of_time() -> None:
    door, _ = usual()
    for events in door.events.values():
        times = [event.envelope.server_utc for event in events]
        assert times == sorted(times)


@pytest.mark.parametrize("index", range(len(block().mistakes)), ids=lambda n: block().mistakes[n].id)
@pytest.mark.unmeasured
def test_each_mistake_is_caught_by_what_the_study_names(index: int) -> None:
    mistake = replace(block().mistakes[index], rate=1.0)
    often = {
        log: tuple(
            replace(row, per_100_years={epoch: 20 * rate for epoch, rate in row.per_100_years.items()})
            for row in rows
        )
        for log, rows in block().logs.items()
    }
    queries = replace(block().queries, at_once=0.0)
    changed = replace(
        block(),
        mistakes=(mistake,),
        failures=(),
        queries=queries,
        logs=often if mistake.form in often else block().logs,
    )
    _, tally = run(Plan(11, 3, date(2025, 12, 1)), changed)
    count = tally.mistakes.get(mistake.id)
    assert count is not None, "this mistake never came about"
    if mistake.refused_by:
        assert count.refused == count.made
    elif mistake.caught_by:
        assert count.expected > 0
        assert count.refused == 0
    else:
        assert count.never == count.made
    assert tally.refusals == []


@pytest.mark.parametrize("index", range(len(block().failures)), ids=lambda n: block().failures[n].id)
def test_each_screening_failure_fails_by_its_criterion(index: int) -> None:
    failure = replace(block().failures[index], chance=1.0)
    changed = replace(block(), failures=(failure,), mistakes=())
    _, tally = run(Plan(13, 1, date(2025, 6, 25)), changed)
    assert tally.unexpected == []
    assert set(tally.failures) & failure.criteria
    assert tally.counts["enrolled"] == 0


def test_screening_ends_where_nobody_can_be_enrolled() -> None:
    failure = replace(block().failures[0], chance=1.0)
    _, tally = run(Plan(13, 1), replace(block(), failures=(failure,), mistakes=()))
    assert (tally.counts["screened"], tally.counts["enrolled"]) == (70, 0)
    assert tally.unexpected[-1] == "Screening ended after 70: 0 were enrolled of 1."


@pytest.mark.parametrize("name", list(block().dropouts))
def test_each_way_to_leave_ends_the_casebook(name: str) -> None:
    dropout = block().dropouts[name]
    only = replace(dropout, per_year=30.0)
    changed = replace(block(), dropouts={name: only}, failures=(), mistakes=())
    door, tally = run(Plan(17, 2), changed)
    assert tally.dropouts[name] >= 1
    assert findings(tally) == ()
    ended = [book for book in door.books.values() if book.enrolled]
    assert all(status_of(book) == "ended" for book in ended)


def test_missed_visits_carry_their_reason() -> None:
    """Nothing but the two visits that are never missed takes place, and the casebook still comes to its end."""
    habits = replace(block().visits, missed_chance=1.0, missed_at={}, never_missed=frozenset({"SCR", "W0"}))
    door, tally = run(Plan(3, 1), replace(block(), visits=habits, failures=(), mistakes=(), dropouts={}))
    assert tally.counts["visits held"] == 2
    assert tally.counts["visits missed"] > 5
    assert findings(tally) == ()
    assert len(door.books) == 1


def test_summary_has_a_row_for_each_mistake_made() -> None:
    _, tally = usual()
    tables = {table.title: table for table in summary(study(), tally)}
    assert {row[0] for row in tables["Mistakes made on purpose"].rows} == set(tally.mistakes)


LOG = {
    "rows": {
        "cold": {
            "items": {},
            "per_100_years": {"x": "1"},
            "with": {"con_med": "nosuch", "nolog": "a"},
            "then": "nothing",
            "when": "unheard_of",
        }
    }
}
MISTAKE = {
    "rate": "1",
    "form": "labs",
    "at": ("W99",),
    "copy": {"alt": "alp", "zinc": "iron"},
    "when": "labs.zinc > 1",
    "refused_by": "never",
}
FAILURE = {
    "chance": "1",
    "criteria": ("E3",),
    "forms": {"x": {"severity": {"factor": "1"}}},
    "rows": {"con_med": "nosuch"},
    "only_rows": {"nolog": ("a",)},
    "at": "W99",
}
DRAWS = (
    ({"rule": "unheard_of"}, "unknown-name", "rule"),
    ({"rule": "1 +"}, "rule-expected", "rule"),
    ({"plan": "date"}, "rehearsal-unknown-name", "plan"),
    ({"visit": "mood"}, "rehearsal-unknown-name", "visit"),
    ({"kit": "nothing"}, "rehearsal-unknown-name", "kit"),
    ({"actor": "nobody"}, "rehearsal-unknown-name", "actor"),
    ({"lot_of": "kit_9"}, "rehearsal-unknown-item", "lot_of"),
    ({"date": {"from": "labs.day", "days": ("1", "2")}}, "rehearsal-unknown-item", "date.from"),
    ({"date": {"from": "nothing.day", "days": ("1", "2")}}, "rehearsal-unknown-item", "date.from"),
    ({"by": {"item": "visit.mood", "cases": {"else": "1"}}}, "rehearsal-unknown-item", "by.item"),
    ({"by": {"item": "nothing.mood", "cases": {"else": "1"}}}, "rehearsal-unknown-item", "by.item"),
    ({"by": {"item": "given", "cases": {"yes": "1", "else": "2"}}}, "rehearsal-unknown-name", "by.cases"),
    ({"by": {"item": "visit.id", "cases": {"W99": "1"}}}, "rehearsal-unknown-name", "by.cases"),
    ({"by": {"item": "lot_2", "cases": {"L": {"kit": "nothing"}}}}, "rehearsal-unknown-name", "by"),
    (
        {"date": {"from": "visit", "days": ("1", "2")}, "precision": {"kit": "x"}},
        "rehearsal-unknown-name",
        "precision",
    ),
)


@pytest.mark.parametrize(
    ("path", "value", "code", "where"),
    [
        (("clock", "pace"), "1", "rehearsal-unknown-key", "rehearsal.clock"),
        (("recruitment", "start"), "soon", "rehearsal-shape", "rehearsal.recruitment.start"),
        (("recruitment", "screened_per_week"), "many", "rehearsal-shape", "rehearsal.recruitment"),
        (("recruitment", "sites"), {"99": "1"}, "rehearsal-unknown-name", "rehearsal.recruitment.sites"),
        (("course", "model"), "guess", "rehearsal-unknown-model", "rehearsal.course"),
        (("course", "baseline"), {"dice": "6"}, "rehearsal-unknown-key", "rehearsal.course.baseline"),
        (("course", "baseline"), {"sd": "6"}, "rehearsal-unknown-draw", "rehearsal.course.baseline"),
        (("course", "baseline"), {"normal": ("1",)}, "rehearsal-shape", "rehearsal.course.baseline"),
        (("acts", "screen"), "nobody", "rehearsal-no-account", "rehearsal.acts.screen"),
        (("acts", "screen"), {"by": "me"}, "rehearsal-shape", "rehearsal.acts.screen"),
        (("accounts", "nobody"), {"name": "A"}, "rehearsal-unknown-name", "rehearsal.accounts"),
        (("entered_by", "forms"), None, "rehearsal-missing-key", "rehearsal.entered_by"),
        (("entered_by", "nowhere"), "monitor", "rehearsal-unknown-name", "rehearsal.entered_by"),
        (("entered_by", "eligibility"), "coordinator", "rehearsal-may-not-enter", "rehearsal.entered_by"),
        (("entered_by_form", "pga"), "monitor", "rehearsal-may-not-enter", "rehearsal.entered_by_form.pga"),
        (("entered_by_form", "nothing"), "monitor", "rehearsal-unknown-name", "rehearsal.entered_by_form"),
        (("course", "dose"), {"form": "doze"}, "rehearsal-unknown-name", "rehearsal.course.dose"),
        (
            ("course", "dose"),
            {"form": "dose", "date": "day"},
            "rehearsal-unknown-name",
            "rehearsal.course.dose",
        ),
        (("forms", "nosuchform"), {"items": {}}, "rehearsal-unknown-name", "rehearsal.forms"),
        (("forms", "pga"), {"reason": "tired"}, "rehearsal-unknown-name", "rehearsal.forms.pga.reason"),
        (("forms", "pga"), {"fill": "pga.scor > 1"}, "unknown-item", "rehearsal.forms.pga.fill"),
        (("forms", "pga"), {"fill": "pga.score"}, "rehearsal-yes-or-no", "rehearsal.forms.pga.fill"),
        (("logs", "nosuchlog"), {"rows": {}}, "rehearsal-unknown-name", "rehearsal.logs"),
        (("logs", "dose"), {"rows": {}}, "rehearsal-not-a-list", "rehearsal.logs.dose"),
        (
            ("logs", "con_med"),
            LOG,
            "rehearsal-unknown-name",
            "rehearsal.logs.con_med.rows.cold.per_100_years",
        ),
        (("logs", "con_med"), LOG, "rehearsal-unknown-name", "rehearsal.logs.con_med.rows.cold.with.con_med"),
        (("logs", "con_med"), LOG, "rehearsal-unknown-name", "rehearsal.logs.con_med.rows.cold.with"),
        (("logs", "con_med"), LOG, "rehearsal-unknown-name", "rehearsal.logs.con_med.rows.cold.then"),
        (("logs", "con_med"), LOG, "unknown-name", "rehearsal.logs.con_med.rows.cold.when"),
        (("visits", "missed"), {"at": {"W99": "1"}}, "rehearsal-unknown-name", "rehearsal.visits.missed.at"),
        (
            ("visits", "missed"),
            {"reason": "tired"},
            "rehearsal-unknown-name",
            "rehearsal.visits.missed.reason",
        ),
        (("visits", "never_missed"), ("W99",), "rehearsal-unknown-name", "rehearsal.visits.never_missed"),
        (
            ("visits", "unscheduled"),
            {"visit": "W2", "when": "relapse.worse", "days": "1"},
            "rehearsal-unknown-name",
            "rehearsal.visits.unscheduled.visit",
        ),
        (
            ("dropouts", "bad"),
            {"stops": "study", "epochs": ("x",)},
            "rehearsal-unknown-name",
            "rehearsal.dropouts.bad.epochs",
        ),
        (
            ("dropouts", "bad"),
            {"stops": "study", "then": "X"},
            "rehearsal-unknown-name",
            "rehearsal.dropouts.bad.then",
        ),
        (
            ("dropouts", "bad"),
            {"stops": "study", "sets": {"dose.x": "1"}},
            "rehearsal-unknown-item",
            "rehearsal.dropouts.bad.sets",
        ),
        (("mistakes", "bad"), MISTAKE, "rehearsal-unknown-name", "rehearsal.mistakes.bad.at"),
        (("mistakes", "bad"), MISTAKE, "rehearsal-unknown-name", "rehearsal.mistakes.bad"),
        (("mistakes", "bad"), MISTAKE, "rehearsal-unknown-name", "rehearsal.mistakes.bad.refused_by"),
        (("mistakes", "bad"), MISTAKE, "unknown-item", "rehearsal.mistakes.bad.when"),
        (
            ("screening_failures", "bad"),
            FAILURE,
            "rehearsal-unknown-name",
            "rehearsal.screening_failures.bad.forms",
        ),
        (
            ("screening_failures", "bad"),
            FAILURE,
            "rehearsal-unknown-name",
            "rehearsal.screening_failures.bad.rows.con_med",
        ),
        (
            ("screening_failures", "bad"),
            FAILURE,
            "rehearsal-unknown-name",
            "rehearsal.screening_failures.bad.only_rows",
        ),
        (
            ("screening_failures", "bad"),
            FAILURE,
            "rehearsal-unknown-name",
            "rehearsal.screening_failures.bad.at",
        ),
        *(
            (("forms", "dose"), {"items": {"lot_1": draw}}, code, f"rehearsal.forms.dose.items.lot_1.{where}")
            for draw, code, where in DRAWS
        ),
        (("forms", "dlqi"), {"items": {"q99": "1"}}, "rehearsal-unknown-item", "rehearsal.forms.dlqi"),
        (
            ("mistakes", "bad"),
            {"rate": "1", "form": "labs", "set": {"alt": "1"}, "caught_by": "x"},
            "rehearsal-unknown-check",
            "rehearsal.mistakes",
        ),
        (
            ("mistakes", "bad"),
            {"rate": "1", "form": "labs"},
            "rehearsal-shape",
            "rehearsal.mistakes.bad",
        ),
        (
            ("dropouts", "bad"),
            {"stops": "everything"},
            "rehearsal-shape",
            "rehearsal.dropouts.bad",
        ),
        (
            ("screening_failures", "bad"),
            {"chance": "1", "criteria": ("E99",)},
            "rehearsal-unknown-key",
            "rehearsal.screening_failures",
        ),
    ],
)
def test_what_is_wrong_in_the_block_is_said_with_its_path(
    path: tuple[str, str], value: object, code: str, where: str
) -> None:
    section, key = path
    tree = dict(study().rehearsal)
    tree[section] = {**tree[section], key: value}  # type: ignore[dict-item]  # every section that is altered is a mapping
    if value is None:
        del tree[section][key]  # type: ignore[attr-defined]  # as above
    read = read_rehearsal(replace(study(), rehearsal=tree))  # type: ignore[arg-type]  # the value may be what no file holds
    assert isinstance(read, tuple)
    assert [one for one in read if one.code == code and one.where.startswith(where)], read


def test_a_study_without_the_block_says_so() -> None:
    read = read_rehearsal(replace(study(), rehearsal={}))
    assert isinstance(read, tuple)
    assert read[0].code == "rehearsal-absent"


def test_all_that_is_wrong_is_said_at_once() -> None:
    tree = dict(study().rehearsal) | {
        "clock": {"pace": "1"},
        "course": {"model": "guess"},
        "accounts": {"x": {}},
    }
    read = read_rehearsal(replace(study(), rehearsal=tree))
    assert isinstance(read, tuple)
    assert {one.where for one in read} == {"rehearsal.clock", "rehearsal.course", "rehearsal.accounts.x"}


def test_a_row_that_ends_needs_to_say_that_it_is_ongoing() -> None:
    forms = dict(study().forms)
    items = {name: one for name, one in forms["con_med"].items.items() if name != "ongoing"}
    forms["con_med"] = replace(forms["con_med"], items=items)
    codes = {one.code for one in check_block(replace(study(), forms=forms), block())}
    assert "rehearsal-needs-ongoing" in codes
