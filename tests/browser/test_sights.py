"""Lists are cut into pages by what the role sees: no page, and no "next", tells of a query that is hidden from it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker
from tests.browser.desks import HOME, desk
from tests.store.conftest import close
from tests.store.small import (
    COORDINATOR,
    DRUGS_YAML,
    MONITOR,
    START,
    STUDY,
    VITALS_YAML,
    enrol,
    give,
    make_moment,
    save,
    screen,
    small_files,
)

from trialwright.ledger.commands import Actor, OpenQuery
from trialwright.values.datum import Missing

pytestmark = pytest.mark.unmeasured

ROLES_YAML = """
rights:
  roles:       coordinator monitor
  identity:    rw          .
  forms:       rwaq        rq
  eligibility: rw          r
  drug:        rwaq        .
  diary:       rw          .
"""
ASSAY = "  assay: {label: Assay, type: decimal, decimals: 1, optional: true, blinded_until: W2}\nchecks:"
HIGH = "  high: {about: assay, when: 'assay > 5', ask: Is the assay right?}\n"
FULL = 25  # participants on a page of queries


@pytest.fixture
def blinded(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """A folder of the small study, in which the monitor reads no drugs and is blind to an assay until week 2."""
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data

    files = small_files(vitals=VITALS_YAML.replace("checks:", ASSAY) + HIGH)
    files["study.yaml"] = files["study.yaml"].replace(
        b"masking: Open", b"masking: {value: Double, blinded: [monitor]}"
    )
    files["forms/drugs.yaml"] = DRUGS_YAML.replace("label: Drugs", "label: Drugs\narea: drug").encode()
    files["roles.yaml"] = ROLES_YAML.encode()
    with django_db_blocker.unblock():
        create_data(tmp_path / "data", demo=True, seed=7)
        study = add_definition(files, {}, at=START)
        for site in ("S01", "S02"):
            activate(STUDY, site, study.hash, by=COORDINATOR, at=make_moment())
        yield tmp_path / "data"
        close()


def begin(participant: str, site: str = "S01", **vitals: str) -> None:
    give(screen(participant, site=site))
    give(save(participant, "SCR", "visit", {"date": "2026-02-10"}))
    if vitals:
        give(save(participant, "SCR", "vitals", vitals))


def treat(participant: str) -> None:
    """Up to the day before the visit of week 2."""
    give(enrol(participant, "A"))
    give(save(participant, "W0", "visit", {"date": "2026-02-15"}))


def ask_about_drugs(participant: str) -> None:
    give(save(participant, "SCR", "drugs", {"gate": "true"}))
    give(OpenQuery(f"ask-{participant}", participant, "q1", "SCR", "drugs", 0, "gate", "None at all?"))


def rows_on(client: Client, address: str = "queries/") -> tuple[int, bool]:
    """How many queries the page shows, and whether it leads to a next one."""
    page = client.get(HOME + address).content.decode()
    return page.count('data-l="Question"'), 'rel="next"' in page


@pytest.mark.parametrize(("seen", "has_next"), [(FULL - 1, False), (FULL, False), (FULL + 1, True)])
def test_pages_of_queries_are_cut_by_what_the_role_sees(blinded: Path, seen: int, has_next: bool) -> None:
    begin("hidden-1", assay="9")
    begin("hidden-2")
    ask_about_drugs("hidden-2")
    for number in range(seen):
        begin(f"seen-{number}", weight="220")

    assert rows_on(desk("monitor")) == (min(seen, FULL), has_next)
    assert rows_on(desk("coordinator")) == (FULL, True)


def test_the_page_after_goes_on_where_the_one_before_ended(blinded: Path) -> None:
    for number in range(FULL + 2):
        begin(f"p-{number}", **({"assay": "9"} if number == 3 else {"weight": "220"}))

    monitor = desk("monitor")
    assert rows_on(monitor) == (FULL, True)
    assert rows_on(monitor, "queries/?page=2") == (1, False)


def test_the_query_of_a_blinded_item_is_counted_once_its_visit_was_held(blinded: Path) -> None:
    begin("p-1", assay="9")
    monitor = desk("monitor")
    assert rows_on(monitor) == (0, False)
    treat("p-1")
    not_held = save("p-1", "W2", "visit", {})
    give(replace(not_held, items={"date": Missing("not_done")}))
    assert rows_on(monitor) == (0, False)

    give(
        save("p-1", "W2", "visit", {"date": "2026-03-02"}, base=_base("p-1", "W2", "visit"), reason="Typing")
    )

    assert rows_on(monitor) == (1, False)


def _base(participant: str, visit: str, form: str) -> int:
    from trialwright.store.casebooks import load

    return load(STUDY, participant).records[visit, form, 0].sequence


def test_the_work_list_is_cut_by_what_the_role_sees(blinded: Path) -> None:
    """Who has ended stands there for a query alone; a query that the role does not see keeps nobody there."""
    for name in ("p-1", "p-2", "p-3"):
        begin(name)
        treat(name)
        give(save(name, "W2", "visit", {"date": "2026-03-01"}))
        give(save(name, "", "end", {"done": "true"}))
    ask_about_drugs("p-2")
    give(save("p-3", "SCR", "vitals", {"weight": "220"}))

    assert listed(COORDINATOR, is_open=True) == ("p-2", "p-3")
    assert listed(MONITOR, is_open=True) == ("p-3",)


@pytest.mark.parametrize("state", ["open", "answered", "closed"])
@pytest.mark.parametrize("actor", [COORDINATOR, MONITOR, replace(MONITOR, sites=frozenset({"S02"}))])
def test_a_list_holds_those_whose_casebook_shows_the_person_such_a_query(
    blinded: Path, state: str, actor: Actor
) -> None:
    begin("p-1", assay="9")
    begin("p-2", assay="9", weight="220")
    begin("p-3")
    ask_about_drugs("p-3")
    begin("p-4", site="S02", weight="220")
    begin("p-5", site="S02", assay="9")
    give(save("p-2", "SCR", "vitals", {"weight": "70"}, base=_base("p-2", "SCR", "vitals"), reason="Typing"))

    reached = ("p-4", "p-5") if actor.sites else ("p-1", "p-2", "p-3", "p-4", "p-5")
    shown = {
        name: {query.state for query in book.queries.values()} for name, book in books(actor, reached).items()
    }

    assert listed(actor, query=state) == tuple(name for name in reached if state in shown[name])


def books(actor: Actor, names: tuple[str, ...]):  # type: ignore[no-untyped-def]  # the store is imported late
    return _desk_of(actor).books(names)


def listed(actor: Actor, *, query: str = "", is_open: bool = False) -> tuple[str, ...]:
    from trialwright.store.people import Wanted, page_of_participants

    wanted = Wanted(actor.sites, query=query, is_open=is_open, sights=_desk_of(actor).sights())
    return page_of_participants(STUDY, wanted)


def _desk_of(actor: Actor):  # type: ignore[no-untyped-def]  # the store is imported late
    from trialwright.web.desk import Desk

    return Desk(STUDY, actor, "Somebody", START, "en")
