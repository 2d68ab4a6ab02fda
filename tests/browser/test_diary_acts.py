"""What the site does for a diary: releases entries, revokes and invites phones, enters what it was told."""

import re
from collections.abc import Mapping
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker
from tests.browser.desks import HOME, desk
from tests.browser.kept_diary import DIARY as DIARY_YAML
from tests.browser.kept_diary import (
    P1,
    PHONE,
    TODAY,
    ZONE,
    Clock,
    begin,
    begun,
    day_of,
    diary_data,
    entry,
    join,
    kept,
    local,
    made_diary,
    make_diary,
    set_clock,
)
from tests.browser.test_diary_page import every_page, page, row, text
from tests.store.conftest import close
from tests.store.small import STUDY

from trialwright.ledger.casebook import Casebook

__all__ = ["begun", "diary_data", "kept", "made_diary"]

ONE = f"{HOME}participants/p1/"
DIARY = f"{ONE}diary/"
RELEASE = f"{DIARY}entries/odd/release"
REVOKE = f"{DIARY}phones/{PHONE}/revoke"
INVITE = f"{DIARY}invite"
CHOICE = f"{DIARY}told"
CALL = f"{DIARY}told/telephone/diary_day/-/2026-03-05/"
PAPER = f"{DIARY}told/paper/diary_day/-/2026-03-05/"
SENT: Mapping[str, str] = {
    "command": "11111111-1111-4111-8111-111111111111",
    "told.stands": "",
    "told.date": "2026-03-06",
    "told.time": "09:30",
    "told.reason": "No battery.",
    "itch": "4",
    "slept": "true",
}
RELEASED: Mapping[str, str] = {"command": "c1", "reason": "Asked the participant.", "do": "release"}
ACTS = (RELEASE, REVOKE, INVITE, CHOICE, CALL, PAPER)


def book(participant: str = P1) -> Casebook:
    from trialwright.store.casebooks import load

    return load(STUDY, participant)


def post(client: Client, address: str, fields: Mapping[str, str], status: int = 302) -> str:
    answer = client.post(address, dict(fields))
    assert answer.status_code == status, text(answer.content.decode())
    return answer["Location"] if status == 302 else re.sub(r"\s+", " ", answer.content.decode())


# ------------------------------------------------------------------ who may


@pytest.mark.parametrize("address", ACTS)
@pytest.mark.parametrize(
    ("role", "site", "status"),
    [
        ("coordinator", "", 200),
        ("nurse", "S01", 200),
        ("monitor", "", 403),
        ("sponsor", "", 403),
        ("nurse", "S02", 404),
    ],
)
def test_an_act_is_offered_to_who_writes_in_the_diary_at_that_site(
    kept: Clock, address: str, role: str, site: str, status: int
) -> None:
    page(desk(role, site), address, status)


@pytest.mark.parametrize("address", [RELEASE, REVOKE, INVITE, CALL])
@pytest.mark.parametrize(("role", "site", "status"), [("monitor", "", 403), ("nurse", "S02", 404)])
def test_an_act_of_somebody_else_is_refused_and_changes_nothing(
    kept: Clock, address: str, role: str, site: str, status: int
) -> None:
    before = book().sequence
    answer = desk(role, site).post(address, {"command": "c1", "reason": "Because.", "year": "1980"})

    assert answer.status_code == status
    assert book().sequence == before


@pytest.mark.parametrize("address", ACTS)
def test_whoever_is_signed_out_is_led_to_the_sign_in(kept: Clock, address: str) -> None:
    client, before = Client(headers={"host": "127.0.0.1"}), book().sequence

    assert client.get(address)["Location"].startswith("/sign-in?")
    assert client.post(address, {"command": "c1"}).status_code in (302, 405)
    assert book().sequence == before


@pytest.mark.parametrize("address", [RELEASE, REVOKE, INVITE, CALL, f"{CALL}ahead"])
def test_a_field_that_no_page_sends_is_refused(kept: Clock, address: str) -> None:
    before = book().sequence

    post(desk(), address, {**SENT, "status": "locked"}, 422)
    assert book().sequence == before


# ------------------------------------------------------------------ release


