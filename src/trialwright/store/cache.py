"""What a process remembers between requests. Each load asks the log for its head first: nothing here is believed
to be current, it only saves work."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from trialwright.ledger.casebook import Casebook
from trialwright.study.model import Study

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The values used last, at most `size` of them; safe between threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.kept: OrderedDict[K, V] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: K) -> V | None:
        with self.lock:
            if key not in self.kept:
                return None
            self.kept.move_to_end(key)
            return self.kept[key]

    def put(self, key: K, value: V) -> None:
        with self.lock:
            self.kept[key] = value
            self.kept.move_to_end(key)
            while len(self.kept) > self.size:
                self.kept.popitem(last=False)

    def forget(self) -> None:
        with self.lock:
            self.kept.clear()


STUDIES: Recent[str, Study] = Recent(32)  # by hash
PACKED: Recent[str, Study] = Recent(32)  # by sha256 of the zip that holds it
CASEBOOKS: Recent[tuple[str, str], Casebook] = Recent(512)  # by study and participant


def forget_folder() -> None:
    """For a process that opens another folder. What a zip holds it holds in every folder."""
    STUDIES.forget()
    CASEBOOKS.forget()
