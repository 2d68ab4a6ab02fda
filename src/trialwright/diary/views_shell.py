"""The app as a phone loads it: its page, its service worker, its manifest, the rules of a study; no data of anybody."""

import re
from ipaddress import ip_address

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from trialwright.diary.rules import module_of
from trialwright.diary.shell import APP, MANIFEST, PAGE, WORKER, sent_to
from trialwright.store.definitions import studies, study_by_hash
from trialwright.store.errors import NotFound

# 'self' and nothing else. blob: a drawing or a photo that the page itself made. Answers go to this server only.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PERMISSIONS = (
    "camera=(self), geolocation=(), microphone=()"  # the camera: photos of the skin, if the person wants
)
FOREVER = "public, max-age=31536000, immutable"


@require_safe
def shell(request: HttpRequest) -> HttpResponseBase:
    """The app; over plain http to another machine a page that says why it cannot be there."""
    if not _is_secure(request):
        return render(
            request, "diary/plain.html", {"address": f"https://{request.get_host()}{PAGE}"}, status=403
        )
    answer = _file(request, PAGE)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Permissions-Policy"] = PERMISSIONS
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker with the list of what it keeps; the digest makes it another file when any of that changes."""
    answer = _file(request, WORKER)
    answer.headers["Content-Security-Policy"] = POLICY  # of what the worker itself may load
    answer.headers["Service-Worker-Allowed"] = PAGE
    return answer


@require_safe
def manifest(request: HttpRequest) -> HttpResponseBase:
    """The name on the home screen says nothing of an illness or a trial: others look at a phone too."""
    return _file(request, MANIFEST)


@require_safe
def app(request: HttpRequest, name: str) -> HttpResponseBase:
    """A module or the styles, under one address for all versions: the rules of a definition name it for ever. What the
    phone does not keep it asks for by its own version, with a number more where that could not be loaded once."""
    return _file(request, APP + name)


@require_safe
def rules(request: HttpRequest, definition: str) -> HttpResponse:
    """The module of rules of one version, by its hash: the same address gives the same bytes for ever."""
    for study_id in studies():
        try:
            study = study_by_hash(study_id, definition)
        except NotFound:
            continue
        answer = HttpResponse(module_of(study), content_type="text/javascript; charset=utf-8")
        answer["Cache-Control"] = FOREVER
        return answer
    raise Http404


def _file(request: HttpRequest, address: str) -> HttpResponseBase:
    """Kept, and asked for again each time; one that has not changed is not sent again."""
    found = sent_to(request.GET.get("v", ""), address)
    if found is None:
        raise Http404
    is_packed = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    answer = HttpResponse(found.packed if is_packed else found.plain, content_type=found.kind)
    if is_packed:
        answer["Content-Encoding"] = "gzip"
    answer["Cache-Control"] = "no-cache"
    mark = f'"{found.mark}{"-gzip" if is_packed else ""}"'
    answer["ETag"] = mark
    patch_vary_headers(answer, ["Accept-Encoding"])
    return get_conditional_response(request, etag=mark, response=answer) or answer


def accepts_gzip(header: str) -> bool:
    """By the words of Accept-Encoding; who says nothing gets plain bytes.

    >>> [accepts_gzip(one) for one in ("br, gzip", "gzip;q=0.5", "*", "gzip;q=0", "br", "")]
    [True, True, True, False, False, False]
    """
    for part in header.lower().split(","):
        name, *more = (word.strip() for word in part.split(";"))
        if name in ("gzip", "*"):
            return not any(re.fullmatch(r"q=0(\.0*)?", word) for word in more)
    return False


def _is_secure(request: HttpRequest) -> bool:
    """Whether a browser lets the page keep a worker and use its ciphers: over https, or on the machine itself."""
    if request.is_secure():
        return True
    host = request.get_host()
    name = host[1 : host.index("]")] if host.startswith("[") else host.partition(":")[0]
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
