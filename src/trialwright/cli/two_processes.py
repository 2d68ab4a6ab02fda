"""Two pieces of work at once, on a machine with two cores: the second in a copy of this process."""

import os
import pickle
import sys
import traceback
import warnings
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final, TypeVar

_PATIENCE_SECONDS: Final = 10

First = TypeVar("First")
Second = TypeVar("Second")


class CopyFailedError(Exception):
    """What went wrong in a copy, where the exception itself cannot be sent; its text is the traceback."""


def at_once(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """What both give. What `second` gives is sent as bytes between the processes; what it raises is raised here.

    second: in a copy of this process, of which the threads are not copied: it must use no library that computes in
    threads of its own. Where there is one core, or no copy can be made, it follows upon `first` here.
    """
    if not can_copy():
        return first(), second()
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    copy = context.Process(target=send, args=(second, here, there), daemon=True)
    try:
        with warnings.catch_warnings():
            # Python warns of copies of a process with threads: those here belong to libraries that the copy does not call.
            warnings.simplefilter("ignore", DeprecationWarning)
            copy.start()
        there.close()
        done = first()
        try:
            given, error = here.recv()
        except (
            EOFError,
            OSError,
        ):  # the copy was killed, as where memory is short: before it sent, or meanwhile
            given, error = second(), None
        copy.join(_PATIENCE_SECONDS)  # it has nothing left to do but to end
    finally:
        here.close()
        if copy.pid is not None:
            copy.kill()
            copy.join()
    if error is not None:
        raise error
    return done, given


def can_copy() -> bool:
    """Only where a copy shares what was read, and computes at the same time."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def send(work: Callable[[], object], here: Connection, there: Connection) -> None:
    """here: the end that the copy has too; while it is open, what is sent to a parent that is gone waits for ever."""
    here.close()
    try:
        there.send((work(), None))
    except BrokenPipeError:
        return  # nobody waits any more
    except Exception as error:  # noqa: BLE001 - it is raised again where the work was given
        there.send((None, sendable(error)))


def sendable(error: Exception) -> Exception:
    """The error with its traceback as a note; where it does not come out as it goes in, its traceback alone."""
    told = "".join(traceback.format_exception(error))
    try:
        same = pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - whatever its class does when it is made again
        return CopyFailedError(told)
    same.add_note(told)
    return same if isinstance(same, Exception) else CopyFailedError(told)
