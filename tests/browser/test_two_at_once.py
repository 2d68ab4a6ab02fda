"""Two people at one form, with whole pages as browsers send them; and what no page of ours sends."""

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from tests.browser.desks import HOME, desk, form_address, posted
from tests.browser.test_answers import held, stored
from tests.store.conftest import data, small_data
from tests.store.small import STUDY
from tests.store.test_submit import statements

from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.visible import Hidden
from trialwright.web.forms.posted import Place, Shown

__all__ = ["data", "held", "small_data"]

pytestmark = pytest.mark.usefixtures("data")

DRAFT = "draft"
BAD_BASES = ("", "²", "٣", "-1", "1.5", "9" * 11, "9" * 5000)


class Fields(HTMLParser):
    """What a browser would send of the page's form: every control that has a value."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.is_inside = False
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.is_inside = "data-form" in given
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "option" and self.select and ("selected" in given or self.select not in self.sent):
            self.sent[self.select] = value
        if not self.is_inside or not name:
            return
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.sent[name] = value
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            self.sent[name] = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""


def fields_of(client: Client, participant: str) -> dict[str, str]:
    return fields_in(client.get(form_address(participant)).content.decode())


def fields_in(page: str) -> dict[str, str]:
    fields = Fields()
    fields.feed(page)
    assert {"command", "base", "weight", "weight.missing", "height", "note"} <= set(fields.sent)
    return fields.sent


@pytest.fixture
def pair(held: str) -> tuple[Client, Client]:
    """Two at the form of a participant, whose weight is stored."""
    first, second = desk(login="first"), desk(login="second")
    assert first.post(form_address(held), posted("c0", weight="70")).status_code == 302
    return first, second


# ------------------------------------------------------------------ whole pages


def test_whole_pages_with_different_items_both_stay(held: str, pair: tuple[Client, Client]) -> None:
    first, second = pair
    mine, theirs = fields_of(first, held), fields_of(second, held)
    reason = {"reason_for_change": "misread"}

    assert first.post(form_address(held), {**mine, "weight": "71", **reason}).status_code == 302
    assert second.post(form_address(held), {**theirs, "height": "176"}).status_code == 302
    assert stored() == {"weight": "71", "twice": "142", "height": "176"}


def test_whole_pages_of_a_new_form_merge_too(held: str) -> None:
    first, second = desk(login="first"), desk(login="second")
    mine, theirs = fields_of(first, held), fields_of(second, held)

    assert first.post(form_address(held), {**mine, "weight": "71"}).status_code == 302
    assert second.post(form_address(held), {**theirs, "height": "176"}).status_code == 302
    assert stored() == {"weight": "71", "twice": "142", "height": "176"}


def test_whole_pages_with_one_item_are_a_conflict_and_the_draft_settles_it(
    held: str, pair: tuple[Client, Client]
) -> None:
    first, second = pair
    mine, theirs = fields_of(first, held), fields_of(second, held)
    reason = {"reason_for_change": "misread"}
    first.post(form_address(held), {**mine, "weight": "71", "note": "first", **reason})

    answer = second.post(form_address(held), {**theirs, "weight": "75", "height": "176", **reason})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("71" in page, "75" in page, "176" in page) == (True, True, False)
    assert stored() == {"weight": "71", "twice": "142", "note": "first"}
    again = fields_of(second, held)
    assert (again["weight"], again["height"], again["note"]) == ("75", "176", "first")
    assert second.post(form_address(held), {**again, **reason}).status_code == 302
    assert stored() == {"weight": "75", "twice": "150", "note": "first", "height": "176"}


def test_what_is_refused_and_shown_again_takes_nothing_back(held: str, pair: tuple[Client, Client]) -> None:
    first, second = pair
    mine, theirs = fields_of(first, held), fields_of(second, held)
    first.post(form_address(held), {**mine, "note": "first"})

    refused = second.post(form_address(held), {**theirs, "height": "tall"})
    again = fields_in(refused.content.decode())

    assert (refused.status_code, again["height"], again["note"]) == (422, "tall", "first")
    assert second.post(form_address(held), {**again, "height": "176"}).status_code == 302
    assert stored()["note"] == "first"


def test_a_save_on_the_newest_state_asks_no_history(held: str, pair: tuple[Client, Client]) -> None:
    first, _ = pair
    page = fields_of(first, held)
    with statements() as seen:
        first.post(form_address(held), {**page, "height": "176"})

    assert len([one for one in seen if not one.startswith(("BEGIN", "COMMIT"))]) <= 8, "\n".join(seen)


def test_a_page_gone_back_to_and_sent_again_with_other_values_is_kept(held: str) -> None:
    client = desk()
    page = fields_of(client, held)
    client.post(form_address(held), {**page, "weight": "70"})

    answer = client.post(form_address(held), {**page, "weight": "71"})

    assert answer.status_code == 409
    assert "71" in answer.content.decode()
    assert stored()["weight"] == "70"
    assert fields_of(client, held)["weight"] == "71"


def test_a_conflict_keeps_the_reason_and_the_reason_for_no_value(
    held: str, pair: tuple[Client, Client]
) -> None:
    """All of it without any script: the save itself keeps what it could not store."""
    first, second = pair
    mine, theirs = fields_of(first, held), fields_of(second, held)
    first.post(form_address(held), {**mine, "weight": "71", "reason_for_change": "misread"})

    changed = {
        "weight": "",
        "weight.missing": "refused",
        "height": "170",
        "reason_for_change": "was not weighed",
    }
    answer = second.post(form_address(held), {**theirs, **changed})

    assert answer.status_code == 409
    assert "kept as your draft" in answer.content.decode()
    again = fields_of(second, held)
    kept = {name: again[name] for name in changed}
    assert kept == changed
    assert second.post(form_address(held), again).status_code == 302
    assert stored() == {"weight": "refused", "twice": "refused", "height": "170"}


def test_a_conflict_at_a_visit_keeps_what_was_typed_too(held: str) -> None:
    address = f"{HOME}participants/{held}/visits/W0/"
    first, second = desk(login="first"), desk(login="second")
    mine, theirs = visit_fields(first, address), visit_fields(second, address)
    changed = {"date": "2026-02-27", "reason_for_change": "read the wrong line"}
    moved = first.post(address, {**mine, "date": "2026-02-26", "reason_for_change": "misread"})

    answer = second.post(address, {**theirs, **changed})

    assert (moved.status_code, answer.status_code) == (302, 409)
    assert f'href="{address}"' in answer.content.decode()
    again = visit_fields(second, address)
    assert {name: again[name] for name in changed} == changed
    assert "A draft of yours" in second.get(address).content.decode()
    assert second.post(address, again).status_code == 302
    assert stored(form="visit")["date"] == "2026-02-27"
    assert "A draft of yours" not in second.get(address).content.decode()


def visit_fields(client: Client, address: str) -> dict[str, str]:
    fields = Fields()
    page = client.get(address).content.decode()
    fields.feed(page.replace('<form method="post" novalidate>', '<form method="post" data-form>'))
    assert {"command", "base", "date", "date.missing"} <= set(fields.sent)
    return fields.sent


# ------------------------------------------------------------------ drafts


def test_a_draft_keeps_the_reasons_and_the_note_that_a_value_is_right(
    held: str, pair: tuple[Client, Client]
) -> None:
    first, _ = pair
    typed = {
        **{"weight": "220", "weight.right": "weighed twice", "height": "", "height.missing": "not_done"},
        **{"note": "late", "reason_for_change": "misread"},
    }
    kept = first.post(form_address(held, name=DRAFT), {**fields_of(first, held), **typed})

    again = fields_of(first, held)

    assert kept.status_code == 200
    assert {name: again[name] for name in typed} == typed


def test_a_draft_of_the_same_person_shows_nothing_that_their_role_may_not_see(held: str) -> None:
    from trialwright.store.casebooks import load
    from trialwright.web.forms.entry import contents_of
    from trialwright.web.forms.layout import layout_of
    from trialwright.web.forms.opened import Opened, Typed

    reader = CasebookReader(load(STUDY, held))
    opened = Opened(
        reader, Place(held, "W0", "vitals"), "W0", date(2026, 3, 2), "en", True,
        hidden=Hidden(frozenset({("vitals", "weight")})),
    )  # fmt: skip
    typed = Typed({"weight": Shown("70"), "height": Shown("170")})

    shown = contents_of(opened, layout_of(reader.book.study, "vitals", "en"), typed, ()).shown

    assert (shown["weight"].raw, shown["height"].raw) == ("", "170")


# ------------------------------------------------------------------ refused lists


def test_a_refused_answer_to_a_list_keeps_what_was_chosen_and_typed(held: str) -> None:
    from trialwright.web.links import form_url, log_url

    client, address = desk(), log_url(STUDY, held, "W0", "drugs")
    row = Place(held, "", "drugs", 1)
    assert client.post(address, {"gate": "true", "command": "g1", "base": "0"}).status_code == 302
    assert client.post(form_url(STUDY, row), posted("c7", name="Water")).status_code == 302

    sent = {"gate": "false", "command": "g2", "base": "1", "reason_for_change": "no drug at all"}
    gate = client.post(address, sent).content.decode()
    removal = {"reason": "written twice", "command": "r1", "base": "x"}
    removed = client.post(form_url(STUDY, row, "remove"), removal).content.decode()

    assert 'value="no drug at all"' in gate
    assert 'id="f-gate" value="true">' in gate.replace("\n", "")
    assert 'value="false" checked>' in gate
    assert 'value="written twice"' in removed


def test_a_draft_takes_back_nothing_that_others_saved(held: str, pair: tuple[Client, Client]) -> None:
    first, second = pair
    mine, theirs = fields_of(first, held), fields_of(second, held)
    first.post(form_address(held, name=DRAFT), {**mine, "height": "176"})
    second.post(form_address(held), {**theirs, "weight": "72", "reason_for_change": "misread"})

    again = fields_of(first, held)

    assert (again["weight"], again["height"]) == ("72", "176")
    assert first.post(form_address(held), again).status_code == 302
    assert stored() == {"weight": "72", "twice": "144", "height": "176"}


def test_a_draft_of_what_others_changed_is_a_conflict(held: str, pair: tuple[Client, Client]) -> None:
    first, second = pair
    mine, theirs = fields_of(first, held), fields_of(second, held)
    reason = {"reason_for_change": "misread"}
    first.post(form_address(held, name=DRAFT), {**mine, "weight": "75"})
    second.post(form_address(held), {**theirs, "weight": "72", "note": "nothing new", **reason})

    again = fields_of(first, held)
    answer = first.post(form_address(held), {**again, **reason})

    assert (again["weight"], again["note"]) == ("75", "nothing new")
    assert answer.status_code == 409
    assert stored()["weight"] == "72"
    page = answer.content.decode()
    assert ("72" in page, "75" in page, "nothing new" in page) == (True, True, False)


def test_a_draft_is_refused_where_it_is_too_long(held: str) -> None:
    client = desk()

    answer = client.post(form_address(held, name=DRAFT), posted(note="x" * 200_001))

    assert (answer.status_code, list(answer.json())) == (413, ["note"])
    assert fields_of(client, held)["note"] == ""


# ------------------------------------------------------------------ what no page sends


@pytest.mark.parametrize("base", BAD_BASES)
@pytest.mark.parametrize("name", ["", DRAFT])
def test_a_form_with_a_bad_base_is_refused(held: str, base: str, name: str) -> None:
    answer = desk().post(form_address(held, name=name), {**posted(weight="70"), "base": base})

    assert answer.status_code == 422
    assert stored() == {}


@pytest.mark.parametrize("base", BAD_BASES)
def test_looking_ahead_with_a_bad_base_is_answered(held: str, base: str) -> None:
    answer = desk().post(form_address(held, name="preview"), {**posted(weight="70"), "base": base})

    assert answer.status_code == 200


@pytest.mark.parametrize("base", BAD_BASES)
def test_a_list_with_a_bad_base_is_refused(held: str, data: Path, base: str) -> None:
    from trialwright.store.casebooks import load
    from trialwright.web.links import form_url, log_url

    client, place = desk(), Place(held, "", "drugs", 1)
    gate = client.post(log_url(STUDY, held, "W0", "drugs"), {"gate": "true", "command": "g1", "base": base})
    row = client.post(form_url(STUDY, place), posted("c7", name="Water"))
    assert row.status_code == 302, row.content.decode()
    removal = {"reason": "twice", "command": "r1", "base": base}
    removed = client.post(form_url(STUDY, place, "remove"), removal)

    assert (gate.status_code, removed.status_code) == (422, 422)
    assert "came back incomplete" in removed.content.decode()
    assert not any(record.is_removed for record in load(STUDY, held).records.values())
