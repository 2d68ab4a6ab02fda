"""Virtual participants: same seed, same trial; mistakes are caught; screening failures fail by what they were meant to."""

import math
import random
import statistics
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from trialwright.cli.files import read_library, read_study_folder
from trialwright.ledger.casebook import Record, RecordKey
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.status import status_of
from trialwright.simulate.block import Excursion, Rehearsal, RowPlan
from trialwright.simulate.check import check_block
from trialwright.simulate.draws import draw_text, read_draw
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.overlay import Overlay
from trialwright.simulate.person import Situation, parsed
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.simulate.summary import findings, summary
from trialwright.simulate.tally import Tally
from trialwright.simulate.tree import Node
from trialwright.study.load import load
from trialwright.study.model import Study
from trialwright.values.datum import Datum, Value

pytestmark = pytest.mark.unmeasured

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


def test_the_same_seed_gives_the_same_trial() -> None:
    first, second = run(Plan(5, 2)), run(Plan(5, 2))
    assert log(first[0]) == log(second[0])
    assert first[1].counts == second[1].counts


def test_another_seed_gives_another_trial() -> None:
    assert log(run(Plan(5, 1))[0]) != log(run(Plan(6, 1))[0])


def test_one_participant_more_changes_nobody_before() -> None:
    few, more = run(Plan(9, 2))[0], run(Plan(9, 4))[0]
    first = next(iter(few.books))
    assert {key: record.items for key, record in few.books[first].records.items() if key[1] == "consent"} == {
        key: record.items for key, record in more.books[first].records.items() if key[1] == "consent"
    }


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


def test_who_types_it_wrong_does_not_confirm_it() -> None:
    """Not even those who confirm everything that a check asks about: they would have compared it with the source."""
    mistakes = tuple(replace(one, rate=1.0) for one in block().mistakes if one.id == "pressure_swapped")
    queries = replace(block().queries, at_once=1.0)
    _, tally = run(Plan(12, 1, date(2025, 9, 1)), replace(block(), mistakes=mistakes, queries=queries))
    count = tally.mistakes["pressure_swapped"]
    assert count.made == count.expected == count.corrected > 0


# ------------------------------------------------------------------ chance of its own


def records(door: MemoryDoor, but: frozenset[str]) -> list[tuple[str, RecordKey, Mapping[str, Datum]]]:
    """What all forms say, but some."""
    return [
        (book.code, key, {item: entry.datum for item, entry in record.items.items()})
        for book in door.books.values()
        for key, record in book.records.items()
        if key[1] not in but
    ]


def quiet(**changes: object) -> Rehearsal:
    """Nothing but what a test changes; no diary, for it has no part in this."""
    return replace(block(), mistakes=(), failures=(), diary=None, **changes)  # type: ignore[arg-type]  # parts of the block


def always(told: float) -> dict[str, Excursion]:
    return {
        name: replace(one, per_record={"treatment": 1.0, "follow_up": 1.0}, told=told)
        for name, one in block().excursions.items()
    }


def test_values_that_leave_their_level_change_nothing_else() -> None:
    usual_ones = run(Plan(7, 2), quiet(excursions={}))[0]
    unusual = run(Plan(7, 2), quiet(excursions=always(0.0)))[0]
    assert records(usual_ones, frozenset({"labs"})) == records(unusual, frozenset({"labs"}))
    assert records(usual_ones, frozenset()) != records(unusual, frozenset())


def ending(rows: tuple[RowPlan, ...]) -> tuple[RowPlan, ...]:
    """The same rows, each over on its day whether or not anybody saw that."""
    return tuple(replace(row, open_until=None) for row in rows)


