"""Over plain http to another machine: one clear page in a real Chromium, in both languages, wide and narrow."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.axe import violations
from tests.browser.conftest import CHROMIUM
from tests.browser.people import NARROW, WIDE
from tests.diary.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "diary.hospital.test"


@pytest.fixture
def address(demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that is known by a name of another machine and speaks no https."""
    monkeypatch.setenv("TRIALWRIGHT_HOSTS", f"{NAME},127.0.0.1")
    monkeypatch.setenv("TRIALWRIGHT_PLAIN", "1")
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    with serving(data, workers=1) as port:
        yield f"http://{NAME}:{port}/diary/"


@pytest.mark.parametrize(
    ("language", "lang", "words"),
    [("en-GB", "en", "The diary needs a secure connection"), ("zh-CN", "zh-Hans", "日记需要安全连接")],
)
def test_the_page_says_why_there_is_no_diary(
    chromium: Browser, address: str, pictures: Path, language: str, lang: str, words: str
) -> None:
    browser = chromium.browser_type.launch(
        executable_path=str(CHROMIUM),
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--host-resolver-rules=MAP {NAME} 127.0.0.1"],
    )  # fmt: skip
    try:
        page = browser.new_context(locale=language).new_page()
        answer = page.goto(address)
        assert answer is not None and answer.status == 403
        assert page.locator("h1").inner_text() == words
        assert page.locator("html").get_attribute("lang") == lang
        assert page.locator("main a").get_attribute("href") == address.replace("http:", "https:")
        assert page.evaluate("window.isSecureContext") is False
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # its type is private
            page.screenshot(path=pictures / f"diary-plain-{lang}-{size['width']}.png")
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert not violations(page)
    finally:
        browser.close()
