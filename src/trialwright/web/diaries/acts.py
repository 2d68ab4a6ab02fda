"""The contexts of the pages that ask for a reason: to release an entry or leave it aside, to revoke a phone."""

from dataclasses import dataclass

from trialwright.ledger.diary_entries import groups_at
from trialwright.web.diaries.entries import Line, entry_line
from trialwright.web.diaries.looking import Looking
from trialwright.web.diaries.phones import phone_name
from trialwright.web.diaries.words import aside_words
from trialwright.web.links import diary_url


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of an act sends: its command, and the reason as it was typed; act: which of two, "" for none."""

    command_id: str
    reason: str
    act: str = ""


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """has_answers: whether there is anything that would count once it is released; is_left: whether somebody saw it
    already, and left it aside."""

    code: str
    back_url: str
    line: Line
    why: str
    has_answers: bool
    is_left: bool
    asked: Asked

    @property
    def is_choice(self) -> bool:
        return self.has_answers and not self.is_left


@dataclass(frozen=True, slots=True)
class RevokePage:
    code: str
    back_url: str
    phone: str
    asked: Asked


def release_page(looking: Looking, entry: str, asked: Asked) -> ReleasePage:
    book, found = looking.book, looking.book.entries[entry]
    return ReleasePage(
        code=book.code,
        back_url=diary_url(book.study.id, book.participant),
        line=entry_line(looking, found, groups_at(book.entries, found.key)),
        why=aside_words(found),
        has_answers=bool(found.items),
        is_left=found.is_left_aside,
        asked=asked,
    )


def revoke_page(looking: Looking, device: str, asked: Asked) -> RevokePage:
    book = looking.book
    return RevokePage(
        code=book.code,
        back_url=diary_url(book.study.id, book.participant),
        phone=phone_name(looking, device),
        asked=asked,
    )
