"""Counts over the casebooks that somebody may see: who was enrolled where, and which forms are filled."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.store.cache import Recent
from trialwright.web.forms.state import form_state, forms_at

FILLED: Final = "complete"
ASKED: Final = frozenset({FILLED, "in_progress", "to_do"})

FormCounts = Mapping[str, tuple[int, int]]  # form -> (filled, asked for)
# By participant, their last event, and who looks: what was counted once is not counted again.
_COUNTED: Recent[tuple[str, str, str, str], FormCounts] = Recent(20_000)


@dataclass(frozen=True, slots=True)
class SiteCount:
    site: str
    screened: int
    enrolled: int
    open_queries: int


def count_sites(books: Iterable[Casebook], sites: Iterable[str]) -> tuple[SiteCount, ...]:
    """One a site, also one at which nobody was screened. books: as whoever looks may see them."""
    screened, enrolled, queries = Counter[str](), Counter[str](), Counter[str]()
    for book in books:
        screened[book.site] += 1
        enrolled[book.site] += book.enrolled > 0
        queries[book.site] += sum(query.state == "open" for query in book.queries.values())
    return tuple(SiteCount(one, screened[one], enrolled[one], queries[one]) for one in sites)


def count_forms(books: Iterable[tuple[Casebook, frozenset[str]]], role: str) -> FormCounts:
    """Over the visits that took place: how often each form was asked for there, and how often it is filled.

    books: each with the areas that whoever looks may read; role: theirs, for it decides what is hidden.
    """
    filled, asked = Counter[str](), Counter[str]()
    for book, areas in books:
        key = (book.study.hash, book.participant, book.head, role)
        found = _COUNTED.get(key)
        if found is None:
            found = _count_forms(book)
            _COUNTED.put(key, found)
        for form, (done, wanted) in found.items():
            if book.study.forms[form].area in areas:
                filled[form] += done
                asked[form] += wanted
    return {form: (filled[form], asked[form]) for form in asked if asked[form]}


def _count_forms(book: Casebook) -> FormCounts:
    reader = CasebookReader(book)
    filled, asked = Counter[str](), Counter[str]()
    once: set[str] = set()
    for visit, held in reader.held().items():
        if held.day is None:
            continue
        for form in forms_at(book.study, visit):
            if form.id in once or form.ask is not None:
                continue
            state = form_state(reader, form, visit)
            if form.records == "participant" and state in ASKED:
                once.add(form.id)
            asked[form.id] += state in ASKED
            filled[form.id] += state == FILLED
    return {form: (filled[form], asked[form]) for form in asked}
