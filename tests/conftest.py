"""For all tests: one process may drive a browser and ask the database, and holds many modules that stay."""

import gc
import os
from collections.abc import Generator
from contextlib import nullcontext

import pytest
from tests.untraced import untraced

# Playwright leaves an event loop running in its thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_finish() -> None:
    """What was imported stays to the end. Left as it is, the collector of circles would look through all of it each
    time that a test made some ten thousand values, for a tenth of the time of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Of tests marked `unmeasured`, what is made for them and what they start are not traced either."""
    with untraced() if item.get_closest_marker("unmeasured") else nullcontext():
        return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: a long one that is begun last keeps one process busy and the other idle."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
