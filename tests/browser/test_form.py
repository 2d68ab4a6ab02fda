"""What a form's page does by itself: without scripts, without a network, by keys, and while somebody types."""

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests.browser.people import STUDY, fill, open_context, sign_in
from tests.browser.test_axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def desk(chromium: Browser, server: str) -> BrowserContext:
    """A coordinator who signed in once for all tests of this module."""
    context = open_context(chromium, server)
    sign_in(context, server, "coordinator").close()
    return context


@pytest.fixture
def form(desk: BrowserContext, server: str) -> Iterator[Page]:
    """The page of an open form of a participant who was just screened."""
    page = desk.new_page()
    screen(page, server)
    yield page
    page.close()


def screen(page: Page, server: str) -> None:
    page.goto(f"{server}/studies/{STUDY}/participants/screen")
    page.locator("form.narrow button").click()
    page.wait_for_url("**/participants/*/")
    participant = page.url
    page.goto(f"{participant}visits/SCR/")
    fill(page, {"date": "2026-01-15", "contact": "site"})
    page.locator("main form button.govuk-button").click()
    page.goto(f"{participant}visits/-/forms/demography/0/?at=SCR")


def test_a_form_is_saved_without_scripts(chromium: Browser, server: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{server}/sign-in")
    page.locator('button.door[data-role="coordinator"]').click()
    screen(page, server)
    page.locator("#f-birth_date").fill("Mar-1990")
    page.locator('input[name="sex"][value="male"]').check()
    page.locator("#f-height").fill("176")
    page.locator('.btns button[value="stay"]').click()

    expect(page.locator(".strip")).to_contain_text("Complete")


def test_an_item_appears_once_it_is_asked(form: Page) -> None:
    expect(form.locator('[data-item="childbearing_potential"]')).to_be_hidden()

    fill(form, {"sex": "female"})

    expect(form.locator('[data-item="childbearing_potential"]')).to_be_visible()
    expect(form.locator("[data-left]").first).to_contain_text("3 items")


def test_a_draft_outlives_the_page(form: Page) -> None:
    fill(form, {"height": "176"})
    expect(form.locator("#draft-state")).to_contain_text("Draft saved")

    form.reload()

    expect(form.locator("#f-height")).to_have_value("176")
    expect(form.locator("main")).to_contain_text("A draft of yours")


def test_without_a_network_the_page_says_that_nothing_is_saved(form: Page) -> None:
    form.context.set_offline(True)
    fill(form, {"height": "176"})

    expect(form.locator("#draft-state")).to_contain_text("Not saved – keep this page open")
    form.context.set_offline(False)
    expect(form.locator("#draft-state")).to_contain_text("Draft saved", timeout=20_000)


def test_a_reason_takes_the_place_of_the_dots_and_of_the_value(form: Page) -> None:
    fill(form, {"height": "176"})
    box = form.locator('[data-item="height"] details')
    box.locator("summary").click()
    box.get_by_label("Refused").check()

    expect(box.locator("summary")).to_contain_text("Refused")
    expect(form.locator("#f-height")).to_have_value("")


def test_the_list_of_keys_opens_by_its_key_and_closes(form: Page) -> None:
    form.locator("h1").click()
    form.keyboard.press("?")

    expect(form.locator("#keys")).to_be_visible()
    form.keyboard.press("Escape")
    expect(form.locator("#keys")).to_be_hidden()


def test_keys_go_where_the_links_in_sight_go(form: Page) -> None:
    form.locator("h1").click()
    for second, address in (("p", "/participants/"), ("q", "/queries/"), ("w", f"/studies/{STUDY}/")):
        form.keyboard.press("g")
        form.keyboard.press(second)
        form.wait_for_url(f"**{address}")
    form.keyboard.press("/")
    form.wait_for_url("**/participants/#f-find")

    expect(form.locator("#f-find")).to_be_focused()


def test_no_key_works_while_somebody_types(form: Page) -> None:
    here = form.url
    form.locator("#f-height").focus()
    form.keyboard.type("g/?p")

    expect(form.locator("#f-height")).to_have_value("g/?p")
    expect(form.locator("#keys")).to_be_hidden()
    assert form.url == here


def test_single_keys_can_be_switched_off_and_stay_so(form: Page) -> None:
    form.locator("#keys-open").click()
    expect(form.locator("#keys")).to_contain_text("find a participant")
    assert not violations(form)
    form.locator("#keys-on").uncheck()
    form.keyboard.press("Escape")
    form.reload()
    form.locator("h1").click()
    form.keyboard.press("?")

    expect(form.locator("#keys")).to_be_hidden()
    form.locator("#keys-open").click()
    form.locator("#keys-on").check()
    form.locator("#keys-close").click()
    form.keyboard.press("?")
    expect(form.locator("#keys")).to_be_visible()


def test_answers_on_eligibility_that_were_not_saved_are_shown_again(
    form: Page, chromium: Browser, server: str
) -> None:
    participant = form.url.split("/visits/")[0]
    page = sign_in(open_context(chromium, server), server, "investigator")
    page.goto(f"{participant}/visits/SCR/eligibility")
    fill(page, {"i3": "yes", "e8": "no", "date": "the day after"})
    page.locator('button[name="decide"][value="eligible"]').click()

    expect(page.locator("#problems")).to_be_visible()
    expect(page.locator('input[name="i3"][value="true"]')).to_be_checked()
    expect(page.locator('input[name="e8"][value="false"]')).to_be_checked()
    expect(page.locator("#f-date")).to_have_value("the day after")


def test_two_minutes_before_the_end_of_a_session_somebody_may_stay(form: Page) -> None:
    left = {"idle": 100, "whole": 5000}  # the server would only say so after thirteen minutes
    form.route("**/session", lambda route: _answer(route, left))
    form.reload()
    warning = form.locator("#session")
    expect(warning).to_be_visible()
    expect(warning).to_contain_text("Nothing was done here for a while")

    left["idle"] = 900
    form.get_by_role("button", name="Stay signed in").click()

    expect(warning).to_be_hidden()


def test_a_page_says_that_the_session_is_over(form: Page) -> None:
    form.route("**/session", lambda route: route.fulfill(status=401, json={"signed_in": False}))
    form.reload()

    expect(form.locator("#session-over [data-kept]")).to_be_visible()
    expect(form.locator("#session-over [data-lost]")).to_be_hidden()


def test_a_page_without_drafts_says_that_nothing_typed_is_kept(form: Page) -> None:
    form.route("**/session", lambda route: route.fulfill(status=401, json={"signed_in": False}))
    form.goto(form.url.split("/visits/")[0] + "/visits/SCR/")

    expect(form.locator("#session-over [data-lost]")).to_be_visible()
    expect(form.locator("#session-over [data-kept]")).to_be_hidden()


def _answer(route: Route, left: Mapping[str, int]) -> None:
    """Asking is answered by the test; staying goes on to the server."""
    if route.request.method == "GET":
        route.fulfill(json=dict(left))
    else:
        route.continue_()


def test_the_last_answer_is_kept_however_fast_one_leaves(form: Page) -> None:
    address = form.url
    form.locator("#f-height").fill("176")
    form.get_by_role("link", name="Work list").click()
    form.wait_for_url("**/studies/*/")
    form.goto(address)

    expect(form.locator("#f-height")).to_have_value("176")


def test_the_last_answer_is_kept_when_the_page_is_closed(form: Page) -> None:
    address = form.url
    form.locator("#f-height").fill("176")
    form.goto("about:blank")

    # What a page sends while it closes is in no order with what the next one asks for.
    seen = iter(opened_again(form, address) for _ in range(20))
    assert any(value == "176" for value in seen)


def opened_again(form: Page, address: str) -> str:
    form.wait_for_timeout(100)
    form.goto(address)
    return form.locator("#f-height").input_value()


def test_after_a_save_no_draft_is_left(form: Page) -> None:
    fill(form, {"height": "176", "sex": "male"})
    form.locator('.btns button[value="stay"]').click()
    form.wait_for_load_state()
    form.reload()

    expect(form.locator("#f-height")).to_have_value("176")
    expect(form.locator(".said", has_text="A draft of yours")).to_have_count(0)


def test_what_was_typed_outlives_the_session(chromium: Browser, server: str) -> None:
    context = open_context(chromium, server)
    page = sign_in(context, server, "coordinator")
    screen(page, server)
    address = page.url
    context.clear_cookies(name="session")
    page.locator("#f-height").fill("176")
    expect(page.locator("#draft-state")).to_contain_text("kept until you sign in again")
    expect(page.locator("#session-over")).to_be_visible()
    page.get_by_role("link", name="Sign in again").click()
    expect(page.locator("main")).to_contain_text("Your session ended. What you entered is kept")
    page.locator('button.door[data-role="coordinator"]').click()
    page.wait_for_url(address)

    expect(page.locator("#f-height")).to_have_value("176")
    expect(page.locator("main")).to_contain_text("A draft of yours stands in the fields")
