"""What of a diary waits for somebody to look at it."""

from trialwright.ledger.casebook import Casebook, DiaryEntry
from trialwright.ledger.diary_entries import holes
from trialwright.ledger.visible import sees_nothing_of


def kept_aside(book: Casebook) -> tuple[str, ...]:
    """The entries that do not count, and that somebody has to look at, in the order in which they came. book: as the
    person may see it."""
    return tuple(entry.id for entry in aside(book) if entry.waits)


def aside(book: Casebook) -> tuple[DiaryEntry, ...]:
    """The entries that do not count, with those that somebody looked at and left where they are."""
    found = (entry for entry in book.entries.values() if not entry.counts and not is_unseen(book, entry))
    return tuple(sorted(found, key=lambda one: one.sequence))


def is_unseen(book: Casebook, entry: DiaryEntry) -> bool:
    """Whether it is of a form of which who looks may see nothing; of what has no form any more, it says what came."""
    form = book.study.forms.get(entry.form)
    return form is not None and sees_nothing_of(book, form)


def is_whole(book: Casebook) -> bool:
    """Whether nothing of the diary is hidden from who looks; else gaps between numbers would tell of it."""
    forms = book.study.forms
    return not any(form in forms and forms[form].ask is not None for form, _ in book.hidden)


def missing_numbers(book: Casebook) -> dict[str, tuple[int, ...]]:
    """By phone, the numbers of entries that have not arrived."""
    return holes(book) if is_whole(book) else {}


def count_missing(book: Casebook) -> int:
    """Of phones that still may send."""
    found = missing_numbers(book).items()
    return sum(
        len(numbers)
        for device, numbers in found
        if device in book.devices and not book.devices[device].is_revoked
    )
