"""The log alone gives every record back: after any sequence of commands, and after any damage to the tables."""

import itertools
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.conftest import close
from tests.store.small import COORDINATOR, STUDY, enrol, fill, give, make_moment, save, screen

from trialwright.ledger.commands import (
    AnswerQuery,
    CloseQuery,
    Command,
    CorrectCode,
    OpenQuery,
    RedactValue,
    RemoveRow,
    SaveForm,
    ShowEarlierScores,
    Typed,
)
from trialwright.ledger.events import REASON
from trialwright.values.datum import Missing

_ids = itertools.count(1)
PEOPLE = ("p1", "p2")
VISITS = ("SCR", "W0", "W2")

people, visits = st.sampled_from(PEOPLE), st.sampled_from(VISITS)
texts = st.text(max_size=6) | st.sampled_from(["70.5", "220", "７１", "", "true", "2026-02-10"])
answers = texts.map(Typed) | st.sampled_from([Missing("not_done"), Missing("refused")])
numbers = st.integers(0, 12)


def command_id() -> str:
    return f"r{next(_ids)}"


saves = st.builds(
    lambda person, visit, form, repeat, items, base: SaveForm(
        command_id(), person, visit, form, repeat, items, base, "Why"
    ),
    people,
    visits | st.just(""),
    st.sampled_from(["visit", "vitals", "drugs", "end"]),
    st.integers(0, 2),
    st.dictionaries(
        st.sampled_from(["date", "weight", "height", "note", "gate", "name", "done"]),
        answers,
        min_size=1,
        max_size=3,
    ),
    numbers,
)
others = st.one_of(
    st.builds(lambda person, at: RemoveRow(command_id(), person, "", "drugs", 1, at, "Wrong"), people, numbers),
    st.builds(lambda person, at, key: RedactValue(command_id(), person, at, key, "Name"), people, numbers, st.sampled_from(["note", "weight", "code", "text", REASON, REASON])),
    st.builds(lambda person, query, visit: OpenQuery(command_id(), person, query, visit, "vitals", 0, "weight", "Sure?"), people, st.sampled_from("qr"), visits),
    st.builds(lambda person, query, text: AnswerQuery(command_id(), person, query, text), people, st.sampled_from(["q", "r", "check-5"]), texts),
    st.builds(lambda person, query: CloseQuery(command_id(), person, query, "Thanks"), people, st.sampled_from(["q", "r", "check-5"])),
    st.builds(lambda person, code: CorrectCode(command_id(), person, code, "Wrong"), people, st.sampled_from(["X-1", "x-1", "X-2"])),
    st.builds(enrol, people),
    st.builds(lambda person, visit: ShowEarlierScores(command_id(), person, visit, "vitals", 0), people, visits),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commands=st.lists(saves | others, max_size=12))
@pytest.mark.unmeasured
def test_the_log_gives_every_record_back(data: Path, small_data: Path, commands: list[Command]) -> None:
    from trialwright.store.rebuild import rebuild
    from trialwright.store.submit import submit
    from trialwright.store.verify import verify

    start_again(data, small_data)
    for name in PEOPLE:
        give(screen(name))
        give(save(name, "SCR", "visit", {"date": "2026-02-10"}))
        give(save(name, "SCR", "vitals", {"weight": "220", "note": "x"}))
    for command in commands:
        submit(STUDY, command, by=COORDINATOR, at=make_moment(3))

    assert rebuild(STUDY, is_dry=True) == ()
    assert verify(STUDY) == ()
    both_ways_agree()


def start_again(data: Path, small_data: Path) -> None:
    """Each example begins with the same empty study."""
    from trialwright.store.cache import CASEBOOKS

    close()
    shutil.rmtree(data)
    shutil.copytree(small_data, data)
    CASEBOOKS.forget()


def both_ways_agree() -> None:
    """The casebook from the tables, from the log, and from memory are one."""
    from trialwright.store.casebooks import load
    from trialwright.store.freeze import freeze

    now = freeze(STUDY)
    assert freeze(STUDY, as_of=make_moment(60).utc) == now
    assert tuple(load(STUDY, book.participant) for book in now) == now


def test_rebuild_puts_every_table_right(data: Path) -> None:
    from trialwright.store.freeze import freeze
    from trialwright.store.rebuild import rebuild
    from trialwright.store.rows import execute
    from trialwright.store.verify import verify

    fill("p1")
    fill("p2", site="S02")
    before = freeze(STUDY)
    execute("UPDATE record SET items = '{}' WHERE form = 'vitals'")
    execute("DELETE FROM record WHERE form = 'visit' AND participant = 'p1'")
    execute(
        "INSERT INTO record SELECT study, participant, 'W2', form, 0, 1, '', 0, '{}', '{}' FROM record WHERE visit = 'W0' AND form = 'vitals'"
    )
    execute("DELETE FROM query")
    execute("UPDATE participant SET status = 'ended', code = 'Y', code_key = participant || 'Y'")
    execute("DELETE FROM site_definition WHERE site = 'S02'")
    execute("UPDATE head SET seal = 'x'")

    would = rebuild(STUDY, is_dry=True)
    assert {found.table for found in would} == {"record", "query", "participant", "site_definition", "head"}
    assert verify(STUDY)
    assert rebuild(STUDY) == would
    assert (rebuild(STUDY), verify(STUDY), freeze(STUDY)) == ((), (), before)


def test_rebuild_leaves_passwords_alone(data: Path) -> None:
    from trialwright.store.accounts import NewAccount, create_account
    from trialwright.store.models import Account
    from trialwright.store.rebuild import rebuild

    account = create_account(
        STUDY,
        NewAccount("li.wei", "a long pass phrase", "Li Wei", "Hospital"),
        by=COORDINATOR,
        at=make_moment(),
    )
    assert isinstance(account, Account)
    rebuild(STUDY)
    assert Account.objects.get(id=account.id).check_password("a long pass phrase")