def test_values_leave_their_level_for_some_days() -> None:
    """Each time anew; but of an event that ends only when a normal value is seen there is one, for there is none."""
    for is_seen, events in ((False, None), (True, 1)):  # None: as many as there are values
        logs = block().logs if is_seen else {log: ending(rows) for log, rows in block().logs.items()}
        door, _ = run(Plan(7, 1), quiet(excursions=always(1.0), logs=logs))
        (book,) = door.books.values()
        values = {
            key[0]: number_of(record, "alt") for key, record in book.records.items() if key[1] == "labs"
        }
        assert values.pop("SCR") < 40
        assert all(52 <= value <= 119 for value in values.values()), values
        terms = [text_of(record, "term") for key, record in book.records.items() if key[1:] == ("adverse_event", key[2]) and key[2]]  # fmt: skip
        assert terms.count("Alanine aminotransferase increased") == (events or len(values))


def test_an_event_about_a_value_ends_on_the_day_a_normal_value_was_seen() -> None:
    """The liver is out of order at each visit under treatment and at none after it."""
    excursions = {
        name: replace(one, per_record={"treatment": 1.0}, told=1.0)
        for name, one in block().excursions.items()
        if name == "liver_enzymes"
    }
    door, _ = run(Plan(7, 1), quiet(excursions=excursions, dropouts={}))
    (book,) = door.books.values()
    values = {
        text_of(book.records[key[0], "visit", 0], "date"): number_of(record, "alt")
        for key, record in sorted(book.records.items())
        if key[1] == "labs"
    }
    (event,) = [
        record
        for key, record in book.records.items()
        if key[1] == "adverse_event" and key[2] and "alanine" in text_of(record, "term").lower()
    ]
    days = sorted(values)
    end = text_of(event, "end")
    assert end in days
    assert values[end] < 45 < values[days[days.index(end) - 1]]


def row_named(log: str, name: str, **changes: object) -> Rehearsal:
    """Only that row happens, and often."""
    rows = tuple(
        replace(row, per_100_years={"treatment": 6000.0}, chance=None, **changes)  # type: ignore[arg-type]  # parts of the row
        for row in block().logs[log]
        if row.id == name
    )
    return quiet(logs={**block().logs, log: rows}, excursions={}, dropouts={})


def test_a_row_whose_end_is_known_in_part_is_closed() -> None:
    end = read_draw(Node({"date": {"from": "row", "days": ("20", "40")}, "precision": "month"}, "end", []))
    items = next(row.items for row in block().logs["adverse_event"] if row.id == "headache")
    changed = row_named("adverse_event", "headache", open_until=parsed("1 == 1"), items={**items, "end": end})
    _, tally = run(Plan(7, 1), changed)
    assert tally.counts["rows of adverse_event"] > 0


@pytest.mark.parametrize(("when", "fails"), [("1 == 1", True), ("1 == 2", False)])
def test_the_row_of_a_screening_failure_comes_only_where_its_rule_is_yes(when: str, fails: bool) -> None:
    failure = replace(next(one for one in block().failures if one.id == "immune_drug"), chance=1.0)
    rows = tuple(
        replace(row, when=parsed(when)) for row in block().logs["con_med"] if row.id == "methotrexate_now"
    )
    others = tuple(row for row in block().logs["con_med"] if row.id != "methotrexate_now")
    changed = replace(quiet(logs={**block().logs, "con_med": (*others, *rows)}), failures=(failure,))
    _, tally = run(Plan(13, 1, date(2025, 6, 25)), changed)
    assert bool(tally.failures["E5"]) is fails


@pytest.mark.parametrize(("when", "happens"), [(None, True), ("1 == 1", True), ("1 == 2", False)])
def test_what_comes_by_rate_comes_only_where_its_rule_is_yes(when: str | None, happens: bool) -> None:
    rule = None if when is None else parsed(when)
    _, tally = run(Plan(7, 1), row_named("adverse_event", "headache", when=rule))
    assert bool(tally.counts["rows of adverse_event"]) is happens


def test_what_led_to_a_stop_changes_nothing_else() -> None:
    dropout = replace(block().dropouts["adverse_event"], per_year=30.0)
    told = run(Plan(7, 2), quiet(dropouts={"adverse_event": dropout}))[0]
    untold = run(Plan(7, 2), quiet(dropouts={"adverse_event": replace(dropout, with_rows=())}))[0]
    but = frozenset({"adverse_event"})
    assert records(told, but) == records(untold, but)
    assert len(records(told, frozenset())) > len(records(untold, frozenset()))


