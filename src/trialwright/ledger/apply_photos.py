"""What an event about photos does to those of a casebook."""

from collections.abc import Mapping
from dataclasses import replace

from trialwright.ledger.casebook import Photo
from trialwright.ledger.events import PhotoAdded, PhotoRemoved


def photos_after(
    photos: Mapping[str, Photo], body: PhotoAdded | PhotoRemoved, sequence: int
) -> Mapping[str, Photo]:
    """The photos after the event; of one that was removed all but its file stays."""
    if isinstance(body, PhotoAdded):
        return {**photos, body.photo: _photo_of(body, sequence)}
    known = photos.get(body.photo)
    if known is None:  # a log from elsewhere may lack it
        return photos
    return {**photos, known.id: replace(known, removed=sequence)}


def _photo_of(body: PhotoAdded, sequence: int) -> Photo:
    return Photo(
        id=body.photo,
        visit=body.visit,
        day=body.day,
        region=body.region,
        original=body.original,
        type=body.type,
        kept=body.kept,
        size=body.size,
        width=body.width,
        height=body.height,
        taken=body.taken,
        device=body.device,
        sequence=sequence,
    )
