"""`trialwright remind`, and the process that does it beside a server."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker
from tests.spec.fake_services import free_port, smtp_server
from tests.store.conftest import close
from tests.store.small import STUDY
from tests.store.small_diary import add_person, local, make_diary_study, moment

from trialwright.cli import main
from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE, UserError

EVENING = "03-05 20:00"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    folder = tmp_path_factory.mktemp("remind") / "data"
    with django_db_blocker.unblock():
        make_diary_study(folder)
        add_person("p1")
        close()
    return folder


@pytest.fixture
def diary(
    made: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """p1 wants e-mails; it is the evening of 5 March."""
    from trialwright.reminders.wishes import change_wishes
    from trialwright.store import clock
    from trialwright.store.casebooks import load
    from trialwright.store.folder import open_data

    folder = tmp_path / "data"
    shutil.copytree(made, folder)
    monkeypatch.setattr(clock, "now", lambda: local(EVENING))
    for name in [name for name in os.environ if name.startswith(("TRIALWRIGHT_S", "TRIALWRIGHT_PUSH"))]:
        monkeypatch.delenv(name)
    with django_db_blocker.unblock():
        open_data(folder)
        wishes = {"channel": "email", "email": "li@home.example"}
        assert not change_wishes(STUDY, load(STUDY, "p1"), wishes, by="a1", at=moment().utc)
        yield folder
        close()


def use_smtp(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("TRIALWRIGHT_SMTP", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("TRIALWRIGHT_SMTP_FROM", "diary@hospital.example")


def test_remind_sends_once_and_says_so(
    diary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with smtp_server() as server:
        use_smtp(monkeypatch, server.port)
        assert main(["remind", str(diary)]) == OK
        assert capsys.readouterr().out == "SMALL p1: email, sent\n1 sent.\n"
        assert main(["remind", str(diary)]) == OK
        assert capsys.readouterr().out == "0 sent.\n"

    assert server.recipients == ["li@home.example"]


def test_remind_tells_another_program(
    diary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with smtp_server(RCPT="550 no such user") as server:
        use_smtp(monkeypatch, server.port)
        assert main(["remind", str(diary), "--json"]) == FINDINGS

    told = json.loads(capsys.readouterr().out)
    line = {"study": "SMALL", "participant": "p1", "channel": "email", "state": "failed"}
    assert told == [{**line, "note": "gateway-refused"}]


def test_remind_can_look_first(
    diary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with smtp_server() as server:
        use_smtp(monkeypatch, server.port)
        assert main(["remind", str(diary), "--dry-run"]) == OK
        assert capsys.readouterr().out == "SMALL p1: email, waiting\n1 to be sent. Nothing was sent.\n"
        assert not server.mails
        assert main(["remind", str(diary)]) == OK
    assert len(server.mails) == 1


def test_remind_says_what_did_not_go(
    diary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use_smtp(monkeypatch, free_port())
    assert main(["remind", str(diary)]) == OK
    out = capsys.readouterr().out
    assert out == "SMALL p1: email, waiting (gateway-unreachable)\n0 sent. 1 not sent.\n"


def test_remind_names_wrong_settings(
    diary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRIALWRIGHT_SMTP", "mail.hospital.example")
    for command in ("remind", "serve"):
        assert main([command, str(diary)]) == ENVIRONMENT
        assert "TRIALWRIGHT_SMTP cannot be used" in capsys.readouterr().err


def test_a_loop_tells_no_other_program(diary: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remind", str(diary), "--loop", "--json"]) == USAGE
    assert main(["remind", str(diary), "--loop", "--dry-run"]) == USAGE
    assert "--loop" in capsys.readouterr().err


def test_remind_waits_for_another_round(
    diary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from trialwright.cli import remind
    from trialwright.reminders.lock import only_round

    monkeypatch.setattr(remind, "PATIENCE_SECONDS", 0.2)
    with only_round(diary):
        assert main(["remind", str(diary)]) == ENVIRONMENT
    assert "Another round" in capsys.readouterr().err
    assert main(["remind", str(diary)]) == OK


# ------------------------------------------------------------------ from now on


def test_a_loop_goes_on_after_a_fault(
    diary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A database that cannot be written, a fault of ours, another round; then reminders are sent again."""
    from django.db import OperationalError

    from trialwright.cli import remind

    faults: list[Exception] = [
        OperationalError("disk is full"),
        UserError("Another round."),
        RuntimeError("ours"),
    ]
    real, rounds = remind._round, []

    def round_(folder: Path, gateways: object) -> object:
        rounds.append(1)
        if faults:
            raise faults.pop(0)
        if len(rounds) > 5:
            (diary / "data.json").unlink()
        return real(folder, gateways)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(remind, "_round", round_)
    monkeypatch.setattr(remind, "_wait", lambda _told, _seconds: None)

    assert main(["remind", str(diary), "--loop"]) == OK

    said = capsys.readouterr().err
    assert "disk is full" in said
    assert "Another round." in said
    assert "RuntimeError: ours" in said
    assert said.count("SMALL p1: screen, sent") == 1


def test_a_loop_waits_between_rounds_and_no_longer_than_its_server(monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    from trialwright.cli import remind

    monkeypatch.setattr(remind, "STEP_SECONDS", 0.01)
    end = Event()
    begun = time.monotonic()
    remind._wait(end, 0.1)
    assert not end.is_set()
    assert 0.1 <= time.monotonic() - begun < 5

    monkeypatch.setenv(remind.BESIDE, str(os.getppid()))
    remind._wait(end, 0.05)
    assert not end.is_set()
    monkeypatch.setenv(remind.BESIDE, "1")
    remind._wait(end, 60)
    assert end.is_set()


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TRIALWRIGHT_")}


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.unmeasured
def test_a_loop_ends_when_told(diary: Path, number: signal.Signals) -> None:
    words = [sys.executable, "-m", "trialwright", "remind", str(diary), "--loop"]
    loop = subprocess.Popen(words, env=environment(), stderr=subprocess.PIPE)
    wait_for((diary / "remind.lock").exists)
    loop.send_signal(number)
    assert loop.wait(30) == OK


def wait_for(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def reminders_of(server: int) -> list[int]:
    """The processes beside a server that send reminders."""
    told = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    lines = (line.split(None, 2) for line in told.splitlines()[1:])
    return [int(pid) for pid, parent, args in lines if int(parent) == server and " remind " in args]


def is_there(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text("ascii")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.measured
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").exists() or not shutil.which("ps"), reason="no list of processes")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.unmeasured
def test_one_process_sends_reminders_beside_all_workers_and_ends_with_them(
    diary: Path, number: signal.Signals
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "trialwright", "serve", str(diary), "--port", str(port), "--workers", "3"]
    server = subprocess.Popen(
        words, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert server.stderr is not None
        assert next(line for line in server.stderr if "Trialwright is at" in line)
        wait_for(lambda: reminders_of(server.pid))
        (beside,) = reminders_of(server.pid)
        wait_for((diary / "remind.lock").exists)
        assert os.getpgid(beside) == os.getpgid(server.pid)

        server.send_signal(number)

        assert server.wait(30) in (OK, -signal.SIGKILL)
        wait_for(lambda: not is_there(beside))
    finally:
        with suppress(ProcessLookupError):  # the workers of a server that was killed
            os.killpg(server.pid, signal.SIGKILL)
