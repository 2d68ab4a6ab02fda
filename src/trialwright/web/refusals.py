"""What was denied, missing or overtaken becomes a page with one sentence and one action: one middleware for all."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext

from trialwright.ledger.rights import Denied
from trialwright.store.errors import NotFound, Outdated
from trialwright.store.models import Account
from trialwright.store.sqlite.base import Busy
from trialwright.store.storage import Trouble, trouble_of
from trialwright.web.answer import refuse
from trialwright.web.desk import lead_to_sign_in, study_language
from trialwright.web.fields import UnknownFields
from trialwright.web.held import hold

LOG = logging.getLogger("trialwright.refusals")


class RefusalMiddleware:
    """Django asks for a class where exceptions of views are to be answered."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """None leaves the exception to Django, which answers 500."""
        match exception:
            case Denied():
                LOG.warning("denied %s %s", request.method, request.path)
                return refuse(request, 403, gettext("You may not do this"), denial_words(exception))
            case NotFound() | Http404():
                LOG.warning("not found %s %s", request.method, request.path)
                return not_found(request)
            case UnknownFields():
                LOG.warning("unknown field %s %s", request.method, request.path)
                return _unknown_field(request, exception)
            case Outdated():
                sentence = gettext(
                    "Many people write here at once, and nothing of yours was saved. Try again."
                )
                return refuse(request, 409, gettext("Somebody else was first"), sentence)
            case DatabaseError():
                return _of_database(request, exception)
            case _:
                return None


def denial_words(denied: Denied) -> str:
    """The sentence with the role as the study calls it in the language of the page."""
    study, language = denied.study, study_language()
    parts = tuple(
        (name, study.say(part, language) if name == "role" else part) for name, part in denied.problem.parts
    )
    return replace(denied.problem, parts=parts).say(gettext)


def _of_database(request: HttpRequest, error: DatabaseError) -> HttpResponse | None:
    trouble = "busy" if isinstance(error, Busy) else trouble_of(error, settings.DATA)
    return None if trouble is None else _troubled(request, trouble)


def _troubled(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Others write, the disk is full, or it refuses: nothing was stored, and the same page may be sent again."""
    LOG.warning("%s %s %s", trouble, request.method, request.path)
    match trouble:
        case "busy":
            status, wait, title = 503, "5", gettext("The server is busy")
            sentence = gettext(
                "The server is busy, and nothing of yours was saved. Go back: what you typed is still in the page. Then try again."
            )
        case "full":
            status, wait, title = 507, "60", gettext("The server’s disk is full")
            sentence = gettext(
                "The server has no room left, and nothing of yours was saved. Go back: what you typed is still in the page. Tell whoever runs the server, and try again later."
            )
        case "unwritable":
            status, wait, title = 503, "60", gettext("The server cannot write its data")
            sentence = gettext(
                "The server cannot write its data just now, and nothing of yours was saved. Go back: what you typed is still in the page. Tell whoever runs the server, and try again later."
            )
        case _:
            assert_never(trouble)
    answer = refuse(request, status, title, sentence, is_framed=False)
    answer["Retry-After"] = wait
    return answer


def _unknown_field(request: HttpRequest, exception: UnknownFields) -> HttpResponse:
    sentence = exception.problem.say(gettext)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"note": sentence}, status=422)
    return refuse(request, 422, gettext("The page was refused"), sentence)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same answer for what is missing and for what belongs to another site."""
    del exception
    return refuse(
        request,
        404,
        gettext("There is nothing here"),
        gettext("The page is not there, or it is not yours to see."),
    )


def bad_form_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came back without its token, or from elsewhere. Django asks this before any view, so that nobody else
    answers for what the database does."""
    del reason
    try:
        page = hold(request)
    except DatabaseError as error:
        answer = _of_database(request, error)
        if answer is None:
            raise
        return answer
    if page is None:
        sentence = gettext(
            "The form did not come from a page of this server, or that page was opened before you signed in or changed your role. Open it again."
        )
    elif not isinstance(request.user, Account):
        return lead_to_sign_in(request, is_held=True)
    elif request.user.id == page.account:
        sentence = gettext(
            "This page was opened before you signed in again or changed your role. What you entered is kept: open the form again, look at what stands there, and save."
        )
    else:
        sentence = gettext(
            "This page was shown to somebody else, who was signed in here before you. What was entered in it is not yours, and nothing of it was saved; it is kept for that person."
        )
    if page is not None and "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"note": sentence}, status=403)
    return refuse(request, 403, gettext("The form was refused"), sentence)
