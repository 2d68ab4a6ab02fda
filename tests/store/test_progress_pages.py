"""The pages of progress and of results to date, by HTTP: what they count, who sees them, what is written down."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker
from tests.spec.analysis_data import study_files
from tests.store.desk import NURSE, SCREENED, SEEN, Desk, at, dose, see_at_week_16

from trialwright.ledger.commands import ScreenParticipant
from trialwright.ledger.events_accounts import ResultsSeen

HOME = "/studies/TRIAL/progress/"
RESULTS = f"{HOME}results"
ROLES = b"""
rights:
  roles:          coordinator statistician sponsor administrator
  identity:       rw          .            .       .
  forms:          rwa         r            r       .
  eligibility:    rws         r            .       .
  adverse_events: r           r            .       .
  results:        .           r            .       .
  accounts:       .           .            .       w
"""
PEOPLE = {
    **{role: role for role in ("coordinator", "statistician", "sponsor", "administrator")},
    "second": "statistician",
}


@pytest.fixture
def pages(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """Two participants, of whom one was enrolled and is 90 % better at week 16; an account for each role."""
    from trialwright.store.accounts import NewAccount, create_account, grant
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data
    from trialwright.store.models import Account

    with django_db_blocker.unblock():
        data = create_data(tmp_path / "data", demo=True, seed=7)
        files = study_files() | {"roles.yaml": ROLES}
        files["analysis.yaml"] = files["analysis.yaml"].replace(
            b"{label: Stopped early, estimand: stop,",
            b"{label: Stopped early, topic: adverse events, estimand: stop,",
        )
        study = add_definition(files, {}, at=at(SCREENED).utc)
        activate(study.id, "S01", study.hash, by=NURSE, at=at(SCREENED))
        desk = Desk(study.id)
        desk.give(ScreenParticipant(desk.next_id(), "p2", "S01", "02"), SCREENED)
        dose(desk)
        see_at_week_16(desk)
        for login, role in PEOPLE.items():
            account = create_account(
                study.id, NewAccount(login, "", login.title(), "Hospital"), by=NURSE, at=at(SEEN)
            )
            assert isinstance(account, Account)
            assert grant(study.id, account.id, role, "", by=NURSE, at=at(SEEN)) is None
        yield data
        from django.db import connections

        connections.close_all()


def client(role: str, language: str = "en") -> Client:
    from trialwright.store.models import Account
    from trialwright.web.entrance.views import BACKEND

    made = Client(headers={"host": "127.0.0.1"})
    made.cookies["django_language"] = language
    made.force_login(Account.objects.get(login_key=role), backend=BACKEND)
    return made


def cells(page: str, title: str) -> list[list[str]]:
    """The rows of the table with that title."""
    table = page.partition(f'<caption class="govuk-visually-hidden">{title}</caption>')[2]
    body = table.partition("<tbody>")[2].partition("</tbody>")[0]
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.split("</tr>") if "<td" in row]


def looked() -> list[tuple[str, str | None]]:
    from trialwright.store.events import looks

    return [(one.envelope.actor, one.reason) for one in looks("TRIAL") if isinstance(one.body, ResultsSeen)]


def test_progress_counts_recruitment_forms_and_safety(pages: Path) -> None:
    answer = client("coordinator").get(HOME)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert cells(page, "Recruitment by site") == [["S01 · First", "2", "1", "0"]]
    assert cells(page, "Enrolment by month") == [["2026-03", "1", "1"]]
    # Three visits took place; the score of week 0 and the forms that only may be done at week 16 are not saved.
    assert cells(page, "Forms complete") == [
        ["Consent", "1", "1", "100 %"],
        ["Score", "2", "3", "67 %"],
        ["Dose", "1", "1", "100 %"],
    ]
    assert cells(page, "Safety so far") == [["Stopped early", "0", "1"]]
    assert "<b>1</b>enrolled" in page and "<b>10 %</b>of the plan" in page
    assert RESULTS not in page
    assert not looked()


def test_a_page_in_chinese(pages: Path) -> None:
    page = client("coordinator", "zh-hans").get(HOME).content.decode()

    assert "按月入组" in page
    assert "Enrolment by month" not in page


def test_who_may_not_read_adverse_events_sees_no_safety(pages: Path) -> None:
    page = client("sponsor").get(HOME).content.decode()

    assert cells(page, "Recruitment by site")
    assert "Safety so far" not in page


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        ("administrator", HOME, 403),
        ("coordinator", RESULTS, 403),
        ("sponsor", RESULTS, 403),
        ("statistician", RESULTS, 200),
    ],
)
def test_each_page_is_for_those_who_are_named(pages: Path, role: str, address: str, status: int) -> None:
    assert client(role).get(address).status_code == status
    if status == 403:
        sent = client(role).post(RESULTS, {"command": "c1", "reason": "Board"})
        assert (sent.status_code, "Score 90" in sent.content.decode()) == (403, False)
    assert not looked()


def test_results_are_shown_once_the_look_is_written_down(pages: Path) -> None:
    desk = client("statistician")
    asked = desk.get(RESULTS).content.decode()
    assert "Score 90 at week 16" not in asked
    assert "Results were seen 0 times so far." in asked

    shown = desk.post(RESULTS, {"command": "c1", "reason": " Safety board "})
    page = shown.content.decode()

    assert shown.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert [reason for _, reason in looked()] == ["Safety board"]
    assert "Results were seen once so far, this time included" in page
    rows = {row[0]: row[1:] for row in cells(page, "Endpoints")}
    # 12 before, 1 at week 16: better by 11 of 12.
    assert rows["Score 90 at week 16"] == ["1", "1", "0", "2.5 – 100.0 %"]
    assert rows["Score 100 at week 16"][:3] == ["0", "1", "0"]
    assert "Stopped early" not in rows


def test_after_an_entry_or_by_another_a_page_sent_again_is_asked_anew(pages: Path) -> None:
    sent = {"command": "c1", "reason": "Board"}
    assert client("statistician").post(RESULTS, sent).status_code == 200
    other = client("second").post(RESULTS, sent)
    assert (other.status_code, "Score 90" in other.content.decode()) == (422, False)

    desk = Desk("TRIAL")
    desk.count = 90
    desk.save("W34", "visit", date(2027, 10, 26), date="2026-10-26")
    again = client("statistician").post(RESULTS, sent)

    assert again.status_code == 422
    assert "Since this page was asked for, data were entered" in again.content.decode()
    assert "Score 90" not in again.content.decode()
    command = re.search(r'name="command" value="([^"]+)"', again.content.decode())
    assert command and command[1] != "c1"
    assert len(looked()) == 1


def test_the_same_page_sent_again_is_one_look(pages: Path) -> None:
    desk = client("statistician")
    for _ in range(2):
        assert desk.post(RESULTS, {"command": "c1", "reason": "Board"}).status_code == 200
    assert len(looked()) == 1
    desk.post(RESULTS, {"command": "c2", "reason": "Board"})
    assert len(looked()) == 2


@pytest.mark.parametrize("sent", [{"command": "c1", "reason": "  "}, {"command": "", "reason": "Board"}])
def test_without_a_reason_nothing_is_shown(pages: Path, sent: dict[str, str]) -> None:
    answer = client("statistician").post(RESULTS, sent)

    assert answer.status_code == 422
    assert "Say why you look at the results." in answer.content.decode()
    assert "Score 90" not in answer.content.decode()
    assert not looked()


def test_an_unknown_field_of_a_look_is_refused(pages: Path) -> None:
    answer = client("statistician").post(RESULTS, {"command": "c1", "reason": "Board", "status": "locked"})

    assert answer.status_code == 422
    assert "“status”" in answer.content.decode()
    assert not looked()
