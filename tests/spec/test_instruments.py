"""Each instrument answers its worked cases through the record engine, and has all its parts."""

import csv
import importlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final, cast

import pytest

import trialwright.instruments
from trialwright.expr.reader import NotAsked, Place
from trialwright.expr.record import evaluate
from trialwright.ledger.affected import Change
from trialwright.ledger.casebook import Casebook, Entry, Record
from trialwright.ledger.compiled import ROWS
from trialwright.ledger.derive import derive
from trialwright.ledger.reader import CasebookReader
from trialwright.study.items import item_spec
from trialwright.study.load import load
from trialwright.study.model import Form, Study
from trialwright.values.datum import Datum, Missing, MissingReason, Value
from trialwright.values.parse import parse

FOLDER: Final = Path(trialwright.instruments.__file__).parent
NAMES: Final = sorted(path.parent.name for path in FOLDER.glob("*/form.yaml"))
ANSWERED_BY_VIRTUAL: Final = sorted(path.parent.name for path in FOLDER.glob("*/virtual.py"))

STUDY = """
definition: trialwright/1
study: TEST-1
version: 1.0.0
amendment: original
title: A test of one instrument
languages: [en, zh-Hans]
registry: {sponsor: Nobody, status: Planned, condition: None, phase: N/A, summary: A test.}
design: {type: Interventional, model: Single group, masking: None, allocation: None, purpose: Other, target: 1,
  sex: All, age: 18..70 years, planned: {start: 2026-01-01, completion: 2026-12-31}}
arms: {A: {label: A, type: Experimental, text: A., interventions: [drug]}}
epochs: {whole: {label: Whole}}
sites: {"01": {label: Site, country: CHN, timezone: Asia/Shanghai}}
baseline: {visits: [V1]}
"""
SCHEDULE = """
visits:
  V1: {label: Visit 1, epoch: whole, day: 1, anchor: first_dose}
activities:
  visits: V1
  FORM: x
"""
TERMS = "first_dose: {label: First dose, rule: 'min(visit.date)'}"
DRUG = """
products: {pen: {label: Pen, strength: 80 mg}}
interventions: {drug: {label: Drug, type: Drug, role: Experimental Intervention, product: pen, route: subcutaneous}}
stock:
  - {site: "01", product: pen, lot: A, expiry: 2027-06-30, kits: K1..K1}
  - {site: "01", product: pen, lot: B, expiry: 2026-03-01, kits: K2..K2}
"""


def library() -> dict[str, bytes]:
    files = (path for path in FOLDER.rglob("*") if path.suffix in (".yaml", ".csv", ".md"))
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files}


@cache
def study_with(name: str) -> Study:
    """A study whose only form is that instrument, under the instrument's name."""
    files = {
        "study.yaml": STUDY,
        "schedule.yaml": SCHEDULE.replace("FORM", name),
        "terms.yaml": TERMS,
        "drug.yaml": DRUG,
        f"forms/{name}.yaml": f"instrument: {name}/1",
    }
    loaded = load({file: text.encode() for file, text in files.items()}, library())
    errors = [f"{one.where}: {one.text}" for one in loaded.problems if one.severity == "error"]
    assert loaded.study is not None, errors
    return loaded.study


