"""The reference trial from its definition to a report in which each number leads to an act and its author."""

import json
import random
import re
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from scipy.stats import binomtest
from tests.acceptance.console import run
from tests.acceptance.pages import Link, Page, open_link, page
from tests.acceptance.plain import Patient, pasi_90, pasi_100, patients, pga_0_1, relapse, responders
from tests.thorough import IS_THOROUGH

pytestmark = pytest.mark.slow

STUDY = Path(__file__).parents[2] / "studies" / "nct06374979"
FORMATS = () if IS_THOROUGH else ("--formats", "html")  # all are written of the English one
KEYS = {"analysis_id", "label", "responders", "n", "estimate", "low", "high", "level", "method"}
RECORDS = "SELECT * FROM record ORDER BY 1, 2, 3, 4, 5"
RELAPSE = ("relapse", "relapse.no_event", "relapse.left_out")

Row = Mapping[str, object]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve participants. With this seed the three ways to count relapse differ, and so do the responses."""
    data = tmp_path_factory.mktemp("reference") / "data"
    ran = run("demo", "--data", data, "--participants", 12, "--seed", 3, "--no-serve")
    assert ran.code == 0, ran.err
    assert "12 virtual participants enrolled" in ran.err
    return data


@pytest.fixture(scope="module")
def everybody(demo: Path) -> Sequence[Patient]:
    return patients(demo / "trialwright.sqlite3")


@pytest.fixture(scope="module")
def estimates(demo: Path) -> Mapping[str, Row]:
    ran = run("report", demo, "--json")
    assert ran.code == 0
    # Twelve participants carry no model of all visits; nobody classed the deviations, and some cannot be told. The report
    # says nothing else.
    said = [line.rpartition("[")[2] for line in ran.err.splitlines()]
    assert said == [
        "mmrm-few-participants]",
        "deviations-not-classed]",
        "deviations-not-told]",
    ]
    return {row["analysis_id"]: row for row in json.loads(ran.out)}


@pytest.fixture(scope="module")
def site(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report").resolve() / "report"
    ran = run("report", demo, "-o", out)
    assert ran.code == 0, ran.err
    return out


# ------------------------------------------------------------------ the definition


def test_the_definition_has_no_errors_and_every_text_in_both_languages() -> None:
    ran = run("check", STUDY, "--json")
    problems = json.loads(ran.out)

    assert ran.code == 0
    assert {found["severity"] for found in problems} == {"assumption", "warning"}
    assert [found for found in problems if "translat" in found["code"]] == []


# ------------------------------------------------------------------ the numbers


def test_the_four_registered_outcomes_are_told_with_their_intervals(estimates: Mapping[str, Row]) -> None:
    assert {"primary", "pga", "clearance", *RELAPSE} <= estimates.keys()
    for row in estimates.values():
        assert row.keys() == KEYS
    assert [estimates[name]["label"] for name in ("primary", "pga", "clearance")] == [
        "PASI 90 at week 16",
        "PGA 0 or 1 at week 16",
        "PASI 100 at week 16",
    ]


def test_each_interval_is_that_of_another_program(estimates: Mapping[str, Row]) -> None:
    """scipy finds the limits by root finding on the binomial, we by quantiles of the beta: equal to 1e-9."""
    for name, row in estimates.items():
        if row["n"] == 0:
            assert (row["responders"], row["estimate"], row["low"], row["high"]) == (0, None, None, None)
            continue
        assert (row["method"], row["level"]) == ("clopper_pearson", 0.95)
        test = binomtest(row["responders"], row["n"])  # type: ignore[arg-type]  # counts, of JSON
        low, high = test.proportion_ci(0.95, method="exact")
        assert (row["estimate"], row["low"], row["high"]) == pytest.approx(
            (test.statistic, low, high), abs=1e-9
        ), name


@pytest.mark.parametrize(("name", "says"), [("primary", pasi_90), ("clearance", pasi_100), ("pga", pga_0_1)])
def test_responses_counted_by_hand_are_those_of_the_report(
    estimates: Mapping[str, Row],
    everybody: Sequence[Patient],
    name: str,
    says,  # type: ignore[no-untyped-def]  # a function of plain.py
) -> None:
    counted = responders(everybody, says)

    assert 0 < counted < len(everybody)
    assert (estimates[name]["responders"], estimates[name]["n"]) == (counted, len(everybody))


def test_relapse_counted_by_hand_is_that_of_the_report(
    estimates: Mapping[str, Row], everybody: Sequence[Patient]
) -> None:
    counted = relapse(everybody)

    assert len(set(counted.values())) == 3, "this seed should tell the three ways apart"
    assert {name: (estimates[name]["responders"], estimates[name]["n"]) for name in RELAPSE} == counted


def test_an_earlier_cut_knows_less_and_a_later_one_the_same(demo: Path, estimates: Mapping[str, Row]) -> None:
    earlier, later = (
        {row["analysis_id"]: row for row in json.loads(run("report", demo, "--json", "--as-of", day).out)}
        for day in ("2025-10-15", "2099-01-01")
    )

    assert later == estimates
    assert 0 < earlier["primary"]["n"] < estimates["primary"]["n"]
    assert earlier["relapse"]["n"] < estimates["relapse"]["n"]
    assert {earlier[name]["estimate"] for name in ("primary", "pga", "clearance", *RELAPSE)} == {None}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Say where to write with -o DIR, or ask for --json."),
        (("--json", "--language", "fr"), 2, "en or zh-Hans, not in fr"),
        (("--json", "--study", "OTHER"), 3, "Name one of the studies with --study: NCT06374979."),
        (("-o", STUDY), 3, "holds something else"),
    ],
)
def test_a_report_that_cannot_be_made_says_why(
    demo: Path, words: Sequence[object], code: int, said: str
) -> None:
    ran = run("report", demo, *words)

    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_the_report_speaks_chinese(demo: Path, tmp_path: Path) -> None:
    ran = run("report", demo, "-o", tmp_path / "zh", "--language", "zh-Hans", *FORMATS)

    assert ran.code == 0

    text = (tmp_path / "zh" / "index.html").read_text("utf-8")
    assert '<html lang="zh-Hans">' in text
    assert "无对照组" in text


def test_the_public_page_counts_the_participants(demo: Path) -> None:
    ran = run("page", STUDY, "--data", demo, "--json")
    today = next(
        section for section in json.loads(ran.out)["sections"] if section["title"] == "The trial today"
    )
    counts = {fact["label"]: int(fact["texts"][0]) for fact in today["facts"]}

    everybody = [
        json.loads(str(items))
        for (items,) in rows(demo, "SELECT items FROM record WHERE form = 'end_of_study'")
    ]
    reasons = [json.loads(items["reason"][0])["v"] for items in everybody]
    assert counts["Enrolled"] == 12
    assert counts["Screened"] == len(rows(demo, "SELECT 1 FROM participant"))
    assert counts["Left before enrolment"] == counts["Screened"] - 12
    assert counts["Completed"] == reasons.count("completed")
    assert counts["Discontinued"] == len(reasons) - counts["Completed"]


# ------------------------------------------------------------------ from a number to an act


def test_every_link_of_the_report_leads_somewhere(site: Path) -> None:
    for path in sorted(site.rglob("*.html")):
        for link in page(path).links:
            target, place = link.target
            assert target.is_relative_to(site) and target.is_file(), (path.name, link.href)
            assert not place or place in page(target).under, (path.name, link.href)


def test_from_the_primary_count_three_clicks_lead_to_an_event_its_author_and_its_time(
    demo: Path, site: Path, estimates: Mapping[str, Row]
) -> None:
    count = next(link for link in page(site / "index.html").links if link.kind == "number large")
    assert count.text == f"{estimates['primary']['responders']}/{estimates['primary']['n']}"

    behind, section = open_link(count)  # first click: the people and values behind the number
    value = next(link for link in behind.under[section] if link.kind == "value")
    record, item = open_link(value)  # second: the value in its record
    act = next(link for link in record.links if link.kind == "event" and link.row == record.row_of[item])
    events, event = open_link(act)  # third: the act that put it there

    sealed = event_of(demo, events.path.stem, event)
    assert events.texts[event]["author"].strip() == name_of(demo, sealed)
    assert events.texts[event]["code"].split()[0] == sealed["actor"]
    assert str(sealed["server_utc"])[:19].replace("T", " ") in events.texts[event]["dd"]


def event_of(data: Path, participant: str, place: str) -> Mapping[str, object]:
    where = (f"participant:{participant}", int(place.removeprefix("e-")))
    ((content,),) = rows(data, "SELECT content FROM event WHERE stream = ? AND sequence = ?", where)
    found: Mapping[str, object] = json.loads(str(content))
    return found


def name_of(data: Path, sealed: Mapping[str, object]) -> object:
    """Of the account, or of the participant who entered it by phone."""
    role, _, participant = str(sealed["actor"]).partition(":")
    if role == "participant":
        ((code,),) = rows(data, "SELECT code FROM participant WHERE participant = ?", (participant,))
        return f"Participant {code}"
    ((name,),) = rows(data, "SELECT name FROM account WHERE id = ?", (sealed["actor"],))
    return name


def rows(data: Path, query: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(data / "trialwright.sqlite3")
    found = connection.execute(query, parameters).fetchall()
    connection.close()
    return found


def test_fifty_numbers_at_random_each_lead_to_an_event_with_an_author(demo: Path, site: Path) -> None:
    rng = random.Random(20240619)
    pages = [page(path) for path in sorted(site.rglob("*.html"))]
    numbers = [link for one in pages for link in one.links if "number" in link.kind.split()]
    filled = [link for link in numbers if people_behind(link)]

    assert all(is_of_nobody(link.text) for link in numbers if link not in filled)
    for link in rng.sample(filled, 50):
        events, event = follow(link, rng)
        sealed = event_of(demo, events.path.stem, event)
        assert events.texts[event]["author"].strip() == name_of(demo, sealed) != "", link.href


def test_no_two_headings_of_a_page_of_numbers_are_the_same(site: Path) -> None:
    pages = sorted((site / "trace").glob("*.html"))
    heads = {one.name: re.findall(r"<h2[^>]*>(.*?)</h2>", one.read_text("utf-8")) for one in pages}

    assert sum(map(len, heads.values())) > 200
    assert {name: found for name, found in heads.items() if len(found) != len(set(found))} == {}


def is_of_nobody(text: str) -> bool:
    """A count of nobody, or the limits of their proportion."""
    return text.partition("/")[0].strip() in ("0", "0.0", "–") or bool(
        re.fullmatch(r"0\.0 – [\d.]+ %", text.strip())
    )


def people_behind(link: Link) -> list[Link]:
    """What a click on a number offers: participants, or their values."""
    behind, place = open_link(link)
    found = (behind.under[place] or behind.under[behind.around[place]]) if place else behind.links
    return [one for one in found if one.kind in ("participant", "value")]


def follow(link: Link, rng: random.Random) -> tuple[Page, str]:
    """Number, participant or value, event."""
    record, item = open_link(rng.choice(people_behind(link)))
    row = record.row_of.get(item)
    acts = [one for one in record.links if one.kind == "event" and (row is None or one.row == row)]
    return open_link(rng.choice(acts))


# ------------------------------------------------------------------ the log and its projection


def test_the_log_gives_the_records_of_the_demo(demo: Path) -> None:
    ran = run("rebuild", demo)

    assert (ran.code, ran.out) == (0, "0 rows changed.\n")
    assert run("verify", demo).code == 0


def test_records_that_were_deleted_come_back_byte_for_byte(demo: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo, data)
    before = rows(data, RECORDS)
    connection = sqlite3.connect(data / "trialwright.sqlite3", isolation_level=None)
    connection.execute("DELETE FROM record")
    connection.close()

    ran = run("rebuild", data)

    assert ran.code == 0
    assert ran.out.splitlines()[-1] == f"{len(before)} rows changed."
    assert rows(data, RECORDS) == before
    assert run("verify", data).code == 0
