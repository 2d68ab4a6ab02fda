"""For all tests: one process may drive a browser and ask the database, and holds many modules that stay."""

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Final

import coverage
import pytest
from tests.untraced import untraced
from whitenoise.middleware import WhiteNoiseMiddleware

import trialwright
from trialwright.cli import two_processes

HERE: Final = Path(__file__).parent
# What stands here goes long ways through parts that the tests of these parts measure.
LONG_WAYS: Final = frozenset({"acceptance", "docs", "phones", "property", "reference"})
# Coverage is what quick tests cover: these take long, or go through much that others measure.
UNMEASURED: Final = ("unmeasured", "slow", "browser")
# A worker of xdist has one core: two processes of it would be slower, and the copy of a large one takes long.
IS_ONE_OF_MANY: Final = "PYTEST_XDIST_WORKER" in os.environ
RUN_BY_IMPORT: Final = ("__main__", "wsgi")

SERVED_FILES: Final[dict[str, object]] = {}
look_up_served_files: Final = WhiteNoiseMiddleware.add_files_from_finders


def look_up_once(served: WhiteNoiseMiddleware) -> None:
    """Each client of Django's makes a chain of middle layers of its own, which would look up all files that are served.
    A test that changes a setting of static files must empty SERVED_FILES."""
    if not SERVED_FILES:
        look_up_served_files(served)
        SERVED_FILES.update(served.files)
    served.files.update(SERVED_FILES)


WhiteNoiseMiddleware.add_files_from_finders = look_up_once

# Playwright leaves an event loop running in its thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays to the end. Left as it is, the collector of circles would look through all of it each time
    that a test made some ten thousand values, for a tenth of the time of a run."""
    if session.items and coverage.Coverage.current() is not None:
        import_package()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def import_package() -> None:
    """Of a module that an unmeasured test was the first to ask for, not even the names would be seen."""
    for module in walk_packages(trialwright.__path__, "trialwright."):
        if module.name.rpartition(".")[2] not in RUN_BY_IMPORT:
            import_module(module.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Of a test that is not measured, what is made for it and what it starts are not traced either."""
    is_long = HERE in item.path.parents and item.path.relative_to(HERE).parts[0] in LONG_WAYS
    is_measured = item.get_closest_marker("measured") is not None or not (
        is_long or any(map(item.get_closest_marker, UNMEASURED))
    )
    makes_copies = not IS_ONE_OF_MANY or item.get_closest_marker("copies") is not None
    with nullcontext() if is_measured else untraced(), nullcontext() if makes_copies else without_copies():
        return (yield)


@contextmanager
def without_copies() -> Iterator[None]:
    """Commands that are run in this process do both of two pieces of work themselves."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(two_processes, "can_copy", lambda: False)
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests come first: one that is begun last keeps one process busy and the other idle."""
    long = {
        mark: {item.path for item in items if item.get_closest_marker(mark)}
        for mark in ("slow", "unmeasured")
    }
    items.sort(key=lambda item: (item.path not in long["slow"], item.path not in long["unmeasured"]))
