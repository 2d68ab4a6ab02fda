"""axe finds nothing on any page: each route filled, empty, in error and denied, in both languages, wide and narrow."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from tests.browser.people import NARROW, STUDY, WIDE, open_context, sign_in
from tests.browser.routes import WITHOUT_PAGE, Known, Visit, cases, names

from trialwright.web.urls import urlpatterns

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STATES = ("filled", "empty", "error", "denied")
ROUTES = sorted(set(names(urlpatterns)) - set(WITHOUT_PAGE))
AXE_SCRIPT = Axe().axe_script
AXE = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
ANYBODY = Known("p", "p", "q")

PREPARE = """
import json, sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from trialwright.store.folder import open_data
open_data(Path(sys.argv[1]))
from trialwright.ledger.commands import Moment, OpenQuery, SaveForm, ScreenParticipant, Typed
from trialwright.store.accounts import accounts_of, actors_of, grant
from trialwright.store.casebooks import load
from trialwright.store.people import Wanted, page_of_participants
from trialwright.store.submit import submit
study = sys.argv[2]
actors = {actor.role: actor for account in accounts_of(study) for actor in actors_of(account, study)}
now = datetime.now(UTC)
at = Moment(now, now.date())
full = page_of_participants(study, Wanted())[0]
submit(study, OpenQuery("axe-1", full, "q-axe", "W0", "pasi", 0, "assessor", "Who assessed?"), by=actors["monitor"], at=at)
site = load(study, full).site
submit(study, ScreenParticipant("axe-2", "p-axe", site, ""), by=actors["coordinator"], at=at)
day = (now.date() - timedelta(days=3)).isoformat()
items = {"date": Typed(day), "contact": Typed("site")}
submit(study, SaveForm("axe-3", "p-axe", "SCR", "visit", 0, items, 0), by=actors["coordinator"], at=at)
assert grant(study, actors["sponsor"].account, "pharmacist", "", by=actors["administrator"], at=at) is None
print(json.dumps([full, "p-axe", "q-axe"]))
"""


@pytest.fixture(scope="module")
def known(demo_data: Path) -> Known:
    done = subprocess.run(
        [sys.executable, "-c", PREPARE, str(demo_data), STUDY], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Known(*json.loads(done.stdout))


class Desks:
    """One signed-in browser window a role and language."""

    def __init__(self, browser: Browser, server: str) -> None:
        self.browser, self.server = browser, server
        self.pages: dict[tuple[str, str], Page] = {}

    def page(self, role: str, language: str) -> Page:
        key = (role, language)
        if key not in self.pages:
            context: BrowserContext = open_context(self.browser, self.server, language=language)
            self.pages[key] = sign_in(context, self.server, role) if role else context.new_page()
        return self.pages[key]


@pytest.fixture(scope="module")
def desks(chromium: Browser, server: str) -> Desks:
    return Desks(chromium, server)


def test_every_route_has_its_cases() -> None:
    found = cases(ANYBODY)

    assert set(found) == set(ROUTES)
    assert all(tuple(states) == STATES for states in found.values())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("route", ROUTES)
def test_axe_finds_nothing(desks: Desks, known: Known, route: str, state: str, language: str) -> None:
    visit = cases(known)[route][state]
    page = desks.page(visit.role, language)

    go(page, desks.server, visit)

    assert page.locator("html").get_attribute("lang") == {"en": "en", "zh-hans": "zh-Hans"}[language]
    for viewport in (WIDE, NARROW):
        page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], (
            "the page runs off the side"
        )
        assert not violations(page)


def go(page: Page, server: str, visit: Visit) -> None:
    page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    answer = page.goto(server + visit.address)
    assert answer is not None
    assert answer.status == visit.status, page.locator("main").inner_text()
    if visit.act is not None:
        visit.act(page)
        page.locator("#problems").wait_for()


def violations(page: Page) -> list[str]:
    """The script goes into a page once and looks at it in both widths."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(document, options)", AXE)
    return [
        f"{one['id']}: {one['help']} – {node['html'][:200]} – {node.get('failureSummary', '')[:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
