"""Answers to phones: JSON, never kept by anybody on the way, a state that is a word for the program; and the one place
where what went wrong becomes such a word."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from trialwright.diary.wire import BODY_BYTES, Refused
from trialwright.ledger.rights import Denied
from trialwright.store.errors import NotFound, Outdated
from trialwright.store.sqlite.base import Busy
from trialwright.store.storage import Trouble, trouble_of
from trialwright.values.stored import Json

LOG = logging.getLogger("trialwright.diary")
WAIT_SECONDS: Final[Mapping[Trouble, int]] = {"busy": 5, "full": 60, "unwritable": 60}


@dataclass(frozen=True, slots=True)
class Reply:
    """wait: seconds after which the phone may ask again. file: sent in place of the content, a calendar."""

    content: Mapping[str, Json]
    status: int = 200
    wait: int = 0
    file: bytes | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of a phone. token: "" where it shows none."""

    request: HttpRequest
    body: bytes
    token: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


def state(status: int, word: str, *, wait: int = 0, **more: Json) -> Reply:
    return Reply({"state": word, **more}, status, wait)


def refused(found: Refused) -> Reply:
    return Reply({"state": found.state, **({"field": found.field} if found.field else {})}, found.status)


def api(method: str) -> Callable[[Callable[[Ask], Reply]], Callable[[HttpRequest], HttpResponse]]:
    """A view of the protocol, for one method.

    No token against forged requests is asked for: a browser adds nothing of its own to a request of another page that
    would open anything here. There is no cookie, only the bearer token, which that page cannot know.
    """

    def make(view: Callable[[Ask], Reply]) -> Callable[[HttpRequest], HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponse:
            if request.method != method:
                return _sent(state(405, "method"), Allow=method)
            reply = _answered(view, request)
            if reply.status >= 400:  # neither token nor what was sent: a log is read by others
                LOG.warning("%s %s %s", reply.status, reply.content["state"], request.path)
            return _sent(reply)

        return answer

    return make


def _answered(view: Callable[[Ask], Reply], request: HttpRequest) -> Reply:
    """What the view says, or the word for what kept it from saying anything. Nothing that was sent is stored then: a view
    commits it all or nothing, and does last what may fail."""
    try:
        return view(_ask(request))
    except DatabaseError as error:
        trouble = "busy" if isinstance(error, Busy) else trouble_of(error, settings.DATA)
        if trouble is None:
            raise
        return state(507 if trouble == "full" else 503, trouble, wait=WAIT_SECONDS[trouble])
    except Outdated:
        return state(503, "busy", wait=WAIT_SECONDS["busy"])
    except NotFound:
        return state(404, "not_found")
    except Denied:
        return state(403, "denied")


def _ask(request: HttpRequest) -> Ask:
    """One byte more than is allowed shows that there is too much, and no more than that is read."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return Ask(
        request,
        request.read(BODY_BYTES + 1) if request.method == "POST" else b"",
        token.strip() if scheme.lower() == "bearer" else "",
        request.GET.dict(),
    )


def _sent(reply: Reply, **headers: str) -> HttpResponse:
    answer = (
        JsonResponse(reply.content, status=reply.status, json_dumps_params={"ensure_ascii": False})
        if reply.file is None
        else HttpResponse(reply.file, content_type="text/calendar; charset=utf-8")
    )
    answer["Cache-Control"] = "no-store"
    if reply.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if reply.wait:
        answer["Retry-After"] = str(reply.wait)
    for name, value in headers.items():
        answer[name] = value
    return answer
