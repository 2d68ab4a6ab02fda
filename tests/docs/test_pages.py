"""Pages of documentation lead where they say: links, pictures, commands and make targets are there."""

import re
from pathlib import Path
from typing import get_args

import pytest

from trialwright.cli import COMMANDS
from trialwright.values.datum import ItemType

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path for folder in (ROOT, ROOT / "docs", ROOT / "DECISIONS", ROOT / "studies")
    for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
)  # fmt: skip
names = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())


def prose(path: Path) -> str:
    """Without blocks of code."""
    return re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)


@names
def test_every_link_and_picture_is_there(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose(path))
    inside = [target for target in targets if not re.match(r"https?://|mailto:", target)]

    assert [target for target in inside if not (path.parent / target).exists()] == []


@names
def test_every_command_and_make_target_exists(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    text = path.read_text("utf-8")

    assert set(re.findall(r"(?:^|`)trialwright ([a-z]\w+)", text, re.MULTILINE)) <= set(COMMANDS)
    assert set(re.findall(r"(?:^|`)make ([a-z]\w+)", text, re.MULTILINE)) <= targets


def test_the_types_of_items_are_those_that_there_are() -> None:
    text = (ROOT / "docs/how-to/write-a-definition.md").read_text("utf-8")
    told = re.search(r"^Types are (.+) and (\w+)\.$", text, re.MULTILINE)

    assert told is not None
    names = {*told[1].replace("partialDate", "partial_date").split(", "), told[2]}
    assert names == set(get_args(ItemType)) - {"code"}, "a code comes of the key `codes`"


def test_the_readme_is_as_short_as_it_promises() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    about, _, rest = readme.partition("## ")

    assert len([line for line in about.splitlines()[1:] if line and not line.startswith("!")]) == 5
    assert rest.startswith("Two commands")
