"""Photos in the store: the file before its event, and gone after it was removed; nothing left of what was refused."""

import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.store.pictures import jpeg, painted
from tests.store.small import (
    COORDINATOR,
    MONITOR,
    STUDY,
    join,
    make_moment,
    new_id,
)

from trialwright.ledger.apply import replay
from trialwright.ledger.commands import Actor, AddPhoto, RemovePhoto
from trialwright.ledger.rights import Denied, participant_actor

TAKEN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def picture(name: str = "a"):  # type: ignore[no-untyped-def]  # the store is imported late
    """Each name is another picture."""
    from trialwright.store.picture import Kept, keep_picture

    kept = keep_picture(jpeg(painted((100 + len(name), 100 + ord(name[0])))))
    assert isinstance(kept, Kept)
    return kept


def of_site(name: str = "a", participant: str = "p1", **more: object) -> tuple[AddPhoto, object]:
    kept = picture(name)
    told: dict[str, object] = {"command_id": new_id(), "visit": "SCR", "region": "arm", **more}
    return AddPhoto(participant=participant, picture=kept.picture, **told), kept  # type: ignore[arg-type]  # tests name the fields


def add(command: AddPhoto, kept: object, by: Actor = COORDINATOR):  # type: ignore[no-untyped-def]  # the store is imported late
    from trialwright.store.photos import add_photo

    return add_photo(STUDY, command, kept, by=by, at=make_moment(30))  # type: ignore[arg-type]  # a Kept


def remove(photo: str, participant: str = "p1", reason: str = "A face is seen.", command_id: str = ""):  # type: ignore[no-untyped-def]  # the store is imported late
    from trialwright.store.photos import remove_photo

    command = RemovePhoto(command_id or new_id(), participant, photo, reason)
    return remove_photo(STUDY, command, by=COORDINATOR, at=make_moment(40))


def files(data: Path) -> list[str]:
    """Everything in the folder of files, by its place there."""
    top = data / "files"
    return sorted(str(one.relative_to(top)) for one in top.rglob("*") if one.is_file())


def place(kept: object, participant: str = "p1") -> str:
    return f"{STUDY}/{participant}/{kept.picture.kept}.jpg"  # type: ignore[attr-defined]  # a Kept


def found() -> list[tuple[str, str, str]]:
    from trialwright.store.verify import verify

    return [(one.table, one.key, one.code) for one in verify(STUDY)]


# ------------------------------------------------------------------ added


def test_a_photo_of_the_site_is_a_file_and_an_event(filled: Path) -> None:
    from trialwright.store.casebooks import load
    from trialwright.store.photos import read_photo

    command, kept = of_site()
    done = add(command, kept)
    assert not done.problems
    assert files(filled) == [place(kept)]
    photo = load(STUDY, "p1").photos[command.command_id]
    assert read_photo(STUDY, "p1", photo) == kept.content  # type: ignore[attr-defined]  # a Kept
    assert found() == []


def test_a_photo_of_the_participant_is_too(filled: Path) -> None:
    phone = join("p1")
    command, kept = of_site(visit="", taken=TAKEN, device=phone.device)
    assert not add(command, kept, by=participant_actor("p1", "S01")).problems
    assert files(filled) == [place(kept)]
    assert found() == []


def test_nobody_else_on_the_machine_reads_a_photo(filled: Path) -> None:
    os.umask(0)
    command, kept = of_site()
    add(command, kept)
    path = filled / "files" / place(kept)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in list(path.parents)[:3]:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_sent_twice_is_once(filled: Path) -> None:
    command, kept = of_site()
    first, again = add(command, kept), add(command, kept)
    assert (first.was_there, again.was_there) == (False, True)
    assert again.sealed[0].seal == first.sealed[0].seal
    assert files(filled) == [place(kept)]


def test_sent_again_after_it_was_removed_it_does_not_come_back(filled: Path) -> None:
    command, kept = of_site()
    add(command, kept)
    remove(command.command_id)
    assert add(command, kept).was_there
    assert files(filled) == []


def test_another_photo_with_the_same_id_is_a_conflict_and_leaves_no_file(filled: Path) -> None:
    command, kept = of_site()
    add(command, kept)
    other, other_kept = of_site("b", command_id=command.command_id)
    done = add(other, other_kept)
    assert (done.conflict, [one.code for one in done.problems]) == (True, ["command-reused"])
    assert files(filled) == [place(kept)]


