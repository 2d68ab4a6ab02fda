"""The entries of a diary: which of them stands at an occasion, and what is missing. Each answer depends on the set of
entries alone, so that phones may send them late, twice and in any order."""

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from trialwright.ledger.casebook import Casebook, DiaryEntry, RecordKey
from trialwright.study.model import Ask

HOLES_TOLD: Final = 1000  # of one phone: a number far too high must not make a list without end

Entries = Mapping[str, DiaryEntry]
Neighbours = tuple[DiaryEntry | None, DiaryEntry | None]  # before and after
_Order = tuple[datetime, str, int, str]


@dataclass(frozen=True, slots=True)
class Group:
    """One chain of corrections at an occasion. standing: the entry of it that is true now."""

    root: str
    entries: tuple[DiaryEntry, ...]
    standing: DiaryEntry

    @property
    def is_answer(self) -> bool:
        return any(entry.is_answer for entry in self.entries)


def repeat_of(ask: Ask, day: date, chain: str) -> int:
    """Which record of the form an entry belongs to: yyyymmdd of the occasion's day. What is told whenever the
    participant likes has no other occasion than its chain of corrections, named by its first entry: so a correction
    belongs to its report, also where that comes later or never.

    >>> repeat_of(Ask("day"), date(2026, 3, 4), "e1"), repeat_of(Ask("whenever"), date(2026, 3, 4), "e1")
    (20260304, 153230556233453)
    """
    if ask.kind != "whenever":
        return int(day.strftime("%Y%m%d"))
    return 1 + int(sha256(chain.encode()).hexdigest()[:12], 16)  # 48 bits, which every reader of JSON takes


def first_told(entries: Iterable[DiaryEntry]) -> dict[RecordKey, datetime]:
    """When each occasion was first answered, in UTC."""
    found: dict[RecordKey, datetime] = {}
    for entry in entries:
        moment = _moment(entry.entered)
        found[entry.key] = min(moment, found.get(entry.key, moment))
    return found


def occasion_words(book: Casebook, key: RecordKey) -> str:
    """The occasion of a record, as people read it: its day, or when it was told; "" of what nobody told."""
    ask = book.study.forms[key[1]].ask
    if ask is not None and ask.kind == "whenever":
        told = first_told(one for one in book.entries.values() if one.key == key).get(key)
        return told.strftime("%Y-%m-%d %H:%M UTC") if told else ""
    text = str(key[2])
    return f"{text[:-4]}-{text[-4:-2]}-{text[-2:]}"


def standing_entry(entries: Entries, key: RecordKey) -> DiaryEntry | None:
    """The entry whose values the record shows; None where none counts."""
    if len(entries) == 1:  # as nearly always where only those of the occasion are asked about
        (only,) = entries.values()
        return only if only.key == key and only.counts else None
    groups = groups_at(entries, key)
    return groups[0].standing if groups else None


def groups_at(entries: Entries, key: RecordKey) -> tuple[Group, ...]:
    """What was entered for one occasion, by chain of corrections, that which stands first: the earliest, but of those
    that hold nothing except what was told before it was asked only where there is no other."""
    here = {
        entry.id: entry
        for entry in entries.values()
        if entry.repeat == key[2] and entry.key == key and entry.counts  # of most, only the first is asked
    }
    if len(here) == 1:  # as nearly always
        return tuple(Group(entry.chain, (entry,), entry) for entry in here.values())
    chains: defaultdict[str, list[DiaryEntry]] = defaultdict(list)
    for entry in here.values():
        chains[entry.chain].append(entry)
    groups = [_group(root, sorted(chain, key=_order), here) for root, chain in chains.items()]
    return tuple(sorted(groups, key=lambda group: (not group.is_answer, _order(group.entries[0]))))


def _order(entry: DiaryEntry) -> _Order:
    return (_moment(entry.entered), entry.device, entry.number, entry.id)


@lru_cache(maxsize=1024)
def _moment(entered: str) -> datetime:
    """Each entry is held against the one before it and the one after it."""
    return datetime.fromisoformat(entered).astimezone(UTC)


def _group(root: str, chain: list[DiaryEntry], here: Entries) -> Group:
    """What was corrected does not stand, whatever the clocks say; of what is left the latest does."""
    replaced = {earlier for entry in chain for earlier in corrected_by(entry, here)}
    left = [entry for entry in chain if entry.id not in replaced] or chain  # a circle of corrections
    return Group(root, tuple(chain), left[-1])