def cases() -> Iterator[object]:
    for name in NAMES:
        with (FOLDER / name / "cases.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield pytest.param(name, row, id=f"{name}: {row['case']}")


def typed_datum(study: Study, form: Form, item: str, entry: str) -> Datum:
    """A value as a person types it; "!not_done" is a reason for having none."""
    if entry.startswith("!"):
        return Missing(cast("MissingReason", entry.removeprefix("!")))
    parsed = parse(item_spec(study, form.items[item]), entry, None)
    assert isinstance(parsed, Value), (item, entry, parsed)
    return parsed


def answered(study: Study, form: Form, row: Mapping[str, str]) -> CasebookReader:
    """The casebook after the case was entered and everything was derived."""
    columns = [name for name in row if name not in ("case", "source") and not name.startswith("=")]
    typed = {name: typed_datum(study, form, name, row[name]) for name in columns if row[name] != ""}
    key = key_of(form)
    visited = Record("V1", "visit", 0, {"date": Entry(Value("2026-03-02"), 1)}, 1, study.hash)
    empty = Casebook(study, "p1", code="01-001", site="01", sequence=1, records={("V1", "visit", 0): visited})
    record = Record(*key, {name: Entry(datum, 2) for name, datum in typed.items()}, 2, study.hash)
    after = replace(empty, records={**empty.records, key: record}, sequence=2)
    changes = tuple(Change(*key, name) for name in (ROWS, *typed))
    derived = derive(CasebookReader(empty), CasebookReader(after), changes).get(key, {})
    found = {name: Entry(datum, 3, is_derived=True) for name, datum in derived.items() if datum is not None}
    record = replace(record, items={**record.items, **found})
    return CasebookReader(replace(after, records={**after.records, key: record}))


def key_of(form: Form) -> tuple[str, str, int]:
    visit = "V1" if form.records in ("visit", "many_visit") else ""
    return visit, form.id, 1 if form.records in ("many", "many_visit") else 0


def shown(reader: CasebookReader, form: Form, item: str) -> str:
    """The stored text of an item, "?" where there is no value."""
    entry = reader.book.records[key_of(form)].items.get(item)
    return entry.datum.text if entry is not None and isinstance(entry.datum, Value) else "?"


def is_same(expected: str, text: str) -> bool:
    try:
        return float(expected) == float(text)
    except ValueError:
        return expected == text


@pytest.mark.parametrize(("name", "row"), list(cases()))
def test_worked_case_gives_its_results(name: str, row: Mapping[str, str]) -> None:
    study = study_with(name)
    form = study.forms[name]
    reader = answered(study, form, row)
    expected = {
        key[1:]: text for key, text in row.items() if key.startswith("=") and key != "=checks" and text
    }
    got = {item: shown(reader, form, item) for item in expected}
    assert all(is_same(expected[item], got[item]) for item in expected), got


@pytest.mark.parametrize(("name", "row"), list(cases()))
def test_worked_case_raises_its_queries_and_no_others(name: str, row: Mapping[str, str]) -> None:
    study = study_with(name)
    form = study.forms[name]
    reader = answered(study, form, row)
    visit, _, repeat = key_of(form)
    place = Place(visit or None, name, repeat)
    fired = [check.id for check in form.checks if evaluate(check.when.node, reader, place).value is True]
    assert sorted(fired) == sorted((row["=checks"] or "").split())


@pytest.mark.parametrize("name", NAMES)
def test_instrument_has_all_its_parts(name: str) -> None:
    folder = FOLDER / name
    source = (folder / "source.md").read_text(encoding="utf-8")
    assert all(f"**{part}" in source for part in ("What it is.", "Reference.", "Licence.", "Left out."))
    assert (folder / "cases.csv").read_text(encoding="utf-8").count("\n") >= 3
    assert (folder / "translations" / "zh-Hans.yaml").exists()


@pytest.mark.parametrize("name", NAMES)
def test_instrument_is_translated_completely(name: str) -> None:
    study = study_with(name)
    form = study.forms[name]
    lists = [study.code_lists[item.code_list] for item in form.items.values() if item.code_list]
    texts = {form.label, *(item.label for item in form.items.values()), *(check.ask for check in form.checks)}
    texts |= {code.label for codes in lists for code in codes.codes} | {form.gate or form.label}
    texts |= {end for item in form.items.values() for end in (item.low_label, item.high_label) if end}
    assert not {text for text in texts if text not in study.translations["zh-Hans"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_check_of_an_instrument_fires_in_some_case(name: str) -> None:
    with (FOLDER / name / "cases.csv").open(encoding="utf-8", newline="") as file:
        fired = {check for row in csv.DictReader(file) for check in (row["=checks"] or "").split()}
    needs_an_earlier_visit = {"area_jump"}
    checks = {check.id.split(".")[1] for check in study_with(name).forms[name].checks}
    assert checks - needs_an_earlier_visit == {check.split(".")[1] for check in fired}


# ------------------------------------------------------------------ virtual answers


def virtual_answers(name: str, severity: float, seed: int) -> dict[str, str]:
    module = importlib.import_module(f"trialwright.instruments.{name}.virtual")
    return dict(module.virtual(severity, random.Random(seed)))


SCORE: Final = {
    "pasi": ("total", 72, 0.6),
    "pga_0_5": ("score", 5, 1.0),
    "dlqi": ("total", 30, 0.5),
    "itch_nrs": ("worst", 10, 2.0),
    "bsa": ("percent", 100, 0.1),
}


@pytest.mark.parametrize("name", ANSWERED_BY_VIRTUAL)
@pytest.mark.parametrize("severity", [0.0, 0.004, 0.05, 0.125, 0.3, 0.7, 1.0])
def test_virtual_answers_give_the_severity_they_were_asked_for(name: str, severity: float) -> None:
    item, worst, within = SCORE[name]
    study = study_with(name)
    form = study.forms[name]
    for seed in range(5):
        answers = virtual_answers(name, severity, seed)
        reader = answered(study, form, answers)
        assert abs(float(shown(reader, form, item)) - severity * worst) <= max(
            within, 1.0 if worst == 5 else 0
        )


@pytest.mark.parametrize("name", ANSWERED_BY_VIRTUAL)
def test_virtual_answers_complete_the_form_and_raise_no_query(name: str) -> None:
    study = study_with(name)
    form = study.forms[name]
    for seed in range(20):
        reader = answered(study, form, virtual_answers(name, seed / 19, seed))
        visit, _, repeat = key_of(form)
        fired = [
            one.id for one in form.checks if evaluate(one.when.node, reader, Place(visit, name, repeat)).value
        ]
        blank = [
            item.id
            for item in form.items.values()
            if item.derive is None and not item.is_optional and item.id != "assessor"
            if item.id not in reader.book.records[key_of(form)].items
            and not isinstance(reader.state(name, item.id, visit, repeat), NotAsked)
        ]
        assert (fired, blank) == ([], []), (seed, fired, blank)


@pytest.mark.parametrize("name", ANSWERED_BY_VIRTUAL)
def test_same_seed_gives_the_same_virtual_answers(name: str) -> None:
    assert virtual_answers(name, 0.2, 3) == virtual_answers(name, 0.2, 3)


@pytest.mark.parametrize("option", ["half_points", "low_pasi", "pasi_hd"])
def test_options_that_are_not_built_are_refused(option: str) -> None:
    files = {
        "study.yaml": STUDY,
        "schedule.yaml": SCHEDULE.replace("FORM", "pasi"),
        "terms.yaml": TERMS,
        "drug.yaml": DRUG,
        "forms/pasi.yaml": f"instrument: pasi/1\noptions: {{{option}: true}}",
    }
    loaded = load({file: text.encode() for file, text in files.items()}, library())
    assert [one.code for one in loaded.problems if one.severity == "error"] == ["refused-option"]
