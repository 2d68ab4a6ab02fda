"""`trialwright rehearse`: tables for people, JSON for programs, and exit codes that tell whether all went as meant."""

import json
import shutil
from pathlib import Path

import pytest
from tests.acceptance.console import run

from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE

STUDY = Path(__file__).parents[1] / "studies" / "migraine"
TITLES = {
    "Course of the trial",
    "Not eligible, by criterion",
    "Ended early",
    "Queries, by edit check",
    "Queries without a mistake behind them",
    "Mistakes made on purpose",
    "Diaries",
    "Adherence to the diary",
    "findings",
}


def rehearse(*words: object, study: Path = STUDY) -> tuple[int, dict[str, list[dict[str, object]]]]:
    ran = run("rehearse", study, "--json", *words)
    return ran.code, json.loads(ran.out)


def counts(told: dict[str, list[dict[str, object]]]) -> dict[object, object]:
    return {row["what"]: row["count"] for row in told["Course of the trial"]}


@pytest.fixture
def altered(tmp_path: Path) -> Path:
    """A copy of the study, to be altered."""
    shutil.copytree(STUDY, tmp_path / "study")
    return tmp_path / "study"


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.unmeasured
def test_json_tells_every_table_and_the_findings() -> None:
    code, told = rehearse("--participants", 3)

    assert code == OK
    assert told.keys() == TITLES
    assert counts(told)["enrolled"] == 3
    mistakes = told["Mistakes made on purpose"]
    assert mistakes and {"mistake", "made", "caught by its check", "never caught"} <= mistakes[0].keys()


@pytest.mark.unmeasured
def test_tables_are_printed_for_people() -> None:
    ran = run("rehearse", STUDY, "--participants", 2)

    assert ran.code == OK
    assert all(title in ran.out for title in TITLES - {"findings"})
    assert "No findings: every save went as meant." in ran.out


@pytest.mark.unmeasured
def test_the_same_seed_tells_the_same() -> None:
    assert rehearse("--participants", 2, "--seed", 5) == rehearse("--participants", 2, "--seed", 5)
    assert rehearse("--participants", 2, "--seed", 5) != rehearse("--participants", 2, "--seed", 6)


@pytest.mark.unmeasured
def test_until_stops_earlier() -> None:
    whole, part = rehearse("--participants", 3), rehearse("--participants", 3, "--until", "2025-02-20")

    assert 0 < counts(part[1])["visits held"] < counts(whole[1])["visits held"]  # type: ignore[operator]  # numbers


def test_an_end_before_the_beginning_is_not_a_rehearsal_without_findings() -> None:
    ran = run("rehearse", STUDY, "--participants", 1, "--until", "2025-01-12")

    assert (ran.code, ran.out) == (USAGE, "")
    assert (
        ran.err
        == "Nothing happens before 2025-01-13, when the rehearsal begins; say --until 2025-01-13 or later.\n"
    )


def test_something_happens_on_the_first_day() -> None:
    words = ("--participants", 1, "--until", "2025-01-13")
    code, told = rehearse(*words)
    printed = run("rehearse", STUDY, *words)

    assert (code, counts(told)["screened"]) == (OK, 1)
    assert (printed.code, printed.out.count("screened")) == (OK, 1)


@pytest.mark.unmeasured
def test_answers_that_the_study_refuses_are_findings(altered: Path) -> None:
    block = altered / "rehearsal.yaml"
    replace_in(block, "range: [55, 92]", "range: [9000, 9999]")
    code, told = rehearse("--participants", 1, "--until", "2025-02-15", study=altered)

    assert code == FINDINGS
    assert any("vital_signs" in str(line) for line in told["findings"])
    assert "Finding: " in run("rehearse", altered, "--participants", 1, "--until", "2025-02-15").out


def test_a_block_that_cannot_be_read_is_said_with_its_path(altered: Path) -> None:
    replace_in(altered / "rehearsal.yaml", "visits_between", "visits_betwen")
    ran = run("rehearse", altered)

    assert (ran.code, ran.out) == (ENVIRONMENT, "")
    assert "rehearsal.clock: “visits_betwen” is not known here" in ran.err


def test_a_study_with_errors_is_not_rehearsed(altered: Path) -> None:
    replace_in(altered / "terms.yaml", "demography.birth_date", "demography.birthdate")
    ran = run("rehearse", altered)

    assert ran.code == FINDINGS
    assert "terms.yaml:2:" in ran.err
    assert "trialwright check lists them" in ran.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("no-such-folder",), ENVIRONMENT),
        ((), USAGE),
        ((STUDY, "--participants", 0), USAGE),
        ((STUDY, "--until", "soon"), USAGE),
    ],
)
def test_what_cannot_be_run_ends_with_its_code(words: tuple[object, ...], code: int) -> None:
    assert run("rehearse", *words).code == code
