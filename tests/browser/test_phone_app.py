"""The participant's app in a real Chromium: nothing is lost, nothing lies open, and it can be used by keyboard alone."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.phone_package import package
from tests.browser.phone_server import STATIC, Fake
from tests.browser.phone_steps import (
    FIRST,
    PIN,
    SOMEBODY_ELSE,
    Phone,
    all_that_is_kept,
    answer_day,
    choose_pin,
    count_waiting,
    join,
    phone_of,
    unlock,
    until,
    worker_is_ready,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Phone]:
    with phone_of(chromium) as one:
        yield one


@pytest.fixture
def joined(phone: Phone) -> Phone:
    join(phone)
    worker_is_ready(phone)
    return phone


def test_three_days_offline_are_three_entries_although_the_first_answer_is_lost(phone: Phone) -> None:
    phone.fake.package = {**phone.fake.package, "spans": [_days(phone.fake)]}
    join(phone)
    worker_is_ready(phone)
    phone.offline()
    for day in (1, 2, 3):
        phone.at(day)
        if day > 1:
            phone.reopen()
            unlock(phone)
        answer_day(phone, itch=day + 3)
        count_waiting(phone, day)
    phone.reopen()
    unlock(phone)
    count_waiting(phone, 3)
    assert phone.fake.entries == []

    phone.fake.loses_answers = 1
    phone.online()
    until(phone, lambda: len(phone.fake.entries) == 3)
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(phone.page.locator("#status")).to_have_text("Everything is sent.")
    entries = phone.fake.entries
    assert [(one["number"], one["day"], one["items"]["itch"]) for one in entries] == [  # type: ignore[index]  # JSON
        (1, "2026-11-01", {"v": "4"}),
        (2, "2026-11-02", {"v": "5"}),
        (3, "2026-11-03", {"v": "6"}),
    ]
    assert [str(one["entered"])[:13] + str(one["entered"])[-6:] for one in entries] == [
        f"2026-11-0{day}T19+08:00" for day in (1, 2, 3)
    ]
    assert all(str(one["sent"]).startswith("2026-11-03T19:") for one in entries)


def _days(fake: Fake) -> object:
    spans = fake.package["spans"]
    assert isinstance(spans, list)
    return spans[0]


def _again(phone: Phone) -> None:
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (1, "Next visit Week 4 visit Tuesday 10 November"),
        (10, "Next visit Week 4 visit Tuesday 10 November"),
        (11, "Next visit Week 4 visit The planned day is past. You can still come until Friday 13 November."),
        (13, "Next visit Week 4 visit The planned day is past. You can still come until Friday 13 November."),
        (14, ""),
    ],
)
def test_the_next_visit_has_its_planned_day_and_then_the_last(joined: Phone, day: int, words: str) -> None:
    joined.at(day)
    joined.reopen()
    unlock(joined)
    joined.heading("Today")
    card = joined.page.locator("main .card")
    assert " ".join(card.inner_text().split()) == words if words else card.count() == 0


def test_a_clock_that_is_wrong_is_told_until_it_is_right(joined: Phone) -> None:
    warning = joined.page.locator(".warning")
    expect(joined.page.locator("#status")).to_have_text("Everything is sent.")
    expect(warning).to_have_count(0)
    told = {
        timedelta(minutes=6): "wrong by 6 minutes",
        timedelta(hours=-3): "wrong by 3 hours",
        timedelta(days=2): "wrong by 2 days",
    }
    for fast, words in told.items():
        joined.fake.phone_is_fast_by = fast
        _again(joined)
        expect(warning).to_contain_text(words)
    expect(warning).to_contain_text("set date and time of the phone to “automatic”")

    joined.offline()
    joined.reopen()
    unlock(joined)
    expect(joined.page.locator(".warning")).to_contain_text("wrong by 2 days")
    answer_day(joined, itch=4)
    joined.press("Back to the start page")
    joined.fake.phone_is_fast_by = timedelta(minutes=4)
    joined.online()
    until(joined, lambda: len(joined.fake.entries) == 1)
    assert str(joined.fake.entries[0]["entered"]).startswith("2026-11-01T19:")  # nothing is dated anew
    expect(joined.page.locator(".warning")).to_have_count(0)


def test_no_answer_lies_open_on_the_phone(joined: Phone) -> None:
    joined.offline()
    joined.page.goto(f"{joined.address}/diary/#report")
    joined.press("Something is wrong")
    joined.page.locator("label:has(input[value=drug])").click()
    joined.next()
    joined.page.locator("textarea").fill("zebrafish in my bath")
    joined.next()
    joined.next()
    joined.heading("Thank you")
    joined.open("#report")
    joined.press("Something is wrong")
    joined.page.locator("label:has(input[value=drug])").click()
    joined.next()
    joined.page.locator("textarea").fill("zebrafish again")
    joined.page.wait_for_timeout(300)

    kept = all_that_is_kept(joined)

    records = " ".join(one for one in kept if not one.startswith("http"))
    assert "outbox: " in records and "drafts: " in records and "number=1" in records  # the search does see
    assert any("diary.css" in one for one in kept)
    assert "key that can be exported: false" in records
    assert not [one for one in kept if "zebrafish" in one]
    for word in ("diary_report", "HK01-007", "token-code-1", "2026-11-01", PIN):
        assert word not in records


def test_answers_begun_survive_a_closed_tab_and_go_with_their_window(joined: Phone) -> None:
    joined.offline()
    joined.page.locator("button.big").click()
    joined.page.locator("label.number:has(input[value='6'])").click()
    joined.next()
    joined.heading("Did itch wake you last night?")
    joined.reopen()
    unlock(joined)
    expect(joined.page.locator("button.big")).to_contain_text("Carry on")
    joined.page.locator("button.big").click()
    joined.heading("Did itch wake you last night?")
    joined.page.locator("#foot .back").click()
    expect(joined.page.locator("input[value='6']")).to_be_checked()

    joined.at(2, 5)
    joined.reopen()
    unlock(joined)
    expect(joined.page.locator("main")).not_to_contain_text("Carry on")
    assert not [one for one in all_that_is_kept(joined) if one.startswith("drafts: ") and "iv=" in one]


def test_nothing_is_chosen_beforehand_and_nothing_goes_on_by_itself(joined: Phone) -> None:
    joined.page.locator("button.big").click()
    joined.heading("Worst itch in the last 24 hours")
    assert joined.page.locator("input:checked").count() == 0
    joined.next()
    expect(joined.page.get_by_role("alert")).to_have_text("Please answer before you go on.")
    joined.page.locator("label.number:has(input[value='10'])").click()
    joined.page.wait_for_timeout(300)
    joined.heading("Worst itch in the last 24 hours")
    sizes = joined.page.locator("label.number").evaluate_all(
        "all => all.map((one) => [one.offsetWidth, one.offsetHeight].join())"
    )
    assert len(sizes) == 11
    assert len(set(sizes)) == 1


def test_the_practice_is_neither_kept_nor_sent(phone: Phone) -> None:
    phone.open("#join=code-1")
    phone.page.locator("#year").fill("1980")
    phone.press("Join")
    choose_pin(phone)
    phone.press("Start the practice")
    phone.heading("How hungry are you now?")
    phone.page.keyboard.press("7")
    phone.next()
    _draw(phone.page, (0.2, 0.4), (0.22, 0.5))
    phone.next()
    phone.page.locator("label:has(input[value=skip])").click()
    phone.next()
    expect(phone.page.locator("dl.answers")).to_contain_text("Skipped")
    expect(phone.page.locator("#status")).to_be_hidden()  # it would say that everything is sent
    phone.next()
    phone.heading("Well done. That was the practice")
    assert phone.fake.entries == []
    assert not [one for one in all_that_is_kept(phone) if re.match("(drafts|outbox): .*iv=", one)]


def test_a_wrong_year_and_a_used_code_are_said(phone: Phone) -> None:
    phone.open("#join=code-1")
    phone.page.locator("#year").fill("1981")
    phone.press("Join")
    expect(phone.page.get_by_role("alert")).to_contain_text("Tries left: 4.")
    for year, problem in (("1700", "too early"), ("2030", "in the future"), ("80", "four digits")):
        phone.page.locator("#year").fill(year)
        phone.press("Join")
        expect(phone.page.get_by_role("alert")).to_contain_text(problem)
    assert phone.fake.tries_left == 4
    phone.fake.invites["code-1"] = "expired"
    phone.page.locator("#year").fill("1980")
    phone.press("Join")
    expect(phone.page.get_by_role("alert")).to_contain_text("too old")
    phone.fake.invites["code-1"] = "replaced"
    phone.press("Join")
    expect(phone.page.get_by_role("alert")).to_contain_text("There is a newer invitation.")


def test_the_link_with_which_the_phone_has_joined_leads_to_its_diary(joined: Phone) -> None:
    joined.page.goto("about:blank")
    joined.open("#join=code-1")
    joined.heading("Your diary is locked")
    assert "code-1" not in joined.page.url
    unlock(joined)
    joined.heading("Today")
    joined.open("#enter")
    joined.page.locator("#code").fill("code-1")
    joined.press("Join")
    joined.heading("Today")
    joined.open("#join=code-3")
    joined.heading("Welcome to your diary")
    joined.press("Back to the start page")
    joined.heading("Today")


@pytest.mark.requirement("R45")
def test_a_passkey_opens_the_diary_and_a_finger_of_somebody_else_does_not(phone: Phone) -> None:
    """The sensor of the phone is a virtual one, which says yes or no for the participant."""
    phone.address = phone.address.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    sensor = phone.context.new_cdp_session(phone.page)
    sensor.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = sensor.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    phone.open("#join=code-1")
    phone.page.locator("#year").fill("1980")
    phone.page.locator("main button.go").click()
    phone.press("Use my face or finger")
    phone.page.locator("#again").wait_for(state="detached")
    phone.page.locator("main .other").last.click()  # "I know how it works"
    phone.page.locator("#remind").wait_for()

    phone.page.reload()
    sensor.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": False})
    phone.press("Open")
    expect(phone.page.get_by_role("alert")).to_be_visible()
    expect(phone.page.locator("#remind")).to_have_count(0)

    sensor.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": True})
    phone.press("Open")
    phone.page.locator("#remind").wait_for()


@pytest.mark.requirement("R45")
def test_five_wrong_pins_make_the_next_one_wait(joined: Phone) -> None:
    """The app is opened by a PIN, and guessing it takes ever longer."""
    joined.reopen()
    for left in (4, 3, 2, 1):
        unlock(joined, "111112")
        expect(joined.page.get_by_role("alert")).to_contain_text(f"Tries left before a wait: {left}.")
    unlock(joined, "111112")
    expect(joined.page.get_by_role("alert")).to_contain_text("Try again at 19:0")
    expect(joined.page.get_by_role("alert")).not_to_contain_text("Tries left")
    joined.reopen()
    unlock(joined)
    expect(joined.page.get_by_role("alert")).to_contain_text("Too many wrong tries")
    joined.at(1, 11, 30)
    unlock(joined)
    joined.heading("Today")


def test_an_invitation_is_not_spent_where_the_answer_is_lost(phone: Phone) -> None:
    phone.fake.loses_joins = 9  # the browser itself may ask twice
    phone.open("#join=code-1")
    phone.page.locator("#year").fill("1980")
    phone.press("Join")
    expect(phone.page.get_by_role("alert")).to_contain_text("There is no internet")
    assert phone.fake.invites["code-1"] == "used"
    phone.fake.loses_joins = 0
    phone.page.reload()
    phone.page.locator("#year").fill("1980")
    phone.press("Join")
    choose_pin(phone)
    phone.heading("Try it for a minute")


def test_what_a_wrong_pin_leads_to_is_said_before(joined: Phone) -> None:
    joined.reopen()
    expect(joined.page.locator("main")).to_contain_text("After five wrong tries you wait")
    unlock(joined, "111112")
    expect(joined.page.get_by_role("alert")).to_contain_text("Tries left before a wait: 4.")


def test_two_tabs_have_five_tries_together(joined: Phone) -> None:
    joined.reopen()
    first, joined.page = joined.page, joined.context.new_page()
    joined.open()
    second = joined.page
    for page, left in ((first, 4), (second, 3), (first, 2), (second, 1)):
        joined.page = page
        unlock(joined, "111112")
        expect(page.get_by_role("alert")).to_contain_text(f"Tries left before a wait: {left}.")
    for page in (first, second):
        page.locator("#pin").fill("111112")
    for page in (first, second):
        page.locator("main .go").click()
    said = [page.get_by_role("alert") for page in (first, second)]
    for one in said:
        expect(one).to_contain_text("Too many wrong tries")
    assert not any("not your six digits" in one.inner_text() for one in said)


def test_two_tries_at_the_same_moment_count_as_two(joined: Phone) -> None:
    joined.reopen()
    joined.page.locator("#pin").fill("111112")
    joined.page.evaluate("[1, 2].forEach(() => document.querySelector('main form').requestSubmit())")
    expect(joined.page.get_by_role("alert")).to_contain_text("Tries left before a wait: 3.")


AWAY = """isAway => {
  Object.defineProperty(document, "visibilityState", {configurable: true, value: isAway ? "hidden" : "visible"});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_who_comes_back_sees_the_lock_before_anything_is_asked(joined: Phone) -> None:
    joined.page.evaluate(AWAY, True)
    joined.at(1, 12)
    # What the phone keeps is slow to read.
    joined.page.evaluate("() => { crypto.subtle.decrypt = () => new Promise(() => {}); }")
    joined.page.evaluate(AWAY, False)
    joined.heading("Your diary is locked")
    expect(joined.page.locator("button.big")).to_have_count(0)


def test_a_red_flag_is_told_before_leaving_and_after_sending(joined: Phone) -> None:
    joined.press("After the injection")
    expect(joined.page.locator(".caption")).to_contain_text("Question 1 of 1")
    joined.page.locator("label:has(input[value=true])").click()
    joined.next()
    expect(joined.page.locator(".caption")).to_contain_text("Question 2 of 3")
    joined.page.locator("label:has(input[value='9'])").click()
    joined.press("Stop for now.")
    expect(joined.page.locator(".warning")).to_contain_text("Please call the trial office today.")
    joined.page.locator("#foot .back").click()
    for part, text in (("day", "1"), ("month", "11"), ("year", "2026")):
        joined.page.locator(f".part-{part}").fill(text)
    joined.next()
    joined.next()
    joined.heading("Thank you")
    expect(joined.page.locator(".warning")).to_contain_text("Please call the trial office today.")
    expect(joined.page.locator(".warning a")).to_have_attribute("href", "tel:+85255550100")
    until(joined, lambda: len(joined.fake.entries) == 1)
    assert joined.fake.entries[0]["items"] == {
        "reaction": {"v": "true"},
        "hurt": {"v": "9"},
        "since": {"v": "2026-11-01"},
    }


def test_an_answer_changed_on_the_review_page_hides_what_followed_from_it(joined: Phone) -> None:
    joined.press("After the injection")
    joined.page.locator("label:has(input[value=true])").click()
    joined.next()
    joined.heading("How much does it hurt?")
    joined.page.keyboard.press("9")
    joined.next()
    joined.open("#review")
    joined.page.get_by_role("link", name="Change: Is there a reaction").click()
    joined.page.locator("label:has(input[value=false])").click()
    joined.next()
    joined.heading("Look at your answers")
    joined.next()
    joined.heading("Thank you")
    expect(joined.page.locator(".warning")).to_have_count(0)
    until(joined, lambda: len(joined.fake.entries) == 1)
    assert joined.fake.entries[0]["items"] == {"reaction": {"v": "false"}}


def _draw(page: Page, *places: tuple[float, float]) -> None:
    """A line over the board, in parts of its width and height."""
    page.wait_for_timeout(100)
    box = page.locator("canvas").bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=10)
    page.mouse.up()


