"""Photos: the table of all, one of them, its picture, adding and removing one."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from trialwright.ledger.casebook import Photo
from trialwright.ledger.commands import AddPhoto, RemovePhoto
from trialwright.ledger.photos import OWN_AREA, SITE_AREA, area_of, photos_seen
from trialwright.store.accounts import names_of
from trialwright.store.errors import NotFound
from trialwright.store.events import history
from trialwright.store.messages import problem
from trialwright.store.photos import add_photo, read_photo, remove_photo
from trialwright.store.picture import LARGEST_BYTES, Kept, keep_picture, smaller_picture
from trialwright.values.problem import Problem
from trialwright.values.words import words_of
from trialwright.web.answer import show
from trialwright.web.desk import Desk, signed_in
from trialwright.web.fields import require_known
from trialwright.web.forms.history import actors_in
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.links import add_photo_url, photo_url, photos_url
from trialwright.web.photos.change import add_page, lines_of, next_region, remove_page
from trialwright.web.photos.looking import Looking
from trialwright.web.photos.page import photo_page, photos_page
from trialwright.web.said import go_on

SMALL_SIDE: Final = 320  # points
_TOO_LARGE: Final = 413
# A picture is shown as what it is, and as nothing else; it runs nothing and is named for nobody.
_HEADERS: Final = {
    "Content-Disposition": 'inline; filename="photo.jpg"',
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "no-store",
}


@require_safe
@signed_in
def photos(request: HttpRequest, desk: Desk, participant: str) -> HttpResponse:
    looking = _looking(desk, participant)
    return show(request, "photos/photos.html", photos_page(looking), desk=desk)


@require_safe
@signed_in
def photo(request: HttpRequest, desk: Desk, participant: str, photo: str) -> HttpResponse:
    looking = _looking(desk, participant)
    found = _seen(looking, photo)
    events = history(desk.study_id, participant)
    page = photo_page(looking, found, events, names_of(actors_in(events)))
    return show(request, "photos/photo.html", page, desk=desk)


@require_safe
@signed_in
def image(request: HttpRequest, desk: Desk, participant: str, photo: str, size: str) -> HttpResponse:
    """The picture itself; whether it may be seen is asked each time, and no browser keeps it."""
    del request
    content = read_photo(desk.study_id, participant, _seen(_looking(desk, participant), photo))
    if size == "small":
        content = smaller_picture(content, SMALL_SIDE)
    return HttpResponse(content, content_type="image/jpeg", headers=_HEADERS)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def add(request: HttpRequest, desk: Desk, participant: str) -> HttpResponse:
    looking = _looking(desk, participant)
    if not looking.photos.site_visits:
        raise NotFound(f"the site takes no photos in {desk.study_id}")
    desk.require(SITE_AREA, "w", looking.book.site)
    if request.method != "POST":
        return show(request, "photos/add.html", add_page(looking, request.GET.dict()), desk=desk)
    # Where no file was chosen, browsers send the field of the file as a text without a letter.
    require_known(request, ("command", "visit", "region", "photo"), files=("photo",))
    kept = _uploaded(request)
    if isinstance(kept, Problem):
        status = _TOO_LARGE if kept.code == "picture-too-large" else 422
        return _add_again(request, desk, looking, (kept,), status)
    post = request.POST
    command = AddPhoto(
        command_id=post.get("command", ""),
        participant=participant,
        visit=post.get("visit", ""),
        region=post.get("region", ""),
        picture=kept.picture,
    )
    done = add_photo(desk.study_id, command, kept, by=desk.actor, at=desk.moment(looking.book.site))
    if done.problems:
        return _add_again(request, desk, looking, done.problems, 409 if done.conflict else 422)
    return go_on(_onward(desk, participant, command.visit), desk, done)


def _uploaded(request: HttpRequest) -> Kept | Problem:
    """One byte more than is allowed shows that there is too much, and no more than that is read."""
    file = request.FILES.get("photo")
    if file is None:
        return problem("picture-needed", "photo")
    return keep_picture(file.read(LARGEST_BYTES + 1))


def _add_again(
    request: HttpRequest, desk: Desk, looking: Looking, problems: tuple[Problem, ...], status: int
) -> HttpResponse:
    page = add_page(looking, request.POST.dict(), problems)
    return show(request, "photos/add.html", page, desk=desk, problems=lines_of(problems), status=status)


def _onward(desk: Desk, participant: str, visit: str) -> str:
    """To the next region that the visit asks for, or to all photos."""
    region = next_region(_looking(desk, participant), visit)
    if region:
        return add_photo_url(desk.study_id, participant, visit=visit, region=region)
    return photos_url(desk.study_id, participant)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove(request: HttpRequest, desk: Desk, participant: str, photo: str) -> HttpResponse:
    looking = _looking(desk, participant)
    found = _seen(looking, photo)
    desk.require(area_of(found), "w", looking.book.site)
    lines: tuple[ProblemLine, ...] = ()
    reason = ""
    if request.method == "POST":
        require_known(request, ("command", "reason"))
        reason = words_of(request.POST.get("reason", ""))
        command = RemovePhoto(request.POST.get("command", ""), participant, photo, reason)
        done = remove_photo(desk.study_id, command, by=desk.actor, at=desk.moment(looking.book.site))
        if not done.problems:
            return go_on(photo_url(desk.study_id, participant, photo), desk, done)
        lines = tuple(ProblemLine("reason", "", _remove_words(one)) for one in done.problems)
    elif found.removed:
        raise NotFound(f"photo {photo} was removed")
    page = remove_page(looking, found, reason=reason)
    return show(request, "photos/remove.html", page, desk=desk, problems=lines, status=422 if lines else 200)


def _remove_words(found: Problem) -> str:
    return gettext("Say why the photo is removed.") if found.code == "text-needed" else found.say(gettext)


def _looking(desk: Desk, participant: str) -> Looking:
    """Raises NotFound in a study without photos, and Denied for a role that may see none of them."""
    book = desk.book(participant)
    photos = book.study.photos
    if photos is None:
        raise NotFound(f"{desk.study_id} takes no photos")
    if not any(desk.may(area, "r", book.site) for area in (OWN_AREA, SITE_AREA)):
        desk.require(SITE_AREA, "r", book.site)
    return Looking(book, photos, desk.actor, desk.language, desk.moment(book.site).site_date)


def _seen(looking: Looking, photo: str) -> Photo:
    """A photo that the person may see; one that they may not see is not there for them."""
    found = (one for one in photos_seen(looking.book, actor=looking.actor) if one.id == photo)
    for one in found:
        return one
    raise NotFound(f"no photo {photo}")
