"""A thousand phones that each send seven days at once, against a bare view with one INSERT behind the same server.

The server is gunicorn in a process of its own, as `serve` starts it: what a phone waits for has the server's threads,
its locks and its commits in it, which a call inside one process has not. Phones send one after the other, so that the
time of a request is that of the server and not that of a queue.
"""

import http.client
import json
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection

from benchmarks.browser import Client, server
from benchmarks.figures import Figure, median_ms, timed
from benchmarks.first_paint import first_paints
from benchmarks.form_save import bare_transactions
from benchmarks.forty import answers
from trialwright.cli.demo import find_study
from trialwright.cli.door import make_accounts
from trialwright.cli.files import read_library, read_study_folder
from trialwright.ledger.commands import Actor, Moment, SaveForm, ScreenParticipant, Typed
from trialwright.simulate.read import read_rehearsal
from trialwright.store import devices
from trialwright.store.definitions import activate, add_definition
from trialwright.store.devices import Invitation
from trialwright.store.folder import create_data
from trialwright.store.submit import submit
from trialwright.store.transactions import writing
from trialwright.study.model import Study
from trialwright.values.problem import Problem

PHONES = 1000
DAYS = 7
WARMING = 20  # phones that warm the server and are not measured
BARE_EVERY = 5  # phones for each request to the bare view
YEAR = 1990
ANSWERS = {"itch": {"v": "4"}, "pain": {"v": "2"}, "tightness": {"v": "3"}, "sleep": {"v": "1"}}


@dataclass(frozen=True, slots=True)
class Joined:
    """A phone with a week in its queue."""

    token: str
    message: bytes


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        create_data(data, demo=True)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE minimal (id INTEGER PRIMARY KEY, body TEXT)")
        phones = join_all()
        bare = bare_transactions(data)
        connection.close()
        with server(data) as port:
            sent, minimal = alternate(port, phones)
            paints = first_paints(port)
    return [*figures(sent, minimal, bare), *paints]


def figures(sent: Sequence[float], minimal: Sequence[float], bare: Sequence[float]) -> list[Figure]:
    p95 = statistics.quantiles(sent, n=20)[-1]
    entries = DAYS * len(sent) / sum(sent)
    transactions = 1 / statistics.mean(bare)
    ratio = statistics.median(sent) / statistics.median(minimal)
    return [
        Figure(f"entries a second, {PHONES} phones with {DAYS} days each", entries, "1/s"),
        Figure("bare transactions a second, without HTTP", transactions, "1/s"),
        Figure("bare transactions / entries", transactions / entries, "x", 10),
        Figure(f"request with {DAYS} entries, p50", median_ms(sent), "ms"),
        Figure(f"request with {DAYS} entries, p95", 1000 * p95, "ms"),
        Figure("bare view with one INSERT, p50", median_ms(minimal), "ms"),
        Figure("request, p50 / bare view", ratio, "x", 12),
        Figure("request, p95 / p50", p95 / statistics.median(sent), "x"),
    ]


def alternate(port: int, phones: Sequence[Joined]) -> tuple[list[float], list[float]]:
    """In turn, so that a change of the machine's pace meets both."""
    sender, client = http.client.HTTPConnection("127.0.0.1", port, timeout=60), Client(port)
    sent, minimal = [], []
    for number, phone in enumerate(phones):
        sent.append(timed(lambda one=phone: send(sender, one)))
        if number % BARE_EVERY == 0:
            minimal.append(timed(lambda n=number: client.ask("POST", "/minimal", answers(n))))
    return sent[WARMING:], minimal[WARMING // BARE_EVERY :]


def send(sender: http.client.HTTPConnection, phone: Joined) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {phone.token}"}
    sender.request("POST", "/diary/api/sync", phone.message, headers)
    answer = sender.getresponse()
    told = json.loads(answer.read())
    states = [result["state"] for result in told.get("results", ())]
    if answer.status != 200 or states != ["stored"] * DAYS:
        raise SystemExit(f"A phone was answered with {answer.status} {told.get('state', states)}.")


# ------------------------------------------------------------------ phones with something to send


def join_all() -> list[Joined]:
    """The reference study with a participant for each phone, screened long enough ago, in one transaction."""
    now = datetime.now(UTC)
    with writing():
        study = add_definition(read_study_folder(find_study()), read_library(), at=now)
        block = read_rehearsal(study)
        if isinstance(block, tuple):
            raise SystemExit(block[0].text)
        site = next(iter(study.sites.values()))
        today = now.astimezone(ZoneInfo(site.timezone)).date()
        at = Moment(now, today)
        system = Actor("system", "administrator", "Bench")
        accounts = make_accounts(study, block, by=system, at=at)
        activate(study.id, site.id, study.hash, by=system, at=at)
        role = block.acts["screen"]
        by = Actor(accounts[role], role, "Bench")
        return [join(study, number, by=by, at=at) for number in range(PHONES + WARMING)]


def join(study: Study, number: int, *, by: Actor, at: Moment) -> Joined:
    participant, site = f"{number:032x}", next(iter(study.sites))
    submit(study.id, ScreenParticipant(f"s{number}", participant, site, ""), by=by, at=at)
    first = (at.site_date - timedelta(days=DAYS + 1)).isoformat()
    visit = SaveForm(f"v{number}", participant, "SCR", "visit", 0, {"date": Typed(first)}, 0)
    done = submit(study.id, visit, by=by, at=at)
    if done.problems:
        raise SystemExit(done.problems[0].text)
    invited = devices.invite(study.id, participant, YEAR, by=by, at=at)
    if not isinstance(invited, Invitation):
        raise SystemExit(invited[0].text)
    joined = devices.join(study.id, invited.code, YEAR, platform="bench", language="en", at=at)
    if isinstance(joined, Problem):
        raise SystemExit(joined.text)
    return Joined(joined.token, json.dumps(message(study, number, at)).encode())


def message(study: Study, number: int, at: Moment) -> Mapping[str, object]:
    """Seven evenings, sent on the morning after the last."""
    zone = ZoneInfo(next(iter(study.sites.values())).timezone)
    entries = []
    for index in range(DAYS):
        day = at.site_date - timedelta(days=DAYS - index)
        entered = datetime(day.year, day.month, day.day, 21, tzinfo=zone)
        entries.append(
            {
                "id": f"p{number}-{index}",
                "number": index + 1,
                "form": "diary_day",
                "visit": "",
                "day": day.isoformat(),
                "items": ANSWERS,
                "entered": entered.isoformat(),
                "definition": study.hash,
                "root": "",
                "corrects": "",
                "reason": None,
            }
        )
    return {"protocol": 1, "app": "bench", "sent": at.utc.isoformat(), "package": "", "entries": entries}
