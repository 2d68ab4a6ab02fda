"""YAML with places: what is read, and where each character stands."""

import pytest

from trialwright.study.text import Text
from trialwright.study.yaml import MAX_KEPT_BYTES, read_yaml, walk

FOLDED = """\
plain: one two
quoted: 'it''s "so"  now'
double: "a\\tb \\u00e9 z\\
  end"
folded: >-   # a comment
  first
    deeper
  second

  third
lines: |
  one
  two
long: a plain
  text goes on
"""


def tree_of(text: str) -> dict[str, Text]:
    parsed = read_yaml("a.yaml", text.encode())
    assert parsed.tree is not None, parsed.problems
    return parsed.tree  # type: ignore[return-value]  # a flat mapping


def source_at(place: str, text: str) -> str:
    _, line, column = place.split(":")
    return text.split("\n")[int(line) - 1][int(column) - 1 :]


@pytest.mark.parametrize("key", ["plain", "quoted", "double", "folded", "lines", "long"])
def test_every_letter_is_found_where_it_is_written(key: str) -> None:
    text = tree_of(FOLDED)[key]
    for offset, letter in enumerate(text):
        if letter.isalpha() and letter != "é":
            assert source_at(text.place_at(offset), FOLDED).startswith(letter), (key, offset)


def test_place_past_the_end_is_the_end() -> None:
    texts = tree_of(FOLDED)
    assert texts["plain"].place_at(99) == "a.yaml:1:15"
    assert texts["quoted"].place_at(99) == "a.yaml:2:25"


def test_scalars_stay_text() -> None:
    tree = tree_of("a: NO\nb: 1.0\nc: 2026-03-01\nd: 010\ne: ~\nf: ''\n")
    assert dict(tree) == {"a": "NO", "b": "1.0", "c": "2026-03-01", "d": "010", "e": "~", "f": ""}


def test_windows_line_ends_and_a_byte_order_mark_are_taken() -> None:
    parsed = read_yaml("a.yaml", b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert parsed.tree == {"a": "1", "b": "2"}


def test_walk_gives_every_scalar_with_its_keys() -> None:
    tree = read_yaml("a.yaml", b"a: {b: [x, {c: y}]}").tree
    assert tree is not None
    assert [(path, str(text)) for path, text in walk(tree)] == [(("a", "b"), "x"), (("a", "b", "c"), "y")]


@pytest.mark.parametrize(
    "content",
    [
        b"a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]",
        b"[" * 50_000,
        b"{" * 50_000,
        b"- " * 50_000,
        b"? " * 50_000,
        b"!!python/object/apply:os.system [ls]",
        b"%TAG ! tag:x,2000:\n---\n!a b",
        b"a: \xed\xa0\x80",
        "a: \u0085\u2028 b".encode(),
        b"<<: {a: b}",
        b"a: 'open",
        b"---\n...\n---\na: b",
        b"--- a\n",
        b"a: " + b"x" * 200_000,
        b'a: "\\',
        b'a: "\\xZZ"',
        b"%YAML 9.9\n---\na: b",
        b"\xff\xfea\x00:\x00",
    ],
)
def test_hostile_bytes_never_raise(content: bytes) -> None:
    read_yaml("a.yaml", content)


@pytest.mark.parametrize("more", ["", f"\n# {'long ' * MAX_KEPT_BYTES}"], ids=["kept", "too long to be kept"])
def test_what_is_taken_out_of_a_tree_is_there_when_the_file_is_read_again(more: str) -> None:
    content = f"a: {{b: [c, d]}}{more}".encode()
    taken = read_yaml("a.yaml", content).tree
    del taken["a"]["b"][0]  # type: ignore[index]  # a mapping of mappings
    assert taken == {"a": {"b": ["d"]}}
    again = read_yaml("a.yaml", content).tree
    assert again == {"a": {"b": ["c", "d"]}}
    assert again["a"]["b"][1].place == "a.yaml:1:12"  # type: ignore[index]  # the tree of this text


def test_the_same_content_has_the_places_of_its_own_file() -> None:
    assert [read_yaml(name, b"a: b").tree["a"].place for name in ("a.yaml", "b.yaml")] == [  # type: ignore[index]  # the tree of this text
        "a.yaml:1:4",
        "b.yaml:1:4",
    ]
