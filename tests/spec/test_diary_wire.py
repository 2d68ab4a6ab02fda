"""What a phone may send: every field, every bound, and what is refused by name."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.spec.small_study import changed, load_small

from trialwright.diary import versions, wire
from trialwright.diary.versions import HOLDS, fields_of, standing_of
from trialwright.diary.wire import Entry, Join, PhotoSent, Push, Refused, Settings, Sync, read_message
from trialwright.study.diary_bounds import MOST_BYTES, MOST_ITEMS, MOST_NAME, MOST_TEXT

ENTRY: Mapping[str, object] = {
    "id": "0b6f2a3e-1c7d-4a54-9f5e-2f1f0f6f0a11",
    "number": 7,
    "form": "diary_day",
    "visit": "",
    "day": "2026-03-14",
    "items": {"itch": {"v": "5"}, "pain": {"m": "refused"}},
    "entered": "2026-03-14T20:15:03.120+08:00",
    "definition": "a" * 64,
    "root": "",
    "corrects": "",
    "reason": None,
}
SYNC: Mapping[str, object] = {
    "protocol": 1, "app": "1.0.0", "sent": "2026-03-17T08:00:00.000+08:00", "package": "", "entries": [ENTRY],
}  # fmt: skip
JOIN = {"protocol": 1, "code": "abc", "year_of_birth": 1980, "language": "zh-Hans", "platform": "Android"}


def read_sync(**changes: object) -> Sync | Refused:
    return read_message(Sync, json.dumps({**SYNC, **changes}).encode())


def read_entry(**changes: object) -> Sync | Refused:
    return read_sync(entries=[{**ENTRY, **changes}])


BEYOND = {"too-many-questions", "text-beyond-entry", "name-beyond-entry"}
FULL = {
    "i" * MOST_NAME: {"v": "字" * MOST_TEXT},
    "drawing": {"v": "x" * MOST_BYTES},
    **{f"more{at}": {"v": "true"} for at in range(MOST_ITEMS - 2)},
}


def test_the_largest_entry_that_a_form_may_ask_for_can_be_sent() -> None:
    """Else a definition without a problem would make entries that stay on the phone for ever."""
    more = "".join(f"      more{at}: {{label: More {at}, type: boolean}}\n" for at in range(MOST_ITEMS - 2))
    longest = f"length: {MOST_TEXT}}}\n"
    text = changed("diary.yaml", "      words: {label", f"{more}      {'i' * MOST_NAME}: {{label")
    text = text.replace("length: 500}\n", longest).replace("length: 20000", f"length: {MOST_BYTES}")
    assert longest in text
    assert not [found for found in load_small({"diary.yaml": text}).problems if found.code in BEYOND]

    assert isinstance(read_entry(items=FULL), Sync)


def test_a_sync_is_read_as_it_was_sent() -> None:
    message = read_sync()
    assert isinstance(message, Sync)
    (entry,) = message.entries
    assert entry.items["itch"].v == "5"
    assert entry.items["pain"].m == "refused"
    assert entry.entered.isoformat() == "2026-03-14T20:15:03.120000+08:00"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "locked"}, "entries.0.status"),
        ({"id": ""}, "entries.0.id"),
        ({"id": "a b"}, "entries.0.id"),
        ({"id": "a\n"}, "entries.0.id"),
        ({"id": "a" * 65}, "entries.0.id"),
        ({"number": 0}, "entries.0.number"),
        ({"number": True}, "entries.0.number"),
        ({"number": "7"}, "entries.0.number"),
        ({"number": 2**31}, "entries.0.number"),
        ({"form": "../x"}, "entries.0.form"),
        ({"visit": "W1#"}, "entries.0.visit"),
        ({"day": "2026-02-30"}, "entries.0.day"),
        ({"day": "14.03.2026"}, "entries.0.day"),
        ({"entered": "2026-03-14T20:15"}, "entries.0.entered"),  # of no zone
        ({"entered": "0001-01-01T00:00+08:00"}, "entries.0.entered"),
        ({"entered": "2200-01-01T00:00:00Z"}, "entries.0.entered"),
        ({"day": "0001-01-01"}, "entries.0.day"),
        ({"definition": "a" * 63}, "entries.0.definition"),
        ({"reason": "x" * 2001}, "entries.0.reason"),
        ({"items": {"itch": {"v": 5}}}, "entries.0.items.itch.v"),
        ({"items": {"itch": {}}}, "entries.0.items.itch"),
        ({"items": {"itch": {"v": "5", "m": "refused"}}}, "entries.0.items.itch"),
        ({"items": {"itch": {"m": "busy"}}}, "entries.0.items.itch.m"),
        ({"items": {"itch": {"v": "5", "unit": "kg"}}}, "entries.0.items.itch.unit"),
        ({"items": {"__proto__": {"v": "5"}}}, "entries.0.items.__proto__.[key]"),
        ({"items": {"words": {"v": "痒" * 10_001}}}, "entries.0.items.words.v"),
        ({"items": {f"i{at}": {"v": "1"} for at in range(65)}}, "entries.0.items"),
    ],
)
def test_an_entry_of_another_shape_is_refused_by_the_name_of_the_field(
    changes: Mapping[str, object], field: str
) -> None:
    assert read_entry(**changes) == Refused(422, "malformed", field)


@pytest.mark.parametrize("lacking", ["id", "number", "form", "visit", "day", "items", "entered"])
def test_an_entry_says_at_least_what_the_log_must_know(lacking: str) -> None:
    entry = {key: value for key, value in ENTRY.items() if key != lacking}
    assert read_sync(entries=[entry]) == Refused(422, "malformed", f"entries.0.{lacking}")


@pytest.mark.parametrize(
    "changes",
    [
        {"items": {f"i{at}": {"v": "1"} for at in range(64)}},
        {"items": {"words": {"v": "痒" * 10_000}}},
        {"items": {"words": {"v": "\x00 \u202e 𠮷"}}},  # the ledger says what is no text
        {"items": {}},
        {"entered": "1970-01-01T00:00:00Z"},  # a clock that was never set
        {"entered": "2028-03-14T20:15:00+13:45"},
        {"visit": "UNS#2", "root": "a", "corrects": "a", "reason": "slip"},
    ],
)
def test_whatever_has_the_shape_of_an_entry_reaches_the_ledger(changes: Mapping[str, object]) -> None:
    assert isinstance(read_entry(**changes), Sync)


def test_two_hundred_entries_are_taken_and_one_more_is_not() -> None:
    entries = [{**ENTRY, "id": f"e{at}"} for at in range(201)]
    assert isinstance(read_sync(entries=entries[:200]), Sync)
    assert read_sync(entries=entries) == Refused(422, "malformed", "entries")


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b"{", b"[" * 100_000, b'{"protocol": "1"}', b"\xef\xbb\xbf{}"]
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    found = read_message(Sync, body)
    assert isinstance(found, Refused)
    assert (found.status, found.state) == (422, "malformed")


def test_half_a_character_is_refused_and_not_stored() -> None:
    body = json.dumps({**SYNC, "app": "X"}).replace('"5"', '"\\ud83d"').encode()
    assert isinstance(read_message(Sync, body), Refused)


def test_a_body_beyond_measure_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_message(Sync, b" " * (wire.BODY_BYTES + 1)) == Refused(413, "too_large")


def test_as_many_entries_as_are_taken_fit_into_a_body_with_the_largest_drawing_each() -> None:
    assert wire.MOST_ENTRIES * MOST_BYTES <= wire.BODY_BYTES


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"year_of_birth": "1980"}, "year_of_birth"),
        ({"year_of_birth": 1849}, "year_of_birth"),
        ({"code": "a/b"}, "code"),
        ({"language": "x"}, "language"),
        ({"platform": "x" * 201}, "platform"),
        ({"token": "a1"}, "token"),
        ({"role": "investigator"}, "role"),
    ],
)
def test_joining_takes_these_fields_only(changes: Mapping[str, object], field: str) -> None:
    assert isinstance(read_message(Join, json.dumps(JOIN).encode()), Join)
    assert read_message(Join, json.dumps({**JOIN, **changes}).encode()) == Refused(422, "malformed", field)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"remind_at": "20:30", "language": "en"}, None),
        ({"channel": "sms", "phone": "+86 138 0000 0000", "email": ""}, None),
        ({"remind_at": "24:00"}, "remind_at"),
        ({"channel": "pigeon"}, "channel"),
        ({"phone": "call me"}, "phone"),
        ({"email": "a b@c"}, "email"),
        ({"sites": []}, "sites"),
    ],
)
def test_settings_take_these_fields_only(settings: Mapping[str, object], field: str | None) -> None:
    found = read_message(Settings, json.dumps({"protocol": 1, **settings}).encode())
    assert isinstance(found, Settings) if field is None else found == Refused(422, "malformed", field)


PUSH: Mapping[str, object] = {"protocol": 1, "subscription": {"endpoint": "https://push.example/1"}}
PHOTO: Mapping[str, object] = {
    "protocol": 1, "app": "1.0.0", "sent": "2026-03-17T08:00:00.000+08:00", "id": "p1", "region": "arm",
    "taken": "2026-03-17T07:59:00.000+08:00", "original": "a" * 64,
}  # fmt: skip


@pytest.mark.parametrize(("kind", "message"), [(Push, PUSH), (PhotoSent, PHOTO)])
def test_an_unknown_field_beside_a_subscription_or_a_photo_is_refused(
    kind: type[Push] | type[PhotoSent], message: Mapping[str, object]
) -> None:
    assert isinstance(read_message(kind, json.dumps(message).encode()), kind)
    sent = json.dumps({**message, "status": "locked"}).encode()
    assert read_message(kind, sent) == Refused(422, "malformed", "status")


# ------------------------------------------------------------------ versions


@pytest.mark.parametrize(
    ("current", "version", "standing"),
    [(1, 1, "spoken"), (1, 0, "too_old"), (1, 2, "too_new"), (4, 1, "spoken"), (5, 1, "too_old"), (5, 2, "spoken"), (5, 6, "too_new")],
)  # fmt: skip
def test_the_current_version_and_three_before_it_are_spoken(
    monkeypatch: pytest.MonkeyPatch, current: int, version: int, standing: str
) -> None:
    monkeypatch.setattr(versions, "CURRENT", current)
    assert standing_of(version) == standing
    found = read_sync(protocol=version, future=1)  # its fields are looked at only where it is spoken
    expected = (422, "malformed") if standing == "spoken" else (426, standing)
    assert isinstance(found, Refused)
    assert (found.status, found.state) == expected


def test_the_table_of_versions_says_what_the_messages_of_the_current_one_hold() -> None:
    models = {"join": Join, "sync": Sync, "entry": Entry, "settings": Settings, "push": Push}
    for kind, model in models.items():
        assert set(model.model_fields) == HOLDS[versions.CURRENT][kind]  # type: ignore[index]  # the kinds are these


def test_a_field_that_came_later_is_unknown_to_an_older_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {kind: fields - {"reason", "platform"} for kind, fields in HOLDS[1].items()}
    monkeypatch.setattr(versions, "HOLDS", {1: before, 2: HOLDS[1]})
    monkeypatch.setattr(versions, "CURRENT", 3)

    assert read_sync() == Refused(422, "malformed", "entries.0.reason")
    assert isinstance(read_sync(protocol=3), Sync)
    assert fields_of(3, "entry") == versions.HOLDS[2]["entry"]
    assert read_message(Join, json.dumps(JOIN).encode()) == Refused(422, "malformed", "platform")


def test_no_refusal_repeats_what_was_sent() -> None:
    words = "haemorrhage"
    for found in (
        read_entry(day=words),
        read_entry(items={"itch": {"m": words}}),
        read_sync(app=f"{words} {words}"),
    ):
        assert words not in repr(found)


def test_the_pages_of_documentation_show_messages_that_are_read() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "diary-protocol.md"
    blocks = page.read_text("utf-8").split("```json ")[1:]
    kinds = {"join": Join, "sync": Sync, "settings": Settings, "push": Push, "photo": PhotoSent}
    shown = {block.split("\n", 1)[0]: block.split("\n", 1)[1].split("```", 1)[0] for block in blocks}

    assert kinds.keys() <= shown.keys()
    for name, model in kinds.items():
        assert isinstance(read_message(model, shown[name].encode()), model), name
    for name in shown.keys() - kinds.keys():
        json.loads(shown[name])
