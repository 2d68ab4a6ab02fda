"""`trialwright report --verify`: computes the results of a report anew, from its data cut, and compares every number;
the files are written anew, and compared byte for byte."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.cli.data_cut import Cut, words_of
from trialwright.cli.output import FINDINGS, OK, UserError, note, printable, say, say_json, why
from trialwright.cli.report_data import analyse, report_of, write_down
from trialwright.cli.report_files import NONE, ComparedFiles, compare_files

if TYPE_CHECKING:
    from trialwright.analysis.ard import ResultsDataset
    from trialwright.analysis.compare_results import Difference
    from trialwright.analysis.page import Report

RESULTS = "results.json"


def verify_report(data: Path, folder: Path, *, is_json: bool) -> int:
    """Says each difference; FINDINGS where there is one."""
    from trialwright.store.definitions import studies

    told = read_results(folder)
    if told.study not in studies():
        raise UserError(f"The report is of the study {told.study}, which is not in {data}.")
    is_known = has_definition(told)
    found, files = found_in(data, folder, told) if is_known else (unknown_definition(told), NONE)
    found = (*found, *files_apart(folder, told), *files.apart)
    # The differences that are printed are numbers of the data: the event comes first (trust R07).
    write_down(told.study, "verification", told.cut)
    if is_json:
        say_json([{"of": one.of, "told": one.told, "now": one.now} for one in found])
    else:
        left = (f"{name}: not compared, for {reason}" for name, reason in files.left.items())
        closing = summary(told, files.same, len(found), is_compared=is_known)
        for line in (*lines_of(found), *left, closing):
            say(printable(line))
    return FINDINGS if found or files.left else OK


def read_results(folder: Path) -> "ResultsDataset":
    from trialwright.analysis.ard_files import read_results_json

    path = folder / RESULTS
    try:
        return read_results_json(path.read_bytes())
    except OSError as error:
        raise UserError(f"The report cannot be read: {why(error)}") from error
    except ValueError as error:
        raise UserError(f"{path} holds no results of a report: {error}") from error


def has_definition(told: "ResultsDataset") -> bool:
    from trialwright.store.definitions import study_by_hash
    from trialwright.store.errors import NotFound

    try:
        study_by_hash(told.study, told.definition)
    except NotFound:
        return False
    return True


def unknown_definition(told: "ResultsDataset") -> "tuple[Difference, ...]":
    """Of a definition that the data folder does not have nothing can be computed."""
    from trialwright.analysis.compare_results import Difference

    return (Difference("definition", told.definition, "not in this data folder"),)


def found_in(
    data: Path, folder: Path, told: "ResultsDataset"
) -> "tuple[tuple[Difference, ...], ComparedFiles]":
    """Differences from the results of the same cut under the same definition, and from the files that they give."""
    from trialwright.analysis.compare_results import differences
    from trialwright.analysis.report import make_dataset

    made = report_anew(data, told)
    now = make_dataset(made)
    for name, version in now.environment.items():
        if told.environment.get(name) != version:
            others = printable(told.environment.get(name, "not told"))
            note(f"{name}: {others} made the report, {version} is here.")
    return differences(told, now), compare_files(folder, made, told, now)


def report_anew(data: Path, told: "ResultsDataset") -> "Report":
    """The report under the definition of another, of the events that were in its cut."""
    from trialwright.store.definitions import study_by_hash

    study = study_by_hash(told.study, told.definition)
    people, results = analyse(data, study, cut_of(told), is_traced=True)
    return report_of(study, people, results, "en")


def cut_of(told: "ResultsDataset") -> Cut:
    """Each site to the last of its events that counted. Raises UserError where the results do not tell it."""
    try:
        moments = {site: moment_of(text) for site, text in told.moments.items()}
        last = date.fromisoformat(told.last_day) if told.last_day else None
    except (ValueError, OverflowError) as error:
        raise UserError(f"{RESULTS} does not tell its data cut: {error}") from error
    return Cut(moments, last)


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def files_apart(folder: Path, told: "ResultsDataset") -> "Iterator[Difference]":
    """The lines for other programs must say what the results say."""
    from trialwright.analysis.ard_files import write_lists_csv, write_records_csv, write_results_csv
    from trialwright.analysis.compare_results import Difference

    written = {
        "results.csv": write_results_csv,
        "lists.csv": write_lists_csv,
        "records.csv": write_records_csv,
    }
    for name, write in written.items():
        path = folder / name
        if not path.exists():
            yield Difference(name, "missing", "written with every report")
        elif path.read_bytes() != write(told):
            yield Difference(name, "other lines", f"those of {RESULTS}")


def lines_of(found: "tuple[Difference, ...]") -> Iterator[str]:
    for one in found:
        yield f"{one.of}: the report says {one.told}; computed anew {one.now}"


def summary(told: "ResultsDataset", files: int, found: int, *, is_compared: bool) -> str:
    """What was compared and how closely, and what it came to. files: how many are the same."""
    from trialwright.analysis.compare_results import ABSOLUTE, RELATIVE, is_exact

    if not is_compared:
        return f"No number was compared, for the data folder does not have the definition; {counted(found)}."
    exact = sum(map(is_exact, told.statistics))
    close = len(told.statistics) - exact
    return (
        f"{len(told.statistics)} numbers of {cut_words(told)}: {exact} compared exactly, {close} to {RELATIVE:g} "
        f"(or {ABSOLUTE:g}, but for p-values); {files} other files the same byte for byte; {counted(found)}."
    )


def cut_words(told: "ResultsDataset") -> str:
    """The data cut as the command that makes a report takes it."""
    from trialwright.store.definitions import study_by_hash

    return words_of(cut_of(told), study_by_hash(told.study, told.definition))


def counted(found: int) -> str:
    return "no difference" if found == 0 else "1 difference" if found == 1 else f"{found} differences"
