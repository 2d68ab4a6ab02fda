"""The values that an edit check looked at, so that a query tells what it asks about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trialwright.expr.reader import Known, Place, Source
from trialwright.expr.record import evaluate
from trialwright.ledger.casebook import Query
from trialwright.ledger.reader import VISIT, CasebookReader
from trialwright.schedule.visits import visit_of
from trialwright.study.model import Item, Study
from trialwright.web.calendar import visit_label
from trialwright.web.show import show_datum

_Path = tuple[str, str]  # form, item


@dataclass(frozen=True, slots=True)
class _Found:
    visit: str
    repeat: int
    text: str


def numbers_of(reader: CasebookReader, query: Query, language: str, *, readable: frozenset[str]) -> str:
    """ "Weight: 70 kg (Week 2) → 80 kg", "" where the check looks at nothing but the value asked about.

    readable: areas of forms that the person may read; what stands elsewhere is left out.
    """
    study = reader.book.study
    check = next((one for one in study.checks_about() if one.id == query.check), None)
    if check is None or (query.visit, query.form, query.repeat) not in reader.book.records:
        return ""
    place = Place(query.visit or None, query.form, query.repeat)
    used = _by_item(reader, evaluate(check.when.node, reader, place).used, readable, language)
    own = (query.form, query.item)
    if not set(used) - {own} and len(used.get(own, ())) < 2:
        return ""
    return "; ".join(_words(study, path, found, query, language) for path, found in used.items())


def _by_item(
    reader: CasebookReader, used: Iterable[Source], readable: frozenset[str], language: str
) -> Mapping[_Path, list[_Found]]:
    """By item, the values in the order of the visits."""
    study, found = reader.book.study, dict[_Path, list[_Found]]()
    order = {key: at for at, key in enumerate(("", *reader.visit_keys()))}
    for source in sorted(dict.fromkeys(used), key=lambda one: (order.get(one.visit, 0), one.repeat)):
        form = study.forms.get(source.form)
        item = form.items.get(source.item) if form is not None else None
        if form is None or item is None or form.area not in readable:
            continue
        text = _value(reader, source, item, language)
        found.setdefault((form.id, item.id), []).append(_Found(source.visit, source.repeat, text))
    return found


def _value(reader: CasebookReader, source: Source, item: Item, language: str) -> str:
    state = reader.state(source.form, source.item, source.visit, source.repeat)
    datum = state.datum if isinstance(state, Known) else None
    return show_datum(reader.book.study, item, datum, language)


def _words(study: Study, path: _Path, found: list[_Found], query: Query, language: str) -> str:
    form = study.forms[path[0]]
    item = study.say(form.items[path[1]].label, language)
    label = item if form.id == query.form else f"{study.say(form.label, language)}, {item}"
    if form.id == VISIT:
        label = item
    return f"{label}: " + " → ".join(_one(study, each, query, language) for each in found)


def _one(study: Study, found: _Found, query: Query, language: str) -> str:
    """The visit stands beside what was found at another one."""
    if not found.visit or found.visit == query.visit or visit_of(found.visit) not in study.visits:
        return found.text
    return f"{found.text} ({visit_label(study, found.visit, language)})"
