"""The contexts of the pages of photos."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext

from trialwright.ledger.casebook import Photo
from trialwright.ledger.events import PhotoRemoved, Sealed
from trialwright.ledger.held import held_visits
from trialwright.ledger.photos import SITE_AREA, area_of, photos_seen
from trialwright.ledger.rights import PARTICIPANT, may
from trialwright.web.links import (
    add_photo_url,
    participant_url,
    photo_image_url,
    photo_url,
    photos_url,
    remove_photo_url,
)
from trialwright.web.photos.looking import Looking
from trialwright.web.show import show_iso, show_moment

# ------------------------------------------------------------------ side by side


@dataclass(frozen=True, slots=True)
class Picture:
    """One photo in small; without image where it was removed."""

    url: str
    image: str
    words: str


@dataclass(frozen=True, slots=True)
class Column:
    """visit: "" for the participant's own of one day."""

    visit: str
    day: str
    label: str
    day_words: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """column: where it stands, for who hears it. add_url: "" where nothing is added; is_asked: and nothing is there."""

    column: str
    pictures: tuple[Picture, ...]
    add_url: str
    add_words: str
    is_missing: bool


@dataclass(frozen=True, slots=True)
class RegionRow:
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class PhotosPage:
    code: str
    back_url: str
    text: str
    add_url: str
    columns: tuple[Column, ...]
    rows: tuple[RegionRow, ...]
    removed: tuple[Removed, ...]


def photos_page(looking: Looking) -> PhotosPage:
    """A region a row, a visit a column, so that one looks along the row."""
    book, study = looking.book, looking.book.study
    seen = photos_seen(book, actor=looking.actor)
    present = [photo for photo in seen if not photo.removed]
    columns = tuple(_columns(looking, present))
    return PhotosPage(
        code=book.code,
        back_url=participant_url(study.id, book.participant),
        text=study.say(looking.photos.text, looking.language),
        add_url=add_photo_url(study.id, book.participant) if looking.may_add else "",
        columns=columns,
        rows=tuple(_row(looking, region, columns, present) for region in _regions(looking, present)),
        removed=tuple(
            Removed(photo_url(study.id, book.participant, photo.id), looking.words(photo))
            for photo in seen
            if photo.removed
        ),
    )


def _regions(looking: Looking, present: Iterable[Photo]) -> tuple[str, ...]:
    """Those of the definition, and those of photos that an earlier version asked for."""
    defined = (region.id for region in looking.photos.regions)
    return tuple(dict.fromkeys((*defined, *(photo.region for photo in present))))


def _columns(looking: Looking, present: Sequence[Photo]) -> Iterable[Column]:
    """By day: visits at which photos are asked or were taken, and the days of the participant's own."""
    places = {(photo.day, photo.visit) for photo in present}
    if may(looking.book.study, looking.actor, SITE_AREA, "r", looking.book.site):
        places |= {(day, visit) for visit, day in _asked_visits(looking).items()}
    for day, visit in sorted(places):
        yield Column(
            visit,
            day,
            looking.visit(visit) if visit else gettext("Participant’s own"),
            show_iso(day),
            is_asked=visit in looking.photos.site_visits,
        )


def _asked_visits(looking: Looking) -> dict[str, str]:
    """Day of each visit at which the site is asked for photos, as far as they were held."""
    held = held_visits(looking.book)
    days = ((visit, held[visit].day) for visit in looking.photos.site_visits if visit in held)
    return {visit: day.isoformat() for visit, day in days if day is not None and day <= looking.today}


def _row(looking: Looking, region: str, columns: Iterable[Column], present: Iterable[Photo]) -> RegionRow:
    mine = [photo for photo in present if photo.region == region]
    return RegionRow(
        looking.region(region),
        tuple(
            _cell(looking, region, column, [one for one in mine if _place(one) == (column.day, column.visit)])
            for column in columns
        ),
    )


def _place(photo: Photo) -> tuple[str, str]:
    return photo.day, photo.visit


