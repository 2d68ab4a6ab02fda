"""The context of the page of a participant's diary."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from trialwright.ledger.diary_calendar import closing
from trialwright.ledger.diary_entries import groups_at
from trialwright.web.diaries.entries import (
    PAGE,
    Line,
    Row,
    Shown,
    counted,
    entry_line,
    is_among,
    lines_of,
    rows_of,
)
from trialwright.web.diaries.looking import Looking
from trialwright.web.diaries.phones import Contact, OpenInvite, PhoneLine, open_invites, phone_lines
from trialwright.web.diaries.scores import ScoresCard, scores_card
from trialwright.web.diaries.strip import Strip, kept_of, strip_of
from trialwright.web.diaries.waiting import kept_aside
from trialwright.web.links import (
    diary_url,
    invite_url,
    participant_url,
    query_url,
    sheet_url,
    told_url,
)
from trialwright.web.paging import Paging, cut
from trialwright.web.queries.alerts import AlertLink
from trialwright.web.queries.lines import mark_of, place_words

KINDS: Final[tuple[Shown, ...]] = ("all", "early", "late", "missing", "aside")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of what the list shows."""

    url: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Acts:
    """Where the site acts; "" for who may not, and where it is too late."""

    told: str
    invite: str
    sheet: str


@dataclass(frozen=True, slots=True)
class DiaryPage:
    code: str
    participant_url: str
    title: str
    closed: str
    acts: Acts
    strip: Strip | None
    queries: tuple[AlertLink, ...]
    aside: tuple[Line, ...]
    choices: tuple[Choice, ...]
    lines: tuple[Line, ...]
    paging: Paging
    phones: tuple[PhoneLine, ...]
    invites: tuple[OpenInvite, ...]
    scores: ScoresCard | None


def diary_page(looking: Looking, contacts: Mapping[str, Contact], *, shown: Shown, number: int) -> DiaryPage:
    """contacts: by device. shown, number: which lines of the list, and which page of them."""
    book, study = looking.book, looking.book.study
    kept = kept_of(looking)
    rows = rows_of(looking, kept)
    lines, paging = _list(looking, rows, shown, number)
    is_closed = closing(book).is_closed
    assert study.diary is not None
    return DiaryPage(
        code=book.code,
        participant_url=participant_url(study.id, book.participant),
        title=study.say(study.diary.title, looking.language),
        closed=gettext("The participant has ended; the diary asks nothing more.") if is_closed else "",
        acts=_acts(looking, is_closed=is_closed),
        strip=strip_of(looking, kept),
        queries=_queries(looking),
        aside=aside_of(looking),
        choices=_choices(looking, rows, shown),
        lines=lines,
        paging=paging,
        phones=phone_lines(looking, contacts),
        invites=open_invites(looking),
        scores=scores_card(looking),
    )


def _acts(looking: Looking, *, is_closed: bool) -> Acts:
    study, participant = looking.book.study.id, looking.book.participant
    may = looking.may_write
    return Acts(
        told=told_url(study, participant) if may else "",
        invite=invite_url(study, participant) if may and not is_closed else "",
        sheet=sheet_url(study, participant),
    )


def _list(
    looking: Looking, rows: tuple[Row, ...], shown: Shown, number: int
) -> tuple[tuple[Line, ...], Paging]:
    among = [row for row in rows if is_among(row, shown)]
    book, first = looking.book, (number - 1) * PAGE

    def url(page: int) -> str:
        return diary_url(book.study.id, book.participant, show=shown, page=str(page)) + "#entries"

    found, paging = cut(among[first : first + PAGE + 1], PAGE, number, url, count=len(among))
    return lines_of(looking, found), paging


def _choices(looking: Looking, rows: tuple[Row, ...], shown: Shown) -> tuple[Choice, ...]:
    labels: Mapping[Shown, str] = {
        "all": gettext("All"),
        "early": gettext("Before the window"),
        "late": gettext("Late"),
        "missing": gettext("Missing"),
        "aside": gettext("Kept aside"),
    }
    book, counts = looking.book, counted(rows)
    return tuple(
        Choice(
            diary_url(book.study.id, book.participant, show=kind) + "#entries",
            labels[kind],
            counts[kind],
            kind == shown,
        )
        for kind in KINDS
    )


def aside_of(looking: Looking) -> tuple[Line, ...]:
    """What somebody has to look at."""
    book = looking.book
    entries = (book.entries[one] for one in kept_aside(book))
    return tuple(entry_line(looking, entry, groups_at(book.entries, entry.key)) for entry in entries)


def _queries(looking: Looking) -> tuple[AlertLink, ...]:
    """Open questions about what the diary says."""
    book = looking.book
    return tuple(
        AlertLink(
            mark_of(query),
            place_words(book, query.visit, query.form, query.repeat, looking.language),
            query_url(book.study.id, book.participant, query.id),
        )
        for query in book.queries.values()
        if query.state == "open" and book.study.forms[query.form].ask is not None
    )
