"""Photos of lesions: added by the site at a visit or by the participant with a phone, removed by the site.

The log holds where, when, by whom, and hashes; the picture itself is a file beside it.
"""

from datetime import date
from typing import Final

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, AddPhoto, Moment, RemovePhoto
from trialwright.ledger.course import Decided, refused
from trialwright.ledger.decide_diary import YEARS, check_device
from trialwright.ledger.diary_calendar import closing, is_after_closing
from trialwright.ledger.events import Draft, PhotoAdded, PhotoRemoved
from trialwright.ledger.held import held_at
from trialwright.ledger.messages import problem
from trialwright.ledger.photos import SITE_AREA, area_of, present_photos
from trialwright.ledger.queries import check_text
from trialwright.ledger.rights import is_participant, require
from trialwright.study.model import Photos
from trialwright.values.problem import Problem
from trialwright.values.words import words_of

AHEAD_DAYS: Final = 1  # a photo may be dated one day after the site's: clocks and zones differ


def decide_add_photo(book: Casebook, command: AddPhoto, *, by: Actor, at: Moment) -> Decided:
    """One photo. Unlike an answer it can be taken again, so that what does not fit is refused and said at once."""
    is_own = is_participant(book, by)
    if not is_own:
        require(book.study, by, SITE_AREA, "w", book.site)
    photos = book.study.photos
    if photos is None:
        return refused(problem("no-photos", command.command_id))
    day = _own_day(command) if is_own else _day_of_visit(book, command, at)
    problems = _check_own(book, command, photos, at) if is_own else _check_visit(command, photos, day)
    if command.region not in {region.id for region in photos.regions}:
        problems += (problem("no-such-region", "region", region=command.region),)
    problems += _check_twice(book, command)
    if problems or day is None:
        return refused(*problems)
    draft = Draft(_added(command, day), originator="participant" if is_own else "site")
    return Decided((draft,))


def _added(command: AddPhoto, day: date) -> PhotoAdded:
    picture = command.picture
    return PhotoAdded(
        photo=command.command_id,
        visit=command.visit,
        day=day.isoformat(),
        region=command.region,
        original=picture.original,
        type=picture.type,
        kept=picture.kept,
        size=picture.size,
        width=picture.width,
        height=picture.height,
        taken=command.taken.isoformat() if command.taken is not None else "",
        device=command.device,
    )


# ------------------------------------------------------------------ the participant's


def _own_day(command: AddPhoto) -> date | None:
    """By the clock on the participant's wall; None where the phone told no moment of any calendar."""
    taken = command.taken
    if taken is None or taken.tzinfo is None or taken.year not in YEARS:
        return None
    return taken.date()


def _check_own(book: Casebook, command: AddPhoto, photos: Photos, at: Moment) -> tuple[Problem, ...]:
    problems = check_device(book, command.device)
    if not photos.per_day:
        problems += (problem("photos-not-asked", "photo"),)
    if command.visit:
        problems += (problem("photo-of-no-visit", "visit"),)
    day = _own_day(command)
    if day is None:
        return (*problems, problem("photo-undated", "taken"))
    if (day - at.site_date).days > AHEAD_DAYS:
        problems += (problem("date-in-future", "taken", date=str(day), today=str(at.site_date)),)
    if is_after_closing(closing(book), day):
        problems += (problem("diary-closed", "taken"),)
    sent = [one for one in present_photos(book) if one.is_own and one.day == day.isoformat()]
    if photos.per_day and len(sent) >= photos.per_day:
        problems += (problem("photos-enough", "photo", limit=photos.per_day),)
    return problems


# ------------------------------------------------------------------ the site's


def _day_of_visit(book: Casebook, command: AddPhoto, at: Moment) -> date | None:
    """The day on which the visit was held; None where it was not, or not yet."""
    held = held_at(book, command.visit)
    day = held.day if held is not None else None
    return day if day is not None and day <= at.site_date else None


def _check_visit(command: AddPhoto, photos: Photos, day: date | None) -> tuple[Problem, ...]:
    problems: tuple[Problem, ...] = ()
    if not photos.site_visits:
        problems += (problem("photos-not-by-site", "photo"),)
    if day is None:
        problems += (problem("visit-date-needed", "visit"),)
    if command.device or command.taken is not None:
        problems += (problem("photo-of-no-phone", "photo"),)
    return problems


def _check_twice(book: Casebook, command: AddPhoto) -> tuple[Problem, ...]:
    """One picture stands once: in two places it could be right in one at most, and its one file would have two ends."""
    picture = command.picture
    if command.command_id in book.photos or any(
        picture.original == one.original or picture.kept == one.kept for one in present_photos(book)
    ):
        return (problem("photo-twice", "photo"),)
    return ()


# ------------------------------------------------------------------ away with one


def decide_remove_photo(book: Casebook, command: RemovePhoto, *, by: Actor) -> Decided:
    """For a photo that shows what it must not, such as a face: who took it when, and its hash, stay in the log; its
    file is destroyed by the store. ICH E6(R3) 4.2.2(b)"""
    photo = book.photos.get(command.photo)
    require(book.study, by, SITE_AREA if photo is None else area_of(photo), "w", book.site)
    problems = check_text(command.reason, "reason")
    if photo is None:
        problems += (problem("no-such-photo", command.photo, photo=command.photo),)
    elif photo.removed:
        problems += (problem("photo-removed", command.photo),)
    if problems:
        return refused(*problems)
    return Decided((Draft(PhotoRemoved(command.photo), reason=words_of(command.reason)),))