def test_an_entry_that_was_kept_aside_counts_once_it_is_released_for_a_reason(kept: Clock) -> None:
    client = desk()
    shown = text(page(client, RELEASE))
    assert "some of it could not be read" in shown
    assert "Did you sleep well? Yes" in shown

    led = post(client, RELEASE, RELEASED)

    after = page(client, led)
    assert "Saved " in after
    assert (
        "Kept aside (some of it could not be read); released by Coordinator: Asked the participant."
        in text(after)
    )
    assert book().records["", "diary_day", 20260320].items["slept"].datum.text == "true"  # type: ignore[union-attr]  # a value
    page(client, RELEASE, 404)


def test_a_release_needs_a_reason(kept: Clock) -> None:
    shown = post(desk(), RELEASE, {**RELEASED, "reason": " "}, 422)

    assert 'href="#f-reason">Give the reason.' in shown
    assert not book().entries["odd"].is_released


def test_a_release_sent_twice_is_one_and_one_after_another_says_so(kept: Clock) -> None:
    client = desk()
    post(client, RELEASE, RELEASED)
    post(client, RELEASE, RELEASED)

    assert "This entry is not kept aside." in post(client, RELEASE, {**RELEASED, "command": "c2"}, 422)
    post(client, RELEASE, {**RELEASED, "reason": "Another."}, 409)


def test_an_entry_of_which_nothing_can_be_read_is_shown_and_not_released(kept: Clock) -> None:
    entry("none", day_of(17), {"itch": "a lot"}, number=24)
    client, address = desk(), f"{DIARY}entries/none/release"

    shown = page(client, address)

    assert "Nothing of this entry could be read" in shown
    assert "may be released later" not in shown
    assert ">Back to the diary</a>" in shown
    assert 'value="release"' not in shown
    assert "Nothing of this entry can be read in its place" in post(client, address, RELEASED, 422)


@pytest.mark.parametrize("chosen", [{}, {"do": ""}, {"do": "Release"}])
def test_nothing_is_done_with_an_entry_before_somebody_says_what(
    kept: Clock, chosen: Mapping[str, str]
) -> None:
    """Enter, pressed in the field of the reason, sends a page on which nothing was chosen."""
    client = desk()
    shown = page(client, RELEASE)
    assert set(re.findall(r'name="do"[^>]* value="(\w+)">', shown)) == {"release", "leave"}
    assert not re.findall(r"<button[^>]*name=|checked", shown.split("<main")[1].split("</form>")[0])
    before = book().sequence

    again = post(client, RELEASE, {"command": "c1", "reason": "Asked the participant.", **chosen}, 422)

    assert 'href="#f-do">Say whether the entry is released or left aside.' in again
    assert 'value="Asked the participant."' in again
    assert book().sequence == before


def test_what_was_chosen_stands_where_the_reason_is_missing(kept: Clock) -> None:
    shown = post(desk(), RELEASE, {"command": "c1", "reason": "", "do": "leave"}, 422)

    assert 'value="leave" checked' in shown
    assert 'value="release" checked' not in shown


def test_an_entry_of_a_form_that_is_hidden_is_neither_shown_nor_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> None:
    words = "words: {label: What happened?, type: text, length: 500"
    assert words in DIARY_YAML
    secret = DIARY_YAML.replace(words, f"{words}, blinded_until: W2")
    with django_db_blocker.unblock():
        make_diary(tmp_path / "data", blinded="coordinator", diary=secret)
        begin()
        set_clock(monkeypatch, local(TODAY, "10:00"))
        join(PHONE, local(day_of(1), "10:00"))
        entry("none", day_of(2), {}, number=1, form="diary_told")
        client, address = desk(), f"{DIARY}entries/none/release"
        open_to = page(desk("nurse", "S01"), address)
        hidden = (client.get(address), client.post(address, {**RELEASED, "do": "leave"}))
        is_left = book().entries["none"].is_left_aside
        close()

    assert "Nothing of this entry could be read" in open_to
    assert [one.status_code for one in hidden] == [404, 404]
    assert not is_left


