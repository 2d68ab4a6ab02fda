"""Entries of the diary: what stands, what is flagged, what is kept aside, and who may enter them."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from tests.spec.builders import (
    COORDINATOR,
    INVESTIGATOR,
    MONITOR,
    SPONSOR,
    codes,
    item,
    moment,
    open_checks,
    typed,
)
from tests.spec.diary_study import DAY, STUDY, Phones, diary_study, entry, local, sent_at, with_diary

from trialwright.expr.parse import parse_rule
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger import commands as c
from trialwright.ledger.apply_diary import entry_of
from trialwright.ledger.diary_entries import Index, groups_at, holes, neighbours, standing_entries
from trialwright.ledger.diary_odd import oddities
from trialwright.ledger.diary_scores import diary_days
from trialwright.ledger.events import DiaryEntered, EntryResent
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import Denied, participant_actor
from trialwright.study import model as m
from trialwright.study.builtin import BEFORE_ASKED, TWO_ENTRIES, ask_of
from trialwright.values.datum import Missing, Value

KEY = ("", "diary_day", 20260302)
BEGIN = with_diary()


def begin() -> Phones:
    return replace_log(BEGIN)


def replace_log(walk: Phones) -> Phones:
    import copy

    again = copy.copy(walk)
    again.log = [*walk.log]
    return again


def corrected(name: str, of: str, itch: str, **more: object) -> c.EnterDiary:
    told: dict[str, object] = {"root": "e1", "corrects": of, "reason": "misread", **more}
    return entry(name, items={"itch": itch}, **told)  # type: ignore[arg-type]  # fields of EnterDiary


# ------------------------------------------------------------------ one entry


@pytest.mark.requirement("R09", "R12")
def test_an_entry_keeps_both_times_and_who_gave_it() -> None:
    """The clock of the phone with its offset, the server's, and the originator of each value."""
    walk = begin()
    command = entry("e1", items={"itch": "4", "secret": "!refused"})
    late = c.Moment(datetime(2026, 3, 5, 1, tzinfo=UTC), date(2026, 3, 5), local("2026-03-05 09:00"))
    walk.entered(command, late)

    kept = walk.book.entries["e1"]
    assert (kept.entered, kept.received) == ("2026-03-02T21:00:00+08:00", "2026-03-05T01:00:00.000000Z")
    assert (kept.device, kept.number, kept.app) == ("phone1", 1, "1.0.0")
    assert kept.items == {"itch": Value("4"), "secret": Missing("refused")}
    first = walk.log[-2]
    assert (first.originator, first.envelope.actor, first.envelope.role) == (
        *("participant", "participant:p1"),
        "participant",
    )
    record = walk.book.records[KEY]
    assert record.items["itch"].sequence == kept.sequence
    assert record.items["twice"].datum == Value("8")
    assert record.definition == STUDY.hash


SOURCES = [("phone", "participant"), ("paper", "participant"), ("telephone", "proxy")]


@pytest.mark.requirement("R12")
@pytest.mark.parametrize(("source", "originator"), SOURCES)
def test_every_entry_says_who_its_words_are_from(source: str, originator: str) -> None:
    """Never null."""
    walk = begin()
    walk.entered(entry("e1", source=source, reason="told by telephone"))
    given = next(event for event in reversed(walk.log) if "itch" in event.values)
    assert given.originator == originator == walk.book.entries["e1"].originator
    assert walk.book.entries["e1"].source == source


def test_blanks_are_no_answers() -> None:
    walk = begin()
    walk.entered(entry("e1", items={"itch": "4", "why": " "}))
    assert walk.book.entries["e1"].items == {"itch": Value("4")}
    assert walk.book.entries["e1"].flags == ()


# ------------------------------------------------------------------ flags

FLAGS = [
    # what, entry, sent at, flags
    ("in the window", {}, "2026-03-02 21:00", ()),
    ("the last minute", {"at": "2026-03-03 12:00"}, "2026-03-03 12:00", ()),
    ("after it", {"at": "2026-03-03 12:01"}, "2026-03-03 12:01", ("late",)),
    ("the first minute", {"at": "2026-03-02 18:00"}, "2026-03-02 18:00", ()),
    ("before it", {"at": "2026-03-02 17:59"}, "2026-03-02 17:59", ("early",)),
    ("offline for 30 days", {}, "2026-04-01 21:00", ()),
    ("clock off by 300 s", {"clock_off_seconds": -300}, "2026-03-02 21:00", ()),
    ("clock off by 301 s", {"clock_off_seconds": -301}, "2026-03-02 21:00", ("clock",)),
    ("clock two years ahead", {"clock_off_seconds": 63072000, "at": "2028-03-02 21:00", "day": "2028-03-02"}, "2028-03-02 21:00", ("clock", "no_occasion")),
    ("clock a day behind", {"clock_off_seconds": -86400, "at": "2026-03-01 21:00", "day": "2026-03-01"}, "2026-03-01 21:00", ("clock",)),
    ("60 s after its sending", {}, "2026-03-02 20:59", ()),
    ("61 s after its sending", {"at": "2026-03-02 21:00:01"}, "2026-03-02 20:59", ("clock",)),
    ("a day of no occasion", {"day": "2026-02-19", "at": "2026-02-19 21:00"}, "2026-03-02 21:00", ("no_occasion",)),
    ("another weekday", {"form": "diary_week", "items": {"palms": "1"}, "day": "2026-03-03", "at": "2026-03-03 09:00"}, "2026-03-03 09:00", ("no_occasion",)),
    ("the day after the dose", {"form": "diary_dose", "visit": "W0", "items": {"sore": "no"}, "day": "2026-03-03", "at": "2026-03-03 09:00"}, "2026-03-03 09:00", ()),
    ("no dose at that visit", {"form": "diary_dose", "visit": "W2", "items": {"sore": "no"}, "day": "2026-03-17", "at": "2026-03-17 09:00"}, "2026-03-17 09:00", ("no_occasion",)),
    ("whenever", {"form": "diary_report", "items": {"words": "dizzy"}, "at": "2026-03-07 03:00"}, "2026-03-07 03:00", ()),
]  # fmt: skip


