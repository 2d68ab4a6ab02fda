"""The pages of the data review, by HTTP: what they list, who sees them, what a decision comes to, what is said of others'."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker
from tests.spec.analysis_data import study_files
from tests.spec.derived_study import CHECKS
from tests.store.desk import NURSE, SCREENED, SEEN, Desk, at, dose

from trialwright.ledger.commands import (
    DecideEligibility,
    EnrolParticipant,
    SaveForm,
    ScreenParticipant,
    Typed,
)

HOME = "/studies/TRIAL/review/"
SETS = f"{HOME}sets/"
FULL = f"{SETS}full/"
ONE = "/studies/TRIAL/participants/p1/deviations/high/SCR/0/"
ROLES = b"""
rights:
  roles:          coordinator manager monitor sponsor administrator
  identity:       rw          .       .       .       .
  forms:          rwa         r       r       .       .
  eligibility:    rws         r       r       .       .
  review:         .           rw      r       r       .
  accounts:       .           .       .       .       w
"""
PEOPLE = {**{role: role for role in ("coordinator", "manager", "monitor", "sponsor")}, "second": "manager"}
SENT = {"command": "c-1", "base": "0", "decision": "important", "reason": "Twice the usual"}
SENT_OF_SET = {"command": "c-2", "participant": "p1", "base": "0", "decision": "out", "reason": "Never came"}


@pytest.fixture
def pages(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """Two participants, of whom one was enrolled and dosed; at screening the score of that one was very high."""
    from trialwright.store.accounts import NewAccount, create_account, grant
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data
    from trialwright.store.models import Account

    with django_db_blocker.unblock():
        data = create_data(tmp_path / "data", demo=True, seed=7)
        files = study_files() | {"roles.yaml": ROLES, "checks.yaml": CHECKS.encode()}
        study = add_definition(files, {}, at=at(SCREENED).utc)
        activate(study.id, "S01", study.hash, by=NURSE, at=at(SCREENED))
        desk = Desk(study.id)
        desk.give(ScreenParticipant(desk.next_id(), "p2", "S01", "02"), SCREENED)
        dose(desk, total="22.0")
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


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def plain(cell: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", cell).split())


def rows(page: str, title: str) -> list[list[str]]:
    """The rows of the table with that title."""
    table = page.partition(f'<caption class="govuk-visually-hidden">{title}</caption>')[2]
    body = table.partition("<tbody>")[2].partition("</tbody>")[0]
    found = (re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("</tr>"))
    return [[plain(cell) for cell in row] for row in found if row]


def classes() -> list[tuple[str, str, str | None]]:
    from trialwright.store.events import history

    found = history("TRIAL", "p1", kinds=("DeviationClassed",))
    return [(one.envelope.role, one.body.importance, one.reason) for one in found]  # type: ignore[union-attr]  # by kind


def standing() -> bool | None:
    from trialwright.store.casebooks import load

    found = load("TRIAL", "p1").sets.get("full")
    return found.is_in if found else None


# ------------------------------------------------------------------ deviations


@pytest.mark.unmeasured
def test_the_review_lists_what_nobody_decided_on(pages: Path) -> None:
    page = text(client("manager"), HOME)
    assert rows(page, "Deviations") == [
        ["Not decided", "01", "Screening · Score", "Very high. Total score", "–"]
    ]
    assert f'href="{ONE}"' in page
    assert re.findall(r"(Not decided|Important|Not important|All) <b>1</b>", page) == ["Not decided", "All"]


@pytest.mark.unmeasured
def test_a_decision_is_taken_with_a_reason_and_said_with_who_and_when(pages: Path) -> None:
    manager = client("manager")
    answer = manager.post(ONE, SENT)
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert classes() == [("manager", "important", "Twice the usual")]
    assert rows(text(manager, HOME), "Deviations") == []
    (row,) = rows(text(manager, f"{HOME}?show=important"), "Deviations")
    assert row[0] == "Important" and row[-1].startswith("Manager · ")
    page = text(manager, ONE)
    assert "Twice the usual" in page and "Manager, Manager" in page


def test_a_later_decision_takes_its_place_and_both_are_told(pages: Path) -> None:
    manager = client("manager")
    manager.post(ONE, SENT)
    (base,) = re.findall(r'name="base" value="(\d+)"', text(manager, ONE))
    again = {**SENT, "command": "c-9", "base": base, "decision": "not_important", "reason": "Looked again"}
    assert manager.post(ONE, again).status_code == 302
    page = text(manager, ONE)
    assert page.index("Looked again") < page.index("Twice the usual")


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"reason": " "}, 422, "Reason: Write a text."),
        ({"decision": ""}, 422, "Say whether it is important."),
        ({"decision": "maybe"}, 422, "Say whether it is important."),
        ({"base": "x"}, 409, "Somebody decided on this meanwhile."),
        ({"base": "3"}, 409, "Somebody decided on this meanwhile."),
    ],
)
@pytest.mark.unmeasured
def test_what_is_refused_is_said_and_what_was_typed_stays(
    pages: Path, changed: dict[str, str], status: int, said: str
) -> None:
    answer = client("manager").post(ONE, SENT | changed)
    page = answer.content.decode()
    assert answer.status_code == status
    assert said in plain(page)
    assert not classes()
    if "reason" not in changed:
        assert 'value="Twice the usual"' in page


def test_who_was_slower_is_told_what_stands_now(pages: Path) -> None:
    client("manager").post(ONE, SENT)
    answer = client("second").post(ONE, {**SENT, "command": "c-9", "decision": "not_important"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody decided on this meanwhile." in page and "Twice the usual" in page
    assert 'name="base" value="0"' not in page
    assert len(classes()) == 1


def test_a_page_that_is_sent_twice_decides_once(pages: Path) -> None:
    manager = client("manager")
    assert [manager.post(ONE, SENT).status_code for _ in range(2)] == [302, 302]
    assert len(classes()) == 1


def test_what_the_check_does_not_find_any_more_is_said_and_not_decided_on(pages: Path) -> None:
    manager = client("manager")
    manager.post(ONE, SENT)
    from trialwright.ledger.commands import SaveForm, Typed
    from trialwright.store.casebooks import load

    record = load("TRIAL", "p1").records["SCR", "score", 0]
    corrected = SaveForm("x1", "p1", "SCR", "score", 0, {"total": Typed("12.0")}, record.sequence, "misread")
    Desk("TRIAL").give(corrected, date(2026, 2, 21))
    assert rows(text(manager, f"{HOME}?show=all"), "Deviations") == []
    page = text(manager, ONE)
    assert (
        "finds no deviation here any more" in page
        and "<textarea" not in page
        and 'name="decision"' not in page
    )
    refused = manager.post(ONE, {**SENT, "command": "c-8", "decision": "not_important", "base": "99"})
    assert (refused.status_code, len(classes())) == (422, 1)
    assert "The check finds no deviation here now" in refused.content.decode()


@pytest.mark.parametrize(
    "address", [ONE.replace("high", "low"), ONE.replace("high", "nothing"), ONE.replace("SCR", "W52")]
)
@pytest.mark.unmeasured
def test_what_is_no_deviation_is_not_there(pages: Path, address: str) -> None:
    text(client("manager"), address, 404)


def test_who_may_only_see_decides_nothing(pages: Path) -> None:
    monitor = client("monitor")
    assert 'name="decision"' not in text(monitor, ONE)
    assert monitor.post(ONE, SENT).status_code == 403
    assert not classes()


def test_forms_that_somebody_may_not_read_are_not_listed(pages: Path) -> None:
    """The sponsor of this study sees the review, and no form."""
    assert rows(text(client("sponsor"), f"{HOME}?show=all"), "Deviations") == []
    text(client("sponsor"), ONE, 403)


@pytest.mark.parametrize("address", [HOME, SETS, FULL, ONE])
@pytest.mark.unmeasured
def test_without_the_right_the_review_is_denied(pages: Path, address: str) -> None:
    coordinator = client("coordinator")
    text(coordinator, address, 403)
    assert HOME not in text(coordinator, "/studies/TRIAL/")
    assert f'href="{HOME}"' in text(client("monitor"), "/studies/TRIAL/")


@pytest.mark.unmeasured
def test_an_unknown_show_is_what_is_open(pages: Path) -> None:
    assert len(rows(text(client("manager"), f"{HOME}?show=odd&page=x"), "Deviations")) == 1
    assert rows(text(client("manager"), f"{HOME}?page=9"), "Deviations") == []


@pytest.mark.unmeasured
def test_an_unknown_field_of_a_decision_is_refused(pages: Path) -> None:
    manager = client("manager")
    for address, sent in ((ONE, SENT), (FULL, SENT_OF_SET)):
        assert manager.post(address, {**sent, "status": "locked"}).status_code == 422
    assert not classes() and standing() is None


# ------------------------------------------------------------------ sets


@pytest.mark.unmeasured
def test_each_set_says_how_many_are_in_it(pages: Path) -> None:
    page = text(client("manager"), SETS)
    assert [row[:4] for row in rows(page, "Analysis sets")] == [
        ["Full set", "1", "0", "0"],
        ["Week-16 responders within “Full set”", "0", "0", "1"],
    ]
    assert rows(page, "Decisions that stand") == []
    assert f'href="{FULL}"' in page
    assert FULL not in text(client("monitor"), SETS)


@pytest.mark.unmeasured
def test_somebody_is_put_out_of_a_set_and_the_decision_is_withdrawn(pages: Path) -> None:
    manager = client("manager")
    assert '<option value="p1">01</option>' in text(manager, FULL)
    page = text(manager, f"{FULL}?participant=p1")
    assert plain(page).count("In the set") == 2 and 'value="rule"' not in page
    answer = manager.post(FULL, SENT_OF_SET)
    assert (answer.status_code, answer["Location"], standing()) == (302, SETS, False)
    page = text(manager, SETS)
    assert rows(page, "Analysis sets")[0][:4] == ["Full set", "0", "1", "0"]
    (row,) = rows(page, "Decisions that stand")
    assert row[:4] == ["Full set", "01", "Put out", "Never came"] and row[4].startswith("Manager, Manager · ")
    page = text(manager, f"{FULL}?participant=p1")
    assert "Not in the set" in page and "In the set" in page and 'value="out"' not in page
    (base,) = re.findall(r'name="base" value="(\d+)"', page)
    sent = {**SENT_OF_SET, "command": "c-9", "decision": "rule", "base": base, "reason": "Mistaken"}
    assert manager.post(FULL, sent).status_code == 302
    assert standing() is None
    assert rows(text(manager, SETS), "Decisions that stand") == []
    page = text(manager, f"{FULL}?participant=p1")
    assert page.index("Mistaken") < page.index("Never came")


def enrol(desk: Desk, participant: str, code: str) -> None:
    """As the first one, with a score at screening that is a deviation."""
    screened, dosed = date(2026, 2, 20), date(2026, 3, 2)
    saved: dict[tuple[str, str], dict[str, str]] = {
        ("SCR", "visit"): {"date": "2026-02-20"},
        ("", "consent"): {"signed": "true"},
        ("SCR", "score"): {"total": "22.0"},
    }
    desk.give(ScreenParticipant(desk.next_id(), participant, "S01", code), screened)
    for (visit, form), items in saved.items():
        typed = {name: Typed(words) for name, words in items.items()}
        desk.give(SaveForm(desk.next_id(), participant, visit, form, 0, typed, 0), screened)
    desk.give(DecideEligibility(desk.next_id(), participant, "SCR", "eligible"), screened)
    desk.give(EnrolParticipant(desk.next_id(), participant, "A"), dosed)


def statements(client: Client, address: str) -> int:
    """How many a second call takes: the first one loads who and which study it is."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    text(client, address)
    with CaptureQueriesContext(connection) as seen:
        text(client, address)
    return len(seen)


