"""What is shown of the diary: histories, what a blinded role sees, what redaction leaves."""

from dataclasses import replace
from datetime import date

import pytest
from tests.spec.builders import COORDINATOR, INVESTIGATOR, MONITOR, SPONSOR, as_stored, moment
from tests.spec.diary_study import DAY, DIARY_FORMS, Phones, diary_study, entry, with_diary

from trialwright.ledger import commands as c
from trialwright.ledger.about import about
from trialwright.ledger.apply import record_at, replay
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.diary_entries import occasion_words
from trialwright.ledger.events import REASON, UNREAD
from trialwright.ledger.history import history
from trialwright.ledger.visible import entries_seen, hidden_from, visible
from trialwright.study import model as m
from trialwright.study.builtin import BEFORE_ASKED, TWO_ENTRIES
from trialwright.values.datum import Value

KEY = ("", "diary_day", 20260302)


def told() -> Phones:
    walk = with_diary()
    walk.entered(entry("e1", items={"itch": "4", "why": "Li Wei hit me"}))
    walk.entered(
        entry("e2", items={"itch": "6", "why": "Li Wei hit me"}, number=2, root="e1", corrects="e1", reason="misread", at="2026-03-02 21:10")
    )  # fmt: skip
    walk.entered(entry("e3", items={"itch": "x", "why": "?"}, number=3))
    return walk


@pytest.mark.requirement("R09", "R12")
def test_the_history_tells_each_entry_with_its_two_times_and_its_source() -> None:
    walk = told()
    walk.done(c.ReleaseEntry("r1", "p1", "e3", "read by telephone"), by=INVESTIGATOR)
    lines = history(walk.log, *KEY, "why")

    assert [(line.kind, line.old, line.new) for line in lines if line.kind != "asked"] == [
        ("entered", None, Value("Li Wei hit me")),
        ("entered", Value("Li Wei hit me"), Value("Li Wei hit me")),
        ("entered", Value("Li Wei hit me"), Value("?")),
        ("released", Value("Li Wei hit me"), Value("Li Wei hit me")),
    ]
    second = lines[1]
    assert (second.device_time, second.device_offset) == ("2026-03-02T21:10:00+08:00", "+08:00")
    assert (second.utc, second.originator, second.reason) == (
        *("2026-03-02T13:10:00.000000Z", "participant"),
        "misread",
    )
    assert second.diary is not None
    assert (second.diary.source, second.diary.device, second.diary.number) == ("phone", "phone1", 2)
    assert lines[2].diary is not None
    assert lines[2].diary.flags == ("unreadable",)


def test_the_history_tells_who_left_an_entry_aside() -> None:
    walk = told()
    walk.done(c.LeaveEntryAside("l1", "p1", "e3", "Practised."), by=INVESTIGATOR)
    last = history(walk.log, *KEY, "why")[-1]
    assert (last.kind, last.old, last.new, last.reason) == (
        "left_aside",
        Value("Li Wei hit me"),
        Value("Li Wei hit me"),
        "Practised.",
    )
    assert replay(walk.book.study, "p1", walk.log).entries == walk.book.entries


def test_the_history_of_an_item_that_an_entry_leaves_out_is_silent_about_it() -> None:
    walk = with_diary()
    walk.entered(entry("e1", items={"itch": "x"}))
    walk.entered(entry("e2", items={"itch": "4"}, number=2))
    assert [line.kind for line in history(walk.log, *KEY, "why")] == []
    assert [line.kind for line in history(walk.log, *KEY, "itch")] == ["entered"]


def test_the_record_as_it_stood_after_each_entry() -> None:
    walk = told()
    first, second = (walk.book.entries[name].sequence for name in ("e1", "e2"))
    for sequence, itch in ((first, "4"), (second - 1, "4"), (second, "6"), (walk.book.sequence, "6")):
        record = record_at(walk.log, KEY, sequence)
        assert record is not None
        assert record.items["itch"].datum == Value(itch)
    assert record_at(walk.log, KEY, first - 1) is None


def test_a_released_entry_stands_in_the_record_as_it_stood() -> None:
    walk = with_diary()
    walk.entered(entry("e1", items={"itch": "x", "why": "?"}))
    assert record_at(walk.log, KEY, walk.book.sequence) is None
    walk.done(c.ReleaseEntry("r1", "p1", "e1", "read"), by=INVESTIGATOR)
    record = record_at(walk.log, KEY, walk.book.sequence)
    assert record is not None
    assert record.items["why"].datum == Value("?")


