"""What is the same for all phones of a version is made once: the questions, the rules, the key of notifications."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.spec.diary_study import STUDY, entry, with_diary
from tests.spec.study_folders import REFERENCE, casebook, study_of

from trialwright.diary import kept, package, rules
from trialwright.diary.kept import ByVersion
from trialwright.ledger.diary_entries import holes, holes_of_phone, standing_entries
from trialwright.reminders.push import KEY, public_key, push_keys
from trialwright.study.model import Study


def counted(monkeypatch: pytest.MonkeyPatch, place: object, name: str) -> list[object]:
    """How often a function is called, with what."""
    calls: list[object] = []
    known = getattr(place, name)

    def count(*given: object) -> object:
        calls.append(given[0])
        return known(*given)

    monkeypatch.setattr(place, name, count)
    return calls


def test_a_version_is_told_once_and_another_version_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Study] = []
    versions = ByVersion(lambda study: made.append(study) or len(made))
    other = replace(STUDY, hash="other")
    same_name = replace(STUDY)  # another object with the same hash is not taken for it

    assert [versions.of(one) for one in (STUDY, STUDY, other, STUDY)] == [1, 1, 2, 1]
    assert versions.of(same_name) == 3
    assert len(made) == 3


def test_the_oldest_version_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "VERSIONS", 2)
    made: list[str] = []
    versions = ByVersion(lambda study: made.append(study.hash))
    first, second, third = (replace(STUDY, hash=name) for name in "abc")
    for study in (first, second, third, third, first):
        versions.of(study)

    assert made == ["a", "b", "c", "a"]


def test_a_package_is_made_of_the_questions_once_and_of_the_days_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = replace(study_of(REFERENCE))
    asked = counted(monkeypatch, package, "_form")
    book = casebook(study, {("SCR", "visit", 0): {"date": "2026-03-01", "contact": "site"}})
    later = casebook(study, {("SCR", "visit", 0): {"date": "2026-03-02", "contact": "site"}})
    first, again, moved = (package.package_of(one, date(2026, 3, 10)) for one in (book, book, later))

    assert len(asked) == len([form for form in study.forms.values() if form.ask is not None])
    assert first == again
    assert moved["digest"] != first["digest"]
    assert package.package_of(book, date(2026, 3, 10), push_key="key")["digest"] != first["digest"]


def test_the_rules_of_a_version_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    study = replace(study_of(REFERENCE))
    compiled = counted(monkeypatch, rules, "compile_module")

    assert rules.module_of(study) == rules.module_of(study)
    assert len(compiled) == 1


def test_a_key_is_read_once_and_another_one_at_once(tmp_path: Path) -> None:
    first, key = push_keys(tmp_path), public_key(tmp_path)
    assert push_keys(tmp_path) is first

    (tmp_path / KEY).unlink()
    assert push_keys(tmp_path) is not first
    assert public_key(tmp_path) != key


def test_standing_entries_of_late_are_those_of_all_days_since_then() -> None:
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-02"))
    walk.entered(entry("e2", "2026-03-03", number=2))
    walk.entered(
        entry("e3", "2026-03-03", number=4, items={"itch": "5"}, root="e2", corrects="e2", reason="misread")
    )

    assert [one.id for one in standing_entries(walk.book, since="2026-03-03").values()] == ["e3"]
    assert [one.id for one in standing_entries(walk.book).values()] == ["e1", "e3"]
    phone = walk.book.devices["phone1"]
    again = replace(walk.book, devices={"phone1": replace(phone, resent=(3, 6))})
    assert holes(again) == {"phone1": holes_of_phone(again, "phone1")} == {"phone1": (5,)}
    assert holes(walk.book) == {"phone1": holes_of_phone(walk.book, "phone1")} == {"phone1": (3,)}
    assert holes_of_phone(walk.book, "phone2") == ()
