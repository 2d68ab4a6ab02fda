"""`trialwright datasets`: the analysis datasets of a data folder as CSV, and how each was derived as a script."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.data_cut import AsOf, WhichStudy, asked_cut, frozen, last_day_over
from trialwright.cli.output import OK, USAGE, UserError, note, say
from trialwright.cli.replace_folder import replace_folder, require_place
from trialwright.cli.report_data import LANGUAGES, chosen_study, translation, version_of, write_down

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.datasets.derived import Datasets
    from trialwright.ledger.casebook import Casebook
    from trialwright.study.model import Study


def datasets(
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    out: Annotated[
        Path, typer.Option("-o", "--out", help="The folder to write; older datasets in it are replaced.")
    ],
    language: Annotated[str, typer.Option("--language", help="Of the scripts: en or zh-Hans.")] = "en",
    as_of: AsOf = None,
    study: WhichStudy = "",
) -> int:
    """Derive the analysis datasets; write each as NAME.csv, its steps as NAME.txt, and all variables as variables.csv."""
    from trialwright.datasets.derive import derive_datasets
    from trialwright.datasets.frames import frames
    from trialwright.store.folder import check_data, open_data

    check_data(data)
    if language not in LANGUAGES:
        raise UserError(f"Scripts are written in {' or '.join(LANGUAGES)}, not in {language}.", code=USAGE)
    open_data(data)
    newest = chosen_study(study)
    cut = asked_cut(as_of, newest)
    chosen = version_of(newest, cut)
    if not chosen.datasets:
        raise UserError(f"The study {chosen.id} defines no datasets; write datasets.yaml.")
    require_place(out, names_of(chosen))
    books = frozen(chosen, cut)
    moments, last = last_of(chosen, books)
    made = derive_datasets(chosen, frames(chosen, books), last_day_over(cut, last))
    files = files_of(chosen, made, language)
    replace_folder(out, files, claim=lambda: write_down(chosen.id, "datasets", moments), what="The datasets")
    for name, one in made.items():
        say(f"{name}: {one.frame.height} rows, {one.frame.width} variables")
        if one.untold:
            note(f"{name}: cannot be told: {', '.join(f'{what} ({count})' for what, count in one.untold)}")
    return OK


def names_of(study: "Study") -> tuple[str, ...]:
    return (*(f"{name}.{kind}" for name in study.datasets for kind in ("csv", "txt")), "variables.csv")


def files_of(study: "Study", made: "Datasets", language: str) -> dict[str, bytes]:
    from trialwright.datasets.script import script_of
    from trialwright.datasets.written import as_csv, variables_as_csv

    translate = translation(language)
    files = {f"{name}.csv": as_csv(one) for name, one in made.items()}
    for name in made:
        lines = script_of(study, study.datasets[name], language, translate)
        files[f"{name}.txt"] = ("\n".join(lines) + "\n").encode()
    return files | {"variables.csv": variables_as_csv(made)}


def last_of(study: "Study", books: "Iterable[Casebook]") -> tuple[str, str]:
    """UTC of the last event in the cut, and the last calendar day of a site on which there is one."""
    from trialwright.store.events import history

    envelopes = [
        event.envelope
        for book in books
        for event in history(study.id, book.participant)
        if event.sequence <= book.sequence
    ]
    moment = max((one.server_utc for one in envelopes), default="–")
    return moment, max((one.site_date for one in envelopes), default="")
