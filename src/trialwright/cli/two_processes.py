"""Two pieces of work at once, on a machine with two cores: the second in a copy of this process."""

import os
import sys
import warnings
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

First = TypeVar("First")
Second = TypeVar("Second")


def at_once(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """What both give. What `second` gives is sent as bytes between the processes; what it raises is raised here.

    second: in a copy of this process, of which the threads are not copied: it must use no library that computes in
    threads of its own. Where there is one core, or no copy can be made, it follows upon `first` here.
    """
    if not can_copy():
        return first(), second()
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    copy = context.Process(target=send, args=(second, there))
    with warnings.catch_warnings():
        # Python warns of copies of a process with threads: those here belong to libraries that the copy does not call.
        warnings.simplefilter("ignore", DeprecationWarning)
        copy.start()
    there.close()
    try:
        done = first()
        try:
            given, error = here.recv()
        except EOFError:  # the copy was killed, as where memory is short
            given, error = second(), None
    finally:
        copy.kill()
        copy.join()
        here.close()
    if error is not None:
        raise error
    return done, given


def can_copy() -> bool:
    """Only where a copy shares what was read, and computes at the same time."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def send(work: Callable[[], object], there: Connection) -> None:
    try:
        there.send((work(), None))
    except Exception as error:  # noqa: BLE001 - it is raised again where the work was given
        there.send((None, error))
