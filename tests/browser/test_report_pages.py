"""The report before a reader: no page runs off the side, an event opens by its link alone, and axe finds nothing."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.axe import violations
from tests.browser.people import NARROW, WIDE
from tests.thorough import IS_THOROUGH

# Of hundreds of rows that are made alike axe says of all what it says of some, and looks at them for minutes.
# So some of each shape are left, and those are looked at on a narrow screen; where all is tried, all on both.
MOST_ALIKE = 6
SHORTEN = """most => {
  const shape = (one) => one.outerHTML.replace(/>[^<]*</g, "><").replace(/ (?!class|lang|role)[a-z-]+="[^"]*"/g, "");
  for (const parent of [...document.querySelectorAll("tbody, ul, ol"), ...new Set([...document.querySelectorAll("article.event")].map((one) => one.parentElement))]) {
    const counts = new Map();
    for (const child of [...parent.children]) {
      const count = (counts.get(shape(child)) ?? 0) + 1;
      counts.set(shape(child), count);
      if (count > most && !child.matches(":target")) child.remove();
    }
  }
}"""

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.unmeasured]


@pytest.fixture(scope="module")
def report(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "report"
    words = [sys.executable, "-m", "trialwright", "report", str(demo_data), "-o", str(out)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (out / "index.html").exists(), done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Page:
    """A browser that runs no script of the pages."""
    return chromium.new_context(java_script_enabled=False).new_page()


def longest(report: Path, folder: str) -> Path:
    return max((report / folder).glob("*.html"), key=lambda path: path.stat().st_size)


def test_an_event_is_one_line_until_its_link_opens_it(reader: Page, report: Path) -> None:
    events = longest(report, "events").as_uri()

    reader.goto(events)
    assert not reader.locator("article .more >> visible=true").count()
    reader.goto(f"{events}#e-2")
    assert reader.locator("#e-2 .more dl").is_visible()
    assert reader.locator("article .more >> visible=true").count() == 1

    reader.locator("#e-3 h3 a").click()
    assert (reader.locator("#e-2 .more").is_visible(), reader.locator("#e-3 .more").is_visible()) == (
        False,
        True,
    )
    reader.locator("#e-3 .close a").click()
    assert not reader.locator("article .more >> visible=true").count()


def test_all_events_open_and_close_at_once(reader: Page, report: Path) -> None:
    reader.goto(longest(report, "events").as_uri())
    events = reader.locator("article.event").count()

    reader.locator(".openers a.open").click()
    assert reader.locator("article .more >> visible=true").count() == events > 50
    reader.locator(".openers a.close").click()
    assert not reader.locator("article .more >> visible=true").count()


@pytest.mark.parametrize("name", ["index", "report", "events", "participants", "flow", "primary"])
def test_axe_finds_nothing_and_no_page_runs_off_the_side(chromium: Browser, report: Path, name: str) -> None:
    paths = {one: report / f"{one}.html" for one in ("index", "report")} | {
        one: report / f"analysis/{one}.html" for one in ("flow", "primary")
    }
    path = paths[name] if name in paths else longest(report, name)
    page = chromium.new_page()

    page.goto(path.as_uri() + ("#e-5" if name == "events" else ""))

    for viewport in (WIDE, NARROW):
        page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        if IS_THOROUGH:
            assert not violations(page)
    page.evaluate(SHORTEN, MOST_ALIKE)
    assert not violations(page)
    page.close()