def test_the_occasion_of_a_record_is_said_in_words() -> None:
    """A report is known by its first telling, though only its correction is shown."""
    walk = told()
    words = {"words": "dizzy"}
    walk.entered(entry("r1", "2026-03-07", words, number=8, form="diary_report", at="2026-03-07 03:00"))
    again = {"root": "r1", "corrects": "r1", "reason": "misread"}
    walk.entered(
        entry("r2", "2026-03-08", words, number=9, form="diary_report", at="2026-03-08 09:00", **again)  # type: ignore[arg-type]  # fields of EnterDiary
    )
    assert occasion_words(walk.book, KEY) == "2026-03-02"
    assert occasion_words(walk.book, walk.book.entries["r2"].key) == "2026-03-06 19:00 UTC"
    assert occasion_words(walk.book, ("", "diary_report", 7)) == ""


# ------------------------------------------------------------------ redaction


def redact(walk: Phones, name: str, key: str) -> None:
    walk.done(
        c.RedactValue(f"x-{name}", "p1", walk.book.entries[name].sequence, key, "a name"), by=COORDINATOR
    )


def test_redaction_empties_the_value_in_entry_record_and_correction() -> None:
    walk = told()
    redact(walk, "e2", "why")

    assert [walk.book.entries[name].emptied for name in ("e1", "e2", "e3")] == [("why",), ("why",), ()]
    assert "why" not in walk.book.records[KEY].items
    assert not [row for row in as_stored(walk.log) if "Li Wei" in str(row.values)]
    assert replay(walk.study, "p1", as_stored(walk.log)) == walk.book
    assert walk.entered(entry("e1", items={"itch": "4", "why": "Li Wei hit me"})).drafts == ()


def test_a_replaced_value_is_redacted_alone() -> None:
    walk = told()
    redact(walk, "e1", "why")
    assert walk.book.records[KEY].items["why"].datum == Value("Li Wei hit me")


def test_a_number_in_two_entries_is_no_copy() -> None:
    walk = with_diary()
    for at in (1, 2):
        walk.entered(entry(f"e{at}", number=at))
    redact(walk, "e1", "itch")
    assert walk.book.entries["e2"].items == {"itch": Value("4")}
    assert "twice" not in walk.book.records[KEY].items


def test_what_could_not_be_read_is_redacted_as_a_whole() -> None:
    walk = told()
    redact(walk, "e3", UNREAD)
    assert (walk.book.entries["e3"].unread, walk.book.entries["e3"].emptied) == ("", (UNREAD,))
    assert walk.entered(entry("e3", items={"itch": "x", "why": "?"}, number=3)).drafts == ()
    redact(walk, "e2", REASON)
    assert walk.book.entries["e2"].emptied == ()


# ------------------------------------------------------------------ who sees what


def blinded(*, is_optional: bool = True) -> m.Study:
    secret = replace(DAY.items["secret"], blinded_until="W16", is_optional=is_optional)
    items = {**DAY.items, "secret": secret}
    day = replace(DAY, items=items)
    return diary_study(
        forms_of_diary=(day, *DIARY_FORMS[1:]),
        design=replace(diary_study().design, blinded=("investigator",)),
    )


def blind_walk(study: m.Study | None = None) -> Phones:
    walk = Phones(study=study or blinded(), at=moment(date(2026, 3, 2)), by=COORDINATOR)
    walk.screen()
    walk.saved("SCR", "visit", date="2026-02-20")
    walk.join()
    walk.entered(entry("e1", items={"itch": "6", "secret": "7"}, reason=None))
    walk.entered(entry("e2", items={"secret": "7"}, number=2))
    walk.entered(entry("e3", items={"itch": "x"}, number=3))
    walk.entered(entry("e4", items={}, number=4))
    return walk


def test_a_blinded_role_sees_no_hidden_answer_and_no_sign_of_one() -> None:
    walk = blind_walk()
    seen = visible(walk.book, actor=INVESTIGATOR).entries

    assert list(seen) == ["e1", "e4"]
    assert dict(seen["e1"].items).keys() == {"itch"}
    assert walk.book.entries == visible(walk.book, actor=COORDINATOR).entries
    assert "diary_day.secret" in hidden_from(walk.book, actor=INVESTIGATOR).checks
    redact(walk, "e2", "secret")
    assert "e2" not in visible(walk.book, actor=INVESTIGATOR).entries


