"""One request to a service on the web, and what its answer means for a message."""

from collections.abc import Mapping
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from trialwright.reminders.gateway import Sent
from trialwright.reminders.messages import problem
from trialwright.values.problem import Problem

_SECONDS: Final = 20
_LATER: Final = frozenset({408, 425, 429})  # and all from 500 on: the service may take it another time


class _StayHere(HTTPRedirectHandler):
    """A service that sends elsewhere is refused: it would carry our key to whoever it names."""

    def redirect_request(self, *args: object, **named: object) -> None:
        del args, named


def post(url: str, body: bytes, headers: Mapping[str, str], *, about: str, kind: str) -> Sent | Problem | int:
    """Sent; a problem of which is known whether to try again; or the status of a refusal, for the caller to judge."""
    request = Request(url, data=body, headers=dict(headers), method="POST")
    try:
        build_opener(_StayHere()).open(request, timeout=_SECONDS).close()
    except HTTPError as refused:
        refused.close()
        if refused.code in _LATER or refused.code >= 500:
            return problem("gateway-later", about, kind=kind, why=f"HTTP {refused.code}")
        return refused.code
    except URLError as error:  # before the request was through
        return problem("gateway-unreachable", about, kind=kind, why=_why(error))
    except (OSError, HTTPException) as error:  # it was through, and no answer came
        return problem("gateway-unsure", about, kind=kind, why=_why(error))
    return Sent()


def _why(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    return type(reason).__name__ if isinstance(reason, Exception) else str(reason)
