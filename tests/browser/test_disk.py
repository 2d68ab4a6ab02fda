"""Pages of a server whose disk is full or refuses: reading goes on, nothing is acknowledged, nothing typed is lost."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from tests.browser.desks import HOME, desk, form_address, posted
from tests.store.conftest import data, small_data
from tests.store.small import STUDY, give, save, screen
from tests.store.test_submit import count

__all__ = ["data", "small_data"]

NOTE = "瘦" * 2000  # needs a page of the database for itself


@contextmanager
def full() -> Iterator[None]:
    """What SQLite says of a full disk, without one: the database may not have another page."""
    run = _pragmas()
    most = run("PRAGMA max_page_count")
    run("VACUUM")
    run(f"PRAGMA max_page_count = {run('PRAGMA page_count')}")
    yield
    run(f"PRAGMA max_page_count = {most}")


@contextmanager
def refusing() -> Iterator[None]:
    """What SQLite says where the disk may not be written."""
    run = _pragmas()
    run("PRAGMA query_only = ON")
    yield
    run("PRAGMA query_only = OFF")


def _pragmas() -> Callable[[str], object]:
    from django.db import connection

    connection.ensure_connection()

    def run(statement: str) -> object:
        found = connection.connection.execute(statement).fetchone()
        return found[0] if found else None

    return run


STATES = [(full, 507, "The server’s disk is full"), (refusing, 503, "The server cannot write its data")]


@pytest.fixture
def held(data: Path) -> Client:
    """A client of a coordinator; participant p1 was at the screening visit."""
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
    return desk()


@pytest.mark.parametrize(("state", "status", "title"), STATES)
def test_a_save_that_the_disk_refuses_is_not_acknowledged_and_goes_through_later(
    held: Client, state: Callable[[], AbstractContextManager[None]], status: int, title: str
) -> None:
    from trialwright.store.verify import verify

    form, events = form_address("p1", "SCR"), count("event")
    with state():
        refused = held.post(form, posted(weight="70", note=NOTE))
        assert (refused.status_code, refused["Retry-After"]) == (status, "60")
        assert title in refused.content.decode()
        assert held.post(form_address("p1", "SCR", name="draft"), posted(note=NOTE)).status_code == status
        assert (count("event"), count("draft")) == (events, 0)

    assert held.post(form, posted(weight="70", note=NOTE)).status_code == 302
    assert count("event") > events
    assert verify(STUDY) == ()


def test_the_page_of_a_refusal_speaks_the_language_of_the_person(held: Client) -> None:
    held.cookies["django_language"] = "zh-hans"
    with refusing():
        page = held.post(form_address("p1", "SCR"), posted(weight="70")).content.decode()
    assert "服务器无法写入数据" in page


def seen_long_ago(client: Client) -> float:
    """The session is due to be written anew at the next page; gives when it was last seen."""
    session = client.session
    session["seen"] = datetime.now(UTC).timestamp() - 120
    session.save()
    return float(session["seen"])


def test_pages_are_read_where_nothing_can_be_written(held: Client) -> None:
    seen = seen_long_ago(held)
    with refusing():
        for address in ("", "participants/", "participants/p1/", "queries/"):
            assert held.get(HOME + address).status_code == 200
    assert held.session["seen"] == seen

    assert held.get(HOME).status_code == 200
    assert held.session["seen"] > seen


def test_pages_are_read_while_others_write_without_end(
    held: Client, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.store.sqlite import base

    seen_long_ago(held)
    monkeypatch.setattr(base, "PATIENCE_SECONDS", 0.2)
    with (data / base.LOCK).open("r+b") as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        assert held.get(HOME).status_code == 200


def test_nobody_is_let_in_by_a_session_that_was_not_kept(held: Client) -> None:
    """Signing in is an event and a new session: where neither can be stored, there is no sign-in."""
    from trialwright.store.models import Account

    account = Account.objects.get()
    stranger = Client(headers={"host": "127.0.0.1"})
    with refusing():
        assert stranger.post("/sign-in/demo", {"account": account.id}).status_code == 503
        assert stranger.get(HOME).status_code == 302


def test_a_session_that_is_gone_is_not_taken_for_a_full_disk(held: Client) -> None:
    from django.contrib.sessions.backends.base import UpdateError

    session = held.session
    held.session.delete()
    with pytest.raises(UpdateError):
        session.save()
