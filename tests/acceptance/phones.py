"""Virtual phones that join and send over HTTP, as a phone does; the site's part goes through the store."""

import http.client
import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from tests.served import LOOKS_OFTEN

from trialwright.ledger.commands import Actor, Command, EnterDiary, InviteDevice, Moment
from trialwright.simulate.steps import Join, Reply, Send
from trialwright.values.datum import Missing
from trialwright.values.problem import Problem

Json = dict[str, Any]


class Threaded(ThreadingMixIn, WSGIServer):
    """Each connection in a thread of its own, which ends with it."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass


def tell(*words: object) -> None:
    """Shown where output is asked for (-s, -rP), and beside a failure."""
    sys.stdout.write(f"{' '.join(map(str, words))}\n")


@contextmanager
def serving() -> Iterator[int]:
    """The application of the open data folder behind a real socket; gives the port."""
    from trialwright.web.wsgi import application

    server = make_server("127.0.0.1", 0, application, server_class=Threaded, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs=LOOKS_OFTEN, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Sent:
    """A message as it went, with the token, and what it was answered."""

    token: str
    body: Json
    answer: Json


@dataclass
class PhoneDoor:
    """now: the time on the server, which follows the trial's. sent: every message, to be sent again."""

    site: Any  # a StoreDoor, whose module needs a data folder
    port: int
    now: datetime | None = None
    tokens: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)  # device -> participant
    sent: list[Sent] = field(default_factory=list)

    def submit(self, command: Command, *, by: Actor, at: Moment) -> Reply:
        self.now = at.utc
        reply: Reply = self.site.submit(command, by=by, at=at)
        return reply

    def invite(self, command: InviteDevice, *, by: Actor, at: Moment) -> Reply:
        self.now = at.utc
        reply: Reply = self.site.invite(command, by=by, at=at)
        return reply

    def join(self, asked: Join, *, at: Moment) -> Reply:
        from trialwright.cli.door import YEAR_OF_BIRTH

        self.now = at.utc
        body = {
            "protocol": 1,
            "code": asked.code,
            "year_of_birth": YEAR_OF_BIRTH,
            "language": "en",
            "platform": "virtual",
        }
        status, told = self.post("join", body)
        assert status == 200, told
        device = str(told["device"])
        self.tokens[device], self.digests[device] = told["token"], told["package"]["digest"]
        self.people[device] = asked.participant
        return Reply(self.book(asked.participant), word=device)

    def send(self, sent: Send, *, at: Moment) -> Reply:
        assert at.device is not None
        self.now = at.utc
        device = sent.entries[0].device
        body = {
            "protocol": 1,
            "app": sent.entries[0].app,
            "sent": at.device.isoformat(),
            "package": self.digests[device],
            "entries": [wire(entry) for entry in sent.entries],
        }
        status, told = self.post("sync", body, self.tokens[device])
        self.sent.append(Sent(self.tokens[device], body, told))
        book = self.book(self.people[device])
        if status != 200:
            return Reply(book, (Problem("http", device, f"{status}: {told}"),))
        if "package" in told:
            self.digests[device] = told["package"]["digest"]
        durable = {one["id"] for one in told["results"] if one["state"] in ("stored", "kept_aside")}
        lost = [entry.command_id for entry in sent.entries if entry.command_id not in durable]
        return Reply(book, tuple(Problem("lost", device, entry) for entry in lost))

    def post(self, path: str, body: Mapping[str, object], token: str = "") -> tuple[int, Json]:
        headers = {
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {token}"} if token else {}),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", f"/diary/api/{path}", json.dumps(body), headers)
        answer = connection.getresponse()
        told: Json = json.loads(answer.read())
        connection.close()
        return answer.status, told

    def by_phone(self) -> dict[str, list[Sent]]:
        """What each phone sent, by its token."""
        found: dict[str, list[Sent]] = {}
        for message in self.sent:
            found.setdefault(message.token, []).append(message)
        return found

    def book(self, participant: str) -> Any:
        from trialwright.store.casebooks import load

        return load(self.site.study_id, participant)


def wire(entry: EnterDiary) -> Json:
    """The entry as a phone writes it."""
    return {
        "id": entry.command_id,
        "number": entry.number,
        "form": entry.form,
        "visit": entry.visit,
        "day": entry.day,
        "items": {
            item: {"m": answer.reason} if isinstance(answer, Missing) else {"v": answer.raw}
            for item, answer in entry.items.items()
        },
        "entered": entry.entered.isoformat(),
        "definition": entry.definition,
        "root": entry.root,
        "corrects": entry.corrects,
        "reason": entry.reason,
    }
