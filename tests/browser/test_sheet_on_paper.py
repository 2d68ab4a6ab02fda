"""The paper sheet of a week as a printer gets it."""

import re

import pytest
from playwright.sync_api import Browser
from tests.browser.people import open_context, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_week_of_the_reference_diary_is_one_page_of_a4(server: str, chromium: Browser) -> None:
    context = open_context(chromium, server)
    page = sign_in(context, server, "coordinator")
    page.goto(f"{server}/studies/NCT06374979/diary/sheet")

    printed = page.pdf(format="A4", prefer_css_page_size=True)

    context.close()
    assert len(re.findall(rb"/Type /Page\b(?!s)", printed)) == 1
