"""The study folders of this repository, loaded; and casebooks of them with given values."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import trialwright.instruments
from trialwright.ledger.affected import Change
from trialwright.ledger.casebook import Casebook, Entry, Record, RecordKey
from trialwright.ledger.compiled import ROWS
from trialwright.ledger.derive import derive
from trialwright.ledger.reader import CasebookReader
from trialwright.study.items import item_spec
from trialwright.study.load import load
from trialwright.study.model import Loaded, Study
from trialwright.values.datum import MISSING_REASONS, Datum, Missing, Value
from trialwright.values.parse import parse

ROOT = Path(__file__).parents[2]
LIBRARY = Path(trialwright.instruments.__file__).parent
REFERENCE = "studies/nct06374979"
SECOND = "tests/studies/migraine"

Entries = Mapping[tuple[str, str, int], Mapping[str, str]]


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.suffix in (".yaml", ".md", ".csv"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@cache
def loaded(folder: str) -> Loaded:
    return load(bytes_of(ROOT / folder), bytes_of(LIBRARY))


def study_of(folder: str) -> Study:
    study = loaded(folder).study
    assert study is not None, [f"{one.where}: {one.text}" for one in loaded(folder).problems]
    return study


def casebook(study: Study, entries: Entries) -> Casebook:
    """A casebook that holds these texts by (visit, form, repeat), derived items computed, in the first arm; "!not_done" is a reason."""
    site, arm = next(iter(study.sites)), next(iter(study.arms))
    empty = Casebook(study, "p1", code="01-001", site=site, arm=arm, enrolled=1, sequence=1)
    records = {key: record_of(study, key, items) for key, items in entries.items()}
    book = replace(empty, records=records, sequence=2)
    changes = tuple(Change(*key, item) for key, record in records.items() for item in (ROWS, *record.items))
    for key, items in derive(CasebookReader(empty), CasebookReader(book), changes).items():
        found = {name: Entry(datum, 3, is_derived=True) for name, datum in items.items() if datum is not None}
        records[key] = replace(records[key], items={**records[key].items, **found})
    return replace(book, records=records)


def record_of(study: Study, key: RecordKey, items: Mapping[str, str]) -> Record:
    visit, form, repeat = key
    entered = {name: Entry(datum_of(study, form, name, text), 2) for name, text in items.items()}
    return Record(visit, form, repeat, entered, 2, study.hash)


def datum_of(study: Study, form: str, item: str, text: str) -> Datum:
    reason = next((one for one in MISSING_REASONS if text == f"!{one}"), None)
    if reason is not None:
        return Missing(reason)
    if item == "gate":
        return Value(text)
    parsed = parse(item_spec(study, study.forms[form].items[item]), text, None)
    assert isinstance(parsed, Value), (form, item, text, parsed)
    return parsed
