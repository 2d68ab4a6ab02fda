"""One sentence about a save, on the page that the save leads to. A signed cookie carries it there and is gone with it:
a row of the session would cost every save a statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook
from trialwright.store.submit import Submitted
from trialwright.web.desk import Desk
from trialwright.web.show import show_iso

_COOKIE: Final = "said"
_SALT: Final = "trialwright.said"
_SECONDS: Final = 60
_SAME: Final = "same"


@dataclass(frozen=True, slots=True)
class Said:
    tone: str  # class of the stylesheet
    text: str


def go_on(url: str, desk: Desk, *done: Submitted) -> HttpResponse:
    """To the next page, which says when this was saved, on the clock of the site, or that nothing was changed.

    done: what became of the commands; none where nothing was asked for.
    """
    stored = [one for one in done if one.sealed]
    return _go(url, _time(desk, stored[-1]) if stored else _SAME)


def go_on_saved(url: str, desk: Desk, book: Casebook) -> HttpResponse:
    """The same for what is kept beside the log: saved now, on the clock of the participant's site."""
    return _go(url, f"{desk.clock(book.study, book.site):%H:%M}")


def _go(url: str, told: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.set_signed_cookie(
        _COOKIE,
        told,
        salt=_SALT,
        max_age=_SECONDS,
        path=urlsplit(url).path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _time(desk: Desk, done: Submitted) -> str:
    """When it was stored, on the clock of the site: of a page that was sent again the first time, with its day where
    that is another."""
    now = desk.clock(done.book.study, done.book.site)
    stored = datetime.fromisoformat(done.sealed[-1].envelope.server_utc).astimezone(now.tzinfo)
    return f"{stored:%H:%M}" if stored.date() == now.date() else f"{stored:%Y-%m-%d %H:%M}"


def said_in(request: HttpRequest) -> Said | None:
    found = request.get_signed_cookie(_COOKIE, default="", salt=_SALT, max_age=_SECONDS)
    if not found:
        return None
    if found == _SAME:
        return Said("soft", gettext("Nothing was changed."))
    day, _, time = found.rpartition(" ")
    when = f"{show_iso(day)} {time}" if day else time
    return Said("said", gettext("Saved {time} (time at the site).").format(time=when))


def forget(request: HttpRequest, response: HttpResponse) -> None:
    response.delete_cookie(_COOKIE, path=request.path, samesite="Lax")