_DOSE = {"form": "diary_dose", "visit": "W0", "day": "2026-03-03", "at": "2026-03-03 09:00"}
WHOLE = [
    # what, entry, whether a question has no answer
    ("all that is asked", {"items": {"itch": "4"}}, False),
    ("an optional answer alone", {"items": {"secret": "3"}}, True),
    ("a reason why", {"items": {"itch": "!refused"}}, False),
    ("a question that follows", {**_DOSE, "items": {"sore": "yes"}}, True),
    ("with its answer", {**_DOSE, "items": {"sore": "yes", "red": "3"}}, False),
    ("that does not follow", {**_DOSE, "items": {"sore": "no"}}, False),
    ("of which nobody knows", {**_DOSE, "items": {"sore": "!refused"}}, False),
]


@pytest.mark.parametrize(("what", "told", "is_flagged"), WHOLE, ids=[row[0] for row in WHOLE])
def test_a_question_without_an_answer_is_told_and_the_rest_counts(
    what: str, told: dict[str, object], is_flagged: bool
) -> None:
    walk = begin()
    walk.entered(entry("e1", **told))  # type: ignore[arg-type]  # fields of EnterDiary
    kept = walk.book.entries["e1"]
    assert ("incomplete" in kept.flags, kept.counts) == (is_flagged, True)


def test_what_was_asked_is_told_by_the_version_of_the_entry_and_by_what_it_derives() -> None:
    """`more` was asked where twice the itch is above 8."""
    walk = begin()
    asked = item("diary_day", "more", "integer", when="twice > 8")
    before = replace(STUDY, hash="a" * 64, forms={**STUDY.forms, "diary_day": with_items(DAY, asked)})
    for name, itch in (("e1", "4"), ("e2", "5")):
        command = entry(name, items={"itch": itch}, definition="a" * 64)
        walk.entered(replace(command, asked_under=before))
    assert {name: kept.flags for name, kept in walk.book.entries.items()} == {"e1": (), "e2": ("incomplete",)}


def with_items(whole: m.Form, *more: m.Item) -> m.Form:
    items = {**whole.items, **{one.id: one for one in more}}
    return m.Form(**{**{name: getattr(whole, name) for name in whole.__slots__}, "items": items})


@pytest.mark.requirement("F05", "F42")
@pytest.mark.parametrize(("what", "told", "sent", "flags"), FLAGS, ids=[row[0] for row in FLAGS])
def test_flags_tell_what_is_unusual_and_nothing_is_dated_anew(
    what: str, told: dict[str, object], sent: str, flags: tuple[str, ...]
) -> None:
    """No entry is refused, moved or kept aside for its times."""
    walk = begin()
    command = entry("e1", **told)  # type: ignore[arg-type]  # fields of EnterDiary
    walk.entered(command, replace(sent_at(command), device=local(sent)))

    kept = walk.book.entries["e1"]
    assert kept.flags == flags
    assert (kept.entered, kept.day, kept.is_kept_aside) == (command.entered.isoformat(), command.day, False)
    assert standing_entries(walk.book)[kept.key] == kept


def ahead(name: str, came: str = "2026-03-02 21:00", day: str = "2026-03-04", **more: object) -> c.EnterDiary:
    """An entry of the evening of a day, by the phone's clock; came: by the server's, on the same wall."""
    command = entry(name, day, **more)  # type: ignore[arg-type]  # fields of EnterDiary
    return replace(command, clock_off_seconds=round((command.entered - local(came)).total_seconds()))


def came(text: str, command: c.EnterDiary) -> c.Moment:
    return c.Moment(local(text).astimezone(UTC), local(text).date(), command.entered)


@pytest.mark.parametrize(
    ("at", "flags"),
    [
        ("2026-03-02 21:00", ("clock", "early")),
        ("2026-03-03 23:54", ("clock", "early")),
        ("2026-03-03 23:55", ("clock",)),  # in five minutes that day begins
        ("2026-03-04 20:50", ("clock",)),
        ("2026-03-04 20:56", ()),
    ],
)
def test_what_comes_before_its_day_is_early_by_whatever_clock(at: str, flags: tuple[str, ...]) -> None:
    walk = begin()
    command = ahead("e1", at)
    walk.entered(command, came(at, command))

    assert walk.book.entries["e1"].flags == flags
    asked = [query.check for query in walk.book.queries.values()]
    assert asked == ([BEFORE_ASKED] if "early" in flags else [])


def test_the_day_of_a_participant_far_east_of_the_site_may_have_come() -> None:
    walk = begin()
    command = replace(entry("e1", "2026-03-03"), entered=datetime.fromisoformat("2026-03-03T18:30:00+14:00"))
    walk.entered(command, c.Moment(command.entered.astimezone(UTC), date(2026, 3, 2), command.entered))
    assert walk.book.entries["e1"].flags == ()


