"""The public page counts in the database: who was enrolled, who completed, who left before."""

from pathlib import Path

import pytest
from tests.store.small import COORDINATOR, START, enrol, give, make_moment, new_id, save, screen, small_files

STUDY = "SMALL"
END_YAML = """
label: End of study
records: one per participant
items:
  done: {label: The participant has ended, type: boolean}
  reason: {label: Reason, codes: ends, sdtm: DS.DSDECOD}
  other: {label: What completed means here, type: text, length: 200}
"""
CODES_YAML = """
ends: {codes: {completed: Completed, lost: Lost to follow-up}}
"""


@pytest.fixture
def followed(data: Path) -> Path:
    """The small study with a reason for the end of the study."""
    from trialwright.store.definitions import activate, add_definition

    files = small_files(version="1.1.0")
    files |= {"forms/end.yaml": END_YAML.encode(), "codes.yaml": CODES_YAML.encode()}
    study = add_definition(files, {}, at=START)
    for site in ("S01", "S02"):
        activate(STUDY, site, study.hash, by=COORDINATOR, at=make_moment())
    return data


def end(participant: str, reason: str = "", other: str = "") -> None:
    items = {"done": "true", "reason": reason, "other": other}
    give(save(participant, "", "end", {name: text for name, text in items.items() if text}))


def people() -> None:
    """One of each kind; the last two ended during screening, whatever their form says."""
    for number, name in enumerate(("here", "done", "lost", "silent", "told", "left", "odd")):
        give(screen(name, site=("S01", "S02")[number % 2]))
    for name in ("here", "done", "lost", "silent", "told"):
        give(enrol(name))
    end("done", "completed")
    end("lost", "lost")
    end("silent")
    end("told", "lost", '"reason":["{\\"v\\":\\"completed\\"}",')
    end("left", "lost")
    end("odd", "completed")


def live():
    from trialwright.registry.ends import completed_answer
    from trialwright.registry.page import live_of
    from trialwright.store.definitions import newest_study
    from trialwright.store.people import count_standings

    completed = completed_answer(newest_study(STUDY))
    return live_of(count_standings(STUDY, completed or ("", "", "")), tells_completed=completed is not None)


def test_completed_are_told_from_discontinued_and_from_those_never_enrolled(followed: Path) -> None:
    from trialwright.registry.page import Live

    people()

    assert live() == Live(screened=7, not_enrolled=2, enrolled=5, completed=1, discontinued=3)


def test_a_record_that_was_corrected_counts_as_it_is_now(followed: Path) -> None:
    give(screen("p1"))
    give(enrol("p1"))
    end("p1", "completed")
    before = live()
    give(save("p1", "", "end", {"reason": "lost"}, base=3, reason="Wrong person"))

    assert (before.completed, live().completed, live().discontinued) == (1, 0, 1)


def test_a_study_without_a_reason_for_its_end_counts_nobody_as_completed(data: Path) -> None:
    give(screen("p1"))
    give(enrol("p1"))
    give(save("p1", "", "end", {"done": "true"}))

    found = live()

    assert (found.screened, found.enrolled, found.completed, found.discontinued) == (1, 1, None, None)


def test_the_page_takes_as_many_queries_for_many_as_for_one(followed: Path) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            answer = Client().get(f"/registry/{STUDY}/")
        assert answer.status_code == 200
        return [each["sql"] for each in captured]

    give(screen(new_id()))
    queries()  # the definition is read once a process
    one = queries()
    people()

    assert len(queries()) == len(one) <= 3
    assert sum("GROUP BY" in statement for statement in one) == 1
