"""One data folder: database, secret key, what it is for. A process has one folder open at a time.

Nothing here imports Django before a folder is opened: the settings are made for that folder.
"""

import json
import os
import secrets
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypedDict

from trialwright.store.errors import DataError
from trialwright.store.storage import advice

FORMAT = 4  # one more with each change after which a folder of before cannot be read
MARKER = "data.json"
DATABASE = "trialwright.sqlite3"
KEY = "secret.key"
ALLOCATION_KEY = "allocation.key"
VARIABLE = "TRIALWRIGHT_DATA"
TABLES = (
    "account", "contact", "definition", "device", "diary_entry", "draft", "event", "event_value", "head", "held_page",
    "invite", "message", "participant", "query", "record", "site_definition", "throttle",
)  # fmt: skip

# WAL and FULL: a commit that was answered survives a power cut. recursive_triggers: INSERT OR REPLACE
# fires the guards against DELETE. secure_delete: a redacted value is gone from the file as well.
PRAGMAS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON; PRAGMA secure_delete = ON"


@dataclass(frozen=True, slots=True)
class DemoCalendar:
    """When the trial of a demo takes place. built_to: the day of its last act. middle: a day on which a trial that is
    over was in full course, else "". days_off: how far its calendar is from the machine's, so that nothing of it lies
    in the future and nobody is awaited since long ago."""

    built_to: str = ""
    middle: str = ""
    days_off: int = 0


class FolderSettings(TypedDict):
    """The settings that depend on the folder."""

    DATA: Path | None
    IS_DEMO: bool
    DEMO: "DemoCalendar"
    SECRET_KEY: str
    DATABASES: dict[str, dict[str, object]]


def settings_of(folder: Path | None) -> FolderSettings:
    """Settings for one folder; for none a database that cannot be opened and a key that nobody keeps."""
    database = Path(os.devnull) / DATABASE if folder is None else folder / DATABASE
    return {
        "DATA": folder,
        "IS_DEMO": folder is not None and is_demo(folder),
        "DEMO": DemoCalendar() if folder is None else demo_calendar(folder),
        "SECRET_KEY": _secret_key(folder),
        "DATABASES": {
            "default": {
                "ENGINE": "trialwright.store.sqlite",
                "NAME": str(database),
                "CONN_MAX_AGE": None,
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": PRAGMAS},
            }
        },
    }


def is_demo(folder: Path) -> bool:
    return bool(_marker(folder).get("demo"))


def demo_calendar(folder: Path) -> DemoCalendar:
    marker = _marker(folder)
    off = marker.get("days_off", 0)
    if not marker.get("demo") or not isinstance(off, int):
        return DemoCalendar()
    return DemoCalendar(str(marker.get("built_to", "")), str(marker.get("middle", "")), off)


def keep_calendar(folder: Path, calendar: DemoCalendar) -> None:
    """Writes down when the trial of a demo takes place, and goes by it from now on."""
    from django.conf import settings

    if not is_demo(folder):
        raise DataError(f"{folder} is not a demo; a trial goes by the machine's calendar.")
    path = folder / MARKER
    path.write_text(json.dumps({**_marker(folder), **asdict(calendar)}) + "\n", "utf-8")
    settings.DEMO = calendar


def allocation_key() -> str:
    """The secret of the lists of arms; it stays as it is for the life of the folder."""
    return (Path(os.environ[VARIABLE]) / ALLOCATION_KEY).read_text("ascii").strip()


def create_data(folder: Path, *, demo: bool = False, seed: int | None = None) -> Path:
    """Makes a data folder and opens it.

    demo: throw-away data, said on every page. seed: makes the lists of arms of a demo the same each time.
    """
    if seed is not None and not demo:
        raise DataError("Only a demo takes a seed; lists of arms must not be guessed.")
    folder = folder.absolute()
    what = "demo" if demo else "data folder"
    try:
        if (folder / MARKER).exists():
            raise DataError(f"{folder} is a data folder already.")
        if folder.exists() and any(folder.iterdir()):
            raise DataError(f"{folder} is not empty.")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"The {what} cannot be written: {error}") from error
    try:
        _write_private(folder / KEY, secrets.token_urlsafe(50))
        _write_private(folder / ALLOCATION_KEY, secrets.token_urlsafe(50) if seed is None else f"seed {seed}")
        _write_private(folder / MARKER, json.dumps({"format": FORMAT, "demo": demo}) + "\n")
        _make_tables(folder)
    except OSError as error:
        _remove_files(folder)
        raise DataError(f"The {what} cannot be written: {error}") from error
    return folder


def _make_tables(folder: Path) -> None:
    """Raises OSError where the database cannot be written."""
    _point(folder)
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    except DatabaseError as error:
        raise OSError(f"{folder / DATABASE}: {error}") from error
    (folder / DATABASE).chmod(0o600)


def _remove_files(folder: Path) -> None:
    """The folder was empty: all in it is of the try that failed, and would be in the way of the next."""
    for path in folder.iterdir():
        path.unlink(missing_ok=True)


def open_data(folder: Path) -> Path:
    """Opens a data folder: sets Django up for it. Opening the open one again does nothing.

    Opening another one is for a process that works on one after the other, never for a server.
    """
    folder = check_data(folder)
    _point(folder)
    return folder


def check_data(folder: Path) -> Path:
    """The folder's full path. Raises DataError where it is no data folder, or one of another version."""
    folder = folder.absolute()
    marker = _marker(folder)
    if marker.get("format") != FORMAT:
        found = f"{folder} has format {marker.get('format')}; this version reads format {FORMAT}."
        raise DataError(f"{found} Build a demo anew with --reset." if marker.get("demo") else found)
    if not (folder / DATABASE).is_file():
        raise DataError(f"{folder} has no database {DATABASE}.")
    _check_tables(folder / DATABASE)
    return folder


def _check_tables(database: Path) -> None:
    """Raises DataError for a file that is no database, or one that lacks a table. Asked without Django: soon said."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        raise DataError(f"{database} cannot be read: {error}.{advice(database.parent)}") from error
    missing = [name for name in TABLES if name not in found]
    if missing:
        raise DataError(f"{database} has no table {', '.join(missing)}.")


def _marker(folder: Path) -> dict[str, object]:
    try:
        marker = json.loads((folder / MARKER).read_text("utf-8"))
    except FileNotFoundError:
        raise DataError(f"{folder} is not a data folder: it has no {MARKER}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{folder / MARKER} cannot be read: {error}") from error
    if not isinstance(marker, dict):
        raise DataError(f"{folder / MARKER} is not what it should be.")
    return marker


def _secret_key(folder: Path | None) -> str:
    given = os.environ.get("TRIALWRIGHT_SECRET")
    if given is not None:
        if len(given) < 50:
            raise DataError("TRIALWRIGHT_SECRET needs at least 50 characters.")
        return given
    if folder is None:
        return secrets.token_urlsafe(50)
    try:
        return (folder / KEY).read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise DataError(f"The secret key cannot be read: {error}") from error


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _point(folder: Path) -> None:
    os.environ[VARIABLE] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialwright.web.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    _point_django(folder)


def _point_django(folder: Path) -> None:
    from django.conf import settings
    from django.db import connections

    from trialwright.store.cache import forget_folder

    connection = connections["default"]
    if connection.settings_dict["NAME"] == str(folder / DATABASE):
        return
    for name, value in settings_of(folder).items():
        setattr(settings, name, value)
    connection.close()
    connection.settings_dict["NAME"] = str(folder / DATABASE)
    forget_folder()
