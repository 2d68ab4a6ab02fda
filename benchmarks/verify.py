"""verify of a whole study, against a bare loop of json and sha256 over the same rows, one sha256 per commitment."""

import hashlib
import json
import sqlite3
import statistics
import tempfile
from pathlib import Path

from benchmarks.figures import Figure, timed
from trialwright.cli.demo import build, find_study
from trialwright.simulate.run import Plan
from trialwright.store.definitions import studies
from trialwright.store.verify import verify

ROUNDS = 5


def bare(database: Path) -> int:
    """Reads every event, parses it, hashes it onto the chain; hashes every value with its salt."""
    connection = sqlite3.connect(database)
    values: dict[tuple[str, int], list[tuple[str, str, str]]] = {}
    for stream, sequence, key, salt, value in connection.execute(
        "SELECT stream, sequence, key, salt, value FROM event_value ORDER BY stream, sequence"
    ):
        values.setdefault((stream, sequence), []).append((key, salt, value))
    wrong = 0
    rows = connection.execute(
        "SELECT stream, sequence, content, previous, seal FROM event ORDER BY stream, sequence"
    )
    for stream, sequence, content, previous, seal in rows:
        body = json.loads(content)
        wrong += hashlib.sha256((previous + content).encode()).hexdigest() != seal
        commitments = body["commitments"]
        for key, salt, value in values.get((stream, sequence), ()):
            wrong += hashlib.sha256((salt + value).encode()).hexdigest() != commitments[key]
    connection.close()
    return wrong


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        build(data, find_study(), Plan(7, 50))
        study = studies()[0]
        if verify(study) or bare(data / "trialwright.sqlite3"):
            raise SystemExit("The demo does not verify.")
        whole, loop = [], []
        for _ in range(ROUNDS):
            whole.append(timed(lambda: verify(study)))
            loop.append(timed(lambda: bare(data / "trialwright.sqlite3")))
    return [
        Figure("verify, 50 participants", statistics.median(whole), "s"),
        Figure("bare loop of json and sha256", statistics.median(loop), "s"),
        Figure("verify / bare loop", statistics.median(whole) / statistics.median(loop), "x", 2.5),
    ]
