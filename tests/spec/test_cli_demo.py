"""`trialwright demo`: built whole or not at all, never over something else, and only a demo is ever removed."""

import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoDbBlocker
from tests.acceptance.console import Ran, run

from trialwright.cli.demo import calendar_of, find_study
from trialwright.cli.files import load_study
from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE, UserError
from trialwright.cli.rehearsal import load_rehearsal
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.run import Plan, Rehearsing

STUDY = Path(__file__).parents[1] / "studies" / "migraine"


@pytest.fixture(scope="module", autouse=True)
def database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def demo(data: Path, *words: object, study: Path = STUDY, participants: int = 1) -> Ran:
    """Builds and ends, as a process of its own would: no connection is left."""
    from django.db import connections

    common = ("--data", data, "--study", study, "--participants", participants, "--no-serve")
    try:
        return run("demo", *common, *words)
    finally:
        connections.close_all()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, database: None) -> Path:
    """A demo of one participant, for tests that look at it."""
    data = tmp_path_factory.mktemp("built") / "data"
    assert demo(data).code == OK
    return data


@pytest.fixture
def standing(built: Path, tmp_path: Path) -> Path:
    """A copy of it, for tests that change it."""
    return Path(shutil.copytree(built, tmp_path / "data"))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory, database: None) -> tuple[Ran, Path]:
    """A demo of three participants, and what was said while it was built."""
    data = tmp_path_factory.mktemp("three") / "data"
    return demo(data, participants=3), data


def column(data: Path, query: str) -> list[str]:
    connection = sqlite3.connect(data / "trialwright.sqlite3")
    found = [row[0] for row in connection.execute(query)]
    connection.close()
    return found


def site_dates(data: Path) -> list[str]:
    contents = column(data, "SELECT content FROM event WHERE stream LIKE 'participant:%'")
    return sorted(json.loads(content)["site_date"] for content in contents)


def broken(tmp_path: Path, old: str, new: str) -> Path:
    """The study with another rehearsal block."""
    folder = tmp_path / "study"
    shutil.copytree(STUDY, folder)
    block = folder / "rehearsal.yaml"
    text = block.read_text("utf-8")
    assert text.count(old) == 1
    block.write_text(text.replace(old, new), "utf-8")
    return folder


# ------------------------------------------------------------------ building


def test_it_builds_as_many_as_are_asked_for_and_says_so(three: tuple[Ran, Path]) -> None:
    ran, data = three

    assert (ran.code, ran.out) == (OK, "")
    assert "3 virtual participants enrolled of" in ran.err
    assert len(column(data, "SELECT 1 FROM event WHERE kind = 'ParticipantEnrolled'")) == 3
    assert json.loads((data / "data.json").read_text())["demo"] is True


@pytest.mark.unmeasured
def test_the_same_seed_gives_the_same_participants(tmp_path: Path) -> None:
    first, second, other = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    for data, seed in ((first, 3), (second, 3), (other, 4)):
        demo(data, "--seed", seed)
    values = "SELECT value FROM event_value WHERE stream LIKE 'participant:%' ORDER BY stream, sequence, key"

    assert column(first, values) == column(second, values) != column(other, values)


@pytest.mark.unmeasured
def test_until_stops_earlier(built: Path, tmp_path: Path) -> None:
    demo(tmp_path / "part", "--until", "2025-03-01")

    whole, part = site_dates(built), site_dates(tmp_path / "part")
    assert "2025-02-01" < part[-1] <= "2025-03-01" < whole[-1]
    assert part == [day for day in whole if day <= "2025-03-01"]


# ------------------------------------------------------------------ its diaries


def test_virtual_participants_keep_their_diaries(three: tuple[Ran, Path]) -> None:
    ran, data = three

    entries = column(data, "SELECT entry FROM diary_entry WHERE source = 'phone'")
    phones = column(data, "SELECT device FROM device WHERE seen_utc > joined_utc")
    assert f"Diaries: {len(entries)} entries by {len(phones)} phones, " in ran.err
    assert len(entries) > 150
    assert len(phones) == len(column(data, "SELECT 1 FROM event WHERE kind = 'DeviceJoined'")) >= 3
    assert column(data, "SELECT 1 FROM invite WHERE used_utc = ''") == []
    assert run("verify", data).code == OK


@pytest.mark.unmeasured
def test_a_demo_that_was_stopped_has_diaries_of_the_last_days(tmp_path: Path) -> None:
    demo(tmp_path / "data", "--until", "2025-04-20", participants=4)

    days = column(tmp_path / "data", "SELECT day FROM diary_entry ORDER BY day")
    assert "2025-04-17" < days[-1] <= "2025-04-20"
    assert column(tmp_path / "data", "SELECT 1 FROM device WHERE revoked = 0")