def corrected_by(entry: DiaryEntry, here: Entries) -> set[str]:
    """The entries of the occasion in whose place this one stands."""
    found: set[str] = set()
    earlier = entry.corrects
    while earlier and earlier not in found:
        found.add(earlier)
        earlier = here[earlier].corrects if earlier in here else ""
    return found


def standing_entries(book: Casebook, *, since: str = "") -> dict[RecordKey, DiaryEntry]:
    """The standing entry of each occasion that has one. since: only of those with an entry about that day or a later
    one."""
    found: dict[RecordKey, DiaryEntry] = {}
    wanted = {entry.key for entry in book.entries.values() if entry.day >= since}
    by_key: defaultdict[RecordKey, dict[str, DiaryEntry]] = defaultdict(dict)
    for entry in book.entries.values():
        if entry.key in wanted:
            by_key[entry.key][entry.id] = entry
    for key, entries in by_key.items():
        standing = standing_entry(entries, key)
        if standing is not None:
            found[key] = standing
    return found


def holes(book: Casebook) -> dict[str, tuple[int, ...]]:
    """By device, the numbers below its highest that never came: entries that are still on their way, or lost."""
    senders = {entry.device for entry in book.entries.values() if entry.device}
    senders |= {device.id for device in book.devices.values() if device.resent}
    return {device: holes_of_phone(book, device) for device in sorted(senders)}


def holes_of_phone(book: Casebook, device: str) -> tuple[int, ...]:
    """As `holes`, of one device."""
    numbers = {entry.number for entry in book.entries.values() if entry.device == device}
    if device in book.devices:
        numbers |= set(book.devices[device].resent)
    return _missing(numbers) if numbers else ()


def _missing(numbers: set[int]) -> tuple[int, ...]:
    found: list[int] = []
    number = 1
    highest = max(numbers)
    while number < highest and len(found) < HOLES_TOLD:
        if number not in numbers:
            found.append(number)
        number += 1
    return tuple(found)


def neighbours(entries: Iterable[DiaryEntry], entry: DiaryEntry) -> Neighbours:
    """The entries of the same phone just before and just after this one, by number."""
    before: DiaryEntry | None = None
    after: DiaryEntry | None = None
    place = (entry.number, entry.id)
    for other in entries:
        if other.device != entry.device or other.id == entry.id:
            continue
        at = (other.number, other.id)
        if at < place and (before is None or at > (before.number, before.id)):
            before = other
        if at > place and (after is None or at < (after.number, after.id)):
            after = other
    return before, after


@dataclass(slots=True)
class Index:
    """Entries by occasion, and by phone in the order of their numbers: in a stream that is replayed whole, what stands
    around an entry is found without a look at all the others. Mutable, for each entry adds to it."""

    entries: dict[str, DiaryEntry] = field(default_factory=dict)
    _here: defaultdict[RecordKey, dict[str, DiaryEntry]] = field(default_factory=lambda: defaultdict(dict))
    _sent: defaultdict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, entries: Entries) -> "Index":
        index = cls()
        for entry in entries.values():
            index.put(entry)
        return index

    def put(self, entry: DiaryEntry) -> None:
        """Adds an entry, or takes it in the place of the one with its id."""
        known = self.entries.get(entry.id)
        if known is not None:
            del self._here[known.key][known.id]
            self._sent[known.device].remove((known.number, known.id))
        self.entries[entry.id] = entry
        self._here[entry.key][entry.id] = entry
        insort(self._sent[entry.device], (entry.number, entry.id))

    def at(self, key: RecordKey) -> Entries:
        """Those of one occasion."""
        return self._here[key]

    def neighbours(self, entry: DiaryEntry) -> Neighbours:
        """As the function of that name."""
        sent = self._sent[entry.device]
        if entry.id in self.entries:
            sent = [place for place in sent if place[1] != entry.id]
        at = bisect(sent, (entry.number, entry.id))
        before = self.entries[sent[at - 1][1]] if at > 0 else None
        after = self.entries[sent[at][1]] if at < len(sent) else None
        return before, after


def is_behind(entry: DiaryEntry, before: DiaryEntry | None) -> bool:
    """Whether the phone's clock was put back between two of its entries."""
    return before is not None and _moment(entry.entered) < _moment(before.entered)
