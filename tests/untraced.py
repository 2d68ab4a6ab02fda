"""Long ways that other tests measure."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import coverage

# What coverage leaves in the environment for the processes that a test starts.
FOR_PROCESSES = "COVERAGE_PROCESS_CONFIG"
_is_resting = False


@contextmanager
def untraced() -> Iterator[None]:
    """Tracing lines takes two to three times as long as running them; what is passed through here is measured by other
    tests. Processes that are started meanwhile are not measured either. One may stand inside another."""
    global _is_resting  # noqa: PLW0603 - there is one tracer in a process
    measured = coverage.Coverage.current()
    if measured is None or _is_resting:
        yield
        return
    measured.stop()
    _is_resting, config = True, os.environ.pop(FOR_PROCESSES, None)
    try:
        yield
    finally:
        if config is not None:
            os.environ[FOR_PROCESSES] = config
        _is_resting = False
        _go_on(measured)


def _go_on(measured: coverage.Coverage) -> None:
    """What is done at a fork and at the end of a process is in place. Each start would lay it on once more, and after a
    thousand tests a copy of the process would begin a thousand measurements before its first step."""
    patches = measured.get_option("run:patch")
    measured.set_option("run:patch", [])
    measured.start()
    measured.set_option("run:patch", patches)