def test_a_drawing_is_sent_with_the_palms_of_each_region(joined: Phone) -> None:
    joined.press("Your skin this week")
    joined.next()
    expect(joined.page.get_by_role("alert")).to_contain_text("Draw where the spots are")
    _draw(joined.page, (0.3, 0.3), (0.3, 0.42))
    _draw(joined.page, (0.3, 0.3), (0.3, 0.42))
    joined.press("Undo")
    expect(joined.page.locator(".areas")).to_contain_text("Trunk")
    joined.next()
    joined.page.locator("label:has(input[value=skip])").click()
    joined.next()
    joined.next()
    until(joined, lambda: len(joined.fake.entries) == 1)
    items = joined.fake.entries[0]["items"]
    assert isinstance(items, dict)
    assert 0.3 < float(items["trunk_palms"]["v"]) < 3
    assert items["head_palms"] == items["lower_palms"] == {"v": "0.0"}
    assert items["redness"] == {"m": "refused"}
    assert items["drawing"]["v"].count('["b",5,') == 1


def test_zoomed_in_a_line_covers_less(joined: Phone) -> None:
    joined.press("Your skin this week")
    joined.press("Zoom in")
    joined.press("Zoom in")
    joined.press("Move")
    _draw(joined.page, (0.5, 0.5), (0.9, 0.8))  # what is seen is now the front's chest
    joined.press("Brush")
    _draw(joined.page, (0.5, 0.55), (0.6, 0.55))
    near = joined.page.locator(".areas").inner_text()
    assert "Trunk" in near
    joined.press("Undo")
    expect(joined.page.locator(".areas")).to_be_hidden()


