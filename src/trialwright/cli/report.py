"""`trialwright report`: the results of a data folder, as pages where each number is traced, or as JSON."""

import gettext
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.output import FINDINGS, OK, USAGE, UserError, note, say, say_json

if TYPE_CHECKING:
    from trialwright.analysis.page import Person
    from trialwright.analysis.results import Results
    from trialwright.study.model import Study

LANGUAGES = {"en": "en", "zh-Hans": "zh_Hans"}
FOLDERS = ("analysis", "participants", "events")


def report(
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="The folder to write; an older report in it is replaced."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the list of estimates as JSON.")] = False,
    language: Annotated[str, typer.Option("--language", help="en or zh-Hans.")] = "en",
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="Data cut, in UTC; a day means its end.",
        ),
    ] = None,
    study: Annotated[str, typer.Option("--study", help="Which study, where the folder holds several.")] = "",
) -> int:
    """Estimate the endpoints and write a report in which each number opens the people and events behind it."""
    from trialwright.store.folder import open_data

    if out is None and not json:
        raise UserError("Say where to write with -o DIR, or ask for --json.", code=USAGE)
    if language not in LANGUAGES:
        raise UserError(f"The report is written in {' or '.join(LANGUAGES)}, not in {language}.", code=USAGE)
    if find_spec("scipy") is None:
        raise UserError("Exact intervals need SciPy: pip install 'trialwright[stats]'.")
    open_data(data)
    chosen, people, results = analyse(data, study, cut_of(as_of), is_traced=out is not None)
    if json:
        say_json([estimate_row(one) for one in results.estimates()])
    if out is not None:
        write_pages(out, chosen, people, results, language)
        write_down(chosen.id, last_moment(people))
        if not json:
            say(f"Report of {len(people)} participants: {out / 'index.html'}")
    for found in results.problems:
        note(f"{found.where}: {found.severity}: {found.text} [{found.code}]")
    return FINDINGS if any(found.severity == "error" for found in results.problems) else OK


def cut_of(as_of: datetime | None) -> datetime | None:
    """The moment of the data cut; a bare day is cut at its last second."""
    if as_of is None:
        return None
    moment = as_of.replace(tzinfo=UTC)
    is_day = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return moment.replace(hour=23, minute=59, second=59) if is_day else moment


def analyse(
    data: Path, wanted: str, as_of: datetime | None, *, is_traced: bool
) -> "tuple[Study, Mapping[str, Person], Results]":
    """Freezes the data, makes the tables, runs the plan. is_traced: for pages, which ask why."""
    from trialwright.analysis.page import Person
    from trialwright.analysis.run import run
    from trialwright.datasets.frames import frames
    from trialwright.store.definitions import newest_study, studies
    from trialwright.store.events import history
    from trialwright.store.folder import is_demo
    from trialwright.store.freeze import freeze

    known = studies()
    if wanted not in known and (wanted or len(known) != 1):
        raise UserError(f"Name one of the studies with --study: {', '.join(known) or 'there is none'}.")
    study = newest_study(wanted or known[0])
    books = freeze(study.id, as_of)
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
    cut = as_of.date() if as_of else date.fromisoformat(last) if last else None
    results = run(
        study,
        frames(study, books),
        rehearsal=is_demo(data),
        books={book.participant: book for book in books} if is_traced else None,
        cut=cut,
    )
    return study, people, results


def estimate_row(estimate: object) -> Mapping[str, object]:
    """What `--json` says of one estimate."""
    names = ("analysis_id", "label", "responders", "n", "estimate", "low", "high", "level", "method")
    return {name: getattr(estimate, name) for name in names}


def write_pages(
    out: Path, study: "Study", people: "Mapping[str, Person]", results: "Results", language: str
) -> None:
    """Writes the report; a folder that holds something else is left alone."""
    from trialwright import __version__
    from trialwright.analysis.page import Provenance
    from trialwright.analysis.report import write_report

    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "report.css").is_file())):
        raise UserError(f"{out} holds something else; name an empty folder.")
    made = Provenance(last_moment(people), heads_hash(people), __version__)
    files = write_report(study, results, people, made, language=language, say=translation(language))
    try:
        for folder in FOLDERS:
            shutil.rmtree(out / folder, ignore_errors=True)
            (out / folder).mkdir(parents=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    except OSError as error:
        raise UserError(f"The report cannot be written: {error}") from error


def write_down(study: str, cut: str) -> None:
    """Every copy of the data that leaves the system is an event of the accounts (trust R07)."""
    import getpass
    from uuid import uuid4

    from trialwright.ledger.commands import Actor, Moment
    from trialwright.store.events import record_export

    now = datetime.now(UTC)
    by = Actor(f"console:{getpass.getuser()}", "console", "")
    record_export(study, "report", cut, command_id=uuid4().hex, by=by, at=Moment(now, now.date()))


def last_moment(people: "Mapping[str, Person]") -> str:
    """UTC of the last event in the cut, so that the same data give the same report whenever it is made."""
    return max(
        (event.envelope.server_utc for person in people.values() for event in person.events), default="–"
    )


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
    return found.gettext
