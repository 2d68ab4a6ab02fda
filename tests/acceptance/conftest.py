"""Tests of acceptance open data folders of their own."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module", autouse=True)
def database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database may be used; afterwards no folder is open."""
    from django.db import connections

    with django_db_blocker.unblock():
        yield
        connections.close_all()