def text_of(record: Record, item: str) -> str:
    datum = record.items[item].datum
    assert isinstance(datum, Value)
    return datum.text


def number_of(record: Record, item: str) -> float:
    return float(text_of(record, item))


def around(number: int, day: date) -> Situation:
    """A person, and the surroundings of a draw on that day."""
    door = MemoryDoor(study(), random.Random(3))
    zones = {site.id: ZoneInfo(site.timezone) for site in study().sites.values()}
    made = Rehearsing(study(), block(), door, zones, Plan(7))
    who = made.person(number, "01", datetime(2025, 6, 2, tzinfo=UTC))
    overlay = Overlay(CasebookReader(who.book), study(), "labs", "W4", 0)
    return Situation(who, overlay, "W4", "W4", day, "site")


def test_a_value_wanders_around_its_level() -> None:
    """Standard normal at each time, and 1/e of where it stood is left after the days that are named."""
    monday = date(2025, 6, 2)
    drawn = []
    for number in range(1, 401):
        first = around(number, monday)
        before = first.wandered("x", 30)
        assert first.wandered("x", 30) == before
        later = replace(first, day=monday + timedelta(days=30))
        drawn.append((before, later.wandered("x", 30)))
    before, after = zip(*drawn, strict=True)
    assert statistics.stdev(before) == pytest.approx(1, abs=0.1)  # its standard error is 0.035
    assert statistics.stdev(after) == pytest.approx(1, abs=0.1)
    assert statistics.correlation(before, after) == pytest.approx(math.exp(-1), abs=0.13)  # 0.043


def shared(name: str, path: str) -> Node:
    """A hundred times a factor of the person's own."""
    own = {"person_as": name} if name else {}
    return Node({"normal": ("100", "0"), "person_log_sd": "0.2", "decimals": "6", **own}, path, [])


def test_what_is_drawn_in_one_persons_name_is_larger_for_the_same_persons() -> None:
    """The factor is exp(N(0, 0.2)), shared by those that bear its name, and by no others."""
    drawn = []
    for number in range(1, 201):
        person = around(number, date(2025, 6, 2))
        texts = [draw_text(read_draw(shared(name, path)), person) for name, path in (("itch", "a"), ("itch", "b"), ("pain", "c"), ("", "d"))]  # fmt: skip
        drawn.append([math.log(float(text or "nan") / 100) / 0.2 for text in texts])
    first, second, other, alone = zip(*drawn, strict=True)
    assert first == pytest.approx(second, abs=1e-4)
    assert statistics.stdev(first) == pytest.approx(1, abs=0.15)  # its standard error is 0.05
    assert abs(statistics.correlation(first, other)) < 0.22  # 0.07
    assert abs(statistics.correlation(first, alone)) < 0.22


TALL = {
    "by": {"item": "pasi.total", "cases": {"else": {"normal": ("150", "0")}}},
    "decimals": "1",
    "range": ("0", "149.55"),
}


def test_what_is_added_to_a_case_is_added() -> None:
    assert draw_text(read_draw(Node(TALL, "tall", [])), around(1, date(2025, 6, 2))) == "149.6"
    blank = TALL | {"by": {"item": "pasi.total", "cases": {"12": "1"}}}
    assert draw_text(read_draw(Node(blank, "blank", [])), around(1, date(2025, 6, 2))) is None


@pytest.mark.parametrize(
    ("after", "day"), [(None, "2025-06-01"), ("visit", "2025-06-02"), ("row", "2025-06-02"), ("labs.date", "2025-06-01")]
)  # fmt: skip
def test_a_date_is_not_before_the_day_that_it_comes_after(after: str | None, day: str) -> None:
    date_of = {"from": "visit", "days": ("-1", "-1"), **({"after": after} if after else {})}
    drawn = draw_text(read_draw(Node({"date": date_of}, "x", [])), around(1, date(2025, 6, 2)))
    assert drawn == day


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


