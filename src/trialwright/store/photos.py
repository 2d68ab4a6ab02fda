"""Photos through the one door: the file first, then the event; of a removal the event first, then the file."""

import logging

from trialwright.ledger.casebook import Casebook, Photo
from trialwright.ledger.commands import Actor, AddPhoto, Moment, RemovePhoto
from trialwright.ledger.decide import decide
from trialwright.ledger.photos import present_photos
from trialwright.store.casebooks import book_at, position_of
from trialwright.store.errors import NotFound
from trialwright.store.photo_files import alone_with_files, destroy_file, is_whole, path_of, write_file
from trialwright.store.picture import Kept
from trialwright.store.submit import Submitted, submit

LOG = logging.getLogger("trialwright.photos")


def add_photo(study_id: str, command: AddPhoto, kept: Kept, *, by: Actor, at: Moment) -> Submitted:
    """Adds a photo; its file is on the disk before the log says so. A command that was stored before writes nothing.
    Raises as `submit` does."""
    with alone_with_files():
        position = position_of(study_id, command.participant, command_id=command.command_id)
        if position is None or position.has_command:
            return submit(study_id, command, by=by, at=at)
        book = book_at(study_id, command.participant, position)
        decided = decide(book, command, by=by, at=at)
        if decided.problems:  # nobody writes a file who may not add a photo
            return Submitted(decided.problems, decided.conflict, (), book)
        path = path_of(study_id, command.participant, command.picture.kept)
        write_file(path, kept.content)
        done = submit(study_id, command, by=by, at=at)
        if not _is_present(done.book, command.picture.kept):
            destroy_file(path)
        return done


def _is_present(book: Casebook, kept: str) -> bool:
    return any(photo.kept == kept for photo in present_photos(book))


def remove_photo(study_id: str, command: RemovePhoto, *, by: Actor, at: Moment) -> Submitted:
    """Says in the log that a photo is removed, and why, then destroys its file; asked again, it destroys what an
    interruption left. Raises as `submit` does."""
    with alone_with_files():
        done = submit(study_id, command, by=by, at=at)
        photo = done.book.photos.get(command.photo)
        if photo is not None and photo.removed and not _is_present(done.book, photo.kept):
            destroy_file(path_of(study_id, command.participant, photo.kept))
        return done


def read_photo(study_id: str, participant: str, photo: Photo) -> bytes:
    """The picture of a photo. Raises NotFound for one that was removed, and for a file that is gone or was altered: a
    picture that is not the one of the log is shown to nobody."""
    if photo.removed:
        raise NotFound(f"photo {photo.id} was removed")
    path = path_of(study_id, participant, photo.kept)
    try:
        if is_whole(path, photo.kept):
            return path.read_bytes()
    except FileNotFoundError:
        pass
    LOG.error("the file of photo %s is gone or was altered; ask verify", photo.id)
    raise NotFound(f"the file of photo {photo.id} is gone or was altered")