def test_the_lists_ask_no_more_of_more_participants(pages: Path) -> None:
    """With a decision and a deviation of each."""
    manager, desk = client("manager"), Desk("TRIAL")
    desk.count = 100
    manager.post(FULL, SENT_OF_SET)
    few = [statements(manager, address) for address in (HOME, SETS)]
    for number in range(3, 9):
        enrol(desk, f"p{number}", f"{number:02}")
        sent = {**SENT_OF_SET, "command": f"s-{number}", "participant": f"p{number}"}
        assert manager.post(FULL, sent).status_code == 302
    assert len(rows(text(manager, HOME), "Deviations")) == 7
    assert len(rows(text(manager, SETS), "Decisions that stand")) == 7
    assert [statements(manager, address) for address in (HOME, SETS)] == few


def test_of_nobody_nothing_is_asked(pages: Path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from trialwright.store.events import histories

    with CaptureQueriesContext(connection) as seen:
        assert histories("TRIAL", [], ("SetDecided",)) == {}
    assert not seen.captured_queries


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"decision": "odd"}, 422, "Say what you decide."),
        ({"reason": ""}, 422, "Reason: Write a text."),
        ({"decision": "rule"}, 422, "No decision stands here that could be withdrawn"),
        ({"base": "5"}, 409, "Somebody decided on this meanwhile."),
    ],
)
@pytest.mark.unmeasured
def test_what_is_refused_of_a_set_is_said(
    pages: Path, changed: dict[str, str], status: int, said: str
) -> None:
    answer = client("manager").post(FULL, SENT_OF_SET | changed)
    assert answer.status_code == status
    assert said in plain(answer.content.decode())
    assert standing() is None


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{SETS}nothing/", 404),
        (f"{SETS}nothing/?participant=p1", 404),
        (f"{FULL}?participant=p2", 404),
        (f"{FULL}?participant=p9", 404),
    ],
)
@pytest.mark.unmeasured
def test_who_is_not_enrolled_and_what_is_no_set_is_not_there(pages: Path, address: str, status: int) -> None:
    text(client("manager"), address, status)


def test_who_may_only_see_decides_on_no_set(pages: Path) -> None:
    monitor = client("monitor")
    text(monitor, FULL, 403)
    assert monitor.post(FULL, SENT_OF_SET).status_code == 403
    assert standing() is None


def test_the_pages_speak_chinese(pages: Path) -> None:
    manager = client("manager", "zh-hans")
    manager.post(ONE, SENT)
    assert "数据审核" in text(manager, f"{HOME}?show=all")
    assert "是否重要" in text(manager, ONE)
    assert "分析集" in text(manager, SETS)
    assert "按规则" in text(manager, f"{FULL}?participant=p1")
