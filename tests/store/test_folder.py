"""Data folders: made once, private, opened one after the other; unsafe settings are refused."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.store.small import STUDY, fill, make_study

from trialwright.store.errors import DataError
from trialwright.store.folder import create_data, open_data


def test_a_folder_is_private(data: Path) -> None:
    for name in ("secret.key", "allocation.key", "data.json", "trialwright.sqlite3"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600


def test_a_process_goes_from_one_folder_to_the_next(data: Path, tmp_path: Path) -> None:
    from django.conf import settings

    from trialwright.store.people import count_statuses

    fill("p1")
    key = settings.SECRET_KEY
    make_study(tmp_path / "other", demo=False)
    assert count_statuses(STUDY) == {}
    assert (False, tmp_path / "other") == (settings.IS_DEMO, settings.DATA)
    assert key != settings.SECRET_KEY
    open_data(data)
    assert count_statuses(STUDY) == {"enrolled": 1}
    assert (key, True) == (settings.SECRET_KEY, settings.IS_DEMO)


def test_a_folder_is_made_once_and_never_over_other_files(data: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a data folder already"):
        create_data(data)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    with pytest.raises(DataError, match="is not empty"):
        create_data(tmp_path / "full")


def test_lists_of_arms_are_guessable_in_a_demo_only(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Only a demo"):
        create_data(tmp_path / "data", seed=7)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("data.json", None, "has no data.json"),
        ("data.json", "{", "cannot be read"),
        ("data.json", "[]", "not what it should be"),
        ("data.json", json.dumps({"format": 99}), r"has format 99; this version reads format 4\.$"),
        (
            "data.json",
            json.dumps({"format": 1, "demo": True}),
            r"format 4\. Build a demo anew with --reset\.$",
        ),
        ("trialwright.sqlite3", None, "has no database"),
    ],
)
def test_what_is_no_data_folder_is_refused(data: Path, name: str, content: str | None, says: str) -> None:
    if content is None:
        (data / name).unlink()
    else:
        (data / name).write_text(content)
    with pytest.raises(DataError, match=says):
        open_data(data)


def test_a_definition_with_errors_is_refused_with_their_places(data: Path) -> None:
    from tests.store.small import START, small_files

    from trialwright.store.definitions import add_definition

    files = {**small_files(), "terms.yaml": b"first_dose: {label: First, rule: 'at(W9, visit.date)'}\n"}
    with pytest.raises(DataError, match=r"terms.yaml:1:\d+"):
        add_definition(files, {}, at=START)


def test_a_definition_that_no_table_can_answer_is_refused(data: Path) -> None:
    from tests.store.small import START, small_files

    from trialwright.store.definitions import add_definition

    files = small_files(ended="known(mean(vitals.weight))")
    with pytest.raises(DataError, match="cannot be answered for tables"):
        add_definition(files, {}, at=START)


def test_files_that_are_packed_come_out_again_and_in_any_order_give_the_same_bytes(data: Path) -> None:
    from trialwright.cli.files import read_library
    from trialwright.store.definitions import pack, unpack

    found = read_library()
    assert any(name.endswith("/form.yaml") for name in found)
    assert unpack(pack({"study.yaml": b"x"}, found)) == ({"study.yaml": b"x"}, found)
    assert pack({}, found) == pack({}, dict(reversed(found.items())))


def test_a_definition_is_not_read_as_another(data: Path) -> None:
    from trialwright.store import rows
    from trialwright.store.cache import forget_folder
    from trialwright.store.definitions import newest_study, study_by_hash
    from trialwright.store.errors import NotFound

    study = newest_study(STUDY)
    with pytest.raises(NotFound):
        study_by_hash(STUDY, "0" * 64)
    with pytest.raises(NotFound):
        newest_study("OTHER")
    rows.execute("DROP TRIGGER definition_no_update")
    rows.execute("UPDATE definition SET hash = %s", ("0" * 64,))
    forget_folder()
    with pytest.raises(DataError, match=study.hash[:12]):
        study_by_hash(STUDY, "0" * 64)


def settings_with(**variables: str) -> subprocess.CompletedProcess[str]:
    """What the settings say in a process of its own."""
    code = """
import json
from trialwright.web import settings as s
print(json.dumps([s.DEBUG, s.IS_HTTPS, s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.ALLOWED_HOSTS, len(s.SECRET_KEY)]))
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRIALWRIGHT_")}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_debug_is_for_a_demo(data: Path, tmp_path: Path) -> None:
    make_study(tmp_path / "real", demo=False)
    open_data(data)
    refused = settings_with(TRIALWRIGHT_DATA=str(tmp_path / "real"), TRIALWRIGHT_DEBUG="1")
    assert "TRIALWRIGHT_DEBUG is refused" in refused.stderr
    assert json.loads(settings_with(TRIALWRIGHT_DATA=str(data), TRIALWRIGHT_DEBUG="1").stdout)[0] is True
    assert json.loads(settings_with(TRIALWRIGHT_DATA=str(tmp_path / "real")).stdout)[0] is False


def test_another_host_means_https(data: Path) -> None:
    here = json.loads(settings_with(TRIALWRIGHT_DATA=str(data)).stdout)
    assert here[1:5] == [False, "session", False, ["127.0.0.1", "localhost", "[::1]"]]
    there = json.loads(
        settings_with(TRIALWRIGHT_DATA=str(data), TRIALWRIGHT_HOSTS="trial.example.org").stdout
    )
    assert there[1:5] == [True, "__Host-session", True, ["trial.example.org"]]


def test_a_short_secret_is_refused(data: Path) -> None:
    assert "at least 50" in settings_with(TRIALWRIGHT_DATA=str(data), TRIALWRIGHT_SECRET="short").stderr
    given = settings_with(TRIALWRIGHT_DATA=str(data), TRIALWRIGHT_SECRET="x" * 64)
    assert json.loads(given.stdout)[5] == 64


def test_a_folder_without_its_key_is_refused(data: Path) -> None:
    (data / "secret.key").unlink()
    assert "secret key cannot be read" in settings_with(TRIALWRIGHT_DATA=str(data)).stderr


def test_no_migration_is_forgotten(data: Path) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "store", check=True, dry_run=True, verbosity=0, skip_checks=True)