def test_of_what_is_refused_no_file_is_written(filled: Path) -> None:
    from trialwright.store.errors import NotFound

    for more in ({"region": "face"}, {"visit": "W2"}):
        command, kept = of_site(**more)  # type: ignore[arg-type]  # tests name the fields
        assert add(command, kept).problems
    with pytest.raises(Denied):
        add(*of_site(), by=MONITOR)
    with pytest.raises(NotFound):
        add(*of_site(participant="p9"))
    assert files(filled) == []


def test_a_photo_that_lost_a_race_leaves_no_file(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the file and the event the visit was taken back, as it were: what is refused then is not kept."""
    from trialwright.store import photos
    from trialwright.store.submit import Submitted

    command, kept = of_site()
    submit = photos.submit

    def lost(study: str, asked: AddPhoto, **more: object) -> Submitted:
        assert files(filled) == [place(kept)]  # it is there before the event
        return submit(study, replace(asked, region="face"), **more)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(photos, "submit", lost)
    assert add(command, kept).problems
    assert files(filled) == []


def test_the_same_picture_of_two_participants_has_two_files(filled: Path) -> None:
    (first, kept), (second, _) = of_site(), of_site(participant="p2")
    assert not add(first, kept).problems
    assert not add(second, kept).problems
    remove(first.command_id)
    assert files(filled) == [place(kept, "p2")]
    assert found() == []


def test_a_crash_before_the_event_leaves_a_file_that_a_second_try_takes(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.store import photos

    def crash(*_: object, **__: object) -> None:
        raise InterruptedError

    command, kept = of_site()
    with monkeypatch.context() as broken:
        broken.setattr(photos, "submit", crash)
        with pytest.raises(InterruptedError):
            add(command, kept)
    assert found() == [("file", f"p1 / {kept.picture.kept}.jpg", "file-extra")]  # type: ignore[attr-defined]  # a Kept
    assert not add(command, kept).problems
    assert found() == []


def test_a_full_disk_is_told_and_nothing_is_added(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from trialwright.store import photo_files
    from trialwright.store.casebooks import load
    from trialwright.store.storage import trouble_of

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    command, kept = of_site()
    monkeypatch.setattr(photo_files.os, "fsync", full)
    with pytest.raises(OperationalError) as raised:
        add(command, kept)
    monkeypatch.undo()
    assert trouble_of(raised.value, filled) == "full"
    assert files(filled) == []
    assert not load(STUDY, "p1").photos


def test_who_waits_too_long_for_others_is_told(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trialwright.store import photo_files
    from trialwright.store.sqlite.base import Busy

    monkeypatch.setattr(photo_files, "PATIENCE_SECONDS", 0.05)
    with photo_files.alone_with_files(), pytest.raises(Busy):
        add(*of_site())
    monkeypatch.undo()
    assert not add(*of_site()).problems


def test_no_file_is_named_by_what_is_no_id() -> None:
    from trialwright.store.photo_files import path_of

    for participant, kept in (
        ("../p1", "a" * 64),
        ("p1", "../../etc/passwd"),
        ("", "a" * 64),
        ("p1", "A" * 64),
    ):
        with pytest.raises(ValueError, match="no file is named"):
            path_of(STUDY, participant, kept)


# ------------------------------------------------------------------ read back


def test_a_casebook_read_from_the_tables_is_that_of_the_log(filled: Path) -> None:
    from trialwright.store.cache import forget_folder
    from trialwright.store.casebooks import load
    from trialwright.store.freeze import freeze
    from trialwright.store.many import load_many
    from trialwright.store.streams import read_events

    command, kept = of_site()
    add(command, kept)
    add(*of_site("b", region="leg"))
    remove(command.command_id)
    forget_folder()
    book = load(STUDY, "p1")
    assert book.photos == replay(book.study, "p1", read_events(STUDY, "participant:p1")).photos
    assert [bool(photo.removed) for photo in book.photos.values()] == [True, False]
    forget_folder()
    assert load_many(STUDY, ["p1"])["p1"].photos == book.photos
    assert next(one for one in freeze(STUDY) if one.participant == "p1").photos == book.photos


def test_a_photo_whose_file_is_not_its_own_is_shown_to_nobody(
    filled: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from trialwright.store.errors import NotFound
    from trialwright.store.photos import read_photo

    command, kept = of_site()
    photo = add(command, kept).book.photos[command.command_id]
    path = filled / "files" / place(kept)
    path.write_bytes(jpeg())
    with pytest.raises(NotFound):
        read_photo(STUDY, "p1", photo)
    path.unlink()
    with pytest.raises(NotFound):
        read_photo(STUDY, "p1", photo)
    assert caplog.text.count("gone or was altered") == 2


# ------------------------------------------------------------------ removed


def test_of_a_removed_photo_the_file_is_destroyed(filled: Path) -> None:
    from trialwright.store.errors import NotFound
    from trialwright.store.photos import read_photo

    command, kept = of_site()
    add(command, kept)
    done = remove(command.command_id)
    assert done.sealed[0].reason == "A face is seen."
    assert files(filled) == []
    assert found() == []
    with pytest.raises(NotFound):
        read_photo(STUDY, "p1", done.book.photos[command.command_id])


def test_a_removal_that_is_refused_destroys_nothing(filled: Path) -> None:
    command, kept = of_site()
    add(command, kept)
    assert [one.code for one in remove(command.command_id, reason=" ").problems] == ["text-needed"]
    assert [one.code for one in remove("nothing").problems] == ["no-such-photo"]
    assert files(filled) == [place(kept)]


def test_a_picture_that_was_removed_in_one_place_can_be_added_in_another(filled: Path) -> None:
    command, kept = of_site()
    add(command, kept)
    remove(command.command_id)
    assert not add(replace(command, command_id=new_id(), region="leg"), kept).problems
    assert files(filled) == [place(kept)]
    assert remove(command.command_id).problems  # it is removed already, and the other keeps its file
    assert files(filled) == [place(kept)]
    assert found() == []


def test_a_removal_asked_again_destroys_what_a_crash_left(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.store import photos

    command, kept = of_site()
    add(command, kept)
    with monkeypatch.context() as broken:
        broken.setattr(photos, "destroy_file", lambda path: None)
        remove(command.command_id, command_id="r1")
    assert found() == [("file", f"p1 / {kept.picture.kept}.jpg", "file-not-destroyed")]  # type: ignore[attr-defined]  # a Kept
    assert remove(command.command_id, command_id="r1").was_there
    assert files(filled) == []


# ------------------------------------------------------------------ verify, rebuild


def test_files_that_are_gone_or_altered_are_named(filled: Path) -> None:
    (first, kept), (second, other) = of_site(), of_site("b", region="leg")
    add(first, kept)
    add(second, other)
    (filled / "files" / place(kept)).unlink()
    altered = filled / "files" / place(other)
    altered.write_bytes(altered.read_bytes() + b"x")
    assert sorted(found()) == sorted(
        [
            ("file", f"p1 / {kept.picture.kept}.jpg", "file-missing"),  # type: ignore[attr-defined]  # a Kept
            ("file", f"p1 / {other.picture.kept}.jpg", "file-altered"),  # type: ignore[attr-defined]  # a Kept
        ]
    )


def test_files_of_nobody_are_named_and_left(filled: Path) -> None:
    from trialwright.store.examine_photos import destroy_extra

    stranger = filled / "files" / STUDY / "p9"
    stranger.mkdir(parents=True)
    (stranger / "x.jpg").write_bytes(b"x")
    assert found() == [("file", "p9", "files-of-nobody")]
    assert destroy_extra(STUDY) == ()
    assert (stranger / "x.jpg").exists()


def test_rebuild_destroys_the_files_that_no_photo_has(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from trialwright.cli import main
    from trialwright.store import photos

    command, kept = of_site()
    add(command, kept)
    folder = (filled / "files" / place(kept)).parent
    for name in (".0123.part", f"{'0' * 64}.jpg"):
        (folder / name).write_bytes(b"x")
    (folder / "folder").mkdir()
    other, other_kept = of_site("b", region="leg")
    add(other, other_kept)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(photos, "destroy_file", lambda path: None)
        remove(other.command_id)
    assert main(["rebuild", str(filled), "--dry-run"]) == 0
    assert "3 files would be destroyed." in capsys.readouterr().out
    assert main(["rebuild", str(filled)]) == 0
    said = capsys.readouterr().out
    assert "3 files were destroyed." in said
    assert "The photo was removed and its file is still there" in said
    assert files(filled) == [place(kept)]
