"""Pages where two versions of a study are live, and of rows that were taken out."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.browser.desks import HOME, desk, form_address
from tests.store.conftest import data, small_data
from tests.store.small import (
    COORDINATOR,
    START,
    STUDY,
    VITALS_YAML,
    give,
    make_moment,
    save,
    screen,
    small_files,
)

from trialwright.ledger.commands import RemoveRow

__all__ = ["data", "small_data"]

pytestmark = pytest.mark.usefixtures("data")


def open_third_site() -> None:
    """A version with a third site, active there only."""
    from trialwright.store.definitions import activate, add_definition

    files = small_files(version="1.1.0")
    second = b"  S02: {label: Second, country: CN, timezone: Asia/Shanghai}\n"
    third = b"  S03: {label: Third, country: US, timezone: America/New_York}\n"
    assert second in files["study.yaml"]
    files["study.yaml"] = files["study.yaml"].replace(second, second + third)
    study = add_definition(files, {}, at=START + timedelta(minutes=1))
    activate(STUDY, "S03", study.hash, by=COORDINATOR, at=make_moment(2))


@pytest.mark.parametrize("site", ["", "S01", "S03"])
def test_a_site_that_only_a_later_version_has_is_served_by_it(site: str) -> None:
    open_third_site()
    give(screen("p1"))
    give(screen("p3", site="S03"))
    client = desk(site=site)

    pages = {address: client.get(HOME + address).status_code for address in ("", "participants/", "queries/")}
    assert set(pages.values()) == {200}, pages
    assert client.get(f"{HOME}participants/p3/").status_code == (404 if site == "S01" else 200)
    assert client.get(f"{HOME}participants/p1/").status_code == (404 if site == "S03" else 200)


def test_a_visit_is_saved_on_the_calendar_of_the_participants_own_site() -> None:
    from trialwright.store.casebooks import load

    open_third_site()
    give(screen("p3", site="S03"))
    client = desk()
    address = f"{HOME}participants/p3/visits/SCR/"
    assert client.get(address).status_code == 200

    answer = client.post(address, {"command": "c1", "base": "0", "date": "2026-02-20"})

    assert answer.status_code == 302
    assert load(STUDY, "p3").records["SCR", "visit", 0].items["date"].datum.text == "2026-02-20"


def test_a_version_that_drops_what_data_hang_on_is_not_activated() -> None:
    from trialwright.store.definitions import activate, active_sites, add_definition
    from trialwright.store.errors import DataError

    before = active_sites(STUDY)
    files = small_files(version="2.0.0")
    del files["forms/drugs.yaml"]
    files["schedule.yaml"] = files["schedule.yaml"].replace(b"  drugs:  x   x  x\n", b"")
    study = add_definition(files, {}, at=START)

    with pytest.raises(DataError, match="drugs"):
        activate(STUDY, "S01", study.hash, by=COORDINATOR, at=make_moment(3))
    assert active_sites(STUDY) == before


# ------------------------------------------------------------------ removed rows


@pytest.fixture
def reader() -> Client:
    """Of a participant whose first row was taken out."""
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-20"}))
    done = give(save("p1", "", "drugs", {"name": "Wrongdrug"}, repeat=1))
    base = done.book.records["", "drugs", 1].sequence
    give(RemoveRow("gone", "p1", "", "drugs", 1, base, "of another patient"))
    return desk()


def test_the_history_of_a_removed_row_says_what_stood_there_who_took_it_out_and_why(reader: Client) -> None:
    answer = reader.get(form_address("p1", "-", "drugs", 1, "history"))

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Wrongdrug" in page and "of another patient" in page and "Row removed" in page


def test_a_list_shows_removed_rows_struck_through_and_leads_to_their_history(reader: Client) -> None:
    page = reader.get(f"{HOME}participants/p1/visits/SCR/lists/drugs").content.decode()

    assert "<s>Wrongdrug</s>" in page
    assert form_address("p1", "-", "drugs", 1, "history") in page


@pytest.mark.parametrize("name", ["", "remove"])
def test_a_removed_row_is_changed_no_more(reader: Client, name: str) -> None:
    assert reader.get(form_address("p1", "-", "drugs", 1, name)).status_code == 404


def test_a_row_number_beyond_reason_is_no_address(reader: Client) -> None:
    assert reader.post(form_address("p1", "-", "drugs", 10**30), {}).status_code == 404


# ------------------------------------------------------------------ queries of forms that a role may not read


@pytest.mark.parametrize(("role", "is_seen"), [("monitor", False), ("coordinator", True)])
def test_a_query_of_a_form_that_a_role_may_not_read_is_in_no_list(role: str, *, is_seen: bool) -> None:
    from trialwright.store.casebooks import load
    from trialwright.store.definitions import activate, add_definition

    files = small_files(version="1.1.0", vitals=f"area: drug\n{VITALS_YAML.strip()}\n")
    roles = files["roles.yaml"]
    files["roles.yaml"] = roles.replace(
        b"  drug:        rw          r       .", b"  drug:        rwa         .       ."
    )
    assert files["roles.yaml"] != roles
    study = add_definition(files, {}, at=START)
    activate(STUDY, "S01", study.hash, by=COORDINATOR, at=make_moment())
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-20"}))
    give(save("p1", "SCR", "vitals", {"weight": "220", "height": "180"}))
    (query,) = load(STUDY, "p1").queries
    client = desk(role)

    addresses = ("", "participants/", "queries/", "participants/p1/")
    pages = {address: client.get(HOME + address) for address in addresses}

    assert {answer.status_code for answer in pages.values()} == {200}
    told = {address for address, answer in pages.items() if query in answer.content.decode()}
    assert bool(told) is is_seen, told
    assert client.get(f"{HOME}participants/p1/queries/{query}").status_code == (200 if is_seen else 404)


# ------------------------------------------------------------------ sessions, and a busy server


def test_who_is_not_signed_in_leaves_no_session_behind() -> None:
    from django.contrib.sessions.models import Session

    for _ in range(3):
        assert Client(headers={"host": "127.0.0.1"}).get("/session").status_code == 401

    assert Session.objects.count() == 0


def test_a_server_that_others_keep_busy_asks_to_try_again(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    from trialwright.store.sqlite import base

    give(screen("p1"))
    client = desk()
    monkeypatch.setattr(base, "PATIENCE_SECONDS", 0.2)
    with (data / base.LOCK).open("r+b") as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        answer = client.post(
            f"{HOME}participants/p1/visits/SCR/", {"command": "c1", "base": "0", "date": "2026-02-20"}
        )
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")

    again = client.post(
        f"{HOME}participants/p1/visits/SCR/", {"command": "c1", "base": "0", "date": "2026-02-20"}
    )
    assert again.status_code == 302
