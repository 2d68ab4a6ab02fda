"""`trialwright report`: the results of a data folder, as pages where each number is traced, or as JSON."""

import gettext
import platform
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.data_cut import AsOf, Cut, WhichStudy, asked_cut, frozen, last_day_over
from trialwright.cli.output import FINDINGS, OK, USAGE, UserError, note, say, say_json
from trialwright.cli.replace_folder import replace_folder, require_place
from trialwright.cli.report_formats import chosen_formats, write_formats
from trialwright.cli.report_r import r_files, run_r
from trialwright.cli.report_verify import RESULTS, verify_report
from trialwright.cli.two_processes import at_once

if TYPE_CHECKING:
    from trialwright.analysis.conduct import Conduct
    from trialwright.analysis.page import Person, Report
    from trialwright.analysis.results import Results
    from trialwright.study.model import Study

NO_MOMENT = "–"  # of data without any event
LANGUAGES = {"en": "en", "zh-Hans": "zh_Hans"}
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
    people, results = analyse(data, chosen, cut, is_traced=out is not None)
    if out is not None:
        made = report_of(chosen, people, results, language)
        files = render_files(made, wanted, is_asked=formats is not None, with_r=with_r)
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


def chosen_study(wanted: str) -> "Study":
    """The newest version of the study that is asked for, or of the only one there is."""
    from trialwright.store.definitions import newest_study, studies

    known = studies()
    if wanted not in known and (wanted or len(known) != 1):
        raise UserError(f"Name one of the studies with --study: {', '.join(known) or 'there is none'}.")
    return newest_study(wanted or known[0])


def version_of(newest: "Study", cut: Cut | None) -> "Study":
    """The version that was active at the cut, so that a version added since changes no result of it. Where sites
    were at different versions, the newest among theirs, and that is said; before any was active, the newest."""
    from trialwright.store.freeze import active_versions

    active = active_versions(newest.id, cut.moments if cut else None)
    if not active:
        return newest
    numbers = dict(active.values())
    if len(numbers) > 1:
        told = ", ".join(f"{site} {version.version}" for site, (_, version) in sorted(active.items()))
        note(f"Sites were at different versions: {told}. Analysed under {numbers[max(numbers)].version}.")
    return numbers[max(numbers)]


def analyse(
    data: Path, study: "Study", cut: Cut | None, *, is_traced: bool
) -> "tuple[Mapping[str, Person], Results]":
    """Freezes the data, makes the tables, runs the plan. is_traced: for pages, which ask why."""
    from trialwright.analysis.page import Person
    from trialwright.analysis.run import run
    from trialwright.datasets.frames import frames
    from trialwright.store.events import history
    from trialwright.store.folder import is_demo

    books = frozen(study, cut)
    people = {
        book.participant: Person(
            book,
            tuple(event for event in history(study.id, book.participant) if event.sequence <= book.sequence),
        )
        for book in books
    }
    last = max(
        (event.envelope.site_date for person in people.values() for event in person.events), default=""
    )
    results = run(
        study,
        frames(study, books),
        rehearsal=is_demo(data),
        books={book.participant: book for book in books} if is_traced else None,
        cut=last_day_over(cut, last),
    )
    return people, results


def estimate_row(estimate: object) -> Mapping[str, object]:
    """What `--json` says of one estimate."""
    names = ("analysis_id", "label", "responders", "n", "estimate", "low", "high", "level", "method")
    return {name: getattr(estimate, name) for name in names}


def counted(results: "Results") -> str:
    """How many came how far, as in "56 screened, 50 enrolled, 50 dosed"."""
    return ", ".join(
        f"{box.count} {box.id}" for box in results.flow if box.id in ("screened", "enrolled", "dosed")
    )


def report_of(study: "Study", people: "Mapping[str, Person]", results: "Results", language: str) -> "Report":
    from trialwright import __version__
    from trialwright.analysis.page import Provenance, Report
    from trialwright.store.accounts import names_of
    from trialwright.store.definitions import study_by_hash

    made = Provenance(
        last_moment(people),
        heads_hash(people),
        __version__,
        moments=last_moments(people),
        environment=environment(),
    )
    actors = frozenset(event.envelope.actor for person in people.values() for event in person.events)
    used = frozenset(event.envelope.definition_hash for person in people.values() for event in person.events)
    return Report(
        study,
        results,
        people,
        made,
        language,
        translation(language),
        names_of(actors),
        conduct=conduct_until(study, people),
        versions={one: study_by_hash(study.id, one) for one in sorted(used)},
    )


