"""A photo from a phone: the picture is the body, what it is of stands in one header; sent until there is a result.

The app sends a copy that it painted itself, small and without the camera's words, and the hash of the file that the
camera made: the file itself never leaves the phone. The server trusts neither and makes its own copy.
"""

from dataclasses import replace
from typing import Final

from trialwright.diary.answer import Ask, Reply, api, refused, state
from trialwright.diary.views_api import Phone, phone_of
from trialwright.diary.wire import BODY_BYTES, PhotoSent, Refused, read_message
from trialwright.ledger.commands import AddPhoto, Moment
from trialwright.ledger.rights import participant_actor
from trialwright.store import devices
from trialwright.store.photos import add_photo
from trialwright.store.picture import Kept, keep_picture
from trialwright.values.problem import Problem

HEADER: Final = "Diary-Photo"  # ASCII JSON: an address would be written to logs
_TOO_LARGE: Final = "picture-too-large"


@api("POST")
def photo(ask: Ask) -> Reply:
    """Takes one photo. Stored: it is on the disk and in the log, and the phone may forget it. Anything else says why
    not, and nothing of it is kept here."""
    phone = phone_of(ask)
    if isinstance(phone, Reply):
        return phone
    message = read_message(PhotoSent, ask.request.headers.get(HEADER, "").encode())
    if isinstance(message, Refused):
        return refused(message)
    if len(ask.body) > BODY_BYTES:
        return state(413, _TOO_LARGE)
    kept = keep_picture(ask.body)
    if isinstance(kept, Problem):
        return state(413 if kept.code == _TOO_LARGE else 422, kept.code)
    return _added(phone, message, kept)


def _added(phone: Phone, message: PhotoSent, kept: Kept) -> Reply:
    row = phone.row
    command = AddPhoto(
        command_id=message.id,
        participant=row.participant,
        visit="",
        region=message.region,
        picture=replace(kept.picture, original=message.original, type=message.type or kept.picture.type),
        taken=message.taken,
        device=row.device,
    )
    moment = Moment(phone.now, phone.today, message.sent)
    actor = participant_actor(row.participant, phone.book.site)
    done = add_photo(row.study, command, kept, by=actor, at=moment)
    devices.note_seen(row, message.app, at=phone.now)
    if done.problems:
        return state(409 if done.conflict else 422, done.problems[0].code)
    return Reply({"id": message.id, "state": "stored"})
