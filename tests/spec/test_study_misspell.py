"""Every item that a rule names, misspelt in turn, is reported at its own place."""

from pathlib import Path

import pytest
from tests.spec.misspell import item_ids, misspellings, unreported
from tests.spec.small_study import FILES, LIBRARY
from tests.thorough import every_nth

from trialwright.cli.files import read_library, read_study_folder

REFERENCE = next((Path(__file__).parents[2] / "studies").iterdir())

PARTS = 8
STUDY = {name: text.encode() for name, text in FILES.items()}
INSTRUMENTS = {name: text.encode() for name, text in LIBRARY.items()}


@pytest.mark.unmeasured
def test_every_misspelt_item_of_the_small_study_is_reported() -> None:
    missed, count = unreported(STUDY, INSTRUMENTS, item_ids(STUDY, INSTRUMENTS))
    assert not missed
    assert count > 25


def test_misspelt_items_of_folded_rules_are_found_on_their_own_line() -> None:
    ids = item_ids(STUDY, INSTRUMENTS)
    places = [place for one in misspellings(STUDY, ids) for place in one.places if "eligibility" in place]
    assert "eligibility.yaml:15:13" in places


@pytest.mark.slow
@pytest.mark.unmeasured
@pytest.mark.parametrize("part", every_nth(range(PARTS), PARTS))
def test_every_misspelt_item_of_the_reference_study_is_reported(part: int) -> None:
    """In parts, for each misspelling loads the whole study again."""
    files = read_study_folder(REFERENCE)
    library = read_library()
    missed, count = unreported(files, library, item_ids(files, library), first=part, every=PARTS)
    assert not missed
    assert count > 150 / PARTS
