"""Uploads that are too large are refused before a byte of them is read."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from trialwright.store.picture import LARGEST_BYTES
from trialwright.web.answer import refuse

AROUND_BYTES: Final = 64 * 1024  # the other fields of a page with a file
LARGEST_UPLOAD: Final = LARGEST_BYTES + AROUND_BYTES


def refuse_large(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware; before the one that reads a page's token, which reads all that was sent. Nobody reads more of a
    request than its Content-Length says."""

    def refuse_or_answer(request: HttpRequest) -> HttpResponse:
        if request.content_type == "multipart/form-data" and _length(request) > LARGEST_UPLOAD:
            sentence = gettext(
                "The file has more than {limit} MB, and nothing of it was read. Send it smaller."
            )
            return refuse(
                request,
                413,
                gettext("The file is too large"),
                sentence.format(limit=LARGEST_BYTES // 1_000_000),
                is_framed=False,
            )
        return answer(request)

    return refuse_or_answer


def _length(request: HttpRequest) -> int:
    """0 for what is no number: Django reads nothing then."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
