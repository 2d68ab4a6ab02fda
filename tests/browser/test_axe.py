"""axe finds nothing on any page: each route filled, empty, in error and denied, in both languages, wide and narrow; of
that a part unless all is tried."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.browser.axe import violations
from tests.browser.people import NARROW, STUDY, WIDE, open_context, sign_in
from tests.browser.routes import WITHOUT_PAGE, Known, Visit, cases, names
from tests.thorough import IS_THOROUGH

from trialwright.web.urls import urlpatterns

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.unmeasured]

STATES = ("filled", "empty", "error", "denied")
# In Chinese the words differ and not what stands where: unless all is tried, each route is looked at once.
LOOKED_AT = [
    (state, language)
    for language in ("en", "zh-hans")
    for state in STATES
    if IS_THOROUGH or language == "en" or state == "filled"
]
# So is it with the two widths of a page that is empty or says what is wrong.
LOOKED_AT_WIDE = LOOKED_AT if IS_THOROUGH else [("filled", "en")]
ROUTES = sorted(set(names(urlpatterns)) - set(WITHOUT_PAGE))
ANYBODY = Known("p", "p", "q")

PREPARE = """
import json, sys
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from trialwright.store.folder import open_data
open_data(Path(sys.argv[1]))
from trialwright.ledger.commands import EnterDiary, InviteDevice, JoinDevice, Moment, OpenQuery, RevokeDevice
from trialwright.ledger.commands import AddPhoto, ClassDeviation, DecideSet, RemovePhoto, SaveForm
from trialwright.ledger.commands import ScreenParticipant, Typed
from trialwright.ledger.rights import participant_actor
from trialwright.store.accounts import accounts_of, actors_of, grant
from trialwright.store.casebooks import load
from trialwright.store.contacts import Contact, keep_contact
from trialwright.store.outbox import Outgoing, plan, settle
from trialwright.store.people import Wanted, page_of_participants
from trialwright.store.photos import add_photo, remove_photo
from trialwright.store.picture import keep_picture
from trialwright.store.submit import submit
from PIL import Image
study = sys.argv[2]
actors = {actor.role: actor for account in accounts_of(study) for actor in actors_of(account, study)}
now = datetime.now(UTC)
at = Moment(now, now.date())
full = page_of_participants(study, Wanted())[0]
submit(study, OpenQuery("axe-1", full, "q-axe", "W0", "pasi", 0, "assessor", "Who assessed?"), by=actors["monitor"], at=at)
site = load(study, full).site
submit(study, ScreenParticipant("axe-2", "p-axe", site, ""), by=actors["coordinator"], at=at)
day = (now.date() - timedelta(days=5)).isoformat()
items = {"date": Typed(day), "contact": Typed("site")}
submit(study, SaveForm("axe-3", "p-axe", "SCR", "visit", 0, items, 0), by=actors["coordinator"], at=at)
assert grant(study, actors["sponsor"].account, "pharmacist", "", by=actors["administrator"], at=at) is None
keep_contact(study, full, Contact(phone="+8613800138000", channel="sms"), by="axe", at=now)
ways = (("sms", "+8613800138000", "sent", ""), ("screen", "", "sent", ""), ("email", "li@home.example", "unsure", "gateway-unsure"))
for way, address, state, note in ways:
    text = "Your diary is open until 12:00 tomorrow."
    one = Outgoing(way, study, full, way, address, "Your diary", text, (), datetime(2026, 3, 5, 20), now)
    plan([one], at=now)
    settle(one, state, at=now, note=note)
def enter(name, participant, day, answers, form="diary_day", **more):
    entered = datetime.fromisoformat(f"{day}T20:15:00+08:00")
    items = {item: Typed(text) for item, text in answers.items()}
    by = participant_actor(participant, site) if "device" in more else actors["coordinator"]
    command = EnterDiary(name, participant, form, "", day.isoformat(), items, entered, **more)
    done = submit(study, command, by=by, at=at)
    assert not done.problems, [one.text for one in done.problems]
usual = {"itch": "4", "pain": "2", "tightness": "3", "sleep": "1"}
# somebody in screening, with a phone
submit(study, ScreenParticipant("axe-4", "p-kept", site, ""), by=actors["coordinator"], at=at)
begin = now.date() - timedelta(days=12)
items = {"date": Typed(begin.isoformat()), "contact": Typed("site")}
submit(study, SaveForm("axe-5", "p-kept", "SCR", "visit", 0, items, 0), by=actors["coordinator"], at=at)
for device in ("d-axe", "d-old"):
    invite = InviteDevice(f"axe-i-{device}", "p-kept", f"i-{device}", now + timedelta(hours=48))
    assert not submit(study, invite, by=actors["coordinator"], at=at).problems
    join = JoinDevice(f"axe-j-{device}", "p-kept", device, f"i-{device}")
    assert not submit(study, join, by=participant_actor("p-kept", site), at=at).problems
