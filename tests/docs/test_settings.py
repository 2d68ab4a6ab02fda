"""The page of settings names each variable that the program reads, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "settings.md"
INTERNAL = {"TRIALWRIGHT_BESIDE"}  # between a server and the process beside it


def test_the_page_of_settings_is_complete() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src" / "trialwright").rglob("*.py"))
    read = set(re.findall(r"TRIALWRIGHT_[A-Z_]+[A-Z]", source)) - INTERNAL
    told = set(re.findall(r"^\| `(TRIALWRIGHT_[A-Z_]+)`", PAGE.read_text("utf-8"), re.MULTILINE))

    assert told == read
