"""The page of the protocol and those about the diary say what goes over the wire: their tables are held to the code."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.spec.study_folders import REFERENCE, casebook, study_of
from tests.spec.test_diary_package import TODAY

from trialwright.diary import package, wire
from trialwright.ledger.decide_diary import KEPT_ASIDE
from trialwright.ledger.diary_odd import ODDITIES
from trialwright.store.storage import Trouble
from trialwright.values.problem import Problem
from trialwright.web.diaries.words import FLAGS

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "docs" / "reference" / "diary-protocol.md").read_text("utf-8")
ROAD = (ROOT / "docs" / "explanation" / "road-of-a-diary.md").read_text("utf-8")
AT_THE_SITE = (ROOT / "docs" / "how-to" / "run-the-diary-at-the-site.md").read_text("utf-8")
WORD = re.compile(r"`(?:state: )?([\w-]+)`")


def section(page: str, heading: str) -> str:
    found = [part for part in page.split("\n## ") if part.startswith(heading)]
    assert len(found) == 1, heading
    return found[0]


def rows(text: str, first: str) -> Iterator[list[str]]:
    """The cells of the table whose first column has that heading."""
    table = re.search(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M)
    assert table, first
    for line in table[1].splitlines():
        yield [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(
    ("page", "flags"),
    [(PROTOCOL, set(FLAGS) - set(ODDITIES)), (ROAD, set(FLAGS))],
    ids=["protocol", "road"],
)
def test_the_tables_of_flags_tell_each_and_which_of_them_keep_an_entry_aside(
    page: str, flags: set[str]
) -> None:
    told = {flag: cells for cells in rows(page, "flag") for flag in WORD.findall(cells[0])}

    assert set(told) == flags
    assert {flag for flag, cells in told.items() if "kept aside" in cells[-1]} == KEPT_ASIDE
    assert all(cells[-1] for cells in told.values())


def test_the_site_is_told_what_to_do_with_each_reason_for_keeping_aside() -> None:
    assert {cells[0] for cells in rows(AT_THE_SITE, "reason")} == {str(FLAGS[flag]) for flag in KEPT_ASIDE}


def told_at_joining() -> set[tuple[int, str]]:
    return {
        (int(status), state)
        for cells in rows(section(PROTOCOL, "Joining"), "answer")
        for status in cells[0].split(", ")
        for state in re.findall(r"`state: (\w+)`", cells[1])
    }


def test_each_reason_for_not_joining_is_told() -> None:
    from trialwright.diary import views_api

    source = ast.parse(inspect.getsource(views_api._not_joined))
    codes = [node.value.value for node in ast.walk(source) if isinstance(node, ast.MatchValue)]  # type: ignore[attr-defined]  # constants
    refusals = [views_api._not_joined(Problem(code, "code", "", (("left", "2"),))) for code in codes]

    assert len(codes) > 5
    assert {(one.status, str(one.content["state"])) for one in refusals} <= told_at_joining()


def words_of(module: Path) -> set[str]:
    """Words for the program, as the modules of the protocol say them."""
    calls = [node for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call)]
    said = [node.args[1] for node in calls if ast.unparse(node.func) in ("state", "Refused")]
    return {node.value for node in said if isinstance(node, ast.Constant)}


def test_each_word_of_an_answer_is_told() -> None:
    words = set().union(*(words_of(module) for module in Path(wire.__file__).parent.glob("*.py")))

    assert {"no_diary", "replaced", "wait", "malformed"} <= words
    assert words | set(Trouble.__args__) <= set(
        re.findall(r"[\w-]+", " ".join(re.findall(r"`[^`\n]+`", PROTOCOL)))
    )


def test_each_key_of_the_package_is_told() -> None:
    book = casebook(study_of(REFERENCE), {})
    keys = package.package_of(book, TODAY, days_off=3).keys()

    assert keys - set(WORD.findall(section(PROTOCOL, "The package"))) == set()


@pytest.mark.parametrize("model", [wire.Join, wire.Sync, wire.Entry, wire.Settings, wire.PhotoSent])
def test_each_field_of_a_message_is_told(model: type[wire._Message]) -> None:
    told = set(re.findall(r'["`](\w+)["`]', PROTOCOL))

    assert set(model.model_fields) <= told