@pytest.mark.parametrize("name", [name for name, way in block().dropouts.items() if way.epochs])
def test_each_way_to_leave_ends_the_casebook(name: str) -> None:
    dropout = block().dropouts[name]
    only = replace(dropout, per_year=30.0, when=None)  # of whatever course
    changed = replace(block(), dropouts={name: only}, failures=(), mistakes=())
    door, tally = run(Plan(17, 2), changed)
    assert tally.dropouts[name] >= 1
    assert findings(tally) == ()
    ended = [book for book in door.books.values() if book.enrolled]
    assert all(status_of(book) == "ended" for book in ended)


@pytest.mark.parametrize("undosed", ["no_dose", None])
def test_whoever_is_not_given_the_first_dose_leaves_in_the_way_that_is_named(undosed: str | None) -> None:
    forms = block().forms | {"dose": replace(block().forms["dose"], items=block().forms["dose"].items | {"given": read_draw(Node("false", "given", []))})}  # fmt: skip
    changed = quiet(forms=forms, recruitment=replace(block().recruitment, undosed=undosed))
    door, tally = run(Plan(7, 1), changed)
    (book,) = door.books.values()
    assert book.enrolled
    assert status_of(book) == ("ended" if undosed else "enrolled")
    assert tally.dropouts == ({undosed: 1} if undosed else {})
    assert findings(tally) == ()


def test_missed_visits_carry_their_reason() -> None:
    """Nothing but the two visits that are never missed takes place, and the casebook still comes to its end."""
    habits = replace(block().visits, missed_chance=1.0, missed_at={}, never_missed=frozenset({"SCR", "W0"}))
    door, tally = run(Plan(3, 1), replace(block(), visits=habits, failures=(), mistakes=(), dropouts={}))
    assert tally.counts["visits held"] == 2
    assert tally.counts["visits missed"] > 5
    assert findings(tally) == ()
    assert len(door.books) == 1


