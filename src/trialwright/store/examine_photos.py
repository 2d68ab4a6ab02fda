"""The files of photos held against the log: for `verify` to name what is missing, altered or too many, and for
`rebuild` to destroy what no photo has."""

from collections.abc import Iterator, Mapping, Set
from pathlib import Path

from trialwright.ledger.casebook import Casebook, Photo
from trialwright.ledger.photos import present_photos
from trialwright.store import rows
from trialwright.store.casebooks import load
from trialwright.store.findings import Finding, finding
from trialwright.store.photo_files import (
    alone_with_files,
    destroy_file,
    folder_of,
    hash_of,
    is_whole,
    names_in,
    path_of,
)


def check_files(study_id: str, participant: str, book: Casebook | None) -> list[Finding]:
    """Files of one participant that are gone, altered, or that no photo has. book: None without any event."""
    photos = () if book is None else present_photos(book)
    found = [each for photo in photos for each in _check_photo(study_id, participant, photo)]
    folder = folder_of(study_id, participant)
    return found + [
        finding("file", ("", participant, name), "file-not-destroyed" if is_removed else "file-extra")
        for name, is_removed in _extra(folder, book).items()
    ]


def check_strangers(study_id: str, participants: Set[str]) -> list[Finding]:
    """Folders of files of nobody who is in the study."""
    return [
        finding("file", ("", name), "files-of-nobody")
        for name in names_in(folder_of(study_id))
        if name not in participants
    ]


def _check_photo(study_id: str, participant: str, photo: Photo) -> Iterator[Finding]:
    key = ("", participant, f"{photo.kept}.jpg")
    try:
        if not is_whole(path_of(study_id, participant, photo.kept), photo.kept):
            yield finding("file", key, "file-altered")
    except (OSError, ValueError, TypeError):  # a chain that was forged may name anything
        yield finding("file", key, "file-missing")


def _extra(folder: Path | None, book: Casebook | None) -> Mapping[str, bool]:
    """Files that no photo has; of each, whether one had it that was removed."""
    photos = () if book is None else tuple(book.photos.values())
    present = {photo.kept for photo in photos if not photo.removed}
    removed = {photo.kept for photo in photos if photo.removed}
    return {name: hash_of(name) in removed for name in names_in(folder) if hash_of(name) not in present}


def destroy_extra(study_id: str, *, is_dry: bool = False) -> tuple[Finding, ...]:
    """Destroys the files that no photo has, and gives what they were; is_dry: only looks. A folder of nobody is left
    to whoever runs the server: nobody can tell what it is."""
    with alone_with_files():
        found: list[Finding] = []
        known = rows.select("SELECT participant FROM participant WHERE study = %s", (study_id,))
        for participant in sorted(str(name) for (name,) in known):
            folder = folder_of(study_id, participant)
            if folder is None:
                continue
            for name, is_removed in _extra(folder, load(study_id, participant)).items():
                if not (folder / name).is_file():
                    continue
                code = "file-not-destroyed" if is_removed else "file-extra"
                found.append(finding("file", ("", participant, name), code))
                if not is_dry:
                    destroy_file(folder / name)
        return tuple(found)
