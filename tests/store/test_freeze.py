"""Casebooks of a whole study at one moment."""

from pathlib import Path

from tests.store.small import (
    COORDINATOR,
    STUDY,
    VITALS_YAML,
    enrol,
    fill,
    give,
    make_moment,
    save,
    screen,
    small_files,
)


def test_a_moment_between_two_acts_shows_the_first(data: Path) -> None:
    from trialwright.store.freeze import freeze

    give(screen("p1"), minutes=1)
    first = give(save("p1", "SCR", "visit", {"date": "2026-02-10"}), minutes=2).book
    give(save("p1", "SCR", "visit", {"date": "2026-02-11"}, base=2, reason="Typing"), minutes=4)
    give(screen("p2"), minutes=5)

    assert freeze(STUDY, as_of=make_moment(3).utc) == (first,)
    assert freeze(STUDY, as_of=make_moment(2).utc) == (first,)
    assert freeze(STUDY, as_of=make_moment(0).utc) == ()
    assert [book.participant for book in freeze(STUDY)] == ["p1", "p2"]


def test_each_site_is_frozen_at_its_own_moment_and_each_stream_read_once(data: Path, monkeypatch) -> None:
    from trialwright.store import freeze as freezing

    fill("p1", site="S01", minutes=0)
    fill("p2", site="S02", minutes=0)
    first = {book.participant: book for book in freezing.freeze(STUDY, as_of=make_moment(30).utc)}
    for name in ("p1", "p2"):
        give(save(name, "", "drugs", {"name": "Ibuprofen"}, repeat=2), minutes=40)
    second = {book.participant: book for book in freezing.freeze(STUDY, as_of=make_moment(60).utc)}
    assert first["p1"] != second["p1"] and first["p2"] != second["p2"]
    replayed = []
    again = freezing.replay
    monkeypatch.setattr(
        freezing, "replay", lambda study, name, events: replayed.append(name) or again(study, name, events)
    )

    moments = {"S01": make_moment(30).utc, "S02": make_moment(60).utc}

    assert freezing.freeze(STUDY, as_of=moments) == (first["p1"], second["p2"])
    assert replayed == ["p1", "p2"]
    assert freezing.freeze(STUDY, as_of={"S02": make_moment(60).utc}) == (second["p2"],)
    assert freezing.freeze(STUDY, as_of={}) == ()


def test_now_is_the_same_from_tables_and_from_the_log(data: Path) -> None:
    from trialwright.store.freeze import freeze

    for at, name in enumerate(("p1", "p2", "p3")):
        fill(name, site=("S01", "S02")[at % 2], minutes=at)
    assert freeze(STUDY) == freeze(STUDY, as_of=make_moment(60).utc)


def test_records_stand_in_one_order(data: Path) -> None:
    from trialwright.store.freeze import freeze

    fill("p1")
    for book in (*freeze(STUDY), *freeze(STUDY, as_of=make_moment(60).utc)):
        assert list(book.records) == sorted(book.records)


def test_a_moment_knows_the_version_that_was_active(data: Path) -> None:
    from trialwright.store.definitions import activate, active_study, add_definition
    from trialwright.store.freeze import freeze

    fill("p1")
    old = active_study(STUDY, "S01")
    new = add_definition(
        small_files(version="1.1.0", vitals=VITALS_YAML.replace("Twice", "Double")), {}, at=make_moment().utc
    )
    activate(STUDY, "S01", new.hash, by=COORDINATOR, at=make_moment(10))
    assert [book.study for book in freeze(STUDY, as_of=make_moment(9).utc)] == [old]
    assert [book.study for book in freeze(STUDY, as_of=make_moment(10).utc)] == [new]
    assert [book.study for book in freeze(STUDY)] == [new]


def test_lists_go_by_code_and_are_cut_into_pages(data: Path) -> None:
    from trialwright.store.people import Wanted, count_statuses, find_by_code, page_of_participants

    for at, name in enumerate(("p1", "p2", "p3")):
        give(screen(name, site=("S01", "S02")[at % 2]))
    give(enrol("p1", "B"))
    fill("p4")

    assert page_of_participants(STUDY, Wanted()) == ("p1", "p3", "p4", "p2")
    assert page_of_participants(STUDY, Wanted(), skip=1, limit=2) == ("p3", "p4")
    assert page_of_participants(STUDY, Wanted(frozenset({"S02"}))) == ("p2",)
    assert page_of_participants(STUDY, Wanted(find="s01-００")) == ("p1", "p3", "p4")
    assert count_statuses(STUDY) == {"enrolled": 2, "screening": 2}
    assert find_by_code(STUDY, " s01-００1") == "p1"
    assert find_by_code(STUDY, "S09-001") is None
