"""For each route of the URL table the pages that a person can meet there: filled, empty, in error, denied."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver
from playwright.sync_api import Page
from tests.browser.people import STUDY, fill

State = str  # "filled", "empty", "error", "denied"
Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Known:
    """Participants that the pages are looked at with: one at the end of the trial, one just screened; a query."""

    full: str
    new: str
    query: str
    kept: str = "k"  # who keeps a diary
    aside: str = "e"  # one of their entries that was kept aside
    phone: str = "d"  # a phone of theirs
    day: str = "2026-01-01"  # on which nothing was answered
    deviation: str = "p/deviations/c/-/0/"  # the page of one


@dataclass(frozen=True, slots=True)
class Visit:
    """How a state of a route is reached: an address, the role, and what is done there."""

    address: str
    role: str = "coordinator"
    act: Act | None = None
    lands: str = "#problems"  # what is seen once it was done
    status: int = 200


SEND = "main form button.govuk-button"

# Routes without a page of their own, and why.
WITHOUT_PAGE: Mapping[str, str] = {
    "start": "leads on to the work list or the sign-in",
    "demo-sign-in": "takes a POST and leads on",
    "sign-out": "takes a POST and leads on",
    "language": "takes a POST and leads back",
    "session": "answers session.js with JSON",
    "earlier": "takes a POST and leads back to the form, whose page shows the scores then",
    "draft": "answers form.js with JSON",
    "preview": "answers form.js with JSON",
    "diary": "the phone's app: its screens are made by scripts, and test_phone_screens.py looks at each",
    "diary-worker": "a script",
    "diary-app": "a script or the styles of the phone's app",
    "diary-manifest": "read by the browser that installs the app",
    "diary-rules": "a script",
    "diary-join": "answers the phone's app with JSON",
    "diary-photo": "answers the phone's app with JSON",
    "photo-image": "gives a picture, which the pages of photos show",
    "diary-sync": "answers the phone's app with JSON",
    "diary-history": "answers the phone's app with JSON",
    "diary-settings": "answers the phone's app with JSON",
    "diary-push": "answers the phone's app with JSON",
    "diary-reminders": "gives the phone's app a file",
    "diary-calendar": "gives a file for the calendar of a phone",
    "told-ahead": "answers form.js with JSON",
}


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Names of all routes of a URL table."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def press(button: str) -> Act:
    """button: a selector, for its words differ by language."""
    return lambda page: page.locator(button).first.click()


def enter(button: str, **answers: str) -> Act:
    def act(page: Page) -> None:
        fill(page, answers)
        press(button)(page)

    return act


def cases(known: Known) -> Mapping[str, Mapping[State, Visit]]:
    study = f"/studies/{STUDY}"
    full, new = f"{study}/participants/{known.full}", f"{study}/participants/{known.new}"
    diary, missing = f"{study}/participants/{known.kept}/diary/", f"{study}/participants/nobody"
    grid, log = "visits/W0/forms/pasi/0", "visits/W0/lists/adverse_event"
    row = "visits/-/forms/adverse_event/1"
    return {
        "sign-in": {
            "filled": Visit("/sign-in", role=""),
            "empty": Visit(f"/sign-in?next={study}/", role=""),
            "error": Visit("/sign-in", role="", act=_wrong_password),
            "denied": Visit("/sign-in/nothing", role="", status=404),
        },
        "role": {
            "filled": Visit("/role", role="sponsor"),  # the demo's sponsor holds another role besides
            "empty": Visit(f"/role?next={study}/"),
            "error": Visit("/role/nothing", role="sponsor", status=404),
            "denied": Visit("/role", role=""),
        },
        "registry": {
            "filled": Visit(f"/registry/{STUDY}/", role=""),
            "empty": Visit(f"/registry/{STUDY}/", role="administrator"),
            "error": Visit("/registry/NONE/", role="", status=404),
            "denied": Visit("/registry/NONE/", role="monitor", status=404),
        },
        "home": {
            "filled": Visit(f"{study}/"),
            "empty": Visit(f"{study}/", role="administrator"),
            "error": Visit("/studies/NONE/", status=404),
            "denied": Visit("/studies/NONE/", role="administrator", status=404),
        },
        "participants": {
            "filled": Visit(f"{study}/participants/"),
            "empty": Visit(f"{study}/participants/?find=zzz"),
            "error": Visit(f"{study}/participants/nothing/at/all", status=404),
            "denied": Visit(f"{study}/participants/", role="administrator", status=403),
        },
        "screen": {
            "filled": Visit(f"{study}/participants/screen"),
            "empty": Visit(f"{study}/participants/screen", role="investigator"),
            "error": Visit(f"{study}/participants/screen", act=enter(SEND, code="?!")),
            "denied": Visit(f"{study}/participants/screen", role="monitor", status=403),
        },
        "participant": {
            "filled": Visit(f"{full}/"),
            "empty": Visit(f"{new}/"),
            "error": Visit(f"{missing}/", status=404),
            "denied": Visit(f"{full}/", role="administrator", status=403),
        },
        "visit": {
            "filled": Visit(f"{full}/visits/W0/"),
            "empty": Visit(f"{new}/visits/W0/"),
            "error": Visit(f"{new}/visits/SCR/", act=enter(SEND, date="not a date")),
            "denied": Visit(f"{full}/visits/W0/", role="administrator", status=403),
        },
        "form": {
            "filled": Visit(f"{full}/{grid}/"),
            "empty": Visit(f"{new}/visits/-/forms/history/0/?at=SCR"),
            "error": Visit(
                f"{new}/visits/-/forms/demography/0/?at=SCR",
                act=enter('.btns button[value="stay"]', height="tall"),
            ),
            "denied": Visit(f"{full}/{grid}/", role="administrator", status=403),
        },
        "log": {
            "filled": Visit(f"{full}/{log}"),
            "empty": Visit(f"{new}/visits/SCR/lists/con_med"),
            "error": Visit(f"{full}/visits/SCR/lists/adverse_event", act=_change_gate),
            "denied": Visit(f"{full}/{log}", role="administrator", status=403),
        },
        "remove": {
            "filled": Visit(f"{full}/{row}/remove?at=W0"),
            "empty": Visit(f"{full}/visits/-/forms/con_med/1/remove"),
            "error": Visit(f"{full}/{row}/remove", act=press(SEND)),
            "denied": Visit(f"{full}/{row}/remove", role="monitor", status=403),
        },
        "history": {
            "filled": Visit(f"{full}/{grid}/history"),
            "empty": Visit(f"{new}/visits/-/forms/history/0/history"),
            "error": Visit(f"{full}/visits/W99/forms/pasi/0/history", status=404),
            "denied": Visit(f"{full}/{grid}/history", role="administrator", status=403),
        },
        "eligibility": {
            "filled": Visit(f"{full}/visits/SCR/eligibility", role="investigator"),
            "empty": Visit(f"{new}/visits/SCR/eligibility"),
            "error": Visit(f"{new}/visits/SCR/eligibility", role="investigator", act=_decide_early),
            "denied": Visit(f"{full}/visits/SCR/eligibility", role="administrator", status=403),
        },
        "participant-diary": {
            "filled": Visit(f"{full}/diary/"),
            "empty": Visit(diary),  # no weekly score; a phone, and what waits to be looked at
            "error": Visit(f"{missing}/diary/", status=404),
            "denied": Visit(f"{full}/diary/", role="administrator", status=403),
        },
        "invite-phone": {
            "filled": Visit(f"{new}/diary/invite"),
            "empty": Visit(f"{new}/diary/invite", act=enter(SEND, year="1980"), lands="main code"),
            "error": Visit(f"{new}/diary/invite", act=enter(SEND, year="80")),
            "denied": Visit(f"{new}/diary/invite", role="monitor", status=403),
        },
        "revoke-phone": {
            "filled": Visit(f"{diary}phones/{known.phone}/revoke"),
            "empty": Visit(f"{diary}phones/nobody/revoke", status=404),
            "error": Visit(f"{diary}phones/{known.phone}/revoke", act=press(SEND)),
            "denied": Visit(f"{diary}phones/{known.phone}/revoke", role="investigator", status=403),
        },
        "release-entry": {
            "filled": Visit(f"{diary}entries/{known.aside}/release"),
            "empty": Visit(f"{diary}entries/nothing/release", status=404),
            "error": Visit(f"{diary}entries/{known.aside}/release", act=press("main .btns button")),
            "denied": Visit(f"{diary}entries/{known.aside}/release", role="monitor", status=403),
        },
        "diary-sheet": {
            "filled": Visit(f"{full}/diary/sheet"),
            "empty": Visit(f"{diary}sheet"),
            "error": Visit(f"{missing}/diary/sheet", status=404),
            "denied": Visit(f"{diary}sheet", role="administrator", status=403),
        },
        "blank-sheet": {
            "filled": Visit(f"{study}/diary/sheet"),
            "empty": Visit(f"{study}/diary/sheet", role="monitor"),
            "error": Visit("/studies/NONE/diary/sheet", status=404),
            "denied": Visit(f"{study}/diary/sheet", role="administrator", status=403),
        },
        "told-choice": {
            "filled": Visit(f"{diary}told?form=diary_day&day={known.day}"),
            "empty": Visit(f"{new}/diary/told"),
            "error": Visit(f"{diary}told", act=press(SEND)),
            "denied": Visit(f"{diary}told", role="monitor", status=403),
        },
        "told": {
            "filled": Visit(f"{diary}told/telephone/diary_day/-/{known.day}/"),
            "empty": Visit(f"{diary}told/paper/diary_report/-/{known.day}/"),
            "error": Visit(f"{diary}told/paper/diary_day/-/{known.day}/", act=press(SEND)),
            "denied": Visit(f"{diary}told/paper/diary_day/-/{known.day}/", role="monitor", status=403),
        },
        "enrol": {
            "filled": Visit(f"{full}/enrol"),
            "empty": Visit(f"{new}/enrol"),
            "error": Visit(f"{missing}/enrol", status=404),
            "denied": Visit(f"{full}/enrol", role="monitor", status=403),
        },
        "contact": {
            "filled": Visit(f"{full}/contact"),
            "empty": Visit(f"{new}/contact"),
            "error": Visit(f"{new}/contact", act=enter(SEND, phone="138", email="nobody")),
            "denied": Visit(f"{full}/contact", role="monitor", status=403),
        },
        "messages": {
            "filled": Visit(f"{study}/messages/"),
            "empty": Visit(f"{study}/messages/?page=9"),
            "error": Visit(f"{study}/messages/nothing", status=404),
            "denied": Visit(f"{study}/messages/", role="monitor", status=403),
        },
        "progress": {
            "filled": Visit(f"{study}/progress/"),
            "empty": Visit(f"{study}/progress/", role="sponsor"),
            "error": Visit(f"{study}/progress/nothing", status=404),
            "denied": Visit(f"{study}/progress/", role="administrator", status=403),
        },
        "results": {
            "filled": Visit(
                f"{study}/progress/results",
                role="statistician",
                act=enter(SEND, **{"reason": "Board"}),
                lands="main table",
            ),
            "empty": Visit(f"{study}/progress/results", role="statistician"),
            "error": Visit(f"{study}/progress/results", role="statistician", act=press(SEND)),
            "denied": Visit(f"{study}/progress/results", status=403),
        },
        "review": {
            "filled": Visit(f"{study}/review/", role="data_manager"),
            "empty": Visit(f"{study}/review/?show=not_important", role="data_manager"),
            "error": Visit(f"{study}/review/nothing", role="data_manager", status=404),
            "denied": Visit(f"{study}/review/", role="administrator", status=403),
        },
        "class-deviation": {
            "filled": Visit(f"{study}/participants/{known.deviation}", role="data_manager"),
            "empty": Visit(f"{study}/participants/{known.deviation}"),  # who may only look
            "error": Visit(f"{study}/participants/{known.deviation}", role="data_manager", act=press(SEND)),
            "denied": Visit(f"{study}/participants/{known.deviation}", role="administrator", status=403),
        },
        "review-sets": {
            "filled": Visit(f"{study}/review/sets/", role="data_manager"),
            "empty": Visit(f"{study}/review/sets/"),
            "error": Visit(f"{study}/review/sets/full/nothing", role="data_manager", status=404),
            "denied": Visit(f"{study}/review/sets/", role="administrator", status=403),
        },
        "decide-set": {
            "filled": Visit(f"{study}/review/sets/full/?participant={known.full}", role="data_manager"),
            "empty": Visit(f"{study}/review/sets/full/", role="data_manager"),
            "error": Visit(
                f"{study}/review/sets/full/?participant={known.full}", role="data_manager", act=press(SEND)
            ),
            "denied": Visit(f"{study}/review/sets/full/", status=403),
        },
        "silent": {
            "filled": Visit(f"{study}/silent/", role="monitor"),
            "empty": Visit(f"{study}/silent/?page=9"),
            "error": Visit(f"{study}/silent/nothing", status=404),
            "denied": Visit(f"{study}/silent/", role="administrator", status=403),
        },
        "photos": {
            "filled": Visit(f"{full}/photos/"),
            "empty": Visit(f"{new}/photos/"),
            "error": Visit(f"{missing}/photos/", status=404),
            "denied": Visit(f"{full}/photos/", role="administrator", status=403),
        },
        "add-photo": {
            "filled": Visit(f"{full}/photos/add?visit=W4&region=arms_back"),
            "empty": Visit(f"{new}/photos/add"),
            "error": Visit(f"{full}/photos/add", act=press(SEND)),
            "denied": Visit(f"{full}/photos/add", role="monitor", status=403),
        },
        "photo": {
            "filled": Visit(f"{full}/photos/ph-axe/"),
            "empty": Visit(f"{full}/photos/ph-gone/"),
            "error": Visit(f"{full}/photos/nothing/", status=404),
            "denied": Visit(f"{full}/photos/ph-axe/", role="administrator", status=403),
        },
        "remove-photo": {
            "filled": Visit(f"{full}/photos/ph-axe/remove"),
            "empty": Visit(f"{full}/photos/ph-gone/remove", status=404),
            "error": Visit(f"{full}/photos/ph-axe/remove", act=press(SEND)),
            "denied": Visit(f"{full}/photos/ph-axe/remove", role="monitor", status=403),
        },
        "queries": {
            "filled": Visit(f"{study}/queries/?state=open"),
            "empty": Visit(f"{study}/queries/?state=answered&participant=nobody"),
            "error": Visit(f"{study}/queries/nothing", status=404),
            "denied": Visit(f"{study}/queries/", role="administrator", status=403),
        },
        "query": {
            "filled": Visit(f"{full}/queries/{known.query}"),
            "empty": Visit(f"{full}/queries/{known.query}", role="statistician"),
            "error": Visit(f"{full}/queries/{known.query}", act=press('button[value="answer"]')),
            "denied": Visit(f"{full}/queries/{known.query}", role="administrator", status=403),
        },
        "ask": {
            "filled": Visit(f"{full}/{grid}/ask", role="monitor"),
            "empty": Visit(f"{full}/visits/-/forms/history/0/ask", role="monitor"),
            "error": Visit(f"{full}/{grid}/ask", role="monitor", act=press(SEND)),
            "denied": Visit(f"{full}/{grid}/ask", status=403),
        },
    }


def _wrong_password(page: Page) -> None:
    page.locator("details summary").first.click()
    fill(page, {"login": "somebody", "password": "not the password"})
    page.locator("form.narrow button").click()


def _change_gate(page: Page) -> None:
    """Another answer without a reason for the change."""
    other = "false" if page.locator('input[name="gate"][value="true"]').is_checked() else "true"
    fill(page, {"gate": other})
    page.locator("form.card button.govuk-button").click()


def _decide_early(page: Page) -> None:
    page.locator('button[name="decide"][value="eligible"]').click()