def test_the_list_and_no_spots_say_the_same_without_drawing(joined: Phone) -> None:
    joined.press("Your skin this week")
    joined.press("No spots today")
    expect(joined.page.get_by_role("button", name="No spots today")).to_have_attribute("aria-pressed", "true")
    joined.press("Use a list")
    joined.next()
    expect(joined.page.get_by_role("alert")).to_have_text("Please answer before you go on.")
    for row, palms in (("head", "0"), ("upper", "2,5"), ("trunk", "41"), ("lower", "0")):
        joined.page.locator(f"#in-{row}_palms").fill(palms)
    joined.next()
    expect(joined.page.get_by_role("alert")).to_have_text("The number must lie between 0 and 30.")
    joined.page.locator("#in-trunk_palms").fill("3")
    joined.next()
    joined.heading("How red are the spots?")
    joined.page.keyboard.press("1")
    joined.page.keyboard.press("0")
    expect(joined.page.locator("input[value='10']")).to_be_checked()
    joined.next()
    joined.next()
    until(joined, lambda: len(joined.fake.entries) == 1)
    assert joined.fake.entries[0]["items"] == {
        "head_palms": {"v": "0"},
        "upper_palms": {"v": "2.5"},
        "trunk_palms": {"v": "3"},
        "lower_palms": {"v": "0"},
        "redness": {"v": "10"},
    }


