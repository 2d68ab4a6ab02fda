"""verify, seal, rebuild and serve from the console."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from tests.store.small import fill

from trialwright.cli import main
from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE


def damage(data: Path) -> None:
    connection = sqlite3.connect(data / "trialwright.sqlite3", isolation_level=None)
    connection.execute(
        "UPDATE record SET items = '{}' WHERE participant = 'p1' AND form = 'vitals' AND visit = 'SCR'"
    )
    connection.close()


def test_verify_says_that_all_agrees_or_names_the_row(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill("p1")
    assert main(["verify", str(data)]) == OK
    assert "Everything agrees." in capsys.readouterr().out
    damage(data)
    assert main(["verify", str(data)]) == FINDINGS
    assert "record: p1 / SCR / vitals / 0: items: not what the events say." in capsys.readouterr().out
    assert main(["verify", str(data), "--json"]) == FINDINGS
    assert json.loads(capsys.readouterr().out)[0]["code"] == "row-differs"


def test_rebuild_puts_it_right(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill("p1")
    damage(data)
    assert main(["rebuild", str(data), "--dry-run"]) == OK
    assert "1 rows would change." in capsys.readouterr().out
    assert main(["rebuild", str(data)]) == OK
    assert main(["verify", str(data)]) == OK


def test_seal_is_written_once_and_checked(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seal = tmp_path / "seal.json"
    fill("p1")
    assert main(["seal", str(data), "-o", str(seal)]) == OK
    assert main(["verify", str(data), "--seal", str(seal)]) == OK
    assert main(["seal", str(data), "-o", str(seal)]) == ENVIRONMENT
    assert "cannot be written" in capsys.readouterr().err
    seal.write_text(seal.read_text().replace("p1", "p2"))
    assert main(["verify", str(data), "--seal", str(seal)]) == FINDINGS
    assert main(["verify", str(data), "--seal", str(tmp_path / "none.json")]) == ENVIRONMENT
    assert main(["seal", str(data), "-o", str(tmp_path / "b"), "--study", "OTHER"]) == ENVIRONMENT
    assert "SMALL" in capsys.readouterr().err


def test_a_seal_tells_the_time_of_the_demo_that_it_seals(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from trialwright.store.clock import now
    from trialwright.store.folder import DemoCalendar

    fill("p1")
    monkeypatch.setattr(settings, "DEMO", DemoCalendar(days_off=-400))
    assert main(["seal", str(data), "-o", str(tmp_path / "seal.json")]) == OK
    assert json.loads((tmp_path / "seal.json").read_text())["utc"][:10] == now().date().isoformat()


def test_a_sentence_and_no_traceback_where_there_are_no_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(tmp_path)]) == ENVIRONMENT
    said = capsys.readouterr().err
    assert "is not a data folder" in said
    assert "Traceback" not in said


def test_serve_on_another_host_needs_its_names(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRIALWRIGHT_HOSTS", raising=False)
    assert main(["serve", str(data), "--host", "0.0.0.0"]) == ENVIRONMENT
    assert "TRIALWRIGHT_HOSTS" in capsys.readouterr().err
    assert main(["serve", str(data), "--port", "0"]) == USAGE


@pytest.mark.slow
@pytest.mark.unmeasured
def test_serve_says_its_address_when_it_answers_and_ends_when_told(data: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "trialwright", "serve", str(data), "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if name != "TRIALWRIGHT_DATA"}
    server = subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    address = f"http://127.0.0.1:{port}/"
    assert address in next(line for line in server.stderr if "Trialwright is at" in line)
    with urllib.request.urlopen(address) as answer:
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == OK


def test_serve_says_so_where_the_port_is_taken(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert main(["serve", str(data), "--port", str(taken.getsockname()[1])]) == ENVIRONMENT
    assert "Try another --port" in capsys.readouterr().err