@pytest.mark.parametrize("holds", [True, False])
def test_a_visit_of_which_it_cannot_be_told_whether_it_is_asked_is_held_only_if_the_block_says_so(
    holds: bool,
) -> None:
    """Who was not seen at week 16 may be a responder or not; visits after it are of responders. Their study ends at the
    safety call, before all but the first of these."""
    habits = replace(block().visits, missed_chance=0.0, missed_at={"W16": 1.0}, holds_asked=holds)
    door, tally = run(Plan(3, 2), quiet(visits=habits, dropouts={}))
    asked = {"W20", "W28", "W34", "W43", "W52"}
    enrolled = [book for book in door.books.values() if book.enrolled]
    assert len(enrolled) == 2 and findings(tally) == ()
    for book in enrolled:
        recorded = {visit for visit, form, _ in book.records if form == "visit"}
        assert recorded & asked == ({"W20"} if holds else set())
        assert "W24" in recorded


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
EXCURSION = {
    "form": "labs",
    "per_record": {"x": "1"},
    "days": "some",
    "items": {"alt": {"rule": "unheard_of", "sd": "1"}},
    "with": {"con_med": "nosuch"},
}
DRAWS = (
    ({"choice": {"a": "1"}, "sd": "1"}, "rehearsal-shape", "choice"),
    ({"normal": ("1", "1"), "wander": ("1", "0")}, "rehearsal-shape", "wander"),
    ({"normal": ("1", "1"), "wander": ("-1", "1")}, "rehearsal-shape", "wander"),
    ({"normal": ("1", "1"), "range": ("0", "2"), "within": ("0", "2")}, "rehearsal-shape", "within"),
    ({"choice": {"a": "1"}, "within": ("0", "2")}, "rehearsal-shape", "choice"),
    ({"by": {"item": "row", "cases": {"else": "1"}}}, "rehearsal-unknown-item", "by.item"),
    ({"by": {"item": "lot_2", "cases": {"else": "tall"}}, "sd": "1"}, "rehearsal-shape", "by"),
    ({"by": {"item": "lot_2", "cases": {"else": {"true": "1"}}}, "sd": "1"}, "rehearsal-shape", "by"),
    (
        {
            "by": {"item": "lot_2", "cases": {"else": {"by": {"item": "lot_2", "cases": {"else": "x"}}}}},
            "sd": "1",
        },
        "rehearsal-shape",
        "by",
    ),
    ({"by": {"rule": "unheard_of", "cases": {"else": "1"}}}, "unknown-name", "by.rule"),
    ({"by": {"rule": "dosed", "cases": {"yes": "1"}}}, "rehearsal-unknown-name", "by.cases"),
    ({"by": {"rule": "dosed", "item": "lot_2", "cases": {"else": "1"}}}, "rehearsal-shape", "by"),
    ({"by": {"rule": "", "cases": {"else": "1"}}}, "rehearsal-shape", "by.rule"),
    (
        {"date": {"from": "visit", "days": ("1", "2"), "after": "no.day"}},
        "rehearsal-unknown-item",
        "date.after",
    ),
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
        (
            ("recruitment", "undosed"),
            "adverse_event",
            "rehearsal-unknown-name",
            "rehearsal.recruitment.undosed",
        ),
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
        (
            ("dropouts", "bad"),
            {"stops": "treatment", "with": {"con_med": "antibiotic"}},
            "rehearsal-missing-key",
            "rehearsal.dropouts.bad",
        ),
        (
            ("dropouts", "bad"),
            {"stops": "treatment", "then": "ET", "with": {"con_med": "nosuch"}},
            "rehearsal-unknown-name",
            "rehearsal.dropouts.bad.with.con_med",
        ),
        (("excursions", "bad"), EXCURSION, "rehearsal-unknown-name", "rehearsal.excursions.bad.per_record"),
        (("excursions", "bad"), EXCURSION, "rehearsal-unknown-name", "rehearsal.excursions.bad.with.con_med"),
        (("excursions", "bad"), EXCURSION, "rehearsal-shape", "rehearsal.excursions.bad.days"),
        (("excursions", "bad"), EXCURSION, "unknown-name", "rehearsal.excursions.bad.items.alt.rule"),
        (
            ("excursions", "bad"),
            EXCURSION | {"form": "lab"},
            "rehearsal-unknown-name",
            "rehearsal.excursions.bad.form",
        ),
        (
            ("visits", "days_off"),
            {"normal": ("0", "1"), "wander": ("1", "2")},
            "rehearsal-shape",
            "rehearsal.visits.days_off.wander",
        ),
        (
            ("logs", "con_med"),
            {"rows": {"cold": {"items": {}, "whenever": "unheard_of", "days_after_dose": "soon"}}},
            "unknown-name",
            "rehearsal.logs.con_med.rows.cold.whenever",
        ),
        (
            ("logs", "con_med"),
            {"rows": {"cold": {"items": {}, "days_after_dose": "soon"}}},
            "rehearsal-shape",
            "rehearsal.logs.con_med.rows.cold.days_after_dose",
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
            ("forms", "itch_nrs"),
            {"items": {"worst": {"severity": "9", "person_as": "itch"}}},
            "rehearsal-missing-key",
            "rehearsal.forms.itch_nrs.items.worst",
        ),
        (
            ("dropouts", "bad"),
            {"stops": "treatment", "when": "pasi.total"},
            "rehearsal-yes-or-no",
            "rehearsal.dropouts.bad.when",
        ),
        (
            ("logs", "con_med"),
            {"rows": {"cold": {"items": {}, "open_until": "last(labs.alt)"}}},
            "rehearsal-yes-or-no",
            "rehearsal.logs.con_med.rows.cold.open_until",
        ),
        (
            ("logs", "con_med"),
            {"rows": {"cold": {"items": {}, "open_until": "childbearing"}}},
            "rehearsal-needs-end",
            "rehearsal.logs.con_med.rows.cold.open_until",
        ),
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