def tell_late(phone: Phone) -> None:
    """From the reason to the sending."""
    phone.page.locator("label:has(input[value=late_ill])").click()
    phone.next()
    phone.heading("Worst itch in the last 24 hours")
    phone.page.keyboard.press("3")
    phone.next()
    phone.page.locator("label:has(input[value=true])").click()
    phone.next()
    phone.next()


def test_a_late_entry_asks_why(joined: Phone) -> None:
    joined.page.locator("summary").click()
    joined.press("Today’s symptoms · Saturday 31 October")
    joined.next()
    expect(joined.page.get_by_role("alert")).to_have_text("Please say why.")
    tell_late(joined)
    until(joined, lambda: len(joined.fake.entries) == 1)
    entry = joined.fake.entries[0]
    assert (entry["day"], entry["reason"]) == ("2026-10-31", "I was ill or in hospital")


def test_the_way_back_from_a_late_entry_that_was_sent_leads_on(joined: Phone) -> None:
    joined.page.locator("summary").click()
    joined.press("Today’s symptoms · Saturday 31 October")
    tell_late(joined)
    joined.heading("Thank you")
    joined.page.evaluate("history.go(-3)")
    joined.heading("Late entry for Saturday 31 October")
    expect(joined.page.locator("main")).to_contain_text("You have sent this already.")
    joined.press("Back to the start page")
    joined.heading("Today")


@pytest.mark.requirement("R32")
def test_a_correction_is_a_new_entry_with_a_reason(joined: Phone) -> None:
    answer_day(joined, itch=4)
    joined.press("Back to the start page")
    joined.page.get_by_role("link", name="My entries").click()
    joined.press("Correct this entry")
    joined.next()
    expect(joined.page.get_by_role("alert")).to_have_text("Please say why.")
    joined.page.locator("#words").fill("I slipped")
    joined.next()
    joined.heading("Look at your answers")
    joined.page.get_by_role("link", name="Change: Worst itch").click()
    joined.heading("Worst itch in the last 24 hours")
    joined.page.keyboard.press("8")
    joined.next()
    joined.next()
    joined.next()
    joined.heading("Thank you")
    until(joined, lambda: len(joined.fake.entries) == 2)
    first, second = joined.fake.entries
    assert (second["root"], second["corrects"], second["reason"]) == (first["id"], first["id"], "I slipped")
    assert second["items"] == {"itch": {"v": "8"}, "sleep": {"v": "false"}}
    joined.open("#history")
    expect(joined.page.locator(".card")).to_have_count(2)
    expect(joined.page.locator(".card").last).to_contain_text("Changed later")
    expect(joined.page.locator(".card").last).to_contain_text("Entered 1 Nov 2026 19:0")


def _correction(phone: Phone) -> None:
    answer_day(phone, itch=4)
    until(phone, lambda: len(phone.fake.entries) == 1)
    phone.open("#history")
    phone.press("Correct this entry")
    phone.page.locator("#words").fill("I slipped")


def test_a_correction_that_changes_nothing_is_not_sent(joined: Phone) -> None:
    _correction(joined)
    joined.next()
    joined.heading("Look at your answers")
    joined.next()
    expect(joined.page.get_by_role("alert")).to_contain_text("Nothing was changed")
    joined.page.get_by_role("link", name="Change: Worst itch").click()
    joined.heading("Worst itch in the last 24 hours")
    joined.page.keyboard.press("8")
    joined.next()
    joined.next()
    joined.heading("Look at your answers")
    joined.next()
    joined.heading("Thank you")
    until(joined, lambda: len(joined.fake.entries) == 2)


def test_an_entry_that_was_corrected_meanwhile_is_not_corrected_again(joined: Phone) -> None:
    _correction(joined)
    (entry,) = joined.fake.entries
    joined.fake.entries.append({**entry, "id": "by another", "corrects": entry["id"]})
    joined.next()
    expect(joined.page.get_by_role("alert")).to_contain_text("corrected after you opened it")
    joined.heading("Correct the entry of Sunday 1 November")


def test_a_history_that_is_none_is_said_and_breaks_nothing(joined: Phone) -> None:
    joined.fake.history_is = {"state": "strange"}
    joined.open("#history")
    expect(joined.page.locator(".note")).to_contain_text("shown only with internet")


def test_what_was_read_for_somebody_before_is_corrected_by_nobody(joined: Phone) -> None:
    answer_day(joined, itch=4)
    until(joined, lambda: len(joined.fake.entries) == 1)
    joined.open("#history")
    joined.press("Correct this entry")
    expect(joined.page.locator("#words")).to_be_visible()
    form = joined.page.url.partition("#")[2]
    joined.fake.package = {**package(FIRST, digest="p2"), "participant": "p9c44"}
    join(joined, code="code-2")
    joined.offline()

    joined.open(f"#{form}")

    joined.heading("My entries")
    expect(joined.page.locator("main")).to_contain_text("only with internet")
    expect(joined.page.locator("#words")).to_have_count(0)


def test_nothing_is_corrected_until_the_phone_has_the_newest_questions(joined: Phone) -> None:
    answer_day(joined, itch=4)
    until(joined, lambda: len(joined.fake.entries) == 1)
    joined.fake.knows_newer = True
    joined.open("#history")
    expect(joined.page.locator(".note")).to_contain_text("The questions have changed.")
    expect(joined.page.get_by_role("button", name="Correct this entry")).to_have_count(0)


def test_a_revoked_phone_speaks_the_other_language_and_keeps_nothing_of_it(joined: Phone) -> None:
    joined.fake.devices["token-code-1"] = "revoked"
    _again(joined)
    joined.heading("This diary was closed by your trial site")
    until(joined, lambda: joined.page.evaluate("indexedDB.databases()") == [])

    joined.press("中文")
    joined.heading("研究中心已关闭本手机上的日记")
    joined.press("English")

    joined.heading("This diary was closed by your trial site")
    assert joined.page.evaluate("indexedDB.databases()") == []


def test_a_revoked_phone_keeps_nothing_and_says_so(joined: Phone) -> None:
    assert any("/diary/rules/" in one for one in all_that_is_kept(joined))
    joined.offline()
    answer_day(joined, itch=4)
    joined.fake.devices["token-code-1"] = "revoked"
    joined.online()
    joined.heading("This diary was closed by your trial site")
    expect(joined.page.locator(".warning")).to_have_text(
        "Entries that were not sent and are gone: 1. Please tell your trial site."
    )
    until(joined, lambda: joined.page.evaluate("indexedDB.databases()") == [])
    until(joined, lambda: not [one for one in all_that_is_kept(joined) if "/diary/rules/" in one])
    joined.reopen()
    joined.heading("There is no diary on this phone")
    assert not [one for one in all_that_is_kept(joined) if "/diary/rules/" in one]


