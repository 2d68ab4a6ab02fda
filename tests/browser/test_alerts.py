"""Alerts are seen first, by every role that may read the form; and what a list or page of queries tells of them."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from tests.browser.desks import HOME, desk, form_address
from tests.browser.watched import watch
from tests.store.conftest import data, small_data
from tests.store.small import COORDINATOR, MONITOR, STUDY, give, make_moment, save, screen

from trialwright.ledger.commands import AnswerQuery, CloseQuery, Command
from trialwright.web.queries.alerts import LEVEL

__all__ = ["data", "small_data"]

CARD = "To act on at once"


@pytest.fixture(autouse=True)
def poisoned(data: object) -> Iterator[str]:
    """Participant p1 with one alert, in a row of a list; gives the id of the query."""
    from trialwright.store.casebooks import load

    watch()
    give(screen("p1"), minutes=3)
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}), minutes=3)
    give(save("p1", "SCR", "vitals", {"weight": "70.5", "height": "171"}), minutes=3)
    give(save("p1", "SCR", "drugs", {"gate": "true"}), minutes=3)
    give(save("p1", "", "drugs", {"name": "Poison"}, repeat=1), minutes=3)
    (query,) = load(STUDY, "p1").queries.values()
    assert query.level == LEVEL
    yield query.id


def page(client: Client, address: str = "") -> str:
    answer = client.get(HOME + address)
    assert answer.status_code == 200, answer.content
    return " ".join(answer.content.decode().split())


def move(command: Command) -> None:
    from trialwright.store.submit import submit

    by = MONITOR if isinstance(command, CloseQuery) else COORDINATOR
    done = submit(STUDY, command, by=by, at=make_moment(4))
    assert not done.problems, done.problems


@pytest.mark.parametrize("role", ["coordinator", "doctor", "monitor", "sponsor"])
def test_an_alert_stands_above_everything_else_for_whoever_reads_the_form(role: str) -> None:
    shown = page(desk(role))

    assert CARD in shown
    assert shown.index(CARD) < shown.index("screened</li>")
    assert "A poison was taken. Tell the sponsor now." in shown
    assert "Name: Poison" in shown
    assert "opened 2 Mar 2026 16:03, " in shown
    assert re.search(r"overdue by \d+ days?", shown)


def test_a_role_that_may_not_read_the_form_sees_no_alert() -> None:
    shown = page(desk("guest"))

    assert CARD not in shown
    assert "poison" not in shown.lower()


def test_a_role_without_duties_is_told_where_alerts_would_stand(poisoned: str) -> None:
    move(CloseQuery("c1", "p1", poisoned, "Told"))

    assert "No alert is open." in page(desk("sponsor"))
    assert "Your role has no work list." in page(desk("guest"))


def test_an_answered_alert_stays_until_it_is_closed(poisoned: str) -> None:
    move(AnswerQuery("c1", "p1", poisoned, "The sponsor knows."))
    answered = page(desk("sponsor"))
    move(CloseQuery("c2", "p1", poisoned, ""))

    assert CARD in answered
    assert "overdue" not in answered
    assert CARD not in page(desk("monitor"))


@pytest.mark.parametrize("address", ["participants/p1/", "participants/p1/visits/SCR/lists/drugs"])
def test_the_participant_and_the_list_carry_a_mark_that_leads_to_the_alert(
    address: str, poisoned: str
) -> None:
    shown = page(desk(), address)

    assert f'<a class="st s-bad" href="{HOME}participants/p1/queries/{poisoned}">' in shown
    assert "Alert" in shown


def test_an_alert_is_no_line_among_other_queries_of_the_work_list() -> None:
    give(save("p1", "W0", "visit", {"date": "2026-03-01"}), minutes=5)
    give(save("p1", "W0", "vitals", {"weight": "220"}), minutes=5)
    shown = page(desk())
    (card,) = re.findall(r"Queries to answer</h2>(.*?)</section>", shown)

    assert "poison" not in card.lower()
    assert "S01-001 · Week 0 · Vital signs · Weight: 220 kg" in card
    assert "The weight doubled. Please confirm. – Weight: 70.5 kg (Screening) → 220 kg" in card
    assert re.search(r"\d+ days ago", card)


def test_the_list_of_queries_marks_where_one_is_and_counts_what_the_role_reads() -> None:
    def counted(client: Client, address: str = "queries/") -> list[str]:
        return re.findall(r"(\w+) <b>(\d+)</b>", page(client, address))

    give(save("p1", "W0", "visit", {"date": "2026-03-01"}), minutes=5)
    give(save("p1", "W0", "vitals", {"weight": "220"}), minutes=5)

    assert counted(desk()) == [("Open", "3"), ("Answered", "0"), ("Closed", "0")]
    assert counted(desk("sponsor")) == [("Open", "1"), ("Answered", "0"), ("Closed", "0")]
    alerts = desk("doctor")
    assert counted(alerts, "queries/?level=alert")[0] == ("Open", "1")
    assert "heavy" not in page(alerts, "queries/?level=alert")
    assert page(alerts, "queries/?state=closed").count('aria-current="true"') == 2


def test_a_blinded_role_neither_sees_nor_counts_an_alert_about_what_is_hidden() -> None:
    watch(blinded="monitor")
    give(save("p1", "W0", "visit", {"date": "2026-03-01"}), minutes=5)
    give(save("p1", "W0", "vitals", {"assay": "9"}), minutes=5)
    blinded, seeing = desk("monitor"), desk("doctor")

    assert "Is the assay right?" in page(seeing)
    assert "Open <b>2</b>" in page(seeing, "queries/?level=alert")
    for address in ("", "queries/", "queries/?level=alert", "participants/p1/"):
        assert "assay" not in page(blinded, address).lower()
    assert "Open <b>1</b>" in page(blinded, "queries/?level=alert")


def test_the_page_of_a_query_tells_who_said_what_and_when(poisoned: str) -> None:
    move(AnswerQuery("c1", "p1", poisoned, "The sponsor knows."))
    shown = page(desk("monitor"), f"participants/p1/queries/{poisoned}")

    assert "2 Mar 2026 16:03 · edit check, after an entry by a1 · Coordinator" in shown
    assert "2 Mar 2026 16:04 · a1 · Coordinator" in shown
    assert shown.index("Tell the sponsor now.") < shown.index("The sponsor knows.")


def test_the_page_of_a_query_shows_the_numbers_it_was_opened_on_and_those_of_now() -> None:
    from trialwright.store.casebooks import load

    give(save("p1", "W0", "visit", {"date": "2026-03-01"}), minutes=5)
    give(save("p1", "W0", "vitals", {"weight": "150"}), minutes=5)
    book = load(STUDY, "p1")
    (query,) = [one.id for one in book.queries.values() if one.check == "vitals.grown"]
    base = book.records["SCR", "vitals", 0].sequence
    give(save("p1", "SCR", "vitals", {"weight": "60"}, base=base, reason="Misread"), minutes=6)
    shown = page(desk("monitor"), f"participants/p1/queries/{query}")

    assert "The check saw</dt><dd>Weight: 70.5 kg (Screening) → 150 kg" in shown
    assert "It sees now</dt><dd>Weight: 60 kg (Screening) → 150 kg" in shown


def test_a_blank_answer_is_refused_in_words_of_the_page(poisoned: str) -> None:
    answer = desk().post(
        f"{HOME}participants/p1/queries/{poisoned}", {"command": "c1", "text": " ", "move": "answer"}
    )

    assert (answer.status_code, "Write your answer." in answer.content.decode()) == (422, True)


def test_the_form_names_the_query_by_what_is_done_with_it() -> None:
    shown = page(desk("monitor"), form_address("p1", "-", "drugs", 1).removeprefix(HOME))

    assert "Open the query" in shown


def poison(name: str, *, minutes: int) -> None:
    give(screen(name), minutes=minutes)
    give(save(name, "SCR", "visit", {"date": "2026-02-10"}), minutes=minutes)
    give(save(name, "SCR", "drugs", {"gate": "true"}), minutes=minutes)
    give(save(name, "", "drugs", {"name": "Poison"}, repeat=1), minutes=minutes)


def test_where_not_all_alerts_have_room_the_open_ones_come_first_and_the_oldest_of_them(
    poisoned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first by code was opened first, and waits only for somebody to look at the answer."""
    monkeypatch.setattr("trialwright.web.worklist.views._MOST_ALERTED", 2)
    move(AnswerQuery("c1", "p1", poisoned, "The sponsor knows."))
    poison("p2", minutes=20)
    poison("p3", minutes=10)
    two = page(desk("sponsor"))
    monkeypatch.setattr("trialwright.web.worklist.views._MOST_ALERTED", 1)
    one = page(desk("sponsor", login="another"))

    assert re.findall(r"S01-00\d(?= · Drugs)", two) == ["S01-003", "S01-002"]
    assert re.findall(r"S01-00\d(?= · Drugs)", one) == ["S01-003"]
    assert "See all alerts" in two and "See all alerts" in one