submit(study, RevokeDevice("axe-6", "p-kept", "d-old", "Lost."), by=actors["coordinator"], at=at)
drawing = '{"body":1,"area":"raster-1","strokes":[["b",5,[90,190,100,210]]]}'
for number, (form, day, answers) in enumerate([
    ("diary_day", 1, usual),
    ("diary_day", 2, usual | {"itch": "9"}),
    ("diary_day", 3, {"itch": "a lot", "pain": "2"}),
    ("diary_day", 5, usual),
    ("diary_week", 8, {"head_palms": "1", "drawing": drawing}),
], start=1):
    about = begin + timedelta(days=day - 1)
    enter(f"axe-e{number}", "p-kept", about, answers, form, device="d-axe", number=number + (number > 3), app="1.0.0")
enter("axe-e9", "p-kept", begin, usual, source="paper")
day = (begin + timedelta(days=5)).isoformat()
for number, (name, visit, region) in enumerate(
    [("ph-axe", "W0", "trunk_front"), ("ph-later", "W4", "trunk_front"), ("ph-gone", "W0", "legs_back")]
):
    file = BytesIO()
    Image.new("RGB", (640, 480 + number), "peru").save(file, "PNG")
    kept = keep_picture(file.getvalue())
    command = AddPhoto(name, full, visit, region, kept.picture)
    assert not add_photo(study, command, kept, by=actors["coordinator"], at=at).problems
remove = RemovePhoto("axe-gone", full, "ph-gone", "A face is seen.")
assert not remove_photo(study, remove, by=actors["coordinator"], at=at).problems
# a deviation of each class, and a decision on a set
consent = {"signed": Typed("yes"), "date": Typed(begin.isoformat()), "version": Typed("1.0"), "before_procedures": Typed("no")}
for who in ("p-kept", "p-axe"):
    saved = submit(study, SaveForm(f"axe-c-{who}", who, "", "consent", 0, consent, 0), by=actors["coordinator"], at=at)
    assert not saved.problems, [one.text for one in saved.problems]
late = "consent.not_before_procedures"
for command in (
    ClassDeviation("axe-d1", "p-kept", late, "", "consent", 0, "important", 0, "Blood was taken before."),
    DecideSet("axe-d2", full, "per_protocol", False, 0, "Took a prohibited drug."),
):
    done = submit(study, command, by=actors["data_manager"], at=at)
    assert not done.problems, [one.text for one in done.problems]
deviation = f"p-kept/deviations/{late}/-/0/"
print(json.dumps([full, "p-axe", "q-axe", "p-kept", "axe-e3", "d-axe", day, deviation]))
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


@pytest.mark.parametrize(("state", "language"), LOOKED_AT)
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
        if viewport is NARROW or (state, language) in LOOKED_AT_WIDE:
            assert not violations(page)


def go(page: Page, server: str, visit: Visit) -> None:
    page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    answer = page.goto(server + visit.address)
    assert answer is not None
    assert answer.status == visit.status, page.locator("main").inner_text()
    if visit.act is not None:
        visit.act(page)
        page.locator(visit.lands).first.wait_for()


def test_axe_finds_what_is_wrong(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<html lang='en'><title>x</title><main><h1>x</h1><img src='x.png'></main></html>")

    assert [one.split(":")[0] for one in violations(page)] == ["image-alt"]
    page.close()


# ------------------------------------------------------------------ a word without blanks, as long as a reason may be

# Where a page shows what somebody typed. In a table one cell at a time is long, else none would have room.
WRITE = """() => {
  const word = "x".repeat(498);
  const leaf = (one) => one.children.length === 0 && one.textContent.trim() && !one.closest("a, button, .st, .sp, .num, .nowrap, .govuk-visually-hidden");
  for (const one of document.querySelectorAll("main p, main dd, main li, main .note, main li > span")) if (leaf(one)) one.textContent = word;
  for (const table of document.querySelectorAll("main table.t")) {
    const cell = [...table.querySelectorAll("tbody td")].filter(leaf).at(-1);
    if (cell) cell.textContent = word;
  }
  const remarks = document.querySelector("table.diary td[data-l=Remarks]");
  if (remarks) remarks.innerHTML = `<ul class="plainly"><li>Reason: ${word}</li></ul>`;
}"""

BEYOND = """() => [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > innerWidth)
  .map((one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 20)}`).slice(0, 8).join("; ")"""


def wide_at(page: Page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 800})
    found = page.evaluate("document.documentElement.scrollWidth")
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("route", ROUTES)
def test_a_long_word_makes_no_page_wider(desks: Desks, known: Known, route: str) -> None:
    visit = cases(known)[route]["filled"]
    page = desks.page(visit.role, "en")
    go(page, desks.server, visit)
    widths = (WIDE["width"], NARROW["width"], 320)
    before = {width: wide_at(page, width) for width in widths}
    page.evaluate(WRITE)

    for width in widths:
        assert wide_at(page, width) <= max(width, before[width]), page.evaluate(BEYOND)
