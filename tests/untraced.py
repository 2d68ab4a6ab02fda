"""Long ways that other tests measure."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.machinery import SourceFileLoader
from types import ModuleType

import coverage
import pytest

# What coverage leaves in the environment for the processes that a test starts.
FOR_PROCESSES = "COVERAGE_PROCESS_CONFIG"
_resting: tuple[coverage.Coverage, str | None] | None = None  # and what it left there


@contextmanager
def untraced() -> Iterator[None]:
    """Tracing lines takes two to three times as long as running them; what is passed through here is measured by other
    tests. Processes that are started meanwhile are not measured either. One may stand inside another."""
    measured = coverage.Coverage.current()
    if measured is None or _resting is not None:
        yield
        return
    _rest(measured)
    try:
        yield
    finally:
        _go_on()


@contextmanager
def traced() -> Iterator[None]:
    """A part of what is passed through untraced that is measured after all."""
    if _resting is None:
        yield
        return
    measured = _go_on()
    try:
        yield
    finally:
        _rest(measured)


def _rest(measured: coverage.Coverage) -> None:
    global _resting  # noqa: PLW0603 - there is one tracer in a process
    measured.stop()
    _resting = measured, os.environ.pop(FOR_PROCESSES, None)


def _go_on() -> coverage.Coverage:
    global _resting
    assert _resting is not None
    (measured, config), _resting = _resting, None
    if config is not None:
        os.environ[FOR_PROCESSES] = config
    measured.set_option("run:patch", [])  # they are in place; each start would lay one more over them
    measured.start()
    return measured


@contextmanager
def untraced_but_for_the_package() -> Iterator[None]:
    """Modules that are imported meanwhile are not measured, but those of the package are."""
    plain = SourceFileLoader.exec_module

    def exec_module(loader: SourceFileLoader, module: ModuleType) -> None:
        # What a module of the package imports is measured with it: the rest of a frame is not once tracing rested in it.
        with traced() if module.__name__.partition(".")[0] == "trialwright" else nullcontext():
            plain(loader, module)

    with untraced(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(SourceFileLoader, "exec_module", exec_module)
        yield
