"""A participant who has ended: what did not take place is not shown as if somebody still waited for it."""

import re
from pathlib import Path

import pytest
from tests.browser.desks import HOME, desk, posted
from tests.store.conftest import data, small_data
from tests.store.small import COORDINATOR, START, STUDY, enrol, give, make_moment, save, screen, small_files

__all__ = ["data", "small_data"]

SCHEDULE = """
visits:
  SCR: {label: Screening, day: -28..-1}
  W0: {label: Week 0, day: 1, anchor: first_dose}
  W2: {label: Week 2, day: 15, window: -3..+3}
  W4: {label: Week 4, day: 29, window: -3..+3}
  ET: {label: Early termination, day: any, when: end.early, if_unknown: ask}
activities:
  visits: SCR W0 W2 W4 ET
  vitals: x   x  x  x  x
  drugs:  x   x  x  x  x
  end:    .   .  o  x  o
"""
END = """
label: End of study
records: one per participant
items:
  done: {label: The participant has ended, type: boolean, optional: true}
  date: {label: Day of the end, type: date}
  early: {label: Ended early, type: boolean}
"""


@pytest.fixture
def goes_on(data: Path) -> str:
    """Enrolled, with the visits of weeks 0 and 2; end of study may be done at week 2 and is done at week 4."""
    return begin(SCHEDULE)


def begin(schedule: str) -> str:
    from trialwright.store.definitions import activate, add_definition

    files = small_files(version="1.1.0", ended="known(end.date)")
    files |= {"schedule.yaml": schedule.encode(), "forms/end.yaml": END.encode()}
    study = add_definition(files, {}, at=START)
    for site in ("S01", "S02"):
        activate(STUDY, site, study.hash, by=COORDINATOR, at=make_moment())
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-01-20"}))
    give(enrol("p1"))
    give(save("p1", "W0", "visit", {"date": "2026-02-02"}))
    give(save("p1", "W2", "visit", {"date": "2026-02-16"}))
    return "p1"


def words(page: str) -> dict[str, str]:
    """What each cell of the matrix says: by "form, visit"."""
    found = re.findall(r'class="govuk-visually-hidden">([^<:]+, [^<:]+): ([^<]+)<', page)
    return {where: said.strip() for where, said in found}


def heads(page: str) -> dict[str, str]:
    """The small words below each visit's key."""
    start = page.index('class="soa"')
    table = page[start : page.index("</table>", start)]
    found = re.findall(r'visits/(\w+)/">[^<]*</a>\s*((?:<small>[^<]*</small>\s*)*)', table)
    return {visit: " ".join(re.findall(r"<small>([^<]*)<", small)).strip() for visit, small in found}


def test_what_only_may_be_done_is_not_to_do(goes_on: str) -> None:
    page = desk().get(f"{HOME}participants/p1/").content.decode()

    assert words(page)["End of study, Week 2"] == "May be done"
    assert words(page)["Vital signs, Week 2"] == "To do"
    assert words(page)["End of study, Week 4"] == "Planned"


def test_no_save_leads_to_a_form_that_only_may_be_done(goes_on: str) -> None:
    give(save("p1", "W2", "drugs", {"gate": "false"}))
    page = desk().get(f"{HOME}participants/p1/visits/W2/forms/vitals/0/").content.decode()

    assert "Save and close" in page
    assert "Save and next form" not in page


def test_a_form_that_may_be_done_is_offered_at_its_visit(goes_on: str) -> None:
    page = desk().get(f"{HOME}participants/p1/visits/W2/").content.decode()

    assert re.search(r"May be done</span>\s*<a [^>]*>End of study</a>", page)


@pytest.fixture
def ended(goes_on: str) -> str:
    give(save("p1", "", "end", {"date": "2026-02-20", "early": "true"}))
    give(save("p1", "ET", "visit", {"date": "2026-02-20"}))
    return goes_on