@pytest.mark.parametrize("order", [("a1", "e1"), ("e1", "a1")])
def test_a_day_that_a_phone_told_ahead_is_still_answered_when_it_comes(order: tuple[str, ...]) -> None:
    """Both are kept and asked about; what was told on the day stands, also where the other comes again after it."""
    first = ahead("a1", items={"itch": "9"}, device="phone2")
    second = entry("e1", "2026-03-04", {"itch": "4"})
    at = {"a1": came("2026-03-02 21:00", first), "e1": None}
    walk = begin().join("phone2")
    key = ("", "diary_day", 20260304)
    for name in order:
        walk.entered({"a1": first, "e1": second}[name], at[name])

    assert walk.book.records[key].items["itch"].datum == Value("4")
    assert [group.root for group in groups_at(walk.book.entries, key)] == ["e1", "a1"]
    checks = {query.check for query in walk.book.queries.values()}
    assert {BEFORE_ASKED, TWO_ENTRIES} <= checks
    assert ask_of(walk.study, BEFORE_ASKED).startswith("Sent by the phone before it was asked")


def test_a_further_entry_before_its_day_asks_again_once_the_query_was_closed() -> None:
    walk = begin()
    walk.entered(ahead("a1"), came("2026-03-02 21:00", ahead("a1")))
    (query,) = walk.book.queries.values()
    walk.done(c.CloseQuery("q1", "p1", query.id, "it was of the 2nd"), by=replace(MONITOR))
    assert walk.book.queries[query.id].state == "closed"

    walk.entered(ahead("a2", number=2), came("2026-03-02 21:05", ahead("a2")))

    assert walk.book.queries[query.id].state == "open"


def test_what_the_site_enters_early_and_a_report_ask_nothing() -> None:
    """Who types is told on the page; a report has no day on which it is asked."""
    walk = begin()
    walk.entered(entry("t1", at="2026-03-02 12:30", source="telephone", reason="called"))
    report = ahead("r1", form="diary_report", items={"words": "dizzy"})
    walk.entered(report, came("2026-03-02 21:00", report))

    assert walk.book.entries["t1"].flags == ("early",)
    assert walk.book.entries["r1"].flags == ("clock",)
    assert not walk.book.queries


def test_without_a_clock_of_the_sending_the_server_s_is_asked() -> None:
    walk = begin()
    command = entry("e1")
    walk.entered(command, c.Moment(command.entered - timedelta(seconds=61), date(2026, 3, 2)))
    assert walk.book.entries["e1"].flags == ("clock",)
    naive = command.entered.replace(tzinfo=None)
    walk.entered(replace(command, command_id="e2"), replace(sent_at(command), device=naive))
    assert walk.book.entries["e2"].flags == ()


ORDERS = [("e1", "e2", "e3"), ("e3", "e2", "e1"), ("e2", "e3", "e1"), ("e3", "e1", "e2")]


@pytest.mark.requirement("F05")
@pytest.mark.parametrize("order", ORDERS)
def test_a_clock_that_was_put_back_is_told_whatever_comes_first(order: tuple[str, ...]) -> None:
    """Number 2 says an earlier time than number 1; number 3 goes on from there."""
    walk = begin()
    sent = {
        "e1": entry("e1", "2026-03-04", number=1),
        "e2": entry("e2", "2026-03-02", number=2),
        "e3": entry("e3", "2026-03-03", number=3),
    }
    for name in order:
        walk.entered(sent[name])
    told = {name: kept.flags for name, kept in walk.book.entries.items()}
    assert told == {"e1": (), "e2": ("clock",), "e3": ()}
    assert holes(walk.book) == {"phone1": ()}


@pytest.mark.requirement("F42")
def test_gaps_in_the_numbers_are_seen() -> None:
    """Entries that a phone lost, or still has."""
    walk = begin().join("phone2")
    for name, number in (("e1", 2), ("e2", 5), ("e3", 5)):
        walk.entered(entry(name, "2026-03-03", number=number))
    walk.entered(entry("f1", "2026-03-04", device="phone2", number=1))
    walk.entered(entry("g1", "2026-03-04", source="telephone", reason="told"))
    assert holes(walk.book) == {"phone1": (1, 3, 4), "phone2": ()}
    walk.entered(entry("e4", "2026-03-05", number=5_000_000))
    assert len(holes(walk.book)["phone1"]) == 1000


def test_what_came_under_the_name_before_is_no_hole_under_the_new_one() -> None:
    """The answer to e1 was lost, and the phone joined anew: it sends e1 as its first, and goes on."""
    walk = begin().join("phone2")
    walk.entered(entry("e1"))
    again = entry("e1", device="phone2", number=1)
    for _ in range(2):
        walk.entered(again)
    walk.entered(entry("e2", "2026-03-03", device="phone2", number=3))

    assert holes(walk.book) == {"phone1": (), "phone2": (2,)}
    assert walk.book.entries["e1"].device == "phone1"
    noted = [row for row in walk.log if isinstance(row.body, EntryResent)]
    assert [(row.body, row.originator) for row in noted] == [(EntryResent("e1", "phone2", 1), "participant")]


def test_an_entry_of_the_site_that_comes_again_has_no_number() -> None:
    walk = begin()
    for _ in range(2):
        walk.entered(entry("t1", source="telephone", reason="told"))
    assert not [row for row in walk.log if isinstance(row.body, EntryResent)]


# ------------------------------------------------------------------ kept aside

