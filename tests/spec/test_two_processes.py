"""Two pieces of work at once: what both give comes back, and so does what goes wrong in either."""

import os
import signal

import pytest

from trialwright.cli import two_processes
from trialwright.cli.two_processes import at_once, can_copy

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


@needs_copy
def test_what_a_killed_copy_did_not_give_is_made_here():
    here = os.getpid()

    def second() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "made"

    assert at_once(int, second) == (0, "made")