def test_visits_that_never_took_place_are_not_done_and_say_when_all_ended(ended: str) -> None:
    page = desk().get(f"{HOME}participants/p1/").content.decode()

    assert "Vital signs, Week 4" not in words(page)
    assert "1 visit not done" in page
    assert f'<li><a href="{HOME}participants/p1/visits/W4/">Week 4</a></li>' in page
    assert words(page)["End of study, Early termination"] == "Complete"
    assert words(page)["Vital signs, Week 2"] == "To do"
    assert list(heads(page)) == ["SCR", "W0", "W2", "ET"]
    assert heads(page)["SCR"] == "20 Jan 2026"
    assert heads(page)["W2"] == "16 Feb"
    assert "The participant ended on 20 Feb 2026: visits without a date were not done." in page
    assert "Planned" not in words(page).values()


def test_a_form_that_is_filled_in_once_stands_at_one_visit(ended: str) -> None:
    """Where it might have been done earlier, and was not, there is no tick."""
    page = desk().get(f"{HOME}participants/p1/").content.decode()

    assert "End of study, Week 2" not in words(page)
    assert words(page)["End of study, Early termination"] == "Complete"


def test_the_page_of_a_visit_that_never_took_place_says_so(ended: str) -> None:
    page = desk().get(f"{HOME}participants/p1/visits/W4/").content.decode()

    assert "Not done – ended on 20 Feb 2026." in page
    assert re.search(r"Not done</span>\s*<a [^>]*>Vital signs</a>", page)


def test_an_end_that_stands_at_no_visit_is_not_lost_from_sight(goes_on: str) -> None:
    give(screen("p2"))
    give(save("p2", "SCR", "visit", {"date": "2026-01-20"}))
    give(save("p2", "", "end", {"date": "2026-02-20", "early": "false"}))
    page = desk().get(f"{HOME}participants/p2/").content.decode()

    assert words(page)["End of study, Week 2"] == "Complete"
    assert words(page)["Vital signs, Week 2"] == "Not done – ended on 20 Feb 2026"


def test_nobody_is_offered_an_early_end_after_the_end(ended: str) -> None:
    page = desk().get(f"{HOME}participants/p1/").content.decode()

    assert "Add: Early termination" not in page
    assert "Ended</dt>" in page.replace("\n", "")


def test_nobody_is_urged_on_after_the_end(ended: str) -> None:
    """What is still open is listed; the one green button of the page leads to none of it."""
    page = desk().get(f"{HOME}participants/p1/").content.decode()

    assert "Continue:" not in page
    assert re.search(r'To do for S01-001</h2>\s*<ul class="todo">', page)


def test_no_visit_can_be_begun_after_the_end(ended: str) -> None:
    answer = desk().post(f"{HOME}participants/p1/visits/W4/", posted(date="2026-02-21"))

    assert answer.status_code == 422
    assert "The participant ended on 20 Feb 2026; 21 Feb 2026 lies after it." in answer.content.decode()


def test_while_nobody_has_ended_the_rest_is_planned(goes_on: str) -> None:
    page = desk().get(f"{HOME}participants/p1/").content.decode()

    assert words(page)["Vital signs, Week 4"] == "Planned"
    assert "visits without a date" not in page


def test_a_visit_that_an_early_stop_takes_away_is_awaited_until_then(data: Path) -> None:
    """The day of the end is not entered yet, so that the participant is still in the study."""
    begin(
        SCHEDULE.replace(
            "day: 29, window: -3..+3", "day: 29, window: -3..+3, when: not end.early, if_unknown: plan"
        )
    )
    client, week_4 = desk(), f"{HOME}participants/p1/visits/W4/"
    before, visit_before = (
        client.get(f"{HOME}participants/p1/").content.decode(),
        client.get(week_4).content.decode(),
    )
    give(save("p1", "", "end", {"early": "true"}))
    after, visit_after = (
        client.get(f"{HOME}participants/p1/").content.decode(),
        client.get(week_4).content.decode(),
    )

    assert "Overdue" in before and "if needed" not in heads(before)["W4"]
    assert "This visit is not planned" not in visit_before and "cannot be told yet" not in visit_before
    assert "Overdue" not in after and "W4" not in heads(after)
    assert "This visit is not planned for this participant." in visit_after
