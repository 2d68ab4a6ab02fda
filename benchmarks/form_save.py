"""A form of 40 items saved over HTTP, against a bare view with one INSERT behind the same server."""

import sqlite3
import statistics
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client as InProcess
from django.test.utils import CaptureQueriesContext

from benchmarks.browser import Client, server, value_of
from benchmarks.figures import Figure, median_ms, timed
from benchmarks.forty import Actor, Study, again, answers, build, screen

ROUNDS = 120
VISITS = 240


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        study, by = build(data)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE minimal (id INTEGER PRIMARY KEY, body TEXT)")
        first, long, short = (screen(study, by, number) for number in (1, 2, 3))
        for participant in (first, long, short):
            for number in range(1, VISITS + 1):
                again(study, by, participant, number)
        queries = count_queries(study, by, first)
        bare = bare_transactions(data)
        connection.close()
        with server(data) as port:
            client = Client(port)
            client.sign_in(by.account)
            saves, minimal = alternate(client, study, first)
            late, early = late_and_early(client, study, long, short)
    ratio = statistics.median(saves) / statistics.median(minimal)
    return [
        Figure("form of 40 items, POST to answer, p50", median_ms(saves), "ms"),
        Figure("bare view with one INSERT, p50", median_ms(minimal), "ms"),
        Figure("bare transaction without HTTP, p50", median_ms(bare), "ms"),
        Figure("form save / bare view", ratio, "x", 8),
        Figure("SQL statements of a form save, with BEGIN and COMMIT", queries, "", 8),
        Figure("saves 181-220 of one participant / saves 6-45 of another", late / early, "x", 1.1),
    ]


def url(study: Study, participant: str, key: str) -> str:
    visit = key.replace("#", ".")
    return f"/studies/{study.id}/participants/{participant}/visits/{visit}/forms/forty/0/"


def save(client: Client, study: Study, participant: str, key: str, seed: int) -> float:
    """Seconds from sending the filled form to its answer."""
    address = url(study, participant, key)
    status, _, page = client.ask("GET", address)
    if status != 200:
        raise SystemExit(f"{address} answered {status}.")
    fields = answers(seed) | {
        name: value_of(page, name) for name in ("csrfmiddlewaretoken", "command", "base")
    }
    answered: list[int] = []
    seconds = timed(lambda: answered.append(client.ask("POST", address, fields)[0]))
    if answered != [302]:
        raise SystemExit(f"The save was answered with {answered[0]}.")
    return seconds


def alternate(client: Client, study: Study, participant: str) -> tuple[list[float], list[float]]:
    """In turn, so that a change of the machine's pace meets both."""
    saves, minimal = [], []
    for number in range(1, ROUNDS + 1):
        saves.append(save(client, study, participant, f"AGAIN#{number}", number))
        minimal.append(timed(lambda n=number: client.ask("POST", "/minimal", answers(n))))
    return saves[10:], minimal[10:]


def late_and_early(client: Client, study: Study, long: str, short: str) -> tuple[float, float]:
    """Medians of saves 181-220 of one participant and of saves 6-45 of another with as many visits, in turn.

    The first five, which warm nothing but themselves, would flatter the ratio.
    """
    for participant, before in ((long, 180), (short, 5)):
        for number in range(1, before + 1):
            save(client, study, participant, f"AGAIN#{number}", number)
    late, early = [], []
    for number in range(1, 41):
        late.append(save(client, study, long, f"AGAIN#{180 + number}", number))
        early.append(save(client, study, short, f"AGAIN#{5 + number}", number))
    return statistics.median(late), statistics.median(early)


def count_queries(study: Study, by: Actor, participant: str) -> int:
    """Statements of one POST, as the database layer counts them."""
    settings.ROOT_URLCONF = "trialwright.web.urls"
    client = InProcess(SERVER_NAME="localhost")
    client.post("/sign-in/demo", {"account": by.account})
    address = url(study, participant, "V1")
    page = client.get(address).content.decode()
    fields = answers(1) | {name: value_of(page, name) for name in ("command", "base")}
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, fields)
    if answer.status_code != 302:
        raise SystemExit(f"The save was answered with {answer.status_code}.")
    return len(queries)


def bare_transactions(data: Path) -> list[float]:
    """One INSERT in a transaction with the same durability, straight on the database."""
    bare = sqlite3.connect(data / "trialwright.sqlite3", isolation_level=None)
    bare.execute("PRAGMA synchronous = FULL")

    def write() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO minimal (body) VALUES (?)", ("&".join(answers(1).values()),))
        bare.execute("COMMIT")

    times = [timed(write) for _ in range(ROUNDS)]
    bare.close()
    return times