def conduct_until(study: "Study", people: "Mapping[str, Person]") -> "Conduct":
    """When the plan was fixed, and who saw results, up to the data cut: what was seen since changed nothing in it. The
    version that was analysed is among them, whenever it was activated, and looks up to then, which may have led to it."""
    from trialwright.analysis.conduct import Activation, Look, conduct_of
    from trialwright.ledger.events import DefinitionActivated
    from trialwright.ledger.events_accounts import DataExported
    from trialwright.store.definitions import study_by_hash
    from trialwright.store.events import activated, looks

    cut = last_moment(people)
    activations = tuple(
        Activation(
            event.envelope.server_utc,
            event.envelope.site,
            study_by_hash(study.id, event.body.definition_hash),
        )
        for event in activated(study.id)
        if isinstance(event.body, DefinitionActivated)
        and (event.envelope.server_utc <= cut or event.body.definition_hash == study.hash)
    )
    moments = (cut, *(one.utc for one in activations))
    known = max((one for one in moments if one != NO_MOMENT), default="")
    seen = tuple(
        Look(
            event.envelope.server_utc,
            event.envelope.actor,
            event.envelope.role,
            event.body.what if isinstance(event.body, DataExported) else "page",
        )
        for event in looks(study.id)
        if event.envelope.server_utc <= known
    )
    return conduct_of(study, activations, {name: person.events for name, person in people.items()}, seen)


def render_files(
    made: "Report", wanted: tuple[str, ...], *, is_asked: bool, with_r: bool = False
) -> dict[str, bytes]:
    """The results, the study report in its formats, and the pages, of which the first links the others."""
    from trialwright.analysis.pages_index import render_index
    from trialwright.analysis.report import make_dataset, write_pages

    dataset = make_dataset(made)
    files, pages = at_once(
        lambda: write_formats(made, dataset, wanted, is_asked=is_asked), lambda: write_pages(made, dataset)
    )
    if with_r:
        files |= r_files(made, dataset)
    first = render_index(replace(made, files=tuple(files)), dataset.by_analysis)
    return {"index.html": first} | files | pages


def write_down(study: str, what: str, cut: str) -> None:
    """Every copy of the data that leaves the system is an event of the accounts (trust R07)."""
    import getpass
    from uuid import uuid4

    from trialwright.ledger.commands import Actor, Moment
    from trialwright.store import clock
    from trialwright.store.events import record_export

    now = clock.now()
    by = Actor(f"console:{getpass.getuser()}", "console", "")
    record_export(study, what, cut, command_id=uuid4().hex, by=by, at=Moment(now, now.date()))


def last_moment(people: "Mapping[str, Person]") -> str:
    """UTC of the last event in the cut, so that the same data give the same report whenever it is made."""
    return max(
        (event.envelope.server_utc for person in people.values() for event in person.events),
        default=NO_MOMENT,
    )


def last_moments(people: "Mapping[str, Person]") -> dict[str, str]:
    """Site -> UTC of the last event of its participants, by which the cut can be made again."""
    found: dict[str, str] = {}
    for person in people.values():
        utc = max(event.envelope.server_utc for event in person.events)
        found[person.book.site] = max(utc, found.get(person.book.site, ""))
    return dict(sorted(found.items()))


def environment() -> dict[str, str]:
    """The programs that compute and draw, with their versions; those that are not installed are left out."""
    found = {"Python": platform.python_version()}
    for name in ("numpy", "scipy", "polars", "typst"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def heads_hash(people: "Mapping[str, Person]") -> str:
    """sha256 over the heads of all participants' chains."""
    from hashlib import sha256

    from trialwright.values.stored import canonical_json

    heads = {name: f"{person.book.sequence} {person.book.head}" for name, person in people.items()}
    return sha256(canonical_json(heads).encode()).hexdigest()


def translation(language: str) -> Callable[[str], str]:
    """The report's own texts in that language; a text without a translation stays English."""
    import trialwright

    folder = Path(trialwright.__file__).parent / "locale"
    found = gettext.translation("report", folder, [LANGUAGES[language]], fallback=True)
    found.add_fallback(gettext.translation("django", folder, [LANGUAGES[language]], fallback=True))
    return cache(found.gettext)  # each text is asked for thousands of times
