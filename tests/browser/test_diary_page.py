"""The diary of a participant as the site sees it: how it was kept, its entries, what waits to be looked at."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker
from tests.browser.desks import HOME, desk
from tests.browser.kept_diary import (
    P1,
    PHONE,
    TODAY,
    Clock,
    begin,
    begun,
    day_of,
    diary_data,
    entry,
    kept,
    local,
    made_diary,
    make_diary,
    set_clock,
)
from tests.store.conftest import close
from tests.store.small import STUDY

from trialwright.ledger.commands import LeaveEntryAside

pytestmark = pytest.mark.unmeasured

__all__ = ["begun", "diary_data", "kept", "made_diary"]

ONE = f"{HOME}participants/p1/"
DIARY = f"{ONE}diary/"
SAID = "Saved "


def page(client: Client, address: str = DIARY, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return re.sub(r"\s+", " ", answer.content.decode())


def text(shown: str) -> str:
    """Without its marks, as somebody reads it."""
    plain = re.sub(r"<svg.*?</svg>", "", shown)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


def every_page(client: Client, address: str = DIARY) -> str:
    """The diary with all pages of the list of entries, one after the other."""
    shown = page(client, address)
    last = re.search(r"Page 1 of (\d+)", shown)
    more = range(2, int(last[1]) + 1) if last else ()
    return "".join([shown, *(page(client, f"{address}?show=all&page={number}") for number in more)])


def row(shown: str, name: str) -> str:
    found = re.search(rf'<tr id="entry-{name}">(.*?)</tr>', shown)
    assert found, name
    return text(found[1])


def rows_without_entry(shown: str, day: str) -> list[str]:
    rows = re.findall(r"<tr>(.*?)</tr>", shown.split('id="entries"')[1])
    return [text(one) for one in rows if f"{day} " in text(one)]


# ------------------------------------------------------------------ how it was kept


def test_the_strip_counts_days_answered_of_days_asked(kept: Clock) -> None:
    shown = text(page(desk()))

    # 23 Feb to 19 Mar, the end of week 2's window, are 25 days; the seven of them without an entry are missed
    assert "Your day Answered 18 of 25 days (72 %)" in shown
    assert "Your skin Answered 1 of 4 times (25 %)" in shown
    assert "The day after your visit Answered 0 of 2 times (0 %)" in shown


def test_each_day_is_a_cell_with_its_word_in_the_column_of_its_study_week(kept: Clock) -> None:
    table = page(desk()).split('<table class="kept">')[1].split("</table>")[0]

    heads = re.findall(r'<span class="govuk-visually-hidden">([^<]*)</span></th>', table)
    assert heads[:2] == ["Study week 0, from 23 Feb 2026", "Study week 1, from 2 Mar 2026"]
    for words in ("2 Mar 2026: In time", "7 Mar 2026: Late", "5 Mar 2026: Missed"):
        assert f'<span class="govuk-visually-hidden">{words}</span>' in table


def test_before_the_first_dose_weeks_are_named_by_their_first_day(
    diary_data: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.store.small import give, save, screen

    give(screen(P1, code="S01-001"), minutes=3)
    set_clock(monkeypatch, local(day_of(2), "10:00"))
    assert "Nothing has been asked yet" in page(desk())

    give(save(P1, "SCR", "visit", {"date": "2026-02-23"}), minutes=4)
    shown = page(desk(login="other"))
    assert '<th scope="col">Week from</th>' in shown
    assert "Week from 2 Mar 2026" in shown
    assert "There is no score before the first dose, or without an entry." in shown


# ------------------------------------------------------------------ its entries


@pytest.mark.requirement("R09", "R12")
def test_an_entry_tells_both_clocks_where_it_came_from_and_that_it_stands(kept: Clock) -> None:
    told = row(every_page(desk()), "e5")

    for words in (
        "6 Mar 2026",
        "Your day",
        "Stands",
        "6 Mar 2026 20:15",
        "UTC+08:00",
        "at once",
        "On the phone · Phone 2",
        "Source: Participant",
    ):
        assert words in told
    assert "How bad was your worst itch? 6" in told
    assert "Did you sleep well? Yes" in told


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("e6", ["after the window", "Stands"]),
        ("e7", ["the phone’s clock was 12 min ahead", "10 Mar 2026 08:00", "35 h later"]),
        ("e2", ["Corrected since"]),
        (
            "fix",
            ["Corrects the entry of 3 Mar 2026 20:15", "Reason: I had looked at the wrong day.", "Stands"],
        ),
        ("called", ["Told by telephone", "Proxy of the participant", "Reason: The phone was at home."]),
        ("paper", ["From paper", "Source: Participant", "entered by"]),
        ("twice", ["Second entry, does not stand"]),
        (
            "odd",
            [
                "Kept aside",
                "some of it could not be read",
                "How bad was your worst itch? “a lot” could not be read",
            ],
        ),
        ("old-1", ["Phone 1"]),
        ("week", ["A drawing of 3 strokes"]),
    ],
)
def test_what_is_unusual_about_an_entry_is_said_in_words(kept: Clock, name: str, words: list[str]) -> None:
    told = row(every_page(desk()), name)

    assert [one for one in words if one not in told] == []


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("24 Feb 2026", "The phone was revoked by then."),
        ("5 Mar 2026", "An entry of Phone 2 from about then has not arrived."),
        ("28 Feb 2026", "Nothing was sent for it."),
    ],
)
def test_a_missing_entry_says_why_as_far_as_the_phones_tell(kept: Clock, day: str, why: str) -> None:
    found = rows_without_entry(page(desk(), f"{DIARY}?show=missing"), day)

    assert any("Your day" in one and "Missed" in one and why in one for one in found)


def test_where_no_phone_had_joined_a_missing_entry_says_so(begun: Clock) -> None:
    assert "No phone had joined by then." in page(desk())


@pytest.mark.parametrize(("show", "count"), [("late", 1), ("missing", 12), ("aside", 1)])
def test_the_list_shows_late_missing_or_kept_aside_ones_alone(kept: Clock, show: str, count: int) -> None:
    shown = page(desk(), f"{DIARY}?show={show}")

    table = shown.split('id="entries"')[1].split("<tbody>")[1]
    assert table.count("<tr") == count
    assert re.search(rf'aria-current="true">[^<]*<b>{count}</b>', shown)


def test_an_entry_of_a_day_that_is_asked_and_open_is_not_missed_yet(begun: Clock) -> None:
    begun.now = local(day_of(18), "10:00")

    assert "19 Mar 2026: Not yet" in page(desk())


def test_a_long_diary_is_cut_into_pages(kept: Clock) -> None:
    for at in range(12):
        entry(
            f"n{at}",
            day_of(15),
            {"words": f"Note {at}"},
            number=30 + at,
            form="diary_told",
            time=f"2026-03-16T10:{at:02}",
        )
    client = desk()

    shown = [page(client, f"{DIARY}?show=all&page={number}") for number in (1, 2, 3, 4)]

    assert "Page 1 of 4" in text(shown[0])
    names = [re.findall(r'<tr id="entry-([^"]*)"', one) for one in shown]
    assert max(len(one) for one in names) <= 12  # each is a card on a phone
    assert "old-1" in names[3]
    every = [name for one in names for name in one]
    assert sorted(every) == sorted(set(every))


def test_the_page_asks_the_database_as_often_for_one_entry_as_for_many(begun: Clock) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from tests.browser.kept_diary import join

    join(PHONE, local(day_of(-3), "10:00"))
    client, counts = desk(), []
    client.get(DIARY)
    for at in range(1, 16):
        entry(f"e{at}", day_of(at), {"itch": "3", "slept": "yes"}, number=at)
        if at in (1, 15):
            client.get(DIARY)
            with CaptureQueriesContext(connection) as captured:
                client.get(DIARY)
            counts.append(len(captured))

    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_weeks_before_the_latest_are_folded_and_weeks_without_an_answer_left_out(kept: Clock) -> None:
    """Reports may be told for months after the last week that anything is asked of."""
    kept.now = local(day_of(60), "10:00")
    entry("e36", day_of(36), {"itch": "3", "slept": "yes"}, number=59)
    entry("late-report", day_of(59), {"words": "Rash"}, number=60, form="diary_told")

    card = page(desk()).split('id="h-scores"')[1].split('id="h-entries"')[0]

    shown, folded = card.split("earlier week", 1)
    weeks = [re.findall(r"Week (-?\d+) ", text(part)) for part in (shown, folded)]
    assert weeks == [["6", "5", "4", "3"], ["2", "1", "0"]]


# ------------------------------------------------------------------ phones


def test_the_register_of_phones_tells_of_revoked_ones_and_of_what_has_not_arrived(kept: Clock) -> None:
    table = text(page(desk()).split('id="phones"')[1].split("</table>")[0])

    assert "Entries 4, 18, 19 of this phone have not arrived." in table
    assert "no. 23" in table
    assert "Revoked 24 Feb 2026 09:00" in table
    assert "Lost on the train." in table


def test_an_entry_that_came_after_the_last_contact_that_was_noted_is_a_contact(kept: Clock) -> None:
    client = desk()
    kept.now += timedelta(minutes=30)
    entry("just-now", day_of(31), {"itch": "3", "slept": "yes"}, number=24, received=kept.now)
    kept.now += timedelta(minutes=1)

    assert "23 Mar 2026 10:30 1 min ago" in text(page(client).split('id="phones"')[1].split("</table>")[0])


# ------------------------------------------------------------------ scores


def test_weekly_scores_stand_in_a_table_and_in_a_picture_that_says_them(kept: Clock) -> None:
    shown = page(desk("monitor"))

    assert re.search(r"Week 1 <span[^>]*>from 2 Mar 2026</span></th> <td class=\"num\">6.2</td>", shown)
    assert "Week 0" in shown
    label = re.search(r'class="panels"[^>]*aria-label="([^"]*)"', shown)
    assert label
    assert "Itch of the week: 5 Mar 2026 6.2" in label[1]
    assert "Weight: 23 Feb 2026 71.5; 2 Mar 2026 70.5" in label[1]
    assert 'class="dot"' in shown


def test_who_assesses_a_score_without_earlier_ones_is_not_shown_it_here(kept: Clock) -> None:
    coordinator, monitor = page(desk()), page(desk("monitor"))

    assert "Weight is not shown beside the diary to those who assess it." in coordinator
    assert "71.5" not in coordinator
    assert "71.5" in monitor
    assert "Pulse: 23 Feb 2026 72" in coordinator


# ------------------------------------------------------------------ who may see it


@pytest.mark.parametrize(
    ("role", "site", "status"),
    [
        ("coordinator", "", 200),
        ("nurse", "S01", 200),
        ("monitor", "", 200),
        ("sponsor", "", 403),
        ("coordinator", "S02", 404),
    ],
)
def test_the_diary_is_for_who_may_read_it_at_that_site(
    kept: Clock, role: str, site: str, status: int
) -> None:
    page(desk(role, site), status=status)


def test_whoever_is_signed_out_is_led_to_the_sign_in(kept: Clock) -> None:
    answer = Client(headers={"host": "127.0.0.1"}).get(DIARY)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?")


def test_who_only_reads_is_offered_no_act(kept: Clock) -> None:
    shown = page(desk("monitor"))

    for address in ("told", "invite", "release", "revoke"):
        assert f"diary/{address}" not in shown
        assert f"/{address}" not in shown.split('id="phones"')[1]


def test_a_study_without_a_diary_has_no_such_page(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        make_diary(tmp_path / "data", is_kept=False)
        begin()
        client = desk()
        page(client, status=404)
        page(client, f"{HOME}diary/sheet", status=404)
        assert "diary/" not in page(client, ONE)
        close()


# ------------------------------------------------------------------ where it is linked


def test_the_participants_page_and_the_visit_lead_to_the_diary(kept: Clock) -> None:
    client = desk()

    shown = page(client, ONE)
    assert "Answered 18 of 25 days" in shown
    assert "1 entry is kept aside; 3 entries have not arrived" in shown
    assert f'href="{DIARY}"' in shown
    assert f'href="{DIARY}"' in page(client, f"{ONE}visits/W0/")
    assert f'href="{DIARY}"' not in page(desk("sponsor"), ONE)


def test_the_work_list_names_diaries_that_wait_for_those_who_act_on_them(kept: Clock) -> None:
    shown = page(desk(), HOME)

    assert "Diaries to look at" in shown
    assert "1 entry is kept aside; 3 entries have not arrived" in shown
    assert "Diaries to look at" not in page(desk("monitor"), HOME)


def test_an_entry_from_after_the_end_is_named_though_nothing_else_is_due(begun: Clock) -> None:
    from tests.browser.kept_diary import join
    from tests.store.small import give, save

    join(PHONE, local(day_of(-3), "10:00"))
    give(save(P1, "", "end", {"done": "true"}), minutes=30)
    assert "Diaries to look at" not in page(desk(), HOME)

    entry("after", day_of(15), {"itch": "3", "slept": "yes"}, number=1)

    assert "1 entry is kept aside" in page(desk("nurse", "S01"), HOME)
    assert "1 entry is kept aside" not in page(desk("nurse", "S02"), HOME)
    assert "after the participant had ended" in page(desk(login="other"))

    give(LeaveEntryAside("l1", P1, "after", "The diary was over."), minutes=40)
    assert "Diaries to look at" not in page(desk("nurse", "S01", login="third"), HOME)


def test_a_record_of_the_diary_is_read_and_not_changed(kept: Clock) -> None:
    client, address = desk(), f"{ONE}visits/-/forms/diary_day/20260303/"
    shown = page(client, address)

    assert "Your day 3 Mar 2026" in shown
    assert "An entry of the participant’s diary." in shown
    assert '<fieldset class="all plain" disabled>' in shown
    assert client.get(f"{address}remove").status_code == 404
    sent = {"command": "c1", "base": "1", "itch": "1", "then": "stay"}
    assert client.post(address, sent).status_code == 422
    week = page(client, f"{ONE}visits/-/forms/diary_week/20260309/")
    assert 'aria-label="A drawing of 3 strokes"' in week


def test_the_history_of_a_record_tells_when_each_value_was_answered(kept: Clock) -> None:
    shown = text(page(desk(), f"{ONE}visits/-/forms/diary_day/20260303/history"))

    assert "Answered 3 Mar 2026 20:15 (UTC+08:00)" in shown
    assert "Answered 18 Mar 2026 21:00 (UTC+08:00); after the window" in shown
    assert "Participant · On the phone" in shown
    assert "participant:p1" not in shown


def test_two_entries_for_one_day_are_a_query_that_shows_both(kept: Clock) -> None:
    client = desk()
    listed = page(client, f"{HOME}queries/?state=open")
    assert "Two entries for one occasion" in listed
    link = re.search(rf'href="({ONE}queries/[^"]*)">Two entries', listed)
    assert link

    shown = text(page(client, link[1]))

    assert "Your day 17 Mar 2026" in shown
    assert "Entries for this occasion" in shown
    for words in ("Stands", "Second entry, does not stand", "On the phone", "From paper"):
        assert words in shown


@pytest.fixture
def blinded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[Clock]:
    with django_db_blocker.unblock():
        make_diary(tmp_path / "data", blinded="coordinator")
        begin()
        yield set_clock(monkeypatch, local(TODAY, "10:00"))
        close()


def test_a_blinded_role_is_told_nothing_of_a_hidden_answer(blinded: Clock) -> None:
    from tests.browser.kept_diary import join

    join(PHONE, local(day_of(-3), "10:00"))
    entry("e1", day_of(1), {"itch": "3", "slept": "yes"}, number=1)
    entry("e3", day_of(3), {"itch": "3", "slept": "yes", "hidden": "7"}, number=3)

    shown, open_to = every_page(desk()), every_page(desk("monitor"))

    assert "Hidden" not in shown
    assert "has not arrived" not in shown
    assert "no. 3" not in shown
    assert "Hidden" in open_to
    assert "Entry 2 of this phone has not arrived." in open_to
    assert STUDY in shown


NOT_THERE, NO_ANSWER = "corrects an entry that is not there", "a question that was asked has no answer"


def test_no_page_tells_a_blinded_role_of_an_entry_that_only_answers_what_is_hidden(blinded: Clock) -> None:
    """Neither that it is there, by what corrects it, nor that the hidden question has no answer in another."""
    from tests.browser.kept_diary import join

    join(PHONE, local(day_of(-3), "10:00"))
    entry("e1", day_of(1), {"hidden": "7"}, number=1)
    entry("e2", day_of(1), {"itch": "3", "slept": "yes"}, number=2, corrects="e1", reason="A slip.")
    entry("paper", day_of(1), {"itch": "4", "slept": "yes"}, source="paper", time="2026-03-02T21:00")
    entry("odd", day_of(1), {"itch": "a lot", "slept": "yes"}, number=2, corrects="e1", reason="A slip.")
    client = desk()
    link = re.search(rf'href="({ONE}queries/[^"]*)">Two entries', page(client, f"{HOME}queries/?state=open"))
    assert link

    for address in (
        DIARY,
        link[1],
        f"{DIARY}entries/odd/release",
        f"{DIARY}told/paper/diary_day/-/{day_of(1)}/",
    ):
        shown = text(every_page(client, address))
        assert "2 Mar 2026 20:15" in shown
        for words in (NOT_THERE, NO_ANSWER, "has the same number"):
            assert words not in shown, address


def test_who_sees_all_of_a_diary_is_told_what_is_odd_about_an_entry(blinded: Clock) -> None:
    from tests.browser.kept_diary import join

    join(PHONE, local(day_of(-3), "10:00"))
    entry("e2", day_of(1), {"itch": "3", "slept": "yes"}, number=2, corrects="e1", reason="A slip.")

    shown = row(every_page(desk("monitor")), "e2")

    assert NOT_THERE in shown
    assert NO_ANSWER in shown
