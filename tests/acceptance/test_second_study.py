"""A study of another shape - two arms, blinded, its own forms - goes the whole road with no line of code changed."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from scipy.stats import binomtest
from tests.acceptance.console import run
from tests.acceptance.pages import page

pytestmark = pytest.mark.slow

STUDY = Path(__file__).parents[1] / "studies" / "migraine"
ID = "MIG-24"
BLINDED = ("coordinator", "investigator", "monitor", "sponsor")
ARMS = {"HAL": "Halcyomab 120 mg", "PLA": "Placebo"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("second") / "data"
    ran = run("demo", "--study", STUDY, "--data", data, "--seed", 7, "--no-serve")
    assert ran.code == 0, ran.err
    assert "24 virtual participants enrolled" in ran.err
    return data


def rows(data: Path, query: str) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(data / "trialwright.sqlite3")
    found = connection.execute(query).fetchall()
    connection.close()
    return found


# ------------------------------------------------------------------ check, rehearse, verify


def test_check_finds_no_errors() -> None:
    assert run("check", STUDY).code == 0


def test_a_rehearsal_goes_as_meant() -> None:
    ran = run("rehearse", STUDY, "--participants", 8, "--json")

    assert ran.code == 0
    told = json.loads(ran.out)
    assert told["findings"] == []
    assert {row["what"]: row["count"] for row in told["Course of the trial"]}["enrolled"] == 8


def test_the_data_agree_with_their_log(demo: Path) -> None:
    assert run("verify", demo).code == 0


# ------------------------------------------------------------------ report


def test_the_report_estimates_each_endpoint_in_both_arms(demo: Path) -> None:
    ran = run("report", demo, "--json")
    estimates = {row["analysis_id"]: row for row in json.loads(ran.out)}

    assert ran.code == 0
    for analysis in ("main", "quarter", "quarter.left_out", "events"):
        for arm, label in ARMS.items():
            row = estimates[f"{analysis}.{arm}"]
            method = {"clopper_pearson": "exact", "wilson": "wilson"}[row["method"]]
            low, high = binomtest(row["responders"], row["n"]).proportion_ci(row["level"], method=method)
            assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-9)
            assert label in row["label"]
    injections = rows(demo, "SELECT participant, items FROM record WHERE form = 'injection'")
    treated = {who for who, items in injections if json.loads(items)["given"][0] == '{"v":"true"}'}
    assert sum(estimates[f"main.{arm}"]["n"] for arm in ARMS) == len(treated)


def test_the_report_is_written_as_pages_that_tell_the_arms_apart(demo: Path, tmp_path: Path) -> None:
    out = tmp_path.resolve() / "report"
    assert run("report", demo, "-o", out).code == 0

    for path in out.rglob("*.html"):
        for link in page(path).links:
            target, place = link.target
            assert target.is_file() and (not place or place in page(target).under), (path.name, link.href)
    text = (out / "index.html").read_text("utf-8")
    assert all(f"Half as many headache days at month 3 – {label}" in text for label in ARMS.values())
    assert "No control group" not in text


# ------------------------------------------------------------------ allocation


def test_both_arms_were_drawn_site_by_site_in_permuted_blocks(demo: Path) -> None:
    query = """
        SELECT site, event_value.value FROM event JOIN event_value USING (study, stream, sequence)
        JOIN participant ON stream = 'participant:' || participant
        WHERE kind = 'ParticipantEnrolled' AND "key" = 'arm' ORDER BY server_utc
    """
    drawn: dict[str, list[str]] = defaultdict(list)
    for site, arm in rows(demo, query):
        drawn[site].append(arm)

    assert drawn.keys() == {"10", "20"}
    for site, arms in drawn.items():
        assert set(arms) == set(ARMS), site
        assert is_permuted(arms, sizes=(2, 4)), (site, arms)


def is_permuted(arms: Sequence[str], sizes: Sequence[int]) -> bool:
    """Whether the list falls into blocks, each with its arms in equal numbers; the last may be under way."""
    return not arms or any(
        all(count <= size // 2 for count in Counter(arms[:size]).values()) and is_permuted(arms[size:], sizes)
        for size in sizes
    )


@pytest.mark.parametrize(
    ("arms", "is_so"),
    [("ABBA", True), ("AABB", True), ("ABA", True), ("AAA", False), ("ABAAA", False), ("AAABBB", False)],
)
def test_blocks_are_told_from_mere_chance(arms: str, *, is_so: bool) -> None:
    assert is_permuted(list(arms), (2, 4)) is is_so


# ------------------------------------------------------------------ blinding


def actor(role: str):  # type: ignore[no-untyped-def]  # an Actor
    from trialwright.ledger.commands import Actor

    return Actor("a1", role, "Clinic")


def books(demo: Path):  # type: ignore[no-untyped-def]  # of casebooks
    from trialwright.store.folder import open_data
    from trialwright.store.freeze import freeze

    open_data(demo)
    return freeze(ID)


@pytest.mark.parametrize("role", BLINDED)
def test_who_is_blind_sees_neither_titre_nor_arm(demo: Path, role: str) -> None:
    from trialwright.ledger.visible import visible

    whole = books(demo)
    seen = [visible(book, actor=actor(role)) for book in whole]

    assert any("titre" in record.items for book in whole for record in book.records.values())
    assert {book.arm for book in whole} == {"HAL", "PLA", None}
    assert not any("titre" in record.items for book in seen for record in book.records.values())
    assert not any(query.item == "titre" for book in seen for query in book.queries.values())
    assert {book.arm for book in seen} == {None}
    drawn = [record for book in seen for record in book.records.values() if "drawn" in record.items]
    assert drawn, "the rest of the form is seen"


def test_who_is_not_blind_sees_both(demo: Path) -> None:
    from trialwright.ledger.visible import visible

    for book in books(demo):
        assert visible(book, actor=actor("pharmacist")) == book


@pytest.mark.parametrize("role", [*BLINDED, "pharmacist", "data_manager"])
def test_no_page_tells_who_is_blind(demo: Path, role: str) -> None:
    """The same pages show arm and titre to those who are not blind, so the test would see them."""
    treated = next(book for book in books(demo) if titre_of(book))
    shown = "".join(pages_of(treated.participant, role))
    told = [
        text
        for text in (ARMS["HAL"] + "<", f">{titre_of(treated)}<", f'value="{titre_of(treated)}"')
        if text in shown
    ]

    assert bool(told) is (role not in BLINDED), told


def titre_of(book) -> str:  # type: ignore[no-untyped-def]  # a Casebook
    record = book.records.get(("M0", "antibodies", 0))
    entry = record.items.get("titre") if record else None
    return entry.datum.text if book.arm == "HAL" and entry else ""


def pages_of(participant: str, role: str) -> list[str]:
    """The participant's pages and those of the form with the blinded item, as a browser gets them."""
    from django.test import Client

    from trialwright.store.accounts import accounts_of, grants_of

    account = next(each.id for each in accounts_of(ID) if grants_of(each)[0][1] == role)
    client = Client(HTTP_HOST="127.0.0.1")
    assert client.post("/sign-in/demo", {"account": account}).status_code == 302
    home = f"/studies/{ID}/participants/"
    one = f"{home}{participant}/"
    form = f"{one}visits/M0/forms/antibodies/0/"
    answers = [client.get(path) for path in (home, one, f"{one}visits/M0/", form, f"{form}history")]
    assert answers[1].status_code == 200
    return [answer.content.decode() for answer in answers]


def test_the_demo_lets_every_role_in(demo: Path) -> None:
    accounts: Mapping[str, str] = dict(rows(demo, "SELECT login, grants FROM account"))

    assert {json.loads(grants)[0][1] for grants in accounts.values()} == set(accounts)
    assert {*BLINDED, "pharmacist", "administrator"} <= set(accounts)
