"""`trialwright trace`: from a number of the results to the participants, values and events behind it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.data_cut import AsOf, WhichStudy, asked_cut
from trialwright.cli.output import OK, USAGE, UserError, json_text, printable, say
from trialwright.cli.report import require_scipy
from trialwright.cli.report_data import (
    LANGUAGES,
    analyse,
    chosen_study,
    last_moment,
    report_of,
    version_of,
    write_down,
)
from trialwright.values.collector import at_rest

if TYPE_CHECKING:
    from trialwright.analysis.ard import ResultsDataset, Statistic
    from trialwright.analysis.page import Report
    from trialwright.analysis.trace import TracedRow


@at_rest()
def trace(
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    result: Annotated[
        str,
        typer.Argument(
            metavar="RESULT_ID",
            help="A number of results.json, such as primary:low; or an analysis or estimate, whose numbers are listed.",
        ),
    ],
    participant: Annotated[
        str, typer.Option("--participant", metavar="CODE", help="Only this participant.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    language: Annotated[str, typer.Option("--language", help="en or zh-Hans.")] = "en",
    as_of: AsOf = None,
    study: WhichStudy = "",
) -> int:
    """Say of a number how it was made, who stands behind it, and which events by whom say so."""
    from trialwright.analysis.report import make_dataset
    from trialwright.store.folder import check_data, open_data

    check_data(data)
    if language not in LANGUAGES:
        raise UserError(f"A trace is written in {' or '.join(LANGUAGES)}, not in {language}.", code=USAGE)
    require_scipy()
    open_data(data)
    newest = chosen_study(study)
    cut = asked_cut(as_of, newest)
    chosen = version_of(newest, cut)
    people, results = analyse(data, chosen, cut, is_traced=True)
    made = report_of(chosen, people, results, language)
    dataset = make_dataset(made)
    # A refusal tells of the data too, as that somebody does not stand behind a number, and what was printed cannot be
    # called back: the event comes before either.
    write_down(chosen.id, asked(result, participant), last_moment(people))
    found = named(dataset, result)
    whose = participant_of(dataset, participant)
    for line in told(made, dataset, found, whose, is_json=json):
        say(line)
    return OK


def asked(result: str, participant: str) -> str:
    """What is written down of a trace.

    >>> asked("primary:low", ""), asked("primary:low", "01")
    ('trace primary:low', 'trace primary:low of participant 01')
    """
    return f"trace {result} of participant {participant}" if participant else f"trace {result}"


def named(dataset: "ResultsDataset", name: str) -> "tuple[Statistic, ...]":
    """The number or the numbers of a name; raises UserError with those that look like it."""
    from trialwright.analysis.trace_text import nearest, statistics_named

    found = statistics_named(dataset, name)
    if found:
        return found
    close = nearest(dataset, name)
    hint = (
        f"The nearest are {printable(', '.join(close))}."
        if close
        else "results.json of `trialwright report` lists them."
    )
    raise UserError(f"No result is called {name}. {hint}", code=USAGE)


def participant_of(dataset: "ResultsDataset", code: str) -> str:
    """The participant of a code; "" where none is asked for."""
    if not code:
        return ""
    found = next((one for one, known in dataset.codes.items() if code in (known, one)), None)
    if found is None:
        raise UserError(f"There is no participant {code} at this data cut.", code=USAGE)
    return found


def told(
    made: "Report", dataset: "ResultsDataset", found: "tuple[Statistic, ...]", whose: str, *, is_json: bool
) -> tuple[str, ...]:
    """What is printed, line by line: of one number all its rows, of several only what they are."""
    from trialwright.analysis.trace_text import lines_of, list_lines, plain_list, plain_of, traced

    if len(found) > 1:
        mine = tuple(one for one in found if not whose or whose in one.participants)
        if is_json:
            return (json_text(plain_list(made, dataset, mine)),)
        return tuple(map(printable, list_lines(made, mine)))
    one = traced(made, found[0], rows_of(made, dataset, found[0], whose))
    if is_json:
        return (json_text(plain_of(made, dataset, one)),)
    return tuple(map(printable, lines_of(made, dataset, one)))


def rows_of(
    made: "Report", dataset: "ResultsDataset", one: "Statistic", whose: str
) -> "tuple[TracedRow, ...]":
    """Everybody behind a number, or the one who is asked for; raises UserError where that one is not."""
    from trialwright.analysis.trace import index_of, rows_behind

    rows = rows_behind((one,), index_of(dataset, made.results))
    mine = tuple(row for row in rows if not whose or row.participant == whose)
    if whose and not mine:
        said = f"Participant {dataset.codes[whose]} does not stand behind {one.id}."
        raise UserError(printable(said), code=USAGE)
    return mine
