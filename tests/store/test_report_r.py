"""`trialwright report --with-r`: a program in R, in which nothing of ours is called, finds the numbers of the report again."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.spec.analysis_data import make_study, tell
from tests.spec.test_displays import reported as reported_of
from tests.store import test_report_command as reported

from trialwright.analysis.ard import ResultsDataset, Statistic
from trialwright.analysis.ard_files import write_lists_csv, write_results_csv
from trialwright.analysis.r_check import write_r_check
from trialwright.analysis.r_text import r_text
from trialwright.analysis.report import make_dataset
from trialwright.cli import main, report_r
from trialwright.cli.output import FINDINGS, OK, USAGE, UserError
from trialwright.cli.report_r import DIFFER

pytestmark = pytest.mark.unmeasured

folder = reported.folder
HEAD = (Path(report_r.__file__).parent / "r_check.R").read_text("utf-8")

needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")


def ran(tmp_path: Path, dataset: ResultsDataset, told: ResultsDataset | None = None) -> tuple[int, str]:
    """The program of a dataset, run on the numbers of that or another one."""
    files = write_r_check(make_study(), dataset, {}, HEAD).files | {
        "results.csv": write_results_csv(told or dataset),
        "lists.csv": write_lists_csv(told or dataset),
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    done = subprocess.run(
        ["Rscript", "--vanilla", "check.R"], cwd=tmp_path / "r", capture_output=True, text=True, check=False
    )
    assert done.stdout, done.stderr
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def dataset() -> ResultsDataset:
    people = [
        tell(f"{number:02}", "10", W12=str(number), W16=str(number // 2), W34="5", W52="6")
        for number in range(9)
    ]
    return make_dataset(reported_of(*people))


def changed(dataset: ResultsDataset, identity: str, value: object) -> ResultsDataset:
    return replace(
        dataset,
        statistics=tuple(
            replace(one, value=value) if one.id == identity else one for one in dataset.statistics
        ),
    )


@needs_r
def test_r_finds_the_numbers_of_a_report_again(folder, tmp_path, capsys):
    out = tmp_path / "report"
    assert main(["report", str(folder), "-o", str(out), "--formats", "html", "--with-r"]) == OK

    said = capsys.readouterr().out
    assert re.search(r"R version .*: \d+ checks, 0 differ", said)
    assert "DIFFERS" not in said
    assert "NOT CHECKED value (observed)" in said
    assert re.search(r"TEXTS of cells of report.html, compared with the numbers: [1-9]\d+\n", said)
    page = (out / "r" / "index.html").read_text("utf-8")
    assert "Value of the participant <code>value</code>" in page
    assert 'href="r/index.html"' in (out / "index.html").read_text("utf-8")
    assert (
        main(["report", str(folder), "-o", str(out), "--formats", "html"]) == OK
    )  # an older one is replaced
    assert not (out / "r").exists()


@needs_r
def test_every_number_of_estimates_and_summaries_is_checked(dataset, tmp_path):
    code, said = ran(tmp_path, dataset)

    assert code == 0
    left = {
        re.match(r"NOT CHECKED (.*): \d+", line)[1] for line in said.splitlines() if line.startswith("NOT")
    }
    assert left == {"value (observed)"}
    checks = int(re.search(r": (\d+) checks, 0 differ", said)[1])
    added = int(re.search(r"ADDED UP, not checked, .*: (\d+)", said)[1])
    known = [
        one
        for one in dataset.statistics
        if one.value is not None and one.analysis not in ("flow", "populations") and one.statistic != "value"
    ]
    sums = [one for one in known if one.statistic in ("responders", "n", "undecided") and one.estimate]
    reasons = [one for one in known if "." in one.statistic]
    heads = [one for name in ("flow", "populations") for one in dataset.of(name) if one.value is not None]
    assert sums and reasons and heads
    assert (added, checks) == (
        len(sums) + len(reasons) + len(heads),
        len(known) - len(sums) - len(reasons),
    )


@needs_r
@pytest.mark.parametrize(
    ("identity", "value"),
    [("primary:responders", 1), ("primary:low", 0.2), ("primary:proportion", 0.5), ("course/score.total/W16:median", 2.5), ("course/score.total/W16:q1", 0.5)],
)  # fmt: skip
def test_a_number_that_is_wrong_is_named_with_that_of_r(dataset, tmp_path, identity, value):
    assert dataset.by_id[identity].value != value

    code, said = ran(tmp_path, dataset, changed(dataset, identity, value))

    assert code == DIFFER
    found = [line for line in said.splitlines() if line.startswith("DIFFERS")]
    assert len(found) == 1
    assert found[0].startswith(f"DIFFERS {identity}: the report says {value:.12g}, R says ")
    assert float(found[0].rpartition(" ")[2]) == pytest.approx(float(dataset.by_id[identity].value), abs=1e-8)


@needs_r
@pytest.mark.parametrize("method", ["clopper_pearson", "wilson", "jeffreys", "mid_p"])
def test_each_interval_is_that_of_r(tmp_path, method):
    study = make_study()
    analyses = {name: replace(one, interval_method=method) for name, one in study.analyses.items()}
    people = [tell(f"{number:02}", "10", W16="0.5" if number < 4 else "9") for number in range(7)]
    dataset = make_dataset(reported_of(*people, study=replace(study, analyses=analyses)))
    assert {one.method for one in dataset.statistics if one.statistic == "low"} == {method}

    assert ran(tmp_path, dataset)[0] == 0


@needs_r
def test_a_curve_of_kaplan_and_meier_is_that_of_survival(dataset, tmp_path):
    """Ten people: events on days 30 (2) and 90 (1), last seen on days 60 (3) and 120 (4); by hand 8/10 and 8/10 * 4/5."""
    method, level = "kaplan_meier, log-log", 0.95

    def row(day: int, statistic: str, value: float, method: str = "count") -> Statistic:
        own = level if method != "count" else None
        name = f"t.km.day_{day}"
        return Statistic(
            f"{name}:{statistic}", "t", statistic, value, estimate=name, method=method, level=own, day=day
        )

    counts = [(30, 2, 0), (60, 0, 3), (90, 1, 0), (120, 0, 4)]
    rows = [
        row(day, name, value)
        for day, *both in counts
        for name, value in zip(("events", "censored"), both, strict=True)
    ]
    rows += [row(30, "survival", 0.8, method), row(90, "survival", 0.64, method)]
    times = replace(dataset, statistics=tuple(rows), contributions=())

    assert ran(tmp_path, times)[0] == 0
    code, said = ran(tmp_path, times, changed(times, "t.km.day_90:survival", 0.65))
    assert (code, "DIFFERS t.km.day_90:survival: the report says 0.65, R says 0.64" in said) == (DIFFER, True)


@needs_r
def test_a_p_value_is_compared_by_its_size_however_small(tmp_path):
    """Forty of forty against a half: 2 ** -40, which is nothing beside 1."""
    dataset = make_dataset(reported_of(*(tell(f"{number:02}", "10", W16="0") for number in range(40))))
    assert dataset.by_id["primary:p_value"].value == pytest.approx(2.0**-40, rel=1e-9)

    assert ran(tmp_path, dataset)[0] == 0
    code, said = ran(tmp_path, dataset, changed(dataset, "primary:p_value", 0.0))
    assert (code, "DIFFERS primary:p_value: the report says 0, R says 9.0949" in said) == (DIFFER, True)


@needs_r
def test_a_program_that_checks_nothing_does_not_end_well(dataset, tmp_path):
    code, said = ran(tmp_path, replace(dataset, statistics=dataset.of("flow"), contributions=()))

    assert (code, ": 0 checks, 0 differ" in said) == (DIFFER, True)


@pytest.mark.parametrize(
    ("code", "out", "expected", "note"),
    [
        (0, "R version 4: 12 checks, 0 differ\n", OK, ""),
        (DIFFER, "DIFFERS a:low: x\nR version 4: 12 checks, 1 differ\n", FINDINGS, ""),
        (DIFFER, "R version 4: 0 checks, 0 differ\n", FINDINGS, "checked no number"),
        (0, "R version 4: 0 checks, 0 differ\n", FINDINGS, "checked no number"),
    ],
)
def test_what_a_run_of_r_comes_to(capsys, code, out, expected, note):
    done = subprocess.CompletedProcess([], code, out, "")

    assert report_r.code_of(Path("check.R"), done) == expected
    assert note in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "out", "error", "said"),
    [
        (1, "DIFFERS a:low: x\n", "Error: no package called survival\n", "Error: no package called survival"),
        (1, "R version 4: 12 checks, 0 differ\n", "Error: late\n", "Error: late"),
        (0, "", "", "it ended with 0"),
        (-9, "R version 4: 12 checks\n", "", "it ended with -9"),
    ],
)
def test_a_program_that_did_not_come_to_its_last_line_is_a_fault_with_its_reason(code, out, error, said):
    with pytest.raises(UserError, match=re.escape(said)):
        report_r.code_of(Path("check.R"), subprocess.CompletedProcess([], code, out, error))


@needs_r
def test_a_fault_of_r_after_a_difference_is_no_difference(tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "check.R").write_text('cat("DIFFERS a:low: x\\n"); stop("the reason")', "utf-8")

    with pytest.raises(UserError, match="the reason"):
        report_r.run_r(tmp_path)


def test_limits_of_an_estimate_that_tells_nobodys_outcome_are_not_checked(dataset):
    """As of a method that imputes: its limits are of no count that R could make."""
    rows = tuple(
        Statistic(f"i:{name}", "i", name, value, estimate="i", role="variant", method=method, level=0.95)
        for name, value, method in (("n", 9, "count"), ("low", 0.2, "clopper_pearson"))
    )
    files = write_r_check(make_study(), replace(dataset, statistics=rows, contributions=()), {}, HEAD).files

    assert b'not_checked("low (clopper_pearson)", 1)' in files["r/check.R"]


def test_a_summary_of_which_no_values_are_told_is_not_checked(dataset):
    """As of a method that sums up rows of a dataset and tells none of them."""
    row = Statistic(
        "s/X/W16:median",
        "s",
        "median",
        3.0,
        parameter="X",
        visit="W16",
        method="observed",
        participants=("p01",),
    )
    files = write_r_check(make_study(), replace(dataset, statistics=(row,), contributions=()), {}, HEAD).files
    script = files["r/check.R"].decode()

    assert "s/X/W16" not in script
    assert 'not_checked("median (observed)", 1)' in script


def test_nothing_of_ours_is_called_in_the_program(dataset):
    files = write_r_check(make_study(), dataset, {}, HEAD).files
    script = files["r/check.R"].decode()
    code = "\n".join(line.partition("#")[0] for line in script.splitlines())

    assert "trialwright" not in code.lower()
    assert not re.search(r"\b(system2?|reticulate|library|source|eval)\s*\(", code)
    assert set(re.findall(r"(\w+)::", code)) == {"survival"}
    assert script.isascii()


def test_a_text_of_a_study_is_never_code():
    for text in ('a"); quit(status = 0); c("', "a\nquit()", "a\\", "研究"):
        written = r_text(text)
        assert written.isascii() and "\n" not in written
        assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', written)


def test_without_r_the_program_is_written_and_that_is_said(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(report_r.shutil, "which", lambda name: None)
    out = tmp_path / "my report"

    assert main(["report", str(folder), "-o", str(out), "--formats", "html", "--with-r"]) == OK

    said = capsys.readouterr().err
    assert "R is not installed" in said
    assert f"cd '{out / 'r'}' && Rscript check.R" in said
    assert (out / "r" / "check.R").exists()


def test_r_needs_a_folder(folder, capsys):
    assert main(["report", str(folder), "--json", "--with-r"]) == USAGE
    assert "-o DIR" in capsys.readouterr().err


@needs_r
def test_what_differs_is_a_finding_of_the_command(folder, tmp_path, capsys):
    out = tmp_path / "report"
    assert main(["report", str(folder), "-o", str(out), "--formats", "html", "--with-r"]) == OK
    lines = (out / "results.csv").read_text("utf-8")
    (out / "results.csv").write_text(lines.replace("0.025000000000000022", "0.026"), "utf-8")
    capsys.readouterr()

    assert report_r.run_r(out) == FINDINGS
    assert "DIFFERS primary:low: the report says 0.026, R says 0.025" in capsys.readouterr().out
