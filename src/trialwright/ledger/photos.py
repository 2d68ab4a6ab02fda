"""The photos of a casebook: which are there, and who may see them."""

from typing import Final

from trialwright.ledger.casebook import Casebook, Photo
from trialwright.ledger.commands import Actor
from trialwright.ledger.rights import may
from trialwright.study.model import DIARY_AREA

# Rows of the rights matrix: a participant's own photos are part of the diary, the site's stand with its forms.
OWN_AREA: Final = DIARY_AREA
SITE_AREA: Final = "forms"


def area_of(photo: Photo) -> str:
    """The row of the rights matrix that guards a photo."""
    return OWN_AREA if photo.is_own else SITE_AREA


def present_photos(book: Casebook) -> tuple[Photo, ...]:
    """The photos that have a file."""
    return tuple(photo for photo in book.photos.values() if not photo.removed)


def photos_seen(book: Casebook, *, actor: Actor) -> tuple[Photo, ...]:
    """The photos that the actor may see, those that were removed among them, in the order in which they were taken."""
    areas = {area for area in (OWN_AREA, SITE_AREA) if may(book.study, actor, area, "r", book.site)}
    seen = (photo for photo in book.photos.values() if area_of(photo) in areas)
    return tuple(sorted(seen, key=lambda photo: (photo.day, photo.sequence)))
