"""The words that writers put around displays, in the reader's language."""

from trialwright.analysis.displays.model import DocumentWords
from trialwright.analysis.displays.told import Told


def words_of(told: Told) -> DocumentWords:
    return DocumentWords(
        told.text("Contents"),
        told.text("Table"),
        told.text("Listing"),
        told.text("Figure"),
        told.text("To be written by the sponsor"),
        told.text("Page {page} of {pages}", page="{page}", pages="{pages}"),
        told.text("not yet evaluable"),
        told.text("not known"),
        told.text("{number}, opens its rows", number="{number}"),
        told.text("{count} of {n} so far", count="{count}", n="{n}"),
        told.text("Tables"),
        told.text("Listings"),
        told.text("Figures"),
    )