def test_an_entry_that_needs_no_release_is_left_aside_for_a_reason_and_waits_no_more(kept: Clock) -> None:
    entry("none", day_of(17), {"itch": "a lot"}, number=24)
    client, address = desk(), f"{DIARY}entries/none/release"
    assert "2 entries are kept aside" in page(client, HOME)
    assert "Give the reason." in post(client, address, {"command": "c1", "reason": "", "do": "leave"}, 422)
    assert not book().entries["none"].is_left_aside

    led = post(client, address, {"command": "c2", "reason": "Tried the app.", "do": "leave"})

    after = page(client, led)
    assert "Saved " in after
    assert address not in after.split('id="h-kept"')[0]  # among what waits
    assert "seen and left aside by Coordinator: Tried the app." in row(after, "none")
    assert "1 entry is kept aside" in page(client, HOME)
    assert not book().entries["none"].counts


def test_an_entry_that_was_left_aside_may_still_be_released(kept: Clock) -> None:
    client = desk()
    post(client, RELEASE, {"command": "c1", "reason": "Too late to ask.", "do": "leave"})
    shown = page(client, RELEASE)
    assert "Too late to ask." in shown
    assert 'value="leave"' not in shown
    assert "left it aside" in post(
        client, RELEASE, {"command": "c2", "reason": "Once more.", "do": "leave"}, 422
    )

    post(client, RELEASE, {"command": "c3", "reason": "Asked after all.", "do": "release"})

    assert book().entries["odd"].counts
    assert "released by Coordinator: Asked after all." in row(page(client), "odd")


@pytest.mark.parametrize("name", ["e1", "nothing"])
def test_only_what_is_kept_aside_can_be_released(kept: Clock, name: str) -> None:
    page(desk(), f"{DIARY}entries/{name}/release", 404)


# ------------------------------------------------------------------ phones


def test_a_lost_phone_is_revoked_for_a_reason(kept: Clock) -> None:
    client = desk()
    assert "Give the reason." in post(client, REVOKE, {"command": "c1", "reason": ""}, 422)

    led = post(client, REVOKE, {"command": "c1", "reason": "Stolen."})

    assert "Stolen." in page(client, led)
    assert book().devices[PHONE].is_revoked


def test_a_page_that_revokes_a_phone_is_sent_twice_and_done_once(kept: Clock) -> None:
    client, sent = desk(), {"command": "c1", "reason": "Stolen."}
    first = page(client, post(client, REVOKE, sent))
    sequence = book().sequence

    again = page(client, post(client, REVOKE, sent))

    assert all(f"Saved {kept.now.astimezone(ZONE):%H:%M}" in shown for shown in (first, again))
    assert book().sequence == sequence
    assert "This phone was revoked" in post(client, REVOKE, {**sent, "command": "c2"}, 422)
    post(client, REVOKE, {**sent, "reason": "Another."}, 409)
    assert book().sequence == sequence
    page(client, REVOKE, 404)
    page(client, f"{DIARY}phones/nobody/revoke", 404)


def test_an_invitation_shows_its_code_once_as_a_picture_and_as_a_link(begun: Clock) -> None:
    from trialwright.store.devices import devices_of
    from trialwright.store.devices import join as join_by_code

    client = desk()
    shown = post(client, INVITE, {"year": "1980"}, 200)

    link = re.search(r"<code>(http://127\.0\.0\.1/diary/#join=([\w-]+))</code>", shown)
    assert link
    assert "until 25 Mar 2026 10:00" in shown
    assert '<svg viewBox="0 0 ' in shown
    assert "S01-001" not in link[1]
    assert link[2] not in page(client)
    joined = join_by_code(STUDY, link[2], 1980, platform="Phone", language="en", at=moment(begun))
    assert getattr(joined, "participant", "") == P1
    register = text(page(client).split('id="phones"')[1])
    assert "Phone 1" in register
    assert [one.platform for one in devices_of(STUDY, [P1])] == ["Phone"]


def test_the_code_of_an_invitation_stands_nowhere_in_the_data(begun: Clock, diary_data: Path) -> None:
    shown = post(desk(), INVITE, {"year": "1980"}, 200)
    code = re.search(r"#join=([\w-]+)</code>", shown)
    assert code

    stored = b"".join(path.read_bytes() for path in diary_data.rglob("*") if path.is_file())
    assert code[1].encode() not in stored


