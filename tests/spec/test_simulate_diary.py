"""Virtual participants keep their diaries: by chance of their own, with phones that go wrong as phones do."""

import json
import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.spec.test_simulate import log
from tests.untraced import untraced

from trialwright.cli.files import read_library, read_study_folder
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.diary_entries import holes
from trialwright.ledger.events import DiaryEntered
from trialwright.simulate.block import Rehearsal
from trialwright.simulate.check import check_block
from trialwright.simulate.diary_block import (
    ClockOff,
    Correcting,
    DiaryPlan,
    KeeperKind,
    Late,
    LostPhone,
    SecondPhone,
    Spell,
    Telephone,
)
from trialwright.simulate.draws import Draw
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.simulate.summary import findings, summary
from trialwright.simulate.tally import Tally
from trialwright.study.builtin import TWO_ENTRIES
from trialwright.study.load import load
from trialwright.study.model import Study

pytestmark = pytest.mark.unmeasured

STUDY = Path(__file__).parents[2] / "studies" / "nct06374979"
SECOND = Path(__file__).parents[1] / "studies" / "migraine"
UNTIL = date(2025, 9, 1)


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


def number(text: str) -> Draw:
    return Draw("value", "test", words=(text,))


def faithful(**changes: object) -> DiaryPlan:
    """A diary with which nothing goes wrong but what a test changes."""
    assert block().diary is not None
    plan = replace(
        block().diary,
        keeps=1.0,
        joins_after_days=number("0"),
        kinds=(KeeperKind("all", 1.0, 1.0, 0.0),),
        spread=0.0,
        after_leaving=0.0,
        late=Late(0.0, number("30")),
        offline=Spell(0.0, number("1")),
        pauses=Spell(0.0, number("1")),
        corrected=Correcting(0.0, number("5"), "Wrong."),
        never_sent=0.0,
        damaged=0.0,
        clock_off=ClockOff(0.0, number("0")),
        second_phone=SecondPhone(0.0, 0.0, 0.0),
        lost_phone=LostPhone(0.0, number("1"), "Lost."),
        telephone=Telephone(3, 0.0, "Told."),
    )
    return replace(plan, **changes)  # type: ignore[arg-type]  # fields of the plan


def run(
    diary: DiaryPlan | None, *, people: int = 2, until: date | None = UNTIL
) -> tuple[list[Casebook], Tally]:
    door, tally = run_door(replace(block(), diary=diary, failures=(), mistakes=()), people, until)
    assert findings(tally) == ()
    return list(door.books.values()), tally


def run_door(changed: Rehearsal, people: int, until: date | None) -> tuple[MemoryDoor, Tally]:
    door = MemoryDoor(study(), random.Random(3))
    zones = {site.id: ZoneInfo(site.timezone) for site in study().sites.values()}
    return door, Rehearsing(study(), changed, door, zones, Plan(7, people, until)).run()


@cache
def usual() -> tuple[MemoryDoor, Tally]:
    """Three participants as the study has them, for tests that look at what came of it."""
    return run_door(block(), 3, UNTIL)


def by_command(door: MemoryDoor) -> dict[str, list[tuple[str, str, object]]]:
    """By the command: when, what, and with which values."""
    found = defaultdict(list)
    for events in door.events.values():
        for one in events:
            found[one.envelope.command_id].append(
                (one.envelope.server_utc, type(one.body).__name__, one.values)
            )
    return dict(found)


# ------------------------------------------------------------------ chance of its own


def test_what_happens_at_the_visits_does_not_hang_on_the_diary() -> None:
    with_it, counted = usual()
    without, other = run_door(replace(block(), diary=None), 3, UNTIL)

    site, whole = by_command(without), by_command(with_it)
    assert {command: whole[command] for command in site} == site
    assert len(whole) > len(site) + 100
    assert counted.counts == other.counts
    assert other.diary.counts == {}


def test_the_arms_are_drawn_as_without_a_diary() -> None:
    """In memory the salts of the log come from the same numbers as the arms."""
    found = load(read_study_folder(SECOND), read_library()).study
    assert found is not None
    second = read_rehearsal(found)
    assert isinstance(second, Rehearsal)
    arms = []
    for changed in (second, replace(second, diary=None)):
        door = MemoryDoor(found, random.Random(3))
        zones = {site.id: ZoneInfo(site.timezone) for site in found.sites.values()}
        Rehearsing(found, changed, door, zones, Plan(7, 12, date(2025, 6, 30))).run()
        arms.append({participant: book.arm for participant, book in door.books.items()})
    assert arms[0] == arms[1]
    assert len(set(arms[0].values())) > 1


def test_the_same_seed_gives_the_same_diaries() -> None:
    assert log(run_door(block(), 3, UNTIL)[0]) == log(usual()[0])


