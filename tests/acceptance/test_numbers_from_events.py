"""Numbers of a report at random, more than two hundred: each is found again, from the events at the end of its trace or as a whole."""

import hashlib
import json
import math
import random
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from tests.acceptance.bedside import Report, read_log, read_plan, with_lists
from tests.acceptance.console import Ran, run

pytestmark = pytest.mark.slow

STUDY = Path(__file__).parents[2] / "studies" / "nct06374979"
RSCRIPT = shutil.which("Rscript")
SEED, MANY = 20261129, 240
# So many of them by hand; the others are of models and rules, which only the same computation gives again.
LEAST = 100


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("bedside") / "data"
    ran = run("demo", "--data", data, "--participants", 6, "--seed", 2, "--no-serve")
    assert ran.code == 0, ran.err
    return data


@pytest.fixture(scope="module")
def written(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """The report, with the numbers of R beside ours where it is installed, and what was said of it."""
    out = tmp_path_factory.mktemp("bedside-report") / "report"
    ran = run("report", demo, "-o", out, "--formats", "html", *(["--with-r"] if RSCRIPT else []))
    assert (out / "results.json").exists(), ran.out + ran.err
    assert ran.code == 0 or RSCRIPT is not None, ran.err
    return out, ran


@pytest.fixture(scope="module")
def site(written: tuple[Path, Ran]) -> Path:
    return written[0]


@pytest.fixture(scope="module")
def report(demo: Path, site: Path) -> Report:
    told = json.loads((site / "results.json").read_text("utf-8"))
    results = {str(one["id"]): one for one in with_lists(told["results"], told)}
    contributions = with_lists(told["contributions"], told)
    return Report(results, contributions, read_log(demo / "trialwright.sqlite3"), read_plan(STUDY))


def value_of(text: str) -> Fraction | float | int | None:
    if not text:
        return None
    return Fraction(text) if "/" in text else float(text)


def test_numbers_at_random_come_out_of_the_events_behind_them(report: Report) -> None:
    """Counts and what is only sorted must be equal, a median of two to the last bit; limits and p by scipy's root finding
    to 1e-9."""
    chosen = random.Random(SEED).sample(sorted(report.results), MANY)
    by_hand = 0
    for name in chosen:
        one = report.results[name]
        again = report.again(one)
        if again is NotImplemented:
            continue
        by_hand += 1
        told = value_of(str(one["value"] or ""))
        if one["statistic"] in ("low", "high", "p_value") and told is not None:
            assert again == pytest.approx(told, abs=1e-9), name
        elif one["statistic"] == "median" and told is not None and again is not None:
            assert abs(float(told) - float(again)) <= math.ulp(float(told)), name
        else:
            assert told == (None if again is None else float(again)), name  # type: ignore[arg-type]  # as JSON holds it
    assert by_hand >= LEAST, by_hand


def test_a_number_that_was_changed_does_not_come_out(report: Report) -> None:
    """The check can fail: one value of the log changed, and its median and response are others."""
    median = next(
        one
        for one in report.results.values()
        if one["statistic"] == "max" and one["parameter"] == "pasi.total"
    )
    single = next(
        one
        for one in report.results.values()
        if one["statistic"] == "value"
        and all(one.get(key) == median.get(key) for key in ("analysis", "parameter", "visit"))
    )
    names = [str(each) for each in single["events"]]  # type: ignore[attr-defined]  # as JSON holds it
    name = next(each for each in names if report.log.events[each].number("pasi", "total") is not None)
    event = report.log.events[name]
    other = type(event)(event.kind, event.body, {**event.values, "total": '{"v":"71.5"}'})
    log = type(report.log)({**report.log.events, name: other}, report.log.heads)

    assert (
        Report(report.results, report.contributions, log, report.plan).again(median)
        == 71.5
        != report.again(median)
    )


def test_all_numbers_come_out_of_the_same_data_definition_and_seeds(demo: Path, site: Path) -> None:
    ran = run("report", demo, "--verify", site, "--json")

    assert (ran.code, json.loads(ran.out)) == (0, [])


@pytest.mark.skipif(RSCRIPT is None, reason="R is not installed")
def test_r_finds_the_numbers_again_from_the_analysis_datasets(written: tuple[Path, Ran]) -> None:
    out, ran = written
    assert ran.code == 0, ran.out
    script = (out / "r" / "check.R").read_text("utf-8")
    for read in (
        'dataset_values(ADPASI, "PASITOT", "Week 16", c("ANL01FL"), ADSL, "FASFL", "AVAL")',
        'check("primary:responders", responding(ADPASI, "PASI90", "Week 16", "ANL02FL"))',
    ):
        assert read in script
    checks = int(ran.out.rpartition(": ")[2].partition(" ")[0])
    assert checks > 800


def test_the_hash_of_the_data_is_that_of_the_seals_in_the_log(report: Report, site: Path) -> None:
    told = json.loads((site / "results.json").read_text("utf-8"))
    text = json.dumps(report.log.heads, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert told["heads"] == hashlib.sha256(text.encode()).hexdigest()


def test_the_trace_of_a_number_names_the_events_of_the_results(demo: Path, report: Report) -> None:
    """The command and the file say the same."""
    name = "pasi_course/pasi.total/W16:max"
    told = json.loads(run("trace", demo, name, "--json").out)

    found = {
        f"{row['participant']}:{event['sequence']}"
        for row in told["rows"]
        for event in row["events"]
        if event["is_read"]
    }
    singles = (
        one
        for one in report.results.values()
        if one["statistic"] == "value" and str(one["id"]).startswith("pasi_course/pasi.total/W16/")
    )
    assert found == {str(event) for one in singles for event in one["events"]}  # type: ignore[attr-defined]  # as JSON holds it
