"""What a report is made of: the data up to the cut, who wrote them and what was seen of them, and the results."""

import gettext
import platform
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.cli.data_cut import Cut, frozen, last_day_over
from trialwright.cli.output import UserError, note

if TYPE_CHECKING:
    from trialwright.analysis.conduct import Conduct
    from trialwright.analysis.page import Person, Report
    from trialwright.analysis.results import Results
    from trialwright.study.model import Study

NO_MOMENT = "–"  # of data without any event
LANGUAGES = {"en": "en", "zh-Hans": "zh_Hans"}


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


def read_people(study: "Study", cut: Cut | None) -> "dict[str, Person]":
    """Participant -> casebook and events up to the cut: the data, frozen."""
    from trialwright.analysis.page import Person
    from trialwright.store.events import history

    return {
        book.participant: Person(
            book,
            tuple(event for event in history(study.id, book.participant) if event.sequence <= book.sequence),
        )
        for book in frozen(study, cut)
    }


def results_of(
    data: Path, study: "Study", people: "Mapping[str, Person]", cut: Cut | None, *, is_traced: bool
) -> "Results":
    """Makes the tables of the data, and runs the plan. is_traced: for pages, which ask why."""
    from trialwright.analysis.run import run
    from trialwright.datasets.frames import frames
    from trialwright.store.folder import is_demo

    books = {name: person.book for name, person in people.items()}
    last = max(
        (event.envelope.site_date for person in people.values() for event in person.events), default=""
    )
    return run(
        study,
        frames(study, tuple(books.values())),
        rehearsal=is_demo(data),
        books=books if is_traced else None,
        cut=last_day_over(cut, last),
    )


def analyse(
    data: Path, study: "Study", cut: Cut | None, *, is_traced: bool
) -> "tuple[Mapping[str, Person], Results]":
    """Who is in the data up to the cut, and what the plan gives of them."""
    people = read_people(study, cut)
    return people, results_of(data, study, people, cut, is_traced=is_traced)


def without_results(data: Path, study: "Study", people: "Mapping[str, Person]") -> "Results":
    """All that pages of people need to know of results, known before there are any."""
    from trialwright.analysis.results import Results
    from trialwright.store.folder import is_demo

    codes = {name: person.book.code or name for name, person in people.items()}
    return Results(study.id, (), (), is_demo(data), codes)


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