def _cell(looking: Looking, region: str, column: Column, photos: Sequence[Photo]) -> Cell:
    book, study = looking.book, looking.book.study
    is_defined = any(one.id == region for one in looking.photos.regions)
    may_add = looking.may_add and is_defined and bool(column.visit)
    return Cell(
        column=f"{column.label}, {column.day_words}",
        pictures=tuple(
            Picture(
                photo_url(study.id, book.participant, photo.id),
                photo_image_url(study.id, book.participant, photo.id, "small"),
                looking.words(photo),
            )
            for photo in photos
        ),
        add_url=add_photo_url(study.id, book.participant, visit=column.visit, region=region)
        if may_add
        else "",
        add_words=gettext("Add: {what}").format(what=f"{looking.region(region)}, {column.label}"),
        is_missing=column.is_asked and not photos,
    )


# ------------------------------------------------------------------ one


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Way:
    """To a photo of the same region, before or after."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class PhotoPage:
    """image: "" where the photo was removed. removed: who removed it when, and why."""

    code: str
    back_url: str
    title: str
    words: str
    image: str
    width: int
    height: int
    removed: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    before: Way | None
    after: Way | None
    remove_url: str


def photo_page(
    looking: Looking, photo: Photo, events: Sequence[Sealed], names: Mapping[str, str]
) -> PhotoPage:
    """events: of the participant. names: of people by their account."""
    book, study = looking.book, looking.book.study
    may_remove = not photo.removed and looking.may_write(area_of(photo))
    before, after = _neighbours(looking, photo)
    return PhotoPage(
        code=book.code,
        back_url=photos_url(study.id, book.participant),
        title=looking.region(photo.region),
        words=looking.words(photo),
        image="" if photo.removed else photo_image_url(study.id, book.participant, photo.id, "large"),
        width=photo.width,
        height=photo.height,
        removed=_removed_facts(looking, photo, events, names),
        facts=_facts(looking, photo, events, names),
        before=before,
        after=after,
        remove_url=remove_photo_url(study.id, book.participant, photo.id) if may_remove else "",
    )


def _neighbours(looking: Looking, photo: Photo) -> tuple[Way | None, Way | None]:
    """The photos of the same region that stand before and after it."""
    seen = photos_seen(looking.book, actor=looking.actor)
    alike = [one for one in seen if one.region == photo.region and (not one.removed or one.id == photo.id)]
    before = next((first for first, second in pairwise(alike) if second.id == photo.id), None)
    after = next((second for first, second in pairwise(alike) if first.id == photo.id), None)
    return _way(looking, before), _way(looking, after)


def _way(looking: Looking, photo: Photo | None) -> Way | None:
    if photo is None:
        return None
    book = looking.book
    return Way(photo_url(book.study.id, book.participant, photo.id), looking.occasion(photo))


def _facts(
    looking: Looking, photo: Photo, events: Sequence[Sealed], names: Mapping[str, str]
) -> tuple[Fact, ...]:
    added = next(event for event in events if event.sequence == photo.sequence)
    zone = looking.book.study.sites[looking.book.site].timezone
    told = [
        Fact(gettext("Taken"), looking.occasion(photo)),
        Fact(gettext("Added by"), author_of(added, names)),
        Fact(gettext("Added at"), show_moment(added.envelope.server_utc, zone)),
    ]
    if photo.taken:
        told.append(Fact(gettext("Time on the phone"), photo.taken))
    points = gettext("{width} × {height} points").format(width=photo.width, height=photo.height)
    return (
        *told,
        Fact(gettext("Size"), points),
        Fact(gettext("Original"), f"{photo.type}, sha256 {photo.original}"),
        Fact(gettext("Kept copy"), f"image/jpeg, sha256 {photo.kept}"),
    )


def _removed_facts(
    looking: Looking, photo: Photo, events: Sequence[Sealed], names: Mapping[str, str]
) -> tuple[Fact, ...]:
    for event in events:
        if isinstance(event.body, PhotoRemoved) and event.sequence == photo.removed:
            zone = looking.book.study.sites[looking.book.site].timezone
            reason = gettext("redacted") if event.is_reason_redacted else event.reason or ""
            return (
                Fact(gettext("Removed by"), author_of(event, names)),
                Fact(gettext("Removed at"), show_moment(event.envelope.server_utc, zone)),
                Fact(gettext("Reason"), reason),
            )
    return ()


def author_of(event: Sealed, names: Mapping[str, str]) -> str:
    actor = event.envelope.actor
    return gettext("Participant") if event.envelope.role == PARTICIPANT else names.get(actor, actor)
