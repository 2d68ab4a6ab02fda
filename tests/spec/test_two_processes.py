"""Two pieces of work at once: what both give comes back, and so does what goes wrong in either."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from trialwright.cli import two_processes
from trialwright.cli.two_processes import CopyFailedError, at_once, can_copy

pytestmark = pytest.mark.copies
needs_copy = pytest.mark.skipif(not can_copy(), reason="one core, or no copies of a process here")


def wrong() -> int:
    raise ValueError("no such page")


@needs_copy
def test_the_second_is_made_in_another_process():
    here, there = at_once(os.getpid, os.getpid)
    assert here == os.getpid() != there


def test_with_one_core_both_are_made_here(monkeypatch):
    monkeypatch.setattr(two_processes, "can_copy", lambda: False)
    assert at_once(os.getpid, os.getpid) == (os.getpid(), os.getpid())


@pytest.mark.parametrize("works", [(wrong, int), (int, wrong)])
def test_what_goes_wrong_in_either_is_raised_here(works):
    with pytest.raises(ValueError, match="no such page"):
        at_once(*works)


class TwoPartsError(Exception):
    def __init__(self, one: str, other: str) -> None:
        super().__init__(one)
        self.other = other


class NotToBeSentError(Exception):
    def __init__(self, work: object) -> None:
        super().__init__(work)


def raises(error: Exception) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


@needs_copy
@pytest.mark.parametrize("error", [TwoPartsError("half", "other"), NotToBeSentError(lambda: 0)])
def test_of_an_error_that_cannot_be_sent_the_traceback_comes(error):
    with pytest.raises(CopyFailedError, match=type(error).__name__):
        at_once(int, raises(error))


@needs_copy
def test_an_error_tells_where_in_the_copy_it_was_raised():
    with pytest.raises(ValueError, match="no such page") as caught:
        at_once(int, wrong)

    assert "in wrong" in caught.value.__notes__[0]


def in_a_copy(act: Callable[[], None], given: str) -> Callable[[], str]:
    """Work that acts only where it is a copy that does it."""
    here = os.getpid()

    def work() -> str:
        if os.getpid() != here:
            act()
        return given

    return work


@needs_copy
def test_what_a_killed_copy_did_not_give_is_made_here():
    work = in_a_copy(lambda: os.kill(os.getpid(), signal.SIGKILL), "made")

    assert at_once(int, work) == (0, "made")


@needs_copy
def test_a_copy_killed_while_it_sends_is_made_here_too():
    many = "x" * 5_000_000
    work = in_a_copy(lambda: threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start(), many)

    assert at_once(lambda: time.sleep(1), work) == (None, many)


@needs_copy
def test_a_copy_ends_with_its_parent():
    """It waits until it may send, and then nobody takes what it sends."""
    code = (
        "import os, signal, time\n"
        "from trialwright.cli.two_processes import at_once\n"
        "def ended(): print(os.getppid(), flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
        "def sent(): print(os.getpid(), flush=True); return 'x' * 5_000_000\n"
        "at_once(lambda: (time.sleep(1), ended()), sent)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    copy = int(ran.stdout.split()[0])
    for _ in range(100):
        if not Path(f"/proc/{copy}").exists():
            break
        time.sleep(0.1)

    assert not Path(f"/proc/{copy}").exists()