def test_an_entry_that_the_trial_does_not_take_is_told_with_whom_to_call(joined: Phone) -> None:
    joined.fake.refuses = {"diary_day"}
    answer_day(joined, itch=4)
    joined.press("Back to the start page")
    expect(joined.page.locator("main")).to_contain_text("could not take: 1.")
    expect(joined.page.locator("main .note a")).to_have_attribute("href", "tel:+85255550100")
    expect(joined.page.locator("#status")).to_contain_text("could not read an entry")

    _report(joined, "all the same")
    joined.next()
    until(joined, lambda: len(joined.fake.entries) == 1)
    joined.fake.refuses = set()
    joined.page.evaluate("window.dispatchEvent(new Event('online'))")
    until(joined, lambda: len(joined.fake.entries) == 2)
    joined.open("#today")
    expect(joined.page.locator("main")).not_to_contain_text("could not take")


def test_an_unknown_phone_keeps_its_entries_and_sends_them_after_joining_anew(joined: Phone) -> None:
    joined.offline()
    answer_day(joined, itch=4)
    joined.fake.devices.clear()
    joined.online()
    expect(joined.page.locator("#status")).to_contain_text("needs a new invitation")
    join(joined, code="code-2")
    until(joined, lambda: len(joined.fake.entries) == 1)
    assert joined.fake.entries[0]["number"] == 1


def test_entries_of_one_person_are_never_sent_as_anothers(joined: Phone) -> None:
    joined.offline()
    answer_day(joined, itch=4)
    joined.press("Back to the start page")
    joined.page.locator("button.big").click()
    joined.page.locator("label:has(input[value=true])").click()
    joined.fake.devices.clear()
    joined.online()
    joined.fake.package = {**package(FIRST), **SOMEBODY_ELSE}
    join(joined, code="code-2")
    answer_day(joined, itch=7)
    until(joined, lambda: len(joined.fake.entries) == 1)
    assert joined.fake.entries[0]["items"]["itch"] == {"v": "7"}  # type: ignore[index]  # JSON
    expect(joined.page.locator("#status")).to_contain_text("Entries of an earlier diary")
    assert not [one for one in all_that_is_kept(joined) if one.startswith("drafts: ") and "iv=" in one]
    assert any("former device-code-1" in one for one in all_that_is_kept(joined))
    joined.fake.devices["token-code-1"] = "active"
    joined.page.evaluate("window.dispatchEvent(new Event('online'))")
    until(joined, lambda: len(joined.fake.entries) == 2)
    expect(joined.page.locator("#status")).to_have_text("Everything is sent.")
    assert not [one for one in all_that_is_kept(joined) if "former device-code-1" in one]


def test_what_one_person_has_answered_is_not_sent_by_the_one_who_joins_next(joined: Phone) -> None:
    _answered_to_the_end(joined)
    first, joined.page = joined.page, joined.context.new_page()
    joined.fake.package = {**package(FIRST), **SOMEBODY_ELSE}
    join(joined, code="code-2")
    joined.page = first
    joined.next()
    joined.heading("Today")
    expect(joined.page.locator(".said").first).to_contain_text("Somebody else has joined")
    assert joined.fake.entries == []


def test_an_entry_that_was_begun_before_the_code_was_corrected_is_sent(joined: Phone) -> None:
    _answered_to_the_end(joined)
    joined.fake.package = {**package(FIRST, digest="p2"), "code": "HK01-070"}
    joined.reopen()
    unlock(joined)
    until(joined, lambda: _package_kept(joined) == "p2")
    joined.page.locator("button.big").click()
    joined.heading("Look at your answers")
    joined.next()
    joined.heading("Thank you")
    until(joined, lambda: len(joined.fake.entries) == 1)


def test_who_joins_anew_after_their_code_was_corrected_is_the_same_participant(joined: Phone) -> None:
    joined.offline()
    answer_day(joined, itch=4)
    joined.fake.devices.clear()
    joined.online()
    joined.fake.package = {**package(FIRST, digest="p2"), "code": "HK01-070"}
    join(joined, code="code-2")
    until(joined, lambda: len(joined.fake.entries) == 1)
    expect(joined.page.locator("#status")).to_have_text("Everything is sent.")
    assert not [one for one in all_that_is_kept(joined) if "former device-code-1" in one]


def test_who_joins_with_a_code_that_was_free_again_is_another_participant(joined: Phone) -> None:
    joined.offline()
    answer_day(joined, itch=4)
    joined.fake.devices.clear()
    joined.online()
    joined.fake.package = {**package(FIRST, digest="p2"), "participant": "p9c44"}
    join(joined, code="code-2")
    expect(joined.page.locator("#status")).to_contain_text("Entries of an earlier diary")
    assert joined.fake.entries == []


def _package_kept(phone: Phone) -> object:
    """The digest of that in the vault."""
    vault = "(await import('/diary/app/vault.js')).openVault()"
    return phone.page.evaluate(f"async () => (await (await {vault}).get('package')).digest")


def test_no_other_tab_of_a_revoked_phone_goes_on(joined: Phone) -> None:
    joined.offline()
    answer_day(joined, itch=4)
    joined.fake.devices.clear()
    joined.online()
    joined.fake.package = {**package(FIRST), **SOMEBODY_ELSE}
    join(joined, code="code-2")
    first, joined.page = joined.page, joined.context.new_page()
    joined.open()
    unlock(joined)
    expect(joined.page.locator("#status")).to_contain_text("Entries of an earlier diary")
    joined.fake.devices["token-code-2"] = "revoked"
    first.evaluate("window.dispatchEvent(new Event('online'))")
    expect(first.locator("h1")).to_have_text("This diary was closed by your trial site")
    joined.page.locator("button.big").click()
    joined.heading("There is no diary on this phone")
    expect(joined.page.locator("#status")).to_be_hidden()


