"""What counts as a text that says something."""

import pytest

from trialwright.values.words import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        (" \t\n\u3000\xa0", ""),
        ("\u200b", ""),  # zero width space
        ("\u200b\u200c\u200d\u2060\ufeff\xad", ""),
        ("\u202e\u2066\u061c", ""),  # marks of direction
        ("\ufe0f\u034f\u0301", ""),  # marks without a letter to stand on
        ("\u3164\u115f\uffa0\u2800", ""),  # letters and signs that are blank
        ("\x00\x07", ""),
        ("\ue000\u0378", ""),  # private, none at all
        ("  misread ", "misread"),
        (".", "."),
        ("\ud800", "\ud800"),  # half a character is no word, and no blank either
        ("0", "0"),
        ("误读", "误读"),
        ("e\u0301", "e\u0301"),
        ("👩\u200d⚕\ufe0f", "👩\u200d⚕\ufe0f"),
        ("a\u200bb", "a\u200bb"),
    ],
)
def test_words_are_what_can_be_read(text: str, words: str) -> None:
    assert words_of(text) == words
