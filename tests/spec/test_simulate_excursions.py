"""Excursions: what of them is refused before anybody walks, and when they are told. And treatment that cannot be stopped."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.spec.test_simulate import block, quiet, study, text_of

from trialwright.ledger.casebook import Casebook
from trialwright.simulate.block import Rehearsal
from trialwright.simulate.draws import read_draw
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.simulate.tally import Tally
from trialwright.simulate.tree import Node
from trialwright.study.model import Study, Tree
from trialwright.values.problem import Problem

GOOD: Tree = {
    "form": "labs",
    "per_record": {"treatment": "1"},
    "days": "3",
    "items": {"alt": "100"},
    "with": {"adverse_event": "alt_raised"},
}
ENDS: Tree = {"rows": {"rash": {"items": {"end": {"date": {"from": "row_end", "days": ("0", "0")}}}}}}


def said_of(section: str, **changed: Tree) -> tuple[Problem, ...]:
    """What is said of the block of the reference study with these entries in one of its sections."""
    tree = dict(study().rehearsal)
    part = tree[section]
    assert isinstance(part, Mapping)
    read = read_rehearsal(replace(study(), rehearsal={**tree, section: {**part, **changed}}))
    return read if isinstance(read, tuple) else ()


def places(section: str, **changed: Tree) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in said_of(section, **changed)]


@pytest.mark.parametrize("days", ["0", "2.5", {"integer": ("0", "4")}, {"normal": ("1", "4")}])
def test_an_excursion_of_no_negative_length_is_taken(days: str | Tree) -> None:
    assert places("excursions", one={**GOOD, "days": days}) == []


@pytest.mark.parametrize(
    "days",
    [
        "-1",
        {"choice": {"2": "0.5", "-3": "0.5"}},
        {"integer": ("-1", "4")},
        {"uniform": ("-0.5", "4")},
        {"normal": ("1", "4"), "range": ("-2", "9")},
        {"by": {"item": "visit.contact", "cases": {"else": "-1"}}},
    ],
)
def test_an_excursion_that_ends_before_it_begins_is_refused(days: str | Tree) -> None:
    found = places("excursions", one={**GOOD, "days": days})

    assert [code for code, _ in found] == ["rehearsal-shape"]
    assert found[0][1].startswith("rehearsal.excursions.one.days")


# A log, the visit itself, a form of the participant's diary.
@pytest.mark.parametrize("form", ["adverse_event", "con_med", "visit", "diary_day"])
def test_a_form_on_which_no_value_can_leave_its_level_is_refused(form: str) -> None:
    items: Tree = {next(iter(study().forms[form].items)): "1"}
    found = places("excursions", one={**GOOD, "form": form, "items": items})

    assert ("rehearsal-unknown-name", "rehearsal.excursions.one.form") in found


def test_a_form_at_no_visit_has_no_excursion() -> None:
    never = {cell: mark for cell, mark in study().activities.items() if cell[0] != "labs"}
    read = read_rehearsal(replace(study(), activities=never))

    assert isinstance(read, tuple)
    assert {one.where for one in read if one.where.startswith("rehearsal.excursions")} == {
        "rehearsal.excursions.liver_enzymes.form",
        "rehearsal.excursions.neutrophils_low.form",
    }


@pytest.mark.parametrize("key", ["items", "per_record"])
def test_an_excursion_of_nothing_is_refused(key: str) -> None:
    assert places("excursions", one={**GOOD, key: {}}) == [
        ("rehearsal-shape", f"rehearsal.excursions.one.{key}")
    ]


def test_a_row_that_no_excursion_names_has_no_end_of_it() -> None:
    prior = study().rehearsal["logs"]
    assert isinstance(prior, Mapping)

    assert ("rehearsal-unknown-name", "rehearsal.logs.con_med.rows.rash.items.end.date.from") in places(
        "logs", con_med=ENDS
    )
    assert places("excursions", liver_enzymes={**GOOD, "with": {}}) == [
        ("rehearsal-unknown-name", "rehearsal.logs.adverse_event.rows.alt_raised.items.end.date.from")
    ]


def test_a_row_that_comes_with_one_that_an_excursion_names_has_its_end() -> None:
    tree = dict(study().rehearsal)
    logs = tree["logs"]
    assert isinstance(logs, Mapping)
    events, drugs = logs["adverse_event"], logs["con_med"]
    assert isinstance(events, Mapping)
    assert isinstance(drugs, Mapping)
    raised = {"items": {"term": "ALT", "start": "2025-08-01"}, "with": {"con_med": "rash"}}
    told = said_of(
        "logs",
        adverse_event={**events, "rows": {**events["rows"], "alt_raised": raised}},  # type: ignore[dict-item]  # a mapping
        con_med={**drugs, "rows": {**drugs["rows"], **ENDS["rows"]}},  # type: ignore[dict-item]  # as above
    )

    assert not told


def test_a_form_has_no_row_whose_end_it_could_say() -> None:
    worse: Tree = {
        "items": {"worse_since": {"date": {"from": "visit", "days": ("0", "1"), "after": "row_end"}}}
    }

    assert (
        "rehearsal-unknown-name",
        "rehearsal.forms.relapse.items.worse_since.date.after",
    ) in places("forms", relapse=worse)


# ------------------------------------------------------------------ what comes of it


def walked(of: Study, changed: Rehearsal, plan: Plan) -> tuple[list[Casebook], Tally]:
    door = MemoryDoor(of, Random(3))
    zones = {site.id: ZoneInfo(site.timezone) for site in of.sites.values()}
    tally = Rehearsing(of, changed, door, zones, plan).run()
    return list(door.books.values()), tally


def raised(alt: Tree | str) -> int:
    """How many events tell of raised values of one participant, whose values leave their level at each record."""
    excursion = block().excursions["liver_enzymes"]
    always = replace(
        excursion,
        per_record={"treatment": 1.0, "follow_up": 1.0},
        days=read_draw(Node("0", "rehearsal.days", [])),
        told=1.0,
        items={"alt": excursion.items["alt"]},
    )
    labs = block().forms["labs"]
    usual = replace(labs, items={**labs.items, "alt": read_draw(Node(alt, "rehearsal.alt", []))}, missed=0.0)
    changed = quiet(excursions={"liver_enzymes": always}, forms={**block().forms, "labs": usual})
    books, _ = walked(study(), changed, Plan(7, 1))
    rows = [
        record
        for book in books
        for key, record in book.records.items()
        if key[1] == "adverse_event" and key[2]
    ]
    return sum(text_of(row, "term") == "Alanine aminotransferase increased" for row in rows)


@pytest.mark.unmeasured
def test_what_a_site_does_not_have_is_not_told() -> None:
    assert raised("20") > 0
    assert raised({"value": "20", "missing": {"unknown": "1"}}) == 0


def stopped(*dosing: str) -> int:
    """How many of two participants stop the treatment of a study with doses at these visits, where all want to."""
    cells = {cell: mark for cell, mark in study().activities.items() if cell[0] != "dose"}
    of = replace(study(), activities={**cells, **{("dose", visit): "x" for visit in dosing}})
    often = replace(block().dropouts["adverse_event"], per_year=1000.0)
    changed = quiet(dropouts={"adverse_event": often}, excursions={})
    _, tally = walked(of, changed, Plan(7, 2, date(2025, 12, 1)))
    return tally.dropouts["adverse_event"]


@pytest.mark.unmeasured
def test_treatment_is_stopped_only_before_its_last_dose() -> None:
    assert stopped("W0") == 0
    assert stopped("SCR", "W0") == 0
    assert stopped("W0", "W2") == 2
