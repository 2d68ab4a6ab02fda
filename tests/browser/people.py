"""What people do with pages: sign in, fill in fields, take pictures."""

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

WIDE = {"width": 1360, "height": 900}
NARROW = {"width": 390, "height": 844}
STUDY = "NCT06374979"


def open_context(
    browser: Browser, server: str, *, language: str = "en", viewport: Mapping[str, int] = WIDE
) -> BrowserContext:
    context = browser.new_context(viewport={"width": viewport["width"], "height": viewport["height"]})
    context.add_cookies([{"name": "django_language", "value": language, "url": server}])
    context.set_default_timeout(15_000)
    return context


def sign_in(context: BrowserContext, server: str, role: str) -> Page:
    """By the door of the role on the demo's sign-in page. role: as the definition names it, in English."""
    page = context.new_page()
    page.goto(f"{server}/sign-in")
    page.locator(f'button.door[data-role="{role}"]').click()
    page.wait_for_url("**/studies/**")
    return page


def fill(page: Page, answers: Mapping[str, str]) -> None:
    """Enters answers by item, each in the way of its control; yes and no are words."""
    for item, answer in answers.items():
        value = {"yes": "true", "no": "false"}.get(answer, answer)
        radio = page.locator(f'input[type=radio][name="{item}"][value="{value}"]')
        if radio.count():
            radio.check(force=True)
            continue
        control = page.locator(f'[name="{item}"]')
        control.wait_for(state="visible")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(answer)


def take_picture(page: Page, folder: Path, name: str) -> None:
    """The whole page, wide and narrow."""
    for viewport in (NARROW, WIDE):
        page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=folder / f"{name}-{viewport['width']}.png", full_page=True)