def test_commands_come_in_order_of_time() -> None:
    door, _ = usual()
    for events in door.events.values():
        times = [event.envelope.server_utc for event in events]
        assert times == sorted(times)
    assert any(isinstance(one.body, DiaryEntered) for events in door.events.values() for one in events)


# ------------------------------------------------------------------ how reliably


def test_whoever_keeps_it_faithfully_answers_every_occasion() -> None:
    books, tally = run(faithful())

    kept = tally.diary.kinds["all"]
    assert (kept.people, kept.answered) == (2, kept.asked)
    days = sorted(entry.day for entry in books[0].entries.values() if entry.form == "diary_day")
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    assert len(set(days)) == len(days) == (last - first).days + 1
    assert {entry.flags for book in books for entry in book.entries.values()} == {()}


def test_nobody_has_to_keep_one() -> None:
    books, tally = run(faithful(keeps=0.0))

    assert [(book.devices, book.entries) for book in books] == [({}, {})] * len(books)
    assert tally.diary.kinds == {}


def test_adherence_is_that_of_the_kind_and_falls_with_time() -> None:
    _, tally = run(faithful(kinds=(KeeperKind("poor", 1.0, 0.7, 0.0),)), people=4)
    _, falling = run(faithful(kinds=(KeeperKind("tired", 1.0, 0.7, 0.05),)), people=4)

    share = tally.diary.kinds["poor"].answered / tally.diary.kinds["poor"].asked
    less = falling.diary.kinds["tired"].answered / falling.diary.kinds["tired"].asked
    assert 0.62 < share < 0.78  # some 400 occasions: three standard errors are 0.07
    assert less < share - 0.1


def test_the_reference_study_has_the_adherence_that_is_published() -> None:
    """80 to 90 % of what electronic diaries ask."""
    with untraced():
        _, tally = run_door(block(), 20, None)

    kinds = tally.diary.kinds.values()
    assert 0.78 <= sum(one.answered for one in kinds) / sum(one.asked for one in kinds) <= 0.92


def test_days_without_a_thought_of_it_are_days_without_entries() -> None:
    _, tally = run(faithful(pauses=Spell(10.0, number("6"))))

    kept = tally.diary.kinds["all"]
    assert 0 < kept.answered < 0.8 * kept.asked


# ------------------------------------------------------------------ what goes wrong with phones


def test_what_was_entered_without_internet_comes_at_once_later() -> None:
    books, tally = run(faithful(offline=Spell(30.0, number("4"))))

    received = defaultdict(set)
    for book in books:
        for entry in book.entries.values():
            received[entry.received].add(entry.day)
    assert max(len(days) for days in received.values()) >= 3
    assert tally.diary.counts["sent in batches"] > 20


def test_what_is_lost_on_the_phone_leaves_a_hole() -> None:
    books, tally = run(faithful(never_sent=0.2))

    missing = [number for book in books for numbers in holes(book).values() for number in numbers]
    assert len(missing) > 5
    assert tally.diary.counts["lost on the phone"] >= len(missing)


def test_an_answer_that_cannot_be_read_is_kept_aside() -> None:
    books, tally = run(faithful(damaged=0.1))

    aside = [entry for book in books for entry in book.entries.values() if entry.is_kept_aside]
    assert len(aside) == tally.diary.counts["kept aside"] > 10
    for entry in aside:
        assert entry.flags == ("unreadable",)
        assert "\N{REPLACEMENT CHARACTER}" in json.loads(entry.unread).popitem()[1]


def test_a_clock_that_is_off_is_told() -> None:
    books, _ = run(faithful(clock_off=ClockOff(1.0, number("-3600"))))

    for book in books:
        for entry in book.entries.values():
            late = datetime.fromisoformat(entry.received) - datetime.fromisoformat(entry.entered)
            assert late.total_seconds() == 3600
            assert "clock" in entry.flags


def test_an_answer_after_the_window_is_late() -> None:
    books, _ = run(faithful(late=Late(1.0, number("45"))))

    asked = [entry for book in books for entry in book.entries.values() if entry.form != "diary_report"]
    assert asked and all("late" in entry.flags for entry in asked)


def test_a_correction_takes_the_place_of_what_was_wrong() -> None:
    books, tally = run(faithful(corrected=Correcting(1.0, number("5"), "Wrong button.")))

    corrections = [entry for book in books for entry in book.entries.values() if entry.corrects]
    assert len(corrections) == tally.diary.counts["corrections"] > 50
    for book in books:
        for entry in book.entries.values():
            if entry.corrects:
                was = book.entries[entry.corrects]
                assert (was.key, was.device) == (entry.key, entry.device)
                assert was.items != entry.items


