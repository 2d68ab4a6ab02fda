"""The context of the page that invites a participant to the diary, and shows the code once."""

from dataclasses import dataclass
from datetime import datetime

import segno
from django.utils.safestring import SafeString, mark_safe

from trialwright.ledger.diary_calendar import closing
from trialwright.web.diaries.looking import Looking
from trialwright.web.diaries.phones import open_invites
from trialwright.web.links import diary_url
from trialwright.web.show import show_local


@dataclass(frozen=True, slots=True)
class InvitePage:
    """has_open: whether an invitation that nobody used would end with a new one; is_closed: whether nobody is invited
    any more."""

    code: str
    back_url: str
    year: str
    has_open: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class InvitedPage:
    """link: with the code, which is shown here and nowhere else; picture: the same as a QR code."""

    code: str
    back_url: str
    link: str
    picture: SafeString
    until: str


def invite_page(looking: Looking, year: str) -> InvitePage:
    book = looking.book
    return InvitePage(
        code=book.code,
        back_url=diary_url(book.study.id, book.participant),
        year=year,
        has_open=bool(open_invites(looking)),
        is_closed=closing(book).is_closed,
    )


def invited_page(looking: Looking, link: str, expires: datetime) -> InvitedPage:
    book = looking.book
    return InvitedPage(
        code=book.code,
        back_url=diary_url(book.study.id, book.participant),
        link=link,
        picture=qr_picture(link),
        until=show_local(expires, looking.zone),
    )


def qr_picture(text: str) -> SafeString:
    """A QR code as SVG without styles: a page of ours loads none from itself. The quiet zone is part of it."""
    svg = segno.make(text, error="m", micro=False).svg_inline(
        border=4, omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(svg)  # made of paths; the text itself is not in it
