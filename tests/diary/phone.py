"""The phone's side of the protocol, and what stands in the log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from django.http import HttpResponse
from django.test import Client
from tests.store.small import COORDINATOR, STUDY

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Moment

SHANGHAI = timezone(timedelta(hours=8))
YEAR = 1990
Json = dict[str, Any]


@dataclass
class Server:
    """Its clock stands still until a test moves it."""

    now: datetime
    client: Client = field(
        default_factory=lambda: Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=True)
    )

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.now.astimezone(SHANGHAI).date())

    def invite(self, participant: str = "p1") -> str:
        from trialwright.store import devices

        invited = devices.invite(STUDY, participant, YEAR, by=COORDINATOR, at=self.moment)
        assert isinstance(invited, devices.Invitation)
        return invited.code

    def ask_to_join(self, code: str, **changes: object) -> HttpResponse:
        body = {
            "protocol": 1,
            "code": code,
            "year_of_birth": YEAR,
            "language": "zh-Hans",
            "platform": "android",
        }
        return self.post("join", {**body, **changes})

    def join(self, participant: str = "p1") -> "Phone":
        answer = self.ask_to_join(self.invite(participant))
        assert answer.status_code == 200, answer.content
        told = answer.json()  # type: ignore[attr-defined]  # of the test client
        return Phone(self, told["token"], told["device"], told["package"])

    def post(self, path: str, body: object, token: str = "") -> HttpResponse:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.client.post(
            f"/diary/api/{path}", content, content_type="application/json", headers=headers
        )
        assert isinstance(answer, HttpResponse)
        return answer

    def get(self, path: str, token: str = "") -> HttpResponse:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = self.client.get(f"/diary/api/{path}", headers=headers)
        assert isinstance(answer, HttpResponse)
        return answer

    def book(self, participant: str = "p1") -> Casebook:
        from trialwright.store.casebooks import load

        return load(STUDY, participant)


@dataclass
class Phone:
    """off: how far its clock is from the server's."""

    server: Server
    token: str
    device: str
    package: Json
    number: int = 0
    off: timedelta = timedelta(0)

    def entry(self, name: str, itch: str = "4", *, days_ago: int = 0, **changes: object) -> Json:
        """An entry of an evening, as the app makes it."""
        self.number += 1
        entered = (self.server.now + self.off - timedelta(days=days_ago)).astimezone(SHANGHAI)
        return {
            "id": name,
            "number": self.number,
            "form": "diary_day",
            "visit": "",
            "day": entered.date().isoformat(),
            "items": {"itch": {"v": itch}},
            "entered": entered.isoformat(timespec="milliseconds"),
            "definition": self.package["definition"],
            "root": "",
            "corrects": "",
            "reason": None,
            **changes,
        }

    def body(self, *entries: Mapping[str, object], **changes: object) -> Json:
        sent = (self.server.now + self.off).astimezone(SHANGHAI).isoformat(timespec="milliseconds")
        whole = {"protocol": 1, "app": "app-1", "sent": sent, "package": self.package["digest"]}
        return {**whole, "entries": list(entries), **changes}

    def ask(self, *entries: Mapping[str, object], **changes: object) -> HttpResponse:
        return self.server.post("sync", self.body(*entries, **changes), self.token)

    def send(self, *entries: Mapping[str, object], **changes: object) -> Json:
        answer = self.ask(*entries, **changes)
        assert answer.status_code == 200, answer.content
        told: Json = answer.json()  # type: ignore[attr-defined]  # of the test client
        return told


def states(told: Json) -> list[tuple[str, str, list[str]]]:
    return [(one["id"], one["state"], one["flags"]) for one in told["results"]]