def test_two_phones_at_one_occasion_open_a_query() -> None:
    books, tally = run(faithful(second_phone=SecondPhone(1.0, 0.5, 0.3)))

    assert {len(book.devices) for book in books} == {2}
    assert tally.queries[TWO_ENTRIES] > 5


def test_a_lost_phone_is_revoked_and_another_one_joins() -> None:
    books, tally = run(faithful(lost_phone=LostPhone(5.0, number("2"), "Lost on the bus.")))

    revoked = [device for book in books for device in book.devices.values() if device.is_revoked]
    assert len(revoked) > 1
    assert tally.diary.counts["phones joined"] > len(revoked)
    assert tally.diary.kinds["all"].answered < tally.diary.kinds["all"].asked


def test_the_site_calls_the_silent_and_writes_down_what_is_told() -> None:
    books, tally = run(
        faithful(
            kinds=(KeeperKind("none", 1.0, 0.0, 0.0),), telephone=Telephone(3, 1.0, "Told when we called.")
        )
    )

    told = [entry for book in books for entry in book.entries.values() if entry.source == "telephone"]
    assert len(told) == tally.diary.counts["told by telephone"] > 10
    for book in books:
        days = sorted(
            {
                date.fromisoformat(one.entered[:10])
                for one in book.entries.values()
                if one.source == "telephone"
            }
        )
        assert all((later - earlier).days > 3 for earlier, later in pairwise(days))


def test_whoever_joins_too_late_is_invited_again() -> None:
    books, _ = run(faithful(joins_after_days=number("3")))

    assert [len(book.invites) for book in books] == [2] * len(books)
    assert [len(book.devices) for book in books] == [1] * len(books)


def test_a_phone_that_does_not_know_of_the_end_is_kept_aside() -> None:
    failure = replace(block().failures[0], chance=1.0)
    plan = faithful(minutes_after_opening=number("900"))  # in the morning after the visit
    door, tally = run_door(
        replace(block(), diary=plan, failures=(failure,), mistakes=()), 1, date(2025, 9, 1)
    )

    aside = [entry for book in door.books.values() for entry in book.entries.values() if entry.is_kept_aside]
    assert aside and all("closed" in entry.flags for entry in aside)
    assert tally.diary.counts["kept aside"] == len(aside)


def test_queries_of_the_diary_are_answered_and_closed() -> None:
    assert block().diary is not None
    often = {
        **block().diary.forms,
        "diary_report": replace(block().diary.forms["diary_report"], per_100_days=10.0),
    }  # type: ignore[union-attr]  # asserted above
    books, _ = run(faithful(forms=often), until=date(2025, 12, 1))

    queries = [query for book in books for query in book.queries.values() if query.form == "diary_report"]
    assert len(queries) > 10
    assert {query.state for query in queries} >= {"closed"}


def test_what_is_answered_follows_the_disease() -> None:
    books, _ = run(faithful(), people=6, until=None)

    first, last = [], []
    for book in books:
        days = sorted(
            (entry for entry in book.entries.values() if entry.form == "diary_day"), key=lambda e: e.day
        )
        if len(days) > 60:
            first += [int(entry.items["itch"].text) for entry in days[:7]]  # type: ignore[union-attr]  # a value
            last += [int(entry.items["itch"].text) for entry in days[-7:]]  # type: ignore[union-attr]  # a value
    assert sum(first) / len(first) > 2 + sum(last) / len(last)


def test_the_summary_tells_of_diaries() -> None:
    _, tally = run(faithful())
    tables = {table.title: table for table in summary(study(), tally)}

    kept = tally.diary.kinds["all"]
    assert ("phones joined", 2) in tables["Diaries"].rows
    assert tables["Adherence to the diary"].rows == (("all", 2, kept.asked, kept.answered, 100),)


# ------------------------------------------------------------------ the block


