"""The bias guard on the page where a form is entered: closed, opened by an act of the log, open to who only reads."""

import re
from pathlib import Path

import pytest
from tests.browser.desks import desk, form_address, posted
from tests.browser.test_answers import held, stored
from tests.store.conftest import data, small_data
from tests.store.small import STUDY, give, save
from tests.store.test_submit import count

__all__ = ["data", "held", "small_data"]

pytestmark = pytest.mark.usefixtures("data")

EARLIER = "93.4 kg"  # twice the weight at screening


@pytest.fixture
def weighed(held: str) -> str:
    """A participant whose week 0 is entered now, with a score at screening."""
    give(save(held, "SCR", "vitals", {"weight": "46.7"}))
    return held


def page(client, name: str = "", visit: str = "W0") -> str:  # type: ignore[no-untyped-def]  # Django's test client
    return client.get(form_address("p1", visit, name=name)).content.decode()


def earlier_of(text: str) -> str:
    """The card of earlier scores, "" where the page has none."""
    found = re.search(r'<section class="card" id="earlier".*?</section>', text, re.DOTALL)
    return found.group(0) if found else ""


def test_earlier_scores_are_hidden_behind_a_button(weighed: str) -> None:
    text = page(desk())

    assert "Show earlier scores" in earlier_of(text)
    assert (EARLIER in text, "46.7" in text) == (False, False)


def test_the_button_records_the_act_and_shows_the_scores(weighed: str) -> None:
    client = desk()
    events = count("event")

    answer = client.post(form_address("p1", name="earlier"), posted(show="e1"))

    assert (answer.status_code, answer["Location"]) == (302, form_address("p1") + "#earlier")
    assert count("event") == events + 1
    card = earlier_of(page(client))
    assert EARLIER in card
    assert "You opened the earlier scores; that is recorded." in card
    assert "Show earlier scores" not in card


def test_a_button_pressed_twice_is_one_act(weighed: str) -> None:
    client = desk()
    events = count("event")

    for command in ("e1", "e1", "e2"):
        assert client.post(form_address("p1", name="earlier"), posted(show=command)).status_code == 302

    assert count("event") == events + 1


def test_they_stay_hidden_from_everybody_else(weighed: str) -> None:
    desk().post(form_address("p1", name="earlier"), posted(show="e1"))

    other = page(desk(login="other"))

    assert EARLIER not in other
    assert "Show earlier scores" in earlier_of(other)


def test_who_only_reads_sees_them_and_is_told_of_the_guard(weighed: str) -> None:
    card = earlier_of(page(desk("monitor")))

    assert EARLIER in card
    assert "Hidden from those who enter this form, until they open them." in card


def test_who_only_reads_cannot_press_the_button(weighed: str) -> None:
    assert desk("monitor").post(form_address("p1", name="earlier"), posted(show="e1")).status_code == 403


def test_the_history_of_the_form_lists_the_act_and_that_of_an_item_does_not(weighed: str) -> None:
    client = desk()
    client.post(form_address("p1", name="earlier"), posted(show="e1"))

    assert page(client, "history").count("Earlier scores shown") == 1
    assert "Earlier scores shown" not in page(client, "history?item=weight")


def test_what_was_typed_is_kept_as_a_draft(weighed: str) -> None:
    client = desk()

    client.post(form_address("p1", name="earlier"), posted(show="e1", weight="71.5"))

    text = page(client)
    assert 'value="71.5"' in text
    assert "A draft of yours stands in the fields." in text
    assert stored() == {}


def test_where_nothing_was_typed_there_is_no_draft(weighed: str) -> None:
    client = desk()
    client.post(form_address("p1", name="earlier"), posted(show="e1", weight=""))

    assert "A draft of yours" not in page(client)


def test_a_page_without_its_id_opens_nothing_and_keeps_what_was_typed(weighed: str) -> None:
    client = desk()
    events = count("event")

    answer = client.post(form_address("p1", name="earlier"), posted(weight="71.5"))

    assert (answer.status_code, count("event")) == (422, events)
    assert 'value="71.5"' in answer.content.decode()
    assert EARLIER not in page(client)


def test_a_first_visit_has_no_card(weighed: str) -> None:
    assert earlier_of(page(desk(), visit="SCR")) == ""


def test_a_visit_without_a_date_offers_no_button(weighed: str) -> None:
    assert "Show earlier scores" not in page(desk(), visit="W2")


def test_the_log_gives_the_act_back_and_verify_knows_it(weighed: str, data: Path) -> None:
    from trialwright.store.cache import forget_folder
    from trialwright.store.casebooks import load
    from trialwright.store.freeze import freeze
    from trialwright.store.rebuild import rebuild
    from trialwright.store.verify import verify

    desk().post(form_address("p1", name="earlier"), posted(show="e1"))
    book = load(STUDY, "p1")
    forget_folder()

    assert load(STUDY, "p1").earlier_shown == book.earlier_shown != ()
    assert freeze(STUDY)[0].earlier_shown == book.earlier_shown
    assert (verify(STUDY), rebuild(STUDY, is_dry=True)) == ((), ())
