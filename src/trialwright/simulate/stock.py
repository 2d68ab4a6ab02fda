"""The sites' stock of study drug while a rehearsal runs: which kits are left, of which lot, until when they may be used."""

from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import date

from trialwright.study.model import Lot


class Stock:
    """First expiring, first out. Changed by `take` only."""

    def __init__(self, lots: Sequence[Lot]) -> None:
        self._left: dict[tuple[str, str], deque[tuple[str, str]]] = defaultdict(deque)
        self._lots: dict[str, str] = {}
        for lot in sorted(lots, key=lambda part: part.expiry):
            for kit in lot.kits:
                self._left[lot.site, lot.product].append((kit, lot.expiry))
                self._lots[kit] = lot.lot

    def take(self, site: str, product: str, day: date) -> str | None:
        """The next kit that may be used on that day; None when the stock is used up."""
        kits = self._left[site, product]
        while kits:
            kit, expiry = kits.popleft()
            if expiry >= day.isoformat():
                return kit
        return None

    def lot_of(self, kit: str) -> str | None:
        return self._lots.get(kit)
