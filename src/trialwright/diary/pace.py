"""How often one phone may ask. Each server process counts for itself, in memory: a phone gone wild must not keep the
database busy with being counted."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

PER: Final = timedelta(minutes=1)


class Pace:
    """Counts in windows that begin with the first request; safe between threads. Of many callers only the last ones
    are remembered."""

    def __init__(self, remembered: int = 4096) -> None:
        self.remembered = remembered
        self.counts: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self.lock = threading.Lock()

    def wait_of(self, caller: str, *, most: int, at: datetime) -> int:
        """Counts a request of those that are allowed in a minute. Gives after how many seconds to ask again, 0 where this one is answered. A clock that was
        put back begins anew."""
        with self.lock:
            begun, count = self.counts.pop(caller, (at, 0))
            if not timedelta(0) <= at - begun < PER:
                begun, count = at, 0
            self.counts[caller] = (begun, min(count + 1, most + 1))
            while len(self.counts) > self.remembered:
                self.counts.popitem(last=False)
        return 0 if count < most else int((begun + PER - at).total_seconds()) + 1


PACE = Pace()
