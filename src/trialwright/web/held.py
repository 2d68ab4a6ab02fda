"""What somebody sent when their session was over: held by the server, and theirs again once they have signed in.

Nothing of it stays in the browser, where the next person at the machine would find it: values of patients are in no
storage of a page. A form's page carries a mark that only this server can write; it says whom the page was shown to and
for which record. So what comes back without a session can be told from what a stranger sends, and reaches only the
drafts of the person who was shown that page.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from trialwright.store.drafts import save_draft
from trialwright.store.models import Account
from trialwright.web.fields import MARK, NOT_TYPED

BYTES: Final = 200_000  # of one page as it comes back
_SALT: Final = "trialwright.shown-to"
_HELD, _ENDED = "held", "ended"  # keys of a session that nobody is signed in to
_MOST: Final = 20  # pages that one browser may leave


@dataclass(frozen=True, slots=True)
class Spot:
    """One record: study, participant, visit, form, repeat."""

    study: str
    participant: str
    visit: str
    form: str
    repeat: int


def mark_of(account: str, spot: Spot) -> str:
    """To stand in the page of a form that this account may enter."""
    cells = [account, spot.study, spot.participant, spot.visit, spot.form, spot.repeat]
    return signing.dumps(cells, salt=_SALT)


def hold(request: HttpRequest) -> bool:
    """Keeps what a form's page sent and the server cannot take as anybody's act: a draft of the person who was shown
    the page, at once where they are signed in, else when they are. False where there is nothing of the kind."""
    found = _read(request)
    if found is None:
        return False
    account, spot = found
    texts = {name: str(text) for name, text in request.POST.items() if name not in NOT_TYPED}
    if isinstance(request.user, Account) and request.user.id == account:
        _keep(account, spot, texts, datetime.now(UTC))
        return True
    cells = [account, spot.study, spot.participant, spot.visit, spot.form, spot.repeat]
    entry = [cells, texts, datetime.now(UTC).isoformat()]
    before = [one for one in request.session.get(_HELD, []) if one[0] != cells]
    request.session[_HELD] = [*before, entry][-_MOST:]
    return True


def _read(request: HttpRequest) -> tuple[str, Spot] | None:
    if request.method != "POST" or int(request.META.get("CONTENT_LENGTH") or 0) > BYTES:
        return None
    try:
        cells = signing.loads(
            request.POST.get(MARK, ""), salt=_SALT, max_age=settings.SESSION_ABSOLUTE_SECONDS
        )
    except signing.BadSignature:
        return None
    account, *rest = cells
    return account, Spot(*rest)


def _keep(account: str, spot: Spot, texts: dict[str, str], at: datetime) -> None:
    save_draft(spot.study, spot.participant, (account, spot.visit, spot.form, spot.repeat), texts, at=at)


def hand_over(request: HttpRequest, account: Account) -> None:
    """After signing in: what is this person's becomes drafts; what is another's is forgotten."""
    request.session.pop(_ENDED, None)
    for cells, texts, at in request.session.pop(_HELD, []):
        owner, *rest = cells
        if owner == account.id:
            _keep(owner, Spot(*rest), texts, datetime.fromisoformat(at))


def note_end(request: HttpRequest) -> None:
    """The sign-in page is to say that a session ended."""
    request.session[_ENDED] = True


def has_ended(request: HttpRequest) -> bool:
    return bool(request.session.get(_ENDED)) or is_held(request)


def is_held(request: HttpRequest) -> bool:
    return bool(request.session.get(_HELD))