@pytest.mark.parametrize("is_reopened", [False, True])
def test_a_revoked_phone_sends_what_somebody_before_has_answered_and_shows_nothing_of_it(
    joined: Phone, is_reopened: bool
) -> None:
    joined.offline()
    answer_day(joined, itch=4)
    joined.fake.devices.clear()
    joined.online()
    joined.fake.package = {**package(FIRST), **SOMEBODY_ELSE}
    join(joined, code="code-2")
    expect(joined.page.locator("#status")).to_contain_text("Entries of an earlier diary")
    joined.fake.devices["token-code-2"] = "revoked"
    joined.page.evaluate("window.dispatchEvent(new Event('online'))")
    joined.heading("This diary was closed by your trial site")
    if is_reopened:
        joined.reopen()
        joined.heading("There is no diary on this phone")
    expect(joined.page.locator("#status")).to_be_hidden()
    assert any("outbox: " in one and "number=1" in one for one in all_that_is_kept(joined))
    assert not [one for one in all_that_is_kept(joined) if "/diary/rules/" in one]

    joined.fake.devices["token-code-1"] = "active"
    if is_reopened:
        with joined.page.expect_event("load"):  # with a new vault
            joined.page.evaluate("window.dispatchEvent(new Event('online'))")
        joined.heading("There is no diary on this phone")
    else:
        joined.page.evaluate("window.dispatchEvent(new Event('online'))")
        until(joined, lambda: joined.page.evaluate("indexedDB.databases()") == [])
        joined.heading("This diary was closed by your trial site")
    assert len(joined.fake.entries) == 1
    kept = all_that_is_kept(joined)
    assert not [one for one in kept if "number=1" in one or "former device" in one]
    joined.fake.invites["code-3"] = "new"
    join(joined, code="code-3")  # nothing of it is in the way of the next


def test_an_ended_diary_asks_nothing_more(joined: Phone) -> None:
    joined.fake.is_closed = True
    joined.reopen()
    unlock(joined)
    expect(joined.page.locator("main")).to_contain_text("Your diary has ended")
    expect(joined.page.locator("button.big")).to_have_count(0)
    joined.open("#report")
    expect(joined.page.locator("main button")).to_have_count(1)


def test_what_one_tab_has_answered_another_does_not_ask_again(joined: Phone) -> None:
    first, joined.page = joined.page, joined.context.new_page()
    joined.open()
    unlock(joined)
    expect(joined.page.locator("button.big")).to_contain_text("Today’s symptoms")
    second, joined.page = joined.page, first
    answer_day(joined, itch=4)
    joined.page = second
    joined.page.locator("button.big").click()
    expect(joined.page.locator("button.big")).to_contain_text("After the injection")
    joined.heading("Today")


def test_each_tab_asks_by_the_newest_questions(joined: Phone) -> None:
    first, joined.page = joined.page, joined.context.new_page()
    joined.open()
    unlock(joined)
    second = joined.page
    newer = json.dumps(package(FIRST, digest="p2"))
    newer = newer.replace("Worst itch in", "How bad was the itch in").replace("Skin diary", "Skin diary, 2")
    joined.fake.package = json.loads(newer)
    for joined.page in (first, second):
        joined.page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(joined.page.locator("#title")).to_have_text("Skin diary, 2")
        joined.page.locator("button.big").click()
        joined.heading("How bad was the itch in the last 24 hours")


def test_a_tab_that_was_left_open_sends_its_entry_again_only_when_told_to(joined: Phone) -> None:
    first, joined.page = joined.page, joined.context.new_page()
    joined.open()
    unlock(joined)
    _answered_to_the_end(joined)
    second, joined.page = joined.page, first
    joined.page.locator("button.big").click()  # goes on with what was begun in the other
    joined.heading("Look at your answers")
    joined.next()
    joined.heading("Thank you")
    until(joined, lambda: len(joined.fake.entries) == 1)

    joined.page = second
    joined.page.get_by_role("link", name="Change: Worst itch").click()
    joined.page.locator("label.number:has(input[value='4'])").click()
    joined.page.evaluate("location.hash = 'review'")
    joined.heading("Look at your answers")
    joined.next()
    expect(joined.page.get_by_role("alert")).to_contain_text("sent already from another page")
    assert len(joined.fake.entries) == 1
    joined.next()
    joined.heading("Thank you")
    until(joined, lambda: len(joined.fake.entries) == 2)
    assert len({one["id"] for one in joined.fake.entries}) == 2
    assert [one["items"]["itch"] for one in joined.fake.entries] == [{"v": "7"}, {"v": "4"}]  # type: ignore[index]  # JSON
    expect(joined.page.locator("#status")).to_have_text("Everything is sent.")


def test_a_report_that_is_sent_from_two_tabs_is_kept_twice(joined: Phone) -> None:
    """Reports may be many a day: nobody can tell whether the second is another one."""
    first = joined.page
    _report(joined, "here")
    joined.page = joined.context.new_page()
    joined.open()
    unlock(joined)
    joined.page.evaluate("location.hash = 'report'")
    joined.press("Something is wrong")
    joined.heading("Look at your answers")
    joined.page.get_by_role("link", name="Change: In your words").click()
    joined.page.locator("textarea").fill("there")
    joined.next()
    joined.heading("Look at your answers")
    joined.next()
    joined.heading("Thank you")
    until(joined, lambda: len(joined.fake.entries) == 1)
    joined.page = first
    joined.next()
    joined.heading("Thank you")

    until(joined, lambda: len(joined.fake.entries) == 2)
    assert len({one["id"] for one in joined.fake.entries}) == 2
    words = {str(one["items"]["words"]["v"]) for one in joined.fake.entries}  # type: ignore[index]  # JSON
    assert words == {"here", "there"}
    expect(joined.page.locator("#status")).to_have_text("Everything is sent.")


def _answered_to_the_end(phone: Phone) -> None:
    phone.page.locator("button.big").click()
    phone.page.locator("label.number:has(input[value='7'])").click()
    phone.next()
    phone.page.locator("label:has(input[value=false])").click()
    phone.next()
    phone.heading("Look at your answers")


def _report(phone: Phone, words: str) -> None:
    phone.page.evaluate("location.hash = 'report'")
    phone.press("Something is wrong")
    phone.page.locator("label:has(input[value=drug])").click()
    phone.next()
    phone.page.locator("textarea").fill(words)
    phone.next()
    phone.heading("Look at your answers")