ASIDE = [
    # what, entry, flags, what is kept as it came
    ("no number", {"items": {"itch": "four"}}, ("unreadable",), {"itch": "four"}),
    ("out of range", {"items": {"itch": "11", "secret": "3"}}, ("unreadable",), {"itch": "11"}),
    ("half a character", {"items": {"itch": "4", "why": "a\ud800"}}, ("unreadable",), {"why": "a\ud800"}),
    ("no answer at all", {"items": {}}, ("unreadable",), None),
    ("blanks alone", {"items": {"itch": " "}}, ("unreadable",), None),
    ("an item of no form", {"items": {"nothing": "4"}}, ("unreadable",), {"nothing": "4"}),
    ("a computed item", {"items": {"twice": "8"}}, ("unreadable",), {"twice": "8"}),
    ("no reason of ours", {"items": {"itch": "!tired"}}, ("unreadable",), {"itch": "!tired"}),
    ("no form of the diary", {"form": "consent", "items": {}}, ("unreadable",), None),
    ("no form at all", {"form": "nothing", "items": {"itch": "4"}}, ("unreadable",), {"itch": "4"}),
    ("a visit where none is", {"visit": "W0"}, ("no_occasion", "unreadable"), None),
    ("no visit of the study", {"form": "diary_dose", "visit": "W99", "items": {}}, ("late", "no_occasion", "unreadable"), None),
    ("a version that nobody knows", {"definition": "f" * 64}, ("old_definition",), {"itch": "4"}),
    ("a correction without a reason", {"root": "e0", "corrects": "e0"}, ("no_reason",), None),
    ("a reason too long", {"corrects": "e0", "reason": "x" * 2001}, ("no_reason", "unreadable"), {"@reason": "x" * 2001}),
    ("a rule failed", {"is_unruled": True, "day": "2026-02-19"}, ("rule_failed",), None),
    ("half a reason", {"corrects": "e0", "reason": "\udfff"}, ("no_reason", "unreadable"), {"@reason": "\udfff"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "told", "flags", "unread"), ASIDE, ids=[row[0] for row in ASIDE])
def test_what_cannot_count_is_kept_aside_as_it_came(
    what: str, told: dict[str, object], flags: tuple[str, ...], unread: dict[str, str] | None
) -> None:
    walk = begin()
    before = walk.book
    at = "2026-03-05 21:00" if told.get("form") == "diary_dose" else ""
    decided = walk.entered(entry("e1", at=at, **told))  # type: ignore[arg-type]  # fields of EnterDiary

    kept = walk.book.entries["e1"]
    assert (kept.flags, kept.is_kept_aside, kept.counts) == (flags, True, False)
    assert (json.loads(kept.unread) if kept.unread else None) == unread
    assert len(decided.drafts) == 1
    assert (walk.book.records, walk.book.queries) == (before.records, before.queries)


def ended(walk: Phones) -> Phones:
    """On 26 October, at the visit that ends the study."""
    for visit, day in (("W16", "2026-06-22"), ("W34", "2026-10-26")):
        walk.saved(visit, "visit", date=day)
    return walk


def end_walk() -> Phones:
    walk = begin()
    walk.at = moment(date(2026, 12, 1))
    return ended(walk)


CLOSED = [
    ("about the last day", {"day": "2026-10-26", "at": "2026-10-26 21:00"}, ("no_occasion",)),
    ("about the day after", {"day": "2026-10-27", "at": "2026-10-27 21:00"}, ("closed",)),
    ("of before, entered after the end", {"day": "2026-03-30", "at": "2026-10-27 21:00"}, ("closed",)),
    ("of before, on its way for months", {"day": "2026-03-30", "at": "2026-03-30 21:00"}, ()),
    ("told after the end, of before", {"day": "2026-03-30", "at": "2026-10-27 21:00", "source": "telephone", "reason": "told"}, ("late",)),
]  # fmt: skip


@pytest.mark.requirement("F39")
@pytest.mark.parametrize(("what", "told", "flags"), CLOSED, ids=[row[0] for row in CLOSED])
def test_what_comes_after_the_end_is_kept_aside(
    what: str, told: dict[str, object], flags: tuple[str, ...]
) -> None:
    walk = end_walk()
    walk.entered(entry("e1", **told))  # type: ignore[arg-type]  # fields of EnterDiary
    kept = walk.book.entries["e1"]
    assert (kept.flags, kept.is_kept_aside) == (flags, "closed" in flags)


# ------------------------------------------------------------------ what is refused


@pytest.mark.requirement("R44")
def test_only_the_participant_s_own_phone_is_the_participant() -> None:
    """The participant may do nothing else."""
    walk = begin()
    command = entry("e1")
    for by in (INVESTIGATOR, participant_actor("p2", "01"), replace(walk.patient, account="p1")):
        with pytest.raises(Denied):
            walk.do(command, by=by)
    with pytest.raises(Denied):
        walk.do(replace(command, source="telephone", device="", reason="told"), by=walk.patient)
    for by in (MONITOR, SPONSOR):
        with pytest.raises(Denied):
            walk.do(replace(command, source="paper", device=""), by=by)


COMMANDS = [
    c.ScreenParticipant("x", "p1", "01", "A"),
    c.SaveForm("x", "p1", "", "consent", 0, {}, 0),
    c.RemoveRow("x", "p1", "", "event", 1, 0, "x"),
    c.DecideEligibility("x", "p1", "SCR", "eligible"),
    c.EnrolParticipant("x", "p1", "A"),
    c.OpenQuery("x", "p1", "q", "", "consent", 0, "signed", "x"),
    c.AnswerQuery("x", "p1", "q", "x"),
    c.CloseQuery("x", "p1", "q", "x"),
    c.ShowEarlierScores("x", "p1", "W0", "score", 0),
    c.RedactValue("x", "p1", 1, "code", "x"),
    c.CorrectCode("x", "p1", "B", "x"),
    c.InviteDevice("x", "p1", "i", moment().utc),
    c.RevokeDevice("x", "p1", "phone1", "x"),
    c.ReleaseEntry("x", "p1", "e1", "x"),
    c.LeaveEntryAside("x", "p1", "e1", "x"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_the_participant_may_do_nothing_but_enter_the_own_diary(command: c.Command) -> None:
    """Also where a study names a role so."""
    for study in (
        STUDY,
        diary_study(roles={"participant": replace(STUDY.roles["investigator"], id="participant")}),
    ):
        walk = Phones(study=study)
        walk.book = replace(BEGIN.book, study=study)
        with pytest.raises(Denied) as denied:
            walk.do(command, by=walk.patient)
        assert denied.value.problem.code == "denied-write"


REFUSED = [
    ({"device": "stranger"}, ["device-unknown"]),
    ({"device": ""}, ["device-unknown"]),
    ({"day": "2026-02-30"}, ["entry-undated"]),
    ({"day": "1969-12-31"}, ["entry-undated"]),
    ({"entered": local("2026-03-02 21:00").replace(tzinfo=None)}, ["entry-undated"]),
    ({"entered": datetime(1, 1, 1, tzinfo=UTC)}, ["entry-undated"]),
    ({"command_id": "a.b"}, ["id-malformed"]),
    ({"form": "no form"}, ["id-malformed"]),
    ({"visit": "W 0"}, ["id-malformed"]),
    ({"root": "é", "app": "x" * 65}, ["id-malformed", "id-malformed"]),
    ({"definition": "g/h", "corrects": "/", "device": "/"}, ["id-malformed"] * 3),
]


@pytest.mark.parametrize(("told", "problems"), REFUSED)
def test_a_phone_is_refused_only_what_is_no_entry_of_its_own(
    told: dict[str, object], problems: list[str]
) -> None:
    walk = begin()
    command = replace(entry("e1"), **told)  # type: ignore[arg-type]  # fields of EnterDiary
    assert codes(walk.do(command, by=walk.patient)) == problems


TYPED = [
    ({}, []),
    ({"source": "paper", "reason": None}, []),
    ({"reason": None}, ["text-needed"]),
    ({"reason": "x" * 2001}, ["text-too-long"]),
    ({"items": typed(itch="11")}, ["out-of-range"]),
    ({"items": typed(nothing="1")}, ["no-such-item"]),
    ({"items": typed(twice="1")}, ["item-derived"]),
    ({"items": typed(itch="!tired")}, ["unknown-missing-reason"]),
    ({"form": "nothing"}, ["no-such-form", "no-such-item"]),
    ({"visit": "W0"}, ["no-such-visit"]),
    ({"source": "paper", "corrects": "e0", "root": "e0", "reason": None}, ["text-needed"]),
    ({"entered": local("2026-03-02 21:02")}, ["date-in-future"]),
    ({"items": typed(why="a\ud800")}, ["bad-character"]),
]


@pytest.mark.parametrize(("told", "problems"), TYPED)
def test_the_site_is_there_to_mend_what_it_types(told: dict[str, object], problems: list[str]) -> None:
    walk = begin()
    command = replace(entry("e1", source="telephone", reason="phone broken"), **told)  # type: ignore[arg-type]  # fields of EnterDiary
    at = c.Moment(local("2026-03-02 21:00").astimezone(UTC), date(2026, 3, 2))
    decided = walk.do(command, by=COORDINATOR, at=at)
    assert codes(decided) == problems
    assert bool(decided.drafts) is not bool(problems)


def test_forms_of_the_diary_are_entered_at_no_other_door() -> None:
    walk = begin()
    walk.entered(entry("e1"))
    assert codes(walk.save("", "diary_day", typed(itch="3"), repeat=KEY[2])) == ["diary-form"]
    assert codes(walk.do(c.RemoveRow("r1", "p1", *KEY, base=1, reason="x"))) == ["diary-form"]


def test_an_id_that_came_with_other_answers_changes_nothing() -> None:
    walk = begin()
    walk.entered(entry("e1"))
    before = walk.book
    again = walk.entered(entry("e1", number=7, device="phone1", app="2.0"))
    other = walk.enter(entry("e1", items={"itch": "5"}))
    assert (again.drafts, codes(other), other.conflict) == ((), ["entry-differs"], True)
    assert codes(walk.enter(entry("e1", "2026-03-03", at="2026-03-02 21:00"))) == ["entry-differs"]
    assert walk.book is before


# ------------------------------------------------------------------ corrections and two phones


@pytest.mark.requirement("R32")
def test_a_correction_takes_its_place_and_leaves_the_original() -> None:
    """Never forbidden, always with a reason, the original kept."""
    walk = begin()
    walk.entered(entry("e1"))
    walk.entered(corrected("e2", "e1", "6", number=2))
    assert walk.book.records[KEY].items["itch"].datum == Value("6")
    assert walk.book.entries["e1"].items == {"itch": Value("4")}
    assert [(event.reason, event.values["itch"]) for event in walk.log if "itch" in event.values] == [
        *((None, '{"v":"4"}'), ("misread", '{"v":"6"}')),
    ]
    assert not open_checks(walk.book)


@pytest.mark.parametrize("at", ["2026-03-02 21:30", "2026-03-02 20:00"])
def test_what_was_corrected_does_not_stand_whatever_the_clock_says(at: str) -> None:
    walk = begin()
    walk.entered(corrected("e2", "e1", "6", number=2, at=at))
    walk.entered(entry("e1"))
    assert standing_entries(walk.book)[KEY].id == "e2"


def test_two_corrections_of_one_entry_the_later_stands() -> None:
    walk = begin()
    walk.entered(entry("e1"))
    walk.entered(corrected("e3", "e1", "7", number=3, at="2026-03-02 21:20"))
    walk.entered(corrected("e2", "e1", "6", number=2, at="2026-03-02 21:10"))
    assert standing_entries(walk.book)[KEY].id == "e3"


def test_a_circle_of_corrections_comes_to_an_end() -> None:
    walk = begin()
    walk.entered(corrected("e1", "e2", "6"))
    walk.entered(corrected("e2", "e1", "7", number=2, at="2026-03-02 21:10"))
    assert standing_entries(walk.book)[KEY].id == "e2"


ODD = [
    # entries that have come (id, number, what it corrects), and what is odd about e2
    ([("e1", 1, ""), ("e2", 2, "e1")], ()),
    ([("e1", 2, ""), ("e2", 2, "")], ("same_number",)),
    ([("e2", 2, "e1")], ("no_original",)),
    ([("e2", 2, "e2")], ("no_original",)),
    ([("e1", 1, "e2"), ("e2", 2, "e1")], ("no_original",)),
    ([("e1", 2, ""), ("e2", 2, "e9")], ("no_original", "same_number")),
]


@pytest.mark.parametrize(("come", "odd"), ODD)
@pytest.mark.parametrize("is_turned", [False, True])
def test_what_the_others_tell_of_an_entry_is_told(
    come: list[tuple[str, int, str]], odd: tuple[str, ...], is_turned: bool
) -> None:
    walk = begin().join("phone2")
    walk.entered(entry("f2", device="phone2", number=2))
    walk.entered(entry("t1", source="telephone", reason="told"))
    walk.entered(entry("t2", source="telephone", reason="told"))
    for name, number, corrects in reversed(come) if is_turned else come:
        walk.entered(entry(name, number=number, corrects=corrects, reason="misread" if corrects else None))
    entries = walk.book.entries
    assert oddities(entries, entries["e2"]) == odd
    assert oddities(entries, entries["t1"]) == oddities(entries, entries["f2"]) == ()


def test_a_correction_of_another_day_corrects_nothing() -> None:
    walk = begin()
    walk.entered(entry("e1"))
    walk.entered(entry("e2", "2026-03-03", number=2, corrects="e1", root="e1", reason="misread"))
    assert oddities(walk.book.entries, walk.book.entries["e2"]) == ("no_original",)


@pytest.mark.requirement("F42")
@pytest.mark.parametrize("first", ["e1", "f1"])
def test_two_phones_one_day_both_are_kept_and_one_query_asks(first: str) -> None:
    """The earlier one stands, whichever came first."""
    walk = begin().join("phone2")
    sent = {
        "e1": entry("e1", items={"itch": "4"}),
        "f1": entry("f1", items={"itch": "6"}, device="phone2", at="2026-03-02 20:00"),
    }
    walk.entered(sent.pop(first))
    for command in sent.values():
        walk.entered(command)

    assert [group.root for group in groups_at(walk.book.entries, KEY)] == ["f1", "e1"]
    assert walk.book.records[KEY].items["itch"].datum == Value("6")
    (query,) = walk.book.queries.values()
    assert (query.check, query.state, query.item) == (TWO_ENTRIES, "open", "itch")
    assert query.id.startswith("check-")
    assert ask_of(walk.study, query.check).startswith("Two entries")
    assert ask_of(walk.study, "gone") == ""


@pytest.mark.parametrize("order", [("t1", "e1"), ("e1", "t1")])
def test_what_was_told_before_it_was_asked_stands_only_where_nothing_else_does(
    order: tuple[str, ...],
) -> None:
    """A call at noon, and the answer of the evening: both are kept, and the site is asked."""
    early = entry("t1", items={"itch": "9"}, at="2026-03-02 12:30", source="telephone", reason="called")
    sent = {"t1": early, "e1": entry("e1", items={"itch": "4"})}
    walk = begin()
    walk.entered(early)
    assert walk.book.records[KEY].items["itch"].datum == Value("9")

    walk = begin()
    for name in order:
        walk.entered(sent[name])

    assert [group.root for group in groups_at(walk.book.entries, KEY)] == ["e1", "t1"]
    assert walk.book.records[KEY].items["itch"].datum == Value("4")
    assert TWO_ENTRIES in {query.check for query in walk.book.queries.values()}
    assert [walk.book.entries[name].is_answer for name in ("e1", "t1")] == [True, False]


def test_a_further_entry_asks_again_once_the_query_was_closed() -> None:
    walk = begin()
    walk.entered(entry("e1"))
    walk.entered(entry("e2", number=2))
    (query,) = walk.book.queries.values()
    walk.done(c.CloseQuery("q1", "p1", query.id, "the first is right"), by=replace(MONITOR))
    walk.entered(corrected("e4", "e1", "5", number=4))
    assert walk.book.queries[query.id].state == "closed"
    walk.entered(entry("e3", number=3))
    assert walk.book.queries[query.id].state == "open"


# ------------------------------------------------------------------ checks and rules

RED = [
    # entries (itch, corrects) in the order of arrival, state of the alert
    ([("9", "")], "open"),
    ([("4", "")], None),
    ([("9", ""), ("4", "e1")], "closed"),
    ([("4", ""), ("9", "e1")], "open"),
    ([("9", ""), ("!refused", "e1")], "open"),
    ([("9", ""), ("", "e1")], "closed"),
    ([("9", ""), ("4", "e1"), ("10", "e2")], "open"),
    ([("9", ""), ("4", "e1"), ("3", "e2")], "closed"),
]


@pytest.mark.parametrize(("told", "state"), RED)
@pytest.mark.parametrize("is_turned", [False, True])
def test_a_red_flag_is_told_though_its_correction_came_first(
    told: list[tuple[str, str]], state: str | None, is_turned: bool
) -> None:
    walk = begin()
    sent = [
        entry(
            f"e{at}",
            items={"itch": itch} if itch else {"why": "none"},
            number=at,
            at=f"2026-03-02 21:0{at}",
            corrects=corrects,
            root=corrects and "e1",
            reason="misread" if corrects else None,
        )
        for at, (itch, corrects) in enumerate(told, start=1)
    ]
    for command in reversed(sent) if is_turned else sent:
        walk.entered(command)
    found = [
        (query.state, query.level) for query in walk.book.queries.values() if query.check == "diary_day.bad"
    ]
    assert found == ([] if state is None else [(state, "alert")])


def test_an_alert_that_a_person_closed_stays_closed_while_the_value_is_that() -> None:
    walk = begin()
    walk.entered(entry("e1", items={"itch": "9"}))
    (query,) = walk.book.queries.values()
    walk.done(c.CloseQuery("q1", "p1", query.id, "called"), by=MONITOR)
    walk.entered(corrected("e2", "e1", "9", number=2))
    assert walk.book.queries[query.id].state == "closed"
    walk.entered(corrected("e3", "e2", "10", number=3))
    assert walk.book.queries[query.id].state == "open"


def test_the_alert_of_a_second_phone_is_told_too() -> None:
    walk = begin().join("phone2")
    walk.entered(entry("e1", at="2026-03-02 20:00"))
    walk.entered(entry("f1", items={"itch": "10"}, device="phone2"))
    assert open_checks(walk.book) == {"diary_day.bad", TWO_ENTRIES}


def test_a_check_of_an_entry_that_was_replaced_sees_what_it_derives() -> None:
    walk = begin()
    walk.entered(corrected("e2", "e1", "2", number=2))
    walk.entered(entry("e1", items={"itch": "5", "secret": "6"}))
    (query,) = walk.book.queries.values()
    assert (query.check, query.state) == ("diary_day.secret", "closed")


def test_rules_elsewhere_read_the_diary() -> None:
    walk = begin()
    assert value(walk, "mean(diary_day.itch, at_least=4)") is None
    assert value(walk, "any(diary_day, where=itch > 9)") is False
    for at in range(1, 5):
        walk.entered(entry(f"e{at}", f"2026-03-0{at}", {"itch": str(3 + at)}, number=at))
    assert value(walk, "mean(diary_day.itch, at_least=4)") is not None
    assert "itchy" not in open_checks(walk.book)
    walk.entered(corrected("e9", "e4", "10", number=9, day="2026-03-04", root="e4"))
    assert {"itch_in_words", "diary_day.bad"} <= open_checks(walk.book)
    walk.entered(entry("e5", "2026-03-05", {"itch": "10"}, number=10))
    assert "itchy" in open_checks(walk.book)


def value(walk: Phones, text: str) -> object:
    parsed = parse_rule(text, "test.yaml:1:1")
    assert not isinstance(parsed, tuple)
    return evaluate(parsed.node, CasebookReader(walk.book), Place()).value  # type: ignore[union-attr]  # parsed


def test_items_that_are_not_asked_are_not_read() -> None:
    walk = begin()
    walk.entered(entry("e1", items={"itch": "4", "why": "heat"}))
    assert walk.book.records[KEY].items["why"].datum == Value("heat")
    assert type(CasebookReader(walk.book).state("diary_day", "why", "", KEY[2])).__name__ == "NotAsked"


# ------------------------------------------------------------------ release


def test_a_released_entry_counts_and_raises_its_alerts() -> None:
    walk = end_walk()
    walk.entered(entry("e1", "2026-10-27", {"itch": "9"}))
    key = ("", "diary_day", 20261027)
    assert key not in walk.book.records

    walk.done(c.ReleaseEntry("r1", "p1", "e1", "consent was not withdrawn"))

    kept = walk.book.entries["e1"]
    assert (kept.is_released, kept.counts, kept.flags) == (True, True, ("closed",))
    assert walk.book.records[key].items["itch"].datum == Value("9")
    assert "diary_day.bad" in open_checks(walk.book)


RELEASES = [
    ("e9", "x", ["no-such-entry"]),
    ("e1", "x", ["entry-counts"]),
    ("e2", "x", ["entry-unreadable"]),
    ("e3", "x", ["entry-unreadable"]),
    ("e4", "", ["text-needed"]),
    ("e4", "x", []),
    ("e5", "x", []),
    ("e6", "x", ["entry-unreadable"]),
]


@pytest.mark.parametrize(("name", "reason", "problems"), RELEASES)
def test_only_what_can_stand_is_released(name: str, reason: str, problems: list[str]) -> None:
    walk = begin()
    walk.entered(entry("e1"))
    walk.entered(entry("e2", definition="f" * 64, number=2))
    walk.entered(entry("e3", visit="W0", number=3))
    walk.entered(entry("e4", items={"itch": "4", "secret": "x"}, number=4))
    walk.entered(entry("e5", form="diary_dose", visit="W0", items={"sore": "no", "red": "x"}, number=5))
    walk.entered(entry("e6", form="nothing", number=6))
    assert codes(walk.do(c.ReleaseEntry("r1", "p1", name, reason))) == problems
    with pytest.raises(Denied):
        walk.do(c.ReleaseEntry("r1", "p1", name, "x"), by=MONITOR)


LEFT = [
    ("e9", "x", ["no-such-entry"]),
    ("e1", "x", ["entry-counts"]),
    ("e2", "", ["text-needed"]),
    ("e2", "Asked; nothing was meant.", []),
]


@pytest.mark.parametrize(("name", "reason", "problems"), LEFT)
def test_what_is_kept_aside_is_left_there_for_a_reason(name: str, reason: str, problems: list[str]) -> None:
    walk = begin()
    walk.entered(entry("e1"))
    walk.entered(entry("e2", definition="f" * 64, number=2))
    assert codes(walk.do(c.LeaveEntryAside("l1", "p1", name, reason))) == problems
    with pytest.raises(Denied):
        walk.do(c.LeaveEntryAside("l1", "p1", name, "x"), by=MONITOR)


def test_what_was_left_aside_waits_no_more_and_may_still_be_released() -> None:
    walk = begin()
    walk.entered(entry("e1", items={"itch": "4", "secret": "x"}))
    assert walk.book.entries["e1"].waits

    walk.done(c.LeaveEntryAside("l1", "p1", "e1", "Practised with the app."))

    left = walk.book.entries["e1"]
    assert (left.is_left_aside, left.waits, left.counts) == (True, False, False)
    assert KEY not in walk.book.records
    assert codes(walk.do(c.LeaveEntryAside("l2", "p1", "e1", "Again."))) == ["entry-left-aside"]

    walk.done(c.ReleaseEntry("r1", "p1", "e1", "It was meant."))
    assert (walk.book.entries["e1"].counts, walk.book.entries["e1"].waits) == (True, False)
    assert KEY in walk.book.records


# ------------------------------------------------------------------ other versions


def test_an_entry_is_read_by_the_version_that_it_was_asked_under() -> None:
    walk = begin()
    items = {**DAY.items, "itch": replace(DAY.items["itch"], high=None)}
    before = m.Form(**{**{name: getattr(DAY, name) for name in DAY.__slots__}, "items": items})
    old = replace(STUDY, hash="a" * 64, forms={**STUDY.forms, "diary_day": before})
    command = replace(entry("e1", items={"itch": "40"}, definition="a" * 64), asked_under=old)
    walk.entered(command)
    assert (walk.book.entries["e1"].flags, walk.book.records[KEY].definition) == ((), "a" * 64)

    assert walk.entered(replace(command, asked_under=None)).drafts == ()  # too old by now, and there
    walk.entered(replace(command, command_id="e2", definition="b" * 64))
    assert walk.book.entries["e2"].flags == ("old_definition",)


# ------------------------------------------------------------------ reports


def report(name: str, words: str, at: str, *, root: str = "", corrects: str = "") -> c.EnterDiary:
    told: dict[str, object] = {"root": root, "corrects": corrects, "reason": "misread" if root else None}
    return entry(name, at[:10], {"words": words}, at=at, number=int(name[1]), form="diary_report", **told)  # type: ignore[arg-type]  # fields of EnterDiary


REPORTS = {
    "e1": report("e1", "dizzy", "2026-03-07 03:00:00"),
    "e2": report("e2", "very dizzy", "2026-03-07 03:00:09", root="e1", corrects="e1"),
    "e3": report("e3", "ill", "2026-03-08 09:30:00", root="e1", corrects="e2"),
}
WORDS = {"e1": Value("dizzy"), "e2": Value("very dizzy"), "e3": Value("ill")}
ARRIVALS = [order for size in (1, 2, 3) for order in permutations(REPORTS, size)]


@pytest.mark.parametrize("order", ARRIVALS, ids=" ".join)
def test_a_correction_belongs_to_its_report_whenever_that_comes(order: tuple[str, ...]) -> None:
    """One report, one record: corrected seconds or days later, before it arrives, or though it never does."""
    walk = begin()
    for name in order:
        walk.entered(REPORTS[name])

    (record,) = [one for one in walk.book.records.values() if one.form == "diary_report"]
    assert record.items["words"].datum == WORDS[max(order)]
    assert {kept.key for kept in walk.book.entries.values()} == {(record.visit, record.form, record.repeat)}
    assert [kept.id for kept in standing_entries(walk.book).values()] == [max(order)]
    assert diary_days(walk.book) == {
        ("", "diary_report", record.repeat): date.fromisoformat(REPORTS[max(order)].day)
    }


def test_two_reports_at_one_second_are_two() -> None:
    walk = begin().join("phone2")
    walk.entered(REPORTS["e1"])
    walk.entered(replace(REPORTS["e1"], command_id="f1", device="phone2"))
    assert len([one for one in walk.book.records.values() if one.form == "diary_report"]) == 2
    assert not walk.book.queries


def test_a_value_that_is_blank_is_no_answer() -> None:
    """As of any record: what a log says without saying anything."""
    walk = begin()
    walk.entered(entry("e1", items={"itch": "4"}))
    kept = walk.book.entries["e1"]
    body = DiaryEntered(
        *(kept.visit, kept.form, kept.repeat, kept.day, "e2", kept.source, kept.device, 2, kept.entered),
        *(kept.app, kept.definition, "", "", 0, (), False),
    )
    told = entry_of(body, {"itch": "{}", "why": '{"v":"3"}'}, 9, kept.received)
    assert told.items == {"why": Value("3")}


def test_an_entry_that_comes_again_with_another_number_is_no_neighbour_of_itself() -> None:
    """As a forged log may say."""
    walk = with_diary()
    walk.entered(entry("e1"))
    first = walk.book.entries["e1"]
    index = Index()
    for known in (first, replace(first, id="e2", number=first.number + 1)):
        index.put(known)
    again = replace(first, number=first.number + 2)

    assert index.neighbours(again) == neighbours(index.entries.values(), again)