def moment(clock: Clock):  # type: ignore[no-untyped-def]  # a Moment
    from trialwright.ledger.commands import Moment

    return Moment(clock.now, TODAY)


def test_a_new_invitation_ends_the_one_before(begun: Clock) -> None:
    from trialwright.store.devices import join as join_by_code
    from trialwright.values.problem import Problem

    client = desk()
    first = re.search(r"#join=([\w-]+)</code>", post(client, INVITE, {"year": "1980"}, 200))
    assert first
    assert "It ends when you make a new one." in page(client, INVITE)
    assert "An invitation can be used until" in page(client)
    begun.now += timedelta(hours=1)
    second = re.search(r"#join=([\w-]+)</code>", post(client, INVITE, {"year": "1980"}, 200))
    assert second
    assert page(client).count("An invitation can be used until") == 1

    found = join_by_code(STUDY, first[1], 1980, platform="", language="en", at=moment(begun))
    assert isinstance(found, Problem)
    used = join_by_code(STUDY, second[1], 1980, platform="", language="en", at=moment(begun))
    assert not isinstance(used, Problem)
    assert "An invitation can be used until" not in page(client)
    assert "It ends when you make a new one." not in page(client, INVITE)


@pytest.mark.parametrize("year", ["", "80", "1980.5", "19800", "1899", "2027", "１９８０"])
def test_an_invitation_needs_a_year_of_birth(begun: Clock, year: str) -> None:
    shown = post(desk(), INVITE, {"year": year}, 422)

    assert 'href="#f-year"' in shown
    assert not book().invites


def test_nobody_is_invited_to_a_diary_that_is_closed(kept: Clock) -> None:
    from tests.store.small import give, save

    give(save(P1, "", "end", {"done": "true"}), minutes=30)
    client = desk()

    assert "/diary/invite" not in page(client)
    opened = page(client, INVITE)
    assert "The participant has ended; the diary asks nothing more." in opened
    assert 'name="year"' not in opened
    assert "The participant has ended; the diary is closed." in post(client, INVITE, {"year": "1980"}, 422)


# ------------------------------------------------------------------ entering for the participant


def test_what_was_told_by_telephone_is_an_entry_by_proxy(kept: Clock) -> None:
    client = desk()
    led = post(client, CALL, SENT)

    assert "Saved " in page(client, led)
    found = book().entries[SENT["command"]]
    assert (found.source, found.originator, found.entered) == (
        "telephone",
        "proxy",
        "2026-03-06T09:30:00+08:00",
    )
    assert (found.day, found.flags) == ("2026-03-05", ())
    assert book().records["", "diary_day", 20260305].items["itch"].datum.text == "4"  # type: ignore[union-attr]  # a value
    assert "Reason: No battery." in text(every_page(client))


def test_what_is_told_before_it_is_asked_is_warned_of_and_shown_as_such(kept: Clock) -> None:
    words, client = "This is not asked yet: it is to be answered 18:00 to 12:00 of the next day.", desk()
    assert words not in page(client, CALL)
    kept.now = local(date(2026, 3, 5), "14:30").astimezone(UTC)
    assert words in page(client, CALL)

    post(client, CALL, {**SENT, "told.date": "2026-03-05", "told.time": "14:25"})

    shown = page(client)
    assert "5 Mar 2026: Before the window" in shown
    assert "5 Mar 2026: In time" not in shown
    assert "5 Mar 2026" in text(page(client, f"{DIARY}?show=early"))


