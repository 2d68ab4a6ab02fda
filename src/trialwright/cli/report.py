"""`trialwright report`: the results of a data folder, as pages where each number is traced, or as JSON."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.data_cut import AsOf, WhichStudy, asked_cut
from trialwright.cli.output import FINDINGS, OK, USAGE, UserError, note, say, say_json
from trialwright.cli.replace_folder import replace_folder, require_place
from trialwright.cli.report_data import (
    LANGUAGES,
    chosen_study,
    last_moment,
    read_people,
    report_of,
    results_of,
    version_of,
    without_results,
    write_down,
)
from trialwright.cli.report_formats import ARS, chosen_formats, write_data, write_formats
from trialwright.cli.report_r import r_files, run_r
from trialwright.cli.report_verify import RESULTS, verify_report
from trialwright.cli.two_processes import at_once
from trialwright.values.collector import at_rest

if TYPE_CHECKING:
    from trialwright.analysis.page import Report
    from trialwright.analysis.results import Results

NAMES = (  # at the top of a report
    *("index.html", "report.css", "analysis", "participants", "events", "trace", "r"),
    *(
        "results.json",
        "results.csv",
        "lists.csv",
        "records.csv",
        "results.ars.json",
        "report.html",
        "report.pdf",
        "report.docx",
        "tables",
    ),
)

Formats = Annotated[
    str | None,
    typer.Option(
        "--formats",
        metavar="html,pdf,docx,rtf",
        help="Forms of the study report beside the pages; all that can be written where none is named.",
    ),
]
Verify = Annotated[
    Path | None,
    typer.Option(
        "--verify",
        metavar="DIR",
        help="Write nothing: compute the results of the report in this folder anew, and say each difference.",
    ),
]

WithR = Annotated[
    bool,
    typer.Option(
        "--with-r",
        help="Write into the report a program in R that computes numbers once more, with its data; run it where R is.",
    ),
]


@at_rest()
def report(  # noqa: PLR0913, PLR0917 -- one argument an option of the command
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="The folder to write; an older report in it is replaced."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the list of estimates as JSON.")] = False,
    language: Annotated[str, typer.Option("--language", help="en or zh-Hans.")] = "en",
    as_of: AsOf = None,
    study: WhichStudy = "",
    formats: Formats = None,
    verify: Verify = None,
    with_r: WithR = False,
) -> int:
    """Estimate the endpoints and write a report in which each number opens the people and events behind it."""
    from trialwright.store.folder import check_data, open_data

    check_data(data)
    if verify is not None:
        check_alone(out=out, as_of=as_of, study=study, formats=formats, with_r=with_r)
        require_scipy()
        open_data(data)
        return verify_report(data, verify, is_json=json)
    check_asked(out, json, language, formats, with_r=with_r)
    wanted = chosen_formats(formats) if out is not None else ()
    open_data(data)
    newest = chosen_study(study)
    cut = asked_cut(as_of, newest)
    chosen = version_of(newest, cut)
    people = read_people(chosen, cut)
    if out is None:
        results = results_of(data, chosen, people, cut, is_traced=False)
    else:
        known = report_of(chosen, people, without_results(data, chosen, people), language)
        results, pages = at_once(
            lambda: results_of(data, chosen, people, cut, is_traced=True), lambda: write_people(known)
        )
        made = replace(known, results=results)
        files = render_files(made, pages, wanted, is_asked=formats is not None, with_r=with_r)
        replace_folder(out, files, claim=lambda: write_down(chosen.id, "report", last_moment(people)))
    if json:
        rows = [estimate_row(one) for one in results.estimates()]
        # What was printed cannot be called back: the event comes first, so that no copy leaves without one.
        write_down(chosen.id, "estimates", last_moment(people))
        say_json(rows)
    elif out is not None:
        say(f"Report of {counted(results)}: {out / 'index.html'}")
    return max(told(results), run_r(out) if with_r and out is not None else OK)


def check_asked(
    out: Path | None, json: bool, language: str, formats: str | None, *, with_r: bool = False
) -> None:
    """Refuses what cannot be done before anything is read."""
    if out is None and not json:
        raise UserError("Say where to write with -o DIR, or ask for --json.", code=USAGE)
    if with_r and out is None:
        raise UserError("Say where to write the program in R with -o DIR.", code=USAGE)
    if formats is not None and out is None:
        raise UserError("Say where to write the formats with -o DIR.", code=USAGE)
    if language not in LANGUAGES:
        raise UserError(f"The report is written in {' or '.join(LANGUAGES)}, not in {language}.", code=USAGE)
    require_scipy()
    if out is not None:
        require_place(out, NAMES)


def check_alone(**others: object) -> None:
    """A report that is verified tells its own cut, study and place."""
    named = [f"--{name.replace('_', '-')}" for name, value in others.items() if value]
    if named:
        raise UserError(
            f"--verify takes what {RESULTS} of the report tells; leave out {', '.join(named)}.", code=USAGE
        )


def require_scipy() -> None:
    if find_spec("scipy") is None:
        raise UserError("Exact intervals need SciPy: pip install 'trialwright[stats]'.")


def told(results: "Results") -> int:
    """Says what the analyses object to; the exit code that it comes to."""
    for found in results.problems:
        place = f"{found.where}: " if found.where else ""
        note(f"{place}{found.severity}: {found.text} [{found.code}]")
    return FINDINGS if any(found.severity == "error" for found in results.problems) else OK


def estimate_row(estimate: object) -> Mapping[str, object]:
    """What `--json` says of one estimate."""
    names = ("analysis_id", "label", "responders", "n", "estimate", "low", "high", "level", "method")
    return {name: getattr(estimate, name) for name in names}


def counted(results: "Results") -> str:
    """How many came how far, as in "56 screened, 50 enrolled, 50 dosed"."""
    return ", ".join(
        f"{box.count} {box.id}" for box in results.flow if box.id in ("screened", "enrolled", "dosed")
    )


def write_people(known: "Report") -> dict[str, bytes]:
    """The pages of what is known before there are results."""
    from trialwright.analysis.report import write_people_pages

    return write_people_pages(known)


def render_files(
    made: "Report",
    people: dict[str, bytes],
    wanted: tuple[str, ...],
    *,
    is_asked: bool,
    with_r: bool = False,
) -> dict[str, bytes]:
    """The results, the study report in its formats, and the pages, of which the first links the others. people: of
    `write_people`."""
    from trialwright.analysis.pages_index import render_index
    from trialwright.analysis.report import make_dataset, write_pages

    dataset = make_dataset(made)
    formats, (data, pages) = at_once(
        lambda: write_formats(made, dataset, wanted, is_asked=is_asked),
        lambda: (write_data(dataset), write_pages(made, dataset)),
    )
    outline = formats.pop(ARS)
    files = formats | data | {ARS: outline} | (r_files(made, dataset) if with_r else {})
    first = render_index(replace(made, files=tuple(files)), dataset.by_analysis)
    return {"index.html": first} | files | people | pages
