"""`trialwright page`: the public page of a study as one HTML file."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.output import ENVIRONMENT, OK, USAGE, UserError, say, say_json, why

if TYPE_CHECKING:
    from trialwright.registry.page import Live
    from trialwright.study.model import Study


def page(
    study: Annotated[Path, typer.Argument(help="The study folder.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The HTML file to write.")] = Path("page.html"),
    data: Annotated[
        Path | None, typer.Option("--data", help="A data folder; its counts of participants are shown.")
    ] = None,
    language: Annotated[str, typer.Option(help="A language of the study.")] = "en",
    json: Annotated[bool, typer.Option("--json", help="Print the page as JSON instead.")] = False,
) -> int:
    """Write the public page of a study: every section of its registry record."""
    import dataclasses

    from trialwright.cli.files import load_study
    from trialwright.registry.html import render_page
    from trialwright.registry.page import public_page

    loaded = load_study(study)
    if language not in loaded.languages:
        known = ", ".join(loaded.languages)
        raise UserError(f"The study has no language {language}; it has {known}.", code=USAGE)
    live = None if data is None else _live(data, loaded)
    made = public_page(loaded, live, language=language, translate=_own_words(language))
    if json:
        say_json(dataclasses.asdict(made))
        return OK
    try:
        out.write_text(render_page(made), "utf-8")
    except OSError as error:
        raise UserError(f"The page cannot be written: {why(error)}", code=ENVIRONMENT) from error
    say(f"{out} holds the public page of {loaded.id}.")
    return OK


def _own_words(language: str) -> "Callable[[str], str]":
    """The page's headings in a language, from the catalogue of the web pages."""
    import gettext

    import trialwright

    locale = Path(trialwright.__file__).parent / "locale"
    return gettext.translation("django", locale, [language.replace("-", "_")], fallback=True).gettext


def _live(data: Path, study: "Study") -> "Live":
    """The counts of a data folder, today."""
    from trialwright.registry.ends import completed_answer
    from trialwright.registry.page import live_of
    from trialwright.store.folder import open_data
    from trialwright.store.people import count_standings

    open_data(data)
    from trialwright.store.clock import day_at  # Django is set up for a folder, and only then

    completed = completed_answer(study)
    standings = count_standings(study.id, completed or ("", "", ""))
    return live_of(standings, tells_completed=completed is not None, as_of=day_at(study))