def test_what_stands_on_paper_is_the_participants_own(kept: Clock) -> None:
    post(desk(), PAPER, {**SENT, "told.date": "5-Mar-2026", "told.time": "21:10", "told.reason": ""})

    found = book().entries[SENT["command"]]
    assert (found.source, found.originator, found.entered) == (
        "paper",
        "participant",
        "2026-03-05T21:10:00+08:00",
    )


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"told.reason": ""}, "f-told.reason", "Give the reason."),
        ({"told.date": ""}, "f-told.date", "Give the day and the time of the call"),
        ({"told.time": "late"}, "f-told.date", "Give the day and the time of the call"),
        ({"told.date": "2026-04-06"}, "f-told.date", "6 Apr 2026"),
        (
            {"told.date": "2026-03-23", "told.time": "23:59"},
            "f-told.date",
            "23 Mar 2026 23:59 has not come yet; at the site it is 23 Mar 2026 10:00.",
        ),
        ({"itch": "11"}, "f-itch", "10"),
        ({"slept": ""}, "f-slept", "Give the answer, or choose why there is none."),
        ({"slept": "false"}, "f-why", "Give the answer, or choose why there is none."),
        ({"why": "itch"}, "f-why", "This is not asked after the other answers."),
        ({"itch": "", "slept": ""}, "", "Nothing was entered."),
    ],
)
def test_an_entry_is_whole_before_it_is_taken(
    kept: Clock, changed: Mapping[str, str], field: str, words: str
) -> None:
    before = book().sequence
    shown = post(desk(), CALL, {**SENT, **changed}, 422)

    summary = shown.split("There is a problem")[1].split("</ul>")[0]
    assert words in summary
    assert f'href="#{field}"' in summary or not field
    assert book().sequence == before
    assert 'value="No battery."' in shown or changed.get("told.reason") == ""


def test_a_reason_may_stand_in_place_of_an_answer(kept: Clock) -> None:
    post(desk(), CALL, {**SENT, "slept": "", "slept.missing": "refused"})

    assert book().entries[SENT["command"]].items["slept"].reason == "refused"  # type: ignore[union-attr]  # a value


def test_a_page_sent_twice_is_one_entry_and_with_other_answers_a_conflict(kept: Clock) -> None:
    client = desk()
    post(client, CALL, SENT)
    sequence = book().sequence

    post(client, CALL, SENT)
    post(client, CALL, {**SENT, "itch": "9"}, 409)

    assert book().sequence == sequence


STANDING = f"{DIARY}told/paper/diary_day/-/2026-03-03/"


def test_beside_an_entry_that_stands_the_page_asks_whether_this_corrects_it(kept: Clock) -> None:
    client = desk()
    shown = text(page(client, STANDING))
    assert "There is an entry for this occasion" in shown
    assert "18 Mar 2026 21:00 (UTC+08:00) · On the phone · Phone 2" in shown
    sent = {**SENT, "told.stands": "fix", "told.date": "2026-03-03"}

    assert "Say whether this corrects the entry that is there." in post(client, STANDING, sent, 422)
    post(client, STANDING, {**sent, "told.corrects": "yes"})

    found = book().entries[SENT["command"]]
    assert (found.root, found.corrects) == ("e2", "fix")
    assert book().records["", "diary_day", 20260303].items["itch"].datum.text == "4"  # type: ignore[union-attr]  # a value


def test_a_second_entry_of_its_own_is_kept_and_asked_about(kept: Clock) -> None:
    sent = {**SENT, "told.stands": "fix", "told.date": "2026-03-04", "told.corrects": "no"}
    post(desk(), STANDING, sent)

    assert book().records["", "diary_day", 20260303].items["itch"].datum.text == "5"  # type: ignore[union-attr]  # a value
    assert any(
        query.check == "@two_entries" and query.repeat == 20260303 for query in book().queries.values()
    )


def test_an_entry_that_came_meanwhile_is_shown_before_anything_is_stored(kept: Clock) -> None:
    entry("late", day_of(4), {"itch": "2", "slept": "yes"}, number=4)

    shown = post(desk(), CALL, SENT, 409)

    assert "An entry for this day came meanwhile." in shown
    assert 'name="told.stands" value="late"' in shown
    assert SENT["command"] not in book().entries


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("source=telephone&what=diary_day||&day=2026-03-05", "telephone/diary_day/-/2026-03-05/"),
        ("source=paper&what=diary_day||&day=5-Mar-2026", "paper/diary_day/-/2026-03-05/"),
        ("source=paper&what=diary_week||2026-03-09&day=", "paper/diary_week/-/2026-03-09/"),
        ("source=paper&what=diary_dose|W0|2026-03-03&day=", "paper/diary_dose/W0/2026-03-03/"),
        ("source=telephone&what=diary_told||&day=2026-03-20", "telephone/diary_told/-/2026-03-20/"),
    ],
)
def test_the_choice_leads_to_the_form_of_the_occasion(begun: Clock, query: str, place: str) -> None:
    client = desk()
    answer = client.get(f"{CHOICE}?{query}")

    assert answer.status_code == 302
    assert answer["Location"] == f"{DIARY}told/{place}"
    page(client, answer["Location"])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("what=diary_day||&day=2026-03-05", "Say whether it was told by telephone or is copied from paper."),
        ("source=paper&what=&day=", "Choose what is entered."),
        ("source=paper&what=nothing&day=2026-03-05", "Choose what is entered."),
        ("source=paper&what=diary_day||&day=", "Give the day that the entry is about."),
        ("source=paper&what=diary_day||&day=soon", "“soon” is not a date."),
        ("source=paper&what=diary_day||&day=2026-03-24", "24 Mar 2026 has not come yet."),
        ("source=paper&what=diary_day||&day=2026-03-22", "This is not asked on 22 Mar 2026."),
    ],
)
def test_the_choice_says_what_is_missing(begun: Clock, query: str, words: str) -> None:
    assert words in page(desk(), f"{CHOICE}?{query}", 422)


