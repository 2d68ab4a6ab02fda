"""Every item that a rule names, misspelt in turn, is reported at its own place."""

from tests.spec.misspell import item_ids, misspellings, unreported
from tests.spec.small_study import FILES, LIBRARY

STUDY = {name: text.encode() for name, text in FILES.items()}
INSTRUMENTS = {name: text.encode() for name, text in LIBRARY.items()}


def test_every_misspelt_item_of_the_small_study_is_reported() -> None:
    missed, count = unreported(STUDY, INSTRUMENTS, item_ids(STUDY, INSTRUMENTS))
    assert not missed
    assert count > 25


def test_misspelt_items_of_folded_rules_are_found_on_their_own_line() -> None:
    ids = item_ids(STUDY, INSTRUMENTS)
    places = [place for one in misspellings(STUDY, ids) for place in one.places if "eligibility" in place]
    assert "eligibility.yaml:15:13" in places
