"""Folders that are made once for a process."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker
from tests.phones.server import make_folder
from tests.phones.street import Street, settle


@pytest.fixture(scope="session")
def seed() -> int:
    """Of the schedule that is looked at alone: PHONE_SEED=17 .venv/bin/pytest tests/phones -k one_schedule"""
    return int(os.environ.get("PHONE_SEED", "17"))


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """A data folder with every version of the study, and nobody in it."""
    from django.db import connections

    folder = tmp_path_factory.mktemp("phones") / "bare"
    with django_db_blocker.unblock():
        make_folder(folder)
        connections.close_all()
    return folder


@pytest.fixture(scope="session")
def street(
    bare: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Street]:
    with django_db_blocker.unblock():
        made = settle(bare, tmp_path_factory.mktemp("street") / "data")
    yield made
    made.engine.close()


@pytest.fixture(autouse=True)
def _unblocked(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