def test_the_choice_marks_what_was_answered(kept: Clock) -> None:
    shown = page(desk(), CHOICE)

    assert "9 Mar 2026 · answered already</option>" in shown
    assert "2 Mar 2026</option>" in shown


def test_a_missing_line_leads_to_the_choice_with_its_occasion_chosen(kept: Clock) -> None:
    client = desk()
    link = re.search(r'href="([^"]*told\?[^"]*day=2026-03-05[^"]*)"', page(client, f"{DIARY}?show=missing"))
    assert link

    shown = page(client, link[1].replace("&amp;", "&"))

    assert '<option value="diary_day||" selected>' in shown
    assert 'value="5 Mar 2026"' in shown


@pytest.mark.parametrize(
    "place",
    [
        "phone/diary_day/-/2026-03-05/",
        "paper/vitals/-/2026-03-05/",
        "paper/diary_day/-/2026-3-5/",
        "paper/diary_day/-/2026-03-22/",
        "paper/diary_day/W0/2026-03-05/",
        "paper/diary_told/W0/2026-03-05/",
        "paper/diary_told/-/2026-03-24/",
    ],
)
def test_what_is_no_occasion_has_no_page(begun: Clock, place: str) -> None:
    page(desk(), f"{DIARY}told/{place}", 404)


def test_what_is_reported_whenever_has_the_time_of_the_call_as_its_occasion(begun: Clock) -> None:
    address = f"{DIARY}told/telephone/diary_told/-/2026-03-20/"
    sent = {key: text for key, text in SENT.items() if key not in ("itch", "slept")}
    post(desk(), address, {**sent, "told.date": "2026-03-20", "words": "A rash."})

    assert [key[1] for key in book().records if key[1] == "diary_told"] == ["diary_told"]
    assert "Report a problem 20 Mar 2026 09:30" in text(page(desk(login="other"), record_of("diary_told")))


def record_of(form: str) -> str:
    visit, name, repeat = next(key for key in book().records if key[1] == form)
    return f"{ONE}visits/{visit or '-'}/forms/{name}/{repeat}/"


# ------------------------------------------------------------------ while somebody types


def ahead(client: Client, **answers: str) -> Mapping[str, object]:
    answer = client.post(f"{CALL}ahead", answers)
    assert answer.status_code == 200
    found: Mapping[str, object] = answer.json()
    return found


def test_the_page_is_told_what_is_asked_and_what_is_left(kept: Clock) -> None:
    client = desk()

    assert ahead(client)["left"] == "2 items are left to enter."
    assert ahead(client, slept="true")["asked"] == {"itch": True, "slept": True, "why": False}
    answered = ahead(client, itch="3", slept="false")
    assert answered["asked"] == {"itch": True, "slept": True, "why": True}
    assert answered["left"] == "1 item is left to enter."
    assert ahead(client, itch="99", slept="true")["left"] == "Nothing is left to enter."


def test_a_red_flag_tells_what_to_say_to_the_participant(kept: Clock) -> None:
    client = desk()

    assert ahead(client, itch="8")["tells"] == []
    assert ahead(client, itch="9")["tells"] == ["Please call your doctor today."]
    assert "Please call your doctor today." in post(
        client, CALL, {**SENT, "itch": "9", "told.reason": ""}, 422
    )


