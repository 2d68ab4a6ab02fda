"""The collector of circles, while a whole log is read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """A pass over a log makes millions of values, and no circle among them. The collector would look through all that
    the process holds again and again meanwhile, which took a tenth of the time and more."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
