"""A data folder of its own for each test, with a participant and the phone's side of the protocol."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.diary.phone import Phone, Server
from tests.store.conftest import data, small_data  # noqa: F401  - fixtures
from tests.store.small import give, save, screen


@pytest.fixture
def server(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:  # noqa: F811 - the fixture that is imported above
    """The server on the evening of 2 March in Shanghai, with one participant who was screened on 10 February."""
    from trialwright.diary.pace import PACE
    from trialwright.store import clock

    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
    known = Server(datetime(2026, 3, 2, 13, 0, tzinfo=UTC))
    monkeypatch.setattr(clock, "now", lambda: known.now)
    PACE.counts.clear()
    yield known


@pytest.fixture
def phone(server: Server) -> Phone:
    """A phone that has joined."""
    return server.join()
