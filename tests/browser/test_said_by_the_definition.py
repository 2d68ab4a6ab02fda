"""What a definition says of a form, an item and a visit, and where its pages show it."""

from pathlib import Path

import pytest
from tests.browser.desks import HOME, desk, form_address
from tests.store.conftest import data, small_data
from tests.store.small import (
    COORDINATOR,
    SCHEDULE_YAML,
    START,
    STUDY,
    STUDY_YAML,
    VITALS_YAML,
    give,
    make_moment,
    save,
    screen,
    small_files,
)

__all__ = ["data", "small_data"]

ANSWERED = "The participant answers these questions"
LICENCE = "Licence of the wording: Letter of permission of 2025-01-15"


def begin(**changes: str) -> None:
    """A version of the small study with these files, and one participant seen at screening."""
    from trialwright.store.definitions import activate, add_definition

    files = small_files(version="2.0.0") | {
        name.replace("__", "/") + ".yaml": text.encode() for name, text in changes.items()
    }
    study = add_definition(files, {}, at=START)
    for site in ("S01", "S02"):
        activate(STUDY, site, study.hash, by=COORDINATOR, at=make_moment())
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-02"}))


def vitals_page() -> str:
    return desk().get(form_address("p1", visit="SCR")).content.decode()


def test_a_form_says_whose_answers_it_holds_and_the_licence_of_its_wording(data: Path) -> None:
    begin(
        forms__vitals=f"{VITALS_YAML}filled_by: participant\n",
        wording__vitals="licence: Letter of permission of 2025-01-15\nitems: {note: {en: Anything else?}}\n",
    )
    page = vitals_page()

    assert ANSWERED in page and LICENCE in page
    assert "Anything else?" in page


def test_a_form_of_the_site_says_neither(data: Path) -> None:
    begin()
    page = vitals_page()

    assert ANSWERED not in page and "Licence of the wording" not in page


@pytest.mark.parametrize(
    ("said", "drawn"),
    [("range: 0..10, widget: scale", 'type="radio"'), ("range: 0..10", 'inputmode="')],
)
def test_an_item_is_drawn_as_the_definition_says(data: Path, said: str, drawn: str) -> None:
    pain = f"  pain: {{label: Pain, type: integer, optional: true, {said}}}\nchecks:"
    begin(forms__vitals=VITALS_YAML.replace("checks:", pain))
    page = vitals_page()
    control = page[page.index('data-item="pain"') :]

    assert drawn in control[: control.index("</form>")]


def test_a_visit_says_its_period(data: Path) -> None:
    epochs = "epochs: {before: {label: Screening period}}\nsites:"
    study = STUDY_YAML.format(version="2.0.0", ended="end.done").replace("sites:", epochs, 1)
    schedule = SCHEDULE_YAML.replace("label: Screening,", "label: Screening, epoch: before,")
    begin(study=study, schedule=schedule)
    client = desk()

    assert "Screening period" in client.get(f"{HOME}participants/p1/visits/SCR/").content.decode()
    assert "Screening period" not in client.get(f"{HOME}participants/p1/visits/W0/").content.decode()
