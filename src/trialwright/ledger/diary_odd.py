"""What only the other entries tell of an entry, and nobody can mend: it is said, so that somebody asks."""

from typing import Final, Literal

from trialwright.ledger.casebook import DiaryEntry
from trialwright.ledger.diary_entries import Entries, corrected_by

Oddity = Literal["same_number", "no_original"]
ODDITIES: Final[tuple[Oddity, ...]] = ("no_original", "same_number")


def oddities(entries: Entries, entry: DiaryEntry) -> tuple[Oddity, ...]:
    """same_number: another entry of the phone has its number, so that one of the two is not counted among those that
    may be missing. no_original: it corrects itself, or what is not there at its occasion: nothing that was ever said."""
    found = {"same_number": _has_twin(entries, entry), "no_original": _has_no_original(entries, entry)}
    return tuple(one for one in ODDITIES if found[one])


def _has_twin(entries: Entries, entry: DiaryEntry) -> bool:
    place = (entry.device, entry.number)
    others = (one for one in entries.values() if (one.device, one.number) == place)
    return bool(entry.device) and any(one.id != entry.id for one in others)


def _has_no_original(entries: Entries, entry: DiaryEntry) -> bool:
    if not entry.corrects:
        return False
    before = entries.get(entry.corrects)
    return before is None or before.key != entry.key or entry.id in corrected_by(entry, entries)
