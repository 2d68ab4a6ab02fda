"""The two ends agree: what the server packs is what the phone's own modules ask by, and what they make is what the
server reads. Both as they are shipped."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache

import pytest
from tests.spec.study_folders import REFERENCE, SECOND, casebook, study_of
from tests.spec.v8 import STATIC, Linked

from trialwright.diary.package import Part, package_of
from trialwright.diary.rules import module_of
from trialwright.diary.wire import Entry, Sync, read_message
from trialwright.ledger.diary_calendar import spans
from trialwright.schedule.diary import occasions

TODAY = date(2026, 3, 10)
# As askerOf of diary.js, which itself would bring the whole app along.
ASK = """(name, answers) => {
  const { value } = modules.study.rules[name](modules["rules.js"].formReader(form, answers, modules.study.rules));
  return value === true || value === false ? value : null;
}"""
Answers = Mapping[str, Mapping[str, str]]


@cache
def package(folder: str) -> Part:
    study = study_of(folder)
    return package_of(
        casebook(study, {(next(iter(study.visits)), "visit", 0): {"date": "2026-03-01", "contact": "site"}}),
        TODAY,
    )


@cache
def phone(folder: str) -> Linked:
    """The phone's modules, with the rules of the study as the server compiles them."""
    linked = Linked([STATIC / "rules.js", STATIC / "questions.js", STATIC / "schedule.js"])
    linked.add(module_of(study_of(folder)), "study")
    return linked


def form_of(folder: str, form: str) -> object:
    forms = package(folder)["forms"]
    assert isinstance(forms, dict)
    return forms[form]


def pages(folder: str, form: str, answers: Answers) -> list[list[str]]:
    found = phone(folder).json(
        f"modules['questions.js'].pagesOf(form, answers, {ASK}).map((page) => page.items)",
        form=form_of(folder, form),
        answers=answers,
    )
    assert isinstance(found, list)
    return found


YES, NO = {"v": "true"}, {"v": "false"}


@pytest.mark.parametrize(
    ("folder", "form", "answers", "asked"),
    [
        (REFERENCE, "diary_day", {}, [["itch"], ["pain"], ["tightness"], ["sleep"]]),
        (REFERENCE, "diary_injection", {"reaction": NO}, [["reaction"]]),
        (REFERENCE, "diary_injection", {"reaction": YES}, [["reaction"], ["redness"], ["pain"]]),
        (SECOND, "head_day", {"headache": NO}, [["headache"]]),
        (SECOND, "head_day", {"headache": YES, "tablet": NO}, [["headache"], ["strength"], ["hours"], ["tablet"]]),
        (SECOND, "head_day", {"headache": YES, "tablet": YES}, [["headache"], ["strength"], ["hours"], ["tablet"], ["relief"]]),
    ],
)  # fmt: skip
def test_the_phone_asks_what_the_definition_asks(
    folder: str, form: str, answers: Answers, asked: list[list[str]]
) -> None:
    assert pages(folder, form, answers) == asked


@pytest.mark.parametrize(
    ("folder", "form", "answers", "told"),
    [
        (REFERENCE, "diary_injection", {"reaction": YES, "redness": {"v": "8"}}, 1),
        (REFERENCE, "diary_injection", {"reaction": YES, "redness": {"v": "7"}, "pain": {"v": "7"}}, 0),
        (SECOND, "head_day", {"headache": YES, "strength": {"v": "9"}, "hours": {"v": "12.1"}}, 1),
        (SECOND, "head_day", {"headache": YES, "strength": {"v": "9"}, "hours": {"v": "12.0"}}, 0),
    ],
)
def test_the_phone_tells_what_the_protocol_says_to_a_red_flag(
    folder: str, form: str, answers: Answers, told: int
) -> None:
    found = phone(folder).json(
        f"modules['questions.js'].toldBy(form, answers, {ASK})", form=form_of(folder, form), answers=answers
    )
    assert isinstance(found, list)
    assert len(found) == told
    assert all(set(text) == set(study_of(folder).languages) for text in found)


@pytest.mark.parametrize("folder", [REFERENCE, SECOND])
def test_the_phone_knows_the_same_occasions(folder: str) -> None:
    study, until = study_of(folder), date(2026, 4, 20)
    book = casebook(
        study, {(next(iter(study.visits)), "visit", 0): {"date": "2026-03-01", "contact": "site"}}
    )
    here = [one for span in spans(book) for one in occasions(span, until=until)]
    there = phone(folder).json(
        "told.flatMap((span) => modules['schedule.js'].occasions(span, until))",
        told=package(folder)["spans"],
        until=until.isoformat(),
    )
    assert here
    assert there == [{"form": one.form, "visit": one.visit, "day": one.day.isoformat()} for one in here]


def test_the_server_reads_an_entry_as_the_phone_makes_it() -> None:
    flow = (
        "modules['questions.js'].newFlow({id: 'e-1', kind: 'entry', form: 'diary_day', visit: '', day: '2026-03-10',"
        " definition: 'd'.repeat(64), now: new Date()})"
    )
    answers = {item: {"v": "5"} for item in ("itch", "pain", "tightness")} | {"sleep": {"m": "refused"}}
    entry = phone(REFERENCE).json(
        f"modules['questions.js'].entryOf({{...{flow}, answers}}, form, {ASK}, new Date())",
        form=form_of(REFERENCE, "diary_day"),
        answers=answers,
    )
    assert isinstance(entry, dict)
    assert {*entry, "number"} == set(Entry.model_fields)  # the number is given when it is kept
    sync = {
        "protocol": 1,
        "app": "a",
        "sent": entry["entered"],
        "package": "",
        "entries": [{**entry, "number": 1}],
    }
    message = read_message(Sync, json.dumps(sync).encode())
    assert isinstance(message, Sync)
    assert message.entries[0].items["sleep"].m == "refused"
