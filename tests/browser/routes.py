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


@dataclass(frozen=True, slots=True)
class Visit:
    """How a state of a route is reached: an address, the role, and what is done there."""

    address: str
    role: str = "coordinator"
    act: Act | None = None
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
    missing = f"{study}/participants/nobody"
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
        "enrol": {
            "filled": Visit(f"{full}/enrol"),
            "empty": Visit(f"{new}/enrol"),
            "error": Visit(f"{missing}/enrol", status=404),
            "denied": Visit(f"{full}/enrol", role="monitor", status=403),
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
