"""How dates, times and units look on pages: one shape per language, whatever was typed."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.utils.translation import override
from tests.browser.desks import HOME, desk
from tests.browser.test_answers import held
from tests.store.conftest import data, small_data
from tests.store.small import give, save

from trialwright.values.parse import ItemSpec, parse
from trialwright.web.show import show_iso, show_moment, show_range

__all__ = ["data", "held", "small_data"]

pytestmark = pytest.mark.usefixtures("data")
VISIT = f"{HOME}participants/p1/visits/SCR/"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever language the test before left behind."""
    with override("en"):
        yield


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("typed", ["2026-02-20", "20-Feb-2026", "2026年2月20日", "2026/2/20"])
def test_a_date_field_shows_one_shape_whatever_was_typed(held: str, typed: str) -> None:
    give(save(held, "SCR", "visit", {"date": typed}))
    client = desk()

    assert field(client.get(VISIT).content.decode(), "date") == "20 Feb 2026"
    client.post("/language", {"language": "zh-hans", "next": VISIT})
    assert field(client.get(VISIT).content.decode(), "date") == "2026年2月20日"


@pytest.mark.parametrize("stored", ["2026-02-20", "2026-02", "2026"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_a_date_field_shows_can_be_saved_as_it_is(stored: str, language: str) -> None:
    with override(language):
        shown = show_iso(stored)

    found = parse(ItemSpec("partial_date"), shown)
    assert getattr(found, "text", found) == stored


def test_a_page_of_the_other_language_changes_nothing(held: str) -> None:
    """The page was opened in English; meanwhile the language was changed in another tab."""
    give(save(held, "SCR", "visit", {"date": "2026-02-20"}))
    client = desk()
    base = field(client.get(VISIT).content.decode(), "base")
    client.post("/language", {"language": "zh-hans", "next": VISIT})

    answer = client.post(VISIT, {"command": "c9", "base": base, "date": "20 Feb 2026"})

    assert answer.status_code == 302, "no reason for a change is asked"


def test_the_time_of_an_act_is_that_of_the_site_with_its_zone() -> None:
    shown = show_moment("2026-03-14T18:30:12.123456Z", "Asia/Shanghai")

    assert shown == "15 Mar 2026 02:30:12 (Asia/Shanghai)"


def test_a_range_of_days_is_written_in_the_order_of_the_language() -> None:
    august, september, january = date(2025, 8, 29), date(2025, 9, 4), date(2026, 1, 3)
    assert show_range(august, september) == "29 Aug – 4 Sep 2025"
    assert show_range(august, january) == "29 Aug 2025 – 3 Jan 2026"
    assert show_range(august, august) == "29 Aug 2025"
    with override("zh-hans"):
        assert show_range(august, september) == "2025年8月29日–9月4日"
        assert show_range(august, january) == "2025年8月29日–2026年1月3日"