def test_a_long_word_without_blanks_widens_no_page(joined: Phone) -> None:
    def fits() -> None:
        for width in (320, 390):
            joined.page.set_viewport_size({"width": width, "height": 844})
            assert joined.page.evaluate("document.documentElement.scrollWidth") <= width

    _report(joined, "x" * 990)
    fits()
    joined.page.get_by_role("link", name="Change: In your words").click()
    joined.page.locator("textarea").wait_for()
    fits()
    joined.next()
    joined.heading("Look at your answers")
    joined.next()
    joined.heading("Thank you")
    fits()
    until(joined, lambda: len(joined.fake.entries) == 1)
    joined.open("#history")
    expect(joined.page.locator(".card")).to_contain_text("x" * 990)
    fits()
    joined.press("Correct this entry")
    joined.page.locator("#words").fill("y" * 490)
    fits()
    joined.next()
    joined.heading("Look at your answers")
    fits()


def test_what_was_begun_beside_what_is_open_is_offered_after_a_reload(joined: Phone) -> None:
    answer_day(joined, itch=4)
    until(joined, lambda: len(joined.fake.entries) == 1)
    joined.open("#history")
    joined.press("Correct this entry")
    joined.page.locator("#words").fill("I slipped")
    joined.next()
    joined.page.get_by_role("link", name="Change: Worst itch").click()
    joined.heading("Worst itch in the last 24 hours")
    joined.page.keyboard.press("8")
    joined.page.evaluate("location.hash = 'report'")
    joined.press("Something is wrong")
    joined.page.locator("label:has(input[value=drug])").click()
    joined.next()
    joined.open("#today")
    joined.page.locator("summary").click()
    joined.press("Today’s symptoms · Saturday 31 October")
    joined.page.locator("label:has(input[value=late_ill])").click()
    joined.next()
    joined.heading("Worst itch in the last 24 hours")
    joined.page.keyboard.press("3")
    joined.next()
    joined.heading("Did itch wake you last night?")
    joined.reopen()
    unlock(joined)

    begun = joined.page.get_by_role("button", name="Carry on")
    expect(begun).to_have_count(3)
    joined.page.get_by_role("button", name="Something is wrong · Sunday 1 November").click()
    joined.heading("Look at your answers")
    joined.next()
    joined.heading("Thank you")
    joined.press("Back to the start page")
    expect(begun).to_have_count(2)
    begun.filter(has_text="Correction").click()
    joined.heading("Look at your answers")
    joined.next()
    joined.heading("Thank you")
    joined.press("Back to the start page")
    begun.click()
    joined.heading("Did itch wake you last night?")
    joined.page.locator("label:has(input[value=true])").click()
    joined.next()
    joined.next()
    joined.heading("Thank you")
    until(joined, lambda: len(joined.fake.entries) == 4)
    assert [one["reason"] for one in joined.fake.entries] == [
        None,
        None,
        "I slipped",
        "I was ill or in hospital",
    ]
    joined.press("Back to the start page")
    joined.heading("Today")
    expect(begun).to_have_count(0)


def test_a_reminder_is_put_off_inside_the_window(joined: Phone) -> None:
    joined.press("Remind me in 30 minutes")
    expect(joined.page.locator(".said").first).to_have_text("We remind you at 19:30.")
    until(joined, lambda: bool(joined.fake.settings))
    assert "snooze_until" in joined.fake.settings[-1]
    joined.context.clock.fast_forward("31:00")
    expect(joined.page.locator(".said").first).to_have_text("It is time for your diary.")


