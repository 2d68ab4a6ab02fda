"""The app's own texts: complete in both languages, each used, and none asked for that is not there."""

import re

import pytest
from tests.spec.phone_v8 import Phone
from tests.spec.v8 import STATIC

DIARY = STATIC.parents[1]


@pytest.fixture(scope="module")
def words() -> dict[str, list[str]]:
    found = Phone(["words"]).json("words.allWords()")
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def sources() -> str:
    paths = [*STATIC.glob("*.js"), *STATIC.glob("screens/*.js"), DIARY / "templates" / "diary" / "sw.js"]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.name != "words.js")


def test_every_text_stands_in_both_languages(words: dict[str, list[str]]) -> None:
    assert all(len(texts) == 2 and all(text.strip() for text in texts) for texts in words.values())
    assert not [key for key, (_, chinese) in words.items() if not re.search("[\u4e00-\u9fff]", chinese)]
    assert not [key for key, (english, _) in words.items() if re.search("[\u4e00-\u9fff]", english)]


def test_both_languages_fill_in_the_same(words: dict[str, list[str]]) -> None:
    gaps = {key: [sorted(re.findall(r"\{\w+\}", text)) for text in texts] for key, texts in words.items()}

    assert not [key for key, (english, chinese) in gaps.items() if english != chinese]


def test_no_text_is_unused(words: dict[str, list[str]], sources: str) -> None:
    used = set(re.findall(r'"([a-z_]+)"', sources))

    assert sorted(set(words) - used) == []


def test_no_text_is_asked_for_that_is_not_there(words: dict[str, list[str]], sources: str) -> None:
    asked = set(re.findall(r'\bt\("([a-z_]+)"', sources)) | set(re.findall(r'textsOf\("([a-z_]+)"', sources))

    assert asked
    assert sorted(asked - set(words)) == []
