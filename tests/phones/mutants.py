"""Phones and servers that are broken on purpose, each as somebody might break them: the simulator must find each."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.phones.engine import Edit

Break = Callable[[pytest.MonkeyPatch], None]

# ------------------------------------------------------------------ phones

PHONES: Mapping[str, tuple[Edit, ...]] = {
    "deletes what it sends before there is a result": (
        Edit(
            "const response = await post(deps, batch);",
            "await deps.store.remove(batch.map((one) => one.id)); const response = await post(deps, batch);",
        ),
    ),
    "takes any answer for a result of all that it sent": (
        Edit(
            "const durable = told.filter((one) => DURABLE.includes(one.state));",
            'const durable = batch.map(({ id }) => ({ id, state: "stored" }));',
        ),
    ),
    "gives an entry a new id with each try": (
        Edit("id: record.id, number: record.number", "id: renamed(record.id), number: record.number"),
        Edit(
            "async function openAll(",
            "const ids = new Map(); function renamed(id) { const made = crypto.randomUUID(); ids.set(made, id); return made; }\n"
            "async function openAll(",
        ),
        Edit(
            "await deps.store.remove(results.map((one) => one.id));",
            "await deps.store.remove(results.map((one) => ids.get(one.id)));",
        ),
    ),
    "gives an entry the id of its draft": (
        Edit("entryOf({ ...flow, id: crypto.randomUUID() }, form,", "entryOf(flow, form,"),
    ),
    "leaves the draft of what it sends": (
        Edit("if (draft) await drafts.delete(draft);", ""),
    ),
    "gives numbers outside the transaction": (
        Edit(
            'return run(["outbox", "counters", "drafts"],',
            'const last = (await run(["counters"], (rows) => rows.get(device), "readonly")) ?? 0;\n'
            'return run(["outbox", "counters", "drafts"],',
        ),
        Edit(
            "const number = kept?.number ?? ((await counters.get(owner)) ?? 0) + 1;",
            "const number = kept?.number ?? last + 1;",
        ),
    ),
    "does not wait for the disk": (
        Edit('const STRICT = { durability: "strict" };', 'const STRICT = { durability: "relaxed" };'),
    ),
    "wipes itself when a hotel asks it to sign in": (
        Edit(
            '["revoked", "unknown"].includes(answer.state) ? answer.state : "later"',
            '"revoked"',
        ),
    ),
    "wipes itself when its app is too old": (
        Edit('if (response.status === 426) return { state: "too_old" };', 'if (response.status === 426) return { state: "revoked" };'),
    ),
    "keeps all it has when it is revoked": (
        Edit('if (state === "revoked") await forget(diary, device);', ""),
    ),
    "makes a new key each time": (Edit("return kept ?? made;", "return made;"),),
    "tries once": (Edit("if (!isStopped) timer = timers.set(", "if (!timer) timer = timers.set("),),
}  # fmt: skip

# For the walks in which a second participant joins, or a code is corrected.
OF_TWO: Mapping[str, tuple[Edit, ...]] = {
    "takes in the news of a name that it no longer has": (
        Edit("if ((await counters.get(CURRENT)) !== (await ownerOf(device, counters))) return false;", ""),
    ),
    "wipes what waits of somebody else": (
        Edit("if (!name.startsWith(FORMER)) await kept.delete(name);", "await kept.delete(name);"),
    ),
    "throws away what waits of somebody else, and keeps the name": (
        Edit("await dropOf(device, outbox);\n        for", "await outbox.clear();\n        for"),
    ),
    "knows a participant by a code": (
        Edit("return `${study} ${participant ?? code}`;", "return `${study} ${code}`;"),
    ),
}

# ------------------------------------------------------------------ servers


def _answers_before_it_has_stored(patch: pytest.MonkeyPatch) -> None:
    """Where the database fails then, the phone was told otherwise."""
    from django.db import DatabaseError

    from trialwright.store import submit

    write = submit.write_steps

    def hopes(*given: Any, **more: Any) -> None:
        try:
            write(*given, **more)
        except DatabaseError:
            return

    patch.setattr(submit, "write_steps", hopes)


def _forgets_ids(patch: pytest.MonkeyPatch) -> None:
    """Each time that an entry comes it is another one."""
    from trialwright.diary import views_api

    made, told = views_api.commands_of, views_api.receipt
    times = iter(range(10**9))

    def renamed(*given: Any, **more: Any) -> Sequence[Any]:
        return [replace(one, command_id=f"{one.command_id}-{next(times)}") for one in made(*given, **more)]

    def receipt(name: str, *given: Any) -> dict[str, Any]:
        return {**told(name, *given), "id": name.rpartition("-")[0]}

    patch.setattr(views_api, "commands_of", renamed)
    patch.setattr(views_api, "receipt", receipt)


def _lets_the_last_to_come_stand(patch: pytest.MonkeyPatch) -> None:
    from trialwright.ledger import diary_entries

    order = diary_entries._order
    patch.setattr(diary_entries, "_order", lambda entry: (order(entry)[0], str(entry.sequence), 0, ""))


def _turns_away_who_has_ended(patch: pytest.MonkeyPatch) -> None:
    """A receipt that is none: the phone keeps the entry, and shows so for ever."""
    from trialwright.diary import views_api

    told = views_api.receipt

    def receipt(*given: Any) -> dict[str, Any]:
        found = told(*given)
        return {**found, "state": "refused"} if "closed" in found["flags"] else found

    patch.setattr(views_api, "receipt", receipt)


def _mends_times(patch: pytest.MonkeyPatch) -> None:
    """Of a clock that is wrong: dated anew, as if the phone had been right."""
    from datetime import timedelta

    from trialwright.diary import views_api

    made = views_api.commands_of

    def mended(*given: Any, **more: Any) -> Sequence[Any]:
        return [
            replace(one, entered=one.entered - timedelta(seconds=one.clock_off_seconds))
            for one in made(*given, **more)
        ]

    patch.setattr(views_api, "commands_of", mended)


def _hides_holes(patch: pytest.MonkeyPatch) -> None:
    from tests.phones import oracles

    patch.setattr(oracles, "holes", lambda book: {})


def _drops_the_second_at_an_occasion(patch: pytest.MonkeyPatch) -> None:
    """And says that it is stored."""
    from trialwright.diary import views_api

    store, told = views_api.submit_entries, views_api.receipt

    def first_only(study: str, participant: str, commands: Sequence[Any], **more: Any) -> Sequence[Any]:
        from trialwright.store.casebooks import load

        book = load(study, participant)
        taken = {(one.form, one.day) for one in book.entries.values() if one.form != "diary_report"}
        ids = book.entries.keys()
        kept = [
            one
            for one in commands
            if one.command_id in ids or (one.form, one.day) not in taken or one.corrects
        ]
        done = {
            one.command_id: each
            for one, each in zip(kept, store(study, participant, kept, **more), strict=True)
        }
        any_book = next(iter(done.values())) if done else None
        return [done.get(one.command_id) or any_book or _Nothing(book) for one in commands]

    def receipt(name: str, book: Any, problems: Any) -> dict[str, Any]:
        return (
            told(name, book, problems)
            if name in book.entries
            else {"id": name, "state": "stored", "flags": []}
        )

    patch.setattr(views_api, "submit_entries", first_only)
    patch.setattr(views_api, "receipt", receipt)


def _keeps_corrections_apart(patch: pytest.MonkeyPatch) -> None:
    """Each has a record by its own time, as a report has."""
    from trialwright.ledger import decide_diary

    made, count = decide_diary.repeat_of, itertools.count()
    patch.setattr(decide_diary, "repeat_of", lambda ask, day, chain: made(ask, day, f"{chain} {next(count)}"))


def _misses_what_came_before(patch: pytest.MonkeyPatch) -> None:
    """Of a phone that joined anew, the entries that had arrived under its former name."""
    from trialwright.ledger import decide_diary
    from trialwright.ledger.course import Decided

    patch.setattr(decide_diary, "_resent", lambda *_: Decided())


class _Nothing:
    problems: tuple[()] = ()

    def __init__(self, book: Any) -> None:
        self.book = book


SERVERS: Mapping[str, Break] = {
    "answers before it has stored": _answers_before_it_has_stored,
    "forgets which entries it has": _forgets_ids,
    "lets the last to come stand": _lets_the_last_to_come_stand,
    "turns away whoever has ended": _turns_away_who_has_ended,
    "mends the times of wrong clocks": _mends_times,
    "drops the second entry at an occasion": _drops_the_second_at_an_occasion,
    "hides the holes": _hides_holes,
    "misses what came before a phone joined anew": _misses_what_came_before,
    "keeps the correction of a report apart from it": _keeps_corrections_apart,
}
