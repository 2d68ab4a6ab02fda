"""What the history says of a reason: as it was given, redacted, or hidden from the role that looks."""

import html
import re

import pytest
from django.test import Client
from tests.browser.desks import desk, form_address
from tests.browser.test_answers import held
from tests.store.conftest import data, small_data
from tests.store.small import COORDINATOR, START, STUDY, VITALS_YAML, give, make_moment, save, small_files

from trialwright.ledger.commands import RedactValue, RemoveRow
from trialwright.ledger.events import REASON

__all__ = ["data", "held", "small_data"]

pytestmark = pytest.mark.usefixtures("data")

NAME = "Wang Xiaoming asked for it"


def changed(held: str, **more: str) -> int:
    """A weight that was changed for that reason; gives the sequence of the change."""
    from trialwright.store.casebooks import load

    give(save(held, "W0", "vitals", {"weight": "70", "height": "171"}))
    base = load(STUDY, held).records["W0", "vitals", 0].sequence
    done = give(save(held, "W0", "vitals", {"weight": "71", **more}, base=base, reason=NAME))
    return int(done.sealed[0].sequence)


def rows(client: Client, address: str) -> list[str]:
    page = html.unescape(client.get(address).content.decode())
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", row)) for row in page.split("<tr")[2:]]


@pytest.mark.parametrize(
    ("language", "redacted", "by_whom"),
    [("en", "Redacted", "Reason redacted"), ("zh-Hans", "已隐去", "原因已隐去")],
)
def test_a_redacted_reason_reads_so_in_both_languages(
    held: str, language: str, redacted: str, by_whom: str
) -> None:
    at = changed(held)
    client = desk()
    client.post("/language", {"language": language, "next": ""})
    address = form_address(held, name="history")
    assert sum(NAME in row for row in rows(client, address)) == 1

    give(RedactValue("c-redact", held, at, REASON, "a name was typed"))

    first, *rest = rows(client, address)
    assert by_whom in first and "a name was typed" in first
    assert [" 71" in row for row in rest if redacted in row] == [True]
    assert NAME not in "".join(rest)
    assert sum(by_whom in row for row in rows(client, f"{address}?item=weight")) == 1
    assert sum(by_whom in row for row in rows(client, f"{address}?item=height")) == 0


def test_the_redacted_reason_of_a_removed_row_reads_so_once(held: str) -> None:
    base = (
        give(save(held, "", "drugs", {"name": "Wrongdrug"}, repeat=1)).book.records["", "drugs", 1].sequence
    )
    at = give(RemoveRow("c-remove", held, "", "drugs", 1, base, NAME)).sealed[0].sequence
    give(RedactValue("c-redact", held, at, REASON, "a name was typed"))

    found = rows(desk(), form_address(held, "-", "drugs", 1, "history"))

    assert ["Row removed" in row and "Redacted" in row for row in found] == [False, True, False]
    assert "Reason redacted" in found[0]
    assert NAME not in "".join(found)


# ------------------------------------------------------------------ blinding


@pytest.fixture
def blind(held: str) -> str:
    """The height is hidden from monitors until week 2."""
    from trialwright.store.definitions import activate, add_definition

    vitals = VITALS_YAML.replace("unit: cm,", "unit: cm, blinded_until: W2,")
    files = small_files(version="1.1.0", vitals=vitals)
    files["study.yaml"] = files["study.yaml"].replace(
        b"masking: Open", b"masking: Double, blinded: [monitor]"
    )
    study = add_definition(files, {}, at=START)
    assert study.forms["vitals"].items["height"].blinded_until == "W2"
    activate(STUDY, "S01", study.hash, by=COORDINATOR, at=make_moment())
    return held


@pytest.mark.parametrize(("more", "is_hidden"), [({"height": "172"}, True), ({}, False)])
def test_the_reason_for_a_change_of_a_blinded_item_is_hidden_with_it(
    blind: str, more: dict[str, str], *, is_hidden: bool
) -> None:
    changed(blind, **more)
    address = form_address(blind, name="history")

    theirs, ours = rows(desk("monitor"), address), rows(desk(), address)

    assert sum("Hidden from your role" in row for row in theirs) == int(is_hidden)
    assert any(NAME in row for row in theirs) is not is_hidden
    assert "17" not in "".join(row for row in theirs if "Height" in row)
    assert any(NAME in row for row in ours)


def test_a_removed_row_stays_on_view_where_its_first_item_is_hidden(blind: str) -> None:
    """What is no item's own has its line whichever items are seen."""
    from trialwright.store.definitions import activate, add_definition

    files = small_files(version="1.2.0")
    files["study.yaml"] = files["study.yaml"].replace(
        b"masking: Open", b"masking: Double, blinded: [monitor]"
    )
    files["forms/drugs.yaml"] = files["forms/drugs.yaml"].replace(
        b"items:\n",
        b"items:\n  batch: {label: Batch, type: text, length: 9, optional: true, blinded_until: W2}\n",
    )
    study = add_definition(files, {}, at=START)
    activate(STUDY, "S01", study.hash, by=COORDINATOR, at=make_moment())
    done = give(save(blind, "", "drugs", {"name": "Wrongdrug", "batch": "B7"}, repeat=1))
    base = done.book.records["", "drugs", 1].sequence
    give(RemoveRow("c-remove", blind, "", "drugs", 1, base, NAME))

    newest, *_ = rows(desk("monitor"), form_address(blind, "-", "drugs", 1, "history"))

    assert "Row removed" in newest and "Hidden from your role" in newest
