"""Each test has a data folder of its own, copied from one that is made once."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker
from tests.store.desk import make_reported
from tests.store.small import COORDINATOR, STUDY, entry, fill, join, make_moment, make_study, send


@contextmanager
def copied(made: Path, tmp_path: Path, blocker: DjangoDbBlocker) -> Iterator[Path]:
    """A copy of a data folder, open."""
    from trialwright.store.folder import open_data

    folder = tmp_path / "data"
    shutil.copytree(made, folder)
    with blocker.unblock():
        open_data(folder)
        yield folder
        close()


def made(make: Callable[[Path], object], place: Path, blocker: DjangoDbBlocker) -> Path:
    """A data folder to be copied."""
    with blocker.unblock():
        make(place / "data")
        close()
    return place / "data"


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    return made(make_study, tmp_path_factory.mktemp("small"), django_db_blocker)


@pytest.fixture(scope="session")
def reported_data(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """One participant, 90 % better at week 16."""
    return made(make_reported, tmp_path_factory.mktemp("reported"), django_db_blocker)


@pytest.fixture
def data(small_data: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """A data folder with the small study, open."""
    with copied(small_data, tmp_path, django_db_blocker) as folder:
        yield folder


@pytest.fixture
def filled(data: Path) -> Path:
    """The same with three participants, a phone of one with two entries, and one account that has a role."""
    from trialwright.store.accounts import NewAccount, create_account, grant
    from trialwright.store.models import Account

    for at, name in enumerate(("p1", "p2", "p3")):
        fill(name, site=("S01", "S02")[at % 2], minutes=at)
    device = join("p1").device
    send("p1", entry("e1", "p1", device, 1, "9"), entry("e2", "p1", device, 2, root="e1", reason="misread"))
    new = NewAccount("li.wei", "", "Li Wei", "Hospital")
    account = create_account(STUDY, new, by=COORDINATOR, at=make_moment(20))
    assert isinstance(account, Account)
    assert grant(STUDY, account.id, "coordinator", "S01", by=COORDINATOR, at=make_moment(21)) is None
    return data


def close() -> None:
    from django.db import connections

    connections.close_all()
