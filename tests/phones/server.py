"""The real server in this process: its endpoints through WSGI, its database on disk. Only its clock is virtual.

It runs as two workers that remember casebooks each for itself, may be started anew, may fail in the midst of what it
writes, and is updated to versions of the protocol that are still to come.
"""

import io
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.phones.study import VERSIONS, files_of

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WORKERS = 2


def make_folder(folder: Path) -> None:
    """A data folder with every version of the study; none is active anywhere yet."""
    from trialwright.store.definitions import add_definition
    from trialwright.store.folder import create_data

    create_data(folder, demo=True, seed=7)
    for version in range(1, VERSIONS + 1):
        add_definition(files_of(version), {}, at=START)


@dataclass(slots=True)
class Server:
    """now: its clock. protocol: that it speaks. fails_at: after so many statements of the next request that
    brings entries its database fails once."""

    app: Callable[..., Any]
    versions: Sequence[str]  # hashes of the study's versions, the first at 0
    now: datetime = START
    protocol: int = 1
    fails_at: int | None = None
    random: Random = field(default_factory=Random)
    rules: dict[str, str] = field(default_factory=dict)
    kept: list[OrderedDict[Any, Any]] = field(default_factory=lambda: [OrderedDict() for _ in range(WORKERS)])

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        body: str = "",
        address: str = "10.0.0.1",
        worker: int = 0,
    ) -> tuple[int, str]:
        """Status and text of the answer."""
        from trialwright.store.cache import CASEBOOKS

        raw = body.encode()
        route, _, query = path.partition("?")
        said: list[str] = []
        environ = {
            **BASE,
            "REQUEST_METHOD": method,
            "PATH_INFO": route,
            "QUERY_STRING": query,
            "REMOTE_ADDR": address,
            "CONTENT_LENGTH": str(len(raw)),
            "wsgi.input": io.BytesIO(raw),
            **({"HTTP_AUTHORIZATION": token} if token else {}),
        }
        CASEBOOKS.kept = self.kept[worker]
        with _statements(self, may_fail='"number"' in body):
            answer = self.app(environ, lambda status, headers: said.append(status))
            text = b"".join(answer).decode()
            answer.close()
        return int(said[0].split()[0]), text

    def rules_at(self, path: str) -> tuple[int, str]:
        """They never change, so that whatever is on the way may answer as well."""
        if path not in self.rules:
            status, text = self.ask("GET", path)
            assert status == 200, (path, status)
            self.rules[path] = text
        return 200, self.rules[path]

    def draw(self, nbytes: int | None = None) -> bytes:
        return self.random.randbytes(nbytes or 32)

    def restart(self) -> None:
        """Its processes remember nothing."""
        for kept in self.kept:
            kept.clear()

    def update(self, protocol: int) -> None:
        from trialwright.diary import versions

        self.protocol = protocol
        versions.CURRENT = protocol  # type: ignore[misc]  # the server of a time to come


BASE = {
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "localhost",
    "SCRIPT_NAME": "",
    "CONTENT_TYPE": "application/json",
    "wsgi.url_scheme": "http",
    "wsgi.version": (1, 0),
    "wsgi.errors": io.StringIO(),
    "wsgi.multithread": False,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


@contextmanager
def _statements(server: Server, *, may_fail: bool) -> Iterator[None]:
    """Lets the database fail at one statement, as where another program holds it."""
    from django.db import connection

    from trialwright.store.sqlite.base import Busy

    if server.fails_at is None or not may_fail:
        yield
        return

    def count(execute: Callable[..., object], *given: object) -> object:
        assert server.fails_at is not None
        server.fails_at -= 1
        if server.fails_at == -1:
            raise Busy("database is locked")
        return execute(*given)

    with connection.execute_wrapper(count):
        yield
    server.fails_at = None


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server on a folder. What the disk does when its power fails is tried elsewhere: here it need not be waited
    for. Chance is drawn from a seed, so that one gives the same again."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connection, connections

    from trialwright.diary import versions
    from trialwright.store import clock, rows
    from trialwright.store.cache import forget_folder
    from trialwright.store.folder import open_data

    open_data(folder)
    forget_folder()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")
    hashes = [str(row[0]) for row in rows.select("SELECT hash FROM definition ORDER BY number")]
    server = Server(get_wsgi_application(), hashes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: server.now)
        patch.setattr(versions, "CURRENT", versions.CURRENT)
        patch.setattr(secrets, "token_bytes", server.draw)
        for name in ("django.request", "trialwright.diary"):  # refusals are what is tried here
            patch.setattr(logging.getLogger(name), "disabled", True)
        yield server
    forget_folder()
    connections.close_all()