@pytest.mark.parametrize("address", [CALL, PAPER])
def test_a_rule_that_fails_at_what_is_typed_is_said_on_the_page_until_it_is_mended(
    kept: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    from trialwright.ledger import diary_checks

    def fails(*_: object) -> None:
        raise ArithmeticError("an answer of 7")

    words, client = "A rule of the study fails at these answers, so that they cannot be saved.", desk()
    before, sent = book().sequence, {**SENT, "itch": "7", "told.reason": "7 because of the heat"}
    with monkeypatch.context() as patch:
        patch.setattr(diary_checks, "evaluate", fails)
        assert str(ahead(client, itch="7")["left"]).startswith(words)
        shown = post(client, address, sent, 422)

    assert words in text(shown)
    assert 'value="7"' in shown
    assert book().sequence == before
    assert "a rule failed at entry 11111111-1111-4111-8111-111111111111: ArithmeticError" in caplog.text
    assert "answer of 7" not in caplog.text
    post(client, address, sent)
    assert SENT["command"] in book().entries


def test_a_rule_that_fails_only_as_the_entry_is_stored_is_said_as_well(
    kept: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is looked at before is the entry as a correction, which need not be what it is."""
    from trialwright.store import submit as store_submit

    def fails(*_: object, **__: object) -> None:
        raise ArithmeticError("an answer of 7")

    monkeypatch.setattr(store_submit, "decide", fails)
    before = book().sequence

    assert "A rule of the study fails at these answers" in text(post(desk(), CALL, SENT, 422))
    assert book().sequence == before


def test_looking_ahead_stores_nothing_and_is_for_who_may_enter(kept: Clock) -> None:
    before = book().sequence
    ahead(desk(), itch="9", slept="true")

    assert book().sequence == before
    assert desk("monitor").post(f"{CALL}ahead", {"itch": "9"}).status_code == 403
    assert desk("nurse").get(f"{CALL}ahead").status_code == 405


# ------------------------------------------------------------------ paper


def test_the_sheet_of_a_week_has_the_code_the_days_and_numbers_to_circle(begun: Clock) -> None:
    client = desk("monitor")
    shown = page(client, f"{DIARY}sheet")
    told = text(shown)

    assert "Participant S01-001" in told
    assert "From day 2026-03-23" in told
    assert "To day 2026-03-29" in told
    assert "Call the ward if you feel ill. +86 10 5550 0100" in told
    assert "0 1 2 3 4 5 6 7 8 9 10" in told
    assert "No itch" in told
    assert "Only if:" in told
    assert "drawing" not in told.lower()
    assert f'href="{DIARY}sheet?from=2026-03-16"' in shown
    earlier = text(page(client, f"{DIARY}sheet?from=2026-03-16"))
    assert "From day 2026-03-16" in earlier


def test_the_blank_sheet_names_nobody(begun: Clock) -> None:
    told = text(page(desk("nurse"), f"{HOME}diary/sheet"))

    assert "S01-001" not in told
    assert "How bad was your worst itch?" in told
    page(desk("sponsor"), f"{HOME}diary/sheet", 403)


def test_before_the_first_dose_the_sheet_begins_today(
    diary_data: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.browser.kept_diary import set_clock
    from tests.store.small import give, screen

    give(screen(P1), minutes=3)
    set_clock(monkeypatch, local(day_of(3), "10:00"))

    assert "From day 2026-03-04" in text(page(desk(), f"{DIARY}sheet"))


def test_holes_close_when_what_was_on_its_way_arrives(begun: Clock) -> None:
    join(PHONE, local(day_of(-3), "10:00"))
    entry("e2", day_of(2), {"itch": "3", "slept": "yes"}, number=2)
    client = desk()
    assert "Entry 1 of this phone has not arrived." in page(client)

    entry(
        "e1",
        day_of(1),
        {"itch": "3", "slept": "yes"},
        number=1,
        received=local(day_of(2), "22:00") + timedelta(days=1),
    )

    assert "has not arrived" not in page(client)
    begin("p2", "S02")
    assert "No phone has joined yet." in page(client, f"{HOME}participants/p2/diary/")
