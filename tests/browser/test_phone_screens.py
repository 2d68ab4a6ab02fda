"""Every screen of the participant's app, in both languages and at three widths: axe finds nothing, nothing is wider than
the screen, also with text of twice the size, and all that can be pressed is large enough for a finger.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.axe import violations
from tests.browser.phone_steps import Phone, choose_pin, phone_of, unlock, until
from tests.thorough import IS_THOROUGH

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LANGUAGES = {"en-GB": "en", "zh-CN": "zh-Hans"}
WIDTHS = (320, 390, 1360)
# For axe one width says what the others do; that nothing is too small or too wide is asked at each.
LOOKED_AT = WIDTHS if IS_THOROUGH else (390,)
LEAST_TARGET = 44
SMALL_TARGETS = """least => {
  const all = [...document.querySelectorAll("button, a[href], summary, textarea, input, label.choice")];
  const seen = all.filter((one) => one.checkVisibility() && !one.closest("label.choice input") && !(one.matches("input") && one.closest("label.choice")));
  return seen.map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width < least || box.height < least)
    .map(([one, box]) => `${one.outerHTML.slice(0, 120)} ${box.width} x ${box.height}`);
}"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && !one.closest(".unseen"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5 || one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible" && one.clientWidth > 0)
  .map((one) => one.outerHTML.slice(0, 120))"""

Step = Callable[[Phone], None]


def wait(phone: Phone) -> None:
    phone.page.wait_for_timeout(150)


def address(hash_: str) -> Step:
    def go(phone: Phone) -> None:
        phone.open(hash_)
        wait(phone)

    return go


def click(selector: str) -> Step:
    def press(phone: Phone) -> None:
        phone.page.locator(selector).first.click()
        wait(phone)

    return press


def steps(*each: Step) -> Step:
    def walk(phone: Phone) -> None:
        for one in each:
            one(phone)

    return walk


def joining(phone: Phone) -> None:
    phone.page.locator("#year").fill("1980")
    phone.page.locator("form .go").click()
    phone.page.locator("#again").wait_for()


def drawn(phone: Phone) -> None:
    box = phone.page.locator("canvas").bounding_box()
    assert box is not None
    phone.page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.35)
    wait(phone)


def list_filled(phone: Phone) -> None:
    for row in ("head", "upper", "trunk", "lower"):
        phone.page.locator(f"#in-{row}_palms").fill("1")
    next_page(phone)


def date_filled(phone: Phone) -> None:
    for part, text in (("day", "1"), ("month", "11"), ("year", "2026")):
        phone.page.locator(f".part-{part}").fill(text)


def revoke(phone: Phone) -> None:
    phone.fake.devices["token-code-1"] = "revoked"
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    until(phone, lambda: phone.page.evaluate("indexedDB.databases()") == [])
    wait(phone)


def report_refused(phone: Phone) -> None:
    phone.fake.refuses = {"diary_report"}
    # It was answered before, and not sent.
    steps(address("#report"), click("main > .other"), next_page)(phone)
    until(phone, lambda: phone.page.locator("#foot").is_hidden())
    phone.page.locator("main > .go").click()
    phone.page.locator(".note a").wait_for()


def close_diary(phone: Phone) -> None:
    phone.fake.is_closed = True
    phone.reopen()
    unlock(phone)
    until(phone, lambda: phone.page.locator("button.big").count() == 0)


def wrong_clock(phone: Phone) -> None:
    phone.fake.phone_is_fast_by = timedelta(hours=3)
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.page.locator(".warning").wait_for()


def offline(phone: Phone) -> None:
    phone.fake.is_down = True
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    wait(phone)


def online(phone: Phone) -> None:
    phone.fake.is_down = False
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    wait(phone)


def old_app(phone: Phone) -> None:
    """A page that is fetched, by an app of which the server has a later version by now."""
    phone.fake.version = "2"
    phone.page.goto(f"{phone.address}/diary/#history")
    phone.page.locator("main button.go").wait_for()
    phone.fake.version = "1"


next_page = click("#foot .go")
form_button = click("form .go")
main_button = click("main > .go")

# In this order: each screen is reached from the one before.
SCREENS: dict[str, Step] = {
    "no diary": address(""),
    "no diary, nothing typed": form_button,
    "join": address("#join=code-1"),
    "join, no year": form_button,
    "lock": joining,
    "lock, too simple": steps(lambda phone: phone.page.locator("#pin").fill("111111"), form_button),
    "practice": choose_pin,
    "practice, scale": click("main .go"),
    "practice, not answered": next_page,
    "practice, drawing": steps(click("label.number"), next_page),
    "practice, drawn": drawn,
    "practice, yes or no": next_page,
    "practice, review": steps(click("label.skip"), next_page),
    "practice, end": next_page,
    "reminder": main_button,
    "home screen": main_button,
    "today": main_button,
    "today, offline": offline,
    "history, offline": address("#history"),
    "today, late entries": steps(online, address("#today"), click("summary")),
    "late": click("details button"),
    "late, other reason": steps(click("label:has([value=late_other])"), next_page),
    "drawing": steps(address("#today"), click("main > .other:nth-of-type(3)")),
    "drawing, nothing drawn": next_page,
    "no spots": click(".pair .other"),
    "list": click(".pair .other:last-child"),
    "list, nothing typed": next_page,
    "optional scale": list_filled,
    "report": address("#report"),
    "codes": click("main > .other"),
    "text": steps(click("label.choice"), next_page),
    "text, too long": lambda phone: phone.page.locator("textarea").fill("x" * 900),
    "injection": steps(address("#today"), click("main > .other:nth-of-type(2)")),
    "injection, scale": steps(click("label:has([value=true])"), next_page),
    "date": steps(click("label:has([value='9'])"), next_page),
    "date, nothing typed": next_page,
    "before leaving": click(".quiet"),
    "review": steps(click("#foot .back"), date_filled, next_page),
    "sent with a warning": steps(next_page, lambda phone: until(phone, lambda: len(phone.fake.entries) == 1)),
    "today, one sent": main_button,
    "history": address("#history"),
    "correction": click(".card .other"),
    "contact": address("#contact"),
    "settings": address("#settings"),
    "new lock": click("main > .other:nth-last-child(2)"),
    "today, one not taken": report_refused,
    "today, clock wrong and begun": steps(wrong_clock, address("#report"), click("main > .other"), click("label.choice"), address("#today")),
    "another invitation": address("#join=code-3"),
    "update": steps(lambda phone: phone.reopen(), unlock, old_app),
    "locked": lambda phone: phone.reopen(),
    "locked, wrong": lambda phone: unlock(phone, "111112"),
    "ended": close_diary,
    "revoked": revoke,
}  # fmt: skip


@pytest.fixture(scope="module", params=["en-GB", "zh-CN"])
def walked(
    request: pytest.FixtureRequest, chromium: Browser, pictures: Path
) -> Iterator[dict[str, list[str]]]:
    """All screens walked through once in a language: screen -> what is wrong with it."""
    with phone_of(chromium, language=request.param) as phone:
        found = {}
        for at, (name, step) in enumerate(SCREENS.items()):
            step(phone)
            wait(phone)
            found[name] = wrong_with(phone)
            assert phone.page.locator("html").get_attribute("lang") == LANGUAGES[request.param]
            phone.page.evaluate("scrollTo(0, 0)")
            phone.page.screenshot(path=pictures / f"diary-{at:02d}-{request.param}.png")
        yield found


def wrong_with(phone: Phone) -> list[str]:
    page, found = phone.page, []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        if width in LOOKED_AT:
            page.evaluate("scrollTo(0, document.body.scrollHeight)")  # there the fixed foot covers nothing
            found += [f"{width}: {one}" for one in violations(page)]
        found += [f"{width}: small: {one}" for one in page.evaluate(SMALL_TARGETS, LEAST_TARGET)]
        found += [f"{width}: wide: {one}" for one in page.evaluate(TOO_WIDE)]
    page.set_viewport_size({"width": 320, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found += [f"320, text 200 %: wide: {one}" for one in page.evaluate(TOO_WIDE)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 390, "height": 844})
    heading = page.locator("h1")
    found += [] if heading.count() == 1 and heading.inner_text() else ["not one heading"]
    return found


def test_nothing_is_wrong_with_any_screen(walked: dict[str, list[str]]) -> None:
    assert set(walked) == set(SCREENS)
    assert {name: wrong for name, wrong in walked.items() if wrong} == {}