WRONG: tuple[tuple[str, object, str, str], ...] = (
    ("pace", "1", "rehearsal-unknown-key", ""),
    ("by", "nobody", "rehearsal-no-account", "by"),
    ("by", "monitor", "rehearsal-may-not-enter", "by"),
    ("by", None, "rehearsal-missing-key", ""),
    ("keepers", None, "rehearsal-missing-key", ""),
    ("keepers", {}, "rehearsal-shape", "keepers"),
    ("keepers", {"a": {"share": "0", "answers": "1"}}, "rehearsal-shape", "keepers"),
    ("keepers", {"a": {"share": "1", "answers": "1.1"}}, "rehearsal-shape", "keepers.a.answers"),
    ("keepers", {"a": {"share": "1", "answers": "1", "x": "1"}}, "rehearsal-unknown-key", "keepers.a"),
    ("damaged", "2", "rehearsal-shape", "damaged"),
    ("keeps", "2", "rehearsal-shape", "keeps"),
    ("joins_after_days", "soon", "rehearsal-shape", "joins_after_days"),
    ("minutes_after_opening", {"dice": "6"}, "rehearsal-unknown-key", "minutes_after_opening"),
    ("late", {"hours": "1"}, "rehearsal-unknown-key", "late"),
    ("offline", {"often": "1"}, "rehearsal-unknown-key", "offline"),
    ("pauses", {"per_100_days": "x"}, "rehearsal-shape", "pauses.per_100_days"),
    ("corrected", {"chance": "-1"}, "rehearsal-shape", "corrected.chance"),
    ("clock_off", {"minutes": "5"}, "rehearsal-unknown-key", "clock_off"),
    ("second_phone", {"three": "1"}, "rehearsal-unknown-key", "second_phone"),
    ("lost_phone", {"per_year": "1"}, "rehearsal-unknown-key", "lost_phone"),
    ("telephone", {"after_days": "-1"}, "rehearsal-shape", "telephone.after_days"),
    ("forms", None, "rehearsal-missing-key", ""),
    ("forms", {"pga": {"items": {}}}, "rehearsal-unknown-name", "forms"),
    ("forms", {"diary_day": {"items": {"itch": "1"}}}, "rehearsal-no-generator", "forms.diary_day"),
    ("forms", {}, "rehearsal-no-generator", "forms.diary_week"),
    ("forms", {"diary_day": {"items": {"nails": "1"}}}, "rehearsal-unknown-item", "forms.diary_day"),
    ("forms", {"diary_day": {"items": {}, "per_100_days": "2"}}, "rehearsal-asked-by-calendar", "forms"),
    ("forms", {"diary_day": {"fill": "x", "items": {}}}, "rehearsal-unknown-key", "forms.diary_day"),
    ("forms", {"diary_day": {"items": {"itch": {"rule": "age >= 18", "sd": "1"}}}}, "rehearsal-shape", "forms"),
    ("forms", {"diary_day": {"items": {"itch": {"rule": "nails"}}}}, "unknown-name", "forms"),
    ("forms", {"diary_day": {"items": {}, "tells_of": {"adverse_event": {"cold": "1"}}}}, "rehearsal-asked-by-calendar", "forms"),
    ("forms", {"diary_report": {"items": {}, "tells_of": {"log": {"cold": "1"}}}}, "rehearsal-unknown-name", "forms.diary_report.tells_of"),
    ("forms", {"diary_report": {"items": {}, "tells_of": {"adverse_event": {"stopping": "1"}}}}, "rehearsal-unknown-name", "forms.diary_report.tells_of.adverse_event"),
    ("forms", {"diary_report": {"items": {}, "tells_of": {"adverse_event": {"injection_site": "1"}}}}, "rehearsal-unknown-name", "forms.diary_report.tells_of.adverse_event"),
    ("forms", {"diary_report": {"items": {}, "tells_of": {"adverse_event": {"cold": "2"}}}}, "rehearsal-shape", "forms.diary_report.tells_of.adverse_event"),
    ("forms", {"diary_report": {"items": {"words": {"by": {"item": "row", "cases": {"flu": "I am ill."}}}}, "tells_of": {"adverse_event": {"cold": "1"}}}}, "rehearsal-unknown-name", "forms.diary_report.items.words.by.cases"),
)  # fmt: skip


@pytest.mark.parametrize(("key", "value", "code", "where"), WRONG)
def test_what_is_wrong_in_the_diary_is_said_with_its_path(
    key: str, value: object, code: str, where: str
) -> None:
    diary = {**study().rehearsal["diary"], key: value}  # type: ignore[dict-item]  # a mapping
    if value is None:
        del diary[key]
    read = read_rehearsal(replace(study(), rehearsal={**study().rehearsal, "diary": diary}))  # type: ignore[dict-item]  # may be what no file holds

    assert isinstance(read, tuple)
    path = f"rehearsal.diary.{where}".rstrip(".")
    assert [one for one in read if one.code == code and one.where.startswith(path)], read


@pytest.mark.parametrize("section", ["forms", "logs", "entered_by_form"])
def test_the_site_enters_no_form_of_the_diary(section: str) -> None:
    tree = {"forms": {"items": {}}, "logs": {"rows": {}}, "entered_by_form": "coordinator"}[section]
    part = {**study().rehearsal[section], "diary_day": tree}  # type: ignore[dict-item]  # a mapping
    read = read_rehearsal(replace(study(), rehearsal={**study().rehearsal, section: part}))  # type: ignore[dict-item]  # as above

    assert isinstance(read, tuple)
    assert [(one.code, one.where) for one in read] == [("rehearsal-unknown-name", f"rehearsal.{section}")]


def test_a_study_without_a_diary_has_none_to_keep() -> None:
    found = check_block(replace(study(), diary=None), block())
    assert [one.where for one in found if one.code == "rehearsal-no-diary"] == ["rehearsal.diary"]
