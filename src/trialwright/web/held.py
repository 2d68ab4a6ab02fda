"""What somebody sent when their session was over: held by the server, and theirs again once they have signed in.

Nothing of it stays in the browser, where the next person at the machine would find it: values of patients are in no
storage of a page. A form's page carries a mark that only this server can write; it says whom the page was shown to and
for which record. So what comes back without a session can be told from what a stranger sends, and reaches only the
person who was shown that page, whoever sits at the machine meanwhile.
"""

from dataclasses import astuple
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from trialwright.store import clock
from trialwright.store import held as store
from trialwright.store.held import Page
from trialwright.store.models import Account
from trialwright.web.fields import MARK, NOT_TYPED

BYTES: Final = 200_000  # of one page as it comes back
_SALT: Final = "trialwright.shown-to"
_KEPT, _ENDED = "kept", "ended"  # keys of a session that nobody is signed in to


def mark_of(page: Page) -> str:
    """To stand in the page of a form that this account may enter."""
    return signing.dumps(astuple(page), salt=_SALT)


def marked_page(request: HttpRequest) -> Page | None:
    """The page of ours that this request comes from, where its mark says so."""
    return read_mark(request.POST.get(MARK, ""))


def read_mark(mark: str) -> Page | None:
    try:
        cells = signing.loads(mark, salt=_SALT, max_age=settings.SESSION_ABSOLUTE_SECONDS)
    except signing.BadSignature:
        return None
    return Page(*cells)


def typed_texts(request: HttpRequest) -> dict[str, str]:
    return {name: str(text) for name, text in request.POST.items() if name not in NOT_TYPED}


def hold(request: HttpRequest) -> Page | None:
    """Keeps what a form's page sent and the server cannot take as anybody's act, for the person who was shown the page;
    at once among their drafts where they are signed in. None where nothing is kept.

    Raises DatabaseError where it cannot be written: nobody is told that it is kept.
    """
    if request.method != "POST" or int(request.META.get("CONTENT_LENGTH") or 0) > BYTES:
        return None
    page, now = marked_page(request), clock.now()
    if page is None or not store.hold(page, typed_texts(request), at=now):
        return None
    if not isinstance(request.user, Account):
        request.session[_KEPT] = True
        request.session.save()
    elif request.user.id == page.account:
        store.hand_over(page.account, at=now)
    return page


def hand_over(request: HttpRequest, account: Account) -> None:
    """After signing in: what was held for this person becomes their drafts."""
    for key in (_ENDED, _KEPT):
        request.session.pop(key, None)
    store.hand_over(account.id, at=clock.now())


def note_end(request: HttpRequest) -> None:
    """The sign-in page is to say that a session ended."""
    request.session[_ENDED] = True


def has_ended(request: HttpRequest) -> bool:
    return bool(request.session.get(_ENDED)) or is_held(request)


def is_held(request: HttpRequest) -> bool:
    return bool(request.session.get(_KEPT))