def test_a_study_whose_participants_keep_no_diary_is_built_as_well(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(STUDY, folder)
    block = folder / "rehearsal.yaml"
    text = block.read_text("utf-8")
    block.write_text(text[: text.index("\ndiary:\n") + 1], "utf-8")
    ran = demo(tmp_path / "data", study=folder)

    assert ran.code == OK
    assert "Diaries" not in ran.err
    assert column(tmp_path / "data", "SELECT 1 FROM device") == []


# ------------------------------------------------------------------ its calendar


def calendar(data: Path) -> dict[str, object]:
    marker: dict[str, object] = json.loads((data / "data.json").read_text("utf-8"))
    return {name: marker[name] for name in ("built_to", "middle", "days_off")}


def test_a_trial_that_is_over_says_so_and_how_to_see_it_in_full_course(
    three: tuple[Ran, Path], tmp_path: Path
) -> None:
    ran, data = three

    last, kept = site_dates(data)[-1], calendar(data)
    assert (kept["built_to"], kept["days_off"]) == (last, 0)
    assert f"The trial is over: its last act was on {last}." in ran.err
    assert f"--until {kept['middle']}" in ran.err
    assert f"try: trialwright serve {data}" in ran.err

    middle = demo(tmp_path / "middle", "--until", kept["middle"], participants=3)
    assert f"built to {kept['middle']}; its calendar goes on from the day after" in middle.err


@pytest.mark.unmeasured
def test_a_trial_that_was_stopped_goes_on_the_day_after(tmp_path: Path) -> None:
    from trialwright.store.clock import now
    from trialwright.store.definitions import newest_study, studies
    from trialwright.store.folder import open_data

    demo(tmp_path / "data", "--until", "2025-02-20")

    open_data(tmp_path / "data")
    (known,) = studies()
    assert calendar(tmp_path / "data")["built_to"] == "2025-02-20"
    zones = [ZoneInfo(site.timezone) for site in newest_study(known).sites.values()]
    assert min(now().astimezone(zone).date() for zone in zones) == date(2025, 2, 21)


def test_a_study_without_a_site_goes_by_utc(tmp_path: Path) -> None:
    from trialwright.store.clock import day_at, now
    from trialwright.store.folder import create_data

    create_data(tmp_path / "data")
    study = replace(load_study(STUDY), sites={})

    assert day_at(study) in {now().date(), (now() - timedelta(minutes=1)).date()}


@pytest.mark.unmeasured
def test_nothing_of_a_demo_lies_in_the_future() -> None:
    """On a machine whose day is before the last of the trial, the trial's own calendar is ahead."""
    study = load_study(STUDY)
    zones = {site.id: ZoneInfo(site.timezone) for site in study.sites.values()}
    plan = Plan(seed=7, participants=1)
    run = Rehearsing(study, load_rehearsal(study, None), MemoryDoor(study, random.Random(7)), zones, plan)
    run.run()
    assert run.last_act is not None

    found = calendar_of(run, datetime(2025, 1, 20, 18, tzinfo=UTC))
    assert date(2025, 1, 20) + timedelta(days=found.days_off) == run.last_act + timedelta(days=1)
    assert calendar_of(run, datetime(2099, 1, 20, tzinfo=UTC)).days_off == 0


def test_only_a_demo_has_a_calendar_of_its_own(tmp_path: Path) -> None:
    from trialwright.store.errors import DataError
    from trialwright.store.folder import DemoCalendar, create_data, demo_calendar, keep_calendar

    data = create_data(tmp_path / "data")
    with pytest.raises(DataError, match="is not a demo"):
        keep_calendar(data, DemoCalendar("2025-02-20", "", -300))
    (data / "data.json").write_text('{"format": 2, "demo": false, "days_off": -300}', "utf-8")
    assert demo_calendar(data) == DemoCalendar()


@pytest.mark.unmeasured
def test_what_should_not_have_happened_is_said(tmp_path: Path) -> None:
    study = broken(
        tmp_path,
        "drawn: {true: 0.97}",
        'drawn: "9000"',
    )
    ran = demo(tmp_path / "data", study=study)

    assert ran.code == FINDINGS
    assert "Finding: antibodies.drawn" in ran.err


# ------------------------------------------------------------------ never half, never over something else


def test_nothing_is_left_where_the_block_is_wrong(tmp_path: Path) -> None:
    ran = demo(tmp_path / "data", study=broken(tmp_path, "clock: {", "clok: {"))

    assert ran.code == ENVIRONMENT
    assert "“clok” is not known here" in ran.err
    assert not (tmp_path / "data").exists()


@pytest.mark.unmeasured
def test_a_demo_that_was_killed_while_building_is_built_anew(tmp_path: Path) -> None:
    from django.db import connections

    from trialwright.store.folder import create_data

    create_data(tmp_path / "data", demo=True, seed=7)
    connections.close_all()

    assert demo(tmp_path / "data").code == OK
    assert column(tmp_path / "data", "SELECT code FROM participant")


def test_what_stands_already_is_left_alone(standing: Path) -> None:
    before = (standing / "trialwright.sqlite3").read_bytes()

    ran = demo(standing)

    assert ran.code == USAGE
    assert re.search(r"stands already, built to \d{4}-\d\d-\d\d; --reset builds it anew", ran.err)
    assert (standing / "trialwright.sqlite3").read_bytes() == before


@pytest.mark.unmeasured
def test_a_demo_of_a_former_format_is_built_anew(standing: Path) -> None:
    marker = standing / "data.json"
    marker.write_text(json.dumps({**json.loads(marker.read_text("utf-8")), "format": 1}), "utf-8")

    ran = demo(standing)
    assert (ran.code, len(ran.err.strip().splitlines())) == (ENVIRONMENT, 1)
    assert "has format 1; this version reads format 4. Build a demo anew with --reset." in ran.err
    assert demo(standing, "--reset").code == OK


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("Dear")

    assert demo(tmp_path).code == ENVIRONMENT
    assert demo(tmp_path, "--reset").code == ENVIRONMENT
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = demo(tmp_path / "file" / "data")

    assert ran.code == ENVIRONMENT
    assert "The demo cannot be written: " in ran.err


@pytest.mark.unmeasured
def test_reset_builds_a_demo_anew(standing: Path) -> None:
    (standing / "note.txt").write_text("of the first")

    ran = demo(standing, "--reset", participants=2)

    assert ran.code == OK
    assert not (standing / "note.txt").exists()
    assert len(column(standing, "SELECT 1 FROM event WHERE kind = 'ParticipantEnrolled'")) == 2


def test_reset_removes_nothing_but_a_demo(tmp_path: Path) -> None:
    from trialwright.store.folder import create_data

    data = create_data(tmp_path / "data")
    key = (data / "secret.key").read_text()

    ran = demo(data, "--reset")

    assert ran.code == USAGE
    assert "is not a demo; it is not removed" in ran.err
    assert (data / "secret.key").read_text() == key
    assert (data / "trialwright.sqlite3").is_file()


def test_reset_removes_nothing_before_all_is_read_and_right(standing: Path, tmp_path: Path) -> None:
    before = (standing / "trialwright.sqlite3").read_bytes()
    wrong = tmp_path / "wrong"
    shutil.copytree(STUDY, wrong)
    (wrong / "schedule.yaml").unlink()

    said = {
        "no folder": demo(standing, "--reset", study=tmp_path / "nope"),
        "errors": demo(standing, "--reset", study=wrong),
        "block": demo(standing, "--reset", study=broken(tmp_path, "clock: {", "clok: {")),
        "until": demo(standing, "--reset", "--until", "1999-12-31"),
    }

    codes = {"no folder": ENVIRONMENT, "errors": FINDINGS, "block": ENVIRONMENT, "until": USAGE}
    assert {name: ran.code for name, ran in said.items()} == codes
    assert (standing / "trialwright.sqlite3").read_bytes() == before


def test_nobody_cannot_be_enrolled(tmp_path: Path) -> None:
    assert demo(tmp_path / "data", participants=0).code == USAGE


# ------------------------------------------------------------------ serving, and which study


@pytest.mark.unmeasured
def test_a_demo_that_stands_already_is_served_until_it_is_told_to_end(standing: Path) -> None:
    port, ended = free_port(), threading.Event()
    status: list[int] = []
    browser = threading.Thread(target=lambda: status.append(visit_and_end(port, ended)))
    browser.start()
    ran = run("demo", "--data", standing, "--port", port)
    ended.set()
    browser.join()

    assert (ran.code, status) == (OK, [200]), ran.err
    assert "stands already" in ran.err
    assert f"Trialwright is at http://127.0.0.1:{port}/" in ran.err


def test_a_server_that_is_told_to_end_while_it_starts_has_not_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.cli import serve

    monkeypatch.setattr(serve, "_words", lambda *_: [sys.executable, "-c", "import time; time.sleep(60)"])
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()

    assert serve.run_server(tmp_path, host="127.0.0.1", port=free_port(), workers=1) == OK


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def visit_and_end(port: int, ended: threading.Event) -> int:
    """The status of the first page; then the server is ended as a service manager does, by a signal to its parent."""
    status, end = 0, time.monotonic() + 60
    while not status and time.monotonic() < end and not ended.wait(0.1):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                status = answer.status
        except HTTPError as error:
            status = error.code
        except OSError:
            continue
    if not ended.wait(2):  # the command asks for the page, too, before it says its address
        os.kill(os.getpid(), signal.SIGTERM)
    return status


def test_a_demo_is_not_served_where_the_port_is_taken(standing: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        ran = run("demo", "--data", standing, "--port", taken.getsockname()[1])

    assert ran.code == ENVIRONMENT
    assert "Try another --port" in ran.err


def test_the_reference_study_comes_with_the_program() -> None:
    assert (find_study() / "rehearsal.yaml").is_file()


def test_an_installed_program_looks_inside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "lib" / "python3.11" / "trialwright"
    monkeypatch.setattr("trialwright.cli.demo.files", lambda name: package.parent / name)
    with pytest.raises(UserError, match="name one with --study"):
        find_study()

    (package / "studies" / "first").mkdir(parents=True)
    (package / "studies" / "first" / "study.yaml").touch()
    assert find_study() == package / "studies" / "first"
