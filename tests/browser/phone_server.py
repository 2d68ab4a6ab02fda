"""A small server that speaks the diary's protocol, so that the app is tried without a database. It can lose an answer
after it has stored what came, be down, revoke a phone, end a diary and bring a new version of the app.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from tests.browser.phone_package import RULES
from tests.served import LOOKS_OFTEN

from trialwright.diary.shell import app_files, page, update_source, worker_source

DIARY = Path(__file__).parents[2] / "src" / "trialwright" / "diary"
STATIC = DIARY / "static" / "diary"
# As strict as the server's own.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
KINDS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
SYNC_FIELDS = {"protocol", "app", "sent", "package", "entries"}
ENTRY_FIELDS = {
    "id",
    "number",
    "form",
    "visit",
    "day",
    "items",
    "entered",
    "definition",
    "root",
    "corrects",
    "reason",
}
Answer = tuple[int, dict[str, object]]


@dataclass
class Fake:
    """What the server knows, and how it misbehaves."""

    package: dict[str, object]
    year: int = 1980
    invites: dict[str, str] = field(default_factory=lambda: {"code-1": "new", "code-2": "new"})
    devices: dict[str, str] = field(default_factory=dict)  # token -> "active" or "revoked"
    entries: list[dict[str, object]] = field(default_factory=list)
    settings: list[dict[str, object]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)  # forms of which it takes no entry
    loses_joins: int = 0  # so many answers to phones that have joined are lost
    joined_by: dict[str, object] = field(default_factory=dict)  # code -> the token by which it was used
    loses_answers: int = 0  # so many answers to come are lost after their entries were stored
    is_down: bool = False
    asked_for: list[str] = field(default_factory=list)  # addresses of files
    history_is: dict[str, object] | None = None  # said in place of what it knows
    is_closed: bool = False
    version: str = "1"
    knows_newer: bool = False  # than the package that it gives: the site's study was changed a moment ago
    tries_left: int = 5
    phone_is_fast_by: timedelta = timedelta(0)

    def join(self, body: dict[str, object]) -> Answer:
        code = str(body["code"])
        state = self.invites.get(code, "unknown")
        is_again = state == "used" and self.joined_by.get(code) == body["token"]
        if state != "new" and not is_again:
            return (404 if state == "unknown" else 410), {"state": state}
        if body["year_of_birth"] != self.year:
            self.tries_left -= 1
            return 422, {"state": "year", "tries_left": self.tries_left}
        self.invites[code], self.joined_by[code] = "used", body["token"]
        token = f"token-{code}"
        self.devices[token] = "active"
        return 200, {"token": token, "device": f"device-{code}", "package": self.package}

    def sync(self, token: str, body: dict[str, object]) -> Answer:
        state = self.devices.get(token, "unknown")
        if state != "active":
            return 401, {"state": state}
        unknown = set(body) - SYNC_FIELDS
        entries = body["entries"]
        assert isinstance(entries, list)
        for entry in entries:
            unknown |= set(entry) ^ ENTRY_FIELDS
        if unknown:
            return 422, {"field": sorted(unknown)[0]}
        return 200, self.take(body, entries)

    def take(self, body: dict[str, object], entries: list[dict[str, object]]) -> dict[str, object]:
        known = {one["id"] for one in self.entries}
        taken = [one for one in entries if one["form"] not in self.refuses]
        self.entries += [{**one, "sent": body["sent"]} for one in taken if one["id"] not in known]
        changed = {} if body["package"] == self.package["digest"] else {"package": self.package}
        return {
            "now": self.now(str(body["sent"])),
            "results": [
                {"id": one["id"], "state": "stored" if one in taken else "refused", "flags": []}
                for one in entries
            ],
            "closed": self.is_closed,
            "done": [[one["form"], one["visit"], one["day"]] for one in self.entries],
            "holes": [],
            **changed,
        }

    def keep(self, wishes: dict[str, object]) -> Answer:
        """The diary is open from 18:00 to 12:00 the next day."""
        if "12:00" <= str(wishes.get("remind_at") or "20:00") < "18:00":
            return 422, {"state": "remind-outside", "field": "remind_at"}
        self.settings.append(wishes)
        return 200, {}

    def now(self, sent: str) -> str:
        moment = datetime.fromisoformat(sent).astimezone(UTC) - self.phone_is_fast_by
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

    def history(self) -> dict[str, object]:
        if self.history_is is not None:
            return self.history_is
        replaced = {one["corrects"] for one in self.entries}
        names = ("id", "root", "form", "visit", "day", "entered", "items")
        return {
            "entries": [
                {**{name: one[name] for name in names}, "is_standing": one["id"] not in replaced}
                for one in self.entries
            ],
            "package": "newer" if self.knows_newer else self.package["digest"],
        }


def text_of(path: str, version: str, asked: str = "") -> bytes | None:
    """The file at an address, as the server sends it, with a version of this test's choice. asked: the version of the
    app that asks, where it says so."""
    if asked not in ("", version):
        return update_source().encode()
    if path == "/diary/":
        return page(version).encode()
    if path == "/diary/sw.js":
        return worker_source(hashlib.sha256(version.encode()).hexdigest()[:12]).encode()
    if path.startswith("/diary/rules/"):
        return RULES.encode()
    file = STATIC.parent / path.removeprefix("/static/")
    if path.startswith("/static/diary-icons/") and file.is_file():
        return file.read_bytes()
    return app_files().get(path)


class Handler(BaseHTTPRequestHandler):
    server: "Server"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if self.server.fake.is_down:
            self.close_connection = True
        elif path == "/diary/api/history":
            self.tell(200, self.server.fake.history()) if self.known() else self.tell(
                401, {"state": "unknown"}
            )
        elif path == "/diary/api/reminders.ics":
            self.give(200, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")
        else:
            self.server.fake.asked_for.append(self.path)
            self.file(path, "".join(parse_qs(query).get("v", [])))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.fake.is_down:
            self.close_connection = True
            return
        status, answer = self.answered(body)
        if self.path == "/diary/api/join" and status == 200 and self.server.fake.loses_joins:
            self.server.fake.loses_joins -= 1
            self.close_connection = True
            return
        if self.path == "/diary/api/sync" and body["entries"] and self.server.fake.loses_answers:
            self.server.fake.loses_answers -= 1
            self.close_connection = True
            return
        self.tell(status, answer)

    def answered(self, body: dict[str, object]) -> Answer:
        if self.path == "/diary/api/join":
            return self.server.fake.join(body)
        if self.path == "/diary/api/sync":
            return self.server.fake.sync(self.token(), body)
        return self.server.fake.keep(body)

    def token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def known(self) -> bool:
        return self.server.fake.devices.get(self.token()) == "active"

    def file(self, path: str, asked: str) -> None:
        text = text_of(path, self.server.fake.version, asked)
        kind = KINDS.get(Path(path).suffix, "text/html; charset=utf-8")
        self.give(200, text, kind) if text is not None else self.give(404, b"", "text/plain")

    def tell(self, status: int, answer: dict[str, object]) -> None:
        self.give(status, json.dumps(answer).encode(), "application/json")

    def give(self, status: int, text: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Silent."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: Fake) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fake = fake


@contextmanager
def serving(fake: Fake) -> Iterator[str]:
    """The address at which the fake answers."""
    server = Server(fake)
    thread = threading.Thread(target=server.serve_forever, kwargs=LOOKS_OFTEN, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