def test_settings_keep_time_language_and_lock(joined: Phone) -> None:
    joined.open("#settings")
    joined.page.locator("#remind").fill("20:30")
    joined.page.locator("#remind").blur()
    expect(joined.page.locator(".said").first).to_have_text("The reminder is set to 20:30.")
    assert joined.fake.settings[-1] == {"remind_at": "20:30", "language": "en"}
    with joined.page.expect_download() as download:
        joined.press("Put the reminders into my calendar")
    assert download.value.suggested_filename == "diary.ics"
    joined.press("Change the lock")
    unlock(joined)
    choose_pin(joined, "860351")
    joined.heading("Today")
    joined.press("中文")
    joined.heading("今天")
    expect(joined.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    joined.reopen()
    joined.heading("日记已锁定")
    unlock(joined, "860351")
    joined.heading("今天")


def test_a_time_at_which_the_diary_is_not_open_is_refused_in_words(phone: Phone) -> None:
    told = "Choose an hour between 18:00 and 12:00 the next day."
    phone.open("#join=code-1")
    phone.page.locator("#year").fill("1980")
    phone.press("Join")
    choose_pin(phone)
    phone.press("I know how it works")
    phone.page.locator("#remind").fill("15:00")
    phone.press("Go on")
    expect(phone.page.get_by_role("alert")).to_have_text(told)
    phone.press("Go on")
    expect(phone.page.get_by_role("alert")).to_have_text(told)
    phone.page.locator("#remind").fill("19:00")
    phone.press("Go on")
    phone.heading("Put the diary where you find it")
    assert phone.fake.settings[-1]["remind_at"] == "19:00"
    phone.press("Start my diary")

    phone.open("#settings")
    phone.page.locator("#remind").fill("15:00")
    phone.page.locator("#remind").blur()
    expect(phone.page.get_by_role("alert")).to_have_text(told)


def test_a_new_version_is_offered_and_taken(joined: Phone) -> None:
    joined.fake.version = "2"
    joined.reopen()
    unlock(joined)
    expect(joined.page.locator("html")).to_have_attribute("data-app", "1")
    joined.press("Update now")
    expect(joined.page.locator("html")).to_have_attribute("data-app", "2")
    unlock(joined)
    joined.heading("Today")


def test_a_page_of_a_version_that_is_gone_offers_to_update_and_goes_on_there(joined: Phone) -> None:
    answer_day(joined, itch=4)
    joined.press("Back to the start page")
    joined.fake.version = "2"
    joined.open("#history")
    joined.heading("Update the diary")
    joined.press("Back to the start page")
    joined.heading("Today")
    joined.open("#history")
    joined.heading("Update the diary")

    joined.press("Update now")

    expect(joined.page.locator("html")).to_have_attribute("data-app", "2")
    unlock(joined)
    joined.heading("My entries")
    expect(joined.page.locator(".card")).to_have_count(1)


def test_an_update_without_internet_says_so_and_can_be_tried_again(joined: Phone) -> None:
    joined.fake.version = "2"
    joined.open("#history")
    joined.heading("Update the diary")
    joined.offline()
    joined.press("Update now")
    expect(joined.page.locator("main .said")).to_contain_text("That did not work.")
    joined.online()
    joined.press("Update now")
    expect(joined.page.locator("html")).to_have_attribute("data-app", "2")


@pytest.mark.parametrize(("name", "heading"), [("history", "My entries"), ("photo", "Take a photo")])
def test_a_page_that_could_not_be_loaded_is_asked_for_at_another_address(
    joined: Phone, name: str, heading: str
) -> None:
    joined.fake.package = {**package(FIRST, digest="p2"), "photos": PHOTOS}
    joined.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(joined.page.locator("#status")).to_have_text("Everything is sent.")
    joined.offline()
    joined.open(f"#{name}")
    expect(joined.page.locator("main .note")).to_contain_text("internet")
    joined.press("Back to the start page")
    joined.online()
    joined.open(f"#{name}")
    joined.heading(heading)
    expect(joined.page.locator("main .note")).to_have_count(0)
    expect(joined.page.locator("main")).not_to_contain_text("Loading")
    asked = [address for address in joined.fake.asked_for if "?v=" in address]
    assert asked
    assert all(address.endswith("?v=1&try=1") for address in asked)


PHOTOS = {"text": {"en": "No face."}, "regions": [{"id": "leg", "label": {"en": "Leg"}}]}


def test_a_whole_diary_day_by_keyboard_alone(joined: Phone) -> None:
    def tab_to(selector: str) -> None:
        for _ in range(40):
            joined.page.keyboard.press("Tab")
            if joined.page.evaluate("(one) => document.activeElement.matches(one)", selector):
                return
        raise AssertionError(f"no way to {selector}")

    joined.reopen()
    joined.heading("Your diary is locked")
    tab_to("#pin")
    joined.page.keyboard.type(PIN)
    joined.page.keyboard.press("Enter")
    joined.heading("Today")
    assert joined.page.evaluate("document.activeElement.id") == "heading"
    tab_to("button.big")
    joined.page.keyboard.press("Enter")
    joined.heading("Worst itch in the last 24 hours")
    assert joined.page.evaluate("document.activeElement.id") == "heading"
    joined.page.keyboard.press("4")
    joined.page.keyboard.press("ArrowRight")
    joined.page.keyboard.press("Enter")
    joined.heading("Did itch wake you last night?")
    tab_to("input[type=radio]")
    joined.page.keyboard.press("Space")
    tab_to("#foot .go")
    joined.page.keyboard.press("Enter")
    joined.heading("Look at your answers")
    tab_to("#foot .go")
    joined.page.keyboard.press("Enter")
    joined.heading("Thank you")
    until(joined, lambda: len(joined.fake.entries) == 1)
    assert joined.fake.entries[0]["items"] == {"itch": {"v": "5"}, "sleep": {"v": "true"}}


def test_inside_wechat_it_shows_the_way_out_and_goes_on_online(chromium: Browser) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile MicroMessenger/8.0.50"
    with phone_of(chromium, user_agent=agent, permissions=["clipboard-write"]) as phone:
        phone.open("#join=code-1")
        phone.heading("Open the diary in your browser")
        expect(phone.page.get_by_role("img")).to_be_visible()
        phone.press("Copy the address")
        expect(phone.page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
        phone.press("Go on here. I have internet.")
        phone.page.locator("#year").fill("1980")
        phone.press("Join")
        choose_pin(phone)
        phone.heading("Try it for a minute")


def test_where_nothing_can_be_kept_the_app_says_so_and_works_online(chromium: Browser) -> None:
    with phone_of(chromium) as phone:
        phone.context.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
        phone.open("#join=code-1")
        phone.heading("This browser keeps nothing")
        phone.press("Go on all the same")
        phone.page.locator("#year").fill("1980")
        phone.press("Join")
        choose_pin(phone)
        phone.press("I know how it works")
        phone.page.locator("main > .go").click()
        phone.page.locator("main > .go").click()
        phone.fake.is_down = True
        answer_day(phone, itch=3)
        expect(phone.page.locator("#status")).to_have_text(
            "This browser keeps nothing. Leave this page open until everything is sent. Waiting to send: 1."
        )
        phone.fake.is_down = False
        phone.page.evaluate("window.dispatchEvent(new Event('online'))")
        until(phone, lambda: len(phone.fake.entries) == 1)


def test_an_address_that_is_not_safe_is_refused_in_words(chromium: Browser) -> None:
    with phone_of(chromium) as phone:
        phone.context.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
        phone.open()
        phone.heading("This address is not safe for a diary")


def test_an_iphone_is_told_to_install_first(chromium: Browser) -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
    with phone_of(chromium, user_agent=agent) as phone:
        phone.open("#join=code-1")
        expect(phone.page.locator(".note")).to_contain_text("first onto the home screen")
        expect(phone.page.locator(".note .code")).to_have_text("code-1")


def test_modules_are_short_and_nothing_is_inline() -> None:
    own = [path for path in STATIC.rglob("*.js") if path.parent.name != "lib" and path.name != "rules.js"]

    assert own
    for path in own:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, path
        assert not re.search(r"innerHTML|insertAdjacentHTML|\beval\(|new Function|\.style\b", text), path


def test_a_phone_of_a_demo_goes_by_its_calendar_and_says_so(phone: Phone) -> None:
    """The phone's own clock stands on 1 November; the demonstration's calendar is at 22 September."""
    phone.fake.package = {**package(date(2026, 9, 22)), "days_off": -40}
    join(phone)
    expect(phone.page.locator("#main")).to_contain_text("Demonstration: its calendar stands at 22 Sept 2026.")
    answer_day(phone, itch=4)
    until(phone, lambda: len(phone.fake.entries) == 1)

    (entry,) = phone.fake.entries
    assert entry["day"] == "2026-09-22"
    assert str(entry["entered"]).startswith("2026-09-22T19:")
    assert str(entry["sent"]).startswith("2026-09-22T19:")


def test_a_phone_of_a_real_trial_says_the_time_of_its_own_clock(joined: Phone) -> None:
    answer_day(joined, itch=4)
    until(joined, lambda: len(joined.fake.entries) == 1)

    (entry,) = joined.fake.entries
    assert str(entry["entered"]).startswith("2026-11-01T19:")
    joined.press("Back to the start page")
    expect(joined.page.locator(".strip")).to_be_visible()
    expect(joined.page.locator("#main")).not_to_contain_text("Demonstration")