@pytest.mark.parametrize(("actor", "is_told"), [(COORDINATOR, True), (INVESTIGATOR, False)])
def test_who_is_blinded_is_not_told_that_a_question_has_no_answer(actor: c.Actor, is_told: bool) -> None:
    """It may be the hidden one."""
    walk = blind_walk(blinded(is_optional=False))
    walk.entered(entry("e5", "2026-03-03", {"itch": "6"}, number=5))
    hidden = hidden_from(walk.book, actor=actor)

    (line,) = history(walk.log, "", "diary_day", 20260303, "itch", hidden=hidden)

    for seen in (line.diary, visible(walk.book, actor=actor).entries["e5"]):
        assert seen is not None
        assert ("incomplete" in seen.flags) is is_told


@pytest.mark.parametrize(
    ("items", "flags"),
    [
        ({"itch": "4", "secret": "x"}, ()),
        ({"itch": "4", "secret": "x", "why": "y" * 9999}, ("unreadable",)),
        ({"secret": "4", "itch": "4", "why": "y" * 9999}, ("unreadable",)),
    ],
)
def test_who_is_blinded_is_not_told_that_a_hidden_answer_alone_could_not_be_read(
    items: dict[str, str], flags: tuple[str, ...]
) -> None:
    walk = blind_walk()
    walk.entered(entry("e5", "2026-03-03", items, number=5))

    assert visible(walk.book, actor=COORDINATOR).entries["e5"].flags == ("unreadable",)
    seen = visible(walk.book, actor=INVESTIGATOR).entries["e5"]
    assert (seen.flags, seen.counts) == (flags, False)


TWO = [
    # answers of each entry, the items at which it is asked about them, those of the queries that who is blinded sees
    ([{"itch": "4"}, {"itch": "5", "secret": "7"}], ["itch"], ["itch"]),
    ([{"itch": "4"}, {"secret": "7"}], ["secret"], []),
    ([{"secret": "6"}, {"secret": "7"}], ["secret"], []),
    ([{"itch": "4"}, {"secret": "7"}, {"itch": "5"}], ["itch", "secret"], ["itch"]),
    ([{"secret": "7"}, {"itch": "4"}, {"itch": "!refused"}], ["itch", "secret"], ["itch"]),
    ([{"secret": "7"}], [], []),
]


@pytest.mark.parametrize("check", [TWO_ENTRIES, BEFORE_ASKED])
@pytest.mark.parametrize(("given", "asked", "seen"), TWO)
def test_who_is_blinded_is_asked_about_what_they_may_see(
    given: list[dict[str, str]], asked: list[str], seen: list[str], check: str
) -> None:
    """As well where each entry came before its day, of which each is asked about."""
    walk = Phones(study=blinded(), at=moment(date(2026, 3, 2)), by=COORDINATOR)
    walk.screen()
    walk.saved("SCR", "visit", date="2026-02-20")
    walk.join()
    hour = "20:00" if check == TWO_ENTRIES else "12:00"
    for number, items in enumerate(given, start=1):
        walk.entered(entry(f"e{number}", "2026-03-03", items, number=number, at=f"2026-03-03 {hour}"))
    if check == BEFORE_ASKED:
        answered = [item for items in given for item in ("itch", "secret") if item in items]
        asked = sorted({next(iter(items)) for items in given})
        seen = ["itch"] if "itch" in answered else []

    def items_of(book: Casebook) -> list[str]:
        return sorted(query.item for query in book.queries.values() if query.check == check)

    assert items_of(walk.book) == asked
    assert items_of(visible(walk.book, actor=INVESTIGATOR)) == seen


@pytest.mark.parametrize(
    ("actor", "count"), [(COORDINATOR, 4), (INVESTIGATOR, 2), (MONITOR, 4), (SPONSOR, 0)]
)
def test_entries_are_seen_with_the_right_to_read_the_diary(actor: c.Actor, count: int) -> None:
    assert len(entries_seen(blind_walk().book, actor=actor)) == count


def test_words_about_an_entry_tell_of_what_it_says() -> None:
    walk = told()
    walk.done(c.ReleaseEntry("r1", "p1", "e3", "read by telephone"), by=INVESTIGATOR)
    by_kind = {type(event.body).__name__: event for event in walk.log}
    entered = next(event for event in walk.log if event.values.get(REASON) == "misread")
    assert about(walk.log, entered, "why").items == {("diary_day", "why")}
    assert about(walk.log, entered, REASON).items == {("diary_day", "itch"), ("diary_day", "why")}
    released = by_kind["EntryReleased"]
    assert about(walk.log, released, REASON).items == {("diary_day", "why")}
    assert about([], released, REASON).items == frozenset()
